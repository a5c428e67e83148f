//! What simple programs put out, as far as it is known from their arguments and input: what is piped
//! into a shell, handed to `xargs` or put into a variable often is.

use super::walk::Walk;
use super::{UNKNOWN, files, path};

impl Walk<'_> {
    /// The output of `name` with `args` and `stdin`.
    pub fn output_of(&self, name: &str, args: &[String], stdin: Option<&str>) -> String {
        let unknown = String::from(UNKNOWN);
        let plain = || args.iter().filter(|arg| !arg.starts_with('-'));
        match name {
            "echo" => echo(args),
            "printf" => printf(args),
            "cat" | "tac" | "bat" => match plain().next() {
                Some(_) => plain()
                    .map(|file| self.content(&path::resolve(file, &self.state.cwd)))
                    .collect(),
                None => stdin.map_or(unknown, str::to_owned),
            },
            "tee" | "pv" | "sponge" => stdin.map_or(unknown, str::to_owned),
            // They leave lines out, or turn them round: what is told of each stays true.
            "head" | "tail" | "sort" | "uniq" | "shuf" | "grep" | "egrep" | "rg" => {
                let own = usize::from(!matches!(name, "sort" | "uniq" | "shuf" | "head" | "tail"));
                match (plain().nth(own), stdin) {
                    (None, Some(text)) => text.to_owned(),
                    _ if own == 1
                        && args
                            .iter()
                            .any(|arg| arg.starts_with('-') && arg.contains(['l', 'L'])) =>
                    {
                        let starts = plain().skip(1).map(|start| format!("{start}/{UNKNOWN}\n"));
                        starts.collect()
                    }
                    _ => unknown,
                }
            }
            "base64" | "base32"
                if args
                    .iter()
                    .any(|arg| matches!(arg.as_str(), "-d" | "-D" | "--decode" | "-di")) =>
            {
                stdin.and_then(base64).unwrap_or(unknown)
            }
            "xxd" if args.iter().any(|arg| arg.contains('r')) => {
                stdin.and_then(hex).unwrap_or(unknown)
            }
            "rev" => match stdin {
                Some(text) => {
                    text.lines().map(|line| line.chars().rev().collect::<String>() + "\n").collect()
                }
                None => unknown,
            },
            "tr" => stdin.and_then(|text| translate(args, text)).unwrap_or(unknown),
            "pwd" => self.state.cwd.clone(),
            "realpath" | "readlink" => {
                plain().map(|it| path::resolve(it, &self.state.cwd) + "\n").collect()
            }
            "dirname" => {
                plain().map(|it| it.rsplit_once('/').map_or(".", |(folder, _)| folder)).collect()
            }
            "basename" => plain().take(1).map(|it| it.rsplit('/').next().unwrap_or(it)).collect(),
            "which" | "command" | "type" => plain().cloned().collect::<Vec<_>>().join("\n"),
            "mktemp" => format!("/tmp/{UNKNOWN}"),
            "find" | "gfind" => files::found(args).iter().map(|it| format!("{it}\n")).collect(),
            "ls" => match plain().find(|arg| arg.contains('*')) {
                Some(pattern) => pattern.clone(),
                None => format!("./{UNKNOWN}"),
            },
            "git" => match plain().next().map(String::as_str) {
                Some("rev-parse") if args.iter().any(|arg| arg == "--show-toplevel") => {
                    self.place.workspace.to_owned()
                }
                Some("ls-files" | "diff" | "status" | "grep") => format!("./{UNKNOWN}"),
                _ => unknown,
            },
            "rm" | "mkdir" | "cp" | "mv" | "touch" | "chmod" | "chown" | "sleep" | "ln"
            | "kill" => String::new(),
            _ => unknown,
        }
    }
}

fn echo(args: &[String]) -> String {
    let own = args.iter().take_while(|arg| {
        arg.len() > 1
            && arg.strip_prefix('-').is_some_and(|it| it.bytes().all(|byte| b"neE".contains(&byte)))
    });
    let (mut escaped, mut skipped) = (false, 0);
    for arg in own {
        escaped |= arg.contains('e');
        skipped += 1;
    }
    let text = args.get(skipped..).unwrap_or_default().join(" ");
    let text = if escaped { unescape(&text) } else { text };
    text + "\n"
}

