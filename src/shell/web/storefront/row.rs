//! One product in a list, and the form that adds it: the same on lists, home and product page.

use std::sync::Arc;

use maud::{Markup, html};
use rust_decimal::Decimal;

use crate::{
    flow::pricing::{Band, Quote},
    model::{
        catalog::{Attribute, Product, Stock},
        quantity::Quantity,
    },
    shell::web::look::{Tone, format, remark, units},
};

use super::{
    address::{Place, anchor},
    frame::Frame,
    words,
};

/// Attributes that a row shows.
const ATTRIBUTES: usize = 4;

/// A product as this visit sees it.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    /// The product.
    pub(crate) product: Arc<Product>,
    /// Its prices; `None`: ask for a price.
    pub(crate) quote: Option<Quote>,
    /// How many there are, where known.
    pub(crate) stock: Option<Stock>,
    /// How many are in the cart, over all lines.
    pub(crate) in_cart: Option<Decimal>,
}

impl Item {
    /// The band of the quantity that the field proposes, else the first one.
    pub(super) fn band(&self) -> Option<&Band> {
        self.quote.as_ref()?.shown(&self.product)
    }
}

/// Rows of products.
///
/// - `back`: where the Add button comes back to.
pub(super) fn rows(frame: &Frame<'_>, items: &[Item], back: &Place) -> Markup {
    html! {
        ul.items role="list" { @for item in items { (row(frame, item, back)) } }
    }
}

fn row(frame: &Frame<'_>, item: &Item, back: &Place) -> Markup {
    let product = &item.product;
    let key = product.key();
    let address = frame.links.product(&key);
    html! {
        li.item id=(anchor(&key)) {
            a.picture href=(address) tabindex="-1" aria-hidden="true" {
                img src=(frame.links.shown(product)) alt="" width="72" height="72" loading="lazy";
            }
            div.about {
                h3 { a href=(address) dir="auto" lang=[product.details.language.as_deref()] { (product.name) } }
                (numbers(product))
                (attributes(&product.attributes))
            }
            div.there { (words::availability(product, item.stock.as_ref())) }
            div.price { (row_price(item)) }
            div.order { (order_form(frame, item, back, "tinted", None)) }
        }
    }
}

/// Both part numbers and the brand.
pub(super) fn numbers(product: &Product) -> Markup {
    html! {
        p.numbers {
            span { span.quiet { "No. " } (format::part(product.part.as_str())) }
            @if let Some(part) = &product.manufacturer_part {
                span { span.quiet { "Mfr. " } (format::part(part)) }
            }
            @if !product.brand.is_empty() { span { (format::Data(&product.brand)) } }
        }
    }
}

fn attributes(attributes: &[Attribute]) -> Markup {
    html! {
        @if !attributes.is_empty() {
            p.attributes {
                @for attribute in attributes.iter().take(ATTRIBUTES) {
                    span { span.quiet { (format::Data(&attribute.name)) } " " (value(attribute)) }
                }
            }
        }
    }
}

/// A property's value with its unit.
pub(super) fn value(attribute: &Attribute) -> Markup {
    html! {
        (format::Data(&attribute.value))
        @if let Some(unit) = &attribute.unit { "\u{a0}" (unit) }
    }
}

fn row_price(item: &Item) -> Markup {
    let product = &item.product;
    let Some(band) = item.band() else {
        return html! { p.ask { "Ask for a price" } p.basis { (format::order_unit(product)) } };
    };
    let next = item.quote.as_ref().and_then(|quote| quote.next_band(band.from.max(product.order.first())));
    html! {
        p.figure { span.unseen { "Your price: " } (format::price(band.price)) }
        p.basis { (basis(band, product)) }
        @if let Some(next) = next {
            p.tier { "from " (format::quantity(next.from)) ": " (format::price(next.price)) }
        }
    }
}

/// What the price is for, with what the unit holds: `per box of 100`, `per 100 pieces`.
pub(super) fn basis(band: &Band, product: &Product) -> String {
    if band.price.per == Decimal::ONE {
        format!("per {}", format::order_unit(product))
    } else {
        format::basis(band.price.per, &product.unit)
    }
}

/// What was typed and refused.
pub(super) struct Refused<'a> {
    /// As typed.
    pub(super) typed: &'a str,
    /// What is wrong with it.
    pub(super) message: &'a str,
    /// What can be ordered instead.
    pub(super) offers: &'a [Quantity],
}

/// Quantity field and Add button, or why there is none.
///
/// - `emphasis`: class of the button: `primary` where it is the one thing to do, else `tinted`.
pub(super) fn order_form(
    frame: &Frame<'_>,
    item: &Item,
    back: &Place,
    emphasis: &str,
    refused: Option<&Refused<'_>>,
) -> Markup {
    let product = &item.product;
    let unit = units::of(&product.unit);
    if !frame.may_change() {
        return in_cart(frame, item);
    }
    if item.quote.is_none() {
        return html! { (ask(frame, product)) (in_cart(frame, item)) };
    }
    let anchor = anchor(&product.key());
    let field = format!("quantity-{anchor}");
    let proposed = format::typed(product.order.first());
    let error = format!("{field}-error");
    html! {
        form.add method="post" action=(frame.links.add()) data-swap={ "cart-bar status " (anchor) } {
            input type="hidden" name="part" value=(product.part);
            @if let Some(auxiliary) = &product.auxiliary { input type="hidden" name="aux" value=(auxiliary); }
            input type="hidden" name="back" value=(back.as_str());
            div.field {
                label.unseen for=(field) { "Quantity of " (product.name) ", in " (unit.many) }
                input.quantity id=(field) name="quantity" inputmode="decimal" autocomplete="off" maxlength="40"
                    value=(refused.map_or(proposed.as_str(), |refused| refused.typed))
                    aria-invalid=[refused.map(|_| "true")] aria-describedby=[refused.map(|_| error.as_str())];
                span.unit aria-hidden="true" { (unit.many) }
                button.button.big.(emphasis) {
                    "Add" span.unseen { " " (product.name) " to cart" }
                }
            }
            @if let Some(rule) = words::rule(&product.order) { p.rule { (rule) } }
            @if let Some(refused) = refused {
                p.error id=(error) { (refused.message) }
                @if !refused.offers.is_empty() {
                    p.offers {
                        @for offer in refused.offers {
                            button.button.big name="instead" value=(format::typed(*offer)) {
                                "Add " (format::quantity_of(*offer, &product.unit))
                            }
                        }
                    }
                }
            }
        }
        (in_cart(frame, item))
    }
}

fn in_cart(frame: &Frame<'_>, item: &Item) -> Markup {
    let unit = units::of(&item.product.unit);
    html! {
        @if let Some(quantity) = item.in_cart {
            p.in-cart {
                (remark(Tone::Good, &html! {
                    a href=(frame.links.cart()) { (format::number(quantity, 0)) " " (unit.number(quantity)) " in cart" }
                }))
            }
        }
    }
}

/// A letter to the contact that names the product.
pub(super) fn ask(frame: &Frame<'_>, product: &Product) -> Markup {
    let contact = &frame.supplier.contact;
    let subject = format!("Price request: {} {}", product.part, product.name);
    let subject = percent_encoding::utf8_percent_encode(&subject, percent_encoding::NON_ALPHANUMERIC);
    html! {
        @if contact.email.is_empty() {
            a.button href="#contact" { "Ask for a price" }
        } @else {
            a.button href={ "mailto:" (contact.email) "?subject=" (subject) } {
                "Ask for a price" span.unseen { " of " (product.name) }
            }
        }
    }
}
