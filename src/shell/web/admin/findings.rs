//! What is wrong with a document although it may have been taken: code, place, sentence, hint.

use maud::{Markup, html};

use crate::{
    shell::{
        records::{Finding, Findings},
        web::look::{Tone, badge, format},
    },
    wire::cxml,
};

use super::document::excerpt;

/// The findings on a document; `text` is its kept copy, for excerpts.
pub(super) fn section(findings: &Findings, text: Option<&str>, taken: bool) -> Markup {
    if findings.is_empty() {
        return html! {};
    }
    let count = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    let (errors, advice) = (count(findings.errors), count(findings.advice));
    let untold = (errors + advice).saturating_sub(findings.first.len());
    html! {
        section.sheet.findings #findings {
            h2 { "Findings" }
            p {
                (format::counted(errors, "error", "errors")) ", " (format::counted(advice, "piece of advice", "pieces of advice")) ". "
                @if taken { "The document was taken all the same: the connection is not strict." }
            }
            ol { @for finding in &findings.first { (one(finding, text)) } }
            @if untold > 0 {
                p.quiet { (untold) " more: save the document and run " code { "punchgate validate" } " on it." }
            }
        }
    }
}

fn one(finding: &Finding, text: Option<&str>) -> Markup {
    let excerpt = text.and_then(|text| excerpt(text, (finding.line, finding.column)));
    let known = cxml::explain(&finding.code);
    html! {
        li {
            p {
                @if finding.error { (badge(Tone::Bad, "Error")) } @else { (badge(Tone::Info, "Advice")) }
                " " span.mono title=[known.map(|known| known.title)] { (finding.code) } " "
                a href={ "?view=received#L" (finding.line) } { "line " (finding.line) ", column " (finding.column) } ": " (finding.message)
            }
            @if let Some(excerpt) = excerpt { pre.excerpt tabindex="0" { (excerpt) } }
            @if let Some(hint) = &finding.hint { p { "Hint: " (hint) } }
            @if let Some(known) = known { details { summary { (known.title) } p { (known.text) } } }
        }
    }
}

/// In a list: how many there are.
pub(super) fn count(findings: &Findings) -> Markup {
    let number = |count: u32, one: &str, many: &str| {
        format::counted(usize::try_from(count).unwrap_or(usize::MAX), one, many)
    };
    html! {
        @if findings.errors > 0 { (badge(Tone::Warning, &number(findings.errors, "finding", "findings"))) }
    }
}
