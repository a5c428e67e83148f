//! The plan as Landlock can say it: only what is allowed, with all below. A place below an allowed folder is held back
//! by allowing its siblings instead, at every level between the two.

use std::path::{Path, PathBuf};

use event::FileAccess;

use super::places::{Place, Shows};

/// Devices and folders of devices that any program needs.
const DEVICES: [&str; 8] = [
    "/dev/null",
    "/dev/zero",
    "/dev/full",
    "/dev/random",
    "/dev/urandom",
    "/dev/tty",
    "/dev/ptmx",
    "/dev/pts",
];
/// Most rules.
const MOST: usize = 65_536;

/// What becomes of folders that may be changed but for something in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mixed {
    /// Landlock refuses changes of all of it, and who is asked does those that the plan allows.
    Asked,
    /// All of it may be changed.
    Changed,
}

/// Rules, and what of the plan they do not hold.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// A place and what may be done there and below.
    pub rules: Vec<(PathBuf, FileAccess)>,
    /// Places that may be changed though the plan does not allow it.
    pub lacking: Vec<String>,
    /// Folders that may be changed by asking alone.
    pub asked: Vec<PathBuf>,
}

/// The rules for what is seen where, and for names that nobody may make.
pub fn rules(places: &[Place], absent: &[PathBuf], mixed: Mixed) -> Rules {
    let absent = absent.iter().map(|path| {
        let shows = Shows::Host(FileAccess::Read);
        Place { path: path.clone(), shows }
    });
    let seen = places;
    let places = &match mixed {
        Mixed::Asked => places.iter().cloned().chain(absent).collect(),
        Mixed::Changed => places.to_vec(),
    };
    let mut made = Rules::default();
    made.rules.extend(DEVICES.map(|device| (device.into(), FileAccess::Change)));
    for place in seen {
        match place.shows {
            Shows::Host(access) => made.spread(&place.path, access, places, mixed),
            Shows::Processes => made.rules.push((place.path.clone(), FileAccess::Read)),
            Shows::Nothing | Shows::Own | Shows::Devices | Shows::Copy | Shows::Instead => {}
        }
    }
    made
}

impl Rules {
    /// Allows a folder, or what is in it where something below is held back. In a folder that may be changed only what
    /// is hidden is: who may make files in it may make them everywhere below.
    fn spread(&mut self, path: &Path, access: FileAccess, places: &[Place], mixed: Mixed) {
        let inner = places.iter().filter(|it| it.path != path && it.path.starts_with(path));
        let (mut held_back, mut lacking) = (false, Vec::new());
        for other in inner {
            match other.shows {
                Shows::Nothing | Shows::Own | Shows::Devices | Shows::Copy | Shows::Instead => {
                    held_back = true;
                }
                Shows::Processes => held_back |= access > FileAccess::Read,
                Shows::Host(own) if own >= access => {}
                Shows::Host(_) if access < FileAccess::Change => held_back = true,
                Shows::Host(_) => lacking.push(other.path.display().to_string()),
            }
        }
        if !held_back {
            self.allow(path, access, lacking, mixed);
            return;
        }
        let Ok(listed) = std::fs::read_dir(path) else { return };
        for entry in listed.flatten() {
            let child = entry.path();
            // A link leads elsewhere, and is read without a rule.
            let link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
            let own = places.iter().any(|place| place.path == child);
            if !link && !own && self.rules.len() < MOST {
                self.spread(&child, access, places, mixed);
            }
        }
    }

    /// Allows a folder with all below, of which this is held.
    fn allow(&mut self, path: &Path, access: FileAccess, held: Vec<String>, mixed: Mixed) {
        match mixed {
            Mixed::Asked if !held.is_empty() => {
                self.rules.push((path.to_owned(), FileAccess::Run));
                self.asked.push(path.to_owned());
            }
            Mixed::Asked | Mixed::Changed => {
                self.rules.push((path.to_owned(), access));
                self.lacking.extend(held);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_back_has_its_siblings_allowed() {
        let home = tempfile::tempdir().expect("a folder");
        let root = home.path().canonicalize().expect("there");
        for folder in ["a/.ssh", "a/code/x", "b", "w/.git/hooks", "v/keys", "v/src"] {
            std::fs::create_dir_all(root.join(folder)).expect("made");
        }
        std::os::unix::fs::symlink("a/.ssh", root.join("keys")).expect("made");
        let place = |path: &str, shows| Place { path: root.join(path), shows };
        use FileAccess::{Change, Read, Run};
        let places = [
            place("", Shows::Host(Run)),
            place("a/.ssh", Shows::Nothing),
            place("v", Shows::Host(Change)),
            place("v/keys", Shows::Nothing),
            place("w", Shows::Host(Change)),
            place("w/.git/hooks", Shows::Host(Read)),
        ];
        let made = rules(&places, &[], Mixed::Changed);
        let mut rules: Vec<String> = made
            .rules
            .iter()
            .filter_map(|(path, access)| {
                Some(format!("{} {access:?}", path.strip_prefix(&root).ok()?.display()))
            })
            .collect();
        rules.sort();
        assert_eq!(rules, ["a/code Run", "b Run", "v/src Change", "w Change", "w/.git/hooks Read"]);
        assert_eq!(made.lacking, [root.join("w/.git/hooks").display().to_string()]);
        let made = super::rules(&places, &[root.join("v/src/rules")], Mixed::Asked);
        assert!(made.lacking.is_empty());
        let asked = ["v/src", "w"].map(|path| root.join(path));
        assert_eq!(made.asked, asked);
        for path in asked {
            assert!(made.rules.contains(&(path, Run)));
        }
    }
}
