//! `POST /cxml`: HTTP 200 with a cXML Response, whatever is wrong with the document.

use axum::{
    body::HttpBody as _,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, StatusCode as HttpStatus, header},
    response::{IntoResponse, Response},
};

use crate::{
    flow::{
        authenticate::{self, Authenticated},
        setup::Reply,
    },
    model::{
        limits,
        profile::{CxmlVersion, Profile},
    },
    shell::{
        app::{App, AppError, SharedApp},
        records::{Outcome, cut},
        store::StoreError,
    },
    wire::{
        cxml::{
            Accepted, Envelope, Paper, Refusal, Stamp, Status, StatusCode, answer, profile_answer,
            read_cards, read_element, read_envelope, read_order_request, read_setup_request, redact_text,
            secret_spans, setup_answer,
        },
        grammar::cxml,
        transport::{self, Package, TransportError},
        xml::{Document, Limits, ReadError, lossy},
    },
};

use super::{
    body::{self, BodyError},
    exchange::{Answer, Exchange},
    signatures,
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
    let text = |name: HeaderName| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let packing = Packing { media_type: text(header::CONTENT_TYPE), coding: text(header::CONTENT_ENCODING) };
    let most = packing.most();
    // Whoever asks before it sends is told at once; everybody else is heard out.
    let octets = if asks_first(&parts.headers) && body.size_hint().lower() > wide(most) {
        Err(BodyError::TooLong(most))
    } else {
        body::read(body, most).await
    };
    let answered = match octets {
        Ok(octets) => answer_to(&app, octets, packing, peer).await,
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

/// How a body is packed, as its headers say.
#[derive(Clone, Copy)]
struct Packing<'a> {
    media_type: Option<&'a str>,
    coding: Option<&'a str>,
}

impl Packing<'_> {
    /// Most bytes of the body, packed and unpacked.
    fn most(self) -> usize {
        let family = self.media_type.and_then(|text| text.trim_start().get(..10));
        match family {
            Some(family) if family.eq_ignore_ascii_case("multipart/") => limits::PACKAGE_BYTES,
            _ => limits::BODY_BYTES,
        }
    }

    /// What is kept of a body that cannot be opened.
    fn told(self, error: &TransportError) -> String {
        let header = |value: Option<&str>| value.map_or_else(|| "none".to_owned(), |value| cut(value, 200));
        let (kind, packing) = (header(self.media_type), header(self.coding));
        format!("{error}\n\nContent-Type: {kind}\nContent-Encoding: {packing}")
    }
}

/// `Expect: 100-continue`: the body comes once it is asked for, which reading it does.
fn asks_first(headers: &HeaderMap) -> bool {
    headers
        .get(header::EXPECT)
        .is_some_and(|expected| expected.as_bytes().eq_ignore_ascii_case(b"100-continue"))
}

fn wide(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
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
    packing: Packing<'_>,
    peer: Option<String>,
) -> Result<String, AppError> {
    let mut exchange = Exchange::begin(app, peer, "unreadable", octets.len())?;
    let bounds = transport::Bounds { bytes: packing.most(), parts: limits::PARTS, ..Default::default() };
    let opened = transport::open(octets, packing.media_type, packing.coding, &bounds);
    let Package { document: octets, charset, parts } = match opened {
        Ok(package) => package,
        Err(error) => {
            exchange.document = packing.told(&error);
            return refuse(app, &exchange, &error.into());
        }
    };
    exchange.parts = parts;
    let charset = charset.as_deref();
    let bounds = Limits { bytes: limits::BODY_BYTES, ..Limits::default() };
    let document = match Document::read(octets.clone(), charset, &bounds) {
        Ok(document) => document,
        Err(error) => {
            exchange.document = excerpt(app, &error, &octets, charset);
            return refuse(app, &exchange, &error.into());
        }
    };
    drop(octets);
    exchange.judge(&document);
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
        Ok(request) => Box::pin(admit(app, &mut exchange, request)).await,
        Err(refused) => refuse(app, &exchange, &refused.into()),
    }
}

/// Takes a document of a proven sender: its signatures are judged, then what stands in its way; its answer leaves signed where the
/// connection says so.
async fn admit(
    app: &App,
    exchange: &mut Exchange,
    request: Authenticated<Envelope<'_>>,
) -> Result<String, AppError> {
    exchange.signatory = app.signatory(&request.parties).await?;
    exchange.signing.signed_by = exchange.signatory.as_ref().map(|signatory| signatory.subject().to_owned());
    let version = request.parties.profile.cxml_version.clone();
    let document = request.document.wrapper.document();
    match signatures::accept(app, exchange, request)? {
        Ok(request) => match obstacle(exchange, document, &request.parties.profile) {
            None => dispatch(app, exchange, request).await,
            Some(refusal) => refuse_known(app, exchange, &request.parties, &refusal, &version).await,
        },
        Err((parties, refused)) => {
            let refusal = Refusal::open(StatusCode::from(&refused), &refused);
            refuse_known(app, exchange, &parties, &refusal, &version).await
        }
    }
}

