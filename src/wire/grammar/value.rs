//! What a text can be beyond text: the types that no DTD knows.

use jiff::civil::Date;

use super::codes;

/// Type of an attribute value or of an element's text. White space at both ends never counts.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum ValueType {
    /// Anything.
    #[default]
    Text,
    /// Anything but nothing.
    Filled,
    /// A decimal number: digits, one point, a sign.
    Decimal,
    /// A decimal number, zero or more.
    Amount,
    /// A whole number, zero or more.
    Count,
    /// ISO 8601 date, or date and time.
    Date,
    /// ISO 8601 date and time with a zone.
    DateTime,
    /// ISO 4217 code, in capital letters.
    Currency,
    /// ISO 3166-1 code of two capital letters.
    Country,
    /// BCP 47 language tag.
    Language,
    /// UN/ECE Recommendation 20 code, or a package of Recommendation 21 with or without its X.
    Unit,
    /// An absolute URL.
    Url,
    /// `addressee@host`.
    Email,
}

impl ValueType {
    /// Its name in grammar files.
    pub(super) const NAMES: [(&str, Self); 13] = [
        ("text", Self::Text),
        ("filled", Self::Filled),
        ("decimal", Self::Decimal),
        ("amount", Self::Amount),
        ("count", Self::Count),
        ("date", Self::Date),
        ("dateTime", Self::DateTime),
        ("currency", Self::Currency),
        ("country", Self::Country),
        ("language", Self::Language),
        ("unit", Self::Unit),
        ("url", Self::Url),
        ("email", Self::Email),
    ];

    /// What is expected, in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Filled => "text that is not empty",
            Self::Decimal => "a decimal number such as 12.50, without thousands marks",
            Self::Amount => "a decimal number that is not negative, such as 12.50",
            Self::Count => "a whole number that is not negative",
            Self::Date => "a date such as 2026-11-23",
            Self::DateTime => "a date and time with its offset, such as 2026-11-23T09:30:00+01:00",
            Self::Currency => "an ISO 4217 currency code such as EUR",
            Self::Country => "an ISO 3166 country code such as DE",
            Self::Language => "a language tag such as en or de-DE",
            Self::Unit => "a UN/CEFACT unit code such as EA or C62",
            Self::Url => "an absolute URL",
            Self::Email => "an e-mail address",
        }
    }

    /// Whether breaking it is a matter of advice: real platforms do it every day and are understood.
    #[must_use]
    pub const fn is_advice(self) -> bool {
        matches!(self, Self::Unit | Self::Language | Self::Country | Self::Email | Self::Url | Self::DateTime)
    }

    /// Whether it is a code of a list.
    pub(super) const fn is_code(self) -> bool {
        matches!(self, Self::Currency | Self::Country | Self::Unit)
    }

    /// Whether `text` is of this type.
    #[must_use]
    pub fn fits(self, text: &str) -> bool {
        let text = text.trim();
        let all = |allowed: fn(&u8) -> bool| text.bytes().all(|byte| allowed(&byte));
        match self {
            Self::Text => true,
            Self::Filled => !text.is_empty(),
            Self::Decimal => decimal(text.strip_prefix(['-', '+']).unwrap_or(text)),
            Self::Amount => decimal(text.strip_prefix('+').unwrap_or(text)),
            Self::Count => !text.is_empty() && all(u8::is_ascii_digit),
            Self::Date => moment(text).is_some(),
            Self::DateTime => moment(text) == Some(true),
            Self::Currency => codes::is_currency(text),
            Self::Country => codes::is_country(text),
            Self::Language => language(text),
            Self::Unit => codes::is_unit(text),
            Self::Url => is_plain_url(text) || url::Url::parse(text).is_ok(),
            Self::Email => {
                text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
            }
        }
    }
}

/// What is an absolute URL at a glance, as most are.
fn is_plain_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let label = |label: &str| {
        label.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic())
            && !label.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("xn--"))
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    host.split('.').all(label) && rest.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Digits with at most one point among them.
fn decimal(text: &str) -> bool {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole) && digits(rest) && !(whole.is_empty() && rest.is_empty())
}

