//! `chaperone status`: is `up` at work here, and how is it doing.

use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result};
use clap::Args;
use event::show::brief;

use super::{Common, Exit};
use crate::config::Config;
use crate::lines::stamp;
use crate::numbers::{bytes, span, thousands};
use crate::out::{self, Colour, Words};
use crate::status::Status;

#[derive(Debug, Args)]
pub struct StatusVerb {}

/// What is known of the one who records here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
enum Life {
    /// It has spoken a moment ago.
    Runs,
    /// It has not spoken for a while, and is there.
    Silent,
    /// It was there and ended without a word: killed, or the host went down.
    Died,
    /// Nobody is there.
    Absent,
}

impl StatusVerb {
    pub fn run(self, common: &Common) -> Result<Exit> {
        let config = common.config()?;
        let dir = config.data_dir();
        let status = match Status::read(&dir) {
            Err(error) if error.kind() == ErrorKind::PermissionDenied => {
                return super::readable(&dir).map(|()| Exit::NotAllowed);
            }
            other => {
                other.with_context(|| format!("cannot read the status in {}", dir.display()))?
            }
        };
        let now = crate::host::now_unix_ns();
        let life = life(status.as_ref(), now);
        if common.json {
            let status = status.unwrap_or_default();
            out::json(&serde_json::json!({ "up": life, "data_dir": dir, "status": status }))?;
        } else {
            let on = out::coloured();
            let mut lines = tell(life, status.as_ref(), &dir, now);
            if life == Life::Died {
                lines.splice(1..1, held_on(&config));
            }
            lines.iter().try_for_each(|words| out::line(&words.paint(on)))?;
        }
        Ok(if life == Life::Runs { Exit::Done } else { Exit::NotFound })
    }
}

/// What outlives an `up` that has died.
fn held_on(config: &Config) -> Option<Words> {
    let outlive = config.outlive();
    let any = sensor::pins::runs(&outlive.place).is_ok_and(|runs| !runs.is_empty());
    any.then(|| {
        let minutes = config.guard.outlives_minutes;
        let words = format!(
            "what sessions were refused is refused on, for {minutes} minutes from its end; `chaperone disarm` ends that"
        );
        fact("", Words::plain(words))
    })
}

fn life(status: Option<&Status>, now: u64) -> Life {
    match status {
        None => Life::Absent,
        // Others may not be allowed to see its process.
        Some(status) if crate::host::is_root() && !status.is_there() => Life::Died,
        Some(status) if status.is_fresh(now) => Life::Runs,
        Some(status) if status.is_there() => Life::Silent,
        Some(_) => Life::Died,
    }
}

fn fact(name: &str, words: Words) -> Words {
    let mut line = Words::default().with(format!("{name:<9} "), Colour::Dim);
    line.0.extend(words.0);
    line
}

fn tell(life: Life, status: Option<&Status>, dir: &Path, now: u64) -> Vec<Words> {
    let place = dir.display();
    let Some(status) = status else {
        let words = Words::default().with("does not run", Colour::Yellow);
        let hint = "hint: `sudo chaperone up` starts it; a service: `systemctl start chaperone`";
        return vec![
            fact("up", words.and(format!(", no record grows in {place}"))),
            Words::plain(hint),
        ];
    };
    let ago = |time: u64| span(now.saturating_sub(time));
    let spoke = ago(status.heard_unix_ns());
    let since = stamp(status.started_unix_ns);
    let who = format!(", pid {}, version {}", status.pid, brief(&status.version, 20));
    let up = Words::default();
    let up = match life {
        Life::Runs => up
            .with("runs", Colour::Green)
            .and(format!(" since {since} ({}){who}", ago(status.started_unix_ns))),
        Life::Silent => up.with("does not answer", Colour::Red).and(format!(" for {spoke}{who}")),
        Life::Died | Life::Absent => up
            .with("has died", Colour::Red)
            .and(format!(": it ran from {since}, was last heard of {spoke} ago{who}")),
    };
    let mut lines = vec![fact("up", up), fact("host", Words::plain(brief(&status.host, 64)))];
    lines.extend(sensor(status));
    lines.extend(status.plaintext.as_ref().map(|it| fact("tls", plaintext(it))));
    lines.push(fact("lost", lost(status)));
    lines.push(fact("waiting", waiting(status)));
    let mut rules = Words::plain(format!("{} at work", status.rules));
    if status.rules_refused > 0 {
        rules = rules.with(format!(", {} refused", status.rules_refused), Colour::Yellow);
    }
    lines.push(fact("rules", rules));
    let record = format!("{} in {place}", bytes(status.record_bytes));
    lines.push(fact("record", Words::plain(record)));
    if let Some(trouble) = &status.disk_trouble {
        lines.push(fact("", Words::default().with(brief(trouble, 200), Colour::Red)));
    }
    lines.extend(outlets(status));
    lines.push(fact("uses", uses(status)));
    lines
}

