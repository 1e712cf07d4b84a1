//! One visit: setup, start, cart, returns, orders, in the order they came; what is missing is named.

use axum::{
    extract::{Extension, Path, State},
    response::Html,
};
use jiff::Timestamp;
use maud::{Markup, html};

use crate::{
    flow::{
        cart::{Cart, Content, Effect, Finding, ReturnedCart, ReturnedLine},
        pricing::{Provenance, Source},
        session::{Session, Stage},
        setup::Entry,
    },
    model::ids::SessionId,
    shell::{
        app::{App, AppError},
        records::{Direction, Transaction},
        store::{
            Scan,
            keys::{
                DepartureKey, ReturnedCartKey, ReturnedLineKey, SessionKey, SessionTransactionKey,
                TransactionKey,
            },
        },
        web::{
            depart::cart_of,
            look::{Tone, format, remark},
        },
    },
};

use super::{
    SharedAdmin, Trouble,
    access::Login,
    ago::{ago, distance},
    frame::{self, Part, connection_link, crumbs, outcome_badge, test_badge, test_notice},
    sessions::{shopper, stage_badge},
};

/// Documents of one visit that are shown.
const DOCUMENTS: usize = 500;

/// A cart that left, with its lines.
type Left = (ReturnedCart, Vec<ReturnedLine>);

/// Everything about a visit.
struct Story {
    visit: Session,
    cart: Cart,
    left: Vec<Left>,
    documents: Vec<Transaction>,
}

pub(super) async fn show(
    State(admin): State<SharedAdmin>,
    Extension(login): Extension<Login>,
    Path(id): Path<String>,
) -> Result<Html<String>, Trouble> {
    let id = SessionId::parse(&id).map_err(|_| Trouble::Gone("visit"))?;
    let story = load(&admin.app, id).await?.ok_or(Trouble::Gone("visit"))?;
    let (visit, now) = (&story.visit, admin.app.now());
    let title = format!("Visit of {}", visit.buyer);
    let content = html! {
        (crumbs(&[("/visits", "Visits")]))
        div.title { h1 { (title) } (stage_badge(visit, now)) (test_badge(visit.test)) }
        (test_notice(visit.test))
        div.columns {
            (timeline(&story, now))
            (facts(visit))
        }
        @for left in &story.left { (returned(left, now)) }
        (cart(&story))
    };
    Ok(frame::page(&admin, &login, Part::Visits, &title, &content))
}

async fn load(app: &App, id: SessionId) -> Result<Option<Story>, AppError> {
    let Some(row) = app.store.get(&SessionKey { session: id }).await? else { return Ok(None) };
    let visit = row.value;
    let cart = cart_of(app, &visit).await?;
    let mut documents = Vec::new();
    let of_visit = Scan::<SessionTransactionKey>::prefix(|key| key.raw(*id.bytes())).limit(DOCUMENTS);
    for (key, _) in app.store.scan(of_visit).await? {
        let row = app.store.get(&TransactionKey { transaction: key.transaction }).await?;
        documents.extend(row.map(|row| row.value));
    }
    let mut left = Vec::new();
    for (_, departure) in app.store.scan(Scan::<DepartureKey>::prefix(|key| key.raw(*id.bytes()))).await? {
        let Some(cart) = departure.value.cart else { continue };
        let Some(head) = app.store.get(&ReturnedCartKey { cart }).await? else { continue };
        let lines = app.store.scan(Scan::<ReturnedLineKey>::prefix(|key| key.raw(*cart.bytes()))).await?;
        left.push((head.value, lines.into_iter().map(|(_, line)| line.value).collect()));
    }
    Ok(Some(Story { visit, cart, left, documents }))
}

fn timeline(story: &Story, now: Timestamp) -> Markup {
    let visit = &story.visit;
    // Of what happened at one instant the setup comes first, then the shopper.
    let mut events: Vec<((Timestamp, u8), Markup)> = Vec::new();
    for document in &story.documents {
        let words = html! {
            a.main href={ "/documents/" (document.id) } { (document.kind) }
            " " (outcome_badge(&document.outcome))
            div.note { (document.outcome.note) }
            @if let (Some(supplier), Some(buyer), Some(order)) = (&document.supplier, &document.buyer, &document.order) {
                div { "Order " a href=(frame::order_path(supplier, buyer, order)) { (order) } }
            }
        };
        let opens = document.direction == Direction::In && document.order.is_none();
        events.push(((document.at, if opens { 0 } else { 2 }), words));
    }
    if let Some(first) = visit.first_used_at {
        events.push(((first, 1), html! { "The shopper came in" @if let Some(origin) = &visit.frame_origin { ", framed by " (origin) } }));
    }
    events.sort_by_key(|(when, _)| *when);
    html! {
        section.sheet {
            h2 { "What happened" }
            ol.timeline {
                @for ((at, _), words) in &events { li { div.when { (ago(*at, now)) } div { (words) } } }
                @for gap in gaps(story, now) { li.gap { div.when {} div { (remark(Tone::Warning, &html! { (gap) })) } } }
            }
        }
    }
}

/// What might be expected and did not come.
fn gaps(story: &Story, now: Timestamp) -> Vec<String> {
    let visit = &story.visit;
    let mut gaps = Vec::new();
    if visit.first_used_at.is_none() {
        gaps.push("Nobody followed the start link.".to_owned());
    }
    if visit.stage == Stage::Shopping && visit.first_used_at.is_some() && now >= visit.expires_at {
        gaps.push(format!("The visit ended {} without a return.", distance(visit.expires_at, now)));
    }
    let ordered = story
        .documents
        .iter()
        .any(|document| document.direction == Direction::In && document.order.is_some());
    if let (Some((last, _)), false) = (story.left.last(), ordered) {
        gaps.push(format!("Returned {}, no order yet.", distance(last.at, now)));
    }
    gaps
}

