//! The body of a request, whole, within its bounds of size and time.

use std::time::Duration;

use axum::body::Body;
use http_body_util::BodyExt;

/// Longest time from the first to the last byte of a body.
const PATIENCE: Duration = Duration::from_secs(30);

/// How much of a body that is too long is read and thrown away: many a peer hears an answer only when it has sent
/// everything.
const PASSED_OVER: usize = 128 * 1024 * 1024;

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
pub(super) async fn read(body: Body, limit: usize) -> Result<Vec<u8>, BodyError> {
    tokio::time::timeout(PATIENCE, whole(body, limit)).await.unwrap_or(Err(BodyError::TooSlow))
}

async fn whole(mut body: Body, limit: usize) -> Result<Vec<u8>, BodyError> {
    let mut octets = Vec::new();
    let mut length = 0_usize;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| BodyError::CutOff)?.into_data() else { continue };
        length = length.saturating_add(data.len());
        if length <= limit {
            octets.extend_from_slice(&data);
        } else if length <= PASSED_OVER {
            octets = Vec::new();
        } else {
            break;
        }
    }
    if length <= limit { Ok(octets) } else { Err(BodyError::TooLong(limit)) }
}
