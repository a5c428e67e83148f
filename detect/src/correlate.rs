//! Correlations at work: windows of matches per group, bounded, looked at when a match arrives.

mod window;

use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use event::EventId;

use crate::field::Field;
use crate::field::read::{Input, read};
use crate::look::with_text;
use crate::rule::correlation::{Correlation, Group, When};
use crate::ruleset::{Reference, Tied};
use window::{Entry, Window};

/// A correlation that an event completed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completed {
    /// Its place in the set.
    pub correlation: usize,
    /// The events it stands on, oldest first.
    pub events: Vec<EventId>,
}

/// The windows of all correlations.
#[derive(Debug)]
pub struct Correlator {
    states: Vec<State>,
    /// Rules that some correlation is over: for all others there is nothing to do.
    used: Vec<bool>,
}

#[derive(Debug)]
struct State {
    correlation: Correlation,
    over: Vec<Reference>,
    groups: HashMap<Box<str>, Window>,
}

/// Most groups of one correlation; beyond it those silent for longest are forgotten.
const MAX_GROUPS: usize = 8_192;

impl Correlator {
    /// For the correlations of a set with so many rules.
    pub fn new(tied: &[Tied], rules: usize) -> Self {
        let mut used = vec![false; rules];
        for reference in tied.iter().flat_map(|tied| &tied.over) {
            if let Reference::Rule(index) = reference
                && let Some(used) = used.get_mut(*index)
            {
                *used = true;
            }
        }
        let states = tied.iter().map(|tied| State {
            correlation: tied.correlation.clone(),
            over: tied.over.clone(),
            groups: HashMap::new(),
        });
        Self { states: states.collect(), used }
    }

    /// Takes in which rules an event completed; says which correlations it completes.
    pub fn feed(&mut self, rules: &[usize], input: Input<'_>) -> Vec<Completed> {
        let mut completed = Vec::new();
        if !rules.iter().any(|rule| self.used.get(*rule) == Some(&true)) {
            return completed;
        }
        let mut matched: Vec<Reference> = rules.iter().map(|rule| Reference::Rule(*rule)).collect();
        // What a correlation names stands before it, so one pass carries chains through.
        for (index, state) in self.states.iter_mut().enumerate() {
            if let Some(events) = state.feed(&matched, input) {
                matched.push(Reference::Correlation(index));
                completed.push(Completed { correlation: index, events });
            }
        }
        completed
    }
}

impl State {
    fn feed(&mut self, matched: &[Reference], input: Input<'_>) -> Option<Vec<EventId>> {
        let mut completed = None;
        for (position, reference) in self.over.iter().enumerate() {
            if !matched.contains(reference) {
                continue;
            }
            let Some(key) = group_key(&self.correlation, position, input) else { continue };
            let Some(entry) = entry(&self.correlation.when, position, input) else { continue };
            let window = self.groups.entry(key.into_boxed_str()).or_default();
            window.push(entry, self.correlation.timespan_ns);
            let events = window.complete(&self.correlation.when, self.over.len());
            completed = completed.or(events);
        }
        if self.groups.len() > MAX_GROUPS {
            self.forget();
        }
        completed
    }

    /// Drops the half of the groups that have been silent for longest.
    fn forget(&mut self) {
        let mut times: Vec<u64> = self.groups.values().map(Window::latest).collect();
        let middle = times.len() / 2;
        let (_, median, _) = times.select_nth_unstable(middle);
        let median = *median;
        self.groups.retain(|_, window| window.latest() > median);
    }
}

/// The values of the group-by fields; none if the event lacks one.
fn group_key(correlation: &Correlation, position: usize, input: Input<'_>) -> Option<String> {
    let mut key = String::new();
    for group in &correlation.group_by {
        let field = match group {
            Group::Field(field) => *field,
            Group::Alias(fields) => {
                let rule = correlation.rules.get(position)?;
                fields.iter().find(|(name, _)| name == rule)?.1
            }
        };
        key.push_str(&text_of(field, input)?);
        key.push('\u{1f}');
    }
    Some(key)
}

/// All values of a field as one text; none if there are none.
fn text_of(field: Field, input: Input<'_>) -> Option<String> {
    let mut all: Option<String> = None;
    read(field, input, &mut |value| {
        let text = all.get_or_insert_default();
        with_text(value, |value| text.push_str(value));
        text.push('\u{1e}');
    });
    all
}

