//! The first sheet of an Excel workbook, row by row.
//!
//! A workbook is a ZIP archive that may unpack to anything, whatever it says of itself. So every part is unpacked once
//! into nothing first, counted, and refused where it is too much; only then is the sheet read.

use std::{
    fs::File,
    io::{BufReader, Read},
    path::Path,
    sync::mpsc::{Receiver, SyncSender, sync_channel},
};

use calamine::{DataRef, Reader as _};

use super::{
    LineProblem,
    entries::{Entries, Next, columns, entry},
};
use crate::wire::{
    csv::{Header, Mapping},
    feed::Mode,
};

/// What a sheet may unpack to.
const SHEET: u64 = 2 << 30;
/// What any other part may unpack to: it is held in memory.
const PART: u64 = 64 << 20;
const PARTS: usize = 1000;
/// How many times the file's length all of it may be; what is small may be anything.
const RATIO: u64 = 200;
/// The longest text, in bytes.
const TEXT: usize = 1 << 20;
/// The widest row.
const CELLS: usize = 1000;

/// Why a workbook cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum XlsxError {
    /// No archive, or a broken one.
    #[error("the workbook cannot be unpacked: {0}")]
    Archive(String),
    /// Too much in it.
    #[error("the workbook unpacks to too much ({0}): save the sheet as CSV")]
    TooMuch(&'static str),
    /// XML that no spreadsheet program writes.
    #[error("the workbook holds XML with declarations, comments or CDATA")]
    Markup,
    /// What calamine says.
    #[error("the workbook cannot be read: {0}")]
    Workbook(String),
    /// A formula's fault.
    #[error("a cell holds the error {0}")]
    Cell(String),
    /// More columns than any catalog has.
    #[error("a row has more than 1000 cells")]
    Wide,
}

type Row = Result<(u64, Vec<Result<String, String>>), XlsxError>;

/// A sheet being read: the workbook lends its rows, so it lives on a thread of its own.
pub(super) struct Xlsx {
    rows: Receiver<Row>,
    header: Header,
    mode: Mode,
    bytes: u64,
}

impl Xlsx {
    pub(super) fn open(path: &Path, mapping: &Mapping, mode: Mode) -> Result<Self, (u64, LineProblem)> {
        let told = |error: XlsxError| (1, LineProblem::from(error));
        let length = measured(path).map_err(told)?;
        let (sender, rows) = sync_channel(256);
        let owned = path.to_owned();
        std::thread::spawn(move || {
            if let Err(error) = read(&owned, &sender) {
                // Nobody hears it where reading was given up.
                let _ = sender.send(Err(error));
            }
        });
        let first = rows.recv().map_err(|_| (1, LineProblem::NoRows))?;
        let (line, cells) = first.map_err(told)?;
        let names: Vec<String> = cells.into_iter().map(Result::unwrap_or_default).collect();
        let used = names.iter().rposition(|name| !name.trim().is_empty()).map_or(0, |last| last + 1);
        let names = names.get(..used).unwrap_or_default();
        let header = Header::parse(names, &columns(), mapping, mode == Mode::Whole);
        Ok(Self { rows, header: header.map_err(|error| (line, error.into()))?, mode, bytes: length })
    }
}

impl Entries for Xlsx {
    fn next(&mut self) -> Next {
        loop {
            let (line, cells) = match self.rows.recv() {
                Ok(Ok(row)) => row,
                Ok(Err(error)) => return Next::Stop(1, error.into()),
                Err(_) => return Next::End,
            };
            if cells.iter().all(|cell| cell.as_ref().is_ok_and(|text| text.trim().is_empty())) {
                continue;
            }
            if let Some(Err(error)) = cells.iter().find(|cell| cell.is_err()) {
                return Next::Bad(line, vec![XlsxError::Cell(error.clone()).into()]);
            }
            let found = cells.iter().rposition(|cell| cell.as_ref().is_ok_and(|text| !text.is_empty()));
            let (found, expected) = (found.map_or(0, |last| last + 1), self.header.len());
            if found > expected {
                return Next::Bad(line, vec![LineProblem::Cells { found, expected }]);
            }
            let mut texts: Vec<String> = cells.into_iter().map(Result::unwrap_or_default).collect();
            texts.resize(expected, String::new());
            return Next::Entry(entry(line, &self.header, texts.iter().map(String::as_str)));
        }
    }

    fn bytes(&self) -> u64 {
        self.bytes
    }

    fn mode(&self) -> Mode {
        self.mode
    }
}

