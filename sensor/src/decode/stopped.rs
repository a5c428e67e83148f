//! What the kernel refused, with the names of the policies: in a record they are places in the rules that were in
//! force.

use std::collections::VecDeque;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

use event::{Act, Caveats, Effect, Enforcer, Object, Outcome, Stopped, Text, Verb};

use super::text::{Cursor, path};
use super::{Decoder, records};

const AF_INET: u32 = 2;
const AF_INET6: u32 = 10;
/// Sets of rules of which records may still be on their way.
const SETS: usize = 4;

/// The names of policies, by the generation of the rules they stand in. Shared with who puts rules in force.
#[derive(Debug, Default)]
pub struct PolicyNames {
    sets: Mutex<VecDeque<(u32, Vec<Text>)>>,
}

impl PolicyNames {
    /// The names in the rules of this generation; the oldest ones are forgotten.
    pub fn remember(&self, generation: u32, names: Vec<Text>) {
        let mut sets = self.sets.lock().unwrap_or_else(PoisonError::into_inner);
        sets.push_front((generation, names));
        sets.truncate(SETS);
    }

    fn name(&self, generation: u32, policy: u32) -> Text {
        let sets = self.sets.lock().unwrap_or_else(PoisonError::into_inner);
        let set = sets.iter().find(|(known, _)| *known == generation);
        let name = set.and_then(|(_, names)| names.get(usize::try_from(policy).ok()?));
        name.cloned().unwrap_or_default()
    }
}

impl Decoder {
    /// The act, and how many equal ones it stands for.
    pub(super) fn stopped(
        &mut self,
        cursor: &mut Cursor<'_>,
        caveats: &mut Caveats,
    ) -> Option<(Act, u32)> {
        let record = records::Stopped::read(cursor)?;
        let verb = *Verb::ALL.get(record.verb as usize)?;
        let object = match record.family {
            0 => {
                let path = match record.process {
                    0 => self.redacted(path(record.path), caveats),
                    pid => format!("/proc/{pid}").into(),
                };
                match verb {
                    Verb::Exec => Object::Program { path, command_line: Text::default() },
                    _ => Object::File { path },
                }
            }
            family => Object::Host {
                name: Text::default(),
                address: address(family, record.remote),
                port: record.port as u16,
                request: Text::default(),
            },
        };
        let stopped = Stopped {
            verb,
            object,
            effect: effect(record.effect)?,
            policy: self.policies.name(record.generation, record.policy),
            by: Enforcer::Kernel,
            outcome: outcome(record.outcome)?,
            folder: Text::default(),
        };
        Some((Act::Stopped(Box::new(stopped)), record.count.max(1)))
    }
}

fn address(family: u32, bytes: [u8; 16]) -> Option<IpAddr> {
    let [a, b, c, d, ..] = bytes;
    match family {
        AF_INET => Some(Ipv4Addr::new(a, b, c, d).into()),
        AF_INET6 => Some(Ipv6Addr::from(bytes).to_canonical()),
        _ => None,
    }
}

/// Its place in the order of `event::Effect`.
fn effect(number: u32) -> Option<Effect> {
    use Effect::{Allow, Ask, Deny, Kill, Notify, Redact, Stage};
    [Allow, Notify, Redact, Stage, Ask, Deny, Kill].get(number as usize).copied()
}

/// The same of `event::Outcome`.
fn outcome(number: u32) -> Option<Outcome> {
    use Outcome::{Prevented, StoppedAfter, Waits, WentOn, WouldHaveStopped};
    [WentOn, WouldHaveStopped, Waits, Prevented, StoppedAfter].get(number as usize).copied()
}
