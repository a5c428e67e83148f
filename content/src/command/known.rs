//! The programs whose command lines are understood: those that run others, run code, or change files.

use super::{code, files, hands, wrapper};

/// Those that are told apart one by one, where they are worked through.
const OTHERS: &[&str] = &[
    "aria2c",
    "ash",
    "at",
    "autossh",
    "awk",
    "bash",
    "batch",
    "curl",
    "dash",
    "dd",
    "docker",
    "docker-compose",
    "entr",
    "fd",
    "fdfind",
    "find",
    "fish",
    "flatpak",
    "gawk",
    "gfind",
    "gsed",
    "guix",
    "http",
    "https",
    "hyperfine",
    "incus",
    "ksh",
    "kubectl",
    "lxc",
    "mawk",
    "mksh",
    "mosh",
    "nawk",
    "nerdctl",
    "nix",
    "nix-shell",
    "oc",
    "parallel",
    "podman",
    "rbash",
    "runuser",
    "screen",
    "script",
    "sed",
    "sh",
    "ssh",
    "su",
    "tmux",
    "watch",
    "wget",
    "xargs",
    "xh",
    "zsh",
];

/// Their names, without folders; some more than once.
pub fn known() -> impl Iterator<Item = &'static str> {
    let others = OTHERS.iter().copied();
    others.chain(wrapper::names()).chain(hands::names()).chain(files::names()).chain(code::names())
}
