//! Public keys that issuers of tokens publish (JWKS): fetched beside the calls, kept while they are good, and fetched
//! again when a token names a key that is not known. A failure leaves the last good ones for a day.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::header::{ACCEPT, ACCEPT_ENCODING, HOST, USER_AGENT};
use hyper::{Request, StatusCode, Uri};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep_until, timeout};

use crate::control::jwt::KeySet;
use crate::egress::{EgressError, Outside};
use crate::models::Providers;

/// Longest document.
const MOST: usize = 1 << 20;
/// How long a fetch may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Who may wait for one fetch.
const WAITING: usize = 256;

/// How often keys are fetched.
#[derive(Clone, Copy, Debug)]
pub struct Paces {
    /// While all is well.
    pub every: Duration,
    /// After a fetch that failed.
    pub again: Duration,
    /// At least, whoever asks.
    pub apart: Duration,
    /// How long the last good keys count.
    pub kept: Duration,
}

impl Default for Paces {
    fn default() -> Self {
        Self {
            every: Duration::from_hours(1),
            again: Duration::from_mins(1),
            apart: Duration::from_secs(30),
            kept: Duration::from_hours(24),
        }
    }
}

/// Says when keys were fetched; is dropped where they are not.
pub type Renewed = oneshot::Receiver<()>;

/// Where an issuer publishes its keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// At this address.
    Keys(Uri),
    /// At the address that it names itself (OpenID Connect Discovery).
    Named(Uri),
}

