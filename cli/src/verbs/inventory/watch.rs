//! `chaperone inventory watch`: what comes, changes and goes, as it does, without a record.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Result;
use clap::Args;
use event::{AssetId, Became, Record};

use super::Where;
use crate::verbs::up::stop_flag;
use crate::verbs::{Common, Exit};
use crate::worker::{Heard, Hearer};
use crate::{lines, out};

#[derive(Debug, Args)]
pub struct WatchVerb {
    #[command(flatten)]
    place: Where,
}

impl WatchVerb {
    pub fn run(self, common: &Common) -> Result<Exit> {
        let mut printer = Printer { stop: stop_flag()?, json: common.json, looks: 0, failed: None };
        self.place.live(None, &mut printer)?;
        printer.failed.map_or(Ok(Exit::Done), Err)
    }
}

struct Printer {
    stop: Arc<AtomicBool>,
    json: bool,
    looks: u64,
    failed: Option<anyhow::Error>,
}

impl Hearer for Printer {
    fn goes_on(&self) -> bool {
        self.failed.is_none() && !self.stop.load(Ordering::Relaxed)
    }

    fn hear(&mut self, heard: Heard) -> Vec<AssetId> {
        self.looks += 1;
        if self.looks == 1 {
            crate::say!("{} things are here; Ctrl-C ends", heard.there);
            if heard.unwatched > 0 {
                crate::say!(
                    "{} folders are looked at every 2 s only\nhint: raise fs.inotify.max_user_watches",
                    heard.unwatched
                );
            }
        }
        for change in heard.changes.into_iter().filter(|it| it.became != Became::Known) {
            let record = Record::Asset(Box::new(change));
            let said = match lines::record(&record, out::coloured()) {
                _ if self.json => out::json(&record),
                Some(line) => out::line(&line).map_err(Into::into),
                None => Ok(()),
            };
            self.failed = self.failed.take().or(said.err());
        }
        Vec::new()
    }
}
