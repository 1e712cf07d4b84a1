//! Agreements: terms for a buyer, a group or everyone.

use rust_decimal::Decimal;

use crate::{
    model::agreement::{Agreement, Party, Selector},
    shell::{
        app::App,
        store::{
            Changes,
            keys::{AgreementHeadKey, AgreementKey, BuyerKey, SupplierKey},
        },
    },
};

use super::{NAME_MOST, OnboardingError, Problems, unknown_buyer, unknown_supplier};

/// Creates an agreement as its version 1; its price list comes with [`publish_prices`](super::publish_prices).
pub async fn create_agreement(app: &App, agreement: &Agreement) -> Result<(), OnboardingError> {
    decided!({
        let mut problems = Problems::default();
        check(agreement, &mut problems);
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

fn check(agreement: &Agreement, problems: &mut Problems) {
    problems.text("name", &agreement.name, NAME_MOST);
    if agreement.valid_until.is_some_and(|until| until <= agreement.valid_from) {
        problems.add("valid_until", "is not after the first day");
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
            _ => {}
        }
    }
    if agreement.price_list.is_some() {
        problems.add("price_list", "is published after the agreement was created");
    }
}
