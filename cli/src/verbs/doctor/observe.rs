//! What of agents can be seen here: the sensor is started as `up` starts it.

use std::sync::Arc;
use std::time::Duration;

use event::WatchPlan;
use sensor::{KernelSource, LoadReport, Settings, Source};

use super::{Capability, Part};

/// Starts of processes that procfs tells are whole ticks of this; the kernel's own are not.
const TICK_NS: u64 = 10_000_000;

/// Starts the sensor and stops it again.
pub fn try_all(settings: &Settings) -> (Option<LoadReport>, Vec<Capability>) {
    match KernelSource::open(settings, &WatchPlan::default(), Arc::new(event::Verbatim)) {
        Ok(mut source) => {
            let report = source.report().clone();
            let rows = vec![
                events(),
                calls(&report),
                ring(settings, report.self_test.is_ok()),
                iterators(&report, lists_us(&mut source)),
            ];
            (Some(report), rows)
        }
        Err(error) => (None, vec![no_events(error.cause())]),
    }
}

const EVENTS: Capability = Capability {
    part: Part::Observe,
    name: "kernel events",
    works: true,
    self_tested: true,
    what_for: "every program, file and connection of agents; without, processes are polled",
    found: String::new(),
    hint: None,
};

fn events() -> Capability {
    Capability { found: "BPF programs at typed tracepoints".into(), ..EVENTS }
}

fn no_events(found: String) -> Capability {
    let hint = match crate::host::is_root() {
        false => "`sudo chaperone doctor`",
        true => "a kernel with BPF, BTF and the capabilities of the unit",
    };
    Capability { works: false, self_tested: false, found, hint: Some(hint), ..EVENTS }
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
        part: Part::Observe,
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

/// The ring of the running sensor, as it lies in our memory.
fn ring(settings: &Settings, came_through: bool) -> Capability {
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap_or_default();
    let mapped_mib = mapped(&maps) >> 20;
    let set = settings.ring_mib.next_power_of_two();
    // Its data is mapped twice in a row, so that a record never breaks at the end.
    let works = mapped_mib >= u64::from(set) * 2;
    let found = match works {
        true => format!("{set} MiB, mapped"),
        false => format!("{set} MiB are set, {mapped_mib} MiB are mapped"),
    };
    Capability {
        part: Part::Observe,
        name: "ring buffer",
        works,
        self_tested: works && came_through,
        what_for: "records on their way from the kernel; `sensor.ring_mib` sets it",
        found,
        hint: (!works).then_some("less in `sensor.ring_mib`, or more memory that may be locked"),
    }
}

/// Bytes of BPF maps in a list of mappings.
fn mapped(maps: &str) -> u64 {
    let bytes = |line: &str| {
        let (from, until) = line.split_whitespace().next()?.split_once('-')?;
        let number = |text| u64::from_str_radix(text, 16).ok();
        number(until)?.checked_sub(number(from)?)
    };
    maps.lines().filter(|line| line.contains("bpf-map")).filter_map(bytes).sum()
}

fn iterators(report: &LoadReport, lists_us: bool) -> Capability {
    let adopt = report.programs.iter().find(|program| program.name == "adopt");
    let refused = adopt.and_then(|program| program.error.clone());
    let works = adopt.is_some() && refused.is_none();
    let found = match (refused, lists_us) {
        (Some(why), _) => format!("refused: {why}"),
        (None, true) => "lists this process with its exact start".into(),
        (None, false) => "loaded; this process was not listed".into(),
    };
    Capability {
        part: Part::Observe,
        name: "task iterator",
        works,
        self_tested: works && lists_us,
        what_for: "adopting agents that ran before Chaperone did",
        found,
        hint: (!works).then_some("a kernel with iter/task (CONFIG_BPF_SYSCALL and BTF)"),
    }
}

/// Whether the list of what runs, with which the source begins, has this process in it as only the
/// kernel knows it.
fn lists_us(source: &mut KernelSource) -> bool {
    let mut batch = Vec::new();
    if source.poll(Duration::ZERO, &mut batch).is_err() {
        return false;
    }
    let us = std::process::id();
    let exact = |event: &event::Event| !event.process.start_ns.is_multiple_of(TICK_NS);
    batch.iter().any(|event| event.process.pid == us && exact(event))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_ring_is_found_among_the_mappings() {
        let maps = "\
55d0c0000000-55d0c0001000 r--p 00000000 fe:00 11 /usr/bin/chaperone
7f0000000000-7f0000001000 rw-s 00000000 00:0e 12 anon_inode:bpf-map
7f0000001000-7f0000401000 r--s 00001000 00:0e 12 anon_inode:bpf-map
7ffc00000000-7ffc00021000 rw-p 00000000 00:00 0 [stack]
";
        assert_eq!(super::mapped(maps), 0x1000 + 0x40_0000);
        assert_eq!(super::mapped("no mapping bpf-map\n"), 0);
    }
}
