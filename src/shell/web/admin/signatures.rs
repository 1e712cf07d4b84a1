//! Signatures: what was signed of a document, by whom, what was not; and what a connection wants of them.

use axum::{
    Form,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;

use crate::{
    model::{
        ids::TransactionId,
        party::{Connection, Login as Proof},
        signature::{SignatureRule, Signatures},
    },
    shell::{
        app::{App, AppError},
        onboarding::{self, SignatureChange},
        records::{Direction, SignatureFound, SignatureVerdict, Signing, Transaction},
        signing::{InUse, RECEIVED_OCTETS, SENT_OCTETS},
        store::{DocumentId, keys::TransactionKey},
        web::look::{Tone, badge, format, notice},
    },
    wire::signature::Certificate,
};

use super::{SharedAdmin, Trouble, access::Login, changing::Of, connection, frame::token};

/// What the signatures of a document are worth; nothing where there are none.
pub(super) fn of_document(transaction: &Transaction) -> Markup {
    let signing = &transaction.signing;
    if signing.is_empty() {
        return html! {};
    }
    html! {
        section.sheet.stack #signatures {
            h2 { "Signatures" }
            @match signing.verdict {
                None => {}
                Some(SignatureVerdict::Holds) => p { (badge(Tone::Good, "verified")) " Every signature of the document holds." }
                Some(SignatureVerdict::Refused) => p { (badge(Tone::Bad, "refused")) " The document was refused for its signature: " (transaction.outcome.note) }
                Some(SignatureVerdict::Ignored) => p { (badge(Tone::Info, "not looked at")) " The document is signed; this connection ignores signatures." }
            }
            @for one in &signing.signatures { (one_signature(one)) }
            @if signing.verdict == Some(SignatureVerdict::Holds) {
                h3 { "Not covered by any signature" }
                @if signing.uncovered.is_empty() { p.quiet { "nothing" } }
                @else { ul { @for what in &signing.uncovered { li { (what) } } } }
            }
            @if let Some(subject) = &signing.signed_by {
                p { @if transaction.direction == Direction::Out { "Signed by " } @else { "The answer left signed by " } span.mono { (subject) } "." }
            }
            @if signing.received.is_some() {
                p { a href={ "/documents/" (transaction.id) "/received" } download { "The octets as they came" }
                    span.quiet { ", sealed in the store; they hold the secrets of the Header" } }
            }
            @if signing.sent.is_some() {
                p { a href={ "/documents/" (transaction.id) "/sent" } download { "The answer as it left" }
                    span.quiet { ", sealed in the store" } }
            }
        }
    }
}

fn one_signature(one: &SignatureFound) -> Markup {
    html! {
        dl.facts {
            dt { "Signed by" } dd { (one.signer) }
            dt { "Believed because" } dd { (one.believed) }
            @if let Some(fingerprint) = &one.fingerprint { dt { "SHA-256" } dd.mono { (fingerprint) } }
            dt { "Method" } dd { (one.method) }
            @if let Some(at) = one.signed_at { dt { "At, as they say" } dd { (format::moment(at)) } }
            dt { "Covers" } dd { @for what in &one.covered { div { (what) } } }
            @if one.with_defaults { dt { "DTD" } dd { "the signer had filled in its default attributes" } }
        }
    }
}

/// The octets of a signed document as they came, to be verified anywhere.
pub(super) async fn received(
    State(admin): State<SharedAdmin>,
    Path(id): Path<String>,
) -> Result<Response, Trouble> {
    octets(&admin.app, &id, |signing| signing.received, RECEIVED_OCTETS, "").await
}

/// The signed answer as it left.
pub(super) async fn sent(
    State(admin): State<SharedAdmin>,
    Path(id): Path<String>,
) -> Result<Response, Trouble> {
    octets(&admin.app, &id, |signing| signing.sent, SENT_OCTETS, "-answer").await
}

