//! How a procurement platform behaves, as data: one file each in `schemas/profiles`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::field_map::FieldMap;

/// What a platform accepts and expects. A connection names one and may override any field by name.
///
/// A platform's quirk is a field here, never a branch on its name.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own, named in the file")]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The platform, as people call it.
    pub title: String,
    /// Where the other side's documents name us and itself.
    pub protocol: Protocol,
    /// cXML: version of the DTD that documents to this platform declare; they hold nothing newer.
    pub cxml_version: CxmlVersion,
    /// cXML: how the cart travels through the browser.
    pub cart_encoding: CartEncoding,
    /// cXML: name of the form field, in the spelling this platform matches; empty: the usual one.
    pub cart_field: String,
    /// cXML: the highest operation permitted later (`operationAllowed`).
    pub operation_allowed: OperationAllowed,
    /// Target of the form that returns the cart, where the call names none.
    pub return_target: Target,
    /// How a shopper leaves without changing anything.
    pub cancel: Cancel,
    /// Where the price lock's reference travels.
    pub lock_carrier: LockCarrier,
    /// Longest line description, in characters.
    pub description_characters: usize,
    /// Our units (UN/ECE Rec 20) → theirs; one that is not listed goes as it is.
    pub units: BTreeMap<String, String>,
    /// `Classification/@domain` of the line's classification.
    pub classification_domain: String,
    /// Classification of a product that has none.
    pub classification_default: String,
    /// Most decimals of a price; `None`: any number.
    pub price_decimals: Option<u32>,
    /// What the connection's own fields are filled with: OCI `NEW_ITEM-…`, cXML `Extrinsic`.
    pub fields: FieldMap,
    /// A receiver is known to lose the lines behind this one; `None`: not known of it.
    pub lines_kept: Option<u32>,
    /// OCI: which of its generations the form keeps to.
    pub oci_version: OciVersion,
    /// OCI: name of the call's parameter with the return address; empty: the usual ones.
    pub hook_parameter: String,
    /// OCI: how the return form is sent.
    pub return_method: ReturnMethod,
    /// OCI: what becomes of characters that the page's charset lacks.
    pub charset_gaps: CharsetGaps,
    /// OCI: number of the first line; 1 says the standard.
    pub first_index: u32,
    /// OCI: optional fields without a value are sent, empty.
    pub empty_fields: bool,
    /// OCI: `NEW_ITEM-…` values of the call go onto every line.
    pub fixed_values: bool,
    /// OCI: charset of the return page.
    pub charset: Charset,
    /// OCI: what happens to the query of `HOOK_URL`.
    pub hook_query: HookQuery,
    /// OCI: the call does not encode `HOOK_URL`; take the raw query from there to its end.
    pub hook_unencoded: bool,
    /// OCI: `SAPEVENT:POST` is a return address.
    pub allows_sapevent: bool,
    /// OCI: control fields to send when the call had none.
    pub echo_defaults: bool,
    /// An address on plain http may receive the cart.
    pub allows_http: bool,
    /// cXML: documents in which grammar or rules find an error are refused with Status 406; otherwise what is found is
    /// recorded and shown, nothing more.
    pub strict: bool,
}

/// Which protocol a platform speaks.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Protocol {
    /// cXML.
    Cxml,
    /// SAP Open Catalog Interface.
    Oci,
}

/// A version of the cXML DTDs: `1.2.014`.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CxmlVersion(String);

impl CxmlVersion {
    /// Reads `1.2.NNN`.
    pub fn parse(raw: &str) -> Result<Self, super::FieldError> {
        match raw.strip_prefix("1.2.") {
            Some(digits) if digits.len() == 3 && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                Ok(Self(raw.to_owned()))
            }
            _ => Err(super::FieldError::Malformed { field: "cXML version", expected: "of the form 1.2.NNN" }),
        }
    }

    /// `1.2.NNN`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for CxmlVersion {
    type Error = super::FieldError;

    fn try_from(raw: String) -> Result<Self, Self::Error> {
        Self::parse(&raw)
    }
}

impl From<CxmlVersion> for String {
    fn from(value: CxmlVersion) -> Self {
        value.0
    }
}

