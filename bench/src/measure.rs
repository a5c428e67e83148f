//! What is made of measured values: middles, shares, intervals. No measurement happens here.

/// The middle of measured values, and their ends.
pub fn median(values: &[f64]) -> (f64, (f64, f64)) {
    let sorted = sorted(values);
    let last = sorted.len().saturating_sub(1);
    (middle(&sorted), (at(&sorted, 0), at(&sorted, last)))
}

/// The value below which `share` of them lie (nearest rank).
pub fn quantile(values: &[f64], share: f64) -> f64 {
    let sorted = sorted(values);
    let rank = (share * sorted.len() as f64).ceil() as usize;
    at(&sorted, rank.saturating_sub(1))
}

/// The median and its 95 % interval by resampling (percentile bootstrap, seeded).
pub fn bootstrap_median(values: &[f64]) -> (f64, (f64, f64)) {
    const RESAMPLES: usize = 10_000;
    let mut chance = Chance::new(7);
    let mut medians: Vec<f64> = (0..RESAMPLES)
        .map(|_| {
            let mut drawn: Vec<f64> =
                values.iter().map(|_| at(values, chance.below(values.len()))).collect();
            drawn.sort_by(f64::total_cmp);
            middle(&drawn)
        })
        .collect();
    medians.sort_by(f64::total_cmp);
    let (low, high) = (at(&medians, RESAMPLES / 40), at(&medians, RESAMPLES - RESAMPLES / 40 - 1));
    (middle(&sorted(values)), (low, high))
}

/// The exact 95 % interval of a Poisson mean of which `count` was seen (Garwood).
pub fn poisson(count: u64) -> (f64, f64) {
    // Below `low` so many or more, above `high` so few or fewer have a chance of 2.5 %.
    let low = if count == 0 {
        0.0
    } else {
        solve(|mean| 1.0 - up_to(count - 1, mean) < 0.025, count as f64)
    };
    let high = solve(|mean| up_to(count, mean) > 0.025, count as f64 * 3.0 + 20.0);
    (low, high)
}

/// The exact 95 % interval of a share of which `hits` of `n` were seen (Clopper and Pearson).
pub fn binomial(hits: u64, n: u64) -> (f64, f64) {
    let above = |share: f64| -> f64 { (hits..=n).map(|k| chance_of(k, n, share)).sum() };
    let below = |share: f64| -> f64 { (0..=hits).map(|k| chance_of(k, n, share)).sum() };
    let low = if hits == 0 { 0.0 } else { solve(|share| above(share) < 0.025, 1.0) };
    let high = if hits == n { 1.0 } else { solve(|share| below(share) > 0.025, 1.0) };
    (low, high)
}

/// The largest value below `most` of which `holds` says yes; it says so below some border only.
fn solve(holds: impl Fn(f64) -> bool, most: f64) -> f64 {
    let (mut low, mut high) = (0.0, most);
    for _ in 0..100 {
        let middle = f64::midpoint(low, high);
        if holds(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

/// The chance of at most `count`.
fn up_to(count: u64, mean: f64) -> f64 {
    let mut logarithm = -mean;
    let mut sum = logarithm.exp();
    for k in 1..=count {
        logarithm += (mean / k as f64).ln();
        sum += logarithm.exp();
    }
    sum
}

fn chance_of(k: u64, n: u64, share: f64) -> f64 {
    let choose: f64 = (0..k).map(|i| ((n - i) as f64 / (i + 1) as f64).ln()).sum();
    (choose + k as f64 * share.ln() + (n - k) as f64 * (1.0 - share).ln()).exp()
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

fn middle(sorted: &[f64]) -> f64 {
    let half = sorted.len() / 2;
    if sorted.len() % 2 == 1 || sorted.is_empty() {
        return at(sorted, half);
    }
    f64::midpoint(at(sorted, half - 1), at(sorted, half))
}

fn at(values: &[f64], index: usize) -> f64 {
    values.get(index).copied().unwrap_or(f64::NAN)
}

/// Seeded chance (xorshift): the same in every run.
#[derive(Debug)]
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub fn below(&mut self, most: usize) -> usize {
        (self.next() % most.max(1) as u64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: (f64, f64), b: (f64, f64)) {
        assert!((a.0 - b.0).abs() < 0.001 && (a.1 - b.1).abs() < 0.001, "{a:?} {b:?}");
    }

    #[test]
    fn exact_intervals_are_those_of_the_tables() {
        near(poisson(0), (0.0, 3.6889));
        near(poisson(3), (0.6187, 8.7673));
        near(poisson(100), (81.3640, 121.6266));
        near(binomial(0, 10), (0.0, 0.3085));
        near(binomial(9, 10), (0.5550, 0.9975));
        near(binomial(10, 10), (0.6915, 1.0));
    }

    #[test]
    fn middles_and_shares() {
        assert_eq!(median(&[3.0, 1.0, 2.0, 10.0]), (2.5, (1.0, 10.0)));
        let hundred: Vec<f64> = (1..=100).map(f64::from).collect();
        assert_eq!(quantile(&hundred, 0.99), 99.0);
        assert_eq!(quantile(&hundred, 0.5), 50.0);
    }

    #[test]
    fn the_interval_holds_the_middle_and_grows_with_the_noise() {
        let calm: Vec<f64> = (0..20).map(|i| 1.0 + f64::from(i % 3) / 100.0).collect();
        let wild: Vec<f64> = (0..20).map(|i| 1.0 + f64::from(i % 7) - 3.0).collect();
        let (_, calm) = bootstrap_median(&calm);
        let (value, wild) = bootstrap_median(&wild);
        assert!(wild.0 <= value && value <= wild.1);
        assert!(wild.1 - wild.0 > calm.1 - calm.0);
    }
}
