//! Takes connections and finds out what they speak, by their first byte.

use std::sync::Arc;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::gate::Gate;
use super::host::{Host, Target};
use super::serve::{Place, serve};
use super::socks;
use super::stream::Watched;
use super::tunnel;

/// One of the connections that may be open at a time; given back when its last part ends.
pub type Permit = Arc<OwnedSemaphorePermit>;

/// Takes connections until the task is dropped. Where too many are open the next one waits, and so does its client.
pub async fn proxy(gate: Arc<Gate>, listener: TcpListener, permits: Arc<Semaphore>) {
    all(&gate, listener, permits, |gate, stream, permit| tokio::spawn(take(gate, stream, permit)))
        .await;
}

/// The same of clients that know no proxy: the address that they connected to stands for a name.
pub async fn plain(gate: Arc<Gate>, listener: TcpListener, permits: Arc<Semaphore>) {
    all(&gate, listener, permits, |gate, stream, permit| tokio::spawn(carry(gate, stream, permit)))
        .await;
}

async fn all(
    gate: &Arc<Gate>,
    listener: TcpListener,
    permits: Arc<Semaphore>,
    take: impl Fn(Arc<Gate>, TcpStream, Permit) -> JoinHandle<()>,
) {
    loop {
        gate.judge.room().await;
        let Ok(permit) = Arc::clone(&permits).acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, _)) => {
                take(Arc::clone(gate), stream, Arc::new(permit));
            }
            // Of a client that is gone, or no descriptor is free: either passes.
            Err(_) => tokio::time::sleep(std::time::Duration::from_millis(20)).await,
        }
    }
}

async fn carry(gate: Arc<Gate>, stream: TcpStream, permit: Permit) {
    let _ = stream.set_nodelay(true);
    let Ok(meant) = stream.local_addr() else { return };
    gate.judge.ready().await;
    let asked = Target { host: Host::address(meant.ip()), port: meant.port() };
    let stream = Watched::new(stream, gate.bounds.idle);
    // Who is refused finds the connection closed; what it was for is told.
    let Ok(target) = gate.admit(asked).await else { return };
    let Ok(host) = gate.dial(&target).await else { return };
    tunnel::run(gate, target, stream, host, permit).await;
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