/// What is no address for keys.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no address for keys: {1}\nhint: write it like `https://id.example.com/keys`; without TLS only this machine is asked"
)]
pub struct PlaceError(String, &'static str);

/// Why keys could not be had.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("it does not answer: {0}")]
    Unreached(String),
    #[error("it does not answer in time")]
    Late,
    #[error("it answers {0}")]
    Status(StatusCode),
    #[error("its answer is longer than {MOST} bytes, or broke off")]
    Body,
    #[error("it does not say where its keys are")]
    Unnamed,
    #[error("it says that it is another issuer")]
    Other,
    #[error(transparent)]
    Place(#[from] PlaceError),
    #[error(transparent)]
    Keys(#[from] crate::control::jwt::KeySetError),
}

/// The keys of all issuers that publish them. The fetching ends when this is dropped.
#[derive(Debug, Default)]
pub struct Published {
    shared: Arc<Shared>,
    ask: BTreeMap<String, mpsc::Sender<oneshot::Sender<()>>>,
}

#[derive(Debug, Default)]
struct Shared {
    keys: RwLock<BTreeMap<String, KeySet>>,
    changes: AtomicU64,
}

impl Place {
    /// The address of keys.
    pub fn keys(text: &str) -> Result<Self, PlaceError> {
        address(text).map(Self::Keys)
    }

    /// Where this issuer says where its keys are.
    pub fn named(issuer: &str) -> Result<Self, PlaceError> {
        let issuer = issuer.trim_end_matches('/');
        address(&format!("{issuer}/.well-known/openid-configuration")).map(Self::Named)
    }
}

fn address(text: &str) -> Result<Uri, PlaceError> {
    let wrong = |why| PlaceError(event::show::brief(text, 120).to_string(), why);
    let uri: Uri = text.parse().map_err(|_| wrong("it cannot be read"))?;
    let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
    let here = host == "localhost"
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    match uri.scheme_str() {
        _ if host.is_empty() => Err(wrong("it names no host")),
        _ if uri.authority().is_some_and(|it| it.as_str().contains('@')) => {
            Err(wrong("it has a login"))
        }
        Some("https") => Ok(uri),
        Some("http") if here => Ok(uri),
        _ => Err(wrong("it is not in TLS")),
    }
}

impl Published {
    /// Begins to fetch, on a thread of its own; by issuer.
    pub fn start(
        places: BTreeMap<String, Place>,
        outside: &Outside,
        paces: Paces,
    ) -> Result<Self, EgressError> {
        let client = Arc::new(Providers::to(outside, PATIENCE)?);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime?;
        let shared = Arc::new(Shared::default());
        let (mut ask, mut keepers) = (BTreeMap::new(), Vec::new());
        for (issuer, place) in places {
            let (tell, told) = mpsc::channel(WAITING);
            ask.insert(issuer.clone(), tell);
            let (client, shared) = (Arc::clone(&client), Arc::clone(&shared));
            keepers.push(Keeper { issuer, place, paces, client, shared, told });
        }
        let work = move || {
            runtime.block_on(async {
                let all: Vec<_> = keepers.into_iter().map(|it| tokio::spawn(it.keep())).collect();
                for one in all {
                    // One that panicked has told.
                    let _ = one.await;
                }
            });
        };
        std::thread::Builder::new().name("issuers".into()).spawn(work)?;
        Ok(Self { shared, ask })
    }

    /// The keys of an issuer, as far as they were had.
    pub fn keys(&self, issuer: &str) -> Option<KeySet> {
        self.shared.keys.read().unwrap_or_else(PoisonError::into_inner).get(issuer).cloned()
    }

    /// Another number after each change.
    pub fn changes(&self) -> u64 {
        self.shared.changes.load(Ordering::Acquire)
    }

    /// Asks for the keys anew. Nothing: nobody can be asked now.
    pub fn renew(&self, issuer: &str) -> Option<Renewed> {
        let (tell, told) = oneshot::channel();
        self.ask.get(issuer)?.try_send(tell).ok()?;
        Some(told)
    }
}

/// Looks after the keys of one issuer.
struct Keeper {
    issuer: String,
    place: Place,
    paces: Paces,
    client: Arc<Providers>,
    shared: Arc<Shared>,
    told: mpsc::Receiver<oneshot::Sender<()>>,
}

impl Keeper {
    async fn keep(mut self) {
        let mut good: Option<Instant> = None;
        let mut waiting = Vec::new();
        loop {
            let fetched = timeout(PATIENCE, self.fetch()).await.unwrap_or(Err(Failure::Late));
            let now = Instant::now();
            let pause = match fetched {
                Ok(keys) => {
                    good = Some(now);
                    self.set(Some(keys));
                    self.paces.every
                }
                Err(error) => {
                    tracing::error!(%error, issuer = self.issuer, "keys of an issuer cannot be had");
                    if good.is_some_and(|at| now.duration_since(at) > self.paces.kept) {
                        good = None;
                        self.set(None);
                    }
                    self.paces.again
                }
            };
            // Who asked meanwhile wanted this one.
            waiting.extend(std::iter::from_fn(|| self.told.try_recv().ok()));
            for one in waiting.drain(..) {
                // Whoever asked may have gone.
                let _ = oneshot::Sender::send(one, ());
            }
            let Some(one) = self.rest(now, pause).await else { return };
            waiting.extend(one);
        }
    }

    /// Until it is time again, or somebody asks, but not too soon. Nothing: nobody will ask any more.
    async fn rest(
        &mut self,
        fetched: Instant,
        pause: Duration,
    ) -> Option<Option<oneshot::Sender<()>>> {
        loop {
            tokio::select! {
                () = sleep_until(fetched + pause) => return Some(None),
                asked = self.told.recv() => match asked {
                    None => return None,
                    Some(one) if fetched.elapsed() >= self.paces.apart => return Some(Some(one)),
                    // Dropped: nothing is fetched for it.
                    Some(_) => {}
                },
            }
        }
    }

    fn set(&self, keys: Option<KeySet>) {
        let mut all = self.shared.keys.write().unwrap_or_else(PoisonError::into_inner);
        match keys {
            Some(keys) => all.insert(self.issuer.clone(), keys),
            None => all.remove(&self.issuer),
        };
        self.shared.changes.fetch_add(1, Ordering::Release);
    }

    async fn fetch(&self) -> Result<KeySet, Failure> {
        let at = match &self.place {
            Place::Keys(at) => at.clone(),
            Place::Named(at) => self.named(&self.get(at).await?)?,
        };
        Ok(KeySet::read(&self.get(&at).await?)?)
    }

    /// Where its keys are, as it says itself.
    fn named(&self, document: &[u8]) -> Result<Uri, Failure> {
        let said: serde_json::Value =
            serde_json::from_slice(document).map_err(|_| Failure::Unnamed)?;
        let text = |key: &str| said.get(key).and_then(serde_json::Value::as_str);
        if text("issuer") != Some(&*self.issuer) {
            return Err(Failure::Other);
        }
        Ok(address(text("jwks_uri").ok_or(Failure::Unnamed)?)?)
    }

    async fn get(&self, at: &Uri) -> Result<Bytes, Failure> {
        let host = at.authority().map_or("", |it| it.as_str());
        let request = Request::get(at)
            .header(HOST, host)
            .header(ACCEPT, "application/json")
            .header(ACCEPT_ENCODING, "identity")
            .header(USER_AGENT, "chaperone")
            .body(Full::default());
        let unreached = |error: &dyn std::error::Error| {
            let why = error.source().map_or(error.to_string(), ToString::to_string);
            Failure::Unreached(event::show::brief(&why, 160).to_string())
        };
        let request = request.map_err(|error| unreached(&error))?;
        let answer = self.client.send(request).await.map_err(|error| unreached(&error))?;
        if answer.status() != StatusCode::OK {
            return Err(Failure::Status(answer.status()));
        }
        let body = Limited::new(answer.into_body(), MOST).collect().await;
        body.map(http_body_util::Collected::to_bytes).map_err(|_| Failure::Body)
    }
}
