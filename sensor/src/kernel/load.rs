//! Loading and attaching: every program is tried on this kernel, none is assumed; what is refused is
//! left out and named. No kernel version is ever read.

use std::mem::MaybeUninit;
use std::os::fd::{AsFd, AsRawFd};
use std::path::PathBuf;

use event::WatchPlan;
use libbpf_rs::btf::Btf;
use libbpf_rs::btf::types::Typedef;
use libbpf_rs::skel::{OpenSkel, Skel, SkelBuilder};
use libbpf_rs::{Link, MapCore, MapFlags, MapHandle, ProgramMut};

use super::skeleton::{OpenSensorSkel, SensorSkel, SensorSkelBuilder};
use super::syscalls;
use crate::settings::Settings;
use crate::source::SourceError;

/// What the sensor needs a program for; one line of the table that `doctor` prints.
struct Need {
    program: &'static str,
    /// What is not seen without it.
    gives: &'static str,
    /// Without it nothing works.
    vital: bool,
    attach: Attach,
}

enum Attach {
    /// At its own tracepoint.
    Auto,
    /// At the root control group.
    Cgroup,
    /// As a family of `on_sys_exit`, at this index of `families`.
    Family(u32),
    /// Run by hand.
    Iterator,
}

const NEEDS: &[Need] = &[
    need("on_exec", "programs that start", true, Attach::Auto),
    need("on_fork", "lineage", true, Attach::Auto),
    need("on_exit", "ends of processes", true, Attach::Auto),
    need("on_sys_exit", "files, sockets and acts on processes", false, Attach::Auto),
    need("on_open", "opened and created files", false, Attach::Family(1)),
    need("on_name", "removed and changed files", false, Attach::Family(2)),
    need("on_pair", "renamed and linked files", false, Attach::Family(3)),
    need("on_descriptor", "files changed by descriptor", false, Attach::Family(4)),
    need("on_data", "written bytes and pipes", false, Attach::Family(5)),
    need("on_socket", "connections and listeners", false, Attach::Family(6)),
    need("on_act", "ptrace, mounts, rights, modules", false, Attach::Family(7)),
    need("on_signal", "signals to other processes", false, Attach::Auto),
    need("on_uring", "operations through io_uring", false, Attach::Auto),
    need("on_state", "ends of connections and their bytes", false, Attach::Auto),
    need("on_sock_create", "owners of sockets", false, Attach::Cgroup),
    need("on_sendmsg4", "datagrams over IPv4", false, Attach::Cgroup),
    need("on_sendmsg6", "datagrams over IPv6", false, Attach::Cgroup),
    need("on_egress", "DNS questions and TLS server names", false, Attach::Cgroup),
    need("on_ingress", "DNS answers", false, Attach::Cgroup),
    need("adopt", "agents that already run", false, Attach::Iterator),
    need("list_processes", "exact starts of running processes", false, Attach::Iterator),
];

const fn need(program: &'static str, gives: &'static str, vital: bool, attach: Attach) -> Need {
    Need { program, gives, vital, attach }
}

/// What became of each program.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct LoadReport {
    /// One entry per program, in the order of the table.
    pub programs: Vec<ProgramState>,
}

/// What became of one program.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ProgramState {
    /// Name in `bpf/`.
    pub name: &'static str,
    /// What is not seen without it.
    pub gives: &'static str,
    /// Why it is not attached, if it is not.
    pub error: Option<String>,
}

impl LoadReport {
    /// True if every program is attached.
    pub fn complete(&self) -> bool {
        self.programs.iter().all(|program| program.error.is_none())
    }
}

/// The loaded object and its attachments; all of it leaves the kernel when this is dropped.
pub struct Loaded {
    links: Vec<Link>,
    skel: SensorSkel<'static>,
    report: LoadReport,
}

impl Loaded {
    pub fn report(&self) -> &LoadReport {
        &self.report
    }

    /// A handle of its own to a map.
    pub fn map(&self, name: &str) -> Result<MapHandle, SourceError> {
        let map = self.skel.object().maps().find(|map| map.name() == name);
        let map = map.ok_or_else(|| SourceError::Load(format!("no map `{name}`")))?;
        MapHandle::try_from(&map).map_err(load_error)
    }

    /// A link through which an iterator can be run again and again.
    pub fn iterator(&self, name: &str) -> Option<Link> {
        let program = self.skel.object().progs_mut().find(|program| program.name() == name)?;
        program.attach().ok()
    }
}

