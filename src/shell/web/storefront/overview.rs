//! What stands on every page of a shop and changes only with its pinned versions and their validity: counted once, kept for all visits
//! that see the same.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use crate::{
    model::catalog::{ProductKey, category_levels},
    shell::{
        app::AppError,
        catalog::Category,
        search::Query,
        shops::{Shop, ShopError},
    },
};

use super::frame::CategoryCard;

/// Overviews kept; beyond that all are counted anew.
const KEPT: usize = 512;

/// Products proposed on the first page, and how many entries of price lists are looked at for them.
const PICKS: usize = 6;
const LOOKED_AT: usize = 2_000;

/// A shop at a glance.
#[derive(Debug, Default)]
pub(super) struct Overview {
    /// Visible categories at the root of the tree.
    pub(super) categories: Vec<CategoryCard>,
    /// How many products are visible.
    pub(super) products: u32,
    /// Products with a negotiated price, one of each category.
    pub(super) picks: Vec<ProductKey>,
}

/// The overviews counted so far, by what their visits see.
#[derive(Default)]
pub(super) struct Overviews(Mutex<HashMap<String, Arc<Overview>>>);

impl Overviews {
    /// The overview of a visit's shop.
    pub(super) async fn of(&self, shop: &Shop) -> Result<Arc<Overview>, AppError> {
        let key = shop.view().to_owned();
        let kept = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = kept().get(&key) {
            return Ok(Arc::clone(found));
        }
        let shop = shop.clone();
        let counted = blocking(move || count(&shop)).await?;
        let counted = Arc::new(counted);
        let mut kept = kept();
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(key, Arc::clone(&counted));
        Ok(counted)
    }
}

/// Runs what reads files or searches, away from the threads that serve.
pub(in crate::shell::web) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ShopError> + Send + 'static,
) -> Result<T, AppError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => Ok(done?),
        Err(stopped) => Err(AppError::Broken(format!("a search stopped: {stopped}"))),
    }
}

fn count(shop: &Shop) -> Result<Overview, ShopError> {
    let hits = shop.search(&Query { limit: 1, ..Query::default() })?;
    let tree = shop.catalog.categories();
    let roots = hits.categories.iter().filter_map(|count| {
        let category = tree.by_path(&count.path).filter(|category| category.parent.is_none())?;
        Some(card(category, count.products))
    });
    Ok(Overview { categories: roots.collect(), products: hits.total, picks: picks(shop) })
}

/// A category with what a visit sees of it.
pub(super) fn card(category: &Category, products: u32) -> CategoryCard {
    CategoryCard {
        name: category.name.clone(),
        path: category.path.clone(),
        products,
        picture: category.picture.clone(),
    }
}

fn picks(shop: &Shop) -> Vec<ProductKey> {
    let lists = shop.agreements.iter().filter_map(|(_, _, list)| list.as_ref());
    let parts = lists.flat_map(|list| list.entries().take(LOOKED_AT)).filter_map(Result::ok);
    let mut seen: Vec<String> = Vec::new();
    let mut picks = Vec::new();
    for (part, _) in parts {
        let Some(product) = shop.find(&ProductKey { part, auxiliary: None }) else { continue };
        let Some(root) = category_levels(&product.category).next() else { continue };
        if !seen.iter().any(|one| one == root) && shop.prices(&product).is_some() {
            seen.push(root.to_owned());
            picks.push(product.key());
        }
        if picks.len() == PICKS {
            break;
        }
    }
    picks
}
