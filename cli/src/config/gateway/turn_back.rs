//! `[gateway.turn_back]`: what a policy takes out of requests, and what of it comes back in answers.

use anyhow::{Result, ensure};
use content::inspect::Family;
use gateway::models::Returns;
use serde::{Deserialize, Serialize};

/// What comes back, and where.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TurnBack {
    /// Families and kinds; none: nothing comes back.
    pub kinds: Vec<String>,
    /// Tools that may be given it.
    pub tools: Vec<String>,
    /// Hosts that may be named beside it.
    pub hosts: Vec<String>,
}

impl TurnBack {
    /// What comes back; none: nothing does.
    pub fn returns(&self) -> Result<Option<Returns>> {
        for kind in &self.kinds {
            is_sound(kind)?;
        }
        let Self { kinds, tools, hosts } = self.clone();
        Ok((!kinds.is_empty()).then_some(Returns { kinds, tools, hosts }))
    }
}

/// Data of a family, or one kind of it; secrets one by one, so that nobody lets all of them back by a word.
fn is_sound(kind: &str) -> Result<()> {
    const DATA: [Family; 3] = [Family::Secret, Family::Personal, Family::Class];
    let (family, one) = kind.split_once('/').unwrap_or((kind, ""));
    ensure!(
        DATA.iter().any(|it| it.name() == family),
        "`gateway.turn_back.kinds` names `{kind}`, which is never taken out to come back\nhint: use `personal`, `personal/email`, `class/NAME` or `secret/KIND`"
    );
    ensure!(
        family != Family::Secret.name() || !one.is_empty(),
        "`gateway.turn_back.kinds` names all secrets\nhint: name each kind, like `secret/github_token`"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_come_back_by_their_kind_alone() {
        let check = |kinds: &[&str], expect: Result<usize, &str>| {
            let kinds = kinds.iter().map(|it| (*it).to_owned()).collect();
            let read = TurnBack { kinds, ..TurnBack::default() }.returns();
            match (read, expect) {
                (Ok(returns), Ok(count)) => {
                    assert_eq!(returns.map_or(0, |it| it.kinds.len()), count);
                }
                (Err(error), Err(expect)) => assert!(error.to_string().contains(expect), "{error}"),
                other => panic!("{other:?}"),
            }
        };
        check(&[], Ok(0));
        check(&["personal", "class/customer", "secret/github_token"], Ok(3));
        check(&["secret"], Err("hint: name each kind"));
        check(&["secret/"], Err("hint: name each kind"));
        check(&["injection"], Err("never taken out"));
    }
}
