//! Who knows the addresses of names: the system, or what a test says.

use std::io;
use std::net::{IpAddr, ToSocketAddrs};

/// Knows addresses of names. Asked on a thread that may wait.
pub trait Resolver: Send + Sync {
    /// Every address of `name`, best first.
    fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>>;
}

/// The system's resolver: hosts file, DNS, and what else it is set up with.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemResolver;

impl Resolver for SystemResolver {
    fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        Ok((name, 0).to_socket_addrs()?.map(|address| address.ip().to_canonical()).collect())
    }
}
