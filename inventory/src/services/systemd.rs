//! Units of systemd: the file that counts with its drop-ins, what wants it, and the timers that start it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Most lines of one file.
const MOST: usize = 5_000;

/// Whose manager starts a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// The host's.
    System,
    /// That of each user who logs in.
    User,
}

/// A file that is a unit, or a part of one.
#[derive(Clone, Debug)]
pub struct Piece {
    /// Where it is.
    pub path: PathBuf,
    /// Where its kind of files begin: the home or the root of the host.
    pub begin: PathBuf,
    /// Its text.
    pub text: String,
}

/// Units of one host or home, while they are put together.
#[derive(Debug, Default)]
pub struct Units {
    units: BTreeMap<(Scope, String), Vec<Piece>>,
}

/// A service that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// Name of its unit.
    pub name: String,
    /// Whose manager starts it.
    pub scope: Scope,
    /// The file with its command.
    pub path: PathBuf,
    /// The line of that.
    pub line: u32,
    /// Its command lines.
    pub commands: Vec<String>,
    /// As whom, where it is said.
    pub account: Option<String>,
    /// Variables as they are written, `NAME=value`.
    pub variables: Vec<String>,
    /// When; empty: nothing starts it.
    pub when: Vec<String>,
    /// Addresses beyond this host at which systemd listens for it.
    pub listens: Vec<String>,
}

impl Units {
    /// Takes a file. `x.service.d/y.conf` is a part of `x.service`.
    pub fn add(&mut self, piece: Piece) {
        let name = |path: &Path| path.file_name()?.to_str().map(str::to_owned);
        let folder = piece.path.parent().unwrap_or(Path::new(""));
        let (name, folder) =
            match name(folder).and_then(|it| it.strip_suffix(".d").map(str::to_owned)) {
                Some(unit) => (Some(unit), folder.parent().unwrap_or(folder)),
                None => (name(&piece.path), folder),
            };
        let Some(name) = name else { return };
        let scope = if folder.ends_with("user") { Scope::User } else { Scope::System };
        self.units.entry((scope, name)).or_default().push(piece);
    }

    /// All services.
    pub fn services(&self) -> Vec<Service> {
        let mut services = Vec::new();
        for ((scope, name), pieces) in &self.units {
            let Some(unit) = name.ends_with(".service").then(|| Unit::of(name, pieces)).flatten()
            else {
                continue;
            };
            let first = unit.command.clone().unwrap_or_default();
            let mut when = unit.starts(name, *scope);
            for ((_, timer), pieces) in
                self.units.iter().filter(|((of, it), _)| of == scope && it.ends_with(".timer"))
            {
                if let Some(it) = Unit::of(timer, pieces)
                    && it.started_by(timer, ".timer") == *name
                    && !it.starts(timer, *scope).is_empty()
                {
                    when.extend(it.times);
                }
            }
            let mut listens = Vec::new();
            for ((_, socket), pieces) in
                self.units.iter().filter(|((of, it), _)| of == scope && it.ends_with(".socket"))
            {
                if let Some(it) = Unit::of(socket, pieces)
                    && it.started_by(socket, ".socket") == *name
                    && !it.starts(socket, *scope).is_empty()
                {
                    when.push("when it is called".to_owned());
                    listens.extend(it.streams.into_iter().filter(|stream| is_open(stream)));
                }
            }
            services.push(Service {
                name: name.clone(),
                scope: *scope,
                path: first.0,
                line: first.1,
                commands: unit.commands,
                account: unit.account,
                variables: unit.variables,
                when,
                listens,
            });
        }
        services
    }
}

/// What the files of a unit say together.
#[derive(Debug, Default)]
struct Unit {
    files: Vec<PathBuf>,
    begin: PathBuf,
    command: Option<(PathBuf, u32)>,
    commands: Vec<String>,
    account: Option<String>,
    variables: Vec<String>,
    wanted_by: Vec<String>,
    times: Vec<String>,
    starts: Option<String>,
    streams: Vec<String>,
}

/// Whether others than this host reach what listens there: a port alone is one at every address.
fn is_open(stream: &str) -> bool {
    match stream.parse::<std::net::SocketAddr>() {
        Ok(address) => !address.ip().is_loopback(),
        Err(_) => stream.parse::<u16>().is_ok(),
    }
}

