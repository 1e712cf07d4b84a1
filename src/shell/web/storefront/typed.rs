//! Quantities as people type them. Nothing is guessed: what is not plain is answered with how to write it.

use std::fmt;

use crate::model::quantity::Quantity;

/// The longest text that is shown again.
const SHOWN_CHARACTERS: usize = 40;

/// Why a typed text is not a quantity; `Display` says what was typed and how to write it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct NotAQuantity {
    typed: String,
    reason: Reason,
}

#[derive(Clone, Debug, Eq, PartialEq)]
enum Reason {
    Empty,
    Comma { with_point: String, without: Option<String> },
    NotAboveZero,
    Exponent,
    TooLarge,
    TooManyDecimals,
    NotANumber,
}

/// Reads a quantity: digits with at most one point.
pub(crate) fn quantity(raw: &str) -> Result<Quantity, NotAQuantity> {
    let text = raw.trim();
    Quantity::parse(text).map_err(|_| NotAQuantity {
        typed: text.chars().take(SHOWN_CHARACTERS).collect(),
        reason: reason(text),
    })
}

fn reason(text: &str) -> Reason {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let decimal = |part: &str| match part.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(part),
    };
    if text.is_empty() {
        return Reason::Empty;
    }
    if text.strip_prefix(['-', '−', '–']).is_some_and(decimal) || (decimal(text) && zero(text)) {
        return Reason::NotAboveZero;
    }
    if let Some((whole, fraction)) = text.split_once(',')
        && digits(whole)
        && digits(fraction)
    {
        // Three digits behind a comma may be thousands as well: both ways of writing it are offered.
        let without = (fraction.len() == 3).then(|| format!("{whole}{fraction}"));
        return Reason::Comma { with_point: format!("{whole}.{fraction}"), without };
    }
    if let Some((number, power)) = text.split_once(['e', 'E'])
        && decimal(number)
        && digits(power.trim_start_matches(['+', '-']))
    {
        return Reason::Exponent;
    }
    match text.split_once('.') {
        Some((_, fraction)) if decimal(text) && fraction.trim_end_matches('0').len() > 6 => {
            Reason::TooManyDecimals
        }
        _ if decimal(text) => Reason::TooLarge,
        _ => Reason::NotANumber,
    }
}

fn zero(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'0' | b'.'))
}

impl fmt::Display for NotAQuantity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let typed = &self.typed;
        match &self.reason {
            Reason::Empty => formatter.write_str("Type a quantity, for example 10."),
            Reason::Comma { with_point, without: None } => {
                write!(formatter, "You typed “{typed}”. Write decimals with a point: {with_point}.")
            }
            Reason::Comma { with_point, without: Some(thousands) } => write!(
                formatter,
                "You typed “{typed}”. Write {thousands} without a comma, or {with_point} with a point."
            ),
            Reason::NotAboveZero => write!(
                formatter,
                "You typed “{typed}”. A quantity is above zero; to take a line out, use “Remove” in the cart."
            ),
            Reason::Exponent => {
                write!(formatter, "You typed “{typed}”. Write the number out in digits, for example 1000.")
            }
            Reason::TooLarge => {
                write!(formatter, "You typed “{typed}”. A quantity is at most {}.", Quantity::MAX)
            }
            Reason::TooManyDecimals => write!(
                formatter,
                "You typed “{typed}”. A quantity has at most {} decimals.",
                Quantity::MAX_SCALE
            ),
            Reason::NotANumber => {
                write!(formatter, "You typed “{typed}”. Write the quantity in digits, for example 10 or 2.5.")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(typed: &str) -> String {
        quantity(typed).unwrap_err().to_string()
    }

    #[test]
    fn plain_numbers_are_taken() {
        assert_eq!(quantity(" 2.50 ").unwrap().to_string(), "2.5");
        assert_eq!(quantity("0010").unwrap().to_string(), "10");
    }

    #[test]
    fn everything_else_is_answered_with_how_to_write_it() {
        assert_eq!(answer("1,5"), "You typed “1,5”. Write decimals with a point: 1.5.");
        assert_eq!(answer("1,000"), "You typed “1,000”. Write 1000 without a comma, or 1.000 with a point.");
        for above_zero in ["-3", "−3", "0", "0.0"] {
            assert!(answer(above_zero).contains("A quantity is above zero"), "{above_zero}");
        }
        assert!(answer("1e9").contains("Write the number out in digits"));
        assert!(answer("1E-3").contains("Write the number out in digits"));
        assert!(answer("1000000000").contains("at most 999999999"));
        assert!(answer("99999999999999999999999999999999").contains("at most 999999999"));
        assert!(answer("0.1234567").contains("at most 6 decimals"));
        assert!(answer("").starts_with("Type a quantity"));
        for odd in ["ten", "<b>", "1.2.3", "1 000", "١", "1,5,0", "."] {
            assert!(answer(odd).contains("in digits, for example 10 or 2.5"), "{odd}: {}", answer(odd));
        }
    }
}
