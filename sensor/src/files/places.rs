//! Which places have to be guarded so that the rules hold for opens: from the rules alone.

use std::path::PathBuf;

use event::{Classes, GuardedPlace, KernelRules, Names, Verb};
use nix::sys::fanotify::MaskFlags;

/// A place whose opens ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The folder, or what is guarded itself.
    pub path: PathBuf,
    pub which: Which,
    /// Which opens ask.
    pub mask: MaskFlags,
    /// Whether a whole tree may be guarded here.
    pub trees: Trees,
}

/// What of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// Itself, and everything below.
    Below,
    /// What is in it, by how the name begins and ends.
    In { prefix: String, suffix: String },
}

/// Whether everybody may be made to wait for all of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trees {
    Guarded,
    /// Of the system, and only writing is held: reading it is everybody's daily bread.
    LeftOut,
}

/// Why a place cannot be guarded, whatever is there.
pub const ANYWHERE: &str = "it may be anywhere; only places that are known can be guarded";

/// The places, and those that cannot be guarded.
pub fn of(rules: &KernelRules) -> (Vec<Place>, Vec<(String, &'static str)>) {
    let (mut places, mut left_out) = (Vec::new(), Vec::new());
    for place in rules.places.iter().filter(|place| place.names != Names::Except) {
        let mask = mask(rules, place.classes);
        if mask.is_empty() {
            continue;
        }
        match one(place, mask) {
            Some(place) => places.push(place),
            None => left_out.push((shown(place), ANYWHERE)),
        }
    }
    (places, left_out)
}

fn one(place: &GuardedPlace, mask: MaskFlags) -> Option<Place> {
    if place.folder.is_empty() {
        return None;
    }
    let folder = PathBuf::from(&*place.folder);
    let (path, which) = match &place.names {
        Names::Below => (folder, Which::Below),
        // Where it lies as a rule; deeper ones are found by their path only once something else guards them.
        Names::Ending(parts) => (folder.join(&**parts), Which::Below),
        Names::In { prefix, suffix } => {
            (folder, Which::In { prefix: prefix.to_string(), suffix: suffix.to_string() })
        }
        Names::Except | Names::ExceptIn { .. } => return None,
    };
    let trees = match path.iter().nth(1).and_then(|top| top.to_str()) {
        None => Trees::LeftOut,
        Some(top) if mask == WRITES && SYSTEM.contains(&top) => Trees::LeftOut,
        Some(_) => Trees::Guarded,
    };
    let mask = mask & !MARKED_AS_WRITE;
    Some(Place { path, which, mask, trees })
}

const SYSTEM: [&str; 12] =
    ["usr", "bin", "sbin", "lib", "lib64", "opt", "snap", "nix", "etc", "var", "proc", "sys"];

/// Only writing is held. The kernel does not tell opens apart by what they are for; this bit is ours.
const WRITES: MaskFlags = MaskFlags::FAN_OPEN_PERM.union(MARKED_AS_WRITE);
const MARKED_AS_WRITE: MaskFlags = MaskFlags::FAN_MODIFY;

/// Which opens of files of these classes could be refused.
fn mask(rules: &KernelRules, classes: Classes) -> MaskFlags {
    let held = |verb| could_hold(rules, verb, classes);
    let mut mask = match (held(Verb::ReadFile), held(Verb::WriteFile)) {
        (true, _) => MaskFlags::FAN_OPEN_PERM,
        (false, true) => WRITES,
        (false, false) => MaskFlags::empty(),
    };
    if held(Verb::Exec) {
        mask |= MaskFlags::FAN_OPEN_EXEC_PERM;
    }
    mask
}

/// Whether some book stops the verb for a file of these classes, or of more.
fn could_hold(rules: &KernelRules, verb: Verb, classes: Classes) -> bool {
    rules.books.iter().enumerate().any(|(number, book)| {
        let stops = |secret| !rules.ruling(number, verb, classes, secret).effect.goes_on();
        let forbids = book.verbs.get(&verb).map(|rules| rules.forbids.as_slice());
        let mut forbids = forbids.unwrap_or_default().iter();
        stops(false)
            || stops(true)
            || forbids.any(|it| !it.effect.goes_on() && classes.has_any(it.all))
    })
}

fn shown(place: &GuardedPlace) -> String {
    match &place.names {
        Names::Ending(parts) => parts.to_string(),
        Names::In { prefix, suffix } => format!("{prefix}*{suffix}"),
        Names::Below | Names::Except | Names::ExceptIn { .. } => place.folder.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use event::{Clause, Effect, RuleBook, VerbRules};

    use super::*;

    const KEY: Classes = Classes(1);
    const SETTINGS: Classes = Classes(2);
    const DROPPED: Classes = Classes(4);

    fn rules(places: Vec<GuardedPlace>) -> KernelRules {
        let forbid = |all, effect| {
            let forbids = vec![Clause { all, effect, ..Clause::default() }];
            VerbRules { forbids, permits: None }
        };
        let verbs = BTreeMap::from([
            (Verb::ReadFile, forbid(KEY, Effect::Ask)),
            (Verb::WriteFile, forbid(SETTINGS, Effect::Deny)),
            (Verb::Exec, forbid(DROPPED, Effect::Deny)),
            (Verb::DeleteFile, forbid(Classes(8), Effect::Deny)),
        ]);
        let books = vec![RuleBook { profile: "guarded".into(), verbs }];
        KernelRules { places, books, ..KernelRules::default() }
    }

    #[test]
    fn a_place_is_guarded_for_what_could_be_refused_there() {
        let check = |folder: &str, names: Names, classes, expect: Option<(&str, &str, Trees)>| {
            let place = GuardedPlace { folder: folder.into(), names, classes, groups: 0 };
            let (places, left_out) = of(&rules(vec![place]));
            let found = places.first().map(|it| {
                let mask = match it.mask {
                    MaskFlags::FAN_OPEN_PERM => "open",
                    MaskFlags::FAN_OPEN_EXEC_PERM => "run",
                    _ => "both",
                };
                (it.path.to_string_lossy().into_owned(), mask, it.trees)
            });
            let expect = expect.map(|(path, mask, trees)| (path.to_owned(), mask, trees));
            assert_eq!(found, expect, "{folder}");
            let nowhere = folder.is_empty() && classes != Classes(8);
            assert_eq!(left_out.len(), usize::from(nowhere), "{folder}");
        };
        let key = || Names::In { prefix: "id_".into(), suffix: String::new().as_str().into() };
        let ending = |parts: &str| Names::Ending(parts.into());
        check("/home/a/.ssh", key(), KEY, Some(("/home/a/.ssh", "open", Trees::Guarded)));
        check("/home/a", ending(".x/y"), SETTINGS, Some(("/home/a/.x/y", "open", Trees::Guarded)));
        check("/etc", Names::Below, SETTINGS, Some(("/etc", "open", Trees::LeftOut)));
        check("/etc/pki", Names::Below, KEY, Some(("/etc/pki", "open", Trees::Guarded)));
        check("/", Names::Below, KEY, Some(("/", "open", Trees::LeftOut)));
        check("/tmp", Names::Below, DROPPED, Some(("/tmp", "run", Trees::Guarded)));
        check("/srv", Names::Below, DROPPED.and(KEY), Some(("/srv", "both", Trees::Guarded)));
        check("", ending("build/x"), KEY, None);
        check("/var/log", Names::Below, Classes(8), None);
        check("/home/a/x", Names::Except, KEY, None);
    }
}
