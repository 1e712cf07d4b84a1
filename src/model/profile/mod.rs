//! How a procurement platform behaves, as data: one file each in `schemas/profiles`.

mod check;
mod claim;
#[cfg(test)]
pub(crate) mod sample;
mod sends;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::field_map::FieldMap;

pub use claim::{Claim, Claims, Mangle, Sure};
pub use sends::{Call, CallMethod, OciFunction, SenderIs, Sends};

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
    /// What the length limits count.
    pub length_counts: LengthCounts,
    /// Longest line description.
    pub description_characters: usize,
    /// Characters that a description must not have.
    pub description_forbidden: String,
    /// Longest part number.
    pub part_length: Option<usize>,
    /// Longest second key, with the price lock's reference where that travels in it.
    pub auxiliary_length: Option<usize>,
    /// Characters that neither part number nor second key may have.
    pub id_forbidden: String,
    /// Longest manufacturer's name.
    pub manufacturer_length: Option<usize>,
    /// Longest manufacturer's part number.
    pub manufacturer_part_length: Option<usize>,
    /// Our units (UN/ECE Rec 20) → theirs.
    pub units: BTreeMap<String, String>,
    /// A unit that `units` does not list.
    pub units_otherwise: Otherwise,
    /// Longest unit, in their words.
    pub unit_length: Option<usize>,
    /// `Classification/@domain` of the line's classification.
    pub classification_domain: String,
    /// Our classes (UNSPSC) → theirs; a class also covers those below it: `31160000`, `31161500`.
    pub classifications: BTreeMap<String, String>,
    /// A class that `classifications` does not list.
    pub classifications_otherwise: Otherwise,
    /// Classification of a product that has none.
    pub classification_default: String,
    /// A product without a classification of its own is refused or put into a wrong category.
    pub classification_required: bool,
    /// A classification is so many digits.
    pub classification_digits: Option<usize>,
    /// Longest classification.
    pub classification_length: Option<usize>,
    /// Most decimals of a price; `None`: any number.
    pub price_decimals: Option<u32>,
    /// Largest price basis, 1 where prices are for one unit only; `None`: any.
    pub price_basis_most: Option<u32>,
    /// Most digits of prices and quantities before the point.
    pub number_digits: Option<u32>,
    /// Most decimals of a quantity.
    pub quantity_decimals: Option<u32>,
    /// What becomes of a cart without lines.
    pub empty_cart: EmptyCart,
    /// What happens where a cart breaks a limit that is sure.
    pub preflight: Strictness,
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
    /// What it is known to change or lose.
    pub mangles: Vec<Mangle>,
    /// Its own documents and calls.
    pub sends: Sends,
    /// What stands behind each field.
    #[serde(default)]
    pub claims: Claims,
}

/// What a length limit counts.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LengthCounts {
    /// Characters.
    Characters,
    /// Bytes of UTF-8.
    Bytes,
}

impl LengthCounts {
    /// The length of a text.
    #[must_use]
    pub fn of(self, text: &str) -> usize {
        match self {
            Self::Characters => text.chars().count(),
            Self::Bytes => text.len(),
        }
    }

    /// As people say it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Characters => "characters",
            Self::Bytes => "bytes",
        }
    }
}

/// What a mapping does with what it does not list.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Otherwise {
    /// It goes as it is.
    AsIs,
    /// The line cannot leave until it is mapped.
    Refuse,
    /// This one stands for it.
    Use(String),
}

/// What becomes of a cart without lines.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EmptyCart {
    /// In an edit the lines of the requisition are deleted.
    DeletesLines,
    /// The receiver fails on it.
    Fails,
    /// There is no such message.
    None,
}

/// What happens where a cart breaks a limit that is sure.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strictness {
    /// The shopper and the operator are told.
    Warn,
    /// The cart does not leave.
    #[default]
    Stop,
}

impl Profile {
    /// A unit of ours in their words; `None`: it is not mapped, and may not go as it is.
    #[must_use]
    pub fn unit<'a>(&'a self, ours: &'a str) -> Option<&'a str> {
        mapped(self.units.get(ours), &self.units_otherwise, ours)
    }

    /// A class of ours in their words; the nearest listed class above it counts.
    #[must_use]
    pub fn classification<'a>(&'a self, ours: &'a str) -> Option<&'a str> {
        let listed = class_levels(ours).iter().find_map(|class| self.classifications.get(class));
        mapped(listed, &self.classifications_otherwise, ours)
    }

