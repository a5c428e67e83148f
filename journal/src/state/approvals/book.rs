//! The book of questions: written by the daemon, which asks, and by people, who answer beside it.

use std::path::Path;

use event::{Action, Judged, Object, Principal, SessionId, Text};
use ring::digest::{SHA256, digest};
use rusqlite::{OptionalExtension, Transaction, params};

use super::{Answer, Consequence, Lift, Otherwise, Question, Reply, Scope, Standing, id};
use crate::state::beside::Beside;
use crate::state::{StateReader, apply, sql_time};
use crate::{Error, clock};

/// Steps of the schema that this needs.
const NEEDED: usize = 6;
/// Most questions that may be open of one account's agents: who asks more is not heard.
const MOST_OPEN: u32 = 100;

/// The book, open for asking and answering.
#[derive(Debug)]
pub struct Approvals(Beside);

/// A question to be asked.
#[derive(Clone, Debug)]
pub struct Ask<'a> {
    /// What was decided, with what is secret in it replaced.
    pub judged: &'a Judged,
    /// What could not be undone.
    pub blast: Vec<Consequence>,
    /// Until when an answer is waited for, UTC.
    pub deadline_unix_ns: u64,
    /// What is done if none comes.
    pub otherwise: Otherwise,
}

impl Ask<'_> {
    /// The account whose agents ask.
    pub fn owner(&self) -> &str {
        owner(&self.judged.action)
    }
}

/// What came of asking.
#[derive(Clone, Debug, PartialEq)]
pub enum Ticket {
    /// A new question; people have to be told of it.
    New(Text),
    /// It was asked already, and nobody has answered.
    Joined(Text),
    /// It was answered before; an answer for once is used up by this.
    Answered(Text, Answer),
    /// Too many questions of this account's agents are open.
    TooMany,
}

impl Approvals {
    /// Opens the book of a data directory.
    pub fn open(data_dir: &Path) -> Result<Self, Error> {
        Beside::open(data_dir, NEEDED).map(Self)
    }

    /// Asks, or joins an equal question, or finds that it was answered.
    pub fn ask(&mut self, ask: &Ask<'_>) -> Result<Ticket, Error> {
        let Judged { action, decision, time_unix_ns: now, .. } = ask.judged;
        let policies: Vec<&Text> = decision.because.iter().map(|it| &it.policy).collect();
        let key = key(action, &policies);
        self.0.transact(|transaction| {
            if let Some((id, answer)) = use_answer(transaction, &key, action, *now)? {
                return Ok(Ticket::Answered(id, answer));
            }
            let open = "SELECT json FROM approvals WHERE key = ?1 AND standing = 'open'";
            if let Some(mut question) = one(transaction, open, &key)? {
                question.times = question.times.saturating_add(1);
                question.last_asked_unix_ns = *now;
                question.deadline_unix_ns = question.deadline_unix_ns.max(ask.deadline_unix_ns);
                question.action = action.clone();
                put(transaction, &key, &question)?;
                return Ok(Ticket::Joined(question.id));
            }
            let count = "SELECT count(*) FROM approvals WHERE standing = 'open' AND owner = ?1";
            let open: u32 = transaction.query_row(count, [owner(action)], |row| row.get(0))?;
            if open >= MOST_OPEN {
                return Ok(Ticket::TooMany);
            }
            let question = Question {
                id: new_id(transaction)?,
                first_asked_unix_ns: *now,
                last_asked_unix_ns: *now,
                times: 1,
                action: action.clone(),
                because: decision.because.clone(),
                by: ask.judged.by,
                blast: ask.blast.clone(),
                deadline_unix_ns: ask.deadline_unix_ns,
                otherwise: ask.otherwise,
                standing: Standing::Open,
                answer: None,
            };
            put(transaction, &key, &question)?;
            Ok(Ticket::New(question.id))
        })
    }

    /// An answer that holds now for this action and these policies; one for once is used up by this.
    pub fn granted(
        &mut self,
        action: &Action,
        policies: &[&Text],
        now_unix_ns: u64,
    ) -> Result<Option<Answer>, Error> {
        let key = key(action, policies);
        self.0.transact(|transaction| {
            let found = use_answer(transaction, &key, action, now_unix_ns)?;
            Ok(found.map(|(_, answer)| answer))
        })
    }

