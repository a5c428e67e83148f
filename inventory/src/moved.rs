//! Folders of products that a variable moved: what start-up files of shells, the environment of an account's units and `.env` set
//! literally. Nothing is expanded but the home itself, and no shell is asked.

use std::fs;
use std::path::{Path, PathBuf};

use event::Text;

use crate::read;

/// Files of a home that set variables.
const FILES: &[&str] = &[
    ".profile",
    ".bash_profile",
    ".bash_login",
    ".bashrc",
    ".bash_aliases",
    ".zshenv",
    ".zprofile",
    ".zshrc",
    ".zlogin",
    ".xprofile",
    ".xsessionrc",
    ".pam_environment",
    ".env",
    ".config/zsh/.zshenv",
    ".config/zsh/.zshrc",
    ".config/fish/config.fish",
];
/// Folders with such files, and how they end.
const FOLDERS: &[(&str, &str)] =
    &[(".config/environment.d", "conf"), (".config/fish/conf.d", "fish"), (".bashrc.d", "sh")];
/// Files of the host that do so for everybody.
const HOST_FILES: &[&str] = &["etc/environment", "etc/profile", "etc/zsh/zshenv"];
const HOST_FOLDERS: &[(&str, &str)] = &[("etc/profile.d", "sh"), ("etc/environment.d", "conf")];

/// Longest file that is read.
const MAX_FILE: u64 = 256 << 10;
/// Most files of one folder.
const MOST_FILES: usize = 100;

/// Where the variables called `names` lead, for the account of a home.
pub fn folders(
    home: &Path,
    root: Option<&Path>,
    uid: u32,
    names: &[&Text],
) -> Vec<(Text, PathBuf)> {
    let mut files: Vec<PathBuf> = FILES.iter().map(|file| home.join(file)).collect();
    files.extend(FOLDERS.iter().flat_map(|(folder, ending)| ending_so(&home.join(folder), ending)));
    if let Some(root) = root {
        files.extend(HOST_FILES.iter().map(|file| root.join(file)));
        files.extend(HOST_FOLDERS.iter().flat_map(|(at, end)| ending_so(&root.join(at), end)));
    }
    let mut found: Vec<(Text, PathBuf)> = Vec::new();
    for file in files {
        // Who has no such file, or one that is not for his eyes, has set nothing there.
        let Ok(content) = read::file(&file, uid, MAX_FILE) else { continue };
        for (name, path) in set_in(&content.text(), home, names) {
            if !found.contains(&(name.clone(), path.clone())) {
                found.push((name, path));
            }
        }
    }
    found
}

fn ending_so(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().take(MOST_FILES).flatten();
    let paths = entries.map(|entry| entry.path());
    paths.filter(|path| path.extension().is_some_and(|it| it == ending)).collect()
}

/// What a file sets.
fn set_in(text: &str, home: &Path, names: &[&Text]) -> Vec<(Text, PathBuf)> {
    // Most such files name none of them.
    if !names.iter().any(|name| text.contains(&***name)) {
        return Vec::new();
    }
    text.lines().filter_map(|line| set_by(line, home, names)).collect()
}

fn set_by(line: &str, home: &Path, names: &[&Text]) -> Option<(Text, PathBuf)> {
    let line = line.trim();
    let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
    let fish = line.strip_prefix("set ").map(|rest| {
        rest.trim_start_matches(|c: char| c == '-' || c.is_whitespace())
            .split_once(char::is_whitespace)
    });
    let (name, value) = match fish {
        // `set -gx NAME value`, where the letters of the option may be left off.
        Some(Some((first, rest))) if names.iter().any(|name| ***name == *first) => (first, rest),
        Some(Some((_, rest))) => rest.trim_start().split_once(char::is_whitespace)?,
        Some(None) => return None,
        None => line.split_once(|c: char| c == '=' || c.is_whitespace())?,
    };
    let name = names.iter().find(|known| ****known == *name)?;
    let value = value.trim().strip_prefix("DEFAULT=").unwrap_or(value.trim());
    value_of(value, home).map(|path| ((*name).clone(), path))
}

/// The folder that a value names, if it is written out.
pub fn value_of(written: &str, home: &Path) -> Option<PathBuf> {
    let (value, quoted) = match written.chars().next()? {
        quote @ ('"' | '\'') => (written.get(1..)?.split(quote).next()?, quote == '\''),
        _ => (written.split(|c: char| c.is_whitespace() || c == ';' || c == '#').next()?, false),
    };
    let below = ["$HOME", "${HOME}", "@{HOME}", "~"].iter().find_map(|it| value.strip_prefix(it));
    let path = match below.filter(|_| !quoted) {
        Some("") => return None,
        Some(rest) => home.join(rest.strip_prefix('/')?),
        None => PathBuf::from(value),
    };
    let text = path.to_str()?;
    let literal = !text.contains(['$', '`', '*', '%']) && !text.split('/').any(|part| part == "..");
    // A home or the root as a whole is nobody's folder.
    let own = path.is_absolute() && path.components().count() > 2 && path != home;
    (literal && own).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expect: Option<&str>) {
        let name = Text::from("CODEX_HOME");
        let found = set_by(line, Path::new("/home/a"), &[&name]);
        assert_eq!(found.map(|(_, path)| path), expect.map(PathBuf::from), "{line}");
    }

    #[test]
    fn only_what_is_written_out_is_followed() {
        check("export CODEX_HOME=/data/codex", Some("/data/codex"));
        check("CODEX_HOME=\"$HOME/.local/codex\" # mine", Some("/home/a/.local/codex"));
        check("  export CODEX_HOME=~/c; x", Some("/home/a/c"));
        check("set -gx CODEX_HOME ~/.codex-work", Some("/home/a/.codex-work"));
        check("set CODEX_HOME /srv/codex", Some("/srv/codex"));
        check("CODEX_HOME DEFAULT=@{HOME}/c", Some("/home/a/c"));
        check("# export CODEX_HOME=/data/codex", None);
        check("export CODEX_HOME='$HOME/c'", None);
        check("export CODEX_HOME=$(pwd)/c", None);
        check("export CODEX_HOME=$XDG_DATA_HOME/c", None);
        check("export CODEX_HOME=$HOME", None);
        check("export CODEX_HOME=$HOMEWORK/c", None);
        check("export CODEX_HOME=relative/c", None);
        check("export CODEX_HOME=/a/../../etc", None);
        check("export CODEX_HOME=/", None);
        check("export CODEX_HOMES=/data/codex", None);
        check("echo CODEX_HOME=/data/codex", None);
        check("export CODEX_HOME=", None);
    }
}
