//! Does a condition of a signature hold for a start? Cheap facts first, user space last.

use std::cell::OnceCell;

use event::{Exec, ProcessId, Text};

use super::facts::Facts;
use super::imports;
use super::launch::{Launch, base_name};
use super::schema::Condition;

/// A start that signatures are asked about.
pub struct Start<'a> {
    /// The process that starts the program.
    pub process: ProcessId,
    /// The exec.
    pub exec: &'a Exec,
    /// What it really starts.
    pub launch: Launch<'a>,
    /// Program path of the parent, empty where it is not known.
    pub parent_exe: &'a str,
    /// The script's path behind its links, asked once.
    real_script: OnceCell<Option<Text>>,
    /// The script's text, asked once.
    script_text: OnceCell<Option<Text>>,
}

impl<'a> Start<'a> {
    /// A start by `process`, whose parent runs `parent_exe`.
    pub fn new(process: ProcessId, exec: &'a Exec, parent_exe: &'a str) -> Self {
        Self {
            process,
            exec,
            launch: Launch::of(exec),
            parent_exe,
            real_script: OnceCell::new(),
            script_text: OnceCell::new(),
        }
    }

    /// The script's absolute path as given.
    pub fn script_path(&self) -> Option<std::borrow::Cow<'a, str>> {
        let script = self.launch.script?;
        if script.starts_with('/') {
            return Some(script.into());
        }
        let relative = script.trim_start_matches("./");
        Some(format!("{}/{relative}", self.exec.cwd.trim_end_matches('/')).into())
    }

    fn real_script(&self, facts: &dyn Facts) -> Option<&str> {
        let ask = || facts.real_path(self.process, &self.script_path()?);
        self.real_script.get_or_init(ask).as_deref()
    }

    fn imports(&self, module: &str, facts: &dyn Facts) -> bool {
        let Some(script) = self.script_path() else { return false };
        let ask = || facts.script_text(self.process, &script);
        match self.script_text.get_or_init(ask) {
            Some(text) => imports::in_text(text, module),
            None => facts.imports(self.process, &script, module),
        }
    }

    /// The value of a variable the exec event holds.
    fn variable(&self, name: &str) -> Option<&'a str> {
        self.exec.env.iter().find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
    }
}

impl Condition {
    /// True if every given field holds.
    pub fn holds(&self, start: &Start<'_>, facts: &dyn Facts) -> bool {
        self.program_holds(start)
            && self.arguments_hold(start)
            && self.surroundings_hold(start)
            && self.script_holds(start, facts)
            && self.user_space_holds(start, facts)
    }

    fn program_holds(&self, start: &Start<'_>) -> bool {
        let (exec, launch) = (start.exec, &start.launch);
        any_given(&self.name, |name| &**name == launch.name)
            && (self.runs.is_empty() || launch.family.is_some_and(|f| self.runs.contains(&f)))
            && any_given(&self.exe, |glob| is_path(glob, &exec.exe.path))
            && any_given(&self.argv0, |name| {
                exec.argv.first().is_some_and(|given| base_name(given) == &**name)
            })
    }

    fn arguments_hold(&self, start: &Start<'_>) -> bool {
        let launch = &start.launch;
        any_given(&self.code, |glob| launch.code.is_some_and(|code| is_code(glob, code)))
            && any_given(&self.module, |module| {
                launch.module.is_some_and(|given| {
                    given
                        .strip_prefix(&**module)
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
                })
            })
            && any_given(&self.package, |package| launch.package.is_some_and(|p| wild(package, p)))
            && any_given(&self.argv, |glob| launch.rest.iter().any(|given| wild(glob, given)))
            && any_given(&self.argv_too, |glob| launch.rest.iter().any(|given| wild(glob, given)))
            && any_given(&self.verb, |verb| {
                launch.rest.iter().find(|given| !given.starts_with('-')).is_some_and(|v| v == verb)
            })
    }

    fn surroundings_hold(&self, start: &Start<'_>) -> bool {
        self.tty.is_none_or(|tty| tty == (start.exec.tty != 0))
            && self.interactive_shell.is_none_or(|it| it == start.launch.is_interactive_shell())
            && any_given(&self.parent, |glob| is_path(glob, start.parent_exe))
    }

    fn script_holds(&self, start: &Start<'_>, facts: &dyn Facts) -> bool {
        if self.script.is_empty() {
            return true;
        }
        let Some(path) = start.script_path() else { return false };
        if self.script.iter().any(|glob| is_path(glob, &path)) {
            return true;
        }
        let Some(real) = start.real_script(facts) else { return false };
        self.script.iter().any(|glob| is_path(glob, real))
    }

    fn user_space_holds(&self, start: &Start<'_>, facts: &dyn Facts) -> bool {
        any_given(&self.env, |asked| variable_holds(asked, start, facts))
            && any_given(&self.imports, |module| start.imports(module, facts))
            && any_given(&self.binary_has, |text| {
                facts.mentions(start.process, &start.exec.exe.path, text)
            })
    }

