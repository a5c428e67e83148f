//! What an open is for. The event does not say it; the thread that waits in its system call does.

use event::Verb;

/// What who opens wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    Read,
    Write,
    /// Both; or it cannot be known, and then the stricter answer holds.
    Both,
    /// The kernel opens a program to run it, which is asked by an event of its own.
    Run,
}

impl Wanted {
    /// What the rules are asked about.
    pub fn verbs(self) -> &'static [Verb] {
        match self {
            Self::Read => &[Verb::ReadFile],
            Self::Write => &[Verb::WriteFile],
            Self::Both => &[Verb::ReadFile, Verb::WriteFile],
            Self::Run => &[],
        }
    }
}

/// By the number of a system call: where it says how it opens.
enum Call {
    /// Flags in the argument with this number.
    Flags(usize),
    Create,
    Exec,
}

/// Of both tables of this processor: none of these numbers opens something else in the other one.
#[cfg(target_arch = "x86_64")]
fn call(number: u64) -> Option<Call> {
    // The third table marks its numbers.
    match number & !0x4000_0000 {
        2 | 5 => Some(Call::Flags(1)),
        257 | 295 | 304 | 342 => Some(Call::Flags(2)),
        8 | 85 => Some(Call::Create),
        59 | 322 | 11 | 358 | 520 | 545 => Some(Call::Exec),
        _ => None,
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn call(number: u64) -> Option<Call> {
    match number {
        5 => Some(Call::Flags(1)),
        56 | 265 | 322 | 371 => Some(Call::Flags(2)),
        8 => Some(Call::Create),
        221 | 281 | 11 | 387 => Some(Call::Exec),
        _ => None,
    }
}

const ACCESS: u64 = 3;
const WRITE_ONLY: u64 = 1;
const READ_WRITE: u64 = 2;
const TRUNCATE: u64 = 0o1000;

/// What the thread `tid` wants, which waits for its open; none while it is on its way to sleep still, on a busy machine
/// for long. `openat2` and io_uring keep their flags in memory that the process can change meanwhile: not known.
pub fn of(tid: u32) -> Option<Wanted> {
    known(&waits_in(tid))
}

fn known(said: &Result<String, Unread>) -> Option<Wanted> {
    match said {
        Ok(line) => Some(read(line)),
        Err(Unread::StillRuns) => None,
        Err(Unread::Gone) => Some(Wanted::Both),
    }
}

/// Why it is not known what somebody waits in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// It is on its way to sleep.
    StillRuns,
    Gone,
}

/// The system call that the thread waits in, as procfs has it.
pub fn waits_in(tid: u32) -> Result<String, Unread> {
    let line = std::fs::read_to_string(format!("/proc/{tid}/syscall"));
    let line = line.map_err(|_| Unread::Gone)?;
    if line.starts_with("running") { Err(Unread::StillRuns) } else { Ok(line) }
}

/// `257 0xffffff9c 0x7ffc... 0x80000 ...`
fn read(line: &str) -> Wanted {
    let mut words = line.split_ascii_whitespace();
    let number = words.next().and_then(|number| number.parse().ok());
    match number.and_then(call) {
        None => Wanted::Both,
        Some(Call::Exec) => Wanted::Run,
        Some(Call::Create) => Wanted::Write,
        Some(Call::Flags(at)) => {
            let flags = words.nth(at).and_then(|word| word.strip_prefix("0x"));
            match flags.and_then(|word| u64::from_str_radix(word, 16).ok()) {
                Some(flags) => by_flags(flags),
                None => Wanted::Both,
            }
        }
    }
}

fn by_flags(flags: u64) -> Wanted {
    match (flags & ACCESS, flags & TRUNCATE) {
        (0, 0) => Wanted::Read,
        (WRITE_ONLY, _) => Wanted::Write,
        (0 | READ_WRITE, _) => Wanted::Both,
        _ => Wanted::Both,
    }
}

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    use super::*;

    #[test]
    fn who_is_about_to_wait_is_looked_at_again() {
        let check = |said: Result<&str, Unread>, expect| {
            assert_eq!(known(&said.map(str::to_owned)), expect);
        };
        check(Ok("257 0xffffff9c 0x7ffd 0x80000"), Some(Wanted::Read));
        check(Err(Unread::StillRuns), None);
        check(Err(Unread::Gone), Some(Wanted::Both));
    }

    #[test]
    fn the_call_says_what_an_open_is_for() {
        let check = |line: &str, expect| assert_eq!(read(line), expect, "{line}");
        check("257 0xffffff9c 0x7ffd 0x80000 0x0 0x0 0x0 0x7ffe 0x7fa5\n", Wanted::Read);
        check("257 0xffffff9c 0x7ffd 0x80001 0x0 0x0 0x0", Wanted::Write);
        check("2 0x7ffd 0x241 0x1b6 0x0 0x0 0x0", Wanted::Write);
        check("2 0x7ffd 0x2 0x0", Wanted::Both);
        check("2 0x7ffd 0x200 0x0", Wanted::Both);
        check("5 0x7ffd 0x0 0x0", Wanted::Read);
        check("304 0x3 0x7ffd 0x0", Wanted::Read);
        check("85 0x7ffd 0x1b6", Wanted::Write);
        check("59 0x7ffd 0x0 0x0", Wanted::Run);
        // openat2 and io_uring_enter.
        check("437 0xffffff9c 0x7ffd 0x7ffe 0x18", Wanted::Both);
        check("426 0x3 0x1 0x0", Wanted::Both);
        check("running", Wanted::Both);
        check("-1 0x7ffd 0x7fa5", Wanted::Both);
        check("257 0xffffff9c", Wanted::Both);
        check("", Wanted::Both);
    }
}
