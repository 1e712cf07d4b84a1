//! A document too large for a tree, element by element: the ones asked for become small documents of their own.
//!
//! What stands around them is checked to nest and to end; its text is passed over. Bounds hold for each piece, so memory
//! does not grow with the file. UTF-8, UTF-16 and the 8-bit encodings that catalogs come in are read.

use std::io::{self, BufRead, Read};

use encoding_rs::{Decoder, DecoderResult};
use quick_xml::{Reader, events::Event};

use super::{Document, Limits, ReadError};

/// The longest piece, in bytes.
const PIECE: usize = 4 << 20;
/// What is read at most for one token.
const TOKEN: u64 = 8 << 20;
const DEPTH: usize = 64;

/// Why reading stopped.
#[derive(Debug, thiserror::Error)]
pub enum PieceError {
    /// The source.
    #[error("the file cannot be read: {0}")]
    Io(#[from] io::Error),
    /// Not well-formed.
    #[error("{0}")]
    Syntax(String),
    /// A piece that is no document.
    #[error("column {}: {}", .0.position.column, .0.kind)]
    Piece(#[from] ReadError),
    /// A bound.
    #[error("{0}")]
    TooMuch(&'static str),
    /// The end is missing.
    #[error("the file ends inside <{0}>: was it cut off?")]
    CutOff(String),
    /// No element at all.
    #[error("the file holds no XML element")]
    Empty,
    /// Declarations.
    #[error("declarations in the document type are not read")]
    Subset,
    /// Octets that are no text.
    #[error("the file is not in the encoding {0}")]
    Encoding(&'static str),
    /// An encoding that is not known.
    #[error("the encoding {0:?} is not known")]
    UnknownEncoding(String),
}

/// A piece of a document.
#[derive(Debug)]
pub struct Piece {
    /// The line it begins on, from 1.
    pub line: u64,
    /// Names of the elements around it, from the root.
    pub within: Vec<String>,
    /// The element; of one that is only entered the start tag alone.
    pub document: Document,
    /// Whether it is only entered: what it holds comes next.
    pub entered: bool,
}

/// Reads pieces.
pub struct Pieces<R> {
    reader: Reader<Metered<Utf8<R>>>,
    wanted: &'static [&'static str],
    open: Vec<String>,
    any: bool,
    buffer: Vec<u8>,
}

impl<R: BufRead> Pieces<R> {
    /// Pieces of the elements that have one of these local names.
    pub fn new(source: R, wanted: &'static [&'static str]) -> Result<Self, PieceError> {
        let source = Utf8::new(source)?;
        let mut reader = Reader::from_reader(Metered { source, lines: 0, bytes: 0, left: TOKEN });
        reader.config_mut().check_end_names = true;
        Ok(Self { reader, wanted, open: Vec::new(), any: false, buffer: Vec::new() })
    }

    /// How many bytes of UTF-8 were read.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.reader.get_ref().bytes
    }

    /// The next piece, or where and why there is none.
    pub fn piece(&mut self) -> Result<Option<Piece>, (u64, PieceError)> {
        loop {
            let line = self.line();
            match self.step(line) {
                Ok(Step::Piece(piece)) => return Ok(Some(*piece)),
                Ok(Step::On) => {}
                Ok(Step::End) => return Ok(None),
                Err(error) => {
                    return Err((
                        if matches!(error, PieceError::CutOff(_)) { self.line() } else { line },
                        error,
                    ));
                }
            }
        }
    }

    /// The next whole piece of this name. `Err` with `true`: those after it can still be read.
    pub fn next_of(&mut self, names: &[&str]) -> Result<Option<Piece>, (u64, PieceError, bool)> {
        loop {
            match self.piece() {
                Ok(Some(piece)) if !piece.entered && names.contains(&piece.document.root().name()) => {
                    return Ok(Some(piece));
                }
                Ok(Some(_)) => {}
                Ok(None) => return Ok(None),
                Err((line, error)) => {
                    let goes_on = matches!(error, PieceError::Piece(_));
                    return Err((line, error, goes_on));
                }
            }
        }
    }

    fn line(&self) -> u64 {
        self.reader.get_ref().lines + 1
    }

    fn step(&mut self, line: u64) -> Result<Step, PieceError> {
        self.buffer.clear();
        self.reader.get_mut().left = TOKEN;
        let event = self.reader.read_event_into(&mut self.buffer).map_err(syntax)?;
        let (tag, empty) = match event {
            Event::Start(tag) => (tag, false),
            Event::Empty(tag) => (tag, true),
            Event::End(_) => {
                self.open.pop();
                return Ok(Step::On);
            }
            Event::DocType(text) if text.contains('[') => return Err(PieceError::Subset),
            Event::Eof => {
                return match (self.open.last(), self.any) {
                    (Some(name), _) => Err(PieceError::CutOff(name.clone())),
                    (None, true) => Ok(Step::End),
                    (None, false) => Err(PieceError::Empty),
                };
            }
            _ => return Ok(Step::On),
        };
        if self.open.is_empty() && self.any {
            return Err(PieceError::Syntax("there is a second root element".to_owned()));
        }
        self.any = true;
        let local = tag.local_name().as_ref().to_owned();
        let name = tag.name().as_ref().to_owned();
        let mut markup = String::with_capacity(1024);
        markup.push('<');
        markup.push_str(&tag);
        let within = self.open.clone();
        let is_wanted = self.wanted.contains(&local.as_str());
        if empty || !is_wanted {
            markup.push_str("/>");
        }
        if !empty && !is_wanted {
            if self.open.len() >= DEPTH {
                return Err(PieceError::TooMuch("elements nest too deeply"));
            }
            self.open.push(local);
        }
        if !empty && is_wanted {
            markup.push('>');
            self.whole(&name, &mut markup)?;
        }
        let document = Document::read(markup, Some("utf-8"), &Limits::default())?;
        Ok(Step::Piece(Box::new(Piece { line, within, document, entered: !is_wanted })))
    }

    /// Everything up to the end of the element that has begun.
    fn whole(&mut self, name: &str, markup: &mut String) -> Result<(), PieceError> {
        let mut depth = 1_usize;
        while depth > 0 {
            self.buffer.clear();
            self.reader.get_mut().left = TOKEN;
            let (start, text, end): (&str, String, &str) =
                match self.reader.read_event_into(&mut self.buffer).map_err(syntax)? {
                    Event::Start(tag) => {
                        depth += 1;
                        ("<", tag.to_string(), ">")
                    }
                    Event::Empty(tag) => ("<", tag.to_string(), "/>"),
                    Event::End(tag) => {
                        depth -= 1;
                        ("</", tag.to_string(), ">")
                    }
                    Event::Text(text) => ("", text.to_string(), ""),
                    Event::CData(text) => ("<![CDATA[", text.to_string(), "]]>"),
                    Event::Comment(text) => ("<!--", text.to_string(), "-->"),
                    Event::PI(text) => ("<?", text.to_string(), "?>"),
                    Event::GeneralRef(name) => ("&", name.to_string(), ";"),
                    Event::Eof => return Err(PieceError::CutOff(name.to_owned())),
                    Event::Decl(_) | Event::DocType(_) => {
                        return Err(PieceError::Syntax("a declaration inside an element".to_owned()));
                    }
                };
            markup.push_str(start);
            markup.push_str(&text);
            markup.push_str(end);
            if markup.len() > PIECE {
                return Err(PieceError::TooMuch("an element is longer than 4 MiB"));
            }
        }
        Ok(())
    }
}

enum Step {
    Piece(Box<Piece>),
    On,
    End,
}

fn syntax(error: quick_xml::Error) -> PieceError {
    match error {
        quick_xml::Error::Io(error) => match error.get_ref().and_then(|inner| inner.downcast_ref()) {
            Some(&Stop(Fault::Long)) => PieceError::TooMuch("a tag or text is longer than 8 MiB"),
            Some(&Stop(Fault::Encoding(name))) => PieceError::Encoding(name),
            None => PieceError::Io(io::Error::new(error.kind(), error.to_string())),
        },
        quick_xml::Error::Syntax(error) => PieceError::Syntax(format!("{error}: was the file cut off?")),
        other => PieceError::Syntax(other.to_string()),
    }
}

/// What goes through a source of ours as an I/O error.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("stopped")]
struct Stop(Fault);

#[derive(Clone, Copy, Debug)]
enum Fault {
    Long,
    Encoding(&'static str),
}

fn stopped(fault: Fault) -> io::Error {
    io::Error::other(Stop(fault))
}

/// Counts lines and bytes, and ends what takes too long.
struct Metered<S> {
    source: S,
    lines: u64,
    bytes: u64,
    left: u64,
}

impl<S: BufRead> BufRead for Metered<S> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 { Err(stopped(Fault::Long)) } else { self.source.fill_buf() }
    }

