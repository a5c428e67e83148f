//! A connection to a host, on which the guard has the last word: it is asked before everything that leaves, so that a
//! tunnel which was opened before a secret was read carries none out.

use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::gate::Gate;
use super::host::Target;
use super::judge::Tell;
use super::stream::Watched;

/// A connection to a host.
pub struct Line {
    pub(super) stream: Watched<TcpStream>,
    pub(super) gate: Arc<Gate>,
    pub(super) target: Target,
    pub(super) address: IpAddr,
}

impl Line {
    /// Waits until the host says something, which stays to be read.
    pub async fn host_speaks(&self) {
        let _ = self.stream.inner().peek(&mut [0]).await;
    }

    fn ask(&self) -> io::Result<()> {
        let asked = self.gate.judge.connect(&self.target, Some(self.address), Tell::Stops);
        asked
            .map(|_| ())
            .map_err(|stop| io::Error::new(io::ErrorKind::PermissionDenied, stop.text()))
    }
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Line {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.ask()?;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }
    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.ask()?;
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }
    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
