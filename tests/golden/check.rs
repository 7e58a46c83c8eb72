//! Reads a vector's file as a receiver would and says what is in it, or which check it fails.

use fieldcore::crypto::{self, Domain};
use fieldcore::record::decode_row;
use fieldcore::wire::{
    Batch, Bundle, Certificate, Contents, Dispatch, DispatchKind, Enrolment, HubSigned, HubState, HubStatement,
    Invitation, Item, KeySet, KeyWrap, Mode, Poll, Purpose, Receipt, Refusal, Salvage, SegmentHeader, SegmentScope,
    SignedEnrolment, SignedPoll, SignedSegment, open_for_device, open_row, token_id, unwrap_data_key,
};
use fieldcore::{DeviceId, Epoch, Error, RecordRef, Secret};
use serde_json::{Value, json};

use crate::cards;
use crate::carry;
use crate::describe::{self, unhex};
use crate::good::outline_of;

type Checked = Result<Value, &'static str>;

pub(crate) fn secret(value: &Value) -> Secret {
    Secret::new(unhex(value.as_str().expect("a secret")).try_into().expect("32 bytes"))
}

pub(crate) fn fixed<const N: usize>(value: &Value) -> [u8; N] {
    unhex(value.as_str().expect("hexadecimal")).try_into().expect("its length")
}

/// Which check an error of reading stands for.
pub(crate) fn form(error: &Error) -> &'static str {
    match error {
        Error::Decode { why, .. } if why.contains("update the reader") => "version",
        _ => "form",
    }
}

pub(crate) fn check(vector: &Value) -> Checked {
    let keys = &vector["keys"];
    let bytes = || unhex(vector["bytes"].as_str().expect("bytes"));
    let is = vector["is"].as_str().expect("what it is");
    if let Some(found) = vector["text"]
        .as_str()
        .and_then(|text| crate::custody::check(is, text).or_else(|| crate::claims::check(is, text)))
    {
        return found;
    }
    match is {
        "certificate" => certificate(&bytes(), keys),
        "key_set" => key_set(&bytes(), keys).map(|set| describe::key_set(&set)),
        "invitation" => invitation(vector["text"].as_str().expect("text")),
        "enrolment" => enrolment(&bytes(), keys),
        "poll" => poll(&bytes()),
        "outstanding" => carry::check_outstanding(&bytes()),
        "frames" => carry::check_frames(vector),
        "segment" => segment(vector, &bytes(), keys),
        "row" => row(vector, &bytes(), keys),
        "batch" => {
            batch(&bytes(), keys, vector["live"] == true).map(|(batch, contents)| describe::batch(&batch, &contents))
        }
        "outline" => Batch::outline(&bytes()).map(|outline| outline_of(&outline)).map_err(|error| form(&error)),
        "chain" => chain(vector, keys),
        "salvage" => salvage(&bytes(), keys),
        "receipt" => hub_statement::<Receipt>(&bytes(), keys).map(|one| describe::receipt(&one)),
        "state" => hub_statement::<HubState>(&bytes(), keys).map(|one| describe::state(&one)),
        "dispatch" => dispatch(&bytes(), keys),
        "refusal" => Refusal::parse(&bytes()).map(|one| describe::refusal(&one)).map_err(|error| form(&error)),
        "bundle" => bundle(&bytes(), keys),
        _ => cards::check(vector),
    }
}

pub(crate) fn roots(keys: &Value) -> [[u8; 32]; 2] {
    [fixed(&keys["roots"][0]), fixed(&keys["roots"][1])]
}

fn certificate(bytes: &[u8], keys: &Value) -> Checked {
    let one = Certificate::parse(bytes).map_err(|error| form(&error))?;
    one.verify(&roots(keys)).map_err(|_| "signature")?;
    Ok(describe::certificate(&one))
}

fn key_set(bytes: &[u8], keys: &Value) -> Result<KeySet, &'static str> {
    let set = KeySet::parse(bytes).map_err(|error| form(&error))?;
    set.verify(&roots(keys))
        .map_err(|error| if error.to_string().contains("campaign") { "campaign" } else { "signature" })?;
    Ok(set)
}

