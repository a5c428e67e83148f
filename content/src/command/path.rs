//! Paths without a disk: made absolute by their text alone, and what part of the machine they are in.

use super::{Place, UNKNOWN};

/// `path` seen from `cwd`, without `.`, `..` and doubled slashes. One that begins with what is
/// unknown stays so.
pub fn resolve(path: &str, cwd: &str) -> String {
    if path.starts_with(UNKNOWN) {
        return path.to_owned();
    }
    let cwd = if path.starts_with('/') { "" } else { cwd };
    let unknown = cwd.starts_with(UNKNOWN);
    let mut parts: Vec<&str> = Vec::new();
    for part in cwd.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    if unknown && joined.starts_with(UNKNOWN) { joined } else { format!("/{joined}") }
}

/// A part of the machine. A path is in the first that fits, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Area {
    /// Begins with what only the running command knows.
    Unknown,
    /// `/`, or all that is in it.
    Root,
    /// The workspace itself, all that is in it, or a folder around it.
    Workspace,
    /// What the workspace remembers: `.git` and its like, in the workspace.
    History,
    /// What a build makes again, in the workspace.
    Build,
    /// Anything else in the workspace.
    Inside,
    /// `/tmp`, caches.
    Temporary,
    /// A whole home, or all homes.
    Home,
    /// A disk or a part of one.
    Device,
    /// Logs of the system, and histories of shells.
    Logs,
    /// A folder of the system itself, near the root: `/etc`, `/usr/lib`.
    SystemTop,
    /// Anything else that belongs to the system.
    System,
    /// `/dev/null` and its like.
    Nowhere,
    /// Anything else.
    Outside,
}

/// Folders that a build or an installer makes again.
const BUILD: &[&str] = &[
    "target",
    "node_modules",
    "dist",
    "build",
    "out",
    "__pycache__",
    ".venv",
    "venv",
    ".tox",
    ".nox",
    ".pytest_cache",
    ".mypy_cache",
    ".ruff_cache",
    ".next",
    ".nuxt",
    ".cache",
    ".gradle",
    ".parcel-cache",
    ".turbo",
    "coverage",
    ".eggs",
    "cmake-build-debug",
    "_build",
    "bin",
    "obj",
    "CMakeFiles",
    "htmlcov",
    ".svelte-kit",
    ".terraform",
    "tmp",
    "temp",
    ".ipynb_checkpoints",
];
const HISTORY: &[&str] = &[".git", ".hg", ".svn", ".jj", ".bzr"];
const SYSTEM: &[&str] = &[
    "etc",
    "usr",
    "bin",
    "sbin",
    "lib",
    "lib32",
    "lib64",
    "libx32",
    "boot",
    "var",
    "opt",
    "srv",
    "sys",
    "proc",
    "dev",
    "run",
    "snap",
    "nix",
    "System",
    "Library",
    "Applications",
];
const DISKS: &[&str] = &[
    "sd", "nvme", "vd", "hd", "xvd", "mmcblk", "disk", "mapper", "md", "dm-", "rdisk", "zd", "pmem",
];
const SHELL_HISTORIES: &[&str] = &[
    ".bash_history",
    ".zsh_history",
    ".zhistory",
    ".sh_history",
    ".python_history",
    ".mysql_history",
    ".psql_history",
    "fish_history",
    ".node_repl_history",
    ".lesshst",
];

