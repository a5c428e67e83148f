//! What is found in texts of a message, by the detectors of `content`.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use std::thread;

use content::examine::{Examiner, ExaminerError, Own};
use content::inspect::{Family, Position, Spot};
use content::irreversible::{Table, TableError, Tools};
use content::llm::{Form, Part};
use event::{Inspected, OnFound, Text, ToolRules};

/// The detectors.
#[derive(Debug)]
pub(super) struct Look {
    examiner: Examiner,
    /// Which tools do what cannot be undone.
    pub(super) tools: Tools,
}

/// A table of ours cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LookError {
    /// Of content.
    #[error(transparent)]
    Examiner(#[from] ExaminerError),
    /// Of tools.
    #[error(transparent)]
    Tools(#[from] TableError),
    /// No thread could be had.
    #[error("cannot start a thread: {0}")]
    Thread(#[from] std::io::Error),
}

/// Detectors for any number of sessions; they may still be being made: the first messages of a session need none of them.
#[derive(Clone, Debug)]
pub struct Detectors(Arc<OnceLock<Option<Look>>>);

/// Texts of one message that are looked at, in bytes.
const MOST: usize = 8 << 20;
/// What is less sure than this is not told.
const SURE: u8 = 60;
/// Kinds that are told apart.
const MOST_KINDS: usize = 64;

/// What was found in a message.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// How often each kind.
    pub kinds: BTreeMap<Text, u32>,
    /// How much was looked at.
    pub inspected: Inspected,
    /// The strongest of what is to be done.
    pub act: OnFound,
    /// Of families that tell something about a message.
    pub families: Vec<Family>,
    /// What is to be taken out: which part, and where in its text.
    pub out: Vec<(usize, Spot)>,
}

impl Look {
    fn new() -> Result<Self, LookError> {
        Ok(Self { examiner: Examiner::new(Own::default())?, tools: Table::shipped()?.tools })
    }

    /// What stands in the parts of a message. `whose` says which of them are looked at.
    pub(super) fn at(
        &self,
        parts: &[Part<'_>],
        rules: &ToolRules,
        whose: impl Fn(Position) -> bool,
    ) -> Found {
        let mut found = Found { inspected: Inspected::Scanned, ..Found::default() };
        let mut left = MOST;
        for (at, part) in parts.iter().enumerate().filter(|(_, part)| whose(part.position)) {
            let text = &*part.text.text;
            if matches!(part.form, Form::Media { .. }) || text.len() > left {
                found.inspected = Inspected::PartlyScanned;
                continue;
            }
            left -= text.len();
            let spots = self.examiner.examine(text, part.position);
            for spot in spots.into_iter().filter(|spot| spot.sure >= SURE) {
                found.take(at, spot, rules);
            }
        }
        found
    }
}

impl Found {
    fn take(&mut self, part: usize, spot: Spot, rules: &ToolRules) {
        let kind: Text = format!("{}/{}", spot.family.name(), spot.kind).into();
        if self.kinds.len() < MOST_KINDS || self.kinds.contains_key(&kind) {
            *self.kinds.entry(kind).or_default() += 1;
        }
        if !self.families.contains(&spot.family) {
            self.families.push(spot.family);
        }
        let act = match spot.family {
            Family::Secret | Family::Canary => rules.secrets,
            Family::Personal | Family::Class => rules.personal,
            Family::Injection | Family::Hidden => rules.instructions,
            Family::Exfiltration
            | Family::Url
            | Family::Code
            | Family::Excess
            | Family::Classifier => OnFound::Annotate,
        };
        self.act = self.act.max(act);
        if act == OnFound::Redact {
            self.out.push((part, spot));
        }
    }
}

impl Detectors {
    /// Begins to make them on a thread of its own.
    pub fn begin() -> Result<Self, LookError> {
        let soon = Self(Arc::default());
        let making = soon.clone();
        thread::Builder::new().name("detectors".into()).spawn(move || {
            making.get();
        })?;
        Ok(soon)
    }

    /// With detectors of content that are there already.
    pub fn with(examiner: Examiner) -> Result<Self, LookError> {
        let look = Look { examiner, tools: Table::shipped()?.tools };
        Ok(Self(Arc::new(OnceLock::from(Some(look)))))
    }

    /// They, as soon as they are there; none where a table of ours cannot be read.
    pub(super) fn get(&self) -> Option<&Look> {
        let make = || {
            let look = Look::new();
            look.inspect_err(|error| tracing::error!(%error, "nothing is looked at")).ok()
        };
        self.0.get_or_init(make).as_ref()
    }
}
