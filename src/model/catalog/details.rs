//! What a product's page and the exports tell beyond name, price and properties.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::model::{
    ids::SupplierPartId,
    language::Language,
    quantity::{Quantity, UnitOfMeasure},
};

/// What most lists and searches never need; the usual product has little of it.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Details {
    /// Language of name and description, BCP 47: `en`; `None`: the supplier's own, not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Language of the description alone, where [`Product::speak`](super::Product::speak) found it in another one than
    /// the name's, empty where it is not known; never stored.
    #[serde(skip)]
    pub described_in: Option<String>,
    /// Name and description in other languages.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub translations: Vec<Translation>,
    /// Version of the UNSPSC that the product's code is of: `13.5`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unspsc_version: Option<String>,
    /// Its class in eCl@ss.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eclass: Option<Classified>,
    /// Pictures at the supplier's addresses, the first one stands for the product.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pictures: Vec<Media>,
    /// Documents at the supplier's addresses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// The group of variants it is one of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family: Option<Family>,
    /// What it is put together of, if it is a bundle.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<Component>,
    /// Dangers, and how it is transported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hazard: Option<Hazard>,
    /// On which days it can be ordered.
    #[serde(skip_serializing_if = "Validity::is_open")]
    pub validity: Validity,
    /// How the supplier's ERP knows it, where not by its part number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub erp: Option<ErpItem>,
    /// What one order unit weighs, in kilograms, at most 6 decimals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight_kg: Option<Quantity>,
    /// Whatever a buyer agreed to get with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extrinsics: Vec<Extrinsic>,
}

impl Details {
    /// Whether there is nothing beyond the product itself.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The translation that serves a wish better than the text in the product's own language does; of the first wish
    /// that anything serves.
    pub(super) fn translation(
        &self,
        wishes: &[Language],
        main: Option<&str>,
        text: fn(&Translation) -> Option<&String>,
    ) -> Option<&Translation> {
        for wish in wishes {
            let own = main.map_or(0, |main| wish.served_by(main));
            let others = self.translations.iter().rev().filter(|one| text(one).is_some());
            let best = others.max_by_key(|one| wish.served_by(&one.language));
            let found = best.map_or(0, |best| wish.served_by(&best.language));
            if found.max(own) > 0 {
                return best.filter(|_| found > own);
            }
        }
        None
    }
}

/// Name and description in one more language.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct Translation {
    /// BCP 47: `de`, `pt-BR`.
    pub language: String,
    /// One line of plain text; `None`: the product's own name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Plain text; `None`: the product's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// A class of a classification with the version it is of.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Classified {
    /// The class: `23110101`.
    pub code: String,
    /// `10.1`, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// A picture at an address.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Media {
    /// `https://…` or `http://…`.
    pub address: String,
    /// What it shows, for those who do not see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// A document at an address.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Attachment {
    /// What it is for.
    pub kind: AttachmentKind,
    /// `https://…` or `http://…`.
    pub address: String,
    /// Its language, BCP 47.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Media type: `application/pdf`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// Length in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// Its title, where the kind does not say enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// A value that is none of its list.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("is none of: {0}")]
pub struct BadValue(pub &'static str);

/// A closed list of words: the same in files, in the store and in code.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
        pub enum $name { $($(#[$variant_doc])* #[serde(rename = $word)] $variant),* }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Its word in files.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }

            /// Reads its word, in any case.
            pub fn parse(raw: &str) -> Result<Self, BadValue> {
                let known = Self::ALL.iter().find(|one| one.word().eq_ignore_ascii_case(raw.trim()));
                known.copied().ok_or(BadValue(Self::WORDS))
            }

            const WORDS: &str = concat!($($word, " "),*);
        }
    };
}

words! {
    /// What an attachment is for.
    AttachmentKind {
        /// Technical data.
        Datasheet = "datasheet",
        /// How to handle it safely (SDS).
        SafetySheet = "safety-sheet",
        /// How to use it.
        Manual = "manual",
        /// What somebody attests.
        Certificate = "certificate",
        /// Dimensions, CAD.
        Drawing = "drawing",
        /// What may be done with it, warranty.
        Terms = "terms",
        /// A moving picture.
        Video = "video",
        /// Anything else.
        Other = "other",
    }
}

words! {
    /// How a product has to do with another one.
    RelationKind {
        /// Goes with it in some way.
        Related = "related",
        /// Is used together with it.
        Accessory = "accessory",
        /// Does the same.
        Alternative = "alternative",
        /// Takes its place.
        Successor = "successor",
        /// Replaces a part of it.
        SparePart = "spare-part",
    }
}

words! {
    /// The signal word of a dangerous product (GHS).
    Signal {
        /// The more severe one.
        Danger = "danger",
        /// The less severe one.
        Warning = "warning",
    }
}

words! {
    /// A hazard pictogram (GHS).
    Pictogram {
        /// Explosive.
        Explosive = "GHS01",
        /// Flammable.
        Flammable = "GHS02",
        /// Oxidising.
        Oxidising = "GHS03",
        /// Gas under pressure.
        Gas = "GHS04",
        /// Corrosive.
        Corrosive = "GHS05",
        /// Acutely toxic.
        Toxic = "GHS06",
        /// Harmful, irritant.
        Harmful = "GHS07",
        /// Serious health hazard.
        Health = "GHS08",
        /// Hazardous to the environment.
        Environment = "GHS09",
    }
}

/// Another product that has to do with this one.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(from = "StoredRelation")]
pub struct Relation {
    /// How.
    pub kind: RelationKind,
    /// The other one.
    pub part: SupplierPartId,
}

/// Relations as they are stored; before format 2 they were part numbers.
#[derive(Deserialize)]
#[serde(untagged)]
enum StoredRelation {
    Part(SupplierPartId),
    Whole { kind: RelationKind, part: SupplierPartId },
}

impl From<StoredRelation> for Relation {
    fn from(stored: StoredRelation) -> Self {
        match stored {
            StoredRelation::Part(part) => Self { kind: RelationKind::Related, part },
            StoredRelation::Whole { kind, part } => Self { kind, part },
        }
    }
}

/// A group of variants of one thing, told apart by some of their properties.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Family {
    /// The same for all its variants: `HB933`.
    pub key: String,
    /// Names of the properties that tell them apart: `Thread`, `Length`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by: Vec<String>,
}

/// A part of a bundle.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Component {
    /// Which product.
    pub part: SupplierPartId,
    /// How many of its order units.
    pub quantity: Quantity,
}

/// Dangers of a product (GHS) and of its transport.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Hazard {
    /// Danger or warning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signal: Option<Signal>,
    /// Pictograms.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pictograms: Vec<Pictogram>,
    /// H and EUH statements by code: `H225`, `EUH066`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub statements: Vec<String>,
    /// P statements by code: `P210`, `P303+P361+P353`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub precautions: Vec<String>,
    /// Number for transport, 4 digits: `1993`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub un_number: Option<String>,
    /// Class for transport: `3`, `6.1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transport_class: Option<String>,
    /// I, II or III.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub packing_group: Option<String>,
}

/// On which days a product can be ordered.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Validity {
    /// First day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// Last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

impl Validity {
    /// Whether it is bounded by nothing.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.from.is_none() && self.until.is_none()
    }

    /// Whether this day is among them.
    #[must_use]
    pub fn holds_on(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
}

/// A product in the supplier's ERP.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct ErpItem {
    /// Its number there.
    pub part: String,
    /// Its unit there, where another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitOfMeasure>,
}

/// A name with a value, as in cXML `Extrinsic`.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Extrinsic {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}
