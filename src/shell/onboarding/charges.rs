//! Freight, surcharges and tax of a connection.

use crate::{
    flow::cart::{Effect, Finding},
    model::{
        charges::{ChargeRule, Charges},
        ids::ConnectionId,
        party::Connection,
    },
    shell::{app::App, store::Changes},
};

use super::{OnboardingError, Problem, connections::change, unknown_connection};

/// A change of a connection's rules.
#[derive(Clone, Debug)]
pub enum ChargeChange {
    /// One more.
    Add {
        /// The rule.
        rule: Box<ChargeRule>,
        /// Its place, from 1; `None`: behind the others.
        place: Option<usize>,
    },
    /// The rule of this place, from 1, is gone.
    Remove(usize),
}

/// Changes a connection's rules for freight, surcharges and tax. Visits that are under way keep those they began with.
pub async fn change_charges(
    app: &App,
    connection: &ConnectionId,
    wanted: &ChargeChange,
) -> Result<Connection, OnboardingError> {
    let parties = app.parties(connection).await.map_err(OnboardingError::App)?;
    let parties =
        parties.ok_or_else(|| OnboardingError::one("connection", unknown_connection(connection)))?;
    let (protocol, currency) = (parties.profile.protocol, parties.currency());
    change(app, connection, |row| {
        let Charges(rules) = &mut row.charges;
        match wanted {
            ChargeChange::Add { rule, place } => {
                let end = rules.len();
                let place = place.map_or(end, |place| place.saturating_sub(1).min(end));
                rules.insert(place, rule.as_ref().clone());
            }
            ChargeChange::Remove(place) => {
                let index = place.checked_sub(1).filter(|index| *index < rules.len());
                let index =
                    index.ok_or_else(|| OnboardingError::one("rule", format!("there is no rule {place}")))?;
                rules.remove(index);
            }
        }
        let mut problems: Vec<Problem> = row
            .charges
            .problems(currency, protocol)
            .into_iter()
            .map(|reason| Problem { field: "rule", reason })
            .collect();
        if let ChargeChange::Add { rule, .. } = wanted {
            let stops = |finding: &Finding| finding.effect == Effect::Stopped;
            let found = rule.findings(currency, &parties.profile).into_iter().filter(stops);
            problems.extend(found.map(|finding| Problem {
                field: "rule",
                reason: format!("{}: its line would stop every cart: {}", rule.name, finding.what),
            }));
        }
        if problems.is_empty() { Ok(Changes::durable()) } else { Err(OnboardingError::Refused(problems)) }
    })
    .await
}
