//! The detector: an attributed event in, findings out.

use std::collections::HashMap;
use std::sync::Arc;

use content::matcher::MatcherError;
use event::{Attributed, EventId, Finding, FindingId, RuleInfo, Text};

use crate::correlate::Correlator;
use crate::engine::Engine;
use crate::field::read::Input;
use crate::fold::{Folder, Owner};
use crate::look;
use crate::prevalence::Prevalence;
use crate::ruleset::RuleSet;
use crate::sentence::sentence;

/// What a detector is told besides its rules.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How long equal findings are folded into one, where the rule does not say.
    pub window_ns: u64,
    /// Names of agent products for people (`codex-cli`: `Codex CLI`).
    pub product_names: HashMap<Text, Text>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { window_ns: 3_600_000_000_000, product_names: HashMap::new() }
    }
}

/// Rules at work: what they match, what that completes, what has been told.
#[derive(Debug)]
pub struct Detector {
    rules: RuleSet,
    settings: Settings,
    engine: Engine,
    correlator: Correlator,
    prevalence: Prevalence,
    folder: Folder,
    matched: Vec<usize>,
}

impl Detector {
    /// A detector that has seen nothing yet.
    pub fn new(rules: RuleSet, settings: Settings) -> Result<Self, MatcherError> {
        let engine = Engine::new(&rules.rules)?;
        let correlator = Correlator::new(&rules.correlations, rules.rules.len());
        Ok(Self {
            engine,
            correlator,
            settings,
            prevalence: Prevalence::default(),
            folder: Folder::default(),
            matched: Vec::new(),
            rules,
        })
    }

    /// The rules it works with.
    pub fn rules(&self) -> &RuleSet {
        &self.rules
    }

    /// Takes in one event; what it completes is added to `out`.
    pub fn detect(&mut self, act: &Attributed, out: &mut Vec<Finding>) {
        let now = act.event.time_unix_ns;
        self.folder.pass(now, out);
        let input = Input { act, first: self.prevalence.note(act) };
        let mut matched = std::mem::take(&mut self.matched);
        matched.clear();
        self.engine.matches(input, |rule| matched.push(rule));
        if !matched.is_empty() {
            self.tell(&matched, input, out);
        }
        self.matched = matched;
    }

    /// Closes the windows that end by `now_unix_ns`, so that counts of the last events are told.
    pub fn flush(&mut self, now_unix_ns: u64, out: &mut Vec<Finding>) {
        self.folder.pass(now_unix_ns, out);
    }

    fn tell(&mut self, matched: &[usize], input: Input<'_>, out: &mut Vec<Finding>) {
        for index in matched {
            let Some(rule) = self.rules.rules.get(*index).filter(|rule| rule.reports) else {
                continue;
            };
            let found = Found {
                key: *index,
                info: &rule.info,
                window_ns: rule.window_ns.unwrap_or(self.settings.window_ns),
                events: vec![input.act.id],
            };
            let matched = || look::matched(&rule.expression, input);
            found.tell(&mut self.folder, &self.settings, input.act, matched, out);
        }
        for completed in self.correlator.feed(matched, input) {
            let Some(tied) = self.rules.correlations.get(completed.correlation) else { continue };
            let correlation = &tied.correlation;
            if !correlation.reports {
                continue;
            }
            let found = Found {
                key: self.rules.rules.len() + completed.correlation,
                info: &correlation.info,
                window_ns: correlation.window_ns.unwrap_or(self.settings.window_ns),
                events: completed.events,
            };
            let last = matched.first().and_then(|index| self.rules.rules.get(*index));
            let matched =
                || last.map(|rule| look::matched(&rule.expression, input)).unwrap_or_default();
            found.tell(&mut self.folder, &self.settings, input.act, matched, out);
        }
    }
}

/// A match before it is known whether it is new.
struct Found<'a> {
    /// The rule's place among rules, then correlations.
    key: usize,
    info: &'a Arc<RuleInfo>,
    window_ns: u64,
    events: Vec<EventId>,
}

impl Found<'_> {
    fn tell(
        self,
        folder: &mut Folder,
        settings: &Settings,
        act: &Attributed,
        matched: impl FnOnce() -> Vec<(Text, Text)>,
        out: &mut Vec<Finding>,
    ) {
        let owner = Owner::of(act);
        let key = (self.key, owner);
        let time_unix_ns = act.event.time_unix_ns;
        if folder.count(key, (act.id, time_unix_ns), out) {
            return;
        }
        let mut summary = sentence(act, &settings.product_names);
        if self.events.len() > 1 {
            let others = self.events.len() - 1;
            let acts = if others == 1 { "act" } else { "acts" };
            summary.push_str(&format!(", after {others} earlier {acts}"));
        }
        let first = self.events.first().copied().unwrap_or(act.id);
        let finding = Finding {
            id: FindingId::derive(&self.info.id, &owner.to_string(), first),
            time_unix_ns,
            rule: self.info.clone(),
            summary: summary.into(),
            matched: matched(),
            events: self.events,
            process: act.process.clone(),
            actor: act.actor.clone(),
            count: 1,
        };
        folder.open(key, finding, self.window_ns, out);
    }
}