/// What the window keeps of an event; none if it lacks the field that is looked at.
fn entry(when: &When, position: usize, input: Input<'_>) -> Option<Entry> {
    let (mut value, mut number) = (None, None);
    match when {
        When::ValueCount(fields, _) => {
            let texts: Option<Vec<_>> = fields.iter().map(|field| text_of(*field, input)).collect();
            let state = BuildHasherDefault::<DefaultHasher>::default();
            value = Some(state.hash_one(texts?));
        }
        When::Metric(_, field, _) => {
            read(*field, input, &mut |value| {
                number = with_text(value, |text| text.trim().parse::<f64>().ok());
            });
            number?;
        }
        When::EventCount(_) | When::Temporal(_) | When::TemporalOrdered => {}
    }
    Some(Entry {
        time_unix_ns: input.act.event.time_unix_ns,
        event: input.act.id,
        position,
        weight: input.act.event.count,
        value,
        number,
    })
}

#[cfg(test)]
mod tests {
    use crate::testing::{found, said};

    const READ: &str = "title: r\nname: read\nlevel: low\nlogsource: {product: linux, category: file_access}\ndetection:\n  s:\n    TargetFilename|contains: /.ssh/\n  condition: s\n---\n";
    const SEND: &str = "title: s\nname: send\nlevel: high\nlogsource: {product: linux, category: network_connection}\ndetection:\n  s:\n    DestinationScope: public\n  condition: s\n---\n";

    /// How many findings a correlation over reads and sends gives.
    fn check(section: &str, acts: &[&str], expect: usize) {
        let section: String = section.lines().map(|line| format!("  {line}\n")).collect();
        let rules = format!("{READ}{SEND}title: c\ncorrelation:\n{section}");
        let acts: Vec<String> = acts.iter().map(|act| short(act)).collect();
        let mut findings = found(&rules, &acts.join("\n"));
        // A rule that the correlation does not name gives findings of its own.
        findings.retain(|finding| &*finding.rule.title == "c");
        let shown: Vec<_> = findings.iter().map(|f| (&f.rule.title, &f.summary)).collect();
        assert_eq!(findings.len(), expect, "{section}{acts:?}\n{shown:?}");
    }

    /// `read[ key=value…]` or `send…`.
    fn short(act: &str) -> String {
        let mut words = act.split(' ');
        let mut line = match words.next() {
            Some("read") => serde_json::json!({"agent": "a", "open": "/home/a/.ssh/id"}),
            _ => serde_json::json!({"agent": "a", "connect": "9.9.9.9:443", "sent": 7}),
        };
        for (key, value) in words.filter_map(|word| word.split_once('=')) {
            line[key] = match value.parse::<f64>() {
                Ok(number) if number.fract() == 0.0 => serde_json::json!(number as i64),
                _ => serde_json::json!(value),
            };
        }
        line.to_string()
    }

    #[test]
    fn counts_events() {
        let three = "type: event_count\nrules: [read]\ngroup-by: [Session]\ntimespan: 10s\ncondition: {gte: 3}";
        check(three, &["read", "read", "read"], 1);
        check(three, &["read", "read", "read session=two"], 0);
        check(three, &["read", "read", "read t=100"], 0);
        check(three, &["read", "send", "read"], 0);
        check(three, &["read count=3"], 1);
        let range = "type: event_count\nrules: [read]\ntimespan: 10s\ncondition: {gt: 1, lte: 2}";
        check(range, &["read", "read session=two"], 1);
    }

    #[test]
    fn counts_values() {
        let paths = "type: value_count\nrules: [read]\ngroup-by: [ToolCall]\ntimespan: 1m\ncondition: {field: TargetFilename, gte: 2}";
        check(paths, &["read open=/a/.ssh/x", "read open=/a/.ssh/y"], 1);
        check(paths, &["read open=/a/.ssh/x", "read open=/a/.ssh/x"], 0);
        check(paths, &["read open=/a/.ssh/x", "read open=/a/.ssh/y tool=t2"], 0);
    }

