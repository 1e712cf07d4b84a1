//! Every document in or out, newest first: the journal's records and the refusals in memory, merged.

use std::{cmp::Reverse, collections::HashMap};

use axum::{
    extract::{Extension, Query, State},
    response::Html,
};
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use maud::{Markup, html};
use serde::Deserialize;

use crate::{
    flow::setup::Entry,
    model::ids::{SessionId, TransactionId},
    shell::{
        app::{App, AppError},
        records::{Direction, Transaction},
        store::{
            Scan,
            keys::{SessionKey, TransactionKey},
        },
    },
};

use super::{
    SharedAdmin, Trouble,
    access::Login,
    ago::ago,
    findings,
    frame::{self, Part, connection_link, nothing, outcome_badge, test_badge},
};

/// Documents on one page.
const PAGE: usize = 50;
/// Records that one page looks through for its filters.
const LOOKED_AT: usize = 20_000;
/// Records read at a time.
const CHUNK: usize = 200;

/// The filters, as the address has them. An empty one lets everything through.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Filters {
    kind: String,
    outcome: String,
    direction: String,
    buyer: String,
    connection: String,
    order: String,
    payload: String,
    cookie: String,
    from: String,
    until: String,
    /// The document that the page before ended with; ids sort newest first.
    before: String,
}