/// What stands in the way of any document of a proven sender: attachments that are not there, or findings where the
/// connection is strict.
fn obstacle(exchange: &Exchange, document: &Document, profile: &Profile) -> Option<Refusal> {
    if let Err(error) = transport::attachments(document, &exchange.parts) {
        return Some(error.into());
    }
    let first = exchange.findings.first.first().filter(|first| profile.strict && first.error)?;
    let more = match exchange.findings.errors {
        0 | 1 => String::new(),
        errors => format!("; {} more", errors - 1),
    };
    let (line, column, code) = (first.line, first.column, &first.code);
    let reason = format!("line {line}, column {column}: {} ({code}){more}", first.message);
    Some(Refusal::open(StatusCode::NotAcceptable, reason))
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
    request: Authenticated<Accepted<'_>>,
) -> Result<String, AppError> {
    match request.document.envelope().request.name() {
        "PunchOutSetupRequest" => setup(app, exchange, request).await,
        "OrderRequest" => {
            let version = request.parties.profile.cxml_version.clone();
            let cards = read_cards(request.document.envelope());
            let order =
                request.try_map(|accepted| read_order_request(accepted.envelope()).map_err(Refusal::from));
            match order {
                Ok(order) => super::order::receive(app, exchange, &order, &cards).await,
                Err((parties, refusal)) => refuse_known(app, exchange, &parties, &refusal, &version).await,
            }
        }
        "ProfileRequest" => profile(app, exchange, &request).await,
        "CatalogUploadRequest" => upload(app, exchange, &request).await,
        "CopyRequest" | "ReceiptRequest" | "StatusUpdateRequest" => keep(app, exchange, &request).await,
        name => {
            let known = cxml().holds("Request", name, None);
            let reason = if known { "is not taken here" } else { "is no cXML request" };
            let reason = format!("{name} {reason}");
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
    settle(app, exchange, parties, outcome(refusal), text).await
}

/// Keeps the record of a document that changes nothing else, and answers.
async fn settle(
    app: &App,
    exchange: &Exchange,
    parties: &authenticate::Parties,
    outcome: Outcome,
    text: String,
) -> Result<String, AppError> {
    let answer = exchange.answer(app, text.clone(), text)?;
    let (mut changes, transaction) = exchange.answered(app, parties, outcome, &answer, (None, None))?;
    put_transaction(&mut changes, &transaction);
    app.store.commit(changes).await?;
    Ok(answer.text)
}

/// Takes a catalog, which waits then.
async fn upload(
    app: &App,
    exchange: &Exchange,
    request: &Authenticated<Accepted<'_>>,
) -> Result<String, AppError> {
    let (parties, version) = (&request.parties, &request.parties.profile.cxml_version);
    match Box::pin(super::catalog_upload::receive(app, exchange, request)).await? {
        Ok(taken) => {
            let status = Status { code: StatusCode::Ok, cause: String::new() };
            let text = answer(&status, &stamp(app)?, version);
            settle(app, exchange, parties, taken, text).await
        }
        Err(refusal) => refuse_known(app, exchange, parties, &refusal, version).await,
    }
}

/// Keeps a document that asks for nothing: a copy, a receipt, news of an earlier document.
async fn keep(
    app: &App,
    exchange: &Exchange,
    request: &Authenticated<Accepted<'_>>,
) -> Result<String, AppError> {
    let version = &request.parties.profile.cxml_version;
    let note = match read_element(request.document.envelope().request) {
        Some(Ok(reading)) => kept(&reading.paper),
        Some(Err(error)) => {
            return refuse_known(app, exchange, &request.parties, &error.into(), version).await;
        }
        None => return Err(AppError::Broken("a document without a type".to_owned())),
    };
    let status = Status { code: StatusCode::Ok, cause: String::new() };
    let text = answer(&status, &stamp(app)?, version);
    settle(app, exchange, &request.parties, Outcome { code: 200, note }, text).await
}

/// What is kept, for the operator.
fn kept(paper: &Paper) -> String {
    match paper {
        Paper::Copy(copied) => match &copied.attachment {
            Some(place) => format!("a copy in {place}: kept, not acted on"),
            None => "a copy of a document: kept, not acted on".to_owned(),
        },
        Paper::Receipt(receipt) => format!("receipt {}", receipt.header.id.as_str()),
        Paper::StatusUpdate(update) => match &update.document {
            Some(document) => format!("status {} of document {document}", update.status.code),
            None => format!("status {}", update.status.code),
        },
        other => other.name().to_owned(),
    }
}

async fn profile(
    app: &App,
    exchange: &Exchange,
    request: &Authenticated<Accepted<'_>>,
) -> Result<String, AppError> {
    let version = &request.parties.profile.cxml_version;
    let text = profile_answer(&app.public_url.join("/cxml"), &stamp(app)?, version)?;
    let outcome = Outcome { code: 200, note: "told what is taken".to_owned() };
    settle(app, exchange, &request.parties, outcome, text).await
}

async fn setup(
    app: &App,
    exchange: &Exchange,
    request: Authenticated<Accepted<'_>>,
) -> Result<String, AppError> {
    let version = request.parties.profile.cxml_version.clone();
    let request = match request
        .try_map(|accepted| read_setup_request(accepted.envelope()).map_err(Refusal::from))
    {
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
        .enter(&request, |reply, again| {
            let kept = written(reply, &hidden)?;
            let answer = if again {
                Answer::again(String::new(), kept)
            } else {
                exchange.answer(app, written(reply, &app.start_page(reply.session))?, kept)?
            };
            let note = format!("{} opened a visit", request.document.purpose.operation.as_str());
            let (outcome, links) = (Outcome { code: 200, note }, (Some(reply.session), None));
            exchange.answered(app, &request.parties, outcome, &answer, links)
        })
        .await?;
    match entered {
        Entered::Answer(reply) => {
            let plain = || written(&reply, &app.start_page(reply.session));
            let Some(signatory) = &exchange.signatory else { return plain() };
            match app.sent_to_open(reply.session).await? {
                Some(sent) => Ok(sent),
                None => signatory.sign(app, &plain()?),
            }
        }
        Entered::Refused(refused) => {
            refuse_known(app, exchange, &request.parties, &refused.into(), &version).await
        }
    }
}
