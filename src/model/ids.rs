//! What things are called: the buyer's words kept as received, ours strict.

use serde::{Deserialize, Serialize};

use super::FieldError;

/// A text kept as received: no trimming, no folding, bounded in bytes.
macro_rules! received_text {
    ($(#[$doc:meta])* $name:ident, $field:literal, $max:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The longest one, in bytes of UTF-8.
            pub const MAX_BYTES: usize = $max;

            /// Takes the text as it is, if it is there and within the bound.
            pub fn parse(raw: &str) -> Result<Self, FieldError> {
                match raw.len() {
                    0 => Err(FieldError::Empty { field: $field }),
                    1..=Self::MAX_BYTES => Ok(Self(raw.to_owned())),
                    _ => Err(FieldError::TooLong { field: $field, max_bytes: Self::MAX_BYTES }),
                }
            }

            /// The text as received.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl_text!($name);
    };
}

/// A short name that we or the operator give: `a-z 0-9 -`, 1 to 40 of them, a letter or digit first.
macro_rules! slug {
    ($(#[$doc:meta])* $name:ident, $field:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Takes a name of 1 to 40 characters `a-z 0-9 -` that begins with a letter or digit.
            pub fn parse(raw: &str) -> Result<Self, FieldError> {
                if raw.is_empty() {
                    return Err(FieldError::Empty { field: $field });
                }
                let letters = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
                if raw.len() > 40 || !raw.bytes().all(letters) || raw.starts_with('-') {
                    return Err(FieldError::Malformed {
                        field: $field,
                        expected: "a name of up to 40 characters a-z, 0-9 and -",
                    });
                }
                Ok(Self(raw.to_owned()))
            }

            /// The name.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl_text!($name);
    };
}

macro_rules! impl_text {
    ($name:ident) => {
        impl TryFrom<String> for $name {
            type Error = FieldError;

            fn try_from(raw: String) -> Result<Self, FieldError> {
                Self::parse(&raw)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = FieldError;

            fn from_str(raw: &str) -> Result<Self, FieldError> {
                Self::parse(raw)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    };
}

/// 128 random bits, shown as 32 hexadecimal digits.
macro_rules! random_id {
    ($(#[$doc:meta])* $name:ident, $field:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name([u8; 16]);

        impl $name {
            /// An id of these random bits.
            #[must_use]
            pub const fn new(random: [u8; 16]) -> Self {
                Self(random)
            }

            /// The 128 bits.
            #[must_use]
            pub const fn bytes(&self) -> &[u8; 16] {
                &self.0
            }

            /// Reads the 32 hexadecimal digits.
            pub fn parse(raw: &str) -> Result<Self, FieldError> {
                let refused = FieldError::Malformed { field: $field, expected: "32 hexadecimal digits" };
                if raw.len() != 32 || !raw.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                    return Err(refused);
                }
                u128::from_str_radix(raw, 16).map(|bits| Self(bits.to_be_bytes())).map_err(|_| refused)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(formatter, "{:032x}", u128::from_be_bytes(self.0))
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(formatter, "{self}")
            }
        }

        impl TryFrom<String> for $name {
            type Error = FieldError;

            fn try_from(raw: String) -> Result<Self, FieldError> {
                Self::parse(&raw)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.to_string()
            }
        }
    };
}

slug! {
    /// A supplier in this process.
    SupplierId, "supplier"
}
slug! {
    /// A buyer organisation.
    BuyerId, "buyer"
}
slug! {
    /// A group of buyers that agreements may name.
    GroupId, "group"
}
slug! {
    /// One buyer over one protocol; part of the OCI address.
    ConnectionId, "connection"
}
slug! {
    /// A sender credential, as its operator calls it.
    SenderId, "sender"
}
slug! {
    /// An agreement.
    AgreementId, "agreement"
}
slug! {
    /// A platform profile: the stem of its file in `schemas/profiles`.
    ProfileId, "profile"
}

received_text! {
    /// The document's id, unique in space and time by promise of its sender; a retry repeats it.
    ///
    /// cXML `cXML/@payloadID`.
    PayloadId, "payloadID", 1024
}
received_text! {
    /// The buyer's opaque session mark, returned as received, inner markup and white space included.
    ///
    /// cXML `BuyerCookie` (declared ANY).
    BuyerCookie, "BuyerCookie", 8192
}
received_text! {
    /// Supplier's own number for an article, kept as received: no trimming, no folding.
    ///
    /// cXML `ItemID/SupplierPartID`; OCI `NEW_ITEM-VENDORMAT` (narrower: see `wire::oci`).
    SupplierPartId, "SupplierPartID", 255
}
received_text! {
    /// What tells two offers of one part number apart, and the supplier's cookie on a line.
    ///
    /// cXML `ItemID/SupplierPartAuxiliaryID` (declared ANY: kept as markup); OCI `NEW_ITEM-EXT_PRODUCT_ID`.
    SupplierPartAuxiliaryId, "SupplierPartAuxiliaryID", 4096
}
received_text! {
    /// The buyer's order number.
    ///
    /// cXML `OrderRequestHeader/@orderID`.
    OrderId, "orderID", 255
}

random_id! {
    /// One visit. Never shown: a capability carries it together with its proof.
    SessionId, "session id"
}
random_id! {
    /// One returned cart.
    CartId, "cart id"
}
random_id! {
    /// One recorded document or refusal.
    TransactionId, "transaction id"
}

/// The reference that leads from a returned line to its locked price: 100 random bits as 20 characters of
/// upper-case base32 (`A-Z 2-7`).
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LockReference(String);

impl LockReference {
    /// Its length, in characters.
    pub const LENGTH: usize = 20;
    const ALPHABET: &'static [u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// A reference of the upper 100 of these random bits.
    #[must_use]
    pub fn new(random: [u8; 16]) -> Self {
        let bits = u128::from_be_bytes(random);
        let letter = |index: usize| {
            let five = (bits >> (123 - 5 * index)) & 31;
            usize::try_from(five)
                .ok()
                .and_then(|five| Self::ALPHABET.get(five))
                .map_or('A', |byte| char::from(*byte))
        };
        Self((0..Self::LENGTH).map(letter).collect())
    }

    /// Reads 20 characters of base32.
    pub fn parse(raw: &str) -> Result<Self, FieldError> {
        if raw.len() == Self::LENGTH && raw.bytes().all(|byte| Self::ALPHABET.contains(&byte)) {
            Ok(Self(raw.to_owned()))
        } else {
            Err(FieldError::Malformed {
                field: "price lock reference",
                expected: "20 characters of A-Z and 2-7",
            })
        }
    }

    /// The 20 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl_text!(LockReference);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_reference_uses_the_upper_hundred_bits() {
        assert_eq!(LockReference::new([0; 16]).as_str(), "AAAAAAAAAAAAAAAAAAAA");
        assert_eq!(LockReference::new([0xff; 16]).as_str(), "77777777777777777777");
        let reference = LockReference::new([0x12; 16]);
        assert_eq!(LockReference::parse(reference.as_str()), Ok(reference));
    }

    #[test]
    fn a_slug_is_strict() {
        assert!(ConnectionId::parse("acme-ariba").is_ok());
        for refused in ["", "-a", "Acme", "a b", "a/b", &"a".repeat(41)] {
            assert!(ConnectionId::parse(refused).is_err(), "{refused:?}");
        }
    }

    #[test]
    fn a_random_id_reads_what_it_shows() {
        let id = SessionId::new([7; 16]);
        assert_eq!(SessionId::parse(&id.to_string()), Ok(id));
        assert!(SessionId::parse("07").is_err());
    }
}
