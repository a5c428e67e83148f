//! Process Activity 1007: exec, clone, exit, ptrace, signals, changes of account.

use serde_json::{Map, Value, json};

use super::{Activity, Class};
use crate::ocsf::draft::Draft;
use crate::ocsf::error::ImportError;
use crate::ocsf::import::{Reading, split_command_line};
use crate::ocsf::node::Node;
use crate::ocsf::object::file::{self, FileKind};
use crate::ocsf::object::{process, user};
use crate::{
    Act, Attributed, CredentialChange, Exec, Exit, FileRef, Forked, Place, ProcessId, Text, Toward,
    Whom,
};

pub(in crate::ocsf) const CLASS: Class = Class { uid: 1007, caption: "Process Activity" };

const LAUNCH: Activity = Activity(1, "Launch");
const TERMINATE: Activity = Activity(2, "Terminate");
const OPEN: Activity = Activity(3, "Open");
const INJECT: Activity = Activity(4, "Inject");
const SET_USER: Activity = Activity(5, "Set User ID");
const SIGNAL: Activity = Activity(99, "Signal");

const PTRACE_ATTACH: i32 = 16;
const PTRACE_POKETEXT: i32 = 4;
/// Requests that write memory or registers of the target: POKETEXT, POKEDATA, POKEUSER, SETREGS,
/// SETFPREGS, SETREGSET.
const PTRACE_WRITES: [i32; 6] = [PTRACE_POKETEXT, 5, 6, 13, 15, 0x4205];
const SIGKILL: i32 = 9;
const SIGTERM: i32 = 15;

/// A program replaced the process image. OCSF's actor of a launch is the process that launched.
pub(in crate::ocsf) fn exec(draft: &mut Draft, act: &Attributed, exec: &Exec) -> Activity {
    let parent = match &act.process.parent {
        Some(parent) if parent.id == exec.parent => process::whole(parent, draft),
        _ => process::named(exec.parent, draft),
    };
    let brief = ["pid", "uid", "name", "cmd_line", "file"];
    let brief = parent.iter().filter(|(key, _)| brief.contains(&key.as_str()));
    let brief: Map<String, Value> = brief.map(|(k, v)| (k.clone(), v.clone())).collect();
    let mut launched = launched(draft, act.event.process, exec);
    launched.insert("parent_process".into(), Value::Object(brief));
    draft.set("launch_type_id", 3);
    draft.set("launch_type", "Exec");
    put(draft, parent, launched);
    LAUNCH
}

fn launched(draft: &mut Draft, id: ProcessId, exec: &Exec) -> Map<String, Value> {
    let mut launched = process::named(id, draft);
    let line = exec.command_line();
    if !line.split(' ').eq(exec.argv.iter().map(|argument| &**argument)) {
        draft.keep("argv", json!(exec.argv));
    }
    launched.insert("name".into(), json!(file::last_part(&exec.exe.path)));
    launched.insert("cmd_line".into(), json!(line));
    launched.insert("working_directory".into(), json!(&*exec.cwd));
    launched.insert("file".into(), program(exec));
    user::put(&mut launched, &exec.user, draft);
    process::put_place(&mut launched, &exec.place, draft);
    put_environment(draft, &mut launched, &exec.env);
    if let Some(script) = &exec.script {
        draft.keep("script", &**script);
    }
    if exec.tty != 0 {
        launched.insert("session".into(), json!({ "terminal": terminal(exec.tty) }));
        draft.keep("tty", exec.tty);
    }
    if exec.elevated {
        draft.keep("elevated", true);
    }
    if let Some(unhashed) = exec.unhashed {
        draft.keep("unhashed", unhashed.name());
    }
    if let Some(stdin) = exec.stdin {
        draft.keep("stdin", stdin.name());
    }
    launched
}

fn program(exec: &Exec) -> Value {
    let mut program = file::object(&exec.exe, FileKind::Executable);
    if let Some(sha256) = &exec.sha256 {
        let hash = json!([{ "algorithm_id": 3, "algorithm": "SHA-256", "value": &**sha256 }]);
        program.insert("hashes".into(), hash);
    }
    if exec.anonymous {
        program.insert("is_deleted".into(), json!(true));
    }
    Value::Object(program)
}

fn put_environment(draft: &mut Draft, process: &mut Map<String, Value>, env: &[Text]) {
    if env.is_empty() {
        return;
    }
    let named = |entry: &Text| {
        let (name, value) = entry.split_once('=')?;
        Some(json!({ "name": name, "value": value }))
    };
    match env.iter().map(named).collect::<Option<Vec<_>>>() {
        Some(variables) => {
            process.insert("environment_variables".into(), Value::Array(variables));
        }
        None => draft.keep("env", json!(env)),
    }
}

/// A device number as people know the terminal.
fn terminal(tty: u32) -> String {
    let major = (tty >> 8) & 0xfff;
    let minor = (tty & 0xff) | ((tty >> 12) & 0xf_ff00);
    match major {
        136..=143 => format!("pts/{}", (major - 136) * 256 + minor),
        4 if minor < 64 => format!("tty{minor}"),
        _ => format!("{major}:{minor}"),
    }
}

