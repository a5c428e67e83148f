//! Going through a script in the order it would run, with what is known of variables, the working
//! directory, pipes and files written on the way.

use std::collections::HashMap;
use std::sync::Arc;

use crate::shell::{
    Assign, Kind, MAX_BYTES, Node, Redirect, RedirectKind, Script, Simple, Unclear, Why, parse,
};

use super::{Acts, FileAct, FileVerb, Place, UNKNOWN, Where, path};

/// Most commands that are worked through, over all texts inside of texts.
const MOST_STEPS: u32 = 4_096;
/// Deepest nesting of calls, substitutions and texts inside of texts.
const DEEPEST: u8 = 24;
/// Longest value of a variable, pipe or file that is followed: a text of the longest script is one.
pub const LONGEST: usize = MAX_BYTES;
/// Most bytes of arguments, inputs and paths, all together.
const MOST_BYTES: usize = 8 << 20;
/// Most bytes of texts inside of texts that are read.
const MOST_TEXT: usize = 1 << 20;
/// Most acts of each kind.
const MOST_ACTS: usize = 4_096;
/// Most hosts.
const MOST_HOSTS: usize = 1_024;
/// Most variables, functions, and files whose content is followed.
const MOST_NAMES: usize = 256;

/// What changes as commands run, and ends with a subshell.
#[derive(Clone)]
pub struct State {
    pub variables: HashMap<String, Arc<str>>,
    pub functions: HashMap<String, Arc<Node>>,
    /// `$1` and on.
    pub positional: Vec<Arc<str>>,
    pub cwd: String,
}

/// One walk through one script.
pub struct Walk<'p> {
    pub place: &'p Place<'p>,
    pub state: State,
    pub acts: Acts,
    /// Content of files written on the way.
    pub written: HashMap<String, Arc<str>>,
    /// Links made on the way, and where they lead.
    pub links: HashMap<String, String>,
    /// What is left of the standard input of the command around.
    pub input: Option<String>,
    /// What wraps the commands that are run now.
    pub via: Vec<String>,
    pub at: Where,
    steps: u32,
    depth: u8,
    text: usize,
    bytes: usize,
}

impl<'p> Walk<'p> {
    pub fn new(place: &'p Place<'p>) -> Self {
        Self {
            place,
            state: State {
                variables: HashMap::new(),
                functions: HashMap::new(),
                positional: Vec::new(),
                cwd: path::resolve(place.cwd, "/"),
            },
            acts: Acts::default(),
            written: HashMap::new(),
            links: HashMap::new(),
            input: None,
            via: Vec::new(),
            at: Where::Here,
            steps: MOST_STEPS,
            depth: DEEPEST,
            text: MOST_TEXT,
            bytes: MOST_BYTES,
        }
    }

    pub fn whole(mut self, script: &Script) -> Acts {
        self.acts.unclear.clone_from(&script.unclear);
        self.list(&script.nodes);
        self.acts.unclear.sort();
        self.acts.unclear.dedup();
        self.acts
    }

    /// Takes one step; none is left: says so, once.
    pub fn step(&mut self) -> bool {
        if self.steps == 0 {
            return false;
        }
        self.steps -= 1;
        if self.steps == 0 {
            self.unclear(Why::TooMuch, "");
        }
        self.steps > 0
    }

    /// Whether nothing more is worked through.
    pub fn is_spent(&self) -> bool {
        self.steps == 0
    }

    /// Accounts for bytes that are kept or copied; with too many of them nothing goes on.
    pub fn spend(&mut self, bytes: usize) {
        match self.bytes.checked_sub(bytes) {
            Some(left) => self.bytes = left,
            None if self.steps > 0 => {
                self.steps = 0;
                self.unclear(Why::TooMuch, "");
            }
            None => {}
        }
    }

    pub fn unclear(&mut self, why: Why, what: &str) {
        let what: String = what.chars().take(64).collect();
        if self.acts.unclear.len() < MOST_NAMES {
            self.acts.unclear.push(Unclear { why, at: 0, what });
        }
    }

    /// Does something one level deeper, or says that it is too deep.
    pub fn deeper<T: Default>(&mut self, act: impl FnOnce(&mut Self) -> T) -> T {
        if self.depth == 0 {
            self.unclear(Why::TooDeep, "");
            return T::default();
        }
        self.depth -= 1;
        let done = act(self);
        self.depth += 1;
        done
    }

