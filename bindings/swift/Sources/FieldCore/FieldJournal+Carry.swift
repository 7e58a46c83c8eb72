import Foundation

/// Records that leave and come without a network, boxes, and cards for people who are registered ahead. What left goes
/// on waiting until the hub's receipt is there. For animated codes give the bytes to a `FrameMaker`; the other side's
/// `FrameTaker` catches them.
extension FieldJournal {
    /// Writes what waits to a new file; one of that name stays as it is and is refused.
    public func exportCarry(to file: URL) throws -> CarryExported {
        try telling { try journal.exportFile(path: file.path) }
    }

    /// Writes what waits to new files of about `partBytes` bytes in a folder.
    public func exportCarry(into folder: URL, partBytes: UInt64) throws -> CarryExported {
        try telling { try journal.exportFolder(folder: folder.path, partBytes: partBytes) }
    }

    /// What waits as at most `bytesMax` bytes, but at least one item: for a share sheet or a screen.
    public func exportCarry(bytesMax: UInt64, way: CarryWay) throws -> CarryBytes {
        try telling { try journal.exportBytes(bytesMax: bytesMax, way: way) }
    }

    /// Takes carries from files and folders; what became of each item is in the answer.
    public func importCarry(from paths: [URL]) throws -> CarryImported {
        try telling {
            let done = try journal.importPaths(paths: paths.map(\.path))
            _ = try station.refreshRoster()
            return done
        }
    }

    /// Takes a carry in memory.
    public func importCarry(_ bytes: Data, way: CarryWay) throws -> CarryImported {
        try telling {
            let done = try journal.importBytes(bytes: bytes, way: way)
            _ = try station.refreshRoster()
            return done
        }
    }

    /// What is carried for others.
    public func carries() throws -> Carried { try journal.carries() }

    /// The boxes of the round, in the order in which they were opened or received.
    public func boxes() throws -> [BoxLine] { try station.boxes() }

    /// Takes a scan of the packing screen: a box becomes the lane's, anything else goes into it.
    public func packIntoBox(_ scan: Scan, lane: String) throws -> Answer {
        try telling { try station.pack(lane: lane, scan: scan) }
    }

    /// Registers a person ahead and gives the card; without one, the answer says what is wrong.
    public func issueProxy(_ proxy: NewProxy, lane: String) throws -> ProxyAnswer {
        try telling { try station.issueProxy(lane: lane, proxy: proxy) }
    }

    /// The card of a record of this device once more; nothing if the record is no such one.
    public func proxyAgain(_ record: Saved) throws -> ProxyCard? { try station.proxyAgain(record: record) }

    /// Records that cards leave the device, on paper or as a file; call it before they do.
    public func proxiesLeave(_ cards: UInt32, for target: Target) throws {
        try telling { _ = try station.proxiesLeave(cards: cards, target: target) }
    }

    /// The cards that were issued in the running shift of a lane, oldest first.
    public func proxies(ofShiftIn lane: String) throws -> [Saved] { try station.proxiesOfShift(lane: lane) }
}
