//! One line of a selection, `Field|modifier|…: values`, becomes an expression.

mod words;

use std::sync::Arc;

use content::matcher::{Place, lower};
use content::pattern::Pattern;
use content::tree::{Kind as YamlKind, Node};

use super::detection::Reader;
use super::encode::{base64, base64_offset, utf16be, utf16le, windash};
use super::glob::{Part, Shape, parts, shape};
use super::{Check, Expression, Network, Order, Test, TimePart};
use crate::diagnostic::Refusal;
use crate::field::{Field, Shape as FieldShape};
use words::{Encode, Modifiers, modifiers};

/// The field of a line; `None` is a name that no event carries.
#[derive(Clone, Copy, Debug)]
struct Subject {
    field: Option<Field>,
}

impl Subject {
    fn test(self, check: Check) -> Expression {
        match self.field {
            Some(field) => Expression::Test(Test { field, check }),
            None => Expression::Constant(false),
        }
    }
    fn shape(self) -> FieldShape {
        self.field.map_or(FieldShape::Text, Field::shape)
    }
}

/// Reads one line of a selection: `key` is `Field|modifiers`, or only modifiers for keywords.
pub fn line(
    reader: &mut Reader<'_>,
    key: &str,
    at: (u32, u32),
    values: &Node,
) -> Result<Expression, Refusal> {
    let mut words = key.split('|');
    let name = words.next().unwrap_or_default();
    let subject = if name.is_empty() {
        Subject { field: Some(Field::Keywords) }
    } else {
        Subject { field: reader.field(name, at) }
    };
    let mut modifiers = modifiers(words, at)?;
    if name.is_empty() && modifiers.place == Place::WHOLE {
        modifiers.place = Place::ANYWHERE;
    }
    let many = values.one_or_many();
    if many.is_empty() {
        return Err(Refusal::new(
            at,
            format!("`{key}` has no values"),
            "give it a value or remove it",
        ));
    }
    let parts: Result<Vec<_>, _> =
        many.iter().map(|node| value(reader, subject, &modifiers, node)).collect();
    let parts = parts?;
    let joined = if modifiers.all { Expression::And(parts) } else { Expression::Or(parts) };
    Ok(if modifiers.not { Expression::Not(Box::new(joined)) } else { joined })
}

/// A keyword: text anywhere in the event.
pub fn keyword(reader: &mut Reader<'_>, node: &Node) -> Result<Expression, Refusal> {
    line(reader, "", (node.line, node.column), node)
}

fn value(
    reader: &mut Reader<'_>,
    subject: Subject,
    modifiers: &Modifiers,
    node: &Node,
) -> Result<Expression, Refusal> {
    let at = (node.line, node.column);
    if modifiers.exists {
        return exists(subject, node);
    }
    if let Some(part) = modifiers.time {
        return time(subject, part, modifiers, node);
    }
    if let Some(order) = modifiers.order {
        return number(subject, order, node);
    }
    let text = match &node.kind {
        YamlKind::Null => return Ok(absent(subject)),
        YamlKind::Bool(value) if subject.shape() == FieldShape::Flag => {
            return Ok(subject.test(Check::Flag(*value)));
        }
        YamlKind::Integer(value)
            if subject.shape() == FieldShape::Number && modifiers.place == Place::WHOLE =>
        {
            return Ok(subject.test(Check::Number(Order::Equal, *value as f64)));
        }
        _ => node.scalar().ok_or_else(|| {
            let message = format!("a value was expected, not {}", node.kind_name());
            Refusal::new(at, message, "write text, a number, or a list of them")
        })?,
    };
    if let Some(flags) = modifiers.pattern {
        let pattern =
            Pattern::new(&text, flags).map_err(|error| of_pattern(at, &error.to_string()))?;
        return Ok(subject.test(Check::Pattern(Arc::new(pattern))));
    }
    if modifiers.cidr {
        let network = Network::parse(&text).ok_or_else(|| {
            let hint = "write `10.0.0.0/8` or `fd00::/8`";
            Refusal::new(at, format!("`{text}` is not a network"), hint)
        })?;
        return Ok(subject.test(Check::Network(network)));
    }
    if modifiers.field_reference {
        return reference(reader, subject, modifiers, &text, at);
    }
    let texts = if modifiers.expand { expand(reader, &text, at)? } else { vec![text] };
    let tests: Result<Vec<_>, _> =
        texts.iter().map(|text| plain(subject, modifiers, text, at)).collect();
    Ok(Expression::Or(tests?))
}

