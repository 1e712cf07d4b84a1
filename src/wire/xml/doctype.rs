//! The document type declaration, XML 1.0 §2.8 and §4.2.2: read, never followed.

use super::{
    Document, Flaw, Limits, ReadErrorKind, Span,
    cursor::Cursor,
    dtd::{self, Entities},
    error::Fault,
};

/// Places of the parts of a DOCTYPE.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct DoctypeSpans {
    pub(super) whole: Span,
    name: Span,
    public_id: Option<Span>,
    system_id: Option<Span>,
}

/// `<!DOCTYPE name PUBLIC "public" "system">`. The ids are kept as text, nothing is fetched.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Doctype<'a> {
    /// Declared name of the root element; whether the root has it is a matter of validity.
    pub name: &'a str,
    /// Public identifier, as written.
    pub public_id: Option<&'a str>,
    /// System identifier, as written.
    pub system_id: Option<&'a str>,
}

impl<'a> Doctype<'a> {
    pub(super) fn of(document: &'a Document, spans: &DoctypeSpans) -> Self {
        let text = document.text();
        let slice = |span: &Span| text.get(span.clone()).unwrap_or_default();
        Self {
            name: slice(&spans.name),
            public_id: spans.public_id.as_ref().map(slice),
            system_id: spans.system_id.as_ref().map(slice),
        }
    }
}

/// Reads the DOCTYPE at `start`, where `<!DOCTYPE` stands.
///
/// `limits`: when an internal subset is to be judged. Otherwise one that declares anything is refused: declarations can expand,
/// default and hide, and no platform needs them.
pub(super) fn read(
    text: &str,
    start: usize,
    limits: Option<&Limits>,
) -> Result<(DoctypeSpans, Entities), Fault> {
    let mut cursor = Cursor { text, at: start };
    cursor.expect("<!DOCTYPE")?;
    cursor.expect_space()?;
    let name = cursor.name()?;
    let (mut public_id, mut system_id) = (None, None);
    let spaced = cursor.space();
    if spaced && cursor.eat("PUBLIC") {
        cursor.expect_space()?;
        let id = cursor.quoted()?;
        if let Some(wrong) = cursor.slice(id.clone()).find(|c| !is_pubid(c)) {
            return Err(Fault::new(Flaw::Expected("a public identifier"), id.start + wrong));
        }
        public_id = Some(id);
        cursor.expect_space()?;
        system_id = Some(cursor.quoted()?);
    } else if spaced && cursor.eat("SYSTEM") {
        cursor.expect_space()?;
        system_id = Some(cursor.quoted()?);
    }
    cursor.space();
    let mut entities = Entities::default();
    if cursor.eat("[") {
        match limits {
            None => refuse_declarations(&mut cursor)?,
            Some(limits) => {
                let subset = dtd::internal_subset(text, cursor.at, limits)?;
                entities = subset.entities;
                cursor.at = subset.end;
            }
        }
        cursor.expect("]")?;
        cursor.space();
    }
    entities.incomplete |= limits.is_some() && system_id.is_some();
    if cursor.rest().is_empty() {
        return Err(Fault::new(Flaw::Unclosed("the DOCTYPE"), start));
    }
    cursor.expect(">")?;
    Ok((DoctypeSpans { whole: start..cursor.at, name, public_id, system_id }, entities))
}

/// Passes an internal subset that declares nothing; stops at its `]`.
fn refuse_declarations(cursor: &mut Cursor<'_>) -> Result<(), Fault> {
    cursor.space();
    if cursor.rest().is_empty() || cursor.rest().starts_with(']') {
        return Ok(());
    }
    Err(Fault { kind: ReadErrorKind::InternalSubset, offset: cursor.at })
}

/// Production `PubidChar`.
pub(super) fn is_pubid(c: char) -> bool {
    matches!(c, ' ' | '\r' | '\n') || c.is_ascii_alphanumeric() || "-'()+,./:=?;!*#@$_%".contains(c)
}
