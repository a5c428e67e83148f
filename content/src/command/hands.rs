//! Programs that hand the value of an option to a shell: pagers of git, actions of tar, proxies of ssh.

use super::walk::Walk;
use super::wrapper::inside;

/// Where the text stands: behind `option` of `program`, if it begins with `mark`.
struct Hand {
    programs: &'static [&'static str],
    /// The option, or nothing for any argument.
    option: &'static str,
    mark: &'static str,
}

const fn hand(programs: &'static [&'static str], option: &'static str, mark: &'static str) -> Hand {
    Hand { programs, option, mark }
}

const EDITORS: &[&str] = &["vim", "nvim", "vi", "ex", "view", "gvim"];
const SQL: &[&str] = &["psql", "mysql", "mariadb", "sqlite3"];

const HANDS: &[Hand] = &[
    hand(&["tar", "gtar", "bsdtar"], "--checkpoint-action", "exec="),
    hand(&["tar", "gtar"], "--to-command", ""),
    hand(&["tar", "gtar"], "--use-compress-program", ""),
    hand(&["tar", "gtar"], "-I", ""),
    hand(&["rsync"], "-e", ""),
    hand(&["rsync"], "--rsh", ""),
    hand(&["ssh", "scp", "sftp"], "-o", "ProxyCommand="),
    hand(&["ssh", "scp", "sftp"], "-o", "LocalCommand="),
    hand(&["git"], "-c", "core.pager="),
    hand(&["git"], "-c", "core.editor="),
    hand(&["git"], "-c", "core.sshCommand="),
    hand(&["git"], "-c", "core.fsmonitor="),
    hand(&["git"], "-c", "core.askPass="),
    hand(&["git"], "-c", "diff.external="),
    hand(&["git"], "-c", "sequence.editor="),
    hand(&["git"], "--exec", ""),
    hand(&["git"], "-x", ""),
    hand(&["git"], "--upload-pack", ""),
    hand(&["git"], "--receive-pack", ""),
    hand(EDITORS, "-c", ":!"),
    hand(EDITORS, "-c", "!"),
    hand(EDITORS, "+", "!"),
    hand(EDITORS, "+:", "!"),
    hand(SQL, "", "\\!"),
    hand(SQL, "", ".shell"),
    hand(SQL, "", ".system"),
    hand(&["vagrant"], "-c", ""),
    hand(&["vagrant"], "--command", ""),
    hand(&["ansible"], "-a", ""),
    hand(&["split"], "--filter", ""),
    hand(&["sort"], "--compress-program", ""),
    hand(&["man"], "-P", ""),
    hand(&["xterm", "gnome-terminal", "konsole", "alacritty", "kitty"], "-e", ""),
    hand(&["gdb"], "-ex", "!"),
    hand(&["gdb"], "-ex", "shell "),
    hand(&["nc", "ncat", "netcat"], "-e", ""),
    hand(&["nc", "ncat", "netcat"], "-c", ""),
    hand(&["socat"], "", "EXEC:"),
    hand(&["socat"], "", "SYSTEM:"),
    hand(&["make", "gmake"], "--eval", ""),
    hand(&["capsh"], "-c", ""),
];

/// Programs that hand something to a shell.
pub fn names() -> impl Iterator<Item = &'static str> {
    HANDS.iter().flat_map(|hand| hand.programs.iter().copied())
}

impl Walk<'_> {
    /// Runs what `name` hands to a shell.
    pub fn handed(&mut self, name: &str, args: &[String]) {
        if name == "git" {
            self.git_runs(args);
        }
        for hand in HANDS.iter().filter(|hand| hand.programs.contains(&name)) {
            for (at, arg) in args.iter().enumerate() {
                let value = match arg.strip_prefix(hand.option) {
                    Some("") if !hand.option.is_empty() => args.get(at + 1).map(String::as_str),
                    Some(value) if hand.option.starts_with("--") => value.strip_prefix('='),
                    Some(value) => Some(value),
                    None => None,
                };
                let Some(text) = value.and_then(|it| it.trim_start().strip_prefix(hand.mark))
                else {
                    continue;
                };
                inside(self, name, |walk| walk.apart(|walk| walk.code(text, None)));
            }
        }
    }

    /// `git bisect run`, `git submodule foreach`, `git -c alias.x=!…`.
    fn git_runs(&mut self, args: &[String]) {
        let behind = |first: &str, second: &str| {
            let at = args.windows(2).position(|pair| pair == [first, second])?;
            args.get(at + 2..).map(<[String]>::to_vec)
        };
        if let Some(argv) = behind("bisect", "run") {
            inside(self, "git", |walk| walk.apart(|walk| walk.invoke(argv, None)));
        }
        if let Some(words) = behind("submodule", "foreach") {
            let words: Vec<String> =
                words.into_iter().skip_while(|it| it.starts_with('-')).collect();
            inside(self, "git", |walk| walk.apart(|walk| walk.code(&words.join(" "), None)));
        }
        let aliases = args.iter().filter(|arg| arg.starts_with("alias."));
        let texts: Vec<String> = aliases
            .filter_map(|arg| arg.split_once("=!").map(|(_, text)| text.to_owned()))
            .collect();
        for text in texts {
            inside(self, "git", |walk| walk.apart(|walk| walk.code(&text, None)));
        }
    }

    /// `awk 'BEGIN { system("…") }'`, `sed '1e …'`.
    pub fn filter_runs(&mut self, name: &str, args: &[String]) {
        let Some(script) = args.iter().find(|arg| !arg.starts_with('-')) else { return };
        if name.contains("awk") {
            let script = script.clone();
            return inside(self, name, |walk| walk.source(super::code::Language::Perl, &script));
        }
        for line in script.split([';', '\n']) {
            let line =
                line.trim_start_matches(|it: char| it.is_ascii_digit() || "$, ".contains(it));
            if let Some(text) = line.strip_prefix("e ") {
                inside(self, name, |walk| walk.apart(|walk| walk.code(text, None)));
            }
        }
    }
}
