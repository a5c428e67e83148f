//! Holding sessions: policies become rules of the kernel and of the responder for files, each session is told how it is
//! held, and what people order is carried out. One thread owns it all, so nothing of it is ever half done.
//!
//! ```text
//! hall ── Word ──▶ ┐
//! policies ────────┼── Holder ── Order ──▶ kernel, responder
//! people ── Said ──▶ ┘
//! ```

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;
use engine::Word;
use event::{
    AgentId, AgentRef, Endpoint, KernelRules, Label, Order, OrderError, Orders, Principal, Regime,
    SessionId, Text,
};
use graph::attribute::Labelled;
use journal::audit::Ordered;

use super::runs::Sessions;
use crate::config::Config;
use crate::policies::{self, Live};

/// How often it is looked whether other policies are in force.
const PACE: Duration = Duration::from_millis(500);

/// So long a session that has ended is held on: the kernel sends again what its closed connections did not get rid of, for
/// up to a hundred seconds or so.
const HELD_ON: Duration = Duration::from_secs(5 * 60);

/// Workspaces that patterns without a beginning hold in; the oldest go.
const WORKSPACES: usize = 256;

/// Names that are remembered, and addresses of each.
const NAMES: usize = 4_096;
const ADDRESSES: usize = 64;

/// Which sessions are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meant {
    /// `*`, the beginning of a session's id, an agent's id, a product, `product@owner`.
    pub of: Text,
    /// Only of this account's agents; none: of everybody's.
    pub owner: Option<Text>,
}

/// What is said to the holder.
pub enum Said {
    Word(Word),
    Order(Ordered, Meant, SyncSender<Result<Vec<SessionId>, String>>),
    Disarm(SyncSender<Result<(), String>>),
}

/// Where to say it.
pub type Saying = Sender<Said>;

/// Starts to hold. Ends when nobody can say anything any more.
pub fn start(
    config: &Config,
    live: Live,
    orders: Arc<dyn Orders>,
    sessions: Sessions,
) -> Result<Saying> {
    let (saying, said) = channel();
    let mut holder = Holder {
        live,
        orders,
        teams: policies::teams(config),
        rules: Arc::default(),
        workspaces: Vec::new(),
        held: BTreeMap::new(),
        ended: VecDeque::new(),
        sessions,
        servers: name_servers(),
        answers: BTreeMap::new(),
        behind: false,
        disarmed: false,
    };
    holder.put_rules();
    if !holder.live.guide().enforces() {
        // What an `up` that died has left in the kernel holds nobody either.
        holder.disarm_silently();
    }
    thread::Builder::new().name("holder".into()).spawn(move || holder.run(&said))?;
    Ok(saying)
}

/// The words of the hall, among what else is said.
pub fn words(saying: &Saying) -> Result<Sender<Word>> {
    let (words, heard) = channel();
    let saying = saying.clone();
    let pass = move || {
        for word in heard {
            if saying.send(Said::Word(word)).is_err() {
                return;
            }
        }
    };
    thread::Builder::new().name("words".into()).spawn(pass)?;
    Ok(words)
}

struct Holder {
    live: Live,
    orders: Arc<dyn Orders>,
    teams: BTreeMap<String, Text>,
    /// In force; no books: nothing is stopped.
    rules: Arc<KernelRules>,
    workspaces: Vec<Text>,
    held: BTreeMap<Label, Labelled>,
    /// Those that ended, the first of them in front.
    ended: VecDeque<(Instant, Label)>,
    /// Those that run, for who answers about their runs.
    sessions: Sessions,
    /// Whose answers about names count.
    servers: BTreeSet<IpAddr>,
    /// Names and where they lead, for rules that come later.
    answers: BTreeMap<Text, BTreeSet<IpAddr>>,
    /// The newest rules could not be put in force in time: they are tried again.
    behind: bool,
    disarmed: bool,
}

