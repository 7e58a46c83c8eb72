use super::*;
use crate::record::DocumentKind;

const EXAMPLE: &str = include_str!("../../../docs/profile.example.toml");
const LEAST: &str = "campaign = \"01890a5d-ac96-774b-bcce-b302099a8057\"\nname = \"Test\"\nversion = 3\n\
                     [[round]]\nid = \"01890a5d-ac96-774b-bcce-b302099a8058\"\nname = \"1\"\n";

fn label(text: &str, symbology: Option<&str>) -> Label {
    Label { text: text.to_owned(), symbology: symbology.map(str::to_owned) }
}

fn error(text: &str) -> String {
    Profile::parse(text).expect_err("it must not parse").to_string()
}

/// `LEAST` with `line` in front of its round.
fn with(line: &str) -> String {
    LEAST.replace("[[round]]", &format!("{line}\n[[round]]"))
}

#[test]
fn the_built_in_profile_is_what_it_is_said_to_be() {
    let campaign = Uuid::from_u128(7);
    let profile = Profile::built_in(campaign);
    assert_eq!((profile.campaign, profile.version, profile.capacity), (campaign, 0, 10));
    assert_eq!((profile.order, profile.alias, profile.rounds.len()), (WorkOrder::TubeThenIds, AliasMode::Note, 1));
    assert_eq!(profile.text(), Profile::built_in(campaign).text());
    assert_ne!(profile.rounds[0].id, Profile::built_in(Uuid::from_u128(8)).rounds[0].id);
    let fit = |text: &str| profile.tube_label(&label(text, None), None);
    assert_eq!(fit("TUBE-01"), LabelFit::Pattern);
    for text in ["T-001", "TUBE 01", "TUBE_01", &"1".repeat(25), "TUBE-01\n"] {
        assert_eq!(fit(text), LabelFit::NoPattern, "{text:?}");
    }
    assert_eq!(profile.box_label(&label("BOX-0001", None)), LabelFit::NoPattern);
}

#[test]
fn the_documented_example_parses_and_uses_every_key() {
    let profile = Profile::parse(EXAMPLE).expect("the example in docs/");
    assert_eq!(profile.rounds.len(), 2);
    assert_eq!(profile.digest(), &sha256(&[EXAMPLE.as_bytes()]));
    assert!(profile.container.is_some() && !profile.classes.is_empty() && !profile.sites.is_empty());
    let keys = [
        "campaign",
        "name",
        "version",
        "order",
        "capacity",
        "alias",
        "debounce_ms",
        "tube_age_warning_min",
        "keep_sealed_days",
        "retention_days",
        "keep_address",
        "masked",
        "uidai_certificates",
        "[tube]",
        "[box]",
        "pattern",
        "symbologies",
        "ranges",
        "gs1",
        "isbt128",
        "codabar",
        "[steps]",
        "temperature",
        "phone",
        "code_colour",
        "colours",
        "[[round]]",
        "id",
        "[[class]]",
        "documents",
        "flags",
        "age_from",
        "age_to",
        "alone",
        "household",
        "not_with",
        "reason",
        "[[site]]",
        "path",
        "place",
        "lanes",
    ];
    for key in keys {
        let set = EXAMPLE.lines().any(|line| line.split('=').next().unwrap_or_default().trim() == key);
        assert!(set, "the example does not show {key}");
    }
}

#[test]
fn a_certificate_that_cannot_be_used_is_named_with_its_line() {
    let wrong = error(&with("uidai_certificates = [\n\"none\",\n]"));
    assert!(wrong.contains("line 5") && wrong.contains("uidai_certificates") && wrong.contains("X.509"), "{wrong}");
    assert!(Profile::parse(EXAMPLE).unwrap().trust.knows_uidai());
    assert!(!Profile::parse(LEAST).unwrap().trust.knows_uidai(), "nobody is trusted by default");
}

#[test]
fn a_profile_of_two_lines_has_sound_defaults() {
    let profile = Profile::parse(LEAST).unwrap();
    assert_eq!((profile.capacity, profile.debounce_ms, profile.keep_sealed_days), (10, 2_000, 7));
    assert!(profile.masked && !profile.keep_address);
    assert_eq!(profile.steps, Steps::default());
    assert_eq!(profile.round("1").unwrap().id, profile.rounds[0].id);
    assert_eq!(profile.round(&profile.rounds[0].id.to_string()).unwrap().name, "1");
}

