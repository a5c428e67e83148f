//! Declared against used: what `chaperone agents NAME` says that an agent used is what strace saw, no more and no
//! less, and what nothing had declared is among its differences.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use super::strace::Truth;

/// What the verb says of `product`, whose home is `home`.
pub fn ask(chaperone: &Path, data: &Path, home: &Path, product: &str) -> Result<Value> {
    let output = Command::new(chaperone)
        .args(["agents", product, "--json", "--data-dir"])
        .arg(data)
        .arg("--home")
        .arg(home)
        .output()?;
    if !output.status.success() {
        bail!("`chaperone agents {product}`: {}", String::from_utf8_lossy(&output.stderr));
    }
    serde_json::from_slice(&output.stdout).context("`chaperone agents` tells no JSON")
}

/// Files, hosts and programs, each exactly; how many of each.
pub fn judge(told: &Value, truth: &Truth, peer: u16) -> Result<(usize, usize, usize)> {
    let used = &told["used"];
    let names = |what: &str| -> Result<BTreeSet<&str>> {
        let map = used[what].as_object().with_context(|| format!("no `{what}` is told"))?;
        Ok(map.keys().map(String::as_str).collect())
    };
    let (files, hosts, programs) = (names("files")?, names("hosts")?, names("programs")?);
    for path in truth.opens.keys() {
        ensure!(files.contains(path.as_str()), "{path} was opened, and is not told as used");
    }
    let read = used["files"].as_object().into_iter().flatten();
    for (path, _) in read.filter(|(_, file)| file["read"].as_u64() > Some(0)) {
        ensure!(truth.opens.contains_key(path), "{path} is told as read, and nobody opened it");
    }
    let port = |host: &str| host.rsplit_once(':').map(|(_, port)| port.to_owned());
    let ports = |hosts: &mut dyn Iterator<Item = &str>| -> BTreeSet<String> {
        hosts.filter_map(port).collect()
    };
    let real = ports(&mut truth.connects.keys().map(String::as_str));
    let said = ports(&mut hosts.iter().copied());
    ensure!(real == said, "hosts by their ports: {real:?} were asked, {said:?} are told");
    ensure!(!programs.is_empty(), "no program is told");
    let peer = format!("127.0.0.1:{peer}");
    let differences = told["differences"].as_array().context("no differences are told")?;
    let declared = !told["declared"].is_null();
    let found = differences
        .iter()
        .any(|one| one["side"] == "only_used" && one["of"] == "host" && one["what"] == *peer);
    ensure!(found || !declared, "{peer} was asked without any word of it, and is no difference");
    Ok((files.len(), hosts.len(), programs.len()))
}
