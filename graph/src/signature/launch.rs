//! What an exec really starts: the script inside an interpreter, the module, the package that a
//! runner fetches, and the arguments that are the program's own. First step of recognition.

use event::{Exec, Text};

use super::schema::Family;

/// The start behind one exec.
#[derive(Clone, Debug, Default)]
pub struct Launch<'a> {
    /// Last part of the program path.
    pub name: &'a str,
    /// Family, where the program is an interpreter or shell.
    pub family: Option<Family>,
    /// Script, as given.
    pub script: Option<&'a str>,
    /// Module of `python -m`.
    pub module: Option<&'a str>,
    /// Package of a package runner, without version.
    pub package: Option<&'a str>,
    /// Code given as an argument (`-c`, `-e`).
    pub code: Option<&'a str>,
    /// Arguments after the program, script, module or package.
    pub rest: &'a [Text],
}

/// Last part of a path.
pub fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The program that an exec is about and its arguments. `env NODE SCRIPT`, as the first line of most
/// scripts asks for, is about NODE already: it has no act of its own before it becomes that.
pub fn program(exec: &Exec) -> (&str, &[Text]) {
    let name = base_name(&exec.exe.path);
    let arguments = exec.argv.get(1..).unwrap_or_default();
    if name != ENV {
        return (name, arguments);
    }
    let at = arguments.iter().position(|word| !word.starts_with('-') && !word.contains('='));
    match at.and_then(|at| arguments.split_at_checked(at)).and_then(|(_, rest)| rest.split_first())
    {
        Some((program, rest)) => (base_name(program), rest),
        None => (name, arguments),
    }
}

/// The program that looks another up and becomes it.
pub const ENV: &str = "env";

/// The family of a program by its file name, versions in the name aside (`python3.11`, `node-20`).
pub fn family(name: &str) -> Option<Family> {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-'));
    Some(match stem {
        "node" | "nodejs" => Family::Node,
        "python" | "pypy" => Family::Python,
        "bun" => Family::Bun,
        "deno" => Family::Deno,
        "sh" | "bash" | "dash" | "zsh" | "fish" | "ksh" | "ash" | "mksh" => Family::Shell,
        "java" => Family::Java,
        "ruby" | "perl" | "php" | "lua" => Family::Other,
        _ => return None,
    })
}

impl<'a> Launch<'a> {
    /// Reads an exec. Costs a walk over the first arguments, no allocation.
    pub fn of(exec: &'a Exec) -> Self {
        let (name, arguments) = program(exec);
        let mut launch = Launch { name, family: family(name), rest: arguments, ..Self::default() };
        match launch.family {
            Some(Family::Node) => launch.read_node(arguments),
            Some(Family::Python) => launch.read_python(arguments),
            Some(Family::Shell) => launch.read_shell(arguments),
            Some(Family::Bun) => launch.read_bun(arguments),
            Some(Family::Deno) => launch.read_deno(arguments),
            Some(Family::Java) => {}
            Some(Family::Other) => launch.script_first(arguments, &[]),
            None => launch.read_runner(name, arguments),
        }
        launch
    }

    /// A shell that waits for a person at a prompt.
    pub fn is_interactive_shell(&self) -> bool {
        self.family == Some(Family::Shell) && self.code.is_none() && self.script.is_none()
    }

    fn read_node(&mut self, arguments: &'a [Text]) {
        let code = ["-e", "--eval", "-p", "--print", "-pe"];
        if let Some(at) = options_end(arguments, NODE_VALUES, &code) {
            return self.take_code(arguments, at, &code);
        }
        self.script_first(arguments, NODE_VALUES);
        let Some(script) = self.script else { return };
        match base_name(script) {
            "npx" | "npx-cli.js" => self.read_runner("npx", self.rest),
            "npm" | "npm-cli.js" => self.read_runner("npm", self.rest),
            "pnpm" | "pnpm.cjs" => self.read_runner("pnpm", self.rest),
            "pnpx" => self.read_runner("npx", self.rest),
            "yarn" | "yarn.js" => self.read_runner("yarn", self.rest),
            _ => {}
        }
    }

    fn read_python(&mut self, arguments: &'a [Text]) {
        let code = ["-c", "-m"];
        if let Some(at) = options_end(arguments, PYTHON_VALUES, &code) {
            if arguments.get(at).is_some_and(|a| &**a == "-m") {
                self.module = arguments.get(at + 1).map(|m| &**m);
                self.rest = arguments.get(at + 2..).unwrap_or_default();
            } else {
                self.take_code(arguments, at, &code);
            }
            return;
        }
        self.script_first(arguments, PYTHON_VALUES);
        if self.script.is_some_and(|s| base_name(s) == "pipx") {
            self.read_runner("pipx", self.rest);
        }
    }

