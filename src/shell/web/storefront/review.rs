//! What will be sent, before it leaves.

use jiff::Timestamp;
use maud::{Markup, html};

use crate::{
    flow::{
        cart::{Effect, PricedCart, PricedLine},
        setup::Operation,
    },
    model::money::Money,
    shell::web::look::{Icon, Tone, format, icon, notice},
    wire::oci::FormRefused,
};

use super::{
    cart::{self, quantity_field},
    frame::{At, Frame},
    words,
};

/// What the review shows.
pub(crate) struct Review<'a> {
    /// The cart with its prices.
    pub(crate) cart: &'a PricedCart,
    /// Until when its prices hold, if it leaves now.
    pub(crate) holds_until: Timestamp,
    /// What became of the cart that was confirmed.
    pub(crate) said: Said,
    /// It left before under the same revision.
    pub(crate) returned_before: bool,
}

/// Why a cart that was confirmed is still here.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Said {
    /// Nothing was confirmed yet.
    Nothing,
    /// It had changed meanwhile.
    Changed,
    /// It does not fit the form of the buyer's system.
    Unfit(FormRefused),
}

/// The review.
pub(crate) fn page(frame: &Frame<'_>, view: &Review<'_>) -> Markup {
    if view.cart.lines.is_empty() {
        return frame.page("Return cart", At::Anywhere, &empty(frame));
    }
    let problems = view.cart.problems().count();
    let content = html! {
        div.title { h1 { "Check and return" } p.quiet { "This is what " (format::Data(frame.buyer)) " receives." } }
        @match &view.said {
            Said::Nothing => {}
            Said::Changed => (notice(Tone::Warning, &html! {
                strong { "Your cart has changed since you last looked at it." } " Check it again, then return it."
            })),
            Said::Unfit(refused) => (notice(Tone::Bad, &html! {
                strong { "Line " (refused.line) " does not fit into the form of your procurement system." }
                " Nothing was sent. Take the line out of your cart, or ask us: we have been told, too."
                span.quiet { " (" (refused.field) " " (refused.misfit) ")" }
            })),
        }
        @if view.returned_before {
            (notice(Tone::Info, &html! {
                "This cart was returned before. Returning it again sends the same cart, not a second one."
            }))
        }
        @for finding in view.cart.all_findings().filter(|finding| finding.effect != Effect::Changed) {
            (notice(if finding.effect == Effect::Stopped { Tone::Bad } else { Tone::Warning }, &html! { (words::finding(&finding.what)) }))
        }
        @if problems > 0 { (blocked(frame, view.cart)) }
        div.sheet {
            table.send {
                caption.unseen { "Lines of your cart" }
                thead { tr { th scope="col" { "Item" } th.number scope="col" { "Quantity and price" } th.number scope="col" { "Amount" } } }
                tbody { @for line in &view.cart.lines { (self::line(line)) } }
                tfoot { (foot(view.cart)) }
            }
            @if let Some(minimum) = view.cart.minimum {
                p.lock { (icon(Icon::Info)) " Minimum order value: " (format::money(minimum.least)) "." }
            }
            p.lock { (icon(Icon::Clock)) " Prices are held until " (format::moment(view.holds_until)) " if you return the cart now." }
        }
        (actions(frame, view, problems))
    };
    frame.page("Check and return", At::Review, &content)
}

/// The sum, and what it is made of where more than the goods is paid.
fn foot(cart: &PricedCart) -> Markup {
    let lines = format::counted(cart.lines.len(), "line", "lines");
    let row = |title: &Markup, amount: Money| {
        html! { tr { th scope="row" colspan="2" { (title) } td.number { (format::money(amount)) } } }
    };
    html! {
        @if !cart.charges.is_empty() {
            (row(&html! { "Goods, " (lines) }, cart.total))
            @for one in &cart.charges { (row(&cart::charge_name(one), one.charge.amount)) }
        }
        tr.total {
            th scope="row" colspan="2" { "Total" @if cart.charges.is_empty() { " of " (lines) } }
            td.number { strong { (format::money(cart.payable)) } }
        }
    }
}

fn line(line: &PricedLine) -> Markup {
    html! {
        tr.blocked[line.problem.is_some()] {
            th scope="row" {
                span.name { (format::Data(&cart::name(line))) }
                @if let Some(product) = &line.product { span.quiet { (format::part(product.part.as_str())) } }
                (cart::state(line))
                @if !line.line.note.is_empty() { p.note { span.quiet { "Note: " } (format::Data(&line.line.note)) } }
            }
            td.number {
                @match &line.unit {
                    Some(unit) => (format::quantity_of(line.line.quantity, unit)),
                    None => (format::quantity(line.line.quantity)),
                }
                @if let Some(price) = line.price {
                    span.basis {
                        (format::price(price)) " "
                        @if let Some(unit) = &line.unit { (format::basis(price.per, unit)) }
                    }
                }
            }
            td.number { @match line.amount { Some(amount) => (format::money(amount)), None => span.quiet { "none" } } }
        }
    }
}

fn blocked(frame: &Frame<'_>, cart: &PricedCart) -> Markup {
    let lines: Vec<_> = cart.problems().map(|(line, _)| line).collect();
    notice(
        Tone::Bad,
        &html! {
            strong { (format::counted(lines.len(), "line", "lines")) " must be put right before the cart can be returned." }
            ul {
                @for line in lines {
                    li {
                        a href={ (frame.links.cart()) "#" (quantity_field(line.line.number)) } { (format::Data(&cart::name(line))) }
                    }
                }
            }
        },
    )
}

fn actions(frame: &Frame<'_>, view: &Review<'_>, problems: usize) -> Markup {
    html! {
        section.return-box id="return" aria-label="Return" {
            @if problems == 0 && view.cart.stopped().is_none() && frame.may_change() {
                form method="post" action=(frame.links.transfer()) data-once="" {
                    input type="hidden" name="revision" value=(view.cart.revision);
                    button.button.primary.huge { span { "Return cart to " (format::Data(frame.buyer)) } (icon(Icon::Forward)) }
                }
                p.quiet { "You come back to your procurement system. Nothing is ordered yet." }
            } @else if frame.may_change() {
                a.button.primary.huge href=(frame.links.cart()) { "Put the cart right" }
            }
            div.actions {
                a.button href=(frame.links.cart()) { "Back to the cart" }
                (frame.leave_form(cancel_words(frame)))
            }
        }
    }
}

const fn cancel_words(frame: &Frame<'_>) -> &'static str {
    match frame.operation {
        Operation::Edit => "Cancel, keep my requisition as it was",
        Operation::Inspect | Operation::Detail => "Leave",
        Operation::Create | Operation::Source => "Cancel, return nothing",
    }
}

fn empty(frame: &Frame<'_>) -> Markup {
    let edit = frame.operation == Operation::Edit;
    html! {
        div.title { h1 { "Return cart" } }
        div.empty {
            (icon(Icon::Cart))
            h2 { "There is nothing in your cart." }
            @if edit {
                p { "An empty cart is not returned: it would delete the lines of your requisition." }
            } @else {
                p { "Leave without a cart, or go on shopping." }
            }
            div.actions {
                a.button.primary.big href=(frame.links.home()) { "Go on shopping" }
                (frame.leave_form(cancel_words(frame)))
            }
        }
    }
}
