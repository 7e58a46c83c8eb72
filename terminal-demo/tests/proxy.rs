//! The `proxy` command: a list in, sheets out, and the cards read at a lane.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use fieldcore::Station;
use fieldcore::scan::check_character;
use fieldcore_hub::{DelegateOptions, Hub, InitOptions, Surroundings, TokenOptions};
use serde_json::Value;

fn number(n: u32) -> String {
    let body = format!("110101{:04}0101{:03}", 1880 + n % 26, 1 + n);
    let check = check_character(&body).expect("17 digits");
    format!("{body}{check}")
}

fn run(args: &[&str], input: &str) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fieldcore-terminal"));
    command.args(["--lang", "en"]).args(args).env_remove("http_proxy").env_remove("HTTP_PROXY");
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let _ = child.stdin.take().expect("an input").write_all(input.as_bytes());
    let Output { status, stdout, stderr } = child.wait_with_output().expect("it ends");
    let text = |bytes| String::from_utf8(bytes).expect("what is printed is text");
    (status.code().unwrap_or(-1), text(stdout), text(stderr))
}

/// A hub that is served, and a village office and a lane that are enrolled.
struct Village {
    folder: tempfile::TempDir,
    hub: Hub,
    _server: fieldcore_hub::Server,
}

impl Village {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("its address"));
        let options = InitOptions { url: Some(url), ..InitOptions::default() };
        let around = Surroundings::system().expect("a clock");
        let hub = Hub::init(&folder.path().join("hub"), &options, around).expect("a hub");
        let server =
            fieldcore_hub::serve(hub.clone(), listener, &fieldcore_hub::ServeOptions { tls: None }).expect("it serves");
        let village = Self { folder, hub, _server: server };
        for name in ["office", "lane"] {
            let token = village.hub.token(&TokenOptions::default()).expect("a token");
            let (code, _, said) = run(&["enrol", "--journal", &village.place(name), "--token", &token], "");
            assert_eq!(code, 0, "{said}");
            village.sync(name);
        }
        village
    }

    fn place(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn sync(&self, name: &str) {
        let (code, _, said) = run(&["sync", "--journal", &self.place(name)], "");
        assert_eq!(code, 0, "{said}");
    }

    fn delegate(&self) {
        let (_, status, _) = run(&["status", "--json", "--journal", &self.place("office")], "");
        let status: Value = serde_json::from_str(&status).expect("JSON");
        let device = fieldcore::DeviceId::parse(status["device"].as_str().expect("a device")).expect("an id");
        let rights = vec!["issue".to_owned(), "enrol".to_owned()];
        let options = DelegateOptions { device, rights, helpers: 1, valid_ms: 3_600_000 };
        self.hub.delegate(&options).expect("a delegation");
        self.sync("office");
    }

    fn proxy(&self, more: &[&str], input: &str) -> (i32, Vec<Value>, String) {
        let place = self.place("office");
        let args = [&["proxy", "--json", "--journal", &place, "--site", "Village 1"], more].concat();
        let (code, said, complaint) = run(&args, input);
        (code, said.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect(), complaint)
    }
}

#[test]
fn a_list_becomes_cards_that_a_lane_takes() {
    let village = Village::new();
    let list = format!("{}\tSomebody\t13800000000\n# a note\n\n\tA Child\n11010118900101001X\tWrong\n", number(1));
    let sheet = village.file("cards.svg");
    let sheet = sheet.to_str().expect("a path");
    let (code, said, _) = village.proxy(&["--sheet", sheet], &list);
    assert_eq!(code, 1, "nobody gave the right yet");
    assert!(said.iter().all(|line| line["card"].is_null()), "{said:?}");
    assert_eq!(said[0]["problems"][0], "proxy_no_right");
    assert!(!Path::new(sheet).exists(), "and there is no sheet");

    village.delegate();
    let (code, said, _) = village.proxy(&["--sheet", sheet, "--expires", "30m"], &list);
    assert_eq!((code, said.len()), (1, 4), "one line is refused: {said:?}");
    assert_eq!((&said[0]["line"], &said[1]["line"], &said[2]["line"]), (&1.into(), &4.into(), &5.into()));
    assert_eq!(said[2]["problems"][0], "checksum");
    assert_eq!((&said[3]["cards"], &said[3]["refused"]), (&2.into(), &1.into()));
    let page = std::fs::read_to_string(sheet).expect("the sheet");
    assert!(page.contains("Somebody") && !page.contains(&number(1)), "the name, and of the number but its ends");
    #[cfg(unix)]
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(sheet).expect("it").permissions()) & 0o777,
        0o600
    );

    // What is there stays as it is; the same cards once more go into another file.
    assert_eq!(village.proxy(&["--sheet", sheet, "--again"], "").0, 1);
    let again = village.file("again.svg");
    let (code, said, complaint) = village.proxy(&["--sheet", again.to_str().expect("a path"), "--again"], "");
    assert_eq!((code, &said[0]["cards"]), (0, &2.into()), "{complaint}");
    let (_, log, _) = run(&["log", "--exports", "--journal", &village.place("office")], "");
    assert!(log.contains("exported"), "names on paper are on record: {log}");

    // A lane of another device takes what is on the sheet.
    let codes = read_again(&village);
    let lines: Vec<String> = std::iter::once("TUBE-0001".to_owned()).chain(codes).collect();
    let place = village.place("lane");
    let args = ["station", "--offline", "--json", "--journal", &place, "--site", "Hall 1"];
    let (code, said, _) = run(&args, &(lines.join("\n") + "\n"));
    assert_eq!(code, 0);
    let outcomes: Vec<Value> =
        said.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON")["outcome"].clone()).collect();
    assert_eq!(outcomes, ["tube_opened", "bound", "bound"], "{said}");
}

