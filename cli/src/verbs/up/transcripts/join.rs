//! What an agent tells its hooks, writes into its transcript and sends as telemetry, and what is heard of it on its way to
//! the model, is the same conversation: what several say is one utterance with all as its sources, told once and in its
//! place.

use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::time::{Duration, Instant};

use content::hooks;
use content::transcript::Kept;
use event::{ProcessId, SessionId, Speech, Teller, Tellers, Text, Utterance};

/// Most words of one session that wait, that are remembered, and sessions.
const MOST_WAITING: usize = 256;
const MOST_TOLD: usize = 256;
const MOST_SESSIONS: usize = 1_024;
/// So long after its last word a session is forgotten: some transcripts tell of a call when it has ended.
const QUIET: Duration = Duration::from_hours(1);

/// Words of all sessions on their way to the record.
#[derive(Debug, Default)]
pub struct Joining {
    sessions: HashMap<SessionId, Spoken>,
}

/// Words of a session.
#[derive(Debug)]
struct Spoken {
    /// What its hooks were told so far.
    hooked: HashSet<Speech>,
    waiting: VecDeque<Waiting>,
    /// What not all of them have said.
    told: VecDeque<Twin>,
    last: Instant,
}

#[derive(Debug)]
struct Waiting {
    process: ProcessId,
    kept: Kept,
    twin: Twin,
    /// Until when another may say it; none: it does not wait, or the other has.
    until: Option<Instant>,
}

/// By what words are known to be the same.
#[derive(Debug)]
struct Twin {
    by: Tellers,
    speech: Speech,
    call: Text,
    tool: Text,
    text: u64,
    /// Without a text an answer is known by what it took.
    tokens: (u64, u64),
    is_silent: bool,
}

impl Joining {
    /// Takes words of a process of a session, as they go into the record; they wait so long for the other to say them.
    pub fn take(
        &mut self,
        session: SessionId,
        process: ProcessId,
        kept: Kept,
        now: Instant,
        wait: Duration,
    ) {
        if self.sessions.len() >= MOST_SESSIONS && !self.sessions.contains_key(&session) {
            self.sessions.retain(|_, spoken| !spoken.waiting.is_empty());
        }
        let new = || Spoken {
            hooked: HashSet::new(),
            waiting: VecDeque::new(),
            told: VecDeque::new(),
            last: now,
        };
        self.sessions.entry(session).or_insert_with(new).take(process, kept, now, wait);
    }

    /// What need not wait any more, in the order in which it came.
    pub fn ready(&mut self, now: Instant) -> Vec<(ProcessId, Kept)> {
        let ready = self.sessions.values_mut().flat_map(|spoken| spoken.ready(now)).collect();
        self.sessions.retain(|_, spoken| {
            !spoken.waiting.is_empty() || now.saturating_duration_since(spoken.last) < QUIET
        });
        ready
    }

    /// Everything, for nobody says more.
    pub fn rest(&mut self) -> Vec<(ProcessId, Kept)> {
        let waiting = self.sessions.drain().flat_map(|(_, spoken)| spoken.waiting);
        waiting.map(|one| (one.process, one.kept)).collect()
    }
}

impl Spoken {
    fn take(&mut self, process: ProcessId, kept: Kept, now: Instant, wait: Duration) {
        self.last = now;
        if kept.words.hook {
            self.hooked.insert(kept.words.speech);
        }
        let twin = Twin::of(&kept.words);
        if let Some(one) = self.waiting.iter_mut().find(|one| one.twin.is_of(&twin)) {
            one.kept = joined(std::mem::take(&mut one.kept), kept);
            one.twin.by = one.twin.by.and(twin.by);
            // Nobody waits for telemetry, and it ends no waiting.
            let awaited = one.twin.by.has(Teller::Hook) && one.twin.by.has(Teller::Transcript);
            one.until = one.until.filter(|_| !awaited);
        } else if let Some(told) = self.told.iter_mut().find(|told| told.is_of(&twin)) {
            // It came late: it is told already.
            told.by = told.by.and(twin.by);
        } else {
            let until = self.may_come(twin.speech).then(|| now + wait);
            self.waiting.push_back(Waiting { process, kept, twin, until });
        }
    }

    /// Whether such words may come from the other side, too. Not every hook is told what came of a call.
    fn may_come(&self, speech: Speech) -> bool {
        match speech {
            Speech::Prompt | Speech::ToolCall => !self.hooked.is_empty(),
            Speech::ToolResult => self.hooked.contains(&speech),
            Speech::Answer => false,
        }
    }

