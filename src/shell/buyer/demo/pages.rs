//! The pages: first page, cart, order, and what they have in common.

use maud::{Markup, html};

use crate::{
    flow::setup::Operation,
    model::profile::Protocol,
    shell::{
        buyer::fault::{At, Fault},
        web::look::{Asset, Document, Icon, Tone, format, icon, notice},
    },
};

use super::{
    VirtualBuyer, explain,
    parts::{button, checks_list, exchange, field_table, laid_out, lines_table, meaning, source, verdict},
    play,
    played::{Arrival, Played, Sent},
};

/// Where a page stands on the way.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Stage {
    Nowhere,
    Start,
    Shop,
    Cart,
    Order,
}

const WAY: [(Stage, &str); 4] =
    [(Stage::Start, "Start"), (Stage::Shop, "Shop"), (Stage::Cart, "Cart"), (Stage::Order, "Order")];

impl VirtualBuyer {
    /// A whole page.
    pub(super) fn page(&self, title: &str, stage: Stage, main: &Markup) -> Markup {
        let title = format!("{title} – Virtual buyer");
        let document = Document {
            styles: &[Asset::Buyer],
            scripts: &[Asset::BuyerScript],
            ..Document::new(&self.0.assets, &title)
        };
        document.render(&html! {
            header.top {
                div.bar {
                    a.brand href="/" { (icon(Icon::Cart)) "Virtual buyer" }
                    @if stage != Stage::Nowhere {
                        ol.way aria-label="The way of a punchout" {
                            @for (at, word) in WAY {
                                li aria-current=[(at == stage).then_some("step")] { (word) }
                            }
                        }
                    }
                }
            }
            main id="main" tabindex="-1" { (main) }
            footer { p { "Plays a procurement system, to try a supplier's gateway. What it shows is kept in memory alone." } }
        })
    }

    /// The first page.
    pub(super) fn home_page(&self, problem: Option<&str>) -> Markup {
        let carts = self.0.books.with_carts();
        let main = html! {
            div {
                h1 { "Go shopping as a procurement system does" }
                p.lead {
                    "Choose who you are. This program then sends the real request to the gateway, opens the shop in a "
                    "frame, takes the cart back, and sends the order. Every document is shown with what it means."
                }
            }
            @if let Some(problem) = problem { (notice(Tone::Warning, &html! { (problem) })) }
            form.sheet method="post" action="/visits" {
                fieldset.choices {
                    legend { "Buyer" }
                    @for (index, connection) in self.0.connections.iter().enumerate() {
                        label {
                            input type="radio" name="connection" value=(index) checked[index == 0];
                            span {
                                strong { (format::Data(&connection.name)) }
                                span.quiet {
                                    @match connection.protocol {
                                        Protocol::Cxml => "cXML: the systems talk first, then the browser goes",
                                        Protocol::Oci => "OCI: the browser logs in by itself",
                                    }
                                }
                            }
                        }
                    }
                }
                div.fields {
                    div.field {
                        label for="operation" { "What to do" }
                        select id="operation" name="operation" {
                            option value="create" { "Fill a new cart" }
                            option value="edit" { "Change the last cart (cXML)" }
                            option value="inspect" { "Look at the last cart (cXML)" }
                        }
                    }
                    div.field {
                        label for="part" { "Product number, if you know one (cXML)" }
                        input id="part" name="part" dir="ltr" maxlength="200" autocomplete="off" aria-describedby="part-help";
                        p.quiet id="part-help" { "The shop then opens at this product." }
                    }
                    div.field {
                        label for="fault" { "Do one thing wrong" }
                        select id="fault" name="fault" aria-describedby="fault-help" {
                            option value="" { "Nothing" }
                            @for fault in Fault::ALL.into_iter().filter(|fault| fault.at() != At::Order) {
                                option value=(fault.as_str()) { (fault.title()) }
                            }
                        }
                        p.quiet id="fault-help" { "To see what the gateway makes of it. Orders can be sent with faults as well, once there is a cart." }
                    }
                }
                button.button.primary.huge { "Punch out" (icon(Icon::Forward)) }
            }
            @if !carts.is_empty() {
                section.sheet aria-labelledby="carts" {
                    h2 id="carts" { "Carts received" }
                    div.scroll tabindex="0" role="group" aria-label="Carts received" {
                        table {
                            thead { tr { th scope="col" { "Buyer" } th scope="col" { "Cart" } th.number scope="col" { "Lines" } th.number scope="col" { "Amount" } th scope="col" { "Orders" } } }
                            tbody { @for played in &carts { (self.cart_row(played)) } }
                        }
                    }
                }
            }
        };
        self.page("Start", Stage::Start, &main)
    }

