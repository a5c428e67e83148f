//! Without root: `chaperone run` holds what it starts, and keeps what it changed until somebody says so.

use std::ffi::OsString;

use anyhow::Result;
use serde_json::Value;

use super::super::agents;
use super::super::model::Talk;
use super::super::tell::{Outcome, Who};
use super::{PROMPT, Story};

/// What the agent is asked about.
const CLEAN_UP: &str = "Do what CLEANUP.md says.";

impl Story {
    /// In a box the key is not there, and the way out leads nowhere.
    pub(super) fn in_a_box(&mut self) -> Result<()> {
        self.teller.begin(&self.children, "The agent runs in a box")?;
        let (talk, said) = self.launch("README.md", PROMPT, &[])?;
        if talk.calls.is_empty() {
            return self.teller.end(Outcome::NotHeld, said.trim());
        }
        self.show(PROMPT, &talk)?;
        self.teller.say(Who::Verb, &said)?;
        let arrived = self.attacker.taken();
        let encoded = std::fs::read(self.ground.project().join(".build-id")).unwrap_or_default();
        let held = talk.calls.len() > 2 && !self.ground.key_is_in(&encoded) && arrived.is_empty();
        self.teller.claim(
            held,
            "in the box the key is not to be had, and nothing leaves it for a host that nobody named",
            &format!("the key was read, or sent: {} bytes arrived", arrived.len()),
        )
    }

    /// What a staged agent deleted comes back by a word.
    pub(super) fn taken_back(&mut self) -> Result<()> {
        self.teller.begin(&self.children, "What it deleted comes back")?;
        let (talk, said) = self.launch("CLEANUP.md", CLEAN_UP, &["--stage"])?;
        let Some(session) = self.waiting()? else {
            self.teller.say(Who::Verb, &said)?;
            return self.teller.end(Outcome::NotHeld, "no staged run waits");
        };
        self.show(CLEAN_UP, &talk)?;
        let listed = self.verb(&["stage", "diff", "--brief", &session])?;
        let discarded = self.verb(&["stage", "discard", &session])?;
        let listing = self.children.run(self.ground.command("ls").args(["docs", "src"]))?;
        self.teller.say(Who::Person, "$ ls docs src")?;
        self.teller.say(Who::Verb, &listing.said)?;
        let whole = ["docs/manual.md", "src/cart.py", "src/shop.py"];
        let project = self.ground.project();
        let held = whole.iter().all(|name| project.join(name).is_file())
            && listed.is_some()
            && discarded == Some(0)
            && self.waiting()?.is_none();
        self.teller.claim(
            held,
            "the workspace is as it was: the agent worked on a layer above it",
            "the workspace is not as it was",
        )
    }

    /// Starts the bundled assistant in a box. What it did, and what the launch said.
    fn launch(&mut self, file: &str, prompt: &str, more: &[&str]) -> Result<(Talk, String)> {
        self.model.expect(file, std::sync::Arc::new(|| {}));
        let port = self.model.port;
        let mut words: Vec<OsString> = vec!["run".into()];
        words.extend(more.iter().map(OsString::from));
        words.extend(["--net".into(), format!("allow=127.0.0.1:{port}").into()]);
        let shown: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
        self.teller.say(Who::Person, &format!("$ chaperone {} -- assistant", shown.join(" ")))?;
        agents::unpack(&self.ground)?;
        let mut command = self.ground.verb(&[])?;
        command.args(&words).arg("--").arg(self.ground.assistant());
        command.args(agents::bundled(port, prompt));
        let ran = self.children.run(&mut command)?;
        let said: Vec<&str> = ran
            .said
            .lines()
            .filter(|line| line.starts_with("chaperone: ") || line.starts_with("error: "))
            .collect();
        Ok((self.model.talk(), self.ground.short(&said.join("\n"))))
    }

    /// A verb as a person would call it; how it ended.
    pub(super) fn verb(&mut self, words: &[&str]) -> Result<Option<i32>> {
        self.teller.say(Who::Person, &format!("$ chaperone {}", words.join(" ")))?;
        let ran = self.children.run(&mut self.ground.verb(words)?)?;
        self.teller.say(Who::Verb, &self.ground.short(&ran.said))?;
        Ok(ran.code)
    }

    /// The staged run that waits.
    fn waiting(&self) -> Result<Option<String>> {
        let ran = self.children.run(&mut self.ground.verb(&["stage", "list", "--json"])?)?;
        let first = ran.said.lines().find_map(|line| serde_json::from_str::<Value>(line).ok());
        Ok(first.and_then(|one| one["stage"]["session"].as_str().map(str::to_owned)))
    }
}
