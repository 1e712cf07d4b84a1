//! What a commit does.

use std::cell::RefCell;
use std::io::{self, Cursor};

use super::error::StoreError;
use super::key::{DOCUMENTS, Key, KeyBytes};
use super::ops;

/// Name of a document: 128 random bits.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, serde::Deserialize, serde::Serialize)]
pub struct DocumentId([u8; 16]);

impl DocumentId {
    /// - `bytes`: fresh from the system's random source.
    #[must_use]
    pub const fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bits.
    #[must_use]
    pub const fn bytes(self) -> [u8; 16] {
        self.0
    }

    /// Its key in the index.
    pub(super) fn key(self) -> [u8; 17] {
        let mut key = [DOCUMENTS; 17];
        for (to, from) in key.iter_mut().skip(1).zip(self.0) {
            *to = from;
        }
        key
    }
}

/// When a row was last written: its place in the one order of all commits. Never used twice.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Version(pub(super) u64);

/// One atomic change: preconditions, puts, deletes, documents.
///
/// Building never fails; what cannot be written (too large, not serialisable) is the answer of
/// [`commit`](super::Store::commit).
#[derive(Debug)]
#[must_use = "changes do nothing until committed"]
pub struct Changes {
    durable: bool,
    expected: Vec<(Box<[u8]>, Option<Version>)>,
    bytes: Vec<u8>,
    error: Option<StoreError>,
}

impl Changes {
    /// Largest value in JSON bytes; what may be larger is a document.
    pub const MAX_VALUE_BYTES: usize = 64 * 1024;
    /// Largest document before compression.
    pub const MAX_DOCUMENT_BYTES: usize = 64 * 1024 * 1024;
    /// Largest change: all that it writes, documents compressed.
    pub const MAX_BYTES: usize = 96 * 1024 * 1024;

    /// Answered after it reached the disk: setups, returned carts, orders, configuration.
    ///
    /// Without any write it is a barrier: answered once everything visible when it was made has reached
    /// the disk. An answer that only repeats what was read, and must hold through a crash, waits for one.
    pub fn durable() -> Self {
        Self::new(true)
    }

    /// Answered once visible; a power cut may take the last second with it: cart edits, counters.
    pub fn relaxed() -> Self {
        Self::new(false)
    }

    fn new(durable: bool) -> Self {
        Self { durable, expected: Vec::new(), bytes: vec![0; ops::LENGTH_BYTES], error: None }
    }

    /// Refuses the commit unless the row still has this version; `None`: unless there is no such row.
    pub fn expect<K: Key>(&mut self, key: &K, version: Option<Version>) -> &mut Self {
        self.expected.push((KeyBytes::of(key).into_bytes().into(), version));
        self
    }

    /// Writes a row, whatever stood there.
    pub fn put<K: Key>(&mut self, key: &K, value: &K::Value) -> &mut Self {
        let key = self.key(key);
        let written = ops::put(&mut self.bytes, key.as_slice(), |out| {
            out.extend_from_slice(&K::SCHEMA.to_le_bytes());
            serde_json::to_writer(out, value)
        });
        match written {
            Ok(bytes) => self.bound("a value", bytes, Self::MAX_VALUE_BYTES + 2),
            Err(source) => self.fail(StoreError::Encode { table: K::TABLE, source }),
        }
        self
    }

    /// Removes a row, if there is one.
    pub fn delete<K: Key>(&mut self, key: &K) -> &mut Self {
        let key = self.key(key);
        ops::delete(&mut self.bytes, key.as_slice());
        self
    }

    /// Writes a document; compressed here, on the caller's thread.
    pub fn document(&mut self, id: DocumentId, bytes: &[u8]) -> &mut Self {
        self.bound("a document", bytes.len(), Self::MAX_DOCUMENT_BYTES);
        if self.error.is_none() {
            let written = ops::document(&mut self.bytes, id.0, bytes.len(), |out| compress(bytes, out));
            if let Err(source) = written {
                self.fail(StoreError::Document { step: "compressed", source });
            }
        }
        self
    }

    /// Removes a document, if there is one. Its bytes are gone after the next
    /// [`compact`](super::Store::compact).
    pub fn delete_document(&mut self, id: DocumentId) -> &mut Self {
        ops::delete(&mut self.bytes, &id.key());
        self
    }

