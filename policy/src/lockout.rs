//! Policies that would lock out who writes them: a person must always be able to run Chaperone and change what it is
//! told.

use std::collections::BTreeSet;

use event::{Action, Circumstances, Object, Principal, Text, Verb};

use crate::{Guide, Profile, Refusal};

/// A person who looks after this host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Operator {
    /// The account.
    pub account: Text,
    /// Its groups.
    pub groups: BTreeSet<Text>,
}

/// What must always be possible.
const NEEDED: [(Verb, &str); 8] = [
    (Verb::Exec, "/usr/bin/chaperone"),
    (Verb::Exec, "/usr/local/bin/chaperone"),
    (Verb::Exec, "/usr/bin/sudo"),
    (Verb::ReadFile, "/etc/chaperone/chaperone.toml"),
    (Verb::WriteFile, "/etc/chaperone/chaperone.toml"),
    (Verb::ReadFile, "/etc/chaperone/policies/own.cedar"),
    (Verb::WriteFile, "/etc/chaperone/policies/own.cedar"),
    (Verb::DeleteFile, "/etc/chaperone/policies/own.cedar"),
];

impl Guide {
    /// The policies that would keep these people from running Chaperone or changing its policies, at any hour.
    pub fn locks_out(&self, operators: &[Operator]) -> Vec<Refusal> {
        let mut found: Vec<Refusal> = Vec::new();
        for profile in Profile::ALL.into_iter().filter(|profile| profile.enforces()) {
            for operator in operators {
                for (verb, path) in NEEDED {
                    for context in self.times(profile, verb) {
                        let action = action(operator, verb, path, context);
                        self.refusals(profile, &action, operator, &mut found);
                    }
                }
            }
        }
        found.dedup();
        found
    }

    fn refusals(
        &self,
        profile: Profile,
        action: &Action,
        operator: &Operator,
        found: &mut Vec<Refusal>,
    ) {
        let decision = self.decide(profile, action);
        for because in decision.because.iter().filter(|it| !it.effect.goes_on()) {
            let rule = self.book(profile).rule(&because.policy);
            let (file, line) = rule.map_or(("", 0), |rule| (&*rule.at.0, rule.at.1));
            let message = format!(
                "`{}` would {} `{}` {}: whoever looks after Chaperone would be locked out",
                because.policy,
                if because.effect == event::Effect::Ask { "ask about what" } else { "keep" },
                operator.account,
                action.wanted().replacen("wanted ", "", 1)
            );
            let hint = "name the principals that are agents: `principal is Session`, or `unless { principal is Human }`";
            let refusal = Refusal::at(file, (line, 0), message, hint);
            let known = |it: &Refusal| it.file == refusal.file && it.line == refusal.line;
            if !found.iter().any(known) {
                found.push(refusal);
            }
        }
    }

    /// Every time at which a policy could speak otherwise.
    fn times(&self, profile: Profile, verb: Verb) -> Vec<Circumstances> {
        let slice = self.book(profile).slice(verb);
        let asks = |word: &str| slice.is_some_and(|slice| slice.asks_for(word));
        let hours = if asks("hour") { 0..24 } else { 12..13 };
        let days = if asks("weekday") { 1..8 } else { 1..2 };
        let attended = if asks("attended") { vec![true, false] } else { vec![true] };
        let mut times = Vec::new();
        for hour in hours {
            for weekday in days.clone() {
                let at = |attended: &bool| Circumstances {
                    hour,
                    weekday,
                    attended: *attended,
                    acts_per_minute: 1,
                    ..Circumstances::default()
                };
                times.extend(attended.iter().map(at));
            }
        }
        times
    }
}

fn action(operator: &Operator, verb: Verb, path: &str, context: Circumstances) -> Action {
    let object = match verb {
        Verb::Exec => Object::Program { path: path.into(), command_line: path.into() },
        _ => Object::File { path: path.into() },
    };
    let principal =
        Principal::Human { account: operator.account.clone(), groups: operator.groups.clone() };
    Action { principal, verb, object, context }
}
