//! The launcher's side where there are no namespaces: Landlock and seccomp, and this side is asked about what they cannot
//! say.

use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::{env, io};

use event::{FileAccess, Grant, Reach, Text};

use super::asked::{self, Judge};
use super::inside::{self, Alone, Prepared};
use super::outside::{self, Came};
use super::settled::Settled;
use super::siblings::{self, Mixed, Rules};
use super::{Doors, Error, Lacking, Launch, Report, Way, places};

/// A folder for what is temporary, where the host's cannot be covered.
#[derive(Debug)]
pub struct OwnFolder(PathBuf);

impl OwnFolder {
    fn make() -> io::Result<Self> {
        use std::os::unix::fs::DirBuilderExt;
        let name = format!("chaperone-run-{}", std::process::id());
        let path = std::fs::canonicalize(env::temp_dir())?.join(name);
        std::fs::DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Self(path))
    }
}

impl Drop for OwnFolder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Launch {
    /// By Landlock and seccomp, asking where a host lets one ask.
    pub(super) fn alone(&self, settled: &mut Settled) -> Result<Came, Error> {
        if self.layer.is_some() {
            return Ok(Came::Unavailable("a layer needs a mount namespace".into()));
        }
        let own = OwnFolder::make()?;
        let path = Text::from(&*own.0.to_string_lossy());
        let grant = Grant { path, access: FileAccess::Change, because: "temporary files".into() };
        settled.plan.grants.push(grant);
        let door = match settled.plan.network {
            Reach::Proxy => Some(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?),
            Reach::Nothing | Reach::Everything => None,
        };
        let port = door.as_ref().and_then(|door| Some(door.local_addr().ok()?.port()));
        let mut came = self.alone_by(Mixed::Asked, settled, &own, port)?;
        if let Came::Unavailable(why) = &came {
            let why = why.clone();
            came = self.alone_by(Mixed::Changed, settled, &own, port)?;
            match &mut came {
                Came::Ready(ready) => ready.report.lacking.insert(0, why),
                Came::Unavailable(also) if *also != why => *also = format!("{why}; {also}"),
                Came::Unavailable(_) => {}
            }
        }
        match &mut came {
            Came::Ready(ready) => {
                ready.doors = door.map(|proxy| Doors { proxy, names: None, plain: Vec::new() });
                ready.variables = vec![("TMPDIR".into(), own.0.clone().into())];
                ready.running.own = Some(own);
            }
            Came::Unavailable(_) => drop(settled.plan.grants.pop()),
        }
        Ok(came)
    }

    fn alone_by(
        &self,
        mixed: Mixed,
        settled: &mut Settled,
        own: &OwnFolder,
        proxy: Option<u16>,
    ) -> Result<Came, Error> {
        let places = places::of(&settled.plan);
        let absent = settled.held.absent();
        let rules = siblings::rules(&places, &absent, mixed);
        if !rules.lacking.is_empty() && self.lacking == Lacking::Refuse {
            let some: Vec<&str> = rules.lacking.iter().take(5).map(String::as_str).collect();
            return Ok(Came::Unavailable(format!(
                "Landlock cannot keep {} from changes below a folder that may be changed (`--weaker` accepts that)",
                some.join(", ")
            )));
        }
        let judged = proxy.filter(|_| asked::can_connect());
        let judge = (mixed == Mixed::Asked)
            .then(|| Judge::new(&settled.plan, &absent, &rules.asked, judged));
        let lacks = lacking(&rules, judge.as_ref(), proxy);
        let prepared = Prepared::of(self, &settled.plan, &places);
        let how = Alone { rules: &rules, proxy, judge, own: &own.0 };
        let inside = |talk: &_, mask| inside::alone(&prepared.with(mask), &how, talk);
        match outside::begin(0, inside)? {
            Ok(child) => {
                child.until_ready(Way::Landlock, &mut settled.held, |report: &mut Report| {
                    report.lacking = lacks;
                    if report.landlock < 6 {
                        report.lacking.push("signals to other processes of this account".into());
                    }
                })
            }
            Err(why) => Ok(Came::Unavailable(why)),
        }
    }
}

/// What this way does not hold.
fn lacking(rules: &Rules, judge: Option<&Judge>, proxy: Option<u16>) -> Vec<String> {
    let mut lacking: Vec<String> =
        rules.lacking.iter().map(|place| format!("{place} may be changed")).collect();
    lacking.push("processes of this host are listed".into());
    let beside = "nothing new can be made directly in a folder around a hidden place";
    lacking.push(beside.into());
    if judge.is_none() {
        let metadata = "permissions, owners and times of this account's files may be changed";
        lacking.push(metadata.into());
    }
    if proxy.is_some() && judge.is_none_or(|judge| judge.proxy.is_none()) {
        lacking.push("other hosts may be connected to at the number of the proxy's port".into());
    }
    lacking
}
