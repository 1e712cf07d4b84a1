//! Pages for what goes wrong where no visit is known.

use axum::{
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use maud::{DOCTYPE, html};

/// A page that says what is wrong and what to do.
#[must_use]
pub fn plain(status: StatusCode, title: &str, text: &str) -> Response {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                title { (title) }
            }
            body { h1 { (title) } p { (text) } }
        }
    };
    (status, [(header::CACHE_CONTROL, "no-store")], Html(page.into_string())).into_response()
}

/// Something of ours failed.
#[must_use]
pub fn outage() -> Response {
    plain(StatusCode::SERVICE_UNAVAILABLE, "The shop is busy", "Please try again in a moment.")
}
