//! A line on the terminal that an agent was started at, where its owner lets others write there (`mesg`).

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt};

use super::Notice;

/// Writes the question on the terminal of a process.
pub fn tell(pid: u32, owner: u32, notice: &Notice) -> io::Result<()> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let (number, device) = terminal(&stat)
        .ok_or_else(|| io::Error::other("the agent was not started at a terminal"))?;
    let flags =
        rustix::fs::OFlags::NOCTTY | rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOFOLLOW;
    let mut file = OpenOptions::new()
        .write(true)
        .custom_flags(flags.bits().cast_signed())
        .open(format!("/dev/pts/{number}"))?;
    let about = file.metadata()?;
    if !about.file_type().is_char_device() || about.rdev() != device || about.uid() != owner {
        return Err(io::Error::other("it is the terminal of somebody else"));
    }
    if about.mode() & 0o020 == 0 {
        return Err(io::Error::other("its owner lets nobody write there (`mesg y` does)"));
    }
    file.write_all(text(notice).as_bytes())
}

/// One line that begins on its own, whatever stands there.
fn text(notice: &Notice) -> String {
    format!("\r\n[chaperone] {}; {}\r\n", notice.title(), notice.lines().join("; "))
}

/// The pseudo terminal of a process: its number, and the device as files tell it.
fn terminal(stat: &str) -> Option<(u32, u64)> {
    // The name of a program may hold anything, brackets too.
    let (_, rest) = stat.rsplit_once(") ")?;
    let device: i32 = rest.split(' ').nth(4)?.parse().ok()?;
    let device = device.cast_unsigned();
    let (major, minor) = (device >> 8 & 0xfff, device & 0xff | device >> 12 & 0xf_ff00);
    let first = (136..=143).contains(&major).then(|| (major - 136) * 256)?;
    Some((first + minor, rustix::fs::makedev(major, minor)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_terminal_of_a_process_is_known() {
        let check = |device: u32, expect: Option<u32>| {
            let stat = format!("7 (a) b) (c)) S 1 7 7 {device} 7 4194304 0");
            assert_eq!(terminal(&stat).map(|(number, _)| number), expect, "{device}");
        };
        check(0, None);
        check(136 << 8 | 5, Some(5));
        check(137 << 8 | 1, Some(257));
        check(4 << 8 | 1, None);
    }

    #[test]
    fn a_real_terminal_is_written_to_if_its_owner_lets_one() -> io::Result<()> {
        use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
        let notice = Notice::of("lusab-dofin", &super::super::tests::judged("/x"), &[]);
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
        grantpt(&master)?;
        unlockpt(&master)?;
        let name = ptsname(&master, Vec::new())?.to_string_lossy().into_owned();
        // A shell of its own session takes the terminal for its own.
        let mut child = std::process::Command::new("setsid")
            .args(["--ctty", "sleep", "60"])
            .stdin(OpenOptions::new().read(true).write(true).open(&name)?)
            .spawn()?;
        let owner = rustix::process::getuid().as_raw();
        let mode = |mode| {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(&name, std::fs::Permissions::from_mode(mode))
        };
        let began = std::time::Instant::now();
        let has = || {
            let stat = std::fs::read_to_string(format!("/proc/{}/stat", child.id()))?;
            Ok::<_, io::Error>(terminal(&stat).is_some())
        };
        while !has()? && began.elapsed().as_secs() < 30 {
            std::thread::yield_now();
        }
        mode(0o600)?;
        let refused = tell(child.id(), owner, &notice).expect_err("mesg n");
        assert!(refused.to_string().contains("mesg y"), "{refused}");
        mode(0o620)?;
        let other = tell(child.id(), owner + 1, &notice).expect_err("of somebody else");
        assert!(other.to_string().contains("somebody else"), "{other}");
        tell(child.id(), owner, &notice)?;
        let mut read = [0; 1024];
        let length = rustix::io::read(&master, &mut read)?;
        let read = String::from_utf8_lossy(&read[..length]).into_owned();
        child.kill()?;
        child.wait()?;
        assert!(read.contains("[chaperone] codex-cli") && read.contains("lusab-dofin"), "{read}");
        Ok(())
    }
}