/// How a `PunchOutOrderMessage` travels in its form field.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CartEncoding {
    /// `cxml-base64`: base64 of the bytes.
    Base64,
    /// `cxml-urlencoded`: the text itself, pure ASCII.
    Urlencoded,
}

/// cXML `PunchOutOrderMessageHeader/@operationAllowed`.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OperationAllowed {
    /// Only an order may follow.
    Create,
    /// The cart may be looked at again.
    Inspect,
    /// The cart may be changed.
    Edit,
}

/// Target of a form: `_self`, `_top`, `_parent`, `_blank` or a window's name of `A-Z a-z 0-9 _ . -`.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Target(String);

impl Target {
    /// Reads a target; anything else is refused, never cleaned.
    pub fn parse(raw: &str) -> Result<Self, super::FieldError> {
        let letters = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
        let lower = raw.to_ascii_lowercase();
        if ["_self", "_top", "_parent", "_blank"].contains(&lower.as_str()) {
            Ok(Self(lower))
        } else if (1..=64).contains(&raw.len()) && !raw.starts_with('_') && raw.bytes().all(letters) {
            Ok(Self(raw.to_owned()))
        } else {
            Err(super::FieldError::Malformed {
                field: "return target",
                expected: "_self, _top, _parent or a name",
            })
        }
    }

    /// The target.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Target {
    type Error = super::FieldError;

    fn try_from(raw: String) -> Result<Self, Self::Error> {
        Self::parse(&raw)
    }
}

impl From<Target> for String {
    fn from(value: Target) -> Self {
        value.0
    }
}

/// How a shopper leaves without changing anything.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cancel {
    /// cXML: a message with Status 204.
    Status204,
    /// A link to this address, or to the one that the call named.
    Address(String),
    /// A page that says how to close the shop.
    Instructions,
    /// OCI: the return form without a line.
    EmptyForm,
}

/// Where the price lock's reference travels.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LockCarrier {
    /// cXML `SupplierPartAuxiliaryID`; OCI `EXT_QUOTE_ID` and `EXT_QUOTE_ITEM`.
    Auxiliary,
    /// cXML `ItemIn/ItemDetail/Extrinsic`.
    Extrinsic,
    /// Nowhere: lines are matched by part, unit, price basis and currency.
    None,
}

/// Charset of an OCI return page.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub enum Charset {
    /// UTF-8.
    #[serde(rename = "utf-8")]
    Utf8,
    /// ISO 8859-1.
    #[serde(rename = "iso-8859-1")]
    Latin1,
}

/// What becomes of characters that the charset of an OCI return page lacks. Left alone, a browser would send
/// `&#28450;`.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CharsetGaps {
    /// Texts are respelled, `?` where there is no spelling; codes and numbers never.
    Transliterate,
    /// The cart does not leave.
    Refuse,
}

/// How the browser sends an OCI return form.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReturnMethod {
    /// POST.
    #[default]
    Post,
    /// GET: the query of `HOOK_URL` becomes hidden fields, for a browser would drop it.
    Get,
}

/// A generation of OCI.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
pub enum OciVersion {
    /// 2.0, with 2.0b and 2.0c.
    #[serde(rename = "2.0")]
    V2,
    /// 3.0, with 3.5.
    #[serde(rename = "3.0")]
    V3,
    /// 4.0.
    #[serde(rename = "4.0")]
    V4,
    /// 5.0.
    #[serde(rename = "5.0")]
    V5,
}

/// What happens to the query of an OCI `HOOK_URL`.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HookQuery {
    /// It stays in the form's action.
    Keep,
    /// It becomes hidden fields.
    Split,
    /// Both.
    Both,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_whitelisted() {
        for taken in ["_top", "_PARENT", "frame.1", "buyer-window_2"] {
            assert!(Target::parse(taken).is_ok(), "{taken}");
        }
        for refused in ["", "_other", "a b", "\"><script>", "x".repeat(65).as_str(), "javascript:x"] {
            assert!(Target::parse(refused).is_err(), "{refused}");
        }
    }
}
