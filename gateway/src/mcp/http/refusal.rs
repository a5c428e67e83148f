//! What a client is told where its request does not go on: a status, and an error of the protocol.

use content::mcp::{self, Mismatch, code};
use hyper::header::{ALLOW, CONNECTION, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use hyper::{Response, StatusCode};

use crate::models::{self, Answer};

/// Why a request does not go on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No server has this name.
    #[error("no server of tools is named by `{0}`; known: {1}")]
    NoServer(String, String),
    /// A path of a server that is not served.
    #[error("there is nothing at this path; a server of tools is at `/mcp/NAME`")]
    NoPath,
    /// Another method than those of the protocol.
    #[error("this method is not one of the protocol: POST, GET, DELETE")]
    Method,
    /// A page of the web, or somebody who came by a name that leads here.
    #[error("the request does not come from this machine, by its `{0}`")]
    Elsewhere(&'static str),
    /// Nobody began it, somebody else did, or it is over.
    #[error("there is no such session of this caller; begin a new one")]
    NoSession,
    /// A header that stands twice or cannot be read.
    #[error("the header `{0}` stands twice, or cannot be read")]
    Head(String),
    /// No JSON.
    #[error("this is no JSON that Chaperone can read")]
    Unreadable,
    /// Packed in a way that cannot be undone here.
    #[error("the body is packed in a way that Chaperone cannot undo")]
    Packed,
    /// Headers and body differ.
    #[error("{}", differ(.0))]
    Differ(Mismatch),
    /// It leads elsewhere, past us.
    #[error(
        "the server leads to another address\nhint: put the address that it leads to into `gateway.mcp.{0}.url`"
    )]
    Redirect(String),
    /// No answer of the protocol.
    #[error("the server's answer is none of the protocol: {0}")]
    NotMcp(&'static str),
    /// Too many of one caller, or of all.
    #[error("too many sessions at one time")]
    TooMany,
    /// What any call through the gateway may be refused for.
    #[error(transparent)]
    Call(#[from] models::Refusal),
}

fn differ(mismatch: &Mismatch) -> String {
    let shown = |text: &Option<String>| match text {
        Some(text) => format!("`{}`", event::show::brief(text, 80)),
        None => "nothing".into(),
    };
    let header = event::show::brief(&mismatch.header, 60);
    format!(
        "the header `{header}` says {}, the body says {}",
        shown(&mismatch.says),
        shown(&mismatch.body)
    )
}

impl Refusal {
    fn status(&self) -> StatusCode {
        match self {
            Self::NoServer(..) | Self::NoPath | Self::NoSession => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Elsewhere(_) => StatusCode::FORBIDDEN,
            Self::Head(_) | Self::Unreadable | Self::Differ(_) => StatusCode::BAD_REQUEST,
            Self::Packed => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Redirect(_) | Self::NotMcp(_) => StatusCode::BAD_GATEWAY,
            Self::TooMany => StatusCode::SERVICE_UNAVAILABLE,
            Self::Call(refusal) => refusal.status(),
        }
    }

    fn code(&self) -> i64 {
        match self {
            Self::Unreadable => code::UNREADABLE,
            Self::Differ(_) => code::HEADERS,
            Self::NoServer(..) | Self::NoPath | Self::Method | Self::Head(_) | Self::Packed => {
                code::NO_REQUEST
            }
            Self::Redirect(_) | Self::NotMcp(_) | Self::TooMany => code::INTERNAL,
            Self::Elsewhere(_) | Self::NoSession | Self::Call(_) => code::REFUSED,
        }
    }

    /// As the answer to the request with this id, as JSON; empty: nobody knows which.
    pub fn answer(&self, id: &str) -> Response<Answer> {
        let said = mcp::refused(id, self.code(), &format!("chaperone: {self}"));
        let mut response = json(self.status(), said.into_bytes());
        let headers = response.headers_mut();
        match self {
            Self::Method => {
                headers.insert(ALLOW, HeaderValue::from_static("POST, GET, DELETE"));
            }
            Self::Call(refusal) => {
                if let Some(seconds) = refusal.wait_s() {
                    headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
                }
                if matches!(refusal, models::Refusal::TooLong(_) | models::Refusal::BrokeOff(_)) {
                    // What else was said on this connection is not read.
                    headers.insert(CONNECTION, HeaderValue::from_static("close"));
                }
            }
            _ => {}
        }
        response
    }
}

/// Our own words.
pub fn json(status: StatusCode, body: Vec<u8>) -> Response<Answer> {
    let mut response = Response::new(Answer::Text(body.into()));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

/// It was taken, and there is nothing to say.
pub fn accepted() -> Response<Answer> {
    let mut response = Response::new(Answer::Text(Default::default()));
    *response.status_mut() = StatusCode::ACCEPTED;
    response
}
