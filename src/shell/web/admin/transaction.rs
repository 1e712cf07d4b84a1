//! One document: what it was, what became of it and what to do, its copy and its answer.

use axum::{
    extract::{Extension, Path, Query, State},
    response::Html,
};
use maud::{Markup, html};
use serde::Deserialize;

use crate::{
    model::ids::TransactionId,
    shell::{
        app::{App, AppError},
        records::{Direction, Transaction},
        store::{DocumentId, keys::TransactionKey},
        web::look::format,
    },
    wire::{
        cxml::{self, CredentialMac},
        xml::Document,
    },
};

use super::{
    SharedAdmin, Trouble,
    access::Login,
    ago::ago,
    attachments,
    document::{self, View},
    explain::explain,
    findings,
    frame::{self, Part, connection_link, crumbs, outcome_badge, test_badge, test_notice},
    signatures,
};

#[derive(Deserialize)]
pub(super) struct Shown {
    view: Option<String>,
}

/// A record with what is kept of document and answer.
struct Kept {
    transaction: Transaction,
    document: Option<String>,
    answer: Option<String>,
    /// It is in memory only.
    in_memory: bool,
}

impl Kept {
    /// The line that the outcome is about.
    fn excerpt(&self) -> Option<String> {
        let text = self.document.as_deref()?;
        if self.is_excerpt() {
            return text.split_once("\n\n").map(|(_, excerpt)| excerpt.to_owned());
        }
        document::excerpt(text, document::place_in(&self.transaction.outcome.note)?)
    }

    /// Of what could not be read the line in question is kept, nothing else.
    fn is_excerpt(&self) -> bool {
        self.in_memory && self.transaction.kind == UNREADABLE
    }
}

/// Those of a kept copy: their values are overwritten in it, what they say about themselves is not.
fn credential_macs(text: &str) -> Vec<CredentialMac> {
    // Most documents have none, and need no second reading.
    let document = text.contains("CredentialMac").then(|| text.parse::<Document>().ok()).flatten();
    document.map(|document| cxml::credential_macs(&document)).unwrap_or_default()
}

/// What a document is called that is not XML.
const UNREADABLE: &str = "unreadable";

pub(super) async fn show(
    State(admin): State<SharedAdmin>,
    Extension(login): Extension<Login>,
    Path(id): Path<String>,
    Query(shown): Query<Shown>,
) -> Result<Html<String>, Trouble> {
    let id = TransactionId::parse(&id).map_err(|_| Trouble::Gone("document"))?;
    let kept = load(&admin.app, id).await?.ok_or(Trouble::Gone("document"))?;
    let transaction = &kept.transaction;
    let content = html! {
        (crumbs(&[("/", "Documents")]))
        div.title {
            h1 { (transaction.kind) }
            (outcome_badge(&transaction.outcome))
            (test_badge(transaction.test))
        }
        (test_notice(transaction.test))
        div.columns {
            (what_happened(&kept))
            (facts(&admin.app, &kept))
        }
        (signatures::of_document(transaction))
        (findings::section(&transaction.findings, kept.document.as_deref(), transaction.outcome.is_success()))
        (texts(&kept, shown.view.as_deref()))
    };
    Ok(frame::page(&admin, &login, Part::Documents, &transaction.kind, &content))
}

async fn load(app: &App, id: TransactionId) -> Result<Option<Kept>, AppError> {
    if let Some(row) = app.store.get(&TransactionKey { transaction: id }).await? {
        let document = text(app, row.value.document).await?;
        let answer = text(app, row.value.answer).await?;
        return Ok(Some(Kept { transaction: row.value, document, answer, in_memory: false }));
    }
    let filled = |text: String| (!text.is_empty()).then_some(text);
    Ok(app.refusals.find(id).map(|refused| Kept {
        transaction: refused.transaction,
        document: filled(refused.document),
        answer: filled(refused.answer),
        in_memory: true,
    }))
}

async fn text(app: &App, id: Option<TransactionId>) -> Result<Option<String>, AppError> {
    let Some(id) = id else { return Ok(None) };
    let bytes = app.store.document(&DocumentId::new(*id.bytes())).await?;
    Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).filter(|text| !text.is_empty()))
}

