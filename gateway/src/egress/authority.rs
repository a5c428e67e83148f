//! The run's own certificate authority: made at the start, known to this run's agent alone, gone with the process.
//! Its key never leaves memory.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::NoServerSessionStorage;

use super::host::Host;

/// How long the authority is believed: longer than any run.
const AUTHORITY_LIFE: Duration = Duration::from_hours(24 * 30);
/// How long a host's certificate is believed, and after which it is made anew.
const HOST_LIFE: Duration = Duration::from_hours(48);
const HOST_RENEWAL: Duration = Duration::from_hours(24);
/// Clocks differ, also between a host and its boxes.
const EARLIER: Duration = Duration::from_hours(1);
/// Hosts whose certificates are kept.
const MOST_HOSTS: usize = 1024;

/// The authority.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    /// The key of all hosts' certificates.
    key: KeyPair,
    known: Mutex<HashMap<Host, (Arc<ServerConfig>, SystemTime)>>,
}

impl Authority {
    /// A new one.
    pub fn new() -> Result<Self, rcgen::Error> {
        let key = || KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256);
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.distinguished_name = named("Chaperone, for one run of an agent");
        live(&mut params, AUTHORITY_LIFE);
        let issuer = CertifiedIssuer::self_signed(params, key()?)?;
        Ok(Self { issuer, key: key()?, known: Mutex::default() })
    }

    /// Its certificate, and those of `others`, as programs read them.
    pub fn bundle(&self, others: &[CertificateDer<'_>]) -> String {
        let mut pem = self.issuer.pem().replace("\r\n", "\n");
        for certificate in others {
            pem.push_str("-----BEGIN CERTIFICATE-----\n");
            let text = STANDARD.encode(certificate);
            for line in text.as_bytes().chunks(64) {
                pem.push_str(&String::from_utf8_lossy(line));
                pem.push('\n');
            }
            pem.push_str("-----END CERTIFICATE-----\n");
        }
        pem
    }

    /// Its certificate alone.
    pub fn certificate(&self) -> CertificateDer<'static> {
        self.issuer.der().clone()
    }

    /// TLS as the host; none where its name fits no certificate.
    pub fn speaks_for(&self, host: &Host) -> Option<Arc<ServerConfig>> {
        let now = SystemTime::now();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((config, made)) = known.get(host)
            && now.duration_since(*made).is_ok_and(|age| age < HOST_RENEWAL)
        {
            return Some(Arc::clone(config));
        }
        let config = match self.config(host) {
            Ok(config) => Arc::new(config),
            Err(error) => {
                tracing::warn!(%error, "no certificate for a host");
                return None;
            }
        };
        if known.len() >= MOST_HOSTS {
            known.clear();
        }
        known.insert(host.clone(), (Arc::clone(&config), now));
        Some(config)
    }

    fn config(&self, host: &Host) -> Result<ServerConfig, Box<dyn std::error::Error>> {
        let name = match host {
            Host::Name(name) => name.to_string(),
            Host::Address(address) => address.to_string(),
        };
        let mut params = CertificateParams::new(vec![name])?;
        params.distinguished_name = named("a host, as Chaperone answers for it");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.use_authority_key_identifier_extension = true;
        live(&mut params, HOST_LIFE);
        let certificate = params.signed_by(&self.key, &self.issuer)?;
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(self.key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        config.session_storage = Arc::new(NoServerSessionStorage {});
        Ok(config)
    }
}

fn named(name: &str) -> DistinguishedName {
    let mut named = DistinguishedName::new();
    named.push(DnType::CommonName, name);
    named
}

/// Believed from a little earlier than now on.
fn live(params: &mut CertificateParams, length: Duration) {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let epoch = date_time_ymd(1970, 1, 1);
    params.not_before = epoch + now.saturating_sub(EARLIER);
    params.not_after = epoch + now + length;
}
