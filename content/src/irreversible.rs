//! Acts that cannot be undone, or only with pain: three tables of data (`rules/irreversible`) and the
//! questions that are asked of them. What is found is told with its reason, what it hurts and how it
//! could be undone; whether it is stopped, asked or let be is policy.

mod commands;
mod http;
mod load;
mod pattern;
mod sql;
mod tools;

use std::sync::Arc;

pub use commands::Commands;
pub use event::Severity;
pub use http::Http;
pub use load::TableError;
pub use sql::{Statement, statements};
pub use tools::{Hint, Tool, Tools};

use crate::command::{Acts, Place, Where};

/// What an act does that cannot be taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Harm {
    /// Name of the rule.
    pub id: String,
    /// One sentence: what it does.
    pub says: String,
    /// How to undo it, or that it cannot be undone.
    pub undo: String,
    /// What else is hurt: the blast radius, in words.
    pub hurts: String,
    /// How bad it is.
    pub severity: Severity,
    /// ATT&CK, ATLAS and OWASP ids.
    pub tags: Vec<String>,
}

/// A harm, and what would do it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consequence {
    /// The harm.
    pub harm: Arc<Harm>,
    /// The program, tool or request; from outside.
    pub act: String,
    /// What it is done to, as far as it is known; from outside.
    pub target: String,
    /// On which machine.
    pub at: Where,
}

/// All three tables.
#[derive(Clone, Debug)]
pub struct Table {
    /// Command lines.
    pub commands: Commands,
    /// Tools of MCP servers.
    pub tools: Tools,
    /// HTTP requests.
    pub http: Http,
}

impl Table {
    /// The tables that ship with the program.
    pub fn shipped() -> Result<Self, TableError> {
        Ok(Self {
            commands: Commands::parse(include_str!("../../rules/irreversible/commands.yaml"))?,
            tools: Tools::parse(include_str!("../../rules/irreversible/tools.yaml"))?,
            http: Http::parse(include_str!("../../rules/irreversible/http.yaml"))?,
        })
    }

    /// What of `acts` at `place` cannot be undone; each harm to each target once.
    pub fn consequences(&self, acts: &Acts, place: &Place<'_>) -> Vec<Consequence> {
        let mut found = self.commands.consequences(acts, place);
        for request in &acts.requests {
            if let Some(harm) = self.http.harm(&request.method, &request.url) {
                found.push(Consequence {
                    harm,
                    act: request.by.clone(),
                    target: format!("{} {}", request.method, request.url),
                    at: Where::Here,
                });
            }
        }
        let mut unique: Vec<Consequence> = Vec::with_capacity(found.len());
        for one in found {
            if !unique.contains(&one) {
                unique.push(one);
            }
        }
        unique
    }
}

#[cfg(test)]
mod tests;
