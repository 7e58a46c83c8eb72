//! The rules that the model breaks on purpose.

/// A rule that is broken on purpose, to see that a comparison notices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    Nothing,
    Rank,
    LastOfDevice,
    Replaces,
    DoneByPeople,
    PartlyByPeople,
    ExcuseAccounts,
    ExcuseReplaces,
    Undone,
    Spoiled,
    Moved,
    Waited,
    SameNumber,
    SampledByNumber,
    Elsewhere,
    Cards,
    Released,
    ClaimShows,
    Hash,
    VisitKeeps,
    OrderOfDoors,
    Closed,
}

impl Broken {
    pub(crate) const ALL: &[Self] = &[
        Self::Rank,
        Self::LastOfDevice,
        Self::Replaces,
        Self::DoneByPeople,
        Self::PartlyByPeople,
        Self::ExcuseAccounts,
        Self::ExcuseReplaces,
        Self::Undone,
        Self::Spoiled,
        Self::Moved,
        Self::Waited,
        Self::SameNumber,
        Self::SampledByNumber,
        Self::Elsewhere,
        Self::Cards,
        Self::Released,
        Self::ClaimShows,
        Self::Hash,
        Self::VisitKeeps,
        Self::OrderOfDoors,
        Self::Closed,
    ];
}