fn invitation(text: &str) -> Checked {
    match Invitation::from_text(text) {
        Ok(one) => Ok(describe::invitation(&one)),
        Err(Error::Untrusted { .. }) => Err("signature"),
        Err(error) => Err(form(&error)),
    }
}

fn enrolment(bytes: &[u8], keys: &Value) -> Checked {
    let signed = SignedEnrolment::parse(bytes).map_err(|error| form(&error))?;
    let one: Enrolment = signed.peek().map_err(|error| form(&error))?;
    signed.verify().map_err(|_| "signature")?;
    if let Some(token) = keys["token"].as_str() {
        let token: [u8; 16] = unhex(token).try_into().expect("16 bytes");
        if token_id(&token) != one.token_id || !one.proves(&token) {
            return Err("proof");
        }
    }
    Ok(describe::enrolment(&one))
}

fn poll(bytes: &[u8]) -> Checked {
    let signed = SignedPoll::parse(bytes).map_err(|error| form(&error))?;
    let one: Poll = signed.peek().map_err(|error| form(&error))?;
    signed.verify().map_err(|_| "signature")?;
    Ok(describe::poll(&one))
}

fn segment(vector: &Value, bytes: &[u8], keys: &Value) -> Checked {
    let signed = SignedSegment { bytes: bytes.to_vec(), signature: fixed(&vector["signature"]) };
    let header = signed.verify().map_err(|error| of_segment(&error))?;
    let data_key = open_wrap(&header.wraps, &header.scope(), keys)?;
    assert_eq!(data_key, secret(&keys["data_key"]), "the data key that the vector names");
    Ok(describe::segment(&header))
}

fn of_segment(error: &Error) -> &'static str {
    if matches!(error, Error::Untrusted { .. }) { "signature" } else { form(error) }
}

fn row(vector: &Value, bytes: &[u8], keys: &Value) -> Checked {
    let at = &vector["at"];
    let at = RecordRef {
        device: DeviceId::parse(at[0].as_str().expect("a device id")).expect("a device id"),
        epoch: Epoch::from_u64(at[1].as_u64().expect("an epoch")).expect("an epoch"),
        seq: at[2].as_u64().expect("a seq"),
    };
    let code = |key: &str| u16::try_from(vector[key].as_u64().expect("a code")).expect("a code");
    let plain = open_row(&secret(&keys["data_key"]), at, code("kind"), code("version"), bytes).map_err(|_| "seal")?;
    let record = decode_row(at, code("kind"), code("version"), &plain).map_err(|_| "content")?;
    Ok(describe::record(&record))
}

/// The data key from a wrap for one of the keys at hand, which must all agree.
fn open_wrap(wraps: &[KeyWrap], scope: &SegmentScope, keys: &Value) -> Result<Secret, &'static str> {
    let secrets = keys["seal"].as_object().expect("seal keys");
    let mut found = None;
    for wrap in wraps {
        let Some(own) = secrets.get(&describe::hex(wrap.key)) else { continue };
        let data_key = unwrap_data_key(wrap, &secret(own), scope).map_err(|_| "wrap")?;
        assert!(found.is_none_or(|before| before == data_key), "every wrap holds the same data key");
        found = Some(data_key);
    }
    found.ok_or("wrap")
}

fn batch(bytes: &[u8], keys: &Value, live: bool) -> Result<(Batch, Contents), &'static str> {
    let batch = Batch::parse(bytes).map_err(|error| form(&error))?;
    let domain = if batch.header.mode == Mode::Live { Domain::BatchLive } else { Domain::BatchPractice };
    crypto::verify(&batch.header.device_key, domain, &batch.header_bytes, &batch.signature, "batch")
        .map_err(|_| "signature")?;
    batch.verify().map_err(|_| "digest")?;
    if live && batch.header.mode == Mode::Practice {
        return Err("practice");
    }
    let data_key = open_wrap(&batch.header.wraps, &batch.header.scope(), keys)?;
    let contents = batch.open(&data_key).map_err(|error| match error {
        Error::Untrusted { .. } => "seal",
        _ => "content",
    })?;
    Ok((batch, contents))
}

