//! The operator's pages, on a listener of their own: what happened, what is set up, and health.
//!
//! Behind a password; forms carry a token; nothing of these pages may be framed. Secrets are never shown.

mod access;
mod ago;
mod agreements;
mod attachments;
mod catalog;
mod changing;
mod charges;
mod connection;
mod connection_check;
mod connection_form;
mod connections;
mod document;
mod explain;
mod findings;
mod form;
mod frame;
mod health;
mod order;
mod orders;
mod paper;
mod parties;
mod session;
mod sessions;
mod signatures;
mod transaction;
mod transactions;

use std::sync::Arc;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};

use crate::{
    model::limits,
    shell::app::{AppError, SharedApp},
};

use super::look::{Assets, assets, headers::session_page_headers};
use access::Access;

/// What the pages work on.
struct Admin {
    app: SharedApp,
    access: Access,
    assets: Assets,
}

type SharedAdmin = Arc<Admin>;

/// Everything on the operator's listener.
pub fn admin_router(app: SharedApp) -> Router {
    let admin = Arc::new(Admin { app, access: Access::default(), assets: Assets::new("") });
    let pages = Router::new()
        .route("/", get(transactions::list))
        .route("/documents/{id}", get(transaction::show))
        .route("/documents/{id}/attachments/{number}", get(attachments::download))
        .route("/documents/{id}/received", get(signatures::received))
        .route("/documents/{id}/sent", get(signatures::sent))
        .route("/visits", get(sessions::list))
        .route("/visits/{id}", get(session::show))
        .route("/orders", get(orders::list))
        .route("/order", get(order::show).post(order::settle))
        .route("/connections", get(connections::list))
        .route("/connections/new", get(connection_form::empty).post(connection_form::create))
        .route("/connections/{id}", get(connection::show))
        .route("/connections/{id}/check", get(connection_check::show))
        .route("/connections/{id}/map", post(connection_check::map))
        .route("/connections/{id}/charges", get(charges::show).post(charges::add))
        .route("/connections/{id}/charges/remove", post(charges::remove))
        .route("/connections/{id}/sheet", get(paper::show))
        .route("/connections/{id}/hosts", post(connection::allow_host))
        .route("/connections/{id}/state", post(connection::set_state))
        .route("/connections/{id}/signatures", post(signatures::set))
        .route("/buyers", get(parties::list).post(parties::create_buyer))
        .route("/catalog", get(agreements::list))
        .route("/catalog/{supplier}", get(catalog::show))
        .route("/catalog/{supplier}/undo", post(catalog::undo))
        .route("/catalog/{supplier}/{number}/publish", post(catalog::publish))
        .route("/catalog/{supplier}/{number}/schedule", post(catalog::schedule))
        .route("/catalog/{supplier}/{number}/drop", post(catalog::discard))
        .route("/logout", post(access::logout))
        .fallback(frame::not_found)
        .layer(middleware::from_fn_with_state(Arc::clone(&admin), access::guard));
    let open = Router::new().route("/login", get(access::login_page).post(access::login));
    // A file may be long: it is proven by itself, as it comes.
    let uploads = Router::new()
        .route("/catalog/{supplier}/import", post(catalog::import))
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn(protected));
    let quiet = Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .merge(assets::router());
    pages
        .merge(open)
        .layer(DefaultBodyLimit::max(limits::FORM_BYTES))
        .layer(middleware::from_fn(protected))
        .merge(quiet)
        .merge(uploads)
        .with_state(admin)
}

/// Headers of every page: nothing from elsewhere, no frame, no copy.
async fn protected(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().extend(session_page_headers(&[]));
    response
}

/// Why a page is not shown.
#[derive(Debug)]
enum Trouble {
    /// Nothing is there.
    Gone(&'static str),
    /// Something of ours failed; it is logged.
    Broken(AppError),
}

impl<E: Into<AppError>> From<E> for Trouble {
    fn from(error: E) -> Self {
        Self::Broken(error.into())
    }
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        match self {
            Self::Gone(what) => frame::gone(what),
            Self::Broken(error) => {
                tracing::error!(%error, "an operator page could not be made");
                frame::broken()
            }
        }
    }
}
