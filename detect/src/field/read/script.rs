//! The script an interpreter was told to run.

use std::borrow::Cow;

use event::{Attributed, Exec, Text};

use super::{Take, Value, process};

pub fn script(act: &Attributed, take: Take<'_>) {
    process::exec(act, |exec| {
        let Some(script) = script_of(exec) else { return };
        match absolute(exec, script) {
            Cow::Borrowed(_) => take(Value::Shared(script)),
            Cow::Owned(path) => take(Value::Text(&path)),
        }
    });
}

/// The script's path from the root: a relative one is meant from the working directory. `.` and
/// `..` are resolved as text.
pub fn absolute<'a>(exec: &Exec, script: &'a Text) -> Cow<'a, str> {
    if script.starts_with('/') && !script.contains("/.") {
        return Cow::Borrowed(script);
    }
    let from = if script.starts_with('/') { "" } else { &exec.cwd };
    Cow::Owned(plain_path(&format!("{from}/{script}")))
}

/// `.`, `..` and doubled slashes resolved as text.
pub fn plain_path(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            other => parts.push(other),
        }
    }
    format!("/{}", parts.join("/"))
}

/// The script: by its first line as the kernel saw it, else the first plain argument of a known
/// interpreter.
pub fn script_of(exec: &Exec) -> Option<&Text> {
    if exec.script.is_some() {
        return exec.script.as_ref();
    }
    let name = exec.exe.path.rsplit('/').next().unwrap_or_default();
    let name = name.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
    if !INTERPRETERS.contains(&name) {
        return None;
    }
    for argument in exec.argv.iter().skip(1) {
        if !argument.starts_with('-') {
            return Some(argument);
        }
        if is_code(name, argument) {
            return None;
        }
    }
    None
}

const INTERPRETERS: [&str; 14] = [
    "sh", "bash", "dash", "zsh", "ksh", "fish", "python", "pypy", "perl", "ruby", "node", "php",
    "lua", "Rscript",
];

/// After this option comes code, a module or standard input: there is no script.
fn is_code(interpreter: &str, option: &str) -> bool {
    const ALWAYS: [&str; 8] = ["-c", "-e", "-m", "-s", "-", "-p", "--eval", "--print"];
    let shell = interpreter.ends_with("sh");
    ALWAYS.contains(&option) || (shell && !option.starts_with("--") && option.ends_with('c'))
}

#[cfg(test)]
mod tests {
    use event::FileRef;

    use super::*;

    fn check(exe: &str, command: &str, expect: Option<&str>) {
        let exec = Exec {
            exe: FileRef::named(exe),
            argv: command.split(' ').map(Text::from).collect(),
            ..Exec::default()
        };
        assert_eq!(script_of(&exec).map(AsRef::as_ref), expect, "{command}");
    }

    fn check_path(cwd: &str, script: &str, expect: &str) {
        let exec = Exec { cwd: cwd.into(), ..Exec::default() };
        assert_eq!(absolute(&exec, &script.into()), expect);
    }

    #[test]
    fn says_where_it_lies() {
        check_path("/home/a/p", "tools/x.py", "/home/a/p/tools/x.py");
        check_path("/home/a/p", "./../x.py", "/home/a/x.py");
        check_path("/home/a/p", "/tmp/./x.py", "/tmp/x.py");
        check_path("/home/a/p", "/tmp/x.py", "/tmp/x.py");
        check_path("/", "x.py", "/x.py");
    }

    #[test]
    fn finds_the_script() {
        check("/usr/bin/python3.12", "python3 -u tools/x.py --all", Some("tools/x.py"));
        check("/usr/bin/python3", "python3 -m http.server", None);
        check("/usr/bin/bash", "bash -lc make", None);
        check("/usr/bin/bash", "bash --norc ./run.sh", Some("./run.sh"));
        check("/usr/bin/cat", "cat x.py", None);
        check("/usr/bin/node", "node", None);
    }
}
