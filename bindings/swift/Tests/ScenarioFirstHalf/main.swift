// The first half of the scenario, in a process that is killed after it.
//   scenario-first-half EXPECTED HUB-FOLDER DEVICE-FOLDER
import FieldCore
import Foundation
import Scenario

let arguments = CommandLine.arguments
let scenario = try Scenario.load(arguments[1])
let hub = URL(fileURLWithPath: arguments[2])
let journal = try await FieldJournal.below(URL(fileURLWithPath: arguments[3]))
try await journal.enrol(String(decoding: Surroundings.file(hub, "invitation.txt"), as: UTF8.self))
try await journal.takeProfile(Surroundings.file(hub, "profile.toml"))
try await journal.startShift(scenario.plan)
let wrong = try await scenario.play(\.first, on: journal) + ["first half done"]
FileHandle.standardOutput.write(Data((wrong.joined(separator: "\n") + "\n").utf8))
try await Task.sleep(for: .seconds(600))