/// Loads what the kernel takes. The verifier judges whole objects, so a refused program is left out
/// and the rest is tried again.
pub fn load(settings: &Settings, plan: &WatchPlan) -> Result<Loaded, SourceError> {
    let mut refused: Vec<(&'static str, String)> = Vec::new();
    let mut skel = loop {
        match try_load(settings, &refused) {
            Ok(skel) => break skel,
            Err(error) => match next_refused(settings, &refused) {
                Some(program) => refused.push((program, error.to_string())),
                None => return Err(load_error(error)),
            },
        }
    };
    fill_candidates(&skel, plan).map_err(load_error)?;
    let (links, report) = attach(&mut skel, &refused);
    let vital =
        report.programs.iter().zip(NEEDS).find(|(state, need)| need.vital && state.error.is_some());
    if let Some((state, _)) = vital {
        let why = state.error.clone().unwrap_or_default();
        return Err(SourceError::Load(format!("{}: {why}", state.name)));
    }
    Ok(Loaded { links, skel, report })
}

fn open(settings: &Settings) -> libbpf_rs::Result<OpenSensorSkel<'static>> {
    // The object must not move; it lives as long as the process, of which there is one sensor.
    let place = Box::leak(Box::new(MaybeUninit::uninit()));
    let mut open = SensorSkelBuilder::default().open(place)?;
    open.maps.ring.set_max_entries(settings.ring_mib.next_power_of_two() << 20)?;
    open.maps.scratches.set_max_entries(libbpf_rs::num_possible_cpus()? as u32)?;
    if !traces("io_uring_submit_req") {
        // Its name before 6.3.
        let older = Some("io_uring_submit_sqe".to_owned());
        open.progs.on_uring.set_attach_target(0, older)?;
    }
    if let Some(rodata) = open.maps.rodata_data.as_mut() {
        rodata.calls = syscalls::native();
        rodata.compat_calls = syscalls::compat();
        rodata.watch_everybody = u32::from(settings.watch_everybody);
        rodata.own_pid = std::process::id();
    }
    Ok(open)
}

/// Whether the kernel's own types know a tracepoint.
fn traces(tracepoint: &str) -> bool {
    let name = format!("btf_trace_{tracepoint}");
    Btf::from_vmlinux().is_ok_and(|types| types.type_by_name::<Typedef<'_>>(&name).is_some())
}

fn try_load(
    settings: &Settings,
    refused: &[(&'static str, String)],
) -> libbpf_rs::Result<SensorSkel<'static>> {
    let mut open = open(settings)?;
    for mut program in open.open_object_mut().progs_mut() {
        if refused.iter().any(|(name, _)| program.name() == *name) {
            program.set_autoload(false);
        }
    }
    open.load()
}

/// Finds one more program that the kernel refuses, by loading each alone.
fn next_refused(settings: &Settings, refused: &[(&'static str, String)]) -> Option<&'static str> {
    NEEDS
        .iter()
        .map(|need| need.program)
        .filter(|name| refused.iter().all(|(known, _)| known != name))
        .find(|name| !loads_alone(settings, name))
}

fn loads_alone(settings: &Settings, name: &str) -> bool {
    let Ok(mut open) = open(settings) else { return false };
    for mut program in open.open_object_mut().progs_mut() {
        let wanted = program.name() == name;
        program.set_autoload(wanted);
    }
    open.load().is_ok()
}

fn fill_candidates(skel: &SensorSkel<'_>, plan: &WatchPlan) -> libbpf_rs::Result<()> {
    for name in &plan.candidates {
        let mut key = [0u8; 32];
        let length = name.len().min(31);
        key[..length].copy_from_slice(&name.as_bytes()[..length]);
        skel.maps.candidates.update(&key, &[1], MapFlags::ANY)?;
    }
    Ok(())
}

fn attach(
    skel: &mut SensorSkel<'_>,
    refused: &[(&'static str, String)],
) -> (Vec<Link>, LoadReport) {
    let cgroup = root_cgroup();
    let mut links = Vec::new();
    let mut report = LoadReport::default();
    let families = MapHandle::try_from(&skel.maps.families);
    for need in NEEDS {
        let known = refused.iter().find(|(name, _)| *name == need.program);
        let error = match known {
            Some((_, why)) => Some(why.clone()),
            None => {
                let program =
                    skel.object_mut().progs_mut().find(|program| program.name() == need.program);
                match program {
                    Some(program) => {
                        attach_one(&program, need, cgroup.as_deref(), families.as_ref().ok())
                            .map(|link| links.extend(link))
                            .err()
                    }
                    None => Some("not in the object".into()),
                }
            }
        };
        report.programs.push(ProgramState { name: need.program, gives: need.gives, error });
    }
    (links, report)
}

fn attach_one(
    program: &ProgramMut<'_>,
    need: &Need,
    cgroup: Option<&std::path::Path>,
    families: Option<&MapHandle>,
) -> Result<Option<Link>, String> {
    let text = |error: libbpf_rs::Error| error.to_string();
    match need.attach {
        Attach::Auto => program.attach().map(Some).map_err(text),
        Attach::Iterator => Ok(None),
        Attach::Cgroup => {
            let path = cgroup.ok_or("no cgroup2 file system is mounted")?;
            let directory = std::fs::File::open(path).map_err(|error| error.to_string())?;
            program.attach_cgroup(directory.as_raw_fd()).map(Some).map_err(text)
        }
        Attach::Family(index) => {
            let families = families.ok_or("no program array")?;
            let descriptor = program.as_fd().as_raw_fd().to_ne_bytes();
            families.update(&index.to_ne_bytes(), &descriptor, MapFlags::ANY).map_err(text)?;
            Ok(None)
        }
    }
}

/// Where the version 2 control groups are mounted: alone, or beside version 1.
fn root_cgroup() -> Option<PathBuf> {
    let mounts = std::fs::read_to_string("/proc/self/mounts").ok()?;
    mounts.lines().find_map(|line| {
        let mut fields = line.split(' ');
        let (_, place, kind) = (fields.next()?, fields.next()?, fields.next()?);
        (kind == "cgroup2").then(|| PathBuf::from(place))
    })
}

fn load_error(error: libbpf_rs::Error) -> SourceError {
    SourceError::Load(format!("{error:#}"))
}

impl Drop for Loaded {
    fn drop(&mut self) {
        // Detach before the maps go.
        self.links.clear();
    }
}
