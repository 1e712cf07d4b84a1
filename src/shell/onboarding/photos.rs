//! Pictures at addresses: fetched for a version that waits, where the supplier says so.

use std::{collections::BTreeSet, path::PathBuf, sync::Arc, time::Duration};

use tokio::{sync::Semaphore, task::JoinSet};

use crate::{
    model::{ids::SupplierId, limits, party::PictureUse},
    shell::{
        app::App,
        catalog::{
            Catalog, CatalogManifest, Fetched, Staged, photos, staged,
            version::{catalogs_of, staged_folder},
        },
        clock::Stopwatch,
        fetch::{Bounds, FetchError},
        store::keys::SupplierKey,
    },
};

use super::{OnboardingError, publish::off_thread};

/// What one picture may cost.
const ONE: Bounds = Bounds { bytes: limits::PICTURE_BYTES, time: Duration::from_secs(20) };
/// How many are fetched at once.
const AT_ONCE: usize = 8;
/// When no more are begun.
const TIME: Duration = Duration::from_secs(30 * 60);
/// How many failures are named.
const NAMED: usize = 20;

/// Fetches the pictures of a version that waits, where its supplier says so, and notes what came of it.
///
/// Those that the version before has are taken over; what cannot be fetched is missing, and is no reason to refuse the
/// version.
pub(super) async fn fetch_pictures(
    app: &App,
    supplier: &SupplierId,
    base: Option<&CatalogManifest>,
    waiting: Staged,
) -> Result<Staged, OnboardingError> {
    let row = app.store.get(&SupplierKey { supplier: supplier.clone() }).await?;
    if row.is_none_or(|row| row.value.pictures == PictureUse::Linked) {
        return Ok(waiting);
    }
    let root = catalogs_of(&app.data, supplier);
    let folder = staged_folder(&app.data, &waiting);
    let before = base.map(|manifest| root.join(manifest.version.to_string()));
    let (catalog, now) = (Catalog::open_staged(&app.data, &waiting)?, app.now());
    let (own, old) = (folder.clone(), before.clone());
    let (wanted, mut fetched) = off_thread(move || {
        let mut fetched = Fetched::default();
        let mut wanted: BTreeSet<String> = BTreeSet::new();
        for product in catalog.products() {
            for picture in &product?.details.pictures {
                if wanted.len() >= limits::PICTURES {
                    fetched.beyond += 1;
                } else {
                    wanted.insert(picture.address.clone());
                }
            }
        }
        let mut missing = Vec::new();
        for address in wanted {
            match &old {
                Some(old) if photos::is_fresh(old, &address, now) => {
                    photos::take_over(old, &own, &address)?;
                    fetched.kept += 1;
                }
                _ => missing.push(address),
            }
        }
        Ok((missing, fetched))
    })
    .await?;
    let watch = Stopwatch::start();
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut running = JoinSet::new();
    for address in wanted {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { break };
        while let Some(Ok(outcome)) = running.try_join_next() {
            fetched.count(outcome);
        }
        if watch.elapsed() > TIME || fetched.bytes > limits::PICTURES_BYTES {
            fetched.beyond += 1;
            continue;
        }
        let (fetcher, folder, before) = (app.fetcher.clone(), folder.clone(), before.clone());
        running.spawn(async move {
            let got = fetcher.get(&address, ONE).await;
            drop(place);
            let kept = tokio::task::spawn_blocking(move || store(got, &folder, before, address)).await;
            kept.unwrap_or_else(|error| Outcome::Missing(String::new(), error.to_string()))
        });
    }
    while let Some(Ok(outcome)) = running.join_next().await {
        fetched.count(outcome);
    }
    let noted = Staged { pictures: Some(fetched), ..waiting };
    staged::note(&root, &noted)?;
    Ok(noted)
}

/// What came of one address.
pub(super) enum Outcome {
    Fetched(u64),
    Kept,
    Missing(String, String),
}

fn store(
    got: Result<bytes::Bytes, FetchError>,
    folder: &std::path::Path,
    before: Option<PathBuf>,
    address: String,
) -> Outcome {
    let why = match got {
        Ok(bytes) if photos::media_type(&bytes).is_none() => {
            "it is not a JPEG, PNG, GIF, WebP or AVIF picture".to_owned()
        }
        Ok(bytes) => match photos::keep(folder, &address, &bytes) {
            Ok(()) => return Outcome::Fetched(bytes.len() as u64),
            Err(error) => error.to_string(),
        },
        Err(error) => error.to_string(),
    };
    // An older picture is better than none.
    match before.map(|before| photos::take_over(&before, folder, &address)) {
        Some(Ok(true)) => Outcome::Kept,
        _ => Outcome::Missing(address, why),
    }
}

impl Fetched {
    fn count(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Fetched(bytes) => {
                self.fetched += 1;
                self.bytes += bytes;
            }
            Outcome::Kept => self.kept += 1,
            Outcome::Missing(address, why) => {
                self.missing += 1;
                if self.named.len() < NAMED {
                    self.named.push(format!("{address}: {why}"));
                }
            }
        }
    }
}
