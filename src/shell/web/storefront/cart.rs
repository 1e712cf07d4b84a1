//! The cart: one form for all its lines, which works without scripts.

use std::collections::BTreeMap;

use maud::{Markup, html};

use crate::{
    flow::{
        cart::{Content, Effect, Finding, PricedCart, PricedCharge, PricedLine},
        setup::Operation,
    },
    model::limits,
    shell::web::look::{Icon, Tone, error_summary, format, icon, remark, units},
};

use super::{
    frame::{At, Frame, nothing},
    row, words,
};

/// What the cart's page shows.
pub(crate) struct CartPage<'a> {
    /// The cart with its prices.
    pub(crate) cart: &'a PricedCart,
    /// What was typed and not taken, by line; empty where everything was.
    pub(crate) typed: &'a BTreeMap<u32, Typed>,
}

/// What was typed into a line's fields.
#[derive(Clone, Debug, Default)]
pub(crate) struct Typed {
    /// Into the quantity field.
    pub(crate) quantity: String,
    /// Into the note field.
    pub(crate) note: String,
    /// What is wrong with the quantity.
    pub(crate) quantity_problem: Option<String>,
    /// What is wrong with the note.
    pub(crate) note_problem: Option<String>,
}

/// Name of a line's quantity field, also its id.
pub(crate) fn quantity_field(number: u32) -> String {
    format!("quantity-{number}")
}

/// Name of a line's note field, also its id.
pub(crate) fn note_field(number: u32) -> String {
    format!("note-{number}")
}

/// The cart's page.
pub(crate) fn page(frame: &Frame<'_>, view: &CartPage<'_>) -> Markup {
    if view.cart.lines.is_empty() {
        return frame.page("Cart", At::Anywhere, &empty(frame));
    }
    let at = if frame.may_change() { At::Cart } else { At::Anywhere };
    let lines = html! {
        ol.lines role="list" { @for line in &view.cart.lines { (self::line(frame, line, view.typed.get(&line.line.number))) } }
    };
    let content = html! {
        (error_summary(&summary(view)))
        @if frame.may_change() {
            form id="cart" method="post" action=(frame.links.cart()) {
                input type="hidden" name="revision" value=(view.cart.revision);
                div.title {
                    h1 { "Cart" }
                    p.quiet { (format::counted(view.cart.lines.len(), "line", "lines")) }
                    // The first button of the form: Enter in a field must update, never remove.
                    button.button { "Update cart" }
                }
                (lines)
                (foot(frame, view))
            }
        } @else {
            div.title {
                h1 { "Requisition" }
                p.quiet { (format::counted(view.cart.lines.len(), "line", "lines")) }
            }
            (lines)
            (foot(frame, view))
        }
    };
    frame.page("Cart", at, &content)
}

/// Everything that is wrong, each with its field.
fn summary(view: &CartPage<'_>) -> Vec<(String, String)> {
    let named = |number: u32, text: &str| {
        let line = view.cart.lines.iter().find(|line| line.line.number == number);
        format!("{}: {text}", line.map_or_else(String::new, name))
    };
    let mut problems = Vec::new();
    for (number, typed) in view.typed {
        if let Some(text) = &typed.quantity_problem {
            problems.push((quantity_field(*number), named(*number, text)));
        }
        if let Some(text) = &typed.note_problem {
            problems.push((note_field(*number), named(*number, text)));
        }
    }
    problems
}

/// What a line is called: by us, by the buyer's record, or by its number alone.
pub(super) fn name(line: &PricedLine) -> String {
    match (&line.product, &line.line.content) {
        (Some(product), _) => product.name.clone(),
        (None, Content::Product(key)) => key.part.to_string(),
        (None, Content::Foreign(foreign)) => {
            foreign.description.clone().unwrap_or_else(|| foreign.item.part.to_string())
        }
    }
}

