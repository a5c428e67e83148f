//! Programs that run what stands behind them, as a command line, as a text, or for each of many names.

use super::options::{Grammar, Style};
use super::walk::Walk;
use super::{UNKNOWN, Where, code, path};

/// A program that runs the rest of its arguments.
struct Prefix {
    name: &'static str,
    /// Options that take the next argument.
    takes: &'static [&'static str],
    /// Words of its own before the program.
    own: usize,
}

const fn prefix(name: &'static str, takes: &'static [&'static str], own: usize) -> Prefix {
    Prefix { name, takes, own }
}

const PREFIXES: &[Prefix] = &[
    prefix(
        "sudo",
        &[
            "-u", "--user", "-g", "--group", "-h", "--host", "-p", "--prompt", "-C", "-D",
            "--chdir", "-r", "-t", "-T", "-U", "-R",
        ],
        0,
    ),
    prefix("doas", &["-u", "-C"], 0),
    prefix("pkexec", &["--user"], 0),
    prefix("env", &["-u", "--unset", "-C", "--chdir"], 0),
    prefix("nohup", &[], 0),
    prefix("timeout", &["-s", "--signal", "-k", "--kill-after"], 1),
    prefix("gtimeout", &["-s", "--signal", "-k", "--kill-after"], 1),
    prefix("nice", &["-n", "--adjustment"], 0),
    prefix("ionice", &["-c", "--class", "-n", "--classdata", "-p"], 0),
    prefix("chrt", &["-p", "-T", "-P", "-D"], 1),
    prefix("setsid", &[], 0),
    prefix("setpriv", &["--reuid", "--regid", "--groups"], 0),
    prefix("stdbuf", &["-i", "-o", "-e"], 0),
    prefix("time", &["-f", "-o"], 0),
    prefix("command", &[], 0),
    prefix("builtin", &[], 0),
    prefix("exec", &["-a"], 0),
    prefix("busybox", &[], 0),
    prefix("toybox", &[], 0),
    prefix("chroot", &["--userspec", "--groups"], 1),
    prefix("unshare", &["-S", "-G", "-R", "-w"], 0),
    prefix("nsenter", &["-t", "--target", "-S", "-G"], 0),
    prefix("flock", &["-w", "--timeout", "-E"], 1),
    prefix("taskset", &["-c", "-p"], 1),
    prefix("numactl", &["-C", "-N", "-m"], 0),
    prefix("strace", &["-e", "-o", "-s", "-p", "-E"], 0),
    prefix("ltrace", &["-e", "-o", "-s", "-p"], 0),
    prefix(
        "systemd-run",
        &["-u", "--unit", "-p", "--property", "-E", "--setenv", "--slice", "--uid", "--gid", "-M"],
        0,
    ),
    prefix("systemd-inhibit", &["--what", "--who", "--why"], 0),
    prefix("systemd-cat", &["-t", "-p"], 0),
    prefix("xvfb-run", &["-n", "-s", "-f", "-e", "-w"], 0),
    prefix("dbus-run-session", &[], 0),
    prefix("proxychains", &["-f"], 0),
    prefix("proxychains4", &["-f"], 0),
    prefix("torsocks", &[], 0),
    prefix("firejail", &[], 0),
    prefix("fakeroot", &[], 0),
    prefix("catchsegv", &[], 0),
    prefix("chronic", &[], 0),
    prefix("unbuffer", &[], 0),
    prefix("setarch", &[], 1),
    prefix("caffeinate", &["-t", "-w"], 0),
    prefix("arch", &["-arch", "-e"], 0),
    prefix("direnv exec", &[], 1),
    prefix(
        "uv run",
        &[
            "--with",
            "--python",
            "-p",
            "--project",
            "--directory",
            "--extra",
            "--group",
            "--env-file",
        ],
        0,
    ),
    prefix("poetry run", &[], 0),
    prefix("pipenv run", &[], 0),
    prefix("hatch run", &[], 0),
    prefix("pdm run", &[], 0),
    prefix("rye run", &[], 0),
    prefix("pixi run", &["-e"], 0),
    prefix("conda run", &["-n", "-p", "--name", "--prefix", "--cwd"], 0),
    prefix("mamba run", &["-n", "-p"], 0),
    prefix("bundle exec", &[], 0),
    prefix("npm exec", &[], 0),
    prefix("pnpm exec", &[], 0),
    prefix("yarn exec", &[], 0),
    prefix("npx", &["-p", "--package", "-c"], 0),
    prefix("bunx", &[], 0),
    prefix("op run", &["--env-file", "--account"], 0),
    prefix("doppler run", &["-p", "-c", "--project", "--config"], 0),
    prefix("aws-vault exec", &["-d", "--duration"], 1),
    prefix("dotenv", &["-f", "-e"], 0),
];

/// Programs that run what stands behind them.
pub fn names() -> impl Iterator<Item = &'static str> {
    PREFIXES.iter().filter_map(|prefix| prefix.name.split(' ').next())
}

