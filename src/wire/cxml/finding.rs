//! One thing that is wrong with a document, in words, for whoever must mend it.

use crate::wire::{
    grammar::{Grammar, Version, Violation, cxml},
    xml::{Document, Position, ReadError},
};

use super::rules;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Severity {
    /// The document is wrong.
    Error,
    /// It will be understood, though not by everybody.
    Advice,
}

impl Severity {
    /// Its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Advice => "advice",
        }
    }
}

/// What is wrong, where, and what would be right.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Finding {
    /// Stable code; [`super::explain()`] knows it.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// One sentence.
    pub message: String,
    /// What would be right, where that is known.
    pub hint: Option<String>,
    /// Where.
    pub position: Position,
}

impl From<&Violation> for Finding {
    fn from(violation: &Violation) -> Self {
        Self {
            code: violation.kind.code(),
            severity: if violation.kind.is_advice() { Severity::Advice } else { Severity::Error },
            message: violation.kind.to_string(),
            hint: violation.kind.hint(),
            position: violation.position,
        }
    }
}

impl From<&ReadError> for Finding {
    fn from(error: &ReadError) -> Self {
        Self {
            code: error.kind.code(),
            severity: Severity::Error,
            message: error.kind.to_string(),
            hint: None,
            position: error.position,
        }
    }
}

/// Judges a document by a DTD alone.
#[must_use]
pub fn judge_by(dtd: &Grammar, document: &Document) -> Vec<Finding> {
    dtd.validate(document).iter().map(Finding::from).collect()
}

/// Judges a document by punchgate's own grammar and by the rules that no grammar can state; findings in document order.
///
/// `version`: what is newer is wrong. Without one, what is newer than the document itself claims to be is pointed out.
#[must_use]
pub fn judge(document: &Document, version: Option<Version>) -> Vec<Finding> {
    let claimed = || document.root().attribute("version").and_then(Version::parse);
    let violations = cxml().judge(document, version.or_else(claimed));
    let mut findings: Vec<Finding> = violations.iter().map(Finding::from).collect();
    for finding in &mut findings {
        if finding.code == "G016" && version.is_none() {
            finding.severity = Severity::Advice;
        }
    }
    findings.extend(rules::judge(document));
    findings.sort_by_key(|finding| (finding.position.offset, finding.severity, finding.code));
    findings
}
