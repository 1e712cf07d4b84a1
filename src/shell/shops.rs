//! What a visit sees: its pinned catalog version, agreements and price lists, opened once and shared.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use jiff::Timestamp;

use crate::{
    flow::{
        cart::Shelf,
        pricing::{self, Offer, Quote, Terms},
        session::{Pins, Session},
    },
    model::{
        agreement::{Agreement, PriceChoice},
        catalog::{Product, ProductKey, Stock},
        ids::{AgreementId, SupplierId},
        money::Currency,
    },
};

use super::{
    catalog::{Catalog, CatalogError, PriceList, StockTable},
    search::Visible,
    store::{
        Store, StoreError,
        keys::{AgreementKey, CatalogKey, PriceListKey},
    },
};

/// Opened versions, by what names them.
pub struct Shops {
    data: PathBuf,
    catalogs: Cache<(SupplierId, u64), Catalog>,
    price_lists: Cache<(AgreementId, u64), PriceList>,
    agreements: Cache<(AgreementId, u64), Arc<Agreement>>,
    stocks: Cache<SupplierId, Arc<StockTable>>,
}

/// A map that many read.
struct Cache<K, V>(Mutex<HashMap<K, V>>);

impl<K: std::hash::Hash + Eq, V: Clone> Cache<K, V> {
    fn new() -> Self {
        Self(Mutex::new(HashMap::new()))
    }

    fn get(&self, key: &K) -> Option<V> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    fn put(&self, key: K, value: V) -> V {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_insert(value).clone()
    }
}

/// Why a shop did not open.
#[derive(Debug, thiserror::Error)]
pub enum ShopError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A published folder.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// A version that a visit pins is no longer on record.
    #[error("{0} is no longer on record")]
    Gone(String),
}

/// The shop of one visit.
#[derive(Clone)]
pub struct Shop {
    /// Its catalog version.
    pub catalog: Catalog,
    /// The agreements it sees, with their versions and price lists.
    pub agreements: Vec<(Arc<Agreement>, u64, Option<PriceList>)>,
    /// The products it sees, for searching.
    pub visible: Arc<Visible>,
    stock: Arc<StockTable>,
    terms: Terms,
}

impl Shops {
    /// Shops whose published folders are below `data`.
    #[must_use]
    pub fn new(data: PathBuf) -> Self {
        Self {
            data,
            catalogs: Cache::new(),
            price_lists: Cache::new(),
            agreements: Cache::new(),
            stocks: Cache::new(),
        }
    }

    /// The shop of a visit.
    pub async fn of(
        &self,
        store: &Store,
        session: &Session,
        choice: PriceChoice,
        now: Timestamp,
    ) -> Result<Shop, ShopError> {
        self.open(store, &session.supplier, &session.pins, Terms { currency: session.currency, choice, now })
            .await
    }

    /// The shop of these versions and terms.
    pub async fn open(
        &self,
        store: &Store,
        supplier: &SupplierId,
        pins: &Pins,
        terms: Terms,
    ) -> Result<Shop, ShopError> {
        let catalog = self.catalog(store, supplier, pins.catalog).await?;
        let mut agreements = Vec::with_capacity(pins.agreements.len());
        for (id, version) in &pins.agreements {
            let agreement = self.agreement(store, id, *version).await?;
            let price_list = match agreement.price_list {
                Some(list) => Some(self.price_list(store, id, list).await?),
                None => None,
            };
            agreements.push((agreement, *version, price_list));
        }
        let valid = |agreement: &&(Arc<Agreement>, u64, Option<PriceList>)| {
            let Agreement { valid_from, valid_until, .. } = &*agreement.0;
            *valid_from <= terms.now && valid_until.is_none_or(|end| terms.now < end)
        };
        let visible =
            Visible::of(agreements.iter().filter(valid).map(|(agreement, ..)| &agreement.assortment));
        let stock = self.stock_table(supplier)?;
        Ok(Shop { catalog, agreements, visible: Arc::new(visible), stock, terms })
    }

