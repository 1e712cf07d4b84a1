//! `punchgate xml check`: is it XML at all?

use std::{
    io::{Write as _, stderr, stdout},
    path::PathBuf,
    process::ExitCode,
};

use clap::{Args, Subcommand};

use crate::wire::xml::{Limits, check, lossy};

use super::input;

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
}

impl Xml {
    /// Runs the command.
    #[must_use]
    pub(super) fn run(self) -> ExitCode {
        let Command::Check { files } = self.command;
        let limits = Limits { bytes: 256 << 20, nodes: 20_000_000, ..Limits::default() };
        let mut worst = 0;
        for file in &files {
            let name = input::name(file);
            // A reader that went away changes nothing about the verdict.
            match input::read(file) {
                Err(why) => {
                    worst = 2;
                    let _ = writeln!(stderr(), "{why}");
                }
                Ok(octets) => match check(octets.clone(), None, &limits) {
                    Ok(()) => {
                        let _ = writeln!(stdout(), "{name}: well-formed");
                    }
                    Err(error) => {
                        worst = worst.max(1);
                        let excerpt = error.excerpt(&lossy(&octets, None), 100);
                        let code = error.kind.code();
                        let (line, column) = (error.position.line, error.position.column);
                        let _ = writeln!(
                            stdout(),
                            "{name}:{line}:{column}: error {code}: {}\n{excerpt}",
                            error.kind
                        );
                    }
                },
            }
        }
        ExitCode::from(worst)
    }
}
