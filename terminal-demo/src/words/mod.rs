//! Every word that a person reads, one table per language.
//!
//! A [`Words`] has one field a text, so a language that lacks one does not compile. Codes that
//! the core hands out (outcomes, problems, remarks) are looked up by their word; one that a
//! table does not know is shown as it is.

pub(crate) mod answer;
mod custody;
mod doors;
mod doubts;
mod en;
pub(crate) mod news;
mod problems;
mod verbs;
mod zh;

use fieldcore::{Cue, Language, Outcome, Remark};

/// The texts of one language. `{}` stands for what the caller fills in, in order.
pub(crate) struct Words {
    pub(crate) practice: &'static str,
    pub(crate) round: &'static str,
    pub(crate) lane: &'static str,
    pub(crate) tube: &'static str,
    pub(crate) no_tube: &'static str,
    pub(crate) scan_tube: &'static str,
    pub(crate) scan_person: &'static str,
    pub(crate) scan_box_or_tube: &'static str,
    pub(crate) container: &'static str,
    pub(crate) colon: &'static str,
    pub(crate) semicolon: &'static str,
    pub(crate) no_more_lines: &'static str,
    pub(crate) more_lines: &'static str,
    pub(crate) open_minutes: &'static str,
    pub(crate) tube_is_old: &'static str,
    pub(crate) left: &'static str,
    pub(crate) position: &'static str,
    pub(crate) people: &'static str,
    pub(crate) tubes: &'static str,
    pub(crate) waiting: &'static str,
    pub(crate) unsent: &'static str,
    pub(crate) held: &'static str,
    pub(crate) last_sync: &'static str,
    pub(crate) never: &'static str,
    pub(crate) offline: &'static str,
    pub(crate) not_enrolled: &'static str,
    pub(crate) hub_unknown: &'static str,
    pub(crate) notices: &'static str,
    pub(crate) capture_stopped: &'static str,
    pub(crate) other_tubes: &'static str,
    pub(crate) prompt: &'static str,
    pub(crate) hint: &'static str,
    pub(crate) too_small: &'static str,
    pub(crate) earlier: &'static str,
    pub(crate) choose: &'static str,
    pub(crate) lane_is: &'static str,
    pub(crate) sending: &'static str,
    pub(crate) sync_unfinished: &'static str,
    pub(crate) sync_started: &'static str,
    pub(crate) sync_off: &'static str,
    pub(crate) sync_done: &'static str,
    pub(crate) sync_not_invited: &'static str,
    pub(crate) sync_backing_off: &'static str,
    pub(crate) hub_no_answer: &'static str,
    pub(crate) hub_not_it: &'static str,
    pub(crate) hub_busy: &'static str,
    pub(crate) hub_moved_back: &'static str,
    pub(crate) hub_refused: &'static str,
    pub(crate) hub_holds: &'static str,
    pub(crate) profile_applied: &'static str,
    pub(crate) revoked: &'static str,
    pub(crate) notice_tube: &'static str,
    pub(crate) notice_person: &'static str,
    pub(crate) shift_ended: &'static str,
    pub(crate) status_head: &'static str,
    pub(crate) verb_unknown: &'static str,
    pub(crate) verb_usage: &'static str,
    pub(crate) help_scan: &'static str,
    pub(crate) short: &'static str,
    pub(crate) spoiled: &'static str,
    pub(crate) voided: &'static str,
    pub(crate) site: &'static str,
    pub(crate) operator: &'static str,
    pub(crate) total: &'static str,
    pub(crate) device: &'static str,
    pub(crate) epoch: &'static str,
    pub(crate) profile: &'static str,
    pub(crate) shift: &'static str,
    pub(crate) none: &'static str,
    pub(crate) sealed: &'static str,
    pub(crate) quarantined: &'static str,
    pub(crate) check_ok: &'static str,
    pub(crate) check_fact: &'static str,
    pub(crate) check_warning: &'static str,
    pub(crate) check_failed: &'static str,
    pub(crate) passed: &'static str,
    pub(crate) not_passed: &'static str,
    pub(crate) unknown_tube: &'static str,
    pub(crate) written_to: &'static str,
    pub(crate) carry_written: &'static str,
    pub(crate) carry_own: &'static str,
    pub(crate) carry_others: &'static str,
    pub(crate) carry_taken: &'static str,
    pub(crate) carry_cut_off: &'static str,
    pub(crate) carry_oversize: &'static str,
    pub(crate) carries: &'static str,
    pub(crate) good_until: &'static str,
    pub(crate) delegated: &'static str,
    pub(crate) cards_done: &'static str,
    pub(crate) note_epoch: &'static str,
    pub(crate) note_keys_lost: &'static str,
    pub(crate) note_set_aside: &'static str,
    pub(crate) note_was_saved: &'static str,
    pub(crate) note_was_not_saved: &'static str,
    pub(crate) note_capture_stopped: &'static str,
    pub(crate) note_capture_resumed: &'static str,
    pub(crate) note_copy_seen: &'static str,
    pub(crate) note_items_rotted: &'static str,
    pub(crate) log_exports_none: &'static str,
    pub(crate) enrolled: &'static str,
    pub(crate) started: &'static str,
    pub(crate) vault_says: &'static str,
    pub(crate) not_logged: &'static str,
    pub(crate) no_hub: &'static str,
    pub(crate) no_shift: &'static str,
    pub(crate) phone: &'static str,
    pub(crate) guardian: &'static str,
    pub(crate) unreadable: &'static str,
    pub(crate) elsewhere: &'static str,
    pub(crate) desk_counts: &'static str,
    pub(crate) box_age: &'static str,
    pub(crate) box_late: &'static str,
    pub(crate) doors_left: &'static str,
    pub(crate) doors_building: &'static str,
    pub(crate) doors_people: &'static str,
    pub(crate) doors_homes: &'static str,
    pub(crate) doors_overlap: &'static str,
    pub(crate) doors_kept: &'static str,
    /// Looks up an outcome, cue, remark, problem or kind by its word.
    lookup: fn(&str) -> Option<&'static str>,
    /// What a verb does, by its name.
    verb: fn(&str) -> Option<&'static str>,
}