    fn consume(&mut self, amount: usize) {
        let taken = self.source.fill_buf().ok().and_then(|buffer| buffer.get(..amount)).unwrap_or_default();
        self.lines += taken.split(|byte| *byte == b'\n').count().saturating_sub(1) as u64;
        self.bytes += amount as u64;
        self.left = self.left.saturating_sub(amount as u64);
        self.source.consume(amount);
    }
}

impl<S: BufRead> Read for Metered<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        copy(self, buffer)
    }
}

fn copy(source: &mut impl BufRead, buffer: &mut [u8]) -> io::Result<usize> {
    let there = source.fill_buf()?;
    let length = there.len().min(buffer.len());
    let (to, _) = buffer.split_at_mut(length);
    to.copy_from_slice(there.get(..length).unwrap_or_default());
    source.consume(length);
    Ok(length)
}

/// A source in whatever encoding as UTF-8.
struct Utf8<R> {
    source: R,
    decoder: Option<(Decoder, &'static str)>,
    text: Vec<u8>,
    from: usize,
    ended: bool,
}

impl<R: BufRead> Utf8<R> {
    fn new(mut source: R) -> Result<Self, PieceError> {
        let start = source.fill_buf()?;
        let marked = encoding_rs::Encoding::for_bom(start);
        let declared = declared(start);
        let encoding = match (marked, declared) {
            (Some((encoding, _)), _) => encoding,
            (None, None) if start.starts_with(&[b'<', 0]) => encoding_rs::UTF_16LE,
            (None, None) if start.starts_with(&[0, b'<']) => encoding_rs::UTF_16BE,
            (None, None) => encoding_rs::UTF_8,
            (None, Some(label)) => encoding_rs::Encoding::for_label(label.as_bytes())
                .ok_or(PieceError::UnknownEncoding(label))?,
        };
        if let Some((_, length)) = marked {
            source.consume(length);
        }
        // UTF-8 passes as it is; each piece is checked when it is read.
        let plain = encoding == encoding_rs::UTF_8;
        let decoder = (!plain).then(|| (encoding.new_decoder_without_bom_handling(), encoding.name()));
        Ok(Self { source, decoder, text: Vec::new(), from: 0, ended: false })
    }
}

/// The encoding that an XML declaration names.
fn declared(start: &[u8]) -> Option<String> {
    let head = start.strip_prefix(b"<?xml")?;
    let head = head.split(|byte| *byte == b'>').next()?;
    let text = String::from_utf8_lossy(head.get(..head.len().min(300))?).into_owned();
    let rest = text.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    rest.get(1..)?.split(quote).next().map(str::to_owned)
}

impl<R: BufRead> BufRead for Utf8<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let Some((decoder, name)) = &mut self.decoder else { return self.source.fill_buf() };
        while self.from >= self.text.len() && !self.ended {
            let raw = self.source.fill_buf()?;
            let last = raw.is_empty();
            let mut text = String::with_capacity(
                decoder.max_utf8_buffer_length_without_replacement(raw.len()).unwrap_or(1 << 16),
            );
            let (result, read) = decoder.decode_to_string_without_replacement(raw, &mut text, last);
            if let DecoderResult::Malformed(..) = result {
                return Err(stopped(Fault::Encoding(name)));
            }
            self.source.consume(read);
            self.text = text.into_bytes();
            self.from = 0;
            self.ended = last;
        }
        Ok(self.text.get(self.from..).unwrap_or_default())
    }

    fn consume(&mut self, amount: usize) {
        match self.decoder {
            Some(_) => self.from += amount,
            None => self.source.consume(amount),
        }
    }
}

