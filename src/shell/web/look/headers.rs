//! Response headers of pages: who may frame them, what they may load, where their forms lead.
//!
//! Never sent on pages of a visit: `X-Frame-Options` (it knows no list) and `Cross-Origin-Opener-Policy` (it cuts
//! the window that a pop-up returns its cart to).

use axum::http::{HeaderMap, HeaderValue, header};

use crate::model::hook_url::OriginPattern;

/// What a page is for, as far as its policy depends on it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Page {
    /// Forms lead to ourselves.
    Own,
    /// The form leads to the buyer, and from there wherever the buyer redirects.
    Return,
}

/// Headers of a page of a visit, for the pages that may frame it.
#[must_use]
pub fn session_page_headers(frame_ancestors: &[OriginPattern]) -> HeaderMap {
    page_headers(Page::Own, frame_ancestors)
}

/// Headers of the page that posts the cart to the buyer: no `form-action`, since browsers apply it to redirects too.
#[must_use]
pub fn return_page_headers(frame_ancestors: &[OriginPattern]) -> HeaderMap {
    page_headers(Page::Return, frame_ancestors)
}

/// Headers of a page without a visit, as for a guessed address: it holds nobody's data, and whoever framed the shop
/// must see it.
#[must_use]
pub fn plain_page_headers() -> HeaderMap {
    headers("default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'")
}

fn page_headers(page: Page, frame_ancestors: &[OriginPattern]) -> HeaderMap {
    let ancestors = if frame_ancestors.is_empty() {
        "'none'".to_owned()
    } else {
        frame_ancestors.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    };
    let policy = match page {
        Page::Own => format!(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
             form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}"
        ),
        Page::Return => format!(
            "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'; frame-ancestors {ancestors}"
        ),
    };
    headers(&policy)
}

fn headers(policy: &str) -> HeaderMap {
    // An origin is ASCII by construction; should it ever not be, nothing is allowed.
    let policy = HeaderValue::from_str(policy)
        .unwrap_or(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
    HeaderMap::from_iter([
        (header::CONTENT_SECURITY_POLICY, policy),
        // Keeps the path, which is the visit's key, and still gives the buyer a real `Origin`.
        (header::REFERRER_POLICY, HeaderValue::from_static("strict-origin")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(headers: &HeaderMap) -> &str {
        headers.get(header::CONTENT_SECURITY_POLICY).unwrap().to_str().unwrap()
    }

    #[test]
    fn a_page_names_its_ancestors_and_keeps_its_forms() {
        let ancestors = ["https://buyer.example", "https://*.portal.example:8443"]
            .map(|text| OriginPattern::parse(text).unwrap());
        let headers = session_page_headers(&ancestors);
        assert!(
            policy(&headers).ends_with("frame-ancestors https://buyer.example https://*.portal.example:8443")
        );
        assert!(policy(&headers).contains("form-action 'self';"));
        assert_eq!(headers.get(header::REFERRER_POLICY).unwrap(), "strict-origin");
        assert!(headers.get(header::X_FRAME_OPTIONS).is_none());
        assert!(headers.get("cross-origin-opener-policy").is_none());
        assert!(policy(&session_page_headers(&[])).ends_with("frame-ancestors 'none'"));
    }

    #[test]
    fn the_return_page_lets_its_form_go_anywhere() {
        let headers = return_page_headers(&[]);
        assert!(!policy(&headers).contains("form-action"));
        assert!(policy(&headers).starts_with("default-src 'none'; script-src 'self'; style-src 'self';"));
    }
}
