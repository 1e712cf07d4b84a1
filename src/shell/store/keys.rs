//! Every table: its key, its value, its number. A number is never used again for another table; 25 and 31 listed
//! documents and visits by time, which their ids do now.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    flow::{
        cart::{Line, ReturnedCart, ReturnedLine},
        order::{Order, OrderVersion},
        session::Session,
        setup::Reply,
    },
    model::{
        agreement::Agreement,
        ids::{
            AgreementId, BuyerId, CartId, ConnectionId, LockReference, OrderId, PayloadId, SenderId,
            SessionId, SupplierId, SupplierPartId, TransactionId,
        },
        party::{Buyer, Connection, IdentityKey, Sealed, Sender, Supplier},
        signature::SigningIdentity,
    },
    shell::{
        catalog::{CatalogManifest, PriceListManifest},
        records::{Seen, SeenHost, Transaction},
    },
    wire::csv::Mapping,
};

use super::{Key, KeyBytes, KeyReader, Migration};

/// How values of older shapes become those of today. A table whose values change gets a step here and one
/// more as its `SCHEMA`.
pub const MIGRATIONS: &[Migration] = &[];

/// One table: its number, the key's fields with how each is written and read, and the value.
macro_rules! table {
    ($(#[$doc:meta])* $number:literal $name:ident { $($field:ident: $type:ty => $kind:ident),* $(,)? } -> $value:ty) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Eq, PartialEq)]
        #[allow(missing_docs, reason = "the fields are named by their types; one table has none")]
        pub struct $name { $(pub $field: $type),* }

        impl Key for $name {
            type Value = $value;
            const TABLE: u8 = $number;
            const SCHEMA: u16 = 1;

            fn encode(&self, key: &mut KeyBytes) {
                $(part!(encode $kind, key, self.$field);)*
                let _ = key;
            }

            fn decode(bytes: &[u8]) -> Option<Self> {
                KeyReader::whole(bytes, |key| {
                    let _ = &key;
                    Some(Self { $($field: part!(decode $kind, key, $type)),* })
                })
            }
        }
    };
}

/// How a part of a key is written and read.
macro_rules! part {
    (encode text, $key:ident, $value:expr) => {
        $key.text($value.as_str())
    };
    (decode text, $key:ident, $type:ty) => {
        <$type>::parse(&$key.text()?).ok()?
    };
    (encode identity, $key:ident, $value:expr) => {
        $key.text(&$value.domain).text(&$value.identity)
    };
    (decode identity, $key:ident, $type:ty) => {
        IdentityKey { domain: $key.text()?, identity: $key.text()? }
    };
    (encode random, $key:ident, $value:expr) => {
        $key.raw(*$value.bytes())
    };
    (decode random, $key:ident, $type:ty) => {
        <$type>::new($key.raw::<16>()?)
    };
    (encode number, $key:ident, $value:expr) => {
        $key.u64(u64::from($value))
    };
    (decode number, $key:ident, $type:ty) => {
        <$type>::try_from($key.u64()?).ok()?
    };
    (encode newest_first, $key:ident, $value:expr) => {
        $key.newest_first($value)
    };
    (decode newest_first, $key:ident, $type:ty) => {
        $key.newest_first()?
    };
    (encode oldest_first, $key:ident, $value:expr) => {
        $key.timestamp($value)
    };
    (decode oldest_first, $key:ident, $type:ty) => {
        $key.timestamp()?
    };
    (encode word, $key:ident, $value:expr) => {
        $key.text(&$value)
    };
    (decode word, $key:ident, $type:ty) => {
        $key.text()?
    };
}

table! {
    /// Suppliers.
    1 SupplierKey { supplier: SupplierId => text } -> Supplier
}
table! {
    /// Whom a `To` names.
    2 SupplierIdentityKey { identity: IdentityKey => identity } -> SupplierId
}
table! {
    /// Buyers.
    3 BuyerKey { buyer: BuyerId => text } -> Buyer
}
table! {
    /// Sender credentials.
    4 SenderKey { sender: SenderId => text } -> Sender
}
table! {
    /// Which credential of a supplier a `Sender` names.
    5 SenderIdentityKey { supplier: SupplierId => text, identity: IdentityKey => identity } -> SenderId
}
table! {
    /// Connections.
    6 ConnectionKey { connection: ConnectionId => text } -> Connection
}
table! {
    /// Which connection a `From` of a sender names.
    7 FromKey { sender: SenderId => text, identity: IdentityKey => identity } -> ConnectionId
}
table! {
    /// Published catalog versions.
    8 CatalogKey { supplier: SupplierId => text, version: u64 => number } -> CatalogManifest
}
table! {
    /// The version that new sessions see.
    9 CatalogHeadKey { supplier: SupplierId => text } -> u64
}
table! {
    /// Published price lists.
    10 PriceListKey { agreement: AgreementId => text, version: u64 => number } -> PriceListManifest
}
table! {
    /// Versions of agreements.
    11 AgreementKey { agreement: AgreementId => text, version: u64 => number } -> Agreement
}
table! {
    /// The version of each agreement of a supplier that new sessions see.
    12 AgreementHeadKey { supplier: SupplierId => text, agreement: AgreementId => text } -> u64
}
table! {
    /// Visits; their ids sort newest first.
    13 SessionKey { session: SessionId => random } -> Session
}
table! {
    /// Carts of visits, without their lines.
    14 CartKey { session: SessionId => random } -> CartHead
}
table! {
    /// Lines of carts.
    15 CartLineKey { session: SessionId => random, number: u32 => number } -> Line
}
table! {
    /// Answers to setups, by the payloadID they answered.
    16 SetupReplyKey { connection: ConnectionId => text, payload_id: PayloadId => text } -> SetupReply
}
table! {
    /// Carts that left.
    17 ReturnedCartKey { cart: CartId => random } -> ReturnedCart
}
table! {
    /// Their lines.
    18 ReturnedLineKey { cart: CartId => random, number: u32 => number } -> ReturnedLine
}
table! {
    /// Where a price lock leads: the newest cart with it.
    19 LockKey { reference: LockReference => text } -> (CartId, u32)
}
table! {
    /// Lines that left, by buyer and part number, newest first.
    20 ReturnedPartKey {
        buyer: BuyerId => text, part: SupplierPartId => text, at: Timestamp => newest_first,
        cart: CartId => random, number: u32 => number,
    } -> ()
}
table! {
    /// What a revision of a visit's cart left as.
    21 DepartureKey { session: SessionId => random, revision: u64 => number } -> Departure
}
table! {
    /// Orders.
    22 OrderKey { supplier: SupplierId => text, buyer: BuyerId => text, order: OrderId => text } -> Order
}
table! {
    /// Versions of orders.
    23 OrderVersionKey {
        supplier: SupplierId => text, buyer: BuyerId => text, order: OrderId => text, number: u32 => number,
    } -> StoredVersion
}
table! {
    /// Orders as they came, newest first.
    24 OrderByTimeKey {
        at: Timestamp => newest_first, supplier: SupplierId => text, buyer: BuyerId => text,
        order: OrderId => text, number: u32 => number,
    } -> ()
}
table! {
    /// Recorded documents; their ids sort newest first.
    26 TransactionKey { transaction: TransactionId => random } -> Transaction
}
table! {
    /// The documents of a visit and of the orders that came of it, oldest first.
    27 SessionTransactionKey {
        session: SessionId => random, at: Timestamp => oldest_first, transaction: TransactionId => random,
    } -> ()
}
table! {
    /// The operator's password, as an argon2 hash.
    28 OperatorKey {} -> String
}
table! {
    /// Keys of capabilities, sealed.
    29 CapabilityKeyKey { id: u8 => number } -> Sealed
}
table! {
    /// Hosts that a connection in test met and that are not on its lists.
    30 SeenHostKey { connection: ConnectionId => text, host: String => word } -> SeenHost
}
table! {
    /// The newest document in test that proves a step of a connection.
    32 MilestoneKey { connection: ConnectionId => text, milestone: String => word } -> Seen
}
table! {
    /// Which orders draw, or have drawn, on a blanket order.
    51 ReleaseKey {
        supplier: SupplierId => text, buyer: BuyerId => text, blanket: OrderId => text, order: OrderId => text,
    } -> ()
}
table! {
    /// Keys that sign for a supplier, oldest first.
    50 SigningIdentitiesKey { supplier: SupplierId => text } -> Vec<SigningIdentity>
}

table! {
    /// How the columns of a supplier's catalog files are called.
    45 ImportMappingKey { supplier: SupplierId => text } -> Mapping
}

/// A cart without its lines.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct CartHead {
    /// Of the cart.
    pub revision: u64,
    /// Number of the last line made.
    pub next_number: u32,
}

/// An answer to a setup, with what it answered.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SetupReply {
    /// The answer.
    pub reply: Reply,
    /// Content of the request.
    pub content: [u8; 32],
}

/// What a revision of a cart left as: the form that the browser posts, kept as a document.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Departure {
    /// The cart; `None`: a cancellation.
    pub cart: Option<CartId>,
    /// Random part of the document that holds the form.
    pub form: TransactionId,
}

/// A version of an order with where its lines are kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StoredVersion {
    /// The version.
    pub version: OrderVersion,
    /// Random part of the document that holds its lines.
    pub lines: TransactionId,
    /// Numbers of payment cards, sealed.
    #[serde(default)]
    pub cards: Vec<Sealed>,
}
