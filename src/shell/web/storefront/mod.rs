//! The shop as its visitors see it. Everything is a link or a form; scripts only make it quicker.
//!
//! Views are functions from what a visit sees to markup; they load nothing and decide nothing. [`Links`](address::Links)
//! builds every address, [`Frame`](frame::Frame) stands around every page of a visit, and the same row and the same order
//! form serve every list.

mod address;
mod answer;
mod cart;
mod forms;
mod frame;
mod home;
mod leave;
mod narrow;
mod overview;
mod pages;
mod product;
mod product_details;
mod products;
mod review;
mod row;
mod scene;
mod suggest;
mod trouble;
mod typed;
mod words;

#[cfg(test)]
mod gallery;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use maud::{Markup, html};
use tower_http::compression::{CompressionLayer, CompressionLevel};

use crate::{
    model::limits,
    shell::app::{App, SharedApp},
};

use super::{
    look::{Assets, assets, format},
    visit::VisitError,
};

/// The routes: pages of visits below `/s/<capability>/`, and the files that pages need.
pub fn router(app: SharedApp) -> Router {
    let visit = Router::new()
        .route("/", get(pages::home))
        .route("/products", get(pages::products))
        .route("/suggest", get(suggest::suggest))
        .route("/product", get(pages::product))
        .route("/item", get(pages::item))
        .route("/picture", get(pages::picture))
        .route("/cart", get(pages::cart).post(forms::update))
        .route("/cart/add", post(forms::add))
        .route("/review", get(pages::review))
        .route("/transfer", post(forms::transfer))
        .route("/return/{revision}", get(pages::returned))
        .route("/cancel", post(forms::cancel))
        .route("/cancelled", get(pages::cancelled))
        .route("/{*rest}", get(pages::nothing))
        .method_not_allowed_fallback(pages::wrong_method);
    Router::new()
        .route("/s/{capability}", get(pages::slash))
        .nest("/s/{capability}/", visit)
        .with_state(scene::Stage { app, overviews: std::sync::Arc::default() })
        .merge(assets::router())
        .layer(DefaultBodyLimit::max(limits::FORM_BYTES))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
}

pub(super) use leave::{encode, label, method};
pub(super) use overview::blocking;

/// The page that says why a visit is not entered.
pub(super) fn refuse(app: &App, error: VisitError) -> Response {
    answer::stop(app, error).into_response()
}

/// A calm page with a title and a sentence, and nobody's data.
pub(super) fn plain_page(assets: &Assets, title: &str, text: &str) -> Markup {
    let content = html! { h1 { (title) } p.lead { (format::Data(text)) } };
    leave::alone(assets, None, title, &content)
}
