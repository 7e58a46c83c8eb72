import FieldCore
import Foundation

/// What a text that the camera saw is to whoever looks for one.
public enum Seen: Equatable, Sendable {
    /// What was looked for: the camera is put away.
    case found
    /// It was taken, and more is looked for.
    case taken
    /// It cannot be taken at this moment; it is asked again while it lies in view.
    case later
    /// Something else, and why: said once.
    case other(String)
}

/// How far animated codes were caught.
public struct Caught: Equatable, Sendable {
    public let have, needed: UInt32

    public func text(_ words: Words) -> String { words(.codeCaught, have, needed) }
}

/// What is looked for before the app's own camera, and what to do with it.
@MainActor
public struct Quest {
    typealias Judge = @MainActor (_ text: String, _ words: Words) -> Seen
    typealias Take = @MainActor (_ scan: Scan, _ words: Words) -> Seen

    /// What to hold in view.
    public let aim: Word
    /// Of a text in a code. Nothing is taken of what is no text.
    var judge: Judge = { _, _ in .later }
    /// Of a scan: codes of every kind, and the print of documents; each is handed over once as long as it lies in view.
    var take: Take?
    /// It goes on after what was taken, until somebody says that it is enough.
    var goesOn = false
    var caught: @MainActor () -> Caught? = { nil }

    /// An invitation; `found` gets its text and what it says.
    static func invitation(_ found: @escaping @MainActor (String, InvitationView) -> Void) -> Quest {
        Quest(aim: .enrolAim) { text, words in
            do {
                found(text, try readInvitation(text: text))
                return .found
            } catch FieldError.Invalid {
                return .other(words[.enrolNotThis])
            } catch {
                return .other(words.failure(error))
            }
        }
    }

    /// One of the project's own codes; any other is none of it, and is taken for nothing.
    static func code(_ wanted: ShownCode, _ aim: Word, _ found: @escaping @MainActor (String) -> Void) -> Quest {
        Quest(aim: aim) { text, words in
            guard let code = shownCode(text: text) else { return .other(words[.codeNone]) }
            guard code == wanted else { return .other(words(.codeOther, words[code.name])) }
            found(text)
            return .found
        }
    }

    /// Labels, one after the other, until the camera is put away. `taken` gets each, and says whether it could be taken.
    static func labels(_ aim: Word, _ taken: @escaping @MainActor (Scan) -> Bool) -> Quest {
        Quest(aim: aim, take: { scan, _ in taken(scan) ? .taken : .later }, goesOn: true)
    }

    /// A person's document, by its bars, QR or print.
    static func document(_ found: @escaping @MainActor (Scan) -> Void) -> Quest {
        Quest(
            aim: .proxyAim,
            take: { scan, words in
                if case .symbol(let text, _) = scan, let code = shownCode(text: text) {
                    return .other(words(.codeOther, words[code.name]))
                }
                found(scan)
                return .found
            })
    }

    /// Animated codes, to their last; `found` gets what they bring.
    static func frames(_ aim: Word, _ found: @escaping @MainActor (Data) -> Void) -> Quest {
        let net = Net()
        return Quest(
            aim: aim,
            judge: { text, words in
                guard let seen = net.take(text, words) else {
                    if let bytes = net.taker.bundle() { found(bytes) }
                    return .found
                }
                return seen
            }, caught: { net.caught })
    }
}

/// What was caught of one transfer.
@MainActor
private final class Net {
    let taker = FrameTaker()
    private(set) var caught: Caught?
    private var said: Set<FrameWrong> = []

    /// What a text told; nothing once all was caught.
    func take(_ text: String, _ words: Words) -> Seen? {
        do {
            let progress = try taker.takeText(text: text)
            caught = Caught(have: progress.have, needed: progress.needed)
            if progress.done { return nil }
            return progress.wrong.map { wrong($0, words) } ?? .taken
        } catch {
            return .other(words.failure(error))
        }
    }

    private func wrong(_ why: FrameWrong, _ words: Words) -> Seen {
        switch why {
        case .noFrame: return .other(words[.codeNoFrame])
        // It comes round again.
        case .damaged, .limits: return .taken
        case .otherTransfer:
            // Every code of the other transfer is another text.
            return said.insert(why).inserted ? .other(words[.codeOtherTransfer]) : .taken
        case .notWhole: return .other(words[.codeNotWhole])
        }
    }
}

extension ShownCode {
    public static let all: [ShownCode] = [
        .tubePass, .tubeAnswer, .handOver, .handOverReceipt, .handOverList, .claims, .helperKeys, .welcome, .kit,
        .proxyCard,
    ]

    /// What it is, for people.
    public var name: Word {
        switch self {
        case .tubePass: .codePass
        case .tubeAnswer: .codePassAnswer
        case .handOver: .codeOffer
        case .handOverReceipt: .codeReceipt
        case .handOverList: .codeList
        case .claims: .codeClaims
        case .helperKeys: .codeHelperKeys
        case .welcome: .codeWelcome
        case .kit: .codeKit
        case .proxyCard: .codeCard
        }
    }
}