    fn cart_row(&self, played: &Played) -> Markup {
        let lines = played.lines();
        html! {
            tr {
                td { (format::Data(self.name_of(played))) }
                td { a href=(cart_address(played)) { (done_words(played.operation)) } }
                td.number { (lines.len()) }
                td.number { @if let Some(total) = play::total(&lines) { (format::money(total)) } }
                td { (played.orders.len()) }
            }
        }
    }

    /// Whether the played platform takes orders back.
    fn knows_deletes(&self, played: &Played) -> bool {
        let orders = self.connection(played).ok().and_then(|connection| connection.orders.as_ref());
        orders.is_none_or(|kinds| kinds.iter().any(|kind| kind == "delete"))
    }

    pub(super) fn name_of(&self, played: &Played) -> &str {
        self.connection(played).map_or("", |connection| connection.name.as_str())
    }

    /// Shown in the frame, where the shop was.
    pub(super) fn received_page(&self, played: &Played) -> Markup {
        let unchanged = arrived(played).is_some_and(|cart| cart.status == 204);
        let main = html! {
            section.sheet.received {
                @match played.cart.as_ref().map(|arrival| &arrival.cart) {
                    Some(Ok(_)) if unchanged => {
                        h1 { "Nothing was changed" }
                        p.lead { "The shopper left, the requisition stays as it was." }
                    }
                    Some(Ok(cart)) => {
                        h1 { "The cart is here" }
                        p.lead { (format::counted(cart.lines.len(), "line", "lines")) " for " (format::Data(self.name_of(played))) "." }
                    }
                    _ => {
                        h1 { "Something came back that is no cart" }
                        p.lead { "The next page says why." }
                    }
                }
                p { a.button.primary.huge href=(cart_address(played)) target="_top" { "See what came back" (icon(Icon::Forward)) } }
            }
        };
        self.page("Cart received", Stage::Nowhere, &main)
    }

    /// The cart, decoded.
    pub(super) fn cart_page(&self, played: &Played) -> Markup {
        let name = self.name_of(played);
        let main = match &played.cart {
            None => html! {
                h1 { "No cart yet" }
                p { a.button href={ "/visits/" (played.id) } { "Back to the shop" } }
            },
            Some(Arrival { cart: Err(why), .. }) => html! {
                h1 { "What came back is no cart" }
                (notice(Tone::Bad, &html! { (format::Data(why)) }))
            },
            Some(Arrival { cart: Ok(cart), checks, times }) => html! {
                div {
                    h1 { @if cart.status == 204 { "Nothing was changed" } @else { "The cart of " (format::Data(name)) } }
                    p.lead {
                        @if cart.status == 204 { "The requisition stays as it was; here it is." }
                        @else { "This is what a procurement system reads out of the form that the browser brought." }
                        @if *times > 1 { " It came " (times) " times; the last one is shown." }
                    }
                }
                (self.next_steps(played))
                section.sheet aria-labelledby="lines" {
                    h2 id="lines" { "Lines" }
                    (lines_table(&played.lines()))
                }
                div.pair {
                    section.sheet aria-labelledby="meaning" {
                        h2 id="meaning" { "What it means" }
                        (meaning(&explain::cart(cart)))
                    }
                    section.sheet aria-labelledby="checks" {
                        h2 id="checks" { "Does it hold?" }
                        (checks_list(checks))
                    }
                }
                section.sheet aria-labelledby="document" {
                    h2 id="document" { @if cart.document.is_some() { "The message" } @else { "The form" } }
                    @match &cart.document {
                        Some(document) => (source(&laid_out(document), "The message")),
                        None => (field_table(&cart.fields)),
                    }
                }
            },
        };
        self.page("Cart", Stage::Cart, &main)
    }

