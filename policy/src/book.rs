//! Policies as they are read: parsed, held against the schema, named, and cut by what they are about, so that a
//! decision looks only at those that could speak.

use std::collections::BTreeMap;

use cedar_policy::{
    ActionConstraint, Effect as Cedar, EntityUid, Policy, PolicyId, PolicySet, Schema,
    ValidationMode, Validator,
};
use event::{Because, Text, Verb};
use miette::Diagnostic;
use serde_json::Value;

use crate::notes::{self, Notes};
use crate::span::{Refusal, place};

/// A file of policies.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Its name, for people.
    pub name: &'a str,
    /// Its content.
    pub text: &'a str,
}

/// A policy that was read.
#[derive(Clone, Debug)]
pub struct Rule {
    /// What it says of itself; [`event::Effect::Allow`] where it permits.
    pub because: Because,
    /// The policy that it lifts, if it is an approval.
    pub lifts: Option<Text>,
    /// The file and the line where it stands.
    pub at: (Text, u32),
    /// Its text.
    pub text: Text,
    /// The verbs it may speak about.
    pub verbs: Vec<Verb>,
}

/// Every policy of one profile.
#[derive(Debug, Default)]
pub struct Book {
    /// By their ids.
    rules: BTreeMap<Text, Rule>,
    slices: BTreeMap<Verb, Slice>,
}

/// What speaks about one verb.
#[derive(Debug, Default)]
pub(crate) struct Slice {
    pub forbids: PolicySet,
    pub permits: PolicySet,
    pub lifts: PolicySet,
    /// Everything is permitted that is not forbidden, without a look at the permits.
    pub open: bool,
    /// A policy asks which thing it is, not only of which kinds.
    pub asks_which: bool,
    /// All the texts, to see which circumstances matter.
    text: String,
}

impl Slice {
    /// Whether any policy here could ask for an attribute of this name.
    pub fn asks_for(&self, attribute: &str) -> bool {
        self.text.contains(attribute)
    }
}

impl Book {
    /// Reads files of policies. All that is wrong is told, and nothing taken, so that an old book stays in force.
    pub fn read(sources: &[Source<'_>]) -> Result<Self, Vec<Refusal>> {
        let schema = schema()?;
        let mut book = Self::default();
        let mut all = PolicySet::new();
        let mut refused = Vec::new();
        for source in sources {
            match source.text.parse::<PolicySet>() {
                Ok(set) => book.take(source, &set, &mut all, &mut refused),
                Err(errors) => {
                    let each =
                        errors.iter().flat_map(|it| Refusal::of(source.name, source.text, it));
                    refused.extend(each);
                }
            }
        }
        book.hold_against(&schema, &all, sources, &mut refused);
        book.lifts_exist(&mut refused);
        if refused.is_empty() { Ok(book) } else { Err(refused) }
    }

    /// Every policy, by id.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.values()
    }

