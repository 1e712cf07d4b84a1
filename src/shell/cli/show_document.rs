//! `punchgate show`: a document as JSON.

use std::{
    io::{Write as _, stderr, stdout},
    path::PathBuf,
    process::ExitCode,
};

use clap::Args;

use crate::wire::{
    cxml::to_json,
    xml::{Document, Limits},
};

use super::input;

/// Show a cXML document as JSON, with its defaults, without its secrets
///
/// Ends with 1 when it is not XML, with 2 when it cannot be read.
#[derive(Debug, Args)]
pub(super) struct Show {
    /// File, - for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
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
                let told = serde_json::to_writer_pretty(&mut out, &to_json(&document));
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
