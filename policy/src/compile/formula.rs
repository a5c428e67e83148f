//! A policy's condition as a formula over what the kernel can know: the kinds of the thing, whether who acts holds a
//! secret, and who that is. Everything else is unknown, with its name. Read from the language's own JSON form.

use std::collections::BTreeSet;

use cedar_policy::Policy;
use event::{Text, Verb};
use serde_json::{Value, json};

use super::who::Answers;

/// A condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Formula {
    /// It is the same for every question of this kind.
    Known(bool),
    /// Nothing the kernel knows says it; this is what it asks for.
    Unknown(Text),
    /// The thing is of this kind.
    Kind(Text),
    /// Who acts has read a secret, or what came of one.
    Secret,
    /// This condition, in the language's JSON form, which asks who acts and nothing else.
    Who(Text),
    Not(Box<Self>),
    All(Vec<Self>),
    Any(Vec<Self>),
}

/// Who asks, and for what: decides what of a policy is the same for all questions of it.
#[derive(Clone, Copy, Debug)]
pub struct Asker {
    /// Name of the principal's type.
    pub principal: &'static str,
    pub verb: Verb,
}

/// Begins the kind of a single thing; what follows is its name.
pub const NAMED: char = '=';

/// What is asked for where it matters who acts, and that is not known.
pub const BY_NAME: &str = "who acts, by name";

/// Conditions deeper than this are not looked into; nobody writes them.
const DEEPEST: usize = 64;

impl Formula {
    /// Of somebody of whom this is known, without what that settles.
    pub fn settled(&self, who: &Answers) -> Self {
        match self {
            Self::Who(asked) => who.get(asked).map_or_else(|| self.clone(), Self::Known),
            Self::Not(inner) => match inner.settled(who) {
                Self::Known(known) => Self::Known(!known),
                inner => not(inner),
            },
            Self::All(parts) => Self::all(parts.iter().map(|part| part.settled(who))),
            Self::Any(parts) => Self::any(parts.iter().map(|part| part.settled(who))),
            Self::Known(_) | Self::Unknown(_) | Self::Kind(_) | Self::Secret => self.clone(),
        }
    }

    /// All of them hold.
    pub fn all(parts: impl Iterator<Item = Self>) -> Self {
        joined(parts, true, Self::All)
    }

    /// One of them holds.
    pub fn any(parts: impl Iterator<Item = Self>) -> Self {
        joined(parts, false, Self::Any)
    }

    /// What is asked about who acts.
    pub fn questions(&self, asked: &mut BTreeSet<Text>) {
        match self {
            Self::Who(question) => {
                asked.insert(question.clone());
            }
            Self::Not(inner) => inner.questions(asked),
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|it| it.questions(asked)),
            Self::Known(_) | Self::Unknown(_) | Self::Kind(_) | Self::Secret => {}
        }
    }
}

/// Each part once; those that say `nothing` are left out, and one that says the opposite says it for all.
fn joined(
    parts: impl Iterator<Item = Formula>,
    nothing: bool,
    join: fn(Vec<Formula>) -> Formula,
) -> Formula {
    let mut kept: Vec<Formula> = Vec::new();
    for part in parts {
        match part {
            Formula::Known(known) if known == nothing => {}
            Formula::Known(known) => return Formula::Known(known),
            part if kept.contains(&part) => {}
            part => kept.push(part),
        }
    }
    match kept.len() {
        0 => Formula::Known(nothing),
        1 => kept.remove(0),
        _ => join(kept),
    }
}

/// What a policy asks for. A policy without a JSON form is unknown as a whole.
pub fn of(policy: &Policy, asker: Asker) -> Formula {
    let Ok(json) = policy.to_json() else { return Formula::Unknown("its text".into()) };
    let mut all =
        vec![principal(json.get("principal"), asker), resource(json.get("resource"), asker)];
    let conditions = json.get("conditions").and_then(Value::as_array);
    for condition in conditions.into_iter().flatten() {
        let body = condition.get("body").map_or_else(unclear, |body| read(body, asker, 0));
        all.push(match condition.get("kind").and_then(Value::as_str) {
            Some("unless") => not(body),
            _ => body,
        });
    }
    Formula::All(all)
}

