//! An agent as a component: which it is, what it may do, what it is given, and how that is known.

use std::collections::BTreeSet;

use event::{Asset, Freedom, Installed, Text, Told, Verdict, What};
use serde_json::{Value, json};

use super::parts::{known_by, licences};
use super::scope::hangs_on;
use super::{MOST, Making, ModelFile, Plan, model, property, put, put_version, reference};
use crate::aibom::clock::rfc3339;
use crate::aibom::observed::{Observed, compare};
use crate::aibom::purl;

impl Making {
    /// The agent with all that it loads.
    pub(super) fn agent(&mut self, plan: &Plan<'_>, agent: &Asset) -> String {
        let own = reference(agent);
        let things: Vec<&Asset> =
            plan.inventory.assets.iter().filter(|thing| hangs_on(agent, thing)).collect();
        for thing in &things {
            for part in self.part(plan, thing) {
                self.edge(&own, &part);
            }
        }
        let What::Agent(installed) = &agent.what else { return own };
        let observed = plan.observed.get(&agent.id);
        let mut models: BTreeSet<Text> = texts(&installed.models);
        models.extend(observed.iter().flat_map(|observed| observed.models.iter().cloned()));
        for name in models {
            let told = installed.models.iter().filter(|told| told.text == name);
            let places: Vec<_> = told.map(|told| &told.at).collect();
            let by = if places.is_empty() { "seen in use" } else { "settings" };
            let model = ModelFile { told_by: Some(by.into()), ..model::of_name(&name) };
            let model = self.model(plan, model, &places);
            self.edge(&own, &model);
        }
        for provider in &installed.providers {
            if let Some(service) = self.provider(provider) {
                self.edge(&own, &service);
            }
        }
        let component = component(plan, agent, installed, &things, observed);
        self.components.insert(own.clone(), component);
        self.hangs_on.entry(own.clone()).or_default();
        own
    }
}

fn component(
    plan: &Plan<'_>,
    agent: &Asset,
    installed: &Installed,
    things: &[&Asset],
    observed: Option<&Observed>,
) -> Value {
    let mut component = json!({
        "type": "application",
        "bom-ref": reference(agent),
        "name": agent.name,
        "evidence": known_by(&agent.name, &agent.evidence),
        "scope": "required",
    });
    put_version(&mut component, agent.version.as_deref());
    if !installed.vendor.is_empty() {
        put(&mut component, "supplier", json!({ "name": installed.vendor }));
        put(&mut component, "manufacturer", json!({ "name": installed.vendor }));
    }
    let package = agent.evidence.iter().find_map(purl::installed);
    if let Some((registry, name)) = package {
        let purl = purl::of(registry, &name, agent.version.as_deref());
        put(&mut component, "purl", json!(purl));
    }
    put(&mut component, "licenses", licences(plan, &agent.evidence));
    let mut properties = vec![property("kind", "agent"), property("owner", &agent.owner)];
    properties.extend(agent.products.iter().map(|id| property("product", id)));
    properties.extend(told(installed));
    if let Some(observed) = observed {
        properties.extend(differences(installed, things, observed));
    }
    put(&mut component, "properties", Value::Array(properties));
    component
}

/// What its settings say that it may do and is given.
fn told(installed: &Installed) -> Vec<Value> {
    let mut all = Vec::new();
    for one in &installed.autonomy {
        let how = if one.freedom == Freedom::All { "all" } else { "some" };
        all.push(property("autonomy", &format!("{how}: {} ({})", one.means, one.setting)));
    }
    if installed.autonomy.is_empty() {
        all.push(property("autonomy", "none: it asks"));
    }
    for right in installed.rights.iter().take(MOST) {
        let name = match right.verdict {
            Verdict::Allow => "right:allow",
            Verdict::Ask => "right:ask",
            Verdict::Deny => "right:deny",
        };
        all.push(property(name, &right.what));
    }
    let lists = [
        ("reach", &installed.reach),
        ("variable", &installed.variables),
        ("secret", &installed.secrets),
        ("listens", &installed.listens),
    ];
    for (name, list) in lists {
        all.extend(list.iter().take(MOST).map(|one| property(name, &one.text)));
    }
    let versions = installed.versions.iter().take(MOST);
    all.extend(
        versions.map(|one| property("installed", &format!("{} at {}", one.text, one.at.place))),
    );
    all.extend(installed.last_used_unix_ns.map(|last| property("last-used", &rfc3339(last))));
    all.dedup();
    all
}

/// What was observed, and where that differs from what is declared.
fn differences(installed: &Installed, things: &[&Asset], observed: &Observed) -> Vec<Value> {
    let declared = |kind: &str| -> Option<BTreeSet<Text>> {
        Some(match kind {
            "model" => texts(&installed.models),
            "server" => {
                let servers = things.iter().filter(
                    |thing| matches!(&thing.what, What::ToolServer(server) if server.enabled),
                );
                servers.map(|thing| thing.name.clone()).collect()
            }
            "tool" => {
                let rights = installed.rights.iter().filter(|one| one.verdict == Verdict::Allow);
                // `Bash(git push:*)` is a right of the tool `Bash`.
                let tool = |what: &Text| what.split('(').next().unwrap_or_default().trim().into();
                rights.map(|one| tool(&one.what)).collect()
            }
            "file" => texts(&installed.reach),
            "secret" => texts(&installed.secrets),
            // Products do not say with which hosts they will speak.
            _ => return None,
        })
    };
    let mut all = Vec::new();
    for (kind, used) in observed.kinds() {
        all.extend(used.iter().take(MOST).map(|name| property(&format!("observed:{kind}"), name)));
        let Some(declared) = declared(kind) else { continue };
        let difference = compare(&declared, used);
        for (word, names) in
            [("unused", &difference.unused), ("undeclared", &difference.undeclared)]
        {
            let name = format!("{word}:{kind}");
            all.extend(names.iter().take(MOST).map(|one| property(&name, one)));
        }
    }
    all
}

fn texts(told: &[Told]) -> BTreeSet<Text> {
    told.iter().map(|told| told.text.clone()).collect()
}
