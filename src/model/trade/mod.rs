//! What trading partners tell each other about an order, whatever protocol carries it.
//!
//! One type per thing: an address, an amount with its modifications or a line of goods is the same in every document. Names are those
//! of cXML, whose words cover what the other protocols say.

/// A closed set of words, spelled as on the wire.
macro_rules! choice {
    (
        $(#[$meta:meta])*
        $name:ident, $field:literal $(, default $default:ident)?;
        $($(#[$doc:meta])* $variant:ident = $word:literal),+ $(,)?
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$doc])* #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// Every one, in the order of the specification.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Reads the word; upper and lower case count.
            pub fn parse(raw: &str) -> Result<Self, crate::model::FieldError> {
                match raw.trim() {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(crate::model::FieldError::Malformed {
                        field: $field,
                        expected: concat!("one of", $(" ", $word),+),
                    }),
                }
            }

            /// The word.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        $(impl Default for $name {
            fn default() -> Self {
                Self::$default
            }
        })?
    };
}

mod address;
mod charge;
mod item;
mod text;

mod answer;
mod catalog;
mod confirmation;
mod invoice;
mod order;
mod punch_out;
mod quote;
mod receipt;
mod ship_notice;
mod status_update;

pub use address::{Address, Contact, Country, IdReference, Phone, Postal};
pub use answer::{
    Answer, Copied, CopyMode, Profile, ProfileOption, ProfileQuestion, ProfileTransaction, StartPage,
};
pub use catalog::{
    CatalogIndex, CatalogUpload, Enabled, IndexAdd, IndexDelete, IndexDetail, IndexItem, IndexPunchout,
    LoadMode, Notification, PunchoutDetail, PunchoutLevel, SearchAttribute, SearchGroup, SearchGroupData,
    Switch, UploadOperation,
};
pub use charge::{
    Accounting, AccountingSegment, Adjustment, Distribution, Modification, ModificationDetail, Price,
    Segment, Shipping, Tax, TaxDetail, TaxExemption,
};
pub use confirmation::{
    Confirmation, ConfirmationHeader, ConfirmationItem, ConfirmationOperation, ConfirmationStatus,
    ConfirmationType, IncoTerms, ScheduleLineReference, StatusType,
};
pub use invoice::{
    DeletableOperation, HeaderIndicator, Invoice, InvoiceDiscount, InvoiceHeader, InvoiceItem,
    InvoiceItemReference, InvoiceLineShipping, InvoiceOrder, InvoiceOrderSummary, InvoiceOrderSums,
    InvoicePartner, InvoicePurpose, InvoiceShipping, InvoiceSpecialHandling, InvoiceSummary, LineIndicator,
};
pub use item::{
    Basis, BlanketDetail, Classification, CompositeType, Dimension, DimensionType, Item, ItemClass,
    ItemDetail, ItemId, ItemType, ScheduleLine,
};
pub use order::{
    AgreementReference, Discount, Order, OrderHeader, OrderIdInfo, OrderKind, OrderReference, OrderType,
    OrderedUnder, Payment, PaymentTerm, Period, SupplierOrder,
};
pub use punch_out::{CartHeader, CartMessage, Operation, PunchOutSetup, QuoteStatus};
pub use quote::{
    Alternative, AlternativeType, Quote, QuoteHeader, QuoteItem, QuoteRequest, QuoteRequestHeader,
    QuoteRequestReference, QuoteType,
};
pub use receipt::{
    Receipt, ReceiptHeader, ReceiptItem, ReceiptItemReference, ReceiptOrder, ReceiptType, ShipNoticeId,
    ShipNoticeLine, UnitRate,
};
pub use ship_notice::{
    Batch, FulfillmentType, PackageRange, Packaging, Route, RouteMethod, ShipControl, ShipNotice,
    ShipNoticeHeader, ShipNoticeItem, ShipNoticeOperation, ShipNoticePortion, ShipmentIdentifier,
    ShipmentType, TermsOfDelivery, Valued,
};
pub use status_update::{
    DocumentInfo, DocumentStatus, IntegrationStatus, IntegrationType, InvoiceId, InvoiceStatus,
    InvoiceStatusType, PaymentStatus, PaymentType, SourcingAction, SourcingStatus, StatusReport,
    StatusUpdate,
};
pub use text::{
    Comments, Description, DocumentNumber, Domained, Extrinsic, Localized, Markup, Moment, Token,
};
