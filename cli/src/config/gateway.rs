//! `[gateway]`: the proxy in front of models.

mod classifiers;
mod custody;
mod identity;
mod limits;
mod tools;
mod turn_back;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use event::Fails;
use gateway::guardrail::AskKey;
use gateway::models::{Base, Bounds, OpenTo, Provider};
use serde::{Deserialize, Serialize};

pub use classifiers::OneClassifier;
pub use custody::Source;
pub use identity::{OneIssuer, Tls};
pub use limits::{Breaker, OneLimit, OnePrice};
pub use tools::OneServer;
pub use turn_back::TurnBack;

/// The proxy in front of models.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Gateway {
    /// Where clients find it; none: there is none.
    pub listen: Option<SocketAddr>,
    /// Threads that carry calls.
    pub threads: u16,
    /// Longest request.
    pub most_request_mib: u32,
    /// What is said is looked at.
    pub inspect: bool,
    /// What becomes of what cannot be looked at, where a provider says nothing else.
    pub fails: Fails,
    /// Classes of data that are found besides.
    pub classes: Option<PathBuf>,
    /// Classifiers of one's own, by the name that finds of theirs bear.
    pub classifiers: BTreeMap<String, OneClassifier>,
    /// Hosts that links in answers may lead to with anything.
    pub allowed_hosts: Vec<String>,
    /// Words that were planted to be found if a model says them, by name.
    pub canaries: BTreeMap<String, String>,
    /// Files with prompts that no model must say again, by name.
    pub prompts: BTreeMap<String, PathBuf>,
    /// What was taken out of requests and comes back in answers.
    pub turn_back: TurnBack,
    /// Who may come without a key.
    pub callers: Callers,
    /// How other gateways ask.
    pub guardrail: Guardrail,
    /// Providers, by the first part of their paths.
    pub providers: BTreeMap<String, OneProvider>,
    /// Servers of tools, by the part of their paths behind `/mcp/`.
    pub mcp: BTreeMap<String, OneServer>,
    /// How much there may be, by a name of one's own.
    pub limits: BTreeMap<String, OneLimit>,
    /// What models cost, by a name of one's own; before what ships.
    pub prices: BTreeMap<String, OnePrice>,
    /// When a provider is let alone.
    pub breaker: Breaker,
    /// TLS in front of it; none: clients speak plainly.
    pub tls: Option<Tls>,
    /// Issuers whose tokens count.
    pub issuers: BTreeMap<String, OneIssuer>,
    /// The receiver of telemetry.
    pub otlp: Otlp,
}

/// Who may come without a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Callers {
    /// Anybody who reaches it.
    Any,
    /// Whose process the kernel knows.
    #[default]
    Known,
    /// Nobody.
    Keys,
}

impl From<Callers> for OpenTo {
    fn from(callers: Callers) -> Self {
        match callers {
            Callers::Any => Self::Any,
            Callers::Known => Self::Known,
            Callers::Keys => Self::Keys,
        }
    }
}

/// The receiver of telemetry.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Otlp {
    /// Where exporters find it; none: there is none.
    pub listen: Vec<SocketAddr>,
}

/// How other gateways ask about calls of theirs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Guardrail {
    /// Where the key of those stands who may ask; none: nobody may.
    pub key_file: Option<PathBuf>,
}

impl Guardrail {
    /// The key.
    pub fn key(&self) -> Result<Option<AskKey>> {
        let Some(path) = &self.key_file else { return Ok(None) };
        let place = || format!("gateway.guardrail.key_file = {}", path.display());
        let text = std::fs::read_to_string(path).with_context(place)?;
        Ok(Some(AskKey::new(&text).with_context(place)?))
    }
}

/// A provider.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OneProvider {
    /// Its base URL.
    pub base: String,
    /// What becomes of what cannot be looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fails: Option<Fails>,
    /// Where its key comes from; none: clients bring their own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<Source>,
    /// The header that the key stands in; none: the provider's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
}

/// Providers that need not be named.
const KNOWN: [(&str, &str); 4] = [
    ("anthropic", "https://api.anthropic.com"),
    ("gemini", "https://generativelanguage.googleapis.com"),
    ("ollama", "http://127.0.0.1:11434"),
    ("openai", "https://api.openai.com"),
];

impl Default for Gateway {
    fn default() -> Self {
        Self {
            listen: None,
            threads: 2,
            most_request_mib: 64,
            inspect: true,
            fails: Fails::Open,
            classes: None,
            classifiers: BTreeMap::new(),
            allowed_hosts: Vec::new(),
            canaries: BTreeMap::new(),
            prompts: BTreeMap::new(),
            turn_back: TurnBack::default(),
            callers: Callers::default(),
            guardrail: Guardrail::default(),
            providers: BTreeMap::new(),
            mcp: BTreeMap::new(),
            limits: BTreeMap::new(),
            prices: BTreeMap::new(),
            breaker: Breaker::default(),
            tls: None,
            issuers: BTreeMap::new(),
            otlp: Otlp::default(),
        }
    }
}

impl Gateway {
    /// Whether its words make sense together, without looking at anything that they name.
    pub fn sound(&self) -> Result<()> {
        self.rules()?;
        self.turn_back.returns()?;
        Ok(())
    }

    /// The known ones and those of the configuration, whose word counts; with their keys, read now.
    pub fn providers(&self) -> Result<Vec<Provider>> {
        self.named().iter().map(|(name, one)| one.read(name, self.fails)).collect()
    }

    /// The same without their keys.
    pub fn places(&self) -> Result<Vec<Provider>> {
        let places = self
            .named()
            .into_iter()
            .map(|(name, one)| OneProvider { key: None, ..one }.read(&name, self.fails));
        places.collect()
    }