/// A new process.
pub(in crate::ocsf) fn clone(draft: &mut Draft, act: &Attributed, forked: Forked) -> Activity {
    let child = process::named(forked.child, draft);
    let actor = process::acting(act, draft);
    draft.set("launch_type_id", 2);
    draft.set("launch_type", "Fork");
    put(draft, actor, child);
    LAUNCH
}

/// A process ended.
pub(in crate::ocsf) fn exit(draft: &mut Draft, act: &Attributed, exit: &Exit) -> Activity {
    let actor = process::acting(act, draft);
    let mut ended = process::named(act.event.process, draft);
    for key in ["name", "cmd_line", "file", "user"] {
        if let Some(value) = actor.get(key) {
            ended.insert(key.into(), value.clone());
        }
    }
    ended.insert("terminated_time".into(), json!(act.event.time_unix_ns / 1_000_000));
    draft.set("exit_code", exit.code);
    if exit.signal != 0 {
        draft.keep("signal", exit.signal);
    }
    draft.keep("duration_ns", exit.duration_ns);
    draft.keep("cpu_ns", exit.cpu_ns);
    draft.keep("max_rss_kib", exit.max_rss_kib);
    put(draft, actor, ended);
    TERMINATE
}

/// A process took hold of another.
pub(in crate::ocsf) fn ptrace(draft: &mut Draft, act: &Attributed, toward: &Toward) -> Activity {
    put_target(draft, act, toward);
    draft.keep("ptrace_request", toward.what);
    if !PTRACE_WRITES.contains(&toward.what) {
        return OPEN;
    }
    draft.set("injection_type_id", 99);
    draft.set("injection_type", "ptrace");
    INJECT
}

/// A signal was sent.
pub(in crate::ocsf) fn signal(draft: &mut Draft, act: &Attributed, toward: &Toward) -> Activity {
    put_target(draft, act, toward);
    draft.keep("signal", toward.what);
    if [SIGKILL, SIGTERM].contains(&toward.what) { TERMINATE } else { SIGNAL }
}

fn put_target(draft: &mut Draft, act: &Attributed, toward: &Toward) {
    let mut target = process::named(toward.target, draft);
    if let Some(whom) = &toward.whom {
        if !whom.exe.is_empty() {
            target.insert("name".into(), json!(file::last_part(&whom.exe)));
            target.insert("cmd_line".into(), json!(&*whom.command_line));
            let program = file::named(&whom.exe, FileKind::Executable);
            target.insert("file".into(), Value::Object(program));
            user::put(&mut target, &whom.user, draft);
        }
        draft.keep("whom", json!(whom));
    }
    let actor = process::acting(act, draft);
    put(draft, actor, target);
}

/// User, group or capabilities changed: the actor is the process before, the process after.
pub(in crate::ocsf) fn credentials(
    draft: &mut Draft,
    act: &Attributed,
    change: &CredentialChange,
) -> Activity {
    let mut before = process::acting(act, draft);
    let mut after = process::named(act.event.process, draft);
    user::put(&mut before, &change.from, draft);
    user::put(&mut after, &change.to, draft);
    draft.keep("capabilities", json!(change.capabilities));
    put(draft, before, after);
    SET_USER
}

fn put(draft: &mut Draft, actor: Map<String, Value>, process: Map<String, Value>) {
    draft.set("actor", json!({ "process": actor }));
    draft.set("process", Value::Object(process));
}

/// Acts another product's activity stands for.
pub(in crate::ocsf) fn acts(activity_id: u64, event: &Node) -> Result<&'static str, &'static str> {
    const FORK: u32 = 2;
    Ok(match activity_id {
        1 if event.at("launch_type_id").number::<u32>() == Ok(Some(FORK)) => "process_clone",
        1 => "process_exec",
        2 => "process_exit",
        3 | 4 => "ptrace",
        5 => "credential_change",
        _ => return Err("the activity is not one of Launch, Terminate, Open, Inject, Set User ID"),
    })
}

/// Who acted in an act, as a path: a launched or ended process is OCSF's object, and our subject.
pub(in crate::ocsf) fn subject(act: &str) -> &'static str {
    match act {
        "process_exec" | "process_exit" => "process",
        _ => "actor.process",
    }
}

pub(in crate::ocsf) fn read_exec(reading: &mut Reading) -> Result<Act, ImportError> {
    let event = reading.event.clone();
    let launched = event.at("process");
    let parent = match launched.at("parent_process").present() {
        Some(parent) => parent,
        None => event.down("actor.process"),
    };
    let parent = match parent.present() {
        Some(parent) => reading.process_id(&parent)?,
        None => ProcessId::default(),
    };
    let exe = read_program(&launched)?;
    let own = &reading.own;
    Ok(Act::ProcessExec(Box::new(Exec {
        parent,
        script: own.at("script").text()?.map(Into::into),
        argv: read_argv(reading, &launched, &exe)?,
        cwd: launched.at("working_directory").text_or_empty()?.into(),
        env: read_environment(reading, &launched)?,
        user: user::read(&launched)?,
        tty: own.at("tty").number_or_zero()?,
        place: read_place(&launched)?,
        sha256: read_sha256(&launched)?,
        anonymous: launched.down("file.is_deleted").flag()?,
        elevated: own.at("elevated").flag()?,
        unhashed: own.at("unhashed").decode("why there is no hash")?,
        stdin: own.at("stdin").decode("what standard input is")?,
        exe,
    })))
}

