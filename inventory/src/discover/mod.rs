//! From the folders of a host to what may matter in them. Nothing is opened here but folders.

mod artifacts;
mod mounts;
mod packages;
mod walk;

use std::path::PathBuf;

use event::Text;

pub use artifacts::{Artifact, Data, Store, Weights};
pub use mounts::far_away;
pub use packages::{Libraries, PackageFolder, PackageKind};
pub use walk::{Bounds, Folder, Found, Reach, Walk, Walked};

/// A folder that is looked through, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home {
    /// Account.
    pub owner: Text,
    /// Its number.
    pub uid: u32,
    /// The folder.
    pub path: PathBuf,
}

/// The homes of a host, as `/etc/passwd` has them; each folder once, with its first owner.
pub fn homes(passwd: &str) -> Vec<Home> {
    let mut homes: Vec<Home> = Vec::new();
    for line in passwd.lines() {
        let fields: Vec<&str> = line.split(':').collect();
        let [name, _, uid, _, _, home, ..] = fields.as_slice() else { continue };
        let (Ok(uid), true) = (uid.parse(), home.starts_with('/')) else { continue };
        let path = PathBuf::from(home);
        // Accounts of services live in places of the system.
        let of_system = path.components().count() < 2
            || SYSTEM.iter().any(|system| path.starts_with(system))
            || homes.iter().any(|known| known.path == path);
        if !of_system {
            homes.push(Home { owner: (*name).into(), uid, path });
        }
    }
    homes
}

/// Homes that are none.
const SYSTEM: &[&str] = &[
    "/bin",
    "/sbin",
    "/usr",
    "/dev",
    "/proc",
    "/sys",
    "/run",
    "/nonexistent",
    "/var/cache",
    "/var/spool",
    "/var/run",
    "/var/mail",
    "/var/backups",
    "/var/www",
    "/etc",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn homes_are_those_of_people_and_services_with_a_folder() {
        let told: Vec<String> = homes(
            "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1::/usr/sbin:/x\nalice:x:1000:1000::/home/alice:/bin/sh\n\
             nobody:x:65534:65534::/nonexistent:/x\nbroken line\nci:x:999:999::/var/lib/ci:/x\ntwin:x:1001:1::/home/alice:/x\n\
             slash:x:3:3::/:/x\n",
        )
        .iter()
        .map(|home| format!("{} {}", home.owner, home.path.display()))
        .collect();
        assert_eq!(told, ["root /root", "alice /home/alice", "ci /var/lib/ci"]);
    }
}
