//! The acts of a session as a tree: tool call, its processes, what they did to files and network.

use std::collections::HashMap;

use event::show::{brief, plain};
use event::{Act, Attributed, ProcessId, ToolCallId};

use super::is_noise;
use super::state::acts::object;
use crate::lines::{self, clock};
use crate::numbers;
use crate::out::{Colour, Words};

/// Most different acts of one process that are listed.
const MOST_OF_PROCESS: usize = 40;
/// Most lines of a tree.
const MOST_LINES: usize = 4_000;

#[derive(Default)]
struct Call<'a> {
    first: Option<&'a Attributed>,
    processes: Vec<Process<'a>>,
    places: HashMap<ProcessId, usize>,
}

struct Process<'a> {
    first: &'a Attributed,
    acts: Vec<Sum<'a>>,
    more: u64,
}

/// Equal acts of one process.
struct Sum<'a> {
    first: &'a Attributed,
    verb: &'static str,
    object: String,
    times: u64,
    bytes: Option<u64>,
}

/// The tree of `acts`, which are in order of time.
pub fn lines(acts: &[Attributed]) -> Vec<Words> {
    let mut order: Vec<Option<ToolCallId>> = Vec::new();
    let mut calls: HashMap<Option<ToolCallId>, Call<'_>> = HashMap::new();
    for act in acts.iter().filter(|act| !is_noise(&act.event.act)) {
        let id = act.actor.as_ref().and_then(|actor| actor.tool_call);
        let call = calls.entry(id).or_default();
        if call.first.is_none() {
            order.push(id);
            call.first = Some(act);
        }
        call.add(act);
    }
    let mut lines = Vec::new();
    for id in order {
        if let Some(call) = calls.get(&id) {
            call.tell(id, &mut lines);
        }
        if lines.len() > MOST_LINES {
            lines.truncate(MOST_LINES);
            lines.push(Words::plain("… more: see `chaperone events --session`"));
            break;
        }
    }
    if lines.is_empty() {
        lines.push(Words::plain("no acts of this session are in the record"));
    }
    lines
}

impl<'a> Call<'a> {
    fn add(&mut self, act: &'a Attributed) {
        let place = *self.places.entry(act.process.id).or_insert_with(|| {
            self.processes.push(Process { first: act, acts: Vec::new(), more: 0 });
            self.processes.len() - 1
        });
        let Some(process) = self.processes.get_mut(place) else { return };
        let (verb, (object, bytes)) = (lines::verb(&act.event.act), object(&act.event.act));
        let times = u64::from(act.event.count);
        let full = process.acts.len() == MOST_OF_PROCESS;
        match process.acts.iter_mut().find(|sum| sum.verb == verb && sum.object == object) {
            Some(sum) => {
                sum.times += times;
                sum.bytes = sum.bytes.zip(bytes).map(|(one, other)| one + other);
            }
            None if full => process.more += times,
            None => process.acts.push(Sum { first: act, verb, object, times, bytes }),
        }
    }

    fn tell(&self, id: Option<ToolCallId>, lines: &mut Vec<Words>) {
        let Some(first) = self.first else { return };
        let title = match id {
            None => "the agent itself".to_owned(),
            Some(_) => format!("▸ {}", brief(&first.process.command_line, 200)),
        };
        lines.push(
            Words::default()
                .with(clock(first.event.time_unix_ns), Colour::Dim)
                .and(" ")
                .with(title, Colour::Bold),
        );
        for process in &self.processes {
            process.tell(lines);
        }
        lines.push(Words::default());
    }
}

impl Process<'_> {
    fn tell(&self, lines: &mut Vec<Words>) {
        let process = &self.first.process;
        lines.push(
            Words::plain("  ")
                .with(plain(process.name()), Colour::Cyan)
                .with(format!(" {}", process.id.pid), Colour::Dim)
                .and(format!("  {}", brief(&process.command_line, 160))),
        );
        // Its own start is the line above.
        let is_start = |sum: &&Sum<'_>| matches!(sum.first.event.act, Act::ProcessExec(_));
        for sum in self.acts.iter().filter(|sum| !is_start(sum)) {
            let bytes = sum.bytes.map(|bytes| format!(" {}", numbers::bytes(bytes)));
            let times = if sum.times > 1 { format!(" ×{}", sum.times) } else { String::new() };
            lines.push(
                Words::plain("      ")
                    .with(format!("{:<8} ", sum.verb), lines::verb_colour(&sum.first.event.act))
                    .and(brief(&sum.object, 300))
                    .with(format!("{}{times}", bytes.unwrap_or_default()), Colour::Yellow),
            );
        }
        if self.more > 0 {
            let more = format!("      … {} other acts", self.more);
            lines.push(Words::default().with(more, Colour::Dim));
        }
    }
}
