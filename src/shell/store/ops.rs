//! What a change does, as bytes: the same form waits in the queue, stands in the journal and is read back.
//!
//! A change is a length (u32) and its operations: a tag (u8), then
//!
//! | tag | operation | bytes |
//! | --- | --- | --- |
//! | 1 | put | key length u16, value length u32, key, value (schema version u16, JSON) |
//! | 2 | delete | key length u16, key |
//! | 3 | document | id 16 bytes, length u32, stored length u32, CRC32C of the stored bytes u32, stored bytes (zstd) |
//!
//! All numbers are little-endian.

use super::journal::Place;

const PUT: u8 = 1;
const DELETE: u8 = 2;
const DOCUMENT: u8 = 3;

/// Bytes before the first operation.
pub(super) const LENGTH_BYTES: usize = 4;

/// One operation of a change.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Op<'a> {
    Put { key: &'a [u8], value: &'a [u8] },
    Delete { key: &'a [u8] },
    Document { id: [u8; 16], document: Stored },
}

/// Where in a change a document's compressed bytes stand.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Stored {
    /// From the start of the change, length field included.
    pub(super) offset: u32,
    pub(super) bytes: u32,
    pub(super) expanded: u32,
    pub(super) crc: u32,
}

impl Stored {
    /// The value of a document's index row: everything that is needed to read it.
    pub(super) fn row_value(self, change: Place) -> [u8; 24] {
        let mut value = [0; 24];
        let parts: [&[u8]; 5] = [
            &change.segment.to_le_bytes(),
            &(change.offset + u64::from(self.offset)).to_le_bytes(),
            &self.bytes.to_le_bytes(),
            &self.expanded.to_le_bytes(),
            &self.crc.to_le_bytes(),
        ];
        for (to, from) in value.iter_mut().zip(parts.iter().copied().flatten()) {
            *to = *from;
        }
        value
    }

    /// Reads [`row_value`](Self::row_value); the offset is in the place.
    pub(super) fn from_row_value(value: &[u8]) -> Option<(Place, Self)> {
        let mut fields = Fields(value);
        let place = Place { segment: fields.u32()?, offset: fields.u64()? };
        Some((place, Self { offset: 0, bytes: fields.u32()?, expanded: fields.u32()?, crc: fields.u32()? }))
    }
}

/// Appends a put; the value's bytes are written by `value`, which may fail.
pub(super) fn put<E>(
    out: &mut Vec<u8>,
    key: &[u8],
    value: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
) -> Result<usize, E> {
    out.push(PUT);
    out.extend_from_slice(&short(key.len()).to_le_bytes());
    let length_at = out.len();
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(key);
    let start = out.len();
    value(out)?;
    let length = out.len() - start;
    set_length(out, length_at, length);
    Ok(length)
}

pub(super) fn delete(out: &mut Vec<u8>, key: &[u8]) {
    out.push(DELETE);
    out.extend_from_slice(&short(key.len()).to_le_bytes());
    out.extend_from_slice(key);
}

/// Appends a document; `compress` appends the stored bytes.
pub(super) fn document<E>(
    out: &mut Vec<u8>,
    id: [u8; 16],
    expanded: usize,
    compress: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
) -> Result<(), E> {
    out.push(DOCUMENT);
    out.extend_from_slice(&id);
    out.extend_from_slice(&long(expanded).to_le_bytes());
    let length_at = out.len();
    out.extend_from_slice(&[0; 8]);
    let start = out.len();
    compress(out)?;
    let stored = out.get(start..).unwrap_or_default();
    let (length, crc) = (stored.len(), crc32c::crc32c(stored));
    set_length(out, length_at, length);
    if let Some(field) = out.get_mut(length_at + 4..length_at + 8) {
        field.copy_from_slice(&crc.to_le_bytes());
    }
    Ok(())
}

/// Writes a length over the four bytes kept free for it.
pub(super) fn set_length(out: &mut [u8], at: usize, length: usize) {
    if let Some(field) = out.get_mut(at..at + 4) {
        field.copy_from_slice(&long(length).to_le_bytes());
    }
}

/// Lengths are bounded far below by `Changes`; saturating keeps a mistake there from becoming a wrong length.
fn long(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn short(length: usize) -> u16 {
    u16::try_from(length).unwrap_or(u16::MAX)
}

/// The operations of one change.
#[derive(Debug)]
pub(super) struct Ops<'a> {
    whole: usize,
    fields: Fields<'a>,
}

impl<'a> Ops<'a> {
    /// - `change`: with its length in front.
    pub(super) fn of(change: &'a [u8]) -> Self {
        Self { whole: change.len(), fields: Fields(change.get(LENGTH_BYTES..).unwrap_or_default()) }
    }

    fn read(&mut self) -> Option<Op<'a>> {
        let fields = &mut self.fields;
        match fields.array::<1>()? {
            [PUT] => {
                let (key, value) = (fields.u16()?, fields.u32()?);
                Some(Op::Put { key: fields.take(key.into())?, value: fields.take(value.try_into().ok()?)? })
            }
            [DELETE] => {
                let key = fields.u16()?;
                Some(Op::Delete { key: fields.take(key.into())? })
            }
            [DOCUMENT] => {
                let id = fields.array()?;
                let (expanded, bytes, crc) = (fields.u32()?, fields.u32()?, fields.u32()?);
                let offset = u32::try_from(self.whole - fields.0.len()).ok()?;
                fields.take(bytes.try_into().ok()?)?;
                Some(Op::Document { id, document: Stored { offset, bytes, expanded, crc } })
            }
            _ => None,
        }
    }
}

impl<'a> Iterator for Ops<'a> {
    /// `None` inside: these bytes are no operation.
    type Item = Option<Op<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.fields.0.is_empty() {
            return None;
        }
        let op = self.read();
        if op.is_none() {
            self.fields = Fields(&[]);
        }
        Some(op)
    }
}

/// Reads little-endian fields one after the other.
#[derive(Debug)]
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

impl<'a> Fields<'a> {
    pub(super) fn take(&mut self, bytes: usize) -> Option<&'a [u8]> {
        let (part, rest) = self.0.split_at_checked(bytes)?;
        self.0 = rest;
        Some(part)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn operations_read_back() {
        let mut change = vec![0; LENGTH_BYTES];
        let length = put(&mut change, b"k", |out| {
            out.extend_from_slice(b"value");
            Ok::<_, ()>(())
        });
        assert_eq!(length, Ok(5));
        delete(&mut change, b"gone");
        document(&mut change, [7; 16], 9, |out| {
            out.extend_from_slice(b"zzz");
            Ok::<_, ()>(())
        })
        .unwrap();
        let ops: Vec<_> = Ops::of(&change).map(Option::unwrap).collect();
        let offset = u32::try_from(change.len() - 3).unwrap();
        let document = Stored { offset, bytes: 3, expanded: 9, crc: crc32c::crc32c(b"zzz") };
        assert_eq!(
            ops,
            [
                Op::Put { key: b"k", value: b"value" },
                Op::Delete { key: b"gone" },
                Op::Document { id: [7; 16], document },
            ]
        );
        let place = Place { segment: 3, offset: 1 << 40 };
        let (read, stored) = Stored::from_row_value(&document.row_value(place)).unwrap();
        assert_eq!((read.segment, read.offset), (3, (1 << 40) + u64::from(offset)));
        assert_eq!(stored, Stored { offset: 0, ..document });
    }

    proptest! {
        #[test]
        fn any_bytes_read_without_panic(raw in proptest::collection::vec(0..20_u8, 0..60)) {
            prop_assert!(Ops::of(&raw).count() <= raw.len());
        }
    }
}
