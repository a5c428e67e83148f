//! Acts upon sockets and names, in the threat graph. A peer elsewhere is a node per process, so
//! that two processes do not seem to talk because both talk to one host; a connection whose two ends
//! are on this host is one node for both.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use event::{ClientHello, Dns, Endpoint, Flow as Connection, ProcessId, Text};

use super::super::ThreatGraph;
use super::super::edge::Op;
use super::super::flow::{Flow, Lasts};
use super::super::node::{Body, NodeKind, SocketBody, SocketKey};
use super::Scene;

/// `EINPROGRESS`: a connect that does not wait.
const UNDER_WAY: i32 = 115;

impl ThreatGraph {
    pub(super) fn network_connect(&mut self, scene: Scene, flow: &Connection) {
        let Some(socket) = self.socket(scene, flow) else { return };
        if flow.error != 0 && flow.error != UNDER_WAY {
            self.flow(scene.to(socket, Op::Attempt));
            return;
        }
        self.count_open(socket);
        self.both_ways(scene, socket, Op::Connect);
    }

    pub(super) fn network_accept(&mut self, scene: Scene, flow: &Connection) {
        let Some(socket) = self.socket(scene, flow) else { return };
        self.count_open(socket);
        self.both_ways(scene, socket, Op::Accept);
    }

    /// Later datagrams to the same peer are not events: the edges stay open.
    pub(super) fn network_send(&mut self, scene: Scene, flow: &Connection) {
        let Some(socket) = self.socket(scene, flow) else { return };
        self.both_ways(scene, socket, Op::Send);
        self.add_bytes(scene, socket, Op::Send, flow);
    }

    pub(super) fn network_listen(&mut self, scene: Scene, flow: &Connection) {
        if flow.local.is_none() {
            return;
        }
        let socket = self.known_socket(scene, SocketKey::Local(local(&flow.local)), flow);
        self.both_ways(scene, socket, Op::Listen);
    }

    pub(super) fn network_close(&mut self, scene: Scene, flow: &Connection) {
        let Some(socket) = self.socket(scene, flow) else { return };
        let op = [Op::Connect, Op::Accept, Op::Send]
            .into_iter()
            .find(|op| self.last_edge(scene.actor, socket, *op).is_some())
            .unwrap_or(Op::Connect);
        self.both_ways(Scene { count: 0, ..scene }, socket, op);
        self.add_bytes(scene, socket, op, flow);
        if self.count_closed(socket) {
            for (source, target, op) in
                [(scene.actor, socket, op), (socket, scene.actor, Op::Receive)]
            {
                if let Some(slot) = self.last_edge(source, target, op) {
                    self.close(slot, scene.at_ns);
                }
            }
        }
    }

    pub(super) fn dns_query(&mut self, scene: Scene, dns: &Dns) {
        let name = self.name(scene, &dns.name);
        self.flow(scene.to(name, Op::Query));
    }

    pub(super) fn dns_answer(&mut self, scene: Scene, dns: &Dns) {
        for &address in dns.addresses.iter().take(64) {
            self.index.name_address(address, &dns.name);
        }
        let name = self.name(scene, &dns.name);
        self.flow(scene.from(name, Op::Answer));
    }

    pub(super) fn client_hello(&mut self, scene: Scene, hello: &ClientHello) {
        if let Some(socket) = self.socket(scene, &hello.flow) {
            self.name_socket(socket, &hello.server_name);
        }
    }

    /// What leaves and what may come back while the connection lasts.
    fn both_ways(&mut self, scene: Scene, socket: u32, op: Op) {
        let peer = self.nodes.get(socket).is_some_and(
            |node| matches!(&node.body, Body::Socket(s) if matches!(s.key, SocketKey::Peer(..))),
        );
        let lasts = if peer { Lasts::Echo } else { Lasts::Open };
        self.flow(Flow { lasts, ..scene.from(socket, Op::Receive) });
        self.flow(Flow { lasts, ..scene.to(socket, op) });
    }

    fn add_bytes(&mut self, scene: Scene, socket: u32, op: Op, flow: &Connection) {
        let ways = [
            (scene.actor, socket, op, flow.sent),
            (socket, scene.actor, Op::Receive, flow.received),
        ];
        for (source, target, op, bytes) in ways {
            if let Some(slot) = self.last_edge(source, target, op)
                && let Some(edge) = self.edges.get_mut(slot)
            {
                edge.bytes = edge.bytes.saturating_add(bytes);
            }
        }
    }

    fn count_open(&mut self, slot: u32) {
        if let Some(body) = self.socket_body(slot) {
            body.open = body.open.saturating_add(1);
        }
    }

