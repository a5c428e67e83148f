//! Brings the state up to date with the record.

use std::path::Path;

use event::{Agent, AssetChange, Became, Finding, Judged, Loss, Program, Record, Session};
use rusqlite::{Transaction, params};
use serde::Serialize;

use super::{State, sql_time};
use crate::{Error, Position, Reader, clock};

impl State {
    /// Takes over what `records`, which end at `end`, say of agents, sessions, findings and losses.
    /// Taking the same record again changes nothing.
    pub fn apply(&mut self, records: &[Record], end: Position) -> Result<(), Error> {
        if records.iter().all(|record| matches!(record, Record::Act(_))) {
            return Ok(());
        }
        self.transact(|transaction| {
            for record in records {
                take(transaction, record)?;
            }
            progress(transaction, end)
        })
    }

    /// Applies what the record holds beyond the state: after a crash, or where the state is new.
    /// Says how many records (acts aside) were applied.
    pub fn catch_up(&mut self, data_dir: &Path) -> Result<u64, Error> {
        let before = self.applied()?;
        let mut reader = Reader::open(data_dir)?.from(before)?.without_acts();
        let mut applied = 0;
        while let Some(batch) = reader.next_batch()? {
            let end = batch.last().map_or(before, |last| Position(last.position.0 + 1));
            let records: Vec<_> = batch.into_iter().map(|stored| stored.record).collect();
            applied += records.len() as u64;
            self.apply(&records, end)?;
        }
        if reader.position() < before {
            // Power loss took records that were applied but not synced; their positions come again.
            self.transact(|transaction| progress(transaction, reader.position()))?;
        }
        Ok(applied)
    }

    /// The record up to `end` held nothing for the state.
    pub(super) fn pass(&mut self, end: Position) -> Result<(), Error> {
        self.transact(|transaction| progress(transaction, end))
    }

    /// Position up to which the record is in the state, at least.
    pub fn applied(&self) -> Result<Position, Error> {
        let position: i64 = self
            .reader
            .connection
            .query_row("SELECT position FROM progress", [], |row| row.get(0))
            .map_err(Error::state(&self.reader.path))?;
        Ok(Position(u64::try_from(position).unwrap_or(0)))
    }

    pub(super) fn transact(
        &mut self,
        work: impl FnOnce(&Transaction) -> Result<(), rusqlite::Error>,
    ) -> Result<(), Error> {
        let path = &self.reader.path;
        let transaction = self.reader.connection.transaction().map_err(Error::state(path))?;
        work(&transaction).map_err(Error::state(path))?;
        transaction.commit().map_err(Error::state(path))
    }
}

fn take(transaction: &Transaction, record: &Record) -> Result<(), rusqlite::Error> {
    match record {
        Record::Act(_) => Ok(()),
        Record::Agent(agent) => take_agent(transaction, agent),
        Record::Session(session) => take_session(transaction, session),
        Record::Finding(finding) => take_finding(transaction, finding),
        Record::Loss(loss) => take_loss(transaction, loss),
        Record::Program(program) => take_program(transaction, program),
        Record::Asset(change) => take_asset(transaction, change),
        Record::Decision(judged) => take_decision(transaction, judged),
    }
}

fn progress(transaction: &Transaction, end: Position) -> Result<(), rusqlite::Error> {
    let end = i64::try_from(end.0).unwrap_or(i64::MAX);
    transaction.execute("UPDATE progress SET position = ?1", [end]).map(drop)
}

fn take_agent(transaction: &Transaction, agent: &Agent) -> Result<(), rusqlite::Error> {
    transaction
        .prepare_cached(
            "INSERT OR REPLACE INTO agents (id, product, touched, json) VALUES (?, ?, ?, ?)",
        )?
        .execute(params![agent.id.to_string(), &*agent.product, now(), json(agent)?])
        .map(drop)
}

