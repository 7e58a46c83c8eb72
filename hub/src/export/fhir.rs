//! An HL7 FHIR R5 Bundle (type `collection`): ServiceRequest for the round, Specimen for tube and
//! swab, Group and Patient for its people, RelatedPerson for guardians, Provenance with the device's
//! own signature.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use chrono::{DateTime, NaiveDate, SecondsFormat};
use data_encoding::{BASE64, HEXLOWER};
use fieldcore::crypto;
use fieldcore::record::DocumentKind;
use fieldcore::scan::{Scan, Sex, dashed_day, interpret};
use serde_json::{Value, json};

use super::{Exported, each_tube};
use crate::error::{Error, Result};
use crate::reports::lookup::Lookup;
use crate::reports::model::{At, TracedPerson, TubeTrace};
use crate::store::rows::{Item, TubeRow};

const BASE: &str = "urn:fieldcore";
const V3_ROLE: &str = "http://terminology.hl7.org/CodeSystem/v3-RoleCode";
const V2_0203: &str = "http://terminology.hl7.org/CodeSystem/v2-0203";

/// A name of its own for each resource, the same in every export.
fn urn(kind: &str, of: &str) -> String {
    let digest = crypto::sha256(&[b"fieldcore/fhir/1\0", kind.as_bytes(), b"\0", of.as_bytes()]);
    let mut id = [0u8; 16];
    id.copy_from_slice(&digest[..16]);
    format!("urn:uuid:{}", uuid::Builder::from_custom_bytes(id).into_uuid())
}

fn time(ms: Option<i64>) -> Option<String> {
    ms.and_then(DateTime::from_timestamp_millis).map(|time| time.to_rfc3339_opts(SecondsFormat::Millis, true))
}

/// Leaves out what is null, as FHIR wants it.
fn clean(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let kept = map.into_iter().map(|(key, value)| (key, clean(value))).filter(|(_, value)| !is_empty(value));
            Value::Object(kept.collect())
        }
        Value::Array(values) => Value::Array(values.into_iter().map(clean).filter(|value| !is_empty(value)).collect()),
        other => other,
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(values) => values.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}

struct Writer<'w> {
    out: &'w mut dyn Write,
    first: bool,
}

impl Writer<'_> {
    fn text(&mut self, text: &str) -> Result<()> {
        self.out.write_all(text.as_bytes()).map_err(|error| Error::io("the export", error))
    }

    fn entry(&mut self, url: &str, resource: Value) -> Result<()> {
        let entry = clean(json!({"fullUrl": url, "resource": resource}));
        let separator = if std::mem::take(&mut self.first) { "\n" } else { ",\n" };
        self.text(separator)?;
        self.text(&entry.to_string())
    }
}

/// Writes the tubes and people of a round, or of all.
pub(crate) fn fhir(
    lookup: &Lookup<'_>,
    campaign: &str,
    round: Option<&str>,
    now_ms: i64,
    out: &mut dyn Write,
) -> Result<Exported> {
    let mut writer = Writer { out, first: true };
    let stamp = time(Some(now_ms)).unwrap_or_default();
    writer.text(&format!(
        "{{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"timestamp\":\"{stamp}\",\"entry\":["
    ))?;
    let (mut exported, mut rounds, mut persons) = (Exported::default(), BTreeSet::new(), BTreeSet::new());
    each_tube(lookup, round, |row, tube| {
        exported.add(&tube);
        let Some(row) = row else {
            return write_people(&mut writer, &tube, None, &mut persons).map(|_| ());
        };
        let shift = lookup.reads.shift(row.shift)?;
        let round = shift.and_then(|shift| lookup.round(shift.round).cloned());
        if let Some((id, name)) = &round
            && rounds.insert(id.clone())
        {
            writer.entry(&urn("round", id), service_request(campaign, id, name))?;
        }
        write_tube(&mut writer, lookup, row, &tube, round.as_ref().map(|round| round.0.as_str()), &mut persons)
    })?;
    writer.text("\n]}\n")?;
    Ok(exported)
}

fn service_request(campaign: &str, id: &str, name: &str) -> Value {
    json!({
        "resourceType": "ServiceRequest", "status": "active", "intent": "order",
        "identifier": [{"system": format!("{BASE}:campaign"), "value": campaign}],
        "requisition": {"system": format!("{BASE}:round"), "value": id},
        "code": {"concept": {"text": format!("sampling, round {name}")}},
        "subject": {"display": "the people of the round"}
    })
}