#[test]
fn an_error_names_line_key_and_way_out() {
    let cases: &[(String, &[&str])] = &[
        (with("capacity = 0"), &["line 4", "`capacity`", "from 1 to 100"]),
        (with("capacity = \"ten\""), &["line 4", "`capacity`", "expected u32"]),
        (with("capcity = 5"), &["line 4", "`capcity`", "unknown field", "`capacity`"]),
        (with("order = \"tube\""), &["line 4", "`order`", "tube_then_ids"]),
        (with("order = \"box_then_tubes_then_ids\""), &["`box`", "add a table [box]"]),
        (with("[tube]\npattern = \"[A-\""), &["line 5", "`pattern`", "regular expression"]),
        (with("[tube]\nsymbologies = [\"C0\"]"), &["line 5", "`symbologies`", "]C0"]),
        (with("[tube]\nsymbologies = [\"]E0\"]"), &["line 5", "never name a tube"]),
        (with("[tube]\ngs1 = \"lot\""), &["line 5", "`gs1`", "gtin_serial"]),
        (with("[tube]\nisbt128 = \"flags\""), &["line 5", "`isbt128`", "din"]),
        (with("[tube]\ncodabar = \"yes\""), &["line 5", "`codabar`", "strip"]),
        (with("[tube]\nranges = [[\"A1\", \"B2\"]]"), &["line 5", "`ranges`", "same text in front"]),
        (with("[tube]\nranges = [[\"A9\", \"A2\"]]"), &["line 5", "swap them"]),
        (with("[steps]\nphone = \"yes\""), &["line 5", "`steps.phone`", "off, optional, required"]),
        (with("[[class]]\nname = \"a\"\nalone = true\nreason = \"r\""), &["`class`", "nobody is in it"]),
        (with("[[class]]\nname = \"a\"\nflags = [\"alias\"]\nreason = \"r\""), &["forbids nothing"]),
        (with("[[class]]\nname = \"a\"\nflags = [\"x\"]"), &["line 6", "`class.flags`", "no_document"]),
        (with("[[class]]\nname = \"a\"\nflags = [\"alias\"]\nalone = true"), &["`class.reason`", "missing"]),
        (with("[[class]]\nname = \"a\"\nflags = [\"alias\"]\nnot_with = [\"b\"]\nreason = \"r\""), &["no class `b`"]),
        (
            with("[[class]]\nname = \"a\"\nage_from = 9\nage_to = 3\nalone = true\nreason = \"r\""),
            &["`class.age_to`", "swap"],
        ),
        (with("[tube]\npattern = \"A)|(?:B\""), &["line 5", "`pattern`", "regular expression"]),
        (with("[[site]]\nlanes = [\"1\"]"), &["`site.path`", "from the city down"]),
        (LEAST.replace("version = 3\n", ""), &["`version`", "version = 1"]),
        (LEAST.replace("01890a5d-ac96-774b-bcce-b302099a8057", "no"), &["line 1", "`campaign`", "a UUID"]),
        (LEAST.split("[[round]]").next().unwrap().to_owned(), &["`round`", "add a table"]),
        (format!("{LEAST}{}", &LEAST[LEAST.find("[[round]]").unwrap()..]), &["`round.id`", "twice"]),
        ("campaign = ".to_owned(), &["line 1"]),
        ("x".repeat(crate::limits::PROFILE_BYTES_MAX + 1), &["the limit is"]),
    ];
    for (text, parts) in cases {
        let error = error(text);
        for part in *parts {
            assert!(error.contains(part), "{error:?} does not say {part:?}");
        }
    }
}

#[test]
fn ranges_of_a_site_stand_in_for_those_of_the_campaign() {
    let text = with(
        "[tube]\npattern = \"[A-Z][0-9]{6}\"\nranges = [[\"A000001\", \"A000500\"]]\n\
         [[site]]\npath = [\"City\", \"Gate\"]\nranges = [[\"B000001\", \"B000010\"]]\n[[site]]\npath = [\"City\", \"Hall\"]",
    );
    let profile = Profile::parse(&text).unwrap();
    let fit = |text: &str, site| profile.tube_label(&label(text, None), site);
    assert_eq!(fit("A000001", None), LabelFit::Range);
    assert_eq!(fit("A000500", Some("Hall")), LabelFit::Range);
    assert_eq!(fit("A000501", None), LabelFit::NoRange);
    assert_eq!(fit("A00001", None), LabelFit::NoPattern);
    assert_eq!(fit("A000001", Some("Gate")), LabelFit::NoRange);
    assert_eq!(fit("B000010", Some("Gate")), LabelFit::Range);
    assert_eq!(LabelFit::NoRange.problem(), Some("label_range"));
}

