//! Suppliers and buyers; creating a buyer.

use axum::{
    Form,
    extract::{Extension, State},
    http::StatusCode,
    response::{Html, IntoResponse, Redirect, Response},
};
use maud::{Markup, html};

use crate::{
    model::{
        ids::{BuyerId, GroupId, SupplierId},
        party::{Buyer, Supplier},
    },
    shell::{
        app::AppError,
        onboarding::{self, OnboardingError},
        store::{
            Scan,
            keys::{BuyerKey, SupplierKey},
        },
    },
};

use super::{
    Admin, SharedAdmin, Trouble,
    access::Login,
    form::{Filled, Sent},
    frame::{self, Part, nothing, token},
};

const LABELS: [(&str, &str); 5] = [
    ("id", "Id"),
    ("supplier", "Supplier"),
    ("name", "Name"),
    ("groups", "Groups"),
    ("erp_customer", "ERP customer number"),
];

pub(super) async fn list(
    State(admin): State<SharedAdmin>,
    Extension(login): Extension<Login>,
) -> Result<Html<String>, Trouble> {
    page(&admin, &login, &Filled::default()).await
}

async fn page(admin: &Admin, login: &Login, filled: &Filled) -> Result<Html<String>, Trouble> {
    let suppliers = admin.app.store.scan(Scan::<SupplierKey>::table()).await?;
    let suppliers: Vec<Supplier> = suppliers.into_iter().map(|(_, row)| row.value).collect();
    let buyers = admin.app.store.scan(Scan::<BuyerKey>::table()).await?;
    let buyers: Vec<Buyer> = buyers.into_iter().map(|(_, row)| row.value).collect();
    let content = html! {
        div.title { h1 { "Buyers" } }
        (filled.summary(&LABELS))
        @if buyers.is_empty() { (nothing("No buyer yet.")) } @else { (buyer_table(&buyers)) }
        @if !suppliers.is_empty() { (form(login, filled, &suppliers)) }
        h2 { "Suppliers" }
        @if suppliers.is_empty() {
            (nothing("No supplier yet. Create one with: punchgate supplier create"))
        } @else { (supplier_table(&suppliers)) }
    };
    Ok(frame::page(admin, login, Part::Buyers, "Buyers", &content))
}

fn buyer_table(buyers: &[Buyer]) -> Markup {
    html! {
        div.sheet.rows {
            table {
                thead { tr { th { "Buyer" } th { "Supplier" } th { "Groups" } th { "ERP customer" } th { "Look at" } } }
                tbody {
                    @for buyer in buyers {
                        tr {
                            td { span.main { (buyer.name) } div.quiet { (buyer.id) } }
                            td data-label="Supplier" { (buyer.supplier) }
                            td data-label="Groups" { @for group in &buyer.groups { div { (group) } } }
                            td data-label="ERP number" { @if let Some(number) = &buyer.erp_customer { (number) } }
                            td {
                                a href={ "/" (frame::query(&[("buyer", buyer.id.as_str())])) } { "Documents" }
                                " · "
                                a href={ "/orders" (frame::query(&[("buyer", buyer.id.as_str())])) } { "Orders" }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn form(login: &Login, filled: &Filled, suppliers: &[Supplier]) -> Markup {
    let offered: Vec<_> =
        suppliers.iter().map(|supplier| (supplier.id.to_string(), supplier.name.clone())).collect();
    html! {
        form.fields method="post" action="/buyers" {
            (token(login))
            fieldset.sheet {
                legend { "Create a buyer" }
                (filled.line("id", "Id", "a-z, 0-9 and -, such as globex"))
                (filled.choice("supplier", "Supplier", "", &offered))
                (filled.line("name", "Name", "As pages show it"))
                (filled.area("groups", "Groups", "One a line; agreements may name them"))
                (filled.line("erp_customer", "ERP customer number", ""))
                div.actions { button.button.primary { "Create the buyer" } }
            }
        }
    }
}

fn supplier_table(suppliers: &[Supplier]) -> Markup {
    html! {
        div.sheet.rows {
            table {
                thead { tr { th { "Supplier" } th { "Identities" } th { "Currency" } th { "Contact" } th { "Prices hold" } } }
                tbody {
                    @for supplier in suppliers {
                        tr {
                            td { span.main { (supplier.name) } div.quiet { (supplier.id) } }
                            td.mono { @for identity in &supplier.identities { div { (identity) } } }
                            td data-label="Currency" { (supplier.currency) }
                            td { (supplier.contact.name) div.quiet { (supplier.contact.email) " " (supplier.contact.phone) } }
                            td data-label="Prices hold" { (supplier.price_lock_days) " days" }
                        }
                    }
                }
            }
        }
    }
}

pub(super) async fn create_buyer(
    State(admin): State<SharedAdmin>,
    Extension(login): Extension<Login>,
    Form(sent): Form<Sent>,
) -> Result<Response, Trouble> {
    let mut filled = Filled::new(sent);
    let (id, supplier) = (filled.read("id", BuyerId::parse), filled.read("supplier", SupplierId::parse));
    let groups = filled.read_lines("groups", GroupId::parse);
    let erp = Some(filled.text("erp_customer").to_owned()).filter(|number| !number.is_empty());
    let name = filled.text("name").to_owned();
    if let (Some(id), Some(supplier), true) = (id, supplier, filled.is_good()) {
        let buyer = Buyer { id, supplier, name, groups, erp_customer: erp };
        match onboarding::create_buyer(&admin.app, &buyer).await {
            Ok(()) => {
                tracing::info!(buyer.id = %buyer.id, "the operator created a buyer");
                return Ok(Redirect::to("/buyers").into_response());
            }
            Err(OnboardingError::Refused(problems)) => filled.refuse_all(problems),
            Err(OnboardingError::App(error)) => return Err(Trouble::Broken(error)),
            Err(OnboardingError::Catalog(error)) => {
                return Err(Trouble::Broken(AppError::Broken(error.to_string())));
            }
        }
    }
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&admin, &login, &filled).await?).into_response())
}
