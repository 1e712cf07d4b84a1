//! Octets on their way to the sink.

use super::CanonicalError;

/// Collects small pieces, escapes, and counts.
pub(super) struct Out<'s> {
    sink: &'s mut dyn FnMut(&[u8]),
    buffer: Vec<u8>,
    /// Bytes that the sink was given.
    given: usize,
    allowed: usize,
}

impl<'s> Out<'s> {
    /// Large enough that a call of the sink costs nothing beside its work.
    const PIECE: usize = 16 << 10;

    /// For a document of `bytes` bytes.
    pub(super) fn new(bytes: usize, sink: &'s mut dyn FnMut(&[u8])) -> Self {
        let allowed = bytes.saturating_mul(8).saturating_add(1 << 16);
        Self { sink, buffer: Vec::with_capacity(Self::PIECE), given: 0, allowed }
    }

    /// Appends `text` as it is.
    #[inline]
    pub(super) fn raw(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    #[inline]
    fn bytes(&mut self, bytes: &[u8]) {
        if self.buffer.len() + bytes.len() > Self::PIECE {
            self.make_room_for(bytes);
        } else {
            self.buffer.extend_from_slice(bytes);
        }
    }

    #[cold]
    fn make_room_for(&mut self, bytes: &[u8]) {
        self.flush();
        if bytes.len() > Self::PIECE {
            self.give(bytes);
        } else {
            self.buffer.extend_from_slice(bytes);
        }
    }

    fn flush(&mut self) {
        let buffer = std::mem::take(&mut self.buffer);
        self.give(&buffer);
        self.buffer = buffer;
        self.buffer.clear();
    }

    fn give(&mut self, bytes: &[u8]) {
        self.given = self.given.saturating_add(bytes.len());
        (self.sink)(bytes);
    }

    /// Appends the value of a text.
    pub(super) fn text(&mut self, value: &str) {
        self.escaped(value, |byte| match byte {
            b'&' => Some("&amp;"),
            b'<' => Some("&lt;"),
            b'>' => Some("&gt;"),
            b'\r' => Some("&#xD;"),
            _ => None,
        });
    }

    /// Appends ` name="value"`.
    pub(super) fn attribute(&mut self, name: &str, value: &str) {
        self.raw(" ");
        self.raw(name);
        self.value(value);
    }

    /// Appends `="value"`.
    pub(super) fn value(&mut self, value: &str) {
        self.raw("=\"");
        self.escaped(value, |byte| match byte {
            b'&' => Some("&amp;"),
            b'<' => Some("&lt;"),
            b'"' => Some("&quot;"),
            b'\t' => Some("&#x9;"),
            b'\n' => Some("&#xA;"),
            b'\r' => Some("&#xD;"),
            _ => None,
        });
        self.raw("\"");
    }

    fn escaped(&mut self, value: &str, escape: impl Fn(u8) -> Option<&'static str>) {
        let mut rest = value.as_bytes();
        while let Some((plain, escaped)) =
            rest.iter().enumerate().find_map(|(at, &byte)| escape(byte).map(|escaped| (at, escaped)))
        {
            let (before, after) = rest.split_at_checked(plain).unwrap_or_default();
            self.bytes(before);
            self.raw(escaped);
            rest = after.get(1..).unwrap_or_default();
        }
        self.bytes(rest);
    }

    /// Refuses to go on when there is too much already.
    pub(super) fn check(&self) -> Result<(), CanonicalError> {
        let Self { allowed, .. } = *self;
        if self.given <= allowed { Ok(()) } else { Err(CanonicalError::TooLong { allowed }) }
    }

    /// Gives the sink what is left.
    pub(super) fn finish(mut self) -> Result<(), CanonicalError> {
        self.flush();
        self.check()
    }
}
