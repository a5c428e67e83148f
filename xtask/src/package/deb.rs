//! The Debian package, by `dpkg-deb`.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::stage::Stage;
use super::{Order, Squeeze, epoch, run};

/// Shared library, and the package that brings it on Debian 12.
const LIBRARIES: [(&str, &str); 7] = [
    ("libc.so.6", "libc6 (>= 2.36)"),
    ("libm.so.6", "libc6 (>= 2.36)"),
    ("libdl.so.2", "libc6 (>= 2.36)"),
    ("libpthread.so.0", "libc6 (>= 2.36)"),
    ("libgcc_s.so.1", "libgcc-s1"),
    ("libelf.so.1", "libelf1"),
    ("libz.so.1", "zlib1g"),
];

pub fn build(root: &Path, stage: &Stage, dist: &Path, order: &Order) -> Result<PathBuf> {
    let tree = stage.place.join("deb");
    run(Command::new("cp").arg("-a").arg(&stage.files).arg(&tree))?;
    let debian = tree.join("DEBIAN");
    fs::create_dir_all(&debian)?;
    let architecture = run(Command::new("dpkg").arg("--print-architecture"))?.trim().to_owned();
    let program = tree.join("usr/bin/chaperone");
    let kib = run(Command::new("du").args(["-sk", "--apparent-size"]).arg(&stage.files))?;
    let kib = kib.split_whitespace().next().unwrap_or("0");
    fs::write(
        debian.join("control"),
        format!(
            "Package: chaperone\nVersion: {}\nArchitecture: {architecture}\n\
             Maintainer: the Chaperone authors <chaperone@localhost>\nSection: admin\nPriority: optional\n\
             Installed-Size: {kib}\nDepends: {}\n\
             Description: runtime security for AI agents\n Finds the AI agents of this host, records \
             what they really do by kernel events, ties\n every act to agent, session and tool call, \
             and reports what looks wrong.\n",
            order.version,
            depends(&program)?
        ),
    )?;
    fs::write(debian.join("conffiles"), "/etc/chaperone/chaperone.toml\n")?;
    for script in ["postinst", "prerm", "postrm"] {
        let to = debian.join(script);
        fs::copy(root.join("packaging/deb").join(script), &to)?;
        fs::set_permissions(to, fs::Permissions::from_mode(0o755))?;
    }
    let package = dist.join(format!("chaperone_{}_{architecture}.deb", order.version));
    let squeeze = match order.squeeze {
        Squeeze::Small => "-Zxz",
        Squeeze::Fast => "-Znone",
    };
    run(Command::new("dpkg-deb")
        .args(["--root-owner-group", squeeze, "--build"])
        .arg(&tree)
        .arg(&package)
        .env("SOURCE_DATE_EPOCH", epoch(root)))?;
    Ok(package)
}

/// The packages that bring the shared libraries `program` names.
fn depends(program: &Path) -> Result<String> {
    let headers = run(Command::new("objdump").arg("-p").arg(program))?;
    let needed = headers.lines().filter_map(|line| line.trim().strip_prefix("NEEDED"));
    let mut packages = BTreeSet::new();
    for library in needed.map(str::trim).filter(|name| !name.starts_with("ld-linux")) {
        let known = LIBRARIES.iter().find(|(name, _)| *name == library);
        let (_, package) = known.with_context(|| {
            format!(
                "the program needs `{library}`\nhint: name its package in deb.rs, or link it in"
            )
        })?;
        packages.insert(*package);
    }
    Ok(packages.into_iter().collect::<Vec<_>>().join(", "))
}
