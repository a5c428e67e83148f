//! Configuration and bad words.

use super::{chaperone, stderr, stdout};

#[test]
fn a_misspelt_key_is_refused_with_line_and_hint() {
    let path = std::env::temp_dir().join(format!("chaperone-config-{}.toml", std::process::id()));
    std::fs::write(&path, "[journal.segments]\nmax_mb = 3\n").expect("temp is writable");
    let output = chaperone(&["agents", "--config", &path.display().to_string()]);
    std::fs::remove_file(&path).expect("it was just written");
    assert_eq!(output.status.code(), Some(1));
    let said = stderr(&output);
    assert!(said.contains("line 2: unknown field `max_mb`"), "{said}");
    assert!(said.contains("hint: did you mean `max_mib`?"), "{said}");
}

#[test]
fn an_unknown_kind_is_told_the_nearest() {
    let output = chaperone(&["events", "--kind", "file_opne"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("similar value exists: 'file_open'"), "{}", stderr(&output));
}

#[test]
fn help_shows_examples() {
    let output = chaperone(&["--help"]);
    assert!(stdout(&output).contains("Examples:"));
}

fn file(name: &str, text: &str) -> tempfile::NamedTempFile {
    let file = tempfile::Builder::new().prefix(name).suffix(".toml").tempfile();
    let file = file.expect("temp is writable");
    std::fs::write(file.path(), text).expect("temp is writable");
    file
}

#[test]
fn what_holds_is_shown_with_where_it_comes_from() {
    let file = file("show", "[sensor]\nring_mib = 64\n");
    let path = file.path().display().to_string();
    let output = chaperone(&["config", "show", "--config", &path]);
    let said = stdout(&output);
    let line = |key: &str| {
        let found = said.lines().find(|line| line.starts_with(key));
        found.unwrap_or_else(|| panic!("no {key} in {said}")).to_owned()
    };
    assert!(line("ring_mib = 64").ends_with(&format!("# {path}:2")), "{said}");
    assert!(line("poll_ms = 25").ends_with("# default"), "{said}");
    assert!(line("data_dir = ").ends_with("# environment"), "{said}");
    // What is printed is itself a configuration.
    let again = self::file("again", &said);
    let again = again.path().display().to_string();
    assert_eq!(chaperone(&["config", "check", &again]).status.code(), Some(0), "{said}");
    let set = stdout(&chaperone(&["config", "show", "--set", "--json", "--config", &path]));
    assert!(set.contains(r#"{"key":"sensor.ring_mib","value":64,"from":{"file":"#), "{set}");
}

#[test]
fn a_bad_file_is_told_with_file_line_and_hint() {
    let check = |text: &str, code: i32, expect: &[&str]| {
        let file = file("check", text);
        let path = file.path().display().to_string();
        let output = chaperone(&["config", "check", &path]);
        assert_eq!(output.status.code(), Some(code), "{}", stderr(&output));
        let said = stderr(&output);
        assert!(expect.iter().all(|part| said.contains(part)), "{said}");
        assert!(expect.is_empty() || said.contains(&path), "{said}");
    };
    check("", 0, &[]);
    check("[sensor]\nrnig_mib = 3\n", 1, &["line 2", "hint: did you mean `ring_mib`?"]);
    check("[sensor]\nring_mib = true\n", 1, &["line 2", "hint: `sensor.ring_mib` takes MiB"]);
    check("[sensor\n", 1, &["line 1"]);
    let all = "[gateway.turn_back]\nkinds = [\"email\"]\n";
    check(all, 1, &["`gateway.turn_back.kinds` names `email`", "hint: use `personal`"]);
    let missing = "\n[rules.packs.own]\npath = \"/nowhere/rules\"\n";
    check(missing, 3, &[":3: `rules.packs.own.path` names `/nowhere/rules`"]);
}

#[test]
fn the_path_is_told() {
    let output = chaperone(&["config", "path", "--config", "/nowhere/c.toml"]);
    assert_eq!(stdout(&output), "/nowhere/c.toml\n");
    assert!(stderr(&output).contains("not there"));
    let output = chaperone(&["agents", "--config", "/nowhere/c.toml"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("hint: `chaperone config path`"), "{}", stderr(&output));
}
