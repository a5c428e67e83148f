//! An answer as the policy that it becomes: permits that lift the policies which asked, for the one who asked, for
//! what was asked, and for nothing that is not shown. How long it holds is not said here, for the language has no
//! date: whoever keeps answers takes what is over out of the book.

use std::collections::BTreeSet;

use event::{Action, Object, Principal, Text, Verb};
use thiserror::Error;

/// How much wider than the act itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breadth {
    /// This file, this host and port, this command line.
    Exact,
    /// Of a command line, the same program and the same first words.
    FirstWords,
}

/// For whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whom {
    /// The agent, in every session of its owner.
    Agent,
    /// The session that asked, and what it starts.
    Session,
}

/// An answer that becomes policies.
#[derive(Clone, Debug)]
pub struct Approval<'a> {
    /// What the policies are called, with a number behind it where there are more than one.
    pub id: &'a str,
    /// What was asked.
    pub action: &'a Action,
    /// The policies that asked.
    pub lifts: &'a [Text],
    /// The grave harm that was shown when it was answered: what would do other harm was not approved.
    pub irreversible: &'a BTreeSet<Text>,
    /// For whom.
    pub whom: Whom,
    /// For how much.
    pub breadth: Breadth,
}

/// A policy that an answer became.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lifting {
    /// Its id.
    pub id: String,
    /// The policy that it lifts.
    pub lifts: Text,
    /// Its text, in the language of policies.
    pub text: String,
}

/// An answer that cannot become a policy.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Unapprovable {
    /// Nothing asked.
    #[error(
        "no policy asks about it\nhint: what is denied is not lifted by an answer; change the policy"
    )]
    NothingAsks,
    /// The first words of such a program say nothing.
    #[error(
        "the first words of `{0}` say nothing about what it would do\nhint: leave out --pattern: this command line alone is approved then"
    )]
    SaysNothing(String),
    /// Not a command line.
    #[error("only a command line has first words\nhint: leave out --pattern")]
    NoCommand,
    /// A command line that is several commands in one.
    #[error(
        "the command line is more than one command\nhint: leave out --pattern: this command line alone is approved then"
    )]
    Several,
    /// Known by its address alone or not at all, so that the policy would be wider than the act.
    #[error(
        "what it is done to has no name that a policy could hold it to\nhint: answer for once or for the session"
    )]
    Nameless,
    /// The act belongs to no session.
    #[error("it was asked outside of any session\nhint: answer for once or for days")]
    NoSession,
}

/// Programs that do whatever their arguments say in another language.
const SPEAKS_FOR_OTHERS: &[&str] = &[
    "sh", "bash", "dash", "zsh", "fish", "ksh", "busybox", "env", "sudo", "doas", "su", "xargs",
    "nohup", "timeout", "nice", "ssh", "python", "python3", "node", "deno", "bun", "perl", "ruby",
    "php", "lua", "awk", "gawk", "find", "docker", "podman", "kubectl", "npx", "uvx", "eval",
    "make",
];
/// What makes several commands of one line, or takes another one in.
const JOINTS: &[&str] = &[";", "|", "&", "`", "$(", "<", ">", "\n"];
/// Most first words.
const WORDS: usize = 2;

/// The policies, one for each that asked.
pub fn liftings(approval: &Approval<'_>) -> Result<Vec<Lifting>, Unapprovable> {
    if approval.lifts.is_empty() {
        return Err(Unapprovable::NothingAsks);
    }
    let who = who(approval)?;
    let (resource, mut conditions) = what(approval)?;
    if let Some(agent) = approval.action.principal.agent()
        && matches!(approval.action.object, Object::Program { .. })
    {
        // The same words mean another thing in another folder.
        conditions.push(format!("principal.workspace == {}", quoted(&agent.workspace)));
    }
    let known: Vec<String> = approval.irreversible.iter().map(|id| quoted(id)).collect();
    let nothing_else = match known.as_slice() {
        [] => "context.irreversible.isEmpty()".to_owned(),
        known => format!("[{}].containsAll(context.irreversible)", known.join(", ")),
    };
    if may_harm(&approval.action.object) {
        conditions.push(nothing_else);
    }
    let verb = quoted(approval.action.verb.name());
    let many = approval.lifts.len() > 1;
    let lifting = |(index, lifts): (usize, &Text)| {
        let id = match many {
            true => format!("{}-{}", approval.id, index + 1),
            false => approval.id.to_owned(),
        };
        let when = match conditions.is_empty() {
            true => ";".to_owned(),
            false => format!("\nwhen {{\n  {}\n}};", conditions.join(" &&\n  ")),
        };
        let text = format!(
            "@id({})\n@lifts({})\npermit (\n  {who},\n  action == Action::{verb},\n  {resource}\n){when}\n",
            quoted(&id),
            quoted(lifts)
        );
        Lifting { id, lifts: lifts.clone(), text }
    };
    Ok(approval.lifts.iter().enumerate().map(lifting).collect())
}

