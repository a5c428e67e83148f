//! What a policy says of itself beside its condition: its annotations.

use cedar_policy::Policy;
use event::{Because, Effect, Severity, Text};

/// The annotations that mean something; any other is a slip of the pen.
const KNOWN: [&str; 8] =
    ["id", "effect", "severity", "reason", "techniques", "controls", "mitigates", "lifts"];

/// The annotations of a policy, read.
#[derive(Debug)]
pub struct Notes {
    pub because: Because,
    /// The policy that this one, an approval, lifts.
    pub lifts: Option<Text>,
}

/// Reads them; the error is what is wrong and what to do.
pub fn read(policy: &Policy, id: Text) -> Result<Notes, (String, String)> {
    let permits = policy.effect() == cedar_policy::Effect::Permit;
    for (name, _) in policy.annotations() {
        if !KNOWN.contains(&name) {
            let names = KNOWN.map(|name| format!("`@{name}`")).join(", ");
            return Err((format!("`@{name}` is no annotation"), format!("there are {names}")));
        }
    }
    let effect = match (policy.annotation("effect"), permits) {
        (None, true) => Effect::Allow,
        (None, false) => Effect::Deny,
        (Some(_), true) => {
            let hint = "leave it out: what permits has no effect of its own";
            return Err(("`@effect` stands on a `permit`".into(), hint.into()));
        }
        (Some(word), false) => effect(word).ok_or_else(|| {
            let hint = "write kill, deny, ask, stage, redact or notify".to_owned();
            (format!("`{word}` is no effect"), hint)
        })?,
    };
    let severity = match policy.annotation("severity") {
        None => Severity::default(),
        Some(word) => severity(word).ok_or_else(|| {
            let hint = "write informational, low, medium, high or critical".to_owned();
            (format!("`{word}` is no severity"), hint)
        })?,
    };
    let lifts = policy.annotation("lifts").map(Text::from);
    if lifts.is_some() && !permits {
        let hint = "an approval is a `permit`";
        return Err(("`@lifts` stands on a `forbid`".into(), hint.into()));
    }
    let because = Because {
        policy: id,
        effect,
        severity,
        reason: policy.annotation("reason").unwrap_or_default().into(),
        techniques: list(policy.annotation("techniques")),
        controls: list(policy.annotation("controls")),
        mitigates: list(policy.annotation("mitigates")),
    };
    Ok(Notes { because, lifts })
}

fn list(text: Option<&str>) -> Vec<Text> {
    let words = text.into_iter().flat_map(|text| text.split(','));
    words.map(str::trim).filter(|word| !word.is_empty()).map(Text::from).collect()
}

fn effect(word: &str) -> Option<Effect> {
    use Effect::{Ask, Deny, Kill, Notify, Redact, Stage};
    [Notify, Redact, Stage, Ask, Deny, Kill].into_iter().find(|effect| effect.name() == word)
}

fn severity(word: &str) -> Option<Severity> {
    use Severity::{Critical, High, Informational, Low, Medium};
    [Informational, Low, Medium, High, Critical].into_iter().find(|it| it.name() == word)
}
