//! Freight, surcharges and tax that a connection adds to a cart, by rules.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{
    agreement::Condition,
    ids::SupplierPartId,
    money::{Currency, plain},
    profile::Protocol,
};

/// The rules of a connection, in order. Of the rules of one name the first that holds counts; different names add up.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Charges(pub Vec<ChargeRule>);

/// One amount beside the goods, and when it is due. Amounts are in the currency of the visit.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ChargeRule {
    /// What the shopper reads: `Freight`, `Small order`.
    pub name: String,
    /// What it is.
    pub kind: ChargeKind,
    /// Where the buyer gets it.
    pub place: ChargePlace,
    /// How much.
    pub amount: ChargeAmount,
    /// Holds for goods of this value, in money.
    #[serde(default, skip_serializing_if = "Span::is_open")]
    pub value: Span,
    /// Holds for goods of this weight, in kilograms; does not hold where a product's weight is not known.
    #[serde(default, skip_serializing_if = "Span::is_open")]
    pub weight: Span,
    /// Holds only for visits whose setup says all of this.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
    /// Part number of its line.
    pub part: SupplierPartId,
    /// Classification of its line, UNSPSC of 8 digits; `None`: the platform's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unspsc: Option<String>,
}

/// What a charge is.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChargeKind {
    /// What sending the goods costs.
    Freight,
    /// Anything else that is added: small order, packing, dangerous goods.
    Surcharge,
    /// Tax, on goods, freight and surcharges.
    Tax,
}

impl ChargeKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Freight, Self::Surcharge, Self::Tax];

    /// `freight`, `surcharge`, `tax`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Freight => "freight",
            Self::Surcharge => "surcharge",
            Self::Tax => "tax",
        }
    }

    /// The part number of its line, where the rule names none.
    #[must_use]
    pub const fn usual_part(self) -> &'static str {
        match self {
            Self::Freight => "FREIGHT",
            Self::Surcharge => "SURCHARGE",
            Self::Tax => "TAX",
        }
    }
}

/// Where the buyer gets a charge.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChargePlace {
    /// cXML: `Shipping` (freight and surcharges) or `Tax` of the cart's header.
    Header,
    /// A line of its own, with a part number and a price lock like any other.
    Line,
}

impl ChargePlace {
    /// `header`, `line`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Line => "line",
        }
    }
}

/// How much a charge is.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChargeAmount {
    /// This much money.
    Flat(Decimal),
    /// A share in percent: of the goods; tax: of goods, freight and surcharges.
    Percent(Decimal),
    /// This much money for each kilogram.
    PerKilogram(Decimal),
}

/// From one number on, below another; either end may be open.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct Span {
    /// The first that is in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Decimal>,
    /// The first that is no longer in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below: Option<Decimal>,
}

impl Span {
    /// Whether everything is in it.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.from.is_none() && self.below.is_none()
    }

    /// Whether a number is in it.
    #[must_use]
    pub fn has(&self, number: Decimal) -> bool {
        self.from.is_none_or(|from| number >= from) && self.below.is_none_or(|below| number < below)
    }

    fn is_sound(&self) -> bool {
        let ends = [self.from, self.below].into_iter().flatten();
        ends.clone().all(|end| !end.is_sign_negative() && end.scale() <= MOST_DECIMALS && end <= most())
            && self.from.zip(self.below).is_none_or(|(from, below)| from < below)
    }
}

/// Most rules of a connection.
const RULES: usize = 50;
/// Longest name, in characters.
const NAME: usize = 40;
/// Most decimals of a share, a weight or a price for a kilogram.
const MOST_DECIMALS: u32 = 4;

/// The largest amount, value or weight that a rule may name.
fn most() -> Decimal {
    Decimal::from(999_999_999)
}

