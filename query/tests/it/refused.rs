//! Text that does more than ask is refused; text that asks wrongly is told what to write.

use query::{Error, Query, Settings};

use crate::record::{Host, records};

fn query() -> (Host, Query) {
    let mut host = Host::new();
    let until = host.append(&records(0..3));
    host.store().roll(until).unwrap();
    let query = host.query();
    (host, query)
}

fn check(query: &Query, text: &str, expect: &str) {
    let error = query.sql(text).expect_err(text).to_string();
    assert!(error.contains(expect), "{text}\n{error}");
}

#[test]
fn only_reading_is_allowed() {
    let (host, query) = query();
    let outside = host.dir.path().join("outside");
    let outside = outside.to_str().unwrap();
    std::fs::write(format!("{outside}.csv"), "secret\n42\n").unwrap();
    for text in [
        format!("COPY events TO '{outside}.parquet'"),
        format!("COPY (SELECT 1) TO '{outside}.csv'"),
        format!("CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '{outside}.csv'"),
        "CREATE TABLE t AS SELECT 1".into(),
        "CREATE VIEW v AS SELECT 1".into(),
        "CREATE FUNCTION f(INT) RETURNS INT RETURN 1".into(),
        "DROP TABLE events".into(),
        "INSERT INTO events SELECT * FROM events".into(),
        "DELETE FROM events".into(),
        "UPDATE events SET pid = 1".into(),
        "SET datafusion.execution.batch_size = 1".into(),
        "RESET datafusion.execution.batch_size".into(),
        "BEGIN".into(),
        "PREPARE p AS SELECT 1".into(),
        "EXPLAIN ANALYZE INSERT INTO events SELECT * FROM events".into(),
        format!("EXPLAIN COPY events TO '{outside}.parquet'"),
        format!("EXPLAIN ANALYZE COPY events TO '{outside}.parquet'"),
        "TRUNCATE events".into(),
        "LOAD 'x'".into(),
    ] {
        assert!(query.sql(&text).is_err(), "{text}");
    }
    for text in [
        format!("SELECT * FROM '{outside}.csv'"),
        format!("SELECT * FROM \"{outside}.csv\""),
        format!("SELECT * FROM \"file://{outside}.csv\""),
        format!("SELECT * FROM read_csv('{outside}.csv')"),
        "SELECT 1; SELECT 2".into(),
        "SELECT repeat('x', 1000000000000)".into(),
    ] {
        assert!(query.sql(&text).is_err(), "{text}");
    }
    assert!(!std::path::Path::new(&format!("{outside}.parquet")).exists());
    assert!(query.sql("SELECT count(*) FROM events").is_ok());
}

#[test]
fn reading_in_all_its_forms_is_allowed() {
    let (_host, query) = query();
    for text in [
        "SELECT 1",
        "WITH a AS (SELECT pid FROM events) SELECT * FROM a",
        "EXPLAIN SELECT * FROM events",
        "EXPLAIN ANALYZE SELECT count(*) FROM events",
        "SHOW TABLES",
        "SHOW COLUMNS FROM events",
        "DESCRIBE events",
        "VALUES (1), (2)",
        "SELECT 1;",
    ] {
        assert!(query.sql(text).is_ok(), "{text}: {}", query.sql(text).unwrap_err());
    }
}

#[test]
fn errors_say_what_was_meant() {
    let (_host, query) = query();
    check(&query, "SELECT pth FROM events", "there is no column `pth`\nhint: did you mean `path`?");
    check(&query, "SELECT * FROM event", "there is no table `event`\nhint: did you mean `events`?");
    check(&query, "SELECT * FROM nonsense", "hint: the tables are ");
    check(&query, "SELEC 1", "SELEC");
    check(&query, "SELECT ago('soon')", "`soon` is not a span of time");
    check(&query, "SELECT in_subnet('1.2.3.4', 'x')", "`x` is not a network");
    check(&query, "SELECT \u{202e}", "\\u{202e}");
}

#[test]
fn limits_hold() {
    let mut host = Host::new();
    host.append(&records(0..3));
    let open = |settings| Query::open(host.dir.path(), settings).unwrap();
    let few = open(Settings { max_rows: 5, ..Settings::default() });
    let answer = few.sql("SELECT * FROM events").unwrap();
    assert_eq!((answer.rows(), answer.cut), (5, true));
    assert!(!few.sql("SELECT * FROM events LIMIT 5").unwrap().cut);

    let numbers = "generate_series(1, 100000000)";
    let small = open(Settings { memory_mib: 16, ..Settings::default() });
    let hungry = format!("SELECT value FROM {numbers} ORDER BY -value");
    let error = small.sql(&hungry).unwrap_err();
    assert!(matches!(error, Error::Memory { .. }), "{error}");

    let quick = open(Settings { timeout_s: 1, ..Settings::default() });
    let endless =
        format!("SELECT count(*) FROM {numbers} a, {numbers} b WHERE a.value + b.value = 1");
    let error = quick.sql(&endless).unwrap_err();
    assert!(matches!(error, Error::Timeout { seconds: 1 } | Error::Memory { .. }), "{error}");
}

#[test]
fn long_and_deep_texts_break_nothing() {
    let (_host, query) = query();
    let deep = format!("SELECT {}1{}", "(".repeat(5_000), ")".repeat(5_000));
    assert!(query.sql(&deep).is_err());
    let wide = format!("SELECT count(*) FROM events WHERE pid = 0{}", " OR pid = 1".repeat(600));
    assert!(query.sql(&wide).is_ok(), "{}", query.sql(&wide).unwrap_err());
    let long = format!("SELECT '{}'", "x".repeat(70_000));
    check(&query, &long, "longer than");
}
