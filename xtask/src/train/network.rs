//! Learning of the second look: a small network over the numbers of a text's strongest windows, by stochastic descent.
//! Windows come from weights that did not learn from their text, for that is how they will be met.

use content::injection::second::{SIGNS, Second, Signs, Unit};

use super::item::Lot;

/// A text as the first look left it.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Its windows; the strongest speaks.
    pub windows: Vec<Signs>,
    /// Whether it is an attack.
    pub attack: bool,
}

/// Units between signs and score.
const UNITS: usize = 12;

/// Times that every text is seen.
const ROUNDS: usize = 40;

/// The first step; steps become smaller to the end.
const STEP: f32 = 0.05;

/// By how much a weight shrinks with each use.
const SHRINK: f32 = 1e-5;

/// Networks that are learned apart and count the same: one alone comes out a little different each time.
const NETWORKS: u64 = 3;

/// Learns from these.
pub fn fit(samples: &[&Sample], seed: u64) -> Second {
    let networks: Vec<Second> = (0..NETWORKS).map(|turn| one(samples, seed + turn)).collect();
    let share = 1.0 / networks.len() as f32;
    let mut whole = Second { bias: 0.0, signs: vec![0.0; SIGNS], units: Vec::new() };
    for network in networks {
        whole.bias += network.bias * share;
        for (weight, more) in whole.signs.iter_mut().zip(network.signs) {
            *weight += more * share;
        }
        whole
            .units
            .extend(network.units.into_iter().map(|unit| Unit { out: unit.out * share, ..unit }));
    }
    whole
}

fn one(samples: &[&Sample], seed: u64) -> Second {
    let samples: Vec<&Sample> =
        samples.iter().copied().filter(|sample| !sample.windows.is_empty()).collect();
    let attacks = samples.iter().filter(|sample| sample.attack).count().max(1) as f32;
    let benign = (samples.len() as f32 - attacks).max(1.0);
    let (mut lot, mut order) = (Lot(seed), (0..samples.len()).collect::<Vec<_>>());
    let mut second = begin(&mut lot);
    let all = (ROUNDS * samples.len()).max(1) as f32;
    let mut done = 0.0;
    for _ in 0..ROUNDS {
        lot.shuffle(&mut order);
        for sample in order.iter().filter_map(|at| samples.get(*at)) {
            // Each side counts half.
            let counts = 0.5 * samples.len() as f32 / if sample.attack { attacks } else { benign };
            see(&mut second, sample, STEP * (1.0 - done / all) * counts);
            done += 1.0;
        }
    }
    second
}

/// The first look as it is, and units that say nothing yet.
fn begin(lot: &mut Lot) -> Second {
    let mut small = || lot.below(2_001) as f32 / 1_000.0 - 1.0;
    let units = (0..UNITS)
        .map(|_| Unit {
            signs: (0..SIGNS).map(|_| small() * 0.5).collect(),
            bias: small(),
            out: 0.0,
        })
        .collect();
    Second { units, ..Second::plain() }
}

fn see(second: &mut Second, sample: &Sample, step: f32) {
    let scored = sample.windows.iter().map(|signs| (second.score(signs), signs));
    let Some((score, signs)) = scored.max_by(|one, other| one.0.total_cmp(&other.0)) else {
        return;
    };
    let wanted = f32::from(u8::from(sample.attack));
    let change = step * (wanted - 1.0 / (1.0 + (-score).exp()));
    second.bias += change;
    for (weight, sign) in second.signs.iter_mut().zip(signs) {
        *weight += change * sign;
    }
    for unit in &mut second.units {
        let level = unit.level(signs);
        let inner = change * unit.out * (1.0 - level * level);
        unit.out += change * level - unit.out * SHRINK;
        unit.bias += inner;
        for (weight, sign) in unit.signs.iter_mut().zip(signs) {
            *weight += inner * sign - *weight * SHRINK;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An attack where exactly one of two signs is there, which no sum of them tells.
    fn sample(one: bool, other: bool) -> Sample {
        let mut signs = [0.0; SIGNS];
        signs[1] = f32::from(u8::from(one));
        signs[2] = f32::from(u8::from(other));
        Sample { windows: vec![signs], attack: one != other }
    }

    #[test]
    fn it_learns_what_no_sum_tells() {
        let kinds = [(false, false), (false, true), (true, false), (true, true)];
        let samples: Vec<Sample> =
            (0..400).flat_map(|_| kinds.map(|(one, other)| sample(one, other))).collect();
        let all: Vec<&Sample> = samples.iter().collect();
        let second = fit(&all, 3);
        assert_eq!(second, fit(&all, 3));
        for sample in samples.iter().take(4) {
            let score = second.score(&sample.windows[0]);
            assert_eq!(score > 0.0, sample.attack, "{score} for {sample:?}");
        }
    }
}
