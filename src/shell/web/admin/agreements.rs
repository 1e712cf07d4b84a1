//! Catalogs and agreements as they are now.

use axum::{
    extract::{Extension, State},
    response::Html,
};
use jiff::Timestamp;
use maud::{Markup, html};

use crate::{
    model::{
        agreement::{Agreement, Condition, Party, Selector},
        ids::SupplierId,
    },
    shell::{
        app::{App, AppError},
        catalog::CatalogManifest,
        store::{
            Scan,
            keys::{AgreementHeadKey, AgreementKey, CatalogHeadKey, CatalogKey, PriceListKey, SupplierKey},
        },
        web::look::{Tone, badge, format},
    },
    wire::csv::attribute_text,
};

use super::{
    SharedAdmin, Trouble,
    access::Login,
    ago::ago,
    frame::{self, Part, nothing},
};

/// An agreement with its version and the number of its fixed prices.
type Known = (Agreement, u64, u32);

pub(super) async fn list(
    State(admin): State<SharedAdmin>,
    Extension(login): Extension<Login>,
) -> Result<Html<String>, Trouble> {
    let app = &admin.app;
    let catalogs = catalogs(app).await?;
    let agreements = agreements(app).await?;
    let now = app.now();
    let content = html! {
        div.title { h1 { "Catalog and prices" } p.quiet { "What new visits see. A supplier’s page takes a file; so does " code { "punchgate import" } "." } }
        h2 { "Catalogs" }
        @if catalogs.is_empty() { (nothing("No supplier yet. Create one with: punchgate supplier create")) }
        @else {
            div.sheet.rows {
                table {
                    thead { tr { th { "Supplier" } th.number { "Version" } th.number { "Products" } th { "Published" } } }
                    tbody {
                        @for (id, supplier, manifest) in &catalogs {
                            tr {
                                td { a.main href={ "/catalog/" (id) } { (supplier) } }
                                @match manifest {
                                    Some(manifest) => {
                                        td.number data-label="Version" { (manifest.version) }
                                        td.number data-label="Products" { (format::number(manifest.products.into(), 0)) }
                                        td data-label="Published" { (ago(manifest.published, now)) }
                                    }
                                    None => td colspan="3" { (badge(Tone::Warning, "No catalog")) " setups are answered with Status 560" },
                                }
                            }
                        }
                    }
                }
            }
        }
        h2 { "Agreements" }
        @if agreements.is_empty() { (nothing("No agreement yet. Create one with: punchgate agreement create")) }
        @else { (table(&agreements, now)) }
    };
    Ok(frame::page(&admin, &login, Part::Catalog, "Catalog and prices", &content))
}

async fn catalogs(app: &App) -> Result<Vec<(SupplierId, String, Option<CatalogManifest>)>, AppError> {
    let mut known = Vec::new();
    for (key, supplier) in app.store.scan(Scan::<SupplierKey>::table()).await? {
        let head = app.store.get(&CatalogHeadKey { supplier: key.supplier.clone() }).await?;
        let manifest = match head {
            Some(head) => {
                app.store.get(&CatalogKey { supplier: key.supplier.clone(), version: head.value }).await?
            }
            None => None,
        };
        known.push((key.supplier, supplier.value.name, manifest.map(|row| row.value)));
    }
    Ok(known)
}

async fn agreements(app: &App) -> Result<Vec<Known>, AppError> {
    let mut known = Vec::new();
    for (head, version) in app.store.scan(Scan::<AgreementHeadKey>::table()).await? {
        let key = AgreementKey { agreement: head.agreement, version: version.value };
        let Some(row) = app.store.get(&key).await? else { continue };
        let prices = match row.value.price_list {
            Some(version) => {
                let key = PriceListKey { agreement: row.value.id.clone(), version };
                app.store.get(&key).await?.map_or(0, |list| list.value.entries)
            }
            None => 0,
        };
        known.push((row.value, version.value, prices));
    }
    Ok(known)
}

fn table(agreements: &[Known], now: Timestamp) -> Markup {
    html! {
        div.sheet.rows {
            table {
                thead { tr { th { "Agreement" } th { "For" } th { "Valid" } th { "Prices" } th { "Assortment" } } }
                tbody {
                    @for (agreement, version, prices) in agreements {
                        tr {
                            td { span.main { (agreement.name) } div.quiet { (agreement.id) ", version " (version) ", priority " (agreement.priority) } }
                            td {
                                @match &agreement.party {
                                    Party::Buyer(buyer) => (buyer),
                                    Party::Group(group) => { "group " (group) }
                                    Party::Everyone => "everyone",
                                }
                                div.quiet { "of " (agreement.supplier) }
                                @for condition in &agreement.conditions {
                                    @match condition {
                                        Condition::ShipTo(address) => div { "where goods go to " (address) },
                                        Condition::Says { name, value } => div { "where " (name) " is " (value) },
                                        Condition::Country(country) => div { "where goods go to " (country) },
                                    }
                                }
                            }
                            td {
                                (validity(agreement, now))
                                div.quiet { "from " (format::day(agreement.valid_from)) }
                                @if let Some(until) = agreement.valid_until { div.quiet { "until before " (format::day(until)) } }
                            }
                            td {
                                @for rule in &agreement.rules { div { (format::number(rule.percent_off, 0)) " % off " (selector(&rule.on)) } }
                                @if *prices > 0 { div { (format::number((*prices).into(), 0)) " fixed prices in " (agreement.currency) } }
                                @if agreement.rules.is_empty() && *prices == 0 { span.quiet { "none" } }
                                @if let Some(least) = agreement.minimum_order {
                                    div.quiet { "orders from " (format::number(least, agreement.currency.minor_digits())) " " (agreement.currency) " on" }
                                }
                            }
                            td {
                                @for one in &agreement.assortment.include { div { (selector(one)) } }
                                @if agreement.assortment.include.is_empty() { "all products" }
                                @for one in &agreement.assortment.exclude { div.quiet { "without " (selector(one)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn validity(agreement: &Agreement, now: Timestamp) -> Markup {
    if now < agreement.valid_from {
        badge(Tone::Info, "Not yet")
    } else if agreement.valid_until.is_some_and(|until| now >= until) {
        badge(Tone::Bad, "Over")
    } else {
        badge(Tone::Good, "Valid")
    }
}

fn selector(selector: &Selector) -> String {
    match selector {
        Selector::Category(path) => path.clone(),
        Selector::Brand(brand) => format!("brand {brand}"),
        Selector::Attribute(one) => attribute_text(one),
        Selector::Part(part) => format!("part {part}"),
        Selector::Parts(parts) => format!("a list of {} parts", parts.len()),
        Selector::All => "everything".to_owned(),
    }
}
