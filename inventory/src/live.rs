//! The inventory as it changes: a look, then one more whenever something may have changed.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use event::{Asset, AssetChange, Became, Redact, Standing};

use crate::change::{Change, changes};
use crate::join::{Inventory, Unsure};
use crate::look::{Look, look_again};
use crate::memory::Memory;
use crate::product::Products;
use crate::sound::{Soundness, of_asset};
use crate::watch::{Watch, Woken};

/// Watches what exists.
pub struct Live {
    products: Products,
    plan: Look,
    soundness: Soundness,
    redact: Arc<dyn Redact>,
    memory: Memory,
    watch: Watch,
    last: Option<Inventory>,
}

impl Live {
    /// Begins with what was there when somebody looked last; with nothing, everything is known at the first look.
    pub fn new(
        products: Products,
        soundness: Soundness,
        plan: Look,
        redact: Arc<dyn Redact>,
        before: Option<Vec<Asset>>,
    ) -> io::Result<Self> {
        let last = before.map(|assets| Inventory { assets, ..Inventory::default() });
        let (memory, watch) = (Memory::default(), Watch::open()?);
        Ok(Self { products, plan, soundness, redact, memory, watch, last })
    }

    /// Looks, and tells what changed since the last time.
    pub fn look(&mut self) -> Vec<Change> {
        let now = look_again(&self.products, &self.plan, &*self.redact, &mut self.memory);
        self.watch.follow(self.memory.folders.walked());
        let changed = match &self.last {
            Some(last) => changes(last, &now),
            None => now.assets.iter().map(|asset| Change::plain(Became::Known, asset)).collect(),
        };
        self.last = Some(now);
        changed
    }

    /// Waits until another look is worth it, `most` long.
    pub fn wait(&mut self, most: Duration) -> io::Result<Woken> {
        self.watch.wait(&self.products, most)
    }

    /// A change with its time and what is wrong with the thing. How it stands is not said yet.
    pub fn tell(&self, change: Change, time_unix_ns: u64) -> AssetChange {
        let Change { became, asset, digest_before, differs } = change;
        let mut unsure = Vec::new();
        let mut flaws = Vec::new();
        if became != Became::Gone {
            for subject in of_asset(&asset, self.uid_of(&asset.owner), &mut unsure) {
                flaws.extend(self.soundness.judge(&subject, &*self.redact));
            }
        }
        let standing = Standing::Unasked;
        let unheld = None;
        AssetChange { time_unix_ns, became, asset, digest_before, differs, flaws, standing, unheld }
    }

    /// It was moved aside by us: that it is gone is no news.
    pub fn forget(&mut self, asset: &Asset) {
        if let Some(last) = &mut self.last {
            last.assets.retain(|known| known.id != asset.id);
        }
    }

    /// What exists, as the last look saw it.
    pub fn now(&self) -> &Inventory {
        static NOTHING: Inventory =
            Inventory { assets: Vec::new(), unsure: Vec::<Unsure>::new(), entries: 0 };
        self.last.as_ref().unwrap_or(&NOTHING)
    }

    /// Folders that the kernel does not watch for us.
    pub fn unwatched(&self) -> usize {
        self.watch.unwatched()
    }

    /// The account of an owner.
    pub fn uid_of(&self, owner: &str) -> u32 {
        self.plan.uid_of(owner)
    }
}
