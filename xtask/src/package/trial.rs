//! The life of an installation in a throw-away root: packages of two versions are made, signed and
//! checked, then `packaging/trial.sh` installs, upgrades, removes and purges below an overlay of this
//! host.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};

use super::{Order, Squeeze, make, sign};

pub fn run(root: &Path, binary: &Path) -> Result<bool> {
    let place = std::env::temp_dir().join(format!("chaperone-package-{}", std::process::id()));
    let (old, new) = (place.join("old"), place.join("new"));
    fs::create_dir_all(&place)?;
    let tried = (|| {
        for (dist, version) in [(&old, "0.0.1"), (&new, "0.0.2")] {
            let order = Order {
                binary: binary.to_owned(),
                version: version.to_owned(),
                squeeze: Squeeze::Fast,
            };
            make(root, dist, &order)?;
        }
        signatures(&place, &new)?;
        let script = root.join("packaging/trial.sh");
        Ok(Command::new(script).arg(&old).arg(&new).status()?.success())
    })();
    fs::remove_dir_all(place)?;
    tried
}

/// A signature holds for its key and its sums, and for nothing else.
fn signatures(place: &Path, dist: &Path) -> Result<()> {
    let (key, other) = (place.join("key.pem"), place.join("other.pem"));
    sign::make_key(&key)?;
    sign::make_key(&other)?;
    sign::sign(&other, dist)?;
    fs::rename(dist.join("chaperone.pub"), place.join("other.pub"))?;
    let [_, public] = sign::sign(&key, dist)?;
    ensure!(sign::verify(&public, dist), "a good signature is refused");
    ensure!(!sign::verify(&place.join("other.pub"), dist), "a foreign key is believed");
    let sums = dist.join("SHA256SUMS");
    let good = fs::read_to_string(&sums)?;
    fs::write(&sums, good.replacen(char::is_numeric, "x", 1))?;
    ensure!(!sign::verify(&public, dist), "changed sums are believed");
    fs::write(&sums, good)?;
    println!("signature: ok");
    Ok(())
}
