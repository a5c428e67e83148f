//! Servers of models that listen now: known ports of this host that answer as such a server does. Only asked for by whoever looks, only on
//! loopback, only with a question that changes nothing.

mod holders;
mod http;
mod sockets;

use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use event::{Exposure, ModelServer, Text};
use serde_json::Value;

use crate::extract;
use crate::product::{Form, Listing, Products, Program};
use crate::services;

use holders::{Holder, holders};
use sockets::{Listener, listeners};

/// How long a server may take to take a call, and to answer.
const TO_CONNECT: Duration = Duration::from_millis(300);
const TO_ANSWER: Duration = Duration::from_secs(1);
/// Most bytes of an answer.
const MOST_BYTES: usize = 1 << 20;
/// Most models that are told of a server.
const MOST_MODELS: usize = 500;

/// Whether servers of models that listen on this host are asked for their lists.
#[derive(Clone, Debug, Default)]
pub enum Asks {
    /// Nothing: files say what there is.
    #[default]
    Nothing,
    /// They are asked by the look.
    Loopback,
    /// They were asked before the look, which has no network.
    Heard(Arc<Heard>),
}

/// What listens, and what it answered. Nothing of it was read yet: that is for a process without a network.
#[derive(Debug, Default)]
pub struct Heard {
    listeners: Vec<Listener>,
    answers: HashMap<(u16, Text), Option<String>>,
    /// Who holds what listens beyond this host.
    holders: HashMap<u64, Holder>,
    unsure: Vec<(&'static str, String)>,
}

impl Heard {
    /// Looks what listens on this host, and asks it.
    pub fn now(products: &Products) -> Self {
        let mut heard = Self::unasked();
        heard.ask(products.programs());
        heard
    }

    /// Looks what listens on this host, and asks nobody.
    pub fn unasked() -> Self {
        let mut heard = Heard::default();
        for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
            match std::fs::read_to_string(table) {
                Ok(text) => heard.listeners.extend(listeners(&text)),
                // A kernel without the newer addresses has no table of them.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => heard.unsure.push((table, error.to_string())),
            }
        }
        let open = heard.listeners.iter().filter(|it| !it.address.is_loopback());
        let numbers: Vec<u64> = open.map(|it| it.number).filter(|it| *it > 0).collect();
        heard.holders = holders(Path::new("/proc"), &numbers);
        heard
    }

    /// Programs of the tables that listen beyond this host, and the accounts they run as.
    pub fn programs<'p>(
        &self,
        programs: &'p [Program],
    ) -> Vec<(&'p Program, u32, event::Listener)> {
        let open = self.listeners.iter().filter(|it| !it.address.is_loopback());
        let told = open.filter_map(|it| {
            let holder = self.holders.get(&it.number)?;
            let program = services::started(programs, &holder.command)?.program;
            let listener = event::Listener {
                program: program.id.clone(),
                role: program.is,
                address: SocketAddr::new(it.address, it.port).to_string().into(),
                exposure: Exposure::Network,
            };
            Some((program, holder.uid, listener))
        });
        told.collect()
    }

    /// Tables that could not be read, and why.
    pub fn unsure(&self) -> &[(&'static str, String)] {
        &self.unsure
    }

    fn ask(&mut self, programs: &[Program]) {
        for (port, addresses) in ports(&self.listeners) {
            let Some(near) = near(&addresses) else { continue };
            let known = programs.iter().filter(|it| it.ports.contains(&port));
            for listing in known.flat_map(|program| &program.lists) {
                let asked = SocketAddr::new(loopback(near), port);
                let answer = || http::get(asked, &listing.path, TO_CONNECT, TO_ANSWER, MOST_BYTES);
                self.answers.entry((port, listing.path.clone())).or_insert_with(answer);
            }
        }
    }

    /// Servers of models among what listens.
    pub fn servers(&self, programs: &[Program]) -> Vec<ModelServer> {
        let ports = ports(&self.listeners);
        let servers = ports.iter();
        servers.filter_map(|(port, addresses)| self.server(programs, *port, addresses)).collect()
    }

    fn server(&self, programs: &[Program], port: u16, addresses: &[IpAddr]) -> Option<ModelServer> {
        let near = near(addresses)?;
        for program in programs.iter().filter(|it| it.ports.contains(&port)) {
            for listing in &program.lists {
                let answer = self.answers.get(&(port, listing.path.clone()));
                let answer = answer.and_then(Option::as_deref);
                let Some(models) = answer.and_then(|it| models(listing, it)) else { continue };
                let open = addresses.iter().find(|it| !it.is_loopback());
                let address = open.copied().unwrap_or(near);
                let exposure = if open.is_some() { Exposure::Network } else { Exposure::Loopback };
                return Some(ModelServer {
                    program: program.id.clone(),
                    address: SocketAddr::new(address, port).to_string().into(),
                    exposure,
                    models,
                });
            }
        }
        None
    }
}

