import FieldCore
import Foundation

/// Takes an invitation from a QR or a file, after the operator looked at it.
public final class EnrolModel: Model {
    public private(set) var invitation: InvitationView?
    public private(set) var isDone = false
    public private(set) var told: String?
    public private(set) var trouble: String?
    public let finder: FinderModel
    public var words: Words {
        didSet {
            finder.words = words
            changed()
        }
    }

    private let journal: FieldJournal
    private var text: String?

    public init(_ journal: FieldJournal, words: Words) {
        (self.journal, self.words) = (journal, words)
        finder = FinderModel(words: words)
    }

    /// Looks for an invitation's QR before the camera.
    public func look() { finder.start(.invitation { [weak self] in self?.ask($0, $1) }) }

    /// Reads an invitation without taking it.
    public func read(_ text: String) {
        do {
            let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
            ask(text, try readInvitation(text: text))
        } catch {
            (invitation, self.text, trouble) = (nil, nil, words.failure(error))
            changed()
        }
    }

    public func read(file: Data) { read(String(decoding: file, as: UTF8.self)) }

    public func forget() {
        (invitation, text, trouble) = (nil, nil, nil)
        changed()
    }

    /// Takes the invitation that was read.
    public func take() async {
        guard let text, let invitation else { return }
        do {
            try await journal.enrol(text)
            (isDone, trouble) = (true, nil)
            told = words(.enrolDone, invitation.campaignName)
            (self.invitation, self.text) = (nil, nil)
        } catch {
            trouble = words.failure(error)
        }
        changed()
    }

    /// Takes the campaign's profile from a file.
    public func takeProfile(_ file: Data) async {
        do {
            try await journal.takeProfile(file)
            (told, trouble) = (words[.profileTaken], nil)
        } catch {
            trouble = words.failure(error)
        }
        changed()
    }

    /// What the operator must look at before it is taken.
    private func ask(_ text: String, _ invitation: InvitationView) {
        (self.text, self.invitation, trouble, told) = (text, invitation, nil, nil)
        changed()
    }
}