fn line(frame: &Frame<'_>, line: &PricedLine, typed: Option<&Typed>) -> Markup {
    let number = line.line.number;
    html! {
        li.line id={ "line-" (number) } {
            div.picture {
                img src=(line.product.as_ref().map_or_else(|| frame.links.picture(None), |product| frame.links.shown(product)))
                    alt="" width="72" height="72" loading="lazy";
            }
            div.about {
                (heading(frame, line))
                (state(line))
                (note(frame, line, typed))
            }
            div.amounts {
                (quantity(frame, line, typed))
                div.price { (price(line)) }
                div.amount {
                    span.unseen { "Amount: " }
                    @match line.amount { Some(amount) => strong { (format::money(amount)) }, None => span.quiet { "no amount" } }
                }
            }
            @if frame.may_change() {
                button.button.plain.remove name="remove" value=(number) { "Remove" span.unseen { " " (name(line)) } }
            }
        }
    }
}

fn heading(frame: &Frame<'_>, line: &PricedLine) -> Markup {
    let part = match &line.line.content {
        Content::Product(key) => &key.part,
        Content::Foreign(foreign) => &foreign.item.part,
    };
    html! {
        h2 {
            @if let Some(product) = &line.product {
                a href=(frame.links.product(&product.key())) dir="auto" lang=[product.details.language.as_deref()] {
                    (product.name)
                }
            } @else {
                (format::Data(&name(line)))
            }
        }
        @match &line.product {
            Some(product) => (row::numbers(product)),
            None => p.numbers { span { span.quiet { "No. " } (format::part(part.as_str())) } },
        }
    }
}

/// What is special about a line: foreign, moved price, problem.
pub(super) fn state(line: &PricedLine) -> Markup {
    html! {
        @if matches!(line.line.content, Content::Foreign(_)) {
            p { (remark(Tone::Info, &html! { "Not in the current catalogue, kept as in your requisition" })) }
        }
        @if let Some(moved) = line.moved {
            p { (remark(Tone::Warning, &html! {
                "The price has changed. In your requisition it was " (format::price_text(moved.was))
                @if let Some(unit) = &line.unit { " " (format::basis(moved.was.per, unit)) }
            })) }
        }
        @if line.together != line.line.quantity && let Some(unit) = &line.unit {
            p { (remark(Tone::Info, &html! { "Priced for " (format::quantity_of(line.together, unit)) ", all your lines of this item together" })) }
        }
        (warnings(&line.findings))
        @if let Some(problem) = &line.problem {
            p.problem { (remark(Tone::Bad, &html! { (words::problem(problem, line.unit.as_ref())) })) }
        }
    }
}

/// What may get into trouble at the other side.
pub(super) fn warnings(findings: &[Finding]) -> Markup {
    html! {
        @for finding in findings.iter().filter(|finding| finding.effect == Effect::Warned) {
            p { (remark(Tone::Warning, &html! { (words::finding(&finding.what)) })) }
        }
    }
}

fn quantity(frame: &Frame<'_>, line: &PricedLine, typed: Option<&Typed>) -> Markup {
    let (number, held) = (line.line.number, line.line.quantity);
    let unit = line.unit.as_ref().map(|unit| units::of(unit).number(held.value()));
    let fixed = line.product.is_none() || !frame.may_change();
    if fixed {
        return html! {
            div.field { span.unseen { "Quantity: " } span { (format::quantity(held)) " " @if let Some(unit) = unit { span.quiet { (unit) } } } }
        };
    }
    let field = quantity_field(number);
    let error = format!("{field}-error");
    let problem = typed.and_then(|typed| typed.quantity_problem.as_deref());
    let value = typed.map_or_else(|| format::typed(held), |typed| typed.quantity.clone());
    html! {
        div.field {
            label.unseen for=(field) {
                "Quantity of " (name(line)) @if let Some(unit) = unit { ", in " (unit) }
            }
            input.quantity id=(field) name=(field) value=(value) inputmode="decimal" autocomplete="off" maxlength="40"
                aria-invalid=[problem.map(|_| "true")] aria-describedby=[problem.map(|_| error.as_str())];
            @if let Some(unit) = unit { span.unit aria-hidden="true" { (unit) } }
            @if let Some(rule) = line.product.as_ref().and_then(|product| words::rule(&product.order)) { p.rule { (rule) } }
            @if let Some(problem) = problem { p.error id=(error) { (problem) } }
        }
    }
}

