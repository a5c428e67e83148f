//! `[gateway.mcp]`: servers of tools that are asked over HTTP, behind the gateway's address.

use anyhow::{Context, Result, ensure};
use gateway::mcp::http::{PATH, Place, Server};
use serde::{Deserialize, Serialize};

use super::{Gateway, Source};

/// A server of tools.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OneServer {
    /// Its address.
    pub url: String,
    /// Where its key comes from; none: clients bring their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Source>,
    /// The header that the key stands in; none: `authorization`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
}

impl Gateway {
    /// Servers of tools with their keys, read now.
    pub fn servers(&self) -> Result<Vec<Server>> {
        ensure!(
            self.mcp.is_empty() || !self.providers.contains_key(PATH),
            "`gateway.providers.{PATH}` has the path of `[gateway.mcp]`\nhint: call the provider something else"
        );
        self.mcp.iter().map(|(name, one)| one.read(name)).collect()
    }

    /// Where clients find the server that is at this address.
    pub fn through(&self, url: &str) -> Option<String> {
        let place: Place = url.parse().ok()?;
        let is = |one: &OneServer| one.url.parse::<Place>().is_ok_and(|it| it == place);
        let name = self.mcp.iter().find(|(_, one)| is(one)).map(|(name, _)| name)?;
        Some(format!("{}{name}", self.front()?))
    }

    /// Where the server is that clients find at this address of ours.
    pub fn behind(&self, url: &str) -> Option<String> {
        let name = url.strip_prefix(&self.front()?)?;
        self.mcp.get(name).map(|one| one.url.clone())
    }

    fn front(&self) -> Option<String> {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        self.listen.map(|address| format!("{scheme}://{address}/{PATH}/"))
    }
}

impl OneServer {
    fn read(&self, name: &str) -> Result<Server> {
        let place = || format!("gateway.mcp.{name}");
        let sound = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
        ensure!(
            !name.is_empty() && name.bytes().all(sound) && name.bytes().any(|b| b != b'.'),
            "`{}` is no name for a path\nhint: use letters, digits, `-`, `_` and `.`",
            place()
        );
        let address: Place = self.url.parse().with_context(|| format!("{}.url", place()))?;
        let key = self.key.as_ref().map(|key| key.key(self.header.as_deref(), &address.base));
        let key = key.transpose().with_context(|| format!("{}.key", place()))?;
        Ok(Server { name: name.into(), place: address, key })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<String>> {
        let gateway: Gateway = toml::from_str(text)?;
        let servers = gateway.servers()?;
        Ok(servers.iter().map(|it| format!("{}={}", it.name, it.place)).collect())
    }

    #[test]
    fn servers_are_named_and_what_is_wrong_says_what_to_do() {
        let text = "[mcp.tickets]\nurl = 'https://mcp.corp.example/v1/'\n[mcp.a_B.c]\nurl = 'http://127.0.0.1:1/sse?k=1'\n";
        let found = read(&text.replace("[mcp.a_B.c]", "[mcp.'a_B.c']")).expect("sound");
        assert_eq!(
            found,
            ["a_B.c=http://127.0.0.1:1/sse?k=1", "tickets=https://mcp.corp.example/v1/"]
        );
        let check = |text: &str, expect: &str| {
            let error = format!("{:#}", read(text).expect_err(text));
            assert!(error.contains(expect), "{text}: {error}");
        };
        check("[mcp.x]\nurl = 'mcp.x'", "gateway.mcp.x.url");
        check("[mcp.'a/b']\nurl = 'https://x'", "no name for a path");
        check("[mcp.'..']\nurl = 'https://x'", "no name for a path");
        check("[mcp.x]\nbase = 'https://x'", "unknown field");
        check("[mcp.x]\nurl = 'https://x'\n[providers.mcp]\nbase = 'https://y'", "something else");
        check("[mcp.x]\nurl = 'https://x'\nkey = { env = 'CHAPERONE_NO_SUCH' }", "is not set");
    }

    #[test]
    fn an_address_leads_through_us_and_back() {
        let text = "listen = '127.0.0.1:4100'\n[mcp.tickets]\nurl = 'https://mcp.corp.example/mcp'";
        let gateway: Gateway = toml::from_str(text).expect("sound");
        let ours = gateway.through("https://MCP.corp.example:443/mcp");
        assert_eq!(ours.as_deref(), Some("http://127.0.0.1:4100/mcp/tickets"));
        let back = gateway.behind(ours.as_deref().unwrap_or_default());
        assert_eq!(back.as_deref(), Some("https://mcp.corp.example/mcp"));
        assert_eq!(gateway.through("https://mcp.corp.example/mcp/"), None);
        assert_eq!(gateway.behind("http://127.0.0.1:4100/mcp/other"), None);
    }
}
