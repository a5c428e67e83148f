//! What the proxy refuses by itself, whatever policy says, and how it says so: an id like a policy's, a sentence that
//! an agent can act upon.

use std::net::IpAddr;

use event::show::brief;
use event::{Because, Decision, Effect, Severity, Text};

/// Why the proxy does not go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The host is not among those that were allowed for this run.
    NotAllowed,
    /// No name that DNS could carry.
    BadName,
    /// An address that programs read differently.
    OddAddress,
    /// The name leads to an address of this host or its network.
    Inside(IpAddr),
    /// An address that stands for a name, which nobody had asked for.
    UnknownAnswer,
    /// A name and a password in the address.
    Login,
    /// The name in TLS is another one.
    OtherServerName(Text),
    /// The connection says no name in TLS.
    NoServerName,
    /// The name in TLS is encrypted.
    HiddenServerName,
    /// What should be TLS is not.
    NotTls,
    /// What should be HTTP is not.
    NotHttp,
    /// The request names another host than its connection.
    OtherHost(Text),
    /// A message whose length can be read in two ways.
    Ambiguous,
    /// Something that the proxy does not do.
    Unsupported(&'static str),
    /// A kind of DNS record that can carry anything.
    Record(u16),
    /// Too many names asked for.
    TooManyNames,
    /// A placeholder on its way to a host that the secret is not for.
    SecretElsewhere(Text),
    /// A placeholder where the secret could be read on the way.
    SecretInTheOpen(Text),
    /// A placeholder where no credential stands.
    SecretMisplaced(Text),
    /// An answer that cannot be looked into, to a request that carried a secret.
    Unreadable,
}

impl Refusal {
    /// As a policy would be called.
    pub fn policy(&self) -> &'static str {
        match self {
            Self::NotAllowed => "egress.not-allowed",
            Self::BadName => "egress.bad-name",
            Self::OddAddress => "egress.odd-address",
            Self::Inside(_) => "egress.inside",
            Self::UnknownAnswer => "egress.unknown-answer",
            Self::Login => "egress.login-in-address",
            Self::OtherServerName(_) | Self::NoServerName | Self::OtherHost(_) => "egress.fronting",
            Self::HiddenServerName => "egress.hidden-name",
            Self::NotTls => "egress.not-tls",
            Self::NotHttp => "egress.not-http",
            Self::Ambiguous => "egress.ambiguous-length",
            Self::Unsupported(_) => "egress.unsupported",
            Self::Record(_) => "egress.dns-record",
            Self::TooManyNames => "egress.too-many-names",
            Self::SecretElsewhere(_) => "egress.secret-elsewhere",
            Self::SecretInTheOpen(_) => "egress.secret-in-the-open",
            Self::SecretMisplaced(_) => "egress.secret-misplaced",
            Self::Unreadable => "egress.unreadable-answer",
        }
    }

    /// One sentence, and what to do.
    pub fn reason(&self) -> String {
        match self {
            Self::NotAllowed => "this run may not reach that host; ask the person who started it to allow it".into(),
            Self::BadName => "that is no name of a host".into(),
            Self::OddAddress => "addresses are written in full, like 192.0.2.1 or [2001:db8::1]".into(),
            Self::Inside(address) => format!(
                "the host is at {address}, on this machine or its network, which has to be allowed by address"
            ),
            Self::UnknownAnswer => "that address stands for no name that was asked for in this run".into(),
            Self::Login => "a user name in the address is not passed on; send it in a header".into(),
            Self::OtherServerName(name) => {
                format!("the connection was opened for another host than `{}`, which TLS names", brief(name, 80))
            }
            Self::NoServerName => "TLS to a host by name has to say the name (SNI)".into(),
            Self::HiddenServerName => "TLS hides the host's name (ECH); turn that off".into(),
            Self::NotTls => "port 443 carries TLS here and nothing else".into(),
            Self::NotHttp => "port 80 carries HTTP here and nothing else".into(),
            Self::OtherHost(name) => {
                format!("the request names `{}`, which its connection was not opened for", brief(name, 80))
            }
            Self::Ambiguous => "the length of the message can be read in two ways".into(),
            Self::Unsupported(what) => format!("the proxy does not do {what}"),
            Self::Record(kind) => format!("names are asked for by address only, not for records of type {kind}"),
            Self::TooManyNames => "this run asked for too many names".into(),
            Self::SecretElsewhere(name) => {
                format!("the placeholder of `{}` may go to its own hosts only", brief(name, 40))
            }
            Self::SecretInTheOpen(name) => format!("`{}` is sent over TLS only", brief(name, 40)),
            Self::SecretMisplaced(name) => format!(
                "`{}` may stand in a header or parameter for credentials only, like `authorization`",
                brief(name, 40)
            ),
            Self::Unreadable => {
                "the answer to a request with a secret came compressed, although that was not asked for".into()
            }
        }
    }

    fn severity(&self) -> Severity {
        match self {
            Self::SecretElsewhere(_) | Self::SecretInTheOpen(_) | Self::SecretMisplaced(_) => {
                Severity::High
            }
            Self::OtherServerName(_)
            | Self::OtherHost(_)
            | Self::HiddenServerName
            | Self::Ambiguous => Severity::High,
            Self::Inside(_) | Self::OddAddress | Self::Record(_) | Self::TooManyNames => {
                Severity::Medium
            }
            _ => Severity::Low,
        }
    }

    /// As a decision of the record.
    pub fn decision(&self) -> Decision {
        let because = Because {
            policy: self.policy().into(),
            effect: Effect::Deny,
            severity: self.severity(),
            reason: self.reason().into(),
            ..Because::default()
        };
        Decision {
            effect: Effect::Deny,
            would: Effect::Deny,
            because: vec![because],
            ..Decision::default()
        }
    }
}
