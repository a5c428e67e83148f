//! What an agent's own settings keep it from: rules that its product obeys, boxes that it puts its commands into.

use event::{Confine, Evidence, Installed, Right, Text, Told, Touch, Verdict};

use super::{Held, told};
use crate::used::{Grant, fits_command, fits_host, fits_path};

/// The settings of an agent, and the home they are in.
pub struct Limits<'a> {
    pub installed: &'a Installed,
    pub home: &'a str,
}

/// What says no, and how.
type Says = (Held, Option<Told>);

impl Limits<'_> {
    /// To reading a file.
    pub fn reading(&self, place: &str) -> Says {
        let denied = self.rules(place).find(|right| match Grant::of(&right.what) {
            Grant::Read(pattern) => {
                let works = match self.project_of(&right.at) {
                    Some(project) => vec![project],
                    None => self.below(place),
                };
                pattern != "*" && fits_path(pattern, place, self.home, works.into_iter())
            }
            _ => false,
        });
        let denied = denied.or_else(|| {
            self.whole(place, |it| matches!(it, Grant::Read("*"))).and(self.no_commands(place))
        });
        self.says(Touch::Read, place, denied)
    }

    /// To commands of which these are examples.
    pub fn running(&self, samples: &[String], touch: Touch) -> Says {
        let denied = self.rules("").find(|right| match Grant::of(&right.what) {
            Grant::Command(pattern) => samples.iter().any(|it| fits_command(pattern, it)),
            _ => false,
        });
        self.says(touch, "", denied)
    }

    /// To a push from the repository in `folder`.
    pub fn pushing(&self, folder: &str) -> Says {
        let denied = self.rules(folder).find(|right| match Grant::of(&right.what) {
            Grant::Command(pattern) => fits_command(pattern, "git push origin main"),
            _ => false,
        });
        self.says(Touch::Network, folder, denied)
    }

    /// To changing files below `folder`.
    pub fn writing(&self, folder: &str) -> Says {
        let whole = |it: &Grant<'_>| matches!(it, Grant::Write("*" | "**"));
        let denied = self.whole(folder, whole).and(self.no_commands(folder));
        // In the folder it works in a box lets it write.
        let held = if denied.is_some() { Held::ByRule } else { Held::No };
        (held, denied.map(rule))
    }

    /// To the network.
    pub fn network(&self) -> Says {
        let whole = |it: &Grant<'_>| matches!(it, Grant::Host(pattern) if fits_host(pattern, "x"));
        let denied = self.whole("", whole).and(self.no_commands(""));
        self.says(Touch::Network, "", denied)
    }

    /// A rule that denies something as a whole.
    fn whole<'s>(&'s self, place: &'s str, is: impl Fn(&Grant<'_>) -> bool) -> Option<&'s Right> {
        self.rules(place).find(|right| is(&Grant::of(&right.what)))
    }

    fn no_commands<'s>(&'s self, place: &'s str) -> Option<&'s Right> {
        self.whole(place, |it| matches!(it, Grant::Command("*" | "")))
    }

    fn says(&self, touch: Touch, place: &str, denied: Option<&Right>) -> Says {
        if let Some(confine) = self.confined(touch, place) {
            let text = format!("{}: {}", confine.setting, confine.means);
            return (Held::ByBox, Some(told(&text, &confine.at)));
        }
        match denied {
            Some(right) => (Held::ByRule, Some(rule(right))),
            None => (Held::No, None),
        }
    }

    fn confined(&self, touch: Touch, place: &str) -> Option<&Confine> {
        let mut all = self.installed.confines.iter().filter(|it| self.is_about(&it.at, place));
        if all.clone().any(|it| it.opens.contains(&touch)) {
            return None;
        }
        all.find(|it| it.holds.contains(&touch))
    }

    /// Rules that deny something and hold where `place` is.
    fn rules<'s>(&'s self, place: &'s str) -> impl Iterator<Item = &'s Right> {
        let rights = self.installed.rights.iter().filter(|it| it.verdict == Verdict::Deny);
        rights.filter(move |right| self.is_about(&right.at, place))
    }

    /// What a project's own settings say holds in that project alone.
    fn is_about(&self, at: &Evidence, place: &str) -> bool {
        match self.project_of(at) {
            Some(project) => {
                place.strip_prefix(project).is_some_and(|it| it.is_empty() || it.starts_with('/'))
            }
            None => true,
        }
    }

    /// The project whose settings these are; none for those of the account or the host. Settings of an account lie
    /// behind a dot in its home.
    fn project_of<'e>(&self, at: &'e Evidence) -> Option<&'e str> {
        let way = at.place.strip_prefix(self.home)?.strip_prefix('/')?;
        // The file itself is no folder.
        let (folders, _) = way.rsplit_once('/')?;
        let folders = folders.split('/').take_while(|part| !part.starts_with('.'));
        let length: usize = folders.map(|part| part.len() + 1).sum();
        (length > 0).then(|| at.place.get(..self.home.len() + length)).flatten()
    }

    /// Folders between the home and a place: an agent may be started in any of them.
    fn below<'p>(&self, place: &'p str) -> Vec<&'p str> {
        let inside = |folder: &&str| folder.starts_with(self.home) && !folder.is_empty();
        let ends = place.match_indices('/').map(|(at, _)| place.get(..at).unwrap_or_default());
        ends.filter(inside).collect()
    }
}

fn rule(right: &Right) -> Told {
    let text: Text = format!("it is told not to: `{}`", right.what).into();
    Told { text, at: right.at.clone() }
}
