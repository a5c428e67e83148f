//! `chaperone-hook PRODUCT EVENT --socket FILE --absent open|closed`: what an agent's hook starts. Reads what the
//! agent is about to do, asks the daemon, and says so in the agent's own form. It reads no configuration and keeps
//! nothing: how it behaves stands in its arguments, where whoever reviews the agent's settings sees it.

#![forbid(unsafe_code)]

mod fit;
mod form;
mod words;

use std::io::{Read, Write};
use std::process::ExitCode;

use link::{Absent, Ask, HookCall, Reply, Ruling, Verdict};

use form::Form;
use words::Words;

/// Longest input that is read, in bytes.
const MAX_INPUT: u64 = 8 << 20;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words = match Words::parse(&words) {
        Ok(words) => words,
        Err(error) => {
            // Not 2: to every product that is a denial, and a mistyped hook must not lock its owner out.
            let _ = writeln!(std::io::stderr(), "chaperone-hook: {error}");
            return ExitCode::from(1);
        }
    };
    let form = Form::of(&words.product, &words.event);
    let said = form.say(&verdict(&words));
    // Whoever does not listen goes on by his own rules.
    let _ = std::io::stderr().write_all(said.stderr.as_bytes());
    let _ = std::io::stdout().write_all(said.stdout.as_bytes());
    ExitCode::from(said.exit)
}

fn verdict(words: &Words) -> Verdict {
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().take(MAX_INPUT + 1).read_to_end(&mut bytes);
    let input = String::from_utf8_lossy(&bytes).into_owned();
    if read.is_err() {
        return without(words.absent, "what the agent is about to do could not be read");
    }
    let Some((input, cut)) = fit::fit(input, bytes.len() as u64 > MAX_INPUT) else {
        return denied(
            "what the agent is about to do is too long to be judged (policy guard-input)",
        );
    };
    let call = HookCall {
        product: words.product.as_str().into(),
        event: words.event.as_str().into(),
        input,
        cut,
        cwd: std::env::current_dir().unwrap_or_default().to_string_lossy().into(),
        pid: std::os::unix::process::parent_id(),
    };
    match link::ask(&words.socket, &Ask::Hook(Box::new(call)), words.patience) {
        Ok(Reply::Verdict(verdict)) => verdict,
        Ok(Reply::Refused(refusal)) => without(words.absent, &refusal.message),
        Ok(_) => without(words.absent, "the answer is to another question"),
        Err(absence) => without(words.absent, &absence.to_string()),
    }
}

/// Nobody answered: what holds then.
fn without(absent: Absent, why: &str) -> Verdict {
    let why = event::show::brief(why.lines().next().unwrap_or_default(), 200);
    match absent {
        Absent::Open => {
            let _ = writeln!(std::io::stderr(), "chaperone: not asked, it goes on: {why}");
            Verdict::default()
        }
        Absent::Closed => denied(&format!(
            "Chaperone does not answer, and nothing goes on without it (policy guard-absent): {why}. A person has to start `chaperone up`."
        )),
    }
}

fn denied(reason: &str) -> Verdict {
    Verdict { ruling: Ruling::Deny, reason: reason.to_owned() }
}
