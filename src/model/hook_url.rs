//! Where a cart goes back to: an address that the browser visits, never we.

use serde::{Deserialize, Serialize};
use url::Url;

use super::FieldError;

/// The address that receives the cart, kept byte for byte: never normalised, never re-encoded.
///
/// cXML `BrowserFormPost/URL`; OCI `HOOK_URL`.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HookUrl(String);

impl HookUrl {
    /// The longest one, in bytes.
    pub const MAX_BYTES: usize = 4096;

    /// Takes an `http` or `https` address without user, fragment or control characters, or `SAPEVENT:POST`.
    pub fn parse(raw: &str) -> Result<Self, FieldError> {
        let field = "return address";
        let text = raw.trim();
        if text.is_empty() {
            return Err(FieldError::Empty { field });
        }
        if text.len() > Self::MAX_BYTES {
            return Err(FieldError::TooLong { field, max_bytes: Self::MAX_BYTES });
        }
        let hook = Self(text.to_owned());
        if hook.is_sapevent() {
            return Ok(hook);
        }
        let refused =
            FieldError::Malformed { field, expected: "an http or https address without user or fragment" };
        if text.contains(|c: char| c.is_control() || c.is_whitespace() || c == '\\') {
            return Err(refused);
        }
        match Url::parse(text) {
            Ok(url)
                if matches!(url.scheme(), "http" | "https")
                    && url.host_str().is_some_and(|host| !host.is_empty())
                    && url.username().is_empty()
                    && url.password().is_none()
                    && url.fragment().is_none() =>
            {
                Ok(hook)
            }
            _ => Err(refused),
        }
    }

    /// The address as received.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `SAPEVENT:POST`: SAP GUI takes the form, no network is involved.
    #[must_use]
    pub fn is_sapevent(&self) -> bool {
        self.0.eq_ignore_ascii_case("SAPEVENT:POST")
    }

    /// Its origin; `None` for `SAPEVENT:POST`.
    #[must_use]
    pub fn origin(&self) -> Option<Origin> {
        Url::parse(&self.0).ok().and_then(|url| Origin::of(&url))
    }
}

impl TryFrom<String> for HookUrl {
    type Error = FieldError;

    fn try_from(raw: String) -> Result<Self, FieldError> {
        Self::parse(&raw)
    }
}

impl From<HookUrl> for String {
    fn from(value: HookUrl) -> Self {
        value.0
    }
}

/// Scheme, host and port of a page, in the spelling that a header may carry.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Origin {
    scheme: String,
    host: String,
    port: u16,
}

impl Origin {
    /// The origin of an `http` or `https` address.
    #[must_use]
    pub fn of(url: &Url) -> Option<Self> {
        let scheme = url.scheme();
        let host = url.host_str().filter(|host| !host.is_empty())?;
        let port = url.port_or_known_default()?;
        matches!(scheme, "http" | "https").then(|| Self { scheme: scheme.into(), host: host.into(), port })
    }

    /// Reads an address and keeps its origin.
    pub fn parse(raw: &str) -> Result<Self, FieldError> {
        let refused = FieldError::Malformed {
            field: "origin",
            expected: "of the form https://host or https://host:port",
        };
        Url::parse(raw.trim()).ok().and_then(|url| Self::of(&url)).ok_or(refused)
    }

    /// Whether it travels over TLS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.scheme == "https"
    }
}

impl std::fmt::Display for Origin {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { scheme, host, port } = self;
        match (scheme.as_str(), port) {
            ("https", 443) | ("http", 80) => write!(formatter, "{scheme}://{host}"),
            _ => write!(formatter, "{scheme}://{host}:{port}"),
        }
    }
}

impl TryFrom<String> for Origin {
    type Error = FieldError;

    fn try_from(raw: String) -> Result<Self, FieldError> {
        Self::parse(&raw)
    }
}

impl From<Origin> for String {
    fn from(value: Origin) -> Self {
        value.to_string()
    }
}

