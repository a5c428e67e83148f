//! A real writer in a process of its own, killed (SIGKILL) at random moments.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use event::Record;
use journal::{DataDir, Position, Reader, Writer};

use super::super::stream::{Chance, Stream};
use super::{home, settings};

const ROUNDS: u64 = 300;
const HOME: &str = "JOURNAL_CRASH_HOME";
const SEED: &str = "JOURNAL_CRASH_SEED";
/// A position at or before the last act.
const FROM: &str = "JOURNAL_CRASH_FROM";

/// Not a test by itself: what the killed process does. Writes forever and says after each append
/// which act is on disk.
#[test]
fn write_until_killed() {
    let (Ok(home), Ok(seed)) = (std::env::var(HOME), std::env::var(SEED)) else { return };
    let dir = DataDir::claim(Path::new(&home)).unwrap();
    let mut settings = settings();
    settings.max_mib = 1;
    let mut writer = Writer::open(&dir, &settings).unwrap();
    let mut chance = Chance::new(seed.parse().unwrap());
    let from = std::env::var(FROM).unwrap().parse().unwrap();
    let next = last_act(Path::new(&home), Position(from)).map_or(0, |id| id + 1);
    let mut acts = acts(next);
    loop {
        let part: Vec<_> = acts.by_ref().take(1 + chance.below(100) as usize).collect();
        writer.append(&part).unwrap();
        let Some(Record::Act(last)) = part.last() else { continue };
        writeln!(std::io::stdout(), "acknowledged {}", last.id).unwrap();
    }
}

/// Acts that follow from their number, from `next` on.
fn acts(next: u64) -> impl Iterator<Item = Record> {
    let acts = Stream::new(1).filter(|record| matches!(record, Record::Act(_)));
    let acts: Vec<_> = acts.take(500).collect();
    (next..).map(move |id| {
        let mut record = acts[id as usize % acts.len()].clone();
        if let Record::Act(act) = &mut record {
            act.id = event::EventId(id);
        }
        record
    })
}

fn last_act(home: &Path, from: Position) -> Option<u64> {
    let records = Reader::open(home).unwrap().from(from).unwrap();
    let ids = records.filter_map(|stored| match stored.unwrap().record {
        Record::Act(act) => Some(act.id.0),
        _ => None,
    });
    ids.last()
}

#[test]
fn what_was_acknowledged_survives_a_kill_at_any_moment() {
    let home = home();
    let mut chance = Chance::new(77);
    let mut acknowledged = None;
    let mut torn = 0;
    for round in 0..ROUNDS {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["it::crash::kill::write_until_killed", "--exact", "--nocapture"])
            .env(HOME, home.path())
            .env(SEED, round.to_string())
            .env(FROM, acknowledged.unwrap_or(0).to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut left = chance.below(6);
        // A moment after the acknowledgement that is not always the same place in the writer.
        let spin = chance.below(200_000);
        for line in lines.map_while(Result::ok) {
            let Some((_, id)) = line.split_once("acknowledged ") else { continue };
            acknowledged = Some(id.parse::<u64>().unwrap());
            if left == 0 {
                (0..spin).for_each(|turn| {
                    std::hint::black_box(turn);
                });
                child.kill().unwrap();
            }
            left = left.saturating_sub(1);
        }
        child.wait().unwrap();
    }
    let dir = DataDir::claim(home.path()).unwrap();
    drop(Writer::open(&dir, &settings()).unwrap());
    let mut expect = acts(0);
    let mut last = None;
    for stored in Reader::open(home.path()).unwrap() {
        match stored.unwrap().record {
            Record::Act(act) => {
                last = Some(act.id.0);
                assert_eq!(Some(Record::Act(act)), expect.next());
            }
            Record::Loss(loss) => {
                assert_eq!(loss.cause, event::LossCause::TornTail);
                torn += 1;
            }
            other => panic!("{other:?} was never written"),
        }
    }
    assert!(acknowledged.is_some() && last >= acknowledged, "{last:?} of {acknowledged:?}");
    println!("{ROUNDS} kills, {torn} torn tails, {last:?} acts, {acknowledged:?} acknowledged");
}
