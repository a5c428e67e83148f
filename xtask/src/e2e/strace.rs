//! Ground truth: what strace saw a process tree do.

use std::collections::BTreeMap;

/// Acts that succeeded, counted.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Truth {
    /// Programs started, by pid.
    pub execs: BTreeMap<u32, usize>,
    /// Files opened, by the path behind the returned descriptor.
    pub opens: BTreeMap<String, usize>,
    /// Connects over IP, by `address:port`.
    pub connects: BTreeMap<String, usize>,
    /// Names removed, by last path part.
    pub unlinks: BTreeMap<String, usize>,
}

/// Arguments that make strace write what [`parse`] reads.
pub const ARGUMENTS: &[&str] = &[
    "-f",
    "-y",
    "-qq",
    "-s",
    "256",
    "-e",
    "signal=none",
    "-e",
    "trace=execve,execveat,open,openat,openat2,creat,connect,unlink,unlinkat,rmdir",
];

/// Reads strace's output file.
pub fn parse(text: &str) -> Truth {
    let mut truth = Truth::default();
    let mut unfinished: BTreeMap<u32, String> = BTreeMap::new();
    for line in text.lines() {
        let Some((pid, rest)) = line.trim_start().split_once(char::is_whitespace) else { continue };
        let Ok(pid) = pid.parse::<u32>() else { continue };
        let rest = rest.trim_start();
        if let Some(begun) = rest.strip_suffix("<unfinished ...>") {
            unfinished.insert(pid, begun.to_owned());
        } else if let Some((_, after)) = rest.split_once(" resumed>") {
            let whole = unfinished.remove(&pid).unwrap_or_default() + after;
            truth.take(pid, &whole);
        } else {
            truth.take(pid, rest);
        }
    }
    truth
}

impl Truth {
    fn take(&mut self, pid: u32, call: &str) {
        let Some((call, result)) = call.rsplit_once(" = ") else { return };
        let Some((name, arguments)) = call.split_once('(') else { return };
        let done = !result.starts_with('-');
        let under_way = result.contains("EINPROGRESS");
        match name {
            "execve" | "execveat" if done => *self.execs.entry(pid).or_default() += 1,
            "open" | "openat" | "openat2" | "creat" if done => {
                if let Some(path) = behind(result) {
                    *self.opens.entry(path).or_default() += 1;
                }
            }
            "connect" if done || under_way => {
                if let Some(peer) = peer(arguments) {
                    *self.connects.entry(peer).or_default() += 1;
                }
            }
            "unlink" | "unlinkat" | "rmdir" if done => {
                if let Some(path) = quoted(arguments) {
                    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or(&path);
                    *self.unlinks.entry(last.to_owned()).or_default() += 1;
                }
            }
            _ => {}
        }
    }
}

/// `3</etc/passwd>`.
fn behind(result: &str) -> Option<String> {
    let (_, path) = result.split_once('<')?;
    // A file that never had a name is told as `<…>(deleted)`.
    let path = path.trim_end().trim_end_matches("(deleted)").strip_suffix('>')?;
    let path = path.strip_suffix(" (deleted)").unwrap_or(path);
    path.starts_with('/').then(|| unescape(path))
}

/// strace writes bytes that are not ASCII as `\\NNN`, in octal.
fn unescape(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..3).and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 8).ok()) {
            Some(byte) if *first == b'\\' => {
                bytes.push(byte);
                rest = after.get(3..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn quoted(text: &str) -> Option<String> {
    let (_, rest) = text.split_once('"')?;
    Some(rest.split_once('"')?.0.to_owned())
}

fn peer(arguments: &str) -> Option<String> {
    let port = between(arguments, "_port=htons(", ")")?;
    let ip = between(arguments, "inet_addr(\"", "\"").map(str::to_owned).or_else(|| {
        between(arguments, "inet_pton(AF_INET6, \"", "\"").map(|ip| {
            match ip.strip_prefix("::ffff:") {
                Some(mapped) => mapped.to_owned(),
                None => format!("[{ip}]"),
            }
        })
    })?;
    Some(format!("{ip}:{port}"))
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(from)?;
    Some(rest.split_once(to)?.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_calls_also_in_two_halves() {
        let truth = parse(
            "7 execve(\"/bin/sh\", [\"sh\"], 0x1 /* 3 vars */) = 0\n\
             7 openat(AT_FDCWD</w>, \"a\", O_RDONLY <unfinished ...>\n\
             8 openat(AT_FDCWD</w>, \"none\", O_RDONLY) = -1 ENOENT (No such file or directory)\n\
             7 <... openat resumed>) = 3</w/a>\n\
             7 connect(3<TCP:[1]>, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(\"127.0.0.1\")}, 16) = -1 EINPROGRESS (Operation now in progress)\n\
             7 unlink(\"/w/a\") = 0\n",
        );
        assert_eq!(truth.execs, BTreeMap::from([(7, 1)]));
        assert_eq!(truth.opens, BTreeMap::from([("/w/a".into(), 1)]));
        assert_eq!(truth.connects, BTreeMap::from([("127.0.0.1:80".into(), 1)]));
        assert_eq!(unescape("/a/F\\305\\221.crt"), "/a/Fő.crt");
        assert_eq!(truth.unlinks, BTreeMap::from([("a".into(), 1)]));
    }
}
