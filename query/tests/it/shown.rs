//! Answers as they are written: for people and for programs.

use event::{Access, testing};
use query::{Lines, Query};

use crate::record::{Host, act, csv};

fn query() -> (Host, Query) {
    let mut host = Host::new();
    let evil = testing::open(1, 7, "/tmp/\x1b[2J\u{202e}gnp.exe", Access::Read);
    let plain = testing::open(2, 8, "/srv/a, \"b\"\nc", Access::Write);
    let formula = testing::open(3, 9, "=cmd()", Access::Write);
    host.append(&[act(1, evil, None), act(2, plain, None), act(3, formula, None)]);
    let query = host.query();
    (host, query)
}

fn check(text: &str, width: usize, expect: &str) {
    let (_host, query) = query();
    let mut out = Vec::new();
    query.sql(text).unwrap().write_table(width, &mut out).unwrap();
    assert_eq!(String::from_utf8(out).unwrap().trim_end(), expect.trim());
}

#[test]
fn a_table_is_safe_and_fits() {
    check(
        "SELECT id, time, path FROM events WHERE id < 3 ORDER BY id",
        0,
        "
id  time                     path
──  ───────────────────────  ─────────────────────────────
 1  1970-01-01 00:00:01.000  /tmp/\\u{1b}[2J\\u{202e}gnp.exe
 2  1970-01-01 00:00:02.000  /srv/a, \"b\"\\nc
(2 rows)",
    );
    check(
        "SELECT id, path, host FROM events WHERE id = 1",
        20,
        "
id  path
──  ────────────────
 1  /tmp/\\u{1b}[2J\\…
(1 row, 1 empty column not shown)",
    );
    check(
        "SELECT act, act AS b, act AS c, pid FROM events LIMIT 1",
        20,
        "
── 1 ──
act  file_open
b    file_open
c    file_open
pid  7
(1 row)",
    );
}

#[test]
fn a_plan_is_a_tree() {
    let (_host, query) = query();
    let mut out = Vec::new();
    query.sql("EXPLAIN SELECT 1").unwrap().write_table(80, &mut out).unwrap();
    let plan = String::from_utf8(out).unwrap();
    assert!(plan.contains("logical_plan\nProjection: Int64(1)\n  EmptyRelation"), "{plan}");
}

#[test]
fn lines_are_exact_and_inert() {
    let (_host, query) = query();
    let text = "SELECT id, path, host, id > 1 AS later FROM events ORDER BY id";
    assert_eq!(
        csv(&query, text),
        "id,path,host,later\n1,/tmp/\x1b[2J\u{202e}gnp.exe,,false\n2,\"/srv/a, \"\"b\"\"\nc\",,true\n3,'=cmd(),,true\n"
    );
    let mut json = Vec::new();
    assert_eq!(query.write_lines(text, Lines::Json, &mut json).unwrap(), 3);
    let json = String::from_utf8(json).unwrap();
    let first = json.lines().next().unwrap();
    assert_eq!(first, r#"{"id":1,"path":"/tmp/\u001b[2J\u202egnp.exe","later":false}"#);
    let read: serde_json::Value = serde_json::from_str(first).unwrap();
    assert_eq!(read["path"], "/tmp/\x1b[2J\u{202e}gnp.exe");
}

#[test]
fn an_answer_becomes_a_parquet_file_once() {
    let (host, query) = query();
    let path = host.dir.path().join("out.parquet");
    assert_eq!(query.write_parquet("SELECT * FROM events", &path).unwrap(), 3);
    assert!(std::fs::read(&path).unwrap().starts_with(b"PAR1"));
    let again = query.write_parquet("SELECT 1", &path).unwrap_err().to_string();
    assert!(again.contains("out.parquet"), "{again}");
}

#[test]
fn our_functions_answer() {
    let (_host, query) = query();
    let check = |text: &str, expect: &str| {
        assert_eq!(csv(&query, &format!("SELECT {text} AS x")), format!("x\n{expect}\n"), "{text}");
    };
    check("basename('/usr/bin/cat')", "cat");
    check("basename('/srv/dir/')", "dir");
    check("in_subnet('10.1.2.3', '10.0.0.0/8')", "true");
    check("in_subnet('11.1.2.3', '10.0.0.0/8, 11.0.0.0/8')", "true");
    check("in_subnet('::ffff:10.1.2.3', '10.0.0.0/8')", "true");
    check("in_subnet('fe80::1', 'fe80::/10')", "true");
    check("in_subnet('8.8.8.8', '0.0.0.0/0')", "true");
    check("in_subnet('fe80::1', '0.0.0.0/0')", "false");
    check("in_subnet('not an address', '10.0.0.0/8')", "false");
    check("json_text('{\"a\": {\"b\": 1}, \"c\": \"d\"}', 'a')", "\"{\"\"b\"\":1}\"");
    check("json_text('{\"c\": \"d\"}', 'c')", "d");
    check("json_text('no json', 'c')", "");
    check("ago('2h') < now() AND ago('2h') > now() - INTERVAL '3 hours'", "true");
    assert_eq!(csv(&query, "SELECT count(*) AS n FROM events WHERE time > ago('1h')"), "n\n0\n");
    assert_eq!(csv(&query, "SELECT basename(path) AS x FROM events WHERE id = 3"), "x\n'=cmd()\n");
}
