//! Accounts, and the ways from them to more than their own files: sudo, groups, sockets of engines, what a cloud tells its machines.

use std::fs;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use event::{Account, Door, Evidence, Leads, Text, What};

use super::Looking;
use crate::discover::Home;
use crate::join::{Origin, text};
use crate::product::Socket;
use crate::read;

/// Longest list of accounts, groups or rules that is read, in bytes.
const MAX_LIST: u64 = 4 << 20;
/// Most files with rules of sudo.
const MOST_FILES: usize = 200;
/// The product of what belongs to an account.
const REACH: &str = "reach";

/// A line of a list, and where it stands.
struct Line {
    text: String,
    at: Evidence,
}

impl Looking<'_> {
    /// The account of a home, as the host below `root` has it.
    pub(super) fn account(&mut self, home: &Home, root: &Path) {
        let groups = groups(root, home);
        let mut doors = Vec::new();
        if home.uid == 0 {
            let at = Evidence { place: text(root.join("etc/passwd")), line: 0 };
            let why = "it is root".into();
            doors.push(Door { to: Leads::Root, name: "root".into(), why, password: false, at });
        }
        doors.extend(self.by_sudo(home, root, &groups));
        doors.extend(self.by_group(&groups));
        let sockets = &self.products.doors.sockets;
        doors.extend(sockets.iter().filter_map(|it| by_socket(it, home, root, &groups)));
        doors.extend(self.by_cloud(root));
        let path = root.join("etc/passwd");
        let origin = Origin { owner: &home.owner, project: None, path: &path };
        let names = groups.iter().map(|(name, _, _)| name.clone()).collect();
        let what = What::Account(Account { uid: home.uid, groups: names, doors });
        self.builder.asset(&REACH.into(), origin, 0, &home.owner, what);
    }

    fn by_group(&self, groups: &[Group]) -> Vec<Door> {
        let of = |(name, _, at): &Group| {
            let door = self.products.doors.groups.iter().find(|it| it.group == *name)?;
            let why = format!("it is in the group `{name}`: {}", door.why).into();
            let at = at.clone();
            Some(Door { to: door.to, name: door.name.clone(), why, password: false, at })
        };
        groups.iter().filter_map(of).collect()
    }

    /// What the rules of sudo let an account do; where they may not be read, what its groups are for.
    fn by_sudo(&self, home: &Home, root: &Path, groups: &[Group]) -> Vec<Door> {
        let main = root.join("etc/sudoers");
        if home.uid == 0 || main.symlink_metadata().is_err() {
            return Vec::new();
        }
        let door = |to, why: String, password, at| Door {
            to,
            name: "sudo".into(),
            why: why.into(),
            password,
            at,
        };
        let Some(mut rules) = lines(&main) else {
            let admin = groups.iter().find(|(name, ..)| self.products.doors.admins.contains(name));
            let why = |name: &Text| {
                format!(
                    "it is in the group `{name}`, which is for sudo; its rules could not be read"
                )
            };
            return admin
                .map(|(name, _, at)| door(Leads::Root, why(name), true, at.clone()))
                .into_iter()
                .collect();
        };
        for file in files(&root.join("etc/sudoers.d")) {
            rules.extend(lines(&file).unwrap_or_default());
        }
        let is_meant = |who: &str| match who.strip_prefix('%') {
            Some(group) => groups.iter().any(|(name, ..)| **name == *group),
            None => who == "ALL" || *who == *home.owner,
        };
        let rule = |line: Line| {
            let (who, rest) = line.text.split_once(char::is_whitespace)?;
            let (_, what) = rest.split_once('=').filter(|_| is_meant(who))?;
            let password = !what.contains("NOPASSWD");
            let to = if lets_all(what) { Leads::Root } else { Leads::Commands };
            let with = if password { "with its password" } else { "without a password" };
            let why = format!("sudo lets it, {with}: `{}`", line.text);
            Some(door(to, why, password, line.at))
        };
        rules.into_iter().filter_map(rule).collect()
    }

    fn by_cloud(&self, root: &Path) -> Option<Door> {
        let names = ["sys_vendor", "product_name", "chassis_asset_tag", "board_vendor"];
        names.iter().find_map(|name| {
            let path = root.join("sys/class/dmi/id").join(name);
            let said = read::beginning(&path, 0, 256).ok()?;
            let said = String::from_utf8_lossy(&said.bytes).trim().to_owned();
            let cloud = self.products.doors.clouds.iter().find(|it| it.is.iter().any(|is| **is == *said))?;
            Some(Door {
                to: Leads::Metadata,
                name: cloud.name.clone(),
                why: format!("this machine is one of {} (`{said}`), which tells whoever asks at {} what it gave the machine", cloud.name, cloud.at).into(),
                password: false,
                at: Evidence { place: text(path), line: 0 },
            })
        })
    }
}

