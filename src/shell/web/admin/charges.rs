//! Freight, surcharges and tax of a connection: the rules, a form for one more.

use axum::{
    Form,
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use maud::{Markup, html};
use rust_decimal::Decimal;
use serde::Deserialize;

use crate::{
    flow::authenticate::Parties,
    model::{
        FieldError,
        agreement::Condition,
        charges::{ChargeAmount, ChargeKind, ChargePlace, ChargeRule, Span},
        ids::SupplierPartId,
        money::parse_decimal,
        profile::Protocol,
    },
    shell::onboarding::{self, ChargeChange, OnboardingError},
};

use super::{
    Trouble,
    changing::Of,
    form::{Filled, Sent, choices},
    frame::{self, Part, crumbs, token},
};

const LABELS: [(&str, &str); 14] = [
    ("name", "Name"),
    ("kind", "What it is"),
    ("place", "Where the buyer gets it"),
    ("how", "How much"),
    ("amount", "Amount"),
    ("value_from", "Goods of at least"),
    ("value_below", "Goods below"),
    ("weight_from", "Weight of at least"),
    ("weight_below", "Weight below"),
    ("ship_to", "To the address"),
    ("country", "To the country"),
    ("part", "Part number of its line"),
    ("unspsc", "Classification of its line"),
    ("rule", "The rules"),
];

pub(super) async fn show(of: Of) -> Result<Html<String>, Trouble> {
    page(&of, None, &Filled::default()).await
}

async fn page(of: &Of, message: Option<Markup>, filled: &Filled) -> Result<Html<String>, Trouble> {
    let parties = of.app().parties(&of.id).await?.ok_or(Trouble::Gone("connection"))?;
    let content = html! {
        (crumbs(&[("/connections", "Connections"), (&of.address(""), of.id.as_str())]))
        div.title { h1 { "Freight, surcharges and tax" } }
        @if let Some(message) = message { (message) }
        @if !filled.is_good() { (filled.summary(&LABELS)) }
        section.sheet.stack {
            h2 { "What is added to a cart" }
            (list(&parties, Some(of)))
            p.quiet { "Of the rules of one name the first that holds counts; rules of different names add up. Visits that are under way keep the rules they began with." }
        }
        (form(of, &parties, filled))
    };
    Ok(frame::page(&of.admin, &of.login, Part::Connections, "Freight, surcharges and tax", &content))
}

/// The rules in their order.
///
/// - `removable`: with a button that removes each.
pub(super) fn list(parties: &Parties, removable: Option<&Of>) -> Markup {
    let (rules, currency) = (&parties.connection.charges.0, parties.currency());
    html! {
        @if rules.is_empty() {
            p.quiet { "Nothing: freight and tax are left to the buyer's system." }
        } @else {
            ol.rules {
                @for (number, rule) in (1..).zip(rules) {
                    li {
                        p {
                            strong { (rule.name) } ": " (rule.words(currency)) " "
                            span.quiet {
                                "· " (rule.kind.as_str())
                                @match rule.place {
                                    ChargePlace::Header => ", in the header",
                                    ChargePlace::Line => { ", as line " span.mono { (rule.part) } },
                                }
                            }
                        }
                        @if let Some(of) = removable {
                            form.line method="post" action=(of.address("charges/remove")) {
                                (token(&of.login))
                                input type="hidden" name="rule" value=(number);
                                button.button.plain { "Remove" span.unseen { " " (rule.name) ", " (rule.words(currency)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn form(of: &Of, parties: &Parties, filled: &Filled) -> Markup {
    let kinds = choices(&[("freight", "Freight"), ("surcharge", "Another surcharge"), ("tax", "Tax")]);
    let places = match parties.profile.protocol {
        Protocol::Cxml => {
            choices(&[("header", "Shipping or Tax of the cart's header"), ("line", "A line of its own")])
        }
        Protocol::Oci => choices(&[("line", "A line of its own")]),
    };
    let how = choices(&[("flat", "Money"), ("percent", "Percent"), ("per-kg", "Money for each kilogram")]);
    let currency = parties.currency();
    html! {
        form.fields method="post" action=(of.address("charges")) {
            (token(&of.login))
            fieldset.sheet {
                legend { "One more rule" }
                (filled.line("name", "Name", "Shoppers and buyers read it: Freight, Small order, VAT"))
                (filled.choice("kind", "What it is", "Tax is due on goods, freight and surcharges", &kinds))
                (filled.choice("place", "Where the buyer gets it", "", &places))
                (filled.line("amount", "Amount", &format!("9.90; money is {currency}")))
                (filled.choice("how", "How much", "", &how))
            }
            fieldset.sheet {
                legend { "When" }
                (filled.line("value_from", "Goods of at least", &format!("{currency}; left empty: any value")))
                (filled.line("value_below", "Goods below", ""))
                (filled.line("weight_from", "Weight of at least", "Kilograms; a product whose weight is not known keeps the rule from holding"))
                (filled.line("weight_below", "Weight below", ""))
                (filled.line("ship_to", "To the address", "addressID of the setup's ShipTo"))
                (filled.line("country", "To the country", "Two letters: DE"))
            }
            fieldset.sheet {
                legend { "Its line" }
                (filled.line("part", "Part number of its line", "Left empty: FREIGHT, SURCHARGE or TAX"))
                (filled.line("unspsc", "Classification of its line", "UNSPSC of 8 digits; left empty: the platform's default"))
            }
            div.actions { button.button.primary.big { "Add the rule" } }
        }
    }
}

pub(super) async fn add(of: Of, Form(sent): Form<Sent>) -> Result<Response, Trouble> {
    let mut filled = Filled::new(sent);
    let rule = read(&mut filled);
    if let Some(rule) = rule.filter(|_| filled.is_good()) {
        let change = ChargeChange::Add { rule: Box::new(rule), place: None };
        match onboarding::change_charges(of.app(), &of.id, &change).await {
            Err(OnboardingError::Refused(problems)) => filled.refuse_all(problems),
            outcome => {
                if outcome.is_ok() {
                    tracing::info!(connection.id = %of.id, "the operator added a charge");
                }
                return of
                    .settled(outcome, "charges", async |of, message| page(of, message, &filled).await)
                    .await;
            }
        }
    }
    let page = page(&of, None, &filled).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

fn read(filled: &mut Filled) -> Option<ChargeRule> {
    let kind = match filled.text("kind") {
        "surcharge" => ChargeKind::Surcharge,
        "tax" => ChargeKind::Tax,
        _ => ChargeKind::Freight,
    };
    let amount = filled.read("amount", |text| parse_decimal(text, "it"));
    let amount = amount.map(|amount| match filled.text("how") {
        "percent" => ChargeAmount::Percent(amount),
        "per-kg" => ChargeAmount::PerKilogram(amount),
        _ => ChargeAmount::Flat(amount),
    });
    let value = Span { from: number(filled, "value_from"), below: number(filled, "value_below") };
    let weight = Span { from: number(filled, "weight_from"), below: number(filled, "weight_below") };
    let said =
        |filled: &Filled, name: &str| Some(filled.text(name).to_owned()).filter(|text| !text.is_empty());
    let part = match said(filled, "part") {
        None => SupplierPartId::parse(kind.usual_part()).ok(),
        Some(part) => filled.read("part", |_| SupplierPartId::parse(&part)),
    };
    let ship_to = said(filled, "ship_to").map(Condition::ShipTo);
    let country = said(filled, "country").map(|code| Condition::Country(code.to_ascii_uppercase()));
    Some(ChargeRule {
        name: filled.text("name").to_owned(),
        kind,
        place: if filled.text("place") == "line" { ChargePlace::Line } else { ChargePlace::Header },
        amount: amount?,
        value,
        weight,
        conditions: ship_to.into_iter().chain(country).collect(),
        part: part?,
        unspsc: said(filled, "unspsc"),
    })
}

/// A number that may be left out.
fn number(filled: &mut Filled, name: &str) -> Option<Decimal> {
    let read = |text: &str| if text.is_empty() { Ok(None) } else { parse_decimal(text, "it").map(Some) };
    filled.read::<Option<Decimal>>(name, |text| -> Result<_, FieldError> { read(text) }).flatten()
}

#[derive(Deserialize)]
pub(super) struct Removed {
    rule: usize,
}

pub(super) async fn remove(of: Of, Form(form): Form<Removed>) -> Result<Response, Trouble> {
    let outcome = onboarding::change_charges(of.app(), &of.id, &ChargeChange::Remove(form.rule)).await;
    if outcome.is_ok() {
        tracing::info!(connection.id = %of.id, "the operator removed a charge");
    }
    of.settled(outcome, "charges", async |of, message| page(of, message, &Filled::default()).await).await
}
