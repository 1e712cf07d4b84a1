//! Words, times and numbers of documents.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::model::{FieldError, limits};

/// A text in a language.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct Localized {
    /// Language tag, where one is given.
    pub language: Option<String>,
    /// The text, without white space at its ends.
    pub text: String,
}

impl Localized {
    /// English, or what has no language.
    #[must_use]
    pub fn english(text: &str) -> Self {
        Self { language: Some("en".to_owned()), text: text.trim().to_owned() }
    }
}

/// What something is, in words.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct Description {
    /// Language tag, where one is given.
    pub language: Option<String>,
    /// The text, without white space at its ends.
    pub text: String,
    /// A few words of it.
    pub short_name: Option<String>,
}

impl Description {
    /// English, or what has no language.
    #[must_use]
    pub fn english(text: &str) -> Self {
        let Localized { language, text } = Localized::english(text);
        Self { language, text, short_name: None }
    }
}

/// A remark, with addresses of what is attached to it (`cid:` for parts of the same message).
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct Comments {
    /// Language tag, where one is given.
    pub language: Option<String>,
    /// The text, without white space at its ends.
    pub text: String,
    /// `Attachment/URL`.
    pub attachments: Vec<String>,
}

/// Content of an element that may hold anything, as markup: well-formed by itself.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct Markup(String);

impl Markup {
    /// Markup as it was read.
    #[must_use]
    pub fn of_markup(markup: &str) -> Self {
        Self(markup.to_owned())
    }

    /// A text, escaped.
    #[must_use]
    pub fn of_text(text: &str) -> Self {
        Self(text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"))
    }

    /// The markup.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A field that the partners agreed on.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Extrinsic {
    /// Its name; upper and lower case rarely count.
    pub name: String,
    /// Its value.
    pub value: Markup,
}

/// A name in some list of names: `SupplierID`, `CarrierIdentifier`.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct Domained {
    /// Which list.
    pub domain: String,
    /// The name.
    pub value: String,
}

/// A date or a point in time, as written: nobody's document is refused for how it writes one.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Moment(String);

impl Moment {
    /// Takes any text that is not blank and not beyond the bound for labels.
    pub fn parse(raw: &str) -> Result<Self, FieldError> {
        let (field, text) = ("date", raw.trim());
        if text.is_empty() {
            return Err(FieldError::Empty { field });
        }
        if text.len() > limits::LABEL_CHARACTERS {
            return Err(FieldError::TooLong { field, max_bytes: limits::LABEL_CHARACTERS });
        }
        Ok(Self(text.to_owned()))
    }

    /// `2026-11-23T12:00:00+00:00`: with a numeric offset, never `Z`.
    #[must_use]
    pub fn at(time: Timestamp) -> Self {
        Self(time.strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string())
    }

    /// `2026-11-23`
    #[must_use]
    pub fn on(date: Date) -> Self {
        Self(date.to_string())
    }

    /// As written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The point in time, where it is one: a date, a time and an offset.
    #[must_use]
    pub fn timestamp(&self) -> Option<Timestamp> {
        self.0.parse().ok()
    }

    /// The date it begins with, where there is one.
    #[must_use]
    pub fn date(&self) -> Option<Date> {
        self.0.get(..10)?.parse().ok()
    }
}

impl TryFrom<String> for Moment {
    type Error = FieldError;

    fn try_from(raw: String) -> Result<Self, FieldError> {
        Self::parse(&raw)
    }
}

impl From<Moment> for String {
    fn from(value: Moment) -> Self {
        value.0
    }
}

/// What a document calls itself or another one: `shipmentID`, `invoiceID`, `receiptID`, `quoteID`. Never blank.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DocumentNumber(String);

impl DocumentNumber {
    /// The longest one, in bytes.
    pub const MAX_BYTES: usize = 1024;

    /// Takes a text that is not blank; white space at its ends is passed over.
    pub fn parse(raw: &str) -> Result<Self, FieldError> {
        let (field, text) = ("document number", raw.trim());
        match text.len() {
            0 => Err(FieldError::Empty { field }),
            1..=Self::MAX_BYTES => Ok(Self(text.to_owned())),
            _ => Err(FieldError::TooLong { field, max_bytes: Self::MAX_BYTES }),
        }
    }

    /// The number.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for DocumentNumber {
    type Error = FieldError;

    fn try_from(raw: String) -> Result<Self, FieldError> {
        Self::parse(&raw)
    }
}

impl From<DocumentNumber> for String {
    fn from(value: DocumentNumber) -> Self {
        value.0
    }
}

/// A role or the like from an open list: `A-Z a-z 0-9 . _ : -`, 1 to 64 of them.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Token(String);

impl Token {
    /// The longest one, in bytes.
    pub const MAX_BYTES: usize = 64;

    /// Reads a token; anything else is refused.
    pub fn parse(raw: &str) -> Result<Self, FieldError> {
        let text = raw.trim();
        let letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b':' | b'-');
        if (1..=Self::MAX_BYTES).contains(&text.len()) && text.bytes().all(letter) {
            Ok(Self(text.to_owned()))
        } else {
            Err(FieldError::Malformed { field: "token", expected: "1 to 64 of A-Z a-z 0-9 . _ : -" })
        }
    }

    /// The token.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Token {
    type Error = FieldError;

    fn try_from(raw: String) -> Result<Self, FieldError> {
        Self::parse(&raw)
    }
}

impl From<Token> for String {
    fn from(value: Token) -> Self {
        value.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_keeps_what_it_cannot_read() {
        let read = |text: &str| Moment::parse(text).unwrap();
        assert!(Moment::parse(" ").is_err());
        assert_eq!(read(" 23.11.2026 ").as_str(), "23.11.2026");
        assert_eq!(read("23.11.2026").date(), None);
        assert_eq!(read("2026-11-23").date().map(|date| date.to_string()), Some("2026-11-23".to_owned()));
        assert_eq!(read("2026-11-23").timestamp(), None);
        let noon = read("2026-11-23T13:00:00+01:00").timestamp().unwrap();
        assert_eq!(Moment::at(noon).as_str(), "2026-11-23T12:00:00+00:00");
        assert_eq!(Moment::at(noon).timestamp(), Some(noon));
    }

    #[test]
    fn a_token_is_a_word() {
        assert!(Token::parse(" technicalSupport\n").is_ok());
        for refused in ["", "sold to", "ü", &"a".repeat(65)] {
            assert!(Token::parse(refused).is_err(), "{refused:?}");
        }
    }
}
