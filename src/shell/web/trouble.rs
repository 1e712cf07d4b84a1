//! Pages for what goes wrong where no visit is known.

use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};

use crate::shell::app::App;

use super::{
    look::{Assets, headers},
    storefront,
};

/// A page that says what is wrong and what to do. It holds nobody's data and may be framed by anybody.
#[must_use]
pub fn plain(app: &App, status: StatusCode, title: &str, text: &str) -> Response {
    let page = storefront::plain_page(&Assets::new(app.public_url.prefix()), title, text);
    (status, headers::plain_page_headers(), Html(page.into_string())).into_response()
}

/// Something of ours failed.
#[must_use]
pub fn outage(app: &App) -> Response {
    plain(app, StatusCode::SERVICE_UNAVAILABLE, "The shop is busy", "Please try again in a moment.")
}
