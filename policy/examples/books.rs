//! What it costs to compile a book for each way in which sessions are held: `cargo run --release -p policy --example books`.
//! Every agent is named by a policy of its own; the rest of what is compiled is what ships.

use std::hint::black_box;
use std::time::{Duration, Instant};

use event::{AgentRef, Principal, SessionId, Text};
use policy::{Guide, Home, Kinds, Profile, Selection, Source, Surroundings, shipped_kinds};

const WORKSPACE: &str = "/home/alice/code/shop";
const TRIES: u32 = 9;

fn main() {
    println!(
        "{:>8} {:>6} {:>8} {:>12} {:>12}",
        "sessions", "books", "clauses", "compile", "held by"
    );
    for (named, sessions) in
        [(0, 1), (0, 300), (1, 300), (8, 300), (64, 64), (64, 1_000), (100, 300)]
    {
        measure(named, sessions);
    }
}

fn measure(named: usize, sessions: usize) {
    let guide = guide(named);
    let who: Vec<Principal> = (0..sessions).map(|number| session(number % named.max(1))).collect();
    let homes =
        ["/root", "/home/alice"].map(|path| Home { path: path.into(), account: "x".into() });
    let compile = || guide.kernel_rules(&homes, &[WORKSPACE.into()], &who);
    let compiled = compile();
    let clauses = compiled.rules.books.iter().flat_map(|book| book.verbs.values());
    let clauses: usize =
        clauses.map(|verb| verb.forbids.len() + verb.permits.as_ref().map_or(0, Vec::len)).sum();
    let compiling = median(|| drop(black_box(compile())));
    let held_by = median(|| {
        black_box(compiled.held_by(Profile::Guarded, &who[0]));
    });
    let books = compiled.rules.books.len();
    println!("{sessions:>8} {books:>6} {clauses:>8} {compiling:>12.1?} {held_by:>12.1?}");
}

fn guide(named: usize) -> Guide {
    let policy = |number: usize| {
        format!(
            "@id(\"own-{number}\") forbid (principal in Agent::\"codex-cli@{number}\", action == Action::\"connect\", resource) when {{ resource.kinds.contains(\"private\") }};\n"
        )
    };
    let text: String = (0..named).map(policy).collect();
    let kinds = Kinds::parse("kinds.yaml", shipped_kinds()).expect("it ships");
    let surroundings = Surroundings { kinds, ..Surroundings::default() };
    let selection = Selection { otherwise: Profile::Guarded, choices: Vec::new() };
    Guide::new(&[Source { name: "own.cedar", text: &text }], selection, surroundings)
        .expect("policies are right")
}

fn session(owner: usize) -> Principal {
    let agent = AgentRef {
        product: "codex-cli".into(),
        owner: Text::from(owner.to_string()),
        workspace: WORKSPACE.into(),
        ..AgentRef::default()
    };
    Principal::Session { id: SessionId::default(), agent }
}

fn median(work: impl Fn()) -> Duration {
    let mut times: Vec<Duration> = (0..TRIES)
        .map(|_| {
            let began = Instant::now();
            work();
            began.elapsed()
        })
        .collect();
    times.sort();
    times[times.len() / 2]
}
