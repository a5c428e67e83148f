//! From things of an inventory, or files of a folder, to what is judged. Reads files, starts nothing.

use std::collections::HashSet;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use content::tree::{Kind, Node};
use event::{Asset, Evidence, Exposure, Freedom, Redact, Role, Text, Verdict, What};

use super::pieces::{CODE, pieces};
use super::{Form, Piece, Sign, Subject, servers};
use crate::attend;
use crate::extract::{self, Says};
use crate::join::{Unsure, text};
use crate::product::{Form as FileForm, Path as Way, Settings};
use crate::read::{self, MAX_SETTINGS, MAX_WORDING};
use crate::skill;

/// Deepest folder below a path.
const MOST_DEPTH: usize = 16;
/// Most text of one skill, in bytes.
const MOST_BYTES: usize = 4 << 20;
/// Most files below a path that is scanned.
const MOST_SCANNED: usize = 200_000;

/// Allowances that allow every command.
const WILD: &[&str] = &[
    "*",
    "**",
    "Bash",
    "Bash(*)",
    "Bash(*:*)",
    "bash",
    "bash(*)",
    "shell",
    "shell(*)",
    "Shell(*)",
    "Shell",
    "run_shell_command",
    "run_shell_command(*)",
    "ShellTool",
    "execute_bash",
    "@builtin",
    "Execute",
    "Terminal(*)",
];

/// Permissions with which an extension acts in any page, or starts programs.
const DRIVES: &[&str] = &["debugger", "nativeMessaging"];

/// What is judged of a thing.
pub fn of_asset(asset: &Asset, uid: u32, unsure: &mut Vec<Unsure>) -> Vec<Subject> {
    let first = asset.evidence.first().cloned().unwrap_or(Evidence { place: "".into(), line: 0 });
    let mut subject = Subject {
        kind: asset.what.kind().into(),
        name: asset.name.clone(),
        place: first.place.clone(),
        ..Subject::default()
    };
    let sign = |id: &str, at: &Evidence, shows: &str| Sign {
        line: at.line,
        id: id.into(),
        shows: Some(shows.into()),
        place: (at.place != first.place).then(|| at.place.clone()),
    };
    match &asset.what {
        What::Agent(installed) => {
            let all = installed.autonomy.iter().filter(|it| it.freedom == Freedom::All);
            subject.signs.extend(all.map(|it| sign("bypasses", &it.at, &it.setting)));
            let wild = installed
                .rights
                .iter()
                .filter(|right| right.verdict == Verdict::Allow && WILD.contains(&&*right.what));
            subject.signs.extend(wild.map(|it| sign("wildcard_permission", &it.at, &it.what)));
            let secrets = installed.secrets.iter();
            subject.signs.extend(secrets.map(|it| sign("secret_in_settings", &it.at, &it.text)));
        }
        What::ToolServer(server) => {
            (subject.pieces, subject.signs) = servers::of(server, first.line);
        }
        What::Hook(hook) => command(&mut subject, &hook.runs, first.line),
        What::Helper(helper) => command(&mut subject, &helper.runs, first.line),
        What::Credential(credential) => {
            if let Some(who) = &credential.readable_by {
                subject.signs.push(sign(
                    "readable_by_others",
                    &first,
                    &format!("readable by {who}"),
                ));
            }
        }
        What::Skill(_) => of_skill(Path::new(&*first.place), uid, &mut subject, unsure),
        What::Command(_)
        | What::SubAgent(_)
        | What::Plugin(_)
        | What::Rules(_)
        | What::Memory(_) => {
            let path = Path::new(&*first.place);
            subject
                .pieces
                .extend(file(path, uid, unsure).iter().flat_map(|text| pieces(&first.place, text)));
            subject
                .signs
                .extend(writable(path).map(|shows| sign("writable_by_others", &first, &shows)));
        }
        What::Service(service) => {
            command(&mut subject, &service.runs, first.line);
            let all = service.bypasses.iter();
            subject.signs.extend(all.map(|it| sign("bypasses", &first, it)));
            if service.role == Role::ModelServer {
                let open = service.listens.iter();
                subject.signs.extend(open.map(|it| sign("open_to_network", &first, it)));
            }
            let keys = service.keys.iter();
            subject.signs.extend(keys.map(|it| sign("secret_in_settings", &first, it)));
        }
        What::ModelServer(server) => {
            if server.exposure == Exposure::Network {
                subject.signs.push(sign("open_to_network", &first, &server.address));
            }
        }
        What::Container(container) => {
            let all = container.opens.iter();
            subject.signs.extend(all.map(|it| sign("opens_host", &first, it)));
        }
        What::Model(model) => {
            if model.runs_code {
                subject.signs.push(sign("code_at_load", &first, &model.format));
            }
        }
        What::Extension(extension) => {
            let drives = extension.permissions.iter().filter(|it| DRIVES.contains(&&***it));
            subject.signs.extend(drives.map(|it| sign("drives_browser", &first, it)));
        }
        What::Code(_) | What::Package(_) | What::Dataset(_) | What::VectorStore(_) => {
            return Vec::new();
        }
        // What of them is worth a point is a matter of who reaches them.
        What::Account(_) | What::Repository(_) | What::Listener(_) => return Vec::new(),
    }
    vec![subject]
}

