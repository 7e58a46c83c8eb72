import FieldCore

/// A model that shows codes to other phones and reads theirs.
public class CodesModel: Model {
    public private(set) var isBusy = false
    public var words: Words {
        didSet {
            (code.words, finder.words) = (words, words)
            changed()
        }
    }
    public var onCue: (@MainActor (Cue) -> Void)? { didSet { finder.onCue = onCue } }

    /// The code that is shown to another phone.
    public let code: CodeModel
    /// Looks for another phone's code, or for labels.
    public let finder: FinderModel
    let journal: FieldJournal

    init(_ journal: FieldJournal, words: Words) {
        (self.journal, self.words) = (journal, words)
        (code, finder) = (CodeModel(words: words), FinderModel(words: words))
    }

    /// One thing at a time: a second tap begins nothing.
    func once(_ work: () async -> Void) async {
        guard !isBusy else { return }
        isBusy = true
        changed()
        await work()
        isBusy = false
        changed()
    }
}