/// `%s` and `%b` with their arguments; other conversions are unknown.
fn printf(args: &[String]) -> String {
    let args = match args.split_first() {
        Some((first, rest)) if first == "--" => rest,
        Some((first, _)) if first == "-v" => return String::new(),
        _ => args,
    };
    let Some((format, values)) = args.split_first() else { return String::new() };
    let format = unescape(format);
    let mut out = String::new();
    let mut values = values.iter();
    // The format is used again as long as there are values.
    while out.len() <= super::walk::LONGEST {
        let mut letters = format.chars();
        let mut used = false;
        while let Some(letter) = letters.next() {
            if letter != '%' {
                out.push(letter);
                continue;
            }
            match letters.next() {
                Some('%') => out.push('%'),
                Some(kind @ ('s' | 'b' | 'q')) => {
                    used = true;
                    let value = values.next().map(String::as_str).unwrap_or_default();
                    out.push_str(&if kind == 'b' { unescape(value) } else { value.to_owned() });
                }
                Some('d' | 'i') => {
                    used = true;
                    out.push_str(values.next().map(String::as_str).unwrap_or("0"));
                }
                _ => {
                    out.push(UNKNOWN);
                    return out;
                }
            }
        }
        if !used || values.len() == 0 {
            return out;
        }
    }
    out.push(UNKNOWN);
    out
}

/// `\n`, `\x41`, `\101` as `echo -e` and `printf` read them. A zero byte ends a name as a line end does.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            out.push(letter);
            continue;
        }
        let (base, most) = match letters.peek() {
            Some('x') => (16, 2),
            Some('0'..='7') => (8, 3),
            _ => (0, 0),
        };
        if base > 0 {
            if base == 16 || letters.peek() == Some(&'0') {
                letters.next();
            }
            let mut code = 0;
            for _ in 0..most {
                let Some(digit) = letters.peek().and_then(|it| it.to_digit(base)) else { break };
                code = code * base + digit;
                letters.next();
            }
            out.push(
                char::from_u32(code)
                    .map(|it| if it == UNKNOWN { '\n' } else { it })
                    .unwrap_or(char::REPLACEMENT_CHARACTER),
            );
            continue;
        }
        match letters.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('c') => break,
            Some('\\') | None => out.push('\\'),
            Some(other) => {
                out.push('\\');
                out.push(other);
            }
        }
    }
    out
}

fn base64(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let (mut bits, mut held) = (0u32, 0u32);
    for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => break,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
        }
    }
    known(bytes)
}

fn hex(text: &str) -> Option<String> {
    let digits: Vec<u8> =
        text.chars().filter_map(|it| it.to_digit(16)).map(|digit| digit as u8).collect();
    known(
        digits.chunks_exact(2).filter_map(|pair| Some(pair.first()? << 4 | pair.last()?)).collect(),
    )
}

fn known(bytes: Vec<u8>) -> Option<String> {
    String::from_utf8(bytes).ok().filter(|text| !text.contains(UNKNOWN))
}

/// `tr a b` and `tr -d a` with plain letters and ranges.
fn translate(args: &[String], text: &str) -> Option<String> {
    let set = |text: &str| -> Option<Vec<char>> {
        if text.contains("[:") || text.len() > 256 {
            return None;
        }
        let letters: Vec<char> = unescape(text).chars().collect();
        let mut all = Vec::new();
        let mut at = 0;
        while let Some(first) = letters.get(at) {
            match (letters.get(at + 1), letters.get(at + 2)) {
                (Some('-'), Some(last)) if first <= last && first.is_ascii() && last.is_ascii() => {
                    all.extend(*first..=*last);
                    at += 3;
                }
                _ => {
                    all.push(*first);
                    at += 1;
                }
            }
        }
        Some(all)
    };
    match args {
        [option, from] if option == "-d" => {
            let from = set(from)?;
            Some(text.chars().filter(|letter| !from.contains(letter)).collect())
        }
        [from, to] if !from.starts_with('-') => {
            let (from, to) = (set(from)?, set(to)?);
            let last = to.last().copied()?;
            let turned = |letter: char| match from.iter().position(|it| *it == letter) {
                Some(at) => to.get(at).copied().unwrap_or(last),
                None => letter,
            };
            Some(text.chars().map(turned).collect())
        }
        _ => None,
    }
}
