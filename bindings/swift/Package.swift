// swift-tools-version: 6.0
import Foundation
import PackageDescription

// Two ways to the Rust library. With the XCFramework that build-xcframework.sh makes, an app needs nothing
// else. Without it, on a desktop, the library is linked from where Cargo put it: see test.sh.
let framework = "FieldCoreFFI.xcframework"
let hasFramework = FileManager.default.fileExists(atPath: Context.packageDirectory + "/" + framework)
let library: Target =
    hasFramework
    ? .binaryTarget(name: "FieldCoreFFI", path: framework)
    : .systemLibrary(name: "FieldCoreFFI")

let package = Package(
    name: "FieldCore",
    platforms: [.iOS(.v16), .macOS(.v13)],
    products: [.library(name: "FieldCore", targets: ["FieldCore"])],
    targets: [
        library,
        // Generated; generate.sh puts it there.
        .target(name: "FieldCoreBindings", dependencies: ["FieldCoreFFI"]),
        .target(name: "FieldCore", dependencies: ["FieldCoreBindings"]),
        .executableTarget(name: "QuickStart", dependencies: ["FieldCore"]),
        .target(name: "Scenario", dependencies: ["FieldCore"], path: "Tests/Scenario"),
        .executableTarget(
            name: "scenario-first-half", dependencies: ["Scenario"], path: "Tests/ScenarioFirstHalf"),
        .executableTarget(name: "benchmark", dependencies: ["Scenario"], path: "Tests/Benchmark"),
        .testTarget(name: "FieldCoreTests", dependencies: ["Scenario"]),
    ],
    swiftLanguageModes: [.v6]
)
