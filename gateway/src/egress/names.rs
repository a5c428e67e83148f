//! Addresses that stand for names. A name is never resolved because somebody asks DNS for it: it gets an address of
//! its own from `198.18.0.0/15`, and whoever connects to that address means that name and no other. So a question
//! carries nothing outside, and two names at one address (every large host) are not mistaken for each other.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Mutex, PoisonError};

use event::Text;

use super::host::Host;

/// The first address: `198.18.0.0/15` is set aside for measurements, no host of the outside has one.
const FIRST: u32 = u32::from_be_bytes([198, 18, 0, 1]);
/// Names of one run.
const MOST: usize = 16 * 1024;

/// Names and their addresses.
#[derive(Default)]
pub struct Names(Mutex<Known>);

#[derive(Default)]
struct Known {
    by_name: HashMap<Text, u32>,
    names: Vec<Text>,
}

impl Names {
    /// The address that stands for `name`; none when there are too many.
    pub fn address(&self, name: &Text) -> Option<Ipv4Addr> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = known.by_name.get(name) {
            return Some(Ipv4Addr::from_bits(FIRST + at));
        }
        let at = u32::try_from(known.names.len()).ok().filter(|_| known.names.len() < MOST)?;
        known.names.push(name.clone());
        known.by_name.insert(name.clone(), at);
        Some(Ipv4Addr::from_bits(FIRST + at))
    }

    /// The host that is meant by an address: itself, or the name that it stands for; none for an address that would
    /// stand for a name and does not.
    pub fn meant(&self, address: IpAddr) -> Option<Host> {
        let IpAddr::V4(v4) = address.to_canonical() else { return Some(Host::address(address)) };
        if (v4.to_bits() >> 17) != (FIRST >> 17) {
            return Some(Host::address(address));
        }
        let at = usize::try_from(v4.to_bits().checked_sub(FIRST)?).ok()?;
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.names.get(at).cloned().map(Host::Name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_stands_for_one_name() {
        let names = Names::default();
        let a = names.address(&"a.example".into()).expect("an address");
        let b = names.address(&"b.example".into()).expect("an address");
        assert_ne!(a, b);
        assert_eq!(names.address(&"a.example".into()), Some(a));
        assert_eq!(names.meant(a.into()), Some(Host::Name("a.example".into())));
        assert_eq!(names.meant(a.to_ipv6_mapped().into()), Some(Host::Name("a.example".into())));
        assert_eq!(names.meant("198.19.0.9".parse().expect("address")), None);
        let other: IpAddr = "198.20.0.1".parse().expect("address");
        assert_eq!(names.meant(other), Some(Host::Address(other)));
    }

    #[test]
    fn names_have_an_end() {
        let names = Names::default();
        for at in 0..MOST {
            assert!(names.address(&format!("{at}.example").into()).is_some());
        }
        assert_eq!(names.address(&"one.more".into()), None);
    }
}
