//! From the patterns of the table of kinds to places that the kernel can hold a path against.
//!
//! Where a pattern has no such form, the places are a bound: either only what surely is of the kind, or everything
//! that may be, by what the policies need of it. Both ways it is told.

use event::{Classes, GuardedPlace, Names, Text};

use super::lexicon::{Lexicon, OWN, Space};
use super::{Home, Left};
use crate::Guide;
use crate::kinds::{Kinds, Places};
use crate::place::{Form, Name, Place, below};

/// What a pattern comes to.
enum Fit {
    /// These places and no others.
    Exactly(Vec<GuardedPlace>),
    /// These are some of it; all of it is below those.
    Partly { inside: Vec<GuardedPlace>, around: Option<Vec<GuardedPlace>> },
}

/// An entry of the table, drawn.
#[derive(Default)]
struct Drawn {
    places: Vec<GuardedPlace>,
    /// Something is there that the entry does not mean.
    more: bool,
    /// Something is not there that it means.
    less: bool,
}

struct Drawing<'a> {
    homes: Vec<&'a str>,
    roots: Vec<&'a str>,
    left: &'a mut Vec<Left>,
}

impl Lexicon {
    /// The places of all classes; each class is told how well they fit.
    pub fn draw(
        &mut self,
        guide: &Guide,
        homes: &[Home],
        workspaces: &[Text],
        left: &mut Vec<Left>,
    ) -> Vec<GuardedPlace> {
        let kinds = &guide.surroundings().kinds;
        let homes = known_homes(kinds, homes, left);
        let roots = homes.iter().copied().chain(workspaces.iter().map(|it| &**it)).collect();
        let mut drawing = Drawing { homes, roots, left };
        let groups = self.groups(guide);
        let group = |entry: &Places| {
            let known = groups.iter().find(|(own, _)| std::ptr::eq(*own, entry));
            known.map_or(0, |(_, group)| *group)
        };
        let mut all = Vec::new();
        for (space, table) in [(Space::File, &kinds.files), (Space::Program, &kinds.programs)] {
            for entry in table {
                let bit = self
                    .bit(space, &entry.kind)
                    .map(|(bit, class)| (bit, class.needs_wholly && !class.needs_surely));
                let groups = group(entry);
                if bit.is_none() && groups == 0 {
                    continue;
                }
                let (classes, widely) = bit.unwrap_or_default();
                let drawn = drawing.entry(entry, classes, groups, widely);
                self.note(classes, &drawn, groups);
                all.push(drawn.places);
            }
        }
        self.clashes(&all);
        let single = [Space::File, Space::Program].into_iter().flat_map(|it| self.named(it));
        let single = single.filter(|(path, _)| path.starts_with('/'));
        all.push(
            single
                .map(|(path, classes)| GuardedPlace {
                    classes,
                    ..guarded(path.to_owned(), Names::Below)
                })
                .collect(),
        );
        all.concat()
    }

    fn note(&mut self, classes: Classes, drawn: &Drawn, groups: u64) {
        for (bit, class) in self.classes.iter_mut().enumerate() {
            let own = groups != 0 && class.space == Space::File && &*class.kind == OWN;
            if own || classes.has_any(Classes(1 << bit)) {
                class.surely &= !drawn.more;
                class.wholly &= !drawn.less;
            }
        }
    }

    /// An exception takes a class away whoever gave it: where another entry means the same place, some of it is lost.
    fn clashes(&mut self, entries: &[Vec<GuardedPlace>]) {
        let near = |one: &GuardedPlace, two: &GuardedPlace| {
            two.folder.is_empty()
                || below(&one.folder, &two.folder)
                || below(&two.folder, &one.folder)
        };
        for (number, entry) in entries.iter().enumerate() {
            for except in entry.iter().filter(|place| excepts(place)) {
                let others = entries.iter().enumerate().filter(|(other, _)| *other != number);
                let mut others = others.flat_map(|(_, places)| places);
                let lost = others.any(|place| {
                    !excepts(place) && place.classes.has_any(except.classes) && near(except, place)
                });
                if lost {
                    let drawn = Drawn { less: true, ..Drawn::default() };
                    self.note(except.classes, &drawn, except.groups);
                }
            }
        }
    }
}

fn excepts(place: &GuardedPlace) -> bool {
    matches!(place.names, Names::Except | Names::ExceptIn { .. })
}

/// Homes where policies look for homes, too: else the kernel would know keys there, and they would not.
fn known_homes<'a>(kinds: &Kinds, homes: &'a [Home], left: &mut Vec<Left>) -> Vec<&'a str> {
    let (known, unknown): (Vec<&Home>, Vec<&Home>) = homes.iter().partition(|home| {
        let inside = format!("{}/x", home.path.trim_end_matches('/'));
        kinds.below_home(&inside) == Some("x")
    });
    left.extend(unknown.into_iter().map(|home| Left::Place {
        kind: "all".into(),
        place: home.path.clone(),
        instead: "policies do not take this for a home: nothing is known there",
    }));
    known.into_iter().map(|home| home.path.trim_end_matches('/')).collect()
}

