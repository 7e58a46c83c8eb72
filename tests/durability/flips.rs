//! Bits flip while the device is off: it starts, reads what can be read, and tells what it lost.
//! What is missing without a word would be the end of "saved".

use std::collections::HashSet;

use fieldcore::record::Body;
use fieldcore::sync::SyncSession;
use fieldcore::wire::{Batch, Bundle, Item, Salvage};
use fieldcore::{Epoch, Export, Journal, Station, Target};
use fieldcore_tests::vfs::Image;
use fieldcore_tests::workload::Workload;
use fieldcore_tests::{Desk, Rng, rounds};

/// Flips a few bits of the database or of its log.
fn flip(rng: &mut Rng, image: &mut Image) {
    let files = image.files_mut();
    files.retain(|(name, _)| !name.to_string_lossy().ends_with("-shm"));
    let kept: Vec<usize> = (0..files.len())
        .filter(|at| {
            let name = files[*at].0.to_string_lossy().into_owned();
            (name.ends_with(".db") || name.ends_with("-wal")) && !files[*at].1.is_empty()
        })
        .collect();
    let bytes = &mut files[*rng.pick(&kept)].1;
    for _ in 0..=rng.below(6) {
        let at = rng.index(bytes.len());
        bytes[at] ^= 1 << rng.below(8);
    }
}

/// Records by epoch and seq.
type Seqs = HashSet<(String, u64)>;

/// What the journal can account for: what it reads, what is frozen in what waits for the hub, and
/// what it says is lost.
fn accounted(journal: &Journal) -> Seqs {
    let mut seqs = Seqs::new();
    let mut add = |epoch: Epoch, first: u64, last: u64| seqs.extend((first..=last).map(|seq| (epoch.to_string(), seq)));
    let walked = journal.records(&mut |record| {
        add(record.at.epoch, record.at.seq, record.at.seq);
        if let Body::SeqsLost(lost) = record.body {
            add(lost.epoch, lost.first, lost.last);
        }
        Ok(())
    });
    walked.expect("the records can be walked");
    for damaged in journal.verify().expect("it can be verified").damaged {
        add(damaged.epoch, damaged.seq, damaged.seq);
    }
    // Where the keys were hit as well, there is nothing to seal to until it enrols again.
    let Ok(waits) = SyncSession::new(journal.clone()).pack(usize::MAX) else { return seqs };
    for item in Bundle::read(&waits).expect("a bundle").items {
        match item {
            Item::Batch(bytes) => {
                let Some(batch) = Batch::parse(&bytes).ok().filter(|batch| batch.verify().is_ok()) else { continue };
                let header = batch.header;
                add(header.epoch, header.first_seq, header.first_seq + u64::from(header.count) - 1);
            }
            Item::Salvage(bytes) => {
                let Ok(salvage) = Salvage::parse(&bytes) else { continue };
                let Ok(epoch) = salvage.verify().map(|segment| segment.epoch) else { continue };
                salvage.rows().expect("its rows").iter().for_each(|row| add(epoch, row.seq, row.seq));
            }
            _ => {}
        }
    }
    seqs
}

/// A file that is not whole is set aside by the next use; a few times at most. A row that is not
/// what was written stays where it is, named, and breaks the chain.
fn mended(journal: &Journal) -> bool {
    (0..3).any(|_| {
        let found = journal.verify().expect("it can be verified");
        let chain = found.chain || !found.damaged.is_empty();
        let sound = found.file && chain && found.state && found.missing == 0;
        journal.maintain(false).expect("it can be maintained");
        sound
    })
}

/// Answers whether the flips were noticed at all.
fn flipped(seed: u64) -> Result<bool, String> {
    let mut rng = Rng::new(seed).fork("flips");
    let mut desk = Desk::new(seed, Workload::new(seed, 200, 10));
    let mut station = desk.open().map_err(|error| error.to_string())?;
    for turn in 0..20 + rng.index(60) {
        desk.step(&mut station).map_err(|(step, error)| format!("{step:?}: {error}"))?;
        if turn % 25 == 24 {
            station.journal().seal_now().map_err(|error| error.to_string())?;
        }
    }
    // The newest commit of a log with a bad bit looks like one that a power cut tore: nobody can
    // tell. So it is none of the ledger's.
    station.exported(Export::Log, 0, Target::Screen).map_err(|error| error.to_string())?;
    if rng.percent(60) {
        station.journal().suspend().map_err(|error| error.to_string())?;
    }
    let mut image = Image::of_folder(desk.folder.path());
    drop(station);
    flip(&mut rng, &mut image);
    desk.restart(&image);
    let station = desk.open().map_err(|error| format!("it does not start: {error}"))?;
    let journal: Journal = Station::journal(&station).clone();
    let noticed = !journal.notes().is_empty() || !journal.verify().map_err(|error| error.to_string())?.is_sound();
    if !mended(&journal) {
        return Err(format!("it stays broken: {:?}", journal.verify()));
    }
    let accounted = accounted(&journal);
    match desk.ledger.saved().iter().find(|saved| !accounted.contains(*saved)) {
        None => Ok(noticed),
        Some((epoch, seq)) => {
            let missing = format!("record {seq} of {epoch} was reported as saved and nothing accounts for it");
            Err(format!("{missing}; notes {:?}", journal.notes()))
        }
    }
}

#[test]
fn whatever_flips_what_is_lost_is_told() {
    let seeds = rounds(40, 5_000);
    let noticed = (0..seeds).filter(|seed| flipped(*seed).unwrap_or_else(|error| panic!("seed {seed}: {error}")));
    let noticed = noticed.count() as u64;
    println!("{seeds} times flipped, {noticed} noticed");
    assert!(noticed * 10 > seeds, "flips that nobody notices: the test flips nothing that matters");
}