impl ChargeRule {
    /// A rule that holds for every cart.
    ///
    /// - `part`: of its line.
    #[must_use]
    pub fn always(
        name: impl Into<String>,
        kind: ChargeKind,
        place: ChargePlace,
        amount: ChargeAmount,
        part: SupplierPartId,
    ) -> Self {
        let (value, weight) = (Span::default(), Span::default());
        Self {
            name: name.into(),
            kind,
            place,
            amount,
            value,
            weight,
            conditions: Vec::new(),
            part,
            unspsc: None,
        }
    }

    /// Whether its amount or its condition asks for the weight of the goods.
    #[must_use]
    pub const fn needs_weight(&self) -> bool {
        matches!(self.amount, ChargeAmount::PerKilogram(_)) || !self.weight.is_open()
    }

    /// Its amount and conditions, as people say it: `9.90 EUR, for goods below 100.00 EUR, to DE`.
    #[must_use]
    pub fn words(&self, currency: Currency) -> String {
        let money = |amount: Decimal| format!("{} {currency}", plain(amount, currency.minor_digits()));
        let mut text = match self.amount {
            ChargeAmount::Flat(amount) => money(amount),
            ChargeAmount::Percent(share) => format!("{} %", share.normalize()),
            ChargeAmount::PerKilogram(amount) => format!("{} for each kg", money(amount)),
        };
        let span = |span: &Span, write: &dyn Fn(Decimal) -> String| match (span.from, span.below) {
            (Some(from), Some(below)) => Some(format!("from {} to below {}", write(from), write(below))),
            (Some(from), None) => Some(format!("from {}", write(from))),
            (None, Some(below)) => Some(format!("below {}", write(below))),
            (None, None) => None,
        };
        if let Some(words) = span(&self.value, &money) {
            text = format!("{text}, for goods {words}");
        }
        if let Some(words) = span(&self.weight, &|weight| format!("{} kg", weight.normalize())) {
            text = format!("{text}, for a weight {words}");
        }
        self.conditions.iter().fold(text, |text, condition| match condition {
            Condition::ShipTo(address) => format!("{text}, to the address {address}"),
            Condition::Country(country) => format!("{text}, to {country}"),
            Condition::Says { name, value } => format!("{text}, where {name} is {value}"),
        })
    }

    fn problem(&self, currency: Currency, protocol: Protocol) -> Option<String> {
        let most = most();
        let money = |amount: Decimal, decimals: u32| {
            !amount.is_sign_negative() && amount.normalize().scale() <= decimals && amount <= most
        };
        let digits = currency.minor_digits();
        let amount = match self.amount {
            ChargeAmount::Flat(amount) if !money(amount, digits) => {
                format!("the amount is not zero or more with at most {digits} decimals")
            }
            ChargeAmount::PerKilogram(amount) if !money(amount, MOST_DECIMALS) => {
                format!("the price of a kilogram is not zero or more with at most {MOST_DECIMALS} decimals")
            }
            ChargeAmount::Percent(share) if !money(share, MOST_DECIMALS) || share > Decimal::ONE_HUNDRED => {
                format!("the share is not 0 to 100 percent with at most {MOST_DECIMALS} decimals")
            }
            _ => String::new(),
        };
        let name = self.name.trim();
        let length = name.chars().count();
        let wrong = if !(1..=NAME).contains(&length) || name != self.name || name.contains(char::is_control) {
            format!("a name has 1 to {NAME} characters, on one line")
        } else if !amount.is_empty() {
            amount
        } else if !self.value.is_sound() {
            "the value does not begin below its end".to_owned()
        } else if !self.weight.is_sound() {
            "the weight does not begin below its end".to_owned()
        } else if self.place == ChargePlace::Header && protocol == Protocol::Oci {
            "OCI has no header: it must be a line".to_owned()
        } else if self.unspsc.as_deref().is_some_and(|code| !is_unspsc(code)) {
            "a classification is 8 digits".to_owned()
        } else if self.conditions.iter().any(|condition| !condition.is_sound()) {
            "a condition is empty, or a country is not of two letters".to_owned()
        } else {
            return None;
        };
        Some(format!("{}: {wrong}", self.name))
    }
}

