//! What decides whether a product has a price, and when it comes: 16 bytes a product, by ordinal, for whoever has to know
//! it of thousands at once.
//!
//! ```text
//! currency of the list price, 3 letters or zeros · 0 · first day i32 · last day i32 · lead time u16 · 0 u16
//! ```
//! Days count from 1970, `i32::MIN` and `i32::MAX` where nothing bounds them; a lead time of 65 535 is not known.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use jiff::civil::Date;
use ring::digest;

use super::{
    error::CatalogError,
    table::{self, Seal},
};
use crate::model::{
    catalog::{Ordinal, Product},
    money::Currency,
};

const BYTES: usize = 16;
const NOT_KNOWN: u16 = u16::MAX;

/// Writes them.
pub(super) struct FactsWriter {
    path: PathBuf,
    file: BufWriter<File>,
    digest: digest::Context,
    bytes: u64,
}

impl FactsWriter {
    pub(super) fn create(path: &Path) -> Result<Self, CatalogError> {
        let file = File::create_new(path).map_err(|error| CatalogError::io(path, error))?;
        let digest = digest::Context::new(&digest::SHA256);
        Ok(Self { path: path.to_owned(), file: BufWriter::new(file), digest, bytes: 0 })
    }

    pub(super) fn append(&mut self, product: &Product) -> Result<(), CatalogError> {
        let mut record = [0; BYTES];
        let (currency, rest) = record.split_at_mut(4);
        if let (Some(list), Some(letters)) = (&product.list_price, currency.get_mut(..3)) {
            letters.copy_from_slice(list.currency.as_str().as_bytes());
        }
        let validity = &product.details.validity;
        let numbers = [
            validity.from.map_or(i32::MIN, day).to_le_bytes(),
            validity.until.map_or(i32::MAX, day).to_le_bytes(),
            u32::from(product.lead_time_days.unwrap_or(NOT_KNOWN)).to_le_bytes(),
        ];
        rest.copy_from_slice(numbers.as_flattened());
        self.digest.update(&record);
        self.bytes += BYTES as u64;
        self.file.write_all(&record).map_err(|error| CatalogError::io(&self.path, error))
    }

    pub(super) fn finish(self) -> Result<Seal, CatalogError> {
        let file =
            self.file.into_inner().map_err(|error| CatalogError::io(&self.path, error.into_error()))?;
        file.sync_all().map_err(|error| CatalogError::io(&self.path, error))?;
        Ok(Seal { bytes: self.bytes, sha256: table::hex(self.digest.finish().as_ref()) })
    }
}

/// The facts of a version, read as a whole.
pub(crate) struct Facts(Vec<u8>);

impl Facts {
    pub(super) fn read(path: &Path) -> Result<Self, CatalogError> {
        std::fs::read(path).map(Self).map_err(|error| CatalogError::io(path, error))
    }

    fn record(&self, ordinal: Ordinal) -> Option<&[u8; BYTES]> {
        self.0.as_chunks().0.get(ordinal as usize)
    }

    fn number(&self, ordinal: Ordinal, at: usize) -> Option<i32> {
        let bytes = self.record(ordinal)?.get(at..)?.first_chunk()?;
        Some(i32::from_le_bytes(*bytes))
    }

    /// Whether the product has a list price in this currency.
    pub(crate) fn is_listed_in(&self, ordinal: Ordinal, currency: Currency) -> bool {
        self.record(ordinal).is_some_and(|record| record.starts_with(currency.as_str().as_bytes()))
    }

    /// Whether it can be ordered on this day.
    pub(crate) fn is_valid_on(&self, ordinal: Ordinal, date: Date) -> bool {
        let today = day(date);
        let (from, until) = (self.number(ordinal, 4), self.number(ordinal, 8));
        from.is_some_and(|from| from <= today) && until.is_some_and(|until| today <= until)
    }

    /// Working days until it leaves, as the catalog says.
    pub(crate) fn lead_time_days(&self, ordinal: Ordinal) -> Option<u16> {
        let days = self.number(ordinal, 12).and_then(|days| u16::try_from(days).ok());
        days.filter(|days| *days != NOT_KNOWN)
    }
}

/// A day as a number.
fn day(date: Date) -> i32 {
    let epoch = Date::constant(1970, 1, 1);
    date.since(epoch).map_or(i32::MAX, |span| span.get_days())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_in_order() {
        assert_eq!((day(Date::constant(1970, 1, 1)), day(Date::constant(2026, 11, 23))), (0, 20_780));
        assert!(day(Date::constant(1969, 12, 31)) < 0);
        assert!(day(Date::MAX) < i32::MAX && day(Date::MIN) > i32::MIN);
    }
}
