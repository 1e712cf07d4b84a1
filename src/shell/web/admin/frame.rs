//! What stands around every operator page, and the small parts that many of them have.

use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use maud::{Markup, html};

use crate::{
    model::{
        ids::{BuyerId, ConnectionId, OrderId, SupplierId},
        party::ConnectionState,
    },
    shell::{
        records::Outcome,
        web::look::{Asset, Assets, Document, Icon, Tone, badge, icon, notice},
    },
};

use super::{Admin, access::Login};

/// Where a page belongs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Part {
    Documents,
    Visits,
    Orders,
    Connections,
    Buyers,
    Catalog,
}

const PARTS: [(Part, &str, &str); 6] = [
    (Part::Documents, "/", "Documents"),
    (Part::Visits, "/visits", "Visits"),
    (Part::Orders, "/orders", "Orders"),
    (Part::Connections, "/connections", "Connections"),
    (Part::Buyers, "/buyers", "Buyers"),
    (Part::Catalog, "/catalog", "Catalog and prices"),
];

/// A page of the operator's.
pub(super) fn page(admin: &Admin, login: &Login, part: Part, title: &str, content: &Markup) -> Html<String> {
    let whole = html! {
        header.top {
            div.bar {
                a.brand href="/" { span.mark { "pg" } span { "punchgate" } }
                nav.parts aria-label="Parts" {
                    ul {
                        @for (own, href, name) in PARTS {
                            li { a href=(href) aria-current=[(own == part).then_some("page")] { (name) } }
                        }
                    }
                }
                form.leave method="post" action="/logout" {
                    (token(login))
                    button.button.plain { "Log out" }
                }
            }
        }
        main id="main" { (content) }
        footer.bottom { p.quiet { (admin.app.public_url.join("")) } p.quiet { "punchgate " (env!("CARGO_PKG_VERSION")) } }
    };
    Html(document(&admin.assets, &format!("{title} · punchgate"), &whole))
}

fn document(assets: &Assets, title: &str, content: &Markup) -> String {
    let document = Document { styles: &[Asset::Admin], ..Document::new(assets, title) };
    document.render(content).into_string()
}

/// The hidden field that proves a form to be ours.
pub(super) fn token(login: &Login) -> Markup {
    html! { input type="hidden" name="token" value=(login.token); }
}

/// The page that asks for the password.
pub(super) fn login(assets: &Assets, to: &str, message: Option<Markup>, status: StatusCode) -> Response {
    let content = html! {
        main.narrow id="main" {
            div.brand { span.mark { "pg" } span { "punchgate" } }
            form.sheet.login method="post" action="/login" {
                h1 { "Operator pages" }
                @if let Some(message) = message { (message) }
                input type="hidden" name="to" value=(to);
                // Tells password managers whose password it is.
                input type="hidden" name="username" value="operator" autocomplete="username";
                label for="password" { "Password" }
                input id="password" name="password" type="password" autocomplete="current-password" required autofocus;
                button.button.primary.big { "Log in" }
            }
        }
    };
    (status, Html(document(assets, "Log in · punchgate", &content))).into_response()
}

fn plain(status: StatusCode, title: &str, text: &str, next: (&str, &str)) -> Response {
    let content = html! {
        main.narrow id="main" {
            div.brand { span.mark { "pg" } span { "punchgate" } }
            div.sheet.login {
                h1 { (title) }
                p { (text) }
                a.button href=(next.0) { (next.1) }
            }
        }
    };
    (status, Html(document(&Assets::new(""), &format!("{title} · punchgate"), &content))).into_response()
}

pub(super) async fn not_found() -> Response {
    gone("page")
}

/// Nothing is there.
pub(super) fn gone(what: &str) -> Response {
    let text = format!("There is no such {what}. It may have been removed, or the address is incomplete.");
    plain(StatusCode::NOT_FOUND, "Not found", &text, ("/", "All documents"))
}

/// Something of ours failed.
pub(super) fn broken() -> Response {
    let text = "The page could not be made. The log says why.";
    plain(StatusCode::INTERNAL_SERVER_ERROR, "Something failed", text, ("/", "All documents"))
}

/// A form without the token of this login.
pub(super) fn stale_form() -> Response {
    let text = "The form is from another login or another site, so nothing was changed. Open the page again.";
    plain(StatusCode::FORBIDDEN, "Nothing was changed", text, ("/", "All documents"))
}

/// Marks what does not count.
pub(super) fn test_badge(test: bool) -> Markup {
    html! { @if test { (badge(Tone::Warning, "Test")) } }
}

/// State of a connection.
pub(super) fn state_badge(state: ConnectionState) -> Markup {
    match state {
        ConnectionState::Test => badge(Tone::Warning, "Test"),
        ConnectionState::Live => badge(Tone::Good, "Live"),
    }
}

/// Says on a whole page that what it shows does not count.
pub(super) fn test_notice(test: bool) -> Markup {
    html! {
        @if test {
            (notice(Tone::Warning, &html! { strong { "Test. " } "Nothing on this page counts: it reaches no ERP and no report." }))
        }
    }
}

/// An outcome: its code and a word.
pub(super) fn outcome_badge(outcome: &Outcome) -> Markup {
    let (tone, word) = match outcome.code {
        0..400 => (Tone::Good, "accepted"),
        400..500 => (Tone::Bad, "refused"),
        _ => (Tone::Bad, "failed"),
    };
    html! { span.badge.(tone.class()) { (outcome.code) " " (word) } }
}

/// Small print beside a title: where the page is.
pub(super) fn crumbs(path: &[(&str, &str)]) -> Markup {
    html! {
        nav.crumbs aria-label="You are here" { ol { @for (href, name) in path { li { a href=(href) { (name) } } } } }
    }
}

/// Nothing to list.
pub(super) fn nothing(text: &str) -> Markup {
    html! { div.sheet.nothing { (icon(Icon::Info)) p { (text) } } }
}

/// Where an order is. Its number may be any text, so it is no part of the path.
pub(super) fn order_path(supplier: &SupplierId, buyer: &BuyerId, order: &OrderId) -> String {
    let named = [("supplier", supplier.as_str()), ("buyer", buyer.as_str()), ("order", order.as_str())];
    format!("/order{}", query(&named))
}

pub(super) fn connection_link(connection: &ConnectionId) -> Markup {
    html! { a href={ "/connections/" (connection) } { (connection) } }
}

/// Query of an address, from names and values; empty values are left out.
pub(super) fn query(pairs: &[(&str, &str)]) -> String {
    let filled = pairs.iter().filter(|(_, value)| !value.is_empty());
    let text = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(filled).finish();
    if text.is_empty() { text } else { format!("?{text}") }
}