    fn ready(&mut self, now: Instant) -> Vec<(ProcessId, Kept)> {
        let many = self.waiting.len().saturating_sub(MOST_WAITING);
        let waits =
            |(at, one): (usize, &Waiting)| at >= many && one.until.is_some_and(|until| now < until);
        let first = self.waiting.iter().enumerate().position(waits);
        let mut ready = Vec::new();
        for one in self.waiting.drain(..first.unwrap_or(self.waiting.len())) {
            self.told.push_back(one.twin);
            ready.push((one.process, one.kept));
        }
        let many = self.told.len().saturating_sub(MOST_TOLD);
        self.told.drain(..many);
        ready
    }
}

impl Twin {
    fn of(words: &Utterance) -> Self {
        let mut text = DefaultHasher::new();
        words.text.hash(&mut text);
        let Utterance { speech, ref call, ref tool, input_tokens, output_tokens, .. } = *words;
        Self {
            by: words.tellers(),
            speech,
            call: call.clone(),
            tool: tool.clone(),
            text: text.finish(),
            tokens: (input_tokens, output_tokens),
            is_silent: words.text.is_empty(),
        }
    }

    /// Whether it is what another of them says.
    fn is_of(&self, other: &Self) -> bool {
        if self.speech != other.speech {
            return false;
        }
        let named = !self.call.is_empty() && !other.call.is_empty();
        if self.by.share(other.by) {
            // A span of the model and one of the tool tell of the same call; a request that is made again says it again.
            let again = |it: Teller| !it.is_agent() && self.by.has(it) && other.by.has(it);
            return Tellers::ALL.into_iter().any(again) && named && self.call == other.call;
        }
        match self.speech {
            Speech::ToolCall | Speech::ToolResult if named => self.call == other.call,
            Speech::ToolCall => self.text == other.text && self.is_of_tool(other),
            Speech::Prompt | Speech::ToolResult => self.text == other.text,
            Speech::Answer if self.is_silent || other.is_silent => {
                self.tokens == other.tokens && self.tokens != (0, 0)
            }
            Speech::Answer => self.text == other.text,
        }
    }

    /// A shell has one name to hooks and another to the model, a server's tool a longer one to the model than to the server.
    fn is_of_tool(&self, other: &Self) -> bool {
        let shells = || [&self.tool, &other.tool].into_iter().all(|it| hooks::runs_commands(it));
        let of_server = |one: &Self, other: &Self| {
            one.by.has(Teller::Tools) && !one.tool.is_empty() && other.tool.ends_with(&*one.tool)
        };
        self.tool == other.tool || shells() || of_server(self, other) || of_server(other, self)
    }
}

/// The transcript names it better, then telemetry, then who heard it; what a call is given is what was decided about, when
/// it was.
fn joined(one: Kept, other: Kept) -> Kept {
    let (redacted, truncated) = (one.redacted || other.redacted, one.truncated || other.truncated);
    let rank = |words: &Utterance| {
        let by = words.tellers();
        let heard = by.has(Teller::Gateway) || by.has(Teller::Plaintext);
        (by.has(Teller::Transcript), by.has(Teller::Telemetry), heard)
    };
    let (better, lesser) = match rank(&one.words) >= rank(&other.words) {
        true => (one.words, other.words),
        false => (other.words, one.words),
    };
    let decided = (lesser.hook && better.speech == Speech::ToolCall) || better.text.is_empty();
    let (text, bytes) = match decided {
        true => (lesser.text, lesser.bytes),
        false => (better.text.clone(), better.bytes),
    };
    let named = if better.named.is_empty() { lesser.named } else { better.named.clone() };
    let words = Utterance {
        hook: better.hook || lesser.hook,
        telemetry: better.telemetry || lesser.telemetry,
        gateway: better.gateway || lesser.gateway,
        plaintext: better.plaintext || lesser.plaintext,
        tools: better.tools || lesser.tools,
        named,
        call: if better.call.is_empty() { lesser.call } else { better.call.clone() },
        said_unix_ns: match better.said_unix_ns {
            0 => lesser.said_unix_ns,
            said => said.min(lesser.said_unix_ns),
        },
        text,
        bytes,
        ..better
    };
    Kept { words, redacted, truncated }
}

#[cfg(test)]
mod tests {
    use event::AgentId;
    use event::testing::pid;

    use super::*;

    const WAIT: Duration = Duration::from_millis(1_500);

