//! Crontabs and scripts of cron: what runs, when, as whom.

/// Most lines of one file.
const MOST: usize = 5_000;

/// One line of a crontab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<'t> {
    /// Its number, from 1.
    pub at: u32,
    /// When, as it is written.
    pub when: String,
    /// As whom, where the line says it.
    pub account: Option<&'t str>,
    /// What.
    pub command: String,
}

/// The lines of a crontab; those of the host say as whom.
pub fn crontab(text: &str, of_host: OfHost) -> impl Iterator<Item = Line<'_>> {
    let lines = (1u32..).zip(text.lines()).take(MOST);
    lines.filter_map(move |(at, line)| {
        let line = line.trim();
        let fields = match line.chars().next()? {
            '#' => return None,
            '@' => 1,
            first if first.is_ascii_digit() || first == '*' => 5,
            // A variable.
            _ => return None,
        };
        let mut rest = line;
        let when: Vec<&str> = (0..fields).map_while(|_| word(&mut rest)).collect();
        let account = match of_host {
            OfHost::Yes => Some(word(&mut rest)?),
            OfHost::No => None,
        };
        let command = command(rest);
        (!command.is_empty()).then(|| Line { at, when: when.join(" "), account, command })
    })
}

/// Whose crontab it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfHost {
    /// The host's: every line names an account.
    Yes,
    /// An account's own.
    No,
}

fn word<'t>(rest: &mut &'t str) -> Option<&'t str> {
    let text = rest.trim_start();
    let end = text.find(char::is_whitespace)?;
    let (word, after) = text.split_at(end);
    *rest = after.trim_start();
    Some(word)
}

/// What stands behind an unescaped `%` is what the command reads.
fn command(text: &str) -> String {
    let mut command = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' if letters.next_if_eq(&'%').is_some() => command.push('%'),
            '%' => break,
            other => command.push(other),
        }
    }
    command.trim().to_owned()
}

/// The lines of a script, each with its number.
pub fn script(text: &str) -> impl Iterator<Item = (u32, &str)> {
    let lines = (1u32..).zip(text.lines()).take(MOST);
    lines
        .map(|(at, line)| (at, line.trim()))
        .filter(|(_, it)| !it.is_empty() && !it.starts_with('#'))
}

/// Whether a file in a folder of cron is one that was put aside.
pub fn is_left_over(name: &str) -> bool {
    let ends = [
        ".disabled",
        ".bak",
        ".old",
        ".orig",
        ".save",
        ".dpkg-old",
        ".dpkg-dist",
        ".dpkg-new",
        ".rpmsave",
        ".rpmorig",
        ".rpmnew",
        "~",
    ];
    name.starts_with('.') || ends.iter().any(|end| name.ends_with(end)) || name == "README"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_say_when_as_whom_and_what() {
        let check = |text: &str, of_host, expect: &[&str]| {
            let told = crontab(text, of_host).map(|it| {
                format!("{} [{}] {} {}", it.at, it.when, it.account.unwrap_or("-"), it.command)
            });
            assert_eq!(told.collect::<Vec<_>>(), expect, "{text}");
        };
        check(
            "# x\nMAILTO=a\n5 4 * * 1-5 root run it\n",
            OfHost::Yes,
            &["3 [5 4 * * 1-5] root run it"],
        );
        check("@daily bob a\n*/5 * * * * \n", OfHost::Yes, &["1 [@daily] bob a"]);
        check(
            "0 3 * * *\tclaude -p 'a \\% b'%input",
            OfHost::No,
            &["1 [0 3 * * *] - claude -p 'a % b'"],
        );
        check("1 2\n* * * * * root\n", OfHost::Yes, &[]);
    }
}