    /// True when no connection is left open.
    fn count_closed(&mut self, slot: u32) -> bool {
        self.socket_body(slot).is_some_and(|body| {
            body.open = body.open.saturating_sub(1);
            body.open == 0
        })
    }

    fn socket(&mut self, scene: Scene, flow: &Connection) -> Option<u32> {
        let process = self.process_id(scene.actor)?;
        let key = key(process, flow)?;
        Some(self.known_socket(scene, key, flow))
    }

    fn known_socket(&mut self, scene: Scene, key: SocketKey, flow: &Connection) -> u32 {
        if let Some(&slot) = self.index.sockets.get(&key) {
            if let Some(host) = &flow.host {
                self.name_socket(slot, host);
            }
            return slot;
        }
        let told = flow
            .host
            .clone()
            .or_else(|| flow.remote.ip().and_then(|ip| self.index.name_of_address(ip).cloned()));
        let body = SocketBody { key: key.clone(), open: 0, named: told.is_some() };
        let name = label(&key, flow, told.as_deref());
        let slot = self.insert(NodeKind::Socket, name, Body::Socket(Box::new(body)), scene.at_ns);
        self.index.sockets.insert(key, slot);
        slot
    }

    fn name_socket(&mut self, slot: u32, host: &Text) {
        let Some(node) = self.nodes.get_mut(slot) else { return };
        let Body::Socket(body) = &mut node.body else { return };
        if body.named || host.is_empty() {
            return;
        }
        body.named = true;
        let port = match &body.key {
            SocketKey::Peer(_, _, peer) => peer.port(),
            _ => None,
        };
        let name = with_port(host, port);
        self.stats.text_bytes += name.len();
        self.stats.text_bytes = self.stats.text_bytes.saturating_sub(node.name.len());
        node.name = name;
    }

    fn name(&mut self, scene: Scene, name: &Text) -> u32 {
        let process = self.process_id(scene.actor).unwrap_or_default();
        let key = (process, self.settings.clip(name));
        if let Some(&slot) = self.index.names.get(&key) {
            return slot;
        }
        let slot = self.insert(NodeKind::Name, key.1.clone(), Body::Name(process), scene.at_ns);
        self.index.names.insert(key, slot);
        slot
    }

    fn process_id(&self, slot: u32) -> Option<ProcessId> {
        match &self.nodes.get(slot)?.body {
            Body::Process(process) => Some(process.id),
            _ => None,
        }
    }

    fn socket_body(&mut self, slot: u32) -> Option<&mut SocketBody> {
        match &mut self.nodes.get_mut(slot)?.body {
            Body::Socket(body) => Some(body),
            _ => None,
        }
    }
}

fn key(process: ProcessId, flow: &Connection) -> Option<SocketKey> {
    match (&flow.local, &flow.remote) {
        (&Endpoint::Ip(local, local_port), &Endpoint::Ip(remote, remote_port))
            if (remote.is_loopback() || remote == local) && local_port != 0 =>
        {
            let (a, b) = (SocketAddr::new(local, local_port), SocketAddr::new(remote, remote_port));
            Some(SocketKey::Pair(a.min(b), a.max(b)))
        }
        (_, Endpoint::Ip(remote, _)) if remote.is_loopback() => {
            Some(SocketKey::Local(local(&flow.remote)))
        }
        (_, Endpoint::Ip(..)) => Some(SocketKey::Peer(process, flow.protocol, flow.remote.clone())),
        (_, Endpoint::Unix(path)) if !path.is_empty() => {
            Some(SocketKey::Local(flow.remote.clone()))
        }
        (Endpoint::Unix(path), _) if !path.is_empty() => Some(SocketKey::Local(flow.local.clone())),
        _ => None,
    }
}

/// An address of this host, whichever way it is written.
fn local(endpoint: &Endpoint) -> Endpoint {
    match endpoint {
        Endpoint::Ip(ip, port) if ip.is_unspecified() || ip.is_loopback() => {
            Endpoint::Ip(IpAddr::V4(Ipv4Addr::LOCALHOST), *port)
        }
        other => other.clone(),
    }
}

fn label(key: &SocketKey, flow: &Connection, host: Option<&str>) -> Text {
    match (key, host) {
        (SocketKey::Peer(_, _, peer), Some(host)) => with_port(host, peer.port()),
        (SocketKey::Peer(_, _, peer) | SocketKey::Local(peer), _) => peer.to_string().into(),
        (SocketKey::Pair(..), _) => flow.remote.to_string().into(),
    }
}

fn with_port(host: &str, port: Option<u16>) -> Text {
    match port {
        Some(port) => format!("{host}:{port}").into(),
        None => host.into(),
    }
}