impl Unit {
    /// None: it is masked, or only parts of it are here.
    fn of(name: &str, pieces: &[Piece]) -> Option<Self> {
        let is_part = |piece: &&Piece| piece.path.extension().is_some_and(|it| it == "conf");
        let main = pieces.iter().filter(|it| !is_part(it)).min_by_key(|it| rank(&it.path))?;
        let masked =
            ["etc/systemd/system", "etc/systemd/user", ".config/systemd/user"].iter().any(|at| {
                fs::read_link(main.begin.join(at).join(name))
                    .is_ok_and(|to| to == Path::new("/dev/null"))
            });
        if masked {
            return None;
        }
        let mut parts: Vec<&Piece> = pieces.iter().filter(is_part).collect();
        parts.sort_by_key(|piece| piece.path.file_name().map(ToOwned::to_owned));
        let mut unit = Self { begin: main.begin.clone(), ..Self::default() };
        for piece in std::iter::once(main).chain(parts) {
            unit.files.push(piece.path.clone());
            for (line, key, value) in lines(&piece.text) {
                unit.take(&piece.path, line, &key, value);
            }
        }
        Some(unit)
    }

    fn take(&mut self, path: &Path, line: u32, key: &str, value: String) {
        match key {
            // An empty value takes back what stood before.
            "Service.ExecStart" | "Service.ExecStartPre" | "Service.ExecStartPost"
                if value.is_empty() =>
            {
                self.commands.clear();
            }
            "Service.ExecStart" | "Service.ExecStartPre" | "Service.ExecStartPost" => {
                self.command = Some((path.to_owned(), line));
                self.commands.push(value);
            }
            "Service.User" => self.account = Some(value).filter(|it| !it.is_empty()),
            "Service.Environment" if value.is_empty() => self.variables.clear(),
            "Service.Environment" => {
                self.variables.extend(super::words::commands(&value).into_iter().flatten());
            }
            "Install.WantedBy" | "Install.RequiredBy" => {
                self.wanted_by.extend(value.split_whitespace().map(str::to_owned));
            }
            "Timer.OnCalendar" if value.is_empty() => self.times.clear(),
            "Timer.OnCalendar" => self.times.push(value),
            "Timer.OnBootSec" | "Timer.OnStartupSec" => {
                self.times.push(format!("{value} after boot"))
            }
            "Timer.OnUnitActiveSec" | "Timer.OnUnitInactiveSec" => {
                self.times.push(format!("every {value}"))
            }
            "Timer.Unit" | "Socket.Service" => self.starts = Some(value),
            "Socket.ListenStream" if value.is_empty() => self.streams.clear(),
            "Socket.ListenStream" => self.streams.push(value),
            _ => {}
        }
    }

    /// The service that a timer or socket starts.
    fn started_by(&self, name: &str, ending: &str) -> String {
        let stem = name.strip_suffix(ending).unwrap_or(name);
        self.starts.clone().unwrap_or_else(|| format!("{stem}.service"))
    }

    /// When it starts without a timer: what wants it has a link to it.
    fn starts(&self, name: &str, scope: Scope) -> Vec<String> {
        let (etc, word) = match scope {
            Scope::System => ("etc/systemd/system", "at boot"),
            Scope::User => ("etc/systemd/user", "at login"),
        };
        let beside = self.files.first().and_then(|path| path.parent());
        let folders = [self.begin.join(etc), self.begin.join(".config/systemd/user")];
        let folders: Vec<&Path> = folders.iter().map(PathBuf::as_path).chain(beside).collect();
        let is_wanted = |by: &String| {
            folders.iter().any(|folder| {
                ["wants", "requires"]
                    .iter()
                    .any(|how| has_link(&folder.join(format!("{by}.{how}")), name))
            })
        };
        if self.wanted_by.iter().any(is_wanted) { vec![word.to_owned()] } else { Vec::new() }
    }
}

/// Whether a folder has a link to a unit, or to one made of this pattern (`x@.service`).
fn has_link(folder: &Path, name: &str) -> bool {
    match name.split_once("@.") {
        None => fs::symlink_metadata(folder.join(name)).is_ok(),
        Some((before, _)) => fs::read_dir(folder)
            .into_iter()
            .flatten()
            .take(MOST)
            .flatten()
            .any(|it| it.file_name().to_string_lossy().starts_with(&format!("{before}@"))),
    }
}

