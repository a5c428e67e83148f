//! A tunnel that was allowed: TLS is opened or passed on, HTTP is served, other protocols go through.

use std::pin::Pin;
use std::sync::Arc;

use event::Verb;
use tokio::io::{AsyncWriteExt, copy_bidirectional_with_sizes};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use super::accept::Permit;
use super::gate::Gate;
use super::hello::Hello;
use super::host::{Host, Target};
use super::judge::Stop;
use super::line::Line;
use super::opening::{self, Opening};
use super::refusal::Refusal;
use super::serve::{Place, serve_over};
use super::stream::{Prefixed, Stream};

/// Bytes that are carried at once, in each direction.
const PART: usize = 32 * 1024;
/// TLS's own word for it: a fatal alert, access denied.
const ACCESS_DENIED: [u8; 7] = [21, 3, 3, 0, 2, 2, 49];

/// Carries what `client` and `host` say to each other. Boxed: HTTP inside of a tunnel is served as outside of it.
pub fn run<S: Stream>(
    gate: Arc<Gate>,
    target: Target,
    client: S,
    host: Line,
    permit: Permit,
) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(async move {
        // Its ends close it; nobody is left to tell.
        let _ = carry(gate, target, client, host, permit).await;
    })
}

async fn carry<S: Stream>(
    gate: Arc<Gate>,
    target: Target,
    mut client: S,
    mut host: Line,
    permit: Permit,
) -> std::io::Result<()> {
    let opening = opening::read(&mut client, &host, target.port, gate.bounds.opening).await?;
    let Some((bytes, opening)) = opening else { return Ok(()) };
    let opening = opening.and_then(|opening| checked(&gate, &target, opening, &bytes));
    let (place, secure) = match opening {
        Err(refusal) => return refuse(&gate, &target, &bytes, &mut client, &refusal).await,
        Ok(Opening::Tls(_)) if gate.opens(&target) => {
            (Place::Inside { target: target.clone(), secure: true }, true)
        }
        Ok(Opening::Http) => (Place::Inside { target: target.clone(), secure: false }, false),
        Ok(Opening::Tls(_) | Opening::Other) => {
            copy_bidirectional_with_sizes(&mut Prefixed::new(bytes, client), &mut host, PART, PART)
                .await?;
            drop(permit);
            return Ok(());
        }
    };
    let client = Prefixed::new(bytes, client);
    if !secure {
        serve_over(gate, client, place, Some(host), permit).await;
        return Ok(());
    }
    let Some(config) = gate.authority.speaks_for(&target.host) else { return Ok(()) };
    let client = timeout(gate.bounds.opening, TlsAcceptor::from(config).accept(client)).await??;
    serve_over(gate, client, place, Some(host), permit).await;
    Ok(())
}

/// That the opening says the name that the tunnel was opened for.
fn checked(
    gate: &Gate,
    target: &Target,
    opening: Opening,
    bytes: &[u8],
) -> Result<Opening, Refusal> {
    match &opening {
        Opening::Tls(hello) => names(target, hello, gate.opens(target))?,
        Opening::Http => {}
        Opening::Other => {
            let found = gate.keeper.sieve(target).and_then(|mut sieve| sieve.find(bytes));
            if let Some(name) = found {
                return Err(Refusal::SecretElsewhere(name));
            }
        }
    }
    Ok(opening)
}

fn names(target: &Target, hello: &Hello, opened: bool) -> Result<(), Refusal> {
    let said = hello.server_name.as_deref();
    match (&target.host, said) {
        (Host::Name(name), Some(said)) if Host::parse(said) == Ok(Host::Name(name.clone())) => {}
        (Host::Address(_), None) => {}
        // Nobody else is asked for: the answer comes from here.
        (Host::Name(_), None) if opened => {}
        (Host::Name(_), None) => return Err(Refusal::NoServerName),
        (_, Some(said)) => return Err(Refusal::OtherServerName(said.into())),
    }
    // Where it is opened the hidden name is never read, and requests have to say the right one.
    if hello.hides && !opened { Err(Refusal::HiddenServerName) } else { Ok(()) }
}

async fn refuse<S: Stream>(
    gate: &Gate,
    target: &Target,
    bytes: &[u8],
    client: &mut S,
    refusal: &Refusal,
) -> std::io::Result<()> {
    let stop: Stop = gate.judge.refuse_act(Verb::Connect, target.object(None), refusal);
    gate.judge.room().await;
    match bytes.first() {
        Some(22) => client.write_all(&ACCESS_DENIED).await?,
        _ => client.write_all(said(&stop).as_bytes()).await?,
    }
    client.shutdown().await
}

/// For whoever reads it: clients of HTTP do.
fn said(stop: &Stop) -> String {
    let text = stop.text();
    format!(
        "HTTP/1.1 403 {}\r\nconnection: close\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: {}\r\n\r\n{text}",
        stop.line(),
        text.len()
    )
}
