//! What may be loaded: what is new or another one stands as somebody said, and waits aside where nobody did.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use event::{AssetChange, Became, Standing, Text, What};
use serde::{Deserialize, Serialize};

use crate::hold::Holding;
use crate::memory::Stamp;
use crate::trust::{self, Trust};

/// The inventory's part of the configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Whether `up` watches what agents load.
    pub watch: bool,
    /// Kinds of which somebody has to trust what is new or changed.
    pub ask: BTreeSet<Text>,
    /// What happens to what nobody trusts yet.
    pub untrusted: Untrusted,
    /// Further folders with projects.
    pub projects: Vec<PathBuf>,
}

/// What happens to what nobody trusts yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Untrusted {
    /// It is reported.
    #[default]
    Report,
    /// It is moved aside, and put back when somebody trusts it.
    Hold,
}

impl Default for Settings {
    fn default() -> Self {
        let ask = ["tool_server", "skill", "hook", "helper", "plugin", "sub_agent"];
        Self {
            watch: true,
            ask: ask.into_iter().map(Text::from).collect(),
            untrusted: Untrusted::Report,
            projects: Vec::new(),
        }
    }
}

/// Says how things stand, and moves aside.
#[derive(Debug)]
pub struct Admission {
    settings: Settings,
    data_dir: PathBuf,
    trust: Trust,
    read: Option<Stamp>,
    holding: Holding,
}

impl Admission {
    /// By the trust store of a data directory.
    pub fn open(settings: Settings, data_dir: &Path) -> Result<Self, trust::Error> {
        let read = Trust::changed(data_dir);
        let trust = Trust::load(data_dir)?;
        let holding = Holding::of(data_dir);
        Ok(Self { settings, data_dir: data_dir.to_owned(), trust, read, holding })
    }

    /// How a change stands; what nobody trusts is moved aside where that is wished. `uid`: whose file it is.
    pub fn judge(&mut self, change: &mut AssetChange, uid: u32) {
        self.refresh();
        change.standing = self.standing(change);
        let hold = self.settings.untrusted == Untrusted::Hold;
        if change.standing != Standing::Untrusted || !hold {
            return;
        }
        match self.holding.hold(&change.asset, uid, change.time_unix_ns) {
            Ok(_) => change.standing = Standing::Held,
            // It stays where it is, and the record says why.
            Err(why) => change.unheld = Some(why.to_string().into()),
        }
    }

    fn standing(&self, change: &AssetChange) -> Standing {
        let asset = &change.asset;
        let loads = !matches!(&asset.what, What::ToolServer(server) if !server.enabled);
        let asked = self.settings.ask.contains(asset.what.kind());
        match change.became {
            Became::Known | Became::Gone => Standing::Unasked,
            _ if !asked || !loads || asset.digest.is_none() => Standing::Unasked,
            _ if self.trust.trusts(asset) => Standing::Trusted,
            _ => Standing::Untrusted,
        }
    }

    /// Takes over what was trusted since. A store that cannot be read trusts nothing new.
    fn refresh(&mut self) {
        let now = Trust::changed(&self.data_dir);
        if now == self.read {
            return;
        }
        self.read = now;
        match Trust::load(&self.data_dir) {
            Ok(trust) => self.trust = trust,
            Err(error) => tracing::error!(%error, "the trust store was not read"),
        }
    }
}
