//! The hub over HTTP: bundles, states, errors, limits, the admin token, graceful stop.

#![allow(clippy::unwrap_used, reason = "a failed test shows the place")]

mod common;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use common::*;
use fieldcore::wire::{Bundle, Item, ReceiptStatus, SignedState};
use fieldcore_hub::{ServeOptions, Server, serve};
use serde_json::Value;

fn served(site: &Site) -> (Server, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = serve(site.hub.clone(), listener, &ServeOptions::default()).unwrap();
    let base = format!("http://{}", server.address());
    (server, base)
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(20)))
        .build()
        .into()
}

fn json(response: &mut ureq::http::Response<ureq::Body>) -> Value {
    serde_json::from_str(&response.body_mut().read_to_string().unwrap()).unwrap()
}

#[test]
fn a_bundle_goes_in_and_receipts_come_out() {
    let site = Site::new();
    let mut phone = Phone::new(&site.token(1));
    morning(&mut phone, "A", 1, 0);
    let (server, base) = served(&site);
    let body = Bundle::write(&[phone.enrolment(), phone.batch(), phone.signed(&phone.poll())]).unwrap();
    let mut response = agent().post(format!("{base}/v1/bundles")).send(&body[..]).unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "application/vnd.fieldcore.bundle");
    let answer = response.body_mut().read_to_vec().unwrap();
    let answers = Answers::read(&answer, &site.hub.key_set().unwrap());
    assert_eq!(answers.statuses(), [ReceiptStatus::Opened]);
    assert_eq!(answers.states.len(), 1);
    let nonce = "000102030405060708090a0b0c0d0e0f";
    let mut response = agent().get(format!("{base}/v1/state/{}?nonce={nonce}", phone.id)).call().unwrap();
    let items = Bundle::read(&response.body_mut().read_to_vec().unwrap()).unwrap().items;
    let [Item::State(bytes)] = items.as_slice() else { panic!("one state") };
    let state = SignedState::parse(bytes).unwrap().verify(&phone.keys).unwrap();
    assert_eq!(state.nonce, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
    assert_eq!(state.rows[0].batches, 1);
    server.stop();
    assert!(TcpStream::connect(base.trim_start_matches("http://")).is_err());
}

#[test]
fn every_error_says_what_and_what_next() {
    let site = Site::new();
    let stranger = Phone::new(&site.token(1));
    let (_server, base) = served(&site);
    let get = |path: &str| agent().get(format!("{base}{path}")).call().unwrap();
    for (mut response, status, code) in [
        (agent().post(format!("{base}/v1/bundles")).send(&b"garbage"[..]).unwrap(), 400, "unreadable"),
        (agent().post(format!("{base}/v1/bundles")).send(&vec![0u8; 600_000][..]).unwrap(), 413, "too_large"),
        (get(&format!("/v1/state/{}?nonce={}", stranger.id, "00".repeat(16))), 404, "unknown"),
        (get(&format!("/v1/state/{}?nonce=00", stranger.id)), 400, "bad_nonce"),
        (get("/v1/state/nobody?nonce=00"), 400, "unreadable"),
        (get("/v1/none"), 404, "not_found"),
        (get("/v1/bundles"), 405, "method_not_allowed"),
        (agent().post(format!("{base}/health")).send_empty().unwrap(), 405, "method_not_allowed"),
        (get(&format!("/v1/state/{}?nonce=00&nonce=00", stranger.id)), 400, "bad_query"),
        (get("/v1/state/%ff?nonce=00"), 400, "bad_path"),
        (get("/v1/admin/ledger"), 401, "admin_only"),
    ] {
        assert_eq!(response.status(), status, "{code}");
        let body = json(&mut response);
        assert_eq!(body["code"], code);
        assert!(body["what"].as_str().is_some_and(|text| !text.is_empty()));
        assert!(body["next"].as_str().is_some_and(|text| !text.is_empty()));
    }
    let mut health = get("/health");
    assert_eq!(json(&mut health)["ok"], true);
}

#[test]
fn whoever_sends_too_much_hears_so_every_time() {
    let site = Site::new();
    let (_server, base) = served(&site);
    let body = vec![0u8; 5_000_000];
    for _ in 0..20 {
        let mut stream = TcpStream::connect(base.trim_start_matches("http://")).unwrap();
        write!(stream, "POST /v1/bundles HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n", body.len()).unwrap();
        stream.write_all(&body).unwrap();
        let mut answer = [0u8; 12];
        stream.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"HTTP/1.1 413");
    }
    let mut stream = TcpStream::connect(base.trim_start_matches("http://")).unwrap();
    write!(stream, "POST /v1/bundles HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n", 1u64 << 40).unwrap();
    let mut answer = [0u8; 12];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 413", "at once where it would never end");
}

