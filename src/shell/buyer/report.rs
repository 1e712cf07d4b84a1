//! What a headless round tells: one line a step, and why the last one failed.

use std::time::Duration;

use super::{
    client::{Hop, Received},
    judge::Check,
    page::Page,
};

/// Why a step failed.
#[derive(Clone, Debug, Eq, PartialEq, serde::Serialize)]
pub struct Trouble {
    /// What should have come.
    pub expected: String,
    /// What came: status, title, first lines.
    pub found: String,
}

impl Trouble {
    /// Trouble in these words.
    pub fn new(expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self { expected: expected.into(), found: found.into() }
    }

    /// An answer that is not what was wanted.
    #[must_use]
    pub fn answer(expected: impl Into<String>, received: &Received) -> Self {
        let text = String::from_utf8_lossy(&received.body);
        let found = format!(
            "HTTP {} of type {:?} from {}\n{}",
            received.status.as_u16(),
            received.content_type,
            short(received.url.as_str()),
            first_lines(&text)
        );
        Self::new(expected, found)
    }

    /// A page that lacks what was wanted.
    #[must_use]
    pub(super) fn page(expected: impl Into<String>, page: &Page) -> Self {
        let text: String = page.text.chars().take(300).collect();
        let found = format!("the page “{}” at {}\n{text}", page.title, short(page.url.as_str()));
        Self::new(expected, found)
    }

    /// The checks that failed, if any.
    pub fn of_checks(checks: &[Check]) -> Result<(), Self> {
        let failed: Vec<&Check> = checks.iter().filter(|check| !check.ok).collect();
        if failed.is_empty() {
            return Ok(());
        }
        let join = |of: fn(&Check) -> &String| {
            failed.iter().map(|check| of(check).as_str()).collect::<Vec<_>>().join("\n")
        };
        Err(Self::new(join(|check| &check.what), join(|check| &check.found)))
    }
}

/// One step that was taken.
#[derive(Clone, Debug, serde::Serialize)]
pub struct StepReport {
    /// Its name: `setup`, `start page`, `add to cart` …
    pub name: String,
    /// Whether it went well.
    pub ok: bool,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// What came of it, in a few words.
    pub detail: String,
    /// What went over the wire.
    pub requests: Vec<String>,
}

/// A whole round.
#[derive(Clone, Debug, Default, serde::Serialize)]
pub struct Report {
    /// The connection's name.
    pub connection: String,
    /// Whether all went well.
    pub ok: bool,
    /// In order.
    pub steps: Vec<StepReport>,
    /// Why the last step failed.
    pub trouble: Option<Trouble>,
}

/// One request for people: `POST https://shop/cxml → 200, 1234 bytes, 12 ms`.
#[must_use]
pub fn hop(hop: &Hop) -> String {
    format!(
        "{} {} → {}, {} bytes, {} ms",
        hop.method,
        short(hop.url.as_str()),
        hop.status.as_u16(),
        hop.bytes,
        millis(hop.took)
    )
}

/// Whole milliseconds.
#[must_use]
pub fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// An address without its secrets: of segments and values that may be a session's key only the beginning is shown.
#[must_use]
pub fn short(address: &str) -> String {
    let key = |part: &str| {
        part.len() > 20 && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
    };
    let mut text = String::new();
    for part in address.split_inclusive(['/', '=', '&', '?']) {
        let bare = part.trim_end_matches(['/', '=', '&', '?']);
        if key(bare) && text.contains("://") && text.matches('/').count() > 2 {
            text.extend(bare.chars().take(6));
            text.push('…');
            text.push_str(part.get(bare.len()..).unwrap_or_default());
        } else {
            text.push_str(part);
        }
    }
    text
}

/// The first lines of a text, at most 12 and 800 characters.
fn first_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(12).collect();
    lines.join("\n").chars().take(800).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_shows_no_key() {
        let key = "A".repeat(43);
        assert_eq!(
            short(&format!("https://shop.example.with-a-long-name/s/{key}/cart?k={key}&q=bolt")),
            "https://shop.example.with-a-long-name/s/AAAAAA…/cart?k=AAAAAA…&q=bolt"
        );
    }
}
