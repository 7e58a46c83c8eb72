// Shapes of what the app takes from Apple's frameworks, written by hand from their public documentation, so that
// its calls of the models type-check where there is no Xcode. They do nothing, and prove nothing about Apple's own.

import FieldCore
import FieldModel
import Foundation

typealias CFTypeRef = AnyObject
struct CFS: Hashable, Sendable, ExpressibleByStringLiteral { init(stringLiteral: String) {} }
typealias CFDictionary = [CFS: Any]
typealias CFString = CFS
protocol ObservableObject: AnyObject {}
final class Publisher0 { func send() {} }
extension ObservableObject { var objectWillChange: Publisher0 { Publisher0() } }
@MainActor class UIView: NSObject {
    class var layerClass: AnyClass { NSObject.self }
    var layer: CALayer { fatalError() }
    override init() {}
}
class CALayer: NSObject {}
@MainActor class UIViewController: NSObject {}
@MainActor class UIScreen: NSObject {
    static let main = UIScreen()
    var isCaptured: Bool { false }
    var brightness: CGFloat = 1
    nonisolated static let capturedDidChangeNotification = Notification.Name("x")
}
extension NotificationCenter { func publisher(for: Notification.Name) -> Int { 0 } }
struct UIBackgroundTaskIdentifier: Equatable, Sendable { static let invalid = Self() }
@MainActor class UIApplication: NSObject {
    struct LaunchOptionsKey: Hashable {}
    enum State { case active, inactive, background }
    static let shared = UIApplication()
    var applicationState: State { .active }
    var isIdleTimerDisabled = false
    func beginBackgroundTask(expirationHandler: (@MainActor @Sendable () -> Void)? = nil) -> UIBackgroundTaskIdentifier
    { .invalid }
    func endBackgroundTask(_ i: UIBackgroundTaskIdentifier) {}
}
@MainActor protocol UIApplicationDelegate {}
enum UIAccessibility {
    enum N { case announcement }
    @MainActor static func post(notification: N, argument: Any?) {}
}
@MainActor class UINotificationFeedbackGenerator {
    enum T { case warning, success }
    func notificationOccurred(_ t: T) {}
}
struct UTType { static let data = UTType(), plainText = UTType() }
class UIDocumentPickerViewController: UIViewController {
    init(forOpeningContentTypes: [UTType], asCopy: Bool) {}
    weak var delegate: UIDocumentPickerDelegate?
    var allowsMultipleSelection = false
}
@MainActor protocol UIDocumentPickerDelegate: AnyObject {}
class UIActivityViewController: UIViewController { init(activityItems: [Any], applicationActivities: [Any]?) {} }
let kSecClass = "" as CFS
let kSecClassGenericPassword = "" as CFS
let kSecAttrService = "" as CFS
let kSecAttrAccount = "" as CFS
let kSecUseDataProtectionKeychain = "" as CFS
let kSecAttrAccessible = "" as CFS
let kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly = "" as CFS
let kSecAttrSynchronizable = "" as CFS
let kSecValueData = "" as CFS
let kSecReturnData = "" as CFS
let kSecMatchLimit = "" as CFS
let kSecMatchLimitOne = "" as CFS
func SecItemAdd(_ d: CFDictionary, _ p: UnsafeMutablePointer<CFTypeRef?>?) -> Int32 { 0 }
func SecItemCopyMatching(_ d: CFDictionary, _ p: UnsafeMutablePointer<CFTypeRef?>?) -> Int32 { 0 }
func SecItemDelete(_ d: CFDictionary) -> Int32 { 0 }
class VNRecognizeTextRequest {
    enum L { case accurate }
    var recognitionLevel = L.accurate
    var usesLanguageCorrection = false
    var recognitionLanguages: [String] = []
    struct R { func topCandidates(_ n: Int) -> [C] { [] } }
    struct C { var string: String }
    var results: [R]?
}
class VNImageRequestHandler {
    enum O { case right }
    init(cvPixelBuffer: CVPixelBuffer, orientation: O) {}
    func perform(_ r: [VNRecognizeTextRequest]) throws {}
}
class BGTask: NSObject {
    func setTaskCompleted(success: Bool) {}
    var expirationHandler: (() -> Void)?
}
class BGTaskRequest { var earliestBeginDate: Date? }
class BGProcessingTaskRequest: BGTaskRequest {
    init(identifier: String) {}
    var requiresNetworkConnectivity = false
}
class BGAppRefreshTaskRequest: BGTaskRequest { init(identifier: String) {} }
class BGTaskScheduler {
    nonisolated(unsafe) static let shared = BGTaskScheduler()
    @discardableResult func register(
        forTaskWithIdentifier: String, using: DispatchQueue?, launchHandler: @escaping (BGTask) -> Void
    ) -> Bool { true }
    func submit(_ r: BGTaskRequest) throws {}
}
enum P { case `public` }
struct OSLogMessage: ExpressibleByStringInterpolation {
    struct StringInterpolation: StringInterpolationProtocol {
        init(literalCapacity: Int, interpolationCount: Int) {}
        mutating func appendLiteral(_ s: String) {}
        mutating func appendInterpolation(_ s: String, privacy: P) {}
    }
    init(stringLiteral: String) {}
    init(stringInterpolation: StringInterpolation) {}
}
struct Logger {
    init(subsystem: String, category: String) {}
    func info(_ m: OSLogMessage) {}
    func warning(_ m: OSLogMessage) {}
    func error(_ m: OSLogMessage) {}
}
struct FileProtectionType { static let completeUntilFirstUserAuthentication = Self(), complete = Self() }
extension FileAttributeKey { static let protectionKey = FileAttributeKey(rawValue: "p") }
extension Data.WritingOptions {
    static let completeFileProtectionUntilFirstUserAuthentication = Data.WritingOptions(rawValue: 8),
        completeFileProtection = Data.WritingOptions(rawValue: 16)
}
extension URLResourceKey { static let isExcludedFromBackupKey = URLResourceKey(rawValue: "x") }
extension URLResourceValues {
    var isExcludedFromBackup: Bool? {
        get { nil }
        set {}
    }
}
