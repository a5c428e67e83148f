//! Bodies that go on as they come, and what is counted of them. However a call ends, it is told once.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use content::examine::{Cut, Echo, Flow, Judge, Ruled, Saw};
use content::llm::{self, Begun, Dialect};
use content::transcript::of_answer;
use event::{CallEnded, Effect, Fails, Inspected, Redact, Teller};
use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::{Body, Bytes, Frame, SizeHint};

use super::answered::{brief, tokens};
use super::called::Called;
use super::desk::Ticket;
use super::inspection::Inspection;
use super::judge;
use super::refusal::Refusal;
use super::rulings::Rulings;
use super::switch;
use super::turning::Turning;

/// Why a body broke off.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;
/// What comes from a provider.
pub type Inward = UnsyncBoxBody<Bytes, Failure>;

/// The body of an answer.
pub enum Answer {
    /// Our own words.
    Text(Bytes),
    /// The provider's, as it comes.
    Passing(Box<Passing>),
    /// That of a server of tools, looked at already.
    Judged(Inward),
}

/// The provider's answer on its way.
pub struct Passing {
    body: Inward,
    /// What goes before what still comes.
    ready: Option<Bytes>,
    looks: Option<Looks>,
    state: State,
    ending: Ending,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Comes,
    /// It breaks off when what is ready has gone.
    Breaks,
    Over,
}

/// How a stream is looked at.
pub struct Looks {
    flow: Box<Flow>,
    inspection: Inspection,
    dialect: Dialect,
    fails: Fails,
    turning: Option<Turning>,
}

impl Looks {
    /// By what is given.
    pub fn new(
        flow: Flow,
        inspection: &Inspection,
        dialect: Dialect,
        fails: Fails,
        turning: Option<Turning>,
    ) -> Self {
        Self { flow: Box::new(flow), inspection: inspection.clone(), dialect, fails, turning }
    }

    fn take(&mut self, data: &[u8], rulings: &mut Rulings) -> Result<Vec<u8>, Cut> {
        let Self { flow, inspection, turning, .. } = self;
        flow.take(data, &mut Ruling { inspection, rulings, turning: turning.as_mut() })
    }

    fn end(&mut self, rulings: &mut Rulings) -> Result<Vec<u8>, Cut> {
        let Self { flow, inspection, turning, .. } = self;
        flow.end(&mut Ruling { inspection, rulings, turning: turning.as_mut() })
    }
}

impl Passing {
    /// As it comes.
    pub fn new(body: Inward, ending: Ending) -> Self {
        Self { body, ready: None, looks: None, state: State::Comes, ending }
    }

    /// Looked at as it comes.
    pub fn looked(body: Inward, ending: Ending, looks: Looks) -> Self {
        let mut passing = Self::new(body, ending);
        passing.looks = Some(looks);
        passing
    }

    /// What has come already, and the rest as it comes.
    pub fn begun(ready: Bytes, body: Inward, ending: Ending) -> Self {
        let mut passing = Self::new(body, ending);
        passing.ready = Some(ready);
        passing
    }

    /// All of it.
    pub fn whole(ready: Bytes, body: Inward, mut ending: Ending) -> Self {
        ending.called.call.ended = CallEnded::Whole;
        let mut passing = Self::begun(ready, body, ending);
        passing.state = State::Over;
        passing
    }