fn unclear() -> Formula {
    Formula::Unknown("an unclear condition".into())
}

fn not(formula: Formula) -> Formula {
    Formula::Not(Box::new(formula))
}

/// The scope's word about who. Groups have only people in them.
fn principal(scope: Option<&Value>, asker: Asker) -> Formula {
    let Some(scope) = scope else { return unclear() };
    let within = scope.get("in").and_then(|it| it.get("entity")).or_else(|| scope.get("entity"));
    match text(scope, "op") {
        "All" => Formula::Known(true),
        "is" if text(scope, "entity_type") != asker.principal => Formula::Known(false),
        "is" if scope.get("in").is_none() => Formula::Known(true),
        "==" => within.map_or_else(unclear, |entity| among("==", entity, asker)),
        _ => within.map_or_else(unclear, |entity| among("in", entity, asker)),
    }
}

/// Whether who acts is, or is in, this entity: only people are in groups, and nobody here is one.
fn among(operator: &str, entity: &Value, asker: Asker) -> Formula {
    match text(entity, "type") {
        "Group" | "Human" => Formula::Known(false),
        "Workload" if asker.principal != "Workload" => Formula::Known(false),
        _ => {
            let right = json!({ "Value": { "__entity": entity } });
            let asked = json!({ operator: { "left": { "Var": "principal" }, "right": right } });
            Formula::Who(asked.to_string().into())
        }
    }
}

fn resource(scope: Option<&Value>, asker: Asker) -> Formula {
    let Some(scope) = scope else { return unclear() };
    match text(scope, "op") {
        "All" => Formula::Known(true),
        "is" if scope.get("in").is_none() => of_type(text(scope, "entity_type"), asker.verb),
        "==" => scope.get("entity").map_or_else(unclear, |thing| named(thing, asker.verb)),
        _ => Formula::Unknown("the thing, by name".into()),
    }
}

/// Whether the thing is this one: a kind that nothing else is of.
fn named(thing: &Value, verb: Verb) -> Formula {
    match of_type(text(thing, "type"), verb) {
        Formula::Known(true) => Formula::Kind(format!("{NAMED}{}", text(thing, "id")).into()),
        other => other,
    }
}

/// Whether the thing is of this type.
fn of_type(kind: &str, verb: Verb) -> Formula {
    match verb {
        Verb::LoadCode if matches!(kind, "File" | "Program") => {
            Formula::Unknown("what the code lies in".into())
        }
        Verb::Exec => Formula::Known(kind == "Program"),
        Verb::ReadFile | Verb::WriteFile | Verb::DeleteFile => Formula::Known(kind == "File"),
        Verb::Connect | Verb::Listen => Formula::Known(kind == "Host"),
        _ => Formula::Known(false),
    }
}

fn read(body: &Value, asker: Asker, depth: usize) -> Formula {
    let Some((operator, inner)) = body.as_object().and_then(|it| it.iter().next()) else {
        return unclear();
    };
    if depth >= DEEPEST {
        return unclear();
    }
    let part = |name: &str| inner.get(name).map_or_else(unclear, |it| read(it, asker, depth + 1));
    match operator.as_str() {
        "Value" => inner.as_bool().map_or_else(unclear, Formula::Known),
        "&&" => Formula::All(vec![part("left"), part("right")]),
        "||" => Formula::Any(vec![part("left"), part("right")]),
        "!" => not(part("arg")),
        "if-then-else" => {
            let condition = part("if");
            let then = Formula::All(vec![condition.clone(), part("then")]);
            Formula::Any(vec![then, Formula::All(vec![not(condition), part("else")])])
        }
        "in" | "==" => within(operator, inner, asker).unwrap_or_else(|| asks_for(body)),
        "is" => is(inner, asker).unwrap_or_else(|| asks_for(body)),
        "contains" => has(inner, |words| words.into_iter().next().unwrap_or_else(unclear))
            .unwrap_or_else(|| asks_for(body)),
        "containsAny" => has(inner, Formula::Any).unwrap_or_else(|| asks_for(body)),
        "containsAll" => has(inner, Formula::All).unwrap_or_else(|| asks_for(body)),
        _ => asks_for(body),
    }
}

