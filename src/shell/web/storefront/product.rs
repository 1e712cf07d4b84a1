//! A product's page.

use std::sync::Arc;

use jiff::{Timestamp, civil::Date};
use maud::{Markup, html};

use crate::{
    flow::pricing::{Band, Quote},
    model::{
        catalog::{Component, Product, RelationKind},
        quantity::Quantity,
    },
    shell::web::look::{Tone, format, notice, remark},
};

use super::{
    address::{anchor, product_place},
    frame::{At, Frame, crumbs},
    product_details as details,
    row::{self, Item, Refused},
    words,
};

/// What a product's page shows.
pub(crate) struct ProductPage<'a> {
    /// The product.
    pub(crate) item: &'a Item,
    /// Products that have to do with it, by how.
    pub(crate) relations: &'a [(RelationKind, Vec<Item>)],
    /// The other variants of its family.
    pub(crate) variants: &'a [Arc<Product>],
    /// What it is put together of, as far as this visit sees it.
    pub(crate) components: &'a [(Component, Option<Arc<Product>>)],
    /// Today: whether it can be ordered.
    pub(crate) today: Date,
    /// A quantity that was typed here and refused.
    pub(crate) refused: Option<Refused<'a>>,
    /// Where the Add button came from, if not from here.
    pub(crate) back: Option<super::address::Place>,
}

/// The page of a product.
pub(crate) fn page(frame: &Frame<'_>, view: &ProductPage<'_>) -> Markup {
    let product = &view.item.product;
    let key = product.key();
    let place = product_place(&key);
    let summary: Vec<(String, String)> = view
        .refused
        .iter()
        .map(|refused| (format!("quantity-{}", anchor(&key)), refused.message.to_owned()))
        .collect();
    let content = html! {
        (crumbs(frame.links, &product.category, true))
        (crate::shell::web::look::error_summary(&summary))
        article.product id=(anchor(&key)) {
            div.picture {
                (pictures(frame, product))
            }
            div.about {
                h1 dir="auto" lang=[product.details.language.as_deref()] { (product.name) }
                (row::numbers(product))
                @if !product.description.is_empty() {
                    p.description dir="auto" lang=[product.described_in()] { (product.description) }
                }
                (details::validity(product, view.today))
                (details::signal(product))
            }
            section.buy aria-label="Price and order" {
                (price(view.item))
                (row::order_form(frame, view.item, view.back.as_ref().unwrap_or(&place), "primary", view.refused.as_ref()))
                (unit(product))
                (stock(view.item))
                @if let Some(band) = view.item.band() {
                    details.why {
                        summary { "Why this price" }
                        (words::why(band, &product.unit))
                    }
                }
            }
            div.details {
                (tiers(view.item))
                (details::variants(frame, product, view.variants))
                (details::components(frame, product, view.components))
                (specification(view.item))
                (details::hazard(product))
                (details::documents(product))
            }
        }
        @for (kind, items) in view.relations {
            section aria-labelledby=(kind.word()) {
                h2 id=(kind.word()) { (details::relation(*kind)) }
                (row::rows(frame, items, &place))
            }
        }
    };
    frame.page(&product.name, At::Anywhere, &content)
}

fn price(item: &Item) -> Markup {
    let product = &item.product;
    let Some(band) = item.band() else {
        return html! {
            (notice(Tone::Info, &html! {
                strong { "Ask for a price." }
                " There is no agreed price for this product at the moment."
            }))
        };
    };
    html! {
        div.price {
            p.label { "Your price" }
            p.figure { (format::price(band.price)) }
            p.basis { (row::basis(band, product)) }
            @if let Some(list) = band.list_price {
                p.list-price {
                    "List price " s { (format::price(list)) }
                    @if let Some(saving) = band.saving_percent().filter(|saving| !saving.is_zero()) {
                        " " (remark(Tone::Good, &html! { "you save " (format::number(saving, 0)) " %" }))
                    }
                }
            }
            p.agreement {
                (format::Data(&band.provenance.name)) span.quiet { ", valid " (words::validity(band.provenance.valid_until)) }
            }
        }
    }
}

fn unit(product: &Product) -> Markup {
    let order = &product.order;
    let all = |quantity: Quantity| format::quantity_of(quantity, &product.unit);
    html! {
        dl.facts {
            dt { "Unit" } dd { (format::order_unit(product)) }
            @if order.first() != Quantity::ONE { dt { "Minimum" } dd { (all(order.first())) } }
            @if order.multiple != Quantity::ONE { dt { "Steps of" } dd { (all(order.multiple)) } }
            @if let Some(maximum) = order.maximum { dt { "Maximum" } dd { (all(maximum)) } }
        }
    }
}

