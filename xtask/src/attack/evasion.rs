//! What an agent does so that its acts are not its own: the read of one file must still be recorded,
//! under the agent, in one session.

use anyhow::{Result, ensure};

use super::daemon::{Daemon, Recorded, of_agent, touches};
use super::ground::Ground;

const READ: &str = "open(sys.argv[1]).read()";

/// Runs `code`, stops the daemon, and looks for the read.
fn recorded_under(ground: &Ground, code: &str) -> Result<Recorded> {
    let daemon = Daemon::start(&ground.chaperone, &ground.data())?;
    ground.act(&format!("import os,sys,ctypes\n{code}"))?;
    let recorded = daemon.stop()?;
    ensure!(
        recorded.has_file(&ground.secret()),
        "the read is not in the record of the agent: {}",
        told(&recorded)
    );
    let sessions = recorded.sessions(&ground.place);
    ensure!(sessions == 1, "{sessions} sessions instead of one");
    Ok(recorded)
}

/// Waits for `child` and fails with it.
const WAIT: &str = "assert os.waitpid(child,0)[1]==0";

pub fn renamed(ground: &Ground) -> Result<String> {
    let code = format!(
        "libc=ctypes.CDLL(None)\nlibc.prctl(15,b'kworker/0:1',0,0,0)\nchild=os.posix_spawn('/bin/cat',['[kthreadd]',sys.argv[1]],{{}})\n{WAIT}"
    );
    let recorded = recorded_under(ground, &code)?;
    let execs: Vec<&str> =
        recorded.of_kind("process_exec").filter_map(|exec| exec["exe"]["path"].as_str()).collect();
    ensure!(execs.iter().any(|exe| exe.ends_with("/cat")), "programs {execs:?}");
    Ok("argv[0] and comm lie, the program does not".into())
}

pub fn double_fork(ground: &Ground) -> Result<String> {
    let code = format!(
        "r,w=os.pipe()\nif os.fork()==0:\n os.setsid()\n if os.fork()==0:\n  os.close(r)\n  {READ}\n  os.write(w,b'x')\n os._exit(0)\nos.close(w)\nassert os.read(r,1)==b'x'"
    );
    recorded_under(ground, &code)?;
    Ok("the orphan's read is the agent's".into())
}

pub fn memfd(ground: &Ground) -> Result<String> {
    let code = format!(
        "fd=os.memfd_create('kworker')\nos.write(fd,open('/bin/cat','rb').read())\nchild=os.fork()\nif child==0: os.execve(f'/proc/self/fd/{{fd}}',['x',sys.argv[1]],{{}})\n{WAIT}"
    );
    let recorded = recorded_under(ground, &code)?;
    let anonymous = recorded.of_kind("process_exec").any(|exec| exec["anonymous"] == true);
    ensure!(anonymous, "the exec is not marked as anonymous");
    ensure!(recorded.of_kind("memfd_create").count() > 0, "the memfd is not recorded");
    Ok("memfd, anonymous exec and read".into())
}

pub fn self_exe(ground: &Ground) -> Result<String> {
    let code = format!(
        "child=os.fork()\nif child==0: os.execv('/proc/self/exe',['ls','-S','-c','import sys;{READ}',sys.argv[1]])\n{WAIT}"
    );
    let recorded = recorded_under(ground, &code)?;
    let lies = recorded.of_kind("process_exec").any(|exec| exec["exe"]["path"] == "/proc/self/exe");
    ensure!(!lies, "the program is recorded as /proc/self/exe");
    Ok("the program behind the link is recorded".into())
}

pub fn loader(ground: &Ground) -> Result<String> {
    let code = format!(
        "import glob\nld=(glob.glob('/lib64/ld-linux*')+glob.glob('/lib/ld-linux*'))[0]\nchild=os.posix_spawn(ld,['ls','/bin/cat',sys.argv[1]],{{}})\n{WAIT}"
    );
    let recorded = recorded_under(ground, &code)?;
    let cat = recorded.acts.iter().any(|act| of_agent(act) && touches(act, &real("/bin/cat")));
    ensure!(cat, "the program that ld.so opened is not recorded");
    Ok("the loader's program and its read".into())
}

fn real(path: &str) -> std::path::PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| path.into())
}

pub fn copied(ground: &Ground) -> Result<String> {
    let code = format!(
        "import shutil\nshutil.copy('/bin/cat','./sshd')\nchild=os.posix_spawn('./sshd',['sshd: listener',sys.argv[1]],{{}})\n{WAIT}"
    );
    recorded_under(ground, &code)?;
    Ok("the copy's read is the agent's".into())
}

pub fn stripped(ground: &Ground) -> Result<String> {
    let code = format!(
        "child=os.fork()\nif child==0:\n os.setsid()\n os.closerange(0,1024)\n os.execve('/bin/sh',['-sh','-c','read x < \"$0\"; exit 0',sys.argv[1]],{{}})\n{WAIT}"
    );
    recorded_under(ground, &code)?;
    Ok("no environment, no descriptors, a new session: the read is the agent's".into())
}

