//! The body of a request, whole, within its bounds of size and time.

use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};

/// Longest time from the first to the last byte of a body.
const PATIENCE: Duration = Duration::from_secs(30);

/// Why a body is not there.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub(super) enum BodyError {
    /// More bytes than are taken.
    #[error("the body is longer than {0} bytes")]
    TooLong(usize),
    /// It stopped coming.
    #[error("the body did not arrive within {} seconds", PATIENCE.as_secs())]
    TooSlow,
    /// The connection broke.
    #[error("the body was cut off")]
    CutOff,
}

/// Reads a body of at most `limit` bytes.
pub(super) async fn read(body: Body, limit: usize) -> Result<Bytes, BodyError> {
    let whole = tokio::time::timeout(PATIENCE, Limited::new(body, limit).collect());
    match whole.await {
        Err(_) => Err(BodyError::TooSlow),
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(BodyError::TooLong(limit)),
        Ok(Err(_)) => Err(BodyError::CutOff),
    }
}
