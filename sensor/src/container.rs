//! Where a process runs: the container that its control group names, and its namespaces as far as
//! they are not the host's.

use std::os::unix::fs::MetadataExt;

use event::{Place, Text};

/// The container that a control group's path names: the innermost, where one runs in another.
pub fn named_by(path: &str) -> Option<Text> {
    let mut outer = path.trim_end_matches('/');
    while let Some((parents, part)) = outer.rsplit_once('/') {
        let parent = parents.rsplit('/').next().unwrap_or_default();
        let found = container(parent, part);
        if found.is_some() {
            return found;
        }
        outer = parents;
    }
    None
}

/// Length of the ids of Docker, containerd, CRI-O and Podman.
const ID: usize = 64;

fn container(parent: &str, part: &str) -> Option<Text> {
    let name = part.strip_suffix(".scope").or(part.strip_suffix(".service")).unwrap_or(part);
    // The monitors of Podman and CRI-O run beside their container, in a group that holds its id.
    if name.contains("-conmon-") {
        return None;
    }
    // `docker-ID`, `cri-containerd-ID`, `crio-ID`, `libpod-ID`, `…slice:cri-containerd:ID`, `ID` alone.
    let last = name.rsplit(['-', ':']).next().unwrap_or(name);
    if last.len() == ID && last.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Some(last.into());
    }
    if let Some(machine) = name.strip_prefix("systemd-nspawn@") {
        return Some(unescaped(machine).into());
    }
    match parent {
        "machine.slice" => {
            // A virtual machine is no container: what is in this group runs on the host.
            let machine = name.strip_prefix("machine-").filter(|name| !name.starts_with("qemu"));
            machine.map(|machine| unescaped(machine).into())
        }
        "lxc" | "lxc.payload" => Some(part.into()),
        _ => part.strip_prefix("lxc.payload.").map(Text::from),
    }
}

/// systemd writes what may not stand in a unit's name as `\xNN`.
fn unescaped(name: &str) -> String {
    let mut parts = name.split("\\x");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let code = part.get(..2).and_then(|code| u8::from_str_radix(code, 16).ok());
        match (code.filter(u8::is_ascii), part.get(2..)) {
            (Some(code), Some(rest)) => {
                plain.push(char::from(code));
                plain.push_str(rest);
            }
            _ => {
                plain.push_str("\\x");
                plain.push_str(part);
            }
        }
    }
    plain
}

/// Mount and pid namespace; 0 is unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Namespaces {
    mnt: u32,
    pid: u32,
}

impl Namespaces {
    /// Of a process in procfs: a pid, or `self` for the sensor, which runs on the host itself.
    pub fn of(pid: &str) -> Self {
        let inode = |name: &str| {
            std::fs::metadata(format!("/proc/{pid}/ns/{name}")).map_or(0, |meta| meta.ino() as u32)
        };
        Self { mnt: inode("mnt"), pid: inode("pid") }
    }

    /// The place of a process in namespaces, told from those of the host, which are these.
    pub fn place(self, container: Option<Text>, cgroup: u64, mnt_ns: u32, pid_ns: u32) -> Place {
        let other = |inner: u32, host: u32| if inner == host { 0 } else { inner };
        let (mnt_ns, pid_ns) = (other(mnt_ns, self.mnt), other(pid_ns, self.pid));
        Place { container, cgroup, mnt_ns, pid_ns }
    }

    /// The place of another process, by procfs.
    pub fn place_of(self, pid: u32) -> Place {
        let there = Self::of(&pid.to_string());
        let groups = std::fs::read_to_string(format!("/proc/{pid}/cgroup")).unwrap_or_default();
        self.place(groups.lines().find_map(in_line), 0, there.mnt, there.pid)
    }
}

/// `HIERARCHY:CONTROLLERS:PATH` in `/proc/PID/cgroup`.
fn in_line(line: &str) -> Option<Text> {
    named_by(line.splitn(3, ':').nth(2)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "4c01db0b339c4e2c8f0e1d2a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e";

    #[test]
    fn groups_name_their_containers() {
        for (path, expect) in [
            ("/system.slice/docker-ID.scope", Some(ID)),
            ("/docker/ID", Some(ID)),
            ("/docker/ID/init.scope", Some(ID)),
            ("/lxc/outer/docker/ID", Some(ID)),
            ("/docker/ID/lxc/inner", Some("inner")),
            ("/kubepods.slice/kubepods-podaf.slice/cri-containerd-ID.scope", Some(ID)),
            ("/kubepods/burstable/pod08d2/ID", Some(ID)),
            ("/system.slice/containerd.service/kubepods-podaf.slice:cri-containerd:ID", Some(ID)),
            ("/machine.slice/libpod-ID.scope/container", Some(ID)),
            ("/user.slice/user@1000.service/user.slice/libpod-ID.scope", Some(ID)),
            ("/machine.slice/libpod-conmon-ID.scope", None),
            (r"/machine.slice/machine-web\x2dfront.scope/payload", Some("web-front")),
            ("/machine.slice/systemd-nspawn@build.service/payload/init.scope", Some("build")),
            (r"/machine.slice/machine-qemu\x2d1\x2dvm.scope", None),
            ("/lxc/guest", Some("guest")),
            ("/lxc.payload.guest/system.slice/cron.service", Some("guest")),
            ("/lxc.monitor.guest", None),
            ("/system.slice/docker.service", None),
            ("/user.slice/user-1000.slice/session-3.scope", None),
            ("/", None),
            ("", None),
        ] {
            let path = path.replace("ID", ID);
            assert_eq!(named_by(&path).as_deref(), expect, "{path}");
        }
    }

    #[test]
    fn lines_of_procfs_are_read() {
        assert_eq!(in_line(&format!("0::/docker/{ID}")).as_deref(), Some(ID));
        assert_eq!(in_line(&format!("3:cpu,cpuacct:/docker/{ID}")).as_deref(), Some(ID));
        assert_eq!(in_line("0::/"), None);
        assert_eq!(in_line("nonsense"), None);
    }

    #[test]
    fn only_other_namespaces_are_told() {
        let host = Namespaces { mnt: 1, pid: 2 };
        let place = host.place(None, 7, 1, 3);
        assert_eq!((place.cgroup, place.mnt_ns, place.pid_ns), (7, 0, 3));
    }

    proptest::proptest! {
        #[test]
        fn no_group_is_too_strange(path in ".{0,300}", escaped in r"/machine\.slice/machine-(\\x[0-9a-g]{0,3}|é|a){0,6}\.scope") {
            let _ = (named_by(&path), in_line(&path), named_by(&escaped));
        }
    }
}
