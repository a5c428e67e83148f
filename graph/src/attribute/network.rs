//! What attribution learns from sockets and files: requests to models, ssh to this host, ports of
//! local model servers, files that a talker changes.

use event::{Access, Act, AgentKind, Destination, Event, EventId, Flow, Order, Text};

use super::behaviour::{Asked, At};
use super::handed_over::{Claim, is_ssh_server};
use super::table::Role;
use super::{Attributor, Outcome};

impl Attributor {
    pub(super) fn on_network(&mut self, id: EventId, event: &Event, out: &mut Outcome) {
        let Some(entry) = self.table.get(event.process) else { return };
        match entry.role {
            Role::Own | Role::Helper | Role::Tool => self.on_network_of_member(event, out),
            Role::Nobody | Role::Person => self.on_network_of_stranger(id, event, out),
        }
    }

    fn on_network_of_member(&mut self, event: &Event, out: &mut Outcome) {
        let Some(entry) = self.table.get(event.process) else { return };
        match &event.act {
            Act::NetworkConnect(flow) => {
                let Some(actor) = entry.actor.clone() else { return };
                let claim = Claim { run: entry.run, actor };
                if let Some(serving) = self.handed_over.connected(flow, &claim) {
                    self.take_over_tree(serving, claim, event.time_unix_ns, out);
                }
            }
            Act::NetworkListen(flow) => {
                let kind = self.runs.get(entry.run).map(|run| run.kind);
                if let (Some(AgentKind::Workload), Some(port)) = (kind, flow.local.port())
                    && self.endpoints.serve_locally(port)
                {
                    out.orders.push(Order::Watch(Destination { ip: None, port: Some(port) }));
                }
            }
            _ => {}
        }
    }

    fn on_network_of_stranger(&mut self, id: EventId, event: &Event, out: &mut Outcome) {
        if let Act::NetworkAccept(flow) = &event.act {
            let server = self.table.get_mut(event.process);
            if let Some(entry) = server.filter(|entry| is_ssh_server(&entry.process.exe)) {
                entry.peer = flow.remote.ip();
                self.handed_over.accepted(event.process, flow);
            }
            return;
        }
        let Some(endpoint) = self.model_endpoint(&event.act) else { return };
        let at = At { process: event.process, event: id, now_ns: event.time_unix_ns };
        match self.behaviour.asked(&self.table, at, &endpoint) {
            Asked::Agent(root) => self.promote(root, event.time_unix_ns, out),
            Asked::First(root) => self.look_at(root, out),
            Asked::Noted => {}
        }
        self.end_looks(out);
    }

    fn model_endpoint(&self, act: &Act) -> Option<Text> {
        let named = |host: &Text| self.endpoints.is_model_host(host).then(|| host.clone());
        match act {
            Act::DnsQuery(dns) => named(&dns.name),
            Act::TlsClientHello(hello) => named(&hello.server_name),
            Act::NetworkConnect(flow) | Act::NetworkSend(flow) => {
                flow.host.as_ref().and_then(named).or_else(|| self.model_address(flow))
            }
            _ => None,
        }
    }

    fn model_address(&self, flow: &Flow) -> Option<Text> {
        let (ip, port) = (flow.remote.ip()?, flow.remote.port()?);
        self.endpoints.is_model_address(ip, port).then(|| flow.remote.to_string().into())
    }

    pub(super) fn on_file(&mut self, id: EventId, event: &Event, out: &mut Outcome) {
        let (path, made) = match &event.act {
            Act::FileCreate(open) if open.error == 0 => (&open.file.path, true),
            Act::FileOpen(open)
                if open.error == 0 && matches!(open.access, Access::Write | Access::ReadWrite) =>
            {
                (&open.file.path, false)
            }
            Act::FileWrite(write) => (&write.file.path, false),
            _ => return,
        };
        let at = At { process: event.process, event: id, now_ns: event.time_unix_ns };
        if let Some(root) = self.behaviour.wrote(at, path, made, &self.endpoints) {
            self.promote(root, event.time_unix_ns, out);
        }
    }
}
