//! Calls of models that went out of a launch: looked at on their way, counted for its end.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

use content::transcript::Turn;
use event::show::brief;
use event::{Effect, FoundInCall, Text};
use gateway::egress::{HostPattern, Modelling};
use gateway::models::Called;
use link::{Ask, Launched, Reply};
use serde::Serialize;

use crate::config::Config;
use crate::{examiner, stages};

/// How long the daemon has to take a call; nobody waits for it but who counts.
const PATIENCE: Duration = Duration::from_secs(1);
/// Most different things that are told of.
const MOST: usize = 200;

/// What calls of models came to.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Calls {
    /// Each provider and model.
    pub models: BTreeMap<String, Count>,
    /// What was found, and what was done.
    pub found: BTreeMap<String, u64>,
}

/// What the calls of one model came to.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Count {
    /// Calls.
    pub calls: u64,
    /// Tokens read, as the provider counts.
    pub input_tokens: u64,
    /// Tokens written.
    pub output_tokens: u64,
}

/// How calls of models are watched in a launch. The detectors are made with the first call.
pub fn watched(config: &Config, calls: Sender<Called>) -> Modelling {
    let gateway = config.gateway.clone();
    let inspection = move || {
        let made = gateway.inspect.then(|| {
            let marks = stages::redactor(None)?;
            let mark = Arc::new(move |kind: &str, text: &str| marks.mark(kind, text));
            examiner::inspection(&gateway, mark)
        });
        made?
            .inspect_err(|error| {
                crate::say!("warning: calls of models are not looked at: {error:#}")
            })
            .ok()
    };
    Modelling {
        hosts: hosts(config),
        inspection: Box::new(inspection),
        fails: config.gateway.fails,
        calls,
        most_request: config.gateway.bounds().most_request,
    }
}

/// Hosts of models: those of the configuration by their name there.
pub fn hosts(config: &Config) -> Vec<(HostPattern, Text)> {
    let providers = config.gateway.places().unwrap_or_default();
    let known = providers.into_iter().filter_map(|provider| {
        let host = provider.base.target.authority(provider.base.usual_port());
        Some((host.parse().ok()?, provider.name))
    });
    known.collect()
}

/// Counts calls, and tells the daemon of them, until nobody tells any more.
pub fn listen(called: Receiver<Called>, daemon: Daemon) -> std::io::Result<JoinHandle<Calls>> {
    std::thread::Builder::new().name("calls".into()).spawn(move || {
        let mut all = Calls::default();
        for called in called {
            all.take(&called);
            daemon.tell(called);
        }
        all
    })
}

/// Who keeps the record of this host, if somebody does: a launch needs nobody.
#[derive(Debug)]
pub struct Daemon {
    socket: PathBuf,
}

impl Daemon {
    /// The one that answers at this socket.
    pub fn at(socket: PathBuf) -> Self {
        Self { socket }
    }

    fn tell(&self, called: Called) {
        if !self.socket.exists() {
            return;
        }
        let Called { call, said: Turn { number: turn, words: said }, answered, .. } = called;
        let launched = Launched { call, turn, said, answered }.within_bounds();
        match link::ask(&self.socket, &Ask::Asked(Box::new(launched)), PATIENCE) {
            Ok(Reply::Kept) => {}
            other => tracing::debug!(?other, "a call of a model is not in the record"),
        }
    }
}

impl Calls {
    fn take(&mut self, called: &Called) {
        let call = &called.call;
        let name = format!("{}/{}", brief(&call.provider, 80), brief(&call.model, 80));
        if let Some(count) = slot(&mut self.models, name) {
            count.calls += 1;
            count.input_tokens += call.tokens.input;
            count.output_tokens += call.tokens.output;
        }
        for found in &call.found {
            if let Some(times) = slot(&mut self.found, said(found)) {
                *times += u64::from(found.times);
            }
        }
    }

    /// In lines, for people.
    pub fn lines(&self) -> Vec<String> {
        let models = self.models.iter().map(|(name, count)| {
            let Count { calls, input_tokens, output_tokens } = count;
            let tokens = match input_tokens + output_tokens {
                0 => String::new(),
                _ => format!(", {input_tokens} + {output_tokens} tokens"),
            };
            format!("{name}: {calls} calls{tokens}")
        });
        let found = self.found.iter().map(|(what, times)| format!("found {what}, {times} times"));
        models.chain(found).collect()
    }
}

fn said(found: &FoundInCall) -> String {
    let done = match found.effect {
        Effect::Allow | Effect::Notify => String::new(),
        effect => format!(" ({})", effect.name()),
    };
    format!("{} in {}{done}", brief(&found.what, 80), found.stands_in.replace('_', " "))
}

/// The entry of that name, as long as there is room.
fn slot<T: Default>(all: &mut BTreeMap<String, T>, name: String) -> Option<&mut T> {
    if all.len() >= MOST && !all.contains_key(&name) {
        return None;
    }
    Some(all.entry(name).or_default())
}

#[cfg(test)]
mod tests {
    use event::{Circumstances, ModelCall, Principal, Tokens};
    use gateway::models::Caller;

    use super::*;

    #[test]
    fn calls_are_counted_by_model_and_finds_by_what_was_done() {
        let principal = Principal::Agent(event::AgentRef::default());
        let by = Arc::new(Caller { principal, context: Circumstances::default(), process: None });
        let found = FoundInCall {
            what: "secret/github_token".into(),
            stands_in: "tool_result".into(),
            times: 2,
            effect: Effect::Redact,
            ..FoundInCall::default()
        };
        let call = ModelCall {
            provider: "anthropic".into(),
            model: "m".into(),
            tokens: Tokens { input: 10, output: 5, ..Tokens::default() },
            found: vec![found],
            ..ModelCall::default()
        };
        let (tell, told) = std::sync::mpsc::channel();
        for _ in 0..2 {
            tell.send(Called::new(Arc::clone(&by), call.clone())).expect("heard");
        }
        drop(tell);
        let nobody = Daemon::at("/nonexistent/link.sock".into());
        let all = listen(told, nobody).expect("a thread").join().expect("it ended");
        let expect = [
            "anthropic/m: 2 calls, 20 + 10 tokens",
            "found secret/github_token in tool result (redact), 4 times",
        ];
        assert_eq!(all.lines(), expect);
    }
}
