//! A document from a server, over TLS with the system's trust.

use std::time::Duration;

use ureq::Agent;

use crate::Error;
use crate::outlet::{TlsSettings, check_url, tls_config};

const CONNECT: Duration = Duration::from_secs(10);
const WHOLE: Duration = Duration::from_secs(60);

/// The document at this address, if it is not longer than `most` bytes.
pub fn fetch(url: &str, most: usize) -> Result<Vec<u8>, Error> {
    let failed = |why: String| Error::Fetch { url: url.to_owned(), why };
    check_url(url).map_err(failed)?;
    let config = Agent::config_builder()
        .tls_config(tls_config("fetch", url, &TlsSettings::default())?)
        .timeout_connect(Some(CONNECT))
        .timeout_global(Some(WHOLE))
        .max_redirects(3)
        .https_only(url.starts_with("https:"))
        .user_agent("chaperone")
        .build();
    let read = || {
        let mut response = Agent::from(config).get(url).call()?;
        response.body_mut().with_config().limit(most as u64).read_to_vec()
    };
    read().map_err(|error: ureq::Error| failed(error.to_string()))
}
