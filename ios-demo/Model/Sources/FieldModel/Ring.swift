import FieldCore

/// The tube as a ring: one part a place, the big number in the middle.
public struct Ring: Equatable, Sendable {
    public let tube: String
    public let count: UInt32
    public let capacity: UInt32
    public let minutes: UInt32
    public let isOld: Bool

    public var isFull: Bool { count >= capacity }

    /// The same tube, full: it is shown until the next one is opened.
    var filled: Ring { Ring(of: self, count: capacity) }

    private init(of ring: Ring, count: UInt32) {
        (tube, capacity, minutes, isOld) = (ring.tube, ring.capacity, ring.minutes, ring.isOld)
        self.count = count
    }

    /// The lane's active tube among those that are open.
    public init?(_ open: [OpenTube], lane: String) {
        guard let tube = open.first(where: { $0.active && $0.lane == lane }) else { return nil }
        (self.tube, count, capacity) = (tube.tube ?? "-", tube.count, tube.capacity)
        (minutes, isOld) = (tube.ageMin, tube.old)
    }

    /// From which to which fraction of the circle each place is drawn, and whether somebody has it.
    public var parts: [(from: Double, to: Double, taken: Bool)] {
        let places = max(1, Int(capacity))
        let gap = places > 1 ? 0.12 / Double(places) : 0
        return (0..<places).map { place in
            let start = Double(place) / Double(places)
            return (start + gap, start + 1 / Double(places) - gap, place < Int(count))
        }
    }

    public func spoken(_ words: Words) -> String {
        let ring = words(.ringLabel, tube, count, capacity)
        return isOld ? "\(ring). \(words[.tubeOld])" : ring
    }
}
