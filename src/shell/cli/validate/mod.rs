//! `punchgate validate`: what is wrong with documents, to the line.

mod dtds;
mod json;
mod junit;
mod sarif;
mod text;

use std::{
    io::{Write as _, stderr, stdout},
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, ValueEnum};

use crate::wire::{
    cxml::{Finding, Severity, judge, judge_by, redact_text, secret_spans},
    grammar::{Version, document_type},
    xml::{Document, Limits, lossy},
};

use self::dtds::Dtds;
use super::input;

/// Say what is wrong with cXML documents
///
/// Judges by punchgate's own grammar and by rules that no DTD can state; with --dtd by the DTD alone. Ends with 0 when there is
/// nothing wrong, with 1 when there is, with 2 when something cannot be read. Advice alone counts only with --strict.
#[derive(Debug, Args)]
pub(super) struct Validate {
    /// Files, - for standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Judge by the official DTD in this folder (cXML.dtd, Fulfill.dtd …) or in its folder for a version (1.2.071/cXML.dtd …)
    #[arg(long, value_name = "FOLDER")]
    dtd: Option<PathBuf>,
    /// The version that the reader of the documents knows; without it the newest
    #[arg(long, value_name = "1.2.0NN", value_parser = version)]
    version: Option<Version>,
    /// How to report
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Take advice as seriously as errors
    #[arg(long)]
    strict: bool,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
enum Format {
    /// For people, with excerpts
    #[default]
    Text,
    /// One JSON document
    Json,
    /// SARIF 2.1.0, for code hosting sites and editors
    Sarif,
    /// `JUnit` XML, for build servers
    Junit,
}

fn version(raw: &str) -> Result<Version, String> {
    Version::parse(raw).ok_or_else(|| "expected a version such as 1.2.014".to_owned())
}

/// What is known about one file.
struct Report {
    name: String,
    /// Kind of document, as far as it could be read.
    kind: Option<String>,
    /// What it was judged by.
    against: String,
    /// Its text without secrets, for excerpts.
    text: String,
    findings: Vec<Finding>,
    /// Why it could not be judged at all.
    unreadable: Option<String>,
}

impl Report {
    fn errors(&self) -> usize {
        self.findings.iter().filter(|finding| finding.severity == Severity::Error).count()
    }
}

impl Validate {
    /// Runs the command.
    #[must_use]
    pub(super) fn run(self) -> ExitCode {
        let mut dtds = self.dtd.as_deref().map(Dtds::new);
        let reports: Vec<Report> = self.files.iter().map(|file| self.judge(file, dtds.as_mut())).collect();
        let written = match self.format {
            Format::Text => Ok(text::write(&reports)),
            Format::Json => json::write(&reports),
            Format::Sarif => sarif::write(&reports),
            Format::Junit => junit::write(&reports),
        };
        match written {
            // A reader that went away changes nothing about the verdict.
            Ok(text) => drop(stdout().write_all(text.as_bytes())),
            Err(why) => {
                let _ = writeln!(stderr(), "punchgate validate: {why}");
                return ExitCode::from(2);
            }
        }
        if reports.iter().any(|report| report.unreadable.is_some()) {
            return ExitCode::from(2);
        }
        let wrong = |report: &Report| report.errors() > 0 || (self.strict && !report.findings.is_empty());
        if reports.iter().any(wrong) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
    }

    fn judge(&self, file: &Path, dtds: Option<&mut Dtds<'_>>) -> Report {
        let mut report = Report {
            name: input::name(file),
            kind: None,
            against: "punchgate's grammar and rules".to_owned(),
            text: String::new(),
            findings: Vec::new(),
            unreadable: None,
        };
        let octets = match input::read(file) {
            Ok(octets) => octets,
            Err(why) => {
                report.unreadable = Some(why);
                return report;
            }
        };
        let document = match Document::read(octets.clone(), None, &Limits::default()) {
            Ok(document) => document,
            Err(error) => {
                report.text = redact_text(&lossy(&octets, None));
                report.findings.push(Finding::from(&error));
                return report;
            }
        };
        let kind = document_type(&document).name().to_owned();
        match dtds {
            None => report.findings = judge(&document, self.version),
            Some(dtds) => match dtds.for_document(&kind, self.version) {
                Ok((name, grammar)) => {
                    report.against = name;
                    report.findings = judge_by(grammar, &document);
                }
                Err(why) => report.unreadable = Some(why),
            },
        }
        report.kind = Some(kind);
        report.text = document.redacted(&secret_spans(&document));
        report
    }
}
