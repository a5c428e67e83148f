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
use crate::prevalence::{self, Prevalence};
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

    /// Takes over what agent products did before this detector's time.
    pub fn remember(&mut self, product: &str, kind: prevalence::Kind, what: &str) {
        self.prevalence.remember(product, kind, what);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{found, rules, said, selection};

    const KEY: &str = r#"{"agent":"codex-cli","cmd":"cat /home/alice/.ssh/id_rsa","parents":["/bin/bash","/usr/bin/codex"],"open":"/home/alice/.ssh/id_rsa""#;

    fn key_rule() -> String {
        selection("file_access", "TargetFilename|contains: /.ssh/id_") + "level: high\nid: key\n"
    }

    #[test]
    fn says_what_happened() {
        let mut settings = Settings::default();
        settings.product_names.insert("codex-cli".into(), "Codex CLI".into());
        let detector = Detector::new(rules(&key_rule()), settings);
        let mut detector = detector.unwrap_or_else(|error| panic!("{error}"));
        let mut findings = Vec::new();
        for act in crate::pack::acts(&format!("{KEY}}}")).unwrap_or_default() {
            detector.detect(&act, &mut findings);
        }
        let [finding] = findings.as_slice() else { panic!("{findings:?}") };
        assert_eq!(&*finding.summary, "Codex CLI of alice read /home/alice/.ssh/id_rsa with cat");
        assert_eq!(finding.rule.severity.name(), "high");
        assert_eq!(finding.matched, [("TargetFilename".into(), "/home/alice/.ssh/id_rsa".into())]);
        assert_eq!((finding.events.len(), finding.count), (1, 1));
    }

    #[test]
    fn neutralises_text_from_outside() {
        let act = "{\"agent\":\"a\",\"cmd\":\"x\",\"open\":\"/.ssh/id_\\u001b[31m\\u202e\"}";
        let findings = found(&key_rule(), act);
        let shown = format!("{} {:?}", findings[0].summary, findings[0].matched);
        assert!(!shown.contains('\u{1b}') && !shown.contains('\u{202e}'), "{shown}");
    }

    #[test]
    fn folds_equal_findings() {
        let times = |times: &[u32]| {
            let lines: Vec<_> = times.iter().map(|t| format!("{KEY},\"t\":{t}}}")).collect();
            let findings = found(&key_rule(), &lines.join("\n"));
            findings.iter().map(|finding| finding.count).collect::<Vec<_>>()
        };
        assert_eq!(times(&[0, 1, 2]), [1]);
        assert_eq!(times(&(0..25).collect::<Vec<_>>()), [1, 10]);
        assert_eq!(times(&(0..100).collect::<Vec<_>>()), [1, 10, 100]);
        // The window ends after an hour: what was not told is, then it begins again.
        assert_eq!(times(&[0, 1, 2, 4000]), [1, 3, 1]);
        assert_eq!(times(&[0, 4000, 8000]), [1, 1, 1]);
        let two = format!("{KEY}}}\n{KEY},\"session\":\"two\"}}");
        let findings = found(&key_rule(), &two);
        assert_eq!(findings.len(), 2, "each session has its own");
        assert_ne!(findings[0].id, findings[1].id);
    }

    #[test]
    fn looks_at_agents_unless_told() {
        let act = r#"{"cmd":"cat x","open":"/root/.ssh/id_rsa"}"#;
        assert_eq!(found(&key_rule(), act).len(), 0);
        let host = key_rule() + "chaperone: {scope: host}\n";
        assert_eq!(found(&host, act).len(), 1);
        assert_eq!(found(&host, act)[0].summary.as_ref(), "cat of alice read /root/.ssh/id_rsa");
    }

    #[test]
    fn knows_what_is_new() {
        let rule = selection("process_creation", "FirstTimeProgram: true\nImage|endswith: /nc");
        let nc = r#"{"agent":"a","cmd":"nc x"}"#;
        assert_eq!(found(&rule, nc).len(), 1);
        let known = format!("{nc}\n{}", nc.replace("nc x\"", "nc x\",\"session\":\"two\""));
        assert_eq!(found(&rule, &known).len(), 1, "the second time it is known");
    }

    #[test]
    fn remembers_over_a_restart() {
        let rule = selection("process_creation", "FirstTimeProgram: true\nImage|endswith: /nc");
        let mut detector = Detector::new(rules(&rule), Settings::default())
            .unwrap_or_else(|error| panic!("{error}"));
        detector.remember("a", prevalence::Kind::Program, "/usr/bin/nc");
        let mut findings = Vec::new();
        for act in crate::pack::acts(r#"{"agent":"a","cmd":"nc x"}"#).unwrap_or_default() {
            detector.detect(&act, &mut findings);
        }
        assert!(findings.is_empty(), "it was known before the restart");
    }

    #[test]
    fn filters_take_away() {
        let filter = |condition: &str, rules: &str| {
            let act = format!("{KEY}}}");
            let filter = format!(
                "---\ntitle: f\nlogsource: {{product: linux, category: file_access}}\nfilter:\n  rules: {rules}\n  s:\n    User: alice\n  condition: {condition}\n"
            );
            found(&(key_rule() + &filter), &act).len()
        };
        assert_eq!(filter("s", "[key]"), 0);
        assert_eq!(filter("not s", "[key]"), 0, "the other convention");
        assert_eq!(filter("s", "any"), 0);
        let other = key_rule()
            + "---\ntitle: f\nlogsource: {product: linux}\nfilter:\n  rules: [other]\n  s:\n    User: alice\n  condition: s\n";
        assert!(said(&other).join("").contains("applies to no rule"));
    }

    #[test]
    fn one_bad_rule_stops_no_other() {
        let text = format!(
            "title: bad\nlogsource: {{product: windows}}\ndetection: {{s: {{a: b}}, condition: s}}\n---\n{}",
            key_rule()
        );
        let mut loader = crate::Loader::default();
        loader.add(&crate::Pack::agents("p"), "a.yml", &text);
        loader.add(&crate::Pack::agents("p"), "b.yml", "title: [\n");
        loader.add(&crate::Pack::agents("p"), "c.yml", &key_rule());
        let set = loader.finish();
        let said: Vec<_> = set.diagnostics.iter().map(ToString::to_string).collect();
        assert_eq!(set.rules.len(), 1);
        assert!(said[0].starts_with("a.yml:2:") && said[0].contains("windows"), "{}", said[0]);
        assert!(said[1].starts_with("b.yml:"), "{}", said[1]);
        assert!(said[2].contains("already taken"), "{}", said[2]);
        assert!(said.iter().all(|text| text.contains("\nhint: ")));
    }
}
