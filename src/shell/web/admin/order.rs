//! One order: its versions, each line with the cart line it came from, differences marked field by field.

use axum::{
    Form,
    extract::{Extension, Query, State},
    response::{Html, Redirect},
};
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;

use crate::{
    flow::order::{Blanket, Difference, Drawn, OrderType, OrderVersion, OrderedLine, Standing, Verdict},
    model::ids::{BuyerId, CartId, OrderId, SessionId, SupplierId},
    shell::{
        app::{App, AppError},
        records::Transaction,
        store::{
            Changes, Scan, StoreError,
            keys::{OrderKey, OrderVersionKey, ReturnedCartKey, StoredVersion, TransactionKey},
        },
        web::{
            look::{Tone, format, notice, remark},
            visit::ATTEMPTS,
        },
    },
};

use super::{
    SharedAdmin, Trouble,
    access::Login,
    ago::ago,
    attachments,
    frame::{self, Part, connection_link, crumbs, order_path, test_badge, test_notice, token},
    orders::{state, total},
};

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Named {
    supplier: String,
    buyer: String,
    order: String,
}

impl Named {
    fn parse(&self) -> Result<(SupplierId, BuyerId, OrderId), Trouble> {
        let gone = |_| Trouble::Gone("order");
        Ok((
            SupplierId::parse(&self.supplier).map_err(gone)?,
            BuyerId::parse(&self.buyer).map_err(gone)?,
            OrderId::parse(&self.order).map_err(gone)?,
        ))
    }
}

#[derive(Deserialize)]
pub(super) struct Settling {
    number: u32,
    verdict: Verdict,
}

