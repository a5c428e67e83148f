//! What the person looks at: the pane, the rows under the cursors, the filter, what lies above.

use event::{AgentId, FindingId, SessionId};

use super::Ask;
use super::filter::Filter;
use crate::out::Words;

/// A part of the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pane {
    /// Who is there.
    Agents,
    /// Runs of the selected agent.
    Sessions,
    /// What they do.
    #[default]
    Acts,
    /// What was found.
    Findings,
}

impl Pane {
    /// All, in the order of the tab key.
    pub const ALL: [Self; 4] = [Self::Agents, Self::Sessions, Self::Acts, Self::Findings];

    /// The pane `by` places on.
    pub fn turn(self, by: usize) -> Self {
        Self::ALL[(self as usize + by) % Self::ALL.len()]
    }
}

/// What keys mean at the moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// They move about.
    #[default]
    Watch,
    /// They write the filter; before it was this.
    Filter { before: String },
    /// They scroll a text that lies above the panes.
    Overlay(Overlay),
}

/// A text above the panes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overlay {
    /// What it is about.
    pub title: String,
    /// The text.
    pub lines: Vec<Words>,
    /// First line on the screen.
    pub top: usize,
    /// What was asked and is not answered yet.
    pub waits: Option<Ask>,
}

/// Selections. `None` is "all" for agents and sessions, the newest for acts and findings.
#[derive(Debug, Default)]
pub struct View {
    /// The pane that keys go to.
    pub focus: Pane,
    /// It fills the screen.
    pub zoomed: bool,
    /// Selected agent.
    pub agent: Option<AgentId>,
    /// Selected session.
    pub session: Option<SessionId>,
    /// Act under the cursor, by its row's number.
    pub act: Option<u64>,
    /// Finding under the cursor.
    pub finding: Option<FindingId>,
    /// What is shown of acts and findings.
    pub filter: Filter,
    /// Acts stand still.
    pub paused: bool,
    /// Noise is shown too.
    pub all: bool,
    /// What keys mean.
    pub mode: Mode,
    /// First row of each pane on the screen; kept by the drawing.
    pub tops: [usize; 4],
    /// Rows of each pane on the screen; kept by the drawing.
    pub heights: [usize; 4],
    /// Rows of the overlay on the screen, and rows that its text fills; kept by the drawing.
    pub overlay: (usize, usize),
}

impl View {
    /// First row to show of `count`, so that `cursor` is on the screen, moving as little as may be.
    pub fn scroll(&mut self, pane: Pane, cursor: usize, count: usize, height: usize) -> usize {
        let top = &mut self.tops[pane as usize];
        self.heights[pane as usize] = height;
        *top = (*top).min(cursor).max((cursor + 1).saturating_sub(height));
        *top = (*top).min(count.saturating_sub(height));
        *top
    }
}
