//! What is looked at in calls, and with what.

use std::sync::Mutex;

use content::examine::{Examiner, Memory};
use content::inspect::Spot;
use std::sync::Arc;

use super::turning::TurnBack;

/// Texts that are known again.
const KNOWN: usize = 64 << 10;

/// Puts a mark in the place of what is taken out: of a kind and what it says.
pub type Marks = dyn Fn(&str, &str) -> String + Send + Sync;

/// How calls are looked at.
#[derive(Clone)]
pub struct Inspection {
    examiner: Examiner,
    marks: Arc<Marks>,
    memory: Arc<Mutex<Memory>>,
    /// What comes back in answers; none: nothing.
    turn_back: Option<Arc<TurnBack>>,
    /// The longest answer that is looked at as a whole; of a longer one nothing is.
    pub most_answer: usize,
}

impl Inspection {
    /// By these detectors. Equal secrets should have equal marks: what providers keep of a conversation stays of use.
    pub fn new(examiner: Examiner, marks: Arc<Marks>) -> Self {
        let memory = Arc::new(Mutex::new(Memory::new(KNOWN)));
        Self { examiner, marks, memory, turn_back: None, most_answer: 32 << 20 }
    }

    /// Turns marks back in answers.
    pub fn turning_back(mut self, turn_back: TurnBack) -> Self {
        self.turn_back = Some(Arc::new(turn_back));
        self
    }

    /// What comes back in answers.
    pub fn turn_back(&self) -> Option<&Arc<TurnBack>> {
        self.turn_back.as_ref()
    }

    /// The detectors.
    pub fn examiner(&self) -> &Examiner {
        &self.examiner
    }

    /// What was looked at before.
    pub fn memory(&self) -> &Mutex<Memory> {
        &self.memory
    }

    /// What stands for a find.
    pub fn mark(&self, spot: &Spot, text: &str) -> String {
        (self.marks)(&spot.kind, text)
    }
}

impl std::fmt::Debug for Inspection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inspection").field("most_answer", &self.most_answer).finish_non_exhaustive()
    }
}
