//! Whether what an agent loads is sound: signs in texts, code and settings, and rules that say which of them
//! together are a flaw. Only `subjects` reads files; judging is pure: the same subject has the same flaws on
//! every host.

mod encoded;
mod hidden;
pub(crate) mod names;
mod pieces;
mod rules;
mod servers;
mod subjects;
#[cfg(test)]
mod tests;

use event::{Redact, Text};

pub use event::{Flaw, Level};
pub use pieces::{Form, Piece, pieces};
pub use rules::{BUILT_IN, Rule, Signal, Soundness, Within};
pub use servers::{Package, package};
pub use subjects::{of_asset, of_path};

/// What is judged: one thing that an agent loads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    /// Kind, as an asset's (`skill`), or `tool` or `script`.
    pub kind: Text,
    /// Name for people.
    pub name: Text,
    /// The file.
    pub place: Text,
    /// Its texts.
    pub pieces: Vec<Piece>,
    /// Signs that settings and names show.
    pub signs: Vec<Sign>,
}

/// A sign and its line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sign {
    /// Line of its file, from 1; 0 where the whole is meant.
    pub line: u32,
    /// Which.
    pub id: Text,
    /// What shows it, where no line of the text does.
    pub shows: Option<Text>,
    /// Another file than the subject's: a script of a skill.
    pub place: Option<Text>,
}

/// Longest excerpt, in characters.
const MAX_SHOWS: usize = 160;

impl Soundness {
    /// The flaws of a subject, the worst first.
    pub fn judge(&self, subject: &Subject, redact: &dyn Redact) -> Vec<Flaw> {
        let mut signs = subject.signs.clone();
        signs.extend(names::of(self, subject));
        for piece in &subject.pieces {
            self.of_piece(piece, &mut signs);
        }
        // A tool has no business with such places; a skill may have.
        if matches!(&*subject.kind, "tool" | "tool_server") {
            let places = signs.iter().filter(|sign| *sign.id == *"secret_place_in_prose");
            let own: Vec<Sign> = places
                .map(|sign| Sign { id: "secret_place_in_tool".into(), ..sign.clone() })
                .collect();
            signs.extend(own);
        }
        signs.sort();
        signs.dedup();
        let mut flaws: Vec<Flaw> = self
            .rules()
            .iter()
            .filter(|rule| rule.of.is_empty() || rule.of.contains(&subject.kind))
            .filter_map(|rule| {
                let anchor = anchor(rule, &signs)?;
                Some(flaw(rule, subject, anchor, redact))
            })
            .collect();
        flaws.sort_by(|a, b| (b.level, &a.place, a.line).cmp(&(a.level, &b.place, b.line)));
        flaws
    }

    fn of_piece(&self, piece: &Piece, signs: &mut Vec<Sign>) {
        let is_code = piece.form == Form::Code;
        let text = if is_code { piece.text.clone() } else { pieces::flowing(&piece.text) };
        self.signs(&text, is_code, &mut |id, at| {
            signs.push(piece.sign(id.clone(), piece.line_of(at)));
        });
        signs.extend(hidden::of(piece));
        for decoded in encoded::of(piece) {
            if decoded.is_telling() {
                let mut sign = piece.sign("hidden_address".into(), decoded.piece.line);
                sign.shows = Some(decoded.piece.text.as_str().into());
                signs.push(sign);
            }
            self.signs(&decoded.piece.text, true, &mut |id, _| {
                let mut sign = piece.sign(id.clone(), decoded.piece.line);
                sign.shows = Some(decoded.piece.text.as_str().into());
                signs.push(sign);
            });
        }
    }
}

/// The first sign around which a rule holds.
fn anchor<'s>(rule: &Rule, signs: &'s [Sign]) -> Option<&'s Sign> {
    let is = |sign: &Sign, id: &Text| sign.id == *id;
    let near = |one: &Sign, other: &Sign| {
        one.line == 0
            || other.line == 0
            || rule.near.is_none_or(|most| {
                one.place == other.place && one.line.abs_diff(other.line) <= most
            })
    };
    let there =
        |id: &Text, anchor: &Sign| signs.iter().any(|sign| is(sign, id) && near(anchor, sign));
    let first = |sign: &&Sign| match rule.all.first() {
        Some(first) => is(sign, first),
        None => rule.any.iter().any(|id| is(sign, id)),
    };
    signs.iter().filter(first).find(|anchor| {
        rule.all.iter().all(|id| there(id, anchor))
            && (rule.any.is_empty() || rule.any.iter().any(|id| there(id, anchor)))
            && !rule.unless.iter().any(|id| there(id, anchor))
    })
}

fn flaw(rule: &Rule, subject: &Subject, anchor: &Sign, redact: &dyn Redact) -> Flaw {
    let place = anchor.place.clone().unwrap_or_else(|| subject.place.clone());
    let line_of = || {
        let pieces = subject.pieces.iter().filter(|piece| piece.place == anchor.place);
        pieces.filter_map(|piece| piece.line(anchor.line)).next().unwrap_or_default()
    };
    let shows = anchor.shows.clone().unwrap_or_else(|| line_of().trim().into());
    let shows = redact.text(&shows).unwrap_or(shows);
    Flaw {
        rule: rule.id.clone(),
        title: rule.title.clone(),
        level: rule.level,
        kind: subject.kind.clone(),
        name: subject.name.clone(),
        place,
        line: anchor.line,
        shows: shows.chars().take(MAX_SHOWS).collect::<String>().into(),
        why: rule.why.clone(),
        fix: rule.fix.clone(),
        tags: rule.tags.clone(),
    }
}
