//! What a launched agent finds in its environment, so that its programs take the way out that there is.

use std::net::SocketAddr;
use std::path::Path;

use super::custody::Keeper;

/// Where things are inside the agent's box.
#[derive(Clone, Copy, Debug)]
pub struct Places<'a> {
    /// The file with [`super::Egress::ca_bundle`].
    pub bundle: &'a Path,
    /// Settings of SSH that lead through [`crate::relay`]; none: Git's finds no way out.
    pub ssh: Option<&'a Path>,
}

/// Variables with the proxy's address; lower case counts for some programs, upper case for others.
const PROXY: [&str; 3] = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];
/// The agent's own loopback is inside of its box.
const OWN: &str = "localhost,127.0.0.1,::1";
/// Variables with the file of certificates: of OpenSSL, curl, Python, Node, Git, Cargo, pip, clouds' tools, others.
const BUNDLE: [&str; 16] = [
    "SSL_CERT_FILE",
    "CURL_CA_BUNDLE",
    "REQUESTS_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
    "GIT_SSL_CAINFO",
    "CARGO_HTTP_CAINFO",
    "PIP_CERT",
    "npm_config_cafile",
    "AWS_CA_BUNDLE",
    "CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE",
    "DENO_CERT",
    "COMPOSER_CAFILE",
    "BUNDLE_SSL_CA_CERT",
    "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH",
    "NIX_SSL_CERT_FILE",
    "YARN_HTTPS_CA_FILE_PATH",
];

/// All variables, placeholders of secrets last.
pub fn of(proxy: SocketAddr, places: Places<'_>, keeper: &Keeper) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    let mut put = |name: &str, value: &str| all.push((name.to_owned(), value.to_owned()));
    // Not `socks5h`: libraries of Python refuse to start where they cannot speak it, needed or not.
    let url = format!("http://{proxy}");
    for name in PROXY {
        put(name, &url);
        put(&name.to_lowercase(), &url);
    }
    put("NO_PROXY", OWN);
    put("no_proxy", OWN);
    // These count more than what the programs' own settings say of another proxy.
    for name in ["npm_config_proxy", "npm_config_https_proxy", "PIP_PROXY", "CARGO_HTTP_PROXY"] {
        put(name, &url);
    }
    // Node reads the others only when it is told to.
    put("NODE_USE_ENV_PROXY", "1");
    // Cargo's own Git knows no proxy for SSH.
    put("CARGO_NET_GIT_FETCH_WITH_CLI", "true");
    let bundle = places.bundle.to_string_lossy();
    for name in BUNDLE {
        put(name, &bundle);
    }
    if let Some(settings) = places.ssh {
        put("GIT_SSH_COMMAND", &format!("ssh -F '{}'", settings.display()));
    }
    let names: Vec<&str> = keeper.variables().map(|(name, _)| name).collect();
    if !names.is_empty() {
        // For people and agents who wonder why a token is refused elsewhere.
        put("CHAPERONE_PLACEHOLDERS", &names.join(","));
    }
    for (name, placeholder) in keeper.variables() {
        put(name, placeholder);
    }
    all
}
