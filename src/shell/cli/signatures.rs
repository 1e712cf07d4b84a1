//! What `verify`, `sign` and `key` share: files with keys, attachments, times.

use std::{
    fs,
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use jiff::Timestamp;

use crate::{
    shell::clock::Clock,
    wire::{
        signature::Certificate,
        transport::Part,
        xml::{Document, Limits, ReadError},
    },
};

use super::input;

/// Reads the certificates of a file, PEM or DER.
pub(super) fn certificates(file: &Path) -> Result<Vec<Certificate>, String> {
    Certificate::all_from(&input::read(file)?).map_err(|fault| format!("{}: {fault}", input::name(file)))
}

/// An attachment from `ID=FILE`.
pub(super) fn attachment(argument: &str) -> Result<Part, String> {
    let (id, file) =
        argument.split_once('=').ok_or_else(|| format!("{argument:?} is not CONTENT-ID=FILE"))?;
    let octets = input::read(Path::new(file))?;
    Ok(Part { id: Some(id.to_owned()), octets, ..Part::default() })
}

/// The time that counts: the one named, or now.
pub(super) fn moment(at: Option<Timestamp>) -> Timestamp {
    at.unwrap_or_else(|| Clock::System.now())
}

/// Reads a document with room for large ones.
pub(super) fn document(octets: Vec<u8>) -> Result<Document, ReadError> {
    Document::read(octets, None, &Limits { bytes: 256 << 20, nodes: 20_000_000, ..Limits::default() })
}

/// Writes a new file that the owner alone may read when it is `secret`; an existing one is never overwritten.
pub(super) fn create(file: &Path, text: &str, secret: bool) -> Result<(), String> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true).mode(if secret { 0o600 } else { 0o644 });
    let problem = |error: std::io::Error| format!("{}: {error}", file.display());
    let mut opened = options.open(file).map_err(problem)?;
    opened.write_all(text.as_bytes()).and_then(|()| opened.sync_all()).map_err(problem)
}

/// Writes to a new file, or to standard output without one.
pub(super) fn emit(file: Option<&PathBuf>, text: &str) -> Result<(), String> {
    match file {
        Some(file) => create(file, text, false),
        None => {
            std::io::stdout().write_all(text.as_bytes()).map_err(|error| format!("standard output: {error}"))
        }
    }
}
