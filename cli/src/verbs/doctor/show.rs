//! What was found, as a table for people.

use anyhow::Result;
use sensor::Tier;

use super::{Capability, Findings, Part};
use crate::out::{Colour, Words, coloured, line};

/// The widest line.
const WIDTH: usize = 100;
/// Where the text of a row begins.
const INDENT: usize = 29;

/// Prints the table.
pub fn show(findings: &Findings) -> Result<()> {
    let on = coloured();
    lines(findings).iter().try_for_each(|words| line(&words.paint(on)))?;
    Ok(())
}

fn lines(findings: &Findings) -> Vec<Words> {
    let tier = match findings.tier {
        Tier::A => "all acts are seen; the kernel would deny any",
        Tier::B => "all acts are seen; only some could be denied before their effect",
        Tier::C => "processes are polled; short ones, files and connections are missed",
    };
    let mut lines = vec![Words::plain(format!("tier {}: {tier}", findings.tier))];
    for (part, title) in [
        (Part::Observe, "What is seen"),
        (Part::Stop, "What is stopped before its effect where policy says so (up)"),
        (Part::Confine, "What an agent is started with, without root (run)"),
        (Part::Read, "What files of others are read with (inventory, scan, posture, up)"),
    ] {
        lines.push(Words::default());
        lines.push(Words::default().with(title, Colour::Bold));
        let of_part = findings.capabilities.iter().filter(|one| one.part == part);
        of_part.for_each(|one| row(one, &mut lines));
        if part == Part::Observe {
            refused(findings, &mut lines);
        }
    }
    lines
}

fn row(one: &Capability, lines: &mut Vec<Words>) {
    let state = match (one.works, one.self_tested) {
        (true, true) => ("proved", Colour::Green),
        (true, false) => ("loaded", Colour::Yellow),
        (false, _) => ("missing", Colour::Red),
    };
    head(state, one.name, &one.found, lines);
    below(&format!("for {}", one.what_for), Colour::Dim, lines);
    if let Some(hint) = one.hint {
        below(&format!("get it: {hint}"), Colour::Yellow, lines);
    }
}

/// Programs that the kernel did not take.
fn refused(findings: &Findings, lines: &mut Vec<Words>) {
    for program in findings.sensor.iter().flat_map(|report| &report.programs) {
        if let Some(why) = &program.error {
            let found = format!("{}: {why}", program.gives);
            head(("missing", Colour::Red), program.name, &found, lines);
        }
    }
}

fn head((word, tone): (&str, Colour), name: &str, found: &str, lines: &mut Vec<Words>) {
    let found = event::show::plain(found);
    let mut rest = wrapped(&found, WIDTH - INDENT).into_iter();
    let first = rest.next().unwrap_or_default();
    let name = format!("  {name:<16}  {first}");
    lines.push(Words::plain("  ").with(format!("{word:<7}"), tone).and(name));
    lines.extend(rest.map(|line| Words::plain(format!("{:INDENT$}{line}", ""))));
}

fn below(text: &str, tone: Colour, lines: &mut Vec<Words>) {
    let text = wrapped(text, WIDTH - INDENT);
    lines.extend(
        text.into_iter().map(|line| Words::plain(format!("{:INDENT$}", "")).with(line, tone)),
    );
}

/// Lines of at most `width` letters, broken between words.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn capability(part: Part, name: &'static str, proved: Option<bool>) -> Capability {
        Capability {
            part,
            name,
            works: proved.is_some(),
            self_tested: proved == Some(true),
            what_for: "something",
            found: "a long answer of the kernel, ".repeat(6),
            hint: proved.is_none().then_some("root"),
        }
    }

    #[test]
    fn the_table_fits_a_hundred_columns() {
        let capabilities = vec![
            capability(Part::Observe, "kernel events", Some(true)),
            capability(Part::Observe, "ring buffer", Some(false)),
            capability(Part::Stop, "connect denials", None),
            capability(Part::Confine, "user namespaces", Some(true)),
            capability(Part::Read, "confined reader", Some(true)),
        ];
        let findings = Findings { tier: Tier::B, capabilities, sensor: None };
        let text: Vec<String> = lines(&findings).iter().map(|words| words.paint(false)).collect();
        assert!(text.iter().all(|line| line.chars().count() <= WIDTH), "{text:#?}");
        insta::assert_snapshot!(text.join("\n"));
    }
}