    /// Does something of which only the acts remain.
    pub fn apart<T: Default>(&mut self, act: impl FnOnce(&mut Self) -> T) -> T {
        let state = self.state.clone();
        let done = self.deeper(act);
        self.state = state;
        done
    }

    /// Runs a text as a script; what it puts out.
    pub fn script(&mut self, text: &str) -> String {
        let Some(left) = self.text.checked_sub(text.len()) else {
            self.unclear(Why::TooMuch, "");
            return UNKNOWN.into();
        };
        self.text = left;
        let mut script = parse(text);
        self.acts.unclear.append(&mut script.unclear);
        self.deeper(|walk| walk.list(&script.nodes))
    }

    /// Runs commands one after another; what they put out.
    pub fn list(&mut self, nodes: &[Node]) -> String {
        let mut out = String::new();
        for node in nodes {
            append(&mut out, &self.node(node));
        }
        out
    }

    fn node(&mut self, node: &Node) -> String {
        if !self.step() {
            return UNKNOWN.into();
        }
        if let Kind::Simple(simple) = &node.kind {
            return self.simple(simple, &node.redirects);
        }
        let (input, target) = self.redirects(&node.redirects, false);
        let before = self.input.clone();
        if input.is_some() {
            self.input = input;
        }
        let out = self.compound(&node.kind);
        self.input = before;
        self.deliver(out, target)
    }

    fn compound(&mut self, kind: &Kind) -> String {
        match kind {
            Kind::Simple(simple) => self.simple(simple, &[]),
            Kind::Pipeline(nodes) => self.pipeline(nodes),
            Kind::Group(nodes) => self.deeper(|walk| walk.list(nodes)),
            Kind::Subshell(nodes) => self.apart(|walk| walk.list(nodes)),
            Kind::Choice(lists) => self.deeper(|walk| {
                let mut out = String::new();
                for list in lists {
                    append(&mut out, &walk.list(list));
                }
                out
            }),
            Kind::Loop(body) => self.deeper(|walk| walk.repeat(body)),
            Kind::For { name, words, body } => self.deeper(|walk| {
                let mut out = String::new();
                let values: Vec<String> = words.iter().flat_map(|word| walk.words(word)).collect();
                for value in values {
                    walk.set(name, value);
                    append(&mut out, &walk.list(body));
                }
                out
            }),
            Kind::Function { name, body } => {
                if self.state.functions.len() < MOST_NAMES {
                    self.state.functions.insert(name.clone(), body.clone());
                }
                String::new()
            }
        }
    }

    /// A loop runs once, and again as long as it reads lines of a known input.
    fn repeat(&mut self, body: &[Node]) -> String {
        let mut out = String::new();
        loop {
            let before = self.input.as_ref().map(String::len);
            append(&mut out, &self.list(body));
            let now = self.input.as_ref().map(String::len);
            if now >= before || now == Some(0) || !self.step() {
                return out;
            }
        }
    }

    fn pipeline(&mut self, nodes: &[Node]) -> String {
        let before = self.input.clone();
        let mut out = String::new();
        for (at, node) in nodes.iter().enumerate() {
            if at > 0 {
                self.input = Some(std::mem::take(&mut out));
            }
            out = self.apart(|walk| walk.node(node));
        }
        self.input = before;
        out
    }

    fn simple(&mut self, simple: &Simple, redirects: &[Redirect]) -> String {
        let mut argv = Vec::new();
        for word in &simple.words {
            argv.extend(self.words(word));
        }
        let declares = argv.first().is_some_and(|name| {
            matches!(name.as_str(), "export" | "declare" | "local" | "readonly" | "typeset")
        });
        for assignment in &simple.assignments {
            let mut value = self.text(&assignment.value);
            if assignment.mode == Assign::Append {
                value.insert_str(0, &self.variable(&assignment.name));
            }
            // `A=b program` sets it for the program alone; what is expanded in it, too.
            if argv.is_empty() || declares {
                self.set(&assignment.name, value);
            }
        }
        let (input, target) = self.redirects(redirects, argv.is_empty());
        if argv.is_empty() || declares {
            return String::new();
        }
        let input = input.or_else(|| self.input.clone());
        let out = self.invoke(argv, input);
        self.deliver(out, target)
    }

