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

/// Rules, and what of the plan they do not hold.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// A place and what may be done there and below.
    pub rules: Vec<(PathBuf, FileAccess)>,
    /// Places that may be changed though the plan does not allow it.
    pub lacking: Vec<String>,
}

/// The rules for what is seen where.
pub fn rules(places: &[Place]) -> Rules {
    let mut made = Rules::default();
    made.rules.extend(DEVICES.map(|device| (device.into(), FileAccess::Change)));
    for place in places {
        match place.shows {
            Shows::Host(FileAccess::Change) => {
                let less = places.iter().filter(|other| {
                    other.path != place.path
                        && other.path.starts_with(&place.path)
                        && other.shows != place.shows
                        && std::fs::symlink_metadata(&other.path).is_ok()
                });
                let held: Vec<String> = less.map(|it| it.path.display().to_string()).collect();
                made.lacking.extend(
                    held.into_iter().filter(|it| !made.lacking.contains(it)).collect::<Vec<_>>(),
                );
                made.rules.push((place.path.clone(), FileAccess::Change));
            }
            Shows::Host(access) => spread(&place.path, access, places, &mut made.rules),
            Shows::Processes => made.rules.push((place.path.clone(), FileAccess::Read)),
            Shows::Nothing | Shows::Own | Shows::Devices => {}
        }
    }
    made
}

/// Allows a folder, or what is in it where something below is a place of its own.
fn spread(
    path: &Path,
    access: FileAccess,
    places: &[Place],
    rules: &mut Vec<(PathBuf, FileAccess)>,
) {
    let less = |other: &Place| match other.shows {
        Shows::Host(own) => own < access,
        Shows::Processes => access > FileAccess::Read,
        Shows::Nothing | Shows::Own | Shows::Devices => true,
    };
    let inner = places
        .iter()
        .any(|other| other.path != path && other.path.starts_with(path) && less(other));
    if !inner {
        rules.push((path.to_owned(), access));
        return;
    }
    let Ok(listed) = std::fs::read_dir(path) else { return };
    for entry in listed.flatten() {
        let child = entry.path();
        // A link leads elsewhere, and is read without a rule.
        let link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
        let own = places.iter().any(|place| place.path == child);
        if !link && !own && rules.len() < MOST {
            spread(&child, access, places, rules);
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
        for folder in ["a/.ssh", "a/code/x", "b", "w/.git/hooks"] {
            std::fs::create_dir_all(root.join(folder)).expect("made");
        }
        std::os::unix::fs::symlink("a/.ssh", root.join("keys")).expect("made");
        let place = |path: &str, shows| Place { path: root.join(path), shows };
        use FileAccess::{Change, Read, Run};
        let places = [
            place("", Shows::Host(Run)),
            place("a/.ssh", Shows::Nothing),
            place("w", Shows::Host(Change)),
            place("w/.git/hooks", Shows::Host(Read)),
        ];
        let made = rules(&places);
        let mut rules: Vec<String> = made
            .rules
            .iter()
            .filter_map(|(path, access)| {
                Some(format!("{} {access:?}", path.strip_prefix(&root).ok()?.display()))
            })
            .collect();
        rules.sort();
        assert_eq!(rules, ["a/code Run", "b Run", "w Change", "w/.git/hooks Read"]);
        assert_eq!(made.lacking, [root.join("w/.git/hooks").display().to_string()]);
    }
}
