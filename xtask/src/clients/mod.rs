//! `cargo xtask clients`: official clients of providers ask a scripted provider, once directly and once through the
//! gateway of a real `chaperone up`. What they say it came to must be the same, and so what the provider saw.

mod answers;
mod compare;
mod dialects;
mod litellm;
mod provider;
mod sessions;
mod tools;

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use anyhow::{Context, Result, ensure};

use crate::e2e::daemon::Daemon;
use provider::Provider;

/// Where what is installed from a registry stands, and by which list of ours.
struct Kit {
    name: &'static str,
    list: &'static str,
}

/// Clients in one language: a program of ours that uses them.
struct Language {
    kit: Kit,
    program: &'static str,
    script: &'static str,
}

const LANGUAGES: [Language; 2] = [
    Language {
        kit: Kit { name: "python", list: "python.txt" },
        program: "venv/bin/python",
        script: "client.py",
    },
    Language {
        kit: Kit { name: "node", list: "package-lock.json" },
        program: "node",
        script: "client.mjs",
    },
];

impl Kit {
    /// Its folder; none where it is not installed as the list is now.
    fn place(&self, root: &Path, cache: &Path) -> Option<PathBuf> {
        let place = cache.join("clients").join(self.name);
        let wanted = fs::read(root.join("xtask/clients").join(self.list)).ok()?;
        let there = fs::read(place.join("installed")).ok()?;
        (wanted == there).then_some(place)
    }
}

/// Runs what is installed; true if nothing differs. What is not installed is said and left out.
pub fn run(root: &Path, cache: &Path, chaperone: &Path) -> Result<bool> {
    let mut sound = true;
    let mut ways = Vec::new();
    for language in &LANGUAGES {
        match language.kit.place(root, cache) {
            Some(place) => ways.push(Way::new(language, root, place)?),
            None => skipped(&language.kit),
        }
    }
    if !ways.is_empty() {
        sound &= languages(&ways, chaperone)?;
    }
    sound &= sessions::run(cache, chaperone)?;
    sound &= litellm::run(root, cache, chaperone)?;
    sound &= tools::run(root, cache, chaperone)?;
    Ok(sound)
}

fn skipped(kit: &Kit) {
    println!("{:<16} skipped: not installed\nhint: xtask/setup.sh clients", kit.name);
}

/// The same clients on two ways.
struct Way<'l> {
    language: &'l Language,
    script: PathBuf,
    place: PathBuf,
    direct: Provider,
    behind: Provider,
}

impl<'l> Way<'l> {
    fn new(language: &'l Language, root: &Path, place: PathBuf) -> Result<Self> {
        let mut script = root.join("xtask/clients").join(language.script);
        // Node finds its packages beside the program.
        if language.kit.name == "node" {
            let copy = place.join(language.script);
            fs::copy(&script, &copy)?;
            script = copy;
        }
        Ok(Self { language, script, place, direct: Provider::start()?, behind: Provider::start()? })
    }

    /// What the clients say at this base URL.
    fn said(&self, base: &str) -> Result<String> {
        let program = match self.language.program.contains('/') {
            true => self.place.join(self.language.program),
            false => self.language.program.into(),
        };
        let mut command = Command::new("timeout");
        command.args(["-k", "5", "240"]).arg(program).arg(&self.script).arg(base);
        // Proxies of this machine are none of the clients' business.
        for name in
            ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"]
        {
            command.env_remove(name);
        }
        let output = command.stdin(Stdio::null()).output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        let last: Vec<&str> = said.lines().rev().take(5).collect();
        let name = self.language.kit.name;
        ensure!(output.status.success(), "{name} at {base}: {}: {last:?}", output.status);
        String::from_utf8(output.stdout).context("it says no text")
    }
}

fn languages(ways: &[Way<'_>], chaperone: &Path) -> Result<bool> {
    let behind = ways.iter().map(|way| (way.language.kit.name, way.behind.port));
    let gateway = Gateway::start(chaperone, "languages", &behind.collect::<Vec<_>>(), "")?;
    let both = |way: &Way<'_>| -> Result<(String, String)> {
        let direct = format!("http://127.0.0.1:{}", way.direct.port);
        let through = format!("http://127.0.0.1:{}/{}", gateway.port, way.language.kit.name);
        Ok((way.said(&direct)?, way.said(&through)?))
    };
    let said: Vec<Result<(String, String)>> = thread::scope(|scope| {
        let running: Vec<_> = ways.iter().map(|way| scope.spawn(move || both(way))).collect();
        running.into_iter().map(|it| it.join().expect("a client's thread")).collect()
    });
    let recorded = gateway.end()?;
    let mut sound = true;
    for (way, said) in ways.iter().zip(said) {
        let name = way.language.kit.name;
        let judged = said.and_then(|said| judge(way, &said, &recorded));
        match &judged {
            Ok(told) => println!("{name:<16} ok: {told}"),
            Err(error) => println!("{name:<16} FAILED: {error:#}"),
        }
        sound &= judged.is_ok();
    }
    Ok(sound)
}

fn judge(way: &Way<'_>, (direct, through): &(String, String), recorded: &str) -> Result<String> {
    let cases = compare::cases(direct, through)?;
    let requests = compare::requests(&way.direct.seen(), &way.behind.seen())?;
    let calls = compare::calls(recorded, way.language.kit.name);
    ensure!(calls == requests, "{calls} calls are in the record of {requests}");
    Ok(format!("{cases} cases say the same, {requests} requests are the same, all are told"))
}

/// A `chaperone up` with a gateway, in a folder of its own.
pub(super) struct Gateway {
    pub port: u16,
    pub folder: PathBuf,
    daemon: Daemon,
}

impl Gateway {
    /// With these providers on loopback, and more configuration.
    pub fn start(
        chaperone: &Path,
        name: &str,
        providers: &[(&str, u16)],
        more: &str,
    ) -> Result<Self> {
        let folder =
            std::env::temp_dir().join(format!("chaperone-clients-{}-{name}", std::process::id()));
        fs::create_dir_all(&folder)?;
        // Free until now.
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut text = format!("[gateway]\nlisten = \"127.0.0.1:{port}\"\n{more}");
        for (name, port) in providers {
            text += &format!("[gateway.providers.{name}]\nbase = \"http://127.0.0.1:{port}\"\n");
        }
        let config = folder.join("chaperone.toml");
        fs::write(&config, text)?;
        let daemon = Daemon::with(chaperone, &folder.join("data"), Some(&config))?;
        Ok(Self { port, folder, daemon })
    }

    /// Ends it; what it recorded.
    pub fn end(self) -> Result<String> {
        let recorded = self.daemon.stop_and_list()?;
        fs::remove_dir_all(&self.folder)?;
        Ok(recorded)
    }
}
