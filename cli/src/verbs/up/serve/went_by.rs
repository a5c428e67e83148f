//! What others of our programs heard of a session: who stands between an agent and a server of tools, and who launched an
//! agent and opens its TLS.

use std::sync::PoisonError;

use super::{Desk, tree};
use crate::verbs::up::calls::Speaker;
use content::transcript::Turn;
use event::{Act, CallSource, Teller, Text, Utterance};
use link::{Asker, Launched, Refusal, Why};

/// Words of one question that are taken.
const MOST: usize = 256;

/// Keeps what went by between an agent and a server of tools, as words of the session that the asker belongs to.
pub(super) fn said(desk: &Desk, asker: &Asker, words: Vec<Utterance>) -> Result<(), Refusal> {
    let nobodys = || Refusal::new(Why::NotFound, "who asks belongs to no session");
    let principal = asker.principal.as_ref().ok_or_else(nobodys)?;
    let (session, agent) = principal.session().zip(principal.agent()).ok_or_else(nobodys)?;
    let process = {
        let tree = desk.tree.read().unwrap_or_else(PoisonError::into_inner);
        let own = tree::process(asker.peer.pid).and_then(|own| tree.exact(own));
        own.or_else(|| tree.root(session)).ok_or_else(nobodys)?
    };
    let speaker = Speaker { session, process, product: agent.product.clone() };
    let words = words.into_iter().take(MOST).map(|it| claimed(it, Teller::Tools));
    desk.words.calls.tell(&speaker, words);
    Ok(())
}

/// Keeps a call of a model by what the asker launched.
pub(super) fn asked(desk: &Desk, asker: &Asker, launched: Launched) -> Result<(), Refusal> {
    let nobodys = || Refusal::new(Why::NotFound, "no session began below who asks");
    let speaker = {
        let tree = desk.tree.read().unwrap_or_else(PoisonError::into_inner);
        tree.below(asker.peer.pid).ok_or_else(nobodys)?
    };
    let Launched { mut call, turn, said, answered } = launched;
    call.source = CallSource::Run;
    let texts = [&mut call.caller, &mut call.provider, &mut call.request, &mut call.model];
    for text in texts.into_iter().chain([&mut call.answer]) {
        clean(desk, text);
    }
    let words = |all: Vec<Utterance>| -> Vec<Utterance> {
        all.into_iter().take(MOST).map(|it| claimed(it, Teller::Gateway)).collect()
    };
    desk.words.calls.measured(&call);
    let said = Turn { number: turn, words: words(said) };
    desk.words.calls.say(&speaker, Teller::Gateway, said, words(answered));
    Ok(desk.tools.hand_on(speaker.process, Act::ModelCall(Box::new(call)))?)
}

fn clean(desk: &Desk, text: &mut Text) {
    if let Some(without) = desk.tools.redact.text(text) {
        *text = without;
    }
}

/// Words as told by `teller`, whatever they say of themselves.
fn claimed(words: Utterance, teller: Teller) -> Utterance {
    let Utterance { speech, text, bytes, said_unix_ns, tool, call, failed, model, named, .. } =
        words;
    let words = Utterance {
        speech,
        text,
        bytes,
        said_unix_ns,
        tool,
        call,
        failed,
        model,
        named,
        ..Utterance::default()
    };
    words.told_by(teller)
}
