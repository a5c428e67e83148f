//! What a thread that waits in `execve` is about to run: read from procfs while it waits, and never by opening a file
//! of anybody, which could wait for us.

use std::fs::File;
use std::os::unix::fs::FileExt;

use event::Text;

use super::opening::{self, Unread};
use crate::decode::lossless;

/// Most bytes of all arguments: one can have 128 KiB, and agents give scripts of 40 to their shells.
const MOST_BYTES: usize = 160 << 10;
/// Most arguments.
const MOST_ARGUMENTS: usize = 4096;
/// The longest path of a program.
const MOST_PATH: usize = 4096;
/// Read at once: most strings end before.
const PIECE: usize = 512;

/// What was given to the call.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// The program as it was named; empty: by a descriptor.
    pub path: String,
    pub arguments: Vec<Text>,
    /// Not all of it could be read, or there was too much.
    pub cut: bool,
}

/// Where a call keeps what it is given.
#[derive(Debug, PartialEq, Eq)]
struct Call {
    path: u64,
    arguments: u64,
    /// Bytes of an address.
    width: usize,
}

/// By the number of the call: which argument is the path, and how wide an address is. None of these numbers runs
/// something else in the other table.
#[cfg(target_arch = "x86_64")]
fn form(number: u64) -> Option<(usize, usize)> {
    match number {
        59 => Some((0, 8)),
        322 => Some((1, 8)),
        11 => Some((0, 4)),
        358 => Some((1, 4)),
        // The third table marks its numbers.
        0x4000_0208 => Some((0, 4)),
        0x4000_0221 => Some((1, 4)),
        _ => None,
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn form(number: u64) -> Option<(usize, usize)> {
    match number {
        221 => Some((0, 8)),
        281 => Some((1, 8)),
        11 => Some((0, 4)),
        387 => Some((1, 4)),
        _ => None,
    }
}

/// `59 0x7ffc… 0x55d0… …`
fn call(line: &str) -> Option<Call> {
    let mut words = line.split_ascii_whitespace();
    let (at, width) = form(words.next()?.parse().ok()?)?;
    let mut addresses = words.skip(at).map(|word| {
        word.strip_prefix("0x").and_then(|digits| u64::from_str_radix(digits, 16).ok())
    });
    Some(Call { path: addresses.next()??, arguments: addresses.next()??, width })
}

/// What the thread `tid` has given to its call; none while it is not asleep yet. What cannot be read is said to be cut.
pub fn of(tid: u32) -> Option<Given> {
    let call = match opening::waits_in(tid) {
        Ok(line) => call(&line),
        Err(Unread::StillRuns) => return None,
        Err(Unread::Gone) => None,
    };
    let memory = File::open(format!("/proc/{tid}/mem"));
    Some(match (call, memory) {
        (Some(call), Ok(memory)) => read(&call, |at, bytes| memory.read_at(bytes, at).unwrap_or(0)),
        _ => Given::unread(),
    })
}

impl Given {
    /// Nothing of it can be read.
    pub fn unread() -> Self {
        Self { cut: true, ..Self::default() }
    }
}

/// From a memory that gives as many bytes as it has from an address on.
fn read(call: &Call, memory: impl Fn(u64, &mut [u8]) -> usize) -> Given {
    let mut given = Given::default();
    match text(call.path, MOST_PATH, &memory) {
        Some(path) => given.path = lossless(&path),
        None => given.cut = true,
    }
    let mut left = MOST_BYTES;
    for number in 0.. {
        let mut address = [0; 8];
        let at = call.arguments.saturating_add(number * call.width as u64);
        // No list at all is an empty one.
        if call.arguments == 0 {
            break;
        }
        let Some(room) = address.get_mut(..call.width) else { break };
        if memory(at, room) < call.width || given.arguments.len() >= MOST_ARGUMENTS {
            given.cut = true;
            break;
        }
        let address = u64::from_le_bytes(address);
        if address == 0 {
            break;
        }
        let Some(argument) = text(address, left, &memory) else {
            given.cut = true;
            break;
        };
        left = left.saturating_sub(argument.len() + 1);
        given.arguments.push(lossless(&argument).into());
    }
    given
}

/// Bytes up to a zero; none if that does not come.
fn text(from: u64, most: usize, memory: &impl Fn(u64, &mut [u8]) -> usize) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    while text.len() < most {
        let mut piece = [0; PIECE];
        let read = memory(from.saturating_add(text.len() as u64), &mut piece);
        let piece = piece.get(..read).filter(|piece| !piece.is_empty())?;
        match piece.iter().position(|byte| *byte == 0) {
            Some(end) => {
                text.extend(piece.iter().take(end));
                return (text.len() < most).then_some(text);
            }
            None => text.extend(piece),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A memory that begins at 0x1000: an address list, then strings.
    fn memory(bytes: Vec<u8>) -> impl Fn(u64, &mut [u8]) -> usize {
        move |at, room| {
            let from = usize::try_from(at).unwrap_or(usize::MAX).wrapping_sub(0x1000);
            let there = bytes.get(from..).unwrap_or_default();
            let count = there.len().min(room.len());
            room[..count].copy_from_slice(&there[..count]);
            count
        }
    }

    fn laid_out(words: &[&str], width: usize) -> Vec<u8> {
        let mut at = 0x1000 + ((words.len() + 1) * width) as u64;
        let (mut list, mut texts) = (Vec::new(), Vec::new());
        for word in words {
            list.extend(&at.to_le_bytes()[..width]);
            texts.extend(word.bytes().chain([0]));
            at += word.len() as u64 + 1;
        }
        list.extend(&[0; 8][..width]);
        [list, texts].concat()
    }

    #[test]
    fn arguments_are_read_where_the_call_keeps_them() {
        let long = "x".repeat(3 * PIECE);
        let too_long = "x".repeat(MOST_BYTES);
        let many = vec!["y"; MOST_ARGUMENTS + 1];
        let check = |words: &[&str], width, expect: usize, cut| {
            let path = 0x1000 + ((words.len() + 1) * width) as u64;
            let call = Call { path, arguments: 0x1000, width };
            let given = read(&call, memory(laid_out(words, width)));
            let read: Vec<&str> = given.arguments.iter().map(|it| &**it).collect();
            assert_eq!((read.as_slice(), given.cut), (&words[..expect], cut));
            assert!(given.path.is_empty() || given.path == words[0]);
        };
        check(&["git", "push", "--force"], 8, 3, false);
        check(&["git", "push", "--force"], 4, 3, false);
        check(&["git", ""], 8, 2, false);
        check(&["sh", "-c", &long], 8, 3, false);
        check(&["sh", "-c", &too_long], 8, 2, true);
        check(&many, 8, MOST_ARGUMENTS, true);
        let nothing = read(&Call { path: 0, arguments: 0, width: 8 }, memory(Vec::new()));
        assert_eq!(nothing, Given { cut: true, ..Given::default() });
        let torn = read(&Call { path: 0x1000, arguments: 0x1000, width: 8 }, memory(vec![7, 0]));
        assert!(torn.cut && torn.arguments.is_empty());
    }

    #[cfg(target_arch = "x86_64")]
    #[test]
    fn the_call_says_where_they_are() {
        let check = |line: &str, expect: Option<(u64, u64, usize)>| {
            let found = call(line).map(|it| (it.path, it.arguments, it.width));
            assert_eq!(found, expect, "{line}");
        };
        check("59 0x10 0x20 0x30 0x0 0x0 0x0 0x7ffe 0x7fa5\n", Some((0x10, 0x20, 8)));
        check("322 0xffffff9c 0x10 0x20 0x30 0x0 0x0", Some((0x10, 0x20, 8)));
        check("11 0x10 0x20 0x30", Some((0x10, 0x20, 4)));
        check("358 0xffffff9c 0x10 0x20 0x30", Some((0x10, 0x20, 4)));
        check("1073742344 0x10 0x20", Some((0x10, 0x20, 4)));
        check("257 0xffffff9c 0x10 0x0", None);
        check("59 0x10", None);
        check("running", None);
        check("", None);
    }
}
