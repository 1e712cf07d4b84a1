//! Findings for people.

use std::fmt::Write as _;

use crate::wire::xml::Excerpt;

use super::Report;

/// Columns of an excerpt.
const WIDTH: usize = 100;

pub(super) fn write(reports: &[Report]) -> String {
    let mut out = String::new();
    for report in reports {
        // Writing to a String cannot fail.
        let _ = one(&mut out, report);
    }
    if reports.len() > 1 {
        let wrong = reports.iter().filter(|report| report.errors() > 0).count();
        let unreadable = reports.iter().filter(|report| report.unreadable.is_some()).count();
        let _ = writeln!(out, "{} files: {wrong} with errors, {unreadable} not judged", reports.len());
    }
    out
}

fn one(out: &mut String, report: &Report) -> std::fmt::Result {
    let name = &report.name;
    if let Some(why) = &report.unreadable {
        return writeln!(out, "{why}");
    }
    for finding in &report.findings {
        let at = finding.position;
        let severity = finding.severity.word();
        writeln!(out, "{name}:{}:{}: {severity} {}: {}", at.line, at.column, finding.code, finding.message)?;
        writeln!(out, "{}", Excerpt::new(&report.text, at, WIDTH))?;
        if let Some(hint) = &finding.hint {
            writeln!(out, "hint: {hint}")?;
        }
        writeln!(out)?;
    }
    let kind = report.kind.as_deref().unwrap_or("not XML");
    let (errors, advice) = (report.errors(), report.findings.len() - report.errors());
    let verdict = match (errors, advice) {
        (0, 0) => "nothing wrong".to_owned(),
        (errors, advice) => format!("errors {errors}, advice {advice}"),
    };
    writeln!(out, "{name}: {kind}: {verdict} ({})", report.against)
}
