//! One immutable file of keyed records: written front to back, read by position, resident only in its fan-out.
//!
//! ```text
//! "PGTABLE1"
//! records   len u32 · crc32c u32 · key length u16 · key · payload          (len: what follows the checksum)
//! offsets   u64 a record, by ordinal
//! keys      hash u64 · ordinal u32, sorted
//! fan-out   u32 a bucket and one more: index of the first key of each bucket of the hash's upper bits
//! trailer   where these begin, how many, checksum of offsets to fan-out, checksum of the trailer
//! ```
//! All numbers are little-endian. A look-up by key is one read in `keys` (about 256 of them), one in `offsets`,
//! one of the record. Damage in a record is found by reading it, elsewhere by opening the file.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use ring::digest;
use serde::{Deserialize, Serialize};

use super::error::CatalogError;
use crate::model::{catalog::Ordinal, ids::SupplierPartId};

const MAGIC: &[u8; 8] = b"PGTABLE1";
const TRAILER_BYTES: usize = 48;
const KEY_BYTES: usize = 12;
/// The longest record, key included: a bound before anything is allocated.
const MAX_RECORD: usize = 4 << 20;
const KEYS_PER_BUCKET: u32 = 256;

static OPENINGS: AtomicU64 = AtomicU64::new(0);

/// What a finished file must be: stands in the manifest.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Seal {
    /// Length.
    pub bytes: u64,
    /// SHA-256 of the whole, hexadecimal.
    pub sha256: String,
}

/// Writes a table; nothing can be read from it before [`TableWriter::finish`].
pub(super) struct TableWriter {
    path: PathBuf,
    file: BufWriter<File>,
    digest: digest::Context,
    position: u64,
    offsets: Vec<u64>,
    keys: Vec<(u64, Ordinal)>,
}

impl TableWriter {
    pub(super) fn create(path: &Path) -> Result<Self, CatalogError> {
        let file = File::create_new(path).map_err(|error| CatalogError::io(path, error))?;
        let mut writer = Self {
            path: path.to_owned(),
            file: BufWriter::with_capacity(1 << 18, file),
            digest: digest::Context::new(&digest::SHA256),
            position: 0,
            offsets: Vec::new(),
            keys: Vec::new(),
        };
        writer.put(MAGIC)?;
        Ok(writer)
    }

    /// Appends a record. A key may come more than once.
    pub(super) fn append(&mut self, key: &str, payload: &[u8]) -> Result<Ordinal, CatalogError> {
        let too_much = || CatalogError::TooMuch { path: self.path.clone() };
        let ordinal = Ordinal::try_from(self.offsets.len()).map_err(|_| too_much())?;
        let key_length = u16::try_from(key.len()).map_err(|_| too_much())?;
        let length = 2 + key.len() + payload.len();
        if length > MAX_RECORD || ordinal == Ordinal::MAX {
            return Err(too_much());
        }
        let length = u32::try_from(length).map_err(|_| too_much())?;
        let checksum = crc32c::crc32c(&key_length.to_le_bytes());
        let checksum = crc32c::crc32c_append(checksum, key.as_bytes());
        let checksum = crc32c::crc32c_append(checksum, payload);
        self.offsets.push(self.position);
        self.keys.push((hash(key), ordinal));
        self.put(&length.to_le_bytes())?;
        self.put(&checksum.to_le_bytes())?;
        self.put(&key_length.to_le_bytes())?;
        self.put(key.as_bytes())?;
        self.put(payload)?;
        Ok(ordinal)
    }

    /// Writes the index, syncs the file and says what it now is.
    pub(super) fn finish(mut self) -> Result<Seal, CatalogError> {
        let count = u32::try_from(self.offsets.len())
            .map_err(|_| CatalogError::TooMuch { path: self.path.clone() })?;
        let offsets_at = self.position;
        let mut checksum = 0;
        for offset in std::mem::take(&mut self.offsets) {
            checksum = self.put_summed(&offset.to_le_bytes(), checksum)?;
        }
        let keys_at = self.position;
        let mut keys = std::mem::take(&mut self.keys);
        keys.sort_unstable();
        for (hash, ordinal) in &keys {
            checksum = self.put_summed(&hash.to_le_bytes(), checksum)?;
            checksum = self.put_summed(&ordinal.to_le_bytes(), checksum)?;
        }
        let fanout_at = self.position;
        let bits = fanout_bits(count);
        let mut next = keys.iter().map(|(hash, _)| bucket(*hash, bits)).peekable();
        let mut before = 0_u32;
        for number in 0..=1_u64 << bits {
            while next.next_if(|bucket| *bucket < number).is_some() {
                before += 1;
            }
            checksum = self.put_summed(&before.to_le_bytes(), checksum)?;
        }
        let mut trailer = Vec::with_capacity(TRAILER_BYTES);
        for place in [offsets_at, keys_at, fanout_at] {
            trailer.extend_from_slice(&place.to_le_bytes());
        }
        for number in [count, bits, checksum] {
            trailer.extend_from_slice(&number.to_le_bytes());
        }
        trailer.extend_from_slice(&crc32c::crc32c(&trailer).to_le_bytes());
        trailer.extend_from_slice(MAGIC);
        self.put(&trailer)?;
        let path = self.path;
        let file = self.file.into_inner().map_err(|error| CatalogError::io(&path, error.into_error()))?;
        file.sync_all().map_err(|error| CatalogError::io(&path, error))?;
        Ok(Seal { bytes: self.position, sha256: hex(self.digest.finish().as_ref()) })
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), CatalogError> {
        self.file.write_all(bytes).map_err(|error| CatalogError::io(&self.path, error))?;
        self.digest.update(bytes);
        self.position += bytes.len() as u64;
        Ok(())
    }

