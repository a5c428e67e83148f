//! Names of addresses, learnt from DNS answers and client hellos, for connections that have none.

use std::collections::VecDeque;
use std::net::IpAddr;

use event::{Act, Flow, Text};
use rustc_hash::FxHashMap;

/// Most addresses remembered; the one learnt first is forgotten for a new one.
const MAX_NAMES: usize = 8_192;

/// Address to the name by which it was last asked for on this host.
#[derive(Debug, Default)]
pub(super) struct Names {
    names: FxHashMap<IpAddr, Text>,
    order: VecDeque<IpAddr>,
}

impl Names {
    /// Learns from the act, or fills in what it lacks.
    pub fn apply(&mut self, act: &mut Act) {
        match act {
            Act::DnsAnswer(dns) => {
                for address in &dns.addresses {
                    self.learn(*address, &dns.name);
                }
            }
            Act::TlsClientHello(hello) => {
                if let Some(ip) = hello.flow.remote.ip() {
                    self.learn(ip, &hello.server_name);
                }
                hello.flow.host.get_or_insert_with(|| hello.server_name.clone());
            }
            Act::NetworkConnect(flow) | Act::NetworkSend(flow) | Act::NetworkClose(flow) => {
                self.fill(flow);
            }
            _ => {}
        }
    }

    fn fill(&self, flow: &mut Flow) {
        if flow.host.is_none()
            && let Some(ip) = flow.remote.ip()
        {
            flow.host = self.names.get(&ip).cloned();
        }
    }

    fn learn(&mut self, address: IpAddr, name: &Text) {
        if self.names.insert(address, name.clone()).is_none() {
            self.order.push_back(address);
        }
        while self.order.len() > MAX_NAMES {
            let Some(oldest) = self.order.pop_front() else { break };
            self.names.remove(&oldest);
        }
    }
}