impl Filters {
    fn pairs(&self) -> [(&'static str, &str); 10] {
        [
            ("kind", &self.kind),
            ("outcome", &self.outcome),
            ("direction", &self.direction),
            ("buyer", &self.buyer),
            ("connection", &self.connection),
            ("order", &self.order),
            ("payload", &self.payload),
            ("cookie", &self.cookie),
            ("from", &self.from),
            ("until", &self.until),
        ]
    }

    fn any(&self) -> bool {
        self.pairs().iter().any(|(_, value)| !value.is_empty())
    }

    /// Address of the page that begins behind a record.
    fn page_behind(&self, last: TransactionId) -> String {
        let before = last.to_string();
        let pairs: Vec<_> = self.pairs().into_iter().chain([("before", before.as_str())]).collect();
        format!("/{}", frame::query(&pairs))
    }

    fn behind(&self) -> Option<TransactionId> {
        TransactionId::parse(&self.before).ok()
    }

    /// What can be decided by the record alone.
    fn admits(&self, transaction: &Transaction, times: Times) -> bool {
        let is = |wanted: &str, value: Option<&str>| wanted.is_empty() || value == Some(wanted);
        let has = |wanted: &str, value: Option<&str>| {
            wanted.is_empty() || value.is_some_and(|value| value.contains(wanted))
        };
        let direction = match transaction.direction {
            Direction::In => "in",
            Direction::Out => "out",
        };
        let outcome = match transaction.outcome.code {
            0..400 => "accepted",
            400..500 => "refused",
            _ => "failed",
        };
        is(&self.direction, Some(direction))
            && is(&self.outcome, Some(outcome))
            && is(&self.kind, Some(&transaction.kind))
            && is(&self.buyer, transaction.buyer.as_ref().map(crate::model::ids::BuyerId::as_str))
            && is(
                &self.connection,
                transaction.connection.as_ref().map(crate::model::ids::ConnectionId::as_str),
            )
            && has(&self.order, transaction.order.as_ref().map(crate::model::ids::OrderId::as_str))
            && has(&self.payload, transaction.payload_id.as_ref().map(crate::model::ids::PayloadId::as_str))
            && times.from.is_none_or(|from| transaction.at >= from)
            && times.until.is_none_or(|until| transaction.at < until)
    }
}

/// The filters of time, read; a text that is no time lets everything through and is told.
#[derive(Clone, Copy, Default)]
struct Times {
    from: Option<Timestamp>,
    until: Option<Timestamp>,
}

fn moment(text: &str) -> Option<Timestamp> {
    let local: DateTime = text.trim().parse().ok()?;
    local.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

/// One page of the list.
struct Listing {
    found: Vec<Transaction>,
    /// Behind which document the next page begins.
    more: Option<TransactionId>,
    /// The search ended before the end of the list, and before the page was full.
    gave_up: bool,
}

pub(super) async fn list(
    State(admin): State<SharedAdmin>,
    Extension(login): Extension<Login>,
    Query(filters): Query<Filters>,
) -> Result<Html<String>, Trouble> {
    let times = Times { from: moment(&filters.from), until: moment(&filters.until) };
    let listing = search(&admin.app, &filters, times).await?;
    let now = admin.app.now();
    let content = html! {
        div.title { h1 { "Documents" } p.quiet { "Everything that came in or went out, newest first." } }
        (form(&filters, times))
        @if listing.found.is_empty() {
            (nothing(match (filters.any(), listing.gave_up) {
                (_, true) => "Nothing fits among the documents looked through so far.",
                (true, false) => "No document fits these filters.",
                (false, false) => "No document came yet. Give a buyer its sheet, found on the page of its connection.",
            }))
        } @else {
            (table(&listing.found, now))
        }
        @if let Some(place) = listing.more {
            nav.pages aria-label="Pages" {
                a.button href=(filters.page_behind(place)) {
                    @if listing.gave_up { "Search further back" } @else { "Older documents" }
                }
            }
        }
    };
    Ok(frame::page(&admin, &login, Part::Documents, "Documents", &content))
}

async fn search(app: &App, filters: &Filters, times: Times) -> Result<Listing, AppError> {
    let mut behind = filters.behind();
    let mut refused = app.refusals.all().into_iter().map(|refused| refused.transaction).collect::<Vec<_>>();
    refused.retain(|transaction| behind.is_none_or(|behind| transaction.id > behind));
    refused.sort_by_key(|transaction| Reverse(transaction.id));
    let mut cookies = HashMap::new();
    let mut listing = Listing { found: Vec::new(), more: None, gave_up: false };
    let mut looked_at = 0;
    loop {
        let scan = Scan::<TransactionKey>::table().limit(CHUNK);
        let scan = match behind {
            Some(transaction) => scan.after(&TransactionKey { transaction }),
            None => scan,
        };
        let rows = app.store.scan(scan).await?;
        let last = rows.len() < CHUNK;
        let mut records: Vec<Transaction> = rows.into_iter().map(|(_, row)| row.value).collect();
        // Everything in memory up to the end of this chunk belongs between its records.
        let end = if last { None } else { records.last().map(|record| record.id) };
        while let Some(next) = refused.pop_if(|next| end.is_none_or(|end| next.id < end)) {
            records.push(next);
        }
        records.sort_by_key(|record| record.id);
        for transaction in records {
            looked_at += 1;
            behind = Some(transaction.id);
            let admitted = filters.admits(&transaction, times)
                && has_cookie(app, &transaction, &filters.cookie, &mut cookies).await?;
            if !admitted {
                continue;
            }
            if listing.found.len() == PAGE {
                listing.more = listing.found.last().map(|last| last.id);
                return Ok(listing);
            }
            listing.found.push(transaction);
        }
        if last {
            return Ok(listing);
        }
        if looked_at >= LOOKED_AT {
            listing.more = behind;
            listing.gave_up = true;
            return Ok(listing);
        }
    }
}

/// Whether the visit of the document has this `BuyerCookie`.
async fn has_cookie(
    app: &App,
    transaction: &Transaction,
    wanted: &str,
    known: &mut HashMap<SessionId, bool>,
) -> Result<bool, AppError> {
    if wanted.is_empty() {
        return Ok(true);
    }
    let Some(session) = transaction.session else { return Ok(false) };
    if let Some(has) = known.get(&session) {
        return Ok(*has);
    }
    let row = app.store.get(&SessionKey { session }).await?;
    let has = row.is_some_and(|row| match &row.value.purpose.entry {
        Entry::Cxml { buyer_cookie: Some(cookie), .. } => cookie.as_str().contains(wanted),
        Entry::Cxml { buyer_cookie: None, .. } | Entry::Oci(_) => false,
    });
    known.insert(session, has);
    Ok(has)
}

const KINDS: [&str; 7] = [
    "PunchOutSetupRequest",
    "PunchOutOrderMessage",
    "OrderRequest",
    "ProfileRequest",
    "OCI call",
    "OCI form",
    "unreadable",
];

fn form(filters: &Filters, times: Times) -> Markup {
    let choice = |name: &str, label: &str, value: &str, choices: &[(&str, &str)]| {
        html! {
            div.field {
                label for=(name) { (label) }
                select id=(name) name=(name) {
                    option value="" { "All" }
                    @for (own, text) in choices { option value=(own) selected[*own == value] { (text) } }
                }
            }
        }
    };
    let text = |name: &str, label: &str, value: &str| {
        html! { div.field { label for=(name) { (label) } input id=(name) name=(name) value=(value); } }
    };
    let time = |name: &str, label: &str, value: &str, read: Option<Timestamp>| {
        let wrong = !value.is_empty() && read.is_none();
        html! {
            div.field {
                label for=(name) { (label) }
                input id=(name) name=(name) type="datetime-local" value=(value) aria-invalid=[wrong.then_some("true")];
                @if wrong { p.error { "is not a time such as 2026-11-02T09:00" } }
            }
        }
    };
    let kinds = KINDS.map(|kind| (kind, kind));
    html! {
        form.filters.sheet method="get" action="/" {
            (choice("kind", "Document", &filters.kind, &kinds))
            (choice("outcome", "Outcome", &filters.outcome, &[("accepted", "Accepted"), ("refused", "Refused"), ("failed", "Failed")]))
            (choice("direction", "Direction", &filters.direction, &[("in", "In"), ("out", "Out")]))
            (text("buyer", "Buyer", &filters.buyer))
            (text("connection", "Connection", &filters.connection))
            (text("order", "Order number", &filters.order))
            (text("payload", "payloadID", &filters.payload))
            (text("cookie", "BuyerCookie", &filters.cookie))
            (time("from", "From (UTC)", &filters.from, times.from))
            (time("until", "Until (UTC)", &filters.until, times.until))
            div.actions {
                button.button.primary { "Filter" }
                @if filters.any() { a.button.plain href="/" { "Show all" } }
            }
        }
    }
}

/// The documents as rows.
pub(super) fn table(transactions: &[Transaction], now: Timestamp) -> Markup {
    html! {
        div.sheet.rows {
            table {
                thead { tr { th { "When" } th { "Document" } th { "Outcome" } th { "Connection" } th { "Names" } } }
                tbody {
                    @for transaction in transactions { (row(transaction, now)) }
                }
            }
        }
    }
}

fn row(transaction: &Transaction, now: Timestamp) -> Markup {
    let arrow = match transaction.direction {
        Direction::In => "in",
        Direction::Out => "out",
    };
    html! {
        tr {
            td.when { (ago(transaction.at, now)) }
            td {
                a.main href={ "/documents/" (transaction.id) } { (transaction.kind) }
                div.quiet { (arrow) " · " (transaction.bytes) " bytes" @if let Some(peer) = &transaction.peer { " · " (peer) } }
            }
            td.outcome { (outcome_badge(&transaction.outcome)) " " (test_badge(transaction.test)) " " (findings::count(&transaction.findings)) div.note { (transaction.outcome.note) } }
            td {
                @if let Some(connection) = &transaction.connection { (connection_link(connection)) }
                @else { span.quiet { "not proven" } }
            }
            td.names {
                @if let (Some(supplier), Some(buyer), Some(order)) = (&transaction.supplier, &transaction.buyer, &transaction.order) {
                    div { "Order " a href=(frame::order_path(supplier, buyer, order)) { (order) } }
                }
                @if let Some(session) = transaction.session { div { a href={ "/visits/" (session) } { "Visit" } } }
                @if let Some(payload) = &transaction.payload_id { div.quiet.mono { (payload) } }
            }
        }
    }
}
