//! `punchgate xml`: `check`, is it XML at all? and `canonical`.

use std::{
    io::{Write as _, stderr, stdout},
    path::PathBuf,
    process::ExitCode,
};

use clap::{Args, Subcommand};

use crate::wire::xml::{Limits, ReadError, check, lossy};

use super::{input, xml_canonical};

/// Files may be larger than what comes over the network.
pub(super) const LIMITS: Limits = Limits { bytes: 256 << 20, nodes: 20_000_000, ..Limits::DEFAULT };

/// Look at files as XML, whatever they hold
#[derive(Debug, Args)]
pub(super) struct Xml {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Say whether files are well-formed, internal subsets included
    ///
    /// Nothing outside of the file is ever opened. Ends with 0 when all are, with 1 when one is not, with 2 when one
    /// cannot be read.
    Check {
        /// Files, - for standard input
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    Canonical(xml_canonical::Command),
}

impl Xml {
    /// Runs the command.
    #[must_use]
    pub(super) fn run(self) -> ExitCode {
        match self.command {
            Command::Check { files } => check_all(&files),
            Command::Canonical(command) => command.run(),
        }
    }
}

fn check_all(files: &[PathBuf]) -> ExitCode {
    let mut worst = 0;
    for file in files {
        let name = input::name(file);
        // A reader that went away changes nothing about the verdict.
        match input::read(file) {
            Err(why) => {
                worst = 2;
                let _ = writeln!(stderr(), "{why}");
            }
            Ok(octets) => match check(octets.clone(), None, &LIMITS) {
                Ok(()) => {
                    let _ = writeln!(stdout(), "{name}: well-formed");
                }
                Err(error) => {
                    worst = worst.max(1);
                    let _ = writeln!(stdout(), "{name}{}", explained(&error, &lossy(&octets, None)));
                }
            },
        }
    }
    ExitCode::from(worst)
}

/// What is wrong with `text`, to be put behind its name.
pub(super) fn explained(error: &ReadError, text: &str) -> String {
    let (line, column) = (error.position.line, error.position.column);
    format!(":{line}:{column}: error {}: {}\n{}", error.kind.code(), error.kind, error.excerpt(text, 100))
}
