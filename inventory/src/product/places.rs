//! All places of all products as one machine that walks along: a folder's entries are asked by name, and only
//! what may lead somewhere is followed.

use rustc_hash::FxHashMap;

use super::Target;

/// Where a place begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Root {
    /// An owner's home (`~/`).
    Home,
    /// Any folder that may be a project (`$project/`).
    Project,
    /// The host (`/`).
    Host,
}

/// Most ways that the braces of one place may stand for.
const MAX_WAYS: usize = 64;

/// The machine.
#[derive(Debug)]
pub struct Places {
    states: Vec<State>,
}

#[derive(Debug, Default)]
struct State {
    named: FxHashMap<Box<str>, u32>,
    globs: Vec<(Box<str>, u32)>,
    /// Behind `**`: entered with this state, stays in every folder below.
    deep: Option<u32>,
    stays: bool,
    targets: Vec<Target>,
}

/// A state that is active in a folder, and how deep the folder was in which its place began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Active {
    state: u32,
    /// Depth of the folder in which the place began.
    pub from: u16,
    /// Where it began.
    pub root: Root,
}

impl Default for Places {
    fn default() -> Self {
        let states = ROOTS.iter().map(|_| State::default()).collect();
        Self { states }
    }
}

const ROOTS: [Root; 3] = [Root::Home, Root::Project, Root::Host];

impl Places {
    /// Adds a place as it is written.
    pub(super) fn add(&mut self, place: &str, target: Target) -> Result<(), String> {
        for way in expand(place)? {
            let (root, way) = split(&way)?;
            let mut state = root as u32;
            for part in way.split('/').filter(|part| !part.is_empty()) {
                state = self.step(state, part)?;
            }
            let last = self.state_mut(state);
            if !last.targets.contains(&target) {
                last.targets.push(target);
            }
        }
        Ok(())
    }

    fn step(&mut self, from: u32, part: &str) -> Result<u32, String> {
        let known = match part {
            "**" => self.state(from).deep,
            _ if is_glob(part) => {
                let globs = &self.state(from).globs;
                globs.iter().find(|(glob, _)| **glob == *part).map(|(_, to)| *to)
            }
            _ => self.state(from).named.get(part).copied(),
        };
        if let Some(known) = known {
            return Ok(known);
        }
        if part == ".." || part == "." || (part.contains("**") && part != "**") {
            return Err(format!("`{part}` cannot be a part"));
        }
        let new = u32::try_from(self.states.len()).map_err(|_| "there are too many".to_owned())?;
        self.states.push(State { stays: part == "**", ..State::default() });
        let state = self.state_mut(from);
        match part {
            "**" => state.deep = Some(new),
            _ if is_glob(part) => state.globs.push((part.into(), new)),
            _ => {
                state.named.insert(part.into(), new);
            }
        }
        Ok(new)
    }

    /// What is active at the beginning of a home, a project or the host.
    pub fn begin(&self, root: Root, depth: u16, active: &mut Vec<Active>) {
        self.enter(Active { state: root as u32, from: depth, root }, active);
    }

    /// What is active in the folder of a home that is written as a place (`~/.codex`).
    pub fn along(&self, place: &str) -> Vec<Active> {
        let (mut active, mut next) = (Vec::new(), Vec::new());
        let Ok((root, way)) = split(place) else { return active };
        self.begin(root, 0, &mut active);
        for part in way.split('/').filter(|part| !part.is_empty()) {
            self.next(&active, part, true, &mut next);
            std::mem::swap(&mut active, &mut next);
        }
        active
    }

    fn enter(&self, one: Active, active: &mut Vec<Active>) {
        if active.contains(&one) {
            return;
        }
        active.push(one);
        if let Some(deep) = self.state(one.state).deep {
            self.enter(Active { state: deep, ..one }, active);
        }
    }

    /// What is active in the folder, or true of the file, called `name` in a folder where `active` is. Empty:
    /// it leads nowhere.
    pub fn next(&self, active: &[Active], name: &str, is_folder: bool, next: &mut Vec<Active>) {
        next.clear();
        for one in active {
            let state = self.state(one.state);
            if let Some(to) = state.named.get(name) {
                self.enter(Active { state: *to, ..*one }, next);
            }
            for (glob, to) in &state.globs {
                // As in a shell, a name that begins with a dot has to be meant.
                let hidden = name.starts_with('.') && !glob.starts_with('.');
                if !hidden && fast_glob::glob_match(&**glob, name) {
                    self.enter(Active { state: *to, ..*one }, next);
                }
            }
            if state.stays && is_folder {
                self.enter(*one, next);
            }
        }
    }

