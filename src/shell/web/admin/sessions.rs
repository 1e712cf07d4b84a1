//! Visits, newest first.

use axum::{
    extract::{Extension, Query, State},
    response::Html,
};
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;

use crate::{
    flow::session::{Session, Stage},
    model::ids::SessionId,
    shell::{
        store::{Scan, keys::SessionKey},
        web::look::{Tone, badge},
    },
};

use super::{
    SharedAdmin, Trouble,
    access::Login,
    ago::ago,
    frame::{self, Part, connection_link, nothing, test_badge},
};

const PAGE: usize = 50;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Paging {
    /// The visit that the page before ended with.
    before: String,
}

pub(super) async fn list(
    State(admin): State<SharedAdmin>,
    Extension(login): Extension<Login>,
    Query(paging): Query<Paging>,
) -> Result<Html<String>, Trouble> {
    let app = &admin.app;
    let scan = Scan::<SessionKey>::table().limit(PAGE + 1);
    let scan = match SessionId::parse(&paging.before) {
        Ok(session) => scan.after(&SessionKey { session }),
        Err(_) => scan,
    };
    let mut visits: Vec<_> = app.store.scan(scan).await?.into_iter().map(|(_, row)| row.value).collect();
    let more = visits.len() > PAGE;
    visits.truncate(PAGE);
    let now = app.now();
    let content = html! {
        div.title { h1 { "Visits" } p.quiet { "From setup to return or expiry, newest first." } }
        @if visits.is_empty() {
            (nothing("No visit yet. It begins with a setup request or an OCI call that was taken."))
        } @else {
            div.sheet.rows {
                table {
                    thead { tr { th { "Opened" } th { "Buyer" } th { "Connection" } th { "Shopper" } th { "Stage" } } }
                    tbody { @for visit in &visits { (row(visit, now)) } }
                }
            }
        }
        @if let Some(last) = visits.last().filter(|_| more) {
            nav.pages aria-label="Pages" {
                a.button href={ "/visits?before=" (last.id) } { "Older visits" }
            }
        }
    };
    Ok(frame::page(&admin, &login, Part::Visits, "Visits", &content))
}

fn row(visit: &Session, now: Timestamp) -> Markup {
    html! {
        tr {
            td.when { a.main href={ "/visits/" (visit.id) } { (ago(visit.opened_at, now)) } div.quiet { (visit.purpose.operation.as_str()) } }
            td data-label="Buyer" { (visit.buyer) }
            td data-label="Connection" { (connection_link(&visit.connection)) }
            td { (shopper(visit)) }
            td { (stage_badge(visit, now)) " " (test_badge(visit.test)) }
        }
    }
}

/// The person, as far as the setup names one.
pub(super) fn shopper(visit: &Session) -> Markup {
    let user = &visit.purpose.user;
    html! {
        @match user.name.as_ref().or(user.email.as_ref()).or(user.key.as_ref()) {
            Some(name) => (name),
            None => span.quiet { "not named" },
        }
    }
}

/// How far it is.
pub(super) fn stage_badge(visit: &Session, now: Timestamp) -> Markup {
    match visit.stage {
        Stage::Returned { .. } => badge(Tone::Good, "Returned"),
        Stage::Cancelled => badge(Tone::Info, "Cancelled"),
        Stage::Shopping if now >= visit.expires_at => badge(Tone::Bad, "Expired"),
        Stage::Shopping if visit.first_used_at.is_none() => badge(Tone::Warning, "Not entered"),
        Stage::Shopping => badge(Tone::Info, "Shopping"),
    }
}