fn what_happened(kept: &Kept) -> Markup {
    let transaction = &kept.transaction;
    let explanation = explain(transaction);
    let excerpt = kept.excerpt();
    html! {
        section.sheet.story {
            h2 { "What happened" }
            p { (explanation.meaning) }
            p.reason { (transaction.outcome.note) }
            @if let Some(excerpt) = excerpt { pre.excerpt tabindex="0" { (excerpt) } }
            @if let Some(who) = explanation.who {
                h2 { "What to do" }
                p { strong { (who) ". " } (explanation.advice) }
                details {
                    summary { "Text to send" }
                    pre.excerpt tabindex="0" { (message(transaction)) }
                }
            }
        }
    }
}

/// What to write to the other side.
fn message(transaction: &Transaction) -> String {
    let payload = transaction
        .payload_id
        .as_ref()
        .map_or("without payloadID".to_owned(), |id| format!("payloadID {id}"));
    format!(
        "Your {} of {} ({payload}) was answered with Status {}:\n{}",
        transaction.kind,
        transaction.at.strftime("%Y-%m-%d %H:%M:%S UTC"),
        transaction.outcome.code,
        transaction.outcome.note
    )
}

fn facts(app: &App, kept: &Kept) -> Markup {
    let transaction = &kept.transaction;
    let direction = match transaction.direction {
        Direction::In => "in, to us",
        Direction::Out => "out, from us",
    };
    html! {
        section.sheet {
            h2 { "Facts" }
            dl.facts {
                dt { "When" } dd { (format::moment(transaction.at)) " (" (ago(transaction.at, app.now())) ")" }
                dt { "Direction" } dd { (direction) }
                dt { "Connection" }
                dd {
                    @if let Some(connection) = &transaction.connection { (connection_link(connection)) }
                    @else { span.quiet { "not proven" } }
                }
                @if let Some(buyer) = &transaction.buyer { dt { "Buyer" } dd { (buyer) } }
                @if let Some(session) = transaction.session {
                    dt { "Visit" } dd { a href={ "/visits/" (session) } { "Its timeline" } }
                }
                @if let (Some(supplier), Some(buyer), Some(order)) = (&transaction.supplier, &transaction.buyer, &transaction.order) {
                    dt { "Order" } dd { a href=(frame::order_path(supplier, buyer, order)) { (order) } }
                }
                @if let Some(payload) = &transaction.payload_id { dt { "payloadID" } dd.mono { (payload) } }
                @if let Some(agent) = &transaction.user_agent { dt { "UserAgent" } dd { (agent) } }
                @for mac in kept.document.as_deref().map(credential_macs).unwrap_or_default() {
                    dt { "CredentialMac" }
                    dd {
                        "in " (mac.party) ": " (mac.kind) ", " (mac.algorithm) ", from " (mac.created) " until " (mac.expires) ". "
                        strong { "Not verified: " } "punchgate does not know how it is computed."
                    }
                }
                @if let Some(peer) = &transaction.peer { dt { "Address" } dd { (peer) } }
                dt { "Length" } dd { (transaction.bytes) " bytes" }
                @if transaction.micros > 0 { dt { "Answered in" } dd { (transaction.micros / 1000) "." (format!("{:03}", transaction.micros % 1000)) " ms" } }
                dt { "Id" } dd.mono { (transaction.id) }
            }
            (attachments::list(transaction))
            @if kept.in_memory {
                p.quiet { "Nobody was proven, so this is kept in memory only: until the process ends or newer refusals take its place." }
            }
        }
    }
}

fn texts(kept: &Kept, asked: Option<&str>) -> Markup {
    let marked = document::place_in(&kept.transaction.outcome.note).map(|(line, _)| line);
    let one = |title: &str, text: Option<&str>, marked: Option<usize>, none: &str| {
        let view = document::view(asked.or(marked.map(|_| "received")), text.unwrap_or_default());
        html! {
            section.sheet.document {
                div.title {
                    h2 { (title) }
                    @if text.is_some_and(|text| text.trim_start().starts_with('<')) {
                        nav.switch aria-label="View" {
                            a href="?view=received" aria-current=[(view == View::Received).then_some("true")] { "As received" }
                            a href="?view=indented" aria-current=[(view == View::Indented).then_some("true")] { "Indented" }
                        }
                    }
                }
                @match text {
                    Some(text) => (document::show(text, view, marked)),
                    None => p.quiet { (none) },
                }
            }
        }
    };
    html! {
        @if kept.is_excerpt() { (one("Document", None, None, "Only the line above is kept of what cannot be read.")) }
        @else { (one("Document", kept.document.as_deref(), marked, "Nothing of it is kept.")) }
        @if kept.transaction.direction == Direction::In {
            (one("Answer", kept.answer.as_deref(), None, "No answer is kept."))
        }
        p.quiet { "Secrets are overwritten in every copy that is kept." }
    }
}
