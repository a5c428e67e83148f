//! Declared against used, one difference after the other.

use event::{Asset, Evidence, Installed, Text, ToolServer, Verdict, What};
use serde::Serialize;

use super::grant::{Grant, fits_command, fits_host, fits_path};
use super::{FileUse, Used};
use crate::aibom::Observed;

/// What an agent is told, and what belongs to it.
#[derive(Clone, Debug)]
pub struct Declared<'a> {
    /// The agent.
    pub agent: &'a Asset,
    /// Everything of its owner and of the host.
    pub assets: &'a [Asset],
    /// Its owner's home.
    pub home: &'a str,
    /// Folders that are the product's own (`~/.claude`).
    pub own: Vec<Text>,
}

/// Which of the two says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// It was done although it is forbidden.
    Forbidden,
    /// It was used, and nothing says that it may be.
    OnlyUsed,
    /// It may be used, and never was.
    OnlyDeclared,
}

/// What a difference is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Of {
    /// A file with keys or tokens.
    Secret,
    /// A host.
    Host,
    /// A server of tools.
    ToolServer,
    /// A command.
    Command,
    /// A right that is about none of these.
    Right,
    /// A folder beyond the project.
    Folder,
    /// A file.
    File,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Difference {
    /// Which side says it.
    pub side: Side,
    /// What it is about.
    pub of: Of,
    /// The thing.
    pub what: Text,
    /// How often it was used.
    pub times: u64,
    /// Where it is declared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Evidence>,
}

/// Places of the system that anybody reads, and places to put things for a moment.
const SYSTEM: &[&str] = &[
    "/usr/",
    "/lib/",
    "/lib64/",
    "/bin/",
    "/sbin/",
    "/etc/",
    "/proc/",
    "/sys/",
    "/dev/",
    "/run/",
    "/opt/",
    "/nix/",
    "/snap/",
    "/var/lib/",
    "/var/cache/",
];
const PASSING: &[&str] = &["/tmp/", "/var/tmp/", "/dev/"];

/// Every difference, the worst first. `of_models`: whether a host is where models answer.
pub fn differences(
    declared: &Declared<'_>,
    used: &Used,
    of_models: &dyn Fn(&str) -> bool,
) -> Vec<Difference> {
    let What::Agent(installed) = &declared.agent.what else { return Vec::new() };
    let mut compared = Compare { declared, installed, used, found: Vec::new() };
    compared.servers();
    compared.hosts(of_models);
    compared.secrets();
    compared.files();
    compared.rights();
    let mut found = compared.found;
    found.sort();
    found.dedup();
    found
}

/// What was used, as a bill of materials tells it: hosts and servers of tools, files and kinds of keys beyond what is
/// the agent's own.
pub fn observed(declared: &Declared<'_>, used: &Used) -> Observed {
    let found = differences(declared, used, &|_| false);
    let of = |of: Of| found.iter().filter(move |it| it.of == of && it.side == Side::OnlyUsed);
    let What::Agent(installed) = &declared.agent.what else { return Observed::default() };
    let compare = Compare { declared, installed, used, found: Vec::new() };
    let servers = compare.tool_servers().filter(|(_, server)| was_used(server, used));
    let holds = |place: &Text| {
        declared.assets.iter().find_map(|asset| match &asset.what {
            What::Credential(key) if asset.evidence.first()?.place == *place => {
                Some(key.holds.clone())
            }
            _ => None,
        })
    };
    Observed {
        servers: servers.map(|(asset, _)| asset.name.clone()).collect(),
        files: of(Of::File).map(|it| it.what.clone()).collect(),
        hosts: used.hosts.keys().cloned().collect(),
        secrets: of(Of::Secret).filter_map(|it| holds(&it.what)).collect(),
        ..Observed::default()
    }
}

/// Servers of tools that an agent may load, and whether each was started or asked.
pub fn tool_servers(declared: &Declared<'_>, used: &Used) -> Vec<(Text, bool)> {
    let What::Agent(installed) = &declared.agent.what else { return Vec::new() };
    let compare = Compare { declared, installed, used, found: Vec::new() };
    let servers = compare.tool_servers();
    servers.map(|(asset, server)| (asset.name.clone(), was_used(server, used))).collect()
}

struct Compare<'a> {
    declared: &'a Declared<'a>,
    installed: &'a Installed,
    used: &'a Used,
    found: Vec<Difference>,
}

impl<'a> Compare<'a> {
    fn tell(&mut self, side: Side, of: Of, what: &str, times: u64, at: Option<&Evidence>) {
        self.found.push(Difference { side, of, what: what.into(), times, at: at.cloned() });
    }