/// Reads an ISO 8601 date with or without time; tells whether it has a zone.
///
/// `2026-11-23`, `2026-11-23T09:30`, `2026-11-23T09:30:00.5+01:00`, `…Z`, `…+0100`; a date may have an offset as well.
fn moment(text: &str) -> Option<bool> {
    let (date, rest) = text.split_at_checked(10)?;
    date.parse::<Date>().ok()?;
    let (time, zone) = match rest.strip_prefix('T') {
        None => ("", rest),
        Some(rest) => rest.split_at_checked(rest.find(['Z', '+', '-']).unwrap_or(rest.len()))?,
    };
    let clock = time.split_once('.').map_or(time, |(clock, _)| clock);
    let fraction = time.split_once('.').is_none_or(|(_, fraction)| {
        !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit())
    });
    let timely = !rest.starts_with('T') || clock.parse::<jiff::civil::Time>().is_ok();
    (timely && fraction && offset(zone)).then_some(!zone.is_empty() && rest.starts_with('T'))
}

/// Nothing, `Z`, `+hh:mm`, `+hhmm` or `+hh`.
fn offset(zone: &str) -> bool {
    let Some(digits) = zone.strip_prefix(['+', '-']) else { return matches!(zone, "" | "Z") };
    let (hours, minutes) = match digits.len() {
        2 => (digits, "00"),
        4 => digits.split_at_checked(2).unwrap_or_default(),
        _ => digits.split_once(':').unwrap_or_default(),
    };
    let below = |part: &str, bound: u8| part.len() == 2 && part.parse::<u8>().is_ok_and(|n| n < bound);
    below(hours, 15) && below(minutes, 60)
}

/// Subtags of one to eight letters or digits, the first of letters alone.
fn language(text: &str) -> bool {
    let mut tags = text.split('-');
    let first = tags.next().unwrap_or_default();
    (2..=8).contains(&first.len())
        && first.bytes().all(|byte| byte.is_ascii_alphabetic())
        && tags
            .all(|tag| (1..=8).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_has_its_bounds() {
        for (kind, good, wrong) in [
            (
                ValueType::Decimal,
                vec!["0", "-1.50", "+3", ".5", "5."],
                vec!["", ".", "1,5", "1e3", "--1", "1.2.3"],
            ),
            (ValueType::Amount, vec!["0", "12.5"], vec!["-1", ""]),
            (ValueType::Count, vec!["0", "12"], vec!["1.0", "-1", ""]),
            (
                ValueType::Date,
                vec!["2026-11-23", "2026-11-23T09:30:00+01:00", "2026-11-23T09:30", "2026-11-23+01:00"],
                vec![
                    "",
                    "23.11.2026",
                    "2026-02-30",
                    "2026-11-23T25:00:00",
                    "2026-11-23 09:30",
                    "2026-11-23T",
                ],
            ),
            (
                ValueType::DateTime,
                vec!["2026-11-23T09:30:00Z", "2026-11-23T09:30:00.123-0700", "2026-11-23T09:30:00+01"],
                vec![
                    "2026-11-23",
                    "2026-11-23T09:30:00",
                    "2026-11-23T09:30:00+1:00",
                    "2026-11-23T09:30:00+99:00",
                ],
            ),
            (ValueType::Currency, vec!["EUR", "XAU"], vec!["eur", "EURO", "€", "EUX", "E R"]),
            (ValueType::Country, vec!["DE", "XI"], vec!["de", "DEU", "", "ZZ"]),
            (ValueType::Language, vec!["en", "de-DE", "zh-Hant-TW"], vec!["", "e", "en_US", "en-"]),
            (ValueType::Unit, vec!["EA", "C62", "H87", "XBX", "BX"], vec!["each", "", "EACH", "H", "QQQ"]),
            (ValueType::Url, vec!["https://shop.example/a?b=c"], vec!["/start", "shop.example"]),
            (ValueType::Email, vec!["a@example.com"], vec!["a", "@example.com", "a@example"]),
            (ValueType::Filled, vec!["x"], vec!["", "  "]),
        ] {
            for text in good {
                assert!(kind.fits(text), "{kind:?} {text:?}");
                assert!(kind.fits(&format!(" {text}\n")), "{kind:?} {text:?}");
            }
            for text in wrong {
                assert!(!kind.fits(text), "{kind:?} {text:?}");
            }
        }
    }
}
