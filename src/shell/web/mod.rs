//! HTTP: the protocol endpoints, the storefront, the operator's pages.

pub mod admin;
pub mod depart;
pub mod enter;
pub mod look;
pub mod peer;
pub mod protocol;
pub mod start;
pub mod storefront;
pub mod trouble;
pub mod visit;

use axum::Router;

use super::app::SharedApp;

/// Everything that buyers' systems and shoppers reach, below the path prefix of the public address.
pub fn public_router(app: SharedApp) -> Router {
    let prefix = app.public_url.prefix().to_owned();
    let shop = storefront::router(app.clone());
    let routes = Router::new().merge(protocol::router()).merge(start::router()).with_state(app).merge(shop);
    if prefix.is_empty() { routes } else { Router::new().nest(&prefix, routes) }
}
