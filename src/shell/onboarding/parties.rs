//! Suppliers and their buyers.

use crate::{
    model::{
        ids::SupplierId,
        language::Language,
        party::{Buyer, PictureUse, Supplier},
    },
    shell::{
        app::App,
        store::{
            Changes,
            keys::{BuyerKey, SupplierIdentityKey, SupplierKey},
        },
    },
};

use super::{NAME_MOST, OnboardingError, Problems, unknown_supplier};

/// Longest price lock, in days.
const LOCK_MOST: u16 = 730;

/// Creates a supplier. No other one may have its id or one of its identities.
pub async fn create_supplier(app: &App, supplier: &Supplier) -> Result<(), OnboardingError> {
    decided!({
        let mut problems = Problems::default();
        problems.text("name", &supplier.name, NAME_MOST);
        problems.identities("identities", &supplier.identities);
        if !(1..=LOCK_MOST).contains(&supplier.price_lock_days) {
            problems.add("price_lock_days", format!("is not 1 to {LOCK_MOST}"));
        }
        let key = SupplierKey { supplier: supplier.id.clone() };
        if app.store.get(&key).await?.is_some() {
            problems.add("id", format!("there is a supplier {} already", supplier.id));
        }
        let mut changes = Changes::durable();
        changes.expect(&key, None).put(&key, supplier);
        for identity in &supplier.identities {
            let key = SupplierIdentityKey { identity: identity.key() };
            if let Some(other) = app.store.get(&key).await? {
                problems.add(
                    "identities",
                    format!("{identity} is an identity of supplier {} already", other.value),
                );
            }
            changes.expect(&key, None).put(&key, &supplier.id);
        }
        problems.none()?;
        Ok(app.store.commit(changes).await?)
    })
}

/// Says what is done with a supplier's pictures at addresses: from its next import on.
pub async fn set_pictures(
    app: &App,
    supplier: &SupplierId,
    pictures: PictureUse,
) -> Result<(), OnboardingError> {
    change(app, supplier, |row| row.pictures = pictures).await
}

/// Says what a supplier's catalog is written in: from its next import on.
pub async fn set_language(
    app: &App,
    supplier: &SupplierId,
    language: &Language,
) -> Result<(), OnboardingError> {
    change(app, supplier, |row| row.language = Some(language.clone())).await
}

async fn change(
    app: &App,
    supplier: &SupplierId,
    change: impl Fn(&mut Supplier),
) -> Result<(), OnboardingError> {
    decided!({
        let key = SupplierKey { supplier: supplier.clone() };
        let found = app.store.get(&key).await?;
        let row = found.ok_or_else(|| OnboardingError::one("supplier", unknown_supplier(supplier)))?;
        let mut changed = row.value;
        change(&mut changed);
        let mut changes = Changes::durable();
        changes.expect(&key, Some(row.version)).put(&key, &changed);
        Ok(app.store.commit(changes).await?)
    })
}

/// Creates a buyer of a supplier.
pub async fn create_buyer(app: &App, buyer: &Buyer) -> Result<(), OnboardingError> {
    decided!({
        let mut problems = Problems::default();
        problems.text("name", &buyer.name, NAME_MOST);
        if let Some(number) = &buyer.erp_customer {
            problems.text("erp_customer", number, NAME_MOST);
        }
        if app.store.get(&SupplierKey { supplier: buyer.supplier.clone() }).await?.is_none() {
            problems.add("supplier", unknown_supplier(&buyer.supplier));
        }
        let key = BuyerKey { buyer: buyer.id.clone() };
        if app.store.get(&key).await?.is_some() {
            problems.add("id", format!("there is a buyer {} already", buyer.id));
        }
        problems.none()?;
        let mut changes = Changes::durable();
        changes.expect(&key, None).put(&key, buyer);
        Ok(app.store.commit(changes).await?)
    })
}
