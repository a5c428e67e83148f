//! TLS for outlets: rustls on ring, trust from a file or from the system.

use std::path::Path;
use std::sync::Arc;

use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};

use super::{TlsSettings, read_setting};
use crate::Error;

pub(super) fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

/// The authorities to trust.
pub(super) fn authorities(
    outlet: &str,
    settings: &TlsSettings,
) -> Result<Vec<CertificateDer<'static>>, Error> {
    let found = match &settings.ca_file {
        Some(path) => certificates(outlet, path)?,
        None => rustls_native_certs::load_native_certs().certs,
    };
    if found.is_empty() {
        return Err(setting(
            outlet,
            "no certificate authority to trust was found\nhint: install `ca-certificates`, or name a PEM file in `tls.ca_file`",
        ));
    }
    Ok(found)
}

/// Our own certificate chain and key, where the settings name them.
pub(super) fn identity(
    outlet: &str,
    settings: &TlsSettings,
) -> Result<Option<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)>, Error> {
    match (&settings.certificate_file, &settings.key_file) {
        (None, None) => Ok(None),
        (Some(chain), Some(key)) => {
            let chain = certificates(outlet, chain)?;
            let pem = read_setting(key)?;
            let key = PrivateKeyDer::from_pem_slice(&pem).map_err(|error| {
                setting(outlet, &format!("`{}` holds no private key: {error}", key.display()))
            })?;
            Ok(Some((chain, key)))
        }
        _ => Err(setting(outlet, "`certificate_file` and `key_file` go together")),
    }
}

pub(super) fn config(outlet: &str, settings: &TlsSettings) -> Result<Arc<ClientConfig>, Error> {
    let mut roots = RootCertStore::empty();
    let (added, _) = roots.add_parsable_certificates(authorities(outlet, settings)?);
    if added == 0 {
        return Err(setting(outlet, "none of the certificate authorities can be read"));
    }
    let failed = |error: rustls::Error| setting(outlet, &error.to_string());
    let builder = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(failed)?
        .with_root_certificates(roots);
    let config = match identity(outlet, settings)? {
        Some((chain, key)) => builder.with_client_auth_cert(chain, key).map_err(failed)?,
        None => builder.with_no_client_auth(),
    };
    Ok(Arc::new(config))
}

fn certificates(outlet: &str, path: &Path) -> Result<Vec<CertificateDer<'static>>, Error> {
    let pem = read_setting(path)?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    match found {
        Ok(found) if !found.is_empty() => Ok(found),
        Ok(_) => Err(setting(outlet, &format!("`{}` holds no certificate", path.display()))),
        Err(error) => Err(setting(outlet, &format!("`{}`: {error}", path.display()))),
    }
}

fn setting(outlet: &str, why: &str) -> Error {
    Error::Setting { outlet: outlet.to_owned(), why: why.to_owned() }
}
