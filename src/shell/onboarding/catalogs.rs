//! A catalog from file to version: built and compared, then published at once, later or not at all, and taken back.

use std::path::PathBuf;

use jiff::Timestamp;

use crate::{
    model::ids::SupplierId,
    shell::{
        app::{App, AppError},
        catalog::{
            Catalog, CatalogManifest, CatalogWriter, Diff, ImportReport, Published, Staged,
            import::{self, Options},
            staged, synonyms,
            version::{catalogs_of, publish_again, publish_staged as version_of},
        },
        store::{
            Changes, Scan,
            keys::{CatalogHeadKey, CatalogKey, ImportMappingKey, SupplierKey},
        },
    },
    wire::{csv::Mapping, feed::Mode},
};

use super::{
    OnboardingError,
    photos::fetch_pictures,
    publish::{known_supplier, off_thread, sweep_catalogs},
};

/// A file to be imported.
#[derive(Clone, Debug)]
pub struct CatalogFile {
    /// Where it is.
    pub path: PathBuf,
    /// What it is called.
    pub name: String,
    /// How it is read; the supplier's remembered mapping of columns is used where there is none.
    pub options: Options,
    /// Good entries count even where others are bad.
    pub skip_bad_lines: bool,
    /// Nothing is kept, only told.
    pub check: bool,
}

/// What came of a file.
#[derive(Debug)]
pub struct Imported {
    /// What was taken and what not.
    pub report: ImportReport,
    /// What it changes.
    pub diff: Diff,
    /// The version that waits now, if the file is good.
    pub staged: Option<Staged>,
}

/// Reads a file into a version that waits to be published.
pub async fn stage_catalog(
    app: &App,
    supplier: &SupplierId,
    mut file: CatalogFile,
    mut progress: impl FnMut(u64) + Send + 'static,
) -> Result<Imported, OnboardingError> {
    let language = known_supplier(app, supplier).await?.language;
    let key = ImportMappingKey { supplier: supplier.clone() };
    let row = app.store.get(&key).await?;
    let remembered = row.as_ref().map(|row| row.value.clone()).unwrap_or_default();
    let told = !file.options.mapping.is_empty();
    if !told {
        file.options.mapping.clone_from(&remembered);
    }
    let mapping = file.options.mapping.clone();
    let published = current(app, supplier).await?;
    let (base, committed) = match &published {
        Some(manifest) => (Some(Catalog::open(&app.data, manifest)?), manifest.version),
        None => (None, 0),
    };
    let (data, of, now) = (app.data.clone(), supplier.clone(), app.now());
    let mut imported = off_thread(move || {
        let mut writer = CatalogWriter::begin(&data, &of, committed)?.written_in(language);
        let CatalogFile { path, name, options, skip_bad_lines, check } = file;
        let (report, diff, mode) =
            import::catalog(&path, &options, base.as_ref(), &mut writer, &mut progress)?;
        let usable = report.is_clean() || (skip_bad_lines && report.complete && report.accepted > 0);
        let staged = if usable && !check {
            let (accepted, refused) = (report.accepted, report.refused);
            let staged = Staged {
                number: 0,
                manifest: CatalogManifest::nothing(of),
                base: committed,
                built: now,
                file: name,
                mode,
                accepted,
                refused,
                diff: diff.clone(),
                pictures: None,
                publish_at: None,
                trouble: None,
            };
            Some(writer.stage(staged)?)
        } else {
            None
        };
        Ok(Imported { report, diff, staged })
    })
    .await?;
    if let Some(staged) = imported.staged.take() {
        imported.staged = Some(fetch_pictures(app, supplier, published.as_ref(), staged).await?);
    }
    if told && imported.staged.is_some() && mapping != remembered {
        let mut changes = Changes::durable();
        changes.put(&key, &mapping);
        app.store.commit(changes).await?;
    }
    Ok(imported)
}

