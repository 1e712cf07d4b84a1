//! What the operator makes of a version that is held.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Held, OrderVersion};

/// What the operator said of a held version, once and for all.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Settled {
    /// What.
    pub verdict: Verdict,
    /// When.
    pub at: Timestamp,
}

/// Whether a held version counts.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It counts as any other.
    Taken,
    /// It stays on record and has no effect.
    SetAside,
}

/// Where a version stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Standing {
    /// It counts.
    Taken,
    /// The operator has to look at it.
    Waits(Held),
    /// The operator decided that it does not count.
    SetAside,
}

/// Why there is nothing to settle.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NothingToSettle {
    /// It counted from the start.
    #[error("this version is not held")]
    NotHeld,
    /// Somebody was quicker.
    #[error("this version was settled before")]
    SettledBefore,
}

impl OrderVersion {
    /// Where it stands.
    #[must_use]
    pub fn standing(&self) -> Standing {
        match (self.held, self.settled.map(|settled| settled.verdict)) {
            (None, _) | (_, Some(Verdict::Taken)) => Standing::Taken,
            (Some(_), Some(Verdict::SetAside)) => Standing::SetAside,
            (Some(held), None) => Standing::Waits(held),
        }
    }

    /// The version with what the operator said of it.
    pub fn settle(mut self, verdict: Verdict, now: Timestamp) -> Result<Self, NothingToSettle> {
        match self.standing() {
            Standing::Waits(_) => {
                self.settled = Some(Settled { verdict, at: now });
                Ok(self)
            }
            _ if self.held.is_some() => Err(NothingToSettle::SettledBefore),
            _ => Err(NothingToSettle::NotHeld),
        }
    }
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::*;
    use crate::{
        flow::order::OrderKind,
        model::ids::{ConnectionId, TransactionId},
    };

    fn version(held: Option<Held>) -> OrderVersion {
        OrderVersion {
            number: 2,
            connection: ConnectionId::parse("c").unwrap(),
            transaction: TransactionId::new([0; 16]),
            payload_id: None,
            given: Some(1),
            kind: OrderKind::Update,
            order_date: String::new(),
            at: Timestamp::UNIX_EPOCH,
            total: Some((Decimal::ONE, None)),
            requisition: None,
            ship_to: None,
            refers_to: None,
            commitment: crate::flow::order::Commitment::default(),
            held,
            settled: None,
            lines: 1,
            differing: 0,
            charges: Vec::new(),
            overdrawn: None,
            test: false,
        }
    }

    #[test]
    fn a_held_version_is_settled_once() {
        let now = Timestamp::UNIX_EPOCH;
        assert_eq!(version(None).settle(Verdict::Taken, now), Err(NothingToSettle::NotHeld));
        let held = version(Some(Held::NothingToChange));
        assert_eq!(held.standing(), Standing::Waits(Held::NothingToChange));
        let taken = held.clone().settle(Verdict::Taken, now).unwrap();
        assert_eq!(taken.standing(), Standing::Taken);
        assert_eq!(taken.settle(Verdict::SetAside, now), Err(NothingToSettle::SettledBefore));
        assert_eq!(held.settle(Verdict::SetAside, now).unwrap().standing(), Standing::SetAside);
    }
}
