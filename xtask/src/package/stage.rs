//! The files of a package as they will lie in the root of a host.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::{Order, run};

/// A tree of files below `files`.
pub struct Stage {
    /// Everything temporary.
    pub place: PathBuf,
    pub files: PathBuf,
}

/// Place in the repository, place in the package, executable.
const COPIED: [(&str, &str, bool); 5] = [
    ("packaging/chaperone.toml", "etc/chaperone/chaperone.toml", false),
    ("packaging/systemd/chaperone.service", "lib/systemd/system/chaperone.service", false),
    ("packaging/clean.sh", "usr/lib/chaperone/clean", true),
    ("packaging/copyright", "usr/share/doc/chaperone/copyright", false),
    ("CHANGELOG.md", "usr/share/doc/chaperone/CHANGELOG.md", false),
];

/// Place of the program.
const PROGRAM: &str = "usr/bin/chaperone";

/// Completion as clap names it, and where shells look for it.
const COMPLETIONS: [(&str, &str); 3] = [
    ("chaperone.bash", "usr/share/bash-completion/completions/chaperone"),
    ("_chaperone", "usr/share/zsh/vendor-completions/_chaperone"),
    ("chaperone.fish", "usr/share/fish/vendor_completions.d/chaperone.fish"),
];

impl Stage {
    pub fn make(root: &Path, dist: &Path, order: &Order) -> Result<Self> {
        let place = dist.join("stage");
        let _ = fs::remove_dir_all(&place);
        let files = place.join("files");
        let stage = Self { place, files };
        for (from, to, program) in COPIED {
            stage.put(&root.join(from), to, program)?;
        }
        // What agents' hooks start lies beside the program, and is built beside it.
        let hook = order.binary.with_file_name("chaperone-hook");
        for (from, to) in [(&order.binary, PROGRAM), (&hook, "usr/bin/chaperone-hook")] {
            stage.put(from, to, true)?;
            let program = stage.files.join(to);
            run(Command::new("strip").arg("--strip-unneeded").arg(&program))?;
        }
        let program = stage.files.join(PROGRAM);
        stage.made_by(&program)?;
        Ok(stage)
    }

    fn put(&self, from: &Path, to: &str, program: bool) -> Result<()> {
        let to = self.files.join(to);
        fs::create_dir_all(to.parent().context("a file has a folder")?)?;
        fs::copy(from, &to).with_context(|| from.display().to_string())?;
        let mode = if program { 0o755 } else { 0o644 };
        Ok(fs::set_permissions(to, fs::Permissions::from_mode(mode))?)
    }

    /// Man pages and completions, by the program that is packed.
    fn made_by(&self, program: &Path) -> Result<()> {
        let made = self.place.join("made");
        run(Command::new(program).args(["generate", "man"]).arg(&made))?;
        for page in fs::read_dir(&made)? {
            let page = page?.path();
            run(Command::new("gzip").args(["-9", "--no-name"]).arg(&page))?;
            let packed = page.with_extension("1.gz");
            let name = packed.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            self.put(&packed, &format!("usr/share/man/man1/{name}"), false)?;
        }
        run(Command::new(program).args(["generate", "completions"]).arg(&made))?;
        for (name, to) in COMPLETIONS {
            self.put(&made.join(name), to, false)?;
        }
        Ok(())
    }
}