fn facts(visit: &Session) -> Markup {
    html! {
        section.sheet {
            h2 { "Facts" }
            dl.facts {
                dt { "Connection" } dd { (connection_link(&visit.connection)) }
                dt { "Shopper" } dd { (shopper(visit)) @if let Some(email) = &visit.purpose.user.email { " " span.quiet { (email) } } }
                dt { "Operation" } dd { (visit.purpose.operation.as_str()) }
                @match &visit.purpose.entry {
                    Entry::Cxml { buyer_cookie, from, .. } => {
                        dt { "BuyerCookie" }
                        dd.mono { @match buyer_cookie { Some(cookie) => (cookie), None => "empty" } }
                        dt { "From" } dd { @for identity in from { div { (identity) } } }
                    }
                    Entry::Oci(controls) => {
                        @for (name, value) in &controls.echo { dt { (name) } dd.mono { (value) } }
                    }
                }
                @if let Some(hook) = &visit.purpose.return_to { dt { "Returns to" } dd.mono { (hook.as_str()) } }
                dt { "Opened" } dd { (format::moment(visit.opened_at)) }
                dt { "Ends" } dd { (format::moment(visit.expires_at)) }
                dt { "Currency" } dd { (visit.currency) }
                @if let Some(language) = &visit.purpose.language { dt { "Language" } dd { (language) } }
                @if let Some(address) = &visit.purpose.ship_to { dt { "Ship to" } dd { (address) } }
                dt { "Sees" }
                dd {
                    div { "catalog version " (visit.pins.catalog) }
                    @for (agreement, version) in &visit.pins.agreements { div { (agreement) " version " (version) } }
                }
                dt { "Id" } dd.mono { (visit.id) }
            }
        }
    }
}

fn returned((cart, lines): &Left, now: Timestamp) -> Markup {
    html! {
        section.sheet.rows {
            div.title {
                h2 { "Returned cart" }
                span { (format::money(cart.payable())) }
                span.quiet {
                    "left " (ago(cart.at, now)) ", revision " (cart.revision) ", prices hold until " (format::moment(cart.holds_until))
                }
            }
            (findings(&cart.findings))
            @if !cart.charges.is_empty() {
                p {
                    "Of this: "
                    @for (place, charge) in cart.charges.iter().enumerate() {
                        @if place > 0 { ", " }
                        (charge.name) " " (format::money(charge.amount)) " "
                        span.quiet { (charge.kind.as_str()) @match charge.line { Some(line) => { ", line " (line) }, None => { ", " (charge.place.as_str()) } } }
                    }
                    "."
                }
            }
            table {
                thead {
                    tr { th.number { "Line" } th { "Part" } th.number { "Quantity" } th.number { "Price" } th.number { "Amount" } th { "Price lock" } }
                }
                tbody {
                    @for line in lines {
                        tr {
                            td.number data-label="Line" { (line.number) }
                            td {
                                span.mono { (line.part) }
                                div.quiet { (line.text.description) }
                                @if !line.note.is_empty() { div.quiet { "Note: " (line.note) } }
                                (findings(&line.findings))
                            }
                            td.number data-label="Quantity" { (format::quantity(line.quantity)) " " span.quiet { (line.unit_sent) } }
                            td.number data-label="Price" { (format::price(line.price)) div.quiet { (format::basis(line.price.per, &line.unit)) } }
                            td.number data-label="Amount" { (format::money(line.amount)) }
                            td {
                                span.mono { (line.reference) }
                                @if let Some(provenance) = &line.provenance { div.quiet { (why(provenance)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What was changed for the buyer's platform, and what it was warned of.
fn findings(findings: &[Finding]) -> Markup {
    html! {
        @for finding in findings {
            @if finding.effect == Effect::Changed {
                div.quiet { "Changed for the platform: " (finding.what) }
            } @else {
                div { (remark(Tone::Warning, &html! { (finding.what) })) }
            }
        }
    }
}

/// Where a price came from, in a few words.
fn why(provenance: &Provenance) -> String {
    let source = match provenance.source {
        Source::Fixed => "fixed price".to_owned(),
        Source::PercentOff(share) => format!("list price less {} %", format::number(share, 0)),
    };
    format!("{source}, {} version {}", provenance.name, provenance.version)
}

fn cart(story: &Story) -> Markup {
    html! {
        section.sheet.rows {
            div.title { h2 { "Cart as it is now" } span.quiet { "revision " (story.cart.revision) } }
            @if story.cart.lines.is_empty() {
                p.quiet { "It is empty." }
            } @else {
                table {
                    thead { tr { th.number { "Line" } th { "Part" } th.number { "Quantity" } th { "Note" } } }
                    tbody {
                        @for line in &story.cart.lines {
                            tr {
                                td.number data-label="Line" { (line.number) }
                                td {
                                    @match &line.content {
                                        Content::Product(key) => {
                                            span.mono { (key.part) }
                                            @if let Some(own) = &key.auxiliary { " " span.mono.quiet { (own) } }
                                        }
                                        Content::Foreign(line) => {
                                            span.mono { (line.item.part) }
                                            div.quiet { "not in the catalog, goes back as it came" }
                                        }
                                    }
                                }
                                td.number data-label="Quantity" { (format::quantity(line.quantity)) }
                                td data-label="Note" { (line.note) }
                            }
                        }
                    }
                }
            }
        }
    }
}
