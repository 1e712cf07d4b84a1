//! Reads files into writers, streaming: source → entries → checked products → version. Nothing is published here: the
//! caller looks at report and difference and decides.

mod build;
mod diff;
mod entries;
mod xlsx;

pub use diff::{Diff, DiffKind, DiffLine};
pub use entries::{Format, Options, columns};

use std::{
    collections::{HashMap, hash_map::Entry},
    io::BufRead,
    path::Path,
};

use jiff::Timestamp;

use super::{Catalog, CatalogError, CatalogWriter, PriceListWriter, StockWriter};
use crate::{
    model::money::Currency,
    wire::{
        csv::{
            self, Column, Encoding, Header, HeaderError, Mapping, PRICE_COLUMNS, Problem, ReadError, Row,
            STOCK_COLUMNS,
        },
        feed::{Mode, bmecat::BmecatError, cif::CifError, index::IndexError},
    },
};
use entries::CsvEntries;

/// How many errors a report lists; the rest are counted.
pub const MAX_ERRORS: usize = 1000;

/// What came of a file.
#[derive(Debug, Default)]
pub struct ImportReport {
    /// Rows that were taken.
    pub accepted: u64,
    /// Rows that were not.
    pub refused: u64,
    /// What is wrong, by line, at most [`MAX_ERRORS`] of them.
    pub errors: Vec<LineError>,
    /// All of them.
    pub error_count: u64,
    /// The file could be read to its end.
    pub complete: bool,
}

impl ImportReport {
    /// Whether all of the file was taken, and it was not empty.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.complete && self.error_count == 0 && self.accepted > 0
    }

    /// Of a file that could not be read at all.
    fn stopped(line: u64, error: LineProblem) -> Self {
        let mut report = Self::default();
        report.error(line, error);
        report
    }

    fn error(&mut self, line: u64, error: LineProblem) {
        self.error_count += 1;
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(LineError { line, error });
        }
    }
}

/// What is wrong, and where.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {error}")]
pub struct LineError {
    /// Line of the file, from 1, where the record begins.
    pub line: u64,
    /// What is wrong there.
    pub error: LineProblem,
}

