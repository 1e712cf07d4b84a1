//! What an operator creates and publishes: suppliers, buyers, senders, connections, agreements, catalogs, prices.
//!
//! The command line, the operator's pages and the demo all come through here. Each function loads, checks
//! everything, and writes all tables in one durable commit.

/// Decides and commits; again while others change what is decided on, a handful of times.
macro_rules! decided {
    ($attempt:block) => {{
        let mut again = 4;
        loop {
            match $crate::shell::onboarding::attempted(async $attempt).await {
                Err(OnboardingError::App(error)) if again > 0 && error.is_conflict() => again -= 1,
                outcome => break outcome,
            }
        }
    }};
}

mod agreements;
mod catalogs;
mod charges;
mod connections;
mod parties;
mod photos;
mod publish;
mod readiness;
mod senders;
mod sheet;
mod signatures;

pub use agreements::{change_agreement, create_agreement};
pub use catalogs::{
    CatalogFile, Imported, catalog_versions, column_mapping, current, drop_staged, forget_mapping, mode_word,
    publish_due, publish_staged, restore_catalog, schedule_staged, set_synonyms, stage_catalog,
    staged_catalogs, synonyms,
};
pub use charges::{ChargeChange, change_charges};
pub use connections::{
    ConnectionTerms, NewConnection, NewLogin, SenderChoice, allow_host, create_connection, set_fields,
    set_state, set_terms,
};
pub use parties::{create_buyer, create_supplier, set_language, set_pictures};
pub use publish::{Verdict, publish_catalog, publish_prices, publish_stock};
pub use readiness::{AssortmentReport, Gap, Readiness, Step, readiness, steps};
pub use senders::{NewSender, add_secret, create_sender, retire_secret};
pub use sheet::{Call, SECRET_PLACE, Sheet, sheet};
pub use signatures::{SignatureChange, add_signing_key, remove_signing_key, set_signatures};

use crate::{
    flow::secret::Secret,
    model::{
        FieldError,
        ids::{AgreementId, BuyerId, ConnectionId, SenderId, SupplierId},
        party::Identity,
    },
};

use super::{
    app::{App, AppError},
    catalog::CatalogError,
    store::StoreError,
};

