//! Signatures: Ed25519 over `SHA256SUMS`, by openssl, so that anybody can check without our tools.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::run;

/// Signs `SHA256SUMS` in `dist`; the public key lies beside the signature.
pub fn sign(key: &Path, dist: &Path) -> Result<[PathBuf; 2]> {
    let signature = dist.join("SHA256SUMS.sig");
    run(openssl().args(["pkeyutl", "-sign", "-rawin", "-inkey"]).arg(key).args([
        "-in".as_ref(),
        dist.join("SHA256SUMS").as_os_str(),
        "-out".as_ref(),
        signature.as_os_str(),
    ]))
    .context("cannot sign\nhint: openssl genpkey -algorithm ed25519 -out key.pem")?;
    let public = dist.join("chaperone.pub");
    run(openssl().args(["pkey", "-pubout", "-in"]).arg(key).arg("-out").arg(&public))?;
    Ok([signature, public])
}

/// True if the signature is of this key over these sums.
pub fn verify(public: &Path, dist: &Path) -> bool {
    let checked = run(openssl()
        .args(["pkeyutl", "-verify", "-rawin", "-pubin", "-inkey"])
        .arg(public)
        .arg("-in")
        .arg(dist.join("SHA256SUMS"))
        .arg("-sigfile")
        .arg(dist.join("SHA256SUMS.sig")));
    checked.is_ok()
}

/// A key for tests.
pub fn make_key(path: &Path) -> Result<()> {
    run(openssl().args(["genpkey", "-algorithm", "ed25519", "-out"]).arg(path))?;
    Ok(())
}

fn openssl() -> Command {
    Command::new("openssl")
}