fn price(line: &PricedLine) -> Markup {
    html! {
        @if let Some(price) = line.price {
            span.unseen { "Price: " }
            (format::price(price)) " "
            span.basis {
                @match (&line.band, &line.product, &line.unit) {
                    (Some(band), Some(product), _) => (row::basis(band, product)),
                    (_, _, Some(unit)) => (format::basis(price.per, unit)),
                    _ => { "per " (format::number(price.per, 0)) },
                }
            }
        }
    }
}

fn note(frame: &Frame<'_>, line: &PricedLine, typed: Option<&Typed>) -> Markup {
    let field = note_field(line.line.number);
    let held = line.line.note.as_str();
    if !frame.may_change() {
        return html! { @if !held.is_empty() { p.note { span.quiet { "Note: " } (format::Data(held)) } } };
    }
    let value = typed.map_or(held, |typed| typed.note.as_str());
    let problem = typed.and_then(|typed| typed.note_problem.as_deref());
    let error = format!("{field}-error");
    html! {
        div.note {
            label for=(field) { "Note" span.unseen { " for " (name(line)) } }
            input id=(field) name=(field) value=(value) dir="auto" maxlength=(limits::NOTE_CHARACTERS) autocomplete="off"
                aria-invalid=[problem.map(|_| "true")] aria-describedby=[problem.map(|_| error.as_str())];
            @if let Some(problem) = problem { p.error id=(error) { (problem) } }
        }
    }
}

fn foot(frame: &Frame<'_>, view: &CartPage<'_>) -> Markup {
    let problems = view.cart.problems().count();
    html! {
        div.foot {
            @if !view.cart.charges.is_empty() {
                dl.charges {
                    div { dt { "Goods" } dd { (format::money(view.cart.total)) } }
                    @for one in &view.cart.charges { div { dt { (charge_name(one)) } dd { (format::money(one.charge.amount)) } } }
                }
            }
            p.total { span { "Total" } strong { (format::money(view.cart.payable)) } }
            @if let Some(minimum) = view.cart.minimum { p.quiet { "Minimum order value: " (format::money(minimum.least)) } }
            @for finding in view.cart.all_findings().filter(|finding| finding.effect != Effect::Changed) {
                p { (remark(if finding.effect == Effect::Stopped { Tone::Bad } else { Tone::Warning }, &html! { (words::finding(&finding.what)) })) }
            }
            @if problems > 0 {
                p { (remark(Tone::Bad, &html! { (format::counted(problems, "line", "lines")) " must be put right before the cart can be returned" })) }
            }
            p.quiet {
                "Each line is rounded once. "
                @if view.cart.charges.is_empty() { "Tax and freight, if any, are added by your procurement system." }
                @else { "What is not listed here, such as tax, may be added by your procurement system." }
            }
            @if frame.may_change() {
                div.actions {
                    button.button { "Update cart" }
                    button.button.primary.big name="then" value="review" { "Review and return" }
                }
            }
        }
    }
}

/// What a charge is called; with its number where it becomes a line.
pub(super) fn charge_name(priced: &PricedCharge) -> Markup {
    html! {
        (format::Data(&priced.charge.name))
        @if let Some(product) = priced.line.as_ref().and_then(|line| line.product.as_ref()) {
            " " span.quiet { (format::part(product.part.as_str())) }
        }
    }
}

fn empty(frame: &Frame<'_>) -> Markup {
    html! {
        div.title { h1 { "Cart" } }
        div.empty {
            (icon(Icon::Cart))
            h2 { "Your cart is empty." }
            @if frame.operation == Operation::Edit {
                p { "An empty cart is not returned: it would delete the lines of your requisition. To leave it as it was, cancel." }
            } @else {
                p { "Search above, or start with a category." }
            }
            div.actions {
                a.button.primary.big href=(frame.links.home()) { "Go to the catalogue" }
                @if frame.operation == Operation::Edit { (frame.leave_form("Cancel, keep my requisition as it was")) }
                @else { (nothing()) }
            }
        }
    }
}
