//! A detection rule as it was understood: an expression over tests of fields. Everything after
//! reading (the engine, the naive evaluator of the tests) works on these types.

pub mod condition;
pub mod correlation;
pub mod detection;
pub mod document;
pub mod encode;
pub mod glob;
pub mod logsource;
pub mod modifier;
pub mod possible;

use std::net::IpAddr;
use std::sync::Arc;

use content::matcher::Place;
use content::pattern::Pattern;
use event::{RuleInfo, Text};

use crate::civil::Civil;
use crate::field::Field;
use crate::kind::Kinds;
use glob::Glob;

/// A detection rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// What findings say of it.
    pub info: Arc<RuleInfo>,
    /// Name that correlations and filters may use.
    pub name: Option<Text>,
    /// What it is about, for people.
    pub description: Text,
    /// Sigma's `status` (`stable`, `test`, `experimental`).
    pub status: Text,
    /// File and line it stands at.
    pub place: (Text, u32),
    /// Events it looks at.
    pub kinds: Kinds,
    /// What the logsource says, for filters.
    pub logsource: logsource::LogSource,
    /// Whose acts it looks at.
    pub scope: Scope,
    /// How long equal findings are folded into one, in nanoseconds; none is the setting's.
    pub window_ns: Option<u64>,
    /// When it matches.
    pub expression: Expression,
    /// It gives findings of its own, also if a correlation uses it.
    pub reports: bool,
}

/// Whose acts a rule looks at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// Acts in the tree of an agent.
    #[default]
    Agents,
    /// Acts of anybody on this host.
    Host,
}

/// When a rule matches.
#[derive(Clone, Debug)]
pub enum Expression {
    /// Always or never.
    Constant(bool),
    /// All of them.
    And(Vec<Expression>),
    /// At least one.
    Or(Vec<Expression>),
    /// Not this.
    Not(Box<Expression>),
    /// One look at one field.
    Test(Test),
}

/// One look at one field: true if one of its values fits.
#[derive(Clone, Debug)]
pub struct Test {
    /// The field.
    pub field: Field,
    /// What its value must be.
    pub check: Check,
}

/// What a value must be.
#[derive(Clone, Debug)]
pub enum Check {
    /// Text that holds a literal at a place.
    Literal {
        /// The literal in small letters.
        folded: String,
        /// Where it must stand: one place.
        place: Place,
        /// The literal as it was written, where case matters.
        exact: Option<String>,
    },
    /// Text that fits wildcards.
    Glob(Glob),
    /// Text that fits a regular expression.
    Pattern(Arc<Pattern>),
    /// A number compared.
    Number(Order, f64),
    /// An address in a network.
    Network(Network),
    /// A truth value.
    Flag(bool),
    /// The field is there.
    Exists,
    /// Text related to that of another field.
    Like(Field, Place),
    /// A part of the event's time compared.
    Time(TimePart, Order, i64),
}

/// How numbers are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Equal.
    Equal,
    /// Not equal.
    NotEqual,
    /// Less.
    Less,
    /// Less or equal.
    LessEqual,
    /// Greater.
    Greater,
    /// Greater or equal.
    GreaterEqual,
}

impl Order {
    /// The order of this name in Sigma (`gte`).
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "eq" => Self::Equal,
            "neq" => Self::NotEqual,
            "lt" => Self::Less,
            "lte" => Self::LessEqual,
            "gt" => Self::Greater,
            "gte" => Self::GreaterEqual,
            _ => return None,
        })
    }
    /// `left` stands in this order to `right`.
    pub fn holds<T: PartialOrd>(self, left: T, right: T) -> bool {
        match self {
            Self::Equal => left == right,
            Self::NotEqual => left != right,
            Self::Less => left < right,
            Self::LessEqual => left <= right,
            Self::Greater => left > right,
            Self::GreaterEqual => left >= right,
        }
    }
}

/// A part of a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimePart {
    /// 0 to 59.
    Minute,
    /// 0 to 23.
    Hour,
    /// 1 to 31.
    Day,
    /// 1 to 53.
    Week,
    /// 1 to 12.
    Month,
    /// The year.
    Year,
}

impl TimePart {
    /// The part of this name in Sigma.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "minute" => Self::Minute,
            "hour" => Self::Hour,
            "day" => Self::Day,
            "week" => Self::Week,
            "month" => Self::Month,
            "year" => Self::Year,
            _ => return None,
        })
    }

    /// This part of a moment.
    pub fn of(self, time_unix_ns: u64) -> i64 {
        let civil = Civil::of(time_unix_ns);
        match self {
            Self::Minute => civil.minute.into(),
            Self::Hour => civil.hour.into(),
            Self::Day => civil.day.into(),
            Self::Week => civil.week.into(),
            Self::Month => civil.month.into(),
            Self::Year => civil.year,
        }
    }
}

/// An address and how many of its first bits count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    /// Reads `10.0.0.0/8`, `fd00::/8` or a single address.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse::<u8>().ok()?)),
            None => (text, None),
        };
        let address: IpAddr = address.trim().parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(most);
        (bits <= most).then_some(Self { address, bits })
    }

    /// `ip` is in the network.
    pub fn contains(&self, ip: IpAddr) -> bool {
        match (self.address, ip.to_canonical()) {
            (IpAddr::V4(net), IpAddr::V4(ip)) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.bits)).unwrap_or(0);
                (net.to_bits() ^ ip.to_bits()) & mask == 0
            }
            (IpAddr::V6(net), IpAddr::V6(ip)) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(self.bits)).unwrap_or(0);
                (net.to_bits() ^ ip.to_bits()) & mask == 0
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_hold_their_addresses() -> Result<(), std::net::AddrParseError> {
        for (network, ip, expect) in [
            ("10.0.0.0/8", "10.255.0.1", true),
            ("10.0.0.0/8", "11.0.0.1", false),
            ("0.0.0.0/0", "1.2.3.4", true),
            ("1.2.3.4", "1.2.3.4", true),
            ("fd00::/8", "fd12::1", true),
            ("::/0", "1.2.3.4", false),
            ("10.0.0.0/8", "::ffff:10.1.1.1", true),
        ] {
            let found = Network::parse(network).map(|net| ip.parse().map(|ip| net.contains(ip)));
            assert_eq!(found.transpose()?, Some(expect), "{network} {ip}");
        }
        assert_eq!(Network::parse("10.0.0.0/33"), None);
        assert_eq!(Network::parse("ten"), None);
        Ok(())
    }
}
