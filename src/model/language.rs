//! Languages of texts: tags of BCP 47, compared as far as choosing a text needs it.

use serde::{Deserialize, Serialize};

use super::FieldError;

/// A language: `de`, `de-AT`, `zh-Hant`.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Language(String);

impl Language {
    /// The longest tag, in bytes.
    pub const MAX_BYTES: usize = 35;

    /// Reads a tag, also as others write it: `de_AT`, `DE`.
    pub fn parse(raw: &str) -> Result<Self, FieldError> {
        let refused = FieldError::Malformed { field: "language", expected: "a language such as en or de-AT" };
        let tag = raw.trim().replace('_', "-");
        let (first, rest) = tag.split_once('-').map_or((tag.as_str(), None), |(a, b)| (a, Some(b)));
        let letters = (2..=3).contains(&first.len()) && first.bytes().all(|byte| byte.is_ascii_alphabetic());
        let plain =
            |one: &str| (1..=8).contains(&one.len()) && one.bytes().all(|b| b.is_ascii_alphanumeric());
        if !letters || tag.len() > Self::MAX_BYTES || !rest.is_none_or(|rest| rest.split('-').all(plain)) {
            return Err(refused);
        }
        let rest = rest.map(|rest| format!("-{rest}")).unwrap_or_default();
        Ok(Self(format!("{}{rest}", first.to_ascii_lowercase())))
    }

    /// The tag.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The language without script and region: `de` of `de-AT`.
    #[must_use]
    pub fn primary(&self) -> &str {
        primary(&self.0)
    }

    /// How well a text in the language of `tag` serves who asks for this one; 0: not at all.
    #[must_use]
    pub fn served_by(&self, tag: &str) -> u8 {
        if self.0.eq_ignore_ascii_case(tag) {
            3
        } else if !self.primary().eq_ignore_ascii_case(primary(tag)) {
            0
        } else if tag.contains('-') {
            1
        } else {
            2
        }
    }
}

/// The first part of a tag.
#[must_use]
pub fn primary(tag: &str) -> &str {
    tag.split_once('-').map_or(tag, |(first, _)| first)
}

impl std::fmt::Display for Language {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::str::FromStr for Language {
    type Err = FieldError;

    fn from_str(raw: &str) -> Result<Self, FieldError> {
        Self::parse(raw)
    }
}

impl TryFrom<String> for Language {
    type Error = FieldError;

    fn try_from(raw: String) -> Result<Self, FieldError> {
        Self::parse(&raw)
    }
}

impl From<Language> for String {
    fn from(language: Language) -> Self {
        language.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_as_others_write_them() {
        let read = |raw: &str| Language::parse(raw).map(String::from).unwrap_or_default();
        assert_eq!([read("DE"), read(" de_AT "), read("zh-Hant")], ["de", "de-AT", "zh-Hant"]);
        for refused in ["", "d", "german", "de-", "de--AT", "1e", "de-<b>", "de AT"] {
            assert_eq!(read(refused), "", "{refused}");
        }
    }

    #[test]
    fn the_nearest_text_serves_best() {
        let wish = Language::parse("de-AT").unwrap();
        let mut tags = ["fr", "de-CH", "de", "de-at"];
        tags.sort_by_key(|tag| wish.served_by(tag));
        assert_eq!(tags, ["fr", "de-CH", "de", "de-at"]);
        assert_eq!((wish.served_by("fr"), wish.served_by("den")), (0, 0));
    }
}