    /// What came until it broke off.
    pub fn broken(ready: Bytes, body: Inward, mut ending: Ending) -> Self {
        ending.called.call.ended = CallEnded::ProviderLost;
        let mut passing = Self::begun(ready, body, ending);
        passing.state = State::Breaks;
        passing
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Failure>>> {
        if self.ending.is_cut(context) {
            // Its other end is dropped, which is the order.
            self.ending.called.call.ended = CallEnded::Refused;
            self.state = State::Over;
            return Poll::Ready(Some(Err("a person has stopped it".into())));
        }
        loop {
            if let Some(ready) = self.ready.take().filter(|ready| !ready.is_empty()) {
                self.ending.called.call.received += ready.len() as u64;
                return Poll::Ready(Some(Ok(Frame::data(ready))));
            }
            match self.state {
                State::Over => return Poll::Ready(None),
                State::Breaks => {
                    self.state = State::Over;
                    return Poll::Ready(Some(Err("the provider broke off".into())));
                }
                State::Comes => {}
            }
            let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
            let frame = match frame {
                Some(Ok(frame)) => frame,
                Some(Err(error)) => {
                    self.ending.called.call.ended = CallEnded::ProviderLost;
                    self.state = State::Over;
                    return Poll::Ready(Some(Err(error)));
                }
                None => {
                    self.over();
                    continue;
                }
            };
            match frame.into_data() {
                Ok(data) => self.take(data),
                Err(frame) => return Poll::Ready(Some(Ok(frame))),
            }
            // The last one may not be asked for another.
            if self.body.is_end_stream() {
                self.over();
            }
        }
    }

    fn take(&mut self, data: Bytes) {
        let (Some(looks), Some(rulings)) = (&mut self.looks, &mut self.ending.rulings) else {
            self.ready = Some(data);
            return;
        };
        let went = looks.take(&data, rulings);
        self.went(went);
    }

    /// Nothing more comes.
    fn over(&mut self) {
        if self.state != State::Comes {
            return;
        }
        self.state = State::Over;
        self.ending.called.call.ended = CallEnded::Whole;
        if let (Some(looks), Some(rulings)) = (&mut self.looks, &mut self.ending.rulings) {
            let went = looks.end(rulings);
            self.went(went);
        }
        self.count();
    }

    fn went(&mut self, went: Result<Vec<u8>, Cut>) {
        let unread = |looks: &Looks| looks.fails == Fails::Closed && looks.flow.is_unread();
        match went {
            Ok(bytes) if !self.looks.as_ref().is_some_and(unread) => {
                self.put(bytes);
            }
            Ok(_) => self.cut("a part of the answer cannot be read (`gateway.fails`)"),
            Err(Cut) => {
                let why = self.ending.rulings.as_ref().and_then(Rulings::refused);
                let why = why.unwrap_or("what was found cannot be taken out").to_owned();
                self.cut(&why);
            }
        }
    }

    /// Behind what has not gone on yet: of an answer that says its length the last piece and the end come at once.
    fn put(&mut self, bytes: Vec<u8>) {
        let before = self.ready.take().unwrap_or_default();
        let both = if before.is_empty() { bytes } else { [before.as_ref(), &*bytes].concat() };
        self.ready = Some(both.into());
    }

    /// The last words of a stream that does not go on.
    fn cut(&mut self, why: &str) {
        self.count();
        let Some(looks) = self.looks.take() else { return };
        let said = format!("chaperone: {why}");
        let refusal = llm::refusal(looks.dialect, 403, &said, Begun::Stream);
        self.put(refusal.body);
        self.state = State::Over;
        self.ending.called.call.ended = CallEnded::Refused;
    }

    /// What the stream said of itself.
    fn count(&mut self) {
        if let Some(looks) = &mut self.looks {
            self.ending.looked_through(&looks.flow);
            if let Some(turning) = &mut looks.turning {
                turning.answered(&self.ending.called.call.answer);
            }
        }
    }
}

impl Drop for Passing {
    fn drop(&mut self) {
        // A client that goes away has used what it has heard.
        if self.state == State::Comes {
            self.count();
        }
    }
}

/// What becomes of what stands in an answer.
pub struct Ruling<'r> {
    /// Makes marks.
    pub inspection: &'r Inspection,
    /// The rulings of the call.
    pub rulings: &'r mut Rulings,
    /// What comes back; none: nothing.
    pub turning: Option<&'r mut Turning>,
}

impl Judge for Ruling<'_> {
    fn of(&mut self, saw: &Saw<'_>) -> Ruled {
        match self.rulings.of(saw.spot, saw.position, saw.tool, saw.again) {
            Effect::Redact => Ruled::Mark(self.inspection.mark(saw.spot, saw.text)),
            effect if effect.goes_on() => Ruled::Goes,
            _ => Ruled::Cut,
        }
    }

    fn back(&mut self, echo: &Echo<'_>) -> Option<String> {
        self.turning.as_mut()?.back(echo, self.rulings)
    }
}

/// Tells of a call when it is dropped, which is when it is over, however that came.
pub struct Ending {
    /// As it went so far; a client that goes away lets it be dropped.
    pub called: Called,
    /// What becomes of what is found in it.
    pub rulings: Option<Rulings>,
    /// To be settled; none: it was not let in.
    pub ticket: Option<Ticket>,
    /// Ready when a person stops it.
    pub cut: Option<switch::Cut>,
    began: Instant,
    told: Sender<Called>,
    redact: Arc<dyn Redact>,
}

impl Ending {
    /// Of a call that begins now.
    pub fn new(called: Called, told: Sender<Called>, redact: Arc<dyn Redact>) -> Self {
        Self { called, rulings: None, ticket: None, cut: None, began: Instant::now(), told, redact }
    }

