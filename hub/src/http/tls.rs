//! TLS by rustls with ring.

use std::path::Path;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use crate::error::{Error, Result};

/// What wraps connections, from PEM files of the chain and its key.
pub(super) fn acceptor(cert: &Path, key: &Path) -> Result<TlsAcceptor> {
    let unreadable = |path: &Path, why: String| Error::unreadable(path.display().to_string(), why);
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(cert)
        .and_then(Iterator::collect)
        .map_err(|error| unreadable(cert, format!("{error}; it must hold PEM certificates")))?;
    if chain.is_empty() {
        return Err(unreadable(cert, "it holds no PEM certificate".to_owned()));
    }
    let key_der = PrivateKeyDer::from_pem_file(key)
        .map_err(|error| unreadable(key, format!("{error}; it must hold a PEM private key")))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key_der))
        .map_err(|error| unreadable(cert, format!("{error}; certificate and key must belong together")))?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}
