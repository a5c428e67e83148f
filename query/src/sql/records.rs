//! Records back from the tables, for rooms that speak events and not SQL.

use event::{Attributed, Finding};

use super::answer::Answer;
use super::command_lines::CommandLines;
use super::query::Query;
use crate::Error;
use crate::rows;

impl Query {
    /// The acts for which `condition` holds (SQL over the columns of `events`, such as
    /// `session = '…' AND time > ago('6h')`), oldest first, the newest [`crate::Settings::max_rows`]
    /// of them. Their processes have command lines again, where their exec is in the record.
    pub fn acts(&self, condition: &str) -> Result<Vec<Attributed>, Error> {
        // The limit in the text lets the engine keep no more rows than that while it sorts.
        let most = self.max_rows();
        let text = format!(
            "SELECT * FROM events WHERE {condition}\nORDER BY time DESC, id DESC LIMIT {most}"
        );
        let mut acts = acts_of(&self.sql(&text)?);
        acts.reverse();
        CommandLines::default().complete(self, &mut acts)?;
        Ok(acts)
    }

    /// The findings for which `condition` holds (SQL over the columns of `findings`), oldest first.
    pub fn findings(&self, condition: &str) -> Result<Vec<Finding>, Error> {
        let text = format!("SELECT record FROM findings WHERE {condition}\nORDER BY time, id");
        let answer = self.sql(&text)?;
        let records = answer.cells().filter_map(|row| row.into_iter().next());
        Ok(records.filter_map(|record| serde_json::from_str(&record.text).ok()).collect())
    }
}

/// The rows of an answer that are acts.
pub(super) fn acts_of(answer: &Answer) -> Vec<Attributed> {
    let batches = answer.batches.iter();
    batches
        .flat_map(|batch| {
            (0..batch.num_rows())
                .filter_map(move |row| rows::acts::read(&rows::events::Row::read(batch, row)))
        })
        .collect()
}
