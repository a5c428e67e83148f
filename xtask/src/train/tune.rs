//! What the scores mean: chances, and from where on a text counts, from texts that the weights did not learn from.

use std::collections::BTreeMap;

use content::injection::model::name;
use content::inspect::Position;

use super::item::Item;

/// Share of benign texts that may count.
const FALSE: f64 = 0.01;

/// Share of other benign texts in data that may: messages of programs, results of tools.
const RARE: f64 = 0.03;

/// Share of benign sentences that may count, if they are made of the words of attacks.
const OVER: f64 = 0.08;

/// Benign texts of a kind that are enough to have a say.
const ENOUGH: usize = 200;

/// What a text counts that the gate kept away.
pub const UNSEEN: f32 = -20.0;

/// Slope and middle of the chance (Platt), with attacks and benign texts counting the same in all.
pub fn chance(scores: &[(f32, bool)]) -> [f32; 2] {
    let seen: Vec<(f64, bool)> = scores
        .iter()
        .filter(|(score, _)| *score > UNSEEN)
        .map(|(score, attack)| (f64::from(*score), *attack))
        .collect();
    let attacks = scores.iter().filter(|(_, attack)| *attack).count().max(1) as f64;
    let benign = scores.len() as f64 - attacks;
    let (mut slope, mut offset) = (1.0f64, 0.0f64);
    for _ in 0..2_000 {
        let (mut by_slope, mut by_offset) = (0.0, 0.0);
        for (score, attack) in &seen {
            let share = if *attack { 0.5 / attacks } else { 0.5 / benign.max(1.0) };
            let miss = share * (f64::from(u8::from(*attack)) - logistic(slope * score + offset));
            by_slope += miss * score;
            by_offset += miss;
        }
        slope = (slope + 0.5 * by_slope).max(0.01);
        offset += 0.5 * by_offset;
    }
    [slope as f32, (-offset / slope) as f32]
}

fn logistic(number: f64) -> f64 {
    1.0 / (1.0 + (-number).exp())
}

/// From which score on a text counts, by position: the same at all that share their weights, for a document may come
/// as what a tool gave back. What whoever runs a model tells it is full of orders, and has a threshold of its own.
pub fn least(scores: &[(f32, &Item)], positions: &[Position]) -> BTreeMap<String, f32> {
    let of = |system: bool| -> f32 {
        let stands = |item: &Item| (item.position == Position::System) == system;
        let benign = scores.iter().filter(|(_, item)| !item.attack && stands(item));
        strictest(&benign.collect::<Vec<_>>())
    };
    let (system, others) = (of(true), of(false));
    let least = |position| if position == Position::System { system.max(others) } else { others };
    positions.iter().map(|position| (name(*position).to_owned(), least(*position))).collect()
}

/// What lets through no more than may be: of documents and code together, of other kinds each, and of our own
/// sentences with words that attacks are made of.
fn strictest(benign: &[&(f32, &Item)]) -> f32 {
    let mut kinds: BTreeMap<&str, Vec<f32>> = BTreeMap::new();
    for (score, item) in benign {
        let ours = item.source == "own sentences";
        // A sentence of ours in data comes in many copies: one of them would set the threshold.
        if ours && item.position.is_data() {
            continue;
        }
        let kind = if ours { OURS } else { item.kind };
        kinds.entry(kind).or_default().push(*score);
    }
    kinds.retain(|_, scores| scores.len() >= ENOUGH);
    let both: Vec<f32> =
        ["document", "code"].into_iter().filter_map(|kind| kinds.remove(kind)).flatten().collect();
    let of_both = quantile(both, FALSE);
    kinds.into_iter().fold(of_both, |least, (kind, scores)| {
        let may = match kind {
            OURS => OVER,
            "prompt" => FALSE,
            _ => RARE,
        };
        least.max(quantile(scores, may))
    })
}

/// Our own sentences as a kind.
const OURS: &str = "ours";

/// Above which no more than this share lies.
fn quantile(mut scores: Vec<f32>, share: f64) -> f32 {
    scores.sort_by(|one, other| other.total_cmp(one));
    let at = (scores.len() as f64 * share) as usize;
    scores.get(at).copied().unwrap_or(f32::MAX) + 1e-4
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(scores: &[(f32, bool)], score: f32, expect: f32) {
        let [slope, middle] = chance(scores);
        let chance = 1.0 / (1.0 + (-slope * (score - middle)).exp());
        assert!((chance - expect).abs() < 0.05, "{chance} at {score}, not {expect}");
    }

    #[test]
    fn chances_are_those_of_the_texts() {
        // Three of four at 1, one of four at -1.
        let even: Vec<(f32, bool)> =
            (0..400).map(|number| (if number % 4 > 0 { 1.0 } else { -1.0 }, true)).collect();
        let both: Vec<(f32, bool)> =
            even.iter().copied().chain(even.iter().map(|(score, _)| (-score, false))).collect();
        check(&both, 1.0, 0.75);
        check(&both, -1.0, 0.25);
        check(&both, 0.0, 0.5);
    }

    #[test]
    fn one_in_a_hundred_is_above() {
        let least = quantile((0..1_000).map(|number| number as f32).collect(), 0.01);
        assert!((least - 989.0).abs() < 0.01, "{least}");
        assert!(quantile(Vec::new(), 0.01) > 1e30);
    }
}