fn chain(vector: &Value, keys: &Value) -> Checked {
    let mut before = [0; 32];
    let (mut digests, mut records) = (Vec::new(), std::collections::BTreeMap::new());
    for one in vector["bytes"].as_array().expect("a list of batches") {
        let (batch, contents) = batch(&unhex(one.as_str().expect("bytes")), keys, true)?;
        if batch.header.previous != before {
            return Err("chain");
        }
        before = batch.digest();
        digests.push(describe::hex(before));
        records.extend(contents.records.into_iter().map(|record| (record.at, record)));
    }
    let records: Vec<_> = records.into_values().collect();
    Ok(json!({"digests": digests, "figures": describe::figures(&records)}))
}

fn salvage(bytes: &[u8], keys: &Value) -> Checked {
    let salvage = Salvage::parse(bytes).map_err(|error| form(&error))?;
    crypto::verify(&salvage.header.device_key, Domain::Salvage, &salvage.header_bytes, &salvage.signature, "salvage")
        .map_err(|_| "signature")?;
    salvage.verify_uploader().map_err(|_| "digest")?;
    let segment: SegmentHeader = salvage.header.segment.verify().map_err(|error| of_segment(&error))?;
    if segment.mode != salvage.header.mode {
        return Err("practice");
    }
    salvage.verify().map_err(|_| "content")?;
    let data_key = open_wrap(&segment.wraps, &segment.scope(), keys)?;
    let opened = salvage.open(&data_key).map_err(|_| "content")?;
    let failed: Vec<u64> = opened.failures.iter().map(|failure| failure.seq).collect();
    Ok(describe::salvage(&salvage, &segment, &opened.records, &failed))
}

/// The checks of a hub's statement in the document's order.
pub(crate) fn hub_statement<T: HubStatement>(bytes: &[u8], keys: &Value) -> Result<T, &'static str> {
    let set = KeySet::parse(&unhex(keys["key_set"].as_str().expect("a key set"))).expect("a sound key set");
    set.verify(&roots(keys)).expect("a sound key set");
    let signed = HubSigned::<T>::parse(bytes).map_err(|error| form(&error))?;
    let certificate = set.find(Purpose::Receipt, &signed.key).ok_or("key")?;
    crypto::verify(&certificate.key, T::DOMAIN, &signed.bytes, &signed.signature, "statement")
        .map_err(|_| "signature")?;
    let statement = signed.peek().map_err(|error| form(&error))?;
    if statement.campaign() != set.campaign {
        return Err("campaign");
    }
    match signed.verify(&set) {
        Ok(statement) => Ok(statement),
        Err(_) => Err("key"),
    }
}

fn dispatch(bytes: &[u8], keys: &Value) -> Checked {
    let one: Dispatch = hub_statement(bytes, keys)?;
    if !matches!(
        one.kind,
        DispatchKind::Notice | DispatchKind::Roster | DispatchKind::RosterChange | DispatchKind::Grant
    ) {
        return Ok(describe::dispatch(&one, &one.payload));
    }
    let plain = open_for_device(&one, &secret(&keys["device_seal"]), one.to.ok_or("form")?).map_err(|_| "seal")?;
    Ok(describe::dispatch(&one, &plain))
}

fn bundle(bytes: &[u8], keys: &Value) -> Checked {
    let read = Bundle::read(bytes).map_err(|_| "form")?;
    let mut records = std::collections::BTreeMap::new();
    for item in &read.items {
        match item {
            Item::Enrolment(bytes) => drop(enrolment(bytes, keys)?),
            Item::Poll(bytes) => drop(poll(bytes)?),
            Item::Batch(bytes) => {
                let (_, contents) = batch(bytes, keys, true)?;
                records.extend(contents.records.into_iter().map(|record| (record.at, record)));
            }
            _ => {}
        }
    }
    let items: Vec<Value> =
        read.items.iter().map(|item| json!({"type": item.code(), "digest": describe::hex(item.digest())})).collect();
    let records: Vec<_> = records.into_values().collect();
    Ok(
        json!({"items": items, "cut_off": read.cut_off, "oversize": read.oversize, "figures": describe::figures(&records)}),
    )
}
