//! All connections.

use axum::{
    extract::{Extension, State},
    response::Html,
};
use maud::html;

use crate::{
    model::party::Login as Proof,
    shell::store::{Scan, keys::ConnectionKey},
};

use super::{
    SharedAdmin, Trouble,
    access::Login,
    frame::{self, Part, connection_link, nothing, state_badge},
};

pub(super) async fn list(
    State(admin): State<SharedAdmin>,
    Extension(login): Extension<Login>,
) -> Result<Html<String>, Trouble> {
    let all = admin.app.store.scan(Scan::<ConnectionKey>::table()).await?;
    let content = html! {
        div.title {
            h1 { "Connections" }
            p.quiet { "One buyer over one protocol." }
            a.button.primary href="/connections/new" { "Create a connection" }
        }
        @if all.is_empty() {
            (nothing("No connection yet. It needs a supplier and a buyer first."))
        } @else {
            div.sheet.rows {
                table {
                    thead { tr { th { "Connection" } th { "Buyer" } th { "Platform" } th { "State" } th { "Proves itself by" } th { "Carts go to" } } }
                    tbody {
                        @for connection in all.iter().map(|(_, row)| &row.value) {
                            tr {
                                td { span.main { (connection_link(&connection.id)) } }
                                td { (connection.buyer) div.quiet { "of " (connection.supplier) } }
                                td data-label="Profile" { (connection.profile) }
                                td { (state_badge(connection.state)) }
                                td {
                                    @match &connection.login {
                                        Proof::Cxml { sender, from } => {
                                            "sender " (sender)
                                            @for identity in from { div.quiet { "for " (identity) } }
                                        }
                                        Proof::Oci { credentials } => {
                                            @for credential in credentials { div { (credential.name) } }
                                        }
                                    }
                                }
                                td {
                                    @for host in &connection.return_hosts { div { (host) } }
                                    @if connection.return_hosts.is_empty() { span.quiet { "any host, in test" } }
                                }
                            }
                        }
                    }
                }
            }
        }
    };
    Ok(frame::page(&admin, &login, Part::Connections, "Connections", &content))
}
