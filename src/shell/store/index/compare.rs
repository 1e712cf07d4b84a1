//! Compares an index that nobody uses with the journal: what an operator's check does.

use std::cmp::Ordering;
use std::collections::{BTreeMap, btree_map};
use std::fmt::Write as _;
use std::iter::Peekable;
use std::sync::Arc;

use super::{CHUNK, Direction, Index, KeyRange, Marker, Row, writes};
use crate::shell::store::error::StoreError;
use crate::shell::store::journal::{Sorted, Whole};

/// What a comparison of the index with the journal found.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Compared {
    /// Rows that are the same in both.
    pub same: u64,
    /// Changes that the next start brings to the index.
    pub behind: u64,
    /// Rows that differ.
    pub differ: u64,
    /// The first of them, in words.
    pub differences: Vec<String>,
}

/// Differences that are told one by one.
const TOLD: usize = 10;
/// Bytes of a key that are shown.
const SHOWN: usize = 48;

/// What the journal says of a key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Said {
    /// LSN and checksum of its row.
    Row(u64, u32),
    Gone,
    /// Written behind the marker: the next start brings it, whatever the index has now.
    Later,
}

/// A key and what the journal says of it.
type Saying = (Arc<[u8]>, Said);
/// A key and its row in the index.
type Entry = (Arc<[u8]>, Row);

impl Said {
    fn of(row: &Row) -> Self {
        Self::Row(row.version().0, crc32c::crc32c(row.as_stored()))
    }
}

pub(super) fn compare(index: &Index, marker: &Marker, whole: &Whole) -> Result<Compared, StoreError> {
    let mut compared = Compared::default();
    let mut recent = BTreeMap::new();
    let last = whole.changes(&mut |change| {
        for (key, row) in writes(&change)? {
            let said = match row {
                _ if change.lsn > marker.lsn => Said::Later,
                Some(row) => Said::of(&row),
                None => Said::Gone,
            };
            recent.insert(key, said);
        }
        Ok(())
    })?;
    compared.behind = last.saturating_sub(marker.lsn);
    let mut expected = Expected { older: whole.rows()?, held: None, recent: recent.into_iter().peekable() };
    let mut found =
        Found { index, range: KeyRange { start: Vec::new(), end: Marker::KEY.to_vec() }, rows: None };
    let (mut wanted, mut has) = (expected.next()?, found.next()?);
    loop {
        let order = match (&wanted, &has) {
            (None, None) => return Ok(compared),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some((wanted, _)), Some((has, _))) => wanted.cmp(has),
        };
        let said = wanted.as_ref().filter(|_| order.is_le()).map(|(key, said)| (key, *said));
        let row = has.as_ref().filter(|_| order.is_ge()).map(|(key, row)| (key, Said::of(row)));
        let difference = match (said, row) {
            (Some((_, Said::Later)), _) | (Some((_, Said::Gone)) | None, None) => None,
            (Some((key, Said::Row(lsn, _))), None) => Some((key, format!("of change {lsn} is missing"))),
            (Some((_, said)), Some((_, row))) if said == row => {
                compared.same += 1;
                None
            }
            (Some((key, Said::Row(lsn, _))), Some((_, Said::Row(of, _)))) if lsn == of => {
                Some((key, format!("of change {lsn} has another value")))
            }
            (Some((key, Said::Row(lsn, _))), Some((_, Said::Row(of, _)))) => {
                Some((key, format!("is of change {of}, the journal's of change {lsn}")))
            }
            (_, Some((key, _))) => Some((key, "is in the index alone".to_owned())),
        };
        if let Some((key, what)) = difference {
            compared.differ += 1;
            if compared.differences.len() < TOLD {
                compared.differences.push(format!("{} {what}", named(key)));
            }
        }
        if order.is_le() {
            wanted = expected.next()?;
        }
        if order.is_ge() {
            has = found.next()?;
        }
    }
}

/// Table and key as an operator may search for them.
fn named(key: &[u8]) -> String {
    let (table, rest) = key.split_first().map_or((0, key), |(table, rest)| (*table, rest));
    let shown = rest.iter().take(SHOWN);
    let mut text = String::new();
    for &byte in shown {
        // Writing to a text does not fail.
        let _ = match byte {
            0 => write!(text, " "),
            _ if byte.is_ascii_graphic() => write!(text, "{}", char::from(byte)),
            _ => write!(text, "\\x{byte:02x}"),
        };
    }
    format!("the row {} of table {table}", text.trim_end())
}

/// What the journal says, in key order: its checkpoint, and over it the changes behind that.
struct Expected {
    older: Option<Sorted>,
    held: Option<Saying>,
    recent: Peekable<btree_map::IntoIter<Arc<[u8]>, Said>>,
}

impl Expected {
    fn next(&mut self) -> Result<Option<Saying>, StoreError> {
        if self.held.is_none()
            && let Some(older) = &mut self.older
        {
            let next = older.next()?;
            self.held = next.map(|(key, row)| (key, row.as_ref().map_or(Said::Gone, Said::of)));
        }
        let order = match (&self.held, self.recent.peek()) {
            (None, None) => return Ok(None),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some((older, _)), Some((recent, _))) => older.cmp(recent),
        };
        let held = if order.is_le() { self.held.take() } else { None };
        Ok(if order.is_lt() { held } else { self.recent.next() })
    }
}

/// Rows of the index, in key order.
struct Found<'a> {
    index: &'a Index,
    range: KeyRange,
    rows: Option<std::vec::IntoIter<Entry>>,
}

impl Found<'_> {
    fn next(&mut self) -> Result<Option<Entry>, StoreError> {
        if let Some(row) = self.rows.as_mut().and_then(Iterator::next) {
            return Ok(Some(row));
        }
        let rows = self.index.rows(self.range.clone(), Direction::Forward, CHUNK)?;
        let Some((last, _)) = rows.last() else { return Ok(None) };
        self.range.after(last.to_vec());
        Ok(self.rows.insert(rows.into_iter()).next())
    }
}