/// What is wrong with a line.
#[derive(Debug, thiserror::Error)]
pub enum LineProblem {
    /// The first line is not a header.
    #[error(transparent)]
    Header(#[from] HeaderError),
    /// Reading stopped, or the record is none.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// More or fewer cells than the header has.
    #[error("has {found} cells, the header has {expected}")]
    Cells {
        /// In this line.
        found: usize,
        /// In the header.
        expected: usize,
    },
    /// Bytes that are no text.
    #[error("{column}: is not text in the encoding of the file (UTF-8, unless another one was named)")]
    Encoding {
        /// Which column.
        column: &'static str,
    },
    /// One cell.
    #[error(transparent)]
    Cell(#[from] Problem),
    /// The key of the row was there before.
    #[error("part: the same part is on line {first} already")]
    Duplicate {
        /// Where it was first.
        first: u64,
    },
    /// No row at all.
    #[error("the file has no rows")]
    NoRows,
    /// CIF.
    #[error(transparent)]
    Cif(#[from] CifError),
    /// cXML Index.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// BMEcat.
    #[error(transparent)]
    Bmecat(#[from] BmecatError),
    /// XLSX.
    #[error(transparent)]
    Xlsx(#[from] xlsx::XlsxError),
    /// Products that take each other's place, or hold each other, in a circle.
    #[error("{column}: {path} is a circle")]
    Circle {
        /// Where it is told.
        column: &'static str,
        /// The parts along it.
        path: String,
    },
    /// A change of what is not there.
    #[error("part: the catalog has no such product to remove")]
    NothingToRemove,
    /// A file of changes without anything to change.
    #[error("there is no catalog yet that this file could change")]
    NoBase,
}

impl LineProblem {
    /// Which column it is about, if it is about one.
    #[must_use]
    pub fn column(&self) -> Option<&'static str> {
        match self {
            Self::Cell(problem) => Some(problem.column),
            Self::Duplicate { .. } | Self::NothingToRemove => Some("part"),
            Self::Encoding { column } | Self::Circle { column, .. } => Some(column),
            _ => None,
        }
    }
}

/// Reads a catalog in CSV as the whole of it. `progress` hears how many bytes were read, now and then.
pub fn products(
    source: impl BufRead,
    encoding: Encoding,
    writer: &mut CatalogWriter,
    mut progress: impl FnMut(u64),
) -> Result<ImportReport, CatalogError> {
    match CsvEntries::open(source, encoding, &Mapping::default(), Mode::Whole) {
        Ok(mut entries) => Ok(build::whole(&mut entries, writer, None, &mut progress)?.0),
        Err((line, error)) => Ok(ImportReport::stopped(line, error)),
    }
}

/// Reads a catalog file of any format into a version.
///
/// - `base`: what is published now; a file of changes is put over it, and the difference is to it.
pub fn catalog(
    file: &Path,
    options: &Options,
    base: Option<&Catalog>,
    writer: &mut CatalogWriter,
    progress: &mut dyn FnMut(u64),
) -> Result<(ImportReport, Diff, Mode), CatalogError> {
    let mut entries = match entries::open(file, options) {
        Ok(entries) => entries,
        Err((line, error)) => return Ok((ImportReport::stopped(line, error), Diff::default(), Mode::Whole)),
    };
    let mode = options.mode.unwrap_or_else(|| entries.mode());
    let (report, diff) = match (mode, base) {
        (Mode::Whole, _) => build::whole(&mut *entries, writer, base, progress)?,
        (Mode::Update, Some(base)) => build::update(&mut *entries, writer, base, progress)?,
        (Mode::Update, None) => (ImportReport::stopped(1, LineProblem::NoBase), Diff::default()),
    };
    Ok((report, diff, mode))
}

/// Reads a price file into a list of this currency.
pub fn prices(
    source: impl BufRead,
    encoding: Encoding,
    currency: Currency,
    writer: &mut PriceListWriter,
    progress: impl FnMut(u64),
) -> Result<ImportReport, CatalogError> {
    rows(
        source,
        encoding,
        PRICE_COLUMNS,
        progress,
        |row| csv::price(row, currency).map(|price| (price.0.to_string(), price)),
        |(part, entry)| writer.add(&part, &entry),
    )
}

/// Reads a stock file that was true at a time.
pub fn stock(
    source: impl BufRead,
    encoding: Encoding,
    as_of: Timestamp,
    writer: &mut StockWriter,
    progress: impl FnMut(u64),
) -> Result<ImportReport, CatalogError> {
    rows(
        source,
        encoding,
        STOCK_COLUMNS,
        progress,
        |row| csv::stock(row, as_of).map(|stock| (stock.0.to_string(), stock)),
        |(part, stock)| writer.add(&part, &stock),
    )
}

/// Every row with its key, each key once, to `take`.
fn rows<T>(
    source: impl BufRead,
    encoding: Encoding,
    columns: &[Column],
    mut progress: impl FnMut(u64),
    read: impl Fn(Row<'_>) -> Result<(String, T), Vec<Problem>>,
    mut take: impl FnMut(T) -> Result<(), CatalogError>,
) -> Result<ImportReport, CatalogError> {
    let mut report = ImportReport::default();
    let mut reader = match csv::Reader::new(source, encoding) {
        Ok(reader) => reader,
        Err(error) => {
            report.error(1, error.into());
            return Ok(report);
        }
    };
    let mut header: Option<Header> = None;
    let mut seen: HashMap<String, u64> = HashMap::new();
    loop {
        let record = match reader.record() {
            Ok(Some(record)) => record,
            Ok(None) => break,
            Err((line, error)) => {
                let goes_on = error.is_of_one_record() && header.is_some();
                report.refused += 1;
                report.error(line, error.into());
                if goes_on {
                    continue;
                }
                return Ok(report);
            }
        };
        let line = record.line;
        let Some(header) = &header else {
            let cells = record.cells.iter().map(|cell| cell.as_deref().unwrap_or("\u{fffd}"));
            match Header::parse(cells, columns, &Mapping::default(), true) {
                Ok(read) => header = Some(read),
                Err(error) => {
                    report.error(line, error.into());
                    return Ok(report);
                }
            }
            continue;
        };
        let outcome = checked(header, &record.cells, &read);
        let problems = match outcome {
            Ok((key, value)) => match seen.entry(key) {
                Entry::Vacant(free) => {
                    free.insert(line);
                    take(value)?;
                    report.accepted += 1;
                    Vec::new()
                }
                Entry::Occupied(first) => vec![LineProblem::Duplicate { first: *first.get() }],
            },
            Err(problems) => problems,
        };
        if !problems.is_empty() {
            report.refused += 1;
        }
        for problem in problems {
            report.error(line, problem);
        }
        if line.is_multiple_of(256) {
            progress(reader.bytes());
        }
    }
    progress(reader.bytes());
    report.complete = true;
    if report.accepted == 0 && report.error_count == 0 {
        report.error(1, LineProblem::NoRows);
    }
    Ok(report)
}

/// A row's value and key, or everything that is wrong with it.
fn checked<T>(
    header: &Header,
    cells: &[Result<std::borrow::Cow<'_, str>, ()>],
    read: impl Fn(Row<'_>) -> Result<(String, T), Vec<Problem>>,
) -> Result<(String, T), Vec<LineProblem>> {
    if cells.len() != header.len() {
        return Err(vec![LineProblem::Cells { found: cells.len(), expected: header.len() }]);
    }
    let mut texts = Vec::with_capacity(cells.len());
    for (position, cell) in cells.iter().enumerate() {
        let Ok(text) = cell else {
            let column = header.name(position).unwrap_or_default();
            return Err(vec![LineProblem::Encoding { column }]);
        };
        texts.push(text.as_ref());
    }
    read(Row::new(header, &texts)).map_err(|problems| problems.into_iter().map(LineProblem::Cell).collect())
}

#[cfg(test)]
mod faults;
#[cfg(test)]
mod formats;
#[cfg(test)]
mod tests;