fn read_program(process: &Node) -> Result<FileRef, ImportError> {
    let file = process.at("file");
    let path = file.at("path");
    if !path.is_absent() {
        return file::read(&file);
    }
    for node in [process.at("path"), file.at("name"), process.at("name")] {
        if let Some(path) = node.text()? {
            return Ok(FileRef::named(path));
        }
    }
    // A command line names its program first; better than to lose the launch.
    let line = process.at("cmd_line").text_or_empty()?;
    split_command_line(&line).into_iter().next().map(FileRef::named).ok_or_else(|| {
        path.missing("the program of the process", "fill `process.file.path` or `process.cmd_line`")
    })
}

fn read_argv(reading: &Reading, process: &Node, exe: &FileRef) -> Result<Vec<Text>, ImportError> {
    if let Some(argv) = reading.own.at("argv").decode("a list of strings")? {
        return Ok(argv);
    }
    Ok(match process.at("cmd_line").text()? {
        Some(line) if reading.is_own() => line.split(' ').map(Text::from).collect(),
        Some(line) => split_command_line(&line).into_iter().map(Text::from).collect(),
        None => vec![exe.path.clone()],
    })
}

fn read_environment(reading: &Reading, process: &Node) -> Result<Vec<Text>, ImportError> {
    if let Some(env) = reading.own.at("env").decode("a list of strings")? {
        return Ok(env);
    }
    let variable = |node: &Node| {
        let name = node.at("name").text_or_empty()?;
        Ok(format!("{name}={}", node.at("value").text_or_empty()?).into())
    };
    process.at("environment_variables").items()?.iter().map(variable).collect()
}

fn read_place(process: &Node) -> Result<Place, ImportError> {
    let namespaces = process.at("xattributes");
    Ok(Place {
        container: process.down("container.uid").text()?.map(Into::into),
        cgroup: namespaces.at("cgroup").number_or_zero()?,
        mnt_ns: namespaces.at("mnt_ns").number_or_zero()?,
        pid_ns: namespaces.at("pid_ns").number_or_zero()?,
    })
}

fn read_sha256(process: &Node) -> Result<Option<Text>, ImportError> {
    const SHA256: u32 = 3;
    for hash in process.down("file.hashes").items()? {
        if hash.at("algorithm_id").number::<u32>()? == Some(SHA256) {
            return Ok(hash.at("value").text()?.map(Into::into));
        }
    }
    Ok(None)
}

pub(in crate::ocsf) fn read_clone(reading: &mut Reading) -> Result<Act, ImportError> {
    let child = reading.event.at("process");
    Ok(Act::ProcessClone(Forked { child: reading.process_id(&child)? }))
}

pub(in crate::ocsf) fn read_exit(reading: &mut Reading) -> Result<Act, ImportError> {
    let own = &reading.own;
    Ok(Act::ProcessExit(Exit {
        code: reading.event.at("exit_code").number_or_zero()?,
        signal: own.at("signal").number_or_zero()?,
        duration_ns: own.at("duration_ns").number_or_zero()?,
        cpu_ns: own.at("cpu_ns").number_or_zero()?,
        max_rss_kib: own.at("max_rss_kib").number_or_zero()?,
    }))
}

pub(in crate::ocsf) fn read_ptrace(reading: &mut Reading) -> Result<Act, ImportError> {
    let target = reading.process_id(&reading.event.at("process"))?;
    let inject = reading.event.at("activity_id").number::<u32>()? == Some(INJECT.0);
    let usual = if inject { PTRACE_POKETEXT } else { PTRACE_ATTACH };
    let what = reading.own.at("ptrace_request").number()?.unwrap_or(usual);
    Ok(Act::Ptrace(Toward { target, what, whom: read_whom(reading)? }))
}

pub(in crate::ocsf) fn read_signal(reading: &mut Reading) -> Result<Act, ImportError> {
    let target = reading.process_id(&reading.event.at("process"))?;
    let what = reading.own.at("signal").number()?.unwrap_or(SIGTERM);
    Ok(Act::Signal(Toward { target, what, whom: read_whom(reading)? }))
}

fn read_whom(reading: &Reading) -> Result<Option<Box<Whom>>, ImportError> {
    reading.own.at("whom").decode("relation, program and account of a target")
}

pub(in crate::ocsf) fn read_credentials(reading: &mut Reading) -> Result<Act, ImportError> {
    let before = match reading.event.down("actor.process.user").present() {
        Some(_) => user::read(&reading.event.down("actor.process"))?,
        None => user::read(&reading.event.at("actor"))?,
    };
    Ok(Act::CredentialChange(CredentialChange {
        from: before,
        to: user::read(&reading.event.at("process"))?,
        capabilities: reading.own.at("capabilities").decode("two numbers")?.unwrap_or_default(),
    }))
}
