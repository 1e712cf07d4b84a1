//! The decision itself: replay, open, or refuse.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    flow::{
        authenticate::Authenticated,
        session::{Pins, Session, Stage},
    },
    model::{
        hook_url::{Origin, OriginPattern},
        ids::{PayloadId, SessionId},
        limits,
        party::ConnectionState,
        profile::Protocol,
    },
};

use super::{Entry, Operation, SetupRequest};

/// What is known when a setup arrives.
pub struct Facts {
    /// What was answered to the same connection and payloadID before.
    pub earlier: Option<EarlierReply>,
    /// The catalog and agreement versions of now; `None`: this supplier has no catalog yet.
    pub pins: Option<Pins>,
}

/// An answer on record, with what became of it.
#[derive(Clone, Debug)]
pub struct EarlierReply {
    /// The answer.
    pub reply: Reply,
    /// Content of the request that it answered.
    pub content: [u8; 32],
    /// Its start link was followed.
    pub link_used: bool,
}

/// A successful answer, without its start link: that is derived from the session's id.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// Which session it opens.
    pub session: SessionId,
    /// Id of the answer; `None` where the protocol has none.
    pub payload_id: Option<PayloadId>,
    /// When it was given.
    pub at: Timestamp,
}

/// Fresh randomness for a decision.
pub struct Fresh {
    /// Id of a session to open.
    pub session: SessionId,
    /// Id of the answer.
    pub payload_id: Option<PayloadId>,
}

/// What a setup leads to.
pub enum Decision {
    /// Said before: the same answer again, no second effect.
    Replay(Reply),
    /// A new visit.
    Open(Box<Opened>),
}

/// A new visit and its answer.
pub struct Opened {
    /// The visit.
    pub session: Session,
    /// The answer.
    pub reply: Reply,
    /// Return host that is not on the list and was let through because the connection is in test.
    pub unknown_return_host: Option<Origin>,
}

/// Why a buyer was not let in. `Display` is for our record; the peer sees only the `Status`.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SetupRefused {
    /// The connection speaks the other protocol.
    #[error("the connection does not speak this protocol")]
    WrongProtocol,
    /// Nowhere to return to.
    #[error("no return address (BrowserFormPost, HOOK_URL)")]
    NoReturnAddress,
    /// A return address on plain http where only https is allowed.
    #[error("the return address is not https, and the connection does not allow http")]
    InsecureReturnAddress,
    /// `SAPEVENT:POST` where it is not allowed.
    #[error("SAPEVENT:POST is not allowed on this connection")]
    SapEventNotAllowed,
    /// A live connection sends carts only to hosts on its list.
    #[error("the return host {0} is not on the connection's list")]
    ForeignReturnHost(Origin),
    /// Edit or inspect without lines.
    #[error("{0} without an ItemOut: there is no cart to open")]
    NothingToReopen(&'static str),
    /// More lines than a cart holds.
    #[error("the cart has {lines} lines, {most} are the most")]
    TooManyLines {
        /// How many came.
        lines: usize,
        /// How many fit.
        most: usize,
    },
    /// No catalog was published.
    #[error("the supplier has published no catalog yet")]
    NoCatalog,
}

/// Decides what a setup request leads to.
pub fn decide(
    request: &Authenticated<SetupRequest>,
    facts: Facts,
    fresh: Fresh,
    now: Timestamp,
) -> Result<Decision, SetupRefused> {
    let setup = &request.document;
    let unknown_return_host = refusal(request)?;
    if let Some(earlier) = facts.earlier
        && earlier.answers_again(setup, now)
    {
        return Ok(Decision::Replay(earlier.reply));
    }
    let pins = facts.pins.ok_or(SetupRefused::NoCatalog)?;
    let parties = &request.parties;
    let session = Session {
        id: fresh.session,
        connection: parties.connection.id.clone(),
        supplier: parties.supplier.id.clone(),
        buyer: parties.buyer.id.clone(),
        purpose: setup.purpose.clone(),
        test: setup.test || parties.connection.state == ConnectionState::Test,
        currency: parties.currency(),
        pins,
        charges: parties.connection.charges.clone(),
        opened_at: now,
        expires_at: later(now, limits::SESSION_LIFETIME),
        first_used_at: None,
        frame_origin: None,
        stage: Stage::Shopping,
    };
    let reply = Reply { session: session.id, payload_id: fresh.payload_id, at: now };
    Ok(Decision::Open(Box::new(Opened { session, reply, unknown_return_host })))
}

/// The reasons to say no; else the unknown return host that test state lets through.
fn refusal(request: &Authenticated<SetupRequest>) -> Result<Option<Origin>, SetupRefused> {
    let setup = &request.document;
    let protocol = match setup.purpose.entry {
        Entry::Cxml { .. } => Protocol::Cxml,
        Entry::Oci(_) => Protocol::Oci,
    };
    if request.parties.profile.protocol != protocol {
        return Err(SetupRefused::WrongProtocol);
    }
    if setup.purpose.operation.reopens_a_cart() && setup.items.is_empty() {
        return Err(SetupRefused::NothingToReopen(setup.purpose.operation.as_str()));
    }
    if setup.items.len() > limits::CART_LINES {
        return Err(SetupRefused::TooManyLines { lines: setup.items.len(), most: limits::CART_LINES });
    }
    return_host(request)
}

fn return_host(request: &Authenticated<SetupRequest>) -> Result<Option<Origin>, SetupRefused> {
    let (connection, profile) = (&request.parties.connection, &request.parties.profile);
    let purpose = &request.document.purpose;
    let Some(hook) = &purpose.return_to else {
        let needed = purpose.operation != Operation::Detail;
        return if needed { Err(SetupRefused::NoReturnAddress) } else { Ok(None) };
    };
    let Some(origin) = hook.origin() else {
        return if profile.allows_sapevent { Ok(None) } else { Err(SetupRefused::SapEventNotAllowed) };
    };
    if !origin.is_https() && !profile.allows_http {
        return Err(SetupRefused::InsecureReturnAddress);
    }
    match (allowed(&connection.return_hosts, &origin), connection.state) {
        (true, _) => Ok(None),
        (false, ConnectionState::Test) => Ok(Some(origin)),
        (false, ConnectionState::Live) => Err(SetupRefused::ForeignReturnHost(origin)),
    }
}

fn allowed(patterns: &[OriginPattern], origin: &Origin) -> bool {
    patterns.iter().any(|pattern| pattern.allows(origin))
}

impl EarlierReply {
    /// The same content again, its link not yet used and young: the same answer.
    fn answers_again(&self, setup: &SetupRequest, now: Timestamp) -> bool {
        self.content == setup.content
            && !self.link_used
            && now < later(self.reply.at, limits::START_LINK_UNUSED)
    }
}

/// `now + by`, at the end of time where there is nothing later.
pub(crate) fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.checked_add(by).unwrap_or(Timestamp::MAX)
}
