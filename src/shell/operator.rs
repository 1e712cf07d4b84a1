//! The operator's password: an argon2id hash in the store.

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};

use crate::flow::secret::Secret;

use super::{
    app::{App, AppError},
    store::{Changes, keys::OperatorKey},
};

/// Shortest and longest password, in characters.
const LEAST: usize = 12;
const MOST: usize = 200;

/// Why a password was not set.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// Too short, or longer than anybody types.
    #[error("the password is not {LEAST} to {MOST} characters long")]
    Length,
    /// Something of ours failed.
    #[error(transparent)]
    App(#[from] AppError),
}

/// Whether there is a password.
pub async fn password_is_set(app: &App) -> Result<bool, AppError> {
    Ok(app.store.get(&OperatorKey {}).await?.is_some())
}

/// Sets the password, whatever it was.
pub async fn set_password(app: &App, password: &Secret) -> Result<(), PasswordError> {
    if !(LEAST..=MOST).contains(&password.reveal().chars().count()) {
        return Err(PasswordError::Length);
    }
    let (password, salt) = (password.clone(), app.entropy.bytes::<16>().map_err(AppError::from)?);
    let hash = off_thread(move || {
        Argon2::default()
            .hash_password_with_salt(password.reveal().as_bytes(), &salt)
            .map(|hash| hash.to_string())
            .map_err(|error| AppError::Broken(format!("the password could not be hashed: {error}")))
    })
    .await??;
    let mut changes = Changes::durable();
    changes.put(&OperatorKey {}, &hash);
    app.store.commit(changes).await.map_err(AppError::from)?;
    Ok(())
}

/// Makes a password if there is none yet, and gives it out this once.
pub async fn first_password(app: &App) -> Result<Option<Secret>, PasswordError> {
    if password_is_set(app).await? {
        return Ok(None);
    }
    let random = u128::from_be_bytes(app.entropy.bytes().map_err(AppError::from)?);
    let digits = format!("{random:032x}");
    let groups: Vec<&str> = (0..5).filter_map(|group| digits.get(group * 4..group * 4 + 4)).collect();
    let password = Secret::new(&groups.join("-"));
    set_password(app, &password).await?;
    Ok(Some(password))
}

/// Whether this is the password. Takes as long for any answer.
pub async fn verify_password(app: &App, password: &Secret) -> Result<bool, AppError> {
    let Some(row) = app.store.get(&OperatorKey {}).await? else { return Ok(false) };
    let password = password.clone();
    off_thread(move || match PasswordHash::new(&row.value) {
        Ok(hash) => Ok(Argon2::default().verify_password(password.reveal().as_bytes(), &hash).is_ok()),
        Err(error) => Err(AppError::Broken(format!("the operator's password hash: {error}"))),
    })
    .await?
}

/// Hashing is slow by design: not on a thread that serves others.
async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, AppError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| AppError::Broken(format!("hashing a password ended early: {error}")))
}
