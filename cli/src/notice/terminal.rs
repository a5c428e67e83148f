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

    /// On a terminal of its own, which `script` makes.
    #[test]
    fn a_real_terminal_is_written_to_if_its_owner_lets_one() -> io::Result<()> {
        use std::io::{BufRead, BufReader};
        use std::process::{Command, Stdio};
        let notice = Notice::of("lusab-dofin", &super::super::tests::judged("/x"), &[]);
        let owner = rustix::process::getuid().as_raw();
        // Tells its pid with the terminal shut, opens it at a word, and ends with its input.
        let shell = "chmod 600 $(tty); echo $$; read -r; chmod 620 $(tty); echo open; read -r";
        let started = Command::new("script")
            .args(["-qfec", shell, "/dev/null"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let Ok(mut child) = started else {
            eprintln!("skipped: there is no `script` here");
            return Ok(());
        };
        let mut input = child.stdin.take().expect("piped");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let mut until = |word: &dyn Fn(&str) -> bool| -> io::Result<String> {
            let found = lines.find(|line| line.as_ref().is_ok_and(|it| word(it.trim())));
            found.unwrap_or_else(|| Err(io::Error::other("it ended")))
        };
        let pid = until(&|it| it.parse::<u32>().is_ok())?.trim().parse().expect("a pid");
        let other = tell(pid, owner + 1, &notice).expect_err("of somebody else");
        assert!(other.to_string().contains("somebody else"), "{other}");
        let shut = tell(pid, owner, &notice).expect_err("mesg n");
        assert!(shut.to_string().contains("mesg y"), "{shut}");
        writeln!(input, "go")?;
        until(&|it| it == "open")?;
        tell(pid, owner, &notice)?;
        let told = until(&|it| it.contains("[chaperone]"))?;
        assert!(told.contains("codex-cli") && told.contains("lusab-dofin"), "{told}");
        writeln!(input, "end")?;
        child.wait()?;
        Ok(())
    }
}