fn take_session(transaction: &Transaction, session: &Session) -> Result<(), rusqlite::Error> {
    let touched = session.ended_unix_ns.unwrap_or(session.started_unix_ns);
    transaction
        .prepare_cached(
            "INSERT OR REPLACE INTO sessions (id, agent, started, ended, touched, json)
             VALUES (?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            session.id.to_string(),
            session.agent.to_string(),
            sql_time(session.started_unix_ns),
            session.ended_unix_ns.map(sql_time),
            sql_time(touched),
            json(session)?,
        ])
        .map(drop)
}

fn take_finding(transaction: &Transaction, finding: &Finding) -> Result<(), rusqlite::Error> {
    let actor = finding.actor.as_ref();
    transaction
        .prepare_cached(
            "INSERT OR REPLACE INTO findings
             (id, time, rule, severity, agent, session, touched, json) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            finding.id.to_string(),
            sql_time(finding.time_unix_ns),
            &*finding.rule.id,
            finding.rule.severity as i64,
            actor.map(|actor| actor.agent.to_string()),
            actor.map(|actor| actor.session.to_string()),
            sql_time(finding.time_unix_ns),
            json(finding)?,
        ])
        .map(drop)
}

fn take_loss(transaction: &Transaction, loss: &Loss) -> Result<(), rusqlite::Error> {
    transaction
        .prepare_cached(
            "INSERT OR REPLACE INTO losses (cause, place, started, ended, count, touched, json)
             VALUES (?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            loss.cause.name(),
            &*loss.place,
            sql_time(loss.from_unix_ns),
            sql_time(loss.until_unix_ns),
            i64::try_from(loss.count).unwrap_or(i64::MAX),
            sql_time(loss.until_unix_ns),
            json(loss)?,
        ])
        .map(drop)
}

fn take_program(transaction: &Transaction, program: &Program) -> Result<(), rusqlite::Error> {
    let (device, inode) = program.file.inode;
    transaction
        .prepare_cached(
            "INSERT OR REPLACE INTO programs (path, device, inode, modified, agent, touched, json)
             VALUES (?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            &*program.file.path,
            device as i64,
            inode as i64,
            sql_time(program.modified_unix_ns),
            program.agent.map(|agent| agent.to_string()),
            sql_time(program.time_unix_ns),
            json(program)?,
        ])
        .map(drop)
}

fn take_asset(transaction: &Transaction, change: &AssetChange) -> Result<(), rusqlite::Error> {
    let (asset, time) = (&change.asset, sql_time(change.time_unix_ns));
    let id = asset.id.to_string();
    let gone = (change.became == Became::Gone).then_some(time);
    transaction
        .prepare_cached(
            "INSERT INTO assets (id, kind, owner, first_seen, touched, gone, json)
             VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6)
             ON CONFLICT (id) DO UPDATE SET touched = ?4, gone = ?5, json = ?6",
        )?
        .execute(params![id, asset.what.kind(), &*asset.owner, time, gone, json(change)?])?;
    transaction
        .prepare_cached(
            "INSERT OR REPLACE INTO asset_history (id, time, became, digest) VALUES (?, ?, ?, ?)",
        )?
        .execute(params![id, time, change.became.name(), asset.digest.as_deref()])
        .map(drop)
}

fn take_decision(transaction: &Transaction, judged: &Judged) -> Result<(), rusqlite::Error> {
    let agent = judged.action.principal.agent();
    transaction
        .prepare_cached(
            "INSERT OR REPLACE INTO decisions
             (id, time, would, outcome, agent, session, touched, json) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            judged.id(),
            sql_time(judged.time_unix_ns),
            judged.decision.would as i64,
            judged.outcome.name(),
            agent.map(|agent| agent.product.to_string()),
            judged.action.principal.session().map(|session| session.to_string()),
            sql_time(judged.time_unix_ns),
            json(judged)?,
        ])
        .map(drop)
}

fn now() -> i64 {
    sql_time(clock::now_unix_ns())
}

pub(super) fn json(value: &impl Serialize) -> Result<String, rusqlite::Error> {
    serde_json::to_string(value)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}
