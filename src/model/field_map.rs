//! What a connection's own fields are filled with: OCI `NEW_ITEM-<NAME>[n]`, cXML `Extrinsic name="<NAME>"`.
//!
//! ```toml
//! [fields]
//! VENDOR = { from = { text = "0000104711" } }
//! CUST_FIELD1 = { from = { product = "gtin" }, then = [{ last = 10 }] }
//! CUST_FIELD2 = { from = { attribute = "Thread" }, then = ["upper"], otherwise = "-" }
//! CUST_FIELD4 = { from = { setup = "userid" } }
//! ```

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::FieldError;

/// The fields of a connection, each with its rule.
pub type FieldMap = BTreeMap<FieldName, FieldRule>;

/// Name of a field on the other side: 1 to 80 visible ASCII characters, spaces between them.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FieldName(String);

impl FieldName {
    /// Reads a name.
    pub fn parse(raw: &str) -> Result<Self, FieldError> {
        let visible = raw.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
        if (1..=80).contains(&raw.len()) && visible && raw.trim() == raw {
            Ok(Self(raw.to_owned()))
        } else {
            Err(FieldError::Malformed { field: "name of a field", expected: "1 to 80 ASCII characters" })
        }
    }

    /// As written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for FieldName {
    type Error = FieldError;

    fn try_from(raw: String) -> Result<Self, FieldError> {
        Self::parse(&raw)
    }
}

impl From<FieldName> for String {
    fn from(value: FieldName) -> Self {
        value.0
    }
}

/// Where a field's value comes from, and what becomes of it on the way.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldRule {
    /// Where it comes from.
    pub from: FieldSource,
    /// What is done to it, in this order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub then: Vec<Transform>,
    /// What the field holds where there is no value; without it the field is left out then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<String>,
}

/// Where a value comes from.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FieldSource {
    /// The same on every line.
    Text(String),
    /// A field of the product.
    Product(ProductField),
    /// The value of the product's attribute of this name.
    Attribute(String),
    /// What the setup said under this name: an OCI call's parameter, an `Extrinsic` of a cXML setup; case does not
    /// count.
    Setup(String),
    /// A field of the line.
    Line(LineField),
}

/// A field of a product.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "as in `Product`")]
pub enum ProductField {
    Part,
    Auxiliary,
    Name,
    Description,
    Brand,
    Manufacturer,
    ManufacturerPart,
    Category,
    Unspsc,
    Gtin,
}

/// A field of a line.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LineField {
    /// Its place in the cart, from 1.
    Number,
    /// The shopper's note.
    Note,
    /// The code of its classification as sent.
    Classification,
    /// The reference of its price lock.
    Reference,
}

/// What is done to a value.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Transform {
    /// Capital letters.
    Upper,
    /// Small letters.
    Lower,
    /// Digits only.
    Digits,
    /// As many characters from the beginning.
    First(usize),
    /// As many characters from the end.
    Last(usize),
    /// This text before it.
    Prefix(String),
    /// This text behind it.
    Suffix(String),
    /// One text for another, everywhere.
    Replace {
        /// What goes.
        this: String,
        /// What stands there instead.
        with: String,
    },
    /// The value's translation; no value where it is not listed.
    Table(BTreeMap<String, String>),
}

impl FieldRule {
    /// The field's content, from the source's value.
    #[must_use]
    pub fn content(&self, value: Option<&str>) -> Option<String> {
        let value = value.map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned);
        let made =
            self.then.iter().fold(value, |value, transform| value.and_then(|value| transform.of(value)));
        made.filter(|value| !value.is_empty()).or_else(|| self.otherwise.clone())
    }
}

impl Transform {
    fn of(&self, value: String) -> Option<String> {
        Some(match self {
            Self::Upper => value.to_uppercase(),
            Self::Lower => value.to_lowercase(),
            Self::Digits => value.chars().filter(char::is_ascii_digit).collect(),
            Self::First(count) => value.chars().take(*count).collect(),
            Self::Last(count) => {
                let before = value.chars().count().saturating_sub(*count);
                value.chars().skip(before).collect()
            }
            Self::Prefix(text) => format!("{text}{value}"),
            Self::Suffix(text) => value + text,
            Self::Replace { this, with } if !this.is_empty() => value.replace(this, with),
            Self::Replace { .. } => value,
            Self::Table(table) => table.get(&value)?.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_reads_from_a_file_and_makes_its_field() {
        let map: FieldMap = toml::from_str(
            r#"
            A = { from = { product = "gtin" }, then = ["digits", { last = 4 }, { prefix = "G-" }] }
            B = { from = { attribute = "Thread" }, then = ["upper"], otherwise = "none" }
            C = { from = { setup = "plant" }, then = [{ table = { "1000" = "HH", "2000" = "M" } }] }
            D = { from = { text = "x.y" }, then = [{ replace = { this = ".", with = "/" } }] }
            "#,
        )
        .unwrap();
        let content = |name: &str, value: Option<&str>| {
            map.get(&FieldName::parse(name).unwrap()).unwrap().content(value)
        };
        assert_eq!(content("A", Some("4 012345 678901")).as_deref(), Some("G-8901"));
        assert_eq!(content("A", Some(" ")), None);
        assert_eq!(content("B", Some("m8")).as_deref(), Some("M8"));
        assert_eq!(content("B", None).as_deref(), Some("none"));
        assert_eq!(content("C", Some("2000")).as_deref(), Some("M"));
        assert_eq!(content("C", Some("3000")), None, "what is not listed is not guessed");
        assert_eq!(content("D", Some("x.y")).as_deref(), Some("x/y"));
        for wrong in [
            r#"A = { from = { product = "colour" } }"#,
            r#"A = { form = { text = "x" } }"#,
            r#""" = { from = { text = "x" } }"#,
        ] {
            assert!(toml::from_str::<FieldMap>(wrong).is_err(), "{wrong}");
        }
    }
}
