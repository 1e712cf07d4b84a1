//! What a visit sees: its pinned catalog version, agreements and price lists, opened once and shared.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use crate::{
    flow::{
        cart::Shelf,
        pricing::{self, Offer, Quote, Terms},
        session::{Pins, Session},
    },
    model::{
        agreement::{Agreement, PriceEntry},
        catalog::{Ordinal, Product, ProductKey, Stock},
        ids::{AgreementId, SupplierId},
        language::Language,
        money::Currency,
        party::Connection,
    },
};

use super::{
    catalog::{Catalog, CatalogError, PriceList, StockTable, synonyms},
    recent::Recent,
    search::{Asker, Completions, Hits, Query, Shown, Sort, Synonyms, Visible, Weights, order_key},
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
    views: Cache<String, Arc<View>>,
    /// By catalog version; held while the file is read or replaced.
    synonyms: Mutex<HashMap<(SupplierId, u64), Arc<Synonyms>>>,
    recent: Arc<Recent>,
}

/// Views kept, each a bit for every product of its catalog; beyond that all are found out anew.
const VIEWS: usize = 256;

/// A map that many read.
struct Cache<K, V>(Mutex<HashMap<K, V>>);

impl<K: std::hash::Hash + Eq, V: Clone> Cache<K, V> {
    fn new() -> Self {
        Self(Mutex::new(HashMap::new()))
    }

