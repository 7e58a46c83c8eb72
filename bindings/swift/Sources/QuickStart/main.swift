import FieldCore
import Foundation

final class Safe: KeyVault, @unchecked Sendable {  // An app keeps these in the Keychain.
    var secrets: [String: Data] = [:]
    func create(name: String, secret: Data) throws { secrets[name] = secret }
    func read(name: String) throws -> Data? { secrets[name] }
    func destroy(name: String) throws { secrets[name] = nil }
}
let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
let journal = try await FieldJournal.open(folder: folder, app: "quick-start 1", vault: Safe())
try await journal.startShift(ShiftPlan(site: "Hall", operator: "Lin"))
for line in ["TUBE-0001", "11010518870612038X", ":close the last one today"] {
    let answer = try await journal.line(line, lane: "A")
    print(answer.outcome, answer.tube ?? "", answer.position.map { "position \($0)" } ?? "")
}
let run = try await journal.sync(over: URLSessionTransport())  // No invitation yet, so nothing is sent.
print(try await journal.ledger().people, "person saved;", try await journal.status().unsent, "records wait:", run.why)