fn command(subject: &mut Subject, runs: &Text, line: u32) {
    subject.pieces.push(Piece::new(line.max(1), Form::Code, &**runs));
    let program = runs.split_whitespace().find(|word| word.starts_with('/'));
    if let Some(shows) = program.and_then(|program| writable(Path::new(program))) {
        let sign =
            Sign { line, id: "writable_by_others".into(), shows: Some(shows.into()), place: None };
        subject.signs.push(sign);
    }
}

/// Who but its owner may change a file.
fn writable(path: &Path) -> Option<String> {
    let mode = fs::metadata(path).ok()?.mode();
    let who = match mode & 0o022 {
        0 => return None,
        bits if bits & 0o002 != 0 => "everybody",
        _ => "group",
    };
    // A group of one's own is nobody else.
    (who == "everybody").then(|| format!("{} is writable by {who}", path.display()))
}

fn file(path: &Path, uid: u32, unsure: &mut Vec<Unsure>) -> Option<String> {
    match read::file(path, uid, MAX_WORDING) {
        Ok(content) => Some(content.text().into_owned()),
        Err(why) => {
            // A place is kept as text.
            let renamed = text(path).contains(char::REPLACEMENT_CHARACTER);
            let why =
                if renamed { "its name is no text: not read".into() } else { why.to_string() };
            unsure.push(Unsure { place: text(path), why: why.into() });
            None
        }
    }
}

/// The main file of a skill, and every text beside and below it.
fn of_skill(main: &Path, uid: u32, subject: &mut Subject, unsure: &mut Vec<Unsure>) {
    subject
        .pieces
        .extend(file(main, uid, unsure).iter().flat_map(|text| pieces(&subject.place, text)));
    subject.signs.extend(writable(main).map(|shows| Sign {
        line: 0,
        id: "writable_by_others".into(),
        shows: Some(shows.into()),
        place: None,
    }));
    if !skill::is_main(main) {
        return;
    }
    let beside = skill::files(main, &mut |_| {});
    unsure.extend(beside.unsure);
    let mut bytes = 0;
    for path in beside.files {
        if path == main || !is_text(&path) {
            continue;
        }
        let place = text(&path);
        let Some(content) = file(&path, uid, unsure) else { continue };
        bytes += content.len();
        if bytes > MOST_BYTES {
            let why = format!(
                "the skill has more than {MOST_BYTES} bytes of text: the rest was not read"
            );
            return unsure.push(Unsure { place, why: why.into() });
        }
        for mut piece in pieces(&place, &content) {
            piece.place = Some(place.clone());
            subject.pieces.push(piece);
        }
    }
}

fn is_text(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    CODE.contains(&ending)
        || [
            "md", "mdc", "txt", "json", "yaml", "yml", "toml", "cfg", "ini", "env", "html", "css",
            "",
        ]
        .contains(&ending)
}

/// Files below a folder, in order; links are not followed.
fn files(folder: &Path, unsure: &mut Vec<Unsure>) -> Vec<PathBuf> {
    let (mut found, mut waiting) = (Vec::new(), vec![(folder.to_owned(), 0)]);
    while let Some((folder, depth)) = waiting.pop() {
        if let Some(why) = attend::before(&folder) {
            unsure.push(Unsure { place: text(&folder), why });
            continue;
        }
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) => {
                unsure.push(Unsure { place: text(&folder), why: error.to_string().into() });
                continue;
            }
        };
        for entry in entries.flatten() {
            attend::entries(1);
            let Ok(kind) = entry.file_type() else { continue };
            if found.len() >= MOST_SCANNED {
                let why = format!("more than {MOST_SCANNED} files: the rest was not read");
                unsure.push(Unsure { place: text(&folder), why: why.into() });
                found.sort();
                return found;
            }
            if kind.is_file() {
                found.push(entry.path());
            } else if kind.is_dir() && depth < MOST_DEPTH && entry.file_name() != ".git" {
                waiting.push((entry.path(), depth + 1));
            }
        }
    }
    found.sort();
    found
}

