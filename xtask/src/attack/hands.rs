//! What an agent can do to Chaperone by its account's rights: as another account nothing, as root some, and that is found.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use super::daemon::Daemon;
use super::death::{self, Agent, METADATA, REFUSED};
use super::ground::{Ground, until};

const NOBODY: u32 = 65534;

/// One try: what the agent is told, and what the record must show of it where the system lets it happen.
struct Try {
    name: &'static str,
    what: String,
    shown: fn(&Value) -> bool,
}

fn tries(ground: &Ground, daemon: u32, pin: &str) -> Vec<Try> {
    let act = |name, what: String, shown| Try { name, what, shown };
    let data = ground.data();
    let file = |name: &str| data.join(name).display().to_string();
    vec![
        act("attaches to it", format!("attach {daemon}"), |act| act.get("ptrace").is_some()),
        act("stops it", format!("kill {daemon} 19"), |act| act["signal"]["what"] == 19),
        act("removes its pins", format!("remove {pin}"), |act| {
            act["file_unlink"]["path"].as_str().is_some_and(|it| it.contains("/bpf/"))
        }),
        act("writes beside its record", format!("append {}", file("planted")), |act| {
            act["file_create"]["file"]["path"].as_str().is_some_and(|it| it.ends_with("planted"))
        }),
        act(
            "changes its configuration",
            format!("append {}", data.with_extension("toml").display()),
            |act| act["file_open"]["file"]["path"].as_str().is_some_and(|it| it.ends_with(".toml")),
        ),
    ]
}

pub fn laid_on(ground: &Ground) -> Result<String> {
    let daemon = Daemon::guarded(&ground.chaperone, &ground.data())?;
    // For another account to be able to start it at all.
    ensure!(fs::metadata(&ground.agent)?.permissions().mode() & 0o005 == 0o005, "not for others");
    let mut root = Agent::start(ground)?;
    root.until_refused(METADATA)?;
    let pin = death::runs(ground)?.pop().context("nothing is pinned")?.join("judge_connect4");
    let pin = pin.display().to_string();
    let mut other = Agent::of_account(ground, NOBODY)?;
    let (mut refused, mut seen) = (Vec::new(), Vec::new());
    for one in tries(ground, daemon.pid(), &pin) {
        let said = other.told(&one.what)?;
        ensure!(said == REFUSED || said == "13", "{} as another account: {said}", one.name);
        refused.push(one.name);
    }
    for one in tries(ground, daemon.pid(), &pin) {
        let said = root.told(&one.what)?;
        if said == REFUSED {
            refused.push(one.name);
            continue;
        }
        ensure!(said == "done", "{} as root: {said}", one.name);
        if one.name == "stops it" {
            // Nobody reads while it stands still.
            Command::new("kill").args(["-CONT", &daemon.pid().to_string()]).status()?;
        }
        daemon.see(one.name, |act| {
            act["process"]["id"]["pid"] == root.pid() && (one.shown)(&act["event"]["act"])
                || act["event"]["process"]["pid"] == root.pid() && (one.shown)(&act["event"]["act"])
        })?;
        seen.push(one.name);
    }
    root.must_be_refused(METADATA, "when all of that was done")?;
    let wanted = ["to Chaperone itself", "/sys/fs/bpf/chaperone"];
    until("findings of it", || {
        let found = death::chaperone(ground, &["findings"])?;
        let found = String::from_utf8_lossy(&found.stdout).into_owned();
        Ok(wanted.iter().all(|it| found.contains(it)).then_some(()))
    })?;
    drop((root, other));
    daemon.stop()?;
    ensure!(death::runs(ground)?.is_empty(), "pins stay");
    if seen.is_empty() {
        bail!("nothing was possible, or nothing seen");
    }
    Ok(format!(
        "another account: all {} refused; root: {} recorded ({}); held on",
        refused.len(),
        seen.len(),
        seen.join(", ")
    ))
}
