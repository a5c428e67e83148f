//! What agents could touch and what they really used, as a user sees it.

use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use event::testing::{exec, pid, unattributed};
use event::{
    Act, Actor, AgentId, AgentKind, Asset, AssetChange, Basis, Became, Endpoint, Event, Flow,
    Record, SessionId, Standing,
};
use journal::{DataDir, SegmentSettings, State, Writer};
use serde_json::Value;

use super::{chaperone, stderr, stdout};

fn home(files: &[(&str, &str)]) -> tempfile::TempDir {
    let home = tempfile::tempdir().expect("temp is writable");
    for (way, text) in files {
        let path = home.path().join(way);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("temp is writable");
        std::fs::write(path, text).expect("temp is writable");
    }
    home
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn what_an_agent_could_touch_is_told_with_its_reasons() {
    let denied = r#"{ "permissions": { "deny": ["Read(~/.ssh/**)"] } }"#;
    let home = home(&[
        (".claude/settings.json", denied),
        (".ssh/id_ed25519", "plant"),
        (".aws/credentials", "[acme-prod]\naws_access_key_id = plant\n"),
        (
            "code/shop/.git/config",
            "[remote \"origin\"]\n\turl = https://me:plant@git.internal/shop\n",
        ),
    ]);
    let at = home.path().display().to_string();
    let output = chaperone(&["inventory", "reach", "--home", &at]);
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    for line in [
        "  production\n    AWS keys                      ~/.aws/credentials  acme-prod  `acme-prod` is called production\n",
        "  could push to\n    shop                          ~/code/shop  https://git.internal/shop  a login stands in its address\n",
        "    SSH key                       ~/.ssh/id_ed25519  it is told not to: `Read(~/.ssh/**)`  ~/.claude/settings.json:1\n",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    assert!(!text.contains("plant"), "{text}");
    let told =
        lines(&stdout(&chaperone(&["inventory", "reach", "claude-code", "--home", &at, "--json"])));
    let edges = told[0]["reach"]["edges"].as_array().expect("edges");
    let held: Vec<&str> = edges.iter().filter_map(|edge| edge["held"].as_str()).collect();
    assert_eq!(held, ["no", "no", "no", "by_rule"], "{told:?}");
    let dot = stdout(&chaperone(&["inventory", "reach", "--home", &at, "--format", "dot"]));
    assert!(dot.starts_with("digraph reach {") && dot.ends_with("}\n"), "{dot}");
    let nobody = chaperone(&["inventory", "reach", "nobody", "--home", &at]);
    assert_eq!(nobody.status.code(), Some(3));
    assert!(stderr(&nobody).contains("hint: `chaperone agents` lists them"));
}

#[test]
fn posture_counts_what_an_agent_could_touch() {
    let home =
        home(&[(".claude/settings.json", "{}"), (".kube/config", "contexts: [{ name: prod }]")]);
    let at = home.path().display().to_string();
    let told = lines(&stdout(&chaperone(&["posture", "--home", &at, "--json"])));
    let reasons = told[0]["posture"]["reasons"].as_array().expect("reasons");
    let reason = reasons.iter().find(|it| it["rule"] == "reaches-production").expect("a reason");
    assert!(reason["shows"].as_str().is_some_and(|it| it.contains("`prod` is called production")));
    assert!(reason["fix"].as_str().is_some_and(|it| !it.is_empty()));
}

/// A record of a thing that came, and of an agent that asked a model and started a server of tools.
fn record(dir: &Path, asset: Asset, owner: &str, host: &str) {
    let held = DataDir::claim(dir).expect("it is new");
    let mut state = State::open(&held).expect("it is new");
    let mut writer = Writer::open(&held, &SegmentSettings::default()).expect("it is new");
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    let agent = AgentId::derive(host, "claude-code", owner);
    let actor = Arc::new(Actor {
        agent,
        product: "claude-code".into(),
        kind: AgentKind::Agent,
        session: SessionId::derive(agent, "boot", pid(2)),
        workspace: "/src".into(),
        tool_call: None,
        tool_root: None,
        basis: Basis::Lineage,
    });
    let remote = Endpoint::Ip([192, 0, 2, 1].into(), 443);
    let flow = Flow { remote, host: Some("api.anthropic.com".into()), ..Flow::default() };
    let listen = Flow { local: Endpoint::Ip([0, 0, 0, 0].into(), 4096), ..Flow::default() };
    let at = (now - 60) * 1_000_000_000;
    let events = [
        Event::new(at, pid(2), Act::NetworkConnect(flow)),
        Event::new(at, pid(2), Act::NetworkListen(listen)),
        exec(now - 50, 2, 3, "/usr/bin/npx", "npx -y files-mcp"),
    ];
    let acts = (0..).zip(events).map(|(id, event)| {
        let mut act = unattributed(id, event);
        act.actor = Some(actor.clone());
        Record::Act(Box::new(act))
    });
    let change = AssetChange {
        time_unix_ns: 1_700_000_000_000_000_000,
        became: Became::Appeared,
        asset,
        digest_before: None,
        differs: Vec::new(),
        flaws: Vec::new(),
        standing: Standing::Unasked,
        unheld: None,
    };
    let records: Vec<Record> = acts.chain([Record::Asset(Box::new(change))]).collect();
    writer.append(&records).expect("temp is writable");
    let end = writer.sync().expect("temp is writable");
    state.apply(&records, end).expect("temp is writable");
}

#[test]
fn the_inventory_says_since_when_and_what_was_used_where_somebody_recorded() {
    let servers = r#"{ "mcpServers": { "files": { "command": "npx", "args": ["-y", "files-mcp"] },
        "idle": { "command": "npx", "args": ["-y", "idle-mcp"] } } }"#;
    let home = home(&[(".claude.json", servers), (".claude/settings.json", "{}")]);
    let at = home.path().display().to_string();
    let without = chaperone(&["inventory", "show", "--home", &at]);
    assert!(
        stderr(&without).contains("each thing is known since this look\nhint: "),
        "{}",
        stderr(&without)
    );
    let told = lines(&stdout(&chaperone(&["inventory", "show", "--home", &at, "--json"])));
    assert!(told.iter().all(|it| it["asset"].get("seen").is_none()), "{told:?}");
    let files = told.iter().find(|it| it["asset"]["name"] == "files").expect("a server");
    let asset: Asset = serde_json::from_value(files["asset"].clone()).expect("an asset");
    let agents = lines(&stdout(&chaperone(&["agents", "--home", &at, "--json"])));
    let owner = agents[0]["owner"].as_str().expect("an owner").to_owned();
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").expect("a name");
    let data = tempfile::tempdir().expect("temp is writable");
    record(data.path(), asset, &owner, host.trim());
    let dir = data.path().display().to_string();
    let output = chaperone(&["inventory", "show", "--home", &at, "--data-dir", &dir]);
    let text = stdout(&output);
    for part in [
        "  since 2023-11-14",
        "    asked         api.anthropic.com:443  1 times, ",
        "    listened at   0.0.0.0:4096",
        "    tools used    files\n",
        "    never used    idle\n",
    ] {
        assert!(text.contains(part), "{part}\n{text}\n{}", stderr(&output));
    }
    let words = ["inventory", "show", "--home", &at, "--data-dir", &dir, "--json"];
    let told = lines(&stdout(&chaperone(&words)));
    let of = |name: &str| told.iter().find(|it| it["asset"]["name"] == name).expect("it is there");
    assert_eq!(of("files")["asset"]["seen"]["first_unix_ns"], 1_700_000_000_000_000_000_u64);
    assert_eq!(of("Claude Code")["asset"]["used"]["models"][0]["times"], 1);
}
