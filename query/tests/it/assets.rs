//! The inventory in SQL: how each thing stands, and how it came to that.

use event::*;

use crate::record::{Host, csv};

fn change(seconds: u64, became: Became, digest: &str) -> Record {
    let place: Text = "/home/alice/.claude/skills/deploy/SKILL.md".into();
    let asset = Asset {
        id: AssetId::derive("h", "skill", "alice", &place, "deploy"),
        name: "deploy".into(),
        owner: "alice".into(),
        products: vec!["claude-code".into(), "codex-cli".into()],
        project: None,
        version: None,
        digest: Some(digest.into()),
        evidence: vec![Evidence { place, line: 0 }],
        what: What::Skill(Wording::default()),
    };
    Record::Asset(Box::new(AssetChange {
        time_unix_ns: seconds * 1_000_000_000,
        became,
        asset,
        digest_before: None,
        differs: Vec::new(),
        flaws: Vec::new(),
        standing: Standing::Unasked,
        unheld: None,
    }))
}

#[test]
fn things_are_told_as_they_stand_last_live_and_rolled() {
    let mut host = Host::new();
    let until = host.append(&[change(60, Became::Known, "a"), change(120, Became::Changed, "b")]);
    let check = |host: &Host, expect: &str| {
        let text = "SELECT name, products, digest, first_seen < last_changed AS later, gone, changes FROM assets";
        assert_eq!(
            csv(&host.query(), text),
            format!("name,products,digest,later,gone,changes\n{expect}\n")
        );
    };
    check(&host, "deploy,\"claude-code,codex-cli\",b,true,false,2");
    host.store().roll(until).unwrap();
    check(&host, "deploy,\"claude-code,codex-cli\",b,true,false,2");
    host.append(&[change(180, Became::Gone, "b")]);
    check(&host, "deploy,\"claude-code,codex-cli\",b,true,true,3");
    let steps = csv(&host.query(), "SELECT became FROM asset_history ORDER BY time");
    assert_eq!(steps, "became\nknown\nchanged\ngone\n");
}