    /// What redirections bind the standard input to, and the file the output goes to.
    fn redirects(&mut self, redirects: &[Redirect], alone: bool) -> (Option<String>, Target) {
        let (mut input, mut target) = (None, Target::Around);
        for redirect in redirects {
            if redirect.kind == RedirectKind::Text {
                input = Some(self.text(&redirect.target));
                continue;
            }
            let name = self.words(&redirect.target).join(" ");
            let file = path::resolve(&name, &self.state.cwd);
            let verb = match redirect.kind {
                RedirectKind::Read | RedirectKind::ReadWrite => {
                    input = Some(self.content(&file));
                    FileVerb::Read
                }
                RedirectKind::Write | RedirectKind::WriteOther if alone => FileVerb::Empty,
                RedirectKind::Write => {
                    target = Target::File(file.clone());
                    FileVerb::Write
                }
                RedirectKind::WriteOther => FileVerb::Write,
                RedirectKind::Append => {
                    target = Target::Longer(file.clone());
                    FileVerb::Append
                }
                RedirectKind::Text | RedirectKind::Duplicate => continue,
            };
            self.contact_device(&file);
            self.file(verb, file, "");
        }
        (input, target)
    }

    /// `/dev/tcp/host/port` is a connection that the shell itself opens.
    fn contact_device(&mut self, file: &str) {
        let rest = file.strip_prefix("/dev/tcp/").or_else(|| file.strip_prefix("/dev/udp/"));
        if let Some(host) = rest.and_then(|rest| rest.split('/').next()) {
            self.contact(host, "");
        }
    }

    /// Hands output to where it goes; what is left of it for who waits for it.
    fn deliver(&mut self, out: String, target: Target) -> String {
        let (file, before) = match target {
            Target::Around => return out,
            Target::File(file) => (file, String::new()),
            Target::Longer(file) => {
                let before = self.written.get(&file).map_or(UNKNOWN.into(), |it| it.to_string());
                (file, before)
            }
        };
        self.write(file, before + &out);
        String::new()
    }

    /// A file has this content from now on.
    pub fn write(&mut self, file: String, mut content: String) {
        self.spend(content.len());
        limit(&mut content);
        if self.written.len() < MOST_NAMES && self.at == Where::Here {
            self.written.insert(file, content.into());
        }
    }

    /// What is in a file, as far as it was written here.
    pub fn content(&self, file: &str) -> String {
        self.written.get(file).map_or(UNKNOWN.into(), |it| it.to_string())
    }

    pub fn set(&mut self, name: &str, mut value: String) {
        limit(&mut value);
        let known = self.state.variables.contains_key(name);
        if known || self.state.variables.len() < MOST_NAMES {
            self.state.variables.insert(name.to_owned(), value.into());
        } else {
            self.unclear(Why::TooMuch, name);
        }
    }

    pub fn file(&mut self, verb: FileVerb, mut path: String, by: &str) {
        let led = self.links.iter().find_map(|(link, target)| {
            let rest = path.strip_prefix(link.as_str()).filter(|rest| rest.starts_with('/'))?;
            Some(path::resolve(rest.trim_start_matches('/'), target))
        });
        path = led.unwrap_or(path);
        self.spend(path.len());
        if self.acts.files.len() < MOST_ACTS {
            let act = FileAct { verb, path, by: by.to_owned(), at: self.at.clone() };
            self.acts.files.push(act);
        } else {
            self.unclear(Why::TooMuch, "");
        }
    }

    pub fn contact(&mut self, host: &str, by: &str) {
        if host.is_empty() {
            return;
        }
        let contact =
            super::Contact { host: host.to_owned(), by: by.to_owned(), at: self.at.clone() };
        if self.acts.hosts.contains(&contact) {
            return;
        }
        match self.acts.hosts.len() < MOST_HOSTS {
            true => self.acts.hosts.push(contact),
            false => self.unclear(Why::TooMuch, host),
        }
    }
}

/// Where the standard output goes.
enum Target {
    Around,
    File(String),
    Longer(String),
}

/// Adds to a text that is followed; of what is too long the rest is unknown, which is told by `false`.
pub fn append(out: &mut String, more: &str) -> bool {
    if out.len() + more.len() <= LONGEST {
        out.push_str(more);
        return true;
    }
    if !out.ends_with(UNKNOWN) {
        out.push(UNKNOWN);
    }
    false
}

fn limit(text: &mut String) {
    if text.len() > LONGEST {
        let mut length = LONGEST;
        while !text.is_char_boundary(length) {
            length -= 1;
        }
        text.truncate(length);
        text.push(UNKNOWN);
    }
}