impl Drawing<'_> {
    /// `widely`: everything that may be of the kind, not what surely is.
    fn entry(&mut self, entry: &Places, classes: Classes, groups: u64, widely: bool) -> Drawn {
        let mut drawn = Drawn::default();
        for place in &entry.places.0 {
            match self.fit(place) {
                Fit::Exactly(places) => drawn.places.extend(places),
                Fit::Partly { around: Some(around), .. } if widely => {
                    drawn.more = true;
                    drawn.places.extend(around);
                    self.tell(entry, place, "all of the folder counts");
                }
                Fit::Partly { inside, .. } => {
                    drawn.less = true;
                    let instead = match inside.is_empty() {
                        true => "not known there",
                        false => "only directly in homes and workspaces",
                    };
                    drawn.places.extend(inside);
                    self.tell(entry, place, instead);
                }
            }
        }
        for but in &entry.but.0 {
            self.except(but, &mut drawn, widely, entry);
        }
        for place in &mut drawn.places {
            (place.classes, place.groups) = (classes, groups);
        }
        drawn
    }

    fn tell(&mut self, entry: &Places, place: &Place, instead: &'static str) {
        let place = place.written.as_str().into();
        self.left.push(Left::Place { kind: entry.kind.clone(), place, instead });
    }

    fn fit(&self, place: &Place) -> Fit {
        let roots: &[&str] = if place.home { &self.homes } else { &[""] };
        let at = |folder: &str, names: fn(&Form) -> Option<Names>| -> Vec<GuardedPlace> {
            let names = names(&place.form);
            let one = |root: &&str| Some(guarded(join(root, folder), names.clone()?));
            roots.iter().filter_map(one).collect()
        };
        match &place.form {
            Form::Below(folder) => Fit::Exactly(at(folder, |_| Some(Names::Below))),
            Form::In { folder, .. } => Fit::Exactly(at(folder, |form| match form {
                Form::In { name, .. } => Some(directly(name)),
                _ => None,
            })),
            Form::Ending { folder, .. } => Fit::Exactly(at(folder, |form| match form {
                Form::Ending { parts, .. } => Some(Names::Ending(parts.as_str().into())),
                _ => None,
            })),
            other => {
                let folder = other.folder();
                let around =
                    (place.home || !folder.is_empty()).then(|| at(folder, |_| Some(Names::Below)));
                Fit::Partly { inside: self.inside(place, roots), around }
            }
        }
    }

    /// Where a pattern without a beginning surely holds: directly in a home or workspace.
    fn inside(&self, place: &Place, roots: &[&str]) -> Vec<GuardedPlace> {
        let (folder, parts, names) = match &place.form {
            Form::Inside { folder, parts } => (folder, parts, Names::Below),
            Form::InsideIn { folder, parts, name } => (folder, parts, directly(name)),
            _ => return Vec::new(),
        };
        let anywhere = !place.home && folder.is_empty();
        let roots = match anywhere {
            true => self.roots.iter().map(|root| (*root).to_owned()).collect(),
            false => roots.iter().map(|root| join(root, folder)).collect::<Vec<String>>(),
        };
        roots.iter().map(|root| guarded(join(root, parts), names.clone())).collect()
    }

    fn except(&mut self, but: &Place, drawn: &mut Drawn, widely: bool, entry: &Places) {
        match (&but.form, self.fit(but)) {
            (Form::Below(_), Fit::Exactly(places)) => {
                let except =
                    places.into_iter().map(|it| GuardedPlace { names: Names::Except, ..it });
                drawn.places.extend(except);
            }
            (Form::Named { folder, name }, _) if folder.is_empty() && !but.home => {
                self.except_names(name, drawn, widely);
            }
            _ if widely => {
                drawn.more = true;
                self.tell(entry, but, "not excepted");
            }
            (form, _) => {
                let folder = form.folder();
                let before = drawn.places.len();
                let roots: &[&str] = if but.home { &self.homes } else { &[""] };
                let near = |place: &GuardedPlace| {
                    folder.is_empty()
                        || roots.iter().map(|root| join(root, folder)).any(|folder| {
                            below(&folder, &place.folder) || below(&place.folder, &folder)
                        })
                };
                drawn.places.retain(|place| excepts(place) || !near(place));
                if drawn.places.len() < before {
                    drawn.less = true;
                    self.tell(entry, but, "what it is excepted from is not known there");
                }
            }
        }
    }

    /// Names of this form are excepted wherever they are.
    fn except_names(&self, name: &Name, drawn: &mut Drawn, widely: bool) {
        let mut kept = Vec::new();
        for place in std::mem::take(&mut drawn.places) {
            let last = |path: &str| path.rsplit('/').next().is_some_and(|last| name.means(last));
            match &place.names {
                Names::In { .. } => {
                    let names = Names::ExceptIn {
                        prefix: name.prefix.as_str().into(),
                        suffix: name.suffix.as_str().into(),
                    };
                    kept.push(GuardedPlace { names, ..place.clone() });
                    kept.push(place);
                }
                Names::Ending(parts) if last(parts) => {}
                Names::Ending(_) | Names::Except | Names::ExceptIn { .. } => kept.push(place),
                Names::Below if widely => {
                    drawn.more = true;
                    kept.push(place);
                }
                Names::Below => drawn.less = true,
            }
        }
        drawn.places = kept;
    }
}

fn guarded(folder: String, names: Names) -> GuardedPlace {
    GuardedPlace { folder: folder.into(), names, classes: Classes::NONE, groups: 0 }
}

fn directly(name: &Name) -> Names {
    Names::In { prefix: name.prefix.as_str().into(), suffix: name.suffix.as_str().into() }
}

fn join(root: &str, folder: &str) -> String {
    match (root, folder) {
        ("", folder) => folder.to_owned(),
        (root, "") => root.to_owned(),
        (root, folder) => format!("{root}/{folder}"),
    }
}
