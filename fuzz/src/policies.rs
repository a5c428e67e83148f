//! Policies and their cases as people write them, and bundles as anybody may send them.

use std::sync::LazyLock;

use journal::bundle::Bundle;
use policy::{
    Book, Guide, Home, Kinds, Profile, Selection, Source, Surroundings, case, shipped_kinds,
};

static GUIDE: LazyLock<Guide> = LazyLock::new(|| guide(&[]).expect("what ships is right"));

fn guide(own: &[Source<'_>]) -> Option<Guide> {
    let kinds = Kinds::parse("kinds.yaml", shipped_kinds()).ok()?;
    let surroundings = Surroundings { kinds, ..Surroundings::default() };
    let selection = Selection { otherwise: Profile::Guarded, choices: Vec::new() };
    Guide::new(own, selection, surroundings).ok()
}

pub fn cedar(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let lines = text.lines().count() + 1;
    let own = [Source { name: "fuzz.cedar", text: &text }];
    if let Err(refused) = Book::read(&own) {
        for refusal in refused {
            assert!(refusal.line as usize <= lines, "{refusal}");
            assert!(!refusal.message.is_empty() && !refusal.hint.is_empty());
        }
        return;
    }
    if let Ok(formatted) = policy::format("fuzz.cedar", &text) {
        assert_eq!(policy::format("fuzz.cedar", &formatted).as_ref(), Ok(&formatted));
    }
    // By itself it is right; beside what ships it may have an id that is taken.
    let Some(guide) = guide(&own) else { return };
    let home = Home { path: "/home/a".into(), account: "a".into() };
    let rules = guide.kernel_rules(&[home], &["/home/a/w".into()], &[]).rules;
    assert!(rules.classes.len() <= 64);
    for book in &rules.books {
        for rules in book.verbs.values() {
            assert!(rules.forbids.iter().all(|clause| !clause.all.has_any(clause.none)));
        }
    }
}

pub fn cases(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let Ok(cases) = case::parse(&text) else { return };
    for case in cases.iter().take(16) {
        if let Err(wrong) = case.run(&GUIDE) {
            assert!(!wrong.why.is_empty());
        }
    }
}

/// Whoever signed it, it was not this key.
pub fn bundle(data: &[u8]) {
    let signer = "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=";
    let error = Bundle::open(data, signer).expect_err("nobody has the other half");
    assert!(!error.to_string().is_empty());
}
