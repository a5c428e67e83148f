//! What policies ask of who acts, answered for one principal by the language itself.

use std::collections::{BTreeMap, BTreeSet};

use cedar_policy::{Authorizer, Policy, PolicyId, PolicySet};
use event::{Principal, Text};
use serde_json::{Value, json};

use super::formula::Formula;
use crate::request;

/// Kinds of principals that processes in the kernel are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Session,
    SubAgent,
    Workload,
}

impl Kind {
    pub const ALL: [Self; 3] = [Self::Session, Self::SubAgent, Self::Workload];

    /// The name of the type in policies.
    pub fn name(self) -> &'static str {
        match self {
            Self::Session => "Session",
            Self::SubAgent => "SubAgent",
            Self::Workload => "Workload",
        }
    }

    /// None: nobody whom the kernel holds.
    pub fn of(principal: &Principal) -> Option<Self> {
        match principal {
            Principal::Session { .. } => Some(Self::Session),
            Principal::SubAgent { .. } => Some(Self::SubAgent),
            Principal::Workload { .. } => Some(Self::Workload),
            Principal::Agent(_) | Principal::Human { .. } => None,
        }
    }
}

/// What is known of one who acts; what has no answer is not known.
#[derive(Clone, Debug, Default)]
pub struct Answers(BTreeMap<Text, bool>);

impl Answers {
    pub fn get(&self, question: &str) -> Option<bool> {
        self.0.get(question).copied()
    }
}

/// Every question about who acts: each a permit, by its number, that asks for nothing else.
#[derive(Debug, Default)]
pub struct Questions {
    asked: BTreeMap<String, Text>,
    permits: PolicySet,
}

impl Questions {
    /// Those of formulas.
    pub fn of<'a>(formulas: impl Iterator<Item = &'a Formula>) -> Self {
        let mut asked = BTreeSet::new();
        formulas.for_each(|formula| formula.questions(&mut asked));
        let mut questions = Self::default();
        for (number, question) in asked.into_iter().enumerate() {
            let id = number.to_string();
            let permit = permit(&id, &question);
            // One that cannot be asked has no answer.
            if permit.is_some_and(|permit| questions.permits.add(permit).is_ok()) {
                questions.asked.insert(id, question);
            }
        }
        questions
    }

    /// All of them, asked of one.
    pub fn answers(&self, principal: &Principal) -> Answers {
        if self.asked.is_empty() {
            return Answers::default();
        }
        let Ok(asked) = request::about(principal) else { return Answers::default() };
        let said = Authorizer::new().is_authorized(&asked.request, &self.permits, &asked.entities);
        let yes: BTreeSet<&str> = said.diagnostics().reason().map(AsRef::as_ref).collect();
        let failed: BTreeSet<String> = said.diagnostics().errors().map(failed).collect();
        let answered = self.asked.iter().filter(|(id, _)| !failed.contains(*id));
        Answers(answered.map(|(id, asked)| (asked.clone(), yes.contains(id.as_str()))).collect())
    }
}

fn failed(error: &cedar_policy::AuthorizationError) -> String {
    match error {
        cedar_policy::AuthorizationError::PolicyEvaluationError(error) => {
            error.policy_id().to_string()
        }
    }
}

fn permit(id: &str, question: &str) -> Option<Policy> {
    let body: Value = serde_json::from_str(question).ok()?;
    let any = json!({ "op": "All" });
    let permit = json!({
        "effect": "permit", "principal": any, "action": any, "resource": any,
        "conditions": [{ "kind": "when", "body": body }],
    });
    Policy::from_json(Some(PolicyId::new(id)), permit).ok()
}
