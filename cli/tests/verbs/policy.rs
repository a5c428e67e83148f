//! `chaperone policy`.

use std::io::Write;

use event::testing::{exec, open};
use event::{Access, Event};

use super::{chaperone, stderr, stdout};

fn file(ending: &str, text: &str) -> tempfile::NamedTempFile {
    let file = tempfile::Builder::new().suffix(ending).tempfile().expect("temp is writable");
    std::fs::write(file.path(), text).expect("temp is writable");
    file
}

#[test]
fn what_ships_passes_its_cases() {
    // Those that are compiled in, and the files that lie here.
    let files = concat!(env!("CARGO_MANIFEST_DIR"), "/../policies");
    for words in [&["policy", "test"][..], &["policy", "test", files]] {
        let output = chaperone(words);
        assert!(output.status.success(), "{}{}", stdout(&output), stderr(&output));
        assert!(stdout(&output).ends_with("come out as they must, 0 otherwise\n"));
    }
}

#[test]
fn a_case_that_comes_out_otherwise_is_told_and_fails() {
    let case = "cases:\n  - that: keys are free\n    do: read_file\n    file: /home/a/.ssh/id_rsa\n    expect: allow\n";
    let file = file(".cases.yaml", case);
    let output = chaperone(&["policy", "test", &file.path().display().to_string()]);
    assert_eq!(output.status.code(), Some(1));
    let said = stdout(&output);
    assert!(said.contains("keys are free") && said.contains("expected allow, came ask"), "{said}");
}

#[test]
fn a_wrong_policy_is_refused_at_its_place() {
    let file = file(".cedar", "\nforbid (principal, action == Action::\"fly\", resource);\n");
    let output = chaperone(&["policy", "check", &file.path().display().to_string()]);
    assert_eq!(output.status.code(), Some(1));
    let said = stdout(&output);
    assert!(said.contains(":2:") && said.contains("fly") && said.contains("hint: "), "{said}");
    let good = "@id(\"no-nc\") forbid (principal, action == Action::\"exec\", resource) when { resource.name == \"nc\" };";
    std::fs::write(file.path(), good).expect("temp is writable");
    let output = chaperone(&["policy", "check", &file.path().display().to_string()]);
    assert_eq!(stdout(&output), "1 policies of your own in 1 files, all good\n");
}

#[test]
fn an_own_policy_is_in_force_and_explained_with_its_place() {
    let text = "@id(\"no-nc\") @reason(\"nobody here needs nc\")\nforbid (principal, action == Action::\"exec\", resource) when { resource.name == \"nc\" };";
    let cedar = file(".cedar", text);
    let config = format!("[policy]\nprofile = \"guarded\"\npath = {:?}\n", cedar.path());
    let config = file(".toml", &config);
    let config = config.path().display().to_string();
    let words = ["--config", &config, "policy", "explain", "exec", "--program"];
    let output = chaperone(&[&words[..], &["/usr/bin/nc -l 1"]].concat());
    let said = stdout(&output);
    assert!(said.starts_with("deny  under the profile `guarded`"), "{said}{}", stderr(&output));
    assert!(said.contains("no-nc: nobody here needs nc") && said.contains(".cedar:1"), "{said}");
    let output = chaperone(&[&words[..], &["/usr/bin/ncal"]].concat());
    assert!(stdout(&output).starts_with("allow"), "{}", stdout(&output));
}

fn recording(events: &[Event]) -> tempfile::NamedTempFile {
    let mut file = file(".jsonl", "");
    for event in events {
        let line = serde_json::to_string(event).expect("events are JSON");
        writeln!(file, "{line}").expect("temp is writable");
    }
    file
}

