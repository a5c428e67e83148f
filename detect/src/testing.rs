//! Rules and acts written short, for the tests of this crate.

use event::Finding;

use crate::detector::{Detector, Settings};
use crate::pack::acts;
use crate::rule::document::Pack;
use crate::ruleset::{Loader, RuleSet};

/// The rules of a text; nothing may be said about them.
pub fn rules(text: &str) -> RuleSet {
    let mut loader = Loader::default();
    loader.add(&Pack::agents("test"), "rules", text);
    let set = loader.finish();
    let said: Vec<_> = set.diagnostics.iter().map(ToString::to_string).collect();
    assert!(said.is_empty(), "{}\n{text}", said.join("\n"));
    set
}

/// What is said about the rules of a text, one line each.
pub fn said(text: &str) -> Vec<String> {
    let mut loader = Loader::default();
    loader.add(&Pack::agents("test"), "rules", text);
    loader.finish().diagnostics.iter().map(ToString::to_string).collect()
}

/// The findings of a stream of acts in the short form.
pub fn found(rules_text: &str, stream: &str) -> Vec<Finding> {
    let mut detector = Detector::new(rules(rules_text), Settings::default())
        .unwrap_or_else(|error| panic!("{error}"));
    let mut findings = Vec::new();
    for act in acts(stream).unwrap_or_else(|error| panic!("{error}")) {
        detector.detect(&act, &mut findings);
    }
    findings
}

/// A detection rule around the lines of one selection.
pub fn selection(category: &str, lines: &str) -> String {
    let lines: String = lines.lines().map(|line| format!("\n    {line}")).collect();
    format!(
        "title: t\nlogsource: {{product: linux, category: {category}}}\ndetection:\n  s:{lines}\n  condition: s\n"
    )
}
