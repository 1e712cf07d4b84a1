//! `punchgate explain`: what a code means.

use std::{
    io::{Write as _, stderr, stdout},
    process::ExitCode,
};

use clap::Args;

use crate::wire::cxml::{CODES, explain};

/// Explain the codes of findings; without one, list them all
#[derive(Debug, Args)]
pub(super) struct Explain {
    /// Codes such as G002
    #[arg(value_name = "CODE")]
    codes: Vec<String>,
}

impl Explain {
    /// Ends with 0, with 1 when there is no such code.
    #[must_use]
    pub(super) fn run(self) -> ExitCode {
        let mut out = stdout().lock();
        if self.codes.is_empty() {
            for known in CODES {
                let _ = writeln!(out, "{}  {}", known.code, known.title);
            }
        }
        let mut found = true;
        for code in &self.codes {
            if let Some(known) = explain(code) {
                let _ = writeln!(out, "{}: {}\n\n{}\n", known.code, known.title, known.text);
            } else {
                found = false;
                let _ = writeln!(stderr(), "there is no code {code}; `punchgate explain` lists them all");
            }
        }
        if found { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}
