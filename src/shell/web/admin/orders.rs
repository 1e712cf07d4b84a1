//! Orders as they came, newest first.

use axum::{
    extract::{Extension, Query, State},
    response::Html,
};
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;

use crate::{
    flow::order::{OrderType, OrderVersion, Standing},
    shell::{
        store::{
            Scan,
            keys::{OrderByTimeKey, OrderVersionKey},
        },
        web::look::{Tone, badge, format},
    },
};

use super::{
    SharedAdmin, Trouble,
    access::Login,
    ago::ago,
    frame::{self, Part, nothing, order_path, test_badge},
};

const PAGE: usize = 50;
/// Versions that one page looks through for its filters.
const LOOKED_AT: usize = 10_000;
const CHUNK: usize = 200;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Filters {
    buyer: String,
    order: String,
    /// `held`, `differing`
    only: String,
    /// Where the page before ended: microseconds, and how many of that moment were shown.
    before: String,
}

impl Filters {
    fn admits(&self, key: &OrderByTimeKey, version: &OrderVersion) -> bool {
        (self.buyer.is_empty() || key.buyer.as_str() == self.buyer)
            && (self.order.is_empty() || key.order.as_str().contains(&self.order))
            && match self.only.as_str() {
                "held" => matches!(version.standing(), Standing::Waits(_)),
                "differing" => {
                    version.differing > 0 || !version.charges.is_empty() || version.overdrawn.is_some()
                }
                _ => true,
            }
    }

    fn any(&self) -> bool {
        !(self.buyer.is_empty() && self.order.is_empty() && self.only.is_empty())
    }
}

type Row = (OrderByTimeKey, OrderVersion);

pub(super) async fn list(
    State(admin): State<SharedAdmin>,
    Extension(login): Extension<Login>,
    Query(filters): Query<Filters>,
) -> Result<Html<String>, Trouble> {
    let app = &admin.app;
    let mut behind: Option<OrderByTimeKey> =
        serde_json::from_str::<Behind>(&filters.before).ok().and_then(Behind::key);
    let (mut found, mut looked_at, mut more) = (Vec::<Row>::new(), 0, None);
    'search: loop {
        let scan = Scan::<OrderByTimeKey>::table().limit(CHUNK);
        let keys = app
            .store
            .scan(match &behind {
                Some(key) => scan.after(key),
                None => scan,
            })
            .await?;
        let last = keys.len() < CHUNK;
        for (key, _) in keys {
            looked_at += 1;
            behind = Some(key.clone());
            let OrderByTimeKey { supplier, buyer, order, number, .. } = key.clone();
            let Some(row) = app.store.get(&OrderVersionKey { supplier, buyer, order, number }).await? else {
                continue;
            };
            if !filters.admits(&key, &row.value.version) {
                continue;
            }
            if found.len() == PAGE {
                more = found.last().map(|(key, _)| key.clone());
                break 'search;
            }
            found.push((key, row.value.version));
        }
        if last {
            break;
        }
        if looked_at >= LOOKED_AT {
            more.clone_from(&behind);
            break;
        }
    }
    let now = app.now();
    let content = html! {
        div.title { h1 { "Orders" } p.quiet { "Every version as it came, newest first." } }
        (form(&filters))
        @if found.is_empty() {
            (nothing(if filters.any() { "No order fits these filters." } else { "No order came yet." }))
        } @else {
            (table(&found, now))
        }
        @if let Some(key) = &more {
            nav.pages aria-label="Pages" { a.button href=(page_behind(&filters, key)) { "Older orders" } }
        }
    };
    Ok(frame::page(&admin, &login, Part::Orders, "Orders", &content))
}

/// A key of the list, as the address carries it.
#[derive(Deserialize, serde::Serialize)]
struct Behind(
    i64,
    crate::model::ids::SupplierId,
    crate::model::ids::BuyerId,
    crate::model::ids::OrderId,
    u32,
);

