//! One measured figure, as one line of JSON.

use serde_json::json;

/// A figure and what it should be.
pub struct Figure<'a> {
    pub what: &'a str,
    pub value: f64,
    pub unit: &'a str,
    pub target: f64,
    pub ok: bool,
    pub workload: String,
    pub n: usize,
    pub spread: (f64, f64),
}

impl Figure<'_> {
    /// Prints it.
    pub fn print(&self) {
        let (least, most) = self.spread;
        println!(
            "{}",
            json!({"what": self.what, "value": round(self.value), "unit": self.unit, "target": self.target,
                "ok": self.ok, "peers": {}, "workload": self.workload, "n": self.n,
                "spread": [round(least), round(most)]})
        );
    }
}

fn round(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

/// The middle of measured values, and their ends.
pub fn median(values: &mut [f64]) -> (f64, (f64, f64)) {
    values.sort_by(f64::total_cmp);
    let at = |index: usize| values.get(index).copied().unwrap_or(f64::NAN);
    (at(values.len() / 2), (at(0), at(values.len().saturating_sub(1))))
}
