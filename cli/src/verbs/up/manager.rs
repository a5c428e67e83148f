//! Words to the manager of services that started `up` (`sd_notify`): that it is ready, that it is well, that it ends.
//! One datagram each; without a manager nobody is told.

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};

/// It records, and holds whom it is to hold.
pub const READY: &str = "READY=1";
/// It is well: to be said more often than `WatchdogSec`.
pub const WELL: &str = "WATCHDOG=1";
/// It ends in order.
pub const ENDS: &str = "STOPPING=1";

/// Says `word`, if somebody wants to hear it.
pub fn tell(word: &str) {
    let Some(name) = std::env::var_os("NOTIFY_SOCKET") else { return };
    if let Err(error) = send(&name, word) {
        tracing::warn!(%error, word, "the manager of services is not told");
    }
}

fn send(name: &OsStr, word: &str) -> io::Result<()> {
    UnixDatagram::unbound()?.send_to_addr(word.as_bytes(), &address(name)?).map(drop)
}

/// A path, or with an `@` a name without a file.
fn address(name: &OsStr) -> io::Result<SocketAddr> {
    match name.as_bytes().strip_prefix(b"@") {
        Some(name) => SocketAddr::from_abstract_name(name),
        None => SocketAddr::from_pathname(OsString::from(name)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_one_datagram_at_a_path_or_a_name() -> io::Result<()> {
        let home = tempfile::tempdir()?;
        let path = home.path().join("notify").into_os_string();
        let abstract_name = OsString::from(format!("@chaperone-notify-{}", std::process::id()));
        for name in [path, abstract_name] {
            let manager = UnixDatagram::bind_addr(&address(&name)?)?;
            send(&name, WELL)?;
            let mut heard = [0; 64];
            let length = manager.recv(&mut heard)?;
            assert_eq!(&heard[..length], WELL.as_bytes());
        }
        assert!(send(OsStr::new("/nowhere/at/all"), WELL).is_err());
        Ok(())
    }
}
