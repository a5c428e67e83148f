//! Units and crontabs that were found: those that start a program of the tables are told.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use event::{Service, Starter, Text, What};

use super::Looking;
use crate::discover::Home;
use crate::join::Origin;
use crate::moved;
use crate::read::{self, Content, MAX_WORDING, Why};
use crate::services::{self, OfHost, Piece, Scope};

/// A command that something starts.
struct Start<'a> {
    starter: Starter,
    /// What it is called there.
    name: &'a str,
    line: u32,
    command: &'a str,
    when: String,
    account: &'a str,
    /// Variables it is given, `NAME=value`.
    variables: &'a [String],
    /// Addresses beyond this host at which somebody listens for it.
    sockets: &'a [String],
}

impl Looking<'_> {
    pub(super) fn unit(&mut self, path: &Path, begin: &Path) {
        match as_owner(path) {
            Ok(content) => self.units.add(Piece {
                path: path.to_owned(),
                begin: begin.to_owned(),
                text: content.text().into_owned(),
            }),
            // A masked unit leads to a device.
            Err(Why::Kind(_)) => {}
            Err(why) => self.builder.unsure(path, why.to_string()),
        }
    }

    /// What the units of a home or the host start; folders that their variables name come back.
    pub(super) fn services(&mut self, home: &Home) -> Vec<(Text, PathBuf)> {
        let mut moved = Vec::new();
        for service in std::mem::take(&mut self.units).services() {
            let variables = service.variables.iter().filter_map(|it| it.split_once('='));
            moved.extend(variables.filter_map(|(name, value)| {
                let path = moved::value_of(value, &home.path)?;
                Some((Text::from(name), path))
            }));
            let account = match (&service.account, service.scope) {
                (Some(account), _) => account.as_str(),
                (None, Scope::System) => "root",
                (None, Scope::User) => &home.owner,
            };
            for command in &service.commands {
                self.start_of(
                    home,
                    &service.path,
                    Start {
                        starter: Starter::Systemd,
                        name: &service.name,
                        line: service.line,
                        command,
                        when: service.when.join(", "),
                        account,
                        variables: &service.variables,
                        sockets: &service.listens,
                    },
                );
            }
        }
        moved
    }

    /// What cron would read of a file called `name`; nothing of what an editor or a package left over.
    fn of_cron(&mut self, path: &Path, name: &str) -> Option<Content> {
        if services::is_left_over(name) {
            return None;
        }
        match as_owner(path) {
            Ok(content) => Some(content),
            Err(why) => {
                self.builder.unsure(path, why.to_string());
                None
            }
        }
    }

    pub(super) fn crontab(&mut self, home: &Home, path: &Path, of_host: OfHost) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let Some(content) = self.of_cron(path, &name) else { return };
        for line in services::crontab(&content.text(), of_host) {
            self.start_of(
                home,
                path,
                Start {
                    starter: Starter::Cron,
                    name: "",
                    line: line.at,
                    command: &line.command,
                    when: line.when,
                    // An account's own crontab is called like it.
                    account: line.account.unwrap_or(&name),
                    variables: &[],
                    sockets: &[],
                },
            );
        }
    }

    pub(super) fn cron_script(&mut self, home: &Home, path: &Path) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let Some(content) = self.of_cron(path, &name) else { return };
        let folder = path.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy();
        let when = folder.strip_prefix("cron.").unwrap_or(&folder);
        for (line, command) in services::script(&content.text()) {
            self.start_of(
                home,
                path,
                Start {
                    starter: Starter::Cron,
                    name: &name,
                    line,
                    command,
                    when: when.to_owned(),
                    account: "root",
                    variables: &[],
                    sockets: &[],
                },
            );
        }
    }

    fn start_of(&mut self, home: &Home, path: &Path, start: Start<'_>) {
        let Some(started) = services::started(self.products.programs(), start.command) else {
            return;
        };
        let mut bypasses = started.bypasses;
        let given =
            started.program.bypass.iter().filter(|it| start.variables.iter().any(|v| **v == ***it));
        bypasses.extend(given.cloned());
        let is_key = |variable: &&String| {
            let name = variable.split('=').next().unwrap_or_default();
            self.products.model_keys.iter().any(|key| **key == *name)
        };
        let keys = start.variables.iter().filter(is_key);
        let keys = keys.filter_map(|it| it.split('=').next().map(Text::from)).collect();
        let service = Service {
            starter: start.starter,
            role: started.program.is,
            program: started.program.id.clone(),
            runs: self.without_secrets(start.command),
            when: start.when.as_str().into(),
            account: start.account.into(),
            bypasses,
            keys,
            listens: listens(&start)
                .or_else(|| start.sockets.first().map(|it| format!("ListenStream={it}").into())),
            guard: guard(&started.program.guards, &start),
        };
        // The owner of a crontab of his own is who it is called after.
        let owner: Text = match start.starter {
            Starter::Cron if !start.account.is_empty() && start.name.is_empty() => {
                start.account.into()
            }
            _ => home.owner.clone(),
        };
        let key: Text = format!("{} {} {}", start.name, start.line, service.runs).into();
        let origin = Origin { owner: &owner, project: None, path };
        let name: Text =
            if start.name.is_empty() { started.program.name.clone() } else { start.name.into() };
        let what = What::Service(service);
        let asset = self.builder.asset(&started.program.id, origin, start.line, &key, what);
        asset.name = name;
        asset.digest = Some(blake3::hash(start.command.as_bytes()).to_hex().as_str().into());
    }

    fn without_secrets(&self, command: &str) -> Text {
        let mut words: Vec<Text> = command.split_whitespace().map(Text::from).collect();
        self.redact.argv(&mut words);
        let joined = words.join(" ");
        self.redact.text(&joined).unwrap_or_else(|| joined.into())
    }
}

/// The word that lets a server listen at every address of the host.
fn listens(start: &Start<'_>) -> Option<Text> {
    let words = start.command.split_whitespace().chain(start.variables.iter().map(String::as_str));
    let mut before = "";
    for word in words {
        let value = word.rsplit('=').next().unwrap_or(word).trim_matches(['"', '\'']);
        let value = value.strip_prefix("http://").unwrap_or(value);
        let every = ["0.0.0.0", "[::]", "::"].iter().any(|it| {
            value.strip_prefix(it).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
        });
        if every {
            let option = before.starts_with("--") && !word.contains('=');
            return Some(if option { format!("{before} {word}").into() } else { word.into() });
        }
        before = word;
    }
    None
}

/// The word that makes a server ask callers for a key.
fn guard(guards: &[Text], start: &Start<'_>) -> Option<Text> {
    let words = start.command.split_whitespace().chain(start.variables.iter().map(String::as_str));
    let mut names = words.map(|word| word.split('=').next().unwrap_or(word));
    names.find_map(|name| guards.iter().find(|guard| ***guard == *name)).cloned()
}

/// Files of the host that belong to an account are read as that account could.
fn as_owner(path: &Path) -> Result<Content, Why> {
    let uid = fs::symlink_metadata(path).map_or(0, |meta| meta.uid());
    read::file(path, uid, MAX_WORDING)
}