fn absent(subject: Subject) -> Expression {
    Expression::Not(Box::new(subject.test(Check::Exists)))
}

fn of_pattern(at: (u32, u32), error: &str) -> Refusal {
    let (message, hint) = error.split_once("\nhint: ").unwrap_or((error, "simplify it"));
    Refusal::new(at, message, hint)
}

fn exists(subject: Subject, node: &Node) -> Result<Expression, Refusal> {
    match node.scalar().as_deref() {
        Some("true" | "yes") => Ok(subject.test(Check::Exists)),
        Some("false" | "no") => Ok(absent(subject)),
        _ => {
            let at = (node.line, node.column);
            Err(Refusal::new(at, "`exists` takes true or false", "write `Field|exists: true`"))
        }
    }
}

fn time(
    subject: Subject,
    part: TimePart,
    modifiers: &Modifiers,
    node: &Node,
) -> Result<Expression, Refusal> {
    let at = (node.line, node.column);
    let (YamlKind::Integer(wanted), Some(Field::Time) | None) = (&node.kind, subject.field) else {
        let hint = "write `Time|hour|gte: 22`; times are UTC";
        return Err(Refusal::new(
            at,
            "time modifiers take a whole number and the field `Time`",
            hint,
        ));
    };
    let order = modifiers.order.unwrap_or(Order::Equal);
    Ok(subject.test(Check::Time(part, order, *wanted)))
}

fn number(subject: Subject, order: Order, node: &Node) -> Result<Expression, Refusal> {
    let wanted = node.scalar().and_then(|text| text.trim().parse::<f64>().ok());
    match wanted {
        Some(wanted) => Ok(subject.test(Check::Number(order, wanted))),
        None => {
            let at = (node.line, node.column);
            Err(Refusal::new(at, "a number was expected", "gt, gte, lt and lte compare numbers"))
        }
    }
}

fn reference(
    reader: &mut Reader<'_>,
    subject: Subject,
    modifiers: &Modifiers,
    name: &str,
    at: (u32, u32),
) -> Result<Expression, Refusal> {
    Ok(match reader.field(name, at) {
        Some(other) => subject.test(Check::Like(other, modifiers.place)),
        None => Expression::Constant(false),
    })
}

/// Fills `%name%` from the settings; each value gives one text.
fn expand(reader: &Reader<'_>, text: &str, at: (u32, u32)) -> Result<Vec<String>, Refusal> {
    let Some((before, rest)) = text.split_once('%') else { return Ok(vec![text.to_owned()]) };
    let Some((name, after)) = rest.split_once('%') else { return Ok(vec![text.to_owned()]) };
    let Some(values) = reader.placeholders.get(name) else {
        let hint = format!("give `{name}` a list of values in the rule settings (placeholders)");
        return Err(Refusal::new(at, format!("placeholder `%{name}%` has no values"), hint));
    };
    let mut texts = Vec::new();
    for value in values {
        for rest in expand(reader, after, at)? {
            texts.push(format!("{before}{value}{rest}"));
        }
    }
    Ok(texts)
}

/// Text compared at a place, after it was rewritten.
fn plain(
    subject: Subject,
    modifiers: &Modifiers,
    text: &str,
    at: (u32, u32),
) -> Result<Expression, Refusal> {
    if !modifiers.encode.is_empty() {
        return encoded(subject, modifiers, text, at);
    }
    if modifiers.windash {
        let variants = windash(text).ok_or_else(|| {
            Refusal::new(at, "too many dashes for `windash`", "split the value into several")
        })?;
        let tests = variants.iter().map(|text| compare(subject, modifiers, parts(text), at));
        return Ok(Expression::Or(tests.collect::<Result<_, _>>()?));
    }
    match (subject.shape(), text.parse::<f64>()) {
        (FieldShape::Number, Ok(number)) if modifiers.place == Place::WHOLE => {
            Ok(subject.test(Check::Number(Order::Equal, number)))
        }
        _ => compare(subject, modifiers, parts(text), at),
    }
}

