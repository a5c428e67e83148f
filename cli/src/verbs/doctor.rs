//! `chaperone doctor`: what this host allows, by trying it.

use std::sync::Arc;

use anyhow::Result;
use clap::Args;
use event::WatchPlan;
use sensor::{Denial, KernelSource, LoadReport, Settings, Tier};
use serde::Serialize;

use super::{Common, Exit};
use crate::out::{self, Colour, paint};

/// Example: sudo chaperone doctor
#[derive(Debug, Args)]
pub struct Doctor {}

/// What is found: `--json` says it as it is.
#[derive(Serialize)]
struct Findings {
    tier: Tier,
    capabilities: Vec<Capability>,
    /// Program by program, where the kernel took any.
    sensor: Option<LoadReport>,
}

#[derive(Serialize)]
struct Capability {
    name: &'static str,
    works: bool,
    /// A known act was tried, and what came of it was as it should be.
    self_tested: bool,
    what_for: &'static str,
    /// What was found.
    found: String,
    /// How to get it, where it is missing.
    hint: Option<&'static str>,
}

impl Doctor {
    pub fn run(self, common: &Common) -> Result<Exit> {
        let findings = examine(&common.config()?.sensor);
        if common.json {
            out::json(&findings)?;
        } else {
            say(&findings)?;
        }
        let complete = findings.sensor.as_ref().is_some_and(LoadReport::complete);
        Ok(if complete { Exit::Done } else { Exit::NotAllowed })
    }
}

fn examine(settings: &Settings) -> Findings {
    let tried = KernelSource::open(settings, &WatchPlan::default(), Arc::new(event::Verbatim));
    let (sensor, error) = match tried {
        Ok(source) => (Some(source.report().clone()), None),
        Err(error) => (None, Some(error.cause())),
    };
    let lsm = sensor::lsm_denied(settings);
    let tier = Tier::of(sensor.as_ref(), &lsm);
    let mut capabilities = vec![events(sensor.as_ref(), error)];
    capabilities.extend(sensor.as_ref().map(calls));
    capabilities.push(lsm_hooks(&lsm));
    capabilities.push(connect_hooks(&sensor::connections_denied(settings)));
    Findings { tier, capabilities, sensor }
}

fn events(sensor: Option<&LoadReport>, error: Option<String>) -> Capability {
    let root = crate::host::is_root();
    Capability {
        name: "kernel events",
        works: sensor.is_some(),
        self_tested: sensor.is_some_and(|report| report.self_test.is_ok()),
        what_for: "every program, file and connection of agents; without, processes are polled",
        found: error.unwrap_or_else(|| "BPF programs at typed tracepoints".into()),
        hint: match (sensor, root) {
            (Some(_), _) => None,
            (None, false) => Some("`sudo chaperone doctor`"),
            (None, true) => Some("a kernel with BPF, BTF and the capabilities of the unit"),
        },
    }
}

fn calls(report: &LoadReport) -> Capability {
    let seen = match report.backend {
        "fexit" => format!("fexit: at {} functions, other calls cost nothing", report.functions),
        other => format!("{other}: behind every call of the host"),
    };
    let (works, found) = match (&report.self_test, &report.instead_of) {
        (Err(why), _) => (false, format!("{seen}; self-test failed: {why}")),
        (Ok(()), Some(why)) => (true, format!("{seen}; not {why}")),
        (Ok(()), None) => (true, seen),
    };
    Capability {
        name: "system calls",
        works,
        self_tested: works,
        what_for: "files, sockets, and acts on processes",
        found,
        hint: (report.backend != "fexit").then_some(
            "a kernel with trampolines (CONFIG_FUNCTION_TRACER, as distributions build)",
        ),
    }
}

fn lsm_hooks(denial: &Denial) -> Capability {
    Capability {
        name: "LSM denials",
        works: *denial == Denial::Works,
        self_tested: *denial == Denial::Works,
        what_for: "stopping an act before its effect; not used by this version, which observes",
        found: denial.to_string(),
        hint: match denial {
            Denial::Works => None,
            Denial::NeverCalled => Some("add `bpf` to the boot parameter `lsm=`"),
            Denial::Refused(_) => {
                Some("root, CONFIG_BPF_LSM, and `bpf` in the boot parameter `lsm=`")
            }
        },
    }
}

fn connect_hooks(denial: &Denial) -> Capability {
    Capability {
        name: "connect denials",
        works: *denial == Denial::Works,
        self_tested: *denial == Denial::Works,
        what_for: "stopping connections; not used by this version, which observes",
        found: denial.to_string(),
        hint: (*denial != Denial::Works).then_some("root, and control groups of version 2 mounted"),
    }
}

fn say(findings: &Findings) -> Result<()> {
    let colour = out::coloured();
    let tier = match findings.tier {
        Tier::A => "all acts are seen; the kernel would deny any",
        Tier::B => "all acts are seen; only some could be denied before their effect",
        Tier::C => "processes are polled; short ones, files and connections are missed",
    };
    out::line(&format!("tier {}: {tier}", findings.tier))?;
    for one in &findings.capabilities {
        let (word, tone) = match (one.works, one.self_tested) {
            (true, true) => ("proved ", Colour::Green),
            (true, false) => ("loaded ", Colour::Yellow),
            (false, _) => ("missing", Colour::Red),
        };
        let word = paint(word, tone, colour);
        out::line(&format!("{word}  {:<16} {}", one.name, one.found))?;
        out::line(&format!("                          for {}", one.what_for))?;
        if let Some(hint) = one.hint {
            out::line(&format!("                          get it: {hint}"))?;
        }
    }
    let programs = findings.sensor.iter().flat_map(|report| &report.programs);
    for program in programs.filter(|program| program.error.is_some()) {
        let why = program.error.as_deref().unwrap_or_default();
        let word = paint("missing", Colour::Red, colour);
        out::line(&format!("{word}  {:<16} {}: {why}", program.name, program.gives))?;
    }
    Ok(())
}
