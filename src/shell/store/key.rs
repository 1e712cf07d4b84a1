//! Keys: typed on the outside, ordered bytes inside, so that every listing is a range scan.

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A typed key; each key type is one table.
///
/// `encode` writes the parts in the order in which listings want them; `decode` reads the same parts.
///
/// ```ignore
/// /// Orders of a buyer, newest first.
/// struct OrderByTime { buyer: BuyerId, received: Timestamp, order: OrderId }
///
/// impl Key for OrderByTime {
///     type Value = OrderSummary;
///     const TABLE: u8 = 12;
///     const SCHEMA: u16 = 1;
///     fn encode(&self, key: &mut KeyBytes) {
///         key.text(self.buyer.as_str()).newest_first(self.received).raw(self.order.bytes());
///     }
///     fn decode(bytes: &[u8]) -> Option<Self> {
///         KeyReader::whole(bytes, |key| {
///             Some(Self { buyer: BuyerId::parse(&key.text()?).ok()?, received: key.newest_first()?, order: OrderId(key.raw()?) })
///         })
///     }
/// }
/// ```
pub trait Key: Sized + Send + Sync {
    /// What is stored under it, as JSON.
    type Value: Serialize + DeserializeOwned + Send;
    /// The table, 1 to 253, unique among all key types and never used again for another.
    const TABLE: u8;
    /// Version of `Value`'s shape; a stored row of another version is refused, never guessed at.
    const SCHEMA: u16;
    /// Appends the key's parts.
    fn encode(&self, key: &mut KeyBytes);
    /// Reads what [`encode`](Self::encode) wrote; `None` when these are not its bytes.
    fn decode(bytes: &[u8]) -> Option<Self>;
}

/// The table of documents; no key type may take it.
pub(super) const DOCUMENTS: u8 = 0;

/// The table that tells which schema the rows of each table have.
pub(super) const SCHEMAS: u8 = 254;

/// A key in the making. Parts compare like their values, one after the other.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct KeyBytes(Vec<u8>);

impl KeyBytes {
    /// Longest key in bytes.
    pub const MAX_BYTES: usize = 2048;

    pub(super) fn table<K: Key>() -> Self {
        const { assert!(K::TABLE != DOCUMENTS && K::TABLE != u8::MAX) };
        let mut bytes = Vec::with_capacity(64);
        bytes.push(K::TABLE);
        Self(bytes)
    }

    pub(super) fn of<K: Key>(key: &K) -> Self {
        let mut bytes = Self::table::<K>();
        key.encode(&mut bytes);
        bytes
    }

    /// Text, in the order of its UTF-8 bytes. Ended by two zero bytes; a zero byte inside is followed by 255.
    pub fn text(&mut self, text: &str) -> &mut Self {
        for &byte in text.as_bytes() {
            self.0.push(byte);
            if byte == 0 {
                self.0.push(0xff);
            }
        }
        self.0.extend_from_slice(&[0, 0]);
        self
    }

    /// A small closed set, as its number.
    pub fn u8(&mut self, number: u8) -> &mut Self {
        self.0.push(number);
        self
    }

    /// Big-endian, smallest first.
    pub fn u64(&mut self, number: u64) -> &mut Self {
        self.0.extend_from_slice(&number.to_be_bytes());
        self
    }

    /// Largest first.
    pub fn largest_first(&mut self, number: u64) -> &mut Self {
        self.u64(!number)
    }

    /// Microseconds, oldest first; what is finer is cut off.
    pub fn timestamp(&mut self, at: Timestamp) -> &mut Self {
        self.u64(at.as_microsecond().cast_unsigned() ^ SIGN)
    }

    /// Microseconds, newest first.
    pub fn newest_first(&mut self, at: Timestamp) -> &mut Self {
        self.u64(!(at.as_microsecond().cast_unsigned() ^ SIGN))
    }

    /// Bytes of a fixed length, such as a random id of 16.
    pub fn raw<const N: usize>(&mut self, bytes: [u8; N]) -> &mut Self {
        self.0.extend_from_slice(&bytes);
        self
    }

