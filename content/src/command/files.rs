//! Which of a program's arguments are files, and what it does with them.

use super::options::{Grammar, Line, Style};
use super::walk::Walk;
use super::wrapper::inside;
use super::{FileVerb, UNKNOWN, path};

/// What a program does with the files it names.
#[derive(Clone, Copy)]
enum Role {
    /// The same with each.
    Each(FileVerb),
    /// Reads all but the last, writes the last, or into the folder `-t` names.
    Copy,
    /// As above, and what was read is gone from where it was.
    Move,
    /// Reads all but the first word, which is no file.
    Behind(FileVerb),
}

struct Files {
    name: &'static str,
    role: Role,
    /// Options that take the next argument.
    takes: &'static str,
}

const fn files(name: &'static str, role: Role, takes: &'static str) -> Files {
    Files { name, role, takes }
}

const READ: Role = Role::Each(FileVerb::Read);

const FILES: &[Files] = &[
    files("cat", READ, ""),
    files("tac", READ, ""),
    files("nl", READ, ""),
    files("less", READ, ""),
    files("more", READ, ""),
    files("bat", READ, "-l -r --style"),
    files("head", READ, "-n -c --lines --bytes"),
    files("tail", READ, "-n -c --lines --bytes"),
    files("od", READ, "-t -N -j -A"),
    files("xxd", READ, "-l -s -c"),
    files("hexdump", READ, "-n -s -e"),
    files("strings", READ, "-n -t"),
    files("base64", READ, "-w"),
    files("wc", READ, ""),
    files("sort", READ, "-k -t -o"),
    files("uniq", READ, ""),
    files("cut", READ, "-d -f -c"),
    files("md5sum", READ, ""),
    files("sha256sum", READ, ""),
    files(
        "grep",
        Role::Behind(FileVerb::Read),
        "-e -f -m -A -B -C --include --exclude --exclude-dir",
    ),
    files("egrep", Role::Behind(FileVerb::Read), "-e -f -m -A -B -C"),
    files("rg", Role::Behind(FileVerb::Read), "-e -g -t -m -A -B -C"),
    files("awk", Role::Behind(FileVerb::Read), "-F -v -f"),
    files("rm", Role::Each(FileVerb::Delete), ""),
    files("unlink", Role::Each(FileVerb::Delete), ""),
    files("rmdir", Role::Each(FileVerb::Delete), ""),
    files("shred", Role::Each(FileVerb::Delete), "-n -s --iterations --size --random-source"),
    files("srm", Role::Each(FileVerb::DeleteTree), ""),
    files("rimraf", Role::Each(FileVerb::DeleteTree), ""),
    files("wipe", Role::Each(FileVerb::DeleteTree), ""),
    files("touch", Role::Each(FileVerb::Append), "-d -r -t"),
    files("tee", Role::Each(FileVerb::Write), ""),
    files("sponge", Role::Each(FileVerb::Write), ""),
    files("truncate", Role::Each(FileVerb::Empty), "-s -r --size --reference"),
    files("cp", Role::Copy, "-t --target-directory -S"),
    files("install", Role::Copy, "-t -m -o -g --mode --owner --group"),
    files("ln", Role::Copy, "-t -S"),
    files("mv", Role::Move, "-t --target-directory -S"),
];

/// Programs that change the files they name.
pub fn names() -> impl Iterator<Item = &'static str> {
    let reads =
        |role: &Role| matches!(role, Role::Each(FileVerb::Read) | Role::Behind(FileVerb::Read));
    FILES.iter().filter(move |files| !reads(&files.role)).map(|files| files.name)
}

