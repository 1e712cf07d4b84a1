//! What is left to do before a connection goes live: documents that were really seen, and the buyer's assortment as its
//! platform will see it.

use std::sync::Arc;

use std::collections::BTreeMap;

use crate::{
    flow::{
        authenticate::Parties,
        cart::{Cart, Content, Effect, Finding, Line, PricedLine, Shelf, What, price_cart},
        pricing::{Quote, Terms},
    },
    model::{
        catalog::{Product, ProductKey},
        charges::Charges,
        ids::{BuyerId, ConnectionId},
        party::ConnectionState,
        profile::Profile,
        quantity::Quantity,
    },
    shell::{
        app::{App, AppError},
        records::{Milestone, Seen},
        shops::Shop,
        store::{
            Scan,
            keys::{ConnectionKey, MilestoneKey},
        },
    },
};

/// Products that are looked at in one go.
const PRODUCTS: usize = 100_000;
/// Part numbers that are named of a gap.
const EXAMPLES: usize = 3;

/// A step that some document must prove.
#[derive(Clone, Debug)]
pub struct Step {
    /// Which.
    pub milestone: Milestone,
    /// The newest document that proves it, and over which connection it went.
    pub seen: Option<(ConnectionId, Seen)>,
}

/// What is known about a connection that may go live.
pub struct Readiness {
    /// Supplier, buyer, connection, profile.
    pub parties: Arc<Parties>,
    /// Setup, return, order.
    pub steps: Vec<Step>,
    /// Whether a cart has anywhere to go once the connection is live.
    pub has_return_host: bool,
    /// The buyer's products; `None`: there is no catalog yet.
    pub assortment: Option<AssortmentReport>,
}

impl Readiness {
    /// Whether the steps that documents prove are still to be shown: of a connection that is live nothing is tested any more.
    #[must_use]
    pub fn is_before_live(&self) -> bool {
        self.parties.connection.state == ConnectionState::Test
    }

    /// Whether nothing is left to do.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let assortment = self.assortment.as_ref();
        self.has_return_host
            && (!self.is_before_live() || self.steps.iter().all(|step| step.seen.is_some()))
            && assortment.is_some_and(|report| {
                report.products > 0 && report.gaps.iter().all(|gap| gap.effect != Effect::Stopped)
            })
    }
}

/// The buyer's assortment as its platform will see it.
#[derive(Clone, Debug, Default)]
pub struct AssortmentReport {
    /// How many products were looked at.
    pub products: usize,
    /// How many of them have no price.
    pub unpriced: usize,
    /// There are more products than were looked at.
    pub is_cut: bool,
    /// What pre-flight finds, what stops first, then by how many products it concerns.
    pub gaps: Vec<Gap>,
}

/// One thing that pre-flight finds about some products.
#[derive(Clone, Debug)]
pub struct Gap {
    /// What follows.
    pub effect: Effect,
    /// Of the first product.
    pub what: What,
    /// How many products.
    pub products: usize,
    /// Some of their numbers.
    pub parts: Vec<String>,
}

/// Everything about a connection that may go live; `None`: there is no such connection.
pub async fn readiness(app: &App, id: &ConnectionId) -> Result<Option<Readiness>, AppError> {
    let Some(parties) = app.parties(id).await? else { return Ok(None) };
    let steps = steps(app, id, &parties.buyer.id).await?;
    let assortment = assortment(app, &parties).await?;
    let has_return_host = !parties.connection.return_hosts.is_empty() || parties.profile.allows_sapevent;
    Ok(Some(Readiness { parties, steps, has_return_host, assortment }))
}

/// The steps of a connection. Its buyer's orders may come over another one.
pub async fn steps(app: &App, id: &ConnectionId, buyer: &BuyerId) -> Result<Vec<Step>, AppError> {
    let mut others = Vec::new();
    for (key, connection) in app.store.scan(Scan::<ConnectionKey>::table()).await? {
        if connection.value.buyer == *buyer && key.connection != *id {
            others.push(key.connection);
        }
    }
    let mut steps = Vec::new();
    for milestone in Milestone::ALL {
        let more = others.iter().filter(|_| milestone == Milestone::Order);
        let mut seen = None;
        for connection in std::iter::once(id).chain(more) {
            let key =
                MilestoneKey { connection: connection.clone(), milestone: milestone.as_str().to_owned() };
            if let Some(row) = app.store.get(&key).await? {
                seen = Some((connection.clone(), row.value));
                break;
            }
        }
        steps.push(Step { milestone, seen });
    }
    Ok(steps)
}