/// The texts of the codes of the office's shift, as they are on paper.
fn read_again(village: &Village) -> Vec<String> {
    let dir = village.file("office");
    let vault = fieldcore::FileVault::open(village.file("office.vault")).expect("its vault");
    let platform = fieldcore::Platform::system(std::sync::Arc::new(vault)).expect("a clock");
    let journal = fieldcore::Journal::open(fieldcore::JournalOptions::new(dir), platform).expect("it opens");
    let station = Station::open(journal).expect("a station");
    let cards = station.proxies_of_shift("1").expect("its cards");
    cards
        .into_iter()
        .map(|at| station.proxy_again(at).expect("drawn").expect("a card"))
        .map(|card| fieldcore::cards::code_text(&card.code).expect("a text"))
        .collect()
}

#[test]
fn a_helper_is_enrolled_on_the_spot_and_counts_when_it_syncs() {
    let village = Village::new();
    village.delegate();
    let helper = village.place("helper");
    let json = |args: &[&str]| -> Value {
        let (code, said, complaint) = run(args, "");
        assert_eq!(code, 0, "{args:?}: {complaint}");
        serde_json::from_str(&said).expect("JSON")
    };
    let shown = json(&["helper", "--json", "--journal", &helper, "show"]);
    let keys = shown["code"].as_str().expect("a code");
    let kit = village.file("kit").display().to_string();
    let office = village.place("office");
    let given = json(&["helper", "--json", "--journal", &office, "accept", keys, "--kit", &kit]);
    assert_eq!((&given["ordinal"], &given["left"]), (&1.into(), &0.into()));
    let welcome = given["welcome"].as_str().expect("a code");
    let (code, _, complaint) = run(&["helper", "--journal", &helper, "join", &welcome[..200]], "");
    assert_eq!(code, 3, "{complaint}");
    let joined = json(&["helper", "--json", "--journal", &helper, "join", welcome, "--kit", &kit]);
    assert_eq!((&joined["chief"], &joined["card_keys"]), (&given_device(&village, "office"), &1.into()));
    let lines = format!("TUBE-0009\n{}\n", number(5));
    let args = ["station", "--offline", "--json", "--journal", &helper, "--site", "Hill 2"];
    assert_eq!(run(&args, &lines).0, 0);
    village.sync("helper");
    assert_eq!(village.hub.figures(None).expect("figures").people, 1);
    assert_eq!(village.hub.delegations().expect("delegations")[0].enrolled.len(), 1);
    let other = json(&["helper", "--json", "--journal", &village.place("other"), "show"]);
    let keys = other["code"].as_str().expect("a code");
    let kit = village.file("kit 2").display().to_string();
    let (code, _, complaint) = run(&["helper", "--journal", &office, "accept", keys, "--kit", &kit], "");
    assert!(code == 1 && complaint.contains("every place"), "{complaint}");
    assert!(!Path::new(&kit).exists());
}

fn given_device(village: &Village, name: &str) -> Value {
    let (_, status, _) = run(&["status", "--json", "--journal", &village.place(name)], "");
    serde_json::from_str::<Value>(&status).expect("JSON")["device"].clone()
}

#[test]
fn what_cannot_be_drawn_is_told_before_anybody_is_registered() {
    let village = Village::new();
    village.delegate();
    let list = format!("{}\tSomebody\n", number(2));
    let (code, _, complaint) = village.proxy(&["--sheet", "cards.doc"], &list);
    assert!(code == 1 && complaint.contains(".pdf"), "{complaint}");
    let sheet = village.file("cards.pdf");
    let sheet = sheet.to_str().expect("a path");
    let (code, _, complaint) = village.proxy(&["--sheet", sheet, "--expires", "yesterday"], &list);
    assert!(code == 1 && complaint.contains("--expires"), "{complaint}");
    let (code, said, _) = village.proxy(&["--sheet", sheet, "--again"], "");
    assert_eq!((code, said.len()), (1, 0), "nobody was registered by any of that");
    let broken = village.file("broken.ttf");
    std::fs::write(&broken, b"no font").expect("written");
    let font = broken.to_str().expect("a path");
    let (code, said, complaint) = village.proxy(&["--sheet", sheet, "--font", font], &list);
    assert!(code == 3 && complaint.contains("--font") && complaint.contains("--again"), "{complaint}");
    assert!(!said[0]["card"].is_null(), "the card is saved");
}
