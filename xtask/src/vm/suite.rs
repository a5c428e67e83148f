//! What runs in each kernel: every test program of the sensor, and the list of its BPF programs that
//! the kernel takes.

use std::fmt;
use std::ops::AddAssign;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Result, ensure};
use serde_json::Value;

use super::LIMIT_S;
use super::boot::Image;
use super::guest::{Ended, Order, Outcome, Qemu};

/// Tests counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: u32,
    pub failed: u32,
    pub skipped: u32,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

/// Builds the test programs of the sensor. `CHAPERONE_BUILD=workspace` builds those of all rooms, so
/// that one build serves everything (CI).
pub fn build(root: &Path) -> Result<Programs> {
    let scope: &[&str] = match std::env::var("CHAPERONE_BUILD").as_deref() {
        Ok("workspace") => &["--workspace"],
        _ => &["-p", "sensor"],
    };
    let built = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()))
        .args(["test", "--no-run", "--quiet", "--message-format=json"])
        .args(scope)
        .current_dir(root)
        .stderr(Stdio::inherit())
        .output()?;
    ensure!(built.status.success(), "the tests do not build");
    let text = String::from_utf8_lossy(&built.stdout);
    let messages = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut programs = Programs::default();
    for message in messages {
        programs.take(&message);
    }
    ensure!(!programs.spy.as_os_str().is_empty(), "the example `spy` of the sensor is missing");
    programs.compile_actor(root)?;
    Ok(programs)
}

/// A boot whose kernel takes LSM programs and never asks them: `bpf` is not in the list. One processor
/// is up sooner, and the answer does not hang on more.
const NEVER_ASKED: &str = "lsm=landlock,lockdown,yama maxcpus=1";

/// Tests of what hangs on no kernel's version: they run on the host. In an emulated guest each loading of the sensor takes
/// half a minute.
const OF_THE_HOST: [&str; 4] = ["guarded::", "responses::", "loss::", "demand::"];

/// What runs in the guest.
#[derive(Debug, Default)]
pub struct Programs {
    tests: Vec<PathBuf>,
    /// Of those, the one that makes the sensor and the kernel meet.
    it: PathBuf,
    /// Lists the BPF programs that load.
    spy: PathBuf,
}

impl Programs {
    /// Takes what one message of cargo names.
    fn take(&mut self, message: &Value) {
        let manifest = message["manifest_path"].as_str().unwrap_or_default();
        let Some(executable) = message["executable"].as_str() else { return };
        if !manifest.ends_with("sensor/Cargo.toml") {
            return;
        }
        if message["profile"]["test"] == true {
            self.tests.push(executable.into());
            if message["target"]["name"] == "it" {
                self.it = executable.into();
            }
        } else if message["target"]["name"] == "spy" {
            self.spy = executable.into();
        }
    }

    /// On the host, where it takes a second.
    fn compile_actor(&self, root: &Path) -> Result<()> {
        let mut it = Command::new(&self.it);
        it.args(["--exact", "stage::the_actor_is_compiled"]).current_dir(root.join("sensor"));
        let done = it.stdout(Stdio::null()).status()?;
        ensure!(done.success(), "the actor of the sensor's tests does not compile");
        Ok(())
    }

    /// All of it, in a kernel as it comes: `bpf` is in its list of LSMs, functions take programs.
    fn whole(&self) -> String {
        let mut script = "status=0\nexport CHAPERONE_KERNEL='works fexit'\n".to_owned();
        script += &format!("bash xtask/vm/programs.sh '{}' || status=1\n", self.spy.display());
        let left_out = OF_THE_HOST.map(|name| format!(" --skip {name}")).concat();
        for test in &self.tests {
            let test = test.display();
            script += &format!("(cd sensor && '{test}' --test-threads=1{left_out}) || status=1\n");
        }
        script + "exit $status\n"
    }

    /// What the sensor must say of a kernel that never asks.
    fn never_asked(&self) -> String {
        let it = self.it.display();
        format!("export CHAPERONE_KERNEL='never_called fexit'\ncd sensor && '{it}' tier\n")
    }
}

/// Runs every program in one guest, and in a second what tells a denial from the look of one.
pub fn run(qemu: &Qemu, image: &Image, root: &Path, programs: &Programs) -> Result<Tally> {
    let boot = |words: &str, command: &str| {
        qemu.run(image, &Order { directory: root, words, command, limit_s: LIMIT_S })
    };
    let mut tally = say(image, "sensor", &boot("", &programs.whole())?);
    let ended = boot(NEVER_ASKED, &programs.never_asked())?;
    tally += say(image, &format!("sensor with {NEVER_ASKED}"), &ended);
    Ok(tally)
}

/// Runs `chaperone` as the packaged service, where this host has a systemd to lend.
pub fn service(qemu: &Qemu, image: &Image, root: &Path, chaperone: &Path) -> Result<Tally> {
    if !Path::new("/lib/systemd/systemd").exists() {
        println!("kernel {}: service: skipped: no systemd here", image.release);
        return Ok(Tally { skipped: 1, ..Tally::default() });
    }
    // Without its tables of lines it is read much faster through the guest's file system.
    let name = format!("chaperone-light-{}-{}", image.release, std::process::id());
    let light = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&light)?;
    for program in ["chaperone", "chaperone-hook"] {
        let from = chaperone.with_file_name(program);
        let mut strip = Command::new("strip");
        let stripped = strip.arg("-o").arg(light.join(program)).arg(&from).status()?;
        ensure!(stripped.success(), "cannot strip {}", from.display());
    }
    let script = include_str!("../../vm/service.sh");
    let script = script.replace("__PROGRAMS__", &light.display().to_string());
    let order = Order { directory: root, words: "", command: &script, limit_s: LIMIT_S };
    let ended = qemu.run(image, &order);
    std::fs::remove_dir_all(light)?;
    let ended = ended?;
    Ok(say(image, "service", &ended))
}

/// Counts what a guest said; shows all of it if something failed, or nothing ran.
fn say(image: &Image, name: &str, ended: &Ended) -> Tally {
    let mut tally = count(&ended.output);
    if ended.outcome != Outcome::Status(0) || tally.passed == 0 {
        print!("{}", ended.output);
        tally.failed = tally.failed.max(1);
    }
    println!("kernel {}: {name}: {tally} ({})", image.release, ended.outcome);
    tally
}

/// Sums the closing lines of test programs.
fn count(output: &str) -> Tally {
    let mut tally = Tally::default();
    for line in output.lines().filter_map(|line| line.strip_prefix("test result: ")) {
        let number = |word: &str| {
            let before = line.split(&format!(" {word}")).next().unwrap_or_default();
            before.rsplit(' ').next().and_then(|number| number.parse().ok()).unwrap_or(0)
        };
        tally += Tally {
            passed: number("passed"),
            failed: number("failed"),
            skipped: number("ignored"),
        };
    }
    tally
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_are_summed() {
        let output = "test a ... ok\n\
            test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out\n\
            test result: FAILED. 12 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out\n";
        assert_eq!(count(output), Tally { passed: 15, failed: 2, skipped: 1 });
    }
}
