//! The receiving desk: what was sent, compared with what is there.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::{Code, HandOver, HandOverList, SignedHandOver, SignedHandOverList};
use crate::error::{Error, Result};
use crate::record::DeskFinding;

/// What was sent: the labels of tubes, each with the label of the box in which it should be, where that is known.
pub type Sent = BTreeMap<String, Option<String>>;

/// A hand-over with the labels of the tubes in its boxes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The giver's offer.
    pub offer: HandOver,
    /// The labels, box by box in the order of the offer.
    pub labels: Vec<Vec<String>>,
}

/// The hand-overs in a file of codes, one a line: each offer with the list that its giver signed. Lines that are none
/// of these codes are passed over. Fails for a code that does not verify, one of another campaign, and an offer without
/// its list: its tubes cannot be told from others.
pub fn read_offers(text: &str, campaign: Uuid) -> Result<Vec<Listed>> {
    let (mut offers, mut lists) = (Vec::new(), Vec::new());
    for line in text.lines() {
        match Code::of(line) {
            Some(Code::HandOver) => {
                let signed = SignedHandOver::from_code(line)?;
                offers.push((HandOverList::digest(&signed), signed.verify()?));
            }
            Some(Code::List) => lists.push(SignedHandOverList::from_code(line)?.verify()?),
            _ => {}
        }
    }
    let mut listed = Vec::new();
    for (digest, offer) in offers {
        if offer.campaign != campaign {
            return Err(Error::untrusted("code of a hand-over", "it belongs to another campaign"));
        }
        let same = |list: &&HandOverList| list.offer == digest && list.device_key == offer.device_key;
        let labels = lists.iter().find(same).map(|list| list.labels.clone());
        let labels = labels.filter(|labels| labels.len() == offer.boxes.len()).ok_or_else(|| {
            let why = "it does not name its tubes; give the file with its list (FCL:…) too, or the hub's own list";
            Error::invalid("code of a hand-over", why)
        })?;
        listed.push(Listed { offer, labels });
    }
    Ok(listed)
}

/// Something that lies on the desk.
#[derive(Clone, PartialEq, Eq)]
pub enum Found {
    /// A tube with this label, and the box out of which it was taken.
    Tube {
        /// Its label.
        label: String,
        /// The box's label.
        container: Option<String>,
    },
    /// A tube whose label cannot be read.
    Unreadable {
        /// What describes it.
        words: String,
        /// The box's label.
        container: Option<String>,
    },
}

/// What the desk says of one label.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The box in which it was, or should be.
    pub container: Option<String>,
    /// The label; words for one that cannot be read.
    pub label: String,
    /// What was found.
    pub found: DeskFinding,
}

impl std::fmt::Debug for Found {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Found")
    }
}

impl std::fmt::Debug for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.found.as_str())
    }
}

/// Compares what was sent with what is there, in the order of boxes and labels. A label that was scanned twice is there
/// once. A tube that was sent and lies in another box is there, in the box in which it was found.
pub fn compare(sent: &Sent, found: &[Found]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut there = BTreeSet::new();
    for one in found {
        match one {
            Found::Tube { label, container } => {
                if there.insert(label.as_str()) {
                    let known = sent.get(label);
                    let container = container.clone().or_else(|| known.cloned().flatten());
                    let found = if known.is_some() { DeskFinding::Present } else { DeskFinding::Extra };
                    findings.push(Finding { container, label: label.clone(), found });
                }
            }
            Found::Unreadable { words, container } => findings.push(Finding {
                container: container.clone(),
                label: words.clone(),
                found: DeskFinding::Unreadable,
            }),
        }
    }
    for (label, container) in sent {
        if !there.contains(label.as_str()) {
            let (container, label) = (container.clone(), label.clone());
            findings.push(Finding { container, label, found: DeskFinding::Missing });
        }
    }
    findings.sort();
    findings
}

/// Whether everything that was sent is there, and nothing else.
pub fn is_complete(findings: &[Finding]) -> bool {
    findings.iter().all(|finding| finding.found == DeskFinding::Present)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tube(label: &str, container: Option<&str>) -> Found {
        Found::Tube { label: label.to_owned(), container: container.map(str::to_owned) }
    }

    fn words(findings: &[Finding]) -> Vec<(Option<&str>, &str, &str)> {
        findings.iter().map(|one| (one.container.as_deref(), one.label.as_str(), one.found.as_str())).collect()
    }

    #[test]
    fn the_four_findings_and_where_they_belong() {
        let sent = Sent::from([
            ("T-1".to_owned(), Some("B-1".to_owned())),
            ("T-2".to_owned(), Some("B-1".to_owned())),
            ("T-3".to_owned(), Some("B-2".to_owned())),
            ("T-4".to_owned(), None),
        ]);
        let found = [
            tube("T-1", Some("B-1")),
            tube("T-1", Some("B-1")),
            tube("T-3", Some("B-1")),
            tube("T-9", None),
            Found::Unreadable { words: "torn".to_owned(), container: Some("B-2".to_owned()) },
        ];
        let findings = compare(&sent, &found);
        assert_eq!(
            words(&findings),
            [
                (None, "T-4", "missing"),
                (None, "T-9", "extra"),
                (Some("B-1"), "T-1", "present"),
                (Some("B-1"), "T-2", "missing"),
                (Some("B-1"), "T-3", "present"),
                (Some("B-2"), "torn", "unreadable"),
            ]
        );
        assert!(!is_complete(&findings));
        assert!(is_complete(&compare(&Sent::new(), &[])));
    }

    proptest! {
        /// Against the plain meaning of the words, label by label.
        #[test]
        fn every_label_is_named_once_and_rightly(
            sent in prop::collection::btree_set(0u8..30, 0..20),
            found in prop::collection::vec(0u8..30, 0..30),
        ) {
            let list: Sent = sent.iter().map(|n| (format!("T-{n:02}"), None)).collect();
            let scans: Vec<Found> = found.iter().map(|n| tube(&format!("T-{n:02}"), None)).collect();
            let findings = compare(&list, &scans);
            for n in 0..30u8 {
                let named: Vec<_> =
                    findings.iter().filter(|one| one.label == format!("T-{n:02}")).map(|one| one.found).collect();
                let expected = match (sent.contains(&n), found.contains(&n)) {
                    (true, true) => vec![DeskFinding::Present],
                    (true, false) => vec![DeskFinding::Missing],
                    (false, true) => vec![DeskFinding::Extra],
                    (false, false) => vec![],
                };
                prop_assert_eq!(named, expected);
            }
            let complete = found.iter().all(|n| sent.contains(n)) && sent.iter().all(|n| found.contains(n));
            prop_assert_eq!(is_complete(&findings), complete);
        }
    }
}
