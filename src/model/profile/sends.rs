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
    pub calls: Vec<String>,
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
