//! Where boxes and tubes are, who has them since when, and what does not add up.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use fieldcore::custody::{BoxStory, Chain, HandOver, HandOverReceipt, Holder, Passage};
use fieldcore::record::{Body, DeskFinding, HandOverGiven, HandOverReceived, Record};
use fieldcore::wire::Mode;
use fieldcore::{DeviceId, RecordRef};
use uuid::Uuid;

use super::custody_model::{
    BoxLine, Custody, HandOverLine, MissingTube, NoteLine, Side, Signature, Told, TubeLine, TubeTwice,
};
use super::lookup::Lookup;
use super::passing::{check, contested, holder, key_of, moves, told};
use crate::error::Result;
use crate::project::passing::is_contested;
use crate::store::DeviceBy;
use crate::store::rows::{At, TubeRow};

/// Tubes read at a time.
const PAGE: u32 = 1000;

/// What a report is made with.
pub(crate) struct Asked<'a> {
    pub(crate) campaign: Uuid,
    pub(crate) now_ms: i64,
    /// Hours after the first swab from which a box is late.
    pub(crate) hours_max: u32,
    /// Only boxes of this label.
    pub(crate) container: Option<&'a str>,
}

/// The records of the chain with their places.
struct Words {
    records: BTreeMap<RecordRef, (Record, i64)>,
    places: HashMap<RecordRef, (At, i64)>,
}

impl Words {
    fn read(lookup: &Lookup<'_>) -> Result<Self> {
        let mut words = Self { records: BTreeMap::new(), places: HashMap::new() };
        for (at, shift) in lookup.reads.custody()? {
            if let Some((record, arrived_ms)) = lookup.record(at)? {
                words.places.insert(record.at, (at, shift));
                words.records.insert(record.at, (record, arrived_ms));
            }
        }
        Ok(words)
    }

    fn told(&self, lookup: &Lookup<'_>, at: RecordRef) -> Result<Option<Told>> {
        let Some((place, shift)) = self.places.get(&at) else { return Ok(None) };
        told(lookup, *place, *shift, self.records.get(&at)).map(Some)
    }

    fn body(&self, at: RecordRef) -> Option<&Body> {
        self.records.get(&at).map(|found| &found.0.body)
    }

    fn received(&self, at: RecordRef) -> Option<&HandOverReceived> {
        match self.body(at) {
            Some(Body::HandOverReceived(body)) => Some(body),
            _ => None,
        }
    }

    fn given(&self, at: RecordRef) -> Option<&HandOverGiven> {
        match self.body(at) {
            Some(Body::HandOverGiven(body)) => Some(body),
            _ => None,
        }
    }
}

/// Where everything is.
pub(crate) fn custody(lookup: &Lookup<'_>, asked: &Asked<'_>) -> Result<Custody> {
    let words = Words::read(lookup)?;
    let chain = Chain::fold(words.records.values().map(|found| &found.0));
    let report = Report { lookup, asked, words: &words, chain: &chain };
    let erased: BTreeSet<[u8; 16]> = lookup.reads.erased_rounds()?.into_iter().map(|row| row.round).collect();
    let wanted = |story: &&BoxStory| {
        // Of a box whose round was erased here, what was said of it in other rounds' shifts is left over.
        let gone = story.round.is_some_and(|round| erased.contains(round.as_bytes()));
        let over = gone && !words.records.contains_key(&story.container);
        !over && asked.container.is_none_or(|label| story.label.as_deref() == Some(label))
    };
    let stories: Vec<&BoxStory> = chain.boxes.values().filter(wanted).collect();
    let inside: BTreeSet<&str> = stories.iter().flat_map(|story| story.tubes.keys()).map(String::as_str).collect();
    let (tubes, ages) = report.tubes(asked.container.map(|_| &inside))?;
    let mut boxes = stories.iter().map(|story| report.line(story, &ages)).collect::<Result<Vec<_>>>()?;
    boxes.sort_by(|one, other| (&one.container, &one.record).cmp(&(&other.container, &other.record)));
    if asked.container.is_some() {
        let open = boxes.iter().flat_map(|line| &line.hand_overs).filter(|line| line.open).cloned().collect();
        return Ok(Custody { tubes, open_hand_overs: open, boxes, ..Custody::default() });
    }
    let open = boxes.iter().flat_map(|line| &line.hand_overs).filter(|line| line.open).cloned().collect();
    let twice = chain.twice().into_iter().map(|(tube, places)| {
        let boxes = places.iter().filter_map(|at| chain.boxes.get(at)?.label.clone()).collect();
        TubeTwice { tube: tube.to_owned(), boxes }
    });
    Ok(Custody {
        open_hand_overs: open,
        missing: report.missing()?,
        contested: contested(lookup, asked.campaign)?,
        twice: twice.collect(),
        boxes,
        tubes,
    })
}

