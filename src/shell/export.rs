//! A catalog written for others: all of it, or what an agreement lets a buyer see at its prices.
//!
//! Index and shop never disagree: products and prices come from the same published versions, by the same pricing.

use std::{fmt::Write as _, io::Write, sync::Arc};

use crate::{
    flow::{pricing::Terms, session::Pins},
    model::{
        agreement::{Agreement, PriceChoice},
        catalog::{Product, ProductKey},
        ids::{AgreementId, ProfileId, SupplierId, SupplierPartId},
        money::UnitPrice,
        party::Supplier,
    },
    wire::{
        csv::{self, PRODUCT_COLUMNS},
        feed::{cif, index},
        oci::json,
    },
};

use super::{
    app::{App, AppError},
    shops::Shop,
    store::keys::{AgreementHeadKey, CatalogHeadKey, SupplierKey},
    web::look::Assets,
};

/// The formats that are written.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
pub enum ExportFormat {
    /// A catalog file as docs/IMPORT.md describes it
    Csv,
    /// CIF 3.0
    Cif,
    /// cXML Index whose items are bought at the price they show
    Index,
    /// cXML Index that leads into the shop (PunchOut level 2): store, aisles, shelves, products
    Level2,
    /// OCI 5 JSON, as `DOWNLOADJSON` writes it, on one page: of what an agreement shows, at its prices
    Json,
}

impl ExportFormat {
    /// Ending of its file's name.
    #[must_use]
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Cif => "cif",
            Self::Index | Self::Level2 => "xml",
            Self::Json => "json",
        }
    }
}

/// Why nothing was written, or not all.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// Something of ours.
    #[error(transparent)]
    App(#[from] AppError),
    /// What was asked for is not there.
    #[error("{0}")]
    Unknown(String),
    /// Where it should go.
    #[error("the export cannot be written: {0}")]
    Io(#[from] std::io::Error),
}

impl<E: Into<super::shops::ShopError>> From<E> for ExportError {
    fn from(error: E) -> Self {
        Self::App(AppError::Shop(error.into()))
    }
}

/// Writes a catalog; says how many products.
pub async fn catalog(
    app: &App,
    supplier: &SupplierId,
    agreement: Option<&AgreementId>,
    format: ExportFormat,
    out: &mut (dyn Write + Send),
) -> Result<u64, ExportError> {
    let unknown = |what: String| move || ExportError::Unknown(what);
    let row = app.store.get(&SupplierKey { supplier: supplier.clone() }).await?;
    let party = row.ok_or_else(unknown(format!("there is no supplier {supplier}")))?.value;
    let head = app.store.get(&CatalogHeadKey { supplier: supplier.clone() }).await?;
    let catalog = head.ok_or_else(unknown(format!("{supplier} has no catalog yet")))?.value;
    let mut pins = Pins { catalog, agreements: Vec::new() };
    let mut currency = party.currency;
    if let Some(agreement) = agreement {
        let key = AgreementHeadKey { supplier: supplier.clone(), agreement: agreement.clone() };
        let head = app.store.get(&key).await?;
        let version = head.ok_or_else(unknown(format!("{supplier} has no agreement {agreement}")))?.value;
        pins.agreements.push((agreement.clone(), version));
        currency = app.shops.agreement(&app.store, agreement, version).await?.currency;
    }
    let terms = Terms { currency, choice: PriceChoice::default(), now: app.now() };
    let shop = app.shops.open(&app.store, supplier, &pins, terms, false).await?;
    let terms = shop.agreements.first().map(|(terms, ..)| Arc::clone(terms));
    let export = Export { app, party: &party, shop: &shop, agreement: terms.as_deref() };
    let count = export.count()?;
    match format {
        ExportFormat::Csv => export.csv(out)?,
        ExportFormat::Cif => export.cif(out, count)?,
        ExportFormat::Index => export.index(out, index::Kind::Add)?,
        ExportFormat::Level2 => export.index(out, index::Kind::Punchout)?,
        ExportFormat::Json => export.json(out, count)?,
    }
    Ok(count)
}

struct Export<'a> {
    app: &'a App,
    party: &'a Supplier,
    shop: &'a Shop,
    agreement: Option<&'a Agreement>,
}

