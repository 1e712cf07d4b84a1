//! The endpoints that other systems call: `/cxml`, `/oci/<connection>`.

mod body;
mod catalog_upload;
mod cxml;
mod exchange;
mod oci;
mod order;
mod signatures;

use axum::{
    Router,
    routing::{get, post},
};

use crate::shell::app::SharedApp;

/// The routes.
pub fn router() -> Router<SharedApp> {
    Router::new()
        .route("/cxml", post(cxml::receive).get(cxml::greet))
        .route("/oci/{connection}", get(oci::receive).post(oci::receive))
}