    /// How much the given fields say: 2 is the least that names a product. A name, a family, a verb
    /// or a variable says half; a path, a module, a package, an import or a text in the program all.
    pub fn weight(&self) -> u32 {
        let path = |globs: &[Text]| match globs {
            [] => 0,
            globs if globs.iter().all(|glob| says_more_than_a_name(glob)) => 2,
            _ => 1,
        };
        let whole = [&self.module, &self.package, &self.imports, &self.binary_has];
        let half = [
            &self.name,
            &self.argv0,
            &self.argv,
            &self.argv_too,
            &self.verb,
            &self.env,
            &self.parent,
        ];
        let given =
            |lists: &[&Vec<Text>]| lists.iter().filter(|list| !list.is_empty()).count() as u32;
        path(&self.exe)
            + path(&self.script)
            + 2 * given(&whole)
            + given(&half)
            + u32::from(!self.runs.is_empty())
    }

    /// What it stands on, in words: the evidence of a session.
    pub fn evidence(&self, start: &Start<'_>) -> String {
        let exe = &start.exec.exe.path;
        if let (false, Some(package)) = (self.package.is_empty(), start.launch.package) {
            return format!("package {package} run by {}", start.launch.name);
        }
        if let (false, Some(module)) = (self.module.is_empty(), start.launch.module) {
            return format!("module {module} run by {exe}");
        }
        if let (false, Some(script)) =
            (self.script.is_empty() && self.imports.is_empty(), start.script_path())
        {
            let imports =
                self.imports.first().map(|m| format!(" that imports {m}")).unwrap_or_default();
            return format!("script {script}{imports} run by {exe}");
        }
        let mut words = format!("executable {exe}");
        for (what, given) in [("text", &self.binary_has), ("variable", &self.env)] {
            if let Some(first) = given.first() {
                words.push_str(&format!(" with {what} {first}"));
            }
        }
        words
    }
}

/// `NAME` is set or `NAME=glob` holds; user space is asked only where the event holds no variable.
pub(super) fn variable_holds(asked: &str, start: &Start<'_>, facts: &dyn Facts) -> bool {
    let (name, glob) = asked.split_once('=').unwrap_or((asked, "*"));
    if let Some(value) = start.variable(name) {
        return wild(glob, value);
    }
    start.exec.env.is_empty()
        && facts.variable(start.process, name).is_some_and(|value| wild(glob, &value))
}

/// The event itself holds the variable.
pub(super) fn variable_seen(asked: &str, start: &Start<'_>) -> bool {
    let (name, glob) = asked.split_once('=').unwrap_or((asked, "*"));
    start.variable(name).is_some_and(|value| wild(glob, value))
}

/// A command string that is one simple command, unless the glob itself has operators.
fn is_code(glob: &str, code: &str) -> bool {
    let operators = [';', '|', '&', '$', '`', '\n', '>', '<'];
    wild(glob, code) && (glob.contains(operators) || !code.contains(operators))
}

fn any_given<T>(list: &[T], holds: impl FnMut(&T) -> bool) -> bool {
    list.is_empty() || list.iter().any(holds)
}

/// A path and a glob in which `*` stops at `/` and `**` does not.
fn is_path(glob: &str, path: &str) -> bool {
    fast_glob::glob_match(glob, path)
}

/// A glob of a path says more than a name if a directory in it is literal.
fn says_more_than_a_name(glob: &str) -> bool {
    let directories = glob.rsplit_once('/').map_or("", |(directories, _)| directories);
    directories
        .split('/')
        .any(|part| !part.is_empty() && !matches!(part, "**" | "*" | "usr" | "bin" | "local"))
}

/// `*` stands for any text, all else for itself.
pub(crate) fn wild(glob: &str, text: &str) -> bool {
    let mut parts = glob.split('*');
    let Some(first) = parts.next() else { return text.is_empty() };
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        let Some(at) = rest.find(part) else { return false };
        rest = rest.get(at + part.len()..).unwrap_or_default();
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wild_matches_across_slashes() {
        for (glob, text, expect) in [
            ("", "", true),
            ("*", "anything", true),
            ("a*c", "a/b/c", true),
            ("a*c", "a/b/d", false),
            ("a*b*c", "a-b-c", true),
            ("abc", "abcd", false),
            ("*cli.js", "/x/out/cli.js", true),
            ("ab*ba", "aba", false),
        ] {
            assert_eq!(wild(glob, text), expect, "{glob} {text}");
        }
    }

    #[test]
    fn a_name_is_never_enough() {
        let exe = |glob: &str| Condition { exe: vec![glob.into()], ..Condition::default() };
        assert_eq!(exe("**/codex").weight(), 1);
        assert_eq!(exe("/usr/bin/codex").weight(), 1);
        assert_eq!(exe("**/@openai/codex/**/codex").weight(), 2);
        let name = Condition { name: vec!["codex".into()], ..Condition::default() };
        assert_eq!(name.weight(), 1);
        assert_eq!(Condition { verb: vec!["exec".into()], ..name }.weight(), 2);
    }
}
