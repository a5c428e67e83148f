//! Where a session that begins comes from: of the session that started it, or of what the host and the
//! record know of its process.

use event::{Delegation, Process, ProcessId, SessionId, Text, User, Workload};

use crate::origin::{Behind, Table, delegation, identities};

use super::runs::RunKey;
use super::table::Entry;
use super::{Attributor, is_ssh_server};

/// Most programs above a process that are looked at.
const MAX_CLIMB: usize = 64;

/// What a session is told of itself when it begins.
#[derive(Debug)]
pub(super) struct Origin {
    /// The session that started it.
    pub parent: Option<SessionId>,
    pub delegation: Delegation,
    pub identities: Vec<Workload>,
    /// Sessions that began with the same process before.
    pub again: u32,
}

impl Attributor {
    /// Where the session comes from that begins at `id`, below the session `parent` if there is one.
    pub(super) fn origin_of(&self, id: ProcessId, parent: RunKey) -> Origin {
        let entry = self.table.get(id);
        let user = entry.map(|entry| entry.process.user.clone()).unwrap_or_default();
        let table = Table::shipped();
        let tokens: Vec<&str> = table.tokens().collect();
        let variables = self.facts.variables(id, &table.variables(), &tokens);
        let claims = |at: crate::origin::TokenPlace<'_>| self.facts.claims(id, &user, at);
        let identities = identities(table, &variables, claims);
        let above = self.runs.get(parent).map(|run| &run.record);
        let delegation = match (above, entry) {
            // Whoever stands behind the first session stands behind all that it starts.
            (Some(above), _) => {
                let root = above.delegation.root.or(Some(above.id));
                Delegation { root, ..above.delegation.clone() }
            }
            (None, Some(entry)) => delegation(&self.behind(entry, user, variables), table),
            (None, None) => Delegation::default(),
        };
        let again = entry.map_or(0, |entry| entry.began);
        Origin { parent: above.map(|above| above.id), delegation, identities, again }
    }

    fn behind(&self, entry: &Entry, owner: User, variables: Vec<(Text, Text)>) -> Behind {
        let id = entry.process.id;
        let above = || ancestors(&entry.process);
        let server = above().find(|it| it.user.uid == 0 && is_ssh_server(&it.exe));
        let told = server.and(entry.peer).map(|peer| peer.to_canonical().to_string().into());
        let peer = told.or_else(|| {
            let servers = above().filter(|it| is_ssh_server(&it.exe));
            servers.map(|it| it.id).find_map(|server| self.facts.ssh_peer(server))
        });
        Behind {
            owner,
            login: self.facts.login(id),
            ancestors: above().map(|it| (it.exe.clone(), it.user.uid)).collect(),
            terminal: terminal(entry.tty),
            peer,
            group: self.facts.control_group(id),
            container: entry.container.clone(),
            variables,
        }
    }
}

fn ancestors(process: &Process) -> impl Iterator<Item = &Process> {
    std::iter::successors(process.parent.as_deref(), |at| at.parent.as_deref()).take(MAX_CLIMB)
}

/// Name of a terminal by its device number, as the kernel writes it in `stat`.
fn terminal(tty: u32) -> Option<Text> {
    let (major, minor) = ((tty >> 8) & 0xfff, (tty & 0xff) | ((tty >> 12) & 0xf_ff00));
    match major {
        _ if tty == 0 => None,
        4 if minor < 64 => Some(format!("tty{minor}").into()),
        4 => Some(format!("ttyS{}", minor - 64).into()),
        136..=143 => Some(format!("pts/{}", (major - 136) * 256 + minor).into()),
        _ => Some(format!("terminal {major}:{minor}").into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminals_have_their_names() {
        for (tty, expect) in [
            (0, None),
            (34_816, Some("pts/0")),
            (34_819, Some("pts/3")),
            (35_072, Some("pts/256")),
            (1_025, Some("tty1")),
            (1_088, Some("ttyS0")),
            (0x1000_8803, Some("pts/65539")),
            (0x0101, Some("terminal 1:1")),
        ] {
            assert_eq!(terminal(tty).as_deref(), expect, "{tty}");
        }
    }
}
