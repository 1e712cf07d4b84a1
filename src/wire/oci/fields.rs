//! The fields of a line (`NEW_ITEM-<NAME>[n]`): type, width in characters, and since when there is one.

use crate::model::profile::OciVersion;

/// What a field holds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// Words: cut where they are too long, respelled where the charset lacks a character.
    Text(usize),
    /// A number, code or address: sent as it is or not at all.
    Code(usize),
    /// Eleven digits, a point, decimals.
    Decimal,
    /// Digits alone.
    Whole(usize),
    /// Words without a limit, under a name of their own (`NEW_ITEM-LONGTEXT_n:132[]`).
    Long,
}

/// One field.
#[derive(Clone, Copy, Debug)]
pub struct FieldDef {
    /// Its name without `NEW_ITEM-`.
    pub name: &'static str,
    /// The generation that brought it.
    pub since: OciVersion,
    /// What it holds.
    pub kind: Kind,
    /// Its width before 4.0, where that was another one.
    pub before_v4: Option<Kind>,
}

const fn field(name: &'static str, since: OciVersion, kind: Kind) -> FieldDef {
    FieldDef { name, since, kind, before_v4: None }
}

/// Longest content of a field that is in no SAP version, in characters.
pub(super) const DIALECT_CHARACTERS: usize = 255;

use Kind::{Code, Decimal, Long, Text, Whole};
use OciVersion::{V2, V3, V4, V5};

/// All fields, in the order of the form.
pub const FIELDS: &[FieldDef] = &[
    field("DESCRIPTION", V2, Text(40)),
    FieldDef { name: "MATNR", since: V2, kind: Code(40), before_v4: Some(Code(18)) },
    field("QUANTITY", V2, Decimal),
    field("UNIT", V2, Code(3)),
    field("PRICE", V2, Decimal),
    field("CURRENCY", V2, Code(5)),
    FieldDef { name: "PRICEUNIT", since: V2, kind: Whole(5), before_v4: Some(Whole(9)) },
    field("LEADTIME", V2, Whole(5)),
    field("LONGTEXT", V2, Long),
    field("VENDOR", V2, Code(10)),
    field("VENDORMAT", V2, Code(40)),
    field("MANUFACTCODE", V2, Code(10)),
    field("MANUFACTMAT", V2, Code(40)),
    field("MATGROUP", V2, Code(10)),
    field("SERVICE", V2, Code(1)),
    field("CONTRACT", V2, Code(10)),
    field("CONTRACT_ITEM", V2, Code(5)),
    field("EXT_QUOTE_ID", V3, Code(35)),
    field("EXT_QUOTE_ITEM", V3, Code(10)),
    field("EXT_PRODUCT_ID", V3, Code(40)),
    field("ATTACHMENT", V4, Code(255)),
    field("ATTACHMENT_TITLE", V4, Text(255)),
    field("ATTACHMENT_PURPOSE", V4, Code(1)),
    field("EXT_SCHEMA_TYPE", V4, Code(10)),
    field("EXT_CATEGORY_ID", V4, Code(60)),
    field("EXT_CATEGORY", V4, Code(40)),
    field("SLD_SYS_NAME", V4, Code(60)),
    field("CUST_FIELD1", V3, Code(10)),
    field("CUST_FIELD2", V3, Code(10)),
    field("CUST_FIELD3", V3, Code(10)),
    field("CUST_FIELD4", V3, Code(20)),
    field("CUST_FIELD5", V3, Code(50)),
    field("ITEM_TYPE", V5, Code(1)),
    field("PARENT_ID", V5, Whole(5)),
    field("TAX", V5, Code(5)),
];

/// The field of this name.
#[must_use]
pub fn definition(name: &str) -> Option<&'static FieldDef> {
    FIELDS.iter().find(|field| field.name == name)
}

impl FieldDef {
    /// What it holds in this generation; `None`: there is no such field yet.
    #[must_use]
    pub fn kind_in(&self, version: OciVersion) -> Option<Kind> {
        let kind = self.before_v4.filter(|_| version < V4).unwrap_or(self.kind);
        (self.since <= version).then_some(kind)
    }

    /// Its width in characters, in the newest generation; `None`: as long as one likes.
    #[must_use]
    pub const fn width(&self) -> Option<usize> {
        match self.kind {
            Text(width) | Code(width) | Whole(width) => Some(width),
            Decimal => Some(15),
            Long => None,
        }
    }
}

/// A field that only counts beside another: `EXT_QUOTE_ITEM` beside `EXT_QUOTE_ID`.
pub(super) const BESIDE: &[(&str, &str)] = &[
    ("EXT_QUOTE_ITEM", "EXT_QUOTE_ID"),
    ("CONTRACT_ITEM", "CONTRACT"),
    ("EXT_CATEGORY_ID", "EXT_SCHEMA_TYPE"),
    ("EXT_CATEGORY", "EXT_SCHEMA_TYPE"),
    ("ATTACHMENT_TITLE", "ATTACHMENT"),
    ("ATTACHMENT_PURPOSE", "ATTACHMENT"),
];