#[test]
fn a_symbology_that_is_not_listed_names_no_tube() {
    let listed = Profile::parse(&with("[tube]\nsymbologies = [\"]C0\", \"]d2\"]")).unwrap();
    let open = Profile::parse(LEAST).unwrap();
    let fit = |profile: &Profile, aim| profile.tube_label(&label("TUBE-01", aim), None);
    assert_eq!(fit(&listed, Some("]C0")), LabelFit::Pattern);
    assert_eq!(fit(&listed, Some("]d2")), LabelFit::Pattern);
    assert_eq!(fit(&listed, Some("]A0")), LabelFit::NoSymbology);
    assert_eq!(fit(&listed, None), LabelFit::Pattern, "a reader that does not say is believed");
    assert_eq!(fit(&open, Some("]A0")), LabelFit::Pattern);
    assert_eq!(fit(&open, Some("]C1")), LabelFit::NoSymbology, "a maker's label names a lot, not a tube");
}

/// The name and its fit that a symbol gives under a profile whose tubes have these keys.
fn named(keys: &str, text: &str) -> Option<(String, LabelFit)> {
    let profile = Profile::parse(&with(&format!("[tube]\n{keys}"))).unwrap();
    let today = chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
    let reading = crate::scan::interpret(&crate::scan::Scan::line(text), today);
    let name = profile.tube_name(&reading)?;
    let fit = profile.tube_label(&name, None);
    Some((name.text, fit))
}

#[test]
fn the_profile_says_which_part_of_a_gs1_label_names_a_tube() {
    let of = |keys: &str, text: &str| named(keys, text).filter(|(_, fit)| fit.fits()).map(|(name, _)| name);
    let label = "]d201069012345678921726053110LOT1\u{1d}21S00001";
    let sscc = "]C100106141411234567897";
    let any = "pattern = \".*\"\n";
    for text in [label, sscc, "]d20106901234567892", "(01)06901234567892(21)S00001"] {
        assert_eq!(of(any, text), None, "by default no GS1 label names a tube");
        assert_eq!(of(&format!("{any}gs1 = \"none\""), text), None);
    }
    assert_eq!(of("gs1 = \"serial\"", label).as_deref(), Some("S00001"));
    assert_eq!(of("gs1 = \"serial\"", "(01)06901234567892(21)S00001").as_deref(), Some("S00001"));
    assert_eq!(of("gs1 = \"gtin_serial\"", label).as_deref(), Some("010690123456789221S00001"));
    assert_eq!(of("gs1 = \"sscc\"", sscc).as_deref(), Some("106141411234567897"));
    assert_eq!(of("gs1 = \"serial\"", sscc), None);
    assert_eq!(of("gs1 = \"sscc\"", label), None);
    // Pattern, symbologies and ranges are the part's.
    assert_eq!(of("gs1 = \"serial\"\npattern = \"[0-9]{6}\"", label), None);
    assert_eq!(of("gs1 = \"serial\"\nsymbologies = [\"]C1\"]", label), None);
    assert_eq!(of("gs1 = \"serial\"\nsymbologies = [\"]d2\"]", label).as_deref(), Some("S00001"));
    assert_eq!(of("gs1 = \"serial\"\nranges = [[\"S00002\", \"S00009\"]]", label), None);
    // What is refused or doubted names nothing.
    assert_eq!(of("gs1 = \"serial\"", "]d2010690123456789321S00001"), None, "the check digit disagrees");
    assert_eq!(of("gs1 = \"serial\"", "]d2010690123456789221S0000117260531"), None, "a date was swallowed");
    // Other labels name tubes as before.
    assert_eq!(of("gs1 = \"serial\"", "]C0TUBE-0001").as_deref(), Some("TUBE-0001"));
    // Retail never does.
    assert_eq!(of(&format!("{any}gs1 = \"serial\""), "]E06901234567892"), None);
    // A serial that is a person's number does not either.
    assert_eq!(of("gs1 = \"serial\"", "]d221440524188001010014"), None);
    assert_eq!(of("codabar = \"strip\"", "]F0A440524188001010014B"), None);
}