pub fn many_children(ground: &Ground) -> Result<String> {
    const CHILDREN: usize = 10_000;
    let code = format!(
        "for n in range({CHILDREN}):\n child=os.posix_spawn('/bin/true',[f'true-{{n}}'],{{}})\n os.waitpid(child,0)\n{READ}"
    );
    let recorded = recorded_under(ground, &code)?;
    let children = recorded
        .of_kind("process_exec")
        .filter(|exec| exec["argv"][0].as_str().is_some_and(|name| name.starts_with("true-")))
        .count();
    let lost = recorded.lost(of_the_way).unwrap_or(0);
    ensure!(
        children as u64 + lost >= CHILDREN as u64,
        "{children} of {CHILDREN} recorded, {lost} counted as lost"
    );
    Ok(format!(
        "{children} of {CHILDREN} recorded, {lost} lost by count, the read behind them recorded"
    ))
}

pub fn hidden_in_flood(ground: &Ground) -> Result<String> {
    const FILES: u64 = 60_000;
    let code = format!(
        "os.mkdir('f')\nfor n in range({FILES}):\n if n==30000: {READ}\n os.close(os.open(f'f/{{n}}',os.O_CREAT|os.O_WRONLY))"
    );
    let recorded = recorded_under(ground, &code)?;
    let made: u64 = recorded
        .acts
        .iter()
        .filter(|act| of_agent(act) && act["event"]["act"].get("file_create").is_some())
        .map(|act| act["event"]["count"].as_u64().unwrap_or(1))
        .sum();
    let lost = recorded.lost(of_the_way).unwrap_or(0);
    ensure!(made + lost >= FILES, "{made} of {FILES} recorded, {lost} counted as lost");
    Ok(format!("the read is there, among {made} files made; {lost} lost by count"))
}

/// A signature asks for the package file of a script: an agent may lay anything at its name.
pub fn trapped_facts(ground: &Ground) -> Result<String> {
    let daemon = Daemon::start(&ground.chaperone, &ground.data())?;
    let code = format!(
        "import os,sys,shutil\nshutil.copy('/bin/true','node')\nfor trap in ('fifo','zero'):\n os.mkdir(trap)\n open(trap+'/x.js','w').write('1')\nos.mkfifo('fifo/package.json')\nos.symlink('/dev/zero','zero/package.json')\nfor trap in ('fifo','zero'):\n child=os.posix_spawn('./node',['node',trap+'/x.js'],{{}})\n os.waitpid(child,0)\n{READ}"
    );
    ground.act(&code)?;
    let secret = ground.secret();
    daemon.see("the read behind the traps", |act| of_agent(act) && touches(act, &secret))?;
    daemon.stop()?;
    Ok("neither the FIFO nor the endless file held the daemon".into())
}

pub fn own_files_deleted(ground: &Ground) -> Result<String> {
    let daemon = Daemon::start(&ground.chaperone, &ground.data())?;
    let segment = ground.data().join("journal/0000000001.seg");
    ground.act(&format!("import sys\n{READ}"))?;
    daemon.see("the agent in the record", of_agent)?;
    ground.act(&format!("import os\nos.unlink({:?})", segment.display().to_string()))?;
    ground.act(&format!("import sys\n{READ}"))?;
    let recorded = daemon.stop()?;
    let deleted =
        recorded.of_kind("file_unlink").any(|file| file["path"].as_str() == segment.to_str());
    ensure!(deleted, "the deletion is not recorded: {}", told(&recorded));
    ensure!(recorded.has_file(&ground.secret()), "nothing is recorded behind the deletion");
    Ok("the deletion and what follows are recorded".into())
}

pub fn daemon_signalled(ground: &Ground) -> Result<String> {
    let mut daemon = Daemon::start(&ground.chaperone, &ground.data())?;
    ground.act(&format!("import os\nos.kill({},15)", daemon.pid()))?;
    let status = daemon.ended()?;
    // As a failure, so that it is started again.
    ensure!(status.code() == Some(1), "it ended with {status}");
    let recorded = daemon.recorded()?;
    let pid = daemon.pid();
    let signal = recorded
        .of_kind("signal")
        .any(|signal| signal["target"]["pid"] == pid && signal["what"] == 15);
    ensure!(signal, "the signal is not recorded: {}", told(&recorded));
    Ok("the signal that ended it is the agent's".into())
}

/// What is lost between the act and the record, not while nobody watched.
fn of_the_way(cause: &str) -> bool {
    cause != "not_running"
}

fn told(recorded: &Recorded) -> String {
    let last: Vec<String> =
        recorded.acts.iter().rev().take(4).map(|act| act["event"]["act"].to_string()).collect();
    format!("{} acts, last {last:?}; losses {:?}", recorded.acts.len(), recorded.losses)
}
