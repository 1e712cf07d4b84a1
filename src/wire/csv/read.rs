//! Splits CSV (RFC 4180) into records, streaming, within bounds, with the line where each begins.
//!
//! Stricter than the usual readers where a file may be damaged: a quote that never closes, text behind a closing
//! quote and a last line without an end are errors, for each of them is what a file cut in the middle looks like.

use std::{
    borrow::Cow,
    io::{self, BufRead, Read},
};

/// How the bytes of a file are to be read.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    #[default]
    Utf8,
    /// What Western versions of Windows call ANSI.
    Windows1252,
}

/// Why reading stopped, or a record is none.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file cannot be read.
    #[error("the file cannot be read: {0}")]
    Io(#[from] io::Error),
    /// UTF-16.
    #[error("the file is in UTF-16; save it as UTF-8")]
    Utf16,
    /// More than 1 MiB in one record.
    #[error("a record is longer than 1 MiB: is a quote missing?")]
    TooLong,
    /// The file ends inside a quoted cell or without a line end.
    #[error("the file ends in the middle of a line: was it cut off? (the last line needs a line end)")]
    CutOff,
    /// Text behind the closing quote of a cell.
    #[error(
        "there is text behind the closing quote of a cell; a quote inside a quoted cell is written twice"
    )]
    Quote,
}

impl ReadError {
    /// Whether the records after it can still be read.
    #[must_use]
    pub fn is_of_one_record(&self) -> bool {
        matches!(self, Self::Quote)
    }
}

/// The longest record.
pub(super) const MAX_RECORD_BYTES: usize = 1 << 20;

/// Reads records from a source.
pub struct Reader<R> {
    source: R,
    encoding: Encoding,
    delimiter: u8,
    /// Lines read so far.
    lines: u64,
    /// Bytes read so far.
    bytes: u64,
    raw: Vec<u8>,
    cells: Cells,
}

/// One record.
pub struct Record<'a> {
    /// The line it begins on, from 1.
    pub line: u64,
    /// Its cells; `Err`: not text in the file's encoding.
    pub cells: Vec<Result<Cow<'a, str>, ()>>,
}

#[derive(Default)]
struct Cells {
    text: Vec<u8>,
    ends: Vec<usize>,
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum State {
    Start,
    Plain,
    Quoted,
    Closed,
}

impl<R: BufRead> Reader<R> {
    /// Passes over a byte order mark and finds out what separates cells: comma, semicolon or tab.
    pub fn new(mut source: R, encoding: Encoding) -> Result<Self, ReadError> {
        let start = source.fill_buf()?;
        if start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]) {
            return Err(ReadError::Utf16);
        }
        let marked = start.starts_with(&[0xef, 0xbb, 0xbf]);
        let header = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let count = |mark: u8| header.split(|byte| *byte == mark).count();
        let delimiter = [b'\t', b';', b','].into_iter().max_by_key(|mark| count(*mark)).unwrap_or(b',');
        let skipped = if marked { 3 } else { 0 };
        source.consume(skipped);
        Ok(Self {
            source,
            encoding: if marked { Encoding::Utf8 } else { encoding },
            delimiter,
            lines: 0,
            bytes: skipped as u64,
            raw: Vec::new(),
            cells: Cells::default(),
        })
    }

    /// Goes on in the middle of a source, after so many lines and bytes.
    #[must_use]
    pub fn within(source: R, encoding: Encoding, delimiter: u8, lines: u64, bytes: u64) -> Self {
        Self { source, encoding, delimiter, lines, bytes, raw: Vec::new(), cells: Cells::default() }
    }

    /// How many bytes of the source were read.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The next record that is not an empty line; an error comes with the line where its record begins.
    pub fn record(&mut self) -> Result<Option<Record<'_>>, (u64, ReadError)> {
        let line = loop {
            let line = self.lines + 1;
            match self.fill() {
                Ok(true) if self.cells.is_blank() => {}
                Ok(true) => break line,
                Ok(false) => return Ok(None),
                Err(error) => return Err((line, error)),
            }
        };
        let encoding = self.encoding;
        Ok(Some(Record { line, cells: self.cells.iter().map(|cell| decoded(cell, encoding)).collect() }))
    }

    /// Reads one record into the cells; `false` at the end of the source.
    fn fill(&mut self) -> Result<bool, ReadError> {
        self.cells.text.clear();
        self.cells.ends.clear();
        let mut state = State::Start;
        let mut misquoted = false;
        loop {
            self.raw.clear();
            let room = MAX_RECORD_BYTES.saturating_sub(self.cells.text.len());
            let read = (&mut self.source).take(room as u64 + 1).read_until(b'\n', &mut self.raw)?;
            self.bytes += read as u64;
            if read > room {
                return Err(ReadError::TooLong);
            }
            if read == 0 && state == State::Start {
                return Ok(false);
            }
            if self.raw.pop() != Some(b'\n') {
                return Err(ReadError::CutOff);
            }
            self.lines += 1;
            let ends_with_return = self.raw.last() == Some(&b'\r');
            for byte in &self.raw {
                (state, misquoted) = self.cells.take(*byte, state, self.delimiter, misquoted);
            }
            if state != State::Quoted {
                self.cells.end(ends_with_return);
                return if misquoted { Err(ReadError::Quote) } else { Ok(true) };
            }
            self.cells.text.push(b'\n');
        }
    }
}