    /// Servers that the agent loads.
    fn tool_servers(&self) -> impl Iterator<Item = (&'a Asset, &'a ToolServer)> + use<'a> {
        let products = &self.declared.agent.products;
        self.declared.assets.iter().filter_map(move |asset| match &asset.what {
            What::ToolServer(server) if server.enabled => {
                let own = asset.products.iter().any(|it| products.contains(it));
                own.then_some((asset, server))
            }
            _ => None,
        })
    }

    fn servers(&mut self) {
        let idle: Vec<&Asset> = self
            .tool_servers()
            .filter(|(_, server)| !was_used(server, self.used))
            .map(|(asset, _)| asset)
            .collect();
        for asset in idle {
            let at = asset.evidence.first();
            self.tell(Side::OnlyDeclared, Of::ToolServer, &asset.name, 0, at);
        }
    }

    fn hosts(&mut self, of_models: &dyn Fn(&str) -> bool) {
        // What a right says of hosts is told with the rights.
        let rights = self.installed.rights.iter().filter(|it| it.verdict != Verdict::Deny);
        let allowed: Vec<&str> = rights
            .filter_map(|right| match Grant::of(&right.what) {
                Grant::Host(pattern) => Some(pattern),
                _ => None,
            })
            .collect();
        let mut told: Vec<(String, Option<&Evidence>)> = Vec::new();
        for provider in &self.installed.providers {
            told.extend(provider.url.as_deref().and_then(host).map(|it| (it, Some(&provider.at))));
        }
        for (asset, server) in self.tool_servers() {
            let host = server.url.as_deref().and_then(host);
            told.extend(host.map(|it| (it, asset.evidence.first())));
        }
        let undeclared: Vec<(Text, u64)> = self
            .used
            .hosts
            .iter()
            .filter(|(used, _)| !told.iter().any(|(pattern, _)| fits_host(pattern, used)))
            .filter(|(used, _)| !allowed.iter().any(|pattern| fits_host(pattern, used)))
            .filter(|(used, _)| !of_models(name_of(used)))
            .map(|(used, times)| (used.clone(), *times))
            .collect();
        for (used, times) in undeclared {
            self.tell(Side::OnlyUsed, Of::Host, &used, times, None);
        }
        for (pattern, at) in told {
            let asked = self.used.hosts.keys().any(|used| fits_host(&pattern, used));
            if !asked {
                self.tell(Side::OnlyDeclared, Of::Host, &pattern, 0, at);
            }
        }
    }

    /// Keys that are not the product's own.
    fn secrets(&mut self) {
        let products = &self.declared.agent.products;
        for asset in self.declared.assets {
            let What::Credential(_) = &asset.what else { continue };
            let Some(at) = asset.evidence.first() else { continue };
            let own = asset.products.iter().any(|it| products.contains(it));
            let times = self.used.files.iter().filter(|(path, _)| within(path, &at.place));
            let times: u64 = times.map(|(_, file)| file.read + file.written).sum();
            if !own && times > 0 {
                self.tell(Side::OnlyUsed, Of::Secret, &at.place, times, None);
            }
        }
    }

    fn files(&mut self) {
        let folders: Vec<&Text> = self.installed.reach.iter().map(|told| &told.text).collect();
        let home = self.declared.home;
        let expand = |folder: &str| match folder.strip_prefix("~/") {
            Some(rest) => format!("{home}/{rest}"),
            None => folder.to_owned(),
        };
        let folders: Vec<String> = folders.into_iter().map(|folder| expand(folder)).collect();
        let known = |path: &str| {
            let within = |folder: &str| within(path, folder);
            self.used.workspaces.iter().any(|work| within(work))
                || folders.iter().any(|folder| within(folder))
                || self.declared.own.iter().any(|own| within(own))
                || PASSING.iter().any(|passing| path.starts_with(passing))
        };
        // A key is told as a key.
        let secrets = self.found.iter().filter(|it| it.of == Of::Secret);
        let secrets: Vec<Text> = secrets.map(|it| it.what.clone()).collect();
        let told = |path: &str| secrets.iter().any(|secret| within(path, secret));
        let reads = |file: &FileUse| file.read > 0 && file.written == 0 && file.removed == 0;
        let beyond: Vec<(Text, u64)> = self
            .used
            .files
            .iter()
            .filter(|(path, _)| !known(path) && !self.granted(path) && !told(path))
            .filter(|(path, file)| {
                !(reads(file) && SYSTEM.iter().any(|system| path.starts_with(system)))
            })
            .map(|(path, file)| (path.clone(), file.read + file.written + file.removed))
            .filter(|(_, times)| *times > 0)
            .collect();
        for (path, times) in beyond {
            self.tell(Side::OnlyUsed, Of::File, &path, times, None);
        }
        for told in &self.installed.reach {
            let folder = expand(&told.text);
            if !self.used.files.keys().any(|path| within(path, &folder)) {
                self.tell(Side::OnlyDeclared, Of::Folder, &told.text, 0, Some(&told.at));
            }
        }
    }

    /// A right names the file.
    fn granted(&self, path: &str) -> bool {
        self.installed.rights.iter().filter(|right| right.verdict != Verdict::Deny).any(|right| {
            match Grant::of(&right.what) {
                // What lets it read everything does not say which files it is for.
                Grant::Read(pattern) | Grant::Write(pattern) => {
                    pattern != "*" && self.fits(pattern, path)
                }
                _ => false,
            }
        })
    }

    fn fits(&self, pattern: &str, path: &str) -> bool {
        let works = self.used.workspaces.iter().map(|work| &**work);
        fits_path(pattern, path, self.declared.home, works)
    }

    fn rights(&mut self) {
        for right in &self.installed.rights {
            let (of, times) = self.exercised(&right.what);
            match right.verdict {
                Verdict::Deny if times > 0 => {
                    self.tell(Side::Forbidden, of, &right.what, times, Some(&right.at));
                }
                Verdict::Allow | Verdict::Ask if times == 0 && of != Of::Right => {
                    self.tell(Side::OnlyDeclared, of, &right.what, 0, Some(&right.at));
                }
                _ => {}
            }
        }
    }

    /// How often a right was made use of.
    fn exercised(&self, right: &str) -> (Of, u64) {
        let files = |pattern: &str, times: fn(&FileUse) -> u64| -> u64 {
            let fits = self.used.files.iter().filter(|(path, _)| self.fits(pattern, path));
            fits.map(|(_, file)| times(file)).sum()
        };
        match Grant::of(right) {
            Grant::Command(pattern) => {
                let fits =
                    self.used.commands.iter().filter(|(line, _)| fits_command(pattern, line));
                (Of::Command, fits.map(|(_, times)| times).sum())
            }
            Grant::Read(pattern) => (Of::File, files(pattern, |file| file.read)),
            Grant::Write(pattern) => (Of::File, files(pattern, |file| file.written + file.removed)),
            Grant::Host(pattern) => {
                let fits = self.used.hosts.iter().filter(|(host, _)| fits_host(pattern, host));
                (Of::Host, fits.map(|(_, times)| times).sum())
            }
            Grant::Server(name) => {
                let server = self.tool_servers().find(|(asset, _)| *asset.name == *name);
                let used = server.is_some_and(|(_, server)| was_used(server, self.used));
                (Of::ToolServer, u64::from(used))
            }
            Grant::Other => (Of::Right, 0),
        }
    }
}

