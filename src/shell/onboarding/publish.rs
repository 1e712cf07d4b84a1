//! Publishing what was built: catalogs, price lists, stock.

use std::path::Path;

use crate::{
    model::{
        agreement::Agreement,
        ids::{AgreementId, SupplierId},
        limits,
        party::Supplier,
    },
    shell::{
        app::{App, AppError},
        catalog::{
            CatalogError, CatalogManifest, CatalogWriter, PriceListManifest, PriceListWriter, StockWriter,
            prices::price_lists_of, sweep, version::catalogs_of,
        },
        store::{
            Changes, Rows, Scan,
            keys::{AgreementKey, CatalogHeadKey, CatalogKey, PriceListKey, SupplierKey},
        },
    },
};

use super::{
    OnboardingError,
    agreements::{Newest, newest},
    unknown_supplier,
};

/// Whether what was built counts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// New visits see it.
    Publish,
    /// It is thrown away.
    Discard,
}

/// Builds a catalog and, if `fill` says so, makes it the one that new visits see.
///
/// - `fill` runs on a thread of its own and gives the caller whatever it wants to know.
pub async fn publish_catalog<T: Send + 'static>(
    app: &App,
    supplier: &SupplierId,
    fill: impl FnOnce(&mut CatalogWriter) -> Result<(T, Verdict), CatalogError> + Send + 'static,
) -> Result<(T, Option<CatalogManifest>), OnboardingError> {
    let language = known_supplier(app, supplier).await?.language;
    let head = CatalogHeadKey { supplier: supplier.clone() };
    let row = app.store.get(&head).await?;
    let committed = row.as_ref().map_or(0, |row| row.value);
    let (data, of, now) = (app.data.clone(), supplier.clone(), app.now());
    let (told, published) = off_thread(move || {
        let mut writer = CatalogWriter::begin(&data, &of, committed)?.written_in(language);
        let (told, verdict) = fill(&mut writer)?;
        Ok((told, if verdict == Verdict::Publish { Some(writer.publish(now)?) } else { None }))
    })
    .await?;
    let Some(published) = published else { return Ok((told, None)) };
    let manifest = published.manifest.clone();
    let key = CatalogKey { supplier: supplier.clone(), version: manifest.version };
    let mut changes = Changes::durable();
    changes.expect(&head, row.map(|row| row.version)).put(&key, &manifest).put(&head, &manifest.version);
    app.store.commit(changes).await?;
    drop(published);
    sweep_catalogs(app, supplier).await?;
    Ok((told, Some(manifest)))
}

/// Removes the folders of catalogs that no visit can still see and nobody would go back to.
pub(super) async fn sweep_catalogs(app: &App, supplier: &SupplierId) -> Result<(), OnboardingError> {
    let all = Scan::<CatalogKey>::prefix(|key| key.text(supplier.as_str()));
    let rows = app.store.scan(all).await?;
    let versions = versions(&rows, |key, row| (key.version, row.published));
    sweep_old(app, &catalogs_of(&app.data, supplier), &versions);
    Ok(())
}

