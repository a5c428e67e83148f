//! Names made to deceive whoever reads them.

use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::daemon::{Daemon, of_agent};
use super::ground::Ground;

/// Files, arguments, directories and environments with escapes, controls, reversals and bytes that
/// are no text; the last exec makes a finding.
const CODE: &str = r"
import os,sys
bad=[b'\x1b[2J\x1b[31mred',b'a\rb\nc',b'\xe2\x80\xaegnp.exe',b'\xff\xfe\x80',b'\x9b31m\x07\x08',b'\xc2\x9b2J',b'\xf3\xa0\x81\x81\xe2\x80\x8b']
for name in bad:
    os.close(os.open(b'./'+name,os.O_CREAT|os.O_WRONLY))
    os.mkdir(b'./d'+name)
    child=os.posix_spawn('/bin/true',[b'true',name,name*20],{b'CODEX_HOME':name})
    os.waitpid(child,0)
    os.symlink('/bin/true',b'./x'+name)
    child=os.posix_spawn(b'./x'+name,[name],{})
    os.waitpid(child,0)
    here=os.getcwd()
    os.chdir(b'./d'+name)
    child=os.posix_spawn('/bin/cat',[b'cat',b'/etc/shadow',name],{})
    os.waitpid(child,0)
    os.chdir(here)
    os.rename(b'./'+name,b'./r'+name)
    os.unlink(b'./r'+name)
child=os.posix_spawn('/bin/true',[b'true',b'A'*32768,b'\x1b]0;title\x07'],{})
os.waitpid(child,0)
";

pub fn hostile(ground: &Ground) -> Result<String> {
    let daemon = Daemon::start(&ground.chaperone, &ground.data())?;
    ground.act(CODE)?;
    let recorded = daemon.stop()?;
    ensure!(
        recorded.acts.iter().filter(|act| of_agent(act)).count() > 40,
        "too little was recorded"
    );
    let findings = show(ground, &["findings", "--json"])?;
    let finding = findings.lines().next().context("no finding was made")?;
    let finding: serde_json::Value = serde_json::from_str(finding)?;
    let id = ["id", "finding"]
        .iter()
        .find_map(|key| finding[*key].as_str().or(finding[*key]["id"].as_str()));
    let id = id.with_context(|| format!("no id in {finding}"))?;
    let session = recorded
        .acts
        .iter()
        .find_map(|act| act["actor"]["session"].as_str())
        .context("a session")?;
    let verbs: &[&[&str]] = &[
        &["events"],
        &["events", "--json"],
        &["agents"],
        &["agents", "--json"],
        &["sessions"],
        &["sessions", "--json"],
        &["findings"],
        &["findings", "--json"],
        &["why", id],
        &["why", id, "--json"],
        &["graph", id, "--format", "svg"],
        &["graph", id, "--format", "dot"],
        &["graph", id, "--format", "json"],
        &["graph", session, "--format", "svg"],
    ];
    let mut bytes = 0;
    for words in verbs {
        let text = show(ground, words)?;
        bytes += text.len();
        harmless(&text, words.contains(&"--json") || words.contains(&"json"))
            .with_context(|| words.join(" "))?;
    }
    Ok(format!("{} verbs and forms, {bytes} bytes, all harmless", verbs.len()))
}

fn show(ground: &Ground, words: &[&str]) -> Result<String> {
    let output = Command::new(&ground.chaperone)
        .args(words)
        .arg("--data-dir")
        .arg(ground.data())
        .output()?;
    let talk = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "`{}` failed: {talk}", words.join(" "));
    harmless(&talk, false)?;
    Ok(String::from_utf8(output.stdout)?)
}

/// JSON may carry what a JSON reader unpacks again, but no raw control character either.
fn harmless(text: &str, json: bool) -> Result<()> {
    let deceives = |character: char| {
        (character.is_control() && character != '\n')
            || (!json
                && matches!(u32::from(character), 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x2069 | 0xfeff | 0xe0000..=0xe0fff))
    };
    for line in text.lines() {
        ensure!(!line.contains(deceives), "{line:?} can deceive");
        ensure!(
            !json
                || !line.starts_with('{')
                || text.starts_with("{\n")
                || serde_json::from_str::<serde_json::Value>(line).is_ok(),
            "{line:?} is no JSON"
        );
    }
    Ok(())
}
