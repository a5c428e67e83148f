//! Ends of connections as prefixes of addresses. The kernel finds the longest prefix alone, and all that match
//! count: so each holds what every wider one says, too.

use std::collections::{BTreeMap, VecDeque};
use std::net::IpAddr;

use event::{Classes, End};

/// Of one set of rules.
const MOST: usize = 65_536;
/// Ends that were learnt; above, the oldest is forgotten.
const LEARNT: usize = 32_768;

const V4: u8 = 2;
const V6: u8 = 10;

/// The first bits of addresses of one family, from the highest bit on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Prefix {
    family: u8,
    address: u128,
    bits: u8,
}

/// What is to be written: the classes of a prefix, or that there is none any more.
#[derive(Debug, PartialEq, Eq)]
pub struct Written {
    pub prefix: Prefix,
    pub classes: Option<Classes>,
}

/// What is known about ends.
#[derive(Default)]
pub struct Ends {
    /// What the rules say, and what was learnt.
    said: BTreeMap<Prefix, Classes>,
    learnt: BTreeMap<Prefix, Classes>,
    order: VecDeque<Prefix>,
}

impl Ends {
    /// What the rules say, and all of it to be written.
    pub fn of(all: impl Iterator<Item = End>) -> Result<(Self, Vec<Written>), String> {
        let mut ends = Self::default();
        for end in all {
            let known = ends.said.entry(Prefix::of(&end)).or_default();
            *known = known.and(end.classes);
            if ends.said.len() > MOST {
                return Err(format!("more than {MOST} ends of connections"));
            }
        }
        let written = ends.said.keys().map(|prefix| ends.lowered(*prefix)).collect();
        Ok((ends, written))
    }

    /// This end, too.
    pub fn learn(&mut self, end: End) -> Vec<Written> {
        let prefix = Prefix::of(&end);
        let known = self.classes(prefix);
        let mut written = Vec::new();
        if self.learnt.len() >= LEARNT
            && let Some(oldest) = self.order.pop_front()
        {
            self.learnt.remove(&oldest);
            written.extend(self.within(oldest));
        }
        if !self.learnt.contains_key(&prefix) {
            self.order.push_back(prefix);
        }
        let learnt = self.learnt.entry(prefix).or_default();
        *learnt = learnt.and(end.classes);
        // Most answers say what an earlier one has said.
        if self.classes(prefix) != known || !written.is_empty() {
            written.extend(self.within(prefix));
        }
        written
    }

    /// Everything that may be in the map.
    pub fn prefixes(&self) -> impl Iterator<Item = Prefix> {
        self.said.keys().chain(self.learnt.keys()).copied()
    }

    /// A prefix and all narrower ones.
    fn within(&self, prefix: Prefix) -> Vec<Written> {
        let last = Prefix { address: prefix.address | !mask(prefix.bits), bits: 128, ..prefix };
        let first = Prefix { bits: 0, ..prefix };
        let below = self.said.range(first..=last).chain(self.learnt.range(first..=last));
        let mut all: Vec<Prefix> = below.map(|(prefix, _)| *prefix).collect();
        all.retain(|it| it.bits >= prefix.bits);
        all.push(prefix);
        all.sort_unstable();
        all.dedup();
        all.into_iter().map(|prefix| self.lowered(prefix)).collect()
    }

    fn lowered(&self, prefix: Prefix) -> Written {
        let is_known = self.said.contains_key(&prefix) || self.learnt.contains_key(&prefix);
        Written { prefix, classes: is_known.then(|| self.classes(prefix).unwrap_or_default()) }
    }

    /// What all prefixes say that this one lies in; none: it is not known itself.
    fn classes(&self, prefix: Prefix) -> Option<Classes> {
        let wider = (0..=prefix.bits).map(|bits| prefix.cut(bits));
        let known = wider.flat_map(|it| [self.said.get(&it), self.learnt.get(&it)]).flatten();
        let sum = known.fold(Classes::NONE, |sum, classes| sum.and(*classes));
        let is_known = self.said.contains_key(&prefix) || self.learnt.contains_key(&prefix);
        is_known.then_some(sum)
    }
}

impl Prefix {
    fn of(end: &End) -> Self {
        let (family, address, most) = match end.address {
            IpAddr::V4(it) => (V4, u128::from(it.to_bits()) << 96, 32),
            IpAddr::V6(it) => (V6, it.to_bits(), 128),
        };
        Self { family, address, bits: 128 }.cut(end.bits.min(most))
    }

    fn cut(self, bits: u8) -> Self {
        Self { address: self.address & mask(bits), bits, ..self }
    }

    /// `struct end_key` in `bpf/egress.h`; the number of bits counts what stands before the address.
    pub fn key(self, generation: u32) -> [u8; 28] {
        let mut key = [0; 28];
        key[..4].copy_from_slice(&(64 + u32::from(self.bits)).to_ne_bytes());
        key[4..8].copy_from_slice(&generation.to_ne_bytes());
        key[8..12].copy_from_slice(&u32::from(self.family).to_ne_bytes());
        key[12..].copy_from_slice(&self.address.to_be_bytes());
        key
    }
}

fn mask(bits: u8) -> u128 {
    u128::MAX.checked_shl(128 - u32::from(bits.min(128))).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Classes = Classes(1);
    const B: Classes = Classes(2);

    fn end(text: &str, classes: Classes) -> End {
        let (address, bits) = text.split_once('/').expect("a prefix");
        let bits = bits.parse().expect("a number");
        End { address: address.parse().expect("an address"), bits, classes }
    }

    #[test]
    fn each_prefix_says_what_wider_ones_say() {
        let (mut ends, written) =
            Ends::of([end("10.0.0.0/8", A), end("0.0.0.0/0", B)].into_iter()).expect("few");
        let said = |text: &str, classes| Written { prefix: Prefix::of(&end(text, A)), classes };
        assert_eq!(written, [said("0.0.0.0/0", Some(B)), said("10.0.0.0/8", Some(Classes(3)))]);
        let c = Classes(4);
        assert_eq!(ends.learn(end("10.1.2.3/32", c)), [said("10.1.2.3/32", Some(Classes(7)))]);
        assert_eq!(ends.learn(end("10.1.2.3/32", c)), [], "said before");
        let wider = ends.learn(end("10.1.9.9/16", Classes(8)));
        let expect =
            [said("10.1.0.0/16", Some(Classes(11))), said("10.1.2.3/32", Some(Classes(15)))];
        assert_eq!(wider, expect);
        assert_eq!(ends.learn(end("::/0", A)), [said("::/0", Some(A))], "another family");
    }

    #[test]
    fn the_oldest_is_forgotten() {
        let (mut ends, _) = Ends::of(std::iter::empty()).expect("few");
        for number in 0..LEARNT {
            let address = IpAddr::V4(std::net::Ipv4Addr::from_bits(number as u32));
            ends.learn(End { address, bits: 32, classes: A });
        }
        let written = ends.learn(end("192.0.2.1/32", A));
        let gone = Written { prefix: Prefix::of(&end("0.0.0.0/32", A)), classes: None };
        assert_eq!(written.first(), Some(&gone));
        assert_eq!((written.len(), ends.prefixes().count()), (2, LEARNT));
    }
}
