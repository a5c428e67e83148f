//! Who stands behind a session that no other session started.

use event::{Delegation, Ground, Text, User, Way};

use super::{Runner, Table};
use crate::attribute::{is_ssh_server, is_timetable};
use crate::signature::base_name;

/// Longest value of a variable that is kept, in bytes.
const MAX_VALUE: usize = 200;

/// What is known of how a process came to be. Whatever is left open is not known.
#[derive(Clone, Debug, Default)]
pub struct Behind {
    /// Whose the process is.
    pub owner: User,
    /// Who logged in, as the kernel remembers.
    pub login: Option<User>,
    /// Programs above it, the nearest first, each with its account.
    pub ancestors: Vec<(Text, u32)>,
    /// Its controlling terminal.
    pub terminal: Option<Text>,
    /// The other end of the ssh connection.
    pub peer: Option<Text>,
    /// Path of its control group.
    pub group: Option<Text>,
    /// Its container.
    pub container: Option<Text>,
    /// Variables of its environment: what anybody could have written.
    pub variables: Vec<(Text, Text)>,
}

impl Behind {
    fn variable(&self, name: &str) -> Option<&Text> {
        let value = &self.variables.iter().find(|(given, _)| **given == *name)?.1;
        Some(value).filter(|value| !value.is_empty())
    }

    /// A program of the superuser above it: no agent can be one by its name alone.
    fn roots(&self, is: impl Fn(&str) -> bool) -> Option<&Text> {
        let found = self.ancestors.iter().find(|(exe, uid)| *uid == 0 && is(exe));
        found.map(|(exe, _)| exe)
    }
}

/// The judgement. What the kernel says comes before what the environment says.
pub fn delegation(behind: &Behind, table: &Table) -> Delegation {
    let (way, detail) = way(behind, table);
    let known = behind.login.as_ref().unwrap_or(&behind.owner);
    let account = known.name.clone().unwrap_or_else(|| known.uid.to_string().into());
    let ground = if behind.login.is_some() { Ground::Login } else { Ground::Owner };
    let person = match way {
        Way::Runner => runner(behind, table).and_then(|runner| behind.variable(&runner.person)),
        _ if behind.login.is_none() => behind.variable("SUDO_USER"),
        _ => None,
    };
    let claimed = person.filter(|person| **person != account).map(|person| cut(person));
    Delegation { account: Some(account), ground, way, detail, claimed, root: None }
}

fn way(behind: &Behind, table: &Table) -> (Way, Option<Text>) {
    if behind.roots(is_ssh_server).is_some() {
        let said = || behind.variable("SSH_CONNECTION")?.split(' ').next().map(cut);
        return (Way::Ssh, behind.peer.clone().or_else(said));
    }
    if let Some(daemon) = behind.roots(is_timetable) {
        return (Way::Schedule, Some(base_name(daemon).into()));
    }
    if let Some(runner) = runner(behind, table) {
        let run: Vec<&str> =
            runner.run.iter().filter_map(|it| behind.variable(it)).map(|it| &**it).collect();
        return (Way::Runner, Some(cut(format!("{} {}", runner.name, run.join(" ")).trim_end())));
    }
    if behind.container.is_some() {
        return (Way::Container, behind.container.clone());
    }
    if behind.terminal.is_some() {
        return (Way::Terminal, behind.terminal.clone());
    }
    match behind.group.as_deref().and_then(unit) {
        Some(unit) => (Way::Unit, Some(unit)),
        None => (Way::Unknown, None),
    }
}

/// By its program; by its variable only where nobody is there who could have set that.
fn runner<'a>(behind: &Behind, table: &'a Table) -> Option<&'a Runner> {
    let above = |runner: &&Runner| {
        let is = |exe: &str| runner.programs.iter().any(|name| **name == *base_name(exe));
        behind.ancestors.iter().any(|(exe, _)| is(exe))
    };
    let says = |runner: &&Runner| behind.variable(&runner.variable).is_some();
    let nobody = behind.login.is_none() && behind.terminal.is_none();
    let runners = &table.runners;
    runners.iter().find(above).or_else(|| runners.iter().find(says).filter(|_| nobody))
}

/// The unit that a control group's path names, if that is no login.
fn unit(group: &str) -> Option<Text> {
    let name = group.trim_end_matches('/').rsplit('/').find(|part| part.ends_with(".service"))?;
    let login = name.starts_with("user@") || is_login_service(name);
    (!login).then(|| cut(name))
}

