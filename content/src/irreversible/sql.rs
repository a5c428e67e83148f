//! SQL as far as it matters here: which statements take away what is stored.

use serde::Deserialize;

/// A statement that takes away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Statement {
    /// `DROP` of something that holds data: a table, a database, a schema, a column, an account.
    Drop,
    /// `TRUNCATE`.
    Truncate,
    /// `DELETE` of every row.
    DeleteAll,
    /// `UPDATE` of every row.
    UpdateAll,
}

/// Longest text that is looked at, in bytes, and most words of a statement.
const LONGEST: usize = 256 << 10;

/// The statements of `text` that take away, each kind once.
pub fn statements(text: &str) -> Vec<Statement> {
    let mut found = Vec::new();
    for words in split(text) {
        if let Some(statement) = judged(&words).filter(|it| !found.contains(it)) {
            found.push(statement);
        }
    }
    found
}

/// Words of each statement in upper case, without comments; texts as `'`.
fn split(text: &str) -> Vec<Vec<String>> {
    let mut all = vec![Vec::new()];
    let mut rest = text.get(..text.len().min(LONGEST)).unwrap_or(text);
    while let Some(letter) = rest.chars().next() {
        let behind = rest.get(letter.len_utf8()..).unwrap_or_default();
        let word = |c: char| c.is_alphanumeric() || c == '_';
        match letter {
            '-' if behind.starts_with('-') => {
                rest = behind.find('\n').and_then(|at| behind.get(at..)).unwrap_or_default();
            }
            // A command of the client itself: `\\c prod`.
            '\\' => rest = behind.find('\n').and_then(|at| behind.get(at..)).unwrap_or_default(),
            // MySQL runs what stands in `/*! … */`.
            '/' if behind.starts_with("*!") => {
                let inner = behind.get(2..).unwrap_or_default();
                rest = inner.trim_start_matches(|c: char| c.is_ascii_digit());
            }
            '/' if behind.starts_with('*') => {
                rest = behind.split_once("*/").map_or("", |(_, rest)| rest);
            }
            '\'' => {
                rest = behind.split_once('\'').map_or("", |(_, rest)| rest);
                push(&mut all, "'".to_owned());
            }
            '"' | '`' => {
                let (name, behind) = behind.split_once(letter).unwrap_or((behind, ""));
                push(&mut all, format!("\"{name}"));
                rest = behind;
            }
            ';' => {
                all.push(Vec::new());
                rest = behind;
            }
            _ if word(letter) => {
                let length = rest.find(|c| !word(c)).unwrap_or(rest.len());
                let (name, behind) = rest.split_at(length);
                push(&mut all, name.to_ascii_uppercase());
                rest = behind;
            }
            _ => {
                if !letter.is_whitespace() {
                    push(&mut all, letter.to_string());
                }
                rest = behind;
            }
        }
    }
    all
}

fn push(all: &mut [Vec<String>], word: String) {
    if let Some(words) = all.last_mut() {
        words.push(word);
    }
}

fn judged(words: &[String]) -> Option<Statement> {
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.as_str()));
    let first = words.iter().position(|word| {
        matches!(
            word.as_str(),
            "DROP"
                | "TRUNCATE"
                | "DELETE"
                | "UPDATE"
                | "ALTER"
                | "EXPLAIN"
                | "SELECT"
                | "INSERT"
                | "CREATE"
                | "GRANT"
                | "REVOKE"
                | "SHOW"
                | "SET"
        )
    })?;
    // What stands before the verb is `WITH …`, or no statement.
    if first > 0
        && !words.first().is_some_and(|word| word == "WITH" || word == "BEGIN" || word == "\"")
    {
        return None;
    }
    let verb_at = match words.first().map(String::as_str) {
        Some("WITH") => words.iter().position(|word| word == "DELETE" || word == "UPDATE")?,
        _ => first,
    };
    let behind = words.get(verb_at + 1..).unwrap_or_default();
    let next = behind.first().map(String::as_str).unwrap_or_default();
    let whole = !has(&["WHERE", "LIMIT", "USING"]) || holds_always(words);
    match words.get(verb_at).map(String::as_str)? {
        "DROP" => {
            const HOLDS: [&str; 12] = [
                "TABLE",
                "DATABASE",
                "SCHEMA",
                "KEYSPACE",
                "USER",
                "ROLE",
                "TABLESPACE",
                "COLUMN",
                "OWNED",
                "COLLECTION",
                "STREAM",
                "PARTITION",
            ];
            HOLDS.contains(&next).then_some(Statement::Drop)
        }
        "ALTER" => {
            let drop = words.iter().position(|word| word == "DROP")?;
            let what = words.get(drop + 1).map(String::as_str).unwrap_or_default();
            const KEEPS: [&str; 8] =
                ["CONSTRAINT", "INDEX", "DEFAULT", "NOT", "PRIMARY", "FOREIGN", "KEY", "CHECK"];
            (!KEEPS.contains(&what)).then_some(Statement::Drop)
        }
        "TRUNCATE" => (!behind.is_empty() && next != "(").then_some(Statement::Truncate),
        "DELETE" => (next == "FROM" && behind.len() > 1 && whole).then_some(Statement::DeleteAll),
        "UPDATE" => (has(&["SET"]) && whole).then_some(Statement::UpdateAll),
        _ => None,
    }
}

/// `WHERE 1=1`, `WHERE true`.
fn holds_always(words: &[String]) -> bool {
    let Some(at) = words.iter().position(|word| word == "WHERE") else { return false };
    let test: Vec<&str> = words.iter().skip(at + 1).map(String::as_str).collect();
    match test.as_slice() {
        ["TRUE"] | ["1"] => true,
        [left, "=", right] => left == right,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::Statement::{DeleteAll, Drop, Truncate, UpdateAll};
    use super::*;

    fn check(text: &str, expect: &[Statement]) {
        assert_eq!(statements(text), expect, "{text}");
    }

    #[test]
    fn what_takes_away_is_found() {
        check("drop table users", &[Drop]);
        check("/* x */ DROP DATABASE IF EXISTS \"prod\";", &[Drop]);
        check("/*!50000 DROP TABLE a*/", &[Drop]);
        check("-- hm\nTRUNCATE a, b CASCADE", &[Truncate]);
        check("DELETE FROM a; UPDATE b SET c=1", &[DeleteAll, UpdateAll]);
        check("delete from a where 1=1", &[DeleteAll]);
        check("delete from a where true", &[DeleteAll]);
        check("ALTER TABLE a DROP COLUMN b", &[Drop]);
        check("alter table a drop b", &[Drop]);
        check("WITH x AS (SELECT 1) DELETE FROM a", &[DeleteAll]);
        check("SELECT 1; DROP SCHEMA s CASCADE", &[Drop]);
        check("\\c prod\nTRUNCATE a", &[Truncate]);
    }

    #[test]
    fn what_does_not_is_not() {
        check("SELECT * FROM drops", &[]);
        check("SELECT 'DROP TABLE users'", &[]);
        check("-- DROP TABLE users", &[]);
        check("DELETE FROM a WHERE id = 3", &[]);
        check("UPDATE a SET b = 1 WHERE c IN (1, 2)", &[]);
        check("EXPLAIN DELETE FROM a", &[]);
        check("DROP INDEX i; DROP VIEW v", &[]);
        check("ALTER TABLE a DROP CONSTRAINT c", &[]);
        check("INSERT INTO log VALUES ('truncate')", &[]);
        check("CREATE TRIGGER t BEFORE DELETE ON a", &[]);
        check("SELECT TRUNCATE(1.5, 0)", &[]);
        check("", &[]);
    }
}
