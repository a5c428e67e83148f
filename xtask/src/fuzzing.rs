//! `cargo xtask fuzz`: the targets of `fuzz/` under libFuzzer. The stable compiler has LLVM's coverage
//! pass, and libFuzzer comes as a crate; what only nightly has are the sanitizers, which find
//! little in code without `unsafe`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// What to attack, and for how long.
#[derive(Debug)]
pub struct Order {
    pub seconds: u32,
    pub keep: bool,
    pub targets: Vec<String>,
}

/// Counters at each edge, and what comparisons compare.
const COVERAGE: &str = "-Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares \
    -Ccodegen-units=1";

/// Longest input, most memory, and longest time for one: what takes longer is a finding.
const LIMITS: [&str; 3] = ["-max_len=4096", "-rss_limit_mb=2048", "-timeout=10"];

/// Attacks each target; true if none broke its promise. Inputs found on the way are kept in the
/// cache and are where the next run begins.
pub fn run(root: &Path, cache: &Path, order: &Order) -> Result<bool> {
    let program = build(root)?;
    let targets = targets(root, &order.targets)?;
    println!("{:<16} {:>12} {:>8} {:>8} {:>7}", "target", "runs", "edges", "inputs", "broken");
    let mut broken = 0;
    for target in targets {
        let attack = Attack {
            program: &program,
            kept: root.join("fuzz/corpus").join(&target),
            grown: cache.join("fuzz").join(&target),
            broken: cache.join("fuzz-broken").join(&target),
            target,
        };
        broken += attack.run(order)?;
    }
    Ok(broken == 0)
}

/// The program under libFuzzer. A target triple is named, so that build scripts stay as they are.
fn build(root: &Path) -> Result<PathBuf> {
    let triple = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "-p", "fuzz", "--bin", "fuzz", "--features", "libfuzzer"]);
    cargo.args(["--profile", "fuzz", "--target", &triple, "--message-format=json"]);
    cargo.env("RUSTFLAGS", COVERAGE).env_remove("RUSTC_WORKSPACE_WRAPPER").current_dir(root);
    let output = cargo.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        bail!("the fuzz targets do not build");
    }
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .find_map(|message| Some(message["executable"].as_str()?.into()))
        .context("cargo named no executable")
}

/// A target has a folder in the kept corpus; a test of `fuzz` sees to that.
fn targets(root: &Path, named: &[String]) -> Result<Vec<String>> {
    let mut all = Vec::new();
    for folder in std::fs::read_dir(root.join("fuzz/corpus"))? {
        all.push(folder?.file_name().to_string_lossy().into_owned());
    }
    all.sort();
    if let Some(unknown) = named.iter().find(|name| !all.contains(name)) {
        bail!("no target `{unknown}`\nhint: there are {}", all.join(", "));
    }
    Ok(if named.is_empty() { all } else { named.to_vec() })
}

struct Attack<'a> {
    program: &'a Path,
    target: String,
    kept: PathBuf,
    grown: PathBuf,
    broken: PathBuf,
}

impl Attack<'_> {
    /// How many inputs broke the promise: libFuzzer ends at the first.
    fn run(&self, order: &Order) -> Result<usize> {
        std::fs::create_dir_all(&self.grown)?;
        std::fs::create_dir_all(&self.broken)?;
        let before = files(&self.broken)?;
        let output = self
            .fuzzer(&[format!("-max_total_time={}", order.seconds)])
            .args([&self.grown, &self.kept])
            .output()?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let new = files(&self.broken)?.into_iter().filter(|file| !before.contains(file));
        let new: Vec<PathBuf> = new.collect();
        self.tell(&said, new.len());
        if new.is_empty() && !output.status.success() {
            bail!("{} did not run: {}", self.target, last_lines(&said));
        }
        for file in &new {
            println!("  {}\n{}", file.display(), last_lines(&said));
        }
        if order.keep && new.is_empty() {
            self.keep()?;
        }
        Ok(new.len())
    }

    fn fuzzer(&self, more: &[String]) -> Command {
        let mut fuzzer = Command::new(self.program);
        fuzzer.env("FUZZ_TARGET", &self.target).args(LIMITS).args(more);
        fuzzer.arg(format!("-artifact_prefix={}/", self.broken.display()));
        fuzzer.stdin(Stdio::null()).stdout(Stdio::null());
        fuzzer
    }

    /// Adds to the kept corpus what covers more than it.
    fn keep(&self) -> Result<()> {
        let merge = ["-set_cover_merge=1".to_owned(), "-max_len=1024".to_owned()];
        let output = self.fuzzer(&merge).args([&self.kept, &self.grown]).output()?;
        if !output.status.success() {
            bail!("{}: {}", self.target, last_lines(&String::from_utf8_lossy(&output.stderr)));
        }
        Ok(())
    }

    /// One line of the table, from the last status line (`#123 pulse cov: 45 ft: 67 corp: 8/90b …`).
    fn tell(&self, said: &str, broken: usize) {
        let status = said.lines().rev().find(|line| line.starts_with('#') && line.contains("cov:"));
        let words: Vec<&str> = status.unwrap_or_default().split_whitespace().collect();
        let after = |name: &str| {
            let at = words.iter().position(|word| *word == name)?;
            words.get(at + 1).map(|value| value.split('/').next().unwrap_or(value))
        };
        let runs = words.first().map_or("-", |word| word.trim_start_matches('#'));
        let (edges, inputs) = (after("cov:").unwrap_or("-"), after("corp:").unwrap_or("-"));
        println!("{:<16} {runs:>12} {edges:>8} {inputs:>8} {broken:>7}", self.target);
    }
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect()
}

/// Where the reason stands: what the panic said, and libFuzzer's verdict.
fn last_lines(said: &str) -> String {
    let worth = |line: &&str| {
        line.contains("panicked") || line.contains("ERROR") || line.contains("SUMMARY")
    };
    let mut lines = Vec::new();
    let mut rest = said.lines().peekable();
    while let Some(line) = rest.next() {
        if worth(&line) {
            lines.push(format!("  {line}"));
            lines.extend(rest.peek().map(|next| format!("  {next}")));
        }
    }
    lines.join("\n")
}
