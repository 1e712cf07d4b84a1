//! `punchgate xml canonical`: the octets that a signature is made over.

use std::{
    io::{Write as _, stderr, stdout},
    path::PathBuf,
    process::ExitCode,
};

use clap::Args;

use crate::wire::xml::{
    Document, Element,
    canonical::{Canonical, Form, Part},
    lossy,
};

use super::{input, xml};

/// Write the canonical form of a document, or of one element of it
///
/// Canonical XML 1.0 without comments, unless options say otherwise; UTF-8, without a line end behind it. Ends with 0
/// when it is written, with 1 when the document is refused or the element is not there, with 2 when the file cannot be
/// read.
#[derive(Debug, Args)]
pub(super) struct Command {
    /// Exclusive XML Canonicalization 1.0
    #[arg(long, conflicts_with = "c14n11")]
    exclusive: bool,
    /// Prefixes the exclusive form keeps wherever they are in scope, separated by commas; #default is the default namespace
    #[arg(long, requires = "exclusive", value_delimiter = ',', value_name = "PREFIX")]
    prefixes: Vec<String>,
    /// Canonical XML 1.1
    #[arg(long)]
    c14n11: bool,
    /// Keep comments
    #[arg(long)]
    with_comments: bool,
    /// The element whose Id, ID, id or xml:id this is
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    /// The document, - for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

impl Command {
    pub(super) fn run(self) -> ExitCode {
        let octets = match input::read(&self.file) {
            Ok(octets) => octets,
            Err(why) => return refused(2, &why),
        };
        let name = input::name(&self.file);
        match self.canonical(&octets) {
            // A reader that went away changes nothing about the document.
            Ok(canonical) => {
                let _ = stdout().write_all(&canonical);
                ExitCode::SUCCESS
            }
            Err(why) => refused(1, &format!("{name}{why}")),
        }
    }

    fn canonical(self, octets: &[u8]) -> Result<Vec<u8>, String> {
        let document = Document::read(octets, None, &xml::LIMITS)
            .map_err(|error| xml::explained(&error, &lossy(octets, None)))?;
        let part = match &self.id {
            None => Part::Document(&document),
            Some(id) => Part::Element(with_id(&document, id).map_err(|why| format!(": {why}"))?),
        };
        let form = match (self.exclusive, self.c14n11) {
            (true, _) => Form::Exclusive,
            (false, true) => Form::Canonical11,
            (false, false) => Form::Canonical10,
        };
        let prefixes = self.prefixes.into_iter().collect();
        let canonical = Canonical { form, comments: self.with_comments, prefixes, defaults: None };
        canonical.octets(part, None).map_err(|error| format!(": {error}"))
    }
}

fn refused(code: u8, why: &str) -> ExitCode {
    let _ = writeln!(stderr(), "{why}");
    ExitCode::from(code)
}

/// The one element with this id.
fn with_id<'a>(document: &'a Document, id: &str) -> Result<Element<'a>, String> {
    let has_id = |element: &Element<'_>| {
        ["Id", "ID", "id", "xml:id"].iter().any(|name| element.attribute(name) == Some(id))
    };
    let mut found = document.root().descendants().filter(has_id);
    match (found.next(), found.next()) {
        (Some(element), None) => Ok(element),
        (None, _) => Err(format!("no element has the id {id:?}")),
        (Some(first), Some(second)) => {
            let line = |element: Element<'_>| element.position().line;
            Err(format!("the id {id:?} stands twice, in lines {} and {}", line(first), line(second)))
        }
    }
}
