//! `GET` and `POST /oci/<connection>`: the browser itself arrives, its credentials vanish from the address at once.
//!
//! Shopping, `DETAIL` and `SOURCING` lead into a visit by a redirect; `VALIDATE`, `BACKGROUND_SEARCH` and `DOWNLOADJSON`
//! are answered on the called address, for it may be a program that calls.

mod catalog;
mod offer;
mod page;

use axum::{
    extract::{Path, Request, State},
    http::{HeaderMap, StatusCode as HttpStatus, header},
    response::{IntoResponse, Response},
};

use crate::{
    flow::{
        authenticate::{self, Authenticated, NotAuthenticated, Parties},
        secret::Secret,
        setup::SetupRequest,
    },
    model::{ids::ConnectionId, limits},
    shell::{
        app::{App, AppError, SharedApp},
        records::Outcome,
        web::{depart::put_transaction, enter::Entered, peer::peer, trouble},
    },
    wire::oci::{Call, Function, Habits},
};

use super::{body, exchange::Exchange};

/// Takes one call.
pub(in crate::shell::web::protocol) async fn receive(
    State(app): State<SharedApp>,
    Path(connection): Path<String>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let peer = peer(&app, &parts.headers, &parts.extensions);
    let query = parts.uri.query().unwrap_or_default().to_owned();
    let form = match body::read(body, limits::FORM_BYTES).await {
        Ok(octets) => octets,
        Err(error) => {
            return trouble::plain(
                &app,
                HttpStatus::BAD_REQUEST,
                "The call could not be read",
                &error.to_string(),
            );
        }
    };
    match call(&app, &connection, &query, &form, peer).await {
        Ok(response) => response,
        Err(error) => {
            tracing::error!(%error, "an OCI call could not be handled");
            trouble::outage(&app)
        }
    }
}

async fn call(
    app: &App,
    connection: &str,
    query: &str,
    form: &[u8],
    peer: Option<String>,
) -> Result<Response, AppError> {
    let mut exchange = Exchange::begin(app, peer, "OCI call", query.len() + form.len())?;
    let parties = match ConnectionId::parse(connection) {
        Ok(id) => app.parties(&id).await?,
        Err(_) => None,
    };
    let expected = match &parties {
        Some(parties) => app.oci_credentials(&parties.connection)?,
        None => Vec::new(),
    };
    let names: Vec<&str> = expected.iter().map(|(name, _)| name.as_str()).collect();
    let profile = parties.as_ref().map(|parties| parties.profile.clone());
    let habits = profile.as_ref().map_or_else(Habits::default, |profile| Habits {
        secret_names: &names,
        hook_unencoded: profile.hook_unencoded,
        hook_parameter: &profile.hook_parameter,
    });
    let call = Call::read(query, form, habits);
    exchange.document = call.record(parties.is_some().then_some(&names));
    let presented = call.credentials(names.iter().copied());
    let secrets: Vec<Secret> = expected.iter().map(|(_, secret)| secret.clone()).collect();
    let facts = parties.map(|parties| (secrets, parties));
    let (function, notes) = (call.function(), call.notes());
    let proven = match authenticate::oci(call, &presented, facts) {
        Ok(proven) => proven,
        Err(refused) => return Ok(stranger(app, &exchange, refused)),
    };
    let own = proven.parties.profile.clone();
    let request = match proven.try_map(|call| call.setup(habits, &own)) {
        Ok(request) => request,
        Err((parties, error)) => {
            return refuse_known(app, &exchange, &parties, HttpStatus::BAD_REQUEST, &error.to_string()).await;
        }
    };
    let asked = Asked { app, exchange, request, notes };
    match function {
        Function::Validate { product, quantity } => offer::validate(asked, &product, quantity).await,
        Function::BackgroundSearch { words, vendor } => offer::search(asked, &words, vendor.as_deref()).await,
        Function::DownloadJson(page) => catalog::download(asked, page).await,
        Function::Shop | Function::Detail { .. } | Function::Sourcing { .. } | Function::Unknown(_) => {
            visit(asked).await
        }
    }
}

/// A proven call on its way to an answer.
struct Asked<'a> {
    app: &'a App,
    exchange: Exchange,
    request: Authenticated<SetupRequest>,
    /// What the operator should know about it.
    notes: Vec<String>,
}

impl Asked<'_> {
    /// How it went, with all that the operator should know.
    fn outcome(&self, code: u16, note: impl Into<String>) -> Outcome {
        let notes = std::iter::once(note.into()).chain(self.notes.iter().cloned());
        Outcome { code, note: notes.collect::<Vec<_>>().join("; ") }
    }

    async fn refuse(&self, reason: &str) -> Result<Response, AppError> {
        refuse_known(self.app, &self.exchange, &self.request.parties, HttpStatus::FORBIDDEN, reason).await
    }
}

/// A visit, behind a redirect that leaves no credential in the address. Its `Referer` is the page that called, of which
/// only the origin is told: a shop in a frame learns its frame from it.
async fn visit(asked: Asked<'_>) -> Result<Response, AppError> {
    let Asked { app, exchange, request, .. } = &asked;
    let entered = app
        .enter(request, |reply, _| {
            let outcome = asked.outcome(303, "the call opened a visit");
            exchange.changes(app, &request.parties, outcome, "", (Some(reply.session), None))
        })
        .await?;
    match entered {
        Entered::Answer(reply) => {
            let headers = [
                (header::LOCATION, app.start_page(reply.session)),
                (header::CACHE_CONTROL, "no-store".into()),
            ];
            Ok((HttpStatus::SEE_OTHER, headers, [(header::REFERRER_POLICY, "strict-origin")]).into_response())
        }
        Entered::Refused(refused) => asked.refuse(&refused.to_string()).await,
    }
}

/// One text for an unknown connection and a wrong password.
fn stranger(app: &App, exchange: &Exchange, refused: NotAuthenticated) -> Response {
    exchange.refuse(app, Outcome { code: 401, note: refused.to_string() }, "");
    trouble::plain(
        app,
        HttpStatus::FORBIDDEN,
        "The shop did not accept the sign-in",
        "User name or password of this catalog call are not right. Please tell whoever looks after the catalog settings in your procurement system.",
    )
}

async fn refuse_known(
    app: &App,
    exchange: &Exchange,
    parties: &Parties,
    status: HttpStatus,
    reason: &str,
) -> Result<Response, AppError> {
    let outcome = Outcome { code: status.as_u16(), note: reason.to_owned() };
    let (mut changes, transaction) = exchange.changes(app, parties, outcome, "", (None, None))?;
    put_transaction(&mut changes, &transaction);
    app.store.commit(changes).await?;
    Ok(trouble::plain(app, status, "The catalog could not be opened", reason))
}

/// Bytes with the headers of a page that may be posted from.
fn answered(headers: HeaderMap, bytes: Vec<u8>) -> Response {
    (headers, bytes).into_response()
}