fn ports(listeners: &[Listener]) -> BTreeMap<u16, Vec<IpAddr>> {
    let mut ports: BTreeMap<u16, Vec<IpAddr>> = BTreeMap::new();
    for listener in listeners {
        ports.entry(listener.port).or_default().push(listener.address);
    }
    ports
}

/// What listens at one address of a network does not answer on loopback.
fn near(addresses: &[IpAddr]) -> Option<IpAddr> {
    addresses.iter().find(|it| it.is_loopback() || it.is_unspecified()).copied()
}

fn loopback(near: IpAddr) -> IpAddr {
    match near {
        IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
    }
}

/// The models of an answer; None: it is not what this program answers.
fn models(listing: &Listing, answer: &str) -> Option<Vec<Text>> {
    // What is no JSON at all is not worth the reader with places.
    serde_json::from_str::<Value>(answer).ok()?;
    let root = extract::parse(Form::Json, answer).ok()?;
    let mut is_it = false;
    listing.only.way.follow(&root, &mut |_, node| {
        let said = node.scalar();
        is_it |= listing.is.is_empty()
            || said.is_some_and(|said| listing.is.iter().any(|one| **one == *said));
    });
    let mut models = Vec::new();
    listing.models.way.follow(&root, &mut |_, node| {
        if models.len() < MOST_MODELS {
            models.extend(node.scalar().map(Text::from));
        }
    });
    is_it.then_some(models)
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    #[test]
    fn what_listens_beyond_the_host_is_known_by_who_holds_it() {
        let (products, _) = Products::shipped();
        let check = |address: &str, command: &str, expect: &[&str]| {
            let address = address.parse().expect("an address");
            let holder = Holder { uid: 7, command: command.into() };
            let heard = Heard {
                listeners: vec![Listener { address, port: 80, number: 5 }],
                holders: [(5, holder)].into(),
                ..Heard::default()
            };
            let told = heard.programs(products.programs());
            let told: Vec<String> = told
                .iter()
                .map(|(_, uid, it)| format!("{uid} {} {}", it.program, it.address))
                .collect();
            assert_eq!(told, expect, "{address} {command}");
        };
        check("0.0.0.0", "/usr/bin/node /usr/bin/opencode serve", &["7 opencode 0.0.0.0:80"]);
        check("::", "ollama serve", &["7 ollama [::]:80"]);
        check("127.0.0.1", "ollama serve", &[]);
        check("0.0.0.0", "nginx: master process", &[]);
    }

    /// A server that gives each caller the same answer, at a port of its own; the table then has that port.
    fn check(answer: &[u8], address: &str, expect: Option<&str>) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("bound").port();
        let said = answer.to_vec();
        thread::spawn(move || {
            for mut caller in listener.incoming().flatten() {
                let _ = caller.read(&mut [0; 1024]);
                let _ = caller.write_all(&said);
            }
        });
        let (products, _) = Products::shipped();
        let mut programs = products.programs().to_vec();
        programs.retain(|it| ["ollama", "vllm", "openai-compatible"].contains(&&*it.id));
        programs.iter_mut().for_each(|it| it.ports = vec![port]);
        let address = address.parse().expect("an address");
        let listener = Listener { address, port, number: 0 };
        let mut heard = Heard { listeners: vec![listener], ..Heard::default() };
        heard.ask(&programs);
        let told = heard
            .servers(&programs)
            .into_iter()
            .next()
            .map(|it| format!("{} {:?} {}", it.program, it.exposure, it.models.join(" ")));
        assert_eq!(told.as_deref(), expect, "{}", answer.escape_ascii());
    }

    #[test]
    fn a_server_is_what_its_answer_says() {
        let models = r#"{"models":[{"name":"a:1"},{"name":"b:2"}]}"#;
        let sized =
            format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{models}more", models.len());
        check(sized.as_bytes(), "0.0.0.0", Some("ollama Network a:1 b:2"));
        let data = r#"{"data":[{"id":"small","owned_by":"vllm"}]}"#;
        let chunked = format!(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{data}\r\n0\r\n\r\n",
            data.len()
        );
        check(chunked.as_bytes(), "127.0.0.1", Some("vllm Loopback small"));
        let other = "HTTP/1.1 200 OK\r\n\r\n{\"object\":\"list\",\"data\":[{\"id\":\"x\",\"owned_by\":\"me\"}]}";
        check(other.as_bytes(), "127.0.0.1", Some("openai-compatible Loopback x"));
        check(b"HTTP/1.1 200 OK\r\n\r\n<html>a shop</html>", "127.0.0.1", None);
        check(b"HTTP/1.1 200 OK\r\n\r\n{\"data\":[]}", "127.0.0.1", None);
        check(b"HTTP/1.1 401 Unauthorized\r\n\r\n{\"models\":[]}", "127.0.0.1", None);
        check(b"SSH-2.0-OpenSSH\r\n", "127.0.0.1", None);
        check(b"HTTP/1.1 200 OK\r\n\r\n{\"models\":[]}", "192.0.2.7", None);
    }
}
