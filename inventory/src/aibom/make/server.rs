//! Servers of tools and places where models answer: services where they are elsewhere, programs where they are here.

use event::{Asset, Provider, ToolServer};
use serde_json::{Value, json};

use super::parts::{about, known_by};
use super::{MOST, Making, Plan, property, put, put_version, reference};
use crate::aibom::{purl, shape};
use crate::sound::package;

impl Making {
    pub(super) fn server(&mut self, plan: &Plan<'_>, asset: &Asset, server: &ToolServer) {
        let mut properties = about(asset);
        let lists = [
            ("variable", &server.variables),
            ("header", &server.headers),
            ("secret", &server.secrets),
            ("runs-unasked", &server.unasked),
        ];
        for (name, list) in lists {
            properties.extend(list.iter().take(MOST).map(|one| property(name, one)));
        }
        properties.push(property("enabled", if server.enabled { "true" } else { "false" }));
        properties.extend(asset.digest.iter().map(|it| property("definition-blake3", it)));
        let own = reference(asset);
        match &server.url {
            Some(url) => {
                // Services have no evidence of their own.
                properties.extend(
                    asset
                        .evidence
                        .iter()
                        .take(MOST)
                        .map(|at| property("declared-at", &format!("{}:{}", at.place, at.line))),
                );
                let mut service = remote(&own, &asset.name, url);
                put(&mut service, "description", json!("server of tools (MCP)"));
                let authenticated = !server.headers.is_empty() || !server.secrets.is_empty();
                if authenticated {
                    put(&mut service, "authenticated", json!(true));
                }
                put(&mut service, "properties", Value::Array(properties));
                self.services.insert(own, service);
            }
            None => {
                properties.push(property("runs", &server.command.join(" ")));
                let component = local(plan, asset, server, properties);
                self.components.insert(own, component);
            }
        }
    }

    /// A place where models answer.
    pub(super) fn provider(&mut self, provider: &Provider) -> Option<String> {
        let url = provider.url.as_ref()?;
        let own = format!("provider-{}-{url}", provider.name);
        let mut service = remote(&own, &provider.name, url);
        put(&mut service, "description", json!("models answer here"));
        let place = format!("{}:{}", provider.at.place, provider.at.line);
        let properties = vec![property("kind", "provider"), property("declared-at", &place)];
        put(&mut service, "properties", Value::Array(properties));
        self.services.insert(own.clone(), service);
        Some(own)
    }
}

fn local(plan: &Plan<'_>, asset: &Asset, server: &ToolServer, properties: Vec<Value>) -> Value {
    let mut component = json!({
        "type": "application",
        "bom-ref": reference(asset),
        "name": asset.name,
        "description": "server of tools (MCP)",
        "evidence": known_by(&asset.name, &asset.evidence),
    });
    put(&mut component, "licenses", super::parts::licences(plan, &asset.evidence));
    if let Some(package) = package(&server.command) {
        put_version(&mut component, package.version.as_deref());
        put(&mut component, "purl", json!(purl::of_package(&package)));
    }
    put(&mut component, "properties", Value::Array(properties));
    component
}

/// Something that is spoken to.
pub(super) fn remote(reference: &str, name: &str, url: &str) -> Value {
    let mut service = json!({
        "bom-ref": reference, "name": name,
        "x-trust-boundary": !near(url),
        "data": [{ "flow": "bi-directional", "classification": "unknown" }],
    });
    put(&mut service, "endpoints", json!([shape::linked(url)]));
    service
}

/// Whether an address is this host's own.
fn near(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    let named = ["localhost", "0.0.0.0", "[::1]"];
    host.starts_with("127.")
        || named.iter().any(|name| {
            host.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
        })
}
