//! `chaperone inventory watch`: what comes, changes and goes, as it does, without a record.

use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::Result;
use clap::Args;
use event::{Became, Record};

use super::Where;
use crate::host::now_unix_ns;
use crate::stages::redactor;
use crate::verbs::up::stop_flag;
use crate::verbs::{Common, Exit};
use crate::{lines, out};

#[derive(Debug, Args)]
pub struct WatchVerb {
    #[command(flatten)]
    place: Where,
}

/// How soon it sees that it shall end.
const ROUND: Duration = Duration::from_millis(500);

impl WatchVerb {
    pub fn run(self, common: &Common) -> Result<Exit> {
        let stop = stop_flag()?;
        let mut live = self.place.live(redactor(None)?, None)?;
        let colour = out::coloured();
        let mut first = true;
        while !stop.load(Ordering::Relaxed) {
            for change in live.look() {
                if change.became == Became::Known {
                    continue;
                }
                let change = live.tell(change, now_unix_ns());
                let record = Record::Asset(Box::new(change));
                match lines::record(&record, colour) {
                    _ if common.json => out::json(&record)?,
                    Some(line) => out::line(&line)?,
                    None => {}
                }
            }
            if first {
                first = false;
                crate::say!("{} things are here; Ctrl-C ends", live.now().assets.len());
                if live.unwatched() > 0 {
                    crate::say!(
                        "{} folders are looked at every 2 s only\nhint: raise fs.inotify.max_user_watches",
                        live.unwatched()
                    );
                }
            }
            while !stop.load(Ordering::Relaxed)
                && live.wait(ROUND)? == inventory::watch::Woken::Nothing
            {}
        }
        Ok(Exit::Done)
    }
}
