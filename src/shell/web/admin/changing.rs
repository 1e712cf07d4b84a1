//! What the pages of one connection share: which one the address names, and what a change of it leads to.

use axum::{
    extract::{Extension, FromRequestParts, Path},
    http::{StatusCode, request::Parts},
    response::{Html, IntoResponse, Redirect, Response},
};
use maud::{Markup, html};

use crate::{
    model::ids::ConnectionId,
    shell::{
        app::{App, AppError},
        onboarding::OnboardingError,
        web::look::{Tone, notice},
    },
};

use super::{SharedAdmin, Trouble, access::Login};

/// A request about one connection.
pub(super) struct Of {
    /// What the pages work on.
    pub(super) admin: SharedAdmin,
    /// Who asks.
    pub(super) login: Login,
    /// The connection that the address names.
    pub(super) id: ConnectionId,
}

impl FromRequestParts<SharedAdmin> for Of {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, admin: &SharedAdmin) -> Result<Self, Trouble> {
        const GONE: Trouble = Trouble::Gone("connection");
        let Path(id) = Path::<String>::from_request_parts(parts, admin).await.map_err(|_| GONE)?;
        let Extension(login) = Extension::from_request_parts(parts, admin).await.map_err(|_| GONE)?;
        Ok(Self { admin: admin.clone(), login, id: ConnectionId::parse(&id).map_err(|_| GONE)? })
    }
}

impl Of {
    /// Store, clock and the rest.
    pub(super) fn app(&self) -> &App {
        &self.admin.app
    }

    /// Address of a page below the connection's: `check`; empty: its own.
    pub(super) fn address(&self, below: &str) -> String {
        let slash = if below.is_empty() { "" } else { "/" };
        format!("/connections/{}{slash}{below}", self.id)
    }

    /// After a change: on to the page below, or that page again with what was wrong.
    pub(super) async fn settled<T>(
        &self,
        outcome: Result<T, OnboardingError>,
        below: &str,
        page: impl AsyncFnOnce(&Self, Option<Markup>) -> Result<Html<String>, Trouble>,
    ) -> Result<Response, Trouble> {
        match outcome {
            Ok(_) => Ok(Redirect::to(&self.address(below)).into_response()),
            Err(OnboardingError::Refused(problems)) => {
                let told = problems
                    .iter()
                    .map(|problem| format!("{}: {}", problem.field.replace('_', " "), problem.reason));
                self.refused(&told.collect::<Vec<_>>().join("; "), page).await
            }
            Err(OnboardingError::App(error)) => Err(Trouble::Broken(error)),
            Err(OnboardingError::Catalog(error)) => Err(Trouble::Broken(AppError::Broken(error.to_string()))),
        }
    }

    /// A page, above it why nothing was changed.
    pub(super) async fn refused(
        &self,
        reason: &str,
        page: impl AsyncFnOnce(&Self, Option<Markup>) -> Result<Html<String>, Trouble>,
    ) -> Result<Response, Trouble> {
        let message = notice(Tone::Bad, &html! { strong { "Nothing was changed. " } (reason) });
        Ok((StatusCode::UNPROCESSABLE_ENTITY, page(self, Some(message)).await?).into_response())
    }
}