fn is_unspsc(code: &str) -> bool {
    code.len() == 8 && code.bytes().all(|byte| byte.is_ascii_digit())
}

impl Charges {
    /// Whether there is no rule.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is wrong with the rules, a sentence each.
    ///
    /// - `currency`: of the connection's visits.
    #[must_use]
    pub fn problems(&self, currency: Currency, protocol: Protocol) -> Vec<String> {
        let mut wrong: Vec<String> =
            self.0.iter().filter_map(|rule| rule.problem(currency, protocol)).collect();
        if self.0.len() > RULES {
            wrong.push(format!("a connection has at most {RULES} rules"));
        }
        for (place, rule) in self.0.iter().enumerate() {
            let before = self.0.iter().take(place);
            if before.clone().any(|other| other.name == rule.name && other.kind != rule.kind) {
                wrong.push(format!("{}: rules of one name are of one kind", rule.name));
            }
            if before.clone().any(|other| other.name != rule.name && other.part == rule.part) {
                wrong
                    .push(format!("{}: another charge has the part number {} already", rule.name, rule.part));
            }
        }
        wrong
    }

    /// Whether a part number is that of a charge's line.
    #[must_use]
    pub fn has_part(&self, part: &SupplierPartId) -> bool {
        self.0.iter().any(|rule| rule.part == *part)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn rule(name: &str, kind: ChargeKind, place: ChargePlace, amount: ChargeAmount) -> ChargeRule {
        ChargeRule::always(name, kind, place, amount, SupplierPartId::parse(kind.usual_part()).unwrap())
    }

    fn number(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn wrong(rules: Vec<ChargeRule>, protocol: Protocol) -> Vec<String> {
        Charges(rules).problems(Currency::parse("EUR").unwrap(), protocol)
    }

    #[test]
    fn a_rule_says_what_is_wrong_with_it() {
        let freight = |amount| rule("Freight", ChargeKind::Freight, ChargePlace::Header, amount);
        let good = freight(ChargeAmount::Flat(number("9.90")));
        assert_eq!(wrong(vec![good.clone()], Protocol::Cxml), [""; 0]);
        assert_eq!(
            wrong(vec![good.clone()], Protocol::Oci),
            ["Freight: OCI has no header: it must be a line"]
        );
        for amount in ["9.901", "-1", "1000000000"] {
            assert!(!wrong(vec![freight(ChargeAmount::Flat(number(amount)))], Protocol::Cxml).is_empty());
        }
        assert!(!wrong(vec![freight(ChargeAmount::Percent(number("100.1")))], Protocol::Cxml).is_empty());
        let backwards = Span { from: Some(number("5")), below: Some(number("5")) };
        assert!(!wrong(vec![ChargeRule { value: backwards, ..good.clone() }], Protocol::Cxml).is_empty());
        let nameless = ChargeRule { name: " ".into(), ..good.clone() };
        assert!(!wrong(vec![nameless], Protocol::Cxml).is_empty());
        let nowhere = ChargeRule { conditions: vec![Condition::Country("Germany".into())], ..good.clone() };
        assert!(!wrong(vec![nowhere], Protocol::Cxml).is_empty());
        let other = ChargeRule { name: "Packing".into(), ..good.clone() };
        assert!(wrong(vec![good.clone(), other], Protocol::Cxml)[0].contains("part number FREIGHT"));
        let tax = ChargeRule { kind: ChargeKind::Tax, ..good.clone() };
        assert!(wrong(vec![good, tax], Protocol::Cxml)[0].contains("of one kind"));
    }

    #[test]
    fn a_rule_reads_as_people_say_it() {
        let mut freight =
            rule("Freight", ChargeKind::Freight, ChargePlace::Line, ChargeAmount::Flat(number("9.9")));
        freight.value.below = Some(number("100"));
        freight.conditions = vec![Condition::Country("DE".into())];
        assert_eq!(
            freight.words(Currency::parse("EUR").unwrap()),
            "9.90 EUR, for goods below 100.00 EUR, to DE"
        );
    }
}
