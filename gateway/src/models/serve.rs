//! Connections of clients: HTTP/1.1 and HTTP/2, watched, so that what does not move ends.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot, watch};
use tokio::time::timeout;

use super::call::{Front, call};
use super::comer::Comer;
use crate::egress::{MOST_HEAD, Stream, Watched};

/// Takes connections until it is to end; then no further call begins, and those that run have a moment.
pub async fn all(front: Arc<Front>, listener: std::net::TcpListener, ends: oneshot::Receiver<()>) {
    let listener = match TcpListener::from_std(listener) {
        Ok(listener) => listener,
        Err(error) => return tracing::error!(%error, "the gateway cannot listen"),
    };
    let permits = Arc::new(Semaphore::new(front.bounds().connections));
    let (closing, closes) = watch::channel(false);
    let accepting =
        tokio::spawn(accept(Arc::clone(&front), listener, Arc::clone(&permits), closes));
    // Dropped or sent: it ends.
    let _ = ends.await;
    accepting.abort();
    let _ = closing.send(true);
    let open = u32::try_from(front.bounds().connections).unwrap_or(u32::MAX);
    let _ = timeout(front.bounds().ending, permits.acquire_many(open)).await;
}

async fn accept(
    front: Arc<Front>,
    listener: TcpListener,
    permits: Arc<Semaphore>,
    closes: watch::Receiver<bool>,
) {
    loop {
        let Ok(permit) = Arc::clone(&permits).acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, peer)) => {
                tokio::spawn(serve(Arc::clone(&front), stream, peer, permit, closes.clone()));
            }
            // Of a client that is gone, or no descriptor is free: either passes.
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}

async fn serve(
    front: Arc<Front>,
    stream: TcpStream,
    peer: SocketAddr,
    permit: OwnedSemaphorePermit,
    closes: watch::Receiver<bool>,
) {
    let _ = stream.set_nodelay(true);
    match front.tls() {
        None => {
            let comer = Comer::from(peer, &front).await;
            connection(&front, comer, stream, closes).await;
        }
        Some(tls) => match timeout(front.bounds().opening, tls.accept(stream)).await {
            Ok(Ok(stream)) => {
                let shown = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
                let comer = match shown.and_then(|one| front.by_certificate(one)) {
                    Some(caller) => Comer::certified(caller),
                    None => Comer::from(peer, &front).await,
                };
                connection(&front, comer, stream, closes).await;
            }
            Ok(Err(error)) => tracing::debug!(%error, "a client's TLS failed"),
            Err(_) => tracing::debug!("a client's TLS took too long"),
        },
    }
    drop(permit);
}

/// What comes over one connection.
async fn connection(
    front: &Arc<Front>,
    comer: Comer,
    stream: impl Stream,
    mut closes: watch::Receiver<bool>,
) {
    let bounds = *front.bounds();
    let (front, comer) = (Arc::clone(front), Arc::new(comer));
    let service = service_fn(move |request| {
        let (front, comer) = (Arc::clone(&front), Arc::clone(&comer));
        async move {
            let caller = comer.caller(&front).await;
            Ok::<_, Infallible>(call(&front, &caller, request).await)
        }
    });
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(bounds.opening)
        .max_buf_size(MOST_HEAD)
        .preserve_header_case(true);
    builder.http2().timer(TokioTimer::new()).max_concurrent_streams(256);
    let stream = TokioIo::new(Watched::new(stream, bounds.idle));
    let connection = builder.serve_connection(stream, service);
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        _ = closes.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a client's connection ended early");
    }
}
