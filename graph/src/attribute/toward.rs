//! Whom a signal or ptrace was for: the target's pid becomes the process that holds it, with what it
//! is to the one who acted, so that rules need not guess from names.

use event::{Act, Event, ProcessId, Relation, Toward, User, Whom};

use super::Attributor;
use super::table::{Entry, Role};

/// The pid namespace of the host itself (`PROC_PID_INIT_INO`).
const HOST_PID_NAMESPACE: u32 = 0xEFFF_FFFC;

/// What a number given to `kill` or `ptrace` means.
enum Meant {
    /// One process, or the leader that a process group is named after.
    Process(ProcessId),
    /// Known without looking.
    Known(Relation),
}

impl Attributor {
    /// Fills in whom the act was for.
    pub(super) fn meet_target(&self, event: &mut Event) {
        let by = event.process;
        let (Act::Signal(toward) | Act::Ptrace(toward)) = &mut event.act else { return };
        if toward.whom.is_some() {
            return;
        }
        match self.meant(by, toward) {
            Some(Meant::Process(target)) => {
                toward.whom = self.whom(by, target).map(Box::new);
                let leader_only = (toward.target.pid as i32) < 0;
                if toward.whom.is_some() && !leader_only {
                    toward.target = target;
                }
            }
            Some(Meant::Known(relation)) => toward.whom = Some(Box::new(bare(relation))),
            None => {}
        }
    }

    fn meant(&self, by: ProcessId, toward: &Toward) -> Option<Meant> {
        if toward.target.start_ns != 0 {
            return Some(Meant::Process(toward.target));
        }
        let number = toward.target.pid as i32;
        if number == 0 {
            return Some(Meant::Known(Relation::Own));
        }
        // Elsewhere the number is that namespace's own: it would name a stranger here.
        let home = self
            .table
            .get(by)
            .is_none_or(|entry| entry.pid_ns == 0 || entry.pid_ns == HOST_PID_NAMESPACE);
        match number {
            _ if !home => None,
            -1 => Some(Meant::Known(Relation::Everybody)),
            _ => self.table.holder(number.unsigned_abs()).map(Meant::Process),
        }
    }

    fn whom(&self, by: ProcessId, target: ProcessId) -> Option<Whom> {
        if self.facts.is_chaperone(target) {
            let known = self.table.get(target);
            let process = known.map(|entry| entry.process.clone()).unwrap_or_default();
            return Some(Whom {
                exe: process.exe.clone(),
                command_line: process.command_line.clone(),
                user: process.user.clone(),
                ..bare(Relation::Chaperone)
            });
        }
        let entry = self.table.get(target)?;
        let actor = entry.actor.as_ref();
        Some(Whom {
            relation: self.relation(by, entry),
            exe: entry.process.exe.clone(),
            command_line: entry.process.command_line.clone(),
            user: entry.process.user.clone(),
            agent: actor.map(|actor| actor.product.clone()),
            session: actor.map(|actor| actor.session),
        })
    }

    fn relation(&self, by: ProcessId, target: &Entry) -> Relation {
        if target.process.id == by {
            return Relation::Own;
        }
        let acting = self.table.get(by).and_then(|entry| entry.actor.as_ref());
        match (acting, &target.actor) {
            (Some(acting), Some(actor)) if acting.session == actor.session => Relation::Session,
            (Some(acting), Some(actor)) if self.runs.began_below(actor.session, acting.session) => {
                Relation::Session
            }
            (None, None) => Relation::Nobody,
            (_, Some(_)) if target.role == Role::Own => Relation::OtherAgent,
            (_, Some(_)) => Relation::OtherSession,
            (Some(_), None) => Relation::Nobody,
        }
    }
}

fn bare(relation: Relation) -> Whom {
    Whom {
        relation,
        exe: "".into(),
        command_line: "".into(),
        user: User::default(),
        agent: None,
        session: None,
    }
}
