//! Connections that are listened to: pieces of their two ways become exchanges, within bounds. What is too much is let go,
//! the connection that was silent longest first.

use std::collections::HashMap;

use content::exchange::{self, Exchange, Exchanges};
use event::ProcessId;
use sensor::{Piece, Way};

/// Connections at one time, and bytes that are kept of all together.
const MOST_OPEN: usize = 512;
const MOST_HELD: usize = 64 << 20;
/// How a client of HTTP/2 begins.
const HTTP_2: &[u8] = b"PRI * HTTP/2";

/// All that are open.
#[derive(Debug, Default)]
pub struct Ears {
    open: HashMap<(ProcessId, u64), Ear>,
    held: usize,
    /// Connections that were let go.
    pub let_go: u64,
    /// Connections in HTTP/2.
    pub other: u64,
}

#[derive(Debug, Default)]
struct Ear {
    exchanges: Exchanges,
    held: usize,
    last_ns: u64,
}

impl Ears {
    /// Takes a piece; gives the exchanges that are whole by it.
    pub fn take(&mut self, piece: &Piece) -> Vec<Exchange> {
        let key = (piece.process, piece.connection);
        let way = match piece.way {
            Way::Said => exchange::Way::Said,
            Way::Heard => exchange::Way::Heard,
            Way::Closed => return self.close(key).into_iter().collect(),
        };
        let begins = piece.at == 0 && way == exchange::Way::Said;
        self.other += u64::from(begins && piece.bytes.starts_with(HTTP_2));
        let ear = self.open.entry(key).or_default();
        let (at, missing, time) = (piece.at, piece.missing, piece.time_ns);
        let piece = exchange::Piece { way, at, bytes: &piece.bytes, missing, time };
        let whole = ear.exchanges.take(&piece);
        let held = ear.exchanges.held();
        self.held = (self.held + held).saturating_sub(ear.held);
        (ear.held, ear.last_ns) = (held, time);
        while self.open.len() > MOST_OPEN || self.held > MOST_HELD {
            self.let_one_go();
        }
        whole
    }

    /// A process has ended: its connections have, too.
    pub fn end(&mut self, process: ProcessId) -> Vec<Exchange> {
        let of_process = self.open.keys().filter(|(of, _)| *of == process).copied();
        let keys: Vec<_> = of_process.collect();
        keys.into_iter().filter_map(|key| self.close(key)).collect()
    }

    fn close(&mut self, key: (ProcessId, u64)) -> Option<Exchange> {
        let mut ear = self.open.remove(&key)?;
        self.held = self.held.saturating_sub(ear.held);
        ear.exchanges.end()
    }

    fn let_one_go(&mut self) {
        let oldest = self.open.iter().min_by_key(|(_, ear)| ear.last_ns).map(|(key, _)| *key);
        if let Some(ear) = oldest.and_then(|key| self.open.remove(&key)) {
            self.held = self.held.saturating_sub(ear.held);
            self.let_go += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use event::testing::pid;

    use super::*;

    fn piece(connection: u64, way: Way, at: u64, bytes: &[u8]) -> Piece {
        let (process, missing) = (pid(7), 0);
        Piece { time_ns: connection, process, connection, way, at, bytes: bytes.to_vec(), missing }
    }

    #[test]
    fn an_answer_is_whole_by_its_end_or_by_that_of_its_process() {
        let mut ears = Ears::default();
        let check = |exchanges: Vec<Exchange>, expect: usize| assert_eq!(exchanges.len(), expect);
        for connection in [1, 2, 3] {
            let said = piece(connection, Way::Said, 0, b"GET / HTTP/1.1\r\n\r\n");
            check(ears.take(&said), 0);
        }
        let whole = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n!";
        check(ears.take(&piece(1, Way::Heard, 0, whole)), 1);
        for connection in [2, 3] {
            check(ears.take(&piece(connection, Way::Heard, 0, b"HTTP/1.1 200 OK\r\n\r\n!")), 0);
        }
        check(ears.take(&piece(2, Way::Closed, 0, b"")), 1);
        check(ears.end(pid(7)), 1);
        assert_eq!((ears.open.len(), ears.held), (0, 0));
    }

    #[test]
    fn what_is_too_much_is_let_go_and_counted() {
        let mut ears = Ears::default();
        for connection in 0..MOST_OPEN as u64 + 2 {
            ears.take(&piece(connection, Way::Said, 0, b"PRI * HTTP/2.0\r\n"));
        }
        assert_eq!((ears.open.len(), ears.let_go), (MOST_OPEN, 2));
        assert_eq!(ears.other, MOST_OPEN as u64 + 2);
        let mut ears = Ears::default();
        let head = b"POST / HTTP/1.1\r\nContent-Length: 9000000\r\n\r\n".to_vec();
        let long = [head, vec![b'x'; 1 << 20]].concat();
        for connection in 0..70 {
            ears.take(&piece(connection, Way::Said, 0, &long));
        }
        assert!(ears.held <= MOST_HELD && ears.let_go >= 6, "{} {}", ears.held, ears.let_go);
    }
}
