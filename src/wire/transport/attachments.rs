//! Which part a document's `Attachment` means, RFC 2392.

use std::collections::HashMap;

use percent_encoding::percent_decode_str;

use crate::wire::xml::Document;

use super::{Part, TransportError};

/// An `Attachment` of a document and the part it means.
#[derive(Clone, Copy, Debug)]
pub struct Attached<'a> {
    /// The part.
    pub part: &'a Part,
    /// Byte offset of the `Attachment` in the document's text.
    pub offset: usize,
}

/// Finds the part of every `cid:` URL in an `Attachment` or in an Extrinsic; other URLs are left to whoever follows them.
///
/// # Errors
/// [`TransportError::Dangling`], [`TransportError::Doubled`]: the URL must match exactly one part.
pub fn attachments<'a>(document: &Document, parts: &'a [Part]) -> Result<Vec<Attached<'a>>, TransportError> {
    let mut by_id: HashMap<&str, (&Part, usize)> = HashMap::new();
    for part in parts {
        if let Some(id) = part.id.as_deref() {
            by_id.entry(id).or_insert((part, 0)).1 += 1;
        }
    }
    let mut found = Vec::new();
    for element in document.root().descendants() {
        let refers = match element.name() {
            "URL" => element.parent().is_some_and(|parent| parent.name() == "Attachment"),
            "Extrinsic" => true,
            _ => false,
        };
        if !refers {
            continue;
        }
        let text = element.trimmed_text();
        let Some(id) = text.get(..4).filter(|scheme| scheme.eq_ignore_ascii_case("cid:")) else { continue };
        let id = percent_decode_str(text.get(id.len()..).unwrap_or_default()).decode_utf8_lossy();
        match by_id.get(id.as_ref()) {
            None => return Err(TransportError::Dangling(id.into_owned())),
            Some((_, 2..)) => return Err(TransportError::Doubled(id.into_owned())),
            Some((part, _)) => found.push(Attached { part, offset: element.span().start }),
        }
    }
    Ok(found)
}
