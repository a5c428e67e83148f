//! What is not sound, as SARIF 2.1.0 (OASIS): one run, every rule, and of what could not be looked at a notification.
//! With all that hosts of code ask for: rules with help and a severity, places relative to where the scan ran,
//! fingerprints that stay when lines move.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use event::show::plain;
use inventory::Unsure;
use inventory::sound::{Flaw, Level, Rule};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// What relative places begin at.
const BASE: &str = "SRCROOT";

/// The whole log. `base` is the folder that the scan ran in.
pub(super) fn log(rules: &[Rule], flaws: &[Flaw], unsure: &[Unsure], base: &Path) -> Value {
    let mut seen = BTreeMap::new();
    let results: Vec<Value> =
        flaws.iter().map(|flaw| result(rules, flaw, base, &mut seen)).collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "chaperone",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.iter().map(rule).collect::<Vec<_>>(),
            }},
            "automationDetails": { "id": "chaperone/scan/" },
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": { BASE: { "uri": format!("{}/", uri(base).trim_end_matches('/')) } },
            "invocations": [{
                "executionSuccessful": true,
                "toolExecutionNotifications": unsure.iter().map(|one| note(one, base)).collect::<Vec<_>>(),
            }],
            "results": results,
        }],
    })
}

fn rule(rule: &Rule) -> Value {
    let mut tags: Vec<String> = vec!["security".into()];
    for tag in rule.tags.iter() {
        // As hosts of code know weaknesses.
        let number = tag.strip_prefix("cwe-");
        tags.push(number.map_or(tag.to_string(), |it| format!("external/cwe/cwe-{it:0>3}")));
    }
    tags.dedup();
    json!({
        "id": rule.id,
        "name": rule.id,
        "shortDescription": { "text": rule.title },
        "fullDescription": { "text": rule.why },
        "help": {
            "text": format!("{}\n\nFix: {}", rule.why, rule.fix),
            "markdown": format!("{}\n\n**Fix:** {}", rule.why, rule.fix),
        },
        "defaultConfiguration": { "level": level(rule.level) },
        "properties": { "tags": tags, "security-severity": severity(rule.level), "precision": "high" },
    })
}

fn level(level: Level) -> &'static str {
    match level {
        Level::High => "error",
        Level::Medium => "warning",
        Level::Low => "note",
    }
}

/// On the scale of CVSS, which hosts of code sort by.
fn severity(level: Level) -> &'static str {
    match level {
        Level::High => "8.0",
        Level::Medium => "5.5",
        Level::Low => "3.0",
    }
}

fn result(rules: &[Rule], flaw: &Flaw, base: &Path, seen: &mut BTreeMap<String, usize>) -> Value {
    let message = format!("{}: {}. {}", plain(&flaw.name), flaw.title, flaw.why);
    // Without the line: what moves is the same still.
    let place = location(&flaw.place, base);
    let told = format!("{}\0{}\0{}\0{}", flaw.rule, place, flaw.name, flaw.shows);
    let print: String =
        Sha256::digest(told).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let nth = seen.entry(print.clone()).or_default();
    *nth += 1;
    let mut result = json!({
        "ruleId": flaw.rule,
        "level": level(flaw.level),
        "message": { "text": message },
        "locations": [{ "physicalLocation": {
            "artifactLocation": place,
            "region": { "startLine": flaw.line.max(1), "snippet": { "text": plain(&flaw.shows) } },
        }}],
        "partialFingerprints": { "primaryLocationLineHash": format!("{print}:{nth}") },
    });
    if let Some(at) = rules.iter().position(|rule| rule.id == flaw.rule) {
        result["ruleIndex"] = at.into();
    }
    result
}

fn note(unsure: &Unsure, base: &Path) -> Value {
    json!({
        "level": "warning",
        "message": { "text": plain(&unsure.why) },
        "locations": [{ "physicalLocation": { "artifactLocation": location(&unsure.place, base) } }],
    })
}

/// Relative where it is below `base`.
fn location(place: &str, base: &Path) -> Value {
    // What listens has no file.
    if let Some(address) = place.strip_prefix("tcp://") {
        return json!({ "uri": format!("tcp://{}", escaped(address).replace("%3A", ":")) });
    }
    let path = clean(&base.join(place));
    match path.strip_prefix(clean(base)) {
        Ok(below) if below.as_os_str().is_empty() => json!({ "uri": "./", "uriBaseId": BASE }),
        Ok(below) => json!({ "uri": escaped(&below.to_string_lossy()), "uriBaseId": BASE }),
        Err(_) => json!({ "uri": uri(&path) }),
    }
}

/// Without `.` and `..`, by words alone: nothing is looked up.
fn clean(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                clean.pop();
            }
            part => clean.push(part),
        }
    }
    clean
}

fn uri(path: &Path) -> String {
    format!("file://{}", escaped(&path.to_string_lossy()))
}