#[test]
fn a_donation_number_names_a_tube_without_its_flags() {
    let of = |keys: &str, text: &str| named(keys, text).filter(|(_, fit)| fit.fits()).map(|(name, _)| name);
    let (din, any) = ("isbt128 = \"din\"", "pattern = \".*\"");
    for text in
        ["]C0=G12341765432107", "=G12341765432170", "]C0=G12341765432100=%6200", "G1234 17 654321 A", "G123417654321A"]
    {
        assert_eq!(of(din, text).as_deref(), Some("G123417654321"), "{text}");
    }
    for text in [
        "]C0=G12341765432171",
        "]C0=G12341765432197",
        "G1234 17 654321 B",
        "G123417654321B",
        "G123417654321",
        "]C0=%6200",
    ] {
        assert_eq!(of(&format!("{din}\n{any}"), text), None, "{text}");
    }
    assert_eq!(of(any, "]C0=G12341765432107").as_deref(), Some("=G12341765432107"), "by default the text as it is");
    assert_eq!(of("", "]C0=G12341765432107"), None, "which the built-in pattern does not take");
    assert_eq!(of(any, "]C0=G12341765432171"), None, "a misread number names nothing");
}

#[test]
fn codabar_letters_are_kept_or_stripped() {
    let of = |keys: &str, text: &str| named(keys, text).map(|(name, _)| name).unwrap();
    for text in ["]F0A001234B", "A001234B", "]F0a001234d", "001234", "]F0001234"] {
        assert_eq!(of("codabar = \"strip\"", text), "001234", "{text}");
        assert_eq!(of("codabar = \"keep\"", text), text.trim_start_matches("]F0"));
        assert_eq!(of("", text), text.trim_start_matches("]F0"));
    }
    for text in ["]C0A001234B", "]C0A-1B"] {
        assert_eq!(of("codabar = \"strip\"", text), &text[3..], "another symbology keeps its text");
    }
    for text in ["AB", "A001234", "001234B", "A00X234B", "E001234F", "AAB"] {
        assert_eq!(of("codabar = \"strip\"", text), text);
    }
}

fn mixed() -> Profile {
    Profile::parse(&with(
        "[[class]]\nname = \"foreign\"\nflags = [\"not_resident\"]\nage_from = 18\nnot_with = [\"-\"]\nreason = \"apart\"\n\
         [[class]]\nname = \"unknown\"\ndocuments = [\"none\", \"alias\"]\nalone = true\nreason = \"single\"\n\
         [[class]]\nname = \"zone\"\nflags = [\"guardian\"]\nhousehold = true\nreason = \"one household\"",
    ))
    .unwrap()
}

#[test]
fn the_first_class_that_holds_a_person_is_theirs() {
    let profile = mixed();
    let class = |document, guardian, age| {
        profile.class_of(&PersonTraits { document, guardian, age }).map(|class| class.name.clone())
    };
    assert_eq!(class(DocumentKind::PassportNumber, false, Some(30)).as_deref(), Some("foreign"));
    assert_eq!(class(DocumentKind::PassportNumber, false, Some(17)), None);
    assert_eq!(class(DocumentKind::PassportNumber, false, None), None, "an age that is not known is in no class");
    assert_eq!(class(DocumentKind::None, true, None).as_deref(), Some("unknown"));
    assert_eq!(class(DocumentKind::CnResident, true, Some(4)).as_deref(), Some("zone"));
    assert_eq!(class(DocumentKind::CnResident, false, Some(40)), None);
}

#[test]
fn a_rule_of_either_side_keeps_people_apart() {
    let profile = mixed();
    let rule = |present: &[Option<&str>], joining| profile.may_join(present, joining).err().map(|clash| clash.rule);
    assert_eq!(rule(&[], Some("unknown")), None, "the first one may always");
    assert_eq!(rule(&[None], Some("unknown")), Some(MixingRule::Alone));
    assert_eq!(rule(&[Some("unknown")], None), Some(MixingRule::Alone));
    assert_eq!(rule(&[None], Some("foreign")), Some(MixingRule::NotWith));
    assert_eq!(rule(&[Some("foreign")], None), Some(MixingRule::NotWith));
    assert_eq!(rule(&[Some("foreign"), Some("foreign")], Some("foreign")), None);
    assert_eq!(rule(&[Some("zone")], Some("zone")), Some(MixingRule::Household));
    assert_eq!(rule(&[None, None], None), None);
    assert_eq!(rule(&[Some("zone"), Some("unknown")], Some("zone")), Some(MixingRule::Alone), "the one that stands");
    let clash = profile.may_join(&[None], Some("foreign")).unwrap_err();
    assert_eq!((clash.class.as_str(), clash.reason.as_str()), ("foreign", "apart"));
}
