//! cXML: one file per document, named as in the DTD.
//!
//! Reading is tolerant in what peers get wrong (order of elements, missing `UserAgent`, odd timestamps) and exact
//! in what matters; every refusal names element, line and column.

mod accepted;
mod content;
mod credential_mac;
mod envelope;
mod explain;
mod finding;
mod fingerprint;
mod goods;
mod item;
mod json;
mod paper;
mod parts;
mod pen;
mod redact;
mod response;
mod rules;
mod status;
mod values;

mod catalog_upload_request;
mod confirmation_request;
mod copy_request;
mod index;
mod invoice_detail_request;
mod order_request;
mod profile_request;
mod punch_out_order_message;
mod punch_out_setup_request;
mod quote_message;
mod quote_request;
mod receipt_request;
mod ship_notice_request;
mod status_update_request;

#[cfg(test)]
mod tests;

pub use accepted::{Accepted, Judge, Verdict, accept};
pub use credential_mac::{CredentialMac, credential_macs};
pub use envelope::{Envelope, Stamp, read_envelope, timestamp};
pub use explain::{CODES, Explanation, explain};
pub use finding::{Finding, Severity, judge, judge_by};
pub use fingerprint::fingerprint;
pub use json::{Json, to_json, to_typed_json};
pub use paper::{Letter, Paper, Reading, read_element, read_paper, write_paper};
pub use redact::{redact_text, secret_spans};
pub use response::{ReceivedStatus, answer, read_status, setup_answer};
pub use status::{Refusal, Status, StatusClass, StatusCode};

pub use order_request::{Ordering, read_cards, read_order_request, write_order_request};
pub use profile_request::profile_answer;
pub use punch_out_order_message::{
    MessageFacts, ReceivedCart, ReceivedLine, read_order_message, write_order_message,
};
pub use punch_out_setup_request::{SetupAsk, read_setup_request, read_setup_response, write_setup_request};
