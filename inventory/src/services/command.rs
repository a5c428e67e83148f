//! Which program of the tables a command line starts, behind whatever wraps it.

use event::Text;

use super::words::commands;
use crate::packages;
use crate::product::Program;

/// Deepest command lines inside of command lines.
const DEPTH: u8 = 4;

/// What a command line starts.
#[derive(Clone, Debug)]
pub struct Started<'p> {
    /// The program.
    pub program: &'p Program,
    /// Words after which nothing asks a person.
    pub bypasses: Vec<Text>,
}

/// The first program of the tables that a line starts.
pub fn started<'p>(programs: &'p [Program], line: &str) -> Option<Started<'p>> {
    of_line(programs, line, DEPTH)
}

fn of_line<'p>(programs: &'p [Program], line: &str, depth: u8) -> Option<Started<'p>> {
    let depth = depth.checked_sub(1)?;
    commands(line).into_iter().find_map(|words| of_words(programs, &words, depth))
}

fn of_words<'p>(programs: &'p [Program], words: &[String], depth: u8) -> Option<Started<'p>> {
    let mut rest = words;
    let mut wraps = 0;
    loop {
        let (first, after) = rest.split_first()?;
        // Systemd's marks stand before the program.
        let first = first.trim_start_matches(['-', '@', '+', '!', ':']);
        let name = first.rsplit('/').next().unwrap_or(first);
        wraps += 1;
        if wraps > 8 {
            return None;
        }
        if is_assignment(first)
            || matches!(name, "then" | "do" | "else" | "if" | "while" | "exec" | "command" | "time")
        {
            rest = after;
            continue;
        }
        match name {
            "sh" | "bash" | "dash" | "zsh" | "ash" | "ksh" | "fish" => {
                let at = after.iter().position(|it| {
                    it.starts_with('-') && !it.starts_with("--") && it.ends_with('c')
                })?;
                return of_line(programs, after.get(at + 1)?, depth);
            }
            "su" => {
                let at = after.iter().position(|it| it == "-c" || it == "--command")?;
                return of_line(programs, after.get(at + 1)?, depth);
            }
            _ => {}
        }
        if let Some(wrapper) = WRAPPERS.iter().find(|wrapper| wrapper.name == name) {
            if wrapper.name == "flock"
                && let Some(at) = after.iter().position(|it| it == "-c")
            {
                return of_line(programs, after.get(at + 1)?, depth);
            }
            rest = wrapper.behind(after);
            continue;
        }
        let program = programs.iter().find(|program| is(program, name, first, after))?;
        return Some(Started { program, bypasses: bypasses(program, words) });
    }
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}

/// A program that starts another.
struct Wrapper {
    name: &'static str,
    /// Options that take the next word.
    takes: &'static [&'static str],
    /// Words of its own before the program.
    own: usize,
}

impl Wrapper {
    fn behind<'w>(&self, words: &'w [String]) -> &'w [String] {
        let (mut rest, mut own) = (words, self.own);
        while let Some((first, after)) = rest.split_first() {
            if first == "--" {
                return after;
            } else if self.takes.contains(&first.as_str()) {
                rest = after.get(1..).unwrap_or_default();
            } else if first.starts_with('-') || is_assignment(first) {
                rest = after;
            } else if own > 0 {
                own -= 1;
                rest = after;
            } else {
                break;
            }
        }
        rest
    }
}

