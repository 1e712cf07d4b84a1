//! What an outcome means, whose side must act, and what to tell them.

use crate::{
    flow::authenticate::NotAuthenticated,
    shell::records::{Direction, Outcome, Transaction},
};

/// An outcome in words.
pub(super) struct Explanation {
    /// What happened.
    pub(super) meaning: &'static str,
    /// Who must do something; `None`: nobody.
    pub(super) who: Option<&'static str>,
    /// What to do.
    pub(super) advice: &'static str,
}

const BUYER: Option<&str> = Some("The buyer's side");
const US: Option<&str> = Some("Our side");
const EITHER: Option<&str> = Some("Either side");

/// Explains the outcome of a document.
pub(super) fn explain(transaction: &Transaction) -> Explanation {
    let Outcome { code, note } = &transaction.outcome;
    let (meaning, who, advice) = match code {
        204 => ("The shopper left without changing anything.", None, "Nothing."),
        0..400 if transaction.direction == Direction::Out => (
            "The document left through the shopper's browser.",
            None,
            "Nothing. Whether it arrived, only the buyer's system knows.",
        ),
        0..400 => ("The document was taken.", None, "Nothing."),
        401 | 403 => unproven(*code, note),
        406 => (
            "The document is not well-formed cXML.",
            BUYER,
            "Send them the line and column below; their document breaks the rules of XML or cXML there.",
        ),
        400 => (
            "The document lacks something, or a value cannot be read.",
            BUYER,
            "Send them the reason with its line and column.",
        ),
        412 => (
            "There is no cart to open again.",
            BUYER,
            "Edit and inspect must carry the lines of the requisition as ItemOut.",
        ),
        450 => (
            "The kind of document, or the operation, is not offered.",
            BUYER,
            "Have them send only what the sheet names.",
        ),
        475 => (
            "The document is not signed, and this connection wants signatures.",
            BUYER,
            "Have them sign it, or let unsigned documents in on the connection's page.",
        ),
        476 => (
            "The signature does not hold: the document was changed after signing, or is not signed as cXML asks for.",
            BUYER,
            "Send them the reason. If it came through a network, ask whether that changes documents on the way.",
        ),
        477 => (
            "The signature is by somebody who is not believed here, or in a way that is not accepted.",
            EITHER,
            "Compare their certificate with those on the connection's page: it may be new. Pin it only when they confirm its fingerprint.",
        ),
        499 => (
            "The document is larger than is taken.",
            BUYER,
            "Have them send fewer lines or smaller attachments.",
        ),
        560 => (
            "The gateway could not take it at that moment; the peer was asked to try again.",
            US,
            "If it goes on: publish a catalog if there is none yet, look at the disk and at /readyz.",
        ),
        408 => (
            "The rest of the request did not come in time.",
            BUYER,
            "Look at the network between the two sides.",
        ),
        404 => (
            "The address leads nowhere.",
            BUYER,
            "Have them compare the address with the connection's sheet.",
        ),
        400..500 => ("The document was refused.", BUYER, "Send them the reason."),
        _ => ("Something failed here.", US, "The log of that moment says more; it names this document's id."),
    };
    Explanation { meaning, who, advice }
}

type Told = (&'static str, Option<&'static str>, &'static str);

/// Who called was not proven, or may not do this.
fn unproven(code: u16, note: &str) -> Told {
    let refused = |reason: NotAuthenticated| note == reason.to_string();
    match code {
        401 if refused(NotAuthenticated::UnknownSender) => (
            "Nobody is known under the names in To and Sender.",
            EITHER,
            "Compare To and Sender of the document with the connection's sheet. If the names are right, create the sender or connection here.",
        ),
        401 if refused(NotAuthenticated::WrongSecret) => (
            "The sender is known; its shared secret is missing or wrong.",
            EITHER,
            "Have the buyer enter the secret again. If it is lost, give them a new one: punchgate sender rotate.",
        ),
        401 if refused(NotAuthenticated::UnknownConnection) => (
            "The call came to an address that names no OCI connection.",
            EITHER,
            "Compare the address with the connection's sheet: it ends in /oci/ and the connection's name.",
        ),
        401 if refused(NotAuthenticated::WrongCredentials) => (
            "The connection is known; the user name or password in the call is missing or wrong.",
            EITHER,
            "Compare the parameters of the call below with the connection's sheet. The names count as well as the values.",
        ),
        401 => (
            "The caller could not be proven.",
            EITHER,
            "Compare the credentials with the connection's sheet.",
        ),
        403 if refused(NotAuthenticated::UnknownFrom) => (
            "The sender is proven, but From names no buyer that it may speak for.",
            US,
            "Create a connection for this From identity, or have the buyer correct it.",
        ),
        _ => (
            "The connection does not allow this.",
            US,
            "If the address or protocol is right, allow it on the connection's page; otherwise have the buyer correct it.",
        ),
    }
}
