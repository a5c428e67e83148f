//! All rules of a detector: read from files, filtered, and correlations tied to what they name.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use event::{RuleInfo, Severity, Text};

use crate::diagnostic::{Diagnostic, Refusal, Weight};
use crate::rule::correlation::Correlation;
use crate::rule::document::{self, Document, Filter, Pack, Source};
use crate::rule::possible::simplify;
use crate::rule::{Expression, Rule, Scope};

/// Rules that work together, and what was said about those that do not.
#[derive(Clone, Debug, Default)]
pub struct RuleSet {
    /// Detection rules.
    pub rules: Vec<Rule>,
    /// Correlations; what one names stands before it.
    pub correlations: Vec<Tied>,
    /// Warnings and refusals, in the order of the files.
    pub diagnostics: Vec<Diagnostic>,
}

/// A correlation with its references resolved.
#[derive(Clone, Debug)]
pub struct Tied {
    /// As it was read.
    pub correlation: Correlation,
    /// What each of its `rules` is, in order.
    pub over: Vec<Reference>,
}

/// A rule or correlation by its place in the set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reference {
    /// In [`RuleSet::rules`].
    Rule(usize),
    /// In [`RuleSet::correlations`].
    Correlation(usize),
}

/// One line of `rules list`.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Id, title, severity, tags, pack.
    pub info: Arc<RuleInfo>,
    /// What it is about.
    pub description: Text,
    /// Sigma's `status`.
    pub status: Text,
    /// File and line.
    pub place: (Text, u32),
    /// Names of the events it looks at; of a correlation none.
    pub events: Vec<&'static str>,
    /// Whose acts.
    pub scope: Scope,
    /// It is a correlation.
    pub correlation: bool,
    /// It gives findings of its own.
    pub reports: bool,
}

impl RuleSet {
    /// Every rule and correlation that was loaded.
    pub fn entries(&self) -> impl Iterator<Item = Entry> {
        let rules = self.rules.iter().map(|rule| Entry {
            info: rule.info.clone(),
            description: rule.description.clone(),
            status: rule.status.clone(),
            place: rule.place.clone(),
            events: rule.kinds.iter().map(crate::kind::Kind::name).collect(),
            scope: rule.scope,
            correlation: false,
            reports: rule.reports,
        });
        let correlations = self.correlations.iter().map(|tied| Entry {
            info: tied.correlation.info.clone(),
            description: tied.correlation.description.clone(),
            status: tied.correlation.status.clone(),
            place: tied.correlation.place.clone(),
            events: Vec::new(),
            scope: Scope::default(),
            correlation: true,
            reports: tied.correlation.reports,
        });
        rules.chain(correlations)
    }

    /// How many rules and correlations were refused.
    pub fn refused(&self) -> usize {
        self.diagnostics.iter().filter(|d| d.weight == Weight::Refused).count()
    }
}

/// Reads rule files, then makes one [`RuleSet`] of them.
#[derive(Debug, Default)]
pub struct Loader {
    placeholders: BTreeMap<String, Vec<String>>,
    rules: Vec<Rule>,
    correlations: Vec<Correlation>,
    filters: Vec<Filter>,
    diagnostics: Vec<Diagnostic>,
    ids: HashSet<Text>,
}

impl Loader {
    /// A loader with values for `expand` (`%name%`).
    pub fn with_placeholders(placeholders: BTreeMap<String, Vec<String>>) -> Self {
        Self { placeholders, ..Self::default() }
    }

    /// Reads one file; `file` is how diagnostics call it.
    pub fn add(&mut self, pack: &Pack, file: &str, text: &str) {
        let source = Source { pack, file, text, placeholders: &self.placeholders };
        for document in document::read(source, &mut self.diagnostics) {
            match document {
                Document::Rule(rule) => {
                    if self.is_new(&rule.info, &rule.place) {
                        self.rules.push(*rule);
                    }
                }
                Document::Correlation(correlation) => {
                    if self.is_new(&correlation.info, &correlation.place) {
                        self.correlations.push(*correlation);
                    }
                }
                Document::Filter(filter) => self.filters.push(*filter),
            }
        }
    }

    fn is_new(&mut self, info: &RuleInfo, place: &(Text, u32)) -> bool {
        let new = self.ids.insert(info.id.clone());
        if !new {
            let message = format!("the id `{}` is already taken", info.id);
            self.refuse(info, place, message, "give each rule its own id (a new UUID)");
        }
        new
    }

    fn refuse(&mut self, info: &RuleInfo, place: &(Text, u32), message: String, hint: &str) {
        let refusal = Refusal::new((place.1, 0), message, hint);
        let title = Some(info.title.as_ref());
        self.diagnostics.push(document::diagnostic(&place.0, title, Weight::Refused, refusal));
    }

