//! Model endpoints and the programs around them: the data behind recognition by behaviour
//! (`rules/agents/model-endpoints.yaml`), compiled for one look-up per start and per connection.

use std::net::IpAddr;

use content::yaml::{self, YamlError};
use event::{Destination, Text};
use rustc_hash::FxHashSet;
use serde::Deserialize;

use crate::signature::{Launch, base_name, wild};

/// Hosts that answer model requests, and how programs around them are judged.
#[derive(Clone, Debug, Default)]
pub struct ModelEndpoints {
    exact: FxHashSet<Text>,
    globs: Vec<Text>,
    addresses: Vec<(IpAddr, Option<u16>)>,
    local_ports: FxHashSet<u16>,
    words: Words,
}

/// The file as it is written.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    hosts: Vec<Text>,
    local_ports: Vec<u16>,
    system_dirs: Vec<Text>,
    exempt: Exempt,
    transport: FxHashSet<Text>,
    wrappers: FxHashSet<Text>,
    plumbing: FxHashSet<Text>,
    quiet_commands: FxHashSet<Text>,
    quiet_paths: Vec<Text>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Exempt {
    programs: FxHashSet<Text>,
    paths: Vec<Text>,
    scripts: FxHashSet<Text>,
    modules: FxHashSet<Text>,
}

impl ModelEndpoints {
    /// The list that ships with the program. That it reads is a test.
    pub fn shipped() -> Self {
        Self::parse(crate::signature::model_endpoints()).unwrap_or_default()
    }

    /// Reads the file's text.
    pub fn parse(text: &str) -> Result<Self, YamlError> {
        let words: Words = yaml::parse(text)?;
        let mut endpoints =
            Self { local_ports: words.local_ports.iter().copied().collect(), ..Self::default() };
        for host in &words.hosts {
            endpoints.add_host(host);
        }
        endpoints.words = words;
        Ok(endpoints)
    }

    /// Every host name and pattern of names, and every address that is meant with any port.
    pub fn hosts(&self) -> impl Iterator<Item = String> {
        let names = self.exact.iter().chain(&self.globs).map(ToString::to_string);
        let whole = self.addresses.iter().filter(|(_, port)| port.is_none());
        names.chain(whole.map(|(address, _)| address.to_string()))
    }

    /// Adds a gateway: a host name, a glob of one, an address, or `address:port`.
    pub fn add(&mut self, gateway: &str) {
        if let Ok(address) = gateway.parse::<std::net::SocketAddr>() {
            self.addresses.push((address.ip(), Some(address.port())));
        } else if let Ok(address) = gateway.parse::<IpAddr>() {
            self.addresses.push((address, None));
        } else {
            self.add_host(&gateway.to_ascii_lowercase());
        }
    }

    fn add_host(&mut self, host: &str) {
        if host.contains('*') {
            self.globs.push(host.into());
        } else {
            self.exact.insert(host.into());
        }
    }

    /// The host answers model requests.
    pub fn is_model_host(&self, host: &str) -> bool {
        self.exact.contains(host) || self.globs.iter().any(|glob| wild(glob, host))
    }

    /// The address does.
    pub fn is_model_address(&self, ip: IpAddr, port: u16) -> bool {
        let ip = ip.to_canonical();
        (ip.is_loopback() && self.local_ports.contains(&port))
            || self
                .addresses
                .iter()
                .any(|(known, at)| *known == ip && at.is_none_or(|at| at == port))
    }

    /// What is known by address, for [`event::WatchPlan::endpoints`]: hosts are known by the names in
    /// DNS and TLS, these only by the connection itself.
    pub fn by_address(&self) -> Vec<Destination> {
        let local = self.local_ports.iter().map(|port| Destination { ip: None, port: Some(*port) });
        let remote =
            self.addresses.iter().map(|(ip, port)| Destination { ip: Some(*ip), port: *port });
        remote.chain(local).collect()
    }

    /// A model server of this host listens on `port`; true if that is news.
    pub fn serve_locally(&mut self, port: u16) -> bool {
        // 1,024 ports are more servers than a host runs; beyond it the first ones stay known.
        self.local_ports.len() < 1_024 && self.local_ports.insert(port)
    }

    pub(super) fn is_transport(&self, exe: &str) -> bool {
        self.words.transport.contains(base_name(exe)) && self.is_of_the_system(exe)
    }

    pub(super) fn is_wrapper(&self, exe: &str) -> bool {
        self.words.wrappers.contains(base_name(exe)) && self.is_of_the_system(exe)
    }

    pub(super) fn is_plumbing(&self, exe: &str) -> bool {
        self.words.plumbing.contains(base_name(exe)) && self.is_of_the_system(exe)
    }

    pub(super) fn is_exempt(&self, exe: &str, launch: &Launch<'_>) -> bool {
        let exempt = &self.words.exempt;
        (exempt.programs.contains(launch.name) && self.is_of_the_system(exe))
            || exempt.paths.iter().any(|glob| fast_glob::glob_match(&**glob, exe))
            || launch.module.is_some_and(|module| exempt.modules.contains(module))
            || launch.script.is_some_and(|script| {
                exempt.scripts.contains(base_name(script))
                    && (self.is_of_the_system(script) || script.contains("/bin/"))
            })
    }

    /// The command line of a shell that only asks the terminal or shows something to a person.
    pub(super) fn is_quiet_command(&self, code: &str) -> bool {
        words_of(code)
            .next()
            .is_some_and(|first| self.words.quiet_commands.contains(base_name(first)))
    }

    /// The command line of a shell that carries a request.
    pub(super) fn carries(&self, code: &str) -> bool {
        words_of(code).any(|word| self.words.transport.contains(base_name(word)))
    }

    /// A write to this path is no act.
    pub(super) fn is_quiet_path(&self, path: &str) -> bool {
        self.words.quiet_paths.iter().any(|part| path.contains(&**part))
    }

    fn is_of_the_system(&self, exe: &str) -> bool {
        self.words.system_dirs.iter().any(|dir| exe.starts_with(&**dir))
    }
}

fn words_of(code: &str) -> impl Iterator<Item = &str> {
    let inside = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
    code.split(move |c| !inside(c)).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_list_reads() -> Result<(), YamlError> {
        let known = ModelEndpoints::parse(crate::signature::model_endpoints())?;
        assert!(known.is_model_host("api.openai.com"));
        assert!(known.is_model_host("europe-west1-aiplatform.googleapis.com"));
        assert!(!known.is_model_host("pypi.org"));
        assert!(known.is_model_address(IpAddr::from([127, 0, 0, 1]), 11_434));
        Ok(())
    }
}
