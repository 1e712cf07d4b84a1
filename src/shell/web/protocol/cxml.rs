//! `POST /cxml`: HTTP 200 with a cXML Response, whatever is wrong with the document.

use axum::{
    extract::{Request, State},
    http::{StatusCode as HttpStatus, header},
    response::{IntoResponse, Response},
};

use crate::{
    flow::{
        authenticate::{self, Authenticated},
        setup::Reply,
    },
    model::{limits, profile::CxmlVersion},
    shell::{
        app::{App, AppError, SharedApp},
        records::Outcome,
        store::StoreError,
    },
    wire::{
        cxml::{
            Envelope, Refusal, Stamp, Status, StatusCode, answer, profile_answer, read_cards, read_envelope,
            read_order_request, read_setup_request, redact_text, secret_spans, setup_answer,
        },
        xml::{Document, Limits, ReadError, charset_parameter, lossy},
    },
};

use super::{
    body::{self, BodyError},
    exchange::Exchange,
};
use crate::shell::web::{depart::put_transaction, enter::Entered, peer::peer};

/// Version of answers to peers whose own is not known: the oldest.
const PLAIN_VERSION: &str = "1.2.014";

/// `GET /cxml`: people look at it with a browser.
pub(super) async fn greet() -> impl IntoResponse {
    "punchgate: this address takes cXML documents by POST.\n"
}

/// Takes one document.
pub(super) async fn receive(State(app): State<SharedApp>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let peer = peer(&app, &parts.headers, &parts.extensions);
    let charset = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let charset = charset.and_then(charset_parameter).map(str::to_owned);
    let answered = match body::read(body, limits::BODY_BYTES).await {
        Ok(octets) => answer_to(&app, octets, charset.as_deref(), peer).await,
        Err(error @ BodyError::TooLong(_)) => {
            refuse_unread(&app, StatusCode::DocumentSizeError, &error, peer)
        }
        Err(error) => {
            tracing::info!(%error, "a document did not arrive");
            return (HttpStatus::REQUEST_TIMEOUT, format!("{error}\n")).into_response();
        }
    };
    match answered {
        Ok(text) => xml(text),
        Err(error) => outage(&app, &error),
    }
}

fn xml(text: String) -> Response {
    ([(header::CONTENT_TYPE, "text/xml; charset=UTF-8"), (header::CACHE_CONTROL, "no-store")], text)
        .into_response()
}

