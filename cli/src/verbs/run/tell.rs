//! What a launch says beside its program, on stderr: how it is held, what was stopped, what waits.

use anyhow::Result;
use event::show::{brief, plain};
use event::{Judged, Reach, SandboxPlan};
use sandbox::launch::{Ended, Report, Way};
use serde_json::{Value, json};

use crate::verbs::Common;
use crate::verbs::stage::Kept;

/// One line that says how it is held.
pub fn held(common: &Common, plan: &SandboxPlan, report: &Report) -> Result<()> {
    if common.json {
        return say(&json!({ "run": {
            "profile": plan.profile,
            "workspace": plan.workspace,
            "way": report.way.name(),
            "landlock": report.landlock,
            "network": plan.network,
            "staging": plan.staging,
            "lacking": report.lacking,
            "instead_of": report.instead_of,
        }}));
    }
    let network = match plan.network {
        Reach::Nothing => "no network",
        Reach::Proxy => "network through the proxy",
        Reach::Everything => "network of the host",
    };
    let landlock = match report.landlock {
        0 => "no Landlock".to_owned(),
        version => format!("Landlock {version}"),
    };
    let way = match report.way {
        Way::Namespaces => format!("namespaces, {landlock}, seccomp"),
        Way::Landlock => format!("{landlock} and seccomp alone"),
    };
    let mut line = format!("chaperone: {} by {way}; {network}", plain(&plan.profile));
    for lacks in &report.lacking {
        line.push_str(&format!("; not held: {}", brief(lacks, 200)));
    }
    for other in &report.instead_of {
        line.push_str(&format!("; not by {}", brief(other, 300)));
    }
    crate::say!("{line}");
    Ok(())
}

/// A line about what the proxy stopped.
pub fn stopped(common: &Common, judged: &Judged) -> Result<()> {
    if common.json {
        return say(&json!({ "stopped": judged }));
    }
    let why = judged.decision.because.first();
    let (policy, reason) = why.map_or(("", ""), |why| (&why.policy, &why.reason));
    let wanted = judged.action.wanted();
    let outcome = judged.outcome.name().replace('_', " ");
    crate::say!(
        "chaperone: {outcome}: {}; {}: {}",
        brief(&wanted, 200),
        plain(policy),
        brief(reason, 200)
    );
    Ok(())
}

/// Lines about names that are there though the plan lets nobody make them.
pub fn appeared(common: &Common, ended: &Ended) -> Result<()> {
    for path in &ended.appeared {
        let path = path.to_string_lossy();
        if common.json {
            say(&json!({ "appeared": { "path": path } }))?;
        } else {
            crate::say!(
                "chaperone: {} was made, which the profile would not have changed; look at it before you trust it",
                brief(&path, 300)
            );
        }
    }
    Ok(())
}

/// What waits, if anything does.
pub fn staged(kept: Kept) -> Result<()> {
    let changes = sandbox::stage::changes(&kept.staged()).map(|changes| changes.len());
    match changes {
        Ok(0) => kept.forget(),
        Ok(count) => {
            let name = plain(&kept.name);
            crate::say!("chaperone: {count} changes wait: `chaperone stage diff {name}`");
            Ok(())
        }
        Err(error) => {
            let error = error.to_string();
            crate::say!("chaperone: what was changed cannot be read: {}", plain(&error));
            Ok(())
        }
    }
}

fn say(value: &Value) -> Result<()> {
    crate::say!("{}", event::show::json(&serde_json::to_string(value)?));
    Ok(())
}
