//! All stages over any sequence of records, as the daemon runs them.

use std::sync::{Arc, LazyLock};

use detect::{Detector, Loader, Pack, RuleSet};
use event::{Act, EventId, Record};
use graph::attribute::{Attributor, Host, Outcome, Settings};
use graph::signature::{Signatures, embedded};
use graph::threat::{self, ThreatGraph};

use crate::fields::Fields;
use crate::records;

static SIGNATURES: LazyLock<Arc<Signatures>> = LazyLock::new(|| {
    let files = embedded().iter().map(|(name, text)| (&**name, &**text));
    Arc::new(Signatures::parse(files).0)
});

/// A few rules of each form, among them correlations: making a detector of all takes too long.
const RULES: &[(&str, &str)] = &[
    (
        "cloud-credential-read",
        include_str!("../../rules/detections/cloud-credential-read/rule.yml"),
    ),
    (
        "encoded-script-piped-to-shell",
        include_str!("../../rules/detections/encoded-script-piped-to-shell/rule.yml"),
    ),
    ("mass-deletion", include_str!("../../rules/detections/mass-deletion/rule.yml")),
    (
        "secret-read-then-sent",
        include_str!("../../rules/detections/secret-read-then-sent/rule.yml"),
    ),
    ("dns-carries-data", include_str!("../../rules/detections/dns-carries-data/rule.yml")),
    (
        "shell-after-shell-connection",
        include_str!("../../rules/detections/shell-after-shell-connection/rule.yml"),
    ),
    ("anonymous-program", include_str!("../../rules/detections/anonymous-program/rule.yml")),
    (
        "guessing-tool-started",
        include_str!("../../rules/detections/guessing-tool-started/rule.yml"),
    ),
];

static LOADED: LazyLock<RuleSet> = LazyLock::new(|| {
    let mut loader = Loader::default();
    for (name, text) in RULES {
        loader.add(&Pack::agents("own"), name, text);
    }
    loader.finish()
});

/// Small, so that eviction is part of it.
const MOST: usize = 24;

pub fn any(data: &[u8]) {
    let mut fields = Fields::new(data);
    let host = Host { name: "host".into(), boot_id: "boot".into() };
    let settings = Settings { most_processes: MOST, ..Settings::default() };
    let mut attributor = Attributor::new(host, SIGNATURES.clone(), settings, EventId(1));
    let mut graph = ThreatGraph::new(threat::Settings::default());
    let mut detector = Detector::new(LOADED.clone(), detect::Settings::default()).expect("rules");
    let (mut outcome, mut found) = (Outcome::default(), Vec::new());
    while !fields.is_empty() {
        let Some(event) = records::decode(&fields.record()) else { continue };
        attributor.attribute(event, &mut outcome);
        outcome.orders.clear();
        outcome.agents.drain(..).for_each(|agent| see(Record::Agent(agent)));
        outcome.sessions.drain(..).for_each(|session| see(Record::Session(session)));
        outcome.findings_hint.clear();
        outcome.retired.clear();
        for act in outcome.acts.drain(..) {
            if !matches!(act.event.act, Act::EventLoss(_)) {
                graph.add(&act);
            }
            detector.detect(&act, &mut found);
            see(Record::Act(Box::new(act)));
        }
        for finding in found.drain(..) {
            graph.add_finding(&finding);
            for step in graph.explain(finding.id) {
                let _ = format!("{step:?}");
            }
            see(Record::Finding(Box::new(finding)));
        }
    }
    graph.audit().expect("the graph is whole");
}

/// A record is written, and read as it was.
fn see(record: Record) {
    let text = serde_json::to_string(&record).expect("a record is written");
    let again: Record = serde_json::from_str(&text).expect("what was written is read");
    assert_eq!(record, again);
}