    /// Answers a question, also one that was answered otherwise before or expired; none where there is no such one.
    pub fn answer(&mut self, id: &str, answer: &Answer) -> Result<Option<Question>, Error> {
        self.change(id, |question| {
            question.standing = Standing::Answered;
            question.answer = Some(answer.clone());
        })
    }

    /// Takes an answer back.
    pub fn revoke(&mut self, id: &str) -> Result<Option<Question>, Error> {
        self.change(id, |question| {
            if question.standing == Standing::Answered {
                question.standing = Standing::Revoked;
            }
        })
    }

    fn change(
        &mut self,
        id: &str,
        change: impl FnOnce(&mut Question),
    ) -> Result<Option<Question>, Error> {
        self.0.transact(|transaction| {
            let sql = "SELECT json FROM approvals WHERE id = ?1";
            let Some(mut question) = one(transaction, sql, id)? else { return Ok(None) };
            let sql = "SELECT key FROM approvals WHERE id = ?1";
            let key: String = transaction.query_row(sql, [id], |row| row.get(0))?;
            change(&mut question);
            put(transaction, &key, &question)?;
            Ok(Some(question))
        })
    }

    /// Open questions whose time is over: they are expired from now on.
    pub fn expire(&mut self, now_unix_ns: u64) -> Result<Vec<Question>, Error> {
        self.0.transact(|transaction| {
            let sql = "SELECT json, key FROM approvals WHERE standing = 'open' AND deadline <= ?1";
            let mut statement = transaction.prepare_cached(sql)?;
            let rows = statement.query_map([sql_time(now_unix_ns)], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
            })?;
            let mut expired = Vec::new();
            for row in rows {
                let (json, key) = row?;
                let Ok(mut question) = serde_json::from_str::<Question>(&json) else { continue };
                question.standing = Standing::Expired;
                put(transaction, &key, &question)?;
                expired.push(question);
            }
            Ok(expired)
        })
    }

    /// The question called `id`.
    pub fn question(&self, id: &str) -> Result<Option<Question>, Error> {
        let sql = "SELECT json FROM approvals WHERE id = ?1";
        one(&self.0.connection, sql, id).map_err(Error::state(&self.0.path))
    }

    /// The policies that answers became and that hold now.
    pub fn in_force(&self, now_unix_ns: u64) -> Result<Vec<Lift>, Error> {
        let sql = "SELECT json FROM approvals WHERE standing = 'answered' ORDER BY id";
        let questions = all(&self.0.connection, sql).map_err(Error::state(&self.0.path))?;
        let mut lifts = Vec::new();
        for answer in questions.into_iter().filter_map(|question| question.answer) {
            let holds = match answer.scope {
                Scope::Once => false,
                Scope::Session(id) => !self.has_ended(id)?,
                Scope::Until(end) => now_unix_ns < end,
            };
            if holds && answer.reply == Reply::Allow {
                lifts.extend(answer.policies);
            }
        }
        Ok(lifts)
    }

    fn has_ended(&self, session: SessionId) -> Result<bool, Error> {
        let sql = "SELECT 1 FROM sessions WHERE id = ?1 AND ended IS NOT NULL";
        let ended = self.0.connection.query_row(sql, [session.to_string()], |_| Ok(())).optional();
        Ok(ended.map_err(Error::state(&self.0.path))?.is_some())
    }

    /// A number that changes whenever anybody else wrote: to look only when there is something to see.
    pub fn version(&self) -> Result<u64, Error> {
        let version = self.0.connection.query_row("PRAGMA data_version", [], |row| row.get(0));
        let version: i64 = version.map_err(Error::state(&self.0.path))?;
        Ok(version.unsigned_abs())
    }
}

impl StateReader {
    /// Questions, the latest first; those only that wait or hold, unless all are wanted.
    pub fn questions(&self) -> Result<Vec<Question>, Error> {
        if self.steps < NEEDED {
            return Ok(Vec::new());
        }
        self.rows("SELECT json FROM approvals ORDER BY asked DESC, id", [])
    }
}