#[test]
fn a_recording_is_told_what_would_have_been_stopped_of_it() {
    let agent = "node /usr/lib/node_modules/@openai/codex/bin/codex.js exec x";
    let file = recording(&[
        exec(1, 1, 10, "/usr/bin/node", agent),
        exec(2, 10, 11, "/usr/bin/cat", "cat /home/alice/.ssh/id_ed25519"),
        open(3, 11, "/home/alice/.ssh/id_ed25519", Access::Read),
        open(4, 11, "/home/alice/project/README.md", Access::Read),
        open(5, 10, "/home/alice/.codex/config.toml", Access::Write),
    ]);
    let output = chaperone(&["policy", "simulate", "--json", &file.path().display().to_string()]);
    assert!(output.status.success(), "{}", stderr(&output));
    let lines: Vec<serde_json::Value> =
        stdout(&output).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let said: Vec<(&str, &str, u64)> = lines
        .iter()
        .filter_map(|line| {
            Some((line["policy"].as_str()?, line["effect"].as_str()?, line["times"].as_u64()?))
        })
        .collect();
    assert_eq!(said, [("credential-stores", "ask", 1), ("own-rules", "deny", 1)]);
    assert_eq!(lines.last().map(|line| line["stopped"].clone()), Some(2.into()));
}

/// A configuration with a folder for policies, and that folder.
fn configured(folder: &std::path::Path) -> (String, std::path::PathBuf) {
    let policies = folder.join("policies");
    let config = folder.join("chaperone.toml");
    let text = format!(
        "data_dir = {:?}\n[policy]\nprofile = \"guarded\"\npath = {policies:?}\n",
        folder.join("data")
    );
    std::fs::create_dir_all(&policies).expect("temp is writable");
    std::fs::write(&config, text).expect("temp is writable");
    (config.display().to_string(), policies)
}

const NO_NC: &str = "@id(\"no-nc\")\nforbid (principal is Session, action == Action::\"exec\", resource)\nwhen { resource.name == \"nc\" };\n";

#[test]
fn policies_are_applied_whole_or_not_at_all() {
    let folder = tempfile::tempdir().expect("temp is writable");
    let (config, policies) = configured(folder.path());
    let check = |name: &str, text: &str, code: i32, expect: &str| {
        let file = folder.path().join(name);
        std::fs::write(&file, text).expect("temp is writable");
        let file = file.display().to_string();
        let output = chaperone(&["--config", &config, "policy", "apply", &file]);
        let said = format!("{}{}", stdout(&output), stderr(&output));
        assert_eq!(output.status.code(), Some(code), "{said}");
        assert!(said.contains(expect), "`{expect}` is missing in {said}");
        let mut there: Vec<String> = std::fs::read_dir(&policies)
            .expect("it is there")
            .map(|it| it.expect("read").file_name().into_string().expect("text"))
            .collect();
        there.sort();
        there
    };
    assert_eq!(check("a.cedar", NO_NC, 0, "no-nc: new"), ["a.cedar"]);
    assert_eq!(check("b.cedar", "forbid (principal", 1, "b.cedar:1:"), ["a.cedar"]);
    let locked = "forbid (principal, action, resource);";
    assert_eq!(check("b.cedar", locked, 1, "would be locked out"), ["a.cedar"]);
    let case = |expect| {
        format!("cases:\n  - that: nc\n    do: exec\n    program: nc -l\n    expect: {expect}\n")
    };
    assert_eq!(check("a.cases.yaml", &case("allow"), 1, "expected allow"), ["a.cedar"]);
    let both = ["a.cases.yaml", "a.cedar"];
    assert_eq!(check("a.cases.yaml", &case("deny"), 0, "is in force"), both);
    assert_eq!(check("a.cedar", &NO_NC.replace("\"nc\"", "\"x\""), 1, "expected deny"), both);
    let asks = NO_NC.replace("forbid", "@effect(\"kill\")\nforbid");
    assert_eq!(check("c.cedar", &asks, 1, "there is a policy `no-nc` already"), both);
    assert_eq!(std::fs::read_to_string(policies.join("a.cedar")).expect("read"), NO_NC);
    let tried = folder.path().join("new.cedar");
    std::fs::write(&tried, NO_NC.replace("no-nc", "other")).expect("temp is writable");
    let tried = tried.display().to_string();
    let output = chaperone(&["--config", &config, "policy", "apply", "--dry-run", &tried]);
    assert!(stdout(&output).contains("other: new"), "{}", stderr(&output));
    assert!(!policies.join("new.cedar").exists());
}

