//! Who issues: issuer identification numbers (ISO/IEC 7812) with their state or province.
//!
//! Source: the list that AAMVA publishes at aamva.org/identity/issuer-identification-numbers-(iin),
//! as two independent public copies of it agree (benhovinga/aamva_barcode_library, IdParser.Core);
//! codes of states and provinces by ISO 3166-2. Alberta's cards carry a number of its own as well.

/// A state, province or territory that issues licences and cards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Jurisdiction {
    /// Its country, ISO 3166-1 alpha-3 as element DCG has it.
    pub(super) country: &'static str,
    /// Its code, e.g. `VA`; empty for the State Department, which is no place.
    pub(super) code: &'static str,
}

impl Jurisdiction {
    /// Its ISO 3166-2 code, e.g. `US-VA`.
    pub(super) fn iso(self) -> String {
        let country = match self.country {
            "CAN" => "CA",
            "MEX" => "MX",
            _ => "US",
        };
        if self.code.is_empty() { country.to_owned() } else { format!("{country}-{}", self.code) }
    }
}

/// The jurisdiction of an issuer identification number.
pub(super) fn of(iin: u32) -> Option<Jurisdiction> {
    let of = |country, code| Some(Jurisdiction { country, code });
    match iin {
        990_876 => of("CAN", "AB"),
        636_027 => of("USA", ""),
        604_426..=604_434 => TERRITORIES.get(usize::try_from(iin - 604_426).ok()?).and_then(|(c, s)| of(c, s)),
        636_000..=636_062 => STATES.get(usize::try_from(iin - 636_000).ok()?).and_then(|(c, s)| of(c, s)),
        _ => None,
    }
}

/// 604426 and up.
const TERRITORIES: [(&str, &str); 9] = [
    ("CAN", "PE"),
    ("USA", "AS"),
    ("CAN", "QC"),
    ("CAN", "YT"),
    ("USA", "MP"),
    ("USA", "PR"),
    ("CAN", "AB"),
    ("CAN", "NU"),
    ("CAN", "NT"),
];

/// 636000 and up.
#[rustfmt::skip]
const STATES: [(&str, &str); 63] = [
    ("USA", "VA"), ("USA", "NY"), ("USA", "MA"), ("USA", "MD"), ("USA", "NC"), ("USA", "SC"), ("USA", "CT"),
    ("USA", "LA"), ("USA", "MT"), ("USA", "NM"), ("USA", "FL"), ("USA", "DE"), ("CAN", "ON"), ("CAN", "NS"),
    ("USA", "CA"), ("USA", "TX"), ("CAN", "NL"), ("CAN", "NB"), ("USA", "IA"), ("USA", "GU"), ("USA", "CO"),
    ("USA", "AR"), ("USA", "KS"), ("USA", "OH"), ("USA", "VT"), ("USA", "PA"), ("USA", "AZ"), ("USA", ""),
    ("CAN", "BC"), ("USA", "OR"), ("USA", "MO"), ("USA", "WI"), ("USA", "MI"), ("USA", "AL"), ("USA", "ND"),
    ("USA", "IL"), ("USA", "NJ"), ("USA", "IN"), ("USA", "MN"), ("USA", "NH"), ("USA", "UT"), ("USA", "ME"),
    ("USA", "SD"), ("USA", "DC"), ("CAN", "SK"), ("USA", "WA"), ("USA", "KY"), ("USA", "HI"), ("CAN", "MB"),
    ("USA", "NV"), ("USA", "ID"), ("USA", "MS"), ("USA", "RI"), ("USA", "TN"), ("USA", "NE"), ("USA", "GA"),
    ("MEX", "COA"), ("MEX", "HID"), ("USA", "OK"), ("USA", "AK"), ("USA", "WY"), ("USA", "WV"), ("USA", "VI"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_name_their_jurisdiction() {
        let cases = [
            (636_000, "US-VA"),
            (636_001, "US-NY"),
            (636_012, "CA-ON"),
            (636_020, "US-CO"),
            (636_027, "US"),
            (636_028, "CA-BC"),
            (636_044, "CA-SK"),
            (636_055, "US-GA"),
            (636_056, "MX-COA"),
            (636_062, "US-VI"),
            (604_426, "CA-PE"),
            (604_431, "US-PR"),
            (604_432, "CA-AB"),
            (990_876, "CA-AB"),
            (604_434, "CA-NT"),
        ];
        for (iin, code) in cases {
            assert_eq!(of(iin).map(Jurisdiction::iso).as_deref(), Some(code), "{iin}");
        }
        for iin in [0, 604_425, 604_435, 635_999, 636_063, 999_999] {
            assert_eq!(of(iin), None);
        }
    }

    #[test]
    fn no_place_but_alberta_has_two_numbers() {
        let mut codes: Vec<String> =
            (604_426..=604_434).chain(636_000..=636_062).filter_map(of).map(Jurisdiction::iso).collect();
        let count = codes.len();
        codes.sort();
        codes.dedup();
        assert_eq!((count, codes.len()), (72, 72));
    }
}