struct Report<'a> {
    lookup: &'a Lookup<'a>,
    asked: &'a Asked<'a>,
    words: &'a Words,
    chain: &'a Chain,
}

impl Report<'_> {
    fn line(&self, story: &BoxStory, ages: &HashMap<String, u64>) -> Result<BoxLine> {
        let (device, to, since, on_the_way) = match &story.holder {
            Holder::Device { device, since } => (*device, None, *since, false),
            Holder::OnTheWay { from, to, whom, since } => {
                (*from, to.map(|to| to.to_string()).or_else(|| whom.clone()), *since, true)
            }
        };
        let state = match story.sealed {
            _ if on_the_way => "on_the_way",
            Some(_) => "sealed",
            None => "open",
        };
        let told_age = story.passages.iter().filter_map(|passage| self.told_age(passage)).max();
        let age_s = story.tubes.keys().filter_map(|label| ages.get(label).copied()).max().max(told_age);
        let label = story.label.clone();
        Ok(BoxLine {
            container: label.clone(),
            record: story.container.to_string(),
            round: self.round(story)?,
            state,
            device: device.to_string(),
            to,
            since: self.words.told(self.lookup, since)?,
            tubes: story.tubes.keys().cloned().collect(),
            counted: story.sealed.as_ref().map(|sealed| sealed.tubes),
            seal: story.sealed.as_ref().and_then(|sealed| sealed.seal.clone()),
            temperature: story.sealed.as_ref().and_then(|sealed| sealed.temperature),
            age_s,
            late: age_s.is_some_and(|age_s| age_s >= u64::from(self.asked.hours_max) * 3600),
            contested: story.contested,
            hand_overs: story.passages.iter().map(|passage| self.hand_over(story, passage)).collect::<Result<_>>()?,
            notes: label.map_or(Ok(Vec::new()), |label| self.notes(&label))?,
        })
    }

    /// The box's round: that of the shift in which it was opened, else what hand-overs of it say.
    fn round(&self, story: &BoxStory) -> Result<Option<String>> {
        let opened = self.words.places.get(&story.container).map(|(_, shift)| *shift);
        let shift = opened.map(|shift| self.lookup.reads.shift(shift)).transpose()?.flatten();
        let name = shift.and_then(|shift| self.lookup.round(shift.round)).map(|round| round.1.clone());
        Ok(name.or_else(|| story.round.map(|id| self.lookup.round_name(id))))
    }

    /// What a receiver was told of the age of the swabs, and the time since at the least.
    fn told_age(&self, passage: &Passage) -> Option<u64> {
        let at = passage.received?;
        let age_s = self.words.received(at)?.age_s?;
        let arrived_ms = self.words.records.get(&at)?.1;
        Some(u64::from(age_s) + self.since(arrived_ms))
    }

    fn since(&self, at_ms: i64) -> u64 {
        u64::try_from(self.asked.now_ms.saturating_sub(at_ms) / 1000).unwrap_or(0)
    }

    fn hand_over(&self, story: &BoxStory, passage: &Passage) -> Result<HandOverLine> {
        let received = passage.received.and_then(|at| Some((at, self.words.received(at)?)));
        let given = passage.given.and_then(|at| Some((at, self.words.given(at)?)));
        Ok(HandOverLine {
            container: story.label.clone(),
            hand_over: data_encoding::HEXLOWER.encode(&passage.hand_over),
            given: given.map(|(at, body)| self.given(at, body)).transpose()?.flatten(),
            received: received.map(|(at, body)| self.received(at, body)).transpose()?.flatten(),
            offered_tubes: received.map(|(_, body)| body.tubes),
            open: passage.is_open(),
        })
    }

    fn given(&self, at: RecordRef, body: &HandOverGiven) -> Result<Option<Side>> {
        let Some(told) = self.words.told(self.lookup, at)? else { return Ok(None) };
        let other = body.to.map(|to| to.to_string()).or_else(|| body.to_whom.clone());
        let signature = match (body.to, &body.signature) {
            (Some(to), Some(signature)) => {
                let same = |other: &&HandOverGiven| other.hand_over == body.hand_over && other.to == body.to;
                let bodies: Vec<&HandOverGiven> = self.said_by(at.device, |body| match body {
                    Body::HandOverGiven(body) => Some(body),
                    _ => None,
                });
                let bodies: Vec<_> = bodies.into_iter().filter(same).collect();
                let statement = key_of(self.lookup.reads, to)?
                    .and_then(|key| HandOverReceipt::of_records(&bodies, at.device, self.asked.campaign, key));
                incomplete(check(statement, &signature.0))
            }
            _ => Signature::None,
        };
        Ok(Some(Side { told, tubes: body.tubes, temperature: body.temperature, other, signature }))
    }

    fn received(&self, at: RecordRef, body: &HandOverReceived) -> Result<Option<Side>> {
        let Some(told) = self.words.told(self.lookup, at)? else { return Ok(None) };
        let bodies: Vec<&HandOverReceived> = self.said_by(at.device, |body| match body {
            Body::HandOverReceived(body) => Some(body),
            _ => None,
        });
        let bodies: Vec<_> = bodies.into_iter().filter(|other| other.hand_over == body.hand_over).collect();
        let key = key_of(self.lookup.reads, body.giver)?;
        let statement = key.and_then(|key| HandOver::of_records(&bodies, Mode::Live, self.asked.campaign, key));
        let signature = incomplete(check(statement, &body.signature.0));
        let other = Some(body.giver.to_string());
        Ok(Some(Side { told, tubes: body.found, temperature: body.measured.or(body.temperature), other, signature }))
    }

    /// What one device said of a kind, in its own order.
    fn said_by<'b, T>(&'b self, device: DeviceId, of: impl Fn(&'b Body) -> Option<&'b T>) -> Vec<&'b T> {
        let mut own: Vec<&(Record, i64)> =
            self.words.records.values().filter(|found| found.0.at.device == device).collect();
        own.sort_by_key(|found| (found.0.at.epoch, found.0.at.seq));
        own.into_iter().filter_map(|found| of(&found.0.body)).collect()
    }

    fn notes(&self, label: &str) -> Result<Vec<NoteLine>> {
        let damages = self.chain.damages.get(label).into_iter().flatten();
        let temperatures = self.chain.temperatures.get(label).into_iter().flatten();
        let mut lines = Vec::new();
        for at in damages.chain(temperatures) {
            let Some(told) = self.words.told(self.lookup, *at)? else { continue };
            let (damage, temperature, note) = match self.words.body(*at) {
                Some(Body::DamageNoted(body)) => (Some(body.damage.as_str()), None, body.note.clone()),
                Some(Body::TemperatureLogged(body)) => (None, Some(body.temperature), None),
                _ => continue,
            };
            lines.push(NoteLine { damage, temperature, note, told });
        }
        Ok(lines)
    }

    fn missing(&self) -> Result<Vec<MissingTube>> {
        let mut out = Vec::new();
        for (label, at) in self.chain.missing() {
            let Some(told) = self.words.told(self.lookup, at)? else { continue };
            let container = match self.words.body(at) {
                Some(Body::DeskReceived(body)) => body.container.clone(),
                _ => None,
            };
            out.push(MissingTube { tube: label.to_owned(), container, told });
        }
        Ok(out)
    }

    /// Every tube with a label, or only those with these labels, and the ages of those that have people.
    fn tubes(&self, only: Option<&BTreeSet<&str>>) -> Result<(Vec<TubeLine>, HashMap<String, u64>)> {
        let mut boxes: BTreeMap<&str, Option<&str>> = BTreeMap::new();
        for story in self.chain.boxes.values() {
            for label in story.tubes.keys() {
                boxes.insert(label, story.label.as_deref());
            }
        }
        let (mut lines, mut ages) = (Vec::new(), HashMap::new());
        let mut add = |row: &TubeRow| -> Result<()> {
            let Some(label) = row.label.as_deref() else { return Ok(()) };
            let line = self.tube(row, label, boxes.get(label).copied().flatten())?;
            if let Some(age_s) = line.age_s {
                let age = ages.entry(label.to_owned()).or_insert(age_s);
                *age = (*age).max(age_s);
            }
            lines.push(line);
            Ok(())
        };
        match only {
            Some(labels) => {
                for label in labels {
                    self.lookup.reads.tubes_by_label(label)?.iter().try_for_each(&mut add)?;
                }
            }
            None => self.every_tube(&mut add)?,
        }
        let known: BTreeSet<String> = lines.iter().map(|line: &TubeLine| line.tube.clone()).collect();
        let named = boxes.keys().copied().chain(self.chain.desk.keys().map(String::as_str));
        let named = named.filter(|label| only.is_none_or(|labels| labels.contains(label)));
        for label in named.collect::<BTreeSet<_>>() {
            let unreadable = self.chain.desk.get(label).is_some_and(|word| word.0 == DeskFinding::Unreadable);
            if !known.contains(label) && !unreadable {
                lines.push(self.unknown_tube(label, boxes.get(label).copied().flatten()));
            }
        }
        lines.sort_by(|one, other| (&one.tube, &one.record).cmp(&(&other.tube, &other.record)));
        Ok((lines, ages))
    }

    fn every_tube(&self, add: &mut dyn FnMut(&TubeRow) -> Result<()>) -> Result<()> {
        let mut after = 0;
        loop {
            let page = self.lookup.reads.tubes(after, PAGE)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = last.no;
            page.iter().try_for_each(&mut *add)?;
        }
    }

    fn desk(&self, label: &str) -> Option<&'static str> {
        self.chain.desk.get(label).map(|word| word.0.as_str())
    }

    fn unknown_tube(&self, label: &str, container: Option<&str>) -> TubeLine {
        TubeLine {
            tube: label.to_owned(),
            record: None,
            device: None,
            container: container.map(str::to_owned),
            people: 0,
            age_s: None,
            desk: self.desk(label),
            contested: false,
        }
    }

    fn tube(&self, row: &TubeRow, label: &str, container: Option<&str>) -> Result<TubeLine> {
        let reads = self.lookup.reads;
        let opener = reads.stream(row.at.stream)?.map_or(0, |stream| stream.device);
        let acts = moves(reads, row.no)?;
        let device = reads.device(DeviceBy::No(holder(&acts, opener)))?;
        Ok(TubeLine {
            tube: label.to_owned(),
            record: row.opened.then(|| self.lookup.name(row.at)).transpose()?.map(|name| name.1),
            device: device.map(|device| DeviceId::from_bytes(device.id).to_string()),
            container: container.map(str::to_owned),
            people: row.live,
            age_s: self.age(row)?,
            desk: self.desk(label),
            contested: is_contested(&acts),
        })
    }

    /// Seconds since the first swab of a tube at the least: by the latest at which the earliest of them can have been.
    fn age(&self, row: &TubeRow) -> Result<Option<u64>> {
        let mut latest: Option<i64> = None;
        for subject in self.lookup.reads.subjects_of_tube(row.no)?.iter().filter(|subject| subject.live()) {
            let Some(found) = self.lookup.record(subject.at)? else { continue };
            let seen = self.lookup.at(subject.at, subject.shift, subject.lane, Some(&found))?;
            let bound = seen.at_ms.zip(seen.error_ms);
            let bound = bound.map(|(ms, error)| ms.saturating_add(i64::try_from(error).unwrap_or(i64::MAX)));
            let bound = bound.unwrap_or(found.1).min(found.1);
            latest = Some(latest.map_or(bound, |known| known.min(bound)));
        }
        Ok(latest.map(|ms| self.since(ms)))
    }
}

/// Of a statement that several records make up, one that does not hold may lack a part: the records of a hand-over of
/// which not all boxes were received.
const fn incomplete(found: Signature) -> Signature {
    match found {
        Signature::Fails => Signature::Incomplete,
        other => other,
    }
}