/// Runs what `name` wraps; what that puts out. `None` if it wraps nothing.
pub fn unwrap(
    walk: &mut Walk<'_>,
    name: &str,
    args: &[String],
    stdin: Option<&str>,
) -> Option<String> {
    match name {
        "sh" | "bash" | "dash" | "zsh" | "ash" | "ksh" | "mksh" | "fish" | "rbash" => {
            Some(inside(walk, name, |walk| walk.shell(name, args, stdin)))
        }
        "su" | "runuser" => walk.switch_user(name, args, stdin),
        "script" | "watch" | "hyperfine" | "entr" | "at" | "batch" => {
            walk.text_runner(name, args, stdin)
        }
        "xargs" | "parallel" => {
            Some(inside(walk, name, |walk| walk.for_each_name(name, args, stdin)))
        }
        "find" | "fd" | "fdfind" | "gfind" => None,
        "ssh" | "mosh" | "autossh" => walk.remote_shell(args, stdin),
        "docker" | "podman" | "nerdctl" | "docker-compose" | "kubectl" | "oc" | "lxc" | "incus" => {
            walk.container(name, args, stdin)
        }
        "tmux" | "screen" => walk.terminal(args, stdin),
        "nix-shell" | "nix" | "flatpak" | "guix" => {
            let at =
                args.iter().position(|arg| matches!(arg.as_str(), "--run" | "--command" | "-c"))?;
            let text = args.get(at + 1..)?.join(" ");
            Some(inside(walk, name, |walk| walk.code(&text, stdin)))
        }
        _ if code::language(name).is_some() => Some(walk.interpreter(name, args, stdin)),
        _ => behind_prefix(walk, name, args, stdin),
    }
}

/// Does something of which the acts are marked as wrapped by `name`.
pub fn inside<T>(walk: &mut Walk<'_>, name: &str, act: impl FnOnce(&mut Walk<'_>) -> T) -> T {
    walk.via.push(name.to_owned());
    let done = act(walk);
    walk.via.pop();
    done
}

