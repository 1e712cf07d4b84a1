//! For machines: alive, ready, metrics.

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::shell::{store::keys::OperatorKey, telemetry};

use super::SharedAdmin;

/// The process answers.
pub(super) async fn alive() -> &'static str {
    "ok\n"
}

/// The store can be read: requests can be served.
pub(super) async fn ready(State(admin): State<SharedAdmin>) -> Response {
    match admin.app.store.get(&OperatorKey {}).await {
        Ok(_) => "ready\n".into_response(),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the store cannot be used\n").into_response(),
    }
}

/// Metrics in the text format of Prometheus.
pub(super) async fn metrics() -> Response {
    match telemetry::metrics() {
        Some(handle) => {
            handle.run_upkeep();
            ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], handle.render())
                .into_response()
        }
        None => (StatusCode::SERVICE_UNAVAILABLE, "metrics are not recorded\n").into_response(),
    }
}