/// Unpacks everything into nothing; the length of the file.
fn measured(path: &Path) -> Result<u64, XlsxError> {
    let broken = |error: &dyn std::fmt::Display| XlsxError::Archive(error.to_string());
    let file = File::open(path).map_err(|error| broken(&error))?;
    let length = file.metadata().map_err(|error| broken(&error))?.len();
    let mut archive = zip::ZipArchive::new(BufReader::new(file)).map_err(|error| broken(&error))?;
    if archive.len() > PARTS {
        return Err(XlsxError::TooMuch("parts"));
    }
    let all = PART.max(length.saturating_mul(RATIO));
    let mut total = 0_u64;
    let mut buffer = vec![0; 1 << 16];
    for number in 0..archive.len() {
        let mut part = archive.by_index(number).map_err(|error| broken(&error))?;
        let name = part.name().map_err(|error| broken(&error))?.into_owned();
        let is_sheet = name.contains("worksheets/");
        let is_xml = Path::new(&name).extension().is_some_and(|ending| ending == "xml" || ending == "rels");
        let most = if is_sheet { SHEET } else { PART };
        let mut scan = Scan::default();
        let mut unpacked = 0_u64;
        loop {
            let read = part.read(&mut buffer).map_err(|error| broken(&error))?;
            if read == 0 {
                break;
            }
            unpacked += read as u64;
            total += read as u64;
            if unpacked > most || total > all {
                return Err(XlsxError::TooMuch(if is_sheet {
                    "a sheet"
                } else {
                    "a part beside the sheets"
                }));
            }
            if is_xml {
                scan.see(buffer.get(..read).unwrap_or_default())?;
            }
        }
    }
    Ok(length)
}

/// Looks at XML for what the reader would hold whole.
#[derive(Default)]
struct Scan {
    run: usize,
    opened: bool,
}

impl Scan {
    fn see(&mut self, bytes: &[u8]) -> Result<(), XlsxError> {
        for byte in bytes {
            if self.opened && *byte == b'!' {
                return Err(XlsxError::Markup);
            }
            self.opened = *byte == b'<';
            self.run = if matches!(byte, b'<' | b'>') { 0 } else { self.run + 1 };
            if self.run > TEXT {
                return Err(XlsxError::TooMuch("a text"));
            }
        }
        Ok(())
    }
}

/// Sends every row of the first sheet.
fn read(path: &Path, sender: &SyncSender<Row>) -> Result<(), XlsxError> {
    let wrong = |error: calamine::XlsxError| XlsxError::Workbook(error.to_string());
    let file = File::open(path).map_err(|error| XlsxError::Archive(error.to_string()))?;
    let mut workbook = calamine::Xlsx::new(BufReader::new(file)).map_err(wrong)?;
    let Some(sheet) = workbook.sheet_names().into_iter().next() else {
        return Err(XlsxError::Workbook("there is no sheet".to_owned()));
    };
    let mut cells = workbook.worksheet_cells_reader(&sheet).map_err(wrong)?;
    let mut row: Option<(u64, Vec<Result<String, String>>)> = None;
    while let Some(cell) = cells.next_cell().map_err(wrong)? {
        let (line, column) = (u64::from(cell.get_position().0) + 1, cell.get_position().1 as usize);
        if column >= CELLS {
            if matches!(cell.get_value(), DataRef::Empty) {
                continue;
            }
            return Err(XlsxError::Wide);
        }
        if row.as_ref().is_some_and(|(open, _)| *open != line)
            && let Some(done) = row.take()
            && sender.send(Ok(done)).is_err()
        {
            return Ok(());
        }
        let (_, texts) = row.get_or_insert_with(|| (line, Vec::new()));
        if texts.len() <= column {
            texts.resize(column + 1, Ok(String::new()));
        }
        if let Some(text) = texts.get_mut(column) {
            *text = value(cell.get_value());
        }
    }
    if let Some(done) = row {
        let _ = sender.send(Ok(done)); // as above
    }
    Ok(())
}

/// A cell as it would stand in CSV: numbers with a point, days as `2026-12-31`.
fn value(cell: &DataRef<'_>) -> Result<String, String> {
    Ok(match cell {
        DataRef::Empty => String::new(),
        DataRef::Int(number) => number.to_string(),
        // The shortest digits that mean this number: 0.1, not what binary makes of it.
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(flag) => if *flag { "yes" } else { "no" }.to_owned(),
        DataRef::DateTime(moment) => {
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        DataRef::Error(error) => return Err(error.to_string()),
    })
}
