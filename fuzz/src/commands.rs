//! Shell text, before it runs: the grammar, what the commands would do, and the tables that are asked.

use std::sync::LazyLock;

use content::command::{Place, acts};
use content::irreversible::Table;
use content::shell::{parse, quote};

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::shipped().expect("the tables load"));

const PLACE: Place<'_> = Place { cwd: "/home/a/w", workspace: "/home/a/w", home: "/home/a" };

/// The whole as one text, and as a quoted argument of a shell's `-c`.
pub fn any(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let script = parse(&text);
    assert_eq!(parse(&text), script, "read twice it is the same");
    let done = acts(&script, &PLACE);
    assert_eq!(acts(&script, &PLACE), done, "worked through twice it is the same");
    for unclear in &done.unclear {
        assert!(!unclear.why.says().is_empty());
    }
    let found = TABLE.consequences(&done, &PLACE);
    assert!(found.len() <= 4 * (done.runs.len() + done.files.len() + done.requests.len()));
    if script.is_clear() && !text.contains('\0') && text.len() < 4_096 {
        let wrapped = acts(&parse(&format!("sh -c {}", quote(&text))), &PLACE);
        assert!(wrapped.runs.iter().any(|run| run.program == "sh"), "{text:?}");
    }
}

/// A table of somebody's own.
pub fn table(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(http) = content::irreversible::Http::parse(&text) {
        http.harm("DELETE", "https://a.example/b/c?d=e");
    }
    if let Ok(commands) = content::irreversible::Commands::parse(&text) {
        commands.consequences(&acts(&parse("git push -f; rm -rf /"), &PLACE), &PLACE);
    }
}
