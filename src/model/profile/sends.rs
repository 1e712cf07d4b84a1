//! The sending side of a platform: what its documents and calls look like. The virtual buyer plays it.

use serde::{Deserialize, Serialize};

use super::CxmlVersion;

/// What a platform sends.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sends {
    /// cXML: version of the DTD that its documents declare.
    pub version: CxmlVersion,
    /// cXML: `Sender/UserAgent`.
    pub user_agent: String,
    /// cXML: credential domains of `From`, `To` and `Sender`.
    pub domains: [String; 3],
    /// cXML: who the sender of its documents is.
    pub sender: SenderIs,
    /// cXML: `Extrinsic` of the setup, by name, with values as they may look.
    pub extrinsics: Vec<(String, String)>,
    /// cXML: its times have no zone.
    pub zoneless_times: bool,
    /// What it may ask a setup for: `create`, `edit`, `inspect`, `source`.
    pub operations: Vec<String>,
    /// Kinds of order: `new`, `update`, `delete`; none: its orders come on another way.
    pub orders: Vec<String>,
    /// What is called, in this order, from the visit to the order.
    pub calls: Vec<Call>,
    /// OCI: how the catalog is called.
    pub method: CallMethod,
    /// OCI: parameters beside user, password and `HOOK_URL`; those that begin with `~` come behind that.
    pub parameters: Vec<(String, String)>,
    /// Seconds that it waits for an answer.
    pub timeout_secs: u32,
    /// How often it sends a document again that got no answer, or one that says to try again.
    pub retries: u32,
    /// Seconds between these attempts.
    pub retry_pause_secs: u32,
    /// Habits that have no field of their own, a sentence each.
    pub habits: Vec<String>,
}

impl Sends {
    /// OCI: what is called beside the shop, in order.
    #[must_use]
    pub fn functions(&self) -> Vec<OciFunction> {
        self.calls.iter().filter_map(|call| call.function()).collect()
    }
}

/// One thing that a platform calls or gets.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub enum Call {
    /// cXML: `PunchOutSetupRequest`.
    #[serde(rename = "setup")]
    Setup,
    /// cXML: the address that answers it, in the browser.
    #[serde(rename = "start page")]
    StartPage,
    /// OCI: the call into the shop.
    #[serde(rename = "call")]
    Shop,
    /// The cart comes back.
    #[serde(rename = "cart")]
    Cart,
    /// `OrderRequest`.
    #[serde(rename = "order")]
    Order,
    /// OCI: a product's page.
    #[serde(rename = "DETAIL")]
    Detail,
    /// OCI: a product as it is now.
    #[serde(rename = "VALIDATE")]
    Validate,
    /// OCI: products for the buyer's own list.
    #[serde(rename = "BACKGROUND_SEARCH")]
    BackgroundSearch,
    /// OCI: the shop, at what is found.
    #[serde(rename = "SOURCING")]
    Sourcing,
    /// OCI: the catalog as JSON.
    #[serde(rename = "DOWNLOADJSON")]
    DownloadJson,
}

impl Call {
    /// What it asks of an OCI catalog beside the shop.
    #[must_use]
    pub const fn function(self) -> Option<OciFunction> {
        match self {
            Self::Setup | Self::StartPage | Self::Shop | Self::Cart | Self::Order => None,
            Self::Detail => Some(OciFunction::Detail),
            Self::Validate => Some(OciFunction::Validate),
            Self::BackgroundSearch => Some(OciFunction::BackgroundSearch),
            Self::Sourcing => Some(OciFunction::Sourcing),
            Self::DownloadJson => Some(OciFunction::DownloadJson),
        }
    }
}

/// What an OCI call may ask for beside the shop: `FUNCTION`.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum OciFunction {
    /// A product's page.
    Detail,
    /// A product as it is now.
    Validate,
    /// Products for the buyer's own list.
    BackgroundSearch,
    /// The shop, at what is found.
    Sourcing,
    /// The catalog as JSON.
    #[serde(rename = "DOWNLOADJSON")]
    DownloadJson,
}

impl OciFunction {
    /// As a call writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Detail => "DETAIL",
            Self::Validate => "VALIDATE",
            Self::BackgroundSearch => "BACKGROUND_SEARCH",
            Self::Sourcing => "SOURCING",
            Self::DownloadJson => "DOWNLOADJSON",
        }
    }
}

/// Whom `Sender` names.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SenderIs {
    /// The buyer itself.
    Buyer,
    /// A network that sends for many buyers.
    Network,
}

/// How a catalog is called over OCI.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CallMethod {
    /// By a form.
    #[default]
    Post,
    /// By address.
    Get,
}