fn who(approval: &Approval<'_>) -> Result<String, Unapprovable> {
    let principal = &approval.action.principal;
    Ok(match (principal, approval.whom) {
        (Principal::Human { account, .. }, _) => format!("principal == Human::{}", quoted(account)),
        (Principal::Workload { product, account }, _) => {
            format!("principal == Workload::{}", quoted(&format!("{product}@{account}")))
        }
        (Principal::Session { id, .. }, Whom::Session) => {
            format!("principal in Session::{}", quoted(&id.to_string()))
        }
        (Principal::SubAgent { id, .. }, Whom::Session) => {
            format!("principal == SubAgent::{}", quoted(&id.to_string()))
        }
        (Principal::Agent(_), Whom::Session) => return Err(Unapprovable::NoSession),
        (
            Principal::Agent(agent)
            | Principal::Session { agent, .. }
            | Principal::SubAgent { agent, .. },
            Whom::Agent,
        ) => {
            let name = format!("{}@{}", agent.product, agent.owner);
            format!("principal in Agent::{}", quoted(&name))
        }
    })
}

/// The scope of the resource, and what more holds of it.
fn what(approval: &Approval<'_>) -> Result<(String, Vec<String>), Unapprovable> {
    let object = &approval.action.object;
    if approval.breadth == Breadth::FirstWords && !matches!(object, Object::Program { .. }) {
        return Err(Unapprovable::NoCommand);
    }
    let named = |name: &str| if name.is_empty() { Err(Unapprovable::Nameless) } else { Ok(()) };
    let entity = |kind: &str, id: &str| format!("resource == {kind}::{}", quoted(id));
    let equal = |attribute: &str, value: &str| format!("resource.{attribute} == {}", quoted(value));
    Ok(match object {
        Object::File { path } => {
            named(path)?;
            (entity("File", path), Vec::new())
        }
        Object::Program { path, command_line } => {
            named(path)?;
            let line = match approval.breadth {
                Breadth::Exact => vec![equal("command_line", command_line)],
                Breadth::FirstWords => first_words(path, command_line)?,
            };
            (entity("Program", path), line)
        }
        Object::Host { name, address, port, request } => {
            let address = address.filter(|_| name.is_empty()).map(|it| it.to_string());
            let id = address.as_deref().unwrap_or(name);
            named(id)?;
            let mut more = vec![format!("resource.port == {port}"), equal("name", name)];
            if approval.action.verb == Verb::HttpRequest || !request.is_empty() {
                more.push(equal("request", request));
            }
            (entity("Host", id), more)
        }
        Object::Tool { server, name } => {
            named(name)?;
            let id = if server.is_empty() { name.to_string() } else { format!("{server}/{name}") };
            (entity("Tool", &id), vec![equal("server", server), equal("name", name)])
        }
        Object::Model { provider, name } => {
            named(name)?;
            (entity("Model", name), vec![equal("provider", provider)])
        }
        Object::Secret { kind, name } => {
            named(name)?;
            (entity("Secret", name), vec![equal("kind", kind)])
        }
    })
}

/// Whether the tables of what cannot be undone speak about such things.
fn may_harm(object: &Object) -> bool {
    match object {
        Object::Program { .. } | Object::Tool { .. } => true,
        Object::Host { request, .. } => !request.is_empty(),
        Object::File { .. } | Object::Model { .. } | Object::Secret { .. } => false,
    }
}

/// `git push …`: the program and the first words that are no options, one command alone.
fn first_words(path: &str, command_line: &str) -> Result<Vec<String>, Unapprovable> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
    if SPEAKS_FOR_OTHERS.iter().any(|other| *other == name || *other == stem) {
        return Err(Unapprovable::SaysNothing(event::show::brief(name, 40)));
    }
    if JOINTS.iter().any(|joint| command_line.contains(joint)) {
        return Err(Unapprovable::Several);
    }
    let words: Vec<&str> = command_line.split(' ').take(WORDS).collect();
    let plain = |word: &str| {
        !word.is_empty()
            && !word.starts_with('-')
            && word.chars().all(|it| it.is_ascii_alphanumeric() || "._/-".contains(it))
    };
    let [program, subcommand] = words.as_slice() else {
        return Err(Unapprovable::SaysNothing(event::show::brief(name, 40)));
    };
    if !plain(program) || !plain(subcommand) {
        return Err(Unapprovable::SaysNothing(event::show::brief(command_line, 40)));
    }
    let words = format!("{program} {subcommand}");
    let mut conditions = vec![format!(
        "(resource.command_line == {} || resource.command_line like {})",
        quoted(&words),
        pattern(&format!("{words} "), "", "*")
    )];
    let without = JOINTS
        .iter()
        .map(|joint| format!("!(resource.command_line like {})", pattern(joint, "*", "*")));
    conditions.extend(without);
    Ok(conditions)
}

/// A text in the language of policies.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.escape_debug())
}

/// A pattern around a text in which a star is a star.
fn pattern(text: &str, before: &str, after: &str) -> String {
    let text = text.escape_debug().to_string().replace('*', "\\*");
    format!("\"{before}{text}{after}\"")
}

#[cfg(test)]
mod tests;