/// Builds a price list and, if `fill` says so, makes it part of the agreement's next version.
pub async fn publish_prices<T: Send + 'static>(
    app: &App,
    agreement: &AgreementId,
    fill: impl FnOnce(&mut PriceListWriter, &Agreement) -> Result<(T, Verdict), CatalogError> + Send + 'static,
) -> Result<(T, Option<PriceListManifest>), OnboardingError> {
    let Newest { head, row: current, terms } = newest(app, agreement).await?;
    let (data, of, now) = (app.data.clone(), terms.clone(), app.now());
    let (told, published) = off_thread(move || {
        let committed = of.price_list.unwrap_or(0);
        let mut writer = PriceListWriter::begin(&data, &of.id, of.currency, committed)?;
        let (told, verdict) = fill(&mut writer, &of)?;
        Ok((told, if verdict == Verdict::Publish { Some(writer.publish(now)?) } else { None }))
    })
    .await?;
    let Some(published) = published else { return Ok((told, None)) };
    let manifest = published.manifest.clone();
    let next = AgreementKey { agreement: agreement.clone(), version: current.value + 1 };
    let list = PriceListKey { agreement: agreement.clone(), version: manifest.version };
    let mut changes = Changes::durable();
    changes.expect(&head, Some(current.version)).expect(&next, None);
    changes.put(&list, &manifest).put(&head, &next.version);
    changes.put(&next, &Agreement { price_list: Some(manifest.version), ..terms });
    app.store.commit(changes).await?;
    drop(published);
    let all = Scan::<PriceListKey>::prefix(|key| key.text(agreement.as_str()));
    let rows = app.store.scan(all).await?;
    let versions = versions(&rows, |key, row| (key.version, row.published));
    sweep_old(app, &price_lists_of(&app.data, agreement), &versions);
    Ok((told, Some(manifest)))
}

/// Builds a stock table and, if `fill` says so, puts it into the place of the one before, for every visit at once.
pub async fn publish_stock<T: Send + 'static>(
    app: &App,
    supplier: &SupplierId,
    fill: impl FnOnce(&mut StockWriter) -> Result<(T, Verdict), CatalogError> + Send + 'static,
) -> Result<(T, bool), OnboardingError> {
    known_supplier(app, supplier).await?;
    let table = app.shops.stock_table(supplier)?;
    off_thread(move || {
        let mut writer = table.replace()?;
        let (told, verdict) = fill(&mut writer)?;
        let counts = verdict == Verdict::Publish;
        if counts {
            writer.publish()?;
        }
        Ok((told, counts))
    })
    .await
}

pub(super) async fn known_supplier(app: &App, supplier: &SupplierId) -> Result<Supplier, OnboardingError> {
    match app.store.get(&SupplierKey { supplier: supplier.clone() }).await? {
        Some(row) => Ok(row.value),
        None => Err(OnboardingError::one("supplier", unknown_supplier(supplier))),
    }
}

/// Building reads and writes files for as long as it takes.
pub(super) async fn off_thread<T: Send + 'static>(
    build: impl FnOnce() -> Result<T, CatalogError> + Send + 'static,
) -> Result<T, OnboardingError> {
    match tokio::task::spawn_blocking(build).await {
        Ok(outcome) => Ok(outcome?),
        Err(error) => Err(AppError::Broken(format!("an import ended early: {error}")).into()),
    }
}

type Version = (u64, jiff::Timestamp);

fn versions<K: crate::shell::store::Key>(
    rows: &Rows<K>,
    of: impl Fn(&K, &K::Value) -> Version,
) -> Vec<Version> {
    rows.iter().map(|(key, row)| of(key, &row.value)).collect()
}

/// Removes the folders that no visit can still see: those replaced longer ago than a visit lasts. The newest ones stay
/// to go back to.
fn sweep_old(app: &App, root: &Path, versions: &[Version]) {
    let now = app.now();
    let replaced = versions.iter().skip(1).map(|(_, published)| Some(*published)).chain([None]);
    let lives = |replaced: Option<jiff::Timestamp>| {
        replaced.is_none_or(|at| now.duration_since(at) <= limits::SESSION_LIFETIME)
    };
    let newest = versions.len().saturating_sub(limits::VERSIONS_KEPT);
    let counts = |place: usize, at: Option<jiff::Timestamp>| place >= newest || lives(at);
    let numbered = versions.iter().zip(replaced).enumerate();
    let keep: Vec<u64> = numbered
        .filter(|(place, (_, at))| counts(*place, *at))
        .map(|(_, ((number, _), _))| *number)
        .collect();
    match sweep(root, &keep) {
        Ok(0) => {}
        Ok(removed) => tracing::info!(removed, "old versions were removed"),
        // The next import tries again.
        Err(error) => tracing::warn!(%error, "old versions could not be removed"),
    }
}
