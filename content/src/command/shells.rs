//! Shells that are given their commands: as an argument, a file, an input, on another host, in a container.

use crate::shell::Why;

use super::invoke::is_stdin;
use super::options::{Grammar, Style};
use super::walk::Walk;
use super::wrapper::inside;
use super::{FileVerb, UNKNOWN, Where, path};

impl Walk<'_> {
    /// `sh -c text`, `sh file`, `sh` with an input.
    pub fn shell(&mut self, name: &str, args: &[String], stdin: Option<&str>) -> String {
        let (mut rest, mut given, mut piped) = (args, false, false);
        while let Some((first, after)) = rest.split_first() {
            let Some(letters) = first.strip_prefix(['-', '+']).filter(|it| !it.is_empty()) else {
                break;
            };
            rest = after;
            if letters == "-" {
                break;
            }
            if !letters.starts_with('-') {
                given |= letters.contains('c');
                piped |= letters.contains('s');
                if letters.ends_with(['o', 'O']) {
                    rest = rest.get(1..).unwrap_or_default();
                }
            } else if matches!(letters, "-rcfile" | "-init-file") {
                rest = rest.get(1..).unwrap_or_default();
            }
        }
        let first = rest.first().cloned();
        let behind = rest.get(1..).unwrap_or_default();
        match first {
            Some(text) if given => {
                let own = behind.get(1..).unwrap_or_default();
                self.apart(|walk| walk.with_positional(own, |walk| walk.code(&text, stdin)))
            }
            Some(file) if !is_stdin(&file) && !piped => {
                let file = path::resolve(&file, &self.state.cwd);
                let content = self.content(&file);
                self.file(FileVerb::Read, file.clone(), name);
                if content == UNKNOWN.to_string() {
                    // A script on the disk is what it is; a pipe is not.
                    if file.starts_with("/dev/") || file.contains(UNKNOWN) {
                        self.unclear(Why::Code, "");
                    }
                    return content;
                }
                self.apart(|walk| walk.with_positional(behind, |walk| walk.code(&content, stdin)))
            }
            _ => match stdin {
                Some(text) => {
                    self.apart(|walk| walk.with_positional(rest, |walk| walk.code(text, None)))
                }
                None => String::new(),
            },
        }
    }

    /// A program that was written here: by its first line, or a shell's.
    pub fn written_program(&mut self, content: &str, args: &[String]) -> String {
        let first = content.lines().next().unwrap_or_default();
        let name = first.strip_prefix("#!").map(|line| {
            let mut words =
                line.split_whitespace().map(|word| word.rsplit('/').next().unwrap_or(word));
            words.find(|word| *word != "env" && !word.starts_with('-')).unwrap_or("sh")
        });
        match name.and_then(super::code::language) {
            Some(language) => {
                self.source(language, content);
                UNKNOWN.into()
            }
            None => self.apart(|walk| walk.with_positional(args, |walk| walk.code(content, None))),
        }
    }

    /// `ssh host command`.
    pub fn remote_shell(&mut self, args: &[String], stdin: Option<&str>) -> Option<String> {
        const TAKES: &str = "BbcDEeFIiJLlmOopQRSWw";
        let mut rest = args;
        while let Some((first, after)) = rest.split_first() {
            let Some(letters) = first.strip_prefix('-').filter(|it| !it.is_empty()) else { break };
            let takes = letters.chars().next_back().is_some_and(|last| TAKES.contains(last))
                && letters.len() == 1;
            rest = if takes { after.get(1..).unwrap_or_default() } else { after };
        }
        let (target, command) = rest.split_first()?;
        let host = super::hosts::of_target(target);
        self.contact(&host, "ssh");
        let command = match command.split_first() {
            Some((first, rest)) if first == "--" => rest,
            _ => command,
        };
        let text = if command.is_empty() { stdin?.to_owned() } else { command.join(" ") };
        let stdin = stdin.filter(|_| !command.is_empty()).map(str::to_owned);
        Some(inside(self, "ssh", |walk| {
            walk.elsewhere(Where::Remote(host), |walk| walk.code(&text, stdin.as_deref()))
        }))
    }

    /// `docker exec name cmd`, `docker run image cmd`, `kubectl exec pod -- cmd`, `lxc exec name -- cmd`.
    pub fn container(
        &mut self,
        name: &str,
        args: &[String],
        stdin: Option<&str>,
    ) -> Option<String> {
        let dashes = args.iter().position(|arg| arg == "--");
        let grammar =
            Grammar { style: Style::Gnu, takes: TAKES.iter().map(|it| it.to_string()).collect() };
        let verb = args.iter().position(|arg| {
            matches!(
                arg.as_str(),
                "exec" | "run" | "debug" | "ps" | "logs" | "get" | "rm" | "build"
            )
        })?;
        let is_exec = match args.get(verb)?.as_str() {
            "exec" | "debug" => true,
            "run" => false,
            _ => return None,
        };
        let rest = args.get(verb + 1..)?;
        let own = options_end(rest, &grammar);
        let target = rest.get(own)?.clone();
        let behind = match dashes.filter(|_| !matches!(name, "docker" | "podman" | "nerdctl")) {
            Some(at) => args.get(at + 1..)?,
            None => rest.get(own + 1..)?,
        };
        let mut command = behind.to_vec();
        if command.first().is_some_and(|first| first == "--") {
            command.remove(0);
        }
        let line = grammar.read(rest.get(..own)?);
        if let Some(program) = line.value(&["--entrypoint"]) {
            command.insert(0, program.to_owned());
        }
        if command.is_empty() {
            return None;
        }
        let at =
            if is_exec || name == "kubectl" { Where::Remote(target) } else { Where::NewContainer };
        // A container that has the host's folders is no place of its own.
        let mounts = line.options.iter().any(|(option, value)| {
            matches!(option.as_str(), "-v" | "--volume" | "--mount" | "--privileged")
                && value
                    .as_deref()
                    .is_none_or(|value| value.starts_with('/') || value.contains("type=bind"))
        });
        let at = match at {
            Where::NewContainer if mounts => Where::Remote("container".into()),
            at => at,
        };
        let stdin = stdin.map(str::to_owned);
        Some(inside(self, name, |walk| walk.elsewhere(at, |walk| walk.invoke(command, stdin))))
    }
}

