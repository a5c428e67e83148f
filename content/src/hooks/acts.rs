//! From a tool call to the actions that policy is asked about.

use std::collections::HashSet;

use event::{Action, Circumstances, Declared, Object, Principal, Verb};

use super::tool::{self, Use};
use super::{HookEvent, patch, text};
use crate::command::{self, Acts, FileVerb, Place, UNKNOWN, Where, resolve};
use crate::shell::{self, Why, quote};

/// Who calls, and under which circumstances that only the caller of this function can know.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Whose hook it is.
    pub principal: Principal,
    /// The home of its account.
    pub home: String,
    /// Texts of the event that are this long were cut; none: nothing was.
    pub cut_at: Option<usize>,
    /// Hour of the day and day of the week, UTC.
    pub time: (u8, u8),
}

/// What a tool call would be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The actions, the call itself first.
    pub actions: Vec<Action>,
    /// Part of the call could not be read, and why: what is in it nobody knows.
    pub unreadable: Option<&'static str>,
}

/// Most actions of one call. More of them can only be a way to hide one.
const MOST: usize = 512;

/// The actions that the call of an event would be; none of events that are no calls.
pub fn actions(event: &HookEvent, caller: &Caller) -> Asked {
    let workspace = caller.principal.agent().map_or("", |agent| &*agent.workspace);
    let cwd = if event.cwd.is_empty() { workspace } else { &event.cwd };
    let place = Place { cwd, workspace, home: &caller.home };
    let (asked, seen) = (Asked::default(), HashSet::new());
    let mut maker = Maker { event, caller, place, asked, seen };
    maker.make(tool::of(&event.tool, &event.server, &event.input));
    maker.asked
}

struct Maker<'a> {
    event: &'a HookEvent,
    caller: &'a Caller,
    place: Place<'a>,
    asked: Asked,
    seen: HashSet<Action>,
}

