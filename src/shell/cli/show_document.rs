//! `punchgate show`: a document as JSON.

use std::{
    io::{Write as _, stderr, stdout},
    path::PathBuf,
    process::ExitCode,
};

use clap::Args;

use crate::wire::{
    cxml::{to_json, to_typed_json},
    xml::{Document, Limits},
};

use super::input;

/// Show a cXML document as JSON, without its secrets
///
/// As punchgate reads it, with defaults; what could not be read and does not matter enough to refuse it is told. Ends with 1 when it is not XML, with 2 when it cannot be read.
#[derive(Debug, Args)]
pub(super) struct Show {
    /// File, - for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Show the tree of elements as it stands instead
    #[arg(long)]
    tree: bool,
}

impl Show {
    /// Runs the command.
    #[must_use]
    pub(super) fn run(self) -> ExitCode {
        let octets = match input::read(&self.file) {
            Ok(octets) => octets,
            Err(why) => {
                let _ = writeln!(stderr(), "{why}");
                return ExitCode::from(2);
            }
        };
        match Document::read(octets, None, &Limits::default()) {
            Ok(document) => {
                let mut out = stdout().lock();
                let json = if self.tree { to_json(&document) } else { to_typed_json(&document) };
                let told = serde_json::to_writer_pretty(&mut out, &json);
                let _ = writeln!(out);
                if told.is_ok() { ExitCode::SUCCESS } else { ExitCode::from(2) }
            }
            Err(error) => {
                let _ = writeln!(stderr(), "{}: {error}", input::name(&self.file));
                ExitCode::FAILURE
            }
        }
    }
}