    fn put_summed(&mut self, bytes: &[u8], checksum: u32) -> Result<u32, CatalogError> {
        self.put(bytes)?;
        Ok(crc32c::crc32c_append(checksum, bytes))
    }
}

/// A finished table. Cloned handles share one open file, so it can be read to the end after it was deleted.
#[derive(Clone)]
pub(super) struct Table(Arc<Inner>);

struct Inner {
    path: PathBuf,
    file: File,
    /// Another one for each file that this process opens.
    opening: u64,
    count: u32,
    bits: u32,
    offsets_at: u64,
    keys_at: u64,
    fanout: Vec<u32>,
}

/// One record as read.
pub(super) struct Record {
    bytes: Vec<u8>,
    key_bytes: usize,
}

impl Record {
    pub(super) fn key(&self) -> &[u8] {
        self.bytes.get(2..2 + self.key_bytes).unwrap_or_default()
    }

    pub(super) fn payload(&self) -> &[u8] {
        self.bytes.get(2 + self.key_bytes..).unwrap_or_default()
    }
}

impl Table {
    /// Opens a file, checks its index and, where one is given, its seal's length.
    pub(super) fn open(path: &Path, seal: Option<&Seal>) -> Result<Self, CatalogError> {
        let file = File::open(path).map_err(|error| CatalogError::io(path, error))?;
        let damaged = |what| CatalogError::Damaged { path: path.to_owned(), what };
        let bytes = file.metadata().map_err(|error| CatalogError::io(path, error))?.len();
        if seal.is_some_and(|seal| seal.bytes != bytes) {
            return Err(damaged("its length is not that of its manifest"));
        }
        let trailer_at = bytes.checked_sub(TRAILER_BYTES as u64).ok_or(damaged("it is cut off"))?;
        let mut trailer = [0; TRAILER_BYTES];
        file.read_exact_at(&mut trailer, trailer_at).map_err(|error| CatalogError::io(path, error))?;
        let (numbers, rest) = trailer.split_at(36);
        if rest != [&crc32c::crc32c(numbers).to_le_bytes()[..], MAGIC].concat() {
            return Err(damaged("its end is not that of a table"));
        }
        let long = |at: usize| numbers.get(at..at + 8).and_then(le_u64).unwrap_or_default();
        let short = |at: usize| numbers.get(at..at + 4).and_then(le_u32).unwrap_or_default();
        let (offsets_at, keys_at, fanout_at) = (long(0), long(8), long(16));
        let (count, bits, checksum) = (short(24), short(28), short(32));
        let fits = bits == fanout_bits(count)
            && offsets_at.checked_add(u64::from(count) * 8) == Some(keys_at)
            && keys_at.checked_add(u64::from(count) * KEY_BYTES as u64) == Some(fanout_at)
            && fanout_at.checked_add(((1 << bits) + 1) * 4) == Some(trailer_at);
        if !fits {
            return Err(damaged("its index does not fit"));
        }
        if sum(&file, offsets_at, trailer_at).map_err(|error| CatalogError::io(path, error))? != checksum {
            return Err(damaged("its index is damaged"));
        }
        let mut raw = vec![0; usize::try_from(trailer_at - fanout_at).unwrap_or_default()];
        file.read_exact_at(&mut raw, fanout_at).map_err(|error| CatalogError::io(path, error))?;
        let fanout = raw.as_chunks::<4>().0.iter().map(|chunk| u32::from_le_bytes(*chunk)).collect();
        let opening = OPENINGS.fetch_add(1, Ordering::Relaxed);
        Ok(Self(Arc::new(Inner {
            path: path.to_owned(),
            file,
            opening,
            count,
            bits,
            offsets_at,
            keys_at,
            fanout,
        })))
    }

