// swift-tools-version: 6.0
import PackageDescription

let package = Package(
    name: "FieldModel",
    defaultLocalization: "en",
    platforms: [.iOS(.v16), .macOS(.v13)],
    products: [.library(name: "FieldModel", targets: ["FieldModel"])],
    dependencies: [.package(name: "FieldCore", path: "../../bindings/swift")],
    targets: [
        .target(
            name: "FieldModel",
            dependencies: [.product(name: "FieldCore", package: "FieldCore")],
            resources: [.process("Resources")]
        ),
        .testTarget(name: "FieldModelTests", dependencies: ["FieldModel"]),
    ],
    swiftLanguageModes: [.v6]
)