/// Which of several files of one name counts.
fn rank(path: &Path) -> usize {
    let text = path.to_string_lossy();
    let order = [
        "/.config/systemd/",
        "/etc/systemd/",
        "/run/systemd/",
        "/.local/share/systemd/",
        "/usr/local/lib/systemd/",
        "/usr/lib/systemd/",
    ];
    order.iter().position(|part| text.contains(part)).unwrap_or(order.len())
}

/// The settings of a file: line, `Section.Key`, value.
fn lines(text: &str) -> Vec<(u32, String, String)> {
    let (mut found, mut section) = (Vec::new(), String::new());
    let mut lines = (1u32..).zip(text.lines()).take(MOST);
    while let Some((at, line)) = lines.next() {
        let line = line.trim();
        if line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = line.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
            name.clone_into(&mut section);
        } else if let Some((key, value)) = line.split_once('=') {
            let mut value = value.trim().to_owned();
            while value.ends_with('\\') {
                value.pop();
                match lines.next() {
                    Some((_, next)) if next.trim_start().starts_with(['#', ';']) => {
                        value.push('\\')
                    }
                    Some((_, next)) => value.push_str(&format!(" {}", next.trim())),
                    None => break,
                }
            }
            found.push((at, format!("{section}.{}", key.trim()), value.trim().to_owned()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(files: &[(&str, &str)], links: &[&str], expect: &[&str]) {
        let place = tempfile::tempdir().expect("a folder");
        let mut units = Units::default();
        for (way, text) in files {
            let piece = Piece {
                path: place.path().join(way),
                begin: place.path().into(),
                text: (*text).into(),
            };
            units.add(piece);
        }
        for link in links {
            let path = place.path().join(link);
            fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            let to = if link.ends_with("masked.service") { "/dev/null" } else { "../x" };
            std::os::unix::fs::symlink(to, path).expect("linked");
        }
        let told = units.services().into_iter().map(|it| {
            let when = it.when.join(", ");
            format!(
                "{} [{when}] {} {}",
                it.name,
                it.account.unwrap_or_default(),
                it.commands.join("; ")
            )
        });
        assert_eq!(told.collect::<Vec<_>>(), expect);
    }

    #[test]
    fn a_unit_is_the_file_that_counts_with_its_drop_ins() {
        check(
            &[
                (
                    "usr/lib/systemd/system/a.service",
                    "[Service]\nExecStart=/old\nUser=x\n[Install]\nWantedBy=multi-user.target\n",
                ),
                (
                    "etc/systemd/system/a.service",
                    "[Service]\nExecStart=/new \\\n  --flag\n# User=y\n[Install]\nWantedBy=multi-user.target\n",
                ),
                ("etc/systemd/system/a.service.d/10.conf", "[Service]\nUser=z\n"),
                ("etc/systemd/system/b.service.d/10.conf", "[Service]\nExecStart=/alone\n"),
            ],
            &["etc/systemd/system/multi-user.target.wants/a.service"],
            &["a.service [at boot] z /new  --flag"],
        );
    }

    #[test]
    fn timers_that_are_wanted_start_services_and_masked_ones_never_run() {
        check(
            &[
                ("home/.config/systemd/user/n.service", "[Service]\nExecStart=/n\n"),
                (
                    "home/.config/systemd/user/n.timer",
                    "[Timer]\nOnCalendar=*-*-* 02:00\nOnBootSec=5min\n[Install]\nWantedBy=timers.target\n",
                ),
                (
                    "home/.config/systemd/user/o.service",
                    "[Service]\nExecStart=/o\nExecStart=\nExecStart=/p\n",
                ),
                (
                    "home/.config/systemd/user/p.timer",
                    "[Timer]\nUnit=o.service\nOnCalendar=daily\n[Install]\nWantedBy=timers.target\n",
                ),
                ("usr/lib/systemd/system/masked.service", "[Service]\nExecStart=/m\n"),
            ],
            &[
                "home/.config/systemd/user/timers.target.wants/n.timer",
                "etc/systemd/system/masked.service",
            ],
            &["n.service [*-*-* 02:00, 5min after boot]  /n", "o.service []  /p"],
        );
    }
}