#[test]
fn reports_need_the_admin_token() {
    let site = Site::new();
    let mut phone = site.phone();
    morning(&mut phone, "A", 1, 0);
    site.send(&[phone.batch()]);
    let (_server, base) = served(&site);
    let token = std::fs::read_to_string(site.dir().join("keys/admin.token")).unwrap();
    let ask = |path: &str, token: &str| {
        agent()
            .get(format!("{base}/v1/admin/{path}"))
            .header("authorization", format!("Bearer {token}"))
            .call()
            .unwrap()
    };
    assert_eq!(ask("ledger", &"0".repeat(64)).status(), 401);
    assert_eq!(ask("ledger", "short").status(), 401);
    let mut ledger = ask("ledger?by=site", token.trim());
    assert_eq!(json(&mut ledger)["people"], 10);
    let mut trace = ask("trace/A-000", token.trim());
    assert_eq!(json(&mut trace)["tubes"][0]["people"].as_array().unwrap().len(), 10);
    for path in ["figures", "stock", "conflicts", "held", "devices"] {
        assert_eq!(ask(path, token.trim()).status(), 200, "{path}");
    }
    assert_eq!(ask("ledger?by=nothing", token.trim()).status(), 400);
    let mut person = agent()
        .post(format!("{base}/v1/admin/person"))
        .header("authorization", format!("Bearer {}", token.trim()))
        .send(number(3).as_bytes())
        .unwrap();
    assert_eq!(json(&mut person)["sightings"].as_array().unwrap().len(), 1);
}

#[test]
fn a_request_that_ends_too_early_changes_nothing_and_the_next_one_is_served() {
    let site = Site::new();
    let mut phone = site.phone();
    morning(&mut phone, "A", 1, 0);
    let (_server, base) = served(&site);
    let body = Bundle::write(&[phone.batch()]).unwrap();
    let address = base.trim_start_matches("http://").to_owned();
    for cut in [0, 10, body.len() / 2] {
        let mut stream = TcpStream::connect(&address).unwrap();
        write!(stream, "POST /v1/bundles HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n", body.len()).unwrap();
        stream.write_all(&body[..cut]).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        assert!(!answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    assert_eq!(site.hub.stock().unwrap().items, 0);
    assert_eq!(agent().post(format!("{base}/v1/bundles")).send(&body[..]).unwrap().status(), 200);
}

#[test]
fn many_phones_at_once_are_all_answered_and_counted_once() {
    let site = Site::new();
    let (server, base) = served(&site);
    let phones: Vec<Phone> = (0..8).map(|_| site.phone()).collect();
    std::thread::scope(|scope| {
        for (index, mut phone) in phones.into_iter().enumerate() {
            let base = &base;
            scope.spawn(move || {
                for batch in 0..5 {
                    let from = u32::try_from(index * 1000 + batch * 100).unwrap();
                    morning(&mut phone, &format!("P{index}-{batch}"), 1, from);
                    let body = Bundle::write(&[phone.batch()]).unwrap();
                    for _ in 0..2 {
                        assert_eq!(agent().post(format!("{base}/v1/bundles")).send(&body[..]).unwrap().status(), 200);
                    }
                }
            });
        }
    });
    server.stop();
    let figures = site.hub.figures(None).unwrap();
    assert_eq!((figures.people, figures.tubes), (400, 40));
    site.verified();
}

#[test]
fn one_process_serves_a_folder_at_a_time() {
    let site = Site::new();
    let (server, _) = served(&site);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let second = serve(site.hub.clone(), listener, &ServeOptions::default());
    assert_eq!(second.unwrap_err().exit_code(), 4);
    server.stop();
    let (_server, _) = served(&site);
}
#[test]
fn over_tls_as_well_and_plain_text_gets_nothing() {
    use ureq::tls::{Certificate, RootCerts, TlsConfig};
    let fixtures = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let (cert, key) = (fixtures.join("test-only.cert.pem"), fixtures.join("test-only.key.pem"));
    let site = Site::new();
    let mut phone = site.phone();
    morning(&mut phone, "A", 1, 0);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let swapped = ServeOptions { tls: Some((key.clone(), cert.clone())) };
    let wrong = serve(site.hub.clone(), listener.try_clone().unwrap(), &swapped);
    assert_eq!(wrong.unwrap_err().exit_code(), 3, "a key is no certificate");
    let options = ServeOptions { tls: Some((cert.clone(), key)) };
    let server = serve(site.hub.clone(), listener, &options).unwrap();
    let root = Certificate::from_pem(&std::fs::read(cert).unwrap()).unwrap();
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::Specific(std::sync::Arc::new(vec![root])))
        .unversioned_rustls_crypto_provider(std::sync::Arc::new(rustls::crypto::ring::default_provider()))
        .build();
    let agent: ureq::Agent = ureq::Agent::config_builder().tls_config(tls).build().into();
    let body = Bundle::write(&[phone.batch()]).unwrap();
    let mut response =
        agent.post(format!("https://127.0.0.1:{}/v1/bundles", server.address().port())).send(&body[..]).unwrap();
    let answers = Answers::read(&response.body_mut().read_to_vec().unwrap(), &phone.keys);
    assert_eq!(answers.statuses(), [ReceiptStatus::Opened]);
    let plain = ureq::post(format!("http://{}/v1/bundles", server.address())).send(&body[..]);
    assert!(plain.is_err());
    server.stop();
}