/// Below these people work whom systemd does not know as a login.
fn is_login_service(name: &str) -> bool {
    matches!(
        name,
        "ssh.service" | "sshd.service" | "cron.service" | "crond.service" | "docker.service"
    ) || name.starts_with("getty@")
}

fn cut(text: &str) -> Text {
    let mut end = text.len().min(MAX_VALUE);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(uid: u32, name: &str) -> User {
        User { uid, gid: uid, euid: uid, name: Some(name.into()) }
    }

    /// `above`: programs with their account. `said`: variables.
    fn check(mut behind: Behind, above: &[(&str, u32)], said: &[(&str, &str)], expect: &str) {
        if behind.owner == User::default() {
            behind.owner = user(1000, "alice");
        }
        behind.ancestors = above.iter().map(|(exe, uid)| (Text::from(*exe), *uid)).collect();
        behind.variables =
            said.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        assert_eq!(delegation(&behind, Table::shipped()).words(), expect);
    }

    #[test]
    fn who_stands_behind_it() {
        let none = Behind::default;
        let pts = || Behind { terminal: Some("pts/3".into()), ..none() };
        let group = |path: &str| Behind { group: Some(path.into()), ..none() };
        let ssh = [("/usr/bin/bash", 1000), ("/usr/sbin/sshd", 1000), ("/usr/sbin/sshd", 0)];
        check(pts(), &[("/usr/bin/bash", 1000)], &[], "alice, at pts/3");
        check(
            Behind { peer: Some("10.0.0.5".into()), ..pts() },
            &ssh,
            &[],
            "alice, over ssh from 10.0.0.5",
        );
        let said = [("SSH_CONNECTION", "10.0.0.9 5000 10.0.0.1 22")];
        check(pts(), &ssh, &said, "alice, over ssh from 10.0.0.9");
        let peer = Behind { peer: Some("10.0.0.5".into()), ..pts() };
        check(peer, &ssh, &said, "alice, over ssh from 10.0.0.5");
        // A program of that name, a variable: neither makes a connection.
        check(pts(), &[("/home/alice/sshd", 1000)], &said, "alice, at pts/3");
        check(none(), &[("/usr/bin/sh", 0), ("/usr/sbin/cron", 0)], &[], "alice, by cron");
        check(group("/system.slice/nightly.service"), &[], &[], "nightly.service, as alice");
        check(
            group("/user.slice/user-1000.slice/user@1000.service/app.slice/a.service"),
            &[],
            &[],
            "a.service, as alice",
        );
        check(group("/user.slice/user-1000.slice/user@1000.service"), &[], &[], "alice");
        check(group("/system.slice/ssh.service"), &[], &[], "alice");
        check(
            Behind { container: Some("0123456789abcdef".into()), ..pts() },
            &[],
            &[],
            "container 0123456789ab, as alice",
        );
    }

    #[test]
    fn a_login_stays_who_it_was_and_the_environment_only_claims() {
        let root = || Behind {
            owner: user(0, "root"),
            terminal: Some("pts/0".into()),
            ..Behind::default()
        };
        let login = Behind { login: Some(user(1000, "alice")), ..root() };
        check(login.clone(), &[], &[], "alice, at pts/0");
        check(login, &[], &[("SUDO_USER", "bob")], "alice, at pts/0");
        check(root(), &[], &[("SUDO_USER", "bob")], "root, at pts/0 (its environment names bob)");
        check(root(), &[], &[("SUDO_USER", "root")], "root, at pts/0");
        check(root(), &[], &[("SUDO_USER", "")], "root, at pts/0");
    }

    #[test]
    fn a_runner_is_known_by_its_program_or_where_nobody_is() {
        let job = [
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_REPOSITORY", "octo/app"),
            ("GITHUB_RUN_ID", "77"),
            ("GITHUB_ACTOR", "mona"),
        ];
        let words = "GitHub Actions octo/app 77, as alice (its environment names mona)";
        check(Behind::default(), &[], &job, words);
        check(Behind::default(), &[("/opt/r/bin/Runner.Worker", 1000)], &job[1..], words);
        let pts = Behind { terminal: Some("pts/3".into()), ..Behind::default() };
        check(pts, &[], &job, "alice, at pts/3");
    }

    #[test]
    fn values_are_cut_at_a_letter() {
        assert_eq!(cut(&"é".repeat(200)).len(), MAX_VALUE);
        assert_eq!(cut(&format!("a{}", "é".repeat(200))).len(), MAX_VALUE - 1);
    }
}
