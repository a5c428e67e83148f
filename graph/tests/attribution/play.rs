//! Plays a story through the real attributor with the shipped signatures and compares.

use std::sync::{Arc, LazyLock};

use event::{Act, AgentId, Attributed, Basis, EventId, Order, ProcessId, Text, User};
use graph::attribute::{Attributor, Host, ModelEndpoints, Outcome, Settings};
use graph::origin::{Claims, TokenPlace};
use graph::signature::{Facts, Package, Signatures, embedded};

use super::script::Story;

static SHIPPED: LazyLock<Arc<Signatures>> = LazyLock::new(|| {
    let (signatures, wrong) = Signatures::parse(embedded().iter().copied());
    assert!(wrong.is_empty(), "{wrong:#?}");
    Arc::new(signatures)
});

/// What is wrong with the outcome of a story, one line each.
pub fn play(story: &Story) -> Vec<String> {
    let host = Host { name: "host".into(), boot_id: "boot".into() };
    let mut endpoints = ModelEndpoints::shipped();
    story.gateways.iter().for_each(|gateway| endpoints.add(gateway));
    let facts = Arc::new(Told(story.facts.clone()));
    let settings = Settings { facts, endpoints, ..Settings::default() };
    let mut attributor = Attributor::new(host, SHIPPED.clone(), settings, EventId(1));
    let mut outcome = Outcome::default();
    let mut wrong = Vec::new();
    for step in &story.steps {
        attributor.attribute(step.event.clone(), &mut outcome);
        let Some(whose) = &step.whose else { continue };
        let seen = outcome.acts.last().map(actor).unwrap_or_default();
        let expect = whose.join(" ");
        if !seen.starts_with(&expect) || expect.is_empty() {
            wrong.push(format!("line {}: `{seen}`, not `{expect}`", step.line));
        }
    }
    for (line, expect) in &story.expect {
        if let Err(seen) = holds(expect, &outcome) {
            wrong.push(format!("line {line}: not `{}`: {seen}", expect.join(" ")));
        }
    }
    wrong
}

/// Whose the act is, and whom it was for.
fn actor(act: &Attributed) -> String {
    let by = whose(act);
    let (Act::Signal(toward) | Act::Ptrace(toward)) = &act.event.act else { return by };
    let Some(whom) = &toward.whom else { return format!("{by} to unknown") };
    let (relation, agent) = (whom.relation.name(), whom.agent.as_deref().unwrap_or("-"));
    let at = if toward.target.start_ns == 0 { "" } else { " found" };
    format!("{by} to {relation} {agent} {}{at}", whom.exe)
}

fn whose(act: &Attributed) -> String {
    let Some(actor) = &act.actor else { return "-".into() };
    let role = match actor.tool_root {
        Some(root) => format!("tool {}", root.pid),
        None => "own".into(),
    };
    let basis = match actor.basis {
        Basis::Lineage => "lineage",
        Basis::Adopted => "adopted",
        Basis::HandedOver => "handed_over",
        Basis::Behaviour => "behaviour",
        Basis::Provisional => "provisional",
    };
    format!("{} {role} {basis}", actor.product)
}

fn holds(expect: &[String], outcome: &Outcome) -> Result<(), String> {
    let words: Vec<&str> = expect.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["sessions", expected @ ..] => {
            let seen: Vec<String> = sessions(outcome);
            same(&expected.join(" "), &seen.join(" "))
        }
        ["orders", expected @ ..] => same(&expected.join(" "), &orders(outcome).join(" ")),
        // Behind the root's pid: who stands behind the session, in words.
        ["behind", root, expected @ ..] => {
            let of_root = |s: &&event::Session| s.root.pid.to_string() == **root;
            let seen = outcome.sessions.iter().find(of_root).map(|s| s.delegation.words());
            same(&expected.join(" "), &seen.unwrap_or_default())
        }
        ["first", root, expected] => {
            let of_root = |s: &&event::Session| s.root.pid.to_string() == **root;
            let first = outcome.sessions.iter().find(of_root).and_then(|s| s.delegation.root);
            let first = outcome.sessions.iter().find(|s| Some(s.id) == first);
            same(expected, &first.map_or("-".into(), |s| s.root.pid.to_string()))
        }
        ["retired", expected @ ..] => {
            let seen =
                outcome.retired.iter().map(|it| format!("{}@{}", it.event, it.process.id.pid));
            same(&expected.join(" "), &seen.collect::<Vec<_>>().join(" "))
        }
        ["identities", expected @ ..] => {
            let identities = outcome.sessions.first().map(|s| s.identities.clone());
            let seen: Vec<String> = identities.iter().flatten().map(identity).collect();
            same(&expected.join(" "), &seen.join(" "))
        }
        ["ended", expected @ ..] => {
            let ended = outcome.sessions.iter().filter(|s| s.ended_unix_ns.is_some());
            let seen: Vec<String> = ended.map(|s| s.root.pid.to_string()).collect();
            same(&expected.join(" "), &seen.join(" "))
        }
        ["version", version] => {
            let seen = outcome.agents.last().and_then(|agent| agent.version.clone());
            same(version, &seen.unwrap_or_default())
        }
        ["evidence", expected @ ..] => {
            let seen = outcome.sessions.first().map(|s| s.evidence.clone()).unwrap_or_default();
            same(&expected.join(" "), &seen)
        }
        ["undeclared", expected @ ..] => {
            let seen = outcome.findings_hint.iter().map(|hint| hint.process.id.pid.to_string());
            same(&expected.join(" "), &seen.collect::<Vec<_>>().join(" "))
        }
        ["host", expected] => {
            let seen = outcome.acts.last().and_then(|act| act.event.act.flow()?.host.clone());
            same(expected, &seen.unwrap_or_default())
        }
        other => Err(format!("no expectation `{other:?}`")),
    }
}