/// Origins that an operator allows: one, or every host below a domain (`https://*.buyer.example:8443`).
///
/// As in Content-Security-Policy the star does not stand for the domain itself, and the port must match.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OriginPattern {
    below: bool,
    origin: Origin,
}

impl OriginPattern {
    /// Reads an origin whose host may begin with `*.`; anything besides scheme, host and port is refused.
    pub fn parse(raw: &str) -> Result<Self, FieldError> {
        let refused = FieldError::Malformed {
            field: "host",
            expected: "of the form https://host, https://*.host or https://host:port",
        };
        let text = raw.trim();
        let (scheme, rest) = text.split_once("://").ok_or(refused.clone())?;
        let (below, host) = match rest.strip_prefix("*.") {
            Some(host) => (true, host),
            None => (false, rest),
        };
        let bare = host.trim_end_matches('/');
        if bare.is_empty()
            || bare.contains(['/', '?', '#', '@', '*', '\\', ';', ',', '"', '\''])
            || bare.contains(char::is_whitespace)
        {
            return Err(refused);
        }
        Ok(Self { below, origin: Origin::parse(&format!("{scheme}://{bare}")).map_err(|_| refused)? })
    }

    /// The pattern of exactly this origin.
    #[must_use]
    pub const fn exactly(origin: Origin) -> Self {
        Self { below: false, origin }
    }

    /// Whether it allows this origin.
    #[must_use]
    pub fn allows(&self, origin: &Origin) -> bool {
        let host = if self.below {
            origin.host.strip_suffix(&self.origin.host).is_some_and(|sub| sub.len() > 1 && sub.ends_with('.'))
        } else {
            origin.host == self.origin.host
        };
        host && origin.scheme == self.origin.scheme && origin.port == self.origin.port
    }
}

impl std::fmt::Display for OriginPattern {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = self.origin.to_string();
        match (self.below, text.split_once("://")) {
            (true, Some((scheme, host))) => write!(formatter, "{scheme}://*.{host}"),
            _ => formatter.write_str(&text),
        }
    }
}

impl TryFrom<String> for OriginPattern {
    type Error = FieldError;

    fn try_from(raw: String) -> Result<Self, FieldError> {
        Self::parse(&raw)
    }
}

impl From<OriginPattern> for String {
    fn from(value: OriginPattern) -> Self {
        value.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_return_address_is_kept_byte_for_byte() {
        for taken in
            ["https://Buyer.example/ret?~=1&x=%7e", "http://host:8080/?~", "sapevent:post", "https://[::1]/a"]
        {
            assert_eq!(HookUrl::parse(taken).unwrap().as_str(), taken);
        }
        for refused in [
            "",
            "javascript:alert(1)",
            "data:text/html,x",
            "https://u:p@host/",
            "https://host/#f",
            "https://",
            "//host/x",
            "ftp://h/",
            "https://h/\na",
            "https:\\\\h",
        ] {
            assert!(HookUrl::parse(refused).is_err(), "{refused:?}");
        }
    }

    #[test]
    fn a_pattern_allows_as_content_security_policy_does() {
        let allows = |pattern: &str, origin: &str| {
            OriginPattern::parse(pattern).unwrap().allows(&Origin::parse(origin).unwrap())
        };
        assert!(allows("https://buyer.example", "https://buyer.example/some/path"));
        assert!(!allows("https://buyer.example", "http://buyer.example"));
        assert!(!allows("https://buyer.example", "https://buyer.example:8443"));
        assert!(allows("https://*.buyer.example", "https://a.b.buyer.example"));
        assert!(!allows("https://*.buyer.example", "https://buyer.example"));
        assert!(!allows("https://*.buyer.example", "https://evilbuyer.example"));
        for refused in
            ["buyer.example", "https://a b", "https://a; script-src *", "https://a/path", "https://a*b", "*"]
        {
            assert!(OriginPattern::parse(refused).is_err(), "{refused:?}");
        }
        assert_eq!(
            OriginPattern::parse("https://*.Buyer.example:8443").unwrap().to_string(),
            "https://*.buyer.example:8443"
        );
    }
}