    fn read_shell(&mut self, arguments: &'a [Text]) {
        for (at, argument) in arguments.iter().enumerate() {
            let word: &str = argument;
            let Some(letters) = word.strip_prefix('-').or_else(|| word.strip_prefix('+')) else {
                self.script = Some(word);
                self.rest = arguments.get(at + 1..).unwrap_or_default();
                return;
            };
            if letters.starts_with('-') {
                continue;
            }
            if letters.contains('c') && word.starts_with('-') {
                self.code = arguments.get(at + 1..).and_then(first_plain);
                self.rest = arguments.get(at + 2..).unwrap_or_default();
                return;
            }
        }
    }

    fn read_bun(&mut self, arguments: &'a [Text]) {
        match arguments.first().map(|a| &**a) {
            Some("x") => self.read_runner("bunx", arguments.get(1..).unwrap_or_default()),
            Some("run") => self.script_first(arguments.get(1..).unwrap_or_default(), &[]),
            _ => self.script_first(arguments, &[]),
        }
    }

    fn read_deno(&mut self, arguments: &'a [Text]) {
        let from = usize::from(arguments.first().is_some_and(|a| matches!(&**a, "run" | "serve")));
        self.script_first(arguments.get(from..).unwrap_or_default(), &[]);
        if let Some(script) = self.script.and_then(|s| s.strip_prefix("npm:")) {
            self.package = Some(without_version(script));
        }
    }

    /// Package runners: which package they fetch and start.
    fn read_runner(&mut self, runner: &str, arguments: &'a [Text]) {
        let (from, values): (usize, &[&str]) = match runner {
            "npx" | "bunx" | "uvx" => (0, RUNNER_VALUES),
            "npm" if verb_is(arguments, &["exec", "x"]) => (1, RUNNER_VALUES),
            "pnpm" | "yarn" if verb_is(arguments, &["dlx", "exec"]) => (1, RUNNER_VALUES),
            "pipx" if verb_is(arguments, &["run"]) => (1, RUNNER_VALUES),
            "uv" if verb_is(arguments, &["tool"]) && verb_is_at(arguments, 1, &["run"]) => {
                (2, RUNNER_VALUES)
            }
            "uv" if verb_is(arguments, &["run"]) => (1, RUNNER_VALUES),
            _ => return,
        };
        let arguments = arguments.get(from..).unwrap_or_default();
        let Some(at) = first_plain_at(arguments, values) else { return };
        let named = arguments
            .windows(2)
            .take(at)
            .find(|pair| {
                pair.first().is_some_and(|f| matches!(&**f, "-p" | "--package" | "--from"))
            })
            .and_then(|pair| pair.get(1))
            .or_else(|| arguments.get(at));
        self.package = named.map(|package| without_version(package));
        self.rest = arguments.get(at + 1..).unwrap_or_default();
    }

    fn script_first(&mut self, arguments: &'a [Text], values: &[&str]) {
        if let Some(at) = first_plain_at(arguments, values) {
            self.script = arguments.get(at).map(|s| &**s);
            self.rest = arguments.get(at + 1..).unwrap_or_default();
        }
    }

    fn take_code(&mut self, arguments: &'a [Text], at: usize, code: &[&str]) {
        let glued = arguments.get(at).filter(|a| !code.contains(&&***a));
        self.code = glued.or_else(|| arguments.get(at + 1)).map(|c| &**c);
        self.rest = arguments.get(at + 2..).unwrap_or_default();
    }
}

const NODE_VALUES: &[&str] =
    &["-r", "--require", "--import", "--loader", "--experimental-loader", "-C", "--conditions"];
const PYTHON_VALUES: &[&str] = &["-X", "-W", "--check-hash-based-pycs"];
const RUNNER_VALUES: &[&str] = &[
    "-p",
    "--package",
    "--from",
    "--with",
    "-w",
    "--python",
    "--directory",
    "--project",
    "--index-url",
    "-c",
    "--call",
    "--registry",
    "--env-file",
];

/// Where the first of `stops` stands, if it stands before the first plain argument.
fn options_end(arguments: &[Text], values: &[&str], stops: &[&str]) -> Option<usize> {
    let mut at = 0;
    while let Some(argument) = arguments.get(at) {
        let word: &str = argument;
        if stops.contains(&word)
            || (word.len() > 2 && word.starts_with("-c") && stops.contains(&"-c"))
        {
            return Some(at);
        }
        if !word.starts_with('-') {
            return None;
        }
        at += 1 + usize::from(values.contains(&word));
    }
    None
}

