//! The sheet for the buyer's administrator: to be printed or sent.

use axum::{
    extract::{Extension, Path, State},
    response::Html,
};
use maud::{Markup, html};

use crate::{
    model::{ids::ConnectionId, party::ConnectionState},
    shell::onboarding::{self, Call, SECRET_PLACE, Sheet},
};

use super::{
    SharedAdmin, Trouble,
    access::Login,
    document::{self, View},
    frame::{self, Part, crumbs, state_badge},
};

pub(super) async fn show(
    State(admin): State<SharedAdmin>,
    Extension(login): Extension<Login>,
    Path(id): Path<String>,
) -> Result<Html<String>, Trouble> {
    let id = ConnectionId::parse(&id).map_err(|_| Trouble::Gone("connection"))?;
    let sheet = onboarding::sheet(&admin.app, &id).await?.ok_or(Trouble::Gone("connection"))?;
    let back = format!("/connections/{id}");
    let content = html! {
        (crumbs(&[("/connections", "Connections"), (&back, id.as_str())]))
        article.sheet.paper { (paper(&sheet)) }
        p.quiet.screen { "Print this page, or copy it into a message. The shared secret is not on it: send it another way." }
    };
    Ok(frame::page(&admin, &login, Part::Connections, &format!("Sheet of {id}"), &content))
}

fn paper(sheet: &Sheet) -> Markup {
    let (supplier, buyer, connection) =
        (&sheet.parties.supplier, &sheet.parties.buyer, &sheet.parties.connection);
    html! {
        header.title { h1 { "Punchout to " (supplier.name) } (state_badge(connection.state)) }
        p { "For " (buyer.name) ", platform " (sheet.parties.profile.title) "." }
        @if connection.state == ConnectionState::Test {
            p { "The connection is in test: orders over it are not delivered." }
        }
        @match &sheet.call {
            Call::Cxml { address, from, to, sender, request } => {
                h2 { "Addresses" }
                dl.facts {
                    dt { "Punchout setup" } dd.mono { (address) }
                    dt { "Orders" } dd.mono { (address) }
                }
                h2 { "Names in the Header" }
                dl.facts {
                    dt { "To" } dd { @for identity in to { div.mono { (identity.domain) " / " (identity.identity) } } }
                    dt { "From" } dd { @for identity in from { div.mono { (identity.domain) " / " (identity.identity) } } }
                    dt { "Sender" } dd.mono { (sender.domain) " / " (sender.identity) }
                    dt { "SharedSecret" } dd { "as agreed" }
                }
                h2 { "A setup request to try with" }
                p { "Put the shared secret in the place of " code { (SECRET_PLACE) } "." }
                (document::show(request, View::Received, None))
            }
            Call::Oci { address, parameters, example } => {
                h2 { "Catalog address" }
                dl.facts {
                    dt { "URL" } dd.mono { (address) }
                    @for name in parameters { dt { "Parameter" } dd.mono { (name) } }
                    dt { "Parameter" } dd.mono { "HOOK_URL" }
                }
                p { "By GET or POST; the values of the parameters are sent another way." }
                h2 { "A call to try with" }
                pre.excerpt tabindex="0" { (example) }
            }
        }
        h2 { "Hosts" }
        p {
            @if connection.return_hosts.is_empty() { "Tell us to which hosts carts go, and which hosts frame the shop." }
            @else {
                "Carts are sent to "
                @for (place, host) in connection.return_hosts.iter().enumerate() { @if place > 0 { ", " } span.mono { (host) } }
                ". Tell us when others come to be used."
            }
        }
        @let contact = &supplier.contact;
        @if !(contact.name.is_empty() && contact.email.is_empty() && contact.phone.is_empty()) {
            h2 { "Contact" }
            p {
                @for part in [&contact.name, &contact.email, &contact.phone].into_iter().filter(|part| !part.is_empty()) {
                    (part) br;
                }
            }
        }
    }
}
