//! What an action would do that cannot be undone: from its command line, tool or request, by the tables of `content`.

use std::collections::BTreeSet;
use std::sync::Arc;

use content::command::{Place, acts};
use content::irreversible::{Harm, Hint, Severity, Table, TableError, Tool};
use content::shell;
use event::{Action, Object, Text, Verb};

/// The tables, ready to be asked.
#[derive(Debug)]
pub struct Foresight(Table);

/// Harm that is foreseen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foreseen {
    /// What is known of it.
    pub harm: Arc<Harm>,
    /// What it is done to, as far as it is known; from outside.
    pub target: String,
}

impl Foresight {
    /// The tables that ship.
    pub fn shipped() -> Result<Self, TableError> {
        Table::shipped().map(Self)
    }

    /// Programs whose command lines it understands; by name, some more than once.
    pub fn programs(&self) -> impl Iterator<Item = &str> {
        self.0.commands.programs()
    }

    /// What the action would do that cannot be undone, slight harm too.
    pub fn of(&self, action: &Action) -> Vec<Foreseen> {
        match (&action.object, action.verb) {
            (Object::Program { command_line, .. }, Verb::Exec | Verb::LaunchAgent) => {
                self.of_command(action, command_line)
            }
            (Object::Tool { server, name }, _) => {
                let tool = Tool { name, description: "", parameters: &[], hint: Hint::default() };
                let target = format!("{server}/{name}");
                let harm = self.0.tools.harm(tool);
                harm.map(|harm| Foreseen { harm, target }).into_iter().collect()
            }
            (Object::Host { name, request, .. }, _) if !request.is_empty() => {
                let (method, path) = request.split_once(' ').unwrap_or((request, "/"));
                let url = format!("https://{name}{path}");
                let harm = self.0.http.harm(method, &url);
                harm.map(|harm| Foreseen { harm, target: url }).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    fn of_command(&self, action: &Action, command_line: &str) -> Vec<Foreseen> {
        let (workspace, owner) = match action.principal.agent() {
            Some(agent) => (&*agent.workspace, &*agent.owner),
            None => ("", ""),
        };
        let cwd = if action.context.cwd.is_empty() { workspace } else { &*action.context.cwd };
        let home = if owner == "root" { "/root".into() } else { format!("/home/{owner}") };
        let place = Place { cwd, workspace, home: &home };
        let acts = acts(&shell::parse(command_line), &place);
        let consequences = self.0.consequences(&acts, &place).into_iter();
        consequences.map(|it| Foreseen { harm: it.harm, target: it.target }).collect()
    }
}

/// What of it policies are asked about: what is grave.
pub fn grave(foreseen: &[Foreseen]) -> BTreeSet<Text> {
    let grave = foreseen.iter().filter(|it| it.harm.severity >= Severity::High);
    grave.map(|it| it.harm.id.as_str().into()).collect()
}