fn behind_prefix(
    walk: &mut Walk<'_>,
    name: &str,
    args: &[String],
    stdin: Option<&str>,
) -> Option<String> {
    let found = PREFIXES.iter().find_map(|prefix| match prefix.name.split_once(' ') {
        None => (prefix.name == name).then_some((prefix, args)),
        Some((first, second)) => {
            let (sub, rest) = args.split_first()?;
            (first == name && second == sub).then_some((prefix, rest))
        }
    });
    let (prefix, args) = found?;
    if name == "command" && args.first().is_some_and(|arg| arg == "-v" || arg == "-V") {
        return None;
    }
    let (mut rest, mut own) = (args, prefix.own);
    let mut folder = None;
    while let Some((first, after)) = rest.split_first() {
        match first.as_str() {
            "--" => {
                rest = after.get(own..).unwrap_or_default();
                break;
            }
            "-S" | "--split-string" if name == "env" => {
                let text = after.join(" ");
                return Some(inside(walk, name, |walk| walk.code(&text, stdin)));
            }
            "-c" | "--command" if matches!(name, "flock" | "npx") => {
                let text = after.first()?;
                return Some(inside(walk, name, |walk| walk.code(text, stdin)));
            }
            _ if prefix.takes.contains(&first.as_str()) => {
                let changes = matches!(
                    (name, first.as_str()),
                    ("env", "-C" | "--chdir") | ("sudo", "-D" | "--chdir")
                );
                folder = after.first().filter(|_| changes).cloned().or(folder);
                rest = after.get(1..).unwrap_or_default();
            }
            _ if name == "env" && first.starts_with("-S") => {
                let text = format!("{} {}", first.get(2..).unwrap_or_default(), after.join(" "));
                return Some(inside(walk, name, |walk| walk.code(&text, stdin)));
            }
            _ if first.len() > 1 && first.starts_with('-') => rest = after,
            _ if matches!(name, "env" | "sudo" | "doas") && is_assignment(first) => rest = after,
            _ if own > 0 => {
                own -= 1;
                rest = after;
            }
            _ => break,
        }
    }
    if rest.is_empty() {
        return None;
    }
    let stdin = stdin.map(str::to_owned);
    Some(inside(walk, name, |walk| match folder {
        None => walk.invoke(rest.to_vec(), stdin),
        Some(folder) => walk.apart(|walk| {
            walk.state.cwd = path::resolve(&folder, &walk.state.cwd);
            walk.invoke(rest.to_vec(), stdin)
        }),
    }))
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=')
        .is_some_and(|(name, _)| !name.is_empty() && name.bytes().all(super::options::is_name))
}