/// Something of ours failed: the peer is told to try again, or that it is our fault.
fn outage(app: &App, error: &AppError) -> Response {
    let code = match error {
        AppError::Store(
            StoreError::Overloaded
            | StoreError::Full
            | StoreError::Stopped(_)
            | StoreError::Closed
            | StoreError::Conflict,
        ) => StatusCode::TemporaryServerError,
        _ => StatusCode::InternalServerError,
    };
    tracing::error!(%error, code = code.code(), "a document could not be handled");
    let status =
        Status { code, cause: "The gateway cannot take the document now. Please send it again.".to_owned() };
    match stamp(app) {
        Ok(stamp) => xml(answer(&status, &stamp, &plain_version())),
        Err(_) => HttpStatus::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn stamp(app: &App) -> Result<Stamp, AppError> {
    Ok(Stamp { payload_id: app.new_payload_id()?, at: app.now() })
}

#[expect(clippy::expect_used, reason = "a constant version of the right form")]
fn plain_version() -> CxmlVersion {
    CxmlVersion::parse(PLAIN_VERSION).expect("a version")
}

fn refuse_unread(
    app: &App,
    code: StatusCode,
    error: &BodyError,
    peer: Option<String>,
) -> Result<String, AppError> {
    let exchange = Exchange::begin(app, peer, "unread", 0)?;
    refuse(app, &exchange, &Refusal::open(code, error))
}

/// Refuses a stranger: the record stays in memory.
fn refuse(app: &App, exchange: &Exchange, refusal: &Refusal) -> Result<String, AppError> {
    let text = answer(&refusal.status, &stamp(app)?, &plain_version());
    exchange.refuse(app, outcome(refusal), &text);
    Ok(text)
}

fn outcome(refusal: &Refusal) -> Outcome {
    Outcome { code: refusal.status.code.code(), note: refusal.exact.clone() }
}

async fn answer_to(
    app: &App,
    octets: Vec<u8>,
    charset: Option<&str>,
    peer: Option<String>,
) -> Result<String, AppError> {
    let mut exchange = Exchange::begin(app, peer, "unreadable", octets.len())?;
    let bounds = Limits { bytes: limits::BODY_BYTES, ..Limits::default() };
    let document = match Document::read(octets.clone(), charset, &bounds) {
        Ok(document) => document,
        Err(error) => {
            exchange.document = excerpt(app, &error, &octets, charset);
            return refuse(app, &exchange, &error.into());
        }
    };
    exchange.document = document.redacted(&secret_spans(&document));
    let envelope = match read_envelope(&document) {
        Ok(envelope) => envelope,
        Err(refusal) => return refuse(app, &exchange, &refusal),
    };
    exchange.kind = envelope.request.name().to_owned();
    exchange.payload_id.clone_from(&envelope.payload_id);
    exchange.user_agent.clone_from(&envelope.user_agent);
    exchange.test = envelope.test;
    let facts = app.cxml_facts(&envelope.claim).await?;
    match authenticate::cxml(envelope, facts) {
        Ok(request) => dispatch(app, &exchange, request).await,
        Err(refused) => refuse(app, &exchange, &refused.into()),
    }
}

/// What may be kept of a body that is not XML: the line in question, its size, and a mark by which it is known again.
fn excerpt(app: &App, error: &ReadError, octets: &[u8], charset: Option<&str>) -> String {
    let text = redact_text(&lossy(octets, charset));
    let mark = app.vault.mark(octets);
    format!("{error}\n\n{}\n\n{} bytes, mark {mark}", error.excerpt(&text, 120), octets.len())
}

async fn dispatch(
    app: &App,
    exchange: &Exchange,
    request: Authenticated<Envelope<'_>>,
) -> Result<String, AppError> {
    match request.document.request.name() {
        "PunchOutSetupRequest" => setup(app, exchange, request).await,
        "OrderRequest" => {
            let version = request.parties.profile.cxml_version.clone();
            let cards = read_cards(&request.document);
            let order = request.try_map(|envelope| read_order_request(&envelope).map_err(Refusal::from));
            match order {
                Ok(order) => super::order::receive(app, exchange, &order, &cards).await,
                Err((parties, refusal)) => refuse_known(app, exchange, &parties, &refusal, &version).await,
            }
        }
        "ProfileRequest" => profile(app, exchange, &request).await,
        name => {
            let reason = format!("{name} is not taken here");
            let refusal = Refusal::open(StatusCode::NotImplemented, reason);
            let version = &request.parties.profile.cxml_version;
            refuse_known(app, exchange, &request.parties, &refusal, version).await
        }
    }
}

/// Refuses a proven sender: the record is kept like any other.
pub(super) async fn refuse_known(
    app: &App,
    exchange: &Exchange,
    parties: &authenticate::Parties,
    refusal: &Refusal,
    version: &CxmlVersion,
) -> Result<String, AppError> {
    let text = answer(&refusal.status, &stamp(app)?, version);
    let (mut changes, transaction) = exchange.changes(app, parties, outcome(refusal), &text, (None, None))?;
    put_transaction(&mut changes, &transaction);
    app.store.commit(changes).await?;
    Ok(text)
}

async fn profile(
    app: &App,
    exchange: &Exchange,
    request: &Authenticated<Envelope<'_>>,
) -> Result<String, AppError> {
    let version = &request.parties.profile.cxml_version;
    let text = profile_answer(&app.public_url.join("/cxml"), &stamp(app)?, version)?;
    let outcome = Outcome { code: 200, note: "told what is taken".to_owned() };
    let (mut changes, transaction) = exchange.changes(app, &request.parties, outcome, &text, (None, None))?;
    put_transaction(&mut changes, &transaction);
    app.store.commit(changes).await?;
    Ok(text)
}

async fn setup(
    app: &App,
    exchange: &Exchange,
    request: Authenticated<Envelope<'_>>,
) -> Result<String, AppError> {
    let version = request.parties.profile.cxml_version.clone();
    let request = match request.try_map(|envelope| read_setup_request(&envelope).map_err(Refusal::from)) {
        Ok(request) => request,
        Err((parties, refusal)) => return refuse_known(app, exchange, &parties, &refusal, &version).await,
    };
    // The copy that is kept names no link: whoever reads the record cannot enter the visit.
    let written = |reply: &Reply, start_page: &str| {
        let payload_id =
            reply.payload_id.clone().ok_or_else(|| AppError::Broken("an answer without an id".into()))?;
        let stamp = Stamp { payload_id, at: reply.at };
        let status = Status { code: StatusCode::Ok, cause: String::new() };
        Ok::<_, AppError>(setup_answer(&status, start_page, &stamp, &version)?)
    };
    let hidden = app.public_url.join("/start/********");
    let entered = app
        .enter(&request, |session, reply| {
            let kept = reply.map(|reply| written(reply, &hidden)).transpose()?.unwrap_or_default();
            let note = format!("{} opened a visit", request.document.purpose.operation.as_str());
            exchange.changes(app, &request.parties, Outcome { code: 200, note }, &kept, (session, None))
        })
        .await?;
    match entered {
        Entered::Answer(reply) => written(&reply, &app.start_page(reply.session)),
        Entered::Refused(refused) => {
            refuse_known(app, exchange, &request.parties, &refused.into(), &version).await
        }
    }
}