impl Holder {
    fn run(mut self, said: &Receiver<Said>) {
        loop {
            match said.recv_timeout(PACE) {
                Ok(Said::Word(word)) => self.hear(word),
                Ok(Said::Order(ordered, meant, answer)) => {
                    // Who asked may have gone.
                    let _ = answer.send(self.order(ordered, &meant));
                }
                Ok(Said::Disarm(answer)) => {
                    let _ = answer.send(self.disarm());
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            self.forget();
            if self.live.changed() || self.behind {
                self.put_rules();
            }
        }
    }

    fn hear(&mut self, word: Word) {
        match word {
            Word::Labelled(labelled) => {
                let workspace = labelled.actor.workspace.clone();
                let label = labelled.label;
                let (id, agent) = (labelled.actor.session, self.agent(&labelled));
                self.sessions.insert(label, Principal::Session { id, agent });
                self.held.insert(label, labelled);
                // At once, by the rules that are there: its first acts do not wait.
                self.govern(label);
                if !workspace.is_empty() && !self.workspaces.contains(&workspace) {
                    if self.workspaces.len() >= WORKSPACES {
                        self.workspaces.remove(0);
                    }
                    self.workspaces.push(workspace);
                    // What lies in its workspace is known to the next rules.
                    self.put_rules();
                }
            }
            Word::Ended(session) => {
                let over = |held: &Labelled| held.actor.session == session;
                let gone: Vec<Label> = self
                    .held
                    .iter()
                    .filter(|(_, held)| over(held))
                    .map(|(label, _)| *label)
                    .collect();
                for label in gone {
                    self.held.remove(&label);
                    self.ended.push_back((Instant::now(), label));
                    self.sessions.remove(label);
                }
            }
            Word::Answered { name, server, addresses } => {
                let trusted =
                    server.ip().is_some_and(|ip| self.servers.contains(&ip.to_canonical()));
                if trusted && matches!(server, Endpoint::Ip(_, 53)) {
                    self.answers_for(&name, addresses);
                }
            }
        }
    }

    /// Sessions that ended long ago.
    fn forget(&mut self) {
        while let Some((_, label)) = self.ended.pop_front_if(|(when, _)| when.elapsed() > HELD_ON) {
            if let Err(error) = self.orders.carry_out(&Order::Over(label)) {
                tracing::debug!(%error, "a session that seemed over is still held");
            }
        }
    }

    /// A name leads somewhere: known to the rules in force, and remembered for later ones.
    fn answers_for(&mut self, name: &Text, addresses: Vec<IpAddr>) {
        if self.answers.len() >= NAMES && !self.answers.contains_key(name) {
            self.answers.pop_first();
        }
        let known = self.answers.entry(name.clone()).or_default();
        let new: Vec<IpAddr> = addresses.into_iter().filter(|it| known.insert(*it)).collect();
        if known.len() > ADDRESSES {
            known.pop_first();
        }
        self.know(name, &new);
    }

    fn know(&self, name: &str, addresses: &[IpAddr]) {
        if addresses.is_empty() || !self.enforces() {
            return;
        }
        let ends = self.live.guide().ends_of_name(&self.rules, name, addresses);
        if !ends.is_empty() {
            self.give(&Order::Know(ends));
        }
    }

    fn enforces(&self) -> bool {
        !self.rules.books.is_empty()
    }

    /// The newest policies, compiled and put in force, and every session told. Where nothing is stopped, nothing is
    /// put in force, and nobody pays.
    fn put_rules(&mut self) {
        let guide = self.live.guide();
        // Nothing arms again what somebody disarmed, until `up` starts anew.
        if self.disarmed {
            return;
        }
        if !guide.enforces() && !self.enforces() {
            return;
        }
        let rules = match guide.enforces() {
            true => guide.kernel_rules(&policies::homes(), &self.workspaces).0,
            false => KernelRules::default(),
        };
        let rules = Arc::new(rules);
        self.behind = rules != self.rules && !self.give(&Order::Rules(Arc::clone(&rules)));
        if rules == self.rules || self.behind {
            return self.govern_all();
        }
        self.rules = rules;
        // Rules begin without what was learnt.
        for (name, addresses) in &self.answers {
            self.know(name, &addresses.iter().copied().collect::<Vec<_>>());
        }
        self.govern_all();
    }

    fn govern_all(&mut self) {
        let labels: Vec<Label> = self.held.keys().copied().collect();
        for label in labels {
            self.govern(label);
        }
    }

    fn govern(&mut self, label: Label) {
        let Some(labelled) = self.held.get(&label) else { return };
        let agent = self.agent(labelled);
        let profile = self.live.guide().profile_of(&agent);
        let book = self.rules.books.iter().position(|book| *book.profile == *profile.name());
        let book = book.filter(|_| !self.disarmed).and_then(|it| u16::try_from(it).ok());
        let regime = Regime { label, book, workspace: agent.workspace };
        self.give(&Order::Govern(regime));
    }

    fn agent(&self, labelled: &Labelled) -> AgentRef {
        let Labelled { actor, owner, .. } = labelled;
        let team = self.teams.get(&format!("{}@{owner}", actor.product));
        AgentRef {
            id: actor.agent,
            product: actor.product.clone(),
            owner: owner.clone(),
            team: team.or_else(|| self.teams.get(&*actor.product)).cloned().unwrap_or_default(),
            workspace: actor.workspace.clone(),
        }
    }

    /// Every label of the sessions that are meant; the ids of those that were reached.
    fn order(&self, ordered: Ordered, meant: &Meant) -> Result<Vec<SessionId>, String> {
        let meant = self.held.iter().filter(|(_, held)| meant.means(held));
        let (mut reached, mut failed) = (BTreeSet::new(), Vec::new());
        for (label, held) in meant {
            let order = match ordered {
                Ordered::Kill => Order::Kill(*label),
                Ordered::Freeze => Order::Freeze(*label),
                Ordered::Release => Order::Release(*label),
                Ordered::Cut => Order::Cut(*label),
            };
            match self.orders.carry_out(&order) {
                Ok(()) | Err(OrderError::Gone) => {
                    reached.insert(held.actor.session);
                }
                Err(error) => failed.push(error.to_string()),
            }
        }
        match failed.first() {
            Some(first) => Err(first.clone()),
            None => Ok(reached.into_iter().collect()),
        }
    }

    fn disarm(&mut self) -> Result<(), String> {
        self.orders.carry_out(&Order::Disarm).map_err(|error| error.to_string())?;
        self.disarmed = true;
        self.rules = Arc::default();
        Ok(())
    }

    fn disarm_silently(&self) {
        if let Err(error) = self.orders.carry_out(&Order::Disarm) {
            tracing::debug!(%error, "nothing to disarm");
        }
    }

    /// Whether it was done. What a host cannot do at all is said once, by `doctor` and when `up` starts.
    fn give(&self, order: &Order) -> bool {
        match self.orders.carry_out(order) {
            Ok(()) | Err(OrderError::Gone) => true,
            Err(error) => {
                tracing::warn!(%error, "sessions are not held as policies say");
                false
            }
        }
    }
}

impl Meant {
    fn means(&self, held: &Labelled) -> bool {
        let Labelled { actor, owner, .. } = held;
        if self.owner.as_ref().is_some_and(|only| only != owner) {
            return false;
        }
        let of = &*self.of;
        let session = actor.session.to_string();
        let of_agent = |id: AgentId| of == id.to_string();
        of == "*"
            || of == &*actor.product
            || of_agent(actor.agent)
            || of.split_once('@') == Some((&*actor.product, &**owner))
            || of.len() >= 4 && session.starts_with(&of.to_ascii_lowercase())
    }
}

/// The name servers of this host. What another one says of a name is its word, not the host's.
fn name_servers() -> BTreeSet<IpAddr> {
    let text = std::fs::read_to_string("/etc/resolv.conf").unwrap_or_default();
    let servers = text.lines().filter_map(|line| line.trim().strip_prefix("nameserver"));
    servers.filter_map(|it| it.trim().parse::<IpAddr>().ok()).map(|it| it.to_canonical()).collect()
}

#[cfg(test)]
mod tests {
    use event::{Actor, AgentKind, Basis};

    use super::*;

    #[test]
    fn sessions_are_meant_by_product_owner_agent_and_the_beginning_of_their_id() {
        let agent = AgentId::derive("host", "codex-cli", "alice");
        let session = SessionId::derive(agent, "boot", event::testing::pid(7));
        let actor = Actor {
            agent,
            product: "codex-cli".into(),
            kind: AgentKind::Agent,
            session,
            workspace: "/home/alice/shop".into(),
            tool_call: None,
            tool_root: None,
            basis: Basis::Lineage,
        };
        let held = Labelled { label: Label(9), actor: Arc::new(actor), owner: "alice".into() };
        let id = session.to_string();
        let check = |of: &str, owner: Option<&str>, expect: bool| {
            let meant = Meant { of: of.into(), owner: owner.map(Text::from) };
            assert_eq!(meant.means(&held), expect, "{of} {owner:?}");
        };
        check("*", None, true);
        check("*", Some("bob"), false);
        check("*", Some("alice"), true);
        check("codex-cli", None, true);
        check("codex-cli@alice", None, true);
        check("codex-cli@bob", None, false);
        check("codex", None, false);
        check(&agent.to_string(), None, true);
        check(&id, None, true);
        check(&id[..8].to_uppercase(), None, true);
        check(&id[..3], None, false);
        check("", None, false);
    }
}
