//! The vectors of carry: a device's word on what is outstanding, and animated frames.

use fieldcore::carry::{FrameMaker, FrameTaker, Wrong};
use fieldcore::crypto;
use fieldcore::wire::{Bundle, Item, Outstanding, SignedOutstanding};
use serde_json::{Value, json};

use crate::describe::{hex, unhex};
use crate::material::{CAMPAIGN, NOW_MS, Phone};
use crate::vector::Vector;

/// Bytes of a frame here: small, so that a file holds a whole transfer.
const FRAME_BYTES: usize = 64;

pub(crate) fn all() -> Vec<Vector> {
    let phone = Phone::new("device");
    [words(&phone), frames()].concat()
}

fn outstanding(phone: &Phone) -> Outstanding {
    Outstanding {
        campaign: CAMPAIGN,
        device_key: phone.key(),
        wall_ms: NOW_MS,
        epoch: phone.epoch,
        seq: 212,
        batch: 3,
        unsent: 48,
        since_ms: Some(NOW_MS - 7_200_000),
        carries: 5,
    }
}

fn words(phone: &Phone) -> Vec<Vector> {
    let sign = |said: &Outstanding| SignedOutstanding::sign(said, &phone.seed).unwrap().to_bytes().unwrap();
    let said = outstanding(phone);
    let nothing = Outstanding { unsent: 0, since_ms: None, carries: 0, ..outstanding(phone) };
    let good = |name: &str, says: &str, said: &Outstanding| {
        Vector::good(name, "outstanding", says).bytes(&sign(said)).expect(describe(said))
    };
    let whole = good("outstanding", "records that have no receipt, and batches carried for others", &said);
    let mut changed = sign(&said);
    let at = changed.len() - 9;
    changed[at] ^= 0x10;
    vec![
        whole.turned_bad("outstanding_changed", "one bit of the signature", "signature").bytes(&changed),
        whole,
        good("outstanding_nothing", "everything is with the hub", &nothing),
    ]
}

fn describe(said: &Outstanding) -> Value {
    json!({
        "version": 1,
        "campaign": said.campaign.to_string(),
        "device_key": hex(said.device_key),
        "wall": said.wall_ms,
        "epoch": said.epoch.as_u64(),
        "seq": said.seq,
        "batch": said.batch,
        "unsent": said.unsent,
        "since": said.since_ms,
        "carries": said.carries,
    })
}

pub(crate) fn check_outstanding(bytes: &[u8]) -> Result<Value, &'static str> {
    let signed = SignedOutstanding::parse(bytes).map_err(|_| "form")?;
    let said = signed.peek().map_err(|_| "form")?;
    signed.verify().map_err(|_| "signature")?;
    Ok(describe(&said))
}

/// The parts of frame `number`, made once more from the document: what the code has is not asked.
fn set(id: &[u8], number: u32, parts: usize) -> Vec<usize> {
    if (number as usize) < parts {
        return vec![number as usize];
    }
    let bit = |part: usize| {
        let block = u32::try_from(part / 256).unwrap().to_be_bytes();
        let digest = crypto::sha256(&[b"fieldcore/frame-set/1\0", id, &number.to_be_bytes(), &block]);
        digest[part % 256 / 8] >> (part % 8) & 1 == 1
    };
    let set: Vec<usize> = (0..parts).filter(|part| bit(*part)).collect();
    if set.is_empty() { vec![number as usize % parts] } else { set }
}

fn bundle() -> Vec<u8> {
    let refusal = (0..170).map(|at: u32| (at * 37 % 251) as u8).collect();
    Bundle::write(&[Item::Unknown { kind: 200, bytes: refusal }]).unwrap()
}

/// A frame whose check was put right again.
fn forged(mut frame: Vec<u8>, change: impl FnOnce(&mut [u8])) -> Vec<u8> {
    let end = frame.len() - 4;
    change(&mut frame[..end]);
    let check = crypto::sha256(&[b"fieldcore/frame/1\0", &frame[..end]]);
    frame[end..].copy_from_slice(&check[..4]);
    frame
}