fn sensor(status: &Status) -> Vec<Words> {
    let source = match (status.source.as_str(), status.unseen.len()) {
        ("procfs", _) => Words::default().with("procfs, polled (tier C)", Colour::Yellow),
        (name, 0) => Words::plain(format!("{name}, everything is seen")),
        (name, _) => Words::plain(name.to_owned()),
    };
    let mut lines = vec![fact("sensor", source)];
    let unseen = |one: &String| {
        fact("", Words::default().with(format!("not seen: {}", brief(one, 200)), Colour::Yellow))
    };
    lines.extend(status.unseen.iter().map(unseen));
    lines.push(fact(
        "events",
        Words::plain(format!(
            "{:.0} per second; {} since the start, and {} folded into them",
            status.events_per_s,
            thousands(status.events),
            thousands(status.folded)
        )),
    ));
    lines
}

fn plaintext(it: &crate::status::Plaintext) -> Words {
    if let Some(why) = &it.trouble {
        let text = format!("no plain text is heard: {}", brief(why, 160));
        return Words::default().with(text, Colour::Yellow);
    }
    let words = Words::plain(format!(
        "plain text of {} processes is heard, {} calls of models",
        it.processes.len(),
        thousands(it.calls)
    ));
    let lacks = [
        (it.bytes_left_out, "bytes not taken"),
        (it.unread, "calls not read"),
        (it.let_go, "connections let go"),
        (it.other, "connections in HTTP/2"),
        (it.refused, "times too many processes"),
    ];
    let lacks = lacks.into_iter().filter(|(count, _)| *count > 0);
    let lacks: Vec<String> =
        lacks.map(|(count, what)| format!("{} {what}", thousands(count))).collect();
    match lacks.as_slice() {
        [] => words,
        lacks => words.with(format!("; {}", lacks.join(", ")), Colour::Yellow),
    }
}

fn lost(status: &Status) -> Words {
    if status.lost() == 0 {
        return Words::default().with("0", Colour::Green);
    }
    let causes: Vec<String> = status
        .losses
        .iter()
        .map(|(cause, count)| format!("{} {}", brief(cause, 40), thousands(*count)))
        .collect();
    Words::default()
        .with(format!("{} events", thousands(status.lost())), Colour::Red)
        .and(format!(": {}", causes.join(", ")))
}

fn waiting(status: &Status) -> Words {
    let mut words = Words::default();
    for (at, lane) in status.lanes.iter().enumerate() {
        let text = format!(
            "{}{} {} of {}",
            if at > 0 { ", " } else { "" },
            brief(&lane.name, 20),
            lane.waiting,
            lane.room
        );
        let full = lane.waiting * 2 > lane.room;
        words = if full { words.with(text, Colour::Yellow) } else { words.and(text) };
    }
    if status.shed > 0 {
        words = words.and(format!("; the console missed {} records", thousands(status.shed)));
    }
    words
}

fn outlets(status: &Status) -> Vec<Words> {
    let outlet = |one: &crate::status::Outlet| {
        let text = format!(
            "{}: {} behind, {} delivered, {} refused",
            brief(&one.name, 60),
            thousands(one.behind),
            thousands(one.delivered),
            thousands(one.refused)
        );
        let words = Words::plain(text);
        fact(
            "outlet",
            match &one.trouble {
                Some(trouble) => words.with(format!(" ({})", brief(trouble, 160)), Colour::Yellow),
                None => words,
            },
        )
    };
    status.outlets.iter().map(outlet).collect()
}

fn uses(status: &Status) -> Words {
    let budget = &status.budget;
    let limit = |limit: u32, unit: &str| match limit {
        0 => "no budget".to_owned(),
        limit => format!("budget {limit}{unit}"),
    };
    let part = |what: &str, text: String| {
        let over = status.over_budget.iter().any(|one| one == what);
        (text, over.then_some(Colour::Yellow))
    };
    let cpu = limit(budget.cpu_percent, "%");
    let memory = limit(budget.memory_mib, " MiB");
    Words(vec![
        part("cpu", format!("{:.1}% of a processor ({cpu})", status.cpu_percent)),
        (", ".into(), None),
        part("memory", format!("{:.0} MiB of memory ({memory})", status.memory_mib)),
    ])
}