    /// Writes a value of any table over the one that was read.
    pub(super) fn replace(&mut self, key: &[u8], read: Version, schema: u16, value: &serde_json::Value) {
        self.expected.push((key.into(), Some(read)));
        let written = ops::put(&mut self.bytes, key, |out| {
            out.extend_from_slice(&schema.to_le_bytes());
            serde_json::to_writer(out, value)
        });
        match written {
            Ok(bytes) => self.bound("a value", bytes, Self::MAX_VALUE_BYTES + 2),
            Err(source) => {
                self.fail(StoreError::Encode { table: key.first().copied().unwrap_or(0), source });
            }
        }
    }

    fn key<K: Key>(&mut self, key: &K) -> KeyBytes {
        let key = KeyBytes::of(key);
        self.bound("a key", key.as_slice().len(), KeyBytes::MAX_BYTES);
        key
    }

    fn bound(&mut self, what: &'static str, bytes: usize, most: usize) {
        if bytes > most {
            self.fail(StoreError::TooLarge { what, bytes, most });
        }
    }

    /// The first error is the one that is told.
    fn fail(&mut self, error: StoreError) {
        self.error.get_or_insert(error);
    }

    /// Makes the bytes final, or tells why they cannot be committed.
    pub(super) fn seal(&mut self) -> Result<(), StoreError> {
        self.bound("a change", self.bytes.len(), Self::MAX_BYTES);
        let length = self.bytes.len() - ops::LENGTH_BYTES;
        ops::set_length(&mut self.bytes, 0, length);
        self.error.take().map_or(Ok(()), Err)
    }

    pub(super) fn is_durable(&self) -> bool {
        self.durable
    }

    pub(super) fn expected(&self) -> &[(Box<[u8]>, Option<Version>)] {
        &self.expected
    }

    /// The operations behind their length, as the journal holds them.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn writes(&self) -> bool {
        self.bytes.len() > ops::LENGTH_BYTES
    }

    /// What it costs to keep it waiting.
    pub(super) fn weight(&self) -> usize {
        self.bytes.len() + self.expected.iter().map(|(key, _)| key.len() + 32).sum::<usize>()
    }
}

/// zstd at its quickest level: documents are XML of a few kilobytes and written on the way to every answer.
const LEVEL: i32 = 1;

fn compress(bytes: &[u8], out: &mut Vec<u8>) -> io::Result<()> {
    thread_local! {
        /// A context is some hundred kilobytes; making one costs more than compressing a setup request.
        static COMPRESSOR: RefCell<Option<zstd::bulk::Compressor<'static>>> = const { RefCell::new(None) };
    }
    COMPRESSOR.with_borrow_mut(|slot| {
        let compressor = match slot {
            Some(compressor) => compressor,
            None => slot.insert(zstd::bulk::Compressor::new(LEVEL)?),
        };
        out.reserve(zstd::zstd_safe::compress_bound(bytes.len()));
        let end = out.len() as u64;
        let mut rest = Cursor::new(out);
        rest.set_position(end);
        compressor.compress_to_buffer(bytes, &mut rest).map(drop)
    })
}

/// - `length`: exact, from the journal.
pub(super) fn expand(stored: &[u8], length: usize) -> Result<Vec<u8>, StoreError> {
    let wrong = |source| StoreError::Document { step: "expanded", source };
    if length > Changes::MAX_DOCUMENT_BYTES {
        return Err(wrong(io::Error::other("longer than any document")));
    }
    let bytes = zstd::bulk::decompress(stored, length).map_err(wrong)?;
    if bytes.len() == length { Ok(bytes) } else { Err(wrong(io::Error::other("of another length"))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_compressed_in_place() {
        let text = b"<cXML/>".repeat(1000);
        let mut out = b"before".to_vec();
        compress(&text, &mut out).unwrap();
        assert!(out.starts_with(b"before") && out.len() < 200);
        assert_eq!(expand(&out[6..], text.len()).unwrap(), text);
        assert!(expand(&out[6..], text.len() - 1).is_err());
        assert!(expand(&out[6..], text.len() + 1).is_err());
    }
}
