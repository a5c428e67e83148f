//! What a right of a product is about, in one vocabulary: commands, files, hosts, servers of tools.

/// What a right lets, or does not let, a product do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Grant<'a> {
    /// Run commands that fit.
    Command(&'a str),
    /// Read files that fit.
    Read(&'a str),
    /// Change files that fit.
    Write(&'a str),
    /// Ask hosts that fit.
    Host(&'a str),
    /// Use tools of a server.
    Server(&'a str),
    /// Something that leaves no trace of its own.
    Other,
}

const COMMANDS: &[&str] =
    &["bash", "shell", "run_shell_command", "execute", "exec", "terminal", "command", "shelltool"];
const READS: &[&str] =
    &["read", "view", "read_file", "glob", "grep", "ls", "list", "list_directory", "search"];
const WRITES: &[&str] = &[
    "edit",
    "write",
    "multiedit",
    "write_file",
    "create",
    "patch",
    "apply_patch",
    "replace",
    "notebookedit",
    "str_replace",
];
const HOSTS: &[&str] = &["webfetch", "web_fetch", "fetch", "web"];

impl<'a> Grant<'a> {
    /// Reads a right in a product's own words (`Bash(git push:*)`, `mcp__files__read`).
    pub fn of(right: &'a str) -> Self {
        let right = right.trim();
        if let Some(rest) = right.strip_prefix("mcp__") {
            return Self::Server(rest.split("__").next().unwrap_or(rest));
        }
        let (tool, about) = match right.split_once('(') {
            Some((tool, rest)) => (tool, rest.strip_suffix(')').unwrap_or(rest)),
            None => (right, "*"),
        };
        let tool = tool.trim().to_ascii_lowercase();
        let is = |names: &[&str]| names.contains(&tool.as_str());
        if is(COMMANDS) {
            Self::Command(about)
        } else if is(READS) {
            Self::Read(about)
        } else if is(WRITES) {
            Self::Write(about)
        } else if is(HOSTS) {
            Self::Host(about.strip_prefix("domain:").unwrap_or(about))
        } else {
            Self::Other
        }
    }
}

/// Whether a command line fits a pattern: `git push:*`, `git *`, `npm test`.
pub(crate) fn fits_command(pattern: &str, line: &str) -> bool {
    let pattern = pattern.trim();
    if pattern == "*" || pattern.is_empty() {
        return true;
    }
    if let Some(prefix) = pattern.strip_suffix(":*") {
        return begins(line, prefix);
    }
    if let Some(prefix) = pattern.strip_suffix('*').filter(|prefix| !prefix.contains('*')) {
        return begins(line, prefix.trim_end());
    }
    if pattern.contains('*') { fast_glob::glob_match(pattern, line) } else { line == pattern }
}

/// Word by word.
fn begins(line: &str, prefix: &str) -> bool {
    line.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

/// Whether a path fits a pattern, of an owner's home and folders of work.
pub(crate) fn fits_path<'w>(
    pattern: &str,
    path: &str,
    home: &str,
    workspaces: impl Iterator<Item = &'w str>,
) -> bool {
    let pattern = pattern.trim();
    if pattern == "*" || pattern == "**" || pattern.is_empty() {
        return true;
    }
    let glob = |pattern: &str| {
        // A folder stands for all that is in it.
        let folder = pattern.trim_end_matches('/');
        fast_glob::glob_match(pattern, path)
            || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    };
    if let Some(rest) = pattern.strip_prefix("~/") {
        return glob(&format!("{home}/{rest}"));
    }
    if let Some(rest) = pattern.strip_prefix("//") {
        return glob(&format!("/{rest}"));
    }
    let below = pattern.trim_start_matches("./").trim_start_matches('/');
    let absolute = pattern.starts_with('/') && glob(pattern);
    absolute || workspaces.into_iter().any(|work| glob(&format!("{work}/{below}")))
}

/// Whether a host fits a pattern: `example.com`, `*.example.com`.
pub(crate) fn fits_host(pattern: &str, host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    pattern == "*"
        || name == pattern
        || host == pattern
        || pattern
            .strip_prefix("*.")
            .is_some_and(|suffix| name.strip_suffix(suffix).is_some_and(|rest| rest.ends_with('.')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_are_read_as_their_products_mean_them() {
        let check =
            |right: &str, expect: Grant<'_>| assert_eq!(Grant::of(right), expect, "{right}");
        check("Bash(git push:*)", Grant::Command("git push:*"));
        check("bash(git *)", Grant::Command("git *"));
        check("run_shell_command(ls)", Grant::Command("ls"));
        check("Bash", Grant::Command("*"));
        check("Read(~/.zshrc)", Grant::Read("~/.zshrc"));
        check("Edit(/docs/**)", Grant::Write("/docs/**"));
        check("WebFetch(domain:docs.rs)", Grant::Host("docs.rs"));
        check("mcp__files__read_file", Grant::Server("files"));
        check("TodoWrite", Grant::Other);
    }

    #[test]
    fn patterns_fit_words_paths_and_hosts() {
        let check = |fits: bool, expect: bool, what: &str| assert_eq!(fits, expect, "{what}");
        check(fits_command("git push:*", "git push origin"), true, "prefix");
        check(fits_command("git push:*", "git pushy"), false, "whole words");
        check(fits_command("git *", "git status"), true, "star");
        check(fits_command("npm test", "npm test"), true, "exact");
        check(fits_command("npm test", "npm test --all"), false, "no more");
        let path = |pattern: &str, path: &str| {
            fits_path(pattern, path, "/home/a", ["/home/a/w"].into_iter())
        };
        check(path("./.env", "/home/a/w/.env"), true, "below the work");
        check(path("./.env", "/home/a/.env"), false, "not above");
        check(path("~/.ssh/**", "/home/a/.ssh/id"), true, "home");
        check(path("//etc/hosts", "/etc/hosts"), true, "absolute");
        check(path("src", "/home/a/w/src/a/b"), true, "a folder");
        check(fits_host("*.example.com", "a.example.com:443"), true, "below");
        check(fits_host("*.example.com", "example.com:443"), false, "not itself");
        check(fits_host("docs.rs", "docs.rs:443"), true, "itself");
    }
}
