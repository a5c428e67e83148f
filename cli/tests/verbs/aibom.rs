//! `aibom`: from a home to a document that is valid, compared and judged; what is no document is refused.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{chaperone, stderr, stdout};

/// A home with one agent, and what it says of itself.
fn home(place: &Path, server: &str) -> String {
    let settings = place.join(".claude");
    fs::create_dir_all(settings.join("skills/pdf")).expect("temp is writable");
    let servers =
        format!(r#"{{"mcpServers": {{"git": {{"command": "uvx", "args": ["{server}"]}}}}}}"#);
    fs::write(place.join(".claude.json"), servers).expect("written");
    fs::write(
        settings.join("settings.json"),
        r#"{"model": "opus", "permissions": {"allow": ["Bash"]}}"#,
    )
    .expect("written");
    fs::write(settings.join("skills/pdf/SKILL.md"), "---\nname: pdf\n---\n").expect("written");
    place.display().to_string()
}

#[test]
fn every_format_is_valid_and_says_what_the_agent_loads() {
    let place = tempfile::tempdir().expect("temp is writable");
    let home = home(place.path(), "mcp-git==1.0");
    for format in ["cyclonedx-1.6", "cyclonedx-1.7", "spdx-3.0"] {
        let file = place.path().join(format).display().to_string();
        let words =
            ["aibom", "--home", &home, "--of", "claude-code", "--format", format, "-o", &file];
        let output = chaperone(&words);
        assert_eq!(output.status.code(), Some(0), "{format}: {}", stderr(&output));
        let output = chaperone(&["aibom", "validate", "--check", "g7", "--json", &file]);
        assert_eq!(output.status.code(), Some(0), "{format}: {}", stdout(&output));
        let told: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("JSON");
        assert_eq!(told["validated"]["format"], format);
        assert_eq!(told["validated"]["completeness"]["clusters"].as_array().map(Vec::len), Some(7));
    }
    let output = chaperone(&["aibom", "--home", &home, "--of", "claude-code", "--format", "text"]);
    let said = stdout(&output);
    for word in ["Claude Code", "opus", "pkg:pypi/mcp-git@1.0", "pdf", "may"] {
        assert!(said.contains(word), "{word}: {said}");
    }
}

#[test]
fn a_change_is_told_and_has_a_code() {
    let place = tempfile::tempdir().expect("temp is writable");
    let file = |name: &str| place.path().join(name).display().to_string();
    for (name, server) in [("a", "mcp-git==1.0"), ("b", "mcp-git==1.1")] {
        let home = home(&place.path().join("home"), server);
        let output = chaperone(&["aibom", "--home", &home, "-o", &file(name)]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    }
    let output = chaperone(&["aibom", "diff", &file("a"), &file("b")]);
    assert_eq!(output.status.code(), Some(8));
    assert!(stdout(&output).contains("+ version: 1.1"), "{}", stdout(&output));
    assert_eq!(chaperone(&["aibom", "diff", &file("b"), &file("b")]).status.code(), Some(0));
}

#[test]
fn what_is_no_bill_of_materials_is_refused_with_a_hint() {
    let place = tempfile::tempdir().expect("temp is writable");
    let check = |name: &str, bytes: &[u8], expect: &str| {
        let file = place.path().join(name);
        fs::write(&file, bytes).expect("written");
        let output = chaperone(&["aibom", "validate", &file.display().to_string()]);
        let said = stdout(&output);
        assert_eq!(output.status.code(), Some(6), "{name}: {said}");
        assert!(said.contains(expect) && said.contains("hint: "), "{name}: {said}");
    };
    check("xml", b"<bom/>", "it is XML");
    check("cut", b"{\"bomFormat\": \"Cyc", "EOF while parsing");
    check("twice", b"{\"specVersion\": \"1.6\", \"specVersion\": \"1.6\"}", "stands twice");
    check("bytes", b"\xff\xfe", "it is not UTF-8");
    check("deep", "[".repeat(1000).as_bytes(), "recursion limit");
    check(
        "old",
        b"{\"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.2\"}",
        "`specVersion` is `1.2`",
    );
    check(
        "wrong",
        b"{\"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.7\", \"odd\": 1}",
        "/odd: field `odd`",
    );
    let none = chaperone(&["aibom", "validate", "/nowhere/x.json"]);
    assert_eq!(none.status.code(), Some(3), "{}", stderr(&none));
    let image = place.path().join("image.tar");
    fs::write(&image, "x").expect("written");
    let output = chaperone(&["aibom", "--of", &image.display().to_string()]);
    let said = stderr(&output);
    assert!(said.contains("no archive of an image: it ends too early"), "{said}");
    let output = chaperone(&["aibom", "--of", "/nowhere/x.tar"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(stderr(&output).contains("does not exist\nhint: "), "{}", stderr(&output));
    let output =
        chaperone(&["aibom", "--home", &place.path().display().to_string(), "--of", "nobody"]);
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
}

/// A tar of files.
fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (path, content) in files {
        let mut header = [0u8; 512];
        let mut field = |at: usize, text: &str| {
            header[at..at + text.len()].copy_from_slice(text.as_bytes());
        };
        field(0, path);
        field(100, "0000644");
        field(124, &format!("{:011o}", content.len()));
        field(148, "        0");
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        bytes.extend_from_slice(&header);
        bytes.extend_from_slice(content);
        bytes.resize(bytes.len().next_multiple_of(512), 0);
    }
    bytes.resize(bytes.len() + 1024, 0);
    bytes
}

#[test]
fn an_image_is_unpacked_looked_at_and_gone_again() {
    let place = tempfile::tempdir().expect("temp is writable");
    let rooms = place.path().join("tmp");
    fs::create_dir(&rooms).expect("made");
    let layer = tar(&[
        ("etc/passwd", b"root:x:0:0::/root:/bin/sh\n"),
        ("root/.claude/skills/pdf/SKILL.md", b"---\nname: pdf\n---\n"),
        (
            "app/.mcp.json",
            br#"{"mcpServers": {"git": {"command": "uvx", "args": ["mcp-git==1.0"]}}}"#,
        ),
    ]);
    let config =
        br#"{"os": "linux", "architecture": "amd64", "config": {"Env": ["MODE=plain value"]}}"#;
    let manifest = br#"[{"Config": "c", "RepoTags": ["bot:1.4"], "Layers": ["l"]}]"#;
    let archive = place.path().join("bot.tar");
    let look = |archive: &Path, format: &str| {
        Command::new(env!("CARGO_BIN_EXE_chaperone"))
            .args(["aibom", "--format", format, "--of"])
            .arg(archive)
            .env("TMPDIR", &rooms)
            .env("NO_COLOR", "1")
            .output()
            .expect("started")
    };
    let pieces: [(&str, &[u8]); 3] = [("l", &layer), ("c", config), ("manifest.json", manifest)];
    fs::write(&archive, tar(&pieces)).expect("written");
    for format in ["cyclonedx-1.6", "cyclonedx-1.7", "spdx-3.0", "text"] {
        let output = look(&archive, format);
        assert_eq!(output.status.code(), Some(0), "{format}: {}", stderr(&output));
        let said = stdout(&output);
        for word in
            ["bot", "pkg:docker/bot@1.4", "pkg:pypi/mcp-git@1.0", "pdf", "MODE", "/app/.mcp.json"]
        {
            // SPDX has no places.
            let place = format == "spdx-3.0" && word.starts_with('/');
            assert!(place || said.contains(word), "{format} {word}: {said}");
        }
        let own = rooms.display().to_string();
        assert!(!said.contains("plain value") && !said.contains(&own), "{format}: {said}");
    }
    // One that ends too early.
    fs::write(&archive, tar(&[("l", &layer[..700]), pieces[1], pieces[2]])).expect("written");
    let output = look(&archive, "text");
    assert_eq!(output.status.code(), Some(1));
    let said = stderr(&output);
    assert!(said.contains("broken at `l`: it ends too early") && said.contains("hint: "), "{said}");
    assert_eq!(fs::read_dir(&rooms).expect("there").count(), 0);
}