    /// The units of ours that one of theirs may stand for; itself where the mapping does not list it.
    #[must_use]
    pub fn units_back<'a>(&'a self, theirs: &'a str) -> Vec<&'a str> {
        back(&self.units, theirs)
    }

    /// The classes of ours that one of theirs may stand for; itself where the mapping does not list it.
    #[must_use]
    pub fn classifications_back<'a>(&'a self, theirs: &'a str) -> Vec<&'a str> {
        back(&self.classifications, theirs)
    }

    /// The largest price basis that can be written to this platform.
    #[must_use]
    pub fn largest_basis(&self) -> Option<u32> {
        match self.protocol {
            Protocol::Cxml if !self.cxml_version.has_price_basis() => Some(1),
            Protocol::Cxml | Protocol::Oci => self.price_basis_most,
        }
    }
}

fn mapped<'a>(listed: Option<&'a String>, otherwise: &'a Otherwise, ours: &'a str) -> Option<&'a str> {
    match (listed, otherwise) {
        (Some(theirs), _) | (None, Otherwise::Use(theirs)) => Some(theirs),
        (None, Otherwise::AsIs) => Some(ours),
        (None, Otherwise::Refuse) => None,
    }
}

fn back<'a>(map: &'a BTreeMap<String, String>, theirs: &'a str) -> Vec<&'a str> {
    let listed = map.iter().filter(|(_, own)| own.eq_ignore_ascii_case(theirs));
    let found: Vec<&str> = listed.map(|(ours, _)| ours.as_str()).collect();
    if found.is_empty() { vec![theirs] } else { found }
}

/// A class of eight digits and those above it: `31161504`, `31161500`, `31160000`, `31000000`.
fn class_levels(class: &str) -> Vec<String> {
    let mut levels = vec![class.to_owned()];
    if class.len() == 8 && class.bytes().all(|byte| byte.is_ascii_digit()) {
        for kept in [6, 4, 2] {
            levels.extend(class.get(..kept).map(|head| format!("{head:0<8}")));
        }
    }
    levels
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

    /// Whether it has `PriceBasisQuantity` in `ItemDetail` and `Comments` in `ItemIn`.
    ///
    /// They came between 1.2.020 and 1.2.036, as far as the DTDs held show.
    #[must_use]
    pub fn has_price_basis(&self) -> bool {
        self.0.as_str() >= "1.2.036"
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
    fn mappings_go_both_ways() {
        let pairs = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(ours, theirs)| ((*ours).to_owned(), (*theirs).to_owned())).collect()
        };
        let mut profile = Profile {
            units: pairs(&[("C62", "EA"), ("H87", "EA"), ("BX", "CASE")]),
            classifications: pairs(&[("31160000", "FIX"), ("31161500", "SCREW")]),
            ..sample::profile()
        };
        assert_eq!((profile.unit("H87"), profile.unit("MTR")), (Some("EA"), Some("MTR")));
        assert_eq!(profile.units_back("ea"), ["C62", "H87"], "two of ours are one of theirs");
        assert_eq!(profile.units_back("MTR"), ["MTR"]);
        let class = |code| profile.classification(code);
        assert_eq!(class("31161504"), Some("SCREW"), "the nearest class above");
        assert_eq!((class("31169999"), class("44121701")), (Some("FIX"), Some("44121701")));
        assert_eq!(profile.classifications_back("FIX"), ["31160000"]);
        profile.units_otherwise = Otherwise::Refuse;
        profile.classifications_otherwise = Otherwise::Use("OTHER".into());
        assert_eq!((profile.unit("MTR"), profile.unit("BX")), (None, Some("CASE")));
        assert_eq!(profile.classification("44121701"), Some("OTHER"));
    }

    #[test]
    fn what_does_not_go_together_is_told() {
        let good = sample::profile();
        assert_eq!(good.contradictions(), Vec::<String>::new());
        let of = |change: fn(&mut Profile)| {
            let mut profile = sample::profile();
            change(&mut profile);
            profile.contradictions().join("\n")
        };
        assert!(of(|profile| profile.auxiliary_length = Some(19)).starts_with("auxiliary_length"));
        assert!(of(|profile| profile.empty_cart = EmptyCart::Fails).starts_with("cancel"));
        assert!(of(|profile| profile.classification_digits = Some(6)).starts_with("classifications"));
        let unit = |profile: &mut Profile| {
            profile.unit_length = Some(3);
            profile.units_otherwise = Otherwise::Use("PIECE".into());
        };
        assert!(of(unit).starts_with("units"));
        assert!(of(|profile| profile.protocol = Protocol::Oci).contains("price_decimals"));
    }

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