impl<R: BufRead> Read for Utf8<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        copy(self, buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(source: &[u8]) -> Result<Vec<String>, String> {
        let mut pieces = Pieces::new(source, &["item"]).map_err(|error| error.to_string())?;
        let mut seen = Vec::new();
        loop {
            match pieces.piece() {
                Ok(Some(piece)) => seen.push(format!(
                    "{} {}{}",
                    piece.line,
                    if piece.entered { "+" } else { "" },
                    piece.document.root().outer_markup()
                )),
                Ok(None) => return Ok(seen),
                Err((line, error)) => return Err(format!("{line}: {error}")),
            }
        }
    }

    #[test]
    fn elements_come_one_by_one_with_their_lines() {
        let file = b"<?xml version='1.0'?>\n<!DOCTYPE a SYSTEM 'x.dtd'>\n<a mode='Full'>\n text\n<item>1 &amp; <![CDATA[<]]>\n<!-- x --></item><item/>\n</a>\n";
        let expected =
            ["3 +<a mode='Full'/>", "5 <item>1 &amp; <![CDATA[<]]>\n<!-- x --></item>", "6 <item/>"];
        assert_eq!(read(file).unwrap(), expected);
    }

    #[test]
    fn other_encodings_are_read_and_broken_ones_refused() {
        let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><a><item>Gr\xf6\xdfe</item></a>";
        assert_eq!(read(latin).unwrap()[1], "1 <item>Gr\u{f6}\u{df}e</item>");
        let wide: Vec<u8> =
            "\u{feff}<a><item>\u{df}</item></a>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(read(&wide).unwrap()[1], "1 <item>\u{df}</item>");
        assert!(read(b"<a>\n<item>\xff</item></a>").unwrap_err().starts_with("2: "));
        assert!(read(b"<?xml version='1.0' encoding='klingon'?><a/>").unwrap_err().contains("klingon"));
    }

    #[test]
    fn what_is_cut_or_damaged_names_its_line() {
        for (file, told) in [
            (&b"<a>\n<item>1</item>\n"[..], "3: the file ends inside <a>"),
            (b"<a>\n<item>1</it", "was it cut off?"),
            (b"<a>\n<item>1</item></b>", "2: "),
            (b"", "the file holds no XML element"),
            (b"not xml", "the file holds no XML element"),
            (b"<!DOCTYPE a [<!ENTITY x 'y'>]><a/>", "declarations in the document type"),
            (b"<a/><a/>", "second root"),
        ] {
            let error = read(file).unwrap_err();
            assert!(error.contains(told) || error.contains("cut off"), "{error}");
        }
        let mut long = b"<a><item>".to_vec();
        long.resize(10 << 20, b'x');
        assert!(read(&long).unwrap_err().contains("longer than"), "a text without an end is bounded");
    }
}