fn encoded(
    subject: Subject,
    modifiers: &Modifiers,
    text: &str,
    at: (u32, u32),
) -> Result<Expression, Refusal> {
    let plain: String = match parts(text).as_slice() {
        [Part::Text(text)] => text.clone(),
        _ => {
            let hint = "encode each literal part by itself";
            return Err(Refusal::new(at, "wildcards cannot be encoded", hint));
        }
    };
    let mut all = vec![plain.clone().into_bytes()];
    for step in &modifiers.encode {
        let of_text =
            |bytes: &[u8], encode: fn(&str) -> Vec<u8>| encode(&String::from_utf8_lossy(bytes));
        all = all
            .iter()
            .flat_map(|bytes| match step {
                Encode::Utf16Le => vec![of_text(bytes, utf16le)],
                Encode::Utf16Be => vec![of_text(bytes, utf16be)],
                Encode::Utf16 => vec![[&[0xff, 0xfe], of_text(bytes, utf16le).as_slice()].concat()],
                Encode::Base64 => vec![base64(bytes).into_bytes()],
                Encode::Base64Offset => base64_offset(bytes).map(String::into_bytes).to_vec(),
            })
            .collect();
    }
    let tests = all.iter().map(|bytes| {
        let literal = vec![Part::Text(String::from_utf8_lossy(bytes).into_owned())];
        compare(subject, modifiers, literal, at)
    });
    Ok(Expression::Or(tests.collect::<Result<_, _>>()?))
}

fn compare(
    subject: Subject,
    modifiers: &Modifiers,
    parts: Vec<Part>,
    at: (u32, u32),
) -> Result<Expression, Refusal> {
    Ok(match shape(parts, modifiers.place, modifiers.cased) {
        Shape::Anything => subject.test(Check::Exists),
        Shape::Literal(text, _) if text.is_empty() => absent(subject),
        Shape::Literal(text, place) if subject.shape() == FieldShape::Flag => {
            match (lower(&text).as_str(), place) {
                ("true", Place::WHOLE) => subject.test(Check::Flag(true)),
                ("false", Place::WHOLE) => subject.test(Check::Flag(false)),
                _ => {
                    let message = format!("`{text}` is not a truth value");
                    return Err(Refusal::new(at, message, "this field is true or false"));
                }
            }
        }
        Shape::Literal(text, place) => subject.test(Check::Literal {
            folded: lower(&text),
            place,
            exact: modifiers.cased.then_some(text),
        }),
        Shape::Glob(glob) => subject.test(Check::Glob(glob)),
    })
}

#[cfg(test)]
mod tests {
    use crate::testing::{found, said, selection};

    /// The line of a selection matches an exec of this command by an agent as user 1000.
    fn check(line: &str, command: &str, expect: bool) {
        let act = serde_json::json!({"agent": "codex-cli", "cmd": command, "uid": 1000,
            "parents": ["/bin/bash", "/usr/bin/codex"], "workspace": "/w", "env": ["A=1"]});
        let findings = found(&selection("process_creation", line), &act.to_string());
        assert_eq!(!findings.is_empty(), expect, "{line} on {command}");
    }

    #[test]
    fn compare_text() {
        check("CommandLine: cat X", "CAT x", true);
        check("CommandLine: cat", "cat x", false);
        check("CommandLine|contains: T X", "cat x", true);
        check("CommandLine|startswith: ca", "cat x", true);
        check("CommandLine|startswith: at", "cat x", false);
        check("CommandLine|endswith: [' y', ' X']", "cat x", true);
        check("CommandLine|contains|all: [cat, y]", "cat x", false);
        check("CommandLine|contains|all: [cat, x]", "cat x", true);
        check("CommandLine|contains|cased: CAT", "cat x", false);
        check("CommandLine|contains|cased: cat", "cat x", true);
        check("CommandLine: 'c?t*x'", "cat /a/x", true);
        check("CommandLine|contains: 'c?t*x'", "a cat /a/x b", true);
        check("CommandLine|contains: '*'", "cat", true);
        check("CommandLine|contains: 'ÄB'", "cat äb", true);
        check("CommandLine|contains|neq: cat", "cat x", false);
        check("CommandLine|contains|neq: dog", "cat x", true);
        check("Argument: x", "cat y x", true);
    }

