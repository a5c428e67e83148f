//! One rule file: its documents become rules, correlations and filters, or a diagnostic each.

use std::collections::BTreeMap;
use std::sync::Arc;

use content::tree::Node;
use content::yaml;
use event::{RuleInfo, Severity, Text};

use super::correlation::{self, Correlation};
use super::detection::{self, Reader};
use super::logsource::LogSource;
use super::possible::{self, simplify};
use super::{Expression, Rule, Scope};
use crate::diagnostic::{Diagnostic, Refusal, Weight, nearest};

/// Where rules come from, and what holds for all of them.
#[derive(Clone, Debug)]
pub struct Pack {
    /// Its name, as findings say it (`chaperone`, `sigma`).
    pub name: Text,
    /// Whose acts its rules look at where they do not say.
    pub scope: Scope,
}

impl Pack {
    /// Rules about acts of agents.
    pub fn agents(name: &str) -> Self {
        Self { name: name.into(), scope: Scope::Agents }
    }
}

/// A document of a rule file.
#[derive(Clone, Debug)]
pub enum Document {
    /// A detection rule.
    Rule(Box<Rule>),
    /// A correlation.
    Correlation(Box<Correlation>),
    /// A filter over other rules.
    Filter(Box<Filter>),
}

/// A global filter: takes away matches of other rules.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Title.
    pub title: Text,
    /// File and line it stands at.
    pub place: (Text, u32),
    /// Ids or names of the rules; none is every rule of the logsource.
    pub rules: Vec<String>,
    /// Which rules it may speak about.
    pub logsource: LogSource,
    /// What must hold besides the rule.
    pub expression: Expression,
}

/// One file that is read.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Where it belongs.
    pub pack: &'a Pack,
    /// Its name in diagnostics.
    pub file: &'a str,
    /// Its text.
    pub text: &'a str,
    /// Values for `expand`.
    pub placeholders: &'a BTreeMap<String, Vec<String>>,
}

