//! Findings for scripts. Fields are added, never changed.

use serde::Serialize;

use super::Report;

#[derive(Serialize)]
struct Output<'a> {
    files: Vec<File<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct File<'a> {
    name: &'a str,
    document: Option<&'a str>,
    judged_by: &'a str,
    valid: bool,
    unreadable: Option<&'a str>,
    findings: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    code: &'a str,
    severity: &'a str,
    message: &'a str,
    hint: Option<&'a str>,
    line: usize,
    column: usize,
}

pub(super) fn write(reports: &[Report]) -> Result<String, String> {
    let files = reports.iter().map(|report| File {
        name: &report.name,
        document: report.kind.as_deref(),
        judged_by: &report.against,
        valid: report.unreadable.is_none() && report.errors() == 0,
        unreadable: report.unreadable.as_deref(),
        findings: report
            .findings
            .iter()
            .map(|finding| Item {
                code: finding.code,
                severity: finding.severity.word(),
                message: &finding.message,
                hint: finding.hint.as_deref(),
                line: finding.position.line,
                column: finding.position.column,
            })
            .collect(),
    });
    let output = Output { files: files.collect() };
    serde_json::to_string_pretty(&output).map(|text| text + "\n").map_err(|error| error.to_string())
}
