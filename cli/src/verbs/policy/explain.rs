//! `chaperone policy explain`: one action, and why it would be stopped or not.

use std::collections::BTreeSet;

use anyhow::{Result, anyhow};
use clap::Args;
use event::show::plain;
use event::{Decision, Enforcer, Text, Verb};
use policy::case::{self, Case, What, Who};
use policy::{Guide, Profile};
use serde_json::json;

use super::{Held, shown};
use crate::out;
use crate::policies::{homes, load};
use crate::verbs::{Common, Exit, Stop};

#[derive(Debug, Args)]
pub struct Explain {
    /// What is wanted (`read_file`, `connect`, …).
    #[arg(value_name = "VERB", value_parser = verb)]
    verb: Verb,
    #[command(flatten)]
    object: Object,
    /// Which agent, or agent and owner; `human:NAME` is a person.
    #[arg(long, value_name = "AGENT", default_value = "codex-cli")]
    agent: String,
    /// The team it belongs to.
    #[arg(long, default_value = "")]
    team: String,
    /// The folder it works on [default: this one].
    #[arg(long, value_name = "DIR")]
    workspace: Option<String>,
    /// Circumstances, as a case has them: `holds: [secret]`.
    #[arg(long, value_name = "YAML")]
    with: Option<String>,
    /// Under this profile [default: the one that is for the agent].
    #[arg(long, value_enum)]
    profile: Option<Held>,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Object {
    /// A file, by its path.
    #[arg(long, value_name = "PATH")]
    file: Option<String>,
    /// A program and its arguments, in one.
    #[arg(long, value_name = "COMMAND")]
    program: Option<String>,
    /// The other end: `name:port`, `address:port`, `name/address:port`.
    #[arg(long, value_name = "HOST")]
    host: Option<String>,
    /// A tool: `server/name`.
    #[arg(long, value_name = "TOOL")]
    tool: Option<String>,
    /// A model: `provider/name`.
    #[arg(long, value_name = "MODEL")]
    model: Option<String>,
    /// A secret in custody: `kind/name`.
    #[arg(long, value_name = "SECRET")]
    secret: Option<String>,
}

fn verb(word: &str) -> Result<Verb, String> {
    Verb::ALL.into_iter().find(|verb| verb.name() == word).ok_or_else(|| {
        let names: Vec<&str> = Verb::ALL.iter().map(|verb| verb.name()).collect();
        format!("write one of {}", names.join(", "))
    })
}

impl Object {
    fn what(self) -> Option<What> {
        let file = self.file.map(|it| What::File(absolute(&it).into()));
        file.or_else(|| self.program.map(|it| What::Program(it.into())))
            .or_else(|| self.host.map(What::Host))
            .or_else(|| self.tool.map(What::Tool))
            .or_else(|| self.model.map(What::Model))
            .or_else(|| self.secret.map(What::Secret))
    }
}

/// Who carries a policy out, and on what that depends.
fn held_by(by: Enforcer) -> &'static str {
    match by {
        Enforcer::Record => "nobody: it is recorded",
        Enforcer::Hook => "the agent, which asks first (hooks)",
        Enforcer::Kernel => "the kernel (files and programs: where BPF LSM is on)",
        Enforcer::Files => "the responder, which opens of guarded files and runs wait for (`up`)",
        Enforcer::Sandbox => "the box (`run`)",
        Enforcer::Proxy => "the proxy (`run`)",
    }
}

fn absolute(path: &str) -> String {
    std::path::absolute(path).map_or_else(|_| path.to_owned(), |it| it.display().to_string())
}

impl Explain {
    pub fn run(self, common: &Common) -> Result<Exit> {
        let guide = load(&common.config()?)?;
        let profile = self.profile.map(Profile::from);
        let case = self.case()?;
        let action = case.action();
        let profile = profile.unwrap_or_else(|| guide.profile(&action));
        let decision = guide.decide(profile, &action);
        let kinds = guide.kinds(&action);
        let by = guide.enforcers(profile, &action, &decision, &homes());
        if common.json {
            let foreseen = guide.foresees(&action);
            let foreseen: Vec<_> = foreseen
                .iter()
                .map(|it| json!({ "id": it.harm.id, "severity": it.harm.severity, "target": it.target }))
                .collect();
            out::json(&json!({
                "action": action, "kinds": kinds, "decision": decision, "foreseen": foreseen,
                "enforced": by.iter().map(|(policy, by)| json!({ "policy": policy, "by": by })).collect::<Vec<_>>(),
            }))?;
            return Ok(Exit::Done);
        }
        let kinds: Vec<_> = kinds.iter().map(|kind| plain(kind)).collect();
        let foreseen = guide.foresees(&action);
        tell(&guide, profile, &kinds.join(", "), &decision, &by)?;
        for it in &foreseen {
            out::line(&format!("  foreseen  {}: {}", plain(&it.harm.id), plain(&it.harm.says)))?;
            out::line(&format!(
                "            to {}; undo: {}",
                plain(&it.target),
                plain(&it.harm.undo)
            ))?;
        }
        Ok(Exit::Done)
    }

    fn case(self) -> Result<Case> {
        let words = |said: String| anyhow::Error::from(Stop::new(Exit::Words, said));
        let what = self.object.what().ok_or_else(|| words("nothing is named".into()))?;
        let mut case = Case::new(self.verb, what);
        match self.agent.strip_prefix("human:") {
            Some(name) => (case.who, case.agent) = (Who::Human, format!("-@{name}")),
            None => case.agent = self.agent,
        }
        case.team = self.team.into();
        let workspace = self.workspace.as_deref().unwrap_or(".");
        case.workspace = absolute(workspace).into();
        if let Some(text) = &self.with {
            case.with = case::circumstances(text).map_err(|error| {
                words(format!("`--with` is not understood: {}", anyhow!(error)))
            })?;
        }
        Ok(case)
    }
}

fn tell(
    guide: &Guide,
    profile: Profile,
    kinds: &str,
    decision: &Decision,
    by: &[(Text, BTreeSet<Enforcer>)],
) -> Result<()> {
    let would = match profile.enforces() {
        true => shown(decision.effect),
        false => format!(
            "{} (nothing is stopped: it would be {})",
            shown(decision.effect),
            shown(decision.would)
        ),
    };
    out::line(&format!("{would}  under the profile `{}`", profile.name()))?;
    let kinds = if kinds.is_empty() { "nothing that policies name" } else { kinds };
    out::line(&format!("  it is     {kinds}"))?;
    for because in &decision.because {
        let rule = guide.book(profile).rule(&because.policy);
        let at = rule.map(|rule| format!("  {}:{}", plain(&rule.at.0), rule.at.1));
        out::line(&format!(
            "  because   {} {}: {}{}",
            because.effect.name(),
            plain(&because.policy),
            plain(&because.reason),
            at.unwrap_or_default()
        ))?;
        if let Some((_, by)) = by.iter().find(|(policy, _)| *policy == because.policy) {
            let by: Vec<&str> = by.iter().map(|by| held_by(*by)).collect();
            out::line(&format!("            held by {}", by.join("; ")))?;
        }
    }
    for (policy, approval) in &decision.lifted {
        out::line(&format!("  lifted    {} by {}", plain(policy), plain(approval)))?;
    }
    for (policy, why) in &decision.failed {
        out::line(&format!("  failed    {}: {}", plain(policy), plain(why)))?;
    }
    if decision.because.is_empty() && decision.lifted.is_empty() {
        out::line("  because   nothing forbids it")?;
    }
    Ok(())
}
