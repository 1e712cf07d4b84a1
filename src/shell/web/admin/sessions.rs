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
        store::{
            Scan,
            keys::{SessionByTimeKey, SessionKey},
        },
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
    /// Where the page before ended: microseconds and id.
    before: String,
}

pub(super) async fn list(
    State(admin): State<SharedAdmin>,
    Extension(login): Extension<Login>,
    Query(paging): Query<Paging>,
) -> Result<Html<String>, Trouble> {
    let app = &admin.app;
    let scan = Scan::<SessionByTimeKey>::table().limit(PAGE + 1);
    let scan = match behind(&paging.before) {
        Some(key) => scan.after(&key),
        None => scan,
    };
    let keys: Vec<_> = app.store.scan(scan).await?.into_iter().map(|(key, _)| key).collect();
    let more = keys.get(PAGE).and_then(|_| keys.get(PAGE - 1));
    let mut visits = Vec::with_capacity(keys.len());
    for key in keys.iter().take(PAGE) {
        visits.extend(app.store.get(&SessionKey { session: key.session }).await?.map(|row| row.value));
    }
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
        @if let Some(last) = more {
            nav.pages aria-label="Pages" {
                a.button href={ "/visits?before=" (last.at.as_microsecond()) "-" (last.session) } { "Older visits" }
            }
        }
    };
    Ok(frame::page(&admin, &login, Part::Visits, "Visits", &content))
}

fn behind(text: &str) -> Option<SessionByTimeKey> {
    let (at, session) = text.rsplit_once('-')?;
    let at = Timestamp::from_microsecond(at.parse().ok()?).ok()?;
    Some(SessionByTimeKey { at, session: SessionId::parse(session).ok()? })
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