fn stock(item: &Item) -> Markup {
    let as_of: Option<Timestamp> = item.stock.map(|stock| stock.as_of);
    html! {
        div.there {
            (words::availability(&item.product, item.stock.as_ref()))
            @if let Some(as_of) = as_of { p.quiet { "as of " (format::moment(as_of)) } }
        }
    }
}

/// Prices by quantity: the tier that counts now is marked, and how many are missing for the next.
fn tiers(item: &Item) -> Markup {
    let Some(quote) = item.quote.as_ref().filter(|quote| quote.bands.len() > 1) else {
        return super::frame::nothing();
    };
    let product = &item.product;
    let first = product.order.first();
    let counts = item.in_cart.and_then(|quantity| Quantity::new(quantity).ok()).unwrap_or(first);
    let current = quote.band(counts).map(|band| band.from);
    html! {
        section.tiers aria-labelledby="tiers" {
            h2 id="tiers" { "Prices by quantity" }
            table {
                thead { tr { th scope="col" { "From" } th.number scope="col" { "Your price" } th scope="col" { "For" } } }
                tbody {
                    @for band in &quote.bands {
                        @let here = Some(band.from) == current;
                        tr.current[here] aria-current=[here.then_some("true")] {
                            th scope="row" { (format::quantity_of(band.from.max(first), &product.unit)) }
                            td.number { (format::price(band.price)) }
                            td { (row::basis(band, product)) @if here { " " span.mark-word { (now(item)) } } }
                        }
                    }
                }
            }
            (next(quote, counts, product))
        }
    }
}

const fn now(item: &Item) -> &'static str {
    if item.in_cart.is_some() { "in your cart" } else { "smallest order" }
}

fn next(quote: &Quote, counts: Quantity, product: &Product) -> Markup {
    let missing = |next: &Band| {
        let more = next.from.value().checked_sub(counts.value())?;
        Quantity::new(more).ok().map(|more| (more, next.price))
    };
    html! {
        @if let Some((more, price)) = quote.next_band(counts).and_then(missing) {
            p.quiet { (format::quantity_of(more, &product.unit)) " more for " (format::price_text(price)) }
        }
    }
}

fn specification(item: &Item) -> Markup {
    let product = &item.product;
    let classes = &product.details;
    let versioned = |code: &str, version: Option<&String>| match version {
        Some(version) => format!("{code} (version {version})"),
        None => code.to_owned(),
    };
    let unspsc = product.unspsc.as_deref().map(|code| versioned(code, classes.unspsc_version.as_ref()));
    let eclass = classes.eclass.as_ref().map(|class| versioned(&class.code, class.version.as_ref()));
    let lead = item.stock.and_then(|stock| stock.lead_time_days).or(product.lead_time_days);
    let codes = [
        ("Manufacturer", product.manufacturer.as_deref()),
        ("Manufacturer’s number", product.manufacturer_part.as_deref()),
        ("GTIN", product.gtin.as_deref()),
        ("UNSPSC", unspsc.as_deref()),
        ("eCl@ss", eclass.as_deref()),
    ];
    html! {
        section.spec aria-labelledby="spec" {
            h2 id="spec" { "Specification" }
            table {
                tbody {
                    @for attribute in &product.attributes {
                        tr { th scope="row" { (format::Data(&attribute.name)) } td { (row::value(attribute)) } }
                    }
                    @for (name, code) in codes.iter().filter_map(|(name, code)| code.map(|code| (name, code))) {
                        tr { th scope="row" { (name) } td { (format::Data(code)) } }
                    }
                    @if let Some(days) = lead {
                        tr { th scope="row" { "Lead time" } td { (words::working_days(days)) } }
                    }
                }
            }
        }
    }
}

/// Its own pictures, or its drawing.
fn pictures(frame: &Frame<'_>, product: &Product) -> Markup {
    let titles = product.details.pictures.iter().map(|picture| picture.title.as_deref());
    let own: Vec<_> = frame.links.photos(product).zip(titles).collect();
    html! {
        @for (address, title) in &own {
            img src=(address) alt=(title.unwrap_or(&product.name)) width="320" height="320" loading="lazy";
        }
        @if own.is_empty() {
            img src=(frame.links.shown(product)) alt={ "Drawing: " (product.name) } width="320" height="320";
        }
    }
}