/// How a supplier's columns are called, as the last import with names of its own said.
pub async fn column_mapping(app: &App, supplier: &SupplierId) -> Result<Mapping, OnboardingError> {
    let row = app.store.get(&ImportMappingKey { supplier: supplier.clone() }).await?;
    Ok(row.map(|row| row.value).unwrap_or_default())
}

/// Forgets how a supplier's columns are called.
pub async fn forget_mapping(app: &App, supplier: &SupplierId) -> Result<(), OnboardingError> {
    let mut changes = Changes::durable();
    changes.delete(&ImportMappingKey { supplier: supplier.clone() });
    Ok(app.store.commit(changes).await?)
}

/// The text of a supplier's synonyms, if it has any.
pub async fn synonyms(app: &App, supplier: &SupplierId) -> Result<Option<String>, OnboardingError> {
    known_supplier(app, supplier).await?;
    Ok(synonyms::read(&app.data, supplier)?.filter(|text| !text.is_empty()))
}

/// Replaces a supplier's synonyms, for every search from now on; `None`: there are none. The text was checked.
pub async fn set_synonyms(
    app: &App,
    supplier: &SupplierId,
    text: Option<&str>,
) -> Result<(), OnboardingError> {
    known_supplier(app, supplier).await?;
    Ok(app.shops.replace_synonyms(supplier, text)?)
}

/// The versions of a supplier that wait, oldest first.
pub fn staged_catalogs(app: &App, supplier: &SupplierId) -> Result<Vec<Staged>, OnboardingError> {
    Ok(staged::staged(&catalogs_of(&app.data, supplier))?)
}

fn waiting(app: &App, supplier: &SupplierId, number: u64) -> Result<Staged, OnboardingError> {
    let found = staged_catalogs(app, supplier)?.into_iter().find(|one| one.number == number);
    found.ok_or_else(|| OnboardingError::one("number", format!("no import {number} of {supplier} waits")))
}

/// Publishes a version that waits: new visits see it from now on.
pub async fn publish_staged(
    app: &App,
    supplier: &SupplierId,
    number: u64,
) -> Result<CatalogManifest, OnboardingError> {
    let staged = waiting(app, supplier, number)?;
    let committed = current(app, supplier).await?.map_or(0, |manifest| manifest.version);
    if staged.base != committed {
        let since = format!(
            "version {committed} was published after import {number} was read: import the file again"
        );
        return Err(OnboardingError::one("number", since));
    }
    let (data, now) = (app.data.clone(), app.now());
    let built = staged.clone();
    let published = off_thread(move || version_of(&data, &built, committed, now)).await?;
    let manifest = commit(app, published, committed).await?;
    // Left behind by a crash between commit and here, it is told to be out of date.
    staged::remove(&catalogs_of(&app.data, supplier), number)?;
    Ok(manifest)
}

/// Settles when a version that waits is published; `None`: when somebody does.
pub fn schedule_staged(
    app: &App,
    supplier: &SupplierId,
    number: u64,
    at: Option<Timestamp>,
) -> Result<Staged, OnboardingError> {
    let staged = Staged { publish_at: at, trouble: None, ..waiting(app, supplier, number)? };
    if at.is_some_and(|at| at <= app.now()) {
        return Err(OnboardingError::one("at", "is not in the future"));
    }
    staged::note(&catalogs_of(&app.data, supplier), &staged)?;
    Ok(staged)
}

/// Throws a version away that waits.
pub fn drop_staged(app: &App, supplier: &SupplierId, number: u64) -> Result<(), OnboardingError> {
    waiting(app, supplier, number)?;
    Ok(staged::remove(&catalogs_of(&app.data, supplier), number)?)
}

