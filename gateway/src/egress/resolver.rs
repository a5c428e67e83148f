//! Who knows the addresses of names: the system, or what a test says.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};

/// Knows addresses of names. Asked on a thread that may wait.
pub trait Resolver: Send + Sync {
    /// Every address of `name` for this port, best first.
    fn addresses(&self, name: &str, port: u16) -> io::Result<Vec<SocketAddr>>;
}

/// The system's resolver: hosts file, DNS, and what else it is set up with.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemResolver;

impl Resolver for SystemResolver {
    fn addresses(&self, name: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        Ok((name, port).to_socket_addrs()?.collect())
    }
}
