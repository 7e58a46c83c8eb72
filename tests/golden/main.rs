//! Golden vectors of the wire format: made again from fixed seeds they must come out byte for
//! byte, and each file must hold, or fail the check that it names. `tests/verifier` reads the
//! same files with no code of ours.
//!
//! After a deliberate change of the format: `FIELDCORE_WRITE_VECTORS=1 cargo test -p
//! fieldcore-tests --test vectors`, and a look at what changed.

mod bad;
mod bad_batches;
mod bad_bodies;
mod cards;
mod carry;
mod check;
mod claims;
mod custody;
mod describe;
mod dispatches;
mod docs;
mod forge;
mod good;
mod kinds;
mod material;
mod rosters;
mod vector;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use vector::Vector;

/// Set to `1`, the vectors and the document's tables are written instead of compared.
pub(crate) fn writing() -> bool {
    std::env::var("FIELDCORE_WRITE_VECTORS").is_ok_and(|value| value == "1")
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors")
}

fn made() -> BTreeMap<String, String> {
    let list: Vec<Vector> = good::all()
        .into_iter()
        .chain(bad::all())
        .chain(carry::all())
        .chain(custody::all())
        .chain(claims::all())
        .collect();
    let count = list.len();
    let map: BTreeMap<String, String> =
        list.iter().map(|vector| (format!("{}.json", vector.name), vector.to_text())).collect();
    assert_eq!(map.len(), count, "every vector has a name of its own");
    map
}

fn stored() -> BTreeMap<String, String> {
    let entries = std::fs::read_dir(folder()).expect("the folder of the vectors");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&path).expect("a text"))
        })
        .collect()
}

#[test]
fn the_vectors_are_byte_for_byte_what_they_were() {
    let made = made();
    if writing() {
        for name in stored().keys().filter(|name| !made.contains_key(*name)) {
            std::fs::remove_file(folder().join(name)).expect("an old vector can be removed");
        }
        for (name, text) in &made {
            std::fs::write(folder().join(name), text).expect("a vector can be written");
        }
    }
    let stored = stored();
    let names = |map: &BTreeMap<String, String>| map.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&stored), names(&made), "the files and what is made");
    let changed: Vec<&String> =
        made.iter().filter(|(name, text)| stored[*name] != **text).map(|(name, _)| name).collect();
    assert!(
        changed.is_empty(),
        "bytes changed in {changed:?}; phones in the field write the old ones. If it is meant (a new version of the \
         format, or another release of zstd, which may compress the same content otherwise), say so in the changelog \
         and write them again, see this file's head"
    );
}

#[test]
fn every_vector_holds_or_fails_as_it_says() {
    let stored = stored();
    assert!(stored.len() > 100, "the vectors are there");
    for (name, text) in stored {
        let vector: Value = serde_json::from_str(&text).expect("JSON");
        match (check::check(&vector), vector["valid"].as_bool()) {
            (Ok(found), Some(true)) => assert_eq!(found, vector["expect"], "{name}"),
            (Err(check), Some(false)) => assert_eq!(check, vector["fails"], "{name}"),
            (Ok(_), _) => panic!("{name}: it must fail `{}` and holds", vector["fails"]),
            (Err(check), _) => panic!("{name}: it must hold and fails `{check}`"),
        }
    }
}

/// Negative control: what is compared above notices a change of one byte anywhere in a batch.
#[test]
fn a_changed_vector_is_noticed() {
    let stored = stored();
    let sound: Value = serde_json::from_str(&stored["batch_live.json"]).expect("JSON");
    let bytes = describe::unhex(sound["bytes"].as_str().expect("bytes"));
    for at in (0..bytes.len()).step_by(7) {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        let mut vector = sound.clone();
        vector["bytes"] = Value::String(describe::hex(&changed));
        assert!(check::check(&vector).is_err(), "byte {at}");
    }
}

#[test]
fn every_kind_and_every_type_of_item_is_there() {
    let all: String = stored().into_values().collect();
    for kind in fieldcore::record::KINDS {
        assert!(all.contains(&format!("\"kind\": {},", kind.code)), "kind {}", kind.name);
    }
    for what in ["invitation", "certificate", "key_set", "segment", "row", "enrolment", "batch", "outline", "chain"]
        .into_iter()
        .chain(["salvage", "receipt", "refusal", "poll", "state", "dispatch", "bundle", "outstanding", "frames"])
        .chain(["delegation", "link", "helper_keys", "welcome", "kit", "proxy_card"])
        .chain(["salvage", "receipt", "refusal", "poll", "state", "dispatch", "bundle"])
        .chain(["tube_pass", "tube_answer", "hand_over", "hand_over_receipt", "hand_over_list", "claims_told"])
    {
        assert!(all.contains(&format!("\"is\": \"{what}\"")), "{what}");
    }
}
