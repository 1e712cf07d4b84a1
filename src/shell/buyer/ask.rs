//! A request that the virtual buyer is about to send.

use axum::http::Method;
use bytes::Bytes;
use url::Url;

/// One request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Ask {
    /// `GET` or `POST`.
    pub method: Method,
    /// Where.
    pub url: Url,
    /// Of the body, where there is one.
    pub content_type: Option<String>,
    /// Empty for GET.
    pub body: Bytes,
}

impl Ask {
    /// Asks for a page.
    #[must_use]
    pub const fn get(url: Url) -> Self {
        Self { method: Method::GET, url, content_type: None, body: Bytes::new() }
    }

    /// Sends a body.
    #[must_use]
    pub fn post(url: Url, content_type: &str, body: impl Into<Bytes>) -> Self {
        Self { method: Method::POST, url, content_type: Some(content_type.to_owned()), body: body.into() }
    }

    /// Sends a cXML document.
    #[must_use]
    pub fn cxml(url: Url, document: &str) -> Self {
        Self::post(url, "text/xml; charset=UTF-8", document.to_owned())
    }

    /// What tells one request from another when going round in circles is to be avoided.
    #[must_use]
    pub fn mark(&self) -> String {
        let bare = self.url.as_str().split(['?', '#']).next().unwrap_or_default();
        format!("{} {bare}", self.method)
    }
}
