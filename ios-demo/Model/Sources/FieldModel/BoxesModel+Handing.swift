import FieldCore
import Foundation

/// Boxes from hand to hand: two phones show each other codes, or somebody without one takes them.
extension BoxesModel {
    // MARK: Giving

    /// Shows the code of sealed boxes to who takes them. Nothing is written before the other has answered.
    public func offer(_ labels: [String]) async {
        let answer = await verb(.offer(boxes: labels, to: nil))
        if let text = answer?.code { offer = (text, answer?.list) }
    }

    /// The offer as a file: for boxes whose code is too long, and for the receiving desk.
    public var offerFile: Data? {
        guard let offer else { return nil }
        return Data(([offer.code, offer.list].compactMap { $0 }.joined(separator: "\n") + "\n").utf8)
    }

    /// Looks for the answer of who received the boxes: with it they are not here any more.
    public func lookForReceipt() {
        code.hide()
        finder.start(
            .code(.handOverReceipt, .boxReceiptAim) { [weak self] text in Task { await self?.takeReceipt(text) } })
    }

    func takeReceipt(_ text: String) async {
        if await read(text)?.outcome == .handOverGiven { offer = nil }
    }

    /// Hands sealed boxes to somebody without a device.
    public func give(_ labels: [String], to whom: String) async {
        guard !whom.trimmingCharacters(in: .whitespaces).isEmpty else { return say(.refused, words[.boxWhomDue]) }
        await verb(.give(whom: whom, boxes: labels))
    }

    // MARK: Receiving

    /// Looks for the code of boxes that another phone offers.
    public func lookForOffer() {
        finder.start(.code(.handOver, .boxOfferAim) { [weak self] text in Task { await self?.read(text) } })
    }

    /// Takes an offer that came as a file; its first line is the code.
    public func takeOffer(file: Data) async {
        let line = String(decoding: file, as: UTF8.self).split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        guard shownCode(text: line) == .handOver else { return say(.wrongKind, words[.boxNoOffer]) }
        await read(line)
    }

    /// Finds a box by its label, typed or before the camera, with as many tubes as the giver says.
    public func find(_ scan: Scan) async {
        guard arrival != nil else { return lostReceipt() }
        await act { try await $0.scan(scan, lane: $1) }
    }

    /// Finds boxes by the camera, label after label.
    public func lookForBoxes() {
        finder.start(
            .labels(.boxFindAim) { [weak self] scan in
                guard let self, !isBusy else { return false }
                Task { await self.find(scan) }
                return true
            })
    }

    /// Says what was counted in a box that is being received.
    public func count(_ label: String, tubes: UInt32, tenths: Int64?) async {
        guard arrival != nil else { return lostReceipt() }
        let answer = await verb(.count(label: label, tubes: tubes, temperature: tenths))
        guard answer?.container == label, arrival?.found.contains(label) == true else { return }
        arrival?.counted[label] = tubes
        changed()
    }

    /// Receives the boxes that were found, and shows the answer. Where some are missing the core wants a reason.
    public func receive(reason: String) async {
        guard arrival != nil else { return lostReceipt() }
        await confirm(reason: reason)
    }

    /// Lets the hand-over go: nothing of it was written, and its code may be read again.
    public func cancelArrival() async {
        guard arrival != nil else { return lostReceipt() }
        await verb(.undo)
    }

    private func lostReceipt() { say(.attention, words.problem(Self.receivesNothing)) }
}