impl Walk<'_> {
    /// Notes the files that `name` with `args` would touch.
    pub fn files_of(&mut self, name: &str, args: &[String], stdin: Option<&str>) {
        match name {
            "find" | "gfind" => return self.find(args),
            "dd" => return self.dd(args),
            "sed" | "gsed" => return self.sed(args),
            "curl" | "wget" => return self.download(args),
            _ => {}
        }
        let Some(files) = FILES.iter().find(|files| files.name == name) else { return };
        let line = read(args, files.takes);
        match files.role {
            Role::Each(verb) => {
                let verb = self.adjusted(name, verb, &line);
                for word in &line.words {
                    let path = path::resolve(word, &self.state.cwd);
                    if matches!(name, "tee" | "sponge") {
                        self.write(path.clone(), stdin.unwrap_or("\0").to_owned());
                    }
                    self.file(verb, path, name);
                }
            }
            Role::Behind(verb) => {
                for word in line.words.iter().skip(1) {
                    self.file(verb, path::resolve(word, &self.state.cwd), name);
                }
            }
            Role::Copy => self.copied(name, &line, FileVerb::Read),
            Role::Move => self.copied(name, &line, FileVerb::Move),
        }
    }

    /// `rm -r` takes all that is below; `truncate -s +1` takes nothing.
    fn adjusted(&self, name: &str, verb: FileVerb, line: &Line) -> FileVerb {
        let recursive = line.options.iter().any(|(option, _)| {
            matches!(option.as_str(), "-r" | "-R")
                || (option.len() > 4 && "--recursive".starts_with(option))
        });
        match name {
            "rm" if recursive => FileVerb::DeleteTree,
            "tee" if line.has(&["-a", "--append"]) => FileVerb::Append,
            "truncate" => match line.value(&["-s", "--size"]) {
                Some("0") | None => FileVerb::Empty,
                Some(_) => FileVerb::Write,
            },
            _ => verb,
        }
    }

    fn copied(&mut self, name: &str, line: &Line, verb: FileVerb) {
        let into = line.value(&["-t", "--target-directory"]).map(str::to_owned);
        let last = line.words.len().saturating_sub(usize::from(into.is_none()));
        let sources = line.words.get(..last).unwrap_or_default();
        let target = into.or_else(|| line.words.get(last).cloned());
        for source in sources {
            let path = path::resolve(source, &self.state.cwd);
            let linked = name == "ln" && line.has(&["-s", "--symbolic"]) && self.links.len() < 64;
            if let (true, Some(target)) = (linked, &target) {
                self.links.insert(path::resolve(target, &self.state.cwd), path.clone());
            }
            if let (Some(target), [_]) = (&target, sources) {
                let content = self.content(&path);
                self.write(path::resolve(target, &self.state.cwd), content);
            }
            self.file(verb, path, name);
        }
        if let Some(target) = target {
            let path = path::resolve(&target, &self.state.cwd);
            // What a null device is copied over is emptied.
            let empties = sources.iter().any(|source| source == "/dev/null");
            let verb = if empties { FileVerb::Empty } else { FileVerb::Write };
            self.file(verb, path, name);
        }
    }

    fn dd(&mut self, args: &[String]) {
        for arg in args {
            if let Some(file) = arg.strip_prefix("if=") {
                self.file(FileVerb::Read, path::resolve(file, &self.state.cwd), "dd");
            } else if let Some(file) = arg.strip_prefix("of=") {
                self.file(FileVerb::Write, path::resolve(file, &self.state.cwd), "dd");
            }
        }
    }

    fn sed(&mut self, args: &[String]) {
        let line = read(args, "-e -f -l --expression --file");
        let in_place =
            line.options.iter().any(|(name, _)| name == "-i" || name.starts_with("--in-p"));
        let scripted = line.has(&["-e", "-f", "--expression", "--file"]);
        let verb = if in_place { FileVerb::Write } else { FileVerb::Read };
        for word in line.words.iter().skip(usize::from(!scripted)) {
            let path = path::resolve(word, &self.state.cwd);
            self.written.remove(&path);
            self.file(verb, path, "sed");
        }
    }

    fn download(&mut self, args: &[String]) {
        let line = read(args, "-o -O --output --output-document -H -d -X -u -A -e -T -F -b -c");
        let names = ["-o", "--output", "--output-document"];
        let given =
            line.options.iter().filter(|(name, _)| names.contains(&name.as_str()) || name == "-O");
        for file in given
            .filter_map(|(_, value)| value.clone())
            .filter(|it| it != "-" && !it.contains("://"))
        {
            self.file(FileVerb::Write, path::resolve(&file, &self.state.cwd), "curl");
        }
        if let Some(file) = line.value(&["-T"]) {
            self.file(FileVerb::Read, path::resolve(file, &self.state.cwd), "curl");
        }
    }

    /// `find`: where it begins, what narrows it, and what is done with what it finds.
    fn find(&mut self, args: &[String]) {
        let starts = found(args);
        let mut at = 0;
        while let Some(arg) = args.get(at) {
            at += 1;
            match arg.as_str() {
                "-delete" => {
                    for start in &starts {
                        let path = path::resolve(start, &self.state.cwd);
                        self.file(FileVerb::DeleteTree, path, "find");
                    }
                }
                "-exec" | "-execdir" | "-ok" | "-okdir" => {
                    let rest = args.get(at..).unwrap_or_default();
                    let end =
                        rest.iter().position(|arg| arg == ";" || arg == "+").unwrap_or(rest.len());
                    let command = rest.get(..end).unwrap_or_default();
                    at += end + 1;
                    for start in &starts {
                        let argv = command.iter().map(|arg| arg.replace("{}", start)).collect();
                        inside(self, "find", |walk| walk.apart(|walk| walk.invoke(argv, None)));
                    }
                }
                _ => {}
            }
        }
    }
}

/// What `find` would name: its beginnings, or something below them where a test narrows it.
pub fn found(args: &[String]) -> Vec<String> {
    const NARROWS: &[&str] = &[
        "-name",
        "-iname",
        "-path",
        "-ipath",
        "-wholename",
        "-regex",
        "-iregex",
        "-mtime",
        "-ctime",
        "-atime",
        "-mmin",
        "-cmin",
        "-amin",
        "-newer",
        "-size",
        "-empty",
        "-user",
        "-group",
        "-perm",
        "-links",
        "-inum",
        "-lname",
        "-samefile",
        "-executable",
    ];
    let mut rest = args;
    while rest.first().is_some_and(|arg| matches!(arg.as_str(), "-H" | "-L" | "-P")) {
        rest = rest.get(1..).unwrap_or_default();
    }
    let own = rest.iter().position(|arg| arg.starts_with(['-', '(', '!'])).unwrap_or(rest.len());
    let mut starts: Vec<String> = rest.get(..own).unwrap_or_default().to_vec();
    if starts.is_empty() {
        starts.push(".".to_owned());
    }
    // A name that is only `*` narrows nothing.
    let tests = rest.iter().zip(rest.iter().skip(1));
    let narrowed =
        tests.clone().any(|(test, value)| NARROWS.contains(&test.as_str()) && value != "*")
            || rest.iter().any(|test| test == "-empty");
    let below = rest.iter().any(|test| test == "-mindepth" || test == "-maxdepth");
    for start in &mut starts {
        if narrowed {
            *start = format!("{}/{UNKNOWN}", start.trim_end_matches('/'));
        } else if below {
            *start = format!("{}/*", start.trim_end_matches('/'));
        }
    }
    starts
}

fn read(args: &[String], takes: &str) -> Line {
    let takes = takes.split_whitespace().map(str::to_owned).collect();
    Grammar { style: Style::Gnu, takes }.read(args)
}
