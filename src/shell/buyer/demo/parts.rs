//! Parts of pages: documents side by side, what they mean, lines, checks.

use maud::{Markup, html};

use crate::{
    flow::setup::IncomingLine,
    model::{money::UnitPrice, quantity::UnitOfMeasure},
    shell::{
        buyer::{judge::Check, receive::amount},
        web::look::{Tone, badge, format, icon},
    },
};

use super::{explain::Part, play, played::Exchange};

/// A form of one button.
pub(super) fn button(action: &str, name: &str, value: &str, words: &str, primary: bool) -> Markup {
    let class = if primary { "button primary big" } else { "button big" };
    html! {
        form method="post" action=(action) {
            button class=(class) name=(name) value=(value) { (words) }
        }
    }
}

/// In one line, how a request went.
pub(super) fn verdict(exchange: &Exchange) -> Markup {
    let took = format!("POST {}, {} ms", exchange.endpoint, exchange.took_ms);
    html! {
        p.lead {
            @match &exchange.status {
                Ok(status) if status.is_success() => (badge(Tone::Good, &format!("Status {}", status.code))),
                Ok(status) => { (badge(Tone::Bad, &format!("Status {}", status.code))) " " (format::Data(&status.words)) ", " }
                Err(why) => { (badge(Tone::Bad, "No answer")) " " (format::Data(why)) ", " }
            }
            " " (took)
        }
    }
}

/// Request and answer side by side.
pub(super) fn exchange(request: (&str, &[Part]), answer: (&str, &[Part]), exchange: &Exchange) -> Markup {
    let side = |id: &str, (title, parts): (&str, &[Part]), document: &str| {
        html! {
            section.sheet aria-labelledby=(id) {
                h2 id=(id) { (title) }
                (meaning(parts))
                @if !document.is_empty() {
                    details {
                        summary { "The whole document" }
                        (source(document, title))
                    }
                }
            }
        }
    };
    html! {
        div.pair {
            (side("request", request, &exchange.request))
            (side("answer", answer, &exchange.answer))
        }
    }
}

/// Parts of a document with what they mean.
pub(super) fn meaning(parts: &[Part]) -> Markup {
    html! {
        dl.meaning {
            @for part in parts {
                dt { (part.name) }
                dd { (format::Data(&part.value)) span { (part.meaning) } }
            }
        }
    }
}

/// A document as it is.
pub(super) fn source(document: &str, what: &str) -> Markup {
    html! { pre tabindex="0" role="region" aria-label={ (what) ", whole document" } dir="ltr" { (document) } }
}

/// Form fields as a table.
pub(super) fn field_table(fields: &[(String, String)]) -> Markup {
    html! {
        div.scroll tabindex="0" role="group" aria-label="Form fields" {
            table {
                thead { tr { th scope="col" { "Field" } th scope="col" { "Value" } } }
                tbody {
                    @for (name, value) in fields {
                        tr { td { code { (name) } } td { (format::Data(value)) } }
                    }
                }
            }
        }
    }
}

/// What was looked at, with a sign each.
pub(super) fn checks_list(checks: &[Check]) -> Markup {
    html! {
        ul.checks {
            @for check in checks {
                @let (tone, word) = if check.ok { (Tone::Good, "Yes") } else { (Tone::Bad, "No") };
                li class=(tone.class()) {
                    (icon(tone.icon()))
                    span {
                        span.unseen { (word) ": " }
                        (format::Data(&check.what))
                        span.quiet { " – " (format::Data(&check.found)) }
                    }
                }
            }
        }
    }
}

/// Lines with price and amount, and their sum.
pub(super) fn lines_table(lines: &[IncomingLine]) -> Markup {
    let total = play::total(lines);
    html! {
        div.scroll tabindex="0" role="group" aria-label="Lines" {
            table {
                thead {
                    tr {
                        th scope="col" { "Part" }
                        th scope="col" { "Description" }
                        th.number scope="col" { "Quantity" }
                        th.number scope="col" { "Price" }
                        th.number scope="col" { "Amount" }
                    }
                }
                tbody { @for line in lines { (line_row(line)) } }
                tfoot {
                    tr {
                        th scope="row" colspan="4" { "Total of the lines" }
                        td.number { @if let Some(total) = total { (format::money(total)) } }
                    }
                }
            }
        }
    }
}

fn line_row(line: &IncomingLine) -> Markup {
    let unit = line.unit.as_ref().map_or("", UnitOfMeasure::as_str);
    let price = line.price.and_then(|price| UnitPrice::new(price.amount, price.currency?, price.per).ok());
    html! {
        tr {
            td { (format::part(line.item.part.as_str())) }
            td {
                (format::Data(line.description.as_deref().unwrap_or_default()))
                @if let Some(comment) = &line.comment { span.quiet { "Note: " (format::Data(comment)) } }
            }
            td.number { (format::quantity(line.quantity)) " " (unit) }
            td.number {
                @if let Some(price) = price {
                    (format::price(price))
                    @if price.per != rust_decimal::Decimal::ONE {
                        span.quiet { "per " (format::number(price.per, 0)) " " (unit) }
                    }
                } @else { "none" }
            }
            td.number { @if let Some(amount) = amount(line) { (format::money(amount)) } }
        }
    }
}

/// A document that came in one line, with a line for each element, for reading.
pub(super) fn laid_out(document: &str) -> String {
    if document.lines().count() > 10 {
        return document.to_owned();
    }
    let mut depth: usize = 0;
    let mut text = String::with_capacity(document.len() + document.len() / 2);
    for line in document.replace("><", ">\n<").lines() {
        let closes = line.starts_with("</");
        if closes {
            depth = depth.saturating_sub(1);
        }
        text.push_str(&"  ".repeat(depth));
        text.push_str(line);
        text.push('\n');
        let opens = line.starts_with('<') && !line.starts_with("<?") && !line.starts_with("<!");
        if opens && !closes && !line.ends_with("/>") && !line.contains("</") {
            depth += 1;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::laid_out;

    #[test]
    fn a_document_in_one_line_is_laid_out() {
        let text = "<?xml version=\"1.0\"?>\n<a><b>1</b><c><d/></c></a>";
        assert_eq!(
            laid_out(text),
            "<?xml version=\"1.0\"?>\n<a>\n  <b>1</b>\n  <c>\n    <d/>\n  </c>\n</a>\n"
        );
    }
}