fn write_tube(
    writer: &mut Writer<'_>,
    lookup: &Lookup<'_>,
    row: &TubeRow,
    tube: &TubeTrace,
    round: Option<&str>,
    persons: &mut BTreeSet<String>,
) -> Result<()> {
    let name = lookup.name(row.at)?.1;
    let (tube_url, group_url) = (urn("tube", &name), urn("group", &name));
    let (parents, members) = write_people(writer, tube, round, persons)?;
    writer.entry(
        &group_url,
        json!({
            "resourceType": "Group", "type": "person", "membership": "enumerated", "quantity": members.len(),
            "name": format!("people of tube {}", tube.tube), "member": members
        }),
    )?;
    writer.entry(&tube_url, tube_of(tube, &group_url, &parents, round))?;
    for item in items_of(lookup, row, tube)? {
        let (key, provenance) = provenance_of(&item, tube, &tube_url, &parents);
        writer.entry(&urn("provenance", &format!("{name}/{key}")), provenance)?;
    }
    Ok(())
}

/// Writes the people of a tube, their guardians and swabs; the swabs' and patients' references.
fn write_people(
    writer: &mut Writer<'_>,
    tube: &TubeTrace,
    round: Option<&str>,
    persons: &mut BTreeSet<String>,
) -> Result<(Vec<Value>, Vec<Value>)> {
    let (mut parents, mut members) = (Vec::new(), Vec::new());
    for person in &tube.people {
        let patient = patient_url(person);
        if persons.insert(patient.clone()) {
            writer.entry(&patient, patient_of(person))?;
        }
        if let Some(guardian) = &person.guardian {
            let url = urn("guardian", &format!("{patient} {guardian}"));
            if persons.insert(url.clone()) {
                writer.entry(&url, guardian_of(guardian, &patient))?;
            }
        }
        let swab = urn("swab", &person.record);
        writer.entry(&swab, swab_of(person, &patient, round))?;
        parents.push(json!({"reference": swab}));
        members.push(json!({"entity": {"reference": patient}}));
    }
    Ok((parents, members))
}

/// A guardian is known by a number or code alone, which a Patient's contact has no place for.
fn guardian_of(guardian: &str, patient: &str) -> Value {
    json!({
        "resourceType": "RelatedPerson", "active": true,
        "identifier": [{"system": format!("{BASE}:guardian"), "value": guardian}],
        "patient": {"reference": patient},
        "relationship": [{"coding": [{"system": V3_ROLE, "code": "GUARD"}], "text": "guardian"}]
    })
}

fn request(round: Option<&str>) -> Value {
    json!(round.map(|id| vec![json!({"reference": urn("round", id)})]))
}

fn collection(at: &At) -> Value {
    let collector = at.operator.as_ref().map(|operator| json!({"display": operator}));
    let site = at.site.as_ref().map(|site| json!({"display": site}));
    json!({
        "collectedDateTime": time(at.at_ms), "collector": collector,
        "extension": [site.map(|site| json!({"url": format!("{BASE}:site"), "valueReference": site}))]
    })
}

fn tube_of(tube: &TubeTrace, group: &str, parents: &[Value], round: Option<&str>) -> Value {
    let short = tube.closed.is_some_and(|reason| reason != "full");
    json!({
        "resourceType": "Specimen",
        "identifier": [{"system": format!("{BASE}:tube"), "value": tube.tube}],
        "status": if tube.spoiled { "unsatisfactory" } else { "available" },
        "subject": {"reference": group}, "parent": parents, "request": request(round), "combined": "pooled",
        "collection": collection(&tube.at),
        "container": [{"device": {"display": format!("tube for {} people", tube.capacity.unwrap_or(0)),
            "identifier": {"system": format!("{BASE}:tube"), "value": tube.tube}}}],
        "condition": if short { json!([{"text": format!("closed with fewer people: {}", tube.closed.unwrap_or(""))}]) }
            else { Value::Null }
    })
}

fn swab_of(person: &TracedPerson, patient: &str, round: Option<&str>) -> Value {
    json!({
        "resourceType": "Specimen",
        "identifier": [{"system": format!("{BASE}:record"), "value": person.record}],
        "status": "available", "subject": {"reference": patient}, "request": request(round),
        "collection": collection(&person.at),
        "extension": [{"url": format!("{BASE}:position"), "valueInteger": person.position}]
    })
}

