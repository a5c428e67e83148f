//! How callers of other machines prove who they are: certificates and tokens of issuers.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};
use gateway::control::jwt::Issuer;
use gateway::models::tls_server;
use gateway::published::Place;
use serde::{Deserialize, Serialize};

use super::{Callers, Gateway};
use crate::trusted::{KeysOf, Trusted, TrustedIssuers};

/// TLS in front of the gateway.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// Our certificate chain.
    pub certificate_file: PathBuf,
    /// Its key.
    pub key_file: PathBuf,
    /// Authorities of clients; none: clients need no certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_ca_file: Option<PathBuf>,
}

/// Somebody whose tokens count.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OneIssuer {
    /// `iss`.
    pub issuer: String,
    /// What `aud` has to name.
    pub audience: String,
    /// A file with its public keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks_file: Option<PathBuf>,
    /// Where it publishes them; neither: where the issuer says itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks_url: Option<String>,
    /// The claim with the account.
    #[serde(default = "sub")]
    pub account: String,
    /// The claim with the groups.
    #[serde(default = "groups")]
    pub groups: String,
    /// The claim with the agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
}

fn sub() -> String {
    "sub".to_owned()
}

fn groups() -> String {
    "groups".to_owned()
}

impl Gateway {
    /// Where it listens. Whoever reaches it may ask in the name of this machine: others only where they prove who they are,
    /// and nobody in between hears how.
    pub fn address(&self) -> Result<Option<SocketAddr>> {
        let Some(address) = self.listen else { return Ok(None) };
        if address.ip().is_loopback() {
            return Ok(Some(address));
        }
        ensure!(
            self.tls.is_some(),
            "`gateway.listen` is `{address}`, which others could reach\nhint: use an address of this machine alone, like `127.0.0.1:4100`, or set `[gateway.tls]`"
        );
        let by_certificate = self.tls.as_ref().is_some_and(|tls| tls.client_ca_file.is_some());
        let proves = by_certificate || self.callers == Callers::Keys || !self.issuers.is_empty();
        ensure!(
            proves && self.callers != Callers::Any,
            "`gateway.listen` is `{address}`, and who comes from elsewhere has no way to prove who they are\nhint: set `gateway.tls.client_ca_file`, `[gateway.issuers.NAME]` or `callers = \"keys\"`"
        );
        Ok(Some(address))
    }

    /// TLS, with its files.
    pub fn tls(&self) -> Result<Option<std::sync::Arc<gateway::models::ServerConfig>>> {
        let Some(tls) = &self.tls else { return Ok(None) };
        let authorities = tls.client_ca_file.as_deref();
        let server = tls_server(&tls.certificate_file, &tls.key_file, authorities);
        server.map(Some).context("gateway.tls")
    }

    /// The issuers, with their keys; of those who publish them they are fetched from now on.
    pub fn issuers(&self) -> Result<TrustedIssuers> {
        let trusted = |(name, one): (&String, &OneIssuer)| {
            let issuer = Issuer {
                issuer: one.issuer.clone(),
                audience: one.audience.clone(),
                account: one.account.clone(),
                groups: one.groups.clone(),
                agent: one.agent.clone().unwrap_or_default(),
                ..Issuer::default()
            };
            let keys = one.keys().with_context(|| format!("gateway.issuers.{name}"))?;
            anyhow::Ok((name.clone(), Trusted { issuer, keys }))
        };
        let all = self.issuers.iter().map(trusted).collect::<Result<BTreeMap<_, _>>>()?;
        TrustedIssuers::open(all)
    }
}

impl OneIssuer {
    fn keys(&self) -> Result<KeysOf> {
        Ok(match (&self.jwks_file, &self.jwks_url) {
            (Some(_), Some(_)) => bail!(
                "it has `jwks_file` and `jwks_url`\nhint: keep the one that counts; without either the issuer is asked where its keys are"
            ),
            (Some(path), None) => KeysOf::File(path.clone()),
            (None, Some(url)) => KeysOf::Published(Place::keys(url)?),
            (None, None) => KeysOf::Published(Place::named(&self.issuer)?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_an_issuer_are_in_a_file_or_published() {
        let check = |text: &str, expect: Result<&str, &str>| {
            let text = format!("issuer = 'https://id.example/'\naudience = 'a'\n{text}");
            let one: OneIssuer = toml::from_str(&text).expect("it is read");
            let said = match one.keys() {
                Ok(KeysOf::File(path)) => Ok(path.display().to_string()),
                Ok(KeysOf::Published(Place::Keys(at))) => Ok(at.to_string()),
                Ok(KeysOf::Published(Place::Named(at))) => Ok(format!("named {at}")),
                Err(error) => Err(error.to_string()),
            };
            match (&said, expect) {
                (Ok(said), Ok(expect)) => assert_eq!(said, expect, "{text}"),
                (Err(said), Err(expect)) => assert!(said.contains(expect), "{text}: {said}"),
                other => panic!("{text}: {other:?}"),
            }
        };
        check("jwks_file = '/k'", Ok("/k"));
        check("jwks_url = 'https://id.example/keys?p=1'", Ok("https://id.example/keys?p=1"));
        check("jwks_url = 'http://127.0.0.1:8/k'", Ok("http://127.0.0.1:8/k"));
        check("", Ok("named https://id.example/.well-known/openid-configuration"));
        check("jwks_file = '/k'\njwks_url = 'https://x/k'", Err("hint: keep the one"));
        check("jwks_url = 'http://id.example/k'", Err("it is not in TLS"));
        check("jwks_url = 'https://a@id.example/k'", Err("it has a login"));
        check("jwks_url = '/k'", Err("names no host"));
    }

    #[test]
    fn others_may_come_only_where_they_prove_who_they_are() {
        let check = |text: &str, expect: Option<&str>| {
            let gateway: Gateway = toml::from_str(text).expect(text);
            let error = gateway.address().err().map(|error| error.to_string());
            match (&error, expect) {
                (None, None) => {}
                (Some(error), Some(expect)) => assert!(error.contains(expect), "{text}: {error}"),
                other => panic!("{text}: {other:?}"),
            }
        };
        let tls = "[tls]\ncertificate_file = 'c'\nkey_file = 'k'\n";
        let outside = "listen = '0.0.0.0:4100'\n";
        check("listen = '127.0.0.1:4100'\ncallers = 'any'", None);
        check("listen = '[::1]:4100'", None);
        check(outside, Some("or set `[gateway.tls]`"));
        check(&format!("{outside}callers = 'keys'"), Some("or set `[gateway.tls]`"));
        check(&format!("{outside}{tls}"), Some("no way to prove"));
        check(&format!("{outside}callers = 'keys'\n{tls}"), None);
        check(&format!("{outside}{tls}client_ca_file = 'ca'"), None);
        check(&format!("{outside}callers = 'any'\n{tls}client_ca_file = 'ca'"), Some("no way"));
        let issuer = "[issuers.x]\nissuer = 'i'\naudience = 'a'\njwks_file = 'j'\n";
        check(&format!("{outside}{tls}{issuer}"), None);
    }
}
