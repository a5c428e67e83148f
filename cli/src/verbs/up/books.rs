//! The policies in force as the kernel holds them, and by which book of theirs each session is held.

use std::net::IpAddr;
use std::sync::Arc;

use event::{End, KernelRules, Label, Principal, Text};
use policy::{Compiled, Guide, HeldBy};

use crate::policies;

/// Policies, and what they were compiled to.
pub struct Books {
    guide: Arc<Guide>,
    compiled: Compiled,
}

impl Books {
    /// With a book for each way in which sessions are held.
    pub fn of(guide: Arc<Guide>, workspaces: &[Text], principals: &[Principal]) -> Self {
        let compiled = guide.kernel_rules(&policies::homes(), workspaces, principals);
        Self { guide, compiled }
    }

    /// The rules.
    pub fn rules(&self) -> &KernelRules {
        &self.compiled.rules
    }

    /// The rules with the book of every session, so that each is held by them as soon as they are in force.
    pub fn for_sessions(
        &self,
        sessions: impl Iterator<Item = (Label, Principal)>,
    ) -> Arc<KernelRules> {
        let sessions = sessions.map(|(label, who)| (label, self.held_by(&who).book()));
        Arc::new(KernelRules { sessions: sessions.collect(), ..self.rules().clone() })
    }

    /// By which book somebody is held.
    pub fn held_by(&self, who: &Principal) -> HeldBy {
        self.compiled.held_by(self.guide.profile_for(who), who)
    }

    /// What addresses are that a name was answered with.
    pub fn ends_of_name(&self, name: &str, addresses: &[IpAddr]) -> Vec<End> {
        self.guide.ends_of_name(self.rules(), name, addresses)
    }

    /// Tells it if more ways to hold sessions than before have no book of their own.
    pub fn tell_crowd(&self, before: Option<&Self>) {
        let ways = self.compiled.crowded();
        if ways > before.map_or(0, |before| before.compiled.crowded()) {
            tracing::warn!(ways, "too many ways to hold sessions: these share the strictest book");
        }
    }
}