    fn named(&self) -> BTreeMap<String, OneProvider> {
        let known = KNOWN.map(|(name, base)| {
            (name.to_owned(), OneProvider { base: base.to_owned(), ..OneProvider::default() })
        });
        let mut all: BTreeMap<String, OneProvider> = known.into_iter().collect();
        for (name, one) in &self.providers {
            all.insert(name.clone(), one.clone());
        }
        all
    }

    /// The bounds.
    pub fn bounds(&self) -> Bounds {
        let most_request = (self.most_request_mib.max(1) as usize) << 20;
        let bounds = Bounds::default();
        Bounds { most_request, most_held: bounds.most_held.max(most_request), ..bounds }
    }
}

impl OneProvider {
    fn read(&self, name: &str, fails: Fails) -> Result<Provider> {
        let sound = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        ensure!(
            !name.is_empty() && name.bytes().all(sound),
            "`gateway.providers.{name}` is no name for a path\nhint: use a-z, 0-9 and `-`"
        );
        let place = || format!("gateway.providers.{name}");
        let base: Base = self.base.parse().with_context(|| format!("{}.base", place()))?;
        let key = match &self.key {
            Some(source) => {
                let key = source.key(self.header.as_deref(), &base);
                Some(key.with_context(|| format!("{}.key", place()))?)
            }
            None => None,
        };
        Ok(Provider { name: name.into(), base, key, fails: self.fails.unwrap_or(fails) })
    }
}

impl Otlp {
    /// Where it listens: who sends is known by the kernel's word, which it has of this machine alone.
    pub fn addresses(&self) -> Result<Vec<SocketAddr>> {
        self.listen.iter().map(|address| of_this_machine("gateway.otlp.listen", *address)).collect()
    }
}

fn of_this_machine(key: &str, address: SocketAddr) -> Result<SocketAddr> {
    let port = address.port();
    ensure!(
        address.ip().is_loopback(),
        "`{key}` is `{address}`, which others could reach\nhint: use an address of this machine alone, like `127.0.0.1:{port}`"
    );
    Ok(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<(Option<SocketAddr>, Vec<String>)> {
        let gateway: Gateway = toml::from_str(text)?;
        let providers = gateway.providers()?;
        gateway.otlp.addresses()?;
        let open = |it: &Provider| if it.fails == Fails::Open { "" } else { " closed" };
        let said = providers.iter().map(|it| format!("{}={}{}", it.name, it.base, open(it)));
        let said = said.collect();
        Ok((gateway.address()?, said))
    }

    #[test]
    fn what_is_known_need_not_be_said_and_what_is_said_counts() {
        let (address, providers) = read("").expect("a default");
        assert_eq!((address, providers.len()), (None, KNOWN.len()));
        let text = "listen = '127.0.0.1:4100'\n[providers.openai]\nbase = 'http://127.0.0.1:8000/v1/'\n[providers.vllm-1]\nbase = 'https://models.corp.example'\n";
        let (address, providers) = read(text).expect("it is sound");
        assert_eq!(address, "127.0.0.1:4100".parse().ok());
        assert!(providers.contains(&"openai=http://127.0.0.1:8000/v1".to_owned()), "{providers:?}");
        assert!(providers.contains(&"vllm-1=https://models.corp.example".to_owned()));
    }

    #[test]
    fn what_cannot_be_looked_at_fails_as_is_said_for_all_or_for_one() {
        let text =
            "fails = 'closed'\n[providers.ollama]\nbase = 'http://127.0.0.1:1'\nfails = 'open'\n";
        let (_, providers) = read(text).expect("it is sound");
        assert!(providers.contains(&"ollama=http://127.0.0.1:1".to_owned()), "{providers:?}");
        let closed = providers.iter().filter(|it| it.ends_with(" closed")).count();
        assert_eq!(closed, KNOWN.len() - 1);
    }

    #[test]
    fn a_key_is_read_where_it_stands() {
        let file = tempfile::NamedTempFile::new().expect("temp is writable");
        let check = |text: &str, expect: &str| {
            std::fs::write(file.path(), text).expect("temp is writable");
            let key_file = Some(file.path().to_owned());
            let said = match (Guardrail { key_file }).key() {
                Ok(key) => format!("{key:?}"),
                Err(error) => format!("{error:#}"),
            };
            assert!(said.contains(expect), "{said}");
        };
        check("0123456789abcdef\n", "Some(AskKey(…))");
        check("short", "can be guessed");
        assert_eq!(Guardrail::default().key().ok(), Some(None));
        let none = Guardrail { key_file: Some("/nowhere/key".into()) };
        assert!(format!("{:#}", none.key().expect_err("none")).contains("/nowhere/key"));
    }

    #[test]
    fn what_is_wrong_says_what_to_do() {
        let check = |text: &str, expect: &str| {
            let error = format!("{:#}", read(text).expect_err(text));
            assert!(error.contains(expect), "{text}: {error}");
        };
        check("listen = '0.0.0.0:4100'", "hint: use an address of this machine alone");
        check("[otlp]\nlisten = ['127.0.0.1:4317', '[::]:4318']", "like `127.0.0.1:4318`");
        check("[providers.x]\nbase = 'api.x'", "begins with neither");
        check("[providers.'a/b']\nbase = 'https://x'", "no name for a path");
        check("fails = 'shut'", "unknown variant");
        check("callers = 'nobody'", "unknown variant");
        check("[providers.x]\nurl = 'https://x'", "unknown field");
    }
}