    /// `h`, `t`, `o` (telemetry), `g`, `p` (plain text) or `m` (server of tools) for whose, then the kind, the call, the tool
    /// and the text.
    fn words(said: &str) -> Utterance {
        let mut parts = said.splitn(5, ' ');
        let mut next = || parts.next().unwrap_or_default().replace('-', "");
        let by = next();
        let teller = match by.as_str() {
            "h" => Teller::Hook,
            "o" => Teller::Telemetry,
            "g" => Teller::Gateway,
            "p" => Teller::Plaintext,
            "m" => Teller::Tools,
            _ => Teller::Transcript,
        };
        let speech = match next().as_str() {
            "prompt" => Speech::Prompt,
            "call" => Speech::ToolCall,
            "result" => Speech::ToolResult,
            _ => Speech::Answer,
        };
        let transcript = if by == "t" { "/t" } else { "" }.into();
        let (call, tool, text) = (next().into(), next().into(), next().into());
        let words = Utterance { speech, transcript, ..Utterance::default() };
        Utterance { call, tool, text, ..words }.told_by(teller)
    }

    fn shown((_, Kept { words, .. }): &(ProcessId, Kept)) -> String {
        let by: Vec<&str> = words.tellers().each().map(Teller::name).collect();
        let source = match by.join("+").as_str() {
            "transcript+hook" => "both".to_owned(),
            by => by.to_owned(),
        };
        format!("{source} {} {} {}", words.speech.name(), words.call, words.text)
    }

    /// What is told of this, said at these tenths of a second.
    fn check(said: &[(u64, &str)], expect: &[&str]) {
        let (mut joining, began, mut told) = (Joining::default(), Instant::now(), Vec::new());
        let session = SessionId::derive(AgentId::derive("h", "claude-code", "ida"), "b", pid(1));
        for (tenths, one) in said {
            let now = began + Duration::from_millis(100 * tenths);
            told.extend(joining.ready(now).iter().map(shown));
            let kept = Kept { words: words(one), ..Kept::default() };
            joining.take(session, pid(1), kept, now, WAIT);
        }
        told.extend(joining.ready(began + Duration::from_secs(60)).iter().map(shown));
        assert_eq!(told, expect, "{said:?}");
        assert!(joining.rest().is_empty());
    }

    #[test]
    fn what_both_say_is_told_once_with_both_as_its_sources() {
        check(
            &[
                (0, "h prompt - - tidy up"),
                (1, "t prompt - - tidy up"),
                (2, "t answer - - well"),
                (3, "h call toolu_1 Bash make"),
                (4, "t call toolu_1 Bash make"),
                (5, "t result toolu_1 - done"),
            ],
            &[
                "both prompt  tidy up",
                "transcript answer  well",
                "both call toolu_1 make",
                "transcript result toolu_1 done",
            ],
        );
        // Whichever comes first, once its hooks have spoken; without a name by tool and text.
        check(
            &[
                (0, "h call - run_shell_command ls"),
                (20, "t call c_2 exec_command make"),
                (21, "h call - Bash make"),
            ],
            &["hook call  ls", "both call c_2 make"],
        );
    }

    #[test]
    fn what_comes_late_is_told_already_and_what_is_said_twice_is_told_twice() {
        check(
            &[
                (0, "h prompt - - go on"),
                (30, "t prompt - - go on"),
                (40, "h prompt - - go on"),
                (41, "h prompt - - go on"),
                (42, "t prompt - - go on"),
            ],
            &["hook prompt  go on", "both prompt  go on", "hook prompt  go on"],
        );
        check(&[(0, "t call a Bash ls"), (5, "h call a Bash ls")], &["transcript call a ls"]);
        // A transcript that tells of a call when it has ended, half an hour later.
        check(
            &[(0, "h call - run_shell_command make"), (18_000, "t call g run_shell_command make")],
            &["hook call  make"],
        );
    }

    #[test]
    fn a_call_waits_for_its_hook_as_soon_as_hooks_have_spoken() {
        check(
            &[
                (0, "h prompt - - tidy"),
                (1, "t prompt - - tidy"),
                (2, "t call a Bash ls"),
                (3, "h call a Bash ls"),
                (4, "t answer - - well"),
                (5, "t result a - x"),
                (6, "h result a - x"),
                (7, "t result b - y"),
                (8, "h result b - z"),
            ],
            &[
                "both prompt  tidy",
                "both call a ls",
                "transcript answer  well",
                "transcript result a x",
                "both result b y",
            ],
        );
    }

