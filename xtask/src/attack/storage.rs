//! What happens to the record: crashes, a full disk, removal, damage, wrong owners.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::{FileExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use super::daemon::{Daemon, Recorded, of_agent, recorded};
use super::ground::{Ground, until};

/// Makes files until it is ended.
const FLOOD: &str = "import os,itertools\nos.mkdir('f')\nfor n in itertools.count(): os.close(os.open(f'f/{n}',os.O_CREAT|os.O_WRONLY))";

/// Ends a child with the attack.
struct Ended(std::process::Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub fn kill_in_flood(ground: &Ground) -> Result<String> {
    let mut daemon = Daemon::start(&ground.chaperone, &ground.data())?;
    let flood = Ended(ground.agent(FLOOD).stderr(Stdio::null()).spawn()?);
    let before = until("a thousand acts in the record", || {
        let recorded = daemon.recorded()?;
        Ok((recorded.acts.len() > 1000).then_some(recorded))
    })?;
    daemon.end("-KILL")?;
    let daemon = Daemon::start(&ground.chaperone, &ground.data())?;
    let seen = ids(&before);
    daemon.see("acts of after the restart", |act| {
        of_agent(act) && !seen.contains(&act["id"].to_string())
    })?;
    drop(flood);
    let after = daemon.stop()?;
    let kept = ids(&after);
    let gone = seen.iter().filter(|id| !kept.contains(*id)).count();
    ensure!(gone == 0, "{gone} of {} acts that a reader had seen are gone", seen.len());
    let told = after.lost(|cause| cause == "not_running").is_some();
    ensure!(told, "the gap is not told: {:?}", after.losses);
    Ok(format!("all {} acts seen before are there; {} losses told", seen.len(), after.losses.len()))
}

fn ids(recorded: &Recorded) -> BTreeSet<String> {
    recorded.acts.iter().map(|act| act["id"].to_string()).collect()
}

/// A small file system that ends with the attack.
struct Small(PathBuf);

impl Small {
    fn mount(at: PathBuf) -> Result<Self> {
        fs::create_dir_all(&at)?;
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=4m,mode=700", "attack"])
            .arg(&at)
            .status()?;
        ensure!(mounted.success(), "cannot mount a tmpfs");
        Ok(Self(at))
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

pub fn disk_full(ground: &Ground) -> Result<String> {
    let small = Small::mount(ground.data())?;
    let mut daemon = Daemon::start(&ground.chaperone, &small.0)?;
    ground.act("1")?;
    daemon.see("the agent in the record", of_agent)?;
    let ballast = small.0.join("ballast");
    fill(&ballast)?;
    let flood = Ended(ground.agent(FLOOD).stderr(Stdio::null()).spawn()?);
    daemon.hear("shed")?;
    daemon.must_live()?;
    drop(flood);
    fs::remove_file(&ballast)?;
    let read = "open(sys.argv[1]).read()";
    // Read until it is in the record: the disk may be refused once more before it is tried again.
    let recovered = until("an act after there was space again", || {
        daemon.must_live()?;
        ground.act(&format!("import sys\n{read}"))?;
        let recorded = daemon.recorded()?;
        Ok(recorded.has_file(&ground.secret()).then_some(recorded))
    })?;
    drop(recovered);
    let lines = daemon.said().len();
    let after = daemon.stop()?;
    let lost = after.lost(|cause| cause == "disk").unwrap_or(0);
    ensure!(lost > 0, "the loss is not told: {:?}", after.losses);
    ensure!(lines < 2000, "it said {lines} lines about it");
    Ok(format!("{lines} lines of talk; {lost} events lost by the disk, told"))
}

/// Takes all the space there is.
fn fill(ballast: &Path) -> Result<()> {
    let file = fs::File::create(ballast)?;
    let (block, mut at) = (vec![0; 4096], 0);
    while file.write_all_at(&block, at).is_ok() {
        at += block.len() as u64;
    }
    Ok(())
}

pub fn directory_gone(ground: &Ground) -> Result<String> {
    let mut daemon = Daemon::start(&ground.chaperone, &ground.data())?;
    ground.act("1")?;
    daemon.see("the agent in the record", of_agent)?;
    fs::remove_dir_all(ground.data())?;
    let status = daemon.ended()?;
    let said = daemon.said();
    let gone = said.iter().find(|line| line.contains("is gone or was replaced"));
    let gone = gone.with_context(|| format!("it does not say why it ended: {said:?}"))?;
    ensure!(status.code() == Some(1), "it ended with {status}");
    // What watches over it starts it again; then it records again.
    let daemon = Daemon::start(&ground.chaperone, &ground.data())?;
    ground.act("import sys; open(sys.argv[1]).read()")?;
    ensure!(daemon.stop()?.has_file(&ground.secret()), "nothing is recorded after the next start");
    Ok(format!("ends with 1, {}", gone.trim()))
}

/// A record with some acts of the agent, and no daemon.
fn recorded_once(ground: &Ground) -> Result<Recorded> {
    let daemon = Daemon::start(&ground.chaperone, &ground.data())?;
    for round in 0..4 {
        ground.act(&format!(
            "import os\nos.mkdir('d{round}')\nfor n in range(300): open(f'd{round}/{{n}}','w')"
        ))?;
        daemon.see("the round in the record", |act| {
            act["event"]["act"]["file_create"]["file"]["path"]
                .as_str()
                .is_some_and(|path| path.ends_with(&format!("d{round}/299")))
        })?;
    }
    daemon.stop()
}

pub fn state_corrupt(ground: &Ground) -> Result<String> {
    let before = recorded_once(ground)?;
    let state = ground.data().join("state.db");
    fs::write(
        &state,
        b"this is no database, but it is long enough to be taken for one".repeat(100),
    )?;
    for suffix in ["-wal", "-shm"] {
        let _ = fs::remove_file(ground.data().join(format!("state.db{suffix}")));
    }
    let mut command = Command::new(&ground.chaperone);
    command.args(["up", "--quiet", "--data-dir"]).arg(ground.data());
    let mut daemon = Daemon::spawn(command, &ground.chaperone, &ground.data())?;
    let how = match daemon.hear("chaperone observes this host") {
        Ok(_) => "the state is made again",
        Err(_) => {
            daemon.ended()?;
            let said = daemon.said().join(" ");
            ensure!(
                said.contains("state.db") && said.contains("hint:"),
                "it ended without a hint: {said}"
            );
            fs::remove_file(&state)?;
            drop(daemon);
            daemon = Daemon::start(&ground.chaperone, &ground.data())?;
            "refused with a hint; made again once it is away"
        }
    };
    let after = daemon.stop()?;
    ensure!(
        after.acts.len() >= before.acts.len(),
        "{} acts of {}",
        after.acts.len(),
        before.acts.len()
    );
    Ok(format!("{how}: {} acts, {} before", after.acts.len(), before.acts.len()))
}

pub fn segment_corrupt(ground: &Ground) -> Result<String> {
    let before = recorded_once(ground)?;
    let path = ground.data().join("journal/0000000001.seg");
    let file = fs::OpenOptions::new().write(true).open(&path)?;
    let middle = file.metadata()?.len() / 2;
    file.write_all_at(&[0xa5; 64], middle)?;
    let read = recorded(&ground.chaperone, &ground.data())?;
    let after = Daemon::start(&ground.chaperone, &ground.data())?.stop()?;
    let (all, left) = (before.acts.len(), read.acts.len());
    ensure!(left > 0 && left < all, "{left} of {all} acts are read");
    ensure!(after.acts.len() >= left, "the start cost acts: {} of {left}", after.acts.len());
    let talk = read.talk + &after.talk;
    ensure!(talk.contains("damaged") || talk.contains("lost"), "the damage is not told: {talk:?}");
    Ok(format!("{left} of {all} acts are read; {}", talk.lines().next().unwrap_or_default()))
}

pub fn open_to_all(ground: &Ground) -> Result<String> {
    recorded_once(ground)?;
    let journal = ground.data().join("journal");
    fs::set_permissions(&journal, fs::Permissions::from_mode(0o777))?;
    let daemon = Daemon::start(&ground.chaperone, &ground.data())?;
    let written = daemon.hear("can be written by others").context("writable by everybody")?;
    daemon.stop()?;
    fs::set_permissions(&journal, fs::Permissions::from_mode(0o700))?;
    std::os::unix::fs::chown(&journal, Some(65534), Some(65534))?;
    let daemon = Daemon::start(&ground.chaperone, &ground.data())?;
    daemon.hear("belongs to user").context("owned by another")?;
    daemon.stop()?;
    Ok(written.trim().into())
}
