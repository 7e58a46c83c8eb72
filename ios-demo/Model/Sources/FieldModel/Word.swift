/// The app's own words: one case a key of `Localizable.strings`.
public enum Word: String, CaseIterable, Sendable {
    case practiceBanner, enterPractice, leavePractice, ok, cancel, back, close, retry, done,
        working, semicolon, nothing, never, language, sun, night
    case tabScan, tabTubes, tabSync, tabShift
    case doorsTab, doorsTitle, doorsNothing, doorsLeft, doorsLeftOf, doorsHomes, doorsPeople, doorsNext,
        doorsNoneLeft, doorsBuildings, doorsNoAddress, doorsQuery, doorsFind, doorsNotFound, doorsToDo,
        doorsNothingToDo, doorsUntil, doorsMissed, doorsNobodyMissed, doorsMore, doorsNobodyKnown, doorsClaims,
        doorsNoClaims, doorsMyClaim, doorsOtherClaim, doorsWholeBuilding, doorsRange, doorsCovers, doorsClaimedUntil,
        doorsClaimOver, doorsGivenUp, doorsOverlap, doorsKeptByVisit, doorsKeptByRule, doorsShare, doorsByBuilding,
        doorsDaySheet, doorsAddHousehold, doorsArea, doorsBuilding, doorsStairwell, doorsDoor, doorsAddress,
        doorsNote, doorsAdded, doorsSameDoor, doorsOnlyLeft, doorsAll, doorsClaim, doorsAllStairwells, doorsFrom,
        doorsTo, doorsFirst, doorsLast, doorsHours, doorsForHours, doorsClaimed, doorsGiveUp, doorsOtherDoor,
        doorsSlot, doorsLivesHere, doorsLivesUnknown, doorsWho, doorsSample, doorsWithDocument, doorsSampled,
        doorsToSample, doorsExcuse, doorsExcused, doorsExcuseAgain, doorsFollowUp, doorsFollowUpKept, doorsDue,
        doorsAnyDay, doorsToday, doorsTomorrow, doorsInDays, doorsForAll, doorsClosed, doorsCloseIt, doorsAddPerson,
        doorsPersonAdded, doorsNumber, doorsName, doorsCategories, doorsChild, doorsVisit, doorsVisited, doorsCorrect,
        doorsWrongDoor, doorsCorrected, doorsMyTube, doorsNoTube, doorsUnknownHome, doorsUnknownPerson,
        doorsCannotCorrect, doorsClaimedAlready, doorsClaimWrong, doorsOver, doorsWhereDue, doorsWhoDue,
        doorsKnownPerson, doorsWordsDue, doorsOpenAlready
    case enrolTitle, enrolHint, enrolScan, enrolFile, enrolProfileFile, enrolLater, enrolLaterHint,
        enrolTake, enrolCampaign, enrolHub, enrolNoHub, enrolEnds, enrolDone, enrolAim, enrolNotThis, profileTaken,
        device
    case shiftTitle, shiftSite, shiftLane, shiftOperator, shiftOrganisation, shiftRound, shiftPlace,
        placeFixed, placeMobile, placeOfProfile, shiftStart, shiftEnd, shiftEndSure, shiftEnded,
        shiftNone, readiness, closing
    case tube, box, position, people, tubes, left, countOf, ringLabel, ringEmpty, lastPerson,
        earlier, waitingCount, torchOn, torchOff, typeIn, readText, readTextNothing, undo, undoHint,
        confirm, confirmWhich, confirmLook, notThis, reason, reasonHint, noPapers, looks, phone,
        guardian, temperature, colourWord, more, cameraOff, cameraPreview, compareNumber, dismissCue, hidden
    case typeTitle, typeLabel, typeDocument, typeAny, typeSoFar, typeEmpty, typeWrongAt, typeTake,
        typeDelete, typeClear
    case tubesTitle, tubesOpen, tubesNone, tubesClosed, tubeNeverOpened, tubeMinutes, tubeOld,
        tubeActive, tubeUnreadable, tubeFind, tubeShow, tubeShowSure, tubeUnknown, tubeUse,
        tubeCloseShort, tubeSpoil, tubeVoid, tubeMove, tubeMoveTo, tubeUnreadablePeople
    case syncTitle, syncNow, syncSoon, syncUnsent, syncSealed, syncHeld, syncQuarantined, syncRefused,
        syncUnreadable, syncLast, syncNoHub, syncNews, syncProfile, notices,
        ledger, ledgerShort, ledgerSpoiled, ledgerVoided, ledgerTotal, captureStopped, soundCheck,
        soundYes, soundNo
    case codePass, codePassHint, codePassAnswer, codePassAnswerHint, codeOffer, codeOfferHint,
        codeReceipt, codeReceiptHint, codeList, codeClaims, codeClaimsHint, doorsTell, doorsHear, codeHelperKeys,
        codeHelperKeysHint, codeWelcome,
        codeWelcomeHint, codeKit, codeKitHint, codeCard, codeCardHint, codeCarry, codeCarryHint,
        codeTooLong, codeFrames, codeCaught, codeNone, codeOther, codeNoFrame, codeOtherTransfer,
        codeNotWhole, codeRead, codeFile, codeEnough
    case passOn, passOnSure, passAgain, passTake, passBack, passBackSure, passAim, passAnswerAim
    case boxTitle, boxNone, boxesLate, boxLate, boxAge, boxSealedAt, boxGivenTo, boxUnreadable,
        boxOpen, boxLabel, boxPack, boxPackTyped, boxTubeLabel, boxAim, boxUnpack, boxSeal,
        boxCount, boxDegrees, boxSealNumber, boxWrongNumber, boxDamage, boxCold, boxNote, boxOffer,
        boxChoose, boxNoneSealed, boxGive, boxWhom, boxWhomDue, boxReceive, boxReceiveFile,
        boxNoOffer, boxOfferAim, boxReceiptAim, boxArriving, boxMissing, boxFound, boxFindAim,
        boxFind, boxAsTold, boxCounted, boxCountThis, boxReceiveNow, boxCancel
    case carryTitle, carryHint, carryOwn, carryOthers, carryDevices, carryDown, carryReceipted,
        carryWrite, carryTake, carryShow, carryFilm, carryAim, carryWritten, carryLeft, carryTaken,
        carryBytes, carryUnreadable, carryCutOff, carryOversize, carryPractice, carryNotEnrolled
    case proxyTitle, proxyHint, proxyScan, proxyType, proxyHasDocument, proxyName, proxyAim,
        proxyWhoDue, proxyRegister, proxyClear, proxyCards, proxyNoCards, proxyUntil, proxyBring,
        proxyPrint, proxyShow
    case helperTitle, helperDelegations, helperEnrols, helperIssues, helperLeft, helperUntil,
        helperOver, helperNone, helperAllOver, helperFull, helperRead, helperAim, helperPlaced,
        helperWelcome, helperKitShow, helperKitShare, helperList, helperEnrol, helperKeys,
        helperWelcomeRead, helperWelcomeAim, helperKitFilm, helperKitFile, helperKitAim,
        helperKitDue, helperKitTaken, helperBegin, helperRefused, helperUntrusted, helperUnreadable
}