impl Behind {
    fn key(self) -> Option<OrderByTimeKey> {
        let Self(at, supplier, buyer, order, number) = self;
        Some(OrderByTimeKey { at: Timestamp::from_microsecond(at).ok()?, supplier, buyer, order, number })
    }
}

fn page_behind(filters: &Filters, key: &OrderByTimeKey) -> String {
    let OrderByTimeKey { at, supplier, buyer, order, number } = key.clone();
    let behind = serde_json::to_string(&Behind(at.as_microsecond(), supplier, buyer, order, number));
    let behind = behind.unwrap_or_default();
    let pairs =
        [("buyer", &filters.buyer), ("order", &filters.order), ("only", &filters.only), ("before", &behind)];
    format!("/orders{}", frame::query(&pairs.map(|(name, value)| (name, value.as_str()))))
}

fn form(filters: &Filters) -> Markup {
    html! {
        form.filters.sheet method="get" action="/orders" {
            div.field { label for="buyer" { "Buyer" } input id="buyer" name="buyer" value=(filters.buyer); }
            div.field { label for="order" { "Order number" } input id="order" name="order" value=(filters.order); }
            div.field {
                label for="only" { "Show" }
                select id="only" name="only" {
                    @for (value, text) in [("", "All"), ("held", "Held"), ("differing", "With differences")] {
                        option value=(value) selected[filters.only == value] { (text) }
                    }
                }
            }
            div.actions {
                button.button.primary { "Filter" }
                @if filters.any() { a.button.plain href="/orders" { "Show all" } }
            }
        }
    }
}

fn table(found: &[Row], now: Timestamp) -> Markup {
    html! {
        div.sheet.rows {
            table {
                thead { tr { th { "Came" } th { "Order" } th { "Buyer" } th { "State" } th.number { "Lines" } th.number { "Total" } } }
                tbody {
                    @for (key, version) in found {
                        tr {
                            td.when { (ago(version.at, now)) }
                            td {
                                a.main href=(order_path(&key.supplier, &key.buyer, &key.order)) { (key.order) }
                                div.quiet { "version " (version.number) ", " (version.kind.as_str()) }
                            }
                            td data-label="Buyer" { (key.buyer) }
                            td { (state(version)) " " (test_badge(version.test)) }
                            td.number data-label="Lines" { (version.lines) }
                            td.number data-label="Total" { (total(version)) }
                        }
                    }
                }
            }
        }
    }
}

/// Whether a version waits, differs, or is as it was returned.
pub(super) fn state(version: &OrderVersion) -> Markup {
    let standing = version.standing();
    let remarks = version.differing > 0 || !version.charges.is_empty() || version.overdrawn.is_some();
    html! {
        @match standing {
            Standing::Waits(_) => { (badge(Tone::Bad, "Held")) " " }
            Standing::SetAside => { (badge(Tone::Info, "Set aside")) " " }
            Standing::Taken => {}
        }
        @if version.differing > 0 { (badge(Tone::Warning, &format!("{} differ", version.differing))) " " }
        @if !version.charges.is_empty() { (badge(Tone::Warning, "Freight or tax differ")) " " }
        @if version.overdrawn.is_some() { (badge(Tone::Warning, "Beyond the ceiling")) }
        @if !remarks && standing == Standing::Taken {
            @match version.commitment.order_type {
                // Nothing has left that it would have to be like.
                OrderType::Blanket => { (badge(Tone::Info, "Blanket order")) }
                _ => { (badge(Tone::Good, if version.commitment.blanket().is_some() { "As agreed" } else { "As returned" })) }
            }
        }
    }
}

pub(super) fn total(version: &OrderVersion) -> Markup {
    html! {
        @match version.total {
            Some((amount, Some(currency))) => (format::money(crate::model::money::Money { amount, currency })),
            Some((amount, None)) => (format::number(amount, 0)),
            None => span.quiet { "none" },
        }
    }
}