    /// Applies the filters and ties the correlations.
    pub fn finish(mut self) -> RuleSet {
        for filter in std::mem::take(&mut self.filters) {
            self.apply(&filter);
        }
        let correlations = self.tie();
        let mut set = RuleSet { rules: self.rules, correlations, diagnostics: self.diagnostics };
        set.decide_reports();
        set.take_levels();
        set
    }

    fn apply(&mut self, filter: &Filter) {
        let named = |rule: &Rule, name: &String| {
            *rule.info.id == **name || rule.name.as_deref() == Some(name.as_str())
        };
        let mut applied = false;
        for rule in &mut self.rules {
            let meant =
                filter.rules.is_empty() || filter.rules.iter().any(|name| named(rule, name));
            if meant && filter.logsource.covers(&rule.logsource) {
                let whole = std::mem::replace(&mut rule.expression, Expression::Constant(false));
                rule.expression = simplify(Expression::And(vec![whole, filter.expression.clone()]));
                applied = true;
            }
        }
        if !applied {
            let hint = "check the ids in `rules:` and that the logsource is that of the rules";
            let refusal = Refusal::new((filter.place.1, 0), "the filter applies to no rule", hint);
            let title = Some(filter.title.as_ref());
            let file = &filter.place.0;
            self.diagnostics.push(document::diagnostic(file, title, Weight::Warning, refusal));
        }
    }

    /// Takes correlations in an order in which all that one names is there before it; what never
    /// gets its turn names something that is missing, or itself.
    fn tie(&mut self) -> Vec<Tied> {
        let mut known: HashMap<String, Reference> = HashMap::new();
        for (index, rule) in self.rules.iter().enumerate() {
            let names = [Some(&rule.info.id), rule.name.as_ref()];
            known.extend(
                names.into_iter().flatten().map(|n| (n.to_string(), Reference::Rule(index))),
            );
        }
        let mut waiting = std::mem::take(&mut self.correlations);
        let mut tied: Vec<Tied> = Vec::new();
        loop {
            let before = waiting.len();
            let mut later = Vec::new();
            for correlation in waiting {
                let over: Option<Vec<_>> =
                    correlation.rules.iter().map(|name| known.get(name).copied()).collect();
                let Some(over) = over else {
                    later.push(correlation);
                    continue;
                };
                let reference = Reference::Correlation(tied.len());
                let names = [Some(&correlation.info.id), correlation.name.as_ref()];
                known.extend(names.into_iter().flatten().map(|n| (n.to_string(), reference)));
                tied.push(Tied { correlation, over });
            }
            waiting = later;
            if waiting.len() == before {
                break;
            }
        }
        for correlation in waiting {
            let missing = correlation.rules.iter().find(|name| !known.contains_key(*name));
            let missing = missing.map_or("?", String::as_str);
            let message = format!("it names `{missing}`, which is not loaded or waits for it");
            let hint = "name a loaded rule by id or `name`, and no circle of correlations";
            self.refuse(&correlation.info, &correlation.place, message, hint);
        }
        tied
    }
}

impl RuleSet {
    /// What a correlation uses gives no findings of its own, unless one says `generate`.
    fn decide_reports(&mut self) {
        let mut generated: HashMap<Reference, bool> = HashMap::new();
        for tied in &self.correlations {
            for reference in &tied.over {
                *generated.entry(*reference).or_default() |= tied.correlation.generate;
            }
        }
        for (reference, generate) in generated {
            match reference {
                Reference::Rule(index) => {
                    if let Some(rule) = self.rules.get_mut(index) {
                        rule.reports = generate;
                    }
                }
                Reference::Correlation(index) => {
                    if let Some(tied) = self.correlations.get_mut(index) {
                        tied.correlation.reports = generate;
                    }
                }
            }
        }
    }

    /// A correlation without a level is as bad as the worst of its rules.
    fn take_levels(&mut self) {
        for index in 0..self.correlations.len() {
            let Some(tied) = self.correlations.get(index) else { continue };
            if tied.correlation.levelled {
                continue;
            }
            let worst = tied.over.iter().map(|reference| self.severity(*reference)).max();
            if let Some(tied) = self.correlations.get_mut(index) {
                let mut info = RuleInfo::clone(&tied.correlation.info);
                info.severity = worst.unwrap_or_default();
                tied.correlation.info = Arc::new(info);
            }
        }
    }

    fn severity(&self, reference: Reference) -> Severity {
        match reference {
            Reference::Rule(index) => self.rules.get(index).map(|rule| rule.info.severity),
            Reference::Correlation(index) => {
                self.correlations.get(index).map(|tied| tied.correlation.info.severity)
            }
        }
        .unwrap_or_default()
    }
}
