//! A file of whatever format as entries, one by one.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read},
    path::Path,
};

use super::{LineProblem, xlsx::Xlsx};
use crate::wire::{
    csv::{self, Column, DELETE, Encoding, Header, Mapping, PRODUCT_COLUMNS},
    feed::{
        Action, Cells, Entry, Mode,
        bmecat::{Bmecat, Outline},
        cif::Cif,
        index::Index,
    },
};

/// How a file is read.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `None`: by its first bytes.
    pub format: Option<Format>,
    /// Of CSV.
    pub encoding: Encoding,
    /// Of CSV and XLSX.
    pub mapping: Mapping,
    /// `None`: as the file says; CSV and XLSX are all there is.
    pub mode: Option<Mode>,
}

/// The formats that are read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Format {
    /// CSV with a header line.
    Csv,
    /// The first sheet of an Excel workbook.
    Xlsx,
    /// CIF 3.0.
    Cif,
    /// cXML Index.
    Index,
    /// BMEcat 2005.
    Bmecat,
}

impl Format {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csv => "CSV",
            Self::Xlsx => "XLSX",
            Self::Cif => "CIF 3.0",
            Self::Index => "cXML Index",
            Self::Bmecat => "BMEcat 2005",
        }
    }

    /// By the first bytes of a file.
    #[must_use]
    pub fn of(start: &[u8]) -> Self {
        let text: String = start
            .iter()
            .filter(|byte| **byte != 0)
            .map(|byte| char::from(*byte).to_ascii_lowercase())
            .collect();
        let text = text.trim_start_matches(|c: char| c.is_whitespace() || !c.is_ascii());
        if start.starts_with(b"PK\x03\x04") {
            Self::Xlsx
        } else if text.starts_with("cif_i_v") {
            Self::Cif
        } else if text.starts_with('<') {
            if text.contains("<bmecat") { Self::Bmecat } else { Self::Index }
        } else {
            Self::Csv
        }
    }
}

/// What comes next.
pub(super) enum Next {
    /// An entry.
    Entry(Entry),
    /// An entry that cannot be read, by its line; those after it can.
    Bad(u64, Vec<LineProblem>),
    /// Reading stopped at a line.
    Stop(u64, LineProblem),
    /// That was all.
    End,
}

/// A file being read.
pub(super) trait Entries {
    fn next(&mut self) -> Next;
    fn bytes(&self) -> u64;
    fn mode(&self) -> Mode;
}

/// Opens a file, or says in which line and why it is none.
pub(super) fn open(path: &Path, options: &Options) -> Result<Box<dyn Entries>, (u64, LineProblem)> {
    let file = || File::open(path).map_err(|error| (1, csv::ReadError::Io(error).into()));
    let buffered = || file().map(|file| BufReader::with_capacity(1 << 18, file));
    let format = if let Some(format) = options.format {
        format
    } else {
        let mut start = Vec::new();
        let read = file()?.take(4096).read_to_end(&mut start);
        read.map_err(|error| (1, LineProblem::from(csv::ReadError::Io(error))))?;
        Format::of(&start)
    };
    Ok(match format {
        Format::Csv => {
            let mode = options.mode.unwrap_or(Mode::Whole);
            Box::new(CsvEntries::open(buffered()?, options.encoding, &options.mapping, mode)?)
        }
        Format::Xlsx => {
            let mode = options.mode.unwrap_or(Mode::Whole);
            Box::new(Xlsx::open(path, &options.mapping, mode)?)
        }
        Format::Cif => Box::new(Cif::open(buffered()?).map_err(|(line, error)| (line, error.into()))?),
        Format::Index => Box::new(Index::open(buffered()?).map_err(|(line, error)| (line, error.into()))?),
        Format::Bmecat => {
            let told = |(line, error): (u64, crate::wire::feed::bmecat::BmecatError)| (line, error.into());
            let outline = Outline::read(buffered()?).map_err(told)?;
            Box::new(Bmecat::open(buffered()?, outline).map_err(told)?)
        }
    })
}

/// The columns that a table of products may have.
#[must_use]
pub fn columns() -> Vec<Column> {
    let mut columns = PRODUCT_COLUMNS.to_vec();
    columns.push(DELETE);
    columns
}

/// An entry of the cells of a row, by the columns of its header.
pub(super) fn entry<'a>(line: u64, header: &Header, texts: impl Iterator<Item = &'a str>) -> Entry {
    let mut cells = Cells::default();
    let mut action = Action::Put;
    for (position, text) in texts.enumerate() {
        match header.name(position) {
            Some("delete") => {
                if matches!(text.trim().to_ascii_lowercase().as_str(), "yes" | "true" | "1" | "x") {
                    action = Action::Remove;
                }
            }
            Some(column) => cells.set(column, text),
            None => {}
        }
    }
    Entry { line, action, cells }
}

/// CSV.
pub(super) struct CsvEntries<R> {
    reader: csv::Reader<R>,
    header: Header,
    mode: Mode,
}

impl<R: BufRead> CsvEntries<R> {
    pub(super) fn open(
        source: R,
        encoding: Encoding,
        mapping: &Mapping,
        mode: Mode,
    ) -> Result<Self, (u64, LineProblem)> {
        let mut reader = csv::Reader::new(source, encoding).map_err(|error| (1, error.into()))?;
        let record = reader.record().map_err(|(line, error)| (line, error.into()))?;
        let record = record.ok_or((1, LineProblem::NoRows))?;
        let cells = record.cells.iter().map(|cell| cell.as_deref().unwrap_or("\u{fffd}"));
        let header = Header::parse(cells, &columns(), mapping, mode == Mode::Whole);
        let header = header.map_err(|error| (record.line, error.into()))?;
        Ok(Self { reader, header, mode })
    }
}

impl<R: BufRead> Entries for CsvEntries<R> {
    fn next(&mut self) -> Next {
        let record = match self.reader.record() {
            Ok(Some(record)) => record,
            Ok(None) => return Next::End,
            Err((line, error)) if error.is_of_one_record() => return Next::Bad(line, vec![error.into()]),
            Err((line, error)) => return Next::Stop(line, error.into()),
        };
        let line = record.line;
        let (found, expected) = (record.cells.len(), self.header.len());
        if found != expected {
            return Next::Bad(line, vec![LineProblem::Cells { found, expected }]);
        }
        if let Some(position) = record.cells.iter().position(Result::is_err) {
            let column = self.header.name(position).unwrap_or_default();
            return Next::Bad(line, vec![LineProblem::Encoding { column }]);
        }
        let texts = record.cells.iter().map(|cell| cell.as_deref().unwrap_or_default());
        Next::Entry(entry(line, &self.header, texts))
    }

    fn bytes(&self) -> u64 {
        self.reader.bytes()
    }

    fn mode(&self) -> Mode {
        self.mode
    }
}

/// The readers of `wire::feed` are alike.
macro_rules! feed {
    ($reader:ident) => {
        impl<R: BufRead> Entries for $reader<R> {
            fn next(&mut self) -> Next {
                match self.entry() {
                    Ok(Some(entry)) => Next::Entry(entry),
                    Ok(None) => Next::End,
                    Err((line, error, true)) => Next::Bad(line, vec![error.into()]),
                    Err((line, error, false)) => Next::Stop(line, error.into()),
                }
            }

            fn bytes(&self) -> u64 {
                Self::bytes(self)
            }

            fn mode(&self) -> Mode {
                Self::mode(self)
            }
        }
    };
}

feed!(Cif);
feed!(Index);
feed!(Bmecat);