impl Maker<'_> {
    fn make(&mut self, of: Use) {
        match of {
            Use::Nothing => {}
            Use::Unreadable => self.unreadable("what the tool is given cannot be read"),
            Use::Shell(line) => self.shell(&line),
            Use::Read(paths) => self.files(FileVerb::Read, &paths),
            Use::Write(paths) => self.files(FileVerb::Write, &paths),
            Use::Delete(paths) => self.files(FileVerb::Delete, &paths),
            Use::Patch(text) => self.patch(&text),
            Use::Fetch(urls) => {
                for url in urls {
                    self.request("GET", &url, "");
                }
            }
            Use::Agent(kind) => {
                let object = Object::Program { path: text(&kind), command_line: text("") };
                self.add(Verb::LaunchAgent, object, "", "");
            }
            Use::Call(server, name) => {
                let object = Object::Tool { server: text(&server), name: text(&name) };
                self.add(Verb::CallTool, object, "", "");
            }
        }
    }

    fn patch(&mut self, text: &str) {
        self.cut(text);
        for (verb, path) in patch::files(text) {
            self.file(verb, &path, "");
        }
    }

    fn shell(&mut self, line: &str) {
        self.cut(line);
        let whole = Object::Program { path: text("sh"), command_line: text(line) };
        self.add(Verb::Exec, whole, "", "");
        let acts = command::acts(&shell::parse(line), &self.place);
        let hides = |why: &Why| matches!(why, Why::TooLong | Why::TooDeep | Why::TooMuch);
        if let Some(unclear) = acts.unclear.iter().find(|it| hides(&it.why)) {
            self.unreadable(unclear.why.says());
        }
        self.implied(&acts);
    }

    fn implied(&mut self, acts: &Acts) {
        for run in acts.runs.iter().filter(|run| run.at == Where::Here) {
            let words = std::iter::once(&run.program).chain(&run.args).map(|word| quote(word));
            let command_line = words.collect::<Vec<_>>().join(" ");
            let object =
                Object::Program { path: text(&run.program), command_line: text(&command_line) };
            self.add(Verb::Exec, object, "", &run.cwd);
            // Some agents have patches applied by a word that only looks like a program.
            if run.program == "apply_patch" {
                let given = run.args.iter().chain(run.stdin.as_ref());
                given.for_each(|given| self.patch(given));
            }
        }
        for act in acts.files.iter().filter(|act| act.at == Where::Here) {
            self.file(act.verb, &act.path, &act.by);
        }
        for request in &acts.requests {
            self.request(&request.method, &request.url, &request.by);
        }
        for contact in acts.hosts.iter().filter(|contact| contact.at == Where::Here) {
            self.host(Verb::Connect, &contact.host, HTTPS, "", &contact.by);
        }
    }

    fn files(&mut self, verb: FileVerb, paths: &[String]) {
        for path in paths {
            self.file(verb, path, "");
        }
    }

    fn file(&mut self, verb: FileVerb, path: &str, by: &str) {
        // What begins with what nobody knows yet could be anything: the kernel sees what it is.
        if path.starts_with(UNKNOWN) || path.is_empty() {
            return;
        }
        let verb = match verb {
            FileVerb::Read => Verb::ReadFile,
            FileVerb::Write | FileVerb::Append | FileVerb::Empty => Verb::WriteFile,
            FileVerb::Delete | FileVerb::DeleteTree | FileVerb::Move => Verb::DeleteFile,
        };
        let path = match path.strip_prefix("~/") {
            Some(below) => resolve(below, self.place.home),
            None => resolve(path, self.place.cwd),
        };
        self.add(verb, Object::File { path: text(&path) }, by, "");
    }

    fn request(&mut self, method: &str, url: &str, by: &str) {
        let (scheme, rest) = url.split_once("://").unwrap_or(("https", url));
        let (authority, path) = match rest.find(['/', '?', '#']) {
            Some(at) => rest.split_at(at),
            None => (rest, "/"),
        };
        let host = authority.rsplit('@').next().unwrap_or(authority);
        let usual = if scheme.eq_ignore_ascii_case("http") { 80 } else { HTTPS };
        let (name, port) = match host.rsplit_once(':') {
            Some((name, port)) if !port.contains(']') => (name, port.parse().unwrap_or(usual)),
            _ => (host, usual),
        };
        let path = path.split(['?', '#']).next().filter(|path| !path.is_empty()).unwrap_or("/");
        let name = name.trim_matches(['[', ']']);
        self.host(Verb::HttpRequest, name, port, &format!("{method} {path}"), by);
    }

    fn host(&mut self, verb: Verb, name: &str, port: u16, request: &str, by: &str) {
        let address = name.parse().ok();
        let name = if address.is_some() { "" } else { name };
        let object = Object::Host { name: text(name), address, port, request: text(request) };
        self.add(verb, object, by, "");
    }

    /// `by`: the program that does it, by its name; `cwd`: where, if it is not where the agent works.
    fn add(&mut self, verb: Verb, object: Object, by: &str, cwd: &str) {
        if self.asked.actions.len() == MOST {
            return self.unreadable("it would do more than is looked at");
        }
        // A name without a folder is the system's own program, as far as a shell is asked before it runs.
        let program = if by.is_empty() { String::new() } else { format!("/usr/bin/{by}") };
        let cwd = if cwd.is_empty() { self.place.cwd } else { cwd };
        let (hour, weekday) = self.caller.time;
        let context = Circumstances {
            program: text(&program),
            cwd: text(cwd),
            declared: Some(Declared { tool: text(&self.event.tool), agrees: true }),
            hour,
            weekday,
            ..Circumstances::default()
        };
        let action = Action { principal: self.caller.principal.clone(), verb, object, context };
        if self.seen.insert(action.clone()) {
            self.asked.actions.push(action);
        }
    }

    /// A text that counts was cut on its way here.
    fn cut(&mut self, whole: &str) {
        if self.caller.cut_at.is_some_and(|at| whole.len() + 4 > at) {
            self.unreadable("it is too long to be read whole");
        }
    }

    fn unreadable(&mut self, why: &'static str) {
        self.asked.unreadable.get_or_insert(why);
    }
}

/// Where a name alone is meant.
const HTTPS: u16 = 443;
