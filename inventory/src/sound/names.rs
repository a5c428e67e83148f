//! Names that are almost those of others.

use event::Text;

use super::{Sign, Soundness, Subject};

/// Shorter names are near each other by chance.
const SHORTEST: usize = 5;
/// From here on two letters may differ.
const LONG: usize = 20;

pub fn of(soundness: &Soundness, subject: &Subject) -> Vec<Sign> {
    let mut signs = Vec::new();
    let mut tell = |id: &str, name: &str, known: &Text| {
        let shows = format!("`{name}` is almost `{known}`");
        signs.push(Sign { line: 0, id: id.into(), shows: Some(shows.into()), place: None });
    };
    if *subject.kind == *"skill"
        && let Some(known) = imitated(&subject.name, &soundness.skills)
    {
        tell("similar_name", &subject.name, known);
    }
    for piece in subject.pieces.iter().filter(|piece| piece.form == super::Form::Code) {
        for name in packages(&piece.text) {
            if let Some(known) = imitated(name, &soundness.packages) {
                tell("similar_package", name, known);
            }
        }
    }
    signs
}

/// Names of packages that a command line installs or runs.
fn packages(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let mut installs = false;
        for word in words {
            let word = word.trim_matches(['"', '\'', '`', ',', ';']);
            match word {
                "npx" | "uvx" | "bunx" | "pipx" | "dlx" | "install" | "add" => installs = true,
                "|" | "&&" | "||" => installs = false,
                option if option.starts_with('-') => {}
                name if installs => names.push(bare(name)),
                _ => {}
            }
        }
    }
    names
}

/// Without a version.
pub(super) fn bare(name: &str) -> &str {
    let name = name.split(['=', '<', '>', '[', '~', '!']).next().unwrap_or(name);
    match name.get(1..).and_then(|rest| rest.find('@')) {
        Some(at) => name.get(..at + 1).unwrap_or(name),
        None => name,
    }
}

fn imitated<'k>(name: &str, known: &'k [Text]) -> Option<&'k Text> {
    let name = name.to_lowercase();
    if name.len() < SHORTEST || known.iter().any(|known| **known == *name) {
        return None;
    }
    known.iter().find(|known| {
        if own(&name).len().min(own(known).len()) < SHORTEST {
            return false;
        }
        let most = if name.len().min(known.len()) >= LONG { 2 } else { 1 };
        known.len() >= SHORTEST && distance(&name, known, most).is_some()
    })
}

/// What many names begin with says nothing of one.
fn own(name: &str) -> &str {
    let name = name.rsplit('/').next().unwrap_or(name);
    let name =
        name.strip_prefix("mcp-server-").or_else(|| name.strip_prefix("server-")).unwrap_or(name);
    name.strip_suffix("-mcp").or_else(|| name.strip_suffix("-mcp-server")).unwrap_or(name)
}

/// Letters that were added, left out, changed or swapped with their neighbour, if at most `most`.
pub(crate) fn distance(one: &str, other: &str, most: usize) -> Option<usize> {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if one.len().abs_diff(other.len()) > most || one.len() > 128 || other.len() > 128 {
        return None;
    }
    let (mut before, mut last): (Vec<usize>, Vec<usize>) =
        (Vec::new(), (0..=other.len()).collect());
    for (i, a) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let at = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(usize::MAX - 1);
            let mut least =
                (at(&last, j) + usize::from(a != b)).min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            let swapped =
                i > 0 && j > 0 && one.get(i - 1) == Some(b) && other.get(j - 1) == Some(a);
            if swapped {
                least = least.min(at(&before, j - 1) + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().filter(|distance| *distance <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_more_or_less_is_almost_the_same() {
        let check = |one: &str, other: &str, expect: Option<usize>| {
            assert_eq!(distance(one, other, 2), expect, "{one} {other}");
        };
        check("webapp", "webapp", Some(0));
        check("webbapp", "webapp", Some(1));
        check("wepabp", "webapp", Some(2));
        check("wbeapp", "webapp", Some(1));
        check("other", "webapp", None);
    }

    #[test]
    fn packages_are_what_a_command_line_runs() {
        assert_eq!(
            packages("npx -y @a/b@1.2 x && pip install reqests==2"),
            ["@a/b", "x", "reqests"]
        );
        assert_eq!(bare("@scope/name@latest"), "@scope/name");
        assert_eq!(bare("name"), "name");
    }
}