impl Cells {
    fn take(&mut self, byte: u8, state: State, delimiter: u8, misquoted: bool) -> (State, bool) {
        let next = match (state, byte) {
            (State::Quoted, b'"') => State::Closed,
            (State::Quoted, _) => {
                self.text.push(byte);
                State::Quoted
            }
            (_, byte) if byte == delimiter => {
                self.ends.push(self.text.len());
                State::Start
            }
            (State::Start, b'"') => State::Quoted,
            (State::Closed, b'"') => {
                self.text.push(byte);
                State::Quoted
            }
            (State::Closed, b'\r') => State::Closed,
            (State::Closed, _) => return (State::Closed, true),
            (State::Start | State::Plain, _) => {
                self.text.push(byte);
                State::Plain
            }
        };
        (next, misquoted)
    }

    /// Ends the last cell, without the first half of a line end.
    fn end(&mut self, ends_with_return: bool) {
        let begins = self.ends.last().copied().unwrap_or(0);
        if ends_with_return && self.text.len() > begins && self.text.last() == Some(&b'\r') {
            self.text.pop();
        }
        self.ends.push(self.text.len());
    }

    fn is_blank(&self) -> bool {
        self.ends.len() == 1 && self.text.trim_ascii().is_empty()
    }

    fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(&0).chain(&self.ends);
        starts.zip(&self.ends).map(|(start, end)| self.text.get(*start..*end).unwrap_or_default())
    }
}

fn decoded(cell: &[u8], encoding: Encoding) -> Result<Cow<'_, str>, ()> {
    match encoding {
        Encoding::Utf8 => str::from_utf8(cell).map(Cow::Borrowed).map_err(|_| ()),
        Encoding::Windows1252 => {
            encoding_rs::WINDOWS_1252.decode_without_bom_handling_and_without_replacement(cell).ok_or(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Line and cells, or line and the beginning of what is wrong.
    type Seen = Result<(u64, Vec<String>), (u64, String)>;

    fn read(source: &[u8]) -> Vec<Seen> {
        let mut reader = Reader::new(source, Encoding::Utf8).unwrap();
        let mut seen = Vec::new();
        loop {
            match reader.record() {
                Ok(None) => return seen,
                Ok(Some(record)) => {
                    let text = |cell: Result<Cow<'_, str>, ()>| cell.map_or("?".into(), Cow::into_owned);
                    seen.push(Ok((record.line, record.cells.into_iter().map(text).collect())));
                }
                Err((line, error)) => {
                    seen.push(Err((line, error.to_string().chars().take(20).collect())));
                    if !error.is_of_one_record() {
                        return seen;
                    }
                }
            }
        }
    }

    #[allow(clippy::unnecessary_wraps, reason = "reads as what it is compared with")]
    fn cells(line: u64, texts: &[&str]) -> Seen {
        Ok((line, texts.iter().map(|text| (*text).to_owned()).collect()))
    }

    #[test]
    fn records_know_their_lines() {
        let expected =
            [cells(1, &["a", "b"]), cells(3, &["x\ny", "say \"hi\""]), cells(5, &["1/2\" pipe", ""])];
        assert_eq!(read(b"a,b\n\n\"x\ny\",\"say \"\"hi\"\"\"\n1/2\" pipe,\n"), expected);
        let returns = b"\xef\xbb\xbfa;b\r\n\r\n\"x\ny\";\"say \"\"hi\"\"\"\r\n1/2\" pipe;\r\n";
        assert_eq!(read(returns), expected);
        assert_eq!(read(b"a\tb\tc,d\n"), [cells(1, &["a", "b", "c,d"])]);
        assert_eq!(read(b""), []);
    }

    #[test]
    fn a_damaged_file_is_noticed() {
        let cut = |line| Err((line, "the file ends in the".to_owned()));
        assert_eq!(read(b"a,b\n1,2"), [cells(1, &["a", "b"]), cut(2)]);
        assert_eq!(read(b"a,b\n1,\"2\n"), [cells(1, &["a", "b"]), cut(2)]);
        assert_eq!(
            read(b"a,b\n\"1\"x,2\n3,4\n")[1],
            Err((2, "there is text behind ".to_owned()))
                .map_err(|(line, text): (u64, String)| (line, text.chars().take(20).collect()))
        );
        assert_eq!(read(b"a,b\n\"1\"x,2\n3,4\n")[2], cells(3, &["3", "4"]));
        assert_eq!(read(b"a,b\n\xff,2\n")[1], cells(2, &["?", "2"]));
        let mut long = b"a,b\n\"".to_vec();
        long.resize(MAX_RECORD_BYTES * 2, b'x');
        assert_eq!(read(&long)[1], Err((2, "a record is longer t".to_owned())));
        assert!(matches!(Reader::new(&b"\xff\xfea\0"[..], Encoding::Utf8), Err(ReadError::Utf16)));
    }

    #[test]
    fn windows_1252_is_read_when_asked_for() {
        let mut reader = Reader::new(&b"Gr\xf6\xdfe,\x80\n"[..], Encoding::Windows1252).unwrap();
        let record = reader.record().unwrap().unwrap();
        assert_eq!(record.cells, [Ok("Größe".into()), Ok("€".into())]);
    }
}
