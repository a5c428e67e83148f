//! Who is held alike: principals of whom the policies ask the same share a book.
//!
//! Every profile has a general book, for agents whom no policy names, and for who is not known yet: what policies ask of
//! him by name counts as not known. Whoever is named, or is lifted something, has a book with those who are held like him.
//! There are so many of them; beyond that all of a profile share the strictest of theirs.

use event::Principal;

use super::formula::Formula;
use super::spoken::{Question, Spoken};
use super::terms::Bound;
use super::who::{Answers, Kind, Questions};
use crate::{Guide, Profile};

/// Books beside the general ones and the strictest ones.
pub const MOST: usize = 64;

/// Those who are held alike: what each policy of their profile asks, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Party {
    profile: Profile,
    formulas: Vec<Formula>,
}

/// By which book somebody is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeldBy {
    /// By none: nothing is stopped.
    Nothing,
    /// By the one that was compiled for him.
    Own(u16),
    /// By the general one, if there is one for him: nobody thought of him when the books were compiled.
    General(Option<u16>),
}

impl HeldBy {
    /// The number of the book.
    pub fn book(self) -> Option<u16> {
        match self {
            Self::Nothing => None,
            Self::Own(book) => Some(book),
            Self::General(book) => book,
        }
    }
}

/// Who is held by which book. Those of the profiles come first, then those of parties, then the strictest ones.
#[derive(Debug, Default)]
pub struct Parties {
    spoken: Vec<Spoken>,
    questions: Questions,
    own: Vec<Party>,
    /// Beyond what there are books for.
    crowd: Vec<Party>,
}

/// Profiles that stop something.
pub fn enforcing() -> impl Iterator<Item = Profile> {
    Profile::ALL.into_iter().filter(|profile| profile.enforces())
}

impl Parties {
    /// Of these principals, each under his profile.
    pub fn of<'a>(
        guide: &Guide,
        principals: impl Iterator<Item = (Profile, &'a Principal)>,
    ) -> Self {
        let spoken: Vec<Spoken> = enforcing().flat_map(|profile| guide.spoken(profile)).collect();
        let questions = Questions::of(spoken.iter().flat_map(Spoken::formulas));
        let mut parties = Self { spoken, questions, ..Self::default() };
        for (profile, principal) in principals.filter(|(profile, _)| profile.enforces()) {
            let Some(party) = parties.party(profile, principal) else { continue };
            if parties.is_anybody(&party) || parties.known(&party).is_some() {
                continue;
            }
            match parties.own.len() < MOST {
                true => parties.own.push(party),
                false => parties.crowd.push(party),
            }
        }
        parties
    }

    /// By which book somebody is held under a profile.
    pub fn held_by(&self, profile: Profile, principal: &Principal) -> HeldBy {
        let general = enforcing().position(|it| it == profile);
        let (Some(general), Some(party)) = (general, self.party(profile, principal)) else {
            return HeldBy::Nothing;
        };
        let number = |book: usize| u16::try_from(book).ok();
        if self.is_anybody(&party) {
            return number(general).map_or(HeldBy::Nothing, HeldBy::Own);
        }
        match self.known(&party).and_then(number) {
            Some(book) => HeldBy::Own(book),
            // What agents are held by in general says nothing of others.
            None if Kind::of(principal) == Some(Kind::Workload) => HeldBy::General(None),
            None => HeldBy::General(number(general)),
        }
    }

    /// How many kinds of principals share a book with others who are not held alike.
    pub fn crowded(&self) -> usize {
        self.crowd.len()
    }

    /// The profile of each book.
    pub fn books(&self) -> impl Iterator<Item = Profile> {
        enforcing().chain(self.own.iter().map(|party| party.profile)).chain(self.strict())
    }

    /// Every policy's questions, each with the books in which it is the same. Those of parties come first.
    pub fn questions(&self) -> Vec<Question<'_>> {
        let mut general = Vec::new();
        let mut asked = Vec::new();
        for profile in enforcing() {
            let spoken = self.spoken.iter().filter(|spoken| spoken.profile == profile);
            for (place, spoken) in spoken.enumerate() {
                let mut of_parties: Vec<Question<'_>> = Vec::new();
                for (book, formula) in self.in_books(spoken, place) {
                    let formula = [formula];
                    match of_parties.iter_mut().find(|it| it.asks(&formula)) {
                        Some(same) => same.books.push(book),
                        None => of_parties.push(spoken.ask(formula.into(), vec![book])),
                    }
                }
                asked.extend(of_parties);
                let books = enforcing().position(|it| it == profile);
                general.push(spoken.ask(spoken.of_any(), books.into_iter().collect()));
            }
        }
        asked.extend(general);
        asked
    }

    /// What a policy asks in each book of a party; it stands at `place` among those of its profile.
    fn in_books(&self, spoken: &Spoken, place: usize) -> Vec<(usize, Formula)> {
        let first = enforcing().count();
        let at = |party: &Party| party.formulas.get(place).cloned();
        let of_profile = |party: &&Party| party.profile == spoken.profile;
        let own = self.own.iter().enumerate().filter(|(_, party)| of_profile(party));
        let mut all: Vec<(usize, Formula)> =
            own.filter_map(|(number, party)| Some((first + number, at(party)?))).collect();
        if let Some(strict) = self.strict().position(|it| it == spoken.profile) {
            let each = self.crowd.iter().filter(of_profile).filter_map(at);
            let formula = match spoken.bound {
                Bound::Below => Formula::any(each),
                Bound::Above => Formula::all(each),
            };
            all.push((first + self.own.len() + strict, formula));
        }
        all
    }

    /// Profiles of which some share the strictest book.
    fn strict(&self) -> impl Iterator<Item = Profile> {
        enforcing().filter(|profile| self.crowd.iter().any(|party| party.profile == *profile))
    }

    fn party(&self, profile: Profile, principal: &Principal) -> Option<Party> {
        let kind = Kind::of(principal)?;
        let answers = self.questions.answers(principal);
        Some(Party { profile, formulas: self.formulas(profile, kind, &answers) })
    }

    fn formulas(&self, profile: Profile, kind: Kind, answers: &Answers) -> Vec<Formula> {
        let spoken = self.spoken.iter().filter(|spoken| spoken.profile == profile);
        spoken.map(|spoken| spoken.of_one(kind, answers)).collect()
    }

    /// Whether the general book says just what is to be said of them.
    fn is_anybody(&self, party: &Party) -> bool {
        let mut spoken = self.spoken.iter().filter(|spoken| spoken.profile == party.profile);
        party.formulas.iter().all(|formula| {
            spoken.next().is_some_and(|spoken| spoken.of_any() == std::slice::from_ref(formula))
        })
    }

    /// The book of a party that was thought of.
    fn known(&self, party: &Party) -> Option<usize> {
        let first = enforcing().count();
        if let Some(own) = self.own.iter().position(|own| own == party) {
            return Some(first + own);
        }
        let strict = self.strict().position(|profile| profile == party.profile);
        let strict = strict.filter(|_| self.crowd.contains(party));
        strict.map(|strict| first + self.own.len() + strict)
    }
}