    /// One policy.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.get(id)
    }

    pub(crate) fn slice(&self, verb: Verb) -> Option<&Slice> {
        self.slices.get(&verb)
    }

    fn take(
        &mut self,
        source: &Source<'_>,
        set: &PolicySet,
        all: &mut PolicySet,
        refused: &mut Vec<Refusal>,
    ) {
        if set.templates().next().is_some() {
            let hint = "write the entity where `?principal` or `?resource` stands";
            refused.push(Refusal::at(
                source.name,
                (0, 0),
                "templates are not filled in here",
                hint,
            ));
        }
        let mut from = 0;
        let mut policies: Vec<&Policy> = set.policies().collect();
        // The reader numbers them as they stand.
        policies.sort_by_key(|policy| number(policy));
        for policy in policies {
            let text = policy.to_string();
            let offset =
                source.text.get(from..).and_then(|rest| rest.find(&text)).map(|it| it + from);
            let at = offset.map_or((0, 0), |offset| place(source.text, offset));
            from = offset.map_or(from, |offset| offset + text.len());
            if let Err((message, hint)) = self.add(source, policy, text, at, all) {
                refused.push(Refusal::at(source.name, at, message, &hint));
            }
        }
    }

    fn add(
        &mut self,
        source: &Source<'_>,
        policy: &Policy,
        text: String,
        at: (u32, u32),
        all: &mut PolicySet,
    ) -> Result<(), (String, String)> {
        let id: Text = match policy.annotation("id") {
            Some(id) if !id.trim().is_empty() => id.into(),
            _ => format!("{}:{}", source.name, at.0).into(),
        };
        let Notes { because, lifts } = notes::read(policy, id.clone())?;
        if let Some(first) = self.rules.get(&id) {
            let place = format!("{}:{}", first.at.0, first.at.1);
            let hint =
                format!("the other one stands at {place}: give this one an `@id` of its own");
            return Err((format!("there is a policy `{id}` already"), hint));
        }
        let policy = policy.new_id(PolicyId::new(&*id));
        let problem =
            |error: &dyn std::fmt::Display| (error.to_string(), String::from("see the policy"));
        all.add(policy.clone()).map_err(|error| problem(&error))?;
        let verbs = verbs(&policy);
        let which = asks_which(&policy);
        for verb in &verbs {
            let slice = self.slices.entry(*verb).or_default();
            slice.text.push_str(&text);
            slice.asks_which |= which;
            let set = match (policy.effect(), &lifts) {
                (Cedar::Forbid, _) => &mut slice.forbids,
                (Cedar::Permit, Some(_)) => &mut slice.lifts,
                (Cedar::Permit, None) => &mut slice.permits,
            };
            set.add(policy.clone()).map_err(|error| problem(&error))?;
            slice.open |= lifts.is_none() && permits_all(&policy);
        }
        let at = (Text::from(source.name), at.0);
        self.rules.insert(id, Rule { because, lifts, at, text: text.into(), verbs });
        Ok(())
    }

    fn hold_against(
        &self,
        schema: &Schema,
        all: &PolicySet,
        sources: &[Source<'_>],
        refused: &mut Vec<Refusal>,
    ) {
        let result = Validator::new(schema.clone()).validate(all, ValidationMode::Strict);
        for error in result.validation_errors() {
            let rule = self.rules.get(error.policy_id().to_string().as_str());
            let Some(rule) = rule else { continue };
            let text = sources.iter().find(|it| it.name == &*rule.at.0).map_or("", |it| it.text);
            let mut found = Refusal::of(&rule.at.0, text, error);
            for one in &mut found {
                if one.line == 0 {
                    one.line = rule.at.1;
                }
                one.message = without_prefix(&one.message, &rule.because.policy);
            }
            refused.extend(found);
        }
    }

    fn lifts_exist(&self, refused: &mut Vec<Refusal>) {
        for rule in self.rules.values() {
            let Some(lifted) = &rule.lifts else { continue };
            if !self.rules.contains_key(lifted) {
                let hint = "`chaperone policy list` names every policy";
                let message = format!("`{lifted}`, which is lifted here, is no policy");
                refused.push(Refusal::at(&rule.at.0, (rule.at.1, 0), message, hint));
            }
        }
    }
}

/// The language says "for policy `x`, …" where file and line are said already.
fn without_prefix(message: &str, id: &str) -> String {
    let prefix = format!("for policy `{id}`, ");
    message.strip_prefix(&prefix).unwrap_or(message).to_owned()
}

fn number(policy: &Policy) -> u64 {
    let id = policy.id().to_string();
    id.trim_start_matches("policy").parse().unwrap_or(u64::MAX)
}

fn schema() -> Result<Schema, Vec<Refusal>> {
    let text = crate::shipped::schema();
    Schema::from_cedarschema_str(text)
        .map(|(schema, _)| schema)
        .map_err(|error| Refusal::of("schema.cedarschema", text, &error as &dyn Diagnostic))
}

/// The verbs that a policy may speak about, by its scope.
fn verbs(policy: &Policy) -> Vec<Verb> {
    let named = |uid: &EntityUid| {
        let id = uid.id().unescaped();
        Verb::ALL.into_iter().find(|verb| verb.name() == id)
    };
    match policy.action_constraint() {
        ActionConstraint::Any => Verb::ALL.to_vec(),
        ActionConstraint::Eq(uid) => named(&uid).into_iter().collect(),
        ActionConstraint::In(uids) => uids.iter().filter_map(named).collect(),
    }
}

/// Whether a policy looks at its resource otherwise than by its kinds.
fn asks_which(policy: &Policy) -> bool {
    use cedar_policy::ResourceConstraint;
    let any =
        matches!(policy.resource_constraint(), ResourceConstraint::Any | ResourceConstraint::Is(_));
    // A policy that cannot be written down is looked at each time.
    let conditions = policy.to_json().ok().and_then(|json| json.get("conditions").cloned());
    !any || conditions.is_none_or(|conditions| names_resource(&conditions))
}

fn names_resource(condition: &Value) -> bool {
    match condition {
        Value::Object(parts) => {
            let kinds = parts.get(".").is_some_and(|access| {
                access.get("attr").and_then(Value::as_str) == Some("kinds")
                    && access.pointer("/left/Var").and_then(Value::as_str) == Some("resource")
            });
            let itself = parts.get("Var").and_then(Value::as_str) == Some("resource");
            itself || !kinds && parts.values().any(names_resource)
        }
        Value::Array(parts) => parts.iter().any(names_resource),
        _ => false,
    }
}

/// `permit (principal, action…, resource);` without a condition.
fn permits_all(policy: &Policy) -> bool {
    use cedar_policy::{PrincipalConstraint, ResourceConstraint};
    policy.effect() == Cedar::Permit
        && policy.principal_constraint() == PrincipalConstraint::Any
        && policy.resource_constraint() == ResourceConstraint::Any
        && !policy.has_non_scope_constraint()
}
