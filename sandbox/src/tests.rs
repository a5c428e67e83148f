//! Proof of each denial: this test binary starts itself again, and the child gives up its rights and tries one act
//! by a system call of its own.

use std::fs::File;
use std::io::Error;
use std::os::fd::AsRawFd;
use std::process::{Command, Stdio};

use crate::{Files, Reader, calls, landlocked, limits, own_only, rights};

/// Tells the child what to do.
const ACT: &str = "SANDBOX_TEST_ACT";
const MOST: Reader = Reader { memory_bytes: 64 << 20, descriptors: 32, files: Files::All };

/// What the child gives up before it acts.
#[derive(Clone, Copy, Debug)]
enum Gives {
    Nothing,
    All,
    Limits,
    Rights,
    Landlock,
    Calls,
    /// All, but it may make files in its folder.
    ButMaking,
    /// All, and what it reads is in its folder.
    AllElsewhere,
}

impl Gives {
    const ALL: [Self; 8] = [
        Self::Nothing,
        Self::All,
        Self::Limits,
        Self::Rights,
        Self::Landlock,
        Self::Calls,
        Self::ButMaking,
        Self::AllElsewhere,
    ];

    fn up(self) {
        match self {
            Self::Nothing => Ok(()),
            Self::All => MOST.confine().map(drop).map_err(|error| error.to_string()),
            Self::ButMaking => {
                let files = Files::Unpacked { into: own("").into(), file_bytes: 1 << 20 };
                Reader { files, ..MOST }.confine().map(drop).map_err(|error| error.to_string())
            }
            Self::AllElsewhere => {
                let files = Files::Below(own("").into());
                Reader { files, ..MOST }.confine().map(drop).map_err(|error| error.to_string())
            }
            Self::Limits => limits::set(&MOST),
            Self::Rights => rights::drop_all_but_reading(),
            Self::Landlock => landlocked::only(&Files::All).files,
            Self::Calls => calls::only(&Files::All),
        }
        .expect("given up");
    }
}