fn within(operator: &str, inner: &Value, asker: Asker) -> Option<Formula> {
    let principal = inner.get("left")?.get("Var")?.as_str()? == "principal";
    let entity = inner.get("right")?.get("Value")?.get("__entity")?;
    principal.then(|| among(operator, entity, asker))
}

fn is(inner: &Value, asker: Asker) -> Option<Formula> {
    let kind = text(inner, "entity_type");
    match inner.get("left")?.get("Var")?.as_str()? {
        "principal" if kind != asker.principal => Some(Formula::Known(false)),
        "principal" if inner.get("in").is_none() => Some(Formula::Known(true)),
        "resource" if inner.get("in").is_none() => Some(of_type(kind, asker.verb)),
        _ => None,
    }
}

/// A question for words in a set: each word as its own question.
fn has(inner: &Value, join: fn(Vec<Formula>) -> Formula) -> Option<Formula> {
    let word: fn(&str) -> Formula = match path(inner.get("left")?)?.as_str() {
        "resource.kinds" => |word| Formula::Kind(word.into()),
        "context.holds" => |word| match word {
            "secret" => Formula::Secret,
            other => Formula::Unknown(format!("whether it holds `{other}`").into()),
        },
        _ => return None,
    };
    Some(join(words(inner.get("right")?)?.into_iter().map(word).collect()))
}

/// One word, or a set of them.
fn words(value: &Value) -> Option<Vec<&str>> {
    if let Some(set) = value.get("Set").and_then(Value::as_array) {
        return set.iter().map(|it| it.get("Value")?.as_str()).collect();
    }
    match value.get("Value")? {
        Value::Array(set) => set.iter().map(Value::as_str).collect(),
        one => one.as_str().map(|word| vec![word]),
    }
}

/// `resource.kinds` of nested attributes.
fn path(value: &Value) -> Option<String> {
    if let Some(variable) = value.get("Var").and_then(Value::as_str) {
        return Some(variable.to_owned());
    }
    let dot = value.get(".")?;
    Some(format!("{}.{}", path(dot.get("left")?)?, dot.get("attr")?.as_str()?))
}

/// What else a condition asks for: who acts and nothing else, or what is not known, by the first attribute in it.
fn asks_for(body: &Value) -> Formula {
    let mut variables = BTreeSet::new();
    if in_it(body, &mut variables, 0) && variables == BTreeSet::from(["principal"]) {
        return Formula::Who(body.to_string().into());
    }
    Formula::Unknown(attribute(body, 0).unwrap_or_else(|| "an unclear condition".into()).into())
}

/// Adds the variables that an expression asks; false: it is too deep to be sure.
fn in_it<'a>(value: &'a Value, variables: &mut BTreeSet<&'a str>, depth: usize) -> bool {
    variables.extend(value.get("Var").and_then(Value::as_str));
    let mut parts: Box<dyn Iterator<Item = &Value>> = match value {
        Value::Object(parts) => Box::new(parts.values()),
        Value::Array(parts) => Box::new(parts.iter()),
        _ => return true,
    };
    depth < DEEPEST && parts.all(|part| in_it(part, variables, depth + 1))
}

fn attribute(value: &Value, depth: usize) -> Option<String> {
    if depth >= DEEPEST {
        return None;
    }
    if value.get(".").is_some() {
        return path(value).map(|path| format!("`{path}`"));
    }
    match value {
        Value::Object(parts) => parts.values().find_map(|it| attribute(it, depth + 1)),
        Value::Array(parts) => parts.iter().find_map(|it| attribute(it, depth + 1)),
        Value::String(word) if word == "principal" => Some(BY_NAME.to_owned()),
        _ => None,
    }
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}