/// Where the first argument stands that is neither an option nor the value of one.
fn first_plain_at(arguments: &[Text], values: &[&str]) -> Option<usize> {
    let mut at = 0;
    while let Some(argument) = arguments.get(at) {
        let word: &str = argument;
        if word == "--" {
            at += 1;
            continue;
        }
        if !word.starts_with('-') || word == "-" {
            return Some(at);
        }
        at += 1 + usize::from(values.contains(&word));
    }
    None
}

fn first_plain(arguments: &[Text]) -> Option<&str> {
    arguments
        .iter()
        .map(|a| &**a)
        .find(|a| !a.starts_with('-'))
        .or_else(|| arguments.first().map(|a| &**a))
}

fn verb_is(arguments: &[Text], verbs: &[&str]) -> bool {
    verb_is_at(arguments, 0, verbs)
}

fn verb_is_at(arguments: &[Text], at: usize, verbs: &[&str]) -> bool {
    arguments.get(at).is_some_and(|verb| verbs.contains(&&**verb))
}

/// `@scope/name@1.2` and `name==1.2`, `name[extra]` without what follows the name.
fn without_version(package: &str) -> &str {
    let from = usize::from(package.starts_with('@'));
    let end = package
        .char_indices()
        .find(|(at, c)| *at >= from && matches!(c, '@' | '=' | '<' | '>' | '~' | '!' | '['))
        .map_or(package.len(), |(at, _)| at);
    package.get(..end).unwrap_or(package)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Name, script, module, package, code, rest of the start behind a command line.
    fn check(exe: &str, line: &str, expect: [Option<&str>; 4], rest: &str) {
        let Ok(argv) = serde_json::from_str::<Vec<Text>>(line) else {
            panic!("test input: {line}")
        };
        let exec = Exec { exe: event::FileRef::named(exe), argv, ..Exec::default() };
        let launch = Launch::of(&exec);
        let found = [launch.script, launch.module, launch.package, launch.code];
        assert_eq!(found, expect, "{line}");
        assert_eq!(launch.rest.join(" "), rest, "{line}");
    }

    #[test]
    fn reads_interpreters() {
        let node = "/usr/bin/node";
        check(
            node,
            r#"["node","/x/codex.js","exec"]"#,
            [Some("/x/codex.js"), None, None, None],
            "exec",
        );
        check(
            node,
            r#"["node","--no-warnings","-r","a.js","/x/g.js","--yolo"]"#,
            [Some("/x/g.js"), None, None, None],
            "--yolo",
        );
        check(
            node,
            r#"["node","-e","console.log(1)"]"#,
            [None, None, None, Some("console.log(1)")],
            "",
        );
        let python = "/usr/bin/python3.11";
        check(
            python,
            r#"["python","-m","aider","--yes"]"#,
            [None, Some("aider"), None, None],
            "--yes",
        );
        check(
            python,
            r#"["python","-u","-X","dev","x.py","a"]"#,
            [Some("x.py"), None, None, None],
            "a",
        );
        check(
            python,
            r#"["python","-c","print(1)","a"]"#,
            [None, None, None, Some("print(1)")],
            "a",
        );
    }

    #[test]
    fn reads_shells() {
        check("/bin/bash", r#"["bash"]"#, [None; 4], "");
        check("/bin/bash", r#"["-bash"]"#, [None; 4], "");
        check("/bin/bash", r#"["bash","-lc","ls -l"]"#, [None, None, None, Some("ls -l")], "");
        check("/bin/bash", r#"["bash","-c","-l","ls"]"#, [None, None, None, Some("ls")], "ls");
        check(
            "/bin/bash",
            r#"["bash","-e","run.sh","a"]"#,
            [Some("run.sh"), None, None, None],
            "a",
        );
        check("/bin/bash", r#"["bash","--norc","-i"]"#, [None; 4], "--norc -i");
    }

    #[test]
    fn reads_package_runners() {
        let npx = r#"["node","/usr/bin/npx","-y","@google/gemini-cli@latest","-p","hi"]"#;
        check(
            "/usr/bin/node",
            npx,
            [Some("/usr/bin/npx"), None, Some("@google/gemini-cli"), None],
            "-p hi",
        );
        check(
            "/usr/bin/uvx",
            r#"["uvx","--from","mini-swe-agent==2.4","mini","-y"]"#,
            [None, None, Some("mini-swe-agent"), None],
            "-y",
        );
        check(
            "/usr/bin/npm",
            r#"["npm","install","@openai/codex"]"#,
            [None; 4],
            "install @openai/codex",
        );
        check("/usr/bin/uv", r#"["uv","tool","run","x[all]"]"#, [None, None, Some("x"), None], "");
    }
}
