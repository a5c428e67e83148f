//! Namespaces: which, whose accounts are known in them, and the network of a launch.

use std::io;
use std::net::{Ipv4Addr, TcpListener, UdpSocket};
use std::os::fd::{AsRawFd, OwnedFd};

use event::Reach;
use rustix::process::Pid;
use rustix::thread::{CapabilitySet, capabilities};

use super::Doors;

/// Ports at which clients are served that know no proxy: SSH, HTTP, HTTPS.
const PLAIN: [u16; 3] = [22, 80, 443];
/// Addresses that stand for names (`gateway::egress::names`): the first, and the mask.
const STAND: (Ipv4Addr, Ipv4Addr) = (Ipv4Addr::new(198, 18, 0, 1), Ipv4Addr::new(255, 254, 0, 0));

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
            // All of them are this machine then: so it is with addresses of `lo`.
            address(libc::SIOCSIFADDR, STAND.0)?;
            address(libc::SIOCSIFNETMASK, STAND.1)?;
            let own = Ipv4Addr::LOCALHOST;
            let plain = PLAIN.map(|port| TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)));
            Ok(Some(Doors {
                proxy: TcpListener::bind((own, 0))?,
                names: Some((UdpSocket::bind((own, 53))?, TcpListener::bind((own, 53))?)),
                plain: plain.into_iter().collect::<io::Result<_>>()?,
            }))
        }
    }
}

/// Lets this namespace talk to itself.
fn loopback() -> io::Result<()> {
    let mut request = interface(b"lo");
    request.ifr_ifru.ifru_flags = (libc::IFF_UP | libc::IFF_RUNNING) as libc::c_short;
    order(libc::SIOCSIFFLAGS, &request)
}

/// Gives the interface a further address, or that address a mask.
fn address(call: libc::Ioctl, address: Ipv4Addr) -> io::Result<()> {
    let mut request = interface(b"lo:1");
    let mut data = [0; 14];
    // A port of two bytes comes first.
    for (to, from) in data.iter_mut().skip(2).zip(address.octets()) {
        *to = from as libc::c_char;
    }
    request.ifr_ifru.ifru_addr =
        libc::sockaddr { sa_family: libc::AF_INET as libc::sa_family_t, sa_data: data };
    order(call, &request)
}

fn interface(name: &[u8]) -> libc::ifreq {
    // SAFETY: the structure is plain numbers, for which zeros are a value.
    #[expect(unsafe_code, reason = "no safe library starts an interface")]
    let mut request: libc::ifreq = unsafe { std::mem::zeroed() };
    for (to, from) in request.ifr_name.iter_mut().zip(name) {
        *to = *from as libc::c_char;
    }
    request
}

fn order(call: libc::Ioctl, request: &libc::ifreq) -> io::Result<()> {
    let socket: OwnedFd = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?.into();
    // SAFETY: the call reads the structure, which lives until it ends.
    #[expect(unsafe_code, reason = "no safe library starts an interface")]
    let done = unsafe { libc::ioctl(socket.as_raw_fd(), call, &raw const *request) };
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