impl Words {
    /// The table of a language.
    pub(crate) const fn of(language: Language) -> &'static Self {
        match language {
            Language::Chinese => &zh::WORDS,
            Language::English => &en::WORDS,
        }
    }

    pub(crate) fn outcome(&self, outcome: Outcome) -> &'static str {
        (self.lookup)(outcome.as_str()).unwrap_or(outcome.as_str())
    }

    pub(crate) fn cue(&self, cue: Cue) -> &'static str {
        let word = match cue {
            Cue::Ok => "cue_ok",
            Cue::Attention => "cue_attention",
            Cue::Duplicate => "cue_duplicate",
            Cue::WrongKind => "cue_wrong_kind",
            Cue::Full => "cue_full",
            _ => "cue_refused",
        };
        (self.lookup)(word).unwrap_or(cue.as_str())
    }

    pub(crate) fn remark(&self, remark: Remark) -> &'static str {
        (self.lookup)(remark.as_str()).unwrap_or(remark.as_str())
    }

    /// The words for the state of a traced tube or person; the state itself where there are none.
    pub(crate) fn trace_state<'a>(&self, state: &'a str) -> &'a str {
        (self.lookup)(&format!("state_{state}")).unwrap_or(state)
    }

    /// The words for the kind of something scanned; the kind itself where there are none.
    pub(crate) fn kind<'a>(&self, kind: &'a str) -> &'a str {
        (self.lookup)(&format!("kind_{kind}")).unwrap_or(kind)
    }

    /// Every verb with its arguments and what it does, one a line.
    pub(crate) fn help(&self) -> String {
        let shells = verbs::OF_THE_SHELL.iter();
        let all = fieldcore::USAGES.iter().chain(shells);
        let lines = all.map(|(name, usage)| format!("{usage:<33} {}", (self.verb)(name).unwrap_or_default()));
        std::iter::once(self.help_scan.to_owned()).chain(lines).collect::<Vec<_>>().join("\n")
    }

    /// What is wrong with a line that was meant as a verb.
    pub(crate) fn bad_verb(&self, name: &str) -> String {
        match fieldcore::USAGES.iter().find(|(known, _)| *known == name) {
            Some((_, usage)) => fill(self.verb_usage, &[usage]),
            None => self.verb_unknown.to_owned(),
        }
    }

    /// The words for the state of a box; the state itself where there are none.
    pub(crate) fn box_state<'a>(&self, state: &'a str) -> &'a str {
        (self.lookup)(&format!("box_state_{state}")).unwrap_or(state)
    }

    /// The words for what is found at doors; the code itself where there are none.
    pub(crate) fn door<'a>(&self, code: &'a str) -> &'a str {
        (self.lookup)(&format!("door_{code}")).unwrap_or(code)
    }

    /// The words for what a desk found; the code itself where there are none.
    pub(crate) fn desk<'a>(&self, found: &'a str) -> &'a str {
        (self.lookup)(&format!("desk_{found}")).unwrap_or(found)
    }

    /// The words for a problem's code; the code itself where there are none.
    pub(crate) fn problem<'a>(&self, code: &'a str) -> &'a str {
        (self.lookup)(code).unwrap_or(code)
    }
}

