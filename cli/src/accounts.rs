//! The accounts of this host, by its own file; nothing is asked over a network.

use event::Text;

/// Name of a user id; the first that has it.
pub fn name_of(uid: u32) -> Option<Text> {
    each().find(|(_, id)| *id == uid).map(|(name, _)| name)
}

/// User id of a name.
pub fn uid_of(name: &str) -> Option<u32> {
    each().find(|(given, _)| **given == *name).map(|(_, uid)| uid)
}

/// The first group of a user id.
pub fn group_of(uid: u32) -> Option<u32> {
    let passwd = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let id = |line: &str, place: usize| line.split(':').nth(place)?.parse::<u32>().ok();
    passwd.lines().find(|line| id(line, 2) == Some(uid)).and_then(|line| id(line, 3))
}

/// Id of a group.
pub fn gid_of(group: &str) -> Option<u32> {
    let groups = parse(&std::fs::read_to_string("/etc/group").unwrap_or_default());
    groups.into_iter().find(|(name, _)| **name == *group).map(|(_, gid)| gid)
}

/// Home of a user id.
pub fn home_of(uid: u32) -> Option<String> {
    let passwd = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    home(&passwd, uid)
}

fn home(passwd: &str, uid: u32) -> Option<String> {
    let of = |line: &&str| line.split(':').nth(2).and_then(|id| id.parse().ok()) == Some(uid);
    let home = passwd.lines().find(of)?.split(':').nth(5)?;
    home.starts_with('/').then(|| home.to_owned())
}

fn each() -> impl Iterator<Item = (Text, u32)> {
    parse(&std::fs::read_to_string("/etc/passwd").unwrap_or_default()).into_iter()
}

fn parse(passwd: &str) -> Vec<(Text, u32)> {
    let account = |line: &str| {
        let mut fields = line.split(':');
        let name = fields.next().filter(|name| !name.is_empty())?;
        Some((Text::from(name), fields.nth(1)?.parse().ok()?))
    };
    passwd.lines().filter_map(account).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn bad_lines_are_passed_over() {
        let found = super::parse("root:x:0:0::/root:/bin/sh\nbad\n:x:1:\nalice:x:1000:1000\n");
        let found: Vec<(&str, u32)> = found.iter().map(|(name, uid)| (&**name, *uid)).collect();
        assert_eq!(found, [("root", 0), ("alice", 1000)]);
    }

    #[test]
    fn a_home_is_an_absolute_place() {
        let passwd = "root:x:0:0::/root:/bin/sh\nbad\nnobody:x:9:9:::/bin/false\n";
        assert_eq!(super::home(passwd, 0).as_deref(), Some("/root"));
        assert_eq!(super::home(passwd, 9), None);
        assert_eq!(super::home(passwd, 7), None);
    }
}
