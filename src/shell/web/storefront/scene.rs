//! A request inside a visit: the visit, and all that the frame around its pages shows.

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::{StatusCode, request::Parts},
    response::Response,
};
use maud::{Markup, html};
use rust_decimal::Decimal;

use crate::{
    flow::cart::PricedCart,
    model::{
        catalog::{Product, ProductKey},
        money::Money,
        party::PictureUse,
    },
    shell::{
        app::SharedApp,
        shops::Shop,
        web::{
            look::{Tone, format, notice},
            visit::{Visit, VisitError},
        },
    },
};

use super::{
    address::{Links, ListAddress},
    answer::{self, Stop},
    cart,
    frame::{Frame, Glance},
    overview::{Overview, Overviews},
    row::Item,
    trouble::{self, Trouble},
};

/// A visit on stage.
pub(super) struct Scene {
    /// Everything shared.
    pub(super) app: SharedApp,
    /// The visit.
    pub(super) visit: Visit,
    /// Its cart with the prices of now.
    pub(super) priced: PricedCart,
    /// Its shop at a glance.
    pub(super) overview: Arc<Overview>,
    /// Builds its addresses.
    pub(super) links: Links,
    /// What list or search the request names.
    pub(super) list: ListAddress,
    /// What has just happened.
    pub(super) news: Option<Markup>,
    overviews: Arc<Overviews>,
}

/// Most variants of a family that a page shows.
const VARIANTS: usize = 200;

/// What the routes of the storefront share.
#[derive(Clone)]
pub(super) struct Stage {
    /// Everything shared.
    pub(super) app: SharedApp,
    /// Overviews counted so far.
    pub(super) overviews: Arc<Overviews>,
}

impl FromRequestParts<Stage> for Scene {
    type Rejection = Stop;

    async fn from_request_parts(parts: &mut Parts, stage: &Stage) -> Result<Self, Stop> {
        let params = RawPathParams::from_request_parts(parts, stage).await;
        let named =
            params.as_ref().ok().and_then(|params| params.iter().find(|(name, _)| *name == "capability"));
        let capability = named.map_or("", |(_, value)| value);
        let mut scene =
            Self::load(stage, capability).await.map_err(|error| answer::stop(&stage.app, error))?;
        scene.list = ListAddress::parse(parts.uri.query().unwrap_or_default());
        Ok(scene)
    }
}

impl Scene {
    /// Loads the visit of a capability with its surroundings.
    pub(super) async fn load(stage: &Stage, capability: &str) -> Result<Self, VisitError> {
        let visit = Visit::load(&stage.app, capability).await?;
        let overview = stage.overviews.of(&visit.shop).await?;
        Ok(Self {
            priced: visit.priced(),
            links: Links::new(stage.app.public_url.prefix(), capability)
                .with_photos(visit.parties.supplier.pictures == PictureUse::Fetched),
            overview,
            list: ListAddress::default(),
            news: None,
            visit,
            app: Arc::clone(&stage.app),
            overviews: Arc::clone(&stage.overviews),
        })
    }

    /// The same visit as it is now: for a page that says why a change was not made.
    pub(super) async fn again(stage: &Stage, links: &Links) -> Result<Self, VisitError> {
        Self::load(stage, links.capability()).await
    }

    /// What the routes share.
    pub(super) fn stage(&self) -> Stage {
        Stage { app: Arc::clone(&self.app), overviews: Arc::clone(&self.overviews) }
    }

    /// The frame around a page.
    pub(super) fn frame(&self) -> Frame<'_> {
        let session = &self.visit.session;
        Frame {
            links: &self.links,
            supplier: &self.visit.parties.supplier,
            buyer: &self.visit.parties.buyer.name,
            user: &session.purpose.user,
            operation: session.purpose.operation,
            test: session.test,
            glance: Glance { lines: self.priced.lines.len(), total: self.payable() },
            categories: &self.overview.categories,
            list: &self.list,
            news: self.news.clone(),
            ends_at: session.expires_at,
        }
    }

    /// Sum of the cart, charges among it.
    pub(super) const fn payable(&self) -> Money {
        self.priced.payable
    }

    /// Tells that a line was put into the cart, if it is there.
    pub(super) fn tell_added(&mut self, line: Option<u32>) {
        let Some(line) = self.priced.lines.iter().find(|one| Some(one.line.number) == line) else { return };
        let quantity = match &line.unit {
            Some(unit) => format::quantity_of(line.line.quantity, unit),
            None => format::quantity(line.line.quantity),
        };
        self.news = Some(notice(
            Tone::Good,
            &html! {
                "In your cart now: " (quantity) " of " strong { (format::Data(&cart::name(line))) } "."
                (cart::warnings(&line.findings))
            },
        ));
    }

    /// A product as this visit sees it.
    pub(super) fn item(&self, product: Arc<Product>) -> Item {
        let key = product.key();
        let held = self.visit.cart.lines_of(&key).map(|line| line.quantity.value());
        let in_cart = held.reduce(Decimal::saturating_add);
        item(&self.visit.shop, product, in_cart)
    }

    /// Products as this visit sees them.
    pub(super) fn items(&self, products: impl IntoIterator<Item = Arc<Product>>) -> Vec<Item> {
        products.into_iter().map(|product| self.item(product)).collect()
    }

    /// The product under a key, if this visit is shown it.
    pub(super) fn find(&self, key: &ProductKey) -> Option<Arc<Product>> {
        self.visit.shop.find(key)
    }

    /// The other variants of a product's family that this visit shows.
    pub(super) fn variants(&self, product: &Product) -> Vec<Arc<Product>> {
        let Some(family) = &product.details.family else { return Vec::new() };
        let found = self.visit.shop.family(&family.key, VARIANTS);
        let found = found
            .inspect_err(|error| tracing::error!(%error, "variants could not be read"))
            .unwrap_or_default();
        found.into_iter().filter(|one| one.key() != product.key()).collect()
    }

    /// A page of the visit.
    pub(super) fn page(&self, status: StatusCode, markup: Markup) -> Response {
        answer::page(&self.visit, status, markup)
    }

    /// A page of the visit that says what did not work.
    pub(super) fn trouble(&self, trouble: Trouble) -> Response {
        self.page(trouble.status(), trouble::within(&self.frame(), trouble))
    }
}

/// A product with its prices and stock.
fn item(shop: &Shop, product: Arc<Product>, in_cart: Option<Decimal>) -> Item {
    Item { quote: shop.prices(&product), stock: shop.stock(&product), product, in_cart }
}
