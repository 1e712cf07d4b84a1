//! What became of a document that was taken.

use serde::{Deserialize, Serialize};

use super::{
    charge::Price,
    text::{Comments, DocumentNumber, Extrinsic, Moment},
};
use crate::model::{
    ids::{OrderId, PayloadId},
    money::Money,
};

/// News of an earlier document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StatusUpdate {
    /// payloadID of that document.
    pub document: Option<PayloadId>,
    /// What became of it.
    pub status: StatusReport,
    /// Of a card payment.
    pub payment: Option<PaymentStatus>,
    /// Of a sourcing.
    pub sourcing: Option<SourcingStatus>,
    /// Of an invoice.
    pub invoice: Option<InvoiceStatus>,
    /// Of a document of any kind.
    pub other: Option<DocumentStatus>,
    /// Of its way into a system.
    pub integration: Option<IntegrationStatus>,
    /// Agreed fields.
    pub extrinsics: Vec<Extrinsic>,
}

/// A status, of any code.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct StatusReport {
    /// Its code; one that is not known counts as its class.
    pub code: u16,
    /// Short name of the code.
    pub text: String,
    /// In which language.
    pub language: Option<String>,
    /// The cause.
    pub cause: String,
}

/// What became of an invoice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InvoiceStatus {
    /// Where it stands.
    pub kind: InvoiceStatusType,
    /// When it is due.
    pub due: Option<Moment>,
    /// Which one; the document itself where it is not named.
    pub invoice: Option<InvoiceId>,
    /// What is paid of it, where that is not all.
    pub partial: Option<Money>,
    /// Remarks.
    pub comments: Vec<Comments>,
}

choice! {
    /// Where an invoice stands.
    InvoiceStatusType, "type";
    /// It is looked at.
    Processing = "processing",
    /// It was taken back.
    Canceled = "canceled",
    /// It fits the order and the receipt.
    Reconciled = "reconciled",
    /// It was refused.
    Rejected = "rejected",
    /// It is being paid.
    Paying = "paying",
    /// It is paid.
    Paid = "paid",
}

/// An invoice, by its number.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct InvoiceId {
    /// The supplier's number.
    pub id: DocumentNumber,
    /// When it was made.
    pub date: Option<Moment>,
}

/// What became of a sourcing.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct SourcingStatus {
    /// Its outcome.
    pub action: Option<SourcingAction>,
    /// In which language.
    pub language: Option<String>,
    /// In words.
    pub text: String,
}

choice! {
    /// Outcome of a sourcing.
    SourcingAction, "action";
    /// It is agreed.
    Approve = "approve",
    /// It is given up.
    Cancel = "cancel",
    /// It is refused.
    Deny = "deny",
}

/// What became of a document of any kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DocumentStatus {
    /// Where it stands.
    pub kind: String,
    /// Which one.
    pub document: Option<DocumentInfo>,
    /// Remarks.
    pub comments: Vec<Comments>,
}

/// A document, by its number.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct DocumentInfo {
    /// Its number.
    pub id: String,
    /// Its kind.
    pub kind: String,
    /// When it was made.
    pub date: Option<Moment>,
}

/// What became of a card payment. The card itself is no part of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PaymentStatus {
    /// Of which order.
    pub order: OrderId,
    /// What was done.
    pub kind: PaymentType,
    /// When.
    pub time: Moment,
    /// It was tried in vain.
    pub failed: bool,
    /// How much.
    pub total: Option<Price>,
}

choice! {
    /// What is done with a card.
    PaymentType, "type";
    /// An amount is reserved.
    Authorization = "Authorization",
    /// A reserved amount is taken.
    Settlement = "Settlement",
    /// An amount is taken at once.
    Sale = "Sale",
    /// An amount is given back.
    Credit = "Credit",
}

/// How far a document came on its way into a system.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct IntegrationStatus {
    /// Where it stands.
    pub kind: IntegrationType,
}

choice! {
    /// How far a document came.
    IntegrationType, "documentStatus";
    /// It is there.
    Successful = "deliverySuccessful",
    /// It takes longer.
    Delayed = "deliveryDelayed",
    /// It did not get there.
    Failed = "deliveryFailed",
    /// It waits to be fetched.
    Ready = "deliveryReady",
    /// The customer has confirmed it.
    Confirmed = "customerConfirmed",
    /// The customer has it.
    Received = "customerReceived",
    /// The customer could not take it.
    CustomerFailed = "customerFailed",
}