    #[test]
    fn compare_the_rest() {
        check("CommandLine|re: '^cat\\s+[a-z]$'", "cat x", true);
        check("CommandLine|re: '^CAT'", "cat x", false);
        check("CommandLine|re|i: '^CAT'", "cat x", true);
        check("Uid|gte: 1000\nUid|lt: 1001", "cat", true);
        check("Uid|gt: 1000", "cat", false);
        check("Uid: 1000", "cat", true);
        check("Uid: '1000'", "cat", true);
        check("Uid|startswith: 10", "cat", true);
        check("Uid|neq: 0", "cat", true);
        check("Elevated: false", "cat", true);
        check("Elevated: 'true'", "cat", false);
        check("Container: null", "cat", true);
        check("Container|exists: true", "cat", false);
        check("ToolCall|exists: true", "cat", true);
        check("Image|fieldref: ParentImage", "/bin/bash -c x", true);
        check("CommandLine|fieldref|startswith: Image", "/bin/x -c x", true);
        check("Image|fieldref: ParentImage", "cat", false);
        check("CommandLine|windash|contains: ' -e '", "x /e y", true);
        check("CommandLine|windash|contains: ' -e '", "x —e y", true);
        check("CommandLine|base64offset|contains: /bin/bash", "echo eCAvYmluL2Jhc2g=", true);
        check("CommandLine|base64|contains: sh -i", "echo c2ggLWk=", true);
        check("CommandLine|wide|base64offset|contains: Invoke", "x SQBuAHYAbwBrAGUA", true);
        // The stream begins on Thursday 2026-01-01 at 00:00.
        check("Time|hour: 0\nTime|week: 1\nTime|year: 2026", "cat", true);
        check("Time|month|gte: 2", "cat", false);
        check("Lineage|endswith: /codex", "cat", true);
        check("LineageCommandLine|contains: bash", "cat", true);
        check("Environment: A=1", "cat", true);
    }

    #[test]
    fn compare_addresses() {
        let check = |line: &str, expect: bool| {
            let act = r#"{"agent":"x","cmd":"curl x","connect":"10.1.2.3:443","host":"db.corp"}"#;
            let rule = selection("network_connection", line);
            assert_eq!(!found(&rule, act).is_empty(), expect, "{line}");
        };
        check("DestinationIp|cidr: 10.0.0.0/8", true);
        check("DestinationIp|cidr: [192.168.0.0/16, 'fd00::/8']", false);
        check("DestinationPort: [80, 443]", true);
        check("DestinationScope: private", true);
        check("DestinationHostname|endswith: .corp\nInitiated: true", true);
        check("FirstTimeHost: true", true);
    }

    fn refused(line: &str, words: &str) {
        let said = said(&selection("process_creation", line));
        let all = said.join("\n");
        assert!(words.split('+').all(|word| all.contains(word)), "{line}: {all}");
    }

    #[test]
    fn refuse_what_they_cannot_do() {
        refused(
            "CommandLine|contain: x",
            "rules:5:5+`contain` is not known+did you mean `contains`",
        );
        refused("CommandLine|re: '(?=x)'", "linear time+look-around");
        refused("DestinationIp|cidr: ten", "not a network");
        refused("Uid|gt: many", "a number was expected");
        refused("Elevated: perhaps", "not a truth value");
        refused("CommandLine|expand: '%hosts%'", "placeholder `%hosts%`+placeholders");
        refused("CommandLine|i: x", "needs `re`");
        refused("CommandLine|hour: 3", "field `Time`");
        refused("CommandLine|base64: 'a*b'", "wildcards cannot be encoded");
        refused("CommandLine|windash: '-a -b -c -d -e'", "too many dashes");
        refused("Comandline: x", "can never match+did you mean `CommandLine`");
        refused("TargetFilename: x", "can never match");
        refused("CommandLine: []", "has no values");
    }
}