fn expect(numbers: &[u32], bundle: &[u8], parts: usize) -> Value {
    let id = &crypto::sha256(&[b"fieldcore/frames/1\0", bundle])[..8];
    let sets: Vec<Value> =
        numbers.iter().map(|number| json!({"number": number, "parts": set(id, *number, parts)})).collect();
    json!({"id": hex(id), "bundle": hex(bundle), "parts": parts, "frames": sets})
}

fn frames() -> Vec<Vector> {
    let bundle = bundle();
    let maker = FrameMaker::with_frame_bytes(&bundle, FRAME_BYTES).unwrap();
    let parts = maker.needed();
    let vector = |name: &str, says: &str, numbers: &[u32]| {
        let list: Vec<Vec<u8>> = numbers.iter().map(|number| maker.frame(*number)).collect();
        let texts: Vec<String> = numbers.iter().map(|number| maker.text(*number)).collect();
        Vector::good(name, "frames", says)
            .many(&list)
            .beside("texts", json!(texts))
            .expect(expect(numbers, &bundle, parts))
    };
    let plain: Vec<u32> = (0..u32::try_from(parts).unwrap()).collect();
    let whole = vector("frames", "the parts of a bundle in order", &plain);
    let sums = vector("frames_sums_alone", "sums of parts: whoever came late", &later(&maker));
    let first = |change: &dyn Fn(&mut [u8]), seal: bool| {
        let mut list: Vec<Vec<u8>> = plain.iter().map(|number| maker.frame(*number)).collect();
        list[0] = if seal {
            forged(list[0].clone(), |frame| change(frame))
        } else {
            {
                let mut frame = list[0].clone();
                change(&mut frame);
                frame
            }
        };
        list
    };
    let bad = |name: &str, says: &str, fails: &str, list: &[Vec<u8>]| {
        whole.turned_bad(name, says, fails).many(list).beside("texts", Value::Null)
    };
    vec![
        bad("frames_damaged", "a bit of the first part turned", "digest", &first(&|frame| frame[30] ^= 1, false)),
        bad(
            "frames_poisoned",
            "another first part, its check put right",
            "digest",
            &first(&|frame| frame[30] ^= 1, true),
        ),
        bad("frames_too_long", "a length over the limit", "form", &first(&|frame| frame[12] = 1, true)),
        bad("frames_without_magic", "no frame of this format", "form", &first(&|frame| frame[0] = b'X', true)),
        whole,
        sums,
    ]
}

/// Numbers behind the parts, as many as are needed.
fn later(maker: &FrameMaker) -> Vec<u32> {
    let mut taker = FrameTaker::new();
    let mut numbers = Vec::new();
    for number in 40.. {
        numbers.push(number);
        if taker.take(&maker.frame(number)).is_done() {
            break;
        }
    }
    numbers
}

pub(crate) fn check_frames(vector: &Value) -> Result<Value, &'static str> {
    let list: Vec<Vec<u8>> =
        vector["bytes"].as_array().expect("frames").iter().map(|one| unhex(one.as_str().expect("bytes"))).collect();
    let mut taker = FrameTaker::new();
    let mut numbers = Vec::new();
    for (at, frame) in list.iter().enumerate() {
        if let Some(text) = vector["texts"][at].as_str() {
            let mut by_text = FrameTaker::new();
            assert_eq!(by_text.take_text(text), FrameTaker::new().take(frame), "the text is the frame's");
        }
        match taker.take(frame).wrong {
            None => {}
            Some(Wrong::Damaged | Wrong::NotWhole) => return Err("digest"),
            Some(_) => return Err("form"),
        }
        numbers.push(u32::from_be_bytes(frame[16..20].try_into().expect("four bytes")));
    }
    let bundle = taker.bundle().expect("a vector holds a whole transfer");
    Ok(expect(&numbers, bundle, bundle.len().div_ceil(list[0].len() - 24)))
}
