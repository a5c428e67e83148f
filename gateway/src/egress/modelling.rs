//! Calls of models among the requests of a box: asked about and looked at like those by the base URL.

use std::sync::mpsc::Sender;
use std::sync::{Arc, LazyLock};

use content::llm::{Dialect, Operation, Route};
use content::raw;
use event::{CallSource, Circumstances, Fails, Guard, Judged, Principal, Redact, Text};
use http_body_util::{BodyExt, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{ACCEPT_ENCODING, CONTENT_LENGTH, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Method, Request, Response};

use super::body::Answer;
use super::host::Target;
use super::pattern::HostPattern;
use crate::models::{
    Asked, Called, Caller, Ending, Examined, Inspection, Looking, Refusal, Told, Watch,
};

/// How calls of models are watched. What it takes is made with the first one, for most launches make none.
pub struct Modelling {
    /// Hosts of models, and the providers that policies know them by. Of others a call is known by its form.
    pub hosts: Vec<(HostPattern, Text)>,
    /// Makes what calls are looked at with; nothing: they are not.
    pub inspection: Box<dyn FnOnce() -> Option<Inspection> + Send>,
    /// What becomes of what cannot be looked at.
    pub fails: Fails,
    /// Hears of calls that ended.
    pub calls: Sender<Called>,
    /// Longest request.
    pub most_request: usize,
}

/// At work.
pub struct Models {
    hosts: Vec<(HostPattern, Text)>,
    fails: Fails,
    most_request: usize,
    caller: Arc<Caller>,
    watch: LazyLock<Watch, Box<dyn FnOnce() -> Watch + Send>>,
}

/// A call that was let in.
pub struct Call<'m> {
    models: &'m Models,
    route: Route,
    ending: Ending,
    examined: Examined,
    /// The body that goes on.
    pub body: Bytes,
}

impl Models {
    /// In the name of whoever was launched.
    pub fn new(
        modelling: Modelling,
        (principal, context): (Principal, Circumstances),
        guard: Arc<dyn Guard>,
        redact: Arc<dyn Redact>,
        decisions: Sender<Judged>,
    ) -> Self {
        let Modelling { hosts, inspection, fails, calls, most_request } = modelling;
        let told = Told { calls, decisions };
        let make = move || Watch::new(inspection(), redact, guard, told);
        let caller = Arc::new(Caller { principal, context, process: None });
        Self { hosts, fails, most_request, caller, watch: LazyLock::new(Box::new(make)) }
    }

    /// How a request to a model is read; nothing: it is none, as far as its path says.
    pub fn route(&self, method: &Method, path: &str) -> Option<Route> {
        let asks = |it: &Route| matches!(it.operation, Operation::Chat | Operation::Complete);
        Route::of(method.as_str(), path).filter(asks)
    }

    fn provider(&self, target: &Target) -> Option<&Text> {
        let known = self.hosts.iter().find(|(host, _)| host.matches(&target.host, target.port));
        known.map(|(_, name)| name)
    }

    /// The whole body of what may be a call.
    pub async fn read(&self, body: Incoming) -> Result<Bytes, Refusal> {
        let whole = Limited::new(body, self.most_request).collect().await;
        let whole =
            whole.map_err(|error| match error.is::<http_body_util::LengthLimitError>() {
                true => Refusal::TooLong(self.most_request),
                false => Refusal::BrokeOff(event::show::brief(&error.to_string(), 120).to_string()),
            })?;
        Ok(whole.to_bytes())
    }

    /// Asks about the call and looks at what it says; nothing: it is no call.
    pub fn admit(
        &self,
        target: &Target,
        parts: &mut Parts,
        body: &Bytes,
        route: Route,
    ) -> Result<Option<Call<'_>>, Refusal> {
        let known = self.provider(target).cloned();
        let looks_like = || raw::parse(body).ok().and_then(|root| Dialect::of_body(&root));
        if known.is_none() && looks_like().is_none() {
            return Ok(None);
        }
        let provider = known.unwrap_or_else(|| target.host.written().into());
        let head = Request::from_parts(parts.clone(), ());
        let mut ending = self.watch.begins(&self.caller, &head);
        ending.called.call.provider = provider.clone();
        ending.called.call.source = CallSource::Run;
        ending.called.call.sent = body.len() as u64;
        let examined = Asked::of(Some(&route), body).and_then(|asked| {
            ending.called.call.model = asked.model.clone();
            self.watch.hear(&asked, &mut ending);
            let action = self.watch.judge(&self.caller, &provider, &asked.model)?;
            self.watch.examine(&asked, action, self.fails, &mut ending)
        });
        let mut examined = match examined {
            Ok(examined) => examined,
            Err(refusal) => return Err(ending.refused(refusal)),
        };
        if self.watch.inspection.is_some() {
            // What is packed could not be looked at.
            parts.headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        }
        let body = examined.instead.take().map_or_else(|| body.clone(), Bytes::from);
        parts.headers.insert(CONTENT_LENGTH, body.len().into());
        Ok(Some(Call { models: self, route, ending, examined, body }))
    }
}

impl Call<'_> {
    /// The answer as it goes on.
    pub async fn answer(self, response: Response<Answer>) -> Response<Answer> {
        let looking = Looking {
            inspection: self.models.watch.inspection.as_ref(),
            route: Some(&self.route),
            fails: self.models.fails,
            holds: self.examined.holds,
            turning: self.examined.turning,
        };
        let response = response.map(BodyExt::boxed_unsync);
        match crate::models::answer(response, looking, self.ending).await {
            Ok(response) => response.map(watched),
            Err((refusal, ending)) => refused(&ending.refused(refusal), &self.route),
        }
    }
}

/// A refusal as the client's provider would say it.
pub fn refused(refusal: &Refusal, route: &Route) -> Response<Answer> {
    refusal.answer(Some(route.dialect)).map(watched)
}

fn watched(answer: crate::models::Answer) -> Answer {
    Answer::Watched(Box::new(answer))
}