/// Takes a held version or sets it aside.
pub(super) async fn settle(
    State(admin): State<SharedAdmin>,
    Query(named): Query<Named>,
    Form(Settling { number, verdict }): Form<Settling>,
) -> Result<Redirect, Trouble> {
    let (supplier, buyer, order) = named.parse()?;
    let app = &admin.app;
    let page = order_path(&supplier, &buyer, &order);
    let key = OrderVersionKey { supplier, buyer, order, number };
    for _ in 0..ATTEMPTS {
        let Some(row) = app.store.get(&key).await? else { return Err(Trouble::Gone("order version")) };
        // Settled in another window meanwhile: the page says how.
        let Ok(version) = row.value.version.clone().settle(verdict, app.now()) else { break };
        let mut changes = Changes::durable();
        changes.expect(&key, Some(row.version));
        changes.put(&key, &StoredVersion { version, ..row.value });
        match app.store.commit(changes).await {
            Ok(()) => {
                tracing::info!(order.number = number, ?verdict, "the operator settled a held version");
                break;
            }
            Err(StoreError::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Redirect::to(&page))
}

/// A version with its lines and the visits of the carts they came from.
struct Version {
    summary: OrderVersion,
    lines: Vec<(OrderedLine, Option<SessionId>)>,
    /// Page of the blanket order that it draws on, where that is known.
    draws_on: Option<String>,
    /// The record of its document.
    record: Option<Transaction>,
}

pub(super) async fn show(
    State(admin): State<SharedAdmin>,
    Extension(login): Extension<Login>,
    Query(named): Query<Named>,
) -> Result<Html<String>, Trouble> {
    let (supplier, buyer, order) = named.parse()?;
    let app = &admin.app;
    let of_order = Scan::<OrderVersionKey>::prefix(|key| {
        key.text(supplier.as_str()).text(buyer.as_str()).text(order.as_str())
    });
    let mut versions = Vec::new();
    for (_, row) in app.store.scan(of_order.backward()).await? {
        versions.push(load(app, row.value, (&supplier, &buyer)).await?);
    }
    let Some(latest) = versions.first() else { return Err(Trouble::Gone("order")) };
    let now = app.now();
    let title = format!("Order {order}");
    let action = order_path(&supplier, &buyer, &order);
    let key = OrderKey { supplier, buyer, order };
    let blanket = app.blanket(&key, None).await?;
    let content = html! {
        (crumbs(&[("/orders", "Orders")]))
        div.title { h1 { (title) } (state(&latest.summary)) (test_badge(latest.summary.test)) }
        (test_notice(latest.summary.test))
        p.quiet { "of " (key.buyer) " to " (key.supplier) ", " (format::counted(versions.len(), "version", "versions")) }
        @for version in &versions {
            @let in_force = version.summary.number == latest.summary.number;
            (one(version, blanket.as_ref().filter(|_| in_force), &login, &action, now))
        }
    };
    Ok(frame::page(&admin, &login, Part::Orders, &title, &content))
}

async fn load(
    app: &App,
    stored: StoredVersion,
    (supplier, buyer): (&SupplierId, &BuyerId),
) -> Result<Version, AppError> {
    let read = app.order_lines(&stored).await?;
    let mut lines = Vec::with_capacity(read.len());
    for line in read {
        let visit = match &line.matched {
            Some(found) => visit_of(app, found.cart).await?,
            None => None,
        };
        lines.push((line, visit));
    }
    let key = TransactionKey { transaction: stored.version.transaction };
    let record = app.store.get(&key).await?.map(|row| row.value);
    let mut draws_on = None;
    if let Some(order) = stored.version.commitment.blanket() {
        let key = OrderKey { supplier: supplier.clone(), buyer: buyer.clone(), order };
        draws_on = app.store.get(&key).await?.map(|_| order_path(supplier, buyer, &key.order));
    }
    Ok(Version { summary: stored.version, lines, draws_on, record })
}

async fn visit_of(app: &App, cart: CartId) -> Result<Option<SessionId>, AppError> {
    Ok(app.store.get(&ReturnedCartKey { cart }).await?.map(|row| row.value.session))
}

/// What holds a version, with the two ways to settle it, or how it was settled.
fn standing(version: &OrderVersion, login: &Login, action: &str, now: Timestamp) -> Markup {
    let settled = version.settled.map(|settled| html! { " You settled it " (ago(settled.at, now)) "." });
    match (version.standing(), &version.held) {
        (Standing::Waits(held), _) => notice(
            Tone::Bad,
            &html! {
                p { strong { "Held for you: " } (held) "." }
                form.actions method="post" action=(action) {
                    (token(login))
                    input type="hidden" name="number" value=(version.number);
                    button.button.primary name="verdict" value="taken" { "Take this version" }
                    button.button name="verdict" value="set-aside" { "Set it aside" }
                }
            },
        ),
        (Standing::Taken, Some(held)) => notice(
            Tone::Good,
            &html! { strong { "Taken. " } "It was held: " (held) "." (settled.unwrap_or_default()) },
        ),
        (Standing::SetAside, Some(held)) => notice(
            Tone::Info,
            &html! { strong { "Set aside, without effect. " } "It was held: " (held) "." (settled.unwrap_or_default()) },
        ),
        (_, None) => html! {},
    }
}

fn one(
    Version { summary: version, lines, draws_on, record }: &Version,
    blanket: Option<&Blanket>,
    login: &Login,
    action: &str,
    now: Timestamp,
) -> Markup {
    html! {
        section.sheet.rows {
            div.title {
                h2 { "Version " (version.number) ", " (version.kind.as_str()) }
                (state(version))
                span.quiet { "came " (ago(version.at, now)) }
                a.button.plain href={ "/documents/" (version.transaction) } { "The document" }
            }
            (standing(version, login, action, now))
            dl.facts {
                dt { "Connection" } dd { (connection_link(&version.connection)) }
                dt { "Total" } dd { (total(version)) }
                dt { "Order date" } dd { (version.order_date) }
                @if let Some(given) = version.given { dt { "orderVersion" } dd { (given) } }
                (commitment(version, draws_on.as_deref()))
                @if let Some(drawn) = blanket.and_then(Blanket::drawn_in_all) { dt { "Drawn by releases" } dd { (format::money(drawn)) } }
                @if let Some(requisition) = &version.requisition { dt { "Requisition" } dd { (requisition) } }
                @if let Some(address) = &version.ship_to { dt { "Ship to" } dd { (address) } }
                @if let Some(refers_to) = &version.refers_to { dt { "Refers to" } dd.mono { (refers_to) } }
                @if let Some(payload) = &version.payload_id { dt { "payloadID" } dd.mono { (payload) } }
            }
            @for difference in &version.charges { p.difference { (remark(Tone::Warning, &html! { (difference) })) } }
            @if let Some(over) = &version.overdrawn { p.difference { (remark(Tone::Warning, &html! { "Blanket order " (version.commitment.agreement.as_deref().unwrap_or_default()) ": " (over) })) } }
            @if let Some(record) = record { (attachments::list(record)) }
            @if lines.is_empty() {
                p.quiet { "It has no lines." }
            } @else {
                table {
                    thead {
                        tr { th.number { "Line" } th { "Part" } th.number { "Quantity" } th.number { "Price" } th { "Cart line" } }
                    }
                    tbody {
                        @for (line, visit) in lines {
                            (row(line, *visit, blanket.and_then(|blanket| blanket.drawn(line.line.line_number))))
                        }
                    }
                }
            }
        }
    }
}

/// What a blanket order or a release is; nothing for one that buys what it lists.
fn commitment(version: &OrderVersion, draws_on: Option<&str>) -> Markup {
    let commitment = &version.commitment;
    let is_blanket = commitment.order_type == OrderType::Blanket;
    html! {
        @if commitment.order_type != OrderType::Regular {
            dt { "Kind" }
            dd {
                (commitment.order_type.as_str())
                @if is_blanket { span.quiet { ": the total is a ceiling" @if commitment.release_required { ", delivered against releases only" } } }
            }
        }
        @if let Some(agreement) = &commitment.agreement {
            dt { "Draws on" }
            dd {
                @match draws_on {
                    Some(page) => a href=(page) { (agreement) },
                    None => { (agreement) span.quiet { ", no order of this number has come" } }
                }
            }
        }
        @if let Some(payload) = &commitment.agreement_payload { dt { "Agreement's payloadID" } dd.mono { (payload) } }
        @if let Some(effective) = &commitment.effective { dt { "Holds from" } dd { (effective) } }
        @if let Some(expiration) = &commitment.expiration { dt { "Holds until" } dd { (expiration) } }
    }
}

/// Which column a difference belongs to.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Column {
    Part,
    Quantity,
    Price,
    Cart,
}

fn column(difference: &Difference) -> Column {
    match difference {
        Difference::Part { .. } | Difference::AgreedPart { .. } => Column::Part,
        Difference::Quantity { .. }
        | Difference::OverQuantity { .. }
        | Difference::Unit { .. }
        | Difference::AgreedUnit { .. }
        | Difference::Tier { .. } => Column::Quantity,
        Difference::Price { .. }
        | Difference::AgreedPrice { .. }
        | Difference::OverAmount { .. }
        | Difference::Currency { .. }
        | Difference::AgreedCurrency { .. }
        | Difference::NoPrice => Column::Price,
        Difference::NotReturned | Difference::NotAgreed | Difference::LockOver { .. } => Column::Cart,
    }
}

/// - `drawn`: what releases have drawn on it.
fn row(ordered: &OrderedLine, visit: Option<SessionId>, drawn: Option<Drawn>) -> Markup {
    let line = &ordered.line;
    let marks = |wanted: Column| {
        let mine = ordered.differences.iter().filter(move |difference| column(difference) == wanted);
        html! { @for difference in mine { div.difference { (remark(Tone::Warning, &html! { (difference) })) } } }
    };
    html! {
        tr.differs[!ordered.differences.is_empty()] {
            td.number data-label="Line" { (line.line_number) }
            td {
                @match &line.item {
                    Some(item) => span.mono { (item.part) },
                    None => span.quiet { "any part" },
                }
                @if let Some(description) = &line.description { div.quiet { (description) } }
                @if let Some(comment) = &line.comment { div.quiet { "Comment: " (comment) } }
                (marks(Column::Part))
            }
            td.number data-label="Quantity" {
                (format::quantity(line.quantity))
                @if let Some(unit) = &line.unit { " " span.quiet { (unit) } }
                @if let Some(most) = line.bounds.most_quantity { div.quiet { "at most " (most) } }
                @if let Some(drawn) = drawn { div { "drawn " (drawn.quantity.normalize()) } }
                (marks(Column::Quantity))
            }
            td.number data-label="Price" {
                @if let Some(price) = &line.price {
                    (format::number(price.amount, price.currency.map_or(0, crate::model::money::Currency::minor_digits)))
                    @if let Some(currency) = price.currency { " " span.quiet { (currency) } }
                    @if price.per != rust_decimal::Decimal::ONE { div.quiet { "per " (format::number(price.per, 0)) } }
                }
                @if let Some(most) = line.bounds.most { div.quiet { "at most " (format::money(most)) " in all" } }
                @if let Some(amount) = drawn.and_then(|drawn| drawn.amount) { div { "drawn " (format::money(amount)) } }
                (marks(Column::Price))
            }
            td {
                @if let Some(found) = &ordered.matched {
                    @match visit {
                        Some(visit) => a href={ "/visits/" (visit) } { "Line " (found.number) " of its cart" },
                        None => { "Line " (found.number) },
                    }
                    div.quiet { @if found.by_reference { "by its price lock" } @else { "by part, unit, price basis and currency" } }
                }
                @if let Some(number) = ordered.drawn { div { "Line " (number) " of the blanket order" } }
                (marks(Column::Cart))
            }
        }
    }
}
