//! Findings as `JUnit` XML: one test case a file.

use std::fmt::Write as _;

use crate::wire::xml::{Form, Writer};

use super::Report;

pub(super) fn write(reports: &[Report]) -> Result<String, String> {
    let count = |wanted: fn(&&Report) -> bool| reports.iter().filter(wanted).count().to_string();
    let failures = count(|report| report.unreadable.is_none() && report.errors() > 0);
    let errors = count(|report| report.unreadable.is_some());
    let mut xml = Writer::new(Form { indent: true, ascii: false });
    xml.declaration();
    let totals = [
        ("name", "punchgate validate"),
        ("tests", &reports.len().to_string()),
        ("failures", &failures),
        ("errors", &errors),
    ];
    xml.element("testsuites", &totals, |xml| {
        xml.element("testsuite", &totals, |xml| {
            for report in reports {
                let kind = report.kind.as_deref().unwrap_or("unknown");
                xml.element("testcase", &[("name", &report.name), ("classname", kind)], |xml| {
                    case(xml, report);
                });
            }
        });
    });
    xml.finish().map_err(|error| error.to_string())
}

fn case(xml: &mut Writer, report: &Report) {
    if let Some(why) = &report.unreadable {
        return xml.empty_element("error", &[("message", why)]);
    }
    let mut lines = String::new();
    for finding in &report.findings {
        let at = finding.position;
        // Writing to a String cannot fail.
        let _ = writeln!(
            lines,
            "{}:{}:{}: {} {}: {}",
            report.name,
            at.line,
            at.column,
            finding.severity.word(),
            finding.code,
            finding.message
        );
    }
    match report.errors() {
        0 if lines.is_empty() => {}
        0 => xml.text_element("system-out", &[], &lines),
        errors => xml.text_element("failure", &[("message", &format!("{errors} errors"))], &lines),
    }
}
