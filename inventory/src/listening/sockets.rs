//! What listens on this host, out of `/proc/net/tcp` and `/proc/net/tcp6`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Most lines of a table.
const MOST: usize = 100_000;
/// The state of a socket that waits for callers.
const LISTENS: &str = "0A";

/// A socket that waits for callers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listener {
    /// Where.
    pub address: IpAddr,
    /// Its port.
    pub port: u16,
    /// Its number among the sockets of the host; 0 where the table does not say it.
    pub number: u64,
}

/// The listeners of a table.
pub fn listeners(table: &str) -> Vec<Listener> {
    table.lines().take(MOST).filter_map(listener).collect()
}

fn listener(line: &str) -> Option<Listener> {
    let mut fields = line.split_whitespace().skip(1);
    let (local, state) = (fields.next()?, fields.nth(1)?);
    let number = fields.nth(5).and_then(|it| it.parse().ok()).unwrap_or(0);
    if state != LISTENS {
        return None;
    }
    let (address, port) = local.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    Some(Listener { address: parse(address)?, port, number })
}

/// The kernel prints each four bytes as one number of the machine.
fn parse(digits: &str) -> Option<IpAddr> {
    let word = |at: usize| {
        let digits = digits.get(at * 8..at * 8 + 8)?;
        u32::from_str_radix(digits, 16).ok().map(u32::to_ne_bytes)
    };
    match digits.len() {
        8 => Some(IpAddr::V4(Ipv4Addr::from(word(0)?))),
        32 => {
            let mut bytes = [0; 16];
            for (at, part) in bytes.chunks_exact_mut(4).enumerate() {
                part.copy_from_slice(&word(at)?);
            }
            let address = Ipv6Addr::from(bytes);
            Some(address.to_ipv4_mapped().map_or(IpAddr::V6(address), IpAddr::V4))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listeners_are_read_and_connections_are_not() {
        let table = "  sl  local_address rem_address   st tx_queue\n\
            0: 0100007F:2CAA 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4711 1\n\
            1: 00000000:1F40 00000000:0000 0A 00000000:00000000\n\
            2: 0100007F:2CAA 0100007F:B6C4 01 00000000:00000000\n\
            3: 00000000000000000000000001000000:2CAA 00000000000000000000000000000000:0000 0A 0:0\n\
            4: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 0:0\n\
            5: 0000000000000000FFFF00000100007F:0051 00000000000000000000000000000000:0000 0A 0:0\n\
            6: broken 0A 0A\n7:\n8: 01:02 x 0A\n";
        let told: Vec<String> =
            listeners(table).iter().map(|it| format!("{} {}", it.address, it.port)).collect();
        assert_eq!(listeners(table).first().map(|it| it.number), Some(4711));
        // On a machine with the most significant byte first the table is written another way.
        if cfg!(target_endian = "little") {
            assert_eq!(
                told,
                ["127.0.0.1 11434", "0.0.0.0 8000", "::1 11434", ":: 80", "127.0.0.1 81"]
            );
        }
    }
}
