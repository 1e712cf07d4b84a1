//! The guarded way to addresses that others wrote: pictures of a catalog; documents out and webhooks may take it too.
//!
//! A name is looked up when a connection is opened, what it leads to is checked, and exactly that is connected to: a
//! name that leads somewhere else a moment later changes nothing. Private, local and reserved networks are refused
//! unless the settings allow them (`private_networks`). A redirect is an address like any other. Bytes, time and the
//! number of redirects are bounded.

mod guard;

use std::{sync::Arc, time::Duration};

use axum::http::{HeaderValue, Method, Request, StatusCode, header};
use bytes::Bytes;
use http_body_util::{BodyExt, Empty, LengthLimitError, Limited};
use hyper_rustls::{ConfigBuilderExt, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use rustls::ClientConfig;
use url::Url;

use super::proxies::Network;
use guard::{Guard, GuardedConnector};

/// Redirects followed in one go.
const REDIRECTS: usize = 3;

/// Gets what stands at addresses.
#[derive(Clone)]
pub struct Fetcher {
    client: Client<HttpsConnector<GuardedConnector>, Empty<Bytes>>,
}

/// What one answer may cost.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Longest body.
    pub bytes: usize,
    /// Longest wait for all of it, redirects included.
    pub time: Duration,
}

/// Why nothing was fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// Not `http://` or `https://`, without a host, with a user, or plain after a redirect from TLS.
    #[error("this is not an address that is fetched")]
    Address,
    /// The network is refused, the name is unknown, nobody listens, TLS fails …
    #[error("it cannot be reached: {0}")]
    Unreachable(String),
    /// Nothing, or not all, within the time.
    #[error("it did not come within {} seconds", .0.as_secs())]
    Slow(Duration),
    /// Another status than 200.
    #[error("the answer is HTTP {0}")]
    Status(u16),
    /// More than is taken.
    #[error("it is longer than {0} bytes")]
    TooLong(usize),
    /// Round in circles.
    #[error("it redirects more than {REDIRECTS} times")]
    Redirects,
}

impl Fetcher {
    /// Refuses private networks but these.
    ///
    /// # Errors
    /// When this build of TLS lacks what it needs.
    pub fn new(private_networks: Vec<Network>) -> Result<Self, String> {
        let provider = rustls::crypto::ring::default_provider();
        let config = ClientConfig::builder_with_provider(provider.into())
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?;
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(config.with_webpki_roots().with_no_client_auth())
            .https_or_http()
            .enable_http1()
            .wrap_connector(GuardedConnector(Arc::new(Guard::new(private_networks))));
        Ok(Self { client: Client::builder(TokioExecutor::new()).build(connector) })
    }

    /// The body at an address.
    pub async fn get(&self, address: &str, bounds: Bounds) -> Result<Bytes, FetchError> {
        let followed = async {
            let mut url = web_address(address)?;
            for _ in 0..=REDIRECTS {
                match self.once(&url, bounds).await? {
                    Answer::Body(body) => return Ok(body),
                    Answer::Elsewhere(place) => {
                        let next = url.join(&place).map_err(|_| FetchError::Address)?;
                        let next = web_address(next.as_str())?;
                        if url.scheme() == "https" && next.scheme() == "http" {
                            return Err(FetchError::Address);
                        }
                        url = next;
                    }
                }
            }
            Err(FetchError::Redirects)
        };
        tokio::time::timeout(bounds.time, followed).await.unwrap_or(Err(FetchError::Slow(bounds.time)))
    }

    async fn once(&self, url: &Url, bounds: Bounds) -> Result<Answer, FetchError> {
        let request = Request::builder()
            .method(Method::GET)
            .uri(url.as_str())
            .header(header::USER_AGENT, HeaderValue::from_static("punchgate"))
            .header(header::ACCEPT, HeaderValue::from_static("*/*"))
            .body(Empty::new())
            .map_err(|_| FetchError::Address)?;
        let unreachable = |error: &(dyn std::error::Error + 'static)| FetchError::Unreachable(cause(error));
        let response = self.client.request(request).await.map_err(|error| unreachable(&error))?;
        let (head, body) = response.into_parts();
        let place = head.headers.get(header::LOCATION).and_then(|place| place.to_str().ok());
        match (head.status, place) {
            (StatusCode::OK, _) => {}
            (status, Some(place)) if matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) => {
                return Ok(Answer::Elsewhere(place.to_owned()));
            }
            (status, _) => return Err(FetchError::Status(status.as_u16())),
        }
        let body = Limited::new(body, bounds.bytes).collect().await.map_err(|error| {
            if error.is::<LengthLimitError>() {
                FetchError::TooLong(bounds.bytes)
            } else {
                unreachable(error.as_ref())
            }
        })?;
        Ok(Answer::Body(body.to_bytes()))
    }
}

enum Answer {
    Body(Bytes),
    Elsewhere(String),
}

/// An address of the web that names nobody: no user, no fragment.
fn web_address(raw: &str) -> Result<Url, FetchError> {
    let mut url = Url::parse(raw).map_err(|_| FetchError::Address)?;
    url.set_fragment(None);
    let plain = matches!(url.scheme(), "http" | "https")
        && url.host_str().is_some_and(|host| !host.is_empty())
        && url.username().is_empty()
        && url.password().is_none();
    if plain { Ok(url) } else { Err(FetchError::Address) }
}

/// The innermost cause: what hyper says around it tells nothing.
fn cause(error: &(dyn std::error::Error + 'static)) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    last.to_string()
}

#[cfg(test)]
mod tests;