async fn assortment(app: &App, parties: &Parties) -> Result<Option<AssortmentReport>, AppError> {
    let Some(pins) = app.pins(&parties.buyer, None).await? else { return Ok(None) };
    let connection = &parties.connection;
    let currency = parties.currency();
    let terms = Terms { currency, choice: connection.price_choice, now: app.now() };
    let shop =
        app.shops.open(&app.store, &parties.supplier.id, &pins, terms, connection.hides_unpriced).await?;
    let (profile, charges) = (parties.profile.clone(), connection.charges.clone());
    let looked = tokio::task::spawn_blocking(move || look_at(&shop, &profile, &charges)).await;
    looked
        .map(Some)
        .map_err(|error| AppError::Broken(format!("the assortment could not be looked at: {error}")))
}

fn look_at(shop: &Shop, profile: &Profile, charges: &Charges) -> AssortmentReport {
    let mut report = AssortmentReport::default();
    let mut gaps: BTreeMap<(String, String), Gap> = BTreeMap::new();
    let products = shop.catalog.products().filter_map(Result::ok);
    for product in products.filter(|product| shop.visible.admits(product)) {
        if report.products == PRODUCTS {
            report.is_cut = true;
            break;
        }
        let Some(line) = as_a_line(shop, &product, profile) else { continue };
        if line.fitted.is_none() {
            report.unpriced += 1;
            if shop.hides_unpriced {
                continue;
            }
        }
        report.products += 1;
        for finding in line.findings.into_iter().filter(|finding| finding.effect != Effect::Changed) {
            note(&mut gaps, &finding, product.part.as_str());
        }
    }
    for rule in &charges.0 {
        let found = rule.findings(shop.currency(), profile).into_iter();
        for finding in found.filter(|finding| finding.effect != Effect::Changed) {
            note(&mut gaps, &finding, rule.part.as_str());
        }
    }
    report.gaps = gaps.into_values().collect();
    let stops = |gap: &Gap| gap.effect == Effect::Stopped;
    report.gaps.sort_by(|a, b| stops(b).cmp(&stops(a)).then(b.products.cmp(&a.products)));
    report
}

/// A shop that has one product.
struct Alone<'a>(&'a Shop, &'a Product);

impl Shelf for Alone<'_> {
    fn product(&self, _: &ProductKey) -> Option<Product> {
        Some(self.1.clone())
    }

    fn quote(&self, product: &Product) -> Option<Quote> {
        self.0.prices(product)
    }
}

/// The product alone in a cart, in the first quantity that can be ordered.
fn as_a_line(shop: &Shop, product: &Product, profile: &Profile) -> Option<PricedLine> {
    let quantity: Quantity = product.order.first();
    let content = Content::Product(product.key());
    let line = Line { number: 1, content, quantity, note: String::new(), earlier: None };
    let cart = Cart { lines: vec![line], ..Cart::default() };
    price_cart(&cart, &Alone(shop, product), shop.currency()).fitted(profile).lines.pop()
}

/// Counts a finding with its like: each unmapped word by itself, anything else by its limit.
fn note(gaps: &mut BTreeMap<(String, String), Gap>, finding: &Finding, part: &str) {
    let word = match &finding.what {
        What::Unmapped { code, .. } => code.clone(),
        _ => String::new(),
    };
    let key = (format!("{:?} {}", finding.effect, finding.what.field()), word);
    let new = || Gap { effect: finding.effect, what: finding.what.clone(), products: 0, parts: Vec::new() };
    let gap = gaps.entry(key).or_insert_with(new);
    gap.products += 1;
    if gap.parts.len() < EXAMPLES {
        gap.parts.push(part.to_owned());
    }
}