    fn get(&self, key: &K) -> Option<V> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    /// Forgets all where there are so many.
    fn make_room(&self, most: usize) {
        let mut map = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if map.len() >= most {
            map.clear();
        }
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
    /// The products of its assortments, with a price or without.
    pub visible: Arc<Visible>,
    /// Whether what has no price is hidden.
    pub hides_unpriced: bool,
    view: Arc<View>,
    stock: Arc<StockTable>,
    synonyms: Arc<Synonyms>,
    recent: Arc<Recent>,
    terms: Terms,
    /// Whose texts it shows, the most wanted first.
    languages: Arc<[Language]>,
}

/// What visits with the same versions and terms see of a catalog: found out when it is first asked for.
pub struct View {
    key: String,
    shown: OnceLock<Arc<Shown>>,
    weights: OnceLock<Weights>,
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
            views: Cache::new(),
            synonyms: Mutex::default(),
            recent: Arc::new(Recent::new()),
        }
    }

    /// The shop of a visit over its connection.
    pub async fn of(
        &self,
        store: &Store,
        session: &Session,
        connection: &Connection,
        now: Timestamp,
    ) -> Result<Shop, ShopError> {
        let terms = Terms { currency: session.currency, choice: connection.price_choice, now };
        let shop =
            self.open(store, &session.supplier, &session.pins, terms, connection.hides_unpriced).await?;
        Ok(shop.speaking(session.purpose.language.as_deref(), connection))
    }

    /// The shop of these versions and terms.
    pub async fn open(
        &self,
        store: &Store,
        supplier: &SupplierId,
        pins: &Pins,
        terms: Terms,
        hides_unpriced: bool,
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
        let valid: Vec<_> =
            agreements.iter().filter(|(agreement, ..)| holds_at(agreement, terms.now)).collect();
        let visible = Visible::of(valid.iter().map(|(agreement, ..)| &agreement.assortment));
        // What has a price depends on the currency, and on the day.
        let priced = if hides_unpriced {
            format!("{} {}", terms.currency.as_str(), today(terms))
        } else {
            String::new()
        };
        let named: Vec<_> = valid.iter().map(|(agreement, version, _)| (&agreement.id, version)).collect();
        let key = format!("{supplier}/{} {named:?} {priced}", pins.catalog);
        let stock = self.stock_table(supplier)?;
        let view = self.view(key);
        let (visible, recent) = (Arc::new(visible), Arc::clone(&self.recent));
        let (synonyms, languages) = (self.synonyms(supplier, &catalog)?, Arc::default());
        Ok(Shop {
            catalog,
            agreements,
            visible,
            hides_unpriced,
            view,
            stock,
            synonyms,
            recent,
            terms,
            languages,
        })
    }

    fn view(&self, key: String) -> Arc<View> {
        if let Some(view) = self.views.get(&key) {
            return view;
        }
        self.views.make_room(VIEWS);
        self.views.put(key.clone(), Arc::new(View { key, shown: OnceLock::new(), weights: OnceLock::new() }))
    }

    /// What means the same in this version of the supplier's catalog.
    fn synonyms(&self, supplier: &SupplierId, catalog: &Catalog) -> Result<Arc<Synonyms>, CatalogError> {
        let mut known = self.synonyms.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (supplier.clone(), catalog.version());
        if let Some(synonyms) = known.get(&key) {
            return Ok(Arc::clone(synonyms));
        }
        let made = Arc::new(catalog.synonyms(&synonyms::rules(&self.data, supplier)?));
        known.insert(key, Arc::clone(&made));
        Ok(made)
    }

    /// Replaces the supplier's synonyms by those of a text that was checked: at once, for every version and visit.
    pub fn replace_synonyms(&self, supplier: &SupplierId, text: Option<&str>) -> Result<(), CatalogError> {
        let mut known = self.synonyms.lock().unwrap_or_else(PoisonError::into_inner);
        synonyms::replace(&self.data, supplier, text)?;
        known.retain(|(of, _), _| of != supplier);
        Ok(())
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
    /// The same shop with texts in the language of a wish, else in that of the connection, else as they are.
    #[must_use]
    pub fn speaking(self, wish: Option<&str>, connection: &Connection) -> Self {
        let wish = wish.and_then(|wish| Language::parse(wish).ok());
        Self { languages: wish.into_iter().chain(connection.language.clone()).collect(), ..self }
    }

    /// The product with its texts in the language of this shop.
    fn spoken(&self, product: Arc<Product>) -> Arc<Product> {
        self.catalog.spoken(product, &self.languages)
    }

    /// The product with this ordinal, whoever sees it; `None` beyond the last one.
    pub fn product(&self, ordinal: Ordinal) -> Result<Option<Arc<Product>>, CatalogError> {
        self.recent.product(&self.catalog, &self.languages, ordinal)
    }

    /// The variants of a family that this visit is shown, in order; at most `most` of them are looked at.
    pub fn family(&self, key: &str, most: usize) -> Result<Vec<Arc<Product>>, CatalogError> {
        let all = self.catalog.family(key, most)?.into_iter().map(|product| self.spoken(product));
        Ok(all.filter(|product| self.shows(product)).collect())
    }

    /// Currency of its prices.
    #[must_use]
    pub fn currency(&self) -> Currency {
        self.terms.currency
    }

    /// What names everything that decides which products it shows: the same for visits that see the same.
    #[must_use]
    pub fn view(&self) -> &str {
        &self.view.key
    }

    /// The product under a part number, if this visit is shown it.
    #[must_use]
    pub fn find(&self, key: &ProductKey) -> Option<Arc<Product>> {
        self.known(key).filter(|product| self.shows(product))
    }

    /// The product under a part number, if it is in the assortments; with a price or without, as a line of a cart may be.
    #[must_use]
    pub fn known(&self, key: &ProductKey) -> Option<Arc<Product>> {
        let found = self.catalog.by_part(&key.part, key.auxiliary.as_deref());
        let found = found.inspect_err(|error| tracing::error!(%error, "a product could not be read")).ok()?;
        let found = found.map(|(_, product)| product).filter(|product| self.visible.admits(product));
        found.map(|product| self.spoken(product))
    }

    /// Whether this visit is shown the product.
    #[must_use]
    pub fn shows(&self, product: &Product) -> bool {
        self.visible.admits(product) && (!self.hides_unpriced || self.prices(product).is_some())
    }

    /// All that this visit is shown. Takes some milliseconds the first time.
    pub fn shown(&self) -> Result<Arc<Shown>, CatalogError> {
        if let Some(shown) = self.view.shown.get() {
            return Ok(Arc::clone(shown));
        }
        let mut shown = self.catalog.visible(&self.visible)?;
        if self.hides_unpriced {
            shown = shown.and(&self.priced()?);
        }
        Ok(Arc::clone(self.view.shown.get_or_init(|| Arc::new(shown))))
    }

    /// Products that have a price: those for which [`Shop::prices`] finds one.
    fn priced(&self) -> Result<Shown, CatalogError> {
        let (catalog, Terms { currency, now, .. }) = (&self.catalog, self.terms);
        let (facts, today) = (catalog.facts()?, today(self.terms));
        let mut priced = Shown::none(catalog.len());
        for (agreement, _, list) in &self.agreements {
            if !holds_at(agreement, now) || agreement.currency != currency {
                continue;
            }
            if let Some(list) = list {
                let listed = catalog.priced_in(list)?;
                listed.filter(|one| facts.is_valid_on(*one, today)).for_each(|one| priced.insert(one));
            }
            let selectors: Vec<_> = agreement.rules.iter().map(|rule| rule.on.clone()).collect();
            let ruled = catalog.selected(&selectors)?;
            let counts = |one: &Ordinal| facts.is_listed_in(*one, currency) && facts.is_valid_on(*one, today);
            ruled.iter().filter(counts).for_each(|one| priced.insert(one));
        }
        Ok(priced)
    }

    /// What a query finds among all that this visit is shown, in the order it asks for.
    pub fn search(&self, query: &Query<'_>) -> Result<Hits, CatalogError> {
        let shown = self.shown()?;
        let query = &Query { synonyms: Some(&self.synonyms), ..query.clone() };
        if query.sort.is_indexed() && !(query.sort == Sort::Name && self.translates()) {
            return self.catalog.search(query, &shown);
        }
        let hits = self.catalog.search(&Query { sort: Sort::Price, ..query.clone() }, &shown)?;
        if hits.total as usize > Query::MAX_LIMIT {
            let hits = self.catalog.search(&Query { sort: Sort::Relevance, ..query.clone() }, &shown)?;
            return Ok(Hits { unsorted: true, ..hits });
        }
        let ordered = match query.sort {
            Sort::LeadTime => self.by_lead_time(&hits.ordinals)?,
            Sort::Name => self.by_name(&hits.ordinals)?,
            _ => self.by_price(&hits.ordinals)?,
        };
        let page = ordered.into_iter().skip(query.offset).take(query.limit);
        Ok(Hits { ordinals: page.collect(), ..hits })
    }

    /// What can be typed next, at most `most` of each kind. Takes longer the first time.
    pub fn complete(&self, text: &str, most: usize) -> Result<Completions, CatalogError> {
        let shown = self.shown()?;
        let weights = if let Some(weights) = self.view.weights.get() {
            weights
        } else {
            let weights = self.catalog.weights(&shown)?;
            self.view.weights.get_or_init(|| weights)
        };
        let as_written = Arc::default();
        let read = |ordinal| self.recent.product(&self.catalog, &as_written, ordinal);
        self.catalog.complete(text, most, Asker { shown: &shown, weights }, read)
    }

    /// The cheapest first, by the price of one unit of what an order begins with; those without a price last.
    fn by_price(&self, ordinals: &[Ordinal]) -> Result<Vec<Ordinal>, CatalogError> {
        ordered(ordinals, |ordinal| {
            // Thousands, and most of them never shown: they are not kept.
            let Some(product) = self.catalog.product(ordinal)? else { return Ok(None) };
            let quote = self.quote_with(&product, |list| list.entry(&product.part));
            let price = quote.and_then(|quote| quote.shown(&product).map(|band| band.price));
            Ok(price.and_then(|price| price.amount.checked_div(price.per)))
        })
    }

    /// Whether some names may be other ones than those that the index orders by.
    fn translates(&self) -> bool {
        let own = self.catalog.manifest().language.as_ref();
        let wanted = self.languages.first();
        wanted.is_some_and(|wanted| {
            self.catalog.speaks(wanted) && own.is_none_or(|own| own.primary() != wanted.primary())
        })
    }

    /// By name in the language of this shop, A to Z.
    fn by_name(&self, ordinals: &[Ordinal]) -> Result<Vec<Ordinal>, CatalogError> {
        ordered(ordinals, |ordinal| Ok(self.product(ordinal)?.map(|product| order_key(&product.name))))
    }

    /// What is there first, then by working days until it leaves; those of which nothing is known last.
    fn by_lead_time(&self, ordinals: &[Ordinal]) -> Result<Vec<Ordinal>, CatalogError> {
        let facts = self.catalog.facts()?;
        ordered(ordinals, |ordinal| {
            let part = self.catalog.part(ordinal)?;
            let stock = part.map(|part| self.stock.stock(&part)).transpose()?.flatten();
            let is_there = |stock: &Stock| !stock.sold_out && stock.available.is_some();
            Ok(match stock {
                Some(stock) if is_there(&stock) => Some(0),
                stock => stock.and_then(|stock| stock.lead_time_days).or(facts.lead_time_days(ordinal)),
            })
        })
    }

    /// Its prices for this visit.
    #[must_use]
    pub fn prices(&self, product: &Product) -> Option<Quote> {
        self.quote_with(product, |list| self.recent.price(list, &product.part))
    }

    /// - `entry`: finds the product's fixed price in a list.
    fn quote_with(
        &self,
        product: &Product,
        entry: impl Fn(&PriceList) -> Result<Option<PriceEntry>, CatalogError>,
    ) -> Option<Quote> {
        if !product.is_valid_on(today(self.terms)) {
            return None;
        }
        let fixed = |list: &PriceList| {
            let found = entry(list);
            found.inspect_err(|error| tracing::error!(%error, "a price could not be read")).ok().flatten()
        };
        let offers = self.agreements.iter().map(|(agreement, version, list)| Offer {
            agreement,
            version: *version,
            entry: list.as_ref().and_then(fixed),
        });
        let offers: Vec<Offer<'_>> = offers.collect();
        pricing::quote(product, &offers, self.terms)
    }

    /// How many there are, as far as known.
    #[must_use]
    pub fn stock(&self, product: &Product) -> Option<Stock> {
        let found = self.stock.stock(&product.part);
        found.inspect_err(|error| tracing::error!(%error, "a stock could not be read")).ok().flatten()
    }
}