    #[test]
    fn sees_order_and_nearness() {
        let near = "type: temporal\nrules: [read, send]\ngroup-by: [ToolCall]\ntimespan: 1m";
        check(near, &["send", "read"], 1);
        check(near, &["send", "read tool=t2"], 0);
        let order =
            "type: temporal_ordered\nrules: [read, send]\ngroup-by: [Session]\ntimespan: 1m";
        check(order, &["read", "send"], 1);
        check(order, &["send", "read"], 0);
        check(order, &["send", "read", "read", "send"], 1);
        check(order, &["read", "send t=90"], 0);
        // Again after the window of the first finding.
        check(order, &["read", "send", "read t=8000", "send t=8001"], 2);
        let thrice = "type: temporal_ordered\nrules: [read, send, read]\ntimespan: 1m";
        check(thrice, &["read", "send"], 0);
        check(thrice, &["read", "send", "read"], 1);
        check(thrice, &["send", "read", "read"], 0);
    }

    #[test]
    fn takes_figures() {
        let figure = |kind: &str, rest: &str| {
            format!(
                "type: {kind}\nrules: [send]\ntimespan: 1m\ncondition: {{field: BytesSent, {rest}}}"
            )
        };
        let sends = ["send sent=10", "send sent=20 session=b", "send sent=90 session=c"];
        check(&figure("value_sum", "gte: 120"), &sends, 1);
        check(&figure("value_sum", "gte: 121"), &sends, 0);
        check(&figure("value_avg", "gte: 40"), &sends, 1);
        check(&figure("value_median", "gte: 20"), &sends[1..], 2);
        check(&figure("value_percentile", "percentile: 100, gt: 89"), &sends, 1);
        check(&figure("value_percentile", "percentile: 0, gt: 10"), &sends, 0);
    }

    #[test]
    fn chains_and_generates() {
        let many = "title: m\nname: many\ncorrelation: {type: event_count, rules: [read], group-by: [Session], timespan: 1m, condition: {gte: 2}}\n---\n";
        let chain = "title: c\ncorrelation: {type: temporal_ordered, rules: [many, send], group-by: [Session], timespan: 1m}\n";
        let stream = |acts: &[&str]| acts.iter().map(|act| short(act) + "\n").collect::<String>();
        let titles = |rules: &str, acts: &[&str]| {
            let findings = found(rules, &stream(acts));
            findings.iter().map(|finding| finding.rule.title.to_string()).collect::<Vec<_>>()
        };
        let rules = format!("{READ}{SEND}{many}{chain}");
        assert_eq!(titles(&rules, &["read", "read", "send"]), ["c"]);
        assert_eq!(titles(&rules, &["read", "send", "read"]), Vec::<String>::new());
        let rules = rules.replace("rules: [many, send]", "rules: [many, send], generate: true");
        assert_eq!(titles(&rules, &["read", "read", "send"]), ["m", "s", "c"]);
        // Without a level it is as bad as the worst of its rules.
        let worst = found(&rules, &stream(&["read", "read", "send"])).pop();
        assert_eq!(worst.map(|finding| finding.rule.severity.name()), Some("high"));
    }

    #[test]
    fn groups_by_aliases() {
        let rules = |field: &str| {
            format!(
                "{READ}{SEND}title: c\ncorrelation:\n  type: temporal\n  rules: [read, send]\n  timespan: 1m\n  group-by: [who]\n  aliases:\n    who:\n      read: User\n      send: {field}\n"
            )
        };
        let stream = format!("{}\n{}", short("read"), short("send"));
        assert_eq!(found(&rules("User"), &stream).len(), 1);
        assert_eq!(found(&rules("Image"), &stream).len(), 0);
    }

    #[test]
    fn refuses_what_makes_no_sense() {
        let check = |section: &str, words: &str| {
            let all = said(&format!("{READ}title: c\ncorrelation: {{{section}}}\n")).join("\n");
            assert!(words.split('+').all(|word| all.contains(word)), "{section}: {all}");
        };
        check(
            "type: event_count, rules: [nobody], timespan: 1m, condition: {gte: 1}",
            "names `nobody`",
        );
        check("type: event_count, rules: [read], timespan: 1m", "no condition");
        check(
            "type: event_count, rules: [read], timespan: soon, condition: {gte: 1}",
            "`soon`+`10m`",
        );
        check("type: often, rules: [read], timespan: 1m", "`often`+event_count");
        check(
            "type: temporal, rules: [read], timespan: 1m, group-by: [Sesion]",
            "`Sesion`+did you mean `Session`",
        );
        check(
            "type: temporal, rules: [read], timespan: 1m, groupby: [Session]",
            "`groupby`+`group-by`",
        );
        check(
            "type: value_count, rules: [read], timespan: 1m, condition: {gte: 1}",
            "names no field",
        );
    }
}
