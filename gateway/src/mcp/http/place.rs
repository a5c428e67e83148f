//! Where a server of tools is: an address as its users write it, to the letter.

use std::fmt;
use std::str::FromStr;

use hyper::Uri;

use crate::models::{Base, BaseError};

/// An address: scheme, host and port, and what stands behind them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Scheme, host and port.
    pub base: Base,
    /// Path and query, with the slash in front; a slash at the end is another path than none.
    pub path: String,
}

/// What is no address of a server.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// Scheme, host or path.
    #[error(transparent)]
    Base(#[from] BaseError),
    /// What no request can name.
    #[error("`{0}` is no address of a server: no request can name its path")]
    Path(String),
}

impl FromStr for Place {
    type Err = PlaceError;

    fn from_str(text: &str) -> Result<Self, PlaceError> {
        let (before, query) = text.split_once('?').map_or((text, None), |(a, b)| (a, Some(b)));
        let whole: Base = before.parse()?;
        let behind = before.find("://").map_or(0, |at| at + 3);
        let authority = before.get(behind..).unwrap_or_default();
        let path = authority.find('/').and_then(|at| authority.get(at..)).unwrap_or("/");
        let path = query.map_or(path.to_owned(), |query| format!("{path}?{query}"));
        if path.contains('#') || path.parse::<Uri>().is_err() {
            return Err(PlaceError::Path(event::show::brief(text, 120).to_string()));
        }
        Ok(Self { base: Base { path: String::new(), ..whole }, path })
    }
}

impl Place {
    /// The path with what a client put behind its own address.
    pub fn with_query(&self, query: Option<&str>) -> String {
        match query.filter(|query| !query.is_empty()) {
            Some(query) if self.path.contains('?') => format!("{}&{query}", self.path),
            Some(query) => format!("{}?{query}", self.path),
            None => self.path.clone(),
        }
    }

    /// Where an address leads that the server named, as seen from its own; nothing where that is not at the server.
    pub fn leads(&self, said: &str) -> Option<String> {
        let said = said.trim();
        if said.contains("://") {
            let other: Self = said.parse().ok()?;
            return (other.base == self.base).then_some(other.path);
        }
        let own = self.path.split('?').next().unwrap_or_default();
        let folder = own.rfind('/').and_then(|at| own.get(..=at)).unwrap_or("/");
        let path = match said.as_bytes() {
            [] | [b'/', b'/', ..] => return None,
            [b'/', ..] => said.to_owned(),
            [b'?', ..] => format!("{own}{said}"),
            _ => format!("{folder}{said}"),
        };
        let other: Self = format!("{}{path}", self.base).parse().ok()?;
        (other.base == self.base).then_some(other.path)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.base, self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_to_the_letter() {
        let check = |text: &str, expect: Option<&str>| {
            let read = text.parse::<Place>().ok().map(|it| it.to_string());
            assert_eq!(read.as_deref(), expect, "{text}");
        };
        check("https://mcp.example/mcp", Some("https://mcp.example/mcp"));
        check("https://mcp.example/mcp/", Some("https://mcp.example/mcp/"));
        check("https://MCP.example:443", Some("https://mcp.example/"));
        check("http://127.0.0.1:8000/sse?key=a/b", Some("http://127.0.0.1:8000/sse?key=a/b"));
        check("https://mcp.example?a=b", Some("https://mcp.example/?a=b"));
        check("https://mcp.example/a/../b", None);
        check("https://me:secret@mcp.example/", None);
        check("https://mcp.example/#a", None);
        check("https://mcp.example/?a#b", None);
        check("https://mcp.example/a b", None);
        check("stdio", None);
    }

    #[test]
    fn what_the_server_names_is_at_the_server() {
        let check = |said: &str, expect: Option<&str>| {
            let place: Place = "https://mcp.example/v1/sse?k=1".parse().expect("an address");
            assert_eq!(place.leads(said).as_deref(), expect, "{said}");
        };
        check("/messages?session=1", Some("/messages?session=1"));
        check("messages", Some("/v1/messages"));
        check("?session=1", Some("/v1/sse?session=1"));
        check("https://mcp.example/m", Some("/m"));
        check("https://mcp.example:443/m", Some("/m"));
        check("http://mcp.example/m", None);
        check("https://evil.example/m", None);
        check("https://mcp.example.evil.example/m", None);
        check("//evil.example/m", None);
        check("/a/../b", None);
        check("@evil.example/", Some("/v1/@evil.example/"));
        check("", None);
    }
}
