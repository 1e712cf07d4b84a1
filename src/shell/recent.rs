//! Products and fixed prices that were read lately, decoded: what one list shows is on the next one too.

use std::{
    hash::Hash,
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
};

use lru::LruCache;

use super::catalog::{Catalog, CatalogError, PriceList};
use crate::model::{
    agreement::PriceEntry,
    catalog::{Ordinal, Product},
    ids::SupplierPartId,
    language::Language,
};

/// About 32 MB of these, which is more than the most that a list puts in order, and 16 MB of those.
const PRODUCTS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(16_383);
const PRICES: NonZeroUsize = NonZeroUsize::MIN.saturating_add(65_535);
/// The longest description of a product that is kept, in bytes, and the most small things that it consists of.
const LONGEST: usize = 8_192;
const THINGS: usize = 64;
/// The most tiers of a price that is kept.
const TIERS: usize = 16;

/// Which product, and in the first of which languages.
type Spoken = (u64, Arc<[Language]>, Ordinal);

/// Of all catalogs and price lists that are open. Neither ever changes, so that nothing here grows old.
pub(super) struct Recent {
    products: Kept<Spoken, Arc<Product>>,
    prices: Kept<(u64, SupplierPartId), Option<PriceEntry>>,
}

impl Recent {
    pub(super) fn new() -> Self {
        Self { products: Kept::new(PRODUCTS), prices: Kept::new(PRICES) }
    }

    /// The product with this ordinal, its texts in the first of these languages; `None` beyond the last one.
    pub(super) fn product(
        &self,
        catalog: &Catalog,
        languages: &Arc<[Language]>,
        ordinal: Ordinal,
    ) -> Result<Option<Arc<Product>>, CatalogError> {
        let key = (catalog.opening(), Arc::clone(languages), ordinal);
        if let Some(product) = self.products.get(&key) {
            return Ok(Some(product));
        }
        let product = catalog.product(ordinal)?.map(|product| catalog.spoken(product, languages));
        if let Some(product) = product.as_ref().filter(|product| is_light(product)) {
            self.products.keep(key, Arc::clone(product));
        }
        Ok(product)
    }

    /// The fixed price of a part, if the list has one.
    pub(super) fn price(
        &self,
        list: &PriceList,
        part: &SupplierPartId,
    ) -> Result<Option<PriceEntry>, CatalogError> {
        let key = (list.opening(), part.clone());
        if let Some(price) = self.prices.get(&key) {
            return Ok(price);
        }
        let price = list.entry(part)?;
        if price.as_ref().is_none_or(|price| price.tiers.len() <= TIERS) {
            self.prices.keep(key, price.clone());
        }
        Ok(price)
    }
}

/// Whether a product takes no more room than most do.
fn is_light(product: &Product) -> bool {
    let details = &product.details;
    let things = [
        product.attributes.len(),
        product.relations.len(),
        details.translations.len(),
        details.pictures.len(),
        details.attachments.len(),
        details.components.len(),
        details.extrinsics.len(),
    ];
    let texts = details.translations.iter().filter_map(|other| other.description.as_deref());
    let longest = texts.chain([product.description.as_str()]).map(str::len).sum::<usize>();
    longest <= LONGEST && things.into_iter().sum::<usize>() <= THINGS
}

struct Kept<K: Hash + Eq, V>(Mutex<LruCache<K, V>>);

impl<K: Hash + Eq, V: Clone> Kept<K, V> {
    fn new(most: NonZeroUsize) -> Self {
        Self(Mutex::new(LruCache::new(most)))
    }

    fn get(&self, key: &K) -> Option<V> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    fn keep(&self, key: K, value: V) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).put(key, value);
    }
}