/// Whether an agreement is valid at an instant.
fn holds_at(agreement: &Agreement, now: Timestamp) -> bool {
    agreement.valid_from <= now && agreement.valid_until.is_none_or(|end| now < end)
}

fn today(terms: Terms) -> Date {
    terms.now.to_zoned(TimeZone::UTC).date()
}

/// Ordinals by a key, those without one last; else in the order they came in.
fn ordered<K: Ord>(
    ordinals: &[Ordinal],
    key: impl Fn(Ordinal) -> Result<Option<K>, CatalogError>,
) -> Result<Vec<Ordinal>, CatalogError> {
    let mut keyed = Vec::with_capacity(ordinals.len());
    for ordinal in ordinals {
        keyed.push((key(*ordinal)?, *ordinal));
    }
    keyed.sort_by(|(a, _), (b, _)| match (a, b) {
        (Some(a), Some(b)) => a.cmp(b),
        (a, b) => b.is_some().cmp(&a.is_some()),
    });
    Ok(keyed.into_iter().map(|(_, ordinal)| ordinal).collect())
}

impl Shelf for Shop {
    fn product(&self, key: &ProductKey) -> Option<Product> {
        self.known(key).map(|product| (*product).clone())
    }

    fn quote(&self, product: &Product) -> Option<Quote> {
        self.prices(product)
    }
}