/// Where the options before the first word end.
fn options_end(args: &[String], grammar: &Grammar) -> usize {
    let mut at = 0;
    while let Some(arg) = args.get(at).filter(|arg| arg.starts_with('-') && *arg != "--") {
        let last = arg.chars().next_back().map(|letter| format!("-{letter}"));
        let short =
            !arg.starts_with("--") && last.is_some_and(|last| grammar.takes.contains(&last));
        let long = arg.starts_with("--") && grammar.takes.contains(arg);
        at += if short || long { 2 } else { 1 };
    }
    at
}

/// Options of `docker run`, `docker exec` and `kubectl exec` with a value.
const TAKES: &[&str] = &[
    "-e",
    "--env",
    "--env-file",
    "-v",
    "--volume",
    "--mount",
    "-w",
    "--workdir",
    "-u",
    "--user",
    "--name",
    "-p",
    "--publish",
    "--network",
    "--net",
    "--entrypoint",
    "-h",
    "--hostname",
    "-l",
    "--label",
    "-m",
    "--memory",
    "--cpus",
    "--platform",
    "--gpus",
    "--device",
    "--cap-add",
    "--cap-drop",
    "--security-opt",
    "--shm-size",
    "--add-host",
    "--ulimit",
    "--restart",
    "--pull",
    "--link",
    "--dns",
    "--pid",
    "--ipc",
    "--tmpfs",
    "--log-driver",
    "-n",
    "--namespace",
    "-c",
    "--container",
    "-f",
    "--context",
    "--kubeconfig",
    "--index",
    "--image",
    "--cwd",
];