    #[test]
    fn what_telemetry_says_as_well_is_told_once() {
        // It comes seconds later, as exporters do.
        check(
            &[
                (0, "h prompt - - tidy"),
                (1, "t prompt - - tidy"),
                (2, "t call a Bash ls"),
                (3, "h call a Bash ls"),
                (4, "t answer - - well"),
                (50, "o prompt - - tidy"),
                (51, "o answer - - well"),
                (52, "o call a bash {}"),
                (53, "o call a bash {}"),
                (54, "o answer - - something else"),
            ],
            &[
                "both prompt  tidy",
                "both call a ls",
                "transcript answer  well",
                "telemetry answer  something else",
            ],
        );
        // Or at once, and what is waited for is waited for still.
        check(
            &[
                (0, "h prompt - - tidy"),
                (1, "o prompt - - tidy"),
                (2, "t prompt - - tidy"),
                (3, "o call b - make"),
                (4, "h call b Bash make all"),
                (20, "o prompt - - tidy"),
            ],
            &[
                "transcript+hook+telemetry prompt  tidy",
                "hook+telemetry call b make all",
                "telemetry prompt  tidy",
            ],
        );
        // A framework without hooks and transcripts: nothing waits, a call of two spans is one.
        check(
            &[
                (0, "o prompt - - tidy"),
                (0, "o answer - - well"),
                (0, "o call c make x"),
                (1, "o call c make x"),
                (1, "o result c - done"),
                (2, "o prompt - - tidy"),
            ],
            &[
                "telemetry prompt  tidy",
                "telemetry answer  well",
                "telemetry call c x",
                "telemetry result c done",
                "telemetry prompt  tidy",
            ],
        );
    }

    #[test]
    fn what_was_heard_on_its_way_to_the_model_is_told_once() {
        // By two, in both orders; a request that is made again says the same results.
        for (one, other) in [("g", "p"), ("p", "g"), ("g", "t"), ("p", "t")] {
            let said = |by: &str, rest: &str| format!("{by} {rest}");
            let all = [
                said(one, "prompt - - tidy"),
                said(other, "prompt - - tidy"),
                said(one, "call c Bash ls"),
                said(other, "call c Bash ls"),
                said(other, "result c - x"),
                said(one, "result c - x"),
                said(one, "result c - x"),
            ];
            let all: Vec<(u64, &str)> = all.iter().map(|it| (0, it.as_str())).collect();
            let names = |by: &str| match by {
                "g" => "gateway",
                "p" => "plaintext",
                _ => "transcript",
            };
            let (one, other) = (names(one), names(other));
            let expect = [
                format!("{one} prompt  tidy"),
                format!("{one} call c ls"),
                format!("{other} result c x"),
            ];
            check(&all, &expect.each_ref().map(String::as_str));
        }
        // Servers of tools know no names of calls, and shorter ones of tools.
        check(
            &[
                (0, "g call toolu_1 mcp__notes__read {}"),
                (1, "m call - read {}"),
                (2, "m result - - x"),
                (3, "g result toolu_1 - x"),
                (4, "m call - write {}"),
            ],
            &["gateway call toolu_1 {}", "mcp result  x", "mcp call  {}"],
        );
    }

    #[test]
    fn what_is_not_known_to_be_told_any_more_is_bounded() {
        let (mut joining, now) = (Joining::default(), Instant::now());
        let session =
            |at: u32| SessionId::derive(AgentId::derive("h", "claude-code", "ida"), "b", pid(at));
        for at in 0..2 * MOST_SESSIONS as u32 {
            let kept = Kept { words: words("t call a Bash ls"), ..Kept::default() };
            joining.take(session(at), pid(at), kept, now, WAIT);
            assert_eq!(joining.ready(now).len(), 1);
        }
        assert!(joining.sessions.len() <= MOST_SESSIONS);
        for at in 0..MOST_WAITING + 5 {
            let kept = Kept { words: words(&format!("h call c{at} Bash ls")), ..Kept::default() };
            joining.take(session(0), pid(0), kept, now, WAIT);
        }
        assert_eq!(joining.ready(now).len(), 5);
        assert_eq!(joining.rest().len(), MOST_WAITING);
        joining.take(session(1), pid(1), Kept::default(), now, WAIT);
        assert_eq!(joining.ready(now).len(), 1);
        joining.ready(now + QUIET);
        assert!(joining.sessions.is_empty());
    }

    #[test]
    fn what_is_not_the_same_is_told_by_itself() {
        check(
            &[
                (0, "h call a Bash make"),
                (1, "t call b Bash make"),
                (2, "h call - Read ls"),
                (3, "t call - Bash ls"),
                (4, "t result a - x"),
                (5, "h call c Bash evil"),
                (6, "t call c Bash good"),
            ],
            &[
                "hook call a make",
                "transcript call b make",
                "hook call  ls",
                "transcript call  ls",
                "transcript result a x",
                // What was decided about.
                "both call c evil",
            ],
        );
    }
}
