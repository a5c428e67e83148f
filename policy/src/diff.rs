//! Two sets of policies beside each other: which are new, gone, other.

use std::collections::BTreeSet;

use event::{Effect, Text};

use crate::{Guide, Profile, Rule};

/// What became of one policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It asks for another effect: before, now.
    Effect(Effect, Effect),
    /// Its text is another one, its effect is not.
    Text,
    /// It stands elsewhere, or is written otherwise, and says the same.
    Moved,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The policy.
    pub policy: Text,
    /// What became of it.
    pub changed: Changed,
    /// Its text before and now, in the one form.
    pub texts: [String; 2],
}

/// What is other in `new`, by the ids of policies.
pub fn diff(old: &Guide, new: &Guide) -> Vec<Difference> {
    let rules = |guide| own(guide).map(|rule| rule.because.policy.clone());
    let ids: BTreeSet<Text> = rules(old).chain(rules(new)).collect();
    let of = |policy: Text| {
        let [before, now] =
            [old, new].map(|guide| own(guide).find(|it| it.because.policy == policy));
        let texts = [before, now].map(|rule| rule.map_or_else(String::new, written));
        let changed = match (before, now) {
            (None, _) => Changed::Added,
            (_, None) => Changed::Removed,
            (Some(before), Some(now)) if before.because.effect != now.because.effect => {
                Changed::Effect(before.because.effect, now.because.effect)
            }
            (Some(_), Some(_)) if texts[0] != texts[1] => Changed::Text,
            (Some(before), Some(now)) if before.at != now.at || before.text != now.text => {
                Changed::Moved
            }
            _ => return None,
        };
        Some(Difference { policy, changed, texts })
    };
    ids.into_iter().filter_map(of).collect()
}

/// Every profile has its own policies besides those; what ships is the same in both.
fn own(guide: &Guide) -> impl Iterator<Item = &Rule> {
    guide.book(Profile::Guarded).rules()
}

fn written(rule: &Rule) -> String {
    crate::format(&rule.at.0, &rule.text).unwrap_or_else(|_| rule.text.to_string())
}
