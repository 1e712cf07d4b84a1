//! Sender credentials: who may open cXML connections, with secrets in two slots.

use crate::{
    flow::secret::Secret,
    model::{
        ids::{SenderId, SupplierId},
        party::{Identity, Sender},
    },
    shell::{
        app::{App, AppError},
        directory::SENDER_SECRET,
        store::{
            Changes,
            keys::{SenderIdentityKey, SenderKey, SupplierKey},
        },
    },
};

use super::{OnboardingError, Problems, unknown_sender, unknown_supplier};

/// A sender to create.
pub struct NewSender {
    /// Its id.
    pub id: SenderId,
    /// Whom it may call.
    pub supplier: SupplierId,
    /// cXML `Sender/Credential`.
    pub identity: Identity,
    /// What proves it.
    pub secret: Secret,
}

/// Creates a sender credential. A supplier has no two senders with the same identity.
pub async fn create_sender(app: &App, new: &NewSender) -> Result<Sender, OnboardingError> {
    decided!({
        let mut problems = Problems::default();
        if app.store.get(&SupplierKey { supplier: new.supplier.clone() }).await?.is_none() {
            problems.add("supplier", unknown_supplier(&new.supplier));
        }
        let mut changes = Changes::durable();
        let sender = prepare(app, new, &SenderFields::OWN, &mut problems, &mut changes).await?;
        problems.none()?;
        app.store.commit(changes).await?;
        Ok(sender)
    })
}

/// What the fields of a sender are called where they are asked for.
pub(super) struct SenderFields {
    pub(super) id: &'static str,
    pub(super) identity: &'static str,
    pub(super) secret: &'static str,
}

impl SenderFields {
    const OWN: Self = Self { id: "id", identity: "identity", secret: "secret" };
    pub(super) const IN_CONNECTION: Self =
        Self { id: "new_sender", identity: "sender_identity", secret: "secret" };
}

/// Checks a new sender and adds it to the changes.
pub(super) async fn prepare(
    app: &App,
    new: &NewSender,
    fields: &SenderFields,
    problems: &mut Problems,
    changes: &mut Changes,
) -> Result<Sender, OnboardingError> {
    problems.identities(fields.identity, std::slice::from_ref(&new.identity));
    problems.secret(fields.secret, &new.secret);
    let key = SenderKey { sender: new.id.clone() };
    if app.store.get(&key).await?.is_some() {
        problems.add(fields.id, format!("there is a sender {} already", new.id));
    }
    let by_identity = SenderIdentityKey { supplier: new.supplier.clone(), identity: new.identity.key() };
    if let Some(other) = app.store.get(&by_identity).await? {
        let taken = format!("{} is the identity of sender {} already", new.identity, other.value);
        problems.add(fields.identity, taken);
    }
    let sealed = app.vault.seal(&new.secret, SENDER_SECRET, &app.entropy).map_err(AppError::from)?;
    let sender = Sender {
        id: new.id.clone(),
        supplier: new.supplier.clone(),
        identity: new.identity.clone(),
        secrets: vec![sealed],
    };
    changes.expect(&key, None).put(&key, &sender);
    changes.expect(&by_identity, None).put(&by_identity, &new.id);
    Ok(sender)
}

/// Begins a change of secret: the new one is taken from now on, the old one too until [`retire_secret`].
pub async fn add_secret(app: &App, sender: &SenderId, secret: &Secret) -> Result<(), OnboardingError> {
    change(app, sender, |row| {
        let mut problems = Problems::default();
        problems.secret("secret", secret);
        if row.secrets.len() > 1 {
            problems.add("sender", "has two secrets: end the change that is under way first");
        }
        problems.none()?;
        row.secrets.push(app.vault.seal(secret, SENDER_SECRET, &app.entropy).map_err(AppError::from)?);
        Ok(())
    })
    .await
}

/// Ends a change of secret: the older one is no longer taken.
pub async fn retire_secret(app: &App, sender: &SenderId) -> Result<(), OnboardingError> {
    change(app, sender, |row| {
        if row.secrets.len() < 2 {
            return Err(OnboardingError::one("sender", "has one secret only: no change is under way"));
        }
        row.secrets.remove(0);
        Ok(())
    })
    .await
}

async fn change(
    app: &App,
    sender: &SenderId,
    edit: impl Fn(&mut Sender) -> Result<(), OnboardingError>,
) -> Result<(), OnboardingError> {
    decided!({
        let key = SenderKey { sender: sender.clone() };
        let found = app.store.get(&key).await?;
        let mut row = found.ok_or_else(|| OnboardingError::one("sender", unknown_sender(sender)))?;
        edit(&mut row.value)?;
        let mut changes = Changes::durable();
        changes.expect(&key, Some(row.version)).put(&key, &row.value);
        Ok(app.store.commit(changes).await?)
    })
}
