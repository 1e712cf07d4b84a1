//! Findings as SARIF 2.1.0 (OASIS).

use serde_json::{Value, json};

use crate::wire::cxml::{CODES, Severity};

use super::Report;

pub(super) fn write(reports: &[Report]) -> Result<String, String> {
    let used =
        |code: &str| reports.iter().any(|report| report.findings.iter().any(|finding| finding.code == code));
    let rules: Vec<Value> = CODES
        .iter()
        .filter(|known| used(known.code))
        .map(|known| {
            json!({
                "id": known.code,
                "shortDescription": { "text": known.title },
                "fullDescription": { "text": known.text },
            })
        })
        .collect();
    let results: Vec<Value> = reports.iter().flat_map(results).collect();
    let troubles: Vec<Value> = reports
        .iter()
        .filter_map(|report| report.unreadable.as_deref())
        .map(|why| json!({ "level": "error", "message": { "text": why } }))
        .collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "punchgate",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": troubles.is_empty(),
                "toolExecutionNotifications": troubles,
            }],
            "results": results,
        }],
    });
    serde_json::to_string_pretty(&log).map(|text| text + "\n").map_err(|error| error.to_string())
}

fn results(report: &Report) -> impl Iterator<Item = Value> {
    report.findings.iter().map(|finding| {
        let level = if finding.severity == Severity::Error { "error" } else { "note" };
        let message = match &finding.hint {
            Some(hint) => format!("{} ({hint})", finding.message),
            None => finding.message.clone(),
        };
        json!({
            "ruleId": finding.code,
            "level": level,
            "message": { "text": message },
            "locations": [{ "physicalLocation": {
                "artifactLocation": { "uri": uri(&report.name) },
                "region": { "startLine": finding.position.line, "startColumn": finding.position.column },
            }}],
        })
    })
}

/// A file's name as a relative reference (RFC 3986).
fn uri(name: &str) -> String {
    const KEPT: &percent_encoding::AsciiSet =
        &percent_encoding::NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_').remove(b'~');
    percent_encoding::utf8_percent_encode(name, KEPT).to_string()
}