/// What is judged of a file or of all files below a folder: skills, settings with servers, descriptions of
/// tools, texts of instructions, scripts. Each is given to `judge` as it is read: a folder can hold more than
/// memory does.
pub fn of_path(
    path: &Path,
    redact: &dyn Redact,
    unsure: &mut Vec<Unsure>,
    judge: &mut dyn FnMut(Subject),
) {
    let all = if path.is_dir() { files(path, unsure) } else { vec![path.to_owned()] };
    let skills: HashSet<&Path> =
        all.iter().filter(|path| skill::is_main(path)).filter_map(|it| it.parent()).collect();
    for path in &all {
        let uid = fs::metadata(path).map_or(0, |meta| meta.uid());
        let of_a_skill = path.ancestors().any(|above| skills.contains(above));
        if skill::is_main(path) {
            let main = file(path, uid, &mut Vec::new()).unwrap_or_default();
            let head = extract::head(&text(path), &main);
            let folder = path.parent().and_then(Path::file_name).map(PathBuf::from).map(text);
            let name = head.name.or(folder).unwrap_or_default();
            let mut subject =
                Subject { kind: "skill".into(), name, place: text(path), ..Subject::default() };
            of_skill(path, uid, &mut subject, unsure);
            judge(subject);
        } else if !of_a_skill && is_text(path) {
            let mut subjects = Vec::new();
            one(path, uid, redact, unsure, &mut subjects);
            subjects.into_iter().for_each(&mut *judge);
        }
    }
}

fn one(
    path: &Path,
    uid: u32,
    redact: &dyn Redact,
    unsure: &mut Vec<Unsure>,
    subjects: &mut Vec<Subject>,
) {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let form = match ending {
        "json" => FileForm::Json,
        "toml" => FileForm::Toml,
        "yaml" | "yml" => FileForm::Yaml,
        _ => {
            let kind = if CODE.contains(&ending) { "script" } else { "rules" };
            if kind == "script" || ["md", "mdc", "txt"].contains(&ending) {
                let place = text(path);
                let pieces =
                    file(path, uid, unsure).map(|text| pieces(&place, &text)).unwrap_or_default();
                let name = text(path.file_name().map(PathBuf::from).unwrap_or_default());
                subjects.push(Subject {
                    kind: kind.into(),
                    name,
                    place,
                    pieces,
                    signs: Vec::new(),
                });
            }
            return;
        }
    };
    let content = match read::file(path, uid, MAX_SETTINGS) {
        Ok(content) => content,
        Err(why) => return unsure.push(Unsure { place: text(path), why: why.to_string().into() }),
    };
    match extract::parse(form, &content.text()) {
        Ok(node) => {
            tools(path, &node, subjects);
            tool_servers(path, form, &content.text(), redact, subjects);
        }
        Err(unread) => {
            let why = format!("not understood: {unread}");
            unsure.push(Unsure { place: text(path), why: why.into() });
        }
    }
}

/// Keys under which any product keeps its servers.
const SERVERS: &[&str] = &[
    "mcpServers",
    "servers",
    "mcp",
    "mcp.servers",
    "mcp_servers",
    "context_servers",
    "extensions",
    "projects.*.mcpServers",
];

fn tool_servers(
    path: &Path,
    form: FileForm,
    content: &str,
    redact: &dyn Redact,
    subjects: &mut Vec<Subject>,
) {
    let servers = SERVERS.iter().map(|way| Way::new(way)).collect();
    let Ok(claims) = extract::settings(&Settings::of_servers(form, servers), content, redact)
    else {
        return;
    };
    for claim in claims {
        if let Says::Server { name, server, .. } = claim.says {
            let (pieces, signs) = servers::of(&server, claim.line);
            subjects.push(Subject {
                kind: "tool_server".into(),
                name,
                place: text(path),
                pieces,
                signs,
            });
        }
    }
}

/// Descriptions of tools, as a server lists them.
fn tools(path: &Path, node: &Node, subjects: &mut Vec<Subject>) {
    let lists = [node.get("tools"), node.get("result").and_then(|it| it.get("tools"))];
    let listed = lists.into_iter().flatten().flat_map(Node::items);
    let alone = std::iter::once(node).filter(|node| node.get("tools").is_none());
    for tool in listed.chain(alone).chain(node.items()) {
        let schema =
            ["inputSchema", "input_schema", "parameters"].iter().find_map(|key| tool.get(key));
        let (Some(name), Some(_)) =
            (tool.get("name").and_then(Node::text), schema.or(tool.get("description")))
        else {
            continue;
        };
        if schema.is_none() && tool.get("annotations").is_none() {
            continue;
        }
        let mut subject = Subject {
            kind: "tool".into(),
            name: name.into(),
            place: text(path),
            ..Subject::default()
        };
        words(tool, &mut subject.pieces);
        subjects.push(subject);
    }
}

/// Every text of a description: names, defaults and examples too.
fn words(node: &Node, pieces: &mut Vec<Piece>) {
    match &node.kind {
        Kind::Text(text) if text.contains(' ') => {
            pieces.push(Piece::new(node.line, Form::Prose, text.as_str()));
        }
        _ => {
            node.entries().iter().for_each(|entry| words(&entry.value, pieces));
            node.items().iter().for_each(|item| words(item, pieces));
        }
    }
}
