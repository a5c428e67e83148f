//! Clauses to bytes: for each book and verb what forbids, the strongest first, then what permits; the first that
//! holds speaks, as in `KernelRules::ruling`.

use event::{Clause, Effect, HoldsSecret, KernelRules, Verb};

/// `MAX_CLAUSES` in `bpf/rules.h`.
const MAX_CLAUSES: usize = 128;
/// Of one set; the map holds two.
const MAX_BOOKS: usize = 512;

/// An entry of `verb_books`.
pub struct VerbBook {
    pub key: [u8; 8],
    pub value: Vec<u8>,
}

/// The entries of a set; the error says what does not fit.
pub fn lower(rules: &KernelRules, generation: u32) -> Result<Vec<VerbBook>, String> {
    let own_tool = rules.class("own-tool").unwrap_or_default();
    let mut books = Vec::new();
    for (number, book) in rules.books.iter().enumerate() {
        let number = u16::try_from(number).map_err(|_| "too many books".to_owned())?;
        for (verb, speaks) in &book.verbs {
            let mut forbids = speaks.forbids.clone();
            // Stable: the first of the strongest stays the first.
            forbids.sort_by_key(|clause| std::cmp::Reverse(clause.effect));
            // A clause that lets go says nothing.
            forbids.retain(|clause| clause.effect > Effect::Allow);
            let permits = speaks.permits.as_deref().unwrap_or_default();
            if forbids.len() + permits.len() > MAX_CLAUSES {
                let verb = verb.name();
                let most = format!("more than {MAX_CLAUSES} clauses about `{verb}`");
                return Err(format!("{most} in the profile `{}`", book.profile));
            }
            let mut value = Vec::with_capacity(24 + MAX_CLAUSES * 24);
            value.extend(own_tool.0.to_ne_bytes());
            value.extend(short(forbids.len()).to_ne_bytes());
            value.extend(short(permits.len()).to_ne_bytes());
            value.extend(u32::from(speaks.permits.is_none()).to_ne_bytes());
            value.extend([0; 4]);
            for clause in forbids.iter().chain(permits) {
                put(clause, &mut value);
            }
            value.resize(24 + MAX_CLAUSES * 24, 0);
            books.push(VerbBook { key: key(generation, number, *verb), value });
        }
    }
    match books.len() {
        0..=MAX_BOOKS => Ok(books),
        more => Err(format!("{more} verbs in all books, of at most {MAX_BOOKS}")),
    }
}

fn key(generation: u32, book: u16, verb: Verb) -> [u8; 8] {
    let place = Verb::ALL.iter().position(|known| *known == verb).unwrap_or_default();
    let mut key = [0; 8];
    key[..4].copy_from_slice(&generation.to_ne_bytes());
    key[4..6].copy_from_slice(&book.to_ne_bytes());
    key[6..].copy_from_slice(&(place as u16).to_ne_bytes());
    key
}

/// `struct clause` in `bpf/rules.h`.
fn put(clause: &Clause, value: &mut Vec<u8>) {
    let holds: u8 = match clause.holds {
        HoldsSecret::Either => 0,
        HoldsSecret::Yes => 1,
        HoldsSecret::No => 2,
    };
    value.extend(clause.all.0.to_ne_bytes());
    value.extend(clause.none.0.to_ne_bytes());
    value.extend([holds, effect(clause.effect)]);
    value.extend(clause.policy.to_ne_bytes());
    value.extend([0; 4]);
}

/// `enum effect` in `bpf/rules.h`: its place in the order.
fn effect(effect: Effect) -> u8 {
    match effect {
        Effect::Allow => 0,
        Effect::Notify => 1,
        Effect::Redact => 2,
        Effect::Stage => 3,
        Effect::Ask => 4,
        Effect::Deny => 5,
        Effect::Kill => 6,
    }
}

fn short(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
