//! The words that closed sets are written with, both ways.

use event::{Access, AgentKind, Basis, Caveats, Protocol};

/// A closed set whose members have names.
pub trait Word: Copy + PartialEq + 'static {
    /// All members and their names, as on the wire.
    const WORDS: &'static [(Self, &'static str)];

    /// The name.
    fn word(self) -> Option<&'static str> {
        Self::WORDS.iter().find(|(member, _)| *member == self).map(|(_, word)| *word)
    }
    /// The member of that name.
    fn of(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(_, known)| *known == word).map(|(member, _)| *member)
    }
}

impl Word for Access {
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Read, "read"),
        (Self::Write, "write"),
        (Self::ReadWrite, "read_write"),
        (Self::Path, "path"),
    ];
}

impl Word for Protocol {
    const WORDS: &'static [(Self, &'static str)] =
        &[(Self::Tcp, "tcp"), (Self::Udp, "udp"), (Self::Unix, "unix"), (Self::Other, "other")];
}

impl Word for AgentKind {
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Agent, "agent"),
        (Self::Editor, "editor"),
        (Self::ToolServer, "tool_server"),
        (Self::Workload, "workload"),
        (Self::Undeclared, "undeclared"),
    ];
}

impl Word for Basis {
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Lineage, "lineage"),
        (Self::Adopted, "adopted"),
        (Self::HandedOver, "handed_over"),
        (Self::Behaviour, "behaviour"),
        (Self::Provisional, "provisional"),
    ];
}

/// Names of the flags, joined by commas; a flag without a name is written as its number.
pub fn caveats(caveats: Caveats) -> Option<String> {
    let mut rest = caveats.0;
    let mut words: Vec<String> = Vec::new();
    for bit in (0..16).map(|shift| 1_u16 << shift) {
        if caveats.0 & bit != 0
            && let Some(name) = Caveats(bit).names().next()
        {
            words.push(name.to_owned());
            rest &= !bit;
        }
    }
    if rest != 0 {
        words.push(rest.to_string());
    }
    (!words.is_empty()).then(|| words.join(","))
}

/// The flags of [`caveats`].
pub fn caveats_of(words: &str) -> Caveats {
    let mut caveats = Caveats::default();
    for word in words.split(',') {
        let named = (0..16).map(|shift| Caveats(1 << shift)).find(|flag| flag.names().eq([word]));
        caveats.insert(named.unwrap_or_else(|| Caveats(word.parse().unwrap_or(0))));
    }
    caveats
}
