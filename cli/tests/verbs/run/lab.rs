//! A home with secrets, a workspace, and services outside, for one attempt.

use std::fs::File;
use std::net::TcpListener;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram, UnixListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::json;

/// What nobody inside may read.
pub const CANARY: &str = "canary-7f3b";

/// The words that scripts share.
const SHARED: &str = r#"sc() { python3 "$SC" "$@"; }
"#;
const CALL: &str = r#"
import ctypes, errno, sys
def word(text):
    try: return int(text)
    except ValueError: return text.encode()
libc = ctypes.CDLL(None, use_errno=True)
words = [ctypes.c_char_p(w) if isinstance(w, bytes) else ctypes.c_long(w) for w in map(word, sys.argv[1:])]
done = libc.syscall(*words)
error = ctypes.get_errno()
if done >= 0 or error not in (errno.EPERM, errno.ENOSYS, errno.EACCES, errno.ESRCH):
    print("ESCAPED", done, error)
"#;

static NEXT: AtomicU32 = AtomicU32::new(0);

pub struct Lab {
    home: tempfile::TempDir,
    outside: Child,
    abstract_name: String,
    tcp: TcpListener,
    _named: UnixListener,
    _file: UnixListener,
    _packets: UnixDatagram,
}

/// The first of these programs that is not here.
pub fn missing(programs: &[String]) -> Option<&String> {
    programs.iter().find(|program| {
        let mut asked = Command::new("sh");
        let found = quiet(asked.args(["-c", &format!("{program} --version")])).status();
        !found.is_ok_and(|status| status.success())
    })
}

fn quiet(command: &mut Command) -> &mut Command {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null())
}

/// Where the real home keeps compilers.
fn toolchains() -> PathBuf {
    let home = || PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".rustup");
    std::env::var_os("RUSTUP_HOME").map_or_else(home, PathBuf::from)
}

/// Whether a process has this word in its command line.
pub fn runs(word: &str) -> bool {
    let listed = std::fs::read_dir("/proc").expect("procfs");
    listed.flatten().any(|entry| {
        let line = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
        line.split(|byte| *byte == 0).any(|argument| argument == word.as_bytes())
    })
}

impl Lab {
    pub fn make() -> Self {
        // Not in a folder that every launch has for itself.
        let above = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let home = tempfile::tempdir_in(above).or_else(|_| tempfile::tempdir()).expect("a folder");
        let path = home.path();
        for folder in ["w", "outside", ".ssh"] {
            std::fs::create_dir(path.join(folder)).expect("made");
        }
        std::fs::write(path.join(".ssh/id_rsa"), CANARY).expect("written");
        std::fs::write(path.join(".bashrc"), "kept\n").expect("written");
        std::fs::write(path.join("outside/kept"), "kept\n").expect("written");
        std::fs::write(path.join("call.py"), CALL).expect("written");
        let mut init = Command::new("git");
        quiet(init.args(["init", "-q"]).arg(path.join("w")).env("HOME", path))
            .status()
            .expect("git is here");
        std::fs::create_dir_all(path.join("w/.git/hooks")).expect("made");
        let mut outside = Command::new("sleep");
        quiet(outside.arg("1000").env("SECRET", CANARY));
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let abstract_name = format!("chaperone-test-{}-{number}", std::process::id());
        let address = SocketAddr::from_abstract_name(&abstract_name).expect("a name");
        Self {
            outside: outside.spawn().expect("started"),
            tcp: TcpListener::bind("127.0.0.1:0").expect("a port"),
            _named: UnixListener::bind_addr(&address).expect("a socket"),
            _file: UnixListener::bind(path.join("outside/service.sock")).expect("a socket"),
            _packets: UnixDatagram::bind(path.join("outside/service.sock.packets"))
                .expect("a socket"),
            abstract_name,
            home,
        }
    }

    fn path(&self) -> PathBuf {
        self.home.path().canonicalize().expect("there")
    }

    /// What may be changed by nobody, as it stands.
    pub fn seen(&self) -> Vec<(String, Vec<u8>)> {
        let path = self.path();
        let mut seen = Vec::new();
        for folder in ["outside", "w/.git/hooks", ".ssh"] {
            let listed = std::fs::read_dir(path.join(folder)).into_iter().flatten().flatten();
            for entry in listed {
                use std::os::unix::fs::MetadataExt;
                let stat = entry.metadata().expect("there");
                let text = std::fs::read(entry.path()).unwrap_or_default();
                let name = entry.file_name().to_string_lossy().into_owned();
                seen.push((format!("{folder}/{name} {:o} {}", stat.mode(), stat.mtime()), text));
            }
        }
        seen.push((".bashrc".into(), std::fs::read(path.join(".bashrc")).unwrap_or_default()));
        seen.sort();
        seen
    }

    /// Whether the process outside goes on.
    pub fn lives(&self) -> bool {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.outside.id()));
        stat.is_ok_and(|stat| !stat.contains(") Z "))
    }

    /// Runs a script inside.
    pub fn run(&self, way: &str, script: &str, stdin: Option<&str>) -> Output {
        let path = self.path();
        let grant =
            |below: &str, access: &str| json!({ "path": path.join(below), "access": access });
        let plan = json!({
            "profile": "test",
            "workspace": path.join("w"),
            "network": "nothing",
            "staging": "direct",
            "grants": [
                { "path": "/", "access": "run" },
                grant("", "run"),
                grant(".ssh", "hidden"),
                grant("w", "change"),
                grant("w/.git/hooks", "run"),
            ],
        });
        let file = path.join("plan.json");
        std::fs::write(&file, plan.to_string()).expect("written");
        let mut command = Command::new(env!("CARGO_BIN_EXE_chaperone"));
        command.args(["run", "-q", "--weaker", "--way", way, "--plan"]).arg(&file);
        command.args(["--", "sh", "-c", &format!("{SHARED}{script}")]);
        self.finish(command, stdin)
    }

    /// Runs it outside.
    pub fn alone(&self, script: &str, stdin: Option<&str>) -> Output {
        let mut command = Command::new("sh");
        command.args(["-c", &format!("{SHARED}{script}")]);
        self.finish(command, stdin)
    }

    fn finish(&self, mut command: Command, stdin: Option<&str>) -> Output {
        let path = self.path();
        let stdin = stdin
            .map_or_else(Stdio::null, |name| File::open(path.join(name)).expect("there").into());
        let port = self.tcp.local_addr().expect("bound").port();
        command
            .current_dir(path.join("w"))
            .stdin(stdin)
            .env("HOME", &path)
            .env("XDG_DATA_HOME", path.join("data"))
            .env("XDG_CONFIG_HOME", path.join("config"))
            .env("CHAPERONE_DATA_DIR", path.join("data"))
            .env("OUT", path.join("outside"))
            .env("SC", path.join("call.py"))
            .env("PID", self.outside.id().to_string())
            .env("PORT", port.to_string())
            .env("ABSTRACT", &self.abstract_name)
            .env("SOCK", path.join("outside/service.sock"))
            .env("CHAPERONE", env!("CARGO_BIN_EXE_chaperone"))
            .env("RUSTUP_HOME", toolchains())
            .env("NO_COLOR", "1")
            .output()
            .expect("started")
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        let _ = self.outside.kill();
        let _ = self.outside.wait();
    }
}