/// The answer to an equal question that holds now, used up where it is for once.
fn use_answer(
    transaction: &Transaction<'_>,
    key: &str,
    action: &Action,
    now_unix_ns: u64,
) -> Result<Option<(Text, Answer)>, rusqlite::Error> {
    let sql = "SELECT json FROM approvals WHERE key = ?1 AND standing = 'answered'
               ORDER BY asked DESC LIMIT 1";
    let Some(mut question) = one(transaction, sql, key)? else { return Ok(None) };
    let Some(answer) = &mut question.answer else { return Ok(None) };
    if !answer.holds(now_unix_ns, action.principal.session()) {
        return Ok(None);
    }
    let found = (question.id.clone(), answer.clone());
    if answer.scope == Scope::Once && answer.reply == Reply::Allow {
        answer.used_unix_ns = Some(now_unix_ns);
        put(transaction, key, &question)?;
    }
    Ok(Some(found))
}

fn one(
    connection: &rusqlite::Connection,
    sql: &str,
    by: &str,
) -> Result<Option<Question>, rusqlite::Error> {
    let mut statement = connection.prepare_cached(sql)?;
    let json: Option<String> = statement.query_row([by], |row| row.get(0)).optional()?;
    // A row of a later version is no question of this one.
    Ok(json.and_then(|json| serde_json::from_str(&json).ok()))
}

fn all(connection: &rusqlite::Connection, sql: &str) -> Result<Vec<Question>, rusqlite::Error> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    Ok(rows.iter().filter_map(|json| serde_json::from_str(json).ok()).collect())
}

fn put(
    transaction: &Transaction<'_>,
    key: &str,
    question: &Question,
) -> Result<(), rusqlite::Error> {
    let now = question.last_asked_unix_ns;
    let touched = match question.answer.as_ref().map(|answer| answer.scope) {
        // Kept for as long as it holds, whatever retention says.
        Some(Scope::Until(end)) => end.max(now),
        _ => question.answer.as_ref().map_or(now, |answer| answer.time_unix_ns.max(now)),
    };
    transaction
        .prepare_cached(
            "INSERT OR REPLACE INTO approvals
             (id, key, owner, standing, asked, deadline, touched, json)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            &*question.id,
            key,
            owner(&question.action),
            question.standing.name(),
            sql_time(now),
            sql_time(question.deadline_unix_ns),
            sql_time(touched),
            apply::json(question)?,
        ])
        .map(drop)
}

fn new_id(transaction: &Transaction<'_>) -> Result<Text, rusqlite::Error> {
    loop {
        let id = id::speakable(clock::unpredictable() as u32);
        let sql = "SELECT 1 FROM approvals WHERE id = ?1";
        if transaction.query_row(sql, [&*id], |_| Ok(())).optional()?.is_none() {
            return Ok(id);
        }
    }
}

/// The account whose agents ask.
pub(super) fn owner(action: &Action) -> &str {
    match &action.principal {
        Principal::Human { account, .. } | Principal::Workload { account, .. } => account,
        agent => agent.agent().map_or("", |agent| &agent.owner),
    }
}

/// What makes two questions one: who, which verb, to what, because of what. Of circumstances only where the paths of
/// a command line begin.
fn key(action: &Action, policies: &[&Text]) -> String {
    let who = match &action.principal {
        Principal::Human { account, .. } => ("", account),
        Principal::Workload { product, account } => (&**product, account),
        agent => agent.agent().map_or(("", &action.context.cwd), |it| (&*it.product, &it.owner)),
    };
    let place = match &action.object {
        Object::Program { .. } => {
            let workspace = action.principal.agent().map_or("", |agent| &*agent.workspace);
            Some((workspace, &*action.context.cwd))
        }
        _ => None,
    };
    let mut policies = policies.to_vec();
    policies.sort();
    policies.dedup();
    let of = serde_json::json!([who, action.verb, action.object, place, policies]);
    let digest = digest(&SHA256, of.to_string().as_bytes());
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The policies of an answer, for those who only have the question.
impl Question {
    /// What was shown when it was answered.
    pub fn policies(&self) -> &[Lift] {
        self.answer.as_ref().map_or(&[], |answer| &answer.policies)
    }

    /// The account whose agents ask.
    pub fn owner(&self) -> &str {
        owner(&self.action)
    }
}
