//! The head of a request, as far as it says where it goes and how long it is: one reading or none. And what of a head
//! belongs to a connection and not to the message.

use hyper::header::{
    CONNECTION, CONTENT_LENGTH, HOST, HeaderMap, HeaderName, HeaderValue, PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};
use hyper::http::uri::Scheme;
use hyper::{Request, Uri, Version};

use super::host::Target;
use super::refusal::Refusal;
use super::serve::Place;

/// Where `CONNECT` wants to go.
pub fn connect_target<B>(request: &Request<B>) -> Result<Target, Refusal> {
    let authority = request.uri().authority().ok_or(Refusal::BadName)?;
    let target = Target::parse(authority.as_str(), None)?;
    let said = host_header(request.headers())?;
    // The port is often left out here.
    match said.map(|it| Target::parse(it, Some(target.port))).transpose()? {
        Some(other) if other.host != target.host => {
            Err(Refusal::OtherHost(other.host.written().into()))
        }
        _ => Ok(target),
    }
}

/// Where a request goes, and that its URL, its `Host` and its connection agree.
pub fn request_target<B>(request: &Request<B>, place: &Place) -> Result<Target, Refusal> {
    has_one_length(request.headers())?;
    let uri = request.uri();
    let (own, default_port) = match place {
        Place::Front => (None, 80),
        Place::Inside { target, secure } => (Some(target), if *secure { 443 } else { 80 }),
    };
    let mut target = own.cloned();
    if let Some(authority) = uri.authority() {
        let scheme = if default_port == 443 { Scheme::HTTPS } else { Scheme::HTTP };
        match uri.scheme() {
            Some(said) if *said == scheme => {}
            Some(_) => {
                return Err(Refusal::Unsupported("other schemes here; ask by CONNECT for https"));
            }
            None => return Err(Refusal::Unsupported("requests without a path")),
        }
        let said = Target::parse(authority.as_str(), Some(default_port))?;
        agrees(own, &said)?;
        target = Some(said);
    }
    let target = target.ok_or(Refusal::Unsupported("requests to itself; it is a proxy"))?;
    match host_header(request.headers())? {
        Some(said) => agrees(Some(&target), &Target::parse(said, Some(default_port))?)?,
        None if request.version() == Version::HTTP_11 => return Err(Refusal::OtherHost("".into())),
        None => {}
    }
    Ok(target)
}

fn agrees(own: Option<&Target>, said: &Target) -> Result<(), Refusal> {
    match own {
        Some(own) if own != said => Err(Refusal::OtherHost(said.to_string().into())),
        _ => Ok(()),
    }
}

fn host_header(headers: &HeaderMap) -> Result<Option<&str>, Refusal> {
    let mut said = headers.get_all(HOST).into_iter();
    match (said.next(), said.next()) {
        (None, _) => Ok(None),
        (Some(one), None) => one.to_str().map(Some).map_err(|_| Refusal::BadName),
        _ => Err(Refusal::OtherHost("two hosts".into())),
    }
}

/// The parser lets a length stand beside chunks, or chunks around another coding, and decides; we do not.
fn has_one_length(headers: &HeaderMap) -> Result<(), Refusal> {
    let mut codings = headers.get_all(TRANSFER_ENCODING).into_iter();
    match (codings.next(), codings.next()) {
        (None, _) => Ok(()),
        (Some(one), None) if one.as_bytes().eq_ignore_ascii_case(b"chunked") => {
            if headers.contains_key(CONTENT_LENGTH) { Err(Refusal::Ambiguous) } else { Ok(()) }
        }
        _ => Err(Refusal::Ambiguous),
    }
}

/// What is asked of the host, for the guard.
pub fn wanted<B>(request: &Request<B>) -> String {
    let path = request.uri().path_and_query().map_or("/", |it| it.as_str());
    let text = format!("{} {path}", request.method());
    text.chars().take(MOST_REQUEST).collect()
}

/// Characters of a request that the guard reads.
const MOST_REQUEST: usize = 4096;

/// The URL as a host reads it.
pub fn origin_form(uri: &Uri) -> Uri {
    let path = uri.path_and_query().map_or("/", |it| it.as_str());
    path.parse().unwrap_or_else(|_| Uri::from_static("/"))
}

/// Takes away what belongs to the connection: the known headers, and those that `Connection` names. Gives the
/// protocol that is changed to, if one is and it may be.
pub fn take_hop_by_hop(headers: &mut HeaderMap) -> Option<HeaderValue> {
    let words = |headers: &HeaderMap| -> Vec<String> {
        let lines = headers.get_all(CONNECTION).into_iter().filter_map(|line| line.to_str().ok());
        lines
            .flat_map(|line| line.split(','))
            .map(|word| word.trim().to_ascii_lowercase())
            .collect()
    };
    let named = words(headers);
    let upgrade = headers.get(UPGRADE).filter(|_| named.iter().any(|it| it == "upgrade")).cloned();
    for name in &named {
        if !matches!(&**name, "host" | "content-length") {
            headers.remove(name);
        }
    }
    for name in [
        CONNECTION,
        TE,
        TRAILER,
        TRANSFER_ENCODING,
        UPGRADE,
        PROXY_AUTHENTICATE,
        PROXY_AUTHORIZATION,
    ] {
        headers.remove(name);
    }
    for name in ["keep-alive", "proxy-connection", "http2-settings", "alt-svc"] {
        headers.remove(HeaderName::from_static(name));
    }
    // HTTP/2 begun in the middle would not be seen.
    upgrade.filter(|it| it.as_bytes().eq_ignore_ascii_case(b"websocket"))
}

/// Says that the protocol is changed.
pub fn put_upgrade(headers: &mut HeaderMap, protocol: HeaderValue) {
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, protocol);
}
