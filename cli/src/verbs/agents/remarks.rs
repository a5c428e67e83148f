//! What somebody should look at, of one agent: nobody answers for it, nobody uses it, nobody looked at it in time, or
//! it is used though it is retired.

use event::AgentKind;
use journal::Stewardship;

use super::Known;
use crate::config;
use crate::lines::stamp;

const DAY_NS: u64 = 86_400 * 1_000_000_000;
/// So many days before a review is due, it is said; of short intervals the last fifth.
const AHEAD_DAYS: u32 = 14;

/// Everything that remarks are made of.
struct Facts<'a> {
    kind: AgentKind,
    /// Whose account runs it; empty is the host itself.
    account: &'a str,
    is_installed: Is,
    last_unix_ns: Option<u64>,
    /// The latest time at which it was seen running.
    ran_unix_ns: Option<u64>,
    care: &'a Stewardship,
}

/// Whether an agent lies on the disk.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Is {
    Installed,
    Seen,
}

/// The remarks on an agent, the worst first.
pub fn remarks(agent: &Known, settings: &config::Agents) -> Vec<&'static str> {
    let ran = agent.sessions.iter().map(|it| match it.ended_unix_ns {
        Some(ended) => ended,
        None => crate::host::now_unix_ns(),
    });
    let facts = Facts {
        kind: agent.kind,
        account: &agent.owner,
        is_installed: if agent.declared.is_some() { Is::Installed } else { Is::Seen },
        last_unix_ns: agent.last_unix_ns(),
        ran_unix_ns: ran.max(),
        care: &agent.care,
    };
    of(&facts, settings, crate::host::now_unix_ns(), &|name| {
        crate::accounts::uid_of(name).is_some()
    })
}

fn of(
    facts: &Facts<'_>,
    settings: &config::Agents,
    now: u64,
    is_account: &dyn Fn(&str) -> bool,
) -> Vec<&'static str> {
    let mut remarks = Vec::new();
    let care = facts.care;
    if let Some(retired) = care.retired_unix_ns {
        let used = facts.ran_unix_ns.is_some_and(|ran| ran > retired);
        remarks.push(if used { "retired but seen" } else { "retired" });
    }
    if facts.kind == AgentKind::Undeclared {
        remarks.push("undeclared");
    }
    let gone = match &care.owner {
        Some(owner) => care.owner_uid.is_some() && !is_account(owner),
        None => !facts.account.is_empty() && !is_account(facts.account),
    };
    if gone {
        remarks.push("orphaned");
    }
    let idle = |last: u64| now.saturating_sub(last) > days(settings.dormant_days);
    if facts.is_installed == Is::Installed && facts.last_unix_ns.is_some_and(idle) {
        remarks.push("dormant");
    }
    if let (Some(due), None) = (due(care, settings), care.retired_unix_ns) {
        if due <= now {
            remarks.push("review overdue");
        } else if due - now <= days(AHEAD_DAYS.min(every(care, settings) / 5)) {
            remarks.push("review due");
        }
    }
    remarks
}

/// When somebody should look at it; nobody is asked before somebody answers for it.
pub fn due(care: &Stewardship, settings: &config::Agents) -> Option<u64> {
    care.owner.as_ref()?;
    let every = Some(every(care, settings)).filter(|days| *days > 0)?;
    Some(care.reviewed_unix_ns?.saturating_add(days(every)))
}

/// How often, in days.
fn every(care: &Stewardship, settings: &config::Agents) -> u32 {
    care.review_every_days.unwrap_or(settings.review_days)
}

/// "bob, reviewed by sec every 90 days, next until 2026-…".
pub fn steward(care: &Stewardship, settings: &config::Agents) -> Option<String> {
    use event::show::brief;
    let mut words = brief(care.owner.as_ref()?, 60);
    if let Some(due) = due(care, settings) {
        let reviewer = care.reviewer.as_ref().or(care.owner.as_ref())?;
        let (reviewer, until) = (brief(reviewer, 60), stamp(due));
        let every = every(care, settings);
        words.push_str(&format!("; {reviewer} looks at it every {every} days, next until {until}"));
    }
    Some(words)
}

fn days(days: u32) -> u64 {
    u64::from(days) * DAY_NS
}

