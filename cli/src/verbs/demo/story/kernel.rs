//! With root: an `up` of the story's own watches, its hook and the kernel stop.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use event::{Enforcer, Judged, Object};

use super::super::daemon::{Awaited, Daemon, Told};
use super::super::ground::CARRIER;
use super::super::model::Talk;
use super::super::tell::{Outcome, Who};
use super::{PROMPT, Story};
use crate::lines;

/// How long `up` takes until a policy that changed holds, and how often the agent is sent until then.
const SETTLES: Duration = Duration::from_secs(3);
const TRIES: usize = 5;

impl Story {
    pub(super) fn in_the_kernel(&mut self) -> Result<()> {
        let Some(daemon) = self.watched()? else { return Ok(()) };
        self.agent.settle(&self.ground, self.model.port)?;
        self.asked_before()?;
        self.without_hook(&daemon)?;
        let since = self.with_the_key(&daemon)?;
        self.by_hand()?;
        self.why(since)
    }

    fn watched(&mut self) -> Result<Option<Daemon>> {
        self.teller.begin(&self.children, "Chaperone watches")?;
        if self.watched_already {
            let scene =
                "Another `up` runs on this host: it sees this agent, too, and is left alone.";
            self.teller.say(Who::Story, scene)?;
        }
        self.teller.say(Who::Person, "$ sudo chaperone up")?;
        match Daemon::start(&self.ground, &self.children) {
            Ok(daemon) => {
                let claim = "agents in ~/shop are held by the profile `guarded`; everybody else is only watched";
                self.teller.end(Outcome::Held, claim)?;
                Ok(Some(daemon))
            }
            Err(error) => {
                self.children.go_on()?;
                self.teller.end(Outcome::NotHeld, &format!("{error:#}"))?;
                Ok(None)
            }
        }
    }

    /// With its hook an agent is stopped before it acts.
    fn asked_before(&mut self) -> Result<()> {
        self.teller.begin(&self.children, "The agent asks before it acts, and is told no")?;
        if !hook_is_here() {
            let why = "`chaperone-hook` is not beside this program; the package has it, `cargo build -p hook` builds it";
            return self.teller.end(Outcome::LeftOut, why);
        }
        let installed = self.verb(&["hook", "install", self.agent.hooked()])?;
        if installed != Some(0) {
            return self.teller.end(Outcome::NotHeld, "its hook could not be installed");
        }
        let (since, talk) = self.ask_held()?;
        self.show(PROMPT, &talk)?;
        let told = talk.calls.iter().any(|(_, result)| result.contains("Chaperone stopped"));
        let stopped = self.record(since, |judged| judged.by == Enforcer::Hook)?;
        self.teller.claim(
            told && stopped && self.nothing_left(),
            "stopped before it began, and the agent read why",
            "the agent was not stopped by its hook",
        )
    }

    /// Without it the kernel refuses the same.
    fn without_hook(&mut self, daemon: &Daemon) -> Result<()> {
        self.teller.begin(&self.children, "Its hook is deleted")?;
        if hook_is_here() {
            self.verb(&["hook", "uninstall", self.agent.hooked()])?;
        }
        let (since, talk) = self.ask_held()?;
        self.show(PROMPT, &talk)?;
        let stopped = self.record(since, |judged| {
            matches!(judged.by, Enforcer::Kernel | Enforcer::Files) && is_key(&judged.action.object)
        })?;
        self.teller.claim(
            stopped && self.nothing_left(),
            "the key was not opened: a hook is the agent's word, the kernel asks nobody",
            &daemon
                .blamed("the agent opened the key (`chaperone doctor` says what this host lacks)"),
        )
    }

    /// Even with the key in its hands it cannot be sent. When that run began.
    fn with_the_key(&mut self, daemon: &Daemon) -> Result<u64> {
        self.teller.begin(&self.children, "Somebody lets it read the key")?;
        self.ground.let_keys_be_read()?;
        let scene = "A policy in a hurry, so that agents can deploy: it lifts `credential-stores` for every reader.";
        self.teller.say(Who::Story, scene)?;
        let (mut since, mut talk) = (0, Talk::default());
        for _ in 0..TRIES {
            self.children.within(SETTLES, || Ok(false))?;
            (since, talk) = self.ask_held()?;
            if talk.calls.len() > 2 {
                break;
            }
        }
        self.show(PROMPT, &talk)?;
        let attacker = self.attacker.address.clone();
        let stopped = self.record(since, |judged| {
            judged.by == Enforcer::Kernel && judged.action.object.named().contains(&attacker)
        })?;
        self.teller.claim(
            stopped && self.nothing_left(),
            "read, encoded by another program, kept in a file, sent by a third: the kernel knew what it was, and nothing arrived",
            &daemon.blamed("what the agent read could be sent"),
        )?;
        Ok(since)
    }

    /// From the prompt to the denial, on a page.
    fn why(&mut self, since: u64) -> Result<()> {
        self.teller.begin(&self.children, "Why?")?;
        let product = self.agent.product();
        let told = Told::of(&self.ground, &self.children);
        let attempt = format!("connect to {}", self.attacker.address);
        let about_sending = |finding: &event::Finding| {
            let of_agent = finding.actor.as_ref().is_some_and(|actor| *actor.product == *product);
            of_agent && finding.summary.contains(&attempt)
        };
        let Some(finding) = told.finding(since, about_sending)? else {
            return self.teller.end(Outcome::NotHeld, "nothing was found");
        };
        let id = lines::short(finding.id);
        // What was said before is the agent's to tell; the record begins with its start.
        self.teller.say(Who::Person, PROMPT)?;
        self.teller.say(Who::Told, &format!("README.md: {CARRIER}"))?;
        self.teller.say(Who::Person, &format!("$ chaperone why {id}"))?;
        let ran = self.children.run(&mut self.ground.verb(&["why", &id])?)?;
        let page = self.ground.short(&ran.said);
        self.teller.say(Who::Verb, &page)?;
        let tells = page.contains("id_deploy") && page.contains("was refused");
        self.teller.claim(
            tells,
            "from the agent's start over the tool call and the key to the denial, each line an event of the record",
            "the page does not lead from the key to the denial",
        )
    }

    /// The agent is asked, by a model that answers once the agent is held. When that began.
    fn ask_held(&mut self) -> Result<(u64, Talk)> {
        let awaited = Awaited::next(&self.ground)?;
        let since = awaited.since();
        Ok((since, self.ask(Arc::new(move || awaited.wait()))?))
    }

    /// Shows what the record says of the act that was stopped; false where it knows of none.
    fn record(&mut self, since: u64, is: impl Fn(&Judged) -> bool) -> Result<bool> {
        let told = Told::of(&self.ground, &self.children);
        let Some(judged) = told.decision(since, is)? else { return Ok(false) };
        let line = self.ground.short(&lines::judged(&judged, false));
        self.teller.say(Who::Record, &line)?;
        Ok(true)
    }

    /// Whether the attacker has nothing of the key.
    fn nothing_left(&self) -> bool {
        !self.ground.key_is_in(&self.attacker.taken())
    }
}

/// Whether the program that agents ask lies beside this one.
fn hook_is_here() -> bool {
    let own = std::env::current_exe().and_then(std::fs::canonicalize);
    own.is_ok_and(|own| own.with_file_name("chaperone-hook").is_file())
}

fn is_key(object: &Object) -> bool {
    matches!(object, Object::File { path } if path.ends_with("/id_deploy"))
}
