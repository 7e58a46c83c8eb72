//! Who may share a tube, by the rules of the profile under which the tube was opened.

use super::answer::{Answer, Cue, Outcome};
use super::bind::Beside;
use super::desk::Desk;
use super::pending::{Ask, Job, Person};
use crate::error::Result;
use crate::profile::{MixingClash, MixingRule, PersonTraits, Profile};
use crate::record::SubjectBound;
use crate::scan::{Identity, day_number};
use crate::state::{self, Fate, TubeRow};

impl Desk<'_, '_> {
    /// The class of a person in a tube's profile, or why they must not join that tube.
    pub(super) fn mixing(
        &self,
        person: &Person,
        beside: &Beside,
        tube: &TubeRow,
    ) -> Result<Result<Option<String>, MixingClash>> {
        let profile = self.profiles.version(self.action, tube.profile)?;
        let class = self.class(&profile, &person.identity, beside.guardian.is_some());
        if profile.classes.is_empty() {
            return Ok(Ok(class));
        }
        let present = self.classes_in(tube)?;
        Ok(may_join(&profile, &present, class.as_deref(), person.mixing.is_some()).map(|()| class))
    }

    /// The class of someone, by the profile's rules.
    pub(super) fn class(&self, profile: &Profile, identity: &Identity, guardian: bool) -> Option<String> {
        let traits = PersonTraits { document: identity.document, guardian, age: self.age(identity.birth) };
        profile.class_of(&traits).map(|class| class.name.clone())
    }

    fn age(&self, birth: Option<u32>) -> Option<u32> {
        let birth = birth?;
        Some(day_number(self.today.likely).checked_sub(birth)? / 10_000)
    }

    /// The classes of the people who are in a tube.
    pub(super) fn classes_in(&self, tube: &TubeRow) -> Result<Vec<Option<String>>> {
        let mut classes = Vec::new();
        for subject in state::people_of(self.action.tx(), tube.at)? {
            if subject.fate == Fate::Stands {
                classes.push(self.bound(subject.at)?.and_then(|body: SubjectBound| body.class));
            }
        }
        Ok(classes)
    }

    /// The answer when a rule stops someone. A rule of one person a tube stands; the others may
    /// be set aside with a reason, because only the operator knows the household or the need.
    pub(super) fn mixing_stops(&mut self, job: Job, clash: MixingClash, label: &str) -> Result<Answer> {
        let answer = Answer::new(Outcome::MixingRule, Cue::Refused).problem(clash.rule.as_str()).problem(clash.class);
        let answer = Answer { text: Some(clash.reason), tube: Some(label.to_owned()), ..answer };
        Ok(if clash.rule == MixingRule::Alone { answer } else { self.ask(Ask::Mixing(job), answer) })
    }
}

/// Whether someone of a class may join those present. What the operator has `set_aside` with a
/// reason are the rules that only an operator can judge; one person a tube is none of them.
pub(super) fn may_join(
    profile: &Profile,
    present: &[Option<String>],
    joining: Option<&str>,
    set_aside: bool,
) -> Result<(), MixingClash> {
    let present: Vec<Option<&str>> = present.iter().map(Option::as_deref).collect();
    match profile.may_join(&present, joining) {
        Err(clash) if set_aside && clash.rule != MixingRule::Alone => Ok(()),
        other => other,
    }
}
