//! Signs in the structure of a text that somebody plays false: what people do not see and models read, what is
//! encoded, ways of data out, addresses that deceive, code that does harm, words of one with no say. One pass over the
//! text finds the literals without which nothing is there; only then anything is looked at closely. All of it is
//! signals: what becomes of them is a policy's word.

mod anchors;
pub mod canary;
mod encoded;
mod features;
mod fences;
mod hidden;
mod inside;
mod links;
pub mod output;
mod phrase;
pub mod session;
mod shapes;
mod table;
mod wording;
mod words;

pub use features::{FEATURES, Slot};
pub use hidden::reveal;
pub use table::SignsError;

use crate::inspect::{Family, Position, Spot};
use crate::irreversible;
use anchors::Anchors;
use encoded::{TURNED, Turn};
use hidden::markup;
use links::Hosts;
use shapes::Shapes;
use wording::Wording;

/// Finds signs. Made once and shared.
#[derive(Debug)]
pub struct Signs {
    anchors: Anchors<Owner>,
    wording: Wording,
    markers: Shapes,
    code: Shapes,
    hosts: Hosts,
    harms: irreversible::Table,
}

/// Another detector: the spots of a text.
pub type Look<'s> = dyn Fn(&str) -> Vec<Spot> + 's;

/// What may be asked of a look.
#[derive(Clone, Copy, Default)]
pub struct Settings<'s> {
    /// Asked about each text that was hidden or encoded: other detectors, as those of secrets. Of their spots the
    /// family, kind and how sure they are is told, at the outer place.
    pub inside: Option<&'s Look<'s>>,
    /// Hosts that may be told anything.
    pub allowed_hosts: &'s [String],
}

/// Whose a literal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    Wording(usize),
    Marker(usize),
    Code(usize),
    Part(usize),
    Turned(Turn),
    Fence,
}

/// Literals that were found, by whose they are; each with its place.
#[derive(Default)]
struct Hits {
    wording: Vec<wording::Anchor>,
    markers: Vec<(usize, usize)>,
    code: Vec<(usize, usize)>,
    parts: Vec<(usize, usize)>,
    turned: Vec<(Turn, usize)>,
    fences: Vec<usize>,
    /// How far the text was looked at.
    cut: Option<usize>,
}

impl Signs {
    /// The finder with the tables that ship with the program.
    pub fn shipped() -> Result<Self, SignsError> {
        Self::new(
            include_str!("../../rules/content/wording.yaml"),
            include_str!("../../rules/content/markers.yaml"),
            include_str!("../../rules/content/code.yaml"),
            include_str!("../../rules/content/hosts.yaml"),
        )
    }

    fn new(wording: &str, markers: &str, code: &str, hosts: &str) -> Result<Self, SignsError> {
        let wording = Wording::parse(wording)?;
        let markers = Shapes::parse("markers.yaml", markers)?;
        let code = Shapes::parse("code.yaml", code)?;
        let parts =
            markup::BEGINS.iter().enumerate().map(|(it, (begin, ..))| (*begin, Owner::Part(it)));
        let turned = TURNED.iter().map(|(word, turn)| (*word, Owner::Turned(*turn)));
        let literals = wording.anchors().map(|(text, it)| (text, Owner::Wording(it)));
        let literals =
            literals.chain(markers.anchors().map(|(text, it)| (text, Owner::Marker(it))));
        let literals = literals.chain(code.anchors().map(|(text, it)| (text, Owner::Code(it))));
        let anchors =
            Anchors::new(literals.chain(parts).chain(turned).chain([("```", Owner::Fence)]))?;
        let (hosts, harms) = (Hosts::parse(hosts)?, irreversible::Table::shipped()?);
        Ok(Self { anchors, wording, markers, code, hosts, harms })
    }

    /// The signs in `text`, in order of place.
    pub fn find(&self, text: &str, position: Position, settings: &Settings<'_>) -> Vec<Spot> {
        let hits = self.hits(text);
        let mut spots = self.said(text, &hits, position);
        spots.extend(hidden::terminal::find(text, position));
        spots.extend(self.hosts.find(text, position, settings.allowed_hosts));
        spots.extend(self.unseen_parts(text, &hits, position, &spots));
        spots.extend(self.fenced(text, &hits, position));
        self.look_behind(text, position, settings, &hits, &mut spots);
        if let Some(cut) = hits.cut {
            spots.push(spot(Family::Excess, "too_many_signs", cut..text.len(), 90));
        }
        spots.sort_by_key(|spot| (spot.span.start, spot.span.end));
        spots.dedup();
        spots
    }

    /// Bytes of memory of the automaton.
    pub fn memory(&self) -> usize {
        self.anchors.memory()
    }

    /// Names of the kinds that the tables give.
    pub fn kinds(&self) -> impl Iterator<Item = &str> {
        self.wording.kinds().chain(self.markers.kinds()).chain(self.code.kinds())
    }

    fn hits(&self, text: &str) -> Hits {
        let (found, is_whole) = self.anchors.hits(text);
        let mut hits =
            Hits { cut: found.last().map(|hit| hit.at).filter(|_| !is_whole), ..Hits::default() };
        for hit in found {
            match hit.owner {
                Owner::Wording(number) => hits.wording.push((number, hit.at..hit.end)),
                Owner::Marker(number) => hits.markers.push((number, hit.at)),
                Owner::Code(number) => hits.code.push((number, hit.at)),
                Owner::Part(number) => hits.parts.push((number, hit.at)),
                Owner::Turned(turn) => hits.turned.push((turn, hit.at)),
                Owner::Fence => hits.fences.push(hit.at),
            }
        }
        hits.wording.sort_by_key(|(_, place)| place.start);
        hits
    }

    /// What stands in the text as it is.
    fn said(&self, text: &str, hits: &Hits, position: Position) -> Vec<Spot> {
        if position == Position::System {
            return Vec::new();
        }
        let mut spots = self.wording.find(text, &hits.wording, position);
        spots.extend(self.markers.find(text, &hits.markers, position));
        spots.extend(self.code.find(text, &hits.code, position));
        spots
    }

    /// Parts of a page that are not shown, in which something is said; of a tool's description all that are not shown.
    fn unseen_parts(
        &self,
        text: &str,
        hits: &Hits,
        position: Position,
        said: &[Spot],
    ) -> Vec<Spot> {
        let parts = hits.parts.iter().filter_map(|(which, at)| markup::part(text, *which, *at));
        let judge = |part: markup::Part| {
            let holds = |spot: &&Spot| {
                spot.family == Family::Injection
                    && part.span.start <= spot.span.start
                    && spot.span.end <= part.span.end
            };
            let sure =
                said.iter().filter(holds).map(|spot| spot.sure.saturating_add(15).min(90)).max();
            let sure = sure.or((position == Position::ToolDescription).then_some(55))?;
            Some(spot(Family::Hidden, part.kind, part.span, sure))
        };
        parts.filter_map(judge).collect()
    }

    /// What blocks of shell in an answer would do that cannot be undone.
    fn fenced(&self, text: &str, hits: &Hits, position: Position) -> Vec<Spot> {
        if position != Position::Answer {
            return Vec::new();
        }
        let blocks = fences::shell_blocks(text, &hits.fences);
        blocks.flat_map(|span| fences::harms(text, span, &self.harms)).collect()
    }
}

fn spot(
    family: Family,
    kind: impl Into<std::borrow::Cow<'static, str>>,
    span: std::ops::Range<usize>,
    sure: u8,
) -> Spot {
    Spot { family, kind: kind.into(), span, sure }
}

#[cfg(test)]
mod tests;