const fn wrapper(name: &'static str, takes: &'static [&'static str], own: usize) -> Wrapper {
    Wrapper { name, takes, own }
}

const WRAPPERS: &[Wrapper] = &[
    wrapper("env", &["-u", "--unset", "-C", "--chdir"], 0),
    wrapper(
        "sudo",
        &["-u", "--user", "-g", "--group", "-h", "-p", "-C", "-D", "-r", "-t", "-T", "-U"],
        0,
    ),
    wrapper("doas", &["-u", "-C"], 0),
    wrapper("runuser", &["-u", "--user", "-g", "-G"], 0),
    wrapper("nice", &["-n", "--adjustment"], 0),
    wrapper("ionice", &["-c", "-n", "-p"], 0),
    wrapper("nohup", &[], 0),
    wrapper("setsid", &[], 0),
    wrapper("stdbuf", &["-i", "-o", "-e"], 0),
    wrapper("timeout", &["-s", "--signal", "-k", "--kill-after"], 1),
    wrapper("flock", &["-w", "--timeout", "-E"], 1),
    wrapper("chronic", &[], 0),
    wrapper("cronic", &[], 0),
    wrapper(
        "systemd-run",
        &["-u", "--unit", "-p", "--property", "-E", "--setenv", "--slice", "--uid", "--gid"],
        0,
    ),
    wrapper("systemd-cat", &["-t", "-p"], 0),
    wrapper("systemd-inhibit", &[], 0),
    wrapper("xvfb-run", &["-n", "-s", "-f", "-e", "-w"], 0),
    wrapper("dbus-run-session", &[], 0),
    wrapper("taskset", &["-c", "-p"], 1),
    wrapper("numactl", &["-C", "-N", "-m"], 0),
    wrapper("tini", &[], 0),
    wrapper("dumb-init", &[], 0),
    wrapper("script", &["-c"], 0),
    wrapper("proxychains4", &["-f"], 0),
];

/// Whether a command is a program of the tables.
fn is(program: &Program, name: &str, first: &str, after: &[String]) -> bool {
    let argument = || after.iter().find(|word| !word.starts_with('-')).map(String::as_str);
    match name {
        "npx" | "pnpx" | "bunx" => fetched(program, "npm:", after),
        "npm" | "pnpm" | "yarn" | "bun" => match argument() {
            Some("exec" | "dlx" | "x") => {
                fetched(program, "npm:", after.get(1..).unwrap_or_default())
            }
            _ => name == "bun" && is_script(program, argument().unwrap_or_default(), after),
        },
        "uvx" => fetched(program, "pypi:", after),
        "uv" | "pipx" => match argument() {
            Some("run") => fetched(program, "pypi:", after.get(1..).unwrap_or_default()),
            Some("tool") => fetched(program, "pypi:", after.get(2..).unwrap_or_default()),
            _ => false,
        },
        "docker" | "podman" | "nerdctl" => contained(program, after),
        "node" | "nodejs" | "deno" | "tsx" => {
            is_script(program, argument().unwrap_or_default(), after)
        }
        _ if name.starts_with("python") || name == "pypy3" => {
            match after.iter().position(|word| word == "-m") {
                Some(at) => after.get(at + 1).is_some_and(|module| runs_module(program, module)),
                None => is_script(program, argument().unwrap_or_default(), after),
            }
        }
        _ => is_script(program, first, after),
    }
}

/// A program by the path of what runs: its name, or the package it lies in.
fn is_script(program: &Program, path: &str, after: &[String]) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let called = program.runs.iter().any(|one| fast_glob::glob_match(&**one, name));
    let needed = program.needs.is_empty()
        || after.iter().any(|word| {
            let word = word.split_once('=').map_or(word.as_str(), |(word, _)| word);
            program.needs.iter().any(|one| **one == *word)
        });
    let of_package = path.split_once("/node_modules/").is_some_and(|(_, below)| {
        let npm = program.packages.iter().filter_map(|one| one.strip_prefix("npm:"));
        npm.into_iter().any(|one| below.strip_prefix(one).is_some_and(|it| it.starts_with('/')))
    });
    called && needed || of_package
}

fn runs_module(program: &Program, module: &str) -> bool {
    program.modules.iter().any(|one| {
        module.strip_prefix(&**one).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    })
}

/// A package that is fetched and run.
fn fetched(program: &Program, manager: &str, after: &[String]) -> bool {
    let mut words = after.iter();
    while let Some(word) = words.next() {
        let named = match word.as_str() {
            "-p" | "--package" | "--from" | "--spec" => words.next(),
            "--with" | "--python" | "--index-url" | "--directory" | "--project" => {
                words.next();
                continue;
            }
            word if word.starts_with('-') => continue,
            _ => Some(word),
        };
        let Some(name) = named.map(|it| bare(it)) else { return false };
        let known = program
            .packages
            .iter()
            .any(|one| one.strip_prefix(manager).is_some_and(|one| one.eq_ignore_ascii_case(name)));
        let any_server = *program.id == *packages::ANY_SERVER && packages::names_server(name);
        if known || any_server {
            return true;
        }
        if named == Some(word) {
            return false;
        }
    }
    false
}

/// A package without its version.
fn bare(spec: &str) -> &str {
    let from = usize::from(spec.starts_with('@'));
    let end = spec.get(from..).and_then(|rest| rest.find(['@', '=', '<', '>', '~', '[']));
    spec.get(..end.map_or(spec.len(), |end| end + from)).unwrap_or(spec)
}

