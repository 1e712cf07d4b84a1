//! An order is sent as the played system does: within its patience, and again, byte for byte, where no answer came.

use std::time::Duration;

use crate::{
    shell::buyer::{ask::Ask, client::Received, fault::Fault, report::Trouble},
    wire::cxml::{ReceivedStatus, read_status},
};

use super::{Round, cxml};

/// When somebody hangs up who does not wait for the answer.
const HANGS_UP: Duration = Duration::from_millis(20);

/// What an order was answered in the end.
pub(super) struct Insisted {
    pub(super) status: ReceivedStatus,
    /// What was tried before, for people; empty where the first attempt was answered.
    pub(super) story: String,
}

impl Round<'_> {
    /// Sends a document until it is answered. An answer whose status says that the trouble is the receiver's (5xx) is none.
    pub(super) async fn insist(&mut self, ask: &Ask, expected: &str) -> Result<Insisted, Trouble> {
        let persistence = self.connection.persistence;
        let fault = self.wishes.fault.filter(|fault| matches!(fault, Fault::LostAnswer | Fault::HangUp));
        // A fault needs a second attempt, also of a system that makes none.
        let retries = if fault.is_some() { persistence.retries.max(1) } else { persistence.retries };
        let mut story = String::new();
        let mut lost: Option<ReceivedStatus> = None;
        for attempt in 0..=retries {
            let patience = match fault {
                Some(Fault::HangUp) if attempt == 0 => HANGS_UP,
                _ => persistence.timeout,
            };
            let outcome = match self.send_within(ask, patience, expected).await {
                // The request itself is wrong: sent again it is no better.
                Ok(received) if received.status.is_client_error() => {
                    return Err(Trouble::answer(expected, &received));
                }
                Ok(received) => judged(&received, expected),
                Err(silence) => Err(silence),
            };
            let why = match outcome {
                Ok(status) if attempt == 0 && fault.is_some() => {
                    let why = format!("its answer was lost on its way ({status})");
                    lost = Some(status);
                    why
                }
                Ok(status) if (500..600).contains(&status.code) && attempt < retries => status.to_string(),
                Ok(status) => {
                    if let Some(first) = lost.filter(|first| first.code != status.code) {
                        return Err(Trouble::new(format!("{first}, as the first time"), status.to_string()));
                    }
                    return Ok(Insisted { status, story });
                }
                Err(trouble) if attempt == retries => {
                    return Err(Trouble::new(trouble.expected, format!("{}{story}", trouble.found)));
                }
                Err(trouble) => trouble.found.lines().next().unwrap_or_default().to_owned(),
            };
            let (would, waits) = (persistence.pause.as_secs(), persistence.wait());
            let instead =
                if waits < persistence.pause { format!(" instead of {would} s") } else { String::new() };
            let (attempt, of) = (attempt.saturating_add(1), retries.saturating_add(1));
            let waited = waits.as_secs();
            story = format!("{story}\n{attempt} of {of}: {why}; again after {waited} s{instead}");
            tokio::time::sleep(waits).await;
        }
        Err(Trouble::new(expected, format!("no answer{story}")))
    }
}

/// `Err`: what came says nothing.
fn judged(received: &Received, expected: &str) -> Result<ReceivedStatus, Trouble> {
    let answer = cxml(received, expected)?;
    read_status(&answer).map_err(|_| Trouble::answer(expected, received))
}
