//! A developer's home of 100,000 files, as it is made here: projects with their dependencies, caches, a few
//! agents. Measured is the whole program, from its start to its end.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use inventory::change::changes;
use inventory::discover::Home;
use inventory::product::Products;
use inventory::{Look, Memory, look_again};

use crate::figure::{Figure, Target, progress};
use crate::measure::{Chance, median};

/// Files of the home.
const FILES: usize = 100_000;
/// How often the peak of memory is asked for.
const ASK: Duration = Duration::from_millis(2);

pub fn measure(program: &Path, rounds: usize) -> Result<()> {
    let place = tempfile::tempdir()?;
    progress(format!("a home of {FILES} files"));
    let home = place.path().join("dev");
    let made = make(&home)?;
    let (mut seconds, mut peaks) = (Vec::new(), Vec::new());
    // The first round warms the caches and counts for nothing.
    for round in 0..=rounds {
        let (took, peak, assets) = look(program, &home)?;
        ensure!(assets >= made.assets, "{assets} of {} things were found", made.assets);
        if round > 0 {
            seconds.push(took.as_secs_f64());
            peaks.push(peak as f64 / 1e6);
        }
    }
    let workload = format!(
        "{} files in {} folders, warm; {} things to find",
        made.files, made.folders, made.assets
    );
    let (value, spread) = median(&seconds);
    Figure {
        what: "full scan of a home".into(),
        value,
        unit: "s",
        target: Some(Target::AtMost(5.0)),
        workload: workload.clone(),
        n: rounds,
        spread,
        ..Figure::default()
    }
    .print();
    let (value, spread) = median(&peaks);
    Figure {
        what: "full scan of a home, peak of memory".into(),
        value,
        unit: "MB",
        target: Some(Target::AtMost(100.0)),
        workload: workload.clone(),
        n: rounds,
        spread,
        ..Figure::default()
    }
    .print();
    again(&home, rounds, workload)
}

/// One file changes, and what lives looks again: what did not change is known from the look before.
fn again(home: &Path, rounds: usize, workload: String) -> Result<()> {
    let (products, wrong) = Products::shipped();
    ensure!(wrong.is_empty(), "the tables are wrong");
    let redact = content::redact::Redactor::new(b"bench").context("the patterns compile")?;
    let uid = fs::metadata(home)?.uid();
    let homes = vec![Home { owner: "dev".into(), uid, path: home.to_owned() }];
    let plan = Look { host: "bench".into(), homes, ..Look::default() };
    let mut memory = Memory::default();
    look_again(&products, &plan, &redact, &mut memory);
    // Until stamps are old enough to be believed.
    thread::sleep(Duration::from_secs(3));
    let mut before = look_again(&products, &plan, &redact, &mut memory);
    let mut times = Vec::new();
    for round in 0..rounds {
        let skill = home.join(format!(".claude/skills/s{round}/SKILL.md"));
        fs::write(&skill, format!("---\nname: changed-{round}\n---\nother words\n"))?;
        let began = Instant::now();
        let after = look_again(&products, &plan, &redact, &mut memory);
        let changed = changes(&before, &after);
        times.push(began.elapsed().as_secs_f64() * 1e3);
        ensure!(!changed.is_empty(), "the change was not seen");
        before = after;
    }
    let (value, spread) = median(&times);
    Figure {
        what: "look again after one change".into(),
        value,
        unit: "ms",
        target: Some(Target::AtMost(50.0)),
        workload,
        n: rounds,
        spread,
        ..Figure::default()
    }
    .print();
    Ok(())
}

/// Runs the program. Returns how long it took, the peaks of its processes together, and how many things it told.
fn look(program: &Path, home: &Path) -> Result<(Duration, u64, usize)> {
    let began = Instant::now();
    let mut child = Command::new(program)
        .args(["inventory", "--json", "--home"])
        .arg(home)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let mut out = child.stdout.take().context("stdout is a pipe")?;
    let reader = thread::spawn(move || std::io::read_to_string(&mut out));
    let mut peaks: BTreeMap<u32, u64> = BTreeMap::new();
    let ended = loop {
        for pid in std::iter::once(child.id()).chain(children(child.id())) {
            let peak = peaks.entry(pid).or_default();
            *peak = high_water(pid).unwrap_or(0).max(*peak);
        }
        if let Some(ended) = child.try_wait()? {
            break ended;
        }
        thread::sleep(ASK);
    };
    let took = began.elapsed();
    ensure!(ended.success(), "the program failed");
    let told = reader.join().ok().context("the reader ended")??;
    Ok((took, peaks.values().sum(), told.lines().count()))
}

/// Those that the program started: its reader of files.
fn children(pid: u32) -> Vec<u32> {
    let text = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
    text.split_whitespace().filter_map(|child| child.parse().ok()).collect()
}

fn high_water(pid: u32) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().trim_end_matches(" kB").parse::<u64>().ok()? * 1000)
}

/// What was made.
struct Made {
    files: usize,
    folders: usize,
    assets: usize,
}

/// Makes the home: always the same one.
fn make(home: &Path) -> Result<Made> {
    let mut made = Made { files: 0, folders: 0, assets: 0 };
    let mut random = Chance::new(11);
    let put = |way: String, text: &str, made: &mut Made| -> Result<()> {
        let path = home.join(way);
        if let Some(folder) = path.parent().filter(|folder| !folder.exists()) {
            fs::create_dir_all(folder)?;
            made.folders += 1;
        }
        fs::write(path, text)?;
        made.files += 1;
        Ok(())
    };
    put(".claude/settings.json".into(), r#"{"permissions":{"allow":["Bash(ls:*)"]}}"#, &mut made)?;
    put(
        ".codex/config.toml".into(),
        "[mcp_servers.a]\ncommand = \"uvx\"\nargs = [\"a\"]\n",
        &mut made,
    )?;
    put(
        ".cursor/mcp.json".into(),
        r#"{"mcpServers":{"b":{"url":"https://b.test/mcp"}}}"#,
        &mut made,
    )?;
    for skill in 0..40 {
        let text = format!(
            "---\nname: skill-{skill}\ndescription: does {skill}\n---\n{}",
            "words ".repeat(400)
        );
        put(format!(".claude/skills/s{skill}/SKILL.md"), &text, &mut made)?;
    }
    made.assets = 3 + 2 + 40;
    for project in 0.. {
        let name = format!("work/team{}/project{project}", project % 7);
        put(format!("{name}/AGENTS.md"), "Use the tests.", &mut made)?;
        put(
            format!("{name}/.mcp.json"),
            r#"{"mcpServers":{"db":{"command":"npx","args":["db"]}}}"#,
            &mut made,
        )?;
        made.assets += 2;
        for source in 0..200 {
            put(format!("{name}/src/m{}/f{source}.rs", source % 20), "fn main() {}\n", &mut made)?;
        }
        let packages = 40 + random.below(60);
        for package in 0..packages {
            for file in 0..8 {
                put(format!("{name}/node_modules/p{package}/lib/f{file}.js"), "x", &mut made)?;
            }
        }
        for cached in 0..200 {
            put(format!(".cache/tool{}/{project}/c{cached}", cached % 5), "x", &mut made)?;
        }
        if made.files >= FILES {
            return Ok(made);
        }
    }
    Ok(made)
}
