//! Placeholders in the body of a request to a host that the secret is not for: what would leak is worth nothing, but
//! somebody tried.

use event::Text;
use memchr::memmem::find;

/// How much of a body is looked through, bytes.
const MOST: usize = 64 * 1024;

/// Looks through the beginning of a body as it comes.
pub struct Sieve {
    /// Names and placeholders.
    wanted: Vec<(Text, String)>,
    longest: usize,
    /// The end of what came last.
    carry: Vec<u8>,
    left: usize,
}

impl Sieve {
    /// Looks for these.
    pub fn new(wanted: Vec<(Text, String)>) -> Self {
        let longest = wanted.iter().map(|(_, it)| it.len()).max().unwrap_or_default();
        Self { wanted, longest, carry: Vec::new(), left: MOST }
    }

    /// The name of a secret whose placeholder ends in this part.
    pub fn find(&mut self, part: &[u8]) -> Option<Text> {
        let part = part.get(..self.left).unwrap_or(part);
        self.left -= part.len();
        if part.is_empty() {
            return None;
        }
        self.carry.extend_from_slice(part);
        let found = self.wanted.iter().find(|(_, it)| find(&self.carry, it.as_bytes()).is_some());
        let found = found.map(|(name, _)| name.clone());
        let spare = self.carry.len().saturating_sub(self.longest);
        self.carry.drain(..spare);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(parts: &[&str], expect: Option<&str>) {
        let mut sieve =
            Sieve::new(vec![("A".into(), "needle-a".into()), ("B".into(), "needle-bb".into())]);
        let found = parts.iter().find_map(|part| sieve.find(part.as_bytes()));
        assert_eq!(found.as_deref(), expect, "{parts:?}");
    }

    #[test]
    fn a_placeholder_is_found_wherever_it_is_cut() {
        check(&["x needle-bb y"], Some("B"));
        for at in 0.."needle-a".len() {
            let (one, two) = "needle-a".split_at(at);
            check(&["much text before it ", one, two], Some("A"));
        }
        check(&["n", "e", "e", "d", "l", "e", "-", "b", "b"], Some("B"));
        check(&["needle-", "x", "needle-b"], None);
        check(&[&"x".repeat(MOST), "needle-a"], None);
    }
}
