//! In the parent: a worker that follows transcripts. When one of them breaks it, the next one follows the others.

use std::collections::HashMap;
use std::path::PathBuf;

use anyhow::{Result, anyhow, bail};
use content::transcript::Told;
use event::show::plain;

use super::parent::say_unconfined;
use super::running::{Feed, Last, Running, TICK};
use super::transcripts::MOST_FOLLOWED;
use super::wire::{Follow, Job, LeftOut, Mark, Place, Said, Task};

/// Transcripts that may break a worker before none is followed any more.
const MOST_BROKEN: usize = 20;

/// What one transcript said.
pub struct Heard {
    /// Which.
    pub place: PathBuf,
    /// Its words, in order.
    pub words: Vec<Told>,
    /// How far it was told.
    pub mark: Option<Mark>,
    /// Entries that could not be read.
    pub broken: u64,
    /// Entries of a kind that nobody knows.
    pub unknown: u64,
}

/// Who wants words.
pub trait Listener {
    /// What is to be followed from now on; none: that was all. Asked several times in a second.
    fn orders(&mut self) -> Option<Vec<Follow>>;
    /// Something was said.
    fn hear(&mut self, heard: Heard);
}

/// Follows transcripts until `listener` wants no more.
pub fn run(listener: &mut dyn Listener) -> Result<()> {
    let mut task = Task { job: Job::Transcripts, ..Task::default() };
    let Some(begun) = first(listener) else { return Ok(()) };
    let place = |order: &Follow| order.place.0.clone();
    let mut known: HashMap<PathBuf, Follow> =
        begun.into_iter().map(|order| (place(&order), order)).collect();
    let mut first = true;
    loop {
        let (mut running, feed) = Running::start_fed(&task)?;
        let mut round = Round::new(listener, &mut known, feed);
        round.again();
        let end = running.listen(&mut |said| round.take(said));
        let Round { at, unconfined, failed, over, .. } = round;
        if std::mem::take(&mut first) {
            say_unconfined(&unconfined);
        }
        if let Some(failed) = failed {
            return Err(anyhow!("{failed}"));
        }
        if over {
            return Ok(());
        }
        let Some(at) = at else {
            let complaint = running.complaint();
            let complaint = plain(complaint.lines().next().unwrap_or("it said nothing"));
            bail!("the reader of transcripts ended: {complaint}");
        };
        tracing::info!(place = %at.display(), why = end.why(), "a transcript is left out");
        known.remove(&at);
        task.left_out.push(LeftOut { place: Place(at), why: end.why().into() });
        if task.left_out.len() > MOST_BROKEN {
            bail!("{MOST_BROKEN} transcripts broke their reader");
        }
    }
}

/// The first transcripts that are to be followed: nothing is started for a host on which no agent works.
fn first(listener: &mut dyn Listener) -> Option<Vec<Follow>> {
    loop {
        let orders = listener.orders()?;
        if !orders.is_empty() {
            return Some(orders);
        }
        std::thread::sleep(TICK);
    }
}

/// One worker's life.
struct Round<'a> {
    listener: &'a mut dyn Listener,
    known: &'a mut HashMap<PathBuf, Follow>,
    feed: Option<Feed>,
    at: Option<PathBuf>,
    unconfined: Vec<String>,
    failed: Option<String>,
    over: bool,
}

impl<'a> Round<'a> {
    fn new(
        listener: &'a mut dyn Listener,
        known: &'a mut HashMap<PathBuf, Follow>,
        feed: Feed,
    ) -> Self {
        let (at, unconfined, failed) = (None, Vec::new(), None);
        Self { listener, known, feed: Some(feed), at, unconfined, failed, over: false }
    }

    /// The next worker follows what the last one did, from where it was told.
    fn again(&mut self) {
        let Some(feed) = &mut self.feed else { return };
        self.known.values().for_each(|order| feed.say(order));
    }

    fn take(&mut self, said: Option<Said>) -> Last {
        match said {
            None => self.order(),
            Some(Said::Confined(missing)) => self.unconfined = missing,
            Some(Said::At { place, .. }) => self.at = Some(place.0),
            // Nothing that comes later is this file's doing.
            Some(Said::Settled { .. }) => self.at = None,
            Some(Said::Words { place, words, mark, broken, unknown }) => {
                if let (Some(order), Some(mark)) = (self.known.get_mut(&place.0), &mark) {
                    order.from = Some(mark.clone());
                }
                self.listener.hear(Heard { place: place.0, words, mark, broken, unknown });
            }
            Some(Said::Failed(why)) => {
                let lines: Vec<_> = why.lines().map(plain).collect();
                self.failed = Some(lines.join("\n"));
                return Last::Yes;
            }
            Some(Said::Done { .. }) => {
                self.over = true;
                return Last::Yes;
            }
            // Of other tasks.
            Some(
                Said::Roots(_)
                | Said::Asset(_)
                | Said::Flaw { .. }
                | Said::Unsure(_)
                | Said::Material(_)
                | Said::Change(_)
                | Said::Idle,
            ) => {}
        }
        Last::No
    }

    fn order(&mut self) {
        let Some(feed) = &mut self.feed else { return };
        match self.listener.orders() {
            Some(orders) => {
                for order in orders {
                    feed.say(&order);
                    if self.known.len() < MOST_FOLLOWED || self.known.contains_key(&order.place.0) {
                        self.known.insert(order.place.0.clone(), order);
                    }
                }
                feed.flush();
            }
            // The end of its orders is the worker's sign to read once more, and to end.
            None => self.feed = None,
        }
    }
}