/// The part of the machine that an absolute path is in.
pub fn area(path: &str, place: &Place<'_>) -> Area {
    if path.starts_with(UNKNOWN) {
        return Area::Unknown;
    }
    let path = path.trim_end_matches('/');
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    // `x/*` is all of `x`.
    let all = parts.last().is_some_and(|last| is_all(last));
    let top = if all { parts.get(..parts.len() - 1).unwrap_or_default() } else { &parts };
    if top.is_empty() {
        return Area::Root;
    }
    match in_workspace(top, all, place.workspace) {
        // A home around the workspace is more than that.
        Some(Area::Workspace) if is_home(top, place.home) && !is_same(top, place.workspace) => {
            return Area::Home;
        }
        Some(area) => return area,
        None => {}
    }
    let first = top.first().copied().unwrap_or_default();
    let second = top.get(1).copied().unwrap_or_default();
    let last = top.last().copied().unwrap_or_default();
    if SHELL_HISTORIES.contains(&last) || (first, second) == ("var", "log") {
        return Area::Logs;
    }
    if is_temporary(top, place.home) {
        return Area::Temporary;
    }
    if is_home(top, place.home) {
        return Area::Home;
    }
    match first {
        "dev"
            if matches!(second, "null" | "zero" | "tty" | "stdout" | "stderr" | "stdin" | "fd")
                || second.starts_with("tcp")
                || second.starts_with("udp")
                || second.ends_with("random")
                || second.starts_with("pts") =>
        {
            Area::Nowhere
        }
        "dev" if DISKS.iter().any(|disk| second.starts_with(disk)) => Area::Device,
        _ if first.starts_with(UNKNOWN) => Area::Unknown,
        // What is installed or served there is somebody's own.
        "opt" | "srv" if top.len() > 1 => Area::Outside,
        _ if SYSTEM.contains(&first) && top.len() <= 2 => Area::SystemTop,
        _ if SYSTEM.contains(&first) => Area::System,
        // `/*.txt`, `/b*`: a pattern at the root.
        _ if top.len() == 1 && first.contains(['*', '?', '[']) => Area::Root,
        _ => Area::Outside,
    }
}

/// A pattern that names everything in a folder.
fn is_all(part: &str) -> bool {
    matches!(part, "*" | ".*" | ".[!.]*" | "**" | ".??*" | ".[^.]*" | "?*" | "[!.]*")
}

fn in_workspace(parts: &[&str], all: bool, workspace: &str) -> Option<Area> {
    let work: Vec<&str> = workspace.split('/').filter(|part| !part.is_empty()).collect();
    if work.is_empty() {
        return None;
    }
    if parts.len() < work.len() {
        // A folder around it takes the workspace along; near the root there is more to say.
        let around = work.starts_with(parts) && parts.len() > 1;
        return around.then_some(Area::Workspace);
    }
    let inside = parts.strip_prefix(work.as_slice())?;
    Some(match inside {
        [] => Area::Workspace,
        _ if inside.iter().any(|part| HISTORY.contains(part)) => Area::History,
        _ if inside.iter().any(|part| is_build(part)) => Area::Build,
        [one] if !all && *one == "*" => Area::Workspace,
        _ => Area::Inside,
    })
}

fn is_same(parts: &[&str], path: &str) -> bool {
    path.split('/').filter(|part| !part.is_empty()).eq(parts.iter().copied())
}

fn is_build(part: &str) -> bool {
    BUILD.contains(&part)
        || [".egg-info", ".pyc", ".o", ".log", ".tmp", ".class"]
            .iter()
            .any(|end| part.ends_with(end))
}

fn is_temporary(parts: &[&str], home: &str) -> bool {
    match parts {
        ["tmp", ..] | ["var", "tmp" | "cache", ..] | ["dev", "shm", ..] => true,
        ["private", "tmp", ..] | ["run", "user", _, ..] | ["var", "lib", "apt", "lists", ..] => {
            true
        }
        _ => {
            let home: Vec<&str> = home.split('/').filter(|part| !part.is_empty()).collect();
            let below = parts.strip_prefix(home.as_slice()).unwrap_or_default();
            matches!(below, [".cache", _, ..] | [".npm", "_cacache", ..])
        }
    }
}

fn is_home(parts: &[&str], home: &str) -> bool {
    let home: Vec<&str> = home.split('/').filter(|part| !part.is_empty()).collect();
    matches!(parts, ["home" | "Users"] | ["home" | "Users", _] | ["root"])
        || parts == home.as_slice()
}