#[test]
fn policies_get_one_form() {
    let folder = tempfile::tempdir().expect("temp is writable");
    let place = folder.path().join("a.cedar");
    let file = place.display().to_string();
    std::fs::write(&place, "// why\nforbid(principal,action,resource);").expect("writable");
    let check = |words: &[&str], code, expect: &str| {
        let output = chaperone(&[&["policy", "format", &file], words].concat());
        assert_eq!(output.status.code(), Some(code), "{}", stderr(&output));
        assert!(stdout(&output).contains(expect), "{}", stdout(&output));
    };
    check(&["--check"], 1, "another form");
    check(&[], 0, "written");
    check(&["--check"], 0, "");
    let text = std::fs::read_to_string(&place).expect("it is there");
    assert_eq!(text, "// why\nforbid (principal, action, resource);\n");
    std::fs::write(&place, "forbid(").expect("writable");
    check(&[], 1, ":1:");
}

#[test]
fn two_sets_are_compared_by_policies_and_decisions() {
    let old = file(".cedar", NO_NC);
    let new = file(
        ".cedar",
        "@id(\"no-listening\") forbid (principal is Session, action == Action::\"listen\", resource);",
    );
    let [old, new] = [&old, &new].map(|file| file.path().display().to_string());
    let output = chaperone(&["policy", "diff", &old, &new]);
    let said = stdout(&output);
    assert_eq!(output.status.code(), Some(8), "{said}{}", stderr(&output));
    for part in ["no-nc: gone", "no-listening: new", "deny instead of notify: "] {
        assert!(said.contains(part), "`{part}` is missing in {said}");
    }
    assert_eq!(chaperone(&["policy", "diff", &old, &old]).status.code(), Some(0));
}

#[test]
fn a_bundle_is_taken_if_it_is_signed_newer_and_good() {
    let folder = tempfile::tempdir().expect("temp is writable");
    let (config, policies) = configured(folder.path());
    let path = |name: &str| folder.path().join(name).display().to_string();
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).expect("temp is writable");
        path(name)
    };
    // The example of RFC 8410; nobody trusts it.
    let key = write(
        "key.pem",
        "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n",
    );
    let other_key = write(
        "other.pem",
        "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n",
    );
    std::fs::write(policies.join("own.cedar"), NO_NC).expect("temp is writable");
    let seal = |text: &str, key: &str, version: &str| {
        let file = write("corp.cedar", text);
        let words = ["policy", "bundle", &file, "--key", key, "--version", version];
        let output = chaperone(&words);
        assert!(output.status.success(), "{}", stderr(&output));
        (write("bundle.json", &stdout(&output)), stderr(&output))
    };
    let rule =
        "@id(\"corp\") forbid (principal is Session, action == Action::\"listen\", resource);";
    let check = |bundle: &str, code: i32, expect: &str| {
        let output = chaperone(&["--config", &config, "policy", "pull", bundle]);
        let said = format!("{}{}", stdout(&output), stderr(&output));
        assert_eq!(output.status.code(), Some(code), "{said}");
        assert!(said.contains(expect), "`{expect}` is missing in {said}");
    };
    let (bundle, hint) = seal(rule, &key, "7");
    check(&bundle, 2, "`policy.signer` is not set");
    let signer = hint.split('"').nth(1).expect("the line for the configuration");
    let text = std::fs::read_to_string(&config).expect("it is there");
    std::fs::write(&config, format!("{text}signer = \"{signer}\"\n")).expect("writable");
    check(&bundle, 0, "corp: new");
    let text = std::fs::read_to_string(policies.join("bundle/corp.cedar")).expect("it is there");
    assert_eq!(text, rule);
    assert!(policies.join("own.cedar").exists(), "what is one's own stays");
    check(&seal(rule, &key, "7").0, 0, "is in force");
    check(&seal(rule, &key, "6").0, 1, "version 6, and 7 is in force");
    check(&seal(rule, &other_key, "9").0, 1, "not of the key");
    check(&seal("forbid (principal,", &key, "9").0, 1, "corp.cedar:1:");
    check(&seal("forbid (principal, action, resource);", &key, "9").0, 1, "locked out");
    check(&write("bundle.json", "{}"), 1, "no bundle");
    check("http://policies.example/x", 1, "in the clear");
    check(&path("not-there.json"), 1, "cannot read");
    let text = std::fs::read_to_string(policies.join("bundle/corp.cedar")).expect("it is there");
    assert_eq!(text, rule, "the old one stays");
    let renamed = rule.replace("corp", "other");
    check(&seal(&renamed, &key, "9").0, 0, "corp: gone");
}