fn identity(it: &event::Workload) -> String {
    format!("{}={}", it.kind.name(), it.id.as_deref().or(it.unread.as_deref()).unwrap_or("-"))
}

fn same(expected: &str, seen: &str) -> Result<(), String> {
    if expected == seen { Ok(()) } else { Err(format!("`{seen}`")) }
}

/// Sessions that began: product and root, behind `<` the parent's root.
fn sessions(outcome: &Outcome) -> Vec<String> {
    let begun = outcome.sessions.iter().filter(|session| session.ended_unix_ns.is_none());
    begun
        .map(|session| {
            let agent = outcome.agents.iter().find(|agent| agent.id == session.agent);
            let product = agent.map(|agent| agent.product.clone()).unwrap_or_default();
            let parent = outcome.sessions.iter().find(|other| Some(other.id) == session.parent);
            let below = parent.map(|p| format!("<{}", p.root.pid)).unwrap_or_default();
            format!("{product}@{}{below}", session.root.pid)
        })
        .collect()
}

fn orders(outcome: &Outcome) -> Vec<String> {
    outcome
        .orders
        .iter()
        .map(|order| match order {
            Order::Confirm(label) => format!("confirm={}", label.0),
            Order::Clear(label) if label.0 >> 63 == 1 => "clear=new".into(),
            Order::Clear(label) => format!("clear={}", label.0),
            Order::Watch(end) => format!("watch={}", end.port.unwrap_or(0)),
            Order::Adopt { root, label } if label.0 == 0 => format!("release={}", root.pid),
            Order::Adopt { root, label } => {
                let given = if label.0 >> 63 == 1 { "new".into() } else { label.0.to_string() };
                format!("adopt={}:{given}", root.pid)
            }
            // Attribution labels; it stops nothing.
            other => format!("{other:?}"),
        })
        .collect()
}

/// Facts of a story: `fact package PATH NAME VERSION`, `fact link PATH REAL`,
/// `fact imports PATH MODULE`, `fact mentions EXE TEXT`, `fact variable PID NAME VALUE`, `fact chaperone PID`,
/// `fact login PID NAME`, `fact group PID PATH`, `fact peer PID ADDRESS`, `fact token FILE|VARIABLE SUBJECT`,
/// `fact retired PRODUCT OWNER`.
struct Told(Vec<Vec<String>>);

impl Told {
    fn find(&self, kind: &str, about: &str) -> impl Iterator<Item = &[String]> {
        let told = self.0.iter().filter(move |fact| fact[0] == kind && fact[1] == about);
        told.map(|fact| &fact[2..])
    }
}

impl Facts for Told {
    fn real_path(&self, _: ProcessId, path: &str) -> Option<Text> {
        Some(self.find("link", path).next()?[0].as_str().into())
    }
    fn package(&self, _: ProcessId, path: &str) -> Option<Package> {
        let told = self.find("package", path).next()?;
        let version = told.get(1).map(|version| version.as_str().into());
        Some(Package { name: told[0].as_str().into(), version })
    }
    fn imports(&self, _: ProcessId, script: &str, module: &str) -> bool {
        self.find("imports", script).any(|told| told[0] == module)
    }
    fn mentions(&self, _: ProcessId, exe: &str, text: &str) -> bool {
        self.find("mentions", exe).any(|told| told[0] == text)
    }
    fn is_chaperone(&self, process: ProcessId) -> bool {
        self.find("chaperone", &process.pid.to_string()).next().is_some()
    }
    fn variable(&self, process: ProcessId, name: &str) -> Option<Text> {
        let pid = process.pid.to_string();
        Some(self.find("variable", &pid).find(|told| told[0] == name)?[1].as_str().into())
    }
    fn variables(&self, process: ProcessId, names: &[&str], set: &[&str]) -> Vec<(Text, Text)> {
        let pid = process.pid.to_string();
        let told = self.find("variable", &pid).filter_map(|told| match &*told[0] {
            name if names.contains(&name) => Some((name.into(), told[1].as_str().into())),
            name if set.contains(&name) => Some((name.into(), "".into())),
            _ => None,
        });
        told.collect()
    }
    fn login(&self, process: ProcessId) -> Option<User> {
        let name = self.find("login", &process.pid.to_string()).next()?[0].as_str().into();
        Some(User { uid: 1000, gid: 1000, euid: 1000, name: Some(name) })
    }
    fn control_group(&self, process: ProcessId) -> Option<Text> {
        Some(self.find("group", &process.pid.to_string()).next()?[0].as_str().into())
    }
    fn ssh_peer(&self, server: ProcessId) -> Option<Text> {
        Some(self.find("peer", &server.pid.to_string()).next()?[0].as_str().into())
    }
    fn is_retired(&self, agent: AgentId) -> bool {
        let of = |told: &[String]| AgentId::derive("host", &told[0], &told[1]);
        self.0.iter().any(|fact| fact[0] == "retired" && of(&fact[1..]) == agent)
    }
    fn claims(&self, _: ProcessId, _: &User, at: TokenPlace<'_>) -> Result<Claims, Text> {
        let (TokenPlace::Variable(name)
        | TokenPlace::File(name)
        | TokenPlace::Account(name)
        | TokenPlace::Certificate(name)) = at;
        let told = self.find("token", name).next().ok_or("no such file")?;
        Ok(Claims { subject: Some(told[0].as_str().into()), ..Claims::default() })
    }
}