/// A file with octets that are kept sealed for `purpose`.
async fn octets(
    app: &App,
    id: &str,
    which: impl Fn(&Signing) -> Option<TransactionId>,
    purpose: &'static str,
    suffix: &str,
) -> Result<Response, Trouble> {
    const GONE: Trouble = Trouble::Gone("document");
    let transaction = TransactionId::parse(id).map_err(|_| GONE)?;
    let row = app.store.get(&TransactionKey { transaction }).await?.ok_or(GONE)?;
    let kept = which(&row.value.signing).ok_or(GONE)?;
    let sealed = app.store.document(&DocumentId::new(*kept.bytes())).await?.ok_or(GONE)?;
    let octets = app.vault.open_octets(&sealed, purpose).map_err(AppError::from)?;
    tracing::info!(transaction.id = %transaction, "the operator took the octets of a signed document");
    let name = format!("attachment; filename=\"{transaction}{suffix}.xml\"");
    let name = HeaderValue::from_str(&name).unwrap_or(HeaderValue::from_static("attachment"));
    let headers = HeaderMap::from_iter([
        (header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
        (header::CONTENT_DISPOSITION, name),
    ]);
    Ok((headers, octets.to_vec()).into_response())
}

/// What a connection wants of signatures, with its certificates and those that sign for it.
pub(super) async fn of_connection(
    app: &App,
    connection: &Connection,
    login: &Login,
) -> Result<Markup, AppError> {
    if matches!(connection.login, Proof::Oci { .. }) {
        return Ok(html! {});
    }
    let theirs = app.certificates_of(connection)?;
    let ours = app.certificates_of_supplier(&connection.supplier).await?;
    let now = app.now();
    let action = format!("/connections/{}/signatures", connection.id);
    let Signatures { incoming, outgoing, secret, legacy_sha1, .. } = &connection.signatures;
    Ok(html! {
        section.sheet.stack #signatures {
            h2 { "Signatures" }
            form.stack method="post" action=(action) {
                (token(login))
                (rule("incoming", "On documents that come", *incoming))
                (rule("outgoing", "On documents that leave", *outgoing))
                label for="pin" { "Certificate to believe from now on (PEM)" }
                textarea id="pin" name="pin" rows="3" placeholder="-----BEGIN CERTIFICATE-----" {}
                div.actions { button.button { "Save" } }
            }
            h3 { "Whose signatures are believed" }
            (certificates(&theirs, now, Some((&action, login))))
            @if secret.is_some() { p { "Whoever knows the secret that is sealed here (HMAC)." } }
            @if *legacy_sha1 { (notice(Tone::Bad, &html! { "SHA-1 is accepted over this connection." })) }
            h3 { "Who signs for us" }
            (certificates(&ours, now, None))
            p.quiet { "Keys, authorities, secrets and SHA-1: " code { "punchgate supplier signing-key" } " and " code { "punchgate connection signatures" } "." }
        }
    })
}

fn rule(name: &str, label: &str, chosen: SignatureRule) -> Markup {
    html! {
        label for=(name) { (label) }
        select id=(name) name=(name) {
            @for rule in [SignatureRule::Required, SignatureRule::Allowed, SignatureRule::Ignored] {
                option value=(rule.as_str()) selected[rule == chosen] { (rule.as_str()) }
            }
        }
    }
}

fn certificates(all: &[InUse], now: Timestamp, removable: Option<(&str, &Login)>) -> Markup {
    html! {
        @if all.is_empty() { p.quiet { "nobody" } }
        @for one in all {
            div {
                (one.certificate.subject()) " " span.quiet { "(" (one.role) ", until " (format::moment(one.certificate.valid_until())) ")" }
                @if let Some(warning) = one.warning(now) { (notice(Tone::Bad, &html! { "The certificate " (warning) "." })) }
                div.mono.quiet { (one.certificate.fingerprint()) }
                @if let Some((action, login)) = removable {
                    form.line method="post" action=(action) {
                        (token(login))
                        input type="hidden" name="drop" value=(one.certificate.fingerprint());
                        button.button.plain { "Believe no longer" }
                    }
                }
            }
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Wanted {
    incoming: Option<String>,
    outgoing: Option<String>,
    #[serde(default)]
    pin: String,
    drop: Option<String>,
}

pub(super) async fn set(of: Of, Form(form): Form<Wanted>) -> Result<Response, Trouble> {
    let rule = |text: &Option<String>| match text.as_deref() {
        Some("required") => Some(SignatureRule::Required),
        Some("allowed") => Some(SignatureRule::Allowed),
        Some("ignored") => Some(SignatureRule::Ignored),
        _ => None,
    };
    let pin = match form.pin.trim() {
        "" => Vec::new(),
        text => match Certificate::all_from(text.as_bytes()) {
            Ok(found) => found,
            Err(fault) => {
                let text = format!("What was pasted is no certificate: {fault}.");
                return of.refused(&text, connection::page).await;
            }
        },
    };
    let wanted = SignatureChange {
        incoming: rule(&form.incoming),
        outgoing: rule(&form.outgoing),
        pin,
        drop: form.drop.into_iter().collect(),
        ..SignatureChange::default()
    };
    let set = onboarding::set_signatures(of.app(), &of.id, &wanted).await;
    tracing::info!(connection.id = %of.id, "the operator changed what a connection wants of signatures");
    of.settled(set, "", connection::page).await
}
