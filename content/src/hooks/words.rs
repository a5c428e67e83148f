//! Why a call does not go on, in words that the agent that made it can act upon.

use event::show::{brief, plain};
use event::{Action, Decision, Effect};

/// The policy that is named where a call could not be read.
pub const UNREADABLE: &str = "guard-input";

/// What the agent is told: what was stopped, by which policy and why, and what it can do instead.
pub fn reason(action: &Action, decision: &Decision) -> String {
    let next = match decision.would {
        Effect::Ask => {
            "A person has to allow it first, and was not asked here: say what you wanted to do and why, and go on with what does not need it."
        }
        _ => NO_OTHER_WAY,
    };
    format!("Chaperone stopped this call. It {}. {next}", because(action, decision))
}

/// What is told to a program that was not run: it is read by whoever reads what the program would have said.
/// `harm` is what it would do, and to what.
pub fn held(action: &Action, decision: &Decision, harm: Option<(&str, &str)>) -> String {
    let harm = harm.map(|(says, target)| format!("; {says}: `{}`", brief(target, 160)));
    let harm = harm.unwrap_or_default();
    let next = match decision.would {
        Effect::Ask => {
            "A person is asked (`chaperone approvals`): say what you wanted to do and why, and go on with what does not need it."
        }
        _ => NO_OTHER_WAY,
    };
    format!("it {}{harm}. {next}", because(action, decision))
}

const NO_OTHER_WAY: &str = "No other way to the same end is allowed either: say what you wanted to do and why, and leave it to a person.";

/// What was wanted, and which policy says no.
fn because(action: &Action, decision: &Decision) -> String {
    let what = action.wanted();
    let (policy, why) = match decision.because.first() {
        Some(because) => (brief(&because.policy, 80), brief(&because.reason, 240)),
        None => ("none".into(), "nothing permits it".into()),
    };
    let profile = plain(&decision.profile);
    format!("{what}: {why} (policy {policy}, profile {profile})")
}