#[cfg(test)]
mod tests {
    use journal::{Care, CareStep};

    use super::*;

    const NOW: u64 = 1_000 * DAY_NS;

    fn said(day: u64, care: Care) -> CareStep {
        CareStep { time_unix_ns: day * DAY_NS, by: "root".into(), care, note: None }
    }

    fn own(owner: &str, owner_uid: Option<u32>, every: Option<u32>) -> Care {
        let owner = owner.into();
        Care::Own { owner, owner_uid, reviewer: None, review_every_days: every }
    }

    /// `last` and `ran` are days; alice is the one account.
    fn check(
        account: &str,
        kind: AgentKind,
        (last, ran): (Option<u64>, Option<u64>),
        history: Vec<CareStep>,
        expect: &[&str],
    ) {
        let facts = Facts {
            kind,
            account,
            is_installed: if last.is_some() { Is::Installed } else { Is::Seen },
            last_unix_ns: last.map(|day| day * DAY_NS),
            ran_unix_ns: ran.map(|day| day * DAY_NS),
            care: &Stewardship::of(history.clone()),
        };
        let found = of(&facts, &config::Agents::default(), NOW, &|name| name == "alice");
        assert_eq!(found, expect, "{account} {history:?}");
    }

    #[test]
    fn what_somebody_should_look_at() {
        let agent = AgentKind::Agent;
        let used = (Some(999), Some(999));
        check("alice", agent, used, vec![], &[]);
        check("", agent, used, vec![], &[]);
        check("1007", agent, used, vec![], &["orphaned"]);
        check("gone", agent, used, vec![], &["orphaned"]);
        check("alice", AgentKind::Undeclared, used, vec![], &["undeclared"]);
        check("alice", agent, (Some(969), None), vec![], &["dormant"]);
        check("alice", agent, (Some(970), None), vec![], &[]);
        check("alice", agent, (None, Some(1)), vec![], &[]);
        // Somebody answers for it: whose account runs it does not matter then.
        check("gone", agent, used, vec![said(990, own("alice", Some(1), None))], &[]);
        check("alice", agent, used, vec![said(990, own("bob", Some(2), None))], &["orphaned"]);
        check("alice", agent, used, vec![said(990, own("platform team", None, None))], &[]);
        let overdue = &["review overdue"][..];
        check("alice", agent, used, vec![said(910, own("alice", Some(1), None))], overdue);
        check("alice", agent, used, vec![said(911, own("alice", Some(1), None))], &["review due"]);
        check("alice", agent, used, vec![said(924, own("alice", Some(1), None))], &["review due"]);
        check("alice", agent, used, vec![said(925, own("alice", Some(1), None))], &[]);
        check("alice", agent, used, vec![said(992, own("alice", Some(1), Some(7)))], overdue);
        check("alice", agent, used, vec![said(995, own("alice", Some(1), Some(7)))], &[]);
        check(
            "alice",
            agent,
            used,
            vec![said(994, own("alice", Some(1), Some(7)))],
            &["review due"],
        );
        let looked = vec![said(1, own("alice", Some(1), None)), said(995, Care::Review)];
        check("alice", agent, used, looked, &[]);
        check("alice", agent, used, vec![said(1, Care::Review)], &[]);
        check("alice", agent, used, vec![said(999, Care::Retire)], &["retired"]);
        check("alice", agent, used, vec![said(998, Care::Retire)], &["retired but seen"]);
        let again = vec![said(998, Care::Retire), said(999, Care::Keep)];
        check("alice", agent, used, again, &[]);
        let both = vec![said(1, own("alice", Some(1), None)), said(2, Care::Retire)];
        check("alice", agent, (Some(1), Some(1)), both, &["retired", "dormant"]);
    }

    #[test]
    fn zero_days_is_no_review() {
        let settings = config::Agents { review_days: 0, ..config::Agents::default() };
        let care = Stewardship::of(vec![said(1, own("alice", None, None))]);
        assert_eq!(due(&care, &settings), None);
        assert_eq!(steward(&care, &settings).as_deref(), Some("alice"));
        let care = Stewardship::of(vec![said(1, own("alice", None, Some(2)))]);
        assert_eq!(due(&care, &settings), Some(3 * DAY_NS));
    }
}