/// An act, by its name: 0, or the number of the error.
type Act = (&'static str, fn() -> i32);

const ACTS: &[Act] = &[
    ("read", || of(std::fs::read("/etc/passwd"))),
    ("list", || of(std::fs::read_dir("/proc/self/fd").map(Iterator::count))),
    ("reopen", || {
        let file = File::open("/etc/passwd").expect("there");
        of(File::open(format!("/proc/self/fd/{}", file.as_raw_fd())))
    }),
    ("compute", || i32::from(std::hint::black_box(vec![1u8; 8 << 20]).len() != 8 << 20)),
    ("write", || of(File::options().write(true).open("/dev/null"))),
    ("create", || of(File::create(own("created")))),
    ("cut", || of(File::options().read(true).truncate(true).write(true).open(own("there")))),
    ("remove", || of(std::fs::remove_file(own("there")))),
    ("folder", || of(std::fs::create_dir(own("folder")))),
    ("make", || of(make())),
    ("read_own", || of(std::fs::read(own("there")))),
    ("elsewhere", || of(File::create(own(&format!("../elsewhere-{}", std::process::id()))))),
    ("grow", || {
        of(File::options().write(true).open(own("there")).and_then(|it| it.set_len(2 << 20)))
    }),
    ("permit", || {
        use std::os::unix::fs::PermissionsExt;
        of(std::fs::set_permissions(own("there"), PermissionsExt::from_mode(0o777)))
    }),
    ("fill", || of(std::io::Write::write_all(&mut std::io::stdout(), b"x"))),
    ("run", || of(Command::new("/bin/true").status())),
    ("exec", || {
        let path = c"/bin/true";
        let none = [std::ptr::null::<u8>()];
        call(libc::SYS_execve, [path.as_ptr() as _, none.as_ptr() as _, none.as_ptr() as _, 0, 0])
    }),
    ("fork", || call(libc::SYS_clone, [libc::SIGCHLD as _, 0, 0, 0, 0])),
    ("thread", || of(std::thread::Builder::new().spawn(|| ()))),
    ("inet", || call(libc::SYS_socket, [libc::AF_INET as _, libc::SOCK_STREAM as _, 0, 0, 0])),
    ("unix", || call(libc::SYS_socket, [libc::AF_UNIX as _, libc::SOCK_STREAM as _, 0, 0, 0])),
    ("bind", || of(std::net::TcpListener::bind("127.0.0.1:0"))),
    ("connect", || of(std::net::TcpStream::connect("127.0.0.1:9"))),
    ("trace", || call(libc::SYS_ptrace, [libc::PTRACE_TRACEME as _, 0, 0, 0, 0])),
    ("read_other", || {
        call(libc::SYS_process_vm_readv, [std::os::unix::process::parent_id() as _, 0, 0, 0, 0])
    }),
    ("signal_other", || {
        call(libc::SYS_kill, [std::os::unix::process::parent_id() as _, 0, 0, 0, 0])
    }),
    ("signal_own", || call(libc::SYS_kill, [std::process::id() as _, 0, 0, 0, 0])),
    ("mount", || {
        let tmpfs = c"tmpfs".as_ptr() as _;
        call(libc::SYS_mount, [tmpfs, c"/".as_ptr() as _, tmpfs, libc::MS_REMOUNT as _, 0])
    }),
    ("users", || call(libc::SYS_unshare, [libc::CLONE_NEWUSER as _, 0, 0, 0, 0])),
    ("enter", || call(libc::SYS_setns, [0, 0, 0, 0, 0])),
    ("bpf", || call(libc::SYS_bpf, [0, 0, 0, 0, 0])),
    ("uring", || call(libc::SYS_io_uring_setup, [1, 0, 0, 0, 0])),
    ("keys", || call(libc::SYS_keyctl, [0, 0, 0, 0, 0])),
    ("perf", || call(libc::SYS_perf_event_open, [0, 0, 0, 0, 0])),
    ("faults", || call(libc::SYS_userfaultfd, [0, 0, 0, 0, 0])),
    ("open_by_handle", || call(libc::SYS_open_by_handle_at, [0, 0, 0, 0, 0])),
    ("code", || {
        let prot = libc::PROT_READ | libc::PROT_EXEC;
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
        i32::from(call(libc::SYS_mmap, [0, 4096, prot as _, flags as _, -1]) != 0) * libc::EPERM
    }),
    ("old_number", || call(0x4000_0000 + 520, [0, 0, 0, 0, 0])),
    ("account", || call(libc::SYS_setuid, [65534, 0, 0, 0, 0])),
    ("clock", || call(libc::SYS_clock_settime, [0, 0, 0, 0, 0])),
    ("memory", || {
        i32::from(Vec::<u8>::new().try_reserve_exact(MOST_BYTES).is_err()) * libc::ENOMEM
    }),
    ("descriptors", || {
        let open: Result<Vec<_>, _> = (0..64).map(|_| File::open("/etc/passwd")).collect();
        of(open)
    }),
    ("standard_only", || {
        let listed = std::fs::read_dir("/proc/self/fd").expect("there");
        let open = listed.flatten().filter_map(|it| it.file_name().to_str()?.parse::<i32>().ok());
        // The listing has one itself.
        i32::from(open.filter(|it| *it > 3).count() > 0)
    }),
];

const MOST_BYTES: usize = MOST.memory_bytes as usize + (16 << 20);

fn of<T>(done: Result<T, Error>) -> i32 {
    done.err().map_or(0, |error| error.raw_os_error().unwrap_or(-1))
}

fn call(number: libc::c_long, arguments: [libc::c_long; 5]) -> i32 {
    let [a, b, c, d, e] = arguments;
    // SAFETY: the arguments are numbers, nothing, or texts that live until the call ends; what the calls are
    // asked for either fails or ends with this process.
    #[expect(unsafe_code, reason = "what no library offers is tried")]
    let done = unsafe { libc::syscall(number, a, b, c, d, e, 0) };
    if done < 0 { Error::last_os_error().raw_os_error().unwrap_or(-1) } else { 0 }
}

/// A file in the folder of the child.
fn own(name: &str) -> String {
    format!("{}/{name}", std::env::var("SANDBOX_TEST_PLACE").expect("set"))
}

/// All that unpacking does.
fn make() -> Result<(), Error> {
    std::fs::create_dir(own("folder"))?;
    let file = File::options().write(true).create_new(true).open(own("made"))?;
    file.set_len(1 << 10)?;
    file.set_times(std::fs::FileTimes::new().set_modified(std::time::UNIX_EPOCH))?;
    // Moving from folder to folder is refused by older kernels, whatever is allowed.
    std::fs::rename(own("made"), own("moved"))?;
    std::fs::hard_link(own("moved"), own("linked"))?;
    std::os::unix::fs::symlink("moved", own("soft"))?;
    std::fs::remove_file(own("moved"))
}

/// The child acts before `main`: the harness runs each test on a thread of its own, and what is given up holds for
/// processes of one thread.
#[used]
#[expect(unsafe_code, reason = "what is to run before `main` is named by its section")]
// SAFETY: the loader calls each address in this section once, with no other thread about.
#[unsafe(link_section = ".init_array")]
static CHILD: extern "C" fn() = child;

extern "C" fn child() {
    let Ok(told) = std::env::var(ACT) else { return };
    let (gives, name) = told.split_once(' ').expect("two words");
    let gives = Gives::ALL.into_iter().find(|one| format!("{one:?}") == gives).expect("known");
    let (_, act) = ACTS.iter().find(|(known, _)| *known == name).expect("known");
    gives.up();
    let error = act();
    std::process::exit(if error == 0 { 100 } else { error });
}

/// Runs an act in a child. 0, or its error.
fn run(gives: Gives, act: &str) -> i32 {
    let place = tempfile::tempdir().expect("a folder");
    std::fs::write(place.path().join("there"), "x").expect("written");
    let mut child = Command::new(std::env::current_exe().expect("this program"));
    child
        .env(ACT, format!("{gives:?} {act}"))
        .env("SANDBOX_TEST_PLACE", place.path())
        .stdin(Stdio::null())
        .stdout(File::create(place.path().join("out")).expect("a file"))
        .stderr(Stdio::null());
    own_only(&mut child);
    // One that is left open by mistake.
    let left = File::open("/etc/passwd").expect("there");
    rustix::io::fcntl_setfd(&left, rustix::io::FdFlags::empty()).expect("set");
    match child.status().expect("started").code() {
        Some(100) => 0,
        Some(code) => code,
        None => -1,
    }
}

fn check(gives: Gives, act: &str, expect: i32) {
    assert_eq!(run(gives, act), expect, "{act} without {gives:?}");
}

#[test]
fn a_reader_reads_and_computes() {
    for act in ["read", "list", "reopen", "compute", "signal_own", "standard_only"] {
        check(Gives::All, act, 0);
    }
}

#[test]
fn what_a_reader_may_not_is_refused() {
    let acts = [
        "write",
        "create",
        "cut",
        "remove",
        "folder",
        "permit",
        "exec",
        "fork",
        "thread",
        "inet",
        "unix",
        "bind",
        "connect",
        "trace",
        "read_other",
        "signal_other",
        "mount",
        "users",
        "enter",
        "bpf",
        "uring",
        "keys",
        "perf",
        "faults",
        "open_by_handle",
        "code",
        "account",
        "clock",
        "old_number",
    ];
    for act in acts {
        check(Gives::All, act, libc::EPERM);
    }
}

/// Each act that is refused works, or fails otherwise, for who gave up nothing: the filter refuses it.
#[test]
fn what_is_refused_is_refused_by_the_calls() {
    for act in ["write", "create", "cut", "remove", "folder", "permit", "run", "fork", "thread"] {
        check(Gives::Nothing, act, 0);
        check(Gives::Calls, act, libc::EPERM);
    }
    for act in ["inet", "unix", "bind", "trace", "signal_other", "users", "code"] {
        check(Gives::Nothing, act, 0);
        check(Gives::Calls, act, libc::EPERM);
    }
}

#[test]
fn landlock_holds_by_itself() {
    if landlocked_is_missing() {
        return;
    }
    for act in ["create", "cut", "remove", "folder", "run", "exec", "bind", "connect"] {
        check(Gives::Landlock, act, libc::EACCES);
    }
    check(Gives::Landlock, "signal_other", libc::EPERM);
    check(Gives::Landlock, "read", 0);
}

#[test]
fn who_unpacks_makes_files_in_one_folder_and_nothing_else() {
    check(Gives::ButMaking, "make", 0);
    check(Gives::ButMaking, "read", 0);
    check(Gives::All, "make", libc::EPERM);
    for act in ["permit", "exec", "fork", "thread", "inet", "unix", "mount", "trace", "code"] {
        check(Gives::ButMaking, act, libc::EPERM);
    }
    check(Gives::ButMaking, "grow", -1);
    if !landlocked_is_missing() {
        check(Gives::ButMaking, "elsewhere", libc::EACCES);
        check(Gives::ButMaking, "write", libc::EACCES);
    }
}

#[test]
fn who_is_held_to_a_folder_reads_nothing_else() {
    check(Gives::AllElsewhere, "read_own", 0);
    if !landlocked_is_missing() {
        check(Gives::AllElsewhere, "read", libc::EACCES);
    }
}

fn landlocked_is_missing() -> bool {
    let missing = run(Gives::Landlock, "read") != 0;
    if missing {
        println!("skipped: no Landlock here");
    }
    missing
}

#[test]
fn limits_hold_by_themselves() {
    check(Gives::Nothing, "memory", 0);
    check(Gives::Limits, "memory", libc::ENOMEM);
    check(Gives::Limits, "descriptors", libc::EMFILE);
    // The signal of a file that grows too large ends the child.
    check(Gives::Nothing, "fill", 0);
    check(Gives::Limits, "fill", -1);
}

#[test]
fn the_superuser_keeps_one_right() {
    if !rustix::process::geteuid().is_root() {
        println!("skipped: not root");
        return;
    }
    check(Gives::Rights, "read", 0);
    check(Gives::Nothing, "account", 0);
    for act in ["account", "mount"] {
        check(Gives::Rights, act, libc::EPERM);
    }
}
