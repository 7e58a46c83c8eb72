// What crossing to the library costs: the calls of bindings/benches/crossing.rs, which bench.sh puts beside these.
import FieldCore
import Foundation
import Scenario

let (width, height) = (1280, 720)

func shape(_ region: FrameRegion? = nil) -> FrameShape {
    FrameShape(
        width: UInt32(width), height: UInt32(height), rowStride: UInt32(width), rotation: 0, region: region)
}

/// Rounds of a row: those that warm up, and those whose median is the row's figure.
let (warm, rounds) = (5, 9)

func tell(_ name: String, _ took: [Duration], _ calls: Int) {
    let micros = took.sorted()[rounds / 2] / .microseconds(1) / Double(calls)
    print("crossing\t\(name)\t\(String(format: "%.3f", micros))")
}

func row(_ name: String, _ calls: Int, _ call: () throws -> Void) rethrows {
    var took: [Duration] = []
    for round in 0..<warm + rounds {
        let time = try ContinuousClock().measure { for _ in 0..<calls { try call() } }
        if round >= warm { took.append(time) }
    }
    tell(name, took, calls)
}

/// The number of a person who never was, born 1880 to 1905, with its MOD 11-2 check character.
func residentNumber(_ index: Int) -> String {
    let birth = String(format: "%04d%02d%02d", 1880 + index % 26, 1 + index / 26 % 12, 1 + index / 312 % 28)
    let body = "110105\(birth)\(String(format: "%03d", 1 + index / 8736 % 999))"
    let sum = body.utf8.reduce(0) { ($0 + Int($1) - 48) * 2 % 11 }
    return body + ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "X"][(12 - sum) % 11]
}

func expect(_ answer: Answer, _ outcome: Outcome) {
    precondition(answer.outcome == outcome, "\(answer.outcome): \(answer.problems)")
}

func unsaved(_ answer: Answer) { precondition(answer.saved == nil, "\(answer.outcome)") }

/// Works a fresh journal below `folder` with a shift that runs.
func atDesk(_ folder: URL, _ work: (Journal, Station) throws -> Void) throws {
    let options = JournalOptions(folder: folder.appendingPathComponent("journal").path, app: "bench")
    let vault = try FileVault(folder.appendingPathComponent("vault"))
    let journal = try Journal.open(options: options, vault: vault, log: nil)
    let station = try Station.open(journal: journal)
    try station.startShift(lane: nil, plan: ShiftPlan(site: "Hall", operator: "Lin"))
    try work(journal, station)
    try journal.shutDown()
}

func capture(_ folder: URL) throws {
    try atDesk(folder) { journal, station in
        for lane in ["A", "B", "C"] { expect(try station.line(lane: lane, line: "OPEN-\(lane)001"), .tubeOpened) }
        row("device", 5_000) { _ = journal.device() }
        try row("line", 400) { unsaved(try station.line(lane: "A", line: "690123456789")) }
        try row("status", 200) { _ = try station.status() }
        var person = 0
        try row("scan", 200) {
            if person % 10 == 0 {
                expect(try station.line(lane: "D", line: String(format: "TUBE-%05d", person)), .tubeOpened)
            }
            expect(try station.line(lane: "D", line: residentNumber(person)), .bound)
            person += 1
        }
    }
}

func list(_ folder: URL) throws {
    try atDesk(folder) { _, station in
        for tube in 0..<1_000 {
            expect(try station.line(lane: "\(tube)", line: String(format: "TUBE-%05d", tube)), .tubeOpened)
        }
        try row("list", 10) {
            let tubes = try station.shiftTubes(lane: nil)
            precondition(tubes.count == 1_000)
        }
    }
}

func frames(_ folder: URL, _ picture: Data) throws {
    // Behind the head of the PGM lies nothing but the luma plane.
    let plane = Data(picture.suffix(width * height))
    let region = shape(FrameRegion(left: 0, top: 0, width: 8, height: 8))
    let whole = shape()
    try atDesk(folder) { _, station in
        try row("region", 1_000) { _ = try station.look(lane: "A", plane: plane, shape: region) }
        try row("frame", 20) {
            let glance = try station.look(lane: "B", plane: plane, shape: whole)
            precondition(glance.read.count == 1, "the frame shows one code")
        }
    }
}

/// With a listener, as an app has one: its state is refreshed after every call.
func facade(_ folder: URL) async throws {
    let journal = try await FieldJournal.below(folder)
    try await journal.startShift(ShiftPlan(site: "Hall", operator: "Lin"))
    expect(try await journal.line("OPEN-A001", lane: "A"), .tubeOpened)
    let states = await journal.states
    var took: [Duration] = []
    for round in 0..<warm + rounds {
        let time = try await ContinuousClock().measure {
            for _ in 0..<400 {
                unsaved(try await journal.line("690123456789", lane: "A"))
            }
        }
        if round >= warm { took.append(time) }
    }
    withExtendedLifetime(states) { tell("facade", took, 400) }
}

let surroundings = ProcessInfo.processInfo.environment
let disk = surroundings["FIELDCORE_FOLDER"].map { URL(fileURLWithPath: $0) } ?? FileManager.default.temporaryDirectory
let folder = disk.appendingPathComponent("crossing-\(UUID().uuidString)")
defer { try? FileManager.default.removeItem(at: folder) }
try capture(folder.appendingPathComponent("capture"))
try list(folder.appendingPathComponent("list"))
if let picture = surroundings["FIELDCORE_FRAME"] {
    try frames(folder.appendingPathComponent("frames"), Data(contentsOf: URL(fileURLWithPath: picture)))
}
try await facade(folder.appendingPathComponent("facade"))
