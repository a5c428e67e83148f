//! The thread that tells people of new questions where they are: their desktop, a webhook, the terminal that the agent
//! was started at. What cannot be told is logged; the question waits all the same.

use std::io::{Read, Write};
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use event::Text;
use event::show::brief;
use journal::outlet::Webhook;
use serde_json::json;

use crate::accounts;
use crate::config::{Config, Way};
use crate::notice::{Notice, terminal};

/// Questions that may wait to be told.
const WAITING: usize = 64;
/// The longest that a desktop may take.
const PATIENCE: Duration = Duration::from_secs(5);
const MINUTE: Duration = Duration::from_secs(60);

/// A new question, and whose.
pub struct News {
    pub notice: Notice,
    /// The account whose agent asks.
    pub owner: Text,
    /// The process that asks.
    pub pid: Option<u32>,
}

/// Starts the thread, where somebody is to be told.
pub fn start(config: &Config) -> Result<Option<SyncSender<News>>> {
    let approvals = &config.approvals;
    if approvals.notify.is_empty() && approvals.webhook.is_none() {
        return Ok(None);
    }
    let webhook = approvals.webhook.as_ref().map(|name| webhook(name, config)).transpose()?;
    let teller = Teller {
        ways: approvals.notify.clone(),
        webhook,
        shown: Duration::from_secs(approvals.wait_s),
        pace: Pace::new(approvals.notify_per_minute),
    };
    let (news, came) = sync_channel(WAITING);
    thread::Builder::new().name("notices".into()).spawn(move || teller.run(&came))?;
    Ok(Some(news))
}

fn webhook(name: &str, config: &Config) -> Result<Webhook> {
    let settings = config.journal.outlets.webhook.get(name).ok_or_else(|| {
        anyhow!(
            "`approvals.webhook` names `{name}`, and there is no such outlet\nhint: write `[journal.outlets.webhook.{name}]` with its `url` and `secret_file`"
        )
    })?;
    Ok(Webhook::open(name, settings)?)
}

/// So many a minute; what is beyond is counted and told with the next.
struct Pace {
    most: u32,
    began: Instant,
    told: u32,
    untold: u32,
}

impl Pace {
    fn new(most: u32) -> Self {
        Self { most, began: Instant::now(), told: 0, untold: 0 }
    }

    /// How many were not told since the last that was; none where this one is not told either.
    fn next(&mut self, now: Instant) -> Option<u32> {
        if now.duration_since(self.began) >= MINUTE {
            (self.began, self.told) = (now, 0);
        }
        if self.told >= self.most {
            self.untold += 1;
            return None;
        }
        self.told += 1;
        Some(std::mem::take(&mut self.untold))
    }
}

struct Teller {
    ways: Vec<Way>,
    webhook: Option<Webhook>,
    shown: Duration,
    pace: Pace,
}

impl Teller {
    fn run(mut self, came: &Receiver<News>) {
        for mut news in came {
            let Some(untold) = self.pace.next(Instant::now()) else { continue };
            news.notice.untold = untold;
            for way in self.ways.clone() {
                let told = match way {
                    Way::Desktop => self.desktop(&news),
                    Way::Terminal => at_terminal(&news),
                };
                if let Err(error) = told {
                    let (error, id) = (format!("{error:#}"), &news.notice.id);
                    tracing::warn!(id, way = way.name(), error, "a question is not told");
                }
            }
            if let Some(webhook) = &self.webhook {
                let body = json!({ "type": "approval.asked", "question": &news.notice });
                if let Err(error) = webhook.tell(&news.notice.id, &body.to_string()) {
                    tracing::warn!(id = news.notice.id, error, "a question is not told by webhook");
                }
            }
        }
    }

    /// In a process of the owner: nobody else is heard by the bus, and what it answers is theirs.
    fn desktop(&self, news: &News) -> Result<()> {
        let uid = uid(&news.owner)?;
        let Some(bus) = bus(uid, Path::new("/run/user")) else { return Ok(()) };
        let shown = i32::try_from(self.shown.as_millis()).unwrap_or(i32::MAX);
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("notify").arg(bus).arg(shown.to_string()).env_clear();
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        if rustix::process::geteuid().is_root() && uid != 0 {
            let gid = accounts::group_of(uid).context("the account has no group")?;
            command.uid(uid).gid(gid).current_dir("/");
        }
        let mut child = command.spawn().context("cannot start the one who tells")?;
        if let Some(mut input) = child.stdin.take() {
            input.write_all(&serde_json::to_vec(&news.notice)?)?;
        }
        finish(child)
    }
}

fn at_terminal(news: &News) -> Result<()> {
    let Some(pid) = news.pid else { return Ok(()) };
    Ok(terminal::tell(pid, uid(&news.owner)?, &news.notice)?)
}

fn uid(owner: &str) -> Result<u32> {
    let known = accounts::uid_of(owner).or_else(|| owner.parse().ok());
    known.with_context(|| format!("there is no account `{}`", brief(owner, 40)))
}

/// The session bus of an account that is logged in at a desktop.
fn bus(uid: u32, folders: &Path) -> Option<PathBuf> {
    let bus = folders.join(uid.to_string()).join("bus");
    let about = std::fs::symlink_metadata(&bus).ok()?;
    (about.file_type().is_socket() && about.uid() == uid).then_some(bus)
}

fn finish(mut child: Child) -> Result<()> {
    let began = Instant::now();
    loop {
        match child.try_wait()? {
            Some(status) if status.success() => return Ok(()),
            Some(_) => {
                let mut why = String::new();
                if let Some(said) = child.stderr.take() {
                    said.take(4096).read_to_string(&mut why)?;
                }
                bail!("the desktop did not take it: {}", brief(why.trim(), 200));
            }
            None if began.elapsed() > PATIENCE => {
                child.kill()?;
                child.wait()?;
                bail!("the desktop did not answer");
            }
            None => thread::sleep(Duration::from_millis(20)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_are_told_than_people_bear_and_the_rest_is_counted() {
        let mut pace = Pace::new(2);
        let began = pace.began;
        let mut check = |seconds: u64, expect: Option<u32>| {
            assert_eq!(pace.next(began + Duration::from_secs(seconds)), expect, "{seconds}");
        };
        check(0, Some(0));
        check(1, Some(0));
        check(2, None);
        check(59, None);
        check(60, Some(2));
        check(61, Some(0));
        check(62, None);
        check(200, Some(1));
    }

    #[test]
    fn a_bus_is_a_socket_of_its_owner() {
        let home = tempfile::tempdir().expect("a folder");
        let uid = rustix::process::getuid().as_raw();
        let dir = home.path().join(uid.to_string());
        std::fs::create_dir(&dir).expect("made");
        assert_eq!(bus(uid, home.path()), None);
        std::fs::write(dir.join("bus"), "").expect("written");
        assert_eq!(bus(uid, home.path()), None, "a file is none");
        std::fs::remove_file(dir.join("bus")).expect("removed");
        let _listener = std::os::unix::net::UnixListener::bind(dir.join("bus")).expect("bound");
        assert_eq!(bus(uid, home.path()), Some(dir.join("bus")));
    }
}
