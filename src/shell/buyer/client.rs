//! The virtual buyer's way to the network: no cookies ever, bounded bodies, bounded waiting, few redirects.

use std::{path::Path, time::Duration};

use axum::http::{HeaderValue, Method, Request, StatusCode, header};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper_rustls::{ConfigBuilderExt, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client as Pool, connect::HttpConnector},
    rt::TokioExecutor,
};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};
use url::Url;

use crate::shell::clock::Stopwatch;

use super::ask::Ask;

/// Redirects followed in one go.
const REDIRECTS: usize = 10;
/// Longest answer taken.
const ANSWER_BYTES: usize = 16 * 1024 * 1024;
/// Longest wait for a whole answer where nothing else is said, each redirect anew.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Sends requests.
#[derive(Clone)]
pub struct Client {
    pool: Pool<HttpsConnector<HttpConnector>, Full<Bytes>>,
}

/// What came back, redirects followed.
#[derive(Clone, Debug)]
pub struct Received {
    /// The address that answered in the end.
    pub url: Url,
    /// Its status.
    pub status: StatusCode,
    /// `Content-Type`.
    pub content_type: String,
    /// `Content-Security-Policy`; empty without one.
    pub policy: String,
    /// Whether it came with `Set-Cookie`.
    pub sets_cookie: bool,
    /// The body.
    pub body: Bytes,
    /// What happened on the wire, one request each.
    pub hops: Vec<Hop>,
}

/// One request and its answer.
#[derive(Clone, Debug)]
pub struct Hop {
    /// `GET` or `POST`.
    pub method: Method,
    /// Where.
    pub url: Url,
    /// Of the answer.
    pub status: StatusCode,
    /// Length of its body.
    pub bytes: usize,
    /// How long it took.
    pub took: Duration,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum NoAnswer {
    /// The name is unknown, nobody listens, TLS fails …
    #[error("{url} cannot be reached: {why}")]
    Unreachable {
        /// Where.
        url: Url,
        /// The causes, outermost first.
        why: String,
    },
    /// Nothing within the time.
    #[error("{url} did not answer within {} s", patience.as_secs_f32())]
    Silent {
        /// Where.
        url: Url,
        /// How long was waited.
        patience: Duration,
    },
    /// More than we take.
    #[error("{url} answered with more than {} MiB", ANSWER_BYTES / 1024 / 1024)]
    TooLong {
        /// Where.
        url: Url,
    },
    /// Round in circles.
    #[error("more than {REDIRECTS} redirects, the last one to {url}")]
    Redirects {
        /// Where it led last.
        url: Url,
    },
    /// A `Location` that is no address of the web.
    #[error("{url} redirects to {location:?}, which is no address")]
    Location {
        /// Who redirects.
        url: Url,
        /// What it says.
        location: String,
    },
    /// A request that cannot be written.
    #[error("the request to {url} cannot be written: {why}")]
    Request {
        /// Where it would go.
        url: Url,
        /// Why.
        why: String,
    },
}

/// One answer, redirects not followed.
struct Answer {
    status: StatusCode,
    location: Option<String>,
    content_type: String,
    policy: String,
    sets_cookie: bool,
    body: Bytes,
}

impl Client {
    /// A client that trusts the public authorities, or those in the PEM file `ca` alone.
    pub fn new(ca: Option<&Path>) -> Result<Self, String> {
        let provider = rustls::crypto::ring::default_provider();
        let versions = ClientConfig::builder_with_provider(provider.into())
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?;
        let config = match ca {
            Some(file) => versions.with_root_certificates(authorities(file)?),
            None => versions.with_webpki_roots(),
        };
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(config.with_no_client_auth())
            .https_or_http()
            .enable_http1()
            .build();
        Ok(Self { pool: Pool::builder(TokioExecutor::new()).build(connector) })
    }

