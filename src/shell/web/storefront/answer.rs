//! Answers: a page with the headers of its visit, a redirect, or a page that says why there is none.

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use maud::Markup;

use crate::{
    flow::session::VisitRefused,
    shell::{
        app::{App, AppError},
        store::StoreError,
        web::{
            look::{Assets, headers},
            visit::{Visit, VisitError},
        },
    },
};

use super::trouble::{self, Trouble};

/// An answer that ends a request early.
pub(super) struct Stop(Box<Response>);

impl IntoResponse for Stop {
    fn into_response(self) -> Response {
        *self.0
    }
}

impl From<Response> for Stop {
    fn from(response: Response) -> Self {
        Self(Box::new(response))
    }
}

/// What a handler answers.
pub(super) type Answer = Result<Response, Stop>;

/// A page of a visit.
pub(super) fn page(visit: &Visit, status: StatusCode, markup: Markup) -> Response {
    with(status, headers_of(visit), markup)
}

/// Headers of the pages of a visit.
pub(super) fn headers_of(visit: &Visit) -> HeaderMap {
    headers::session_page_headers(&visit.frame_ancestors())
}

/// To another page, by GET.
pub(super) fn see_other(address: &str) -> Response {
    let Ok(location) = HeaderValue::from_str(address) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let no_store = HeaderValue::from_static("no-store");
    (StatusCode::SEE_OTHER, [(header::LOCATION, location), (header::CACHE_CONTROL, no_store)]).into_response()
}

/// A page outside of any visit.
///
/// The one place where failures of the storefront are logged.
pub(super) fn stop(app: &App, error: VisitError) -> Stop {
    let assets = Assets::new(app.public_url.prefix());
    let alone = |trouble: Trouble| {
        let page = trouble::alone(&assets, None, None, trouble);
        with(trouble.status(), headers::plain_page_headers(), page)
    };
    match error {
        VisitError::Unknown => alone(Trouble::NotFound),
        VisitError::Refused(refused) => {
            let trouble = Trouble::from(refused.reason);
            let page = trouble::alone(&assets, Some(&refused.supplier), None, trouble);
            with(trouble.status(), headers::session_page_headers(&refused.frame_ancestors), page)
        }
        VisitError::Change(_) | VisitError::Return(_) | VisitError::Form(_) => alone(Trouble::CartChanged),
        VisitError::Failed(error) => alone(failure(&error)),
    }
    .into()
}

/// Says what kind of failure it is, after writing it down.
pub(super) fn failure(error: &AppError) -> Trouble {
    match error {
        AppError::Store(StoreError::Overloaded | StoreError::Full | StoreError::Conflict) => {
            tracing::warn!(%error, "a page of a visit waits for the store");
            Trouble::Overloaded
        }
        error => {
            tracing::error!(%error, "a page of a visit failed");
            Trouble::Failed
        }
    }
}

/// Whether a change was refused because the visit is read-only.
pub(super) fn is_read_only(error: &VisitError) -> bool {
    matches!(error, VisitError::Refused(refused) if refused.reason == VisitRefused::ReadOnly)
}

/// A page with these headers.
pub(super) fn with(status: StatusCode, headers: HeaderMap, markup: Markup) -> Response {
    let mut response = (status, headers, Html(markup.into_string())).into_response();
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    }
    response
}