/// Whether it was started, or asked.
fn was_used(server: &ToolServer, used: &Used) -> bool {
    if let Some(url) = server.url.as_deref().and_then(host) {
        return used.hosts.keys().any(|host| fits_host(&url, host));
    }
    let Some((program, arguments)) = server.command.split_first() else { return false };
    let program = program.rsplit('/').next().unwrap_or(program);
    let arguments: Vec<&str> = arguments.iter().map(|it| &**it).collect();
    let arguments = arguments.join(" ");
    used.commands.keys().any(|line| {
        let mut words = line.split(' ').map(|word| word.rsplit('/').next().unwrap_or(word));
        // A script is run by its interpreter: the program is the first word or the second.
        (words.next() == Some(program) || words.next() == Some(program))
            && line.ends_with(&*arguments)
    })
}

/// The host of an address, with its port where one is said.
fn host(url: &str) -> Option<String> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next()?;
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    Some(host.to_ascii_lowercase()).filter(|host| !host.is_empty())
}

/// Without the port.
fn name_of(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

fn within(path: &str, folder: &str) -> bool {
    let folder = folder.trim_end_matches('/');
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use event::{AssetId, Credential, Right, Told};

    use super::*;

    fn asset(name: &str, product: &str, place: &str, what: What) -> Asset {
        Asset {
            id: AssetId::derive("h", what.kind(), "a", place, name),
            name: name.into(),
            owner: "a".into(),
            products: vec![product.into()],
            project: None,
            version: None,
            digest: None,
            evidence: vec![Evidence { place: place.into(), line: 1 }],
            what,
        }
    }

    fn agent(rights: &[(Verdict, &str)], reach: &[&str]) -> Asset {
        let at = Evidence { place: "/home/a/.x/settings.json".into(), line: 3 };
        let right = |(verdict, what): &(Verdict, &str)| Right {
            verdict: *verdict,
            what: (*what).into(),
            at: at.clone(),
        };
        let told = |text: &&str| Told { text: (*text).into(), at: at.clone() };
        let installed = Installed {
            rights: rights.iter().map(right).collect(),
            reach: reach.iter().map(told).collect(),
            ..Installed::default()
        };
        asset("X", "x", "/home/a/.x", What::Agent(installed))
    }

    fn used(files: &[(&str, u64, u64)], hosts: &[&str], commands: &[&str]) -> Used {
        let file = |(path, read, written): &(&str, u64, u64)| {
            ((*path).into(), FileUse { read: *read, written: *written, removed: 0 })
        };
        Used {
            workspaces: ["/home/a/w".into()].into(),
            files: files.iter().map(file).collect(),
            hosts: hosts.iter().map(|host| ((*host).into(), 1)).collect(),
            commands: commands.iter().map(|line| ((*line).into(), 1)).collect(),
            ..Used::default()
        }
    }

    fn check(agent: &Asset, more: &[Asset], used: &Used, expect: &[&str]) {
        let declared =
            Declared { agent, assets: more, home: "/home/a", own: vec!["/home/a/.x".into()] };
        let told = differences(&declared, used, &|host| host == "api.model.example");
        let told: Vec<String> = told
            .iter()
            .map(|it| format!("{:?} {:?} {} {}", it.side, it.of, it.what, it.times))
            .collect();
        assert_eq!(told, expect);
    }

    #[test]
    fn what_nothing_allows_is_told_and_what_the_work_needs_is_not() {
        let files = [
            ("/home/a/w/src/main.rs", 3, 1),
            ("/home/a/.x/history", 0, 1),
            ("/usr/lib/libc.so", 9, 0),
            ("/tmp/x", 1, 1),
            ("/home/a/other/notes", 1, 0),
            ("/etc/hosts", 0, 1),
        ];
        check(
            &agent(&[], &[]),
            &[],
            &used(&files, &["api.model.example:443", "pastes.example:443"], &[]),
            &[
                "OnlyUsed Host pastes.example:443 1",
                "OnlyUsed File /etc/hosts 1",
                "OnlyUsed File /home/a/other/notes 1",
            ],
        );
    }

    #[test]
    fn rights_that_nobody_uses_and_those_that_did_not_hold() {
        let rights = [
            (Verdict::Allow, "Bash(git push:*)"),
            (Verdict::Allow, "Bash(cargo test:*)"),
            (Verdict::Deny, "Read(./.env)"),
            (Verdict::Deny, "Bash(rm -rf:*)"),
            (Verdict::Allow, "WebFetch(domain:docs.example)"),
            (Verdict::Allow, "TodoWrite"),
        ];
        check(
            &agent(&rights, &["~/shared", "/data"]),
            &[],
            &used(
                &[("/home/a/w/.env", 2, 0), ("/home/a/shared/a", 1, 0)],
                &[],
                &["cargo test --all", "git status"],
            ),
            &[
                "Forbidden File Read(./.env) 2",
                "OnlyDeclared Host WebFetch(domain:docs.example) 0",
                "OnlyDeclared Command Bash(git push:*) 0",
                "OnlyDeclared Folder /data 0",
            ],
        );
    }

    #[test]
    fn servers_and_keys() {
        let server = |command: &[&str], url: Option<&str>| {
            What::ToolServer(ToolServer {
                command: command.iter().map(|it| (*it).into()).collect(),
                url: url.map(Text::from),
                enabled: true,
                ..ToolServer::default()
            })
        };
        let more = [
            asset("files", "x", "/m", server(&["npx", "-y", "files-mcp", "/home/a"], None)),
            asset("idle", "x", "/m", server(&["idle-mcp"], None)),
            asset("far", "x", "/m", server(&[], Some("https://mcp.far.example/sse"))),
            asset("near", "x", "/m", server(&[], Some("http://127.0.0.1:4000/mcp"))),
            asset("others", "y", "/m", server(&["others-mcp"], None)),
            asset("key", "reach", "/home/a/.ssh", What::Credential(Credential::default())),
            asset("own", "x", "/home/a/.x/auth", What::Credential(Credential::default())),
        ];
        check(
            &agent(&[(Verdict::Allow, "mcp__idle__go")], &[]),
            &more,
            &used(
                &[("/home/a/.ssh/id_rsa", 1, 0), ("/home/a/.x/auth", 4, 0)],
                &["mcp.far.example:443", "127.0.0.1:4001"],
                &["node /usr/bin/npx -y files-mcp /home/a"],
            ),
            &[
                "OnlyUsed Secret /home/a/.ssh 1",
                "OnlyUsed Host 127.0.0.1:4001 1",
                "OnlyDeclared Host 127.0.0.1:4000 0",
                "OnlyDeclared ToolServer idle 0",
                "OnlyDeclared ToolServer mcp__idle__go 0",
                "OnlyDeclared ToolServer near 0",
            ],
        );
    }
}