/// Whether what a rule of sudo allows is everything as root: `(ALL:ALL) NOPASSWD: ALL`.
fn lets_all(what: &str) -> bool {
    let whom = what.split_once('(').and_then(|(_, rest)| rest.split([')', ':']).next());
    let as_root = whom.is_none_or(|whom| ["ALL", "root"].contains(&whom.trim()));
    as_root && what.ends_with("ALL")
}

/// A group, its number, and the line that makes the account a member.
type Group = (Text, u32, Evidence);

fn groups(root: &Path, home: &Home) -> Vec<Group> {
    let accounts = lines(&root.join("etc/passwd")).unwrap_or_default();
    let own = accounts.iter().find_map(|line| {
        let fields: Vec<&str> = line.text.split(':').collect();
        (*fields.first()? == &*home.owner).then(|| fields.get(3)?.parse::<u32>().ok()).flatten()
    });
    let all = lines(&root.join("etc/group")).unwrap_or_default();
    let member = |line: Line| {
        let fields: Vec<&str> = line.text.split(':').collect();
        let [name, _, number, members, ..] = fields.as_slice() else { return None };
        let number = number.parse().ok()?;
        let is = own == Some(number) || members.split(',').any(|one| one == &*home.owner);
        is.then(|| (Text::from(*name), number, line.at))
    };
    all.into_iter().filter_map(member).collect()
}

/// A socket that the account may write to.
fn by_socket(socket: &Socket, home: &Home, root: &Path, groups: &[Group]) -> Option<Door> {
    let uid = home.uid.to_string();
    let path = match socket.at.strip_prefix("~/") {
        Some(below) => home.path.join(below),
        None => root.join(socket.at.replace("$uid", &uid).trim_start_matches('/')),
    };
    let meta = fs::metadata(&path).ok().filter(|meta| meta.file_type().is_socket())?;
    let mode = meta.mode();
    let group = groups.iter().find(|(_, number, _)| *number == meta.gid());
    let may = if home.uid == 0 {
        "as root".to_owned()
    } else if meta.uid() == home.uid {
        "it owns the socket".to_owned()
    } else if let Some((name, ..)) = group.filter(|_| mode & 0o020 != 0) {
        format!("it is in the group `{name}`, which may write to the socket")
    } else if mode & 0o002 != 0 {
        "everybody may write to the socket".to_owned()
    } else {
        return None;
    };
    Some(Door {
        to: socket.to,
        name: socket.name.clone(),
        why: format!("{may} ({:04o}): {}", mode & 0o7777, socket.why).into(),
        password: false,
        at: Evidence { place: text(path), line: 0 },
    })
}

/// Lines that say something; none where the file may not be read.
fn lines(path: &Path) -> Option<Vec<Line>> {
    let content = read::file(path, 0, MAX_LIST).ok()?;
    let place = text(path);
    let lines = content.text();
    let said = (1u32..).zip(lines.lines().map(str::trim));
    let said = said.filter(|(_, text)| !text.is_empty() && !text.starts_with(['#', '@']));
    let said = said.filter(|(_, text)| !text.starts_with("Defaults"));
    let line = |(line, text): (u32, &str)| Line {
        text: text.to_owned(),
        at: Evidence { place: place.clone(), line },
    };
    Some(said.map(line).collect())
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> =
        entries.flatten().map(|entry| entry.path()).take(MOST_FILES).collect();
    // So sudo does: what an editor or a package left over is no rule.
    files.retain(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        !name.contains('.') && !name.ends_with('~')
    });
    files.sort();
    files
}
