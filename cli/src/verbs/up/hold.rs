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
    AgentId, AgentKind, AgentRef, Endpoint, Label, Order, OrderError, Orders, Principal, Regime,
    SessionId, Text,
};
use graph::attribute::Labelled;
use journal::audit::Ordered;
use policy::HeldBy;

use super::books::Books;
use super::runs::Sessions;
use super::serve::tree;
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
        books: None,
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
    /// In force; none: nothing is stopped.
    books: Option<Books>,
    workspaces: Vec<Text>,
    held: BTreeMap<Label, Labelled>,
    /// Those that ended, the first of them in front. They are held as they were.
    ended: VecDeque<(Instant, Labelled)>,
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
                self.sessions.insert(label, self.principal(&labelled));
                self.held.insert(label, labelled);
                // At once, by the rules that are there: its first acts do not wait.
                let thought_of = self.govern(label);
                let new = !workspace.is_empty() && !self.workspaces.contains(&workspace);
                if new {
                    if self.workspaces.len() >= WORKSPACES {
                        self.workspaces.remove(0);
                    }
                    self.workspaces.push(workspace);
                }
                // What lies in its workspace, and by which book it is held, is known to the next rules.
                if new || !thought_of {
                    self.put_rules();
                }
            }
            Word::Ended(session) => {
                let over = |_: &Label, held: &mut Labelled| held.actor.session == session;
                let gone: Vec<Labelled> =
                    self.held.extract_if(.., over).map(|(_, labelled)| labelled).collect();
                for labelled in gone {
                    self.sessions.remove(labelled.label);
                    self.ended.push_back((Instant::now(), labelled));
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
        while let Some((_, over)) = self.ended.pop_front_if(|(when, _)| when.elapsed() > HELD_ON) {
            if let Err(OrderError::Refused(error)) = self.orders.carry_out(&Order::Over(over.label))
            {
                tracing::debug!(%error, "a session that seemed over is still held");
                self.ended.push_back((Instant::now(), over));
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
        let Some(books) = self.books.as_ref().filter(|_| !addresses.is_empty()) else { return };
        let ends = books.ends_of_name(name, addresses);
        if !ends.is_empty() {
            self.give(&Order::Know(ends));
        }
    }

    /// The newest policies, compiled and put in force, and every session told. Where nothing is stopped, nothing is
    /// put in force, and nobody pays.
    fn put_rules(&mut self) {
        let guide = self.live.guide();
        // Nothing arms again what somebody disarmed, until `up` starts anew.
        if self.disarmed || !guide.enforces() && self.books.is_none() {
            return;
        }
        let (labels, who): (Vec<Label>, Vec<Principal>) = self.all().unzip();
        let books = guide.enforces().then(|| Books::of(guide, &self.workspaces, &who));
        let new = books.as_ref().map(Books::rules) != self.books.as_ref().map(Books::rules);
        if new {
            let sessions = labels.into_iter().zip(who);
            let rules = books.as_ref().map(|books| books.for_sessions(sessions));
            self.behind = !self.give(&Order::Rules(rules.unwrap_or_default()));
        }
        if new && self.behind {
            return self.govern_all();
        }
        books.iter().for_each(|books| books.tell_crowd(self.books.as_ref()));
        (self.books, self.behind) = (books, false);
        if new {
            // Rules begin without what was learnt.
            for (name, addresses) in &self.answers {
                self.know(name, &addresses.iter().copied().collect::<Vec<_>>());
            }
        }
        self.govern_all();
    }

    /// Those that run and those that ended: no process is to be held by the number of another book.
    fn all(&self) -> impl Iterator<Item = (Label, Principal)> {
        let all = self.held.values().chain(self.ended.iter().map(|(_, ended)| ended));
        all.map(|labelled| (labelled.label, self.principal(labelled)))
    }

    fn govern_all(&mut self) {
        let labels: Vec<Label> = self.held.keys().copied().collect();
        for label in labels {
            self.govern(label);
        }
    }

    /// Whether the rules in force have a book for it.
    fn govern(&mut self, label: Label) -> bool {
        let Some(labelled) = self.held.get(&label) else { return true };
        let principal = self.principal(labelled);
        let books = self.books.as_ref().filter(|_| !self.disarmed);
        let held_by = books.map_or(HeldBy::Nothing, |books| books.held_by(&principal));
        let workspace = labelled.actor.workspace.clone();
        self.give(&Order::Govern(Regime { label, book: held_by.book(), workspace }));
        !matches!(held_by, HeldBy::General(_))
    }

    /// Who acts, as hooks and the record say it.
    fn principal(&self, labelled: &Labelled) -> Principal {
        let Labelled { actor, owner, .. } = labelled;
        let agent = AgentRef {
            id: actor.agent,
            product: actor.product.clone(),
            owner: owner.clone(),
            team: tree::team(&actor.product, owner, &self.teams),
            workspace: actor.workspace.clone(),
        };
        let id = actor.session;
        match (actor.kind, labelled.parent) {
            (AgentKind::Workload, _) => {
                Principal::Workload { product: agent.product, account: agent.owner }
            }
            (_, Some(of)) => Principal::SubAgent { of, id, agent },
            (_, None) => Principal::Session { id, agent },
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
        self.books = None;
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
    use event::{Actor, Basis};

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
        let held = Labelled {
            label: Label(9),
            actor: Arc::new(actor),
            owner: "alice".into(),
            parent: None,
        };
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
