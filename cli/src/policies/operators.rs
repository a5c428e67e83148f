//! Who looks after this host: no policy may lock them out.

use std::collections::BTreeSet;

use event::Text;
use policy::Operator;

use crate::accounts;

/// The superuser, and the account that asks: behind `sudo` the one that stands before it.
pub fn operators() -> Vec<Operator> {
    let own = accounts::name_of(rustix::process::getuid().as_raw());
    let before = std::env::var("SUDO_USER").ok().map(Text::from);
    let groups = std::fs::read_to_string("/etc/group").unwrap_or_default();
    let accounts: BTreeSet<Text> = own.into_iter().chain(before).chain(["root".into()]).collect();
    let operator = |account: Text| Operator { groups: groups_of(&account, &groups), account };
    accounts.into_iter().map(operator).collect()
}

/// The groups that name an account, and the one that has its name.
fn groups_of(account: &str, groups: &str) -> BTreeSet<Text> {
    let is_in = |line: &&str| {
        let mut fields = line.split(':');
        let own = fields.next() == Some(account);
        own || fields.nth(2).is_some_and(|members| members.split(',').any(|it| it == account))
    };
    let name = |line: &str| line.split(':').next().map(Text::from);
    groups.lines().filter(is_in).filter_map(name).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn groups_are_those_that_name_the_account() {
        let text = "root:x:0:\nwheel:x:10:alice,bob\nalice:x:1000:\nbroken\nadm:x:4:bob\n";
        let groups = super::groups_of("alice", text);
        assert_eq!(groups.into_iter().collect::<Vec<_>>(), ["alice".into(), "wheel".into()]);
    }
}