    /// Its file.
    pub(super) fn path(&self) -> &Path {
        &self.0.path
    }

    /// What tells it from every other table that this process opened.
    pub(super) fn opening(&self) -> u64 {
        self.0.opening
    }

    /// How many records.
    pub(super) fn len(&self) -> u32 {
        self.0.count
    }

    /// The record with this ordinal; `None` beyond the last one.
    pub(super) fn read(&self, ordinal: Ordinal) -> Result<Option<Record>, CatalogError> {
        let table = &*self.0;
        if ordinal >= table.count {
            return Ok(None);
        }
        // The place of the next record stands behind this one's; after the last, the index begins.
        let mut pair = [0; 16];
        let wanted = if ordinal + 1 == table.count { 8 } else { 16 };
        let (place, _) = pair.split_at_mut(wanted);
        self.read_at(place, table.offsets_at + u64::from(ordinal) * 8)?;
        let start = pair.get(..8).and_then(le_u64).unwrap_or_default();
        let end =
            if wanted == 8 { table.offsets_at } else { pair.get(8..).and_then(le_u64).unwrap_or_default() };
        let damaged = || CatalogError::Damaged { path: table.path.clone(), what: "a record is damaged" };
        let length = end.checked_sub(start).and_then(|length| usize::try_from(length).ok());
        let length = length.filter(|length| (10..=MAX_RECORD + 8).contains(length)).ok_or_else(damaged)?;
        let mut bytes = vec![0; length];
        self.read_at(&mut bytes, start)?;
        let body = bytes.split_off(8);
        let said = |at: usize| bytes.get(at..at + 4).and_then(le_u32);
        let key_bytes = body.first_chunk::<2>().map(|two| usize::from(u16::from_le_bytes(*two)));
        match key_bytes {
            Some(key_bytes)
                if said(0) == u32::try_from(body.len()).ok()
                    && said(4) == Some(crc32c::crc32c(&body))
                    && 2 + key_bytes <= body.len() =>
            {
                Ok(Some(Record { bytes: body, key_bytes }))
            }
            _ => Err(damaged()),
        }
    }

    /// All records with this key, by ordinal.
    pub(super) fn find(&self, key: &str) -> Result<Vec<(Ordinal, Record)>, CatalogError> {
        let table = &*self.0;
        let wanted = hash(key);
        let at = usize::try_from(bucket(wanted, table.bits)).unwrap_or(usize::MAX);
        let mut raw = Vec::new();
        self.bucket(at, &mut raw)?;
        let (entries, _) = raw.as_chunks::<KEY_BYTES>();
        let hash_of = |entry: &[u8; KEY_BYTES]| entry.get(..8).and_then(le_u64).unwrap_or_default();
        let from = entries.partition_point(|entry| hash_of(entry) < wanted);
        let mut found = Vec::new();
        for entry in entries.iter().skip(from).take_while(|entry| hash_of(entry) == wanted) {
            let ordinal = entry.get(8..).and_then(le_u32).unwrap_or(Ordinal::MAX);
            if let Some(record) = self.read(ordinal)?.filter(|record| record.key() == key.as_bytes()) {
                found.push((ordinal, record));
            }
        }
        Ok(found)
    }

    /// Records of this table beside those of another one with the same key, by both ordinals.
    ///
    /// Keys are compared by their hash of 64 bits: both tables are sorted by it, so that few reads are enough.
    pub(super) fn join(&self, other: &Self) -> Result<Vec<(Ordinal, Ordinal)>, CatalogError> {
        let entry = |raw: &[u8; KEY_BYTES]| {
            let hash = raw.get(..8).and_then(le_u64).unwrap_or_default();
            (hash, raw.get(8..).and_then(le_u32).unwrap_or(Ordinal::MAX))
        };
        let mut joined = Vec::with_capacity(other.len() as usize);
        let (mut loaded, mut ours) = (None, Vec::new());
        let mut theirs = Vec::new();
        for number in 0..=other.0.fanout.len().saturating_sub(2) {
            other.bucket(number, &mut theirs)?;
            for raw in theirs.as_chunks::<KEY_BYTES>().0 {
                let (wanted, right) = entry(raw);
                let at = usize::try_from(bucket(wanted, self.0.bits)).unwrap_or(usize::MAX);
                if loaded != Some(at) {
                    self.bucket(at, &mut ours)?;
                    loaded = Some(at);
                }
                let (entries, _) = ours.as_chunks::<KEY_BYTES>();
                let from = entries.partition_point(|raw| entry(raw).0 < wanted);
                let same = entries.iter().skip(from).map(entry).take_while(|(hash, _)| *hash == wanted);
                joined.extend(same.map(|(_, left)| (left, right)));
            }
        }
        joined.sort_unstable();
        Ok(joined)
    }