/// Publishes what is due. What cannot be says so and waits for somebody.
pub async fn publish_due(app: &App) -> Result<(), OnboardingError> {
    let suppliers = app.store.scan(Scan::<SupplierKey>::prefix(|key| key)).await?;
    for (SupplierKey { supplier }, _) in suppliers {
        let now = app.now();
        for staged in staged_catalogs(app, &supplier)? {
            if staged.publish_at.is_none_or(|at| at > now) {
                continue;
            }
            match publish_staged(app, &supplier, staged.number).await {
                Ok(manifest) => {
                    tracing::info!(supplier = %supplier, version = manifest.version, "a catalog was published on time");
                }
                Err(error) => {
                    tracing::error!(supplier = %supplier, %error, "a catalog could not be published on time");
                    let trouble = Some(error.to_string());
                    let waits = Staged { publish_at: None, trouble, ..staged };
                    staged::note(&catalogs_of(&app.data, &supplier), &waits)?;
                }
            }
        }
    }
    Ok(())
}

/// Publishes an older version again, with the same content: the one before the current one, or the one asked for.
pub async fn restore_catalog(
    app: &App,
    supplier: &SupplierId,
    version: Option<u64>,
) -> Result<CatalogManifest, OnboardingError> {
    let none =
        || OnboardingError::one("version", format!("{supplier} has no older version on disk to go back to"));
    let head = current(app, supplier).await?.ok_or_else(none)?;
    let versions = catalog_versions(app, supplier).await?;
    let wanted = |manifest: &&CatalogManifest| match version {
        Some(version) => manifest.version == version,
        None => manifest.version < head.version,
    };
    let old = versions.iter().find(wanted).ok_or_else(none)?.clone();
    let (data, now, committed) = (app.data.clone(), app.now(), head.version);
    let published = off_thread(move || {
        // What is damaged is not published again.
        Catalog::open(&data, &old)?.verify()?;
        publish_again(&data, &old, committed, now)
    })
    .await?;
    commit(app, published, committed).await
}

/// The versions whose folders are still there, newest first.
pub async fn catalog_versions(
    app: &App,
    supplier: &SupplierId,
) -> Result<Vec<CatalogManifest>, OnboardingError> {
    let all = Scan::<CatalogKey>::prefix(|key| key.text(supplier.as_str()));
    let mut versions: Vec<CatalogManifest> =
        app.store.scan(all).await?.into_iter().map(|(_, row)| row.value).collect();
    let root = catalogs_of(&app.data, supplier);
    versions.retain(|manifest| root.join(manifest.version.to_string()).is_dir());
    versions.sort_by_key(|manifest| std::cmp::Reverse(manifest.version));
    Ok(versions)
}

/// The version that new visits see.
pub async fn current(app: &App, supplier: &SupplierId) -> Result<Option<CatalogManifest>, OnboardingError> {
    let Some(head) = app.store.get(&CatalogHeadKey { supplier: supplier.clone() }).await? else {
        return Ok(None);
    };
    let key = CatalogKey { supplier: supplier.clone(), version: head.value };
    let row = app.store.get(&key).await?;
    let gone = || AppError::Broken(format!("catalog version {} of {supplier} is not on record", head.value));
    Ok(Some(row.ok_or_else(gone)?.value))
}

async fn commit(
    app: &App,
    published: Published<CatalogManifest>,
    committed: u64,
) -> Result<CatalogManifest, OnboardingError> {
    let manifest = published.manifest.clone();
    let head = CatalogHeadKey { supplier: manifest.supplier.clone() };
    let row = app.store.get(&head).await?;
    if row.as_ref().map_or(0, |row| row.value) != committed {
        return Err(OnboardingError::one("version", "another version was published meanwhile"));
    }
    let key = CatalogKey { supplier: manifest.supplier.clone(), version: manifest.version };
    let mut changes = Changes::durable();
    changes.expect(&head, row.map(|row| row.version)).put(&key, &manifest).put(&head, &manifest.version);
    app.store.commit(changes).await?;
    drop(published);
    sweep_catalogs(app, &manifest.supplier).await?;
    Ok(manifest)
}

/// Whether a file was read as all there is, in words.
#[must_use]
pub const fn mode_word(mode: Mode) -> &'static str {
    match mode {
        Mode::Whole => "whole catalog",
        Mode::Update => "changes",
    }
}