    /// What the places that end here hold.
    pub fn targets(&self, one: Active) -> &[Target] {
        // `a/**` is every folder below `a`, not a place.
        let state = self.state(one.state);
        if state.stays { &[] } else { &state.targets }
    }

    /// Names that lead on from where `active` is, without looking: for folders that are too long to list.
    pub fn leads_on(&self, one: Active) -> bool {
        let state = self.state(one.state);
        state.stays || state.deep.is_some() || !state.named.is_empty() || !state.globs.is_empty()
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "states are only made by `step`, and never taken away"
    )]
    fn state(&self, at: u32) -> &State {
        &self.states[at as usize]
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "states are only made by `step`, and never taken away"
    )]
    fn state_mut(&mut self, at: u32) -> &mut State {
        &mut self.states[at as usize]
    }
}

fn is_glob(part: &str) -> bool {
    part.contains(['*', '?', '['])
}

fn split(place: &str) -> Result<(Root, &str), String> {
    if let Some(way) = place.strip_prefix("~/") {
        Ok((Root::Home, way))
    } else if let Some(way) = place.strip_prefix("$project/") {
        Ok((Root::Project, way))
    } else if let Some(way) = place.strip_prefix('/') {
        Ok((Root::Host, way))
    } else {
        Err("it has no beginning".into())
    }
}

/// What the braces of a place stand for.
fn expand(place: &str) -> Result<Vec<String>, String> {
    let (mut whole, mut open) = (Vec::new(), vec![place.to_owned()]);
    while let Some(one) = open.pop() {
        let Some((before, rest)) = one.split_once('{') else {
            whole.push(one);
            continue;
        };
        let (inside, after) = rest.split_once('}').ok_or("a brace is not closed")?;
        open.extend(inside.split(',').map(|way| format!("{before}{way}{after}")));
        if open.len() + whole.len() > MAX_WAYS {
            return Err(format!("its braces stand for more than {MAX_WAYS} ways"));
        }
    }
    Ok(whole)
}

#[cfg(test)]
mod tests {
    use super::super::Holds;
    use super::*;

    fn check(place: &str, path: &str, expect: bool) {
        let mut places = Places::default();
        let target = Target { product: 7, holds: Holds::Rules };
        places.add(place, target).expect("a place");
        let (mut active, mut next) = (Vec::new(), Vec::new());
        places.begin(Root::Home, 0, &mut active);
        let parts: Vec<&str> = path.split('/').collect();
        for (at, part) in parts.iter().enumerate() {
            places.next(&active, part, at + 1 < parts.len(), &mut next);
            std::mem::swap(&mut active, &mut next);
        }
        let found = active.iter().any(|one| places.targets(*one) == [target]);
        assert_eq!(found, expect, "{place} at {path}");
    }

    #[test]
    fn places_are_found_part_by_part() {
        check("~/.a/b.json", ".a/b.json", true);
        check("~/.a/b.json", ".a/b.jso", false);
        check("~/.a/*/S.md", ".a/x/S.md", true);
        check("~/.a/*/S.md", ".a/x/y/S.md", false);
        check("~/.a/**/S.md", ".a/S.md", true);
        check("~/.a/**/S.md", ".a/x/y/S.md", true);
        check("~/.a/**/S.md", ".a/x/y/T.md", false);
        check("~/.a/{b,c}.{x,y}", ".a/c.x", true);
        check("~/.a/*.md", ".a/.hidden.md", false);
        check("~/w*/m.md", "work/m.md", true);
    }

    #[test]
    fn what_is_no_place_is_refused() {
        let mut places = Places::default();
        let target = Target { product: 0, holds: Holds::Rules };
        for wrong in ["a/b", "~/a/../b", "~/{a,b", "~/a**b", "~/{1,2,3,4,5}{1,2,3,4,5}{1,2,3,4,5}"]
        {
            assert!(places.add(wrong, target).is_err(), "{wrong}");
        }
    }
}
