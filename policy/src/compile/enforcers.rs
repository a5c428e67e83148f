//! Who could hold an act back for each policy that speaks about it: from what is compiled, not from what is hoped.

use std::collections::BTreeSet;
use std::net::IpAddr;

use event::{
    Action, Because, Classes, Clause, Decision, Effect, Enforcer, FileAccess, Holds, KernelRules,
    Object, Principal, Text, Verb,
};

use super::{Home, Left, asked};
use crate::decide::UNPERMITTED;
use crate::{Guide, Profile};

impl Guide {
    /// For each policy that would stop the action: who carries it out, where it is at work. Only the record: nobody, it is
    /// seen when it has happened.
    pub fn enforcers(
        &self,
        profile: Profile,
        action: &Action,
        decision: &Decision,
        homes: &[Home],
    ) -> Vec<(Text, BTreeSet<Enforcer>)> {
        let session =
            matches!(action.principal, Principal::Session { .. } | Principal::SubAgent { .. });
        let stopping = decision.because.iter().filter(|it| it.effect >= Effect::Ask);
        if !profile.enforces() || !session {
            let record = BTreeSet::from([Enforcer::Record]);
            return stopping.map(|it| (it.policy.clone(), record.clone())).collect();
        }
        let workspace = action.principal.agent().map(|agent| agent.workspace.clone());
        let workspace = workspace.unwrap_or_default();
        let principals = std::iter::once((profile, &action.principal));
        let compiled = self.compiled(homes, std::slice::from_ref(&workspace), principals);
        let Some(book) = compiled.held_by(profile, &action.principal).book() else {
            return Vec::new();
        };
        let rules = &compiled.rules;
        let kernel = Kernel::of(self, rules, book, action, &workspace);
        let boxed = self.boxed(profile, action, homes);
        let is_asked = action.verb == Verb::Exec && asked::is_asked(&rules.asked, &action.object);
        let waits = |because: &Because| {
            let of = |left: &Left| {
                matches!(left, Left::Policy { verb: Verb::Exec, policy, by: Enforcer::Files, .. }
                    if *policy == because.policy)
            };
            is_asked && compiled.left(book).any(of)
        };
        let by = |because: &Because| {
            let mut by: BTreeSet<Enforcer> = asked_before(action.verb).into_iter().collect();
            if kernel.stops(because) {
                by.insert(Enforcer::Kernel);
                if matches!(action.verb, Verb::ReadFile | Verb::Exec) {
                    by.insert(Enforcer::Files);
                }
            }
            if waits(because) {
                by.insert(Enforcer::Files);
            }
            if boxed {
                by.insert(Enforcer::Sandbox);
            }
            if by.is_empty() {
                by.insert(Enforcer::Record);
            }
            (because.policy.clone(), by)
        };
        stopping.map(by).collect()
    }

    /// Whether a launched agent cannot do it at all.
    fn boxed(&self, profile: Profile, action: &Action, homes: &[Home]) -> bool {
        let (path, needed) = match (&action.object, action.verb) {
            (Object::File { path }, Verb::ReadFile) => (path, FileAccess::Read),
            (Object::File { path }, Verb::WriteFile | Verb::DeleteFile) => {
                (path, FileAccess::Change)
            }
            (Object::Program { path, .. }, Verb::Exec) => (path, FileAccess::Run),
            _ => return false,
        };
        let Some(agent) = action.principal.agent().filter(|_| path.starts_with('/')) else {
            return false;
        };
        let home = homes.iter().find(|home| home.account == agent.owner);
        home.is_some_and(|home| {
            let (plan, _) = self.sandbox_plan(agent, profile, home);
            plan.access(path).0 < needed
        })
    }
}

/// Who asks before such an act, where it is set up.
fn asked_before(verb: Verb) -> Option<Enforcer> {
    match verb {
        Verb::Connect | Verb::HttpRequest | Verb::CallModel | Verb::UseSecret => {
            Some(Enforcer::Proxy)
        }
        Verb::Exec
        | Verb::ReadFile
        | Verb::WriteFile
        | Verb::DeleteFile
        | Verb::CallTool
        | Verb::LaunchAgent
        | Verb::ChangeAgentConfig => Some(Enforcer::Hook),
        Verb::Listen | Verb::LoadCode => None,
    }
}

/// What the kernel's rules say about one action.
struct Kernel<'a> {
    rules: &'a KernelRules,
    forbids: Vec<Clause>,
    /// Nothing permits it.
    closed: bool,
}

impl<'a> Kernel<'a> {
    fn of(
        guide: &Guide,
        rules: &'a KernelRules,
        book: u16,
        action: &Action,
        workspace: &str,
    ) -> Self {
        let book = rules.books.get(usize::from(book));
        let verb = book.and_then(|book| book.verbs.get(&action.verb));
        let (Some(verb), Some(classes)) = (verb, seen(guide, rules, action, workspace)) else {
            return Self { rules, forbids: Vec::new(), closed: false };
        };
        let secret = action.context.holds.contains(&Holds::Secret);
        let holds = |clause: &&Clause| clause.holds_for(classes, secret);
        let open = verb.permits.as_ref().is_none_or(|it| it.iter().any(|one| holds(&one)));
        Self { rules, forbids: verb.forbids.iter().filter(holds).copied().collect(), closed: !open }
    }

    fn stops(&self, because: &Because) -> bool {
        let number = self.rules.policies.iter().position(|known| *known == because.policy);
        match number.and_then(|number| u16::try_from(number).ok()) {
            Some(number) => self.forbids.iter().any(|clause| clause.policy == number),
            None => self.closed && *because.policy == *UNPERMITTED,
        }
    }
}

/// What the kernel takes the thing for; a host by the address that its name was answered with.
fn seen(guide: &Guide, rules: &KernelRules, action: &Action, workspace: &str) -> Option<Classes> {
    let with = &action.context;
    match &action.object {
        Object::File { path } => Some(rules.of_file(path, workspace, &with.program, &with.script)),
        Object::Program { path, .. } => Some(rules.of_path(path, workspace).0),
        Object::Host { name, address, .. } => {
            let address = address.unwrap_or(IpAddr::from([0, 0, 0, 0]));
            let named = guide.ends_of_name(rules, name, &[address]);
            let by_name = named.first().map_or(Classes::NONE, |end| end.classes);
            Some(rules.of_address(address).and(by_name))
        }
        Object::Tool { .. } | Object::Model { .. } | Object::Secret { .. } => None,
    }
}
