import FieldCore
import Foundation

/// What a code on this screen is for.
public enum CodeUse: CaseIterable, Sendable {
    case pass, passAnswer, offer, receipt, claims, helperKeys, welcome, kit, card, carry

    /// What the code is.
    public var title: Word {
        switch self {
        case .pass: .codePass
        case .passAnswer: .codePassAnswer
        case .offer: .codeOffer
        case .receipt: .codeReceipt
        case .claims: .codeClaims
        case .helperKeys: .codeHelperKeys
        case .welcome: .codeWelcome
        case .kit: .codeKit
        case .card: .codeCard
        case .carry: .codeCarry
        }
    }

    /// Who reads it, and what follows.
    public var hint: Word {
        switch self {
        case .pass: .codePassHint
        case .passAnswer: .codePassAnswerHint
        case .offer: .codeOfferHint
        case .receipt: .codeReceiptHint
        case .claims: .codeClaimsHint
        case .helperKeys: .codeHelperKeysHint
        case .welcome: .codeWelcomeHint
        case .kit: .codeKitHint
        case .card: .codeCardHint
        case .carry: .codeCarryHint
        }
    }

    /// What the code of an answer is for.
    init?(_ outcome: Outcome) {
        switch outcome {
        case .tubePassedOn: self = .pass
        case .tubeTakenOver: self = .passAnswer
        case .handOverOffered: self = .offer
        case .handOverReceived: self = .receipt
        default: return nil
        }
    }

    /// Whether the other side shows an answer that is read here next.
    public var isAnswered: Bool {
        switch self {
        case .pass, .offer, .claims, .helperKeys: true
        case .passAnswer, .receipt, .welcome, .kit, .card, .carry: false
        }
    }
}

/// The code that this screen shows to another phone: one, or animated ones without end.
public final class CodeModel: Model {
    public static let framesASecond = 8

    /// What is shown; nothing while nothing is.
    public private(set) var use: CodeUse?
    /// Nothing where it cannot be drawn: see `trouble`.
    public private(set) var picture: CodePicture?
    /// Frames that the other side needs; nothing for one code.
    public private(set) var needed: UInt32?
    /// What is told with it.
    public private(set) var told: String?
    public private(set) var trouble: String?
    public var words: Words { didSet { changed() } }

    private var maker: FrameMaker?
    private var number: UInt32 = 0

    public init(words: Words) { self.words = words }

    /// Shows one code.
    public func show(_ text: String, for use: CodeUse, told: String? = nil) {
        clear()
        (self.use, self.told) = (use, told)
        do { picture = try CodePicture.of(text) } catch { trouble = words[.codeTooLong] }
        changed()
    }

    /// Shows the code that an answer brought, if it brought one.
    func show(_ answer: Answer, _ told: Told) {
        guard let text = answer.code, let use = CodeUse(answer.outcome) else { return }
        show(text, for: use, told: ([told.whom] + told.details).filter { !$0.isEmpty }.joined(separator: " · "))
    }

    /// Shows bytes as animated codes; whether they can be.
    @discardableResult
    public func show(frames bytes: Data, for use: CodeUse, told: String? = nil) -> Bool {
        clear()
        (self.use, self.told) = (use, told)
        do {
            let maker = try FrameMaker(bundle: bytes)
            picture = try CodePicture.of(maker.text(number: 0))
            (self.maker, needed) = (maker, maker.needed())
        } catch {
            trouble = words[.codeTooLong]
        }
        changed()
        return trouble == nil
    }

    /// Goes on to the next animated code.
    public func step() async {
        guard let maker else { return }
        let (next, use) = (number &+ 1, use)
        let picture = await Task.detached { try? CodePicture.of(maker.text(number: next)) }.value
        // Put away, or another one shown, while this one was drawn.
        guard self.maker === maker, self.use == use, let picture else { return }
        (number, self.picture) = (next, picture)
        changed()
    }

    /// Changes the animated codes until it is cancelled or they are put away.
    public func run() async {
        while !Task.isCancelled, maker != nil {
            do { try await Task.sleep(for: .milliseconds(1_000 / Self.framesASecond)) } catch { return }
            await step()
        }
    }

    public func hide() {
        clear()
        changed()
    }

    /// What VoiceOver reads out.
    public var spoken: String {
        guard let use else { return "" }
        let frames = needed.map { words(.codeFrames, $0) }
        return [words[use.title], words[use.hint], frames, told, trouble].compactMap { $0 }.joined(separator: ". ")
    }

    private func clear() {
        (use, picture, needed, maker, number) = (nil, nil, nil, nil, 0)
        (told, trouble) = (nil, nil)
    }
}