/// An image that is run.
fn contained(program: &Program, after: &[String]) -> bool {
    let Some(at) = after.iter().position(|word| word == "run" || word == "create") else {
        return false;
    };
    let words = after.get(at + 1..).unwrap_or_default();
    let takes = [
        "-v",
        "--volume",
        "--mount",
        "-e",
        "--env",
        "-p",
        "--publish",
        "--name",
        "-w",
        "--workdir",
        "--network",
        "--net",
        "-l",
        "--label",
        "--env-file",
        "-h",
        "--hostname",
        "-u",
        "--user",
    ];
    let mut before = "";
    for word in words {
        if !takes.contains(&before) && !word.starts_with('-') && program.is_image(word) {
            return true;
        }
        before = word;
    }
    false
}

impl Program {
    /// Whether the program is in an image of this name.
    pub fn is_image(&self, name: &str) -> bool {
        let name = name.split('@').next().unwrap_or(name);
        let slash = name.rfind('/').map_or(0, |at| at + 1);
        let end = name.get(slash..).and_then(|last| last.find(':')).map(|at| at + slash);
        let name = name.get(..end.unwrap_or(name.len())).unwrap_or(name);
        let name = name.strip_prefix("docker.io/").unwrap_or(name);
        self.images.iter().any(|one| fast_glob::glob_match(&**one, name))
    }
}

fn bypasses(program: &Program, words: &[String]) -> Vec<Text> {
    let said = |bypass: &&Text| match bypass.split_once(' ') {
        None => words.iter().any(|word| ***bypass == **word),
        Some((option, value)) => {
            let pairs = words.windows(2);
            let apart =
                pairs.into_iter().any(|pair| matches!(pair, [a, b] if a == option && b == value));
            apart || words.iter().any(|word| word.split_once('=') == Some((option, value)))
        }
    };
    program.bypass.iter().filter(said).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::product::Products;

    fn check(line: &str, expect: &str) {
        let (products, _) = Products::shipped();
        let told = started(products.programs(), line).map(|it| {
            let bypasses = it.bypasses.join("+");
            format!("{}{}{bypasses}", it.program.id, if bypasses.is_empty() { "" } else { " " })
        });
        assert_eq!(told.unwrap_or_default(), expect, "{line}");
    }

    #[test]
    fn programs_are_found_behind_what_wraps_them() {
        check("/usr/local/bin/ollama serve", "ollama");
        check("-/usr/bin/env FOO=1 ollama serve", "ollama");
        check(
            "/bin/sh -c 'cd /srv && exec claude -p hi --dangerously-skip-permissions'",
            "claude-code --dangerously-skip-permissions",
        );
        check(
            "sudo -u bob nice -n 5 timeout 1h codex exec -s danger-full-access x",
            "codex-cli -s danger-full-access",
        );
        check("codex exec --ask-for-approval=never x", "codex-cli --ask-for-approval never");
        check("flock -n /tmp/l -c 'gemini -p x --yolo'", "gemini-cli --yolo");
        check("su - bob -c \"aider --yes-always -m x\"", "aider --yes-always");
        check("GOOSE_MODE=auto goose run -i x", "goose GOOSE_MODE=auto");
        check("/opt/venv/bin/python3.12 -m vllm.entrypoints.openai.api_server --model x", "vllm");
        check("/opt/venv/bin/python /opt/venv/bin/vllm serve x", "vllm");
        check("node /usr/lib/node_modules/@anthropic-ai/claude-code/cli.js -p x", "claude-code");
        check("npx -y @modelcontextprotocol/server-filesystem@2025.1 /srv", "mcp-server");
        check("uvx --from git+https://x.test mcp-server-fetch", "mcp-server");
        check("docker run --rm -v ollama:/data -p 11434:11434 ollama/ollama:0.12", "ollama");
        check("podman run -i mcp/postgres", "mcp-server");
    }

    #[test]
    fn what_only_names_a_program_does_not_start_it() {
        check("echo claude", "");
        check("pkill -f ollama", "");
        check("sudo -u claude /usr/bin/backup", "");
        check("systemctl restart ollama", "");
        check("goose -dir migrations postgres up", "");
        check("/home/claude/bin/report.sh", "");
        check("docker pull ollama/ollama", "");
        check("docker run -v mcp/data:/x nginx", "");
        check("python -m vllmlike.server", "");
        check("crush image.png", "");
        check("sh -c", "");
        check("sh -c 'sh -c \"sh -c \\\"sh -c claude\\\"\"'", "");
        check("curl http://127.0.0.1:11434/api/tags | grep ollama", "");
    }
}
