//! What is kept of every document in or out: redacted, with its outcome, linked to visit and order.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::model::{
    hook_url::Origin,
    ids::{BuyerId, ConnectionId, OrderId, PayloadId, SessionId, SupplierId, TransactionId},
};

/// A document that came or left, and the answer it got.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Transaction {
    /// Its key.
    pub id: TransactionId,
    /// When it was complete.
    pub at: Timestamp,
    /// Which way the document went.
    pub direction: Direction,
    /// Its element name (`OrderRequest`), `OCI call`, `OCI form`, or what it could not be read as.
    pub kind: String,
    /// What became of it.
    pub outcome: Outcome,
    /// Whose shop, once known.
    pub supplier: Option<SupplierId>,
    /// Who, once proven.
    pub buyer: Option<BuyerId>,
    /// Over which connection, once proven.
    pub connection: Option<ConnectionId>,
    /// Of which visit.
    pub session: Option<SessionId>,
    /// Of which order.
    pub order: Option<OrderId>,
    /// `payloadID` of the document.
    pub payload_id: Option<PayloadId>,
    /// `UserAgent` of its Header.
    pub user_agent: Option<String>,
    /// Address of the peer, as far as trusted proxies say.
    pub peer: Option<String>,
    /// Length as it travelled, in bytes.
    pub bytes: u64,
    /// How long the answer took, in microseconds.
    pub micros: u64,
    /// Random part of the document kept: the redacted copy.
    pub document: Option<TransactionId>,
    /// Random part of the answer kept.
    pub answer: Option<TransactionId>,
    /// What came with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// What is wrong with it.
    #[serde(default, skip_serializing_if = "Findings::is_empty")]
    pub findings: Findings,
    /// Its signatures, and that of its answer.
    #[serde(default, skip_serializing_if = "Signing::is_empty")]
    pub signing: Signing,
    /// Nothing of it counts.
    pub test: bool,
}

/// Signatures of an exchange.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Signing {
    /// Of a document that came: what its signatures are worth. `None`: there are none, and none was wanted.
    pub verdict: Option<SignatureVerdict>,
    /// Its signatures, where they hold.
    pub signatures: Vec<SignatureFound>,
    /// What none of them covers.
    pub uncovered: Vec<String>,
    /// Random part of the document that holds its octets as they came, sealed: the proof.
    pub received: Option<TransactionId>,
    /// Random part of the document that holds what left signed, sealed: a repeat gets the same octets.
    pub sent: Option<TransactionId>,
    /// Who signed what left, by the certificate: the answer, or the document itself when it went out.
    pub signed_by: Option<String>,
}

impl Signing {
    /// Whether there is nothing to say.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What the signatures of a document are worth.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignatureVerdict {
    /// They hold, every one.
    Holds,
    /// The document was refused for them; the outcome says why.
    Refused,
    /// There are some, and the connection does not want them looked at.
    Ignored,
}

/// One signature that holds.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct SignatureFound {
    /// The certificate's subject, or the key's fingerprint.
    pub signer: String,
    /// SHA-256 of the certificate, in hexadecimal.
    pub fingerprint: Option<String>,
    /// Why the signer is believed.
    pub believed: String,
    /// Algorithm.
    pub method: String,
    /// What it covers.
    pub covered: Vec<String>,
    /// When, as the signer says.
    pub signed_at: Option<Timestamp>,
    /// It holds with the attributes that the DTD defaults.
    pub with_defaults: bool,
}

/// A file that came with a document.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Attachment {
    /// `Content-ID`, by which the document refers to it, cut to size.
    pub id: Option<String>,
    /// The sender's name for it, cut to size: a label, never a path.
    pub name: Option<String>,
    /// `Content-Type` as the sender says, cut to size: nothing relies on it.
    pub content_type: Option<String>,
    /// Its length once decoded.
    pub bytes: u64,
    /// Random part of the document kept; `None`: it was not kept, because the document was not taken.
    pub document: Option<TransactionId>,
}

/// What grammar and rules have against a document.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct Findings {
    /// How many errors.
    pub errors: u32,
    /// How much advice.
    pub advice: u32,
    /// The first of them, errors before advice.
    pub first: Vec<Finding>,
}

impl Findings {
    /// Whether there is nothing to say.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.errors == 0 && self.advice == 0
    }
}

/// One thing that is wrong with a document.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// `punchgate explain` knows it.
    pub code: String,
    /// The document is wrong; otherwise it will be understood, though not by everybody.
    pub error: bool,
    /// One sentence, cut to size.
    pub message: String,
    /// What would be right, cut to size.
    pub hint: Option<String>,
    /// Line in the document, from 1.
    pub line: usize,
    /// Column in the line, in characters from 1.
    pub column: usize,
}

/// The beginning of a text, at most `most` bytes of it, without control characters.
#[must_use]
pub fn cut(text: &str, most: usize) -> String {
    let inside = text.char_indices().take_while(|&(at, c)| at + c.len_utf8() <= most);
    let kept: String = inside.map(|(_, c)| if c.is_control() { ' ' } else { c }).collect();
    kept.trim().to_owned()
}

/// Which way a document went.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// To us.
    In,
    /// From us.
    Out,
}

/// What became of a document.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// cXML Status code, or HTTP status of a page.
    pub code: u16,
    /// Exactly what happened, for the operator.
    pub note: String,
}

impl Outcome {
    /// Whether it was accepted.
    #[must_use]
    pub const fn is_success(&self) -> bool {
        self.code < 400
    }
}

/// A step of a connection in test that only a document can prove.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Milestone {
    /// A visit was opened.
    Setup,
    /// A cart left.
    Return,
    /// An order came.
    Order,
}

impl Milestone {
    /// In the order in which they are reached.
    pub const ALL: [Self; 3] = [Self::Setup, Self::Return, Self::Order];

    /// As keys and people name it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::Return => "return",
            Self::Order => "order",
        }
    }

    /// What a record proves: only documents in test that were taken count.
    #[must_use]
    pub fn of(transaction: &Transaction) -> Option<Self> {
        let taken = matches!(transaction.outcome.code, 200..=399) && transaction.outcome.code != 204;
        if !(transaction.test && taken) {
            return None;
        }
        match transaction.kind.as_str() {
            "PunchOutSetupRequest" | "OCI call" => Some(Self::Setup),
            "PunchOutOrderMessage" | "OCI form" => Some(Self::Return),
            "OrderRequest" => Some(Self::Order),
            _ => None,
        }
    }
}

/// The newest document that proves a step.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    /// Its record.
    pub transaction: TransactionId,
    /// When.
    pub at: Timestamp,
}

/// A host that a connection in test met and that is not on its lists.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SeenHost {
    /// Which.
    pub origin: Origin,
    /// The cart was to go there, or the shop was framed there.
    pub role: HostRole,
    /// When it was last met.
    pub at: Timestamp,
}

/// What a host was met as.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HostRole {
    /// A return address.
    Return,
    /// A page that frames the shop.
    Frame,
}
