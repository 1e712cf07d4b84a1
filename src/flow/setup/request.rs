//! What a buyer's system asks for when it sends a user.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::model::{
    hook_url::HookUrl,
    ids::{BuyerCookie, PayloadId, SupplierPartAuxiliaryId, SupplierPartId},
    money::{Currency, Money, UnitPrice, line_amount},
    party::{Identity, User},
    profile::Target,
    quantity::{Quantity, UnitOfMeasure},
};

/// A setup, whichever protocol brought it.
#[derive(Clone, Debug)]
pub struct SetupRequest {
    /// What the visit is for.
    pub purpose: Purpose,
    /// Digest of the request without its payloadID and timestamp.
    pub content: [u8; 32],
    /// The cart to open again.
    pub items: Vec<IncomingLine>,
    /// `deploymentMode="test"`.
    pub test: bool,
}

/// What a visit is for: said by the setup, kept by the session until the cart leaves.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Purpose {
    /// What the user may do.
    pub operation: Operation,
    /// Under which document and mark the cart goes back.
    pub entry: Entry,
    /// Where the cart goes.
    pub return_to: Option<HookUrl>,
    /// Frame or window that takes the cart, where the call names one.
    pub return_target: Option<Target>,
    /// Where cancelling leads, where the call names an address.
    pub cancel_to: Option<HookUrl>,
    /// Who shops.
    pub user: User,
    /// Language wish: a tag such as `de` or `en-US`.
    pub language: Option<String>,
    /// Where the goods go: the buyer's `addressID`.
    pub ship_to: Option<String>,
    /// In which country that is, ISO 3166: `DE`.
    #[serde(default)]
    pub ship_to_country: Option<String>,
    /// Level 2: open the shop here.
    pub selected_item: Option<ItemKey>,
    /// Words to open the shop with.
    #[serde(default)]
    pub search: Option<String>,
    /// What else the setup says: Extrinsics, parameters of the call; no credential.
    #[serde(default)]
    pub setup_values: Vec<(String, String)>,
}

impl Purpose {
    /// What the setup said under this name: case and a leading `~` do not count.
    #[must_use]
    pub fn setup_value(&self, name: &str) -> Option<&str> {
        let bare = |name: &str| name.trim_start_matches('~').to_ascii_lowercase();
        let wanted = bare(name);
        self.setup_values.iter().find(|(own, _)| bare(own) == wanted).map(|(_, value)| value.as_str())
    }
}

/// What the protocol needs on the way back.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "protocol")]
pub enum Entry {
    /// A `PunchOutSetupRequest`.
    Cxml {
        /// Its id, where it has one; a retry repeats it.
        payload_id: Option<PayloadId>,
        /// Returned as received; `None`: it came empty.
        buyer_cookie: Option<BuyerCookie>,
        /// Who asked: becomes `To` of the message.
        from: Vec<Identity>,
        /// Who was asked: becomes `From` of the message.
        to: Vec<Identity>,
    },
    /// An OCI call.
    Oci(OciControls),
}

/// The parameters of an OCI call that its answer depends on.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct OciControls {
    /// `~OkCode`, `~TARGET`, `~CALLER` … to send back, as named and valued in the call.
    pub echo: Vec<(String, String)>,
    /// `http_content_charset`.
    pub charset: Option<String>,
    /// `NEW_ITEM-…` values to put on every line.
    pub fixed: Vec<(String, String)>,
}

/// What the user may do.
///
/// cXML `PunchOutSetupRequest/@operation`.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    /// Fill a new cart.
    Create,
    /// Change an earlier cart.
    Edit,
    /// Look at an earlier cart.
    Inspect,
    /// Ask for offers: treated by flow as a new cart where it is supported.
    Source,
    /// Look at one product; nothing goes back (OCI `FUNCTION=DETAIL`).
    Detail,
}

impl Operation {
    /// The attribute's value.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Edit => "edit",
            Self::Inspect => "inspect",
            Self::Source => "source",
            Self::Detail => "detail",
        }
    }

    /// Nothing may be changed, and no cart goes back.
    #[must_use]
    pub const fn is_read_only(self) -> bool {
        matches!(self, Self::Inspect | Self::Detail)
    }

    /// Edit and inspect bring their lines along.
    #[must_use]
    pub const fn reopens_a_cart(self) -> bool {
        matches!(self, Self::Edit | Self::Inspect)
    }
}

/// The two parts that identify an offer of ours.
///
/// cXML `ItemID`; OCI `NEW_ITEM-VENDORMAT` and `NEW_ITEM-EXT_PRODUCT_ID`.
#[derive(Clone, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
pub struct ItemKey {
    /// Part number.
    pub part: SupplierPartId,
    /// Second key, as markup.
    pub auxiliary: Option<SupplierPartAuxiliaryId>,
}

/// A line that the buyer's system holds: from a requisition (setup) or an order, where it may name no item (`flow::order::OrderLine`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IncomingLine<Item = ItemKey> {
    /// `@lineNumber`, or its place in the document, from 1.
    pub line_number: u32,
    /// Which item.
    pub item: Item,
    /// How many.
    pub quantity: Quantity,
    /// The buyer's record of the price, where the line has an `ItemDetail`.
    pub price: Option<IncomingPrice>,
    /// `UnitOfMeasure`, in the buyer's words.
    pub unit: Option<UnitOfMeasure>,
    /// First `Description`, plain text.
    pub description: Option<String>,
    /// `Classification`: domain and code.
    pub classification: Option<(String, String)>,
    /// First `Comments`, plain text.
    pub comment: Option<String>,
    /// Price lock reference that travelled in an Extrinsic.
    pub lock_extrinsic: Option<String>,
    /// `@requestedDeliveryDate`, as written.
    pub requested_delivery: Option<String>,
    /// `@agreementItemNumber`: which line of the blanket order it draws on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreement_item: Option<String>,
    /// What a line of a blanket order allows in all.
    #[serde(default, skip_serializing_if = "Bounds::is_open")]
    pub bounds: Bounds,
}

impl IncomingLine {
    /// The same as a line of an order.
    #[must_use]
    pub fn ordered(self) -> IncomingLine<Option<ItemKey>> {
        IncomingLine {
            line_number: self.line_number,
            item: Some(self.item),
            quantity: self.quantity,
            price: self.price,
            unit: self.unit,
            description: self.description,
            classification: self.classification,
            comment: self.comment,
            lock_extrinsic: self.lock_extrinsic,
            requested_delivery: self.requested_delivery,
            agreement_item: self.agreement_item,
            bounds: self.bounds,
        }
    }
}

/// `BlanketItemDetail`: how much may be drawn.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Bounds {
    /// `MaxAmount`, else `OverallLimit`.
    pub most: Option<Money>,
    /// `MaxQuantity`.
    pub most_quantity: Option<Decimal>,
}

impl Bounds {
    /// There are none.
    #[must_use]
    pub fn is_open(&self) -> bool {
        *self == Self::default()
    }
}

/// `UnitPrice/Money` with `PriceBasisQuantity`, in order units: its `conversionFactor` is multiplied in.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct IncomingPrice {
    /// Money for `per` units.
    pub amount: Decimal,
    /// `@currency`, where it is one.
    pub currency: Option<Currency>,
    /// `PriceBasisQuantity/@quantity`, 1 without.
    pub per: Decimal,
}

impl IncomingPrice {
    /// What so many cost, rounded to what can be paid; `None` without a currency.
    #[must_use]
    pub fn amount_of(self, quantity: Quantity) -> Option<Money> {
        line_amount(UnitPrice::new(self.amount, self.currency?, self.per).ok()?, quantity).ok()
    }
}
