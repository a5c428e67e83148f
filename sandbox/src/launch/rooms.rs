//! Namespaces: which, whose accounts are known in them, and the network of a launch.

use std::io;
use std::net::{Ipv4Addr, TcpListener, UdpSocket};
use std::os::fd::{AsRawFd, OwnedFd};

use event::Reach;
use rustix::process::Pid;
use rustix::thread::{CapabilitySet, capabilities};

use super::Doors;

/// The namespaces that a launch gets.
pub fn flags(reach: Reach) -> libc::c_int {
    let all = libc::CLONE_NEWUSER
        | libc::CLONE_NEWNS
        | libc::CLONE_NEWPID
        | libc::CLONE_NEWIPC
        | libc::CLONE_NEWUTS
        | libc::CLONE_NEWCGROUP;
    match reach {
        Reach::Everything => all,
        Reach::Nothing | Reach::Proxy => all | libc::CLONE_NEWNET,
    }
}

/// Says which accounts are known inside: one's own, or those that the superuser knows, each as itself.
pub fn map(child: Pid) -> io::Result<()> {
    let write = |name: &str, text: &str| {
        std::fs::write(format!("/proc/{}/{name}", child.as_raw_nonzero()), text)
    };
    let rights = capabilities(None)?.effective;
    if rights.contains(CapabilitySet::SETUID | CapabilitySet::SETGID) {
        write("uid_map", &same(&std::fs::read_to_string("/proc/self/uid_map")?))?;
        return write("gid_map", &same(&std::fs::read_to_string("/proc/self/gid_map")?));
    }
    let (user, group) = (rustix::process::geteuid().as_raw(), rustix::process::getegid().as_raw());
    write("setgroups", "deny")?;
    write("uid_map", &format!("{user} {user} 1"))?;
    write("gid_map", &format!("{group} {group} 1"))
}

/// Of each range that is known here: itself.
fn same(map: &str) -> String {
    let range = |line: &str| {
        let mut numbers = line.split_whitespace();
        let (inside, _, count) = (numbers.next()?, numbers.next()?, numbers.next()?);
        Some(format!("{inside} {inside} {count}\n"))
    };
    map.lines().filter_map(range).collect()
}

/// Sets up the network of a launch, and opens what the proxy is to serve.
pub fn network(reach: Reach) -> io::Result<Option<Doors>> {
    match reach {
        Reach::Everything => Ok(None),
        Reach::Nothing => loopback().map(|()| None),
        Reach::Proxy => {
            loopback()?;
            let own = Ipv4Addr::LOCALHOST;
            Ok(Some(Doors {
                proxy: TcpListener::bind((own, 0))?,
                names: Some((UdpSocket::bind((own, 53))?, TcpListener::bind((own, 53))?)),
            }))
        }
    }
}

/// Lets this namespace talk to itself.
fn loopback() -> io::Result<()> {
    let socket: OwnedFd = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?.into();
    // SAFETY: the structure is plain numbers, for which zeros are a value.
    #[expect(unsafe_code, reason = "no safe library starts an interface")]
    let mut request: libc::ifreq = unsafe { std::mem::zeroed() };
    for (to, from) in request.ifr_name.iter_mut().zip(*b"lo") {
        *to = from as libc::c_char;
    }
    request.ifr_ifru.ifru_flags = (libc::IFF_UP | libc::IFF_RUNNING) as libc::c_short;
    // SAFETY: the call reads the structure, which lives until it ends.
    #[expect(unsafe_code, reason = "no safe library starts an interface")]
    let done = unsafe { libc::ioctl(socket.as_raw_fd(), libc::SIOCSIFFLAGS, &raw const request) };
    if done == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

#[cfg(test)]
mod tests {
    #[test]
    fn each_known_account_is_itself() {
        let check = |map: &str, expect: &str| assert_eq!(super::same(map), expect);
        check("         0          0 4294967295\n", "0 0 4294967295\n");
        check(
            "         0       1000          1\n         1     100000      65536\n",
            "0 0 1\n1 1 65536\n",
        );
    }
}
