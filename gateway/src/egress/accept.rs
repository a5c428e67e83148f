//! Takes connections and finds out what they speak, by their first byte.

use std::sync::Arc;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::gate::Gate;
use super::serve::{Place, serve};
use super::socks;
use super::stream::Watched;

/// One of the connections that may be open at a time; given back when its last part ends.
pub type Permit = Arc<OwnedSemaphorePermit>;

/// Takes connections until the task is dropped. Where too many are open the next one waits, and so does its client.
pub async fn proxy(gate: Arc<Gate>, listener: TcpListener, permits: Arc<Semaphore>) {
    loop {
        gate.judge.room().await;
        let Ok(permit) = Arc::clone(&permits).acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(take(Arc::clone(&gate), stream, Arc::new(permit)));
            }
            // Of a client that is gone, or no descriptor is free: either passes.
            Err(_) => tokio::time::sleep(std::time::Duration::from_millis(20)).await,
        }
    }
}

async fn take(gate: Arc<Gate>, stream: TcpStream, permit: Permit) {
    let _ = stream.set_nodelay(true);
    let mut first = [0];
    let Ok(Ok(1)) = timeout(gate.bounds.opening, stream.peek(&mut first)).await else { return };
    gate.judge.ready().await;
    let stream = Watched::new(stream, gate.bounds.idle);
    match first {
        [5] => socks::serve(gate, stream, permit).await,
        // TLS towards the proxy, SOCKS 4: nothing that could be answered.
        [0..=31] if !matches!(first, [b'\r' | b'\n']) => {}
        _ => serve(gate, stream, Place::Front, permit).await,
    }
}
