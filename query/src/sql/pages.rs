//! All acts that pass, oldest first, a page at a time: for those who print a long record and may not
//! hold it.

use event::Attributed;

use super::answer::Answer;
use super::command_lines::CommandLines;
use super::query::Query;
use super::records::acts_of;
use crate::Error;
use crate::rows::events::Row;

/// Most acts in memory.
const PAGE: u64 = 32 * 1024;
/// The unit in which acts are counted before they are read.
const MINUTE_NS: u64 = 60_000_000_000;

/// What could not be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Damage {
    /// Records.
    pub records: u64,
    /// Places where they are missing.
    pub places: u64,
}

impl Query {
    /// Calls `tell` with each act for which `condition` holds (SQL over the columns of `events`),
    /// oldest first, the newest `most` of them. What comes while it runs is not told.
    pub fn each_act<E: From<Error>>(
        &self,
        condition: &str,
        most: u64,
        mut tell: impl FnMut(Attributed) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut minutes = self.minutes(condition)?;
        let total: u64 = minutes.iter().map(|minute| minute.acts).sum();
        let mut skip = total.saturating_sub(most);
        let older = minutes.iter().take_while(|minute| {
            let gone = minute.acts <= skip;
            skip -= if gone { minute.acts } else { 0 };
            gone
        });
        let older = older.count();
        minutes.drain(..older);
        let mut lines = CommandLines::default();
        for (from, until) in windows(&minutes) {
            let mut after = None;
            loop {
                let (read, mut acts) = self.page(condition, from, until, after)?;
                let passed = acts.len().min(usize::try_from(skip).unwrap_or(usize::MAX));
                skip -= passed as u64;
                acts.drain(..passed);
                lines.complete(self, &mut acts)?;
                acts.into_iter().try_for_each(&mut tell)?;
                after = read;
                if after.is_none() {
                    break;
                }
            }
        }
        Ok(())
    }

    /// What of the record could not be read: where it was rolled, and behind.
    pub fn damage(&self) -> Result<Damage, Error> {
        let answer = self.sql(
            "SELECT count(*), coalesce(sum(count), 0) FROM losses \
             WHERE cause = 'disk' AND place LIKE 'journal segment %, damaged'",
        )?;
        let numbers = numbers(&answer).into_iter().next().unwrap_or_default();
        let number = |at: usize| numbers.get(at).copied().unwrap_or(0);
        Ok(Damage { records: number(1) + self.unknown(), places: number(0) })
    }

    /// How many acts each minute has, oldest first.
    fn minutes(&self, condition: &str) -> Result<Vec<Minute>, Error> {
        let mut running = self.start(&format!(
            "SELECT CAST(time AS BIGINT) / {MINUTE_NS} AS minute, count(*), \
             max(CAST(time AS BIGINT)) FROM events WHERE {condition} GROUP BY 1 ORDER BY 1"
        ))?;
        let mut minutes = Vec::new();
        while let Some(rows) = running.rows()? {
            let schema = running.schema.clone();
            let rows = numbers(&Answer { schema, batches: vec![rows], cut: false });
            minutes.extend(rows.iter().filter_map(|row| match row.as_slice() {
                [minute, acts, newest] => {
                    Some(Minute { from: minute * MINUTE_NS, newest: *newest, acts: *acts })
                }
                _ => None,
            }));
        }
        Ok(minutes)
    }

    /// The next page of the acts from `from` up to and with `until`, and where it ended if there may
    /// be more.
    fn page(
        &self,
        condition: &str,
        from: u64,
        until: u64,
        after: Option<Place>,
    ) -> Result<(Option<Place>, Vec<Attributed>), Error> {
        let behind = after.map_or_else(String::new, |(time, id)| {
            let time = format!("to_timestamp_nanos({time})");
            format!(" AND (time > {time} OR time = {time} AND id > {id})")
        });
        let from = after.map_or(from, |(time, _)| time);
        let answer = self.whole(&format!(
            "SELECT * FROM events WHERE ({condition}) AND time >= to_timestamp_nanos({from}) \
             AND time <= to_timestamp_nanos({until}){behind} ORDER BY time, id LIMIT {PAGE}"
        ))?;
        let full = answer.rows() as u64 >= PAGE;
        let last = answer.batches.last().filter(|batch| full && batch.num_rows() > 0);
        let last = last.map(|batch| Row::read(batch, batch.num_rows() - 1));
        let place = |row: Row<'_>| Some((u64::try_from(row.time?).ok()?, row.id?));
        Ok((last.and_then(place), acts_of(&answer)))
    }

    /// A whole answer that limits itself.
    fn whole(&self, text: &str) -> Result<Answer, Error> {
        let mut running = self.start(text)?;
        let mut batches = Vec::new();
        while let Some(rows) = running.rows()? {
            batches.push(rows);
        }
        Ok(Answer { schema: running.schema.clone(), batches, cut: false })
    }
}

/// Time and id of an act: its place in the order.
type Place = (u64, u64);

/// The acts of one minute, counted.
struct Minute {
    from: u64,
    newest: u64,
    acts: u64,
}

/// Neighbouring minutes that together fit a page, so that each is read by one query over few files.
fn windows(minutes: &[Minute]) -> Vec<(u64, u64)> {
    let mut windows: Vec<(u64, u64)> = Vec::new();
    let mut acts = PAGE;
    for minute in minutes {
        acts += minute.acts;
        match windows.last_mut() {
            Some((_, until)) if acts < PAGE => *until = minute.newest,
            _ => {
                acts = minute.acts;
                windows.push((minute.from, minute.newest));
            }
        }
    }
    windows
}

fn numbers(answer: &Answer) -> Vec<Vec<u64>> {
    let number = |cell: crate::Cell| cell.text.parse().unwrap_or(0);
    answer.cells().map(|row| row.into_iter().map(number).collect()).collect()
}