/// The same person in two records is one Patient; without a document each record is its own.
fn patient_url(person: &TracedPerson) -> String {
    let kind = DocumentKind::from_text(person.document).unwrap_or(DocumentKind::None);
    let number = if kind == DocumentKind::Alias { &person.alias } else { &person.number };
    let key = fieldcore::scan::person_key_text(kind, number.as_deref(), person.issuer.as_deref());
    key.map_or_else(|| urn("nameless", &person.record), |key| urn("person", key.expose()))
}

fn patient_of(person: &TracedPerson) -> Value {
    let (birth, sex) = birth_and_sex(person);
    let gender = match sex.as_deref() {
        Some("M") => Some("male"),
        Some("F") => Some("female"),
        Some("X") => Some("other"),
        _ => None,
    };
    let identifier = person.number.as_ref().map(|number| {
        json!({
            "type": {"coding": [{"system": V2_0203, "code": identifier_code(person.document)}], "text": person.document},
            "system": format!("{BASE}:document:{}", person.document), "value": number,
            "assigner": person.issuer.as_ref().map(|issuer| json!({"display": issuer}))
        })
    });
    let alias = person
        .alias
        .as_ref()
        .map(|alias| json!({"use": "secondary", "system": format!("{BASE}:alias"), "value": alias}));
    json!({
        "resourceType": "Patient", "identifier": [identifier, alias],
        "name": [person.name.as_ref().map(|name| json!({"use": "official", "text": name}))],
        "telecom": [person.contact.as_ref().map(|contact| json!({"system": "phone", "value": contact}))],
        "gender": gender, "birthDate": birth,
        "address": [person.address.as_ref().map(|address| json!({"text": address}))],
        "extension": [person.description.as_ref().map(|text| {
            json!({"url": format!("{BASE}:description"), "valueString": text})
        })]
    })
}

/// The type of an identifier in HL7 table 0203.
fn identifier_code(document: &str) -> &'static str {
    match document {
        "cn_resident" | "cn_resident_15" => "NI",
        "passport_number" | "mrz" => "PPN",
        "cn_permit_hk" | "cn_permit_mo" | "cn_permit_tw" | "cn_foreigner" | "cn_foreigner_15" => "PRC",
        "aamva" => "DL",
        _ => "U",
    }
}

/// Birth and sex as the record says, else as the number holds them.
fn birth_and_sex(person: &TracedPerson) -> (Option<String>, Option<String>) {
    let document = DocumentKind::from_text(person.document);
    let read = person.number.as_ref().zip(document).and_then(|(number, document)| {
        let scan = Scan::Typed { text: number.clone(), document: Some(document) };
        interpret(&scan, NaiveDate::MAX).identity
    });
    let birth = person.birth.or_else(|| read.as_ref().and_then(|identity| identity.birth));
    let sex =
        person.sex.clone().or_else(|| read.and_then(|identity| identity.sex).map(|sex| Sex::as_str(sex).to_owned()));
    let birth = birth.map(dashed_day);
    (birth, sex)
}

/// The signed items that hold the tube's opening and its people.
fn items_of(lookup: &Lookup<'_>, row: &TubeRow, tube: &TubeTrace) -> Result<Vec<Item>> {
    if tube.record.is_none() {
        return Ok(Vec::new());
    }
    let mut found = BTreeMap::new();
    let subjects = lookup.reads.subjects_of_tube(row.no)?;
    for at in std::iter::once(row.at).chain(subjects.iter().filter(|one| one.live()).map(|one| one.at)) {
        if let Some(record) = lookup.reads.record(at)?
            && let Some(item) = lookup.reads.item(record.item)?
        {
            found.insert(item.no, item);
        }
    }
    Ok(found.into_values().collect())
}

fn provenance_of(item: &Item, tube: &TubeTrace, tube_url: &str, parents: &[Value]) -> (String, Value) {
    let digest = HEXLOWER.encode(&item.digest);
    let mut targets = vec![json!({"reference": tube_url})];
    targets.extend(parents.iter().cloned());
    let when = time(Some(item.arrived_ms));
    let resource = json!({
        "resourceType": "Provenance", "target": targets, "recorded": when,
        "agent": [{"who": {"display": format!("device {}", tube.device),
            "identifier": {"system": format!("{BASE}:device"), "value": tube.device}}}],
        "entity": [{"role": "source", "what": {"identifier": {"system": format!("{BASE}:batch"), "value": digest}}}],
        "signature": [{
            "type": [{"system": "urn:iso-astm:E1762-95:2013", "code": "1.2.840.10065.1.12.1.5"}],
            "when": when, "who": {"display": format!("device {}", tube.device)},
            "sigFormat": "application/octet-stream", "data": BASE64.encode(&item.signature)
        }]
    });
    (digest, resource)
}
