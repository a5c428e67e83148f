//! `chaperone watch --lines` and `--json`: one line per record, as it comes.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use event::{Act, Record, Speech};
use journal::Reader;

use super::Exit;
use crate::{lines, out};

const PAUSE: Duration = Duration::from_millis(10);

/// Prints records of `from` and later until stopped.
pub fn run(dir: &Path, from: u64, all: bool, json: bool) -> Result<Exit> {
    let colour = out::coloured();
    crate::verbs::readable(dir)?;
    let follow = Reader::open(dir)?.since(from).follow(|| {
        std::thread::sleep(PAUSE);
        true
    });
    if !json {
        crate::say!("watching {} (Ctrl-C ends)", dir.display());
    }
    for stored in follow {
        let record = stored?.record;
        let noise = matches!(&record, Record::Act(act) if !all && is_noise(&act.event.act));
        if noise || record.time_unix_ns().is_some_and(|time| time < from) {
            continue;
        }
        if json {
            out::json(&record)?;
        } else if let Some(text) = lines::record(&record, colour) {
            out::line(&text)?;
        }
    }
    Ok(Exit::Done)
}

/// What a person reading along does not want to read.
pub fn is_noise(act: &Act) -> bool {
    match act {
        Act::ProcessClone(_) | Act::ProcessExit(_) | Act::PipeUse(_) | Act::DnsAnswer(_) => true,
        Act::FileOpen(open) => {
            let system =
                ["/usr/lib", "/lib", "/etc/ld.so", "/usr/share", "/proc/", "/sys/", "/dev/"];
            let files = ["/dev/null", "/dev/tty", "/etc/locale.alias"];
            files.contains(&&*open.file.path)
                || open.access == event::Access::Read
                    && system.iter().any(|prefix| open.file.path.starts_with(prefix))
        }
        // How much a model was asked says nothing of what was done.
        Act::Utterance(words) => words.speech == Speech::Answer && words.text.is_empty(),
        _ => false,
    }
}
