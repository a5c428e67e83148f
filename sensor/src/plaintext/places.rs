//! Where the functions of TLS libraries are: in which files that a process has mapped, by which names.

use std::collections::HashSet;
use std::path::PathBuf;

use crate::settings::Library;

/// A function of a TLS library.
#[derive(Debug)]
pub struct Function {
    pub name: &'static str,
    /// The program at its beginning, and the one at its end.
    pub begins: &'static str,
    pub ends: Option<&'static str>,
}

/// Of OpenSSL and those that have its names.
pub const OPENSSL: &[Function] = &[
    Function { name: "SSL_write", begins: "on_call", ends: Some("on_said") },
    Function { name: "SSL_read", begins: "on_call", ends: Some("on_heard") },
    Function { name: "SSL_write_ex", begins: "on_call_ex", ends: Some("on_said") },
    Function { name: "SSL_read_ex", begins: "on_call_ex", ends: Some("on_heard") },
    Function { name: "SSL_free", begins: "on_closed", ends: None },
];

/// Of GnuTLS.
pub const GNUTLS: &[Function] = &[
    Function { name: "gnutls_record_send", begins: "on_call", ends: Some("on_said") },
    Function { name: "gnutls_record_recv", begins: "on_call", ends: Some("on_heard") },
    Function { name: "gnutls_deinit", begins: "on_closed", ends: None },
];

/// A file that may have them.
#[derive(Debug, PartialEq, Eq)]
pub struct Place {
    /// As we can open it, in whatever view of files the process is.
    pub path: PathBuf,
    /// The file: device and inode.
    pub file: (u64, u64),
    /// Which functions.
    pub library: Library,
}

/// The program itself, which may have a library inside, and the libraries that it has mapped, as far as they are wanted.
pub fn of(pid: u32, wanted: &[Library]) -> Vec<Place> {
    let maps = std::fs::read_to_string(format!("/proc/{pid}/maps")).unwrap_or_default();
    let program = PathBuf::from(format!("/proc/{pid}/exe"));
    let libraries = libraries(&maps)
        .into_iter()
        .map(|(path, library)| (PathBuf::from(format!("/proc/{pid}/root{path}")), library));
    let all = std::iter::once((program, Library::Node)).chain(libraries);
    all.filter(|(_, library)| wanted.contains(library)).filter_map(place).collect()
}

fn place((path, library): (PathBuf, Library)) -> Option<Place> {
    use std::os::unix::fs::MetadataExt;
    let file = std::fs::metadata(&path).ok()?;
    Some(Place { path, file: (file.dev(), file.ino()), library })
}

/// Paths of the libraries, each once, and which it is.
fn libraries(maps: &str) -> Vec<(&str, Library)> {
    let mut seen = HashSet::new();
    maps.lines()
        .filter_map(|line| line.get(line.find('/')?..))
        .filter(|path| seen.insert(*path))
        .filter_map(|path| {
            let name = path.rsplit('/').next()?;
            let is = |library: &str| name.starts_with(library) && name.contains(".so");
            // Some packages bring their own copy, with a sum in its name.
            let openssl = is("libssl.") || is("libssl-");
            let gnutls = is("libgnutls.").then_some(Library::Gnutls);
            Some((path, openssl.then_some(Library::Openssl).or(gnutls)?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_are_known_by_their_names() {
        let line =
            |path: &str| format!("7f0000000000-7f0000001000 r-xp 00000000 fe:00 77  {path}\n");
        let check = |path: &str, expect: Option<Library>| {
            let maps = [line("[heap]"), line(path), line(path)].concat();
            let found: Vec<Library> = libraries(&maps).into_iter().map(|(_, it)| it).collect();
            assert_eq!(found, expect.into_iter().collect::<Vec<_>>(), "{path}");
        };
        check("/usr/lib/x86_64-linux-gnu/libssl.so.3", Some(Library::Openssl));
        check("/opt/venv/psycopg_binary.libs/libssl-6a9b88ec.so.3", Some(Library::Openssl));
        check("/usr/lib/x86_64-linux-gnu/libgnutls.so.30.34.3", Some(Library::Gnutls));
        check("/usr/lib/x86_64-linux-gnu/libgnutls-dane.so.0", None);
        check("/usr/lib/x86_64-linux-gnu/libssl3.so", None);
        check("/home/ida/libssl.c", None);
    }

    #[test]
    fn a_program_is_a_place_of_its_own() {
        let of_node = |it: &Place| it.path.ends_with("exe") && it.library == Library::Node;
        assert!(of(std::process::id(), &Library::ALL).first().is_some_and(of_node));
        assert!(!of(std::process::id(), &[Library::Openssl]).iter().any(of_node));
        assert_eq!(of(u32::MAX, &Library::ALL), []);
    }
}