impl Walk<'_> {
    /// `xargs`, `parallel`: the rest of the arguments, with the names that come in.
    fn for_each_name(&mut self, name: &str, args: &[String], stdin: Option<&str>) -> String {
        const TAKES: [&str; 17] = [
            "-I",
            "-n",
            "-P",
            "-L",
            "-d",
            "-a",
            "-E",
            "-s",
            "-j",
            "--max-args",
            "--max-procs",
            "--delimiter",
            "--arg-file",
            "--jobs",
            "--replace",
            "-S",
            "--sshlogin",
        ];
        let (mut rest, mut mark) = (args, (name == "parallel").then(|| "{}".to_owned()));
        while let Some((first, after)) = rest.split_first() {
            if !first.starts_with('-') {
                break;
            }
            rest = after;
            if let Some(given) = first.strip_prefix("-I").filter(|given| !given.is_empty()) {
                mark = Some(given.to_owned());
            } else if TAKES.contains(&first.as_str()) {
                if first == "-I" {
                    mark = rest.first().cloned();
                }
                rest = rest.get(1..).unwrap_or_default();
            }
        }
        // `parallel cmd ::: a b`.
        let split = rest.iter().position(|arg| arg.starts_with(":::"));
        let (command, given) = match split {
            Some(at) => {
                (rest.get(..at).unwrap_or_default(), rest.get(at + 1..).unwrap_or_default())
            }
            None => (rest, &[][..]),
        };
        let mut names: Vec<String> = given.to_vec();
        if split.is_none() {
            let input = stdin.unwrap_or("\0");
            let words = input.split(['\n', ' ', '\t']).filter(|it| !it.is_empty());
            names.extend(words.map(str::to_owned));
        }
        if name == "parallel" && command.len() == 1 && command.iter().all(|it| it.contains(' ')) {
            // One argument is a shell's text.
            let mut out = String::new();
            for name in &names {
                let text = command.concat();
                let text = if text.contains("{}") {
                    text.replace("{}", name)
                } else {
                    format!("{text} {name}")
                };
                super::walk::append(&mut out, &self.code(&text, None));
            }
            return out;
        }
        if command.is_empty() {
            return names.join("\n");
        }
        match mark.filter(|mark| command.iter().any(|arg| arg.contains(mark.as_str()))) {
            Some(mark) if !mark.is_empty() => {
                let mut out = String::new();
                for name in &names {
                    let argv = command.iter().map(|arg| arg.replace(&mark, name)).collect();
                    super::walk::append(&mut out, &self.invoke(argv, None));
                }
                out
            }
            _ => self.invoke([command, &names].concat(), None),
        }
    }

    /// `su -c '…'`, `runuser -u x -- …`.
    fn switch_user(&mut self, name: &str, args: &[String], stdin: Option<&str>) -> Option<String> {
        if let Some(at) = args.iter().position(|arg| arg == "-c" || arg == "--command") {
            let text = args.get(at + 1)?.clone();
            return Some(inside(self, name, |walk| walk.code(&text, stdin)));
        }
        if let Some(text) = args.iter().find_map(|arg| arg.strip_prefix("--command=")) {
            return Some(inside(self, name, |walk| walk.code(text, stdin)));
        }
        let at = args.iter().position(|arg| arg == "--")?;
        let rest = args.get(at + 1..)?.to_vec();
        Some(inside(self, name, |walk| walk.invoke(rest, stdin.map(str::to_owned))))
    }

    /// Programs that hand their words, or their input, to a shell.
    fn text_runner(&mut self, name: &str, args: &[String], stdin: Option<&str>) -> Option<String> {
        if matches!(name, "at" | "batch") {
            let text = stdin?.to_owned();
            return Some(inside(self, name, |walk| walk.code(&text, None)));
        }
        let takes =
            ["-n", "--interval", "-c", "--command", "-w", "--warmup", "-r", "--runs", "-p", "-s"];
        let grammar =
            Grammar { style: Style::Gnu, takes: takes.iter().map(|it| it.to_string()).collect() };
        // Options stand before the command: behind its first word all is its own.
        let first = args.iter().enumerate().find(|(at, arg)| {
            let taken = at.checked_sub(1).and_then(|at| args.get(at));
            !arg.starts_with('-') && !taken.is_some_and(|it| takes.contains(&it.as_str()))
        });
        let own = grammar.read(args.get(..first.map_or(args.len(), |(at, _)| at))?);
        let text = match own.value(&["-c", "--command"]).filter(|_| name == "script") {
            Some(text) => text.to_owned(),
            None if name == "script" => return None,
            None => args.get(first?.0..)?.join(if name == "hyperfine" { "\n" } else { " " }),
        };
        Some(inside(self, name, |walk| walk.code(&text, stdin)))
    }

    /// `tmux new-session 'cmd'`, `tmux send-keys 'cmd' Enter`, `screen -dm cmd`.
    fn terminal(&mut self, args: &[String], stdin: Option<&str>) -> Option<String> {
        let mut rest = args;
        while let Some((first, after)) = rest.split_first() {
            rest = match first.as_str() {
                "-t" | "-s" | "-n" | "-c" | "-S" | "-L" | "-f" | "-x" | "-y" | "-X" => {
                    after.get(1..).unwrap_or_default()
                }
                "send-keys" | "send" | "new-session" | "new" | "new-window" | "neww"
                | "split-window" | "run-shell" | "run" | "stuff" | "respawn-pane" => after,
                _ if first.starts_with('-') => after,
                _ => break,
            };
        }
        const KEYS: [&str; 5] = ["Enter", "C-m", "C-c", "C-d", "Escape"];
        let words: Vec<&str> =
            rest.iter().map(String::as_str).filter(|word| !KEYS.contains(word)).collect();
        const OWN: [&str; 14] = [
            "ls",
            "attach",
            "attach-session",
            "a",
            "kill-session",
            "kill-server",
            "list-sessions",
            "capture-pane",
            "has-session",
            "set",
            "set-option",
            "kill-window",
            "kill-pane",
            "source-file",
        ];
        if words.first().is_none_or(|word| OWN.contains(word)) {
            return None;
        }
        Some(inside(self, "tmux", |walk| walk.code(&words.join(" "), stdin)))
    }

    /// What a new command would find elsewhere: nothing that is known here.
    pub fn elsewhere(&mut self, at: Where, act: impl FnOnce(&mut Self) -> String) -> String {
        let before = std::mem::replace(&mut self.at, at);
        let out = self.apart(|walk| {
            walk.state.variables.clear();
            walk.state.functions.clear();
            walk.state.cwd = match walk.at {
                Where::NewContainer => "/".to_owned(),
                _ => format!("/home/{UNKNOWN}"),
            };
            act(walk)
        });
        self.at = before;
        out
    }
}
