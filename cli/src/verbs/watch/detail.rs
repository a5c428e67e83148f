//! What is read from the record when somebody asks: on a thread of its own, so that the screen goes on.

use std::sync::mpsc::SyncSender;
use std::thread;

use anyhow::{Context, Result};
use event::show::brief;
use event::{FindingId, SessionId};

use super::state::Ask;
use super::tree;
use crate::chain::{self, Chains};
use crate::config::Config;
use crate::lines::{short, stamp};
use crate::out::{Colour, Words};
use crate::record::{self, Filter};
use crate::verbs::why;

/// Most acts of a session that are read for its tree.
const MOST_ACTS: usize = 50_000;

/// A title and its text.
type Told = (String, Vec<Words>);
/// What was asked, and what is to be told.
pub type Answer = (Ask, Told);

/// Reads what is asked and sends it to `answers`; what goes wrong is the answer then.
pub fn read(config: &Config, ask: Ask, answers: SyncSender<Answer>) {
    let config = config.clone();
    // Without a thread there is no answer, and the screen says that it waits.
    let _ = thread::Builder::new().name("detail".into()).spawn(move || {
        let answer = match ask {
            Ask::Why(id) => finding(&config, id),
            Ask::Session(id) => session(&config, id),
        };
        let failed = |error: anyhow::Error| {
            let text = format!("{error:#}");
            let lines = text.lines().map(|line| Words::plain(brief(line, 400)));
            ("not to be read".to_owned(), lines.collect())
        };
        let _ = answers.send((ask, answer.unwrap_or_else(failed)));
    });
}

fn finding(config: &Config, id: FindingId) -> Result<Told> {
    let finding = why::find(config, &id.to_string())?;
    let why::Seen { graph, said, .. } = why::seen_of(config, &finding)?;
    let behind = why::behind(&crate::verbs::state(config)?, &finding)?;
    let story = why::Story::of(&graph, &finding).behind(behind).said(&said, &finding);
    let lines = story.lines(&finding);
    Ok((format!("why {}", short(finding.id)), lines))
}

fn session(config: &Config, id: SessionId) -> Result<Told> {
    let state = crate::verbs::state(config)?;
    let chains = Chains::read(&state)?;
    let session = chains.sessions().iter().find(|one| one.id == id);
    let session = session.context("the session is not in the record any more")?;
    let filter = Filter {
        session: Some(id.to_string()),
        since_unix_ns: Some(session.started_unix_ns),
        ..Filter::default()
    };
    let (acts, damage) = record::acts(config, &filter, MOST_ACTS)?;
    let fact = |name: &str, value: &str| {
        Words::default().with(format!("  {name:<9} "), Colour::Dim).and(value)
    };
    let end = session.ended_unix_ns.map_or("runs".into(), stamp);
    let mut lines = vec![
        fact("began", &stamp(session.started_unix_ns)),
        fact("ended", &end),
        fact("directory", &brief(&session.cwd, 200)),
        fact("known by", &brief(&session.evidence, 200)),
        fact("behind it", &chains.starter(session)),
    ];
    lines.extend(session.identities.iter().map(|it| fact("identity", &chain::identity(it))));
    if session.unseen_before {
        lines.push(fact("note", "it ran before it was recognised; earlier acts were not recorded"));
    }
    if damage.places > 0 {
        lines.push(fact("note", "a part of the record is damaged; acts may be missing here"));
    }
    if acts.len() == MOST_ACTS {
        lines.push(fact("note", &format!("only the last {MOST_ACTS} acts are shown")));
    }
    lines.push(Words::default());
    lines.extend(tree::lines(&acts));
    Ok((format!("session {}", short(id)), lines))
}