    /// What can be done with a cart.
    fn next_steps(&self, played: &Played) -> Markup {
        let connection = self.connection(played).ok();
        let allowed = arrived(played).and_then(|cart| cart.operation_allowed.clone()).unwrap_or_default();
        let is_cxml = connection.is_some_and(|connection| connection.protocol == Protocol::Cxml);
        let unchanged = arrived(played).is_some_and(|cart| cart.status == 204);
        let orders =
            connection.is_some_and(|connection| connection.cxml.is_some()) && !played.lines().is_empty();
        let order = format!("/visits/{}/orders", played.id);
        html! {
            div.actions {
                @if orders {
                    @if played.orders.is_empty() {
                        (button(&order, "what", "new", "Send the order", true))
                        (button(&order, "what", "price", "Change a price and send", false))
                        (button(&order, "what", "unit", "Change a unit and send", false))
                    } @else {
                        (button(&order, "what", "repeat", "Send the same order again", true))
                        (button(&order, "what", "price", "Change a price and send", false))
                        (button(&order, "what", "unit", "Change a unit and send", false))
                        @if self.knows_deletes(played) { (button(&order, "what", "delete", "Take the order back", false)) }
                    }
                }
                @if is_cxml {
                    @if unchanged || allowed == "edit" {
                        (button(&format!("/visits/{}/again", played.id), "operation", "edit", "Edit this cart", false))
                    }
                    @if unchanged || allowed == "edit" || allowed == "inspect" {
                        (button(&format!("/visits/{}/again", played.id), "operation", "inspect", "Inspect", false))
                    }
                }
                a.button.plain href="/" { "Start again" }
            }
            @if !played.orders.is_empty() {
                p {
                    "Orders of this cart: "
                    @for (number, sent) in (1..).zip(&played.orders) {
                        @if number > 1 { ", " }
                        a href={ (order) "/" (number) } { (sent.order_id) " (" (sent.title) ")" }
                    }
                }
            }
        }
    }

    /// An order and its answer.
    pub(super) fn order_page(&self, played: &Played, sent: &Sent) -> Markup {
        let login = self.connection(played).ok().and_then(|connection| connection.cxml.as_ref());
        let main = html! {
            div {
                h1 { (sent.title) " " (format::part(&sent.order_id)) }
                (verdict(&sent.exchange))
            }
            (self.next_steps(played))
            (exchange(
                ("OrderRequest", &login.map(|login| explain::order(sent, login)).unwrap_or_default()),
                ("The answer", &explain::answer(&sent.exchange, None)),
                &sent.exchange,
            ))
            section.sheet aria-labelledby="lines" {
                h2 id="lines" { "Lines ordered" }
                (lines_table(&sent.lines))
            }
            p { a href=(cart_address(played)) { "Back to the cart" } }
        };
        self.page("Order", Stage::Order, &main)
    }

    /// Something went wrong on this side.
    pub(super) fn trouble_page(&self, what: &str, why: &str) -> Markup {
        let main = html! {
            h1 { (what) }
            (notice(Tone::Warning, &html! { (format::Data(why)) }))
            p { a.button href="/" { "To the start" } }
        };
        self.page(what, Stage::Nowhere, &main)
    }
}

fn arrived(played: &Played) -> Option<&crate::shell::buyer::receive::ReturnedCart> {
    played.cart.as_ref().and_then(|arrival| arrival.cart.as_ref().ok())
}

fn cart_address(played: &Played) -> String {
    format!("/visits/{}/cart", played.id)
}

const fn done_words(operation: Operation) -> &'static str {
    match operation {
        Operation::Create | Operation::Source | Operation::Detail => "New cart",
        Operation::Edit => "Changed cart",
        Operation::Inspect => "Inspected cart",
    }
}
