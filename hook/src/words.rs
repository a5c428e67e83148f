//! The words of the command line. A reader of its own: the usual one takes longer to start than this program runs.

use std::path::PathBuf;
use std::time::Duration;

use link::Absent;

/// What the hook was started with.
#[derive(Debug, PartialEq, Eq)]
pub struct Words {
    /// Product id (`claude-code`).
    pub product: String,
    /// The event as the product names it.
    pub event: String,
    /// Where the daemon listens.
    pub socket: PathBuf,
    /// What holds without it.
    pub absent: Absent,
    /// How long its answer may take.
    pub patience: Duration,
}

/// Where a daemon of the system listens.
const SOCKET: &str = "/run/chaperone/link.sock";
/// How long an answer may take unless said otherwise. Under full load it takes some milliseconds.
const PATIENCE: Duration = Duration::from_secs(2);

impl Words {
    /// From the arguments behind the program's name.
    pub fn parse(words: &[String]) -> Result<Self, String> {
        let mut named = Vec::new();
        let (mut socket, mut absent, mut patience) =
            (PathBuf::from(SOCKET), Absent::default(), PATIENCE);
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("`{word}` needs a value"));
            match word.as_str() {
                "--socket" => socket = value()?.into(),
                "--absent" => absent = value()?.parse()?,
                "--patience-ms" => {
                    let value = value()?;
                    let number = value.parse().map_err(|_| format!("`{value}` is no number"))?;
                    patience = Duration::from_millis(number);
                }
                other if other.starts_with("--") => return Err(format!("`{other}` is not known")),
                other => named.push(other.to_owned()),
            }
        }
        match <[String; 2]>::try_from(named) {
            Ok([product, event]) => Ok(Self { product, event, socket, absent, patience }),
            Err(_) => Err("a product and an event are needed\nhint: `chaperone hook install` writes this line".into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expect: Result<(&str, Absent, u64), &str>) {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        match (Words::parse(&words), expect) {
            (Ok(words), Ok((socket, absent, ms))) => {
                assert_eq!(words.socket, PathBuf::from(socket), "{line}");
                assert_eq!((words.absent, words.patience.as_millis()), (absent, ms.into()));
            }
            (Err(said), Err(expect)) => assert!(said.contains(expect), "{line}: {said}"),
            (read, _) => panic!("{line}: {read:?}"),
        }
    }

    #[test]
    fn a_line_says_all_there_is() {
        check("codex-cli PreToolUse", Ok((SOCKET, Absent::Open, 2_000)));
        check(
            "codex-cli PreToolUse --socket /s --absent closed --patience-ms 9",
            Ok(("/s", Absent::Closed, 9)),
        );
        check("codex-cli", Err("product and an event"));
        check("a b --absent ajar", Err("neither"));
        check("a b --absent", Err("needs a value"));
        check("a b --loud", Err("not known"));
    }
}
