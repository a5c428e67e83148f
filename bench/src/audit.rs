//! The kernel's audit with an auditd of our own, for a comparison: set up, taken back.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use rustix::process::Signal;

use crate::undo::{self, Guard, Place, Started};

/// The login id whose acts are watched.
pub const LOGIN: u32 = 1_234_567;
const KEY: &str = "chaperone-bench";

/// A running auditd with rules.
pub struct Audit {
    auditd: Started,
    log: PathBuf,
    lost_before: u64,
    // Dropped in this order: rules, then the switch.
    _rules: Guard,
    _backlog: Guard,
    _off: Guard,
}

impl Audit {
    /// Watches these calls of [`LOGIN`].
    pub fn start(place: &Place, calls: &[&str]) -> Result<Self> {
        let before = status()?;
        ensure!(number(&before, "pid") == 0, "another audit daemon is running");
        let log = place.join("audit.log");
        let config = configuration(place, &log)?;
        let off = Guard::run(&["auditctl", "-e", &number(&before, "enabled").to_string()]);
        let limit = number(&before, "backlog_limit").to_string();
        let backlog = Guard::run(&["auditctl", "-b", &limit]);
        // As in the rules that Debian ships.
        auditctl(&["-b", "8192"])?;
        let mut command = Command::new("auditd");
        let mut auditd = undo::start(command.args(["-n", "-c"]).arg(config))?;
        while number(&status()?, "pid") != u64::from(auditd.pid()) {
            if let Some(ended) = auditd.child.try_wait()? {
                bail!("auditd did not start: {ended}");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let rules = Guard::run(&["auditctl", "-D", "-k", KEY]);
        auditctl(&["-e", "1"])?;
        let login = format!("auid={LOGIN}");
        let mut rule = vec!["-a", "always,exit", "-F", "arch=b64"];
        rule.extend(calls.iter().flat_map(|call| ["-S", call]));
        rule.extend(["-F", &login, "-k", KEY]);
        auditctl(&rule)?;
        let lost_before = number(&status()?, "lost");
        Ok(Self { auditd, log, lost_before, _rules: rules, _backlog: backlog, _off: off })
    }

    /// Waits until the queue is empty and ends it; where the log is, and how many records it lost.
    pub fn stop(mut self) -> Result<(PathBuf, u64)> {
        while number(&status()?, "backlog") > 0 {
            std::thread::sleep(Duration::from_millis(50));
        }
        let lost = number(&status()?, "lost").saturating_sub(self.lost_before);
        self.auditd.stop(Signal::TERM)?;
        Ok((self.log.clone(), lost))
    }
}

fn configuration(place: &Place, log: &std::path::Path) -> Result<PathBuf> {
    let dir = place.dir("auditd")?;
    fs::create_dir_all(dir.join("plugins.d"))?;
    let text = format!(
        "local_events = yes\nwrite_logs = yes\nlog_file = {}\nlog_group = root\nlog_format = RAW\n\
         flush = INCREMENTAL_ASYNC\nfreq = 50\nmax_log_file = 4000\nnum_logs = 2\nmax_log_file_action = IGNORE\n\
         priority_boost = 4\nname_format = NONE\nspace_left = 75\nspace_left_action = IGNORE\n\
         admin_space_left = 50\nadmin_space_left_action = IGNORE\ndisk_full_action = IGNORE\n\
         disk_error_action = IGNORE\nverify_email = no\nq_depth = 2000\noverflow_action = IGNORE\n\
         max_restarts = 10\nplugin_dir = {}\n",
        log.display(),
        dir.join("plugins.d").display()
    );
    fs::write(dir.join("auditd.conf"), text)?;
    Ok(dir)
}

fn status() -> Result<String> {
    let output = Command::new("auditctl").arg("-s").output().context("auditctl is not here")?;
    ensure!(output.status.success(), "the kernel's audit cannot be asked here");
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn number(status: &str, name: &str) -> u64 {
    let lines = status.lines().filter_map(|line| line.split_once(' '));
    let found = lines.filter(|(key, _)| *key == name).find_map(|(_, value)| value.parse().ok());
    found.unwrap_or(0)
}

fn auditctl(words: &[&str]) -> Result<()> {
    let output = Command::new("auditctl").args(words).output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "auditctl {}: {}", words.join(" "), said.trim());
    Ok(())
}
