//! The operator's pages, on a listener of their own.

use axum::Router;

use crate::shell::app::SharedApp;

/// Everything on the operator's listener.
pub fn admin_router(app: SharedApp) -> Router {
    let _ = app;
    Router::new()
}
