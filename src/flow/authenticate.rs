//! Who is it: the claim of a document against what we know, into [`Authenticated`].

use std::sync::Arc;

use crate::model::{
    money::Currency,
    party::{Buyer, Connection, Identity, Supplier},
    profile::Profile,
};

use super::secret::Secret;

/// A document from a proven sender, with the parties it speaks for. Only this module makes one.
pub struct Authenticated<T> {
    /// What was sent.
    pub document: T,
    /// For whom it speaks.
    pub parties: Arc<Parties>,
    _proof: Proof,
}

struct Proof;

/// The parties of a connection, loaded together.
#[derive(Clone)]
pub struct Parties {
    /// Whose shop.
    pub supplier: Supplier,
    /// Whose visit.
    pub buyer: Buyer,
    /// Over which connection.
    pub connection: Connection,
    /// How the other side behaves: the platform's profile with the connection's overrides.
    pub profile: Profile,
}

impl Parties {
    /// Currency of the connection's visits.
    #[must_use]
    pub fn currency(&self) -> Currency {
        self.connection.currency.unwrap_or(self.supplier.currency)
    }
}

/// What a cXML Header claims.
pub struct Claim {
    /// cXML `To`: any of these names us.
    pub to: Vec<Identity>,
    /// cXML `From`: the buyer under one or several domains.
    pub from: Vec<Identity>,
    /// cXML `Sender`: each credential with its secret, if it has one.
    pub sender: Vec<(Identity, Option<Secret>)>,
}

/// What is known about a claim.
pub struct CxmlFacts {
    /// Secrets of the sender, one or two; `None` for an unknown supplier or sender.
    pub secrets: Option<Vec<Secret>>,
    /// The credential of the claim whose sender this is.
    pub presented: Option<Secret>,
    /// The parties that the sender may speak for and `From` names.
    pub parties: Option<Arc<Parties>>,
}

/// Why a document is not believed. `Display` is for our record; the peer sees only the `Status`.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NotAuthenticated {
    /// No supplier under `To`, or no such sender there.
    #[error("no sender credential is known under this To and Sender")]
    UnknownSender,
    /// The secret is missing or wrong.
    #[error("the sender is known, its secret is missing or wrong")]
    WrongSecret,
    /// OCI: no connection of the name in the address takes calls.
    #[error("no OCI connection has the name in the address of the call")]
    UnknownConnection,
    /// OCI: a credential of the call is missing or wrong.
    #[error("the connection is known, a user name or password of the call is missing or wrong")]
    WrongCredentials,
    /// The sender may not speak for `From`.
    #[error("the sender is proven, but no connection lets it speak for this From")]
    UnknownFrom,
}

/// Decides about a cXML document. An unknown sender takes the same comparisons, against a dummy.
pub fn cxml<T>(document: T, facts: CxmlFacts) -> Result<Authenticated<T>, NotAuthenticated> {
    let presented = facts.presented.unwrap_or_else(|| Secret::new(""));
    let known = facts.secrets.is_some();
    let secrets = facts.secrets.unwrap_or_else(|| vec![Secret::new("no such sender")]);
    // Every slot is compared, whichever matches.
    let proven = secrets.iter().fold(false, |proven, secret| secret.matches(&presented) | proven);
    match (known, proven, facts.parties) {
        (false, _, _) => Err(NotAuthenticated::UnknownSender),
        (true, false, _) => Err(NotAuthenticated::WrongSecret),
        (true, true, None) => Err(NotAuthenticated::UnknownFrom),
        (true, true, Some(parties)) => Ok(Authenticated { document, parties, _proof: Proof }),
    }
}

/// Decides about an OCI call: every credential of the connection must be there with the right value.
///
/// - `presented`: the call's value for each expected credential, in the same order.
/// - `facts`: the expected values and the parties; `None` for an unknown connection.
pub fn oci<T>(
    document: T,
    presented: &[Option<Secret>],
    facts: Option<(Vec<Secret>, Arc<Parties>)>,
) -> Result<Authenticated<T>, NotAuthenticated> {
    let known = facts.is_some();
    let (expected, parties) = match facts {
        Some((expected, parties)) => (expected, Some(parties)),
        None => (vec![Secret::new("no such connection"); 2], None),
    };
    let empty = Secret::new("");
    let proven = expected.iter().enumerate().fold(!expected.is_empty(), |proven, (index, secret)| {
        let value = presented.get(index).and_then(Option::as_ref);
        secret.matches(value.unwrap_or(&empty)) & value.is_some() & proven
    });
    match parties {
        Some(parties) if proven => Ok(Authenticated { document, parties, _proof: Proof }),
        _ if known => Err(NotAuthenticated::WrongCredentials),
        _ => Err(NotAuthenticated::UnknownConnection),
    }
}

impl<T> Authenticated<T> {
    /// The same proof, if reading succeeds; else the parties it concerns.
    pub fn try_map<U, E>(
        self,
        read: impl FnOnce(T) -> Result<U, E>,
    ) -> Result<Authenticated<U>, (Arc<Parties>, E)> {
        match read(self.document) {
            Ok(document) => Ok(Authenticated { document, parties: self.parties, _proof: Proof }),
            Err(error) => Err((self.parties, error)),
        }
    }
}