impl Export<'_> {
    /// Every product that is exported, with its price where there is one; read one by one.
    fn each(
        &self,
        mut see: impl FnMut(&Product, Option<UnitPrice>) -> Result<(), ExportError>,
    ) -> Result<(), ExportError> {
        for product in self.shop.catalog.products() {
            let product = product?;
            let price = if self.agreement.is_some() {
                if !self.shop.visible.admits(&product) {
                    continue;
                }
                let quote = self.shop.prices(&product);
                quote.and_then(|quote| {
                    let band = quote.band(product.order.first()).or(quote.bands.first());
                    band.map(|band| band.price)
                })
            } else {
                product.list_price.as_ref().and_then(|list| {
                    UnitPrice::new(list.tiers.first()?.amount, list.currency, product.price_basis).ok()
                })
            };
            see(&product, price)?;
        }
        Ok(())
    }

    fn count(&self) -> Result<u64, ExportError> {
        let mut count = 0;
        self.each(|_, _| {
            count += 1;
            Ok(())
        })?;
        Ok(count)
    }

    /// With an agreement, its prices by quantity stand where the list price does.
    fn csv(&self, out: &mut (dyn Write + Send)) -> Result<(), ExportError> {
        out.write_all(csv::line(PRODUCT_COLUMNS.iter().map(|column| column.name)).as_bytes())?;
        self.each(|product, _| {
            let row = match self.agreement {
                None => csv::product_row(product),
                Some(_) => csv::product_row(&self.priced(product)),
            };
            Ok(out.write_all(csv::line(row).as_bytes())?)
        })
    }

    /// The product as this agreement's buyer knows it.
    fn priced(&self, product: &Product) -> Product {
        use crate::model::catalog::{ListPrice, Tier};
        let mut product = product.clone();
        let quote = self.shop.prices(&product);
        let basis = quote.as_ref().and_then(|quote| quote.bands.first()).map(|band| band.price.per);
        product.list_price = quote.and_then(|quote| {
            let first = quote.bands.first()?.price;
            let same = |band: &&crate::flow::pricing::Band| band.price.per == first.per;
            let tier =
                |band: &crate::flow::pricing::Band| Tier { from: band.from, amount: band.price.amount };
            let tiers = quote.bands.iter().filter(same).map(tier).collect();
            Some(ListPrice { currency: first.currency, tiers })
        });
        product.price_basis = basis.unwrap_or(product.price_basis);
        // A buyer who does not see a product does not learn its number either.
        product.relations.retain(|relation| self.shows(&relation.part));
        product.details.components.retain(|component| self.shows(&component.part));
        // What concerns the supplier alone stays with it.
        product.details.erp = None;
        product
    }

    /// Whether some product of this number is exported.
    fn shows(&self, part: &SupplierPartId) -> bool {
        self.shop.known(&ProductKey { part: part.clone(), auxiliary: None }).is_some()
    }

    fn cif(&self, out: &mut (dyn Write + Send), count: u64) -> Result<(), ExportError> {
        // CIF has no item without a price.
        let mut priced = count;
        self.each(|_, price| {
            priced -= u64::from(price.is_none());
            Ok(())
        })?;
        let identity = self.party.identities.first();
        let currency = self.shop.currency();
        let head = cif::Head {
            domain: identity.map_or("NetworkID", |one| one.domain.as_str()),
            identity: identity.map_or(self.party.id.as_str(), |one| one.identity.as_str()),
            currency: currency.as_str(),
            items: priced,
            at: self.app.now(),
        };
        out.write_all(cif::head(&head).as_bytes())?;
        self.each(|product, price| match price {
            Some(price) => Ok(out.write_all(cif::row(&head, product, price).as_bytes())?),
            None => Ok(()),
        })?;
        Ok(out.write_all(cif::END.as_bytes())?)
    }

    /// Item by item around the page that `DOWNLOADJSON` writes. What has no price that OCI can write is left out.
    fn json(&self, out: &mut (dyn Write + Send), count: u64) -> Result<(), ExportError> {
        if self.agreement.is_none() {
            return Err(ExportError::Unknown(
                "OCI JSON is written at the prices of an agreement: name one".to_owned(),
            ));
        }
        let written = |error: serde_json::Error| ExportError::App(AppError::Broken(error.to_string()));
        let profile = ProfileId::parse("generic-oci").map_err(|error| AppError::Broken(error.to_string()));
        let profile = self.app.profiles.plain(&profile.map_err(ExportError::App)?);
        let profile = profile.map_err(|error| ExportError::App(error.into()))?;
        let total = u32::try_from(count).unwrap_or(u32::MAX);
        let asked = json::Asked { page_size: total, page: 1, transaction: String::new(), cti: String::new() };
        let around = serde_json::to_string(&json::Page::new(asked, total, Vec::new())).map_err(written)?;
        let (head, end) = around.split_at(around.len().saturating_sub("]}".len()));
        out.write_all(head.as_bytes())?;
        let assets = Assets::new("");
        let mut first = true;
        self.each(|product, _| {
            let Some(quote) = self.shop.prices(product) else { return Ok(()) };
            let picture = product.picture.as_ref();
            let picture = picture.map(|picture| self.app.public_url.join(&assets.picture(Some(picture))));
            let offer = json::Offer { product, quote: &quote, picture };
            let Some(item) = json::NewItem::of(&offer, &self.party.name, &profile) else { return Ok(()) };
            out.write_all(if first { b"\n" } else { b",\n" })?;
            first = false;
            Ok(out.write_all(serde_json::to_string(&item).map_err(written)?.as_bytes())?)
        })?;
        Ok(out.write_all(format!("{end}\n").as_bytes())?)
    }

    fn index(&self, out: &mut (dyn Write + Send), kind: index::Kind) -> Result<(), ExportError> {
        let written = |error: crate::wire::xml::WriteError| ExportError::App(error.into());
        let identities: Vec<(String, String)> =
            self.party.identities.iter().map(|one| (one.domain.clone(), one.identity.clone())).collect();
        let head = index::head(&index::Head { identities: &identities, version: "1.2.071" });
        out.write_all(head.map_err(written)?.as_bytes())?;
        let address = self.app.public_url.join("/");
        if kind == index::Kind::Punchout {
            let place =
                |level, id: &str, name: &str| index::place(level, id, name, "en", &address).map_err(written);
            out.write_all(place("store", self.party.id.as_str(), &self.party.name)?.as_bytes())?;
            for category in self.categories()? {
                let level = if category.contains(crate::model::catalog::CATEGORY_SEPARATOR) {
                    "shelf"
                } else {
                    "aisle"
                };
                let mut id = index::CATEGORY.to_owned();
                let _ = write!(id, "{category}"); // writing to a String cannot fail
                out.write_all(place(level, &id, &category)?.as_bytes())?;
            }
        }
        self.each(|product, price| {
            // An item to be bought from the index needs its price.
            if kind == index::Kind::Add && price.is_none() {
                return Ok(());
            }
            let item = index::product(kind, product, price, "en", &address).map_err(written)?;
            Ok(out.write_all(item.as_bytes())?)
        })?;
        Ok(out.write_all(index::END.as_bytes())?)
    }

    /// The categories with something in them that is exported, a category before those below it.
    fn categories(&self) -> Result<Vec<String>, ExportError> {
        let mut found = std::collections::HashSet::new();
        self.each(|product, _| {
            found.extend(crate::model::catalog::category_levels(&product.category).map(str::to_owned));
            Ok(())
        })?;
        let tree = self.shop.catalog.categories();
        Ok(tree.all().iter().map(|one| one.path.clone()).filter(|path| found.contains(path)).collect())
    }
}
