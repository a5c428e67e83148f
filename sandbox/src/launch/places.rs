//! What is to be seen where: the plan, what every launch has of its own, and what keeps names in their place.
//! Pure, over a plan whose paths were looked at, but for the few files that are copied.

use std::path::{Path, PathBuf};

use event::{FileAccess, Grant, SandboxPlan, Text};

use super::Instead;

/// A place and what is seen there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Absolute.
    pub path: PathBuf,
    /// What is there.
    pub shows: Shows,
}

/// What is seen at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shows {
    /// What the host has, to be read, run or changed.
    Host(FileAccess),
    /// Nothing.
    Nothing,
    /// A folder of the launch's own, gone when it ends.
    Own,
    /// The processes of the launch.
    Processes,
    /// The few devices that any program needs.
    Devices,
    /// A copy of the host's file, to be changed, gone when the launch ends.
    Copy,
    /// Something else of the launcher's own, to be read.
    Instead,
}

/// Folders in which programs keep what is theirs alone. Sockets of the host's services stand in them, too.
const OWN: [&str; 3] = ["/tmp", "/var/tmp", "/run"];

/// What is seen where, parents first.
pub fn of(plan: &SandboxPlan) -> Vec<Place> {
    let mut places: Vec<Place> = vec![
        Place { path: "/".into(), shows: shows(plan.access("/").0) },
        Place { path: "/proc".into(), shows: Shows::Processes },
        Place { path: "/dev".into(), shows: Shows::Devices },
    ];
    let named = |path: &str| plan.grants.iter().find(|grant| *grant.path == *path);
    for own in OWN {
        if named(own).is_none_or(|grant| grant.access == FileAccess::Hidden) {
            places.push(Place { path: own.into(), shows: Shows::Own });
        }
    }
    for grant in &plan.grants {
        let path = PathBuf::from(&*grant.path);
        if places.iter().any(|place| place.path == path) {
            continue;
        }
        for path in held(plan, &path) {
            places.push(Place { path, shows: Shows::Host(FileAccess::Change) });
        }
        places.push(Place { path, shows: shows(grant.access) });
    }
    // Also where it stands in a folder that every launch has for itself.
    let workspace = PathBuf::from(&*plan.workspace);
    let access = plan.access(&plan.workspace).0;
    if workspace.is_absolute() && access > FileAccess::Hidden {
        places.push(Place { path: workspace, shows: Shows::Host(access) });
    }
    // Of a folder that is named by a grant and held for another one, the grant counts: it came as it is, too.
    places.sort_by(|a, b| a.path.cmp(&b.path));
    places.dedup_by(|later, first| later.path == first.path);
    needed(places)
}

/// Where one of these files may be read and not changed, a copy of it is seen.
pub fn with_copies(mut places: Vec<Place>, copied: &[PathBuf]) -> Vec<Place> {
    let real: Vec<PathBuf> = copied.iter().filter_map(|path| path.canonicalize().ok()).collect();
    for place in &mut places {
        let kept = matches!(place.shows, Shows::Host(FileAccess::Read | FileAccess::Run));
        if kept && place.path.is_file() && real.contains(&place.path) {
            place.shows = Shows::Copy;
        }
    }
    places
}

/// The plan where something else is seen instead of what it hides.
pub fn plan_with(plan: &SandboxPlan, instead: &[Instead]) -> SandboxPlan {
    let mut plan = plan.clone();
    for other in instead {
        plan.grants.retain(|grant| !Path::new(&*grant.path).starts_with(&other.at));
        plan.grants.push(Grant {
            path: Text::from(&*other.at.to_string_lossy()),
            access: FileAccess::Read,
            because: "what stands for it".into(),
        });
    }
    plan
}

/// The places of such a plan.
pub fn with_instead(mut places: Vec<Place>, instead: &[Instead]) -> Vec<Place> {
    for other in instead {
        places.retain(|place| !place.path.starts_with(&other.at));
        places.push(Place { path: other.at.clone(), shows: Shows::Instead });
    }
    places.sort_by(|a, b| a.path.cmp(&b.path));
    places
}

fn shows(access: FileAccess) -> Shows {
    match access {
        FileAccess::Hidden => Shows::Nothing,
        access => Shows::Host(access),
    }
}

/// Folders between a place that may not be changed and the folder around it that may. A folder that something is
/// mounted on cannot be renamed; one above it can, and another one be put in its place: so each is mounted on itself.
fn held<'p>(plan: &'p SandboxPlan, path: &'p Path) -> impl Iterator<Item = PathBuf> + 'p {
    let access = |path: &Path| plan.access(&path.to_string_lossy()).0;
    let own = access(path);
    path.ancestors()
        .skip(1)
        .take_while(move |above| {
            own < FileAccess::Change
                && access(above) == FileAccess::Change
                && **above != *Path::new("/")
        })
        .map(Path::to_owned)
}

/// Without those that show what is there already.
fn needed(places: Vec<Place>) -> Vec<Place> {
    let mut kept: Vec<Place> = Vec::with_capacity(places.len());
    for place in places {
        let around = kept.iter().rev().find(|above| place.path.starts_with(&above.path));
        let same = around.is_some_and(|above| match (above.shows, place.shows) {
            (Shows::Nothing | Shows::Own, Shows::Nothing) => true,
            // Changed below changed is a folder that is held.
            (Shows::Host(a), Shows::Host(b)) => a == b && a < FileAccess::Change,
            _ => false,
        });
        if !same {
            kept.push(place);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use event::Grant;

    use super::*;

    fn plan(grants: &[(&str, FileAccess)]) -> SandboxPlan {
        let grant = |(path, access): &(&str, FileAccess)| Grant {
            path: (*path).into(),
            access: *access,
            because: "".into(),
        };
        SandboxPlan { grants: grants.iter().map(grant).collect(), ..SandboxPlan::default() }
    }

    fn check(grants: &[(&str, FileAccess)], expect: &str) {
        let line = |place: &Place| {
            let shows = match place.shows {
                Shows::Host(access) => format!("{access:?}").to_lowercase(),
                shows => format!("{shows:?}").to_lowercase(),
            };
            format!("{} {shows}", place.path.display())
        };
        let places: Vec<String> = of(&plan(grants)).iter().map(line).collect();
        assert_eq!(places.join(", "), expect);
    }

    #[test]
    fn what_is_seen_where() {
        use FileAccess::{Change, Hidden, Read, Run};
        check(&[], "/ nothing, /dev devices, /proc processes, /run own, /tmp own, /var/tmp own");
        check(
            &[
                ("/", Run),
                ("/usr", Run),
                ("/home/a/.ssh", Hidden),
                ("/tmp", Change),
                ("/tmp/x", Hidden),
            ],
            "/ run, /dev devices, /home/a/.ssh nothing, /proc processes, /run own, /tmp change, /tmp/x nothing, /var/tmp own",
        );
        check(
            &[
                ("/", Read),
                ("/w", Change),
                ("/w/.git/hooks", Read),
                ("/tmp/w", Change),
                ("/run/x", Hidden),
            ],
            "/ read, /dev devices, /proc processes, /run own, /tmp own, /tmp/w change, /var/tmp own, \
             /w change, /w/.git change, /w/.git/hooks read",
        );
        check(
            &[("/", Run), ("/home", Hidden), ("/home/a/.ssh", Hidden), ("/home/a/w", Change)],
            "/ run, /dev devices, /home nothing, /home/a/w change, /proc processes, /run own, /tmp own, /var/tmp own",
        );
    }
}
