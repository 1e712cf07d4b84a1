//! `GET` and `POST /oci/<connection>`: the browser itself arrives, its credentials vanish from the address at once.

use axum::{
    extract::{Path, Request, State},
    http::{StatusCode as HttpStatus, header},
    response::{IntoResponse, Response},
};

use crate::{
    flow::{
        authenticate::{self, NotAuthenticated, Parties},
        secret::Secret,
    },
    model::{ids::ConnectionId, limits},
    shell::{
        app::{App, AppError, SharedApp},
        records::Outcome,
        web::{depart::put_transaction, enter::Entered, peer::peer, trouble},
    },
    wire::oci::Call,
};

use super::{body, exchange::Exchange};

/// Takes one call.
pub(super) async fn receive(
    State(app): State<SharedApp>,
    Path(connection): Path<String>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let peer = peer(&app, &parts.headers, &parts.extensions);
    let query = parts.uri.query().unwrap_or_default().to_owned();
    let form = match body::read(body, limits::FORM_BYTES).await {
        Ok(octets) => String::from_utf8_lossy(&octets).into_owned(),
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
    form: &str,
    peer: Option<String>,
) -> Result<Response, AppError> {
    let mut exchange = Exchange::begin(app, peer, "OCI call", query.len() + form.len())?;
    let parties = match ConnectionId::parse(connection) {
        Ok(id) => app.parties(&id).await?,
        Err(_) => None,
    };
    let unencoded = parties.as_ref().is_some_and(|parties| parties.profile.hook_unencoded);
    let call = Call::read(query, form, unencoded);
    let expected = match &parties {
        Some(parties) => app.oci_credentials(&parties.connection)?,
        None => Vec::new(),
    };
    let names: Vec<&str> = expected.iter().map(|(name, _)| name.as_str()).collect();
    exchange.document = call.record(parties.is_some().then_some(&names));
    let presented = call.credentials(names.iter().copied());
    let secrets: Vec<Secret> = expected.iter().map(|(_, secret)| secret.clone()).collect();
    let facts = parties.map(|parties| (secrets, parties));
    let proven = match authenticate::oci(call, &presented, facts) {
        Ok(proven) => proven,
        Err(refused) => return Ok(stranger(app, &exchange, refused)),
    };
    let profile = proven.parties.profile.clone();
    let request = match proven.try_map(|call| call.setup(&names, &profile)) {
        Ok(request) => request,
        Err((parties, error)) => {
            return refuse_known(app, &exchange, &parties, HttpStatus::BAD_REQUEST, &error.to_string()).await;
        }
    };
    let entered = app
        .enter(&request, |session, _| {
            let outcome = Outcome { code: 303, note: "the call opened a visit".to_owned() };
            exchange.changes(app, &request.parties, outcome, "", (session, None))
        })
        .await?;
    match entered {
        Entered::Answer(reply) => {
            let headers = [
                (header::LOCATION, app.start_page(reply.session)),
                (header::CACHE_CONTROL, "no-store".into()),
            ];
            Ok((HttpStatus::SEE_OTHER, headers, [(header::REFERRER_POLICY, "no-referrer")]).into_response())
        }
        Entered::Refused(refused) => {
            refuse_known(app, &exchange, &request.parties, HttpStatus::FORBIDDEN, &refused.to_string()).await
        }
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