/// `pattern` with each `{}` replaced by the next of `values`.
pub(crate) fn fill(pattern: &str, values: &[&dyn std::fmt::Display]) -> String {
    let mut parts = pattern.split("{}");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for (index, part) in parts.enumerate() {
        if let Some(value) = values.get(index) {
            text.push_str(&value.to_string());
        }
        text.push_str(part);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const LANGUAGES: [Language; 2] = [Language::Chinese, Language::English];

    #[test]
    fn every_outcome_and_cue_has_words_in_every_language() {
        for language in LANGUAGES {
            let words = Words::of(language);
            for outcome in Outcome::ALL {
                assert!((words.lookup)(outcome.as_str()).is_some(), "{language:?} {outcome:?}");
            }
            for cue in Cue::ALL {
                assert_ne!(words.cue(*cue), cue.as_str(), "{language:?}");
            }
            for remark in Remark::ALL {
                assert!((words.lookup)(remark.as_str()).is_some(), "{language:?} {remark:?}");
            }
            for problem in fieldcore::PROBLEMS {
                assert!((words.lookup)(problem).is_some(), "{language:?} {problem}");
            }
            for (verb, usage) in fieldcore::USAGES.iter().chain(verbs::OF_THE_SHELL) {
                assert!((words.verb)(verb).is_some(), "{language:?} {usage}");
                assert!(words.help().contains(usage));
            }
            let states = fieldcore::doors::HomeState::ALL.iter().map(|state| state.as_str());
            let excuses = fieldcore::record::Excuse::ALL.iter().map(|excuse| excuse.as_str());
            let follow_ups = fieldcore::record::FollowUpKind::ALL.iter().map(|what| what.as_str());
            let categories = fieldcore::roster::Category::ALL.iter().map(|category| category.as_str());
            for code in states.chain(excuses).chain(follow_ups).chain(categories) {
                assert!((words.lookup)(&format!("door_{code}")).is_some(), "{language:?} {code}");
            }
            let documents = fieldcore::record::DocumentKind::ALL.iter().map(|kind| kind.as_str());
            let readings = fieldcore::scan::ReadingKind::ALL.iter().map(|kind| kind.as_str());
            for kind in documents.chain(readings).chain(["tube", "waiting"]) {
                assert!((words.lookup)(&format!("kind_{kind}")).is_some(), "{language:?} {kind}");
            }
            for problem in fieldcore::scan::Problem::ALL {
                assert_ne!(words.problem(problem.as_str()), problem.as_str(), "{language:?}");
            }
        }
    }

    #[test]
    fn patterns_of_both_languages_take_the_same_values() {
        let (zh, en) = (Words::of(Language::Chinese), Words::of(Language::English));
        let pairs: &[(&str, &str)] = &[
            (zh.open_minutes, en.open_minutes),
            (zh.left, en.left),
            (zh.position, en.position),
            (zh.earlier, en.earlier),
            (zh.lane_is, en.lane_is),
            (zh.hub_not_it, en.hub_not_it),
            (zh.hub_moved_back, en.hub_moved_back),
            (zh.shift_ended, en.shift_ended),
            (zh.written_to, en.written_to),
            (zh.elsewhere, en.elsewhere),
            (zh.desk_counts, en.desk_counts),
            (zh.box_age, en.box_age),
            (zh.box_late, en.box_late),
            (zh.doors_left, en.doors_left),
            (zh.doors_building, en.doors_building),
            (zh.doors_people, en.doors_people),
            (zh.doors_homes, en.doors_homes),
            (zh.doors_overlap, en.doors_overlap),
            (zh.doors_kept, en.doors_kept),
        ];
        for (zh, en) in pairs {
            assert_eq!(zh.matches("{}").count(), en.matches("{}").count(), "{en}");
        }
        assert_eq!(fill("a {} b {}", &[&1, &"x"]), "a 1 b x");
    }
}
