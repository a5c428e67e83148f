//! Whether what agents say over TLS can be heard here, and whether it is.

use std::path::{Path, PathBuf};

use sensor::{Library, Settings, Taps};

use super::{Capability, Part};

/// Where libraries lie.
const FOLDERS: [&str; 6] = [
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/usr/lib64",
    "/usr/lib",
    "/usr/local/lib64",
    "/usr/local/lib",
];

/// Loads the programs; nobody is listened to.
pub fn try_it(settings: &Settings) -> Capability {
    let on = settings.plaintext.libraries();
    let loaded = Taps::open(&Library::ALL);
    let found = match &loaded {
        Err(error) => error.cause(),
        Ok(_) => format!("{}; {}", switched(on), libraries()),
    };
    let btf = Path::new("/sys/kernel/btf/vmlinux").exists();
    let hint = match (loaded.is_ok(), btf) {
        (true, _) => None,
        (false, false) => Some("a kernel with BTF (CONFIG_DEBUG_INFO_BTF)"),
        (false, true) => Some("root, and a kernel with uprobes (CONFIG_UPROBE_EVENTS)"),
    };
    Capability {
        part: Part::Observe,
        name: "plain text of TLS",
        works: loaded.is_ok(),
        self_tested: false,
        what_for: "what agents say to models past the gateway; `sensor.plaintext` turns it on",
        found,
        hint,
    }
}

fn switched(on: &[Library]) -> String {
    let names: Vec<&str> = on.iter().map(|it| it.name()).collect();
    if names.is_empty() { "off".to_owned() } else { format!("on for {}", names.join(", ")) }
}

/// Which libraries are there that could be listened to.
fn libraries() -> String {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let node = std::env::split_paths(&path).any(|folder| folder.join("node").is_file());
    let folders: Vec<PathBuf> = FOLDERS.iter().map(PathBuf::from).collect();
    let mut there = named(&folders);
    there.extend(node.then(|| "node".to_owned()));
    match there.as_slice() {
        [] => "no library found in the usual places".to_owned(),
        all => format!("here: {}", all.join(", ")),
    }
}

/// Libraries in folders, each name once.
fn named(folders: &[PathBuf]) -> Vec<String> {
    let entries = folders.iter().filter_map(|folder| folder.read_dir().ok()).flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let is_one = |name: &String| {
        let rest = name.strip_prefix("libssl.so.").or(name.strip_prefix("libgnutls.so."));
        // The short name, which programs ask for.
        rest.is_some_and(|version| version.split('.').count() <= 2)
    };
    let mut all: Vec<String> = names.filter(is_one).collect();
    all.sort();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_are_named_once() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        for name in
            ["libssl.so.3", "libssl.so", "libgnutls.so.30", "libgnutls.so.30.34.3", "libc.so.6"]
        {
            std::fs::write(folder.path().join(name), "")?;
        }
        let twice = [folder.path().to_owned(), folder.path().to_owned()];
        assert_eq!(named(&twice), ["libgnutls.so.30", "libssl.so.3"]);
        assert_eq!(switched(&[]), "off");
        assert_eq!(switched(&[Library::Node]), "on for node");
        Ok(())
    }
}
