//! Apart from the host: namespaces of our own for mounts and the network. In them root's home is the story's, and an
//! address exists that leads nowhere else. Both are gone with the last process of the story, however it ends.

use std::fs;
use std::net::Ipv4Addr;
use std::os::fd::OwnedFd;

use anyhow::{Context, Result, ensure};
use nix::sched::{CloneFlags, unshare};
use rustix::mount::{MountPropagationFlags, mount_bind, mount_change};
use rustix::net::netlink::SocketAddrNetlink;
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType};

use super::ground::Ground;

/// An address of the documentation (RFC 5737): nobody's.
pub const ATTACKER: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 9);

/// A network of our own, with this machine and the attacker in it and nothing else.
pub fn network() -> Result<()> {
    unshare(CloneFlags::CLONE_NEWNET).context("cannot have a network of its own")?;
    let route = open()?;
    ask(&route, &up()).context("cannot have a loopback")?;
    ask(&route, &address(ATTACKER)).with_context(|| format!("cannot have {ATTACKER}"))
}

/// Root's home is that of the story, for everybody who looks it up from here.
pub fn home(ground: &Ground) -> Result<()> {
    unshare(CloneFlags::CLONE_NEWNS).context("cannot have mounts of its own")?;
    mount_change("/", MountPropagationFlags::PRIVATE | MountPropagationFlags::REC)?;
    let passwd = fs::read_to_string("/etc/passwd").context("cannot read /etc/passwd")?;
    let own = ground.root().join("passwd");
    fs::write(&own, at_home(&passwd, &ground.home().to_string_lossy()))?;
    mount_bind(&own, "/etc/passwd").context("cannot have a home of its own")
}

/// The list of accounts with root at home in `home`, and nobody else at home: their files are not for the story to guard.
fn at_home(passwd: &str, home: &str) -> String {
    let line = |line: &str| {
        let mut fields: Vec<&str> = line.split(':').collect();
        let own = if fields.get(2) == Some(&"0") { home } else { "/nonexistent" };
        if let Some(place) = fields.get_mut(5) {
            *place = own;
        }
        fields.join(":") + "\n"
    };
    passwd.lines().map(line).collect()
}

/// Kinds and marks of rtnetlink (`linux/rtnetlink.h`, `linux/netlink.h`).
const NEW_LINK: u16 = 16;
const NEW_ADDRESS: u16 = 20;
const REQUEST_AND_ACKNOWLEDGE: u16 = 1 | 4;
const CREATE: u16 = 0x400;
const ERROR: u16 = 2;
/// The loopback is the first device of every network.
const LOOPBACK: u32 = 1;

fn open() -> Result<OwnedFd> {
    // Without a protocol it is the one for routes, addresses and devices.
    let (family, kind) = (AddressFamily::NETLINK, SocketType::RAW);
    Ok(rustix::net::socket_with(family, kind, SocketFlags::CLOEXEC, None)?)
}

/// The loopback is up.
fn up() -> Vec<u8> {
    const UP: u32 = 1;
    let mut link = vec![0; 4];
    link.extend([LOOPBACK, UP, UP].iter().flat_map(|number| number.to_ne_bytes()));
    message(NEW_LINK, 0, &link)
}

/// The loopback has an address more.
fn address(address: Ipv4Addr) -> Vec<u8> {
    const INET: u8 = 2;
    const WHOLE: u8 = 32;
    let mut body = vec![INET, WHOLE, 0, 0];
    body.extend(LOOPBACK.to_ne_bytes());
    for attribute in [1_u16, 2] {
        body.extend([8, attribute].iter().flat_map(|number| number.to_ne_bytes()));
        body.extend(address.octets());
    }
    message(NEW_ADDRESS, CREATE, &body)
}

fn message(kind: u16, more: u16, body: &[u8]) -> Vec<u8> {
    const HEAD: usize = 16;
    let length = u32::try_from(HEAD + body.len()).unwrap_or(u32::MAX);
    let mut bytes = length.to_ne_bytes().to_vec();
    bytes.extend(kind.to_ne_bytes());
    bytes.extend((REQUEST_AND_ACKNOWLEDGE | more).to_ne_bytes());
    // A number that nobody looks at, and the kernel finds out who asks.
    bytes.extend([0; 8]);
    bytes.extend(body);
    bytes
}

/// Asks the kernel, and reads whether it was done.
fn ask(route: &OwnedFd, message: &[u8]) -> Result<()> {
    let kernel = SocketAddrNetlink::new(0, 0);
    rustix::net::sendto(route, message, SendFlags::empty(), &kernel)?;
    let mut answer = [0_u8; 4096];
    let (length, _) = rustix::net::recv(route, &mut answer[..], RecvFlags::empty())?;
    let number = |at: usize| -> Option<[u8; 4]> { answer.get(at..at + 4)?.try_into().ok() };
    let kind = number(4).map(|bytes| u32::from_ne_bytes(bytes) as u16);
    ensure!(length >= 20 && kind == Some(ERROR), "the kernel gives another answer");
    match number(16).map_or(0, i32::from_ne_bytes) {
        0 => Ok(()),
        error => Err(std::io::Error::from_raw_os_error(-error).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_lives_in_the_story_and_nobody_else_anywhere() {
        let passwd = "root:x:0:0:r:/root:/bin/sh\nida:x:1000:1000::/home/ida:/bin/sh\nbad\n";
        let expect = "root:x:0:0:r:/tmp/h:/bin/sh\nida:x:1000:1000::/nonexistent:/bin/sh\nbad\n";
        assert_eq!(at_home(passwd, "/tmp/h"), expect);
    }

    #[test]
    fn messages_say_their_length() {
        for message in [up(), address(ATTACKER)] {
            let length = u32::from_ne_bytes(message[..4].try_into().expect("four"));
            assert_eq!(length as usize, message.len());
        }
    }
}