    /// Sends it and follows redirects as a browser does: 307 and 308 repeat it, the others become GET.
    pub async fn send(&self, ask: &Ask) -> Result<Received, NoAnswer> {
        self.send_within(ask, PATIENCE).await
    }

    /// The same with another patience. When it ends the connection is closed, whatever the other side is doing.
    pub async fn send_within(&self, ask: &Ask, patience: Duration) -> Result<Received, NoAnswer> {
        let mut ask = ask.clone();
        let mut hops: Vec<Hop> = Vec::new();
        loop {
            ask.url.set_fragment(None);
            let watch = Stopwatch::start();
            let Answer { status, location, content_type, policy, sets_cookie, body } =
                self.once(&ask, patience).await?;
            hops.push(Hop {
                method: ask.method.clone(),
                url: ask.url.clone(),
                status,
                bytes: body.len(),
                took: watch.elapsed(),
            });
            let Some(location) = location.filter(|_| redirects(status)) else {
                return Ok(Received { url: ask.url, status, content_type, policy, sets_cookie, body, hops });
            };
            let next = ask.url.join(&location).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
            let Some(next) = next else {
                return Err(NoAnswer::Location { url: ask.url, location });
            };
            if hops.len() > REDIRECTS {
                return Err(NoAnswer::Redirects { url: next });
            }
            ask = match status {
                StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT => Ask { url: next, ..ask },
                _ => Ask::get(next),
            };
        }
    }

    async fn once(&self, ask: &Ask, patience: Duration) -> Result<Answer, NoAnswer> {
        let url = || ask.url.clone();
        let mut request = Request::builder()
            .method(ask.method.clone())
            .uri(ask.url.as_str())
            .header(header::USER_AGENT, HeaderValue::from_static("punchgate-virtual-buyer"))
            .header(header::ACCEPT, HeaderValue::from_static("text/html, text/xml, */*;q=0.5"));
        if let Some(kind) = &ask.content_type {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        let request = request
            .body(Full::new(ask.body.clone()))
            .map_err(|error| NoAnswer::Request { url: url(), why: error.to_string() })?;
        let exchange = async {
            let response = self
                .pool
                .request(request)
                .await
                .map_err(|error| NoAnswer::Unreachable { url: url(), why: causes(&error) })?;
            let (head, body) = response.into_parts();
            let body = Limited::new(body, ANSWER_BYTES).collect().await.map_err(|error| {
                if error.is::<LengthLimitError>() {
                    NoAnswer::TooLong { url: url() }
                } else {
                    NoAnswer::Unreachable { url: url(), why: causes(error.as_ref()) }
                }
            })?;
            let text = |name| {
                head.headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
            };
            let content_type = text(header::CONTENT_TYPE).unwrap_or_default();
            let policy = text(header::CONTENT_SECURITY_POLICY).unwrap_or_default();
            let (status, location) = (head.status, text(header::LOCATION));
            let sets_cookie = head.headers.contains_key(header::SET_COOKIE);
            Ok(Answer { status, location, content_type, policy, sets_cookie, body: body.to_bytes() })
        };
        tokio::time::timeout(patience, exchange)
            .await
            .unwrap_or_else(|_| Err(NoAnswer::Silent { url: url(), patience }))
    }
}

fn authorities(file: &Path) -> Result<RootCertStore, String> {
    let problem = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
    let mut store = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file).map_err(|error| problem(&error))? {
        let certificate = certificate.map_err(|error| problem(&error))?;
        store.add(certificate).map_err(|error| problem(&error))?;
    }
    if store.is_empty() { Err(problem(&"no certificate in it")) } else { Ok(store) }
}

fn redirects(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// An error with what caused it: hyper's own words alone say little.
fn causes(error: &(dyn std::error::Error + 'static)) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let text = error.to_string();
        if !words.iter().any(|word| word.contains(&text)) {
            words.push(text);
        }
        next = error.source();
    }
    words.join(": ")
}
