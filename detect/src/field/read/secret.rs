//! The kinds of secrets that were replaced in an event's texts: `‹kind:hash›`.

use event::{Act, Attributed};

use super::{Take, Value};

pub fn kinds(act: &Attributed, take: Take<'_>) {
    in_text(&act.process.command_line, take);
    match &act.event.act {
        Act::ProcessExec(exec) => {
            if act.process.command_line.is_empty() {
                exec.argv.iter().for_each(|argument| in_text(argument, take));
            }
            exec.env.iter().for_each(|variable| in_text(variable, take));
        }
        Act::DnsQuery(dns) | Act::DnsAnswer(dns) => in_text(&dns.name, take),
        other => {
            if let Some(file) = other.file() {
                in_text(&file.path, take);
            }
        }
    }
}

fn in_text(text: &str, take: Take<'_>) {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('‹') {
        let Some((inside, tail)) = after.split_once('›') else { return };
        if let Some((kind, _)) = inside.split_once(':') {
            take(Value::Text(kind));
        }
        rest = tail;
    }
}