    /// The head of the answer is there.
    pub fn answered(&mut self, status: u16) {
        self.called.call.status = status;
        self.called.call.answered_ns = since(self.began);
    }

    /// Whether a person has stopped it; else whoever asks is told when one does.
    fn is_cut(&mut self, context: &mut Context<'_>) -> bool {
        self.cut.as_mut().is_some_and(|cut| Pin::new(cut).poll(context).is_ready())
    }

    /// Does the work, unless a person stops the call before it is done.
    pub async fn unless_cut<T>(&mut self, work: impl Future<Output = T>) -> Option<T> {
        let Some(cut) = &mut self.cut else { return Some(work.await) };
        tokio::select! {
            done = work => Some(done),
            _ = cut => None,
        }
    }

    /// The call does not happen; gives why back.
    pub fn refused(mut self, refusal: Refusal) -> Refusal {
        self.answered(refusal.status().as_u16());
        self.called.call.ended = match refusal {
            Refusal::NotReached(..) => CallEnded::ProviderLost,
            Refusal::BrokeOff(_) => CallEnded::ClientLost,
            _ => CallEnded::Refused,
        };
        refusal
    }

    /// Who calls, in a word.
    pub fn who(&self) -> String {
        let product = self.called.by.principal.agent().map(|agent| &*agent.product);
        event::show::brief(product.unwrap_or("*"), 60).to_string()
    }

    /// A part of the call was looked at, or was not: the whole is what both are.
    pub fn looked(&mut self, part: Inspected) {
        let inspected = &mut self.called.call.inspected;
        *inspected = inspected.and(part);
    }

    /// Hears what was answered.
    pub fn heard(&mut self, answer: &llm::Answer<'_>) {
        if self.called.is_heard() {
            let now_unix_ns = judge::now_unix_ns();
            self.called.answered = of_answer(answer, Teller::Gateway, now_unix_ns);
        }
    }

    fn looked_through(&mut self, flow: &Flow) {
        let answer = flow.answer();
        self.called.call.answer = brief(&answer.id);
        self.called.call.tokens = tokens(answer.usage);
        self.heard(&answer);
        self.looked(if flow.is_unread() { Inspected::PartlyScanned } else { Inspected::Scanned });
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        let call = &mut self.called.call;
        call.took_ns = since(self.began);
        if let Some(ticket) = self.ticket.take() {
            ticket.settle(call);
        }
        call.found = self.rulings.as_mut().map(Rulings::found).unwrap_or_default();
        // A client writes the first two, a provider the third.
        for text in [&mut call.request, &mut call.model, &mut call.answer] {
            if let Some(clean) = self.redact.text(text) {
                *text = clean;
            }
        }
        // Nobody listens: the gateway ends.
        let Called { by, call, said, answered } = &mut self.called;
        let (call, said) = (std::mem::take(call), std::mem::take(said));
        let called = Called { by: Arc::clone(by), call, said, answered: std::mem::take(answered) };
        let _ = self.told.send(called);
    }
}

fn since(began: Instant) -> u64 {
    u64::try_from(began.elapsed().as_nanos()).unwrap_or(u64::MAX)
}

impl Body for Answer {
    type Data = Bytes;
    type Error = Failure;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Failure>>> {
        match self.get_mut() {
            Self::Text(text) if text.is_empty() => Poll::Ready(None),
            Self::Text(text) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(text))))),
            Self::Passing(passing) => passing.poll(context),
            Self::Judged(body) => Pin::new(body).poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Text(text) => text.is_empty(),
            Self::Judged(body) => body.is_end_stream(),
            Self::Passing(passing) => {
                let empty = passing.ready.as_ref().is_none_or(Bytes::is_empty);
                let over = passing.state == State::Over;
                let ends = passing.looks.is_none() && passing.body.is_end_stream();
                empty && (over || ends && passing.state == State::Comes)
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Text(text) => SizeHint::with_exact(text.len() as u64),
            Self::Passing(passing) => passing.size(),
            Self::Judged(body) => body.size_hint(),
        }
    }
}

impl Passing {
    fn size(&self) -> SizeHint {
        let ready = self.ready.as_ref().map_or(0, Bytes::len) as u64;
        match self.state {
            State::Over => SizeHint::with_exact(ready),
            State::Comes if self.looks.is_none() && ready == 0 => self.body.size_hint(),
            State::Comes | State::Breaks => SizeHint::default(),
        }
    }
}