/// As a part of a URI: what may not stand in one is written as its bytes.
fn escaped(path: &str) -> String {
    let mut escaped = String::new();
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => {
                escaped.push(char::from(byte));
            }
            other => escaped.push_str(&format!("%{other:02X}")),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use inventory::sound::Soundness;

    use super::*;

    fn flaw(place: &str, line: u32, rule: &Rule) -> Flaw {
        Flaw {
            rule: rule.id.clone(),
            title: rule.title.clone(),
            level: rule.level,
            kind: "skill".into(),
            name: "na\u{202e}me".into(),
            place: place.into(),
            line,
            shows: "curl \u{1b}[2J x".into(),
            why: rule.why.clone(),
            fix: rule.fix.clone(),
            tags: rule.tags.clone(),
        }
    }

    #[test]
    fn hosts_of_code_find_all_that_they_ask_for() {
        let soundness = Soundness::shipped().unwrap_or_else(|wrong| panic!("{wrong}"));
        let rules = soundness.rules();
        let places = ["skills/a/SKILL.md", "/srv/x/b c.md", "../out/é.md", "", "tcp://127.0.0.1:1"];
        let flaws: Vec<Flaw> =
            places.iter().zip(rules).map(|(place, rule)| flaw(place, 0, rule)).collect();
        let unsure = [Unsure { place: "/etc/x".into(), why: "denied".into() }];
        let log = log(rules, &flaws, &unsure, Path::new("/srv/x"));
        let run = &log["runs"][0];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let known = run["tool"]["driver"]["rules"].as_array().expect("rules");
        assert_eq!(known.len(), rules.len());
        for rule in known {
            for key in ["shortDescription", "fullDescription", "help"] {
                assert!(!text(&rule[key]["text"]).is_empty(), "{rule}");
            }
            assert!(
                text(&rule["properties"]["security-severity"]).parse::<f32>().is_ok(),
                "{rule}"
            );
            let tags = rule["properties"]["tags"].as_array().expect("tags");
            let mut once: Vec<String> = tags.iter().map(text).collect();
            once.sort();
            once.dedup();
            assert!(once.len() == tags.len() && once.contains(&"security".into()), "{rule}");
        }
        let results = run["results"].as_array().expect("results");
        for result in results {
            let at = &result["locations"][0]["physicalLocation"];
            let uri = text(&at["artifactLocation"]["uri"]);
            let allowed = |c: char| c.is_ascii_alphanumeric() || "/-_.~%:".contains(c);
            assert!(!uri.is_empty() && uri.chars().all(allowed), "{uri}");
            let relative = at["artifactLocation"]["uriBaseId"] == BASE;
            assert_eq!(relative, !uri.contains(':') && !uri.starts_with('/'), "{uri}");
            assert!(at["region"]["startLine"].as_u64() >= Some(1), "{result}");
            assert!(!result.to_string().contains(['\u{202e}', '\u{1b}']), "{result}");
            let index = result["ruleIndex"].as_u64().expect("an index") as usize;
            assert_eq!(known[index]["id"], result["ruleId"]);
            assert!(matches!(text(&result["level"]).as_str(), "error" | "warning" | "note"));
            assert!(
                text(&result["partialFingerprints"]["primaryLocationLineHash"]).ends_with(":1")
            );
            assert!(!text(&result["message"]["text"]).is_empty());
        }
        let uris: Vec<String> = results
            .iter()
            .map(|it| text(&it["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]))
            .collect();
        let expect = [
            "skills/a/SKILL.md",
            "b%20c.md",
            "file:///srv/out/%C3%A9.md",
            "./",
            "tcp://127.0.0.1:1",
        ];
        assert_eq!(uris, expect);
        assert_eq!(text(&run["originalUriBaseIds"][BASE]["uri"]), "file:///srv/x/");
    }

    #[test]
    fn a_finding_keeps_its_print_when_its_line_moves() {
        let rules = [Rule {
            id: "a-rule".into(),
            title: "It is wrong".into(),
            level: Level::Low,
            of: Vec::new(),
            all: Vec::new(),
            any: Vec::new(),
            unless: Vec::new(),
            near: None,
            why: "Because.".into(),
            fix: "Do it.".into(),
            tags: Vec::new(),
        }];
        let prints = |flaws: &[Flaw]| -> Vec<Value> {
            let log = log(&rules, flaws, &[], Path::new("/w"));
            let results = log["runs"][0]["results"].as_array().cloned().unwrap_or_default();
            results.iter().map(|it| it["partialFingerprints"].clone()).collect()
        };
        let [first, second] = [flaw("a.md", 3, &rules[0]), flaw("a.md", 9, &rules[0])];
        assert_eq!(prints(std::slice::from_ref(&first)), prints(std::slice::from_ref(&second)));
        let both = prints(&[first, second]);
        assert_ne!(both[0], both[1], "two of a kind are two");
    }
}
