//! Agreements: terms for a buyer, a group or everyone.

use rust_decimal::Decimal;

use crate::{
    model::{
        agreement::{Agreement, Party, Selector},
        ids::AgreementId,
        limits,
    },
    shell::{
        app::App,
        store::{
            Changes, Versioned,
            keys::{AgreementHeadKey, AgreementKey, BuyerKey, SupplierKey},
        },
    },
};

use super::{NAME_MOST, OnboardingError, Problems, unknown_agreement, unknown_buyer, unknown_supplier};

/// Creates an agreement as its version 1; its price list comes with [`publish_prices`](super::publish_prices).
pub async fn create_agreement(app: &App, agreement: &Agreement) -> Result<(), OnboardingError> {
    decided!({
        let mut problems = Problems::default();
        check(agreement, &mut problems);
        if agreement.price_list.is_some() {
            problems.add("price_list", "is published after the agreement was created");
        }
        if app.store.get(&SupplierKey { supplier: agreement.supplier.clone() }).await?.is_none() {
            problems.add("supplier", unknown_supplier(&agreement.supplier));
        }
        if let Party::Buyer(buyer) = &agreement.party {
            match app.store.get(&BuyerKey { buyer: buyer.clone() }).await? {
                None => problems.add("party", unknown_buyer(buyer)),
                Some(row) if row.value.supplier != agreement.supplier => {
                    problems.add("party", format!("{buyer} is a buyer of {}", row.value.supplier));
                }
                Some(_) => {}
            }
        }
        let key = AgreementKey { agreement: agreement.id.clone(), version: 1 };
        if app.store.get(&key).await?.is_some() {
            problems.add("id", format!("there is an agreement {} already", agreement.id));
        }
        problems.none()?;
        let head = AgreementHeadKey { supplier: agreement.supplier.clone(), agreement: agreement.id.clone() };
        let mut changes = Changes::durable();
        changes.expect(&key, None).put(&key, agreement).put(&head, &1);
        Ok(app.store.commit(changes).await?)
    })
}

/// Changes the terms of an agreement as `change` says: its next version, which visits from now on see.
///
/// Parties and currency stay: other ones are another agreement.
pub async fn change_agreement(
    app: &App,
    id: &AgreementId,
    change: impl Fn(&mut Agreement) -> Result<(), OnboardingError> + Sync,
) -> Result<u64, OnboardingError> {
    decided!({
        let Newest { head, row, mut terms } = newest(app, id).await?;
        change(&mut terms)?;
        let mut problems = Problems::default();
        check(&terms, &mut problems);
        problems.none()?;
        let next = AgreementKey { agreement: id.clone(), version: row.value.saturating_add(1) };
        let mut changes = Changes::durable();
        changes.expect(&head, Some(row.version)).expect(&next, None);
        changes.put(&next, &terms).put(&head, &next.version);
        app.store.commit(changes).await?;
        Ok(next.version)
    })
}

/// An agreement as it is now, and the row that says so.
pub(super) struct Newest {
    pub(super) head: AgreementHeadKey,
    pub(super) row: Versioned<u64>,
    pub(super) terms: Agreement,
}

pub(super) async fn newest(app: &App, agreement: &AgreementId) -> Result<Newest, OnboardingError> {
    let refused = || OnboardingError::one("agreement", unknown_agreement(agreement));
    let first = AgreementKey { agreement: agreement.clone(), version: 1 };
    let supplier = app.store.get(&first).await?.ok_or_else(refused)?.value.supplier;
    let head = AgreementHeadKey { supplier, agreement: agreement.clone() };
    let row = app.store.get(&head).await?.ok_or_else(refused)?;
    let key = AgreementKey { agreement: agreement.clone(), version: row.value };
    let terms = app.store.get(&key).await?.ok_or_else(refused)?.value;
    Ok(Newest { head, row, terms })
}

fn check(agreement: &Agreement, problems: &mut Problems) {
    problems.text("name", &agreement.name, NAME_MOST);
    if agreement.valid_until.is_some_and(|until| until <= agreement.valid_from) {
        problems.add("valid_until", "is not after the first day");
    }
    if agreement.minimum_order.is_some_and(|least| least.is_sign_negative() && !least.is_zero()) {
        problems.add("minimum_order", "is below zero");
    }
    for rule in &agreement.rules {
        if !(Decimal::ZERO..=Decimal::ONE_HUNDRED).contains(&rule.percent_off) {
            problems.add("rules", format!("{} percent off: a share is 0 to 100", rule.percent_off));
        }
    }
    let mut selectors: Vec<&Selector> = agreement.rules.iter().map(|rule| &rule.on).collect();
    selectors.extend(agreement.assortment.include.iter().chain(&agreement.assortment.exclude));
    for selector in selectors {
        match selector {
            Selector::Category(text) | Selector::Brand(text) | Selector::Part(text) if text.is_empty() => {
                problems.add("rules", "a category, brand or part without a name");
            }
            Selector::Attribute(one) if one.name.is_empty() || one.value.is_empty() => {
                problems.add("rules", "a property without a name or a value");
            }
            Selector::Parts(parts) if parts.is_empty() || parts.contains("") => {
                problems
                    .add("assortment", "a list of part numbers with nothing in it, or with an empty line");
            }
            _ => {}
        }
    }
    let written = serde_json::to_vec(agreement).map_or(0, |bytes| bytes.len());
    if written > limits::AGREEMENT_BYTES {
        let most = limits::AGREEMENT_BYTES / 1000;
        problems.add("assortment", format!("takes {} kB, at most {most} kB (some 4000 part numbers) fit: name products by category, brand or property", written / 1000));
    }
    for condition in &agreement.conditions {
        if !condition.is_sound() {
            problems.add("conditions", "a condition without a name, or a country not of two letters");
        }
    }
}
