//! The attacker's host: takes whatever it is sent, and remembers it.

use std::io::{BufReader, Read};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

use super::http;

/// It ends with the program.
pub struct Listener {
    /// Where it listens.
    pub address: String,
    received: Arc<Mutex<Vec<u8>>>,
}

impl Listener {
    /// Listens on a free port of `host`.
    pub fn start(host: Ipv4Addr) -> Result<Self> {
        let listener = TcpListener::bind((host, 0))
            .with_context(|| format!("cannot listen on {host}, which is to be the attacker"))?;
        let address = listener.local_addr()?.to_string();
        let received = Arc::new(Mutex::new(Vec::new()));
        let receives = Arc::clone(&received);
        thread::Builder::new().name("attacker".into()).spawn(move || {
            for stream in listener.incoming().flatten() {
                let bytes = take(stream).unwrap_or_default();
                receives.lock().unwrap_or_else(PoisonError::into_inner).extend(bytes);
            }
        })?;
        Ok(Self { address, received })
    }

    /// What came since this was asked last.
    pub fn taken(&self) -> Vec<u8> {
        std::mem::take(&mut *self.received.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A request's body, or all bytes of what is no request.
fn take(stream: TcpStream) -> Result<Vec<u8>> {
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let mut writer = stream.try_clone()?;
    let mut reader = BufReader::new(stream);
    let is_request = std::io::BufRead::fill_buf(&mut reader)?.starts_with(b"POST ");
    if !is_request {
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    let request = http::read(&mut reader)?;
    http::answer(&mut writer, "text/plain", "thank you\n", false)?;
    Ok(request.map(|request| request.body).unwrap_or_default())
}
