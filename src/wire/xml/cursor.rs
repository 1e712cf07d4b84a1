//! A place in the text that moves forward: for the XML declaration and the DOCTYPE.

use super::{
    Flaw, Span,
    chars::{qname, space_len},
    error::Fault,
};

#[derive(Clone, Copy)]
pub(super) struct Cursor<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
}

impl<'t> Cursor<'t> {
    pub(super) fn rest(self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn fault(self, flaw: Flaw) -> Fault {
        Fault::new(flaw, self.at)
    }

    /// Passes `literal` if it stands here.
    pub(super) fn eat(&mut self, literal: &str) -> bool {
        let found = self.rest().starts_with(literal);
        if found {
            self.at += literal.len();
        }
        found
    }

    /// Passes `literal`, which must stand here.
    pub(super) fn expect(&mut self, literal: &'static str) -> Result<(), Fault> {
        if self.eat(literal) { Ok(()) } else { Err(self.fault(Flaw::Expected(literal))) }
    }

    /// Passes white space and says whether there was any.
    pub(super) fn space(&mut self) -> bool {
        let length = space_len(self.rest().as_bytes());
        self.at += length;
        length > 0
    }

    pub(super) fn expect_space(&mut self) -> Result<(), Fault> {
        if self.space() { Ok(()) } else { Err(self.fault(Flaw::Expected("white space"))) }
    }

    /// Passes a `QName` and gives its place.
    pub(super) fn name(&mut self) -> Result<Span, Fault> {
        let name = qname(self.rest()).ok_or_else(|| self.fault(Flaw::Name))?;
        let start = self.at;
        self.at += name.length;
        Ok(start..self.at)
    }

    /// Passes a quoted literal and gives the place of what stands between its quotes.
    pub(super) fn quoted(&mut self) -> Result<Span, Fault> {
        let rest = self.rest();
        let quote = match rest.as_bytes().first() {
            Some(b'"') => '"',
            Some(b'\'') => '\'',
            _ => return Err(self.fault(Flaw::Expected("a quoted value"))),
        };
        let start = self.at + 1;
        let length = rest.get(1..).and_then(|inner| inner.find(quote));
        let end = start + length.ok_or_else(|| self.fault(Flaw::Unclosed("a quoted value")))?;
        self.at = end + 1;
        Ok(start..end)
    }

    /// The text at `span`.
    pub(super) fn slice(self, span: Span) -> &'t str {
        self.text.get(span).unwrap_or_default()
    }
}
