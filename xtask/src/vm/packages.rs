//! Debian packages unpacked into the cache: nothing is installed, so nothing of the host changes and
//! no root is needed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// Why a kernel cannot be had here.
pub struct Missing(pub String);

/// An unpacked kernel package.
pub struct KernelFiles {
    /// Version as `uname -r` says it.
    pub release: String,
    pub boot_image: PathBuf,
    pub modules: PathBuf,
}

/// The newest stock kernel of a series (`6.1`) in the package index, or the one of that exact
/// package name.
pub fn kernel(place: &Path, series: &str) -> Result<KernelFiles, Missing> {
    let name = match newest(series) {
        Some(name) => name,
        None => cached(place, series).ok_or_else(|| {
            Missing(format!("no package linux-image-{series}* in the index of this host"))
        })?,
    };
    let release = name.trim_start_matches("linux-image-").to_owned();
    let tree = place.join(&name);
    unpack(&[name], &tree).map_err(|error| Missing(format!("{error:#}")))?;
    Ok(KernelFiles {
        boot_image: tree.join(format!("boot/vmlinuz-{release}")),
        modules: tree.join(format!("lib/modules/{release}")),
        release,
    })
}

/// QEMU with every library that this host lacks.
pub fn qemu(place: &Path) -> Result<PathBuf> {
    let tree = place.join("qemu");
    if !tree.join("complete").exists() {
        let plan = output(Command::new("apt-get").args([
            "install",
            "--simulate",
            "--no-install-recommends",
            "qemu-system-x86",
        ]))?;
        let mut names: Vec<String> = plan
            .lines()
            .filter_map(|line| line.strip_prefix("Inst ")?.split(' ').next())
            .map(str::to_owned)
            .collect();
        names.sort();
        unpack(&names, &tree)?;
    }
    Ok(tree)
}

fn newest(series: &str) -> Option<String> {
    let listed = output(Command::new("apt-cache").args(["pkgnames", "linux-image-"])).ok()?;
    let exact = format!("linux-image-{series}");
    let mut names: Vec<&str> =
        listed.lines().filter(|name| *name == exact || is_stock(name, series)).collect();
    names.sort_by_key(|name| numbers(name));
    names.last().map(|name| (*name).to_owned())
}

/// `linux-image-6.1.0-56-amd64`, `linux-image-6.12.117+deb12-amd64`; not `-cloud-`, `-rt-`, `-dbg`.
fn is_stock(name: &str, series: &str) -> bool {
    let rest = name.strip_prefix(&format!("linux-image-{series}."));
    let version = rest.and_then(|rest| rest.strip_suffix("-amd64"));
    version.is_some_and(|version| {
        version.replace("+deb12", "").chars().all(|c| c.is_ascii_digit() || c == '-' || c == '.')
    })
}

fn numbers(name: &str) -> Vec<u32> {
    let parts = name.split(|c: char| !c.is_ascii_digit());
    parts.filter_map(|part| part.parse().ok()).collect()
}

fn cached(place: &Path, series: &str) -> Option<String> {
    let entries = fs::read_dir(place).ok()?;
    let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    names.filter(|name| is_stock(name, series)).max_by_key(|name| numbers(name))
}

/// Downloads and unpacks; a half-made tree is made anew.
pub fn unpack(names: &[String], tree: &Path) -> Result<()> {
    let complete = tree.join("complete");
    if complete.exists() {
        return Ok(());
    }
    let _ = fs::remove_dir_all(tree);
    let archives = tree.join("archives");
    fs::create_dir_all(&archives)?;
    eprintln!("fetching {}", names.join(" "));
    output(
        Command::new("apt-get")
            .args(["download", "-q", "-o", "APT::Sandbox::User=root"])
            .args(names)
            .current_dir(&archives),
    )?;
    for archive in fs::read_dir(&archives)? {
        output(Command::new("dpkg").arg("-x").arg(archive?.path()).arg(tree))?;
    }
    fs::remove_dir_all(archives)?;
    fs::write(complete, "")?;
    Ok(())
}

/// What a command prints; its last words if it fails, without the names of registries.
pub fn output(command: &mut Command) -> Result<String> {
    let program = command.get_program().display().to_string();
    let output = command.output().with_context(|| format!("cannot run `{program}`"))?;
    let errors = String::from_utf8_lossy(&output.stderr);
    let said: Vec<&str> = errors.lines().filter(|line| !line.contains("://")).collect();
    ensure!(output.status.success(), "`{program}` failed: {}", said.join("\n"));
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stock_kernels_are_told_from_their_variants() {
        for (name, series, stock) in [
            ("linux-image-6.1.0-56-amd64", "6.1", true),
            ("linux-image-6.12.117+deb12-amd64", "6.12", true),
            ("linux-image-6.12.117+deb12-amd64", "6.1", false),
            ("linux-image-6.1.0-56-cloud-amd64", "6.1", false),
            ("linux-image-6.1.0-56-rt-amd64", "6.1", false),
            ("linux-image-6.1.0-56-amd64-dbg", "6.1", false),
        ] {
            assert_eq!(is_stock(name, series), stock, "{name}");
        }
        assert!(numbers("linux-image-6.1.0-9-amd64") < numbers("linux-image-6.1.0-56-amd64"));
    }
}
