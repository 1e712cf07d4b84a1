//! Files that came with documents: listed, and handed out as files alone, never shown as pages of ours.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{
    model::ids::TransactionId,
    shell::{
        records::Transaction,
        store::{DocumentId, keys::TransactionKey},
        web::look::format,
    },
};

use super::{SharedAdmin, Trouble};

/// The files of a document, if any came with it.
pub(super) fn list(transaction: &Transaction) -> Markup {
    let files = &transaction.attachments;
    html! {
        @if !files.is_empty() {
            div.attachments {
                h2 { (format::counted(files.len(), "attachment", "attachments")) }
                ul {
                    @for (number, file) in files.iter().enumerate() {
                        li {
                            @let name = file.name.as_deref().or(file.id.as_deref()).unwrap_or("without a name");
                            @match file.document {
                                Some(_) => a href={ "/documents/" (transaction.id) "/attachments/" (number) } download { (name) },
                                None => (name),
                            }
                            span.quiet {
                                " " (size(file.bytes))
                                @if let Some(kind) = &file.content_type { ", " (kind) }
                                @if file.document.is_none() { ", not kept: the document was not taken" }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Thousands of bytes, as mail programs count them.
fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
    }
}

/// One file, to be saved: whatever it says it is, no browser makes a page of it.
pub(super) async fn download(
    State(admin): State<SharedAdmin>,
    Path((id, number)): Path<(String, usize)>,
) -> Result<Response, Trouble> {
    const GONE: Trouble = Trouble::Gone("attachment");
    let transaction = TransactionId::parse(&id).map_err(|_| GONE)?;
    let row = admin.app.store.get(&TransactionKey { transaction }).await?.ok_or(GONE)?;
    let file = row.value.attachments.get(number).ok_or(GONE)?;
    let kept = file.document.ok_or(GONE)?;
    let octets = admin.app.store.document(&DocumentId::new(*kept.bytes())).await?.ok_or(GONE)?;
    let name = file.name.clone().unwrap_or_else(|| format!("attachment-{number}"));
    let headers = HeaderMap::from_iter([
        (header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
        (header::CONTENT_DISPOSITION, disposition(&name)),
    ]);
    Ok((headers, octets).into_response())
}

/// `Content-Disposition` with the last part of the sender's name, RFC 6266.
fn disposition(name: &str) -> HeaderValue {
    const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'-').remove(b'_');
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default().trim_start_matches('.').trim();
    let name = if last.is_empty() { "attachment" } else { last };
    let text = format!("attachment; filename*=UTF-8''{}", utf8_percent_encode(name, KEPT));
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_no_path_and_no_header() {
        for (name, expected) in [
            ("order.pdf", "order.pdf"),
            ("../../etc/a \"b\".pdf", "a%20%22b%22.pdf"),
            ("C:\\temp\\Zeichnung ü.dwg", "Zeichnung%20%C3%BC.dwg"),
            ("..", "attachment"),
            ("x\r\nSet-Cookie: a=b", "x%0D%0ASet-Cookie%3A%20a%3Db"),
            ("", "attachment"),
        ] {
            let value = disposition(name);
            assert_eq!(value.to_str().unwrap(), format!("attachment; filename*=UTF-8''{expected}"), "{name}");
        }
        assert_eq!(
            ["0 bytes", "1 kB", "20.5 MB"],
            [size(0), size(1_000), size(20_512_000)].map(|s| s).each_ref().map(String::as_str)
        );
    }
}
