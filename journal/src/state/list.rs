//! Questions to the state.

use event::{
    Agent, AgentId, Effect, Finding, Judged, Loss, Outcome, Program, Session, SessionId, Severity,
    Text,
};
use rusqlite::types::Value;
use rusqlite::{Params, params_from_iter};
use serde::de::DeserializeOwned;

use super::{StateReader, sql_time};
use crate::Error;

/// Which sessions; the default is all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionFilter {
    /// Of this agent.
    pub agent: Option<AgentId>,
    /// Running at this time (UTC) or later.
    pub since_unix_ns: u64,
    /// Not ended.
    pub running: bool,
    /// At most so many.
    pub limit: Option<u32>,
}

/// Which findings; the default is all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FindingFilter {
    /// Of this agent.
    pub agent: Option<AgentId>,
    /// Of this session.
    pub session: Option<SessionId>,
    /// Of this rule id.
    pub rule: Option<Text>,
    /// At least this bad.
    pub severity: Severity,
    /// At this time (UTC) or later.
    pub since_unix_ns: u64,
    /// At most so many.
    pub limit: Option<u32>,
}

/// Which decisions; the default is all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DecisionFilter {
    /// Of this product's agents.
    pub product: Option<String>,
    /// Of this session.
    pub session: Option<SessionId>,
    /// At least this would have been done.
    pub least: Effect,
    /// What became of the act.
    pub outcome: Option<Outcome>,
    /// At this time (UTC) or later.
    pub since_unix_ns: u64,
    /// At most so many.
    pub limit: Option<u32>,
}

impl StateReader {
    /// All agents, by product and owner.
    pub fn agents(&self) -> Result<Vec<Agent>, Error> {
        self.rows("SELECT json FROM agents ORDER BY product, id", [])
    }

    /// Sessions, the latest first.
    pub fn sessions(&self, filter: &SessionFilter) -> Result<Vec<Session>, Error> {
        let mut question = Question::new("sessions");
        question.equal("agent", filter.agent.map(|agent| agent.to_string()));
        question.and(
            "coalesce(ended, 9223372036854775807) >=",
            Value::Integer(sql_time(filter.since_unix_ns)),
        );
        if filter.running {
            question.and("ended IS", Value::Null);
        }
        self.ask(question, "started", filter.limit)
    }

    /// Findings, the latest first.
    pub fn findings(&self, filter: &FindingFilter) -> Result<Vec<Finding>, Error> {
        let mut question = Question::new("findings");
        question.equal("agent", filter.agent.map(|agent| agent.to_string()));
        question.equal("session", filter.session.map(|session| session.to_string()));
        question.equal("rule", filter.rule.as_deref().map(str::to_owned));
        question.and("severity >=", Value::Integer(filter.severity as i64));
        question.and("time >=", Value::Integer(sql_time(filter.since_unix_ns)));
        self.ask(question, "time", filter.limit)
    }

    /// Findings whose id begins with `prefix`, at most ten: one when the prefix is good.
    pub fn finding(&self, prefix: &str) -> Result<Vec<Finding>, Error> {
        let prefix = prefix.to_ascii_lowercase();
        if prefix.is_empty() || !prefix.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
        {
            return Ok(Vec::new());
        }
        self.rows(
            "SELECT json FROM findings WHERE id >= ?1 AND id < ?1 || 'g' ORDER BY id LIMIT 10",
            [prefix],
        )
    }

    /// Decisions, the latest first.
    pub fn decisions(&self, filter: &DecisionFilter) -> Result<Vec<Judged>, Error> {
        if self.steps < 5 {
            return Ok(Vec::new());
        }
        let mut question = Question::new("decisions");
        question.equal("agent", filter.product.clone());
        question.equal("session", filter.session.map(|session| session.to_string()));
        question.equal("outcome", filter.outcome.map(|outcome| outcome.name().to_owned()));
        question.and("would >=", Value::Integer(filter.least as i64));
        question.and("time >=", Value::Integer(sql_time(filter.since_unix_ns)));
        self.ask(question, "time", filter.limit)
    }

    /// Losses that ended at `since_unix_ns` or later, the latest first.
    pub fn losses(&self, since_unix_ns: u64) -> Result<Vec<Loss>, Error> {
        self.rows(
            "SELECT json FROM losses WHERE ended >= ?1 ORDER BY ended DESC, rowid DESC",
            [sql_time(since_unix_ns)],
        )
    }

    /// Programs of which the content was looked at, the latest first.
    pub fn programs(&self) -> Result<Vec<Program>, Error> {
        if !self.has_second_step() {
            return Ok(Vec::new());
        }
        self.rows("SELECT json FROM programs ORDER BY touched DESC, rowid DESC", [])
    }

    /// The programs at `path` that were looked at, the latest first.
    pub fn programs_at(&self, path: &str) -> Result<Vec<Program>, Error> {
        if !self.has_second_step() {
            return Ok(Vec::new());
        }
        self.rows(
            "SELECT json FROM programs WHERE path = ?1 ORDER BY touched DESC, rowid DESC",
            [path],
        )
    }

    /// The agent's own programs, the latest first.
    pub fn programs_of(&self, agent: AgentId) -> Result<Vec<Program>, Error> {
        if !self.has_second_step() {
            return Ok(Vec::new());
        }
        self.rows(
            "SELECT json FROM programs WHERE agent = ?1 ORDER BY touched DESC, rowid DESC",
            [agent.to_string()],
        )
    }

    /// The tables of the second step are there: not before the first `up` of this version.
    pub(super) fn has_second_step(&self) -> bool {
        self.steps >= 2
    }

    fn ask<T: DeserializeOwned>(
        &self,
        question: Question,
        order: &str,
        limit: Option<u32>,
    ) -> Result<Vec<T>, Error> {
        let limit = limit.map_or(-1, i64::from);
        let sql = format!("{} ORDER BY {order} DESC, id LIMIT {limit}", question.sql);
        self.rows(&sql, params_from_iter(question.values))
    }

    pub(super) fn rows<T: DeserializeOwned>(
        &self,
        sql: &str,
        params: impl Params,
    ) -> Result<Vec<T>, Error> {
        let mut statement =
            self.connection.prepare_cached(sql).map_err(Error::state(&self.path))?;
        let rows = statement
            .query_map(params, |row| row.get::<_, String>(0))
            .map_err(Error::state(&self.path))?;
        let mut items = Vec::new();
        for row in rows {
            let json = row.map_err(Error::state(&self.path))?;
            items.push(self.parse(&json)?);
        }
        Ok(items)
    }

    pub(super) fn parse<T: DeserializeOwned>(&self, json: &str) -> Result<T, Error> {
        serde_json::from_str(json).map_err(|error| Error::StateRow {
            path: self.path.clone(),
            row: event::show::brief(json, 80),
            error,
        })
    }
}

/// A question in the making. Column names are ours; everything from outside is a parameter.
struct Question {
    sql: String,
    values: Vec<Value>,
}

impl Question {
    fn new(table: &str) -> Self {
        Self { sql: format!("SELECT json FROM {table} WHERE true"), values: Vec::new() }
    }
    fn and(&mut self, condition: &str, value: Value) {
        self.values.push(value);
        self.sql.push_str(&format!(" AND {condition} ?{}", self.values.len()));
    }
    fn equal(&mut self, column: &str, value: Option<String>) {
        if let Some(value) = value {
            self.and(&format!("{column} ="), Value::Text(value));
        }
    }
}