    /// What the supplier has; whoever replaces it must do so through this one, for visits to see it.
    pub fn stock_table(&self, supplier: &SupplierId) -> Result<Arc<StockTable>, CatalogError> {
        if let Some(stock) = self.stocks.get(supplier) {
            return Ok(stock);
        }
        let opened = Arc::new(StockTable::open(&self.data, supplier)?);
        Ok(self.stocks.put(supplier.clone(), opened))
    }

    async fn catalog(
        &self,
        store: &Store,
        supplier: &SupplierId,
        version: u64,
    ) -> Result<Catalog, ShopError> {
        let key = (supplier.clone(), version);
        if let Some(catalog) = self.catalogs.get(&key) {
            return Ok(catalog);
        }
        let row = store.get(&CatalogKey { supplier: supplier.clone(), version }).await?;
        let manifest =
            row.ok_or_else(|| ShopError::Gone(format!("catalog version {version} of {supplier}")))?.value;
        Ok(self.catalogs.put(key, Catalog::open(&self.data, &manifest)?))
    }

    async fn price_list(
        &self,
        store: &Store,
        agreement: &AgreementId,
        version: u64,
    ) -> Result<PriceList, ShopError> {
        let key = (agreement.clone(), version);
        if let Some(list) = self.price_lists.get(&key) {
            return Ok(list);
        }
        let row = store.get(&PriceListKey { agreement: agreement.clone(), version }).await?;
        let manifest =
            row.ok_or_else(|| ShopError::Gone(format!("price list {version} of {agreement}")))?.value;
        Ok(self.price_lists.put(key, PriceList::open(&self.data, &manifest)?))
    }

    /// A version of an agreement, read once.
    pub(super) async fn agreement(
        &self,
        store: &Store,
        agreement: &AgreementId,
        version: u64,
    ) -> Result<Arc<Agreement>, ShopError> {
        let key = (agreement.clone(), version);
        if let Some(agreement) = self.agreements.get(&key) {
            return Ok(agreement);
        }
        let row = store.get(&AgreementKey { agreement: agreement.clone(), version }).await?;
        let found =
            row.ok_or_else(|| ShopError::Gone(format!("version {version} of agreement {agreement}")))?.value;
        Ok(self.agreements.put(key, Arc::new(found)))
    }
}

impl Shop {
    /// Currency of its prices.
    #[must_use]
    pub fn currency(&self) -> Currency {
        self.terms.currency
    }

    /// The product under a part number, if this visit sees it.
    #[must_use]
    pub fn find(&self, key: &ProductKey) -> Option<Arc<Product>> {
        let found = self.catalog.by_part(&key.part, key.auxiliary.as_deref());
        let found = found.inspect_err(|error| tracing::error!(%error, "a product could not be read")).ok()?;
        found.map(|(_, product)| product).filter(|product| self.visible.admits(product))
    }

    /// Its prices for this visit.
    #[must_use]
    pub fn prices(&self, product: &Product) -> Option<Quote> {
        if !product.is_valid_on(self.terms.now.to_zoned(jiff::tz::TimeZone::UTC).date()) {
            return None;
        }
        let offer = |(agreement, version, list): &'_ (Arc<Agreement>, u64, Option<PriceList>)| {
            let entry = list.as_ref().and_then(|list| {
                list.entry(&product.part)
                    .inspect_err(|error| tracing::error!(%error, "a price could not be read"))
                    .ok()
                    .flatten()
            });
            (Arc::clone(agreement), *version, entry)
        };
        let found: Vec<_> = self.agreements.iter().map(offer).collect();
        let offers: Vec<Offer<'_>> = found
            .iter()
            .map(|(agreement, version, entry)| Offer { agreement, version: *version, entry: entry.clone() })
            .collect();
        pricing::quote(product, &offers, self.terms)
    }

    /// How many there are, as far as known.
    #[must_use]
    pub fn stock(&self, product: &Product) -> Option<Stock> {
        let found = self.stock.stock(&product.part);
        found.inspect_err(|error| tracing::error!(%error, "a stock could not be read")).ok().flatten()
    }
}

impl Shelf for Shop {
    fn product(&self, key: &ProductKey) -> Option<Product> {
        self.find(key).map(|product| (*product).clone())
    }

    fn quote(&self, product: &Product) -> Option<Quote> {
        self.prices(product)
    }
}
