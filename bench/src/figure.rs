//! One measured figure: a row of the table, or with `--json` one line that other programs read.

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Map, Value, json};

static JSON: AtomicBool = AtomicBool::new(false);
static HEADED: AtomicBool = AtomicBool::new(false);
static MISSED: AtomicBool = AtomicBool::new(false);

/// Figures are printed as JSON from now on.
pub fn as_json() {
    JSON.store(true, Ordering::Relaxed);
}

/// Whether a figure so far was not what it should be.
pub fn missed() -> bool {
    MISSED.load(Ordering::Relaxed)
}

/// A figure and what it should be.
#[derive(Debug, Default)]
pub struct Figure {
    pub what: String,
    pub value: f64,
    pub unit: &'static str,
    /// None where the figure only explains another.
    pub target: Option<Target>,
    /// The same measured beside other products.
    pub peers: Map<String, Value>,
    pub workload: String,
    /// Rounds, pairs or acts behind the value.
    pub n: usize,
    /// Least and most of the rounds, or the 95 % interval where the unit or workload says so.
    pub spread: (f64, f64),
    /// Overrides what the target says: an interval that holds zero is below the noise.
    pub ok: Option<bool>,
}

/// What a value should be.
#[derive(Clone, Copy, Debug)]
pub enum Target {
    AtLeast(f64),
    AtMost(f64),
}

impl Target {
    fn number(self) -> f64 {
        match self {
            Self::AtLeast(number) | Self::AtMost(number) => number,
        }
    }
    fn holds(self, value: f64) -> bool {
        match self {
            Self::AtLeast(least) => value >= least,
            Self::AtMost(most) => value <= most,
        }
    }
    fn show(self) -> String {
        match self {
            Self::AtLeast(least) => format!("≥ {}", short(least)),
            Self::AtMost(most) => format!("≤ {}", short(most)),
        }
    }
}

impl Figure {
    /// Prints it at once, so that a benchmark that is stopped has said what it knows.
    pub fn print(&self) {
        let ok = self.ok.or(self.target.map(|target| target.holds(self.value)));
        if ok == Some(false) {
            MISSED.store(true, Ordering::Relaxed);
        }
        if JSON.load(Ordering::Relaxed) {
            println!("{}", self.json(ok));
        } else {
            self.row(ok);
        }
    }

    fn json(&self, ok: Option<bool>) -> Value {
        let (least, most) = self.spread;
        json!({"what": self.what, "value": round(self.value), "unit": self.unit,
            "target": self.target.map(Target::number), "ok": ok, "peers": self.peers,
            "workload": self.workload, "n": self.n, "spread": [round(least), round(most)]})
    }

    fn row(&self, ok: Option<bool>) {
        if !HEADED.swap(true, Ordering::Relaxed) {
            println!("{:<46} {:>12} {:<22} {:>12}  ok", "what", "value", "(spread) unit", "target");
        }
        let (least, most) = self.spread;
        let spread = format!("({}-{}) {}", short(least), short(most), self.unit);
        let target = self.target.map_or_else(|| "-".into(), Target::show);
        let word = match ok {
            Some(true) => "yes",
            Some(false) => "NO",
            None => "-",
        };
        println!("{:<46} {:>12} {spread:<22} {target:>12}  {word}", self.what, short(self.value));
        if !self.workload.is_empty() {
            println!("    n={} {}", self.n, self.workload);
        }
        for (name, said) in &self.peers {
            println!("    beside: {name} {said}");
        }
    }
}

/// A number as people read it.
pub fn short(value: f64) -> String {
    match value.abs() {
        size if !size.is_finite() => "-".into(),
        size if size >= 1000.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

fn round(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

/// Says on stderr what goes on.
pub fn progress(said: impl std::fmt::Display) {
    eprintln!("… {said}");
}