    /// The keys of one bucket as they stand in the file.
    fn bucket(&self, number: usize, into: &mut Vec<u8>) -> Result<(), CatalogError> {
        let table = &*self.0;
        into.clear();
        let (Some(first), Some(end)) = (table.fanout.get(number), table.fanout.get(number.saturating_add(1)))
        else {
            return Ok(());
        };
        into.resize(end.saturating_sub(*first) as usize * KEY_BYTES, 0);
        self.read_at(into, table.keys_at + u64::from(*first) * KEY_BYTES as u64)
    }

    /// Reads the whole file and compares it with its seal.
    pub(super) fn verify(&self, seal: &Seal) -> Result<(), CatalogError> {
        let mut digest = digest::Context::new(&digest::SHA256);
        each_chunk(&self.0.file, 0, seal.bytes, |chunk| digest.update(chunk))
            .map_err(|error| CatalogError::io(&self.0.path, error))?;
        if hex(digest.finish().as_ref()) == seal.sha256 {
            Ok(())
        } else {
            Err(CatalogError::Damaged {
                path: self.0.path.clone(),
                what: "its digest is not that of its manifest",
            })
        }
    }

    fn read_at(&self, buffer: &mut [u8], at: u64) -> Result<(), CatalogError> {
        self.0.file.read_exact_at(buffer, at).map_err(|error| CatalogError::io(&self.0.path, error))
    }
}

/// The SHA-256 of a small file that is already in memory, and its length.
pub(super) fn seal(bytes: &[u8]) -> Seal {
    Seal { bytes: bytes.len() as u64, sha256: hex(digest::digest(&digest::SHA256, bytes).as_ref()) }
}

/// What a record holds, and the form of the small files beside it.
pub(super) fn json<T: Serialize>(value: &T) -> Result<Vec<u8>, CatalogError> {
    serde_json::to_vec(value).map_err(|error| CatalogError::io(Path::new("record"), error.into()))
}

pub(super) fn from_json<T: for<'de> Deserialize<'de>>(of: &Table, bytes: &[u8]) -> Result<T, CatalogError> {
    let damaged = |_| CatalogError::Damaged { path: of.0.path.clone(), what: "a record cannot be read" };
    serde_json::from_slice(bytes).map_err(damaged)
}

/// The part number that is a record's key.
pub(super) fn part(of: &Table, record: &Record) -> Result<SupplierPartId, CatalogError> {
    let text = str::from_utf8(record.key()).ok();
    text.and_then(|text| SupplierPartId::parse(text).ok())
        .ok_or_else(|| CatalogError::Damaged { path: of.0.path.clone(), what: "a key is not a part number" })
}

/// FNV-1a, then a finisher that spreads short keys over the upper bits too. Stored: must never change.
pub(super) fn hash(key: &str) -> u64 {
    let folded = key.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    let mixed = (folded ^ (folded >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

fn bucket(hash: u64, bits: u32) -> u64 {
    hash.checked_shr(64 - bits).unwrap_or_default()
}

fn fanout_bits(count: u32) -> u32 {
    (count / KEYS_PER_BUCKET).checked_ilog2().map_or(0, |bits| bits + 1)
}

fn sum(file: &File, from: u64, to: u64) -> io::Result<u32> {
    let mut checksum = 0;
    each_chunk(file, from, to, |chunk| checksum = crc32c::crc32c_append(checksum, chunk))?;
    Ok(checksum)
}

fn each_chunk(file: &File, from: u64, to: u64, mut see: impl FnMut(&[u8])) -> io::Result<()> {
    let mut buffer = vec![0; 1 << 16];
    let mut at = from;
    while at < to {
        let wanted = usize::try_from(to - at).unwrap_or(usize::MAX).min(buffer.len());
        let (chunk, _) = buffer.split_at_mut(wanted);
        file.read_exact_at(chunk, at)?;
        see(chunk);
        at += wanted as u64;
    }
    Ok(())
}

fn le_u64(bytes: &[u8]) -> Option<u64> {
    bytes.first_chunk().map(|chunk| u64::from_le_bytes(*chunk))
}

fn le_u32(bytes: &[u8]) -> Option<u32> {
    bytes.first_chunk().map(|chunk| u32::from_le_bytes(*chunk))
}

pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}"); // writing to a String cannot fail
        text
    })
}

#[cfg(test)]
mod tests;