/// Reads all documents of a file. What is wrong with one is said in `diagnostics` and stops no other.
pub fn read(source: Source<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Document> {
    let nodes = match yaml::documents(source.text) {
        Ok(nodes) => nodes,
        Err(error) => {
            let at = (error.line, error.column);
            let refusal = Refusal::new(at, error.message, error.hint);
            diagnostics.push(diagnostic(source.file, None, Weight::Refused, refusal));
            return Vec::new();
        }
    };
    let mut documents = Vec::new();
    for node in &nodes {
        let mut warnings = Vec::new();
        let title = node.get("title").or_else(|| node.get("id")).and_then(Node::scalar);
        let title = title.as_deref();
        match document(source, node, &mut warnings) {
            Ok(document) => {
                documents.push(document);
                let warnings = warnings.into_iter();
                let named = |warning| diagnostic(source.file, title, Weight::Warning, warning);
                diagnostics.extend(warnings.map(named));
            }
            Err(refusal) => {
                diagnostics.push(diagnostic(source.file, title, Weight::Refused, refusal));
            }
        }
    }
    documents
}

/// A [`Refusal`] with its file and rule.
pub fn diagnostic(file: &str, rule: Option<&str>, weight: Weight, refusal: Refusal) -> Diagnostic {
    let Refusal { line, column, message, hint } = refusal;
    let rule = rule.map(str::to_owned);
    Diagnostic { file: file.to_owned(), line, column, rule, weight, message, hint }
}

fn document(
    source: Source<'_>,
    node: &Node,
    warnings: &mut Vec<Refusal>,
) -> Result<Document, Refusal> {
    let at = (node.line, node.column);
    if node.entries().is_empty() {
        let message = format!("a rule was expected, not {}", node.kind_name());
        return Err(Refusal::new(at, message, "a rule is a map with title, logsource, detection"));
    }
    if node.get("action").is_some() {
        let hint = "write each document out in full, or use a correlation";
        return Err(Refusal::new(at, "`action` (global, repeat) is no longer part of Sigma", hint));
    }
    if let Some(section) = node.get("correlation") {
        return correlation(source, node, section).map(|c| Document::Correlation(Box::new(c)));
    }
    if let Some(section) = node.get("filter") {
        return filter(source, node, section, warnings).map(|f| Document::Filter(Box::new(f)));
    }
    rule(source, node, warnings).map(|rule| Document::Rule(Box::new(rule)))
}

fn rule(source: Source<'_>, node: &Node, warnings: &mut Vec<Refusal>) -> Result<Rule, Refusal> {
    let (logsource, expression) = detection(source, node, "detection", &[], warnings)?;
    let at = node.get("logsource").map_or((node.line, node.column), |n| (n.line, n.column));
    let expression = simplify(expression);
    let kinds = possible::kinds(&expression, logsource.kinds(at)?);
    if kinds.is_empty() {
        let (message, hint) = match warnings.first() {
            Some(warning) => {
                (format!("it can never match: {}", warning.message), warning.hint.clone())
            }
            None => (
                "it can never match: no event of its logsource carries all that it asks for"
                    .to_owned(),
                "detect/README.md says which events carry which fields".to_owned(),
            ),
        };
        return Err(Refusal::new(at, message, hint));
    }
    let own = chaperone(node)?;
    Ok(Rule {
        info: Arc::new(info(source, node, Severity::Low)?),
        name: text(node, "name"),
        description: text(node, "description").unwrap_or_default(),
        status: text(node, "status").unwrap_or_default(),
        place: (source.file.into(), node.line),
        kinds,
        logsource,
        scope: own.scope.unwrap_or(source.pack.scope),
        window_ns: own.window_ns,
        expression,
        reports: true,
    })
}

fn detection(
    source: Source<'_>,
    node: &Node,
    section: &str,
    skip: &[&str],
    warnings: &mut Vec<Refusal>,
) -> Result<(LogSource, Expression), Refusal> {
    let at = (node.line, node.column);
    let missing =
        |key: &str| Refusal::new(at, format!("the rule has no {key}"), format!("add `{key}:`"));
    let logsource = LogSource::read(node.get("logsource").ok_or_else(|| missing("logsource"))?)?;
    let section = node.get(section).ok_or_else(|| missing("detection"))?;
    let audit = logsource.is_audit();
    let mut reader = Reader { audit, placeholders: source.placeholders, warnings: Vec::new() };
    let expression = detection::read(&mut reader, section, skip);
    warnings.append(&mut reader.warnings);
    Ok((logsource, expression?))
}

fn correlation(source: Source<'_>, node: &Node, section: &Node) -> Result<Correlation, Refusal> {
    let section = correlation::read(section)?;
    let own = chaperone(node)?;
    if own.scope.is_some() {
        let at = (node.line, node.column);
        let hint = "set `chaperone: {scope: host}` on the rules it names";
        return Err(Refusal::new(at, "a correlation has no scope of its own", hint));
    }
    Ok(Correlation {
        info: Arc::new(info(source, node, Severity::Informational)?),
        levelled: node.get("level").is_some(),
        name: text(node, "name"),
        description: text(node, "description").unwrap_or_default(),
        status: text(node, "status").unwrap_or_default(),
        place: (source.file.into(), node.line),
        window_ns: own.window_ns,
        rules: section.rules,
        group_by: section.group_by,
        timespan_ns: section.timespan_ns,
        when: section.when,
        generate: section.generate,
        reports: true,
    })
}

fn filter(
    source: Source<'_>,
    node: &Node,
    section: &Node,
    warnings: &mut Vec<Refusal>,
) -> Result<Filter, Refusal> {
    let (logsource, condition) = detection(source, node, "filter", &["rules"], warnings)?;
    // Two conventions are in use: the condition says what to take away (the specification), or,
    // beginning with `not`, what has to hold besides (pySigma's documentation).
    let text_of = section.get("condition").and_then(Node::scalar).unwrap_or_default();
    let keeps = text_of.trim_start().to_ascii_lowercase().starts_with("not ");
    let expression = if keeps { condition } else { Expression::Not(Box::new(condition)) };
    let names = section.get("rules").map(Node::one_or_many).unwrap_or_default();
    let names: Vec<String> = names.iter().filter_map(Node::scalar).filter(|n| n != "any").collect();
    Ok(Filter {
        title: text(node, "title").unwrap_or_default(),
        place: (source.file.into(), node.line),
        rules: names,
        logsource,
        expression: simplify(expression),
    })
}

fn text(node: &Node, key: &str) -> Option<Text> {
    node.get(key).and_then(Node::scalar).map(|text| text.trim().into())
}

fn info(source: Source<'_>, node: &Node, severity: Severity) -> Result<RuleInfo, Refusal> {
    let at = (node.line, node.column);
    let Some(title) = text(node, "title").or_else(|| text(node, "name")) else {
        return Err(Refusal::new(at, "the rule has no title", "add `title:`"));
    };
    let id = text(node, "id").or_else(|| text(node, "name")).unwrap_or_else(|| title.clone());
    let tags = node.get("tags").map(Node::one_or_many).unwrap_or_default();
    Ok(RuleInfo {
        id,
        title,
        severity: node.get("level").map_or(Ok(severity), level)?,
        tags: tags.iter().filter_map(Node::scalar).map(Text::from).collect(),
        pack: source.pack.name.clone(),
    })
}

fn level(node: &Node) -> Result<Severity, Refusal> {
    const LEVELS: [Severity; 5] = [
        Severity::Informational,
        Severity::Low,
        Severity::Medium,
        Severity::High,
        Severity::Critical,
    ];
    let text = node.scalar().unwrap_or_default();
    LEVELS.into_iter().find(|level| level.name() == text).ok_or_else(|| {
        let at = (node.line, node.column);
        let hint = "it is informational, low, medium, high or critical";
        Refusal::new(at, format!("level `{text}` is not known"), hint)
    })
}

#[derive(Default)]
struct Chaperone {
    scope: Option<Scope>,
    window_ns: Option<u64>,
}

/// Our own key in a rule.
fn chaperone(node: &Node) -> Result<Chaperone, Refusal> {
    let mut own = Chaperone::default();
    for entry in node.get("chaperone").map(Node::entries).unwrap_or_default() {
        let at = (entry.line, entry.column);
        match (entry.key.as_str(), entry.value.scalar().as_deref()) {
            ("scope", Some("agents")) => own.scope = Some(Scope::Agents),
            ("scope", Some("host")) => own.scope = Some(Scope::Host),
            ("scope", _) => {
                return Err(Refusal::new(at, "the scope is not known", "it is `agents` or `host`"));
            }
            ("window", _) => own.window_ns = Some(correlation::timespan_ns(&entry.value)?),
            (other, _) => {
                let hint = match nearest(other, ["scope", "window"].into_iter()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "it may have `scope` and `window`".into(),
                };
                return Err(Refusal::new(at, format!("`chaperone` has no `{other}`"), hint));
            }
        }
    }
    Ok(own)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::testing::said;

    const WORDS: [&str; 40] = [
        "title: t\n",
        "id: a\n",
        "logsource:\n",
        "  product: linux\n",
        "  category: any\n",
        "detection:\n",
        "  s:\n",
        "    - ",
        "    Image",
        "|contains",
        "|re",
        "|all",
        ": ",
        "x\n",
        "  condition: ",
        "s",
        " and ",
        "not ",
        "(",
        ")",
        "1 of ",
        "them",
        "*",
        "\n",
        "---\n",
        "correlation:\n",
        "  type: temporal\n",
        "  rules: [a]\n",
        "  timespan: 1m\n",
        "filter:\n",
        "[",
        "]",
        "{",
        "}",
        "'",
        "\"",
        "&a ",
        "*a ",
        "\\",
        "ä",
    ];

    proptest! {
        #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]
        /// Whatever the text, it is read or refused, with a place and a hint.
        #[test]
        fn takes_any_text(words in prop::collection::vec(prop::sample::select(WORDS.to_vec()), 0..60)) {
            for line in said(&words.concat()) {
                prop_assert!(line.contains("\nhint: "), "{line}");
            }
        }
    }
}
