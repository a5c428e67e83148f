//! How the story is told: a title, who did what, and whether what was claimed held; the same as data.

use std::io::{IsTerminal, Read};
use std::time::Duration;

use anyhow::Result;
use event::show::plain;
use serde::Serialize;

use super::children::Children;
use crate::out::{self, Colour, Words};

/// Widest line of text.
const WIDTH: usize = 100;
/// Columns before the text.
const INDENT: usize = 12;
/// A moment, for those who read along.
const MOMENT: Duration = Duration::from_millis(700);

/// Who is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// The story itself.
    Story,
    Person,
    Agent,
    /// What the agent is told.
    Told,
    /// What Chaperone keeps of it.
    Record,
    /// What a verb writes.
    Verb,
}

/// How a claim came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Held,
    NotHeld,
    /// This host or account does not allow to show it.
    LeftOut,
}

/// A line of the story.
#[derive(Debug, Serialize)]
struct Line {
    who: Who,
    text: String,
}

/// A step of the story.
#[derive(Debug, Serialize)]
struct Step {
    step: usize,
    title: String,
    lines: Vec<Line>,
    /// What is claimed; where it is not held, why.
    claim: String,
    outcome: Outcome,
}

/// How it is told.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    pub json: bool,
    /// Enter leads on to the next step.
    pub step: bool,
    /// A moment after each line.
    pub slow: bool,
}

/// Who tells it.
pub struct Teller {
    manner: Manner,
    count: usize,
    current: Option<(String, Vec<Line>)>,
    flawed: bool,
}

impl Teller {
    /// Tells it so.
    pub fn new(manner: Manner) -> Self {
        Self { manner, count: 0, current: None, flawed: false }
    }

    /// Whether a claim did not hold.
    pub fn is_flawed(&self) -> bool {
        self.flawed
    }

    /// The next step begins.
    pub fn begin(&mut self, children: &Children, title: &str) -> Result<()> {
        children.go_on()?;
        if self.manner.step && self.count > 0 {
            wait_for_enter(children)?;
        }
        self.count += 1;
        self.current = Some((title.to_owned(), Vec::new()));
        if !self.manner.json {
            out::line("")?;
            let title = Words::default().with(format!("{}. {title}", self.count), Colour::Bold);
            out::line(&title.paint(out::coloured()))?;
        }
        Ok(())
    }

    /// Somebody does or says something; each line of it by itself.
    pub fn say(&mut self, who: Who, text: &str) -> Result<()> {
        for (index, line) in text.trim_end().lines().enumerate() {
            let text = plain(line).into_owned();
            if !self.manner.json {
                let name = if index == 0 { name(who) } else { "" };
                show(who, name, &text)?;
            }
            if let Some((_, lines)) = &mut self.current {
                lines.push(Line { who, text });
            }
        }
        if self.manner.slow && !self.manner.json {
            std::thread::sleep(MOMENT);
        }
        Ok(())
    }

    /// How the step came out.
    pub fn end(&mut self, outcome: Outcome, claim: &str) -> Result<()> {
        self.flawed |= outcome == Outcome::NotHeld;
        let Some((title, lines)) = self.current.take() else { return Ok(()) };
        let claim = plain(claim).into_owned();
        if self.manner.json {
            return out::json(&Step { step: self.count, title, lines, claim, outcome });
        }
        let (word, colour) = match outcome {
            Outcome::Held => ("held", Colour::Green),
            Outcome::NotHeld => ("not held", Colour::Red),
            Outcome::LeftOut => ("left out", Colour::Yellow),
        };
        let on = out::coloured();
        for (index, line) in wrapped(&claim, WIDTH - INDENT).iter().enumerate() {
            let word = if index == 0 { word } else { "" };
            let words = Words::default().and("  ").with(format!("{word:<10}"), colour).and(line);
            out::line(&words.paint(on))?;
        }
        Ok(())
    }

    /// Held if it is so, else not.
    pub fn claim(&mut self, held: bool, claim: &str, otherwise: &str) -> Result<()> {
        match held {
            true => self.end(Outcome::Held, claim),
            false => self.end(Outcome::NotHeld, otherwise),
        }
    }
}

fn name(who: Who) -> &'static str {
    match who {
        Who::Story | Who::Verb => "",
        Who::Person => "person",
        Who::Agent => "agent",
        Who::Told => "is told",
        Who::Record => "record",
    }
}

fn show(who: Who, name: &str, text: &str) -> Result<()> {
    let colour = match who {
        Who::Agent => Colour::Cyan,
        Who::Person => Colour::Bold,
        Who::Told | Who::Record => Colour::Yellow,
        Who::Story | Who::Verb => Colour::Dim,
    };
    let on = out::coloured();
    let lines = match who {
        // As the verb wrote it.
        Who::Verb => vec![text.to_owned()],
        Who::Story => wrapped(text, WIDTH - 2),
        _ => wrapped(text, WIDTH - INDENT),
    };
    for (index, line) in lines.iter().enumerate() {
        let name = if index == 0 { name } else { "" };
        let words = match who {
            Who::Story => Words::plain(format!("  {line}")),
            Who::Verb => Words::default().with(format!("    {line}"), Colour::Dim),
            _ => Words::default().and("  ").with(format!("{name:<10}"), colour).and(line),
        };
        out::line(&words.paint(on))?;
    }
    Ok(())
}

/// A text in lines of at most so many letters, where its words allow it.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let Some(line) = lines.last_mut() else { break };
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
            lines.push(word.to_owned());
        } else {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

/// Waits for a line from the person; nobody is there: goes on.
fn wait_for_enter(children: &Children) -> Result<()> {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let mut input = std::io::stdin();
    if !input.is_terminal() {
        return Ok(());
    }
    crate::say!("{}", out::label("Enter goes on", Colour::Dim));
    let pace = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };
    loop {
        children.go_on()?;
        let mut waiting = [PollFd::new(&input, PollFlags::IN)];
        // Interrupted is looked at above.
        if matches!(poll(&mut waiting, Some(&pace)), Ok(1..)) {
            let mut line = [0; 256];
            let _ = input.read(&mut line)?;
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn lines_end_between_words() {
        let check = |text: &str, expect: &[&str]| assert_eq!(wrapped(text, 8), expect);
        check("", &[""]);
        check("one two three", &["one two", "three"]);
        check("unbreakable a", &["unbreakable", "a"]);
        check("$ a  b", &["$ a  b"]);
    }
}
