//! `chaperone watch`: the record as it grows.

use std::time::Duration;

use anyhow::Result;
use clap::Args;
use event::{Act, Record};
use journal::Reader;

use super::{Common, Exit};
use crate::{lines, out};

const PAUSE: Duration = Duration::from_millis(50);

/// Example: chaperone watch --all
#[derive(Debug, Args)]
pub struct Watch {
    /// Also what is mostly noise: forks, exits, pipes, reads of system libraries.
    #[arg(long)]
    all: bool,
    /// Begin this long ago (`15m`).
    #[arg(long, value_name = "TIME", value_parser = super::events::parse_span)]
    last: Option<u64>,
}

impl Watch {
    pub fn run(self, common: &Common) -> Result<Exit> {
        let dir = common.config()?.data_dir();
        let from = crate::host::now_unix_ns().saturating_sub(self.last.unwrap_or(0));
        let colour = out::coloured();
        let follow = Reader::open(&dir)?.since(from).follow(|| {
            std::thread::sleep(PAUSE);
            true
        });
        if !common.json {
            eprintln!("watching {} (Ctrl-C ends)", dir.display());
        }
        for stored in follow {
            let record = stored?.record;
            if record.time_unix_ns().is_some_and(|time| time < from) || !self.wants(&record) {
                continue;
            }
            if common.json {
                out::json(&record)?;
            } else if let Some(text) = lines::record(&record, colour) {
                out::line(&text)?;
            }
        }
        Ok(Exit::Done)
    }

    fn wants(&self, record: &Record) -> bool {
        let Record::Act(act) = record else { return true };
        self.all || !is_noise(&act.event.act)
    }
}

/// What a person reading along does not want to read.
pub fn is_noise(act: &Act) -> bool {
    match act {
        Act::ProcessClone(_) | Act::ProcessExit(_) | Act::PipeUse(_) | Act::DnsAnswer(_) => true,
        Act::FileOpen(open) => {
            let system =
                ["/usr/lib", "/lib", "/etc/ld.so", "/usr/share", "/proc/", "/sys/", "/dev/"];
            open.access == event::Access::Read
                && system.iter().any(|prefix| open.file.path.starts_with(prefix))
        }
        _ => false,
    }
}
