//! The threads that answer: each stands at the door until a question is whole, leaves the door to the next, and answers.
//! So nobody has to be woken between a question and its answer.

use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::door::Door;
use super::{Answers, Asker};
use crate::message::{self, Ask, Reply, Request};
use crate::{MAX_FRAME, Peer, Refusal, Why, frame};

/// A whole question.
pub struct Job {
    pub stream: UnixStream,
    pub content: Vec<u8>,
    /// When its connection came.
    pub since: Instant,
}

/// How long who asked may take to read the answer.
const PATIENCE: Duration = Duration::from_millis(250);

/// Answers until the server ends.
pub fn run(door: &Mutex<Door>, answers: &dyn Answers) {
    loop {
        let job = door.lock().unwrap_or_else(PoisonError::into_inner).next();
        let Some(job) = job else { return };
        let reply = reply(&job, answers).unwrap_or_else(Reply::Refused);
        let patient = job.stream.set_nonblocking(false);
        // Who does not read has no answer.
        if patient.and_then(|()| job.stream.set_write_timeout(Some(PATIENCE))).is_ok() {
            tell(&job.stream, &reply);
        }
    }
}

fn reply(job: &Job, answers: &dyn Answers) -> Result<Reply, Refusal> {
    let Request { deadline_ms, ask, .. } = message::parse(&job.content)?;
    let late = Duration::from_millis(deadline_ms.into());
    if deadline_ms > 0 && job.since.elapsed() > late {
        return Err(Refusal::new(Why::Busy, "it took longer than the deadline"));
    }
    match ask {
        Ask::Status => Ok(Reply::Told(answers.status(&asker(&job.stream, answers)?))),
        Ask::Check(action) => {
            let decision = answers.check(&asker(&job.stream, answers)?, &action)?;
            Ok(Reply::Decision(Arc::unwrap_or_clone(decision)))
        }
        Ask::Hook(call) => answers.hook(&asker(&job.stream, answers)?, &call).map(Reply::Verdict),
        Ask::ToolRules => Ok(Reply::ToolRules(answers.tool_rules(&asker(&job.stream, answers)?))),
        Ask::Offered(offering) => {
            answers.offered(&asker(&job.stream, answers)?, &offering).map(Reply::Stands)
        }
        Ask::Called(calls) => {
            let asker = asker(&job.stream, answers)?;
            calls.into_iter().try_for_each(|call| answers.called(&asker, call))?;
            Ok(Reply::Kept)
        }
        Ask::Said(words) => {
            answers.said(&asker(&job.stream, answers)?, words).map(|()| Reply::Kept)
        }
        Ask::Asked(launched) => {
            answers.asked(&asker(&job.stream, answers)?, *launched).map(|()| Reply::Kept)
        }
        Ask::Operate(operation) => {
            let asker = asker(&job.stream, answers)?;
            let not_allowed = |words: &str| Err(Refusal::new(Why::NotAllowed, words));
            if asker.principal.is_some() {
                return not_allowed(
                    "an agent asks for this: no agent decides for itself\nhint: ask for it in a terminal of your own",
                );
            }
            let own = nix::unistd::geteuid().as_raw();
            if operation.of_host() && asker.peer.uid != 0 && asker.peer.uid != own {
                return not_allowed(
                    "this is for the account that runs chaperone\nhint: run it with sudo",
                );
            }
            answers.operate(&asker, &operation).map(Reply::Told)
        }
    }
}

fn asker(stream: &UnixStream, answers: &dyn Answers) -> Result<Asker, Refusal> {
    let gone = || Refusal::new(Why::NotAllowed, "who asks cannot be told");
    let peer = Peer::of(stream).ok_or_else(gone)?;
    let principal = answers.who(peer.pid);
    // What was found below its pid is its own only if it is still there.
    if !peer.lives() {
        return Err(gone());
    }
    Ok(Asker { peer, principal })
}

/// Without waiting, as far as the socket takes it.
pub fn refuse(stream: &UnixStream, refusal: Refusal) {
    tell(stream, &Reply::Refused(refusal));
}

fn tell(mut stream: &UnixStream, reply: &Reply) {
    let mut content = serde_json::to_vec(reply).unwrap_or_default();
    if content.len() > MAX_FRAME {
        let long = Reply::Refused(Refusal::new(Why::Failed, "the answer is too long for a frame"));
        content = serde_json::to_vec(&long).unwrap_or_default();
    }
    // Nobody may be there to read it.
    let _ = frame::write(&mut stream, &content);
}