    pub(super) fn as_slice(&self) -> &[u8] {
        &self.0
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

/// With this bit flipped, signed numbers compare like unsigned ones.
const SIGN: u64 = 1 << 63;

/// Reads the parts of a key in the order they were written.
#[derive(Debug)]
pub struct KeyReader<'a> {
    rest: &'a [u8],
}

impl<'a> KeyReader<'a> {
    /// Reads a key; `None` when a part is missing or something is left over.
    pub fn whole<T>(bytes: &'a [u8], read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let mut reader = Self { rest: bytes };
        let value = read(&mut reader)?;
        reader.rest.is_empty().then_some(value)
    }

    /// See [`KeyBytes::text`].
    pub fn text(&mut self) -> Option<String> {
        let mut text = Vec::new();
        loop {
            let end = self.rest.iter().position(|&byte| byte == 0)?;
            let (before, after) = self.rest.split_at_checked(end)?;
            text.extend_from_slice(before);
            let (mark, rest) = after.split_at_checked(2)?;
            self.rest = rest;
            match mark {
                [0, 0] => return String::from_utf8(text).ok(),
                [0, 0xff] => text.push(0),
                _ => return None,
            }
        }
    }

    /// See [`KeyBytes::u8`].
    pub fn u8(&mut self) -> Option<u8> {
        self.raw().map(u8::from_be_bytes)
    }

    /// See [`KeyBytes::u64`].
    pub fn u64(&mut self) -> Option<u64> {
        self.raw().map(u64::from_be_bytes)
    }

    /// See [`KeyBytes::largest_first`].
    pub fn largest_first(&mut self) -> Option<u64> {
        self.u64().map(|number| !number)
    }

    /// See [`KeyBytes::timestamp`].
    pub fn timestamp(&mut self) -> Option<Timestamp> {
        self.u64().and_then(|number| Timestamp::from_microsecond((number ^ SIGN).cast_signed()).ok())
    }

    /// See [`KeyBytes::newest_first`].
    pub fn newest_first(&mut self) -> Option<Timestamp> {
        self.u64().and_then(|number| Timestamp::from_microsecond((!number ^ SIGN).cast_signed()).ok())
    }

    /// See [`KeyBytes::raw`].
    pub fn raw<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (part, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(*part)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bytes(write: impl FnOnce(&mut KeyBytes) -> &mut KeyBytes) -> Vec<u8> {
        let mut key = KeyBytes(Vec::new());
        write(&mut key);
        key.into_bytes()
    }

    fn timestamps() -> impl Strategy<Value = Timestamp> {
        let range = Timestamp::MIN.as_microsecond()..Timestamp::MAX.as_microsecond();
        range.prop_map(|at| Timestamp::from_microsecond(at).unwrap())
    }

    proptest! {
        /// Bytes compare like the tuples they were made from, and read back to them.
        #[test]
        fn order_and_content_survive(
            a in ("[\0a-c\u{fc}\u{ff}]{0,4}", any::<u64>(), timestamps(), "[\0a]{0,3}"),
            b in ("[\0a-c\u{fc}\u{ff}]{0,4}", any::<u64>(), timestamps(), "[\0a]{0,3}"),
        ) {
            let write = |(text, number, at, last): &(String, u64, Timestamp, String)| {
                bytes(|key| key.text(text).u64(*number).timestamp(*at).text(last))
            };
            prop_assert_eq!(a.cmp(&b), write(&a).cmp(&write(&b)));
            let read = KeyReader::whole(&write(&a), |key| Some((key.text()?, key.u64()?, key.timestamp()?, key.text()?)));
            prop_assert_eq!(read, Some(a));
        }

        #[test]
        fn newest_first_turns_the_order_round(a in (timestamps(), any::<u64>()), b in (timestamps(), any::<u64>())) {
            let write = |(at, number): (Timestamp, u64)| bytes(|key| key.newest_first(at).largest_first(number));
            prop_assert_eq!(b.cmp(&a), write(a).cmp(&write(b)));
            let read = KeyReader::whole(&write(a), |key| Some((key.newest_first()?, key.largest_first()?)));
            prop_assert_eq!(read, Some(a));
        }

        #[test]
        fn any_bytes_read_without_panic(raw in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = KeyReader::whole(&raw, |key| Some((key.text()?, key.raw::<3>()?, key.newest_first()?, key.u8()?)));
        }
    }

    #[test]
    fn leftovers_are_refused() {
        assert_eq!(KeyReader::whole(&bytes(|key| key.u64(7).u8(1)), KeyReader::u64), None);
    }
}