/// Why nothing was created.
#[derive(Debug, thiserror::Error)]
pub enum OnboardingError {
    /// What was asked for cannot be; everything that is wrong with it.
    #[error("{}", sentences(.0))]
    Refused(Vec<Problem>),
    /// Something of ours failed.
    #[error(transparent)]
    App(#[from] AppError),
    /// A catalog, price list or stock could not be written.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
}

/// One thing that is wrong, and with which field.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{field}: {reason}")]
pub struct Problem {
    /// Name of the field in the structure that was given.
    pub field: &'static str,
    /// What is wrong, as a sentence about its content.
    pub reason: String,
}

fn sentences(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

impl From<StoreError> for OnboardingError {
    fn from(error: StoreError) -> Self {
        Self::App(AppError::Store(error))
    }
}

impl OnboardingError {
    /// One thing that is wrong.
    pub(super) fn one(field: &'static str, reason: impl Into<String>) -> Self {
        Self::Refused(vec![Problem { field, reason: reason.into() }])
    }
}

/// Gathers what is wrong.
#[derive(Debug, Default)]
struct Problems(Vec<Problem>);

impl Problems {
    fn add(&mut self, field: &'static str, reason: impl Into<String>) {
        self.0.push(Problem { field, reason: reason.into() });
    }

    /// The content of a field that must read as one line of text.
    fn text(&mut self, field: &'static str, text: &str, most: usize) {
        if text.trim().is_empty() {
            self.add(field, "is empty");
        } else if text.chars().count() > most {
            self.add(field, format!("is longer than {most} characters"));
        } else if text.chars().any(char::is_control) {
            self.add(field, "has a control character");
        }
    }

    /// Identities that must be there, findable and each only once.
    fn identities(&mut self, field: &'static str, identities: &[Identity]) {
        if identities.is_empty() {
            self.add(field, "at least one identity is needed, such as NetworkID:AN01000000001");
        }
        for (place, identity) in identities.iter().enumerate() {
            if let Some(reason) = wrong_identity(identity) {
                self.add(field, format!("{identity}: {reason}"));
            } else if identities.iter().take(place).any(|other| other.key() == identity.key()) {
                self.add(field, format!("{identity} is there twice (upper and lower case do not count)"));
            }
        }
    }

    fn secret(&mut self, field: &'static str, secret: &Secret) {
        let text = secret.reveal();
        if !(SECRET_LEAST..=SECRET_MOST).contains(&text.chars().count()) {
            self.add(field, format!("is not {SECRET_LEAST} to {SECRET_MOST} characters long"));
        } else if text.chars().any(char::is_control) {
            self.add(field, "has a control character");
        }
    }

    fn none(self) -> Result<(), OnboardingError> {
        if self.0.is_empty() { Ok(()) } else { Err(OnboardingError::Refused(self.0)) }
    }
}

/// Shortest and longest secret, in characters.
const SECRET_LEAST: usize = 8;
const SECRET_MOST: usize = 200;
/// Longest name that is shown.
const NAME_MOST: usize = 120;

fn wrong_identity(identity: &Identity) -> Option<&'static str> {
    let key = identity.key();
    let long = identity.domain.len() + identity.identity.len() > super::directory::IDENTITY_BYTES;
    if key.domain.is_empty() || key.identity.is_empty() {
        Some("domain and identity must both be there")
    } else if long {
        Some("is too long")
    } else if identity.to_string().chars().any(char::is_control) {
        Some("has a control character")
    } else {
        None
    }
}

/// Reads `domain:identity`, as [`Identity`] shows itself.
pub fn parse_identity(raw: &str) -> Result<Identity, FieldError> {
    let refused = FieldError::Malformed {
        field: "identity",
        expected: "of the form domain:identity, such as NetworkID:AN01000000001",
    };
    let (domain, identity) = raw.trim().split_once(':').ok_or(refused.clone())?;
    let identity = Identity { domain: domain.trim().to_owned(), identity: identity.trim().to_owned() };
    if wrong_identity(&identity).is_some() { Err(refused) } else { Ok(identity) }
}

/// The value of a profile's field as an operator writes it: a number, truth value, list or table as in TOML, or
/// else a text.
#[must_use]
pub fn parse_value(raw: &str) -> serde_json::Value {
    let read = toml::from_str::<serde_json::Map<String, serde_json::Value>>(&format!("value = {raw}"));
    let single = read.ok().filter(|table| table.len() == 1).and_then(|mut table| table.remove("value"));
    single.unwrap_or_else(|| serde_json::Value::String(raw.trim().to_owned()))
}

/// A fresh secret to share with a buyer: 32 hexadecimal digits of chance.
pub fn new_secret(app: &App) -> Result<Secret, AppError> {
    let random = u128::from_be_bytes(app.entropy.bytes()?);
    Ok(Secret::new(&format!("{random:032x}")))
}

/// Says what an attempt gives, for `?` to know.
fn attempted<T, F: Future<Output = Result<T, OnboardingError>>>(attempt: F) -> F {
    attempt
}

fn unknown_supplier(supplier: &SupplierId) -> String {
    format!("there is no supplier {supplier}")
}

fn unknown_buyer(buyer: &BuyerId) -> String {
    format!("there is no buyer {buyer}")
}

fn unknown_sender(sender: &SenderId) -> String {
    format!("there is no sender {sender}")
}

fn unknown_connection(connection: &ConnectionId) -> String {
    format!("there is no connection {connection}")
}

fn unknown_agreement(agreement: &AgreementId) -> String {
    format!("there is no agreement {agreement}")
}
