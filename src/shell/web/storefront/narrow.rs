//! Narrowing a list down: brand and properties with counts, chosen ones as chips. Links, and one form a range of numbers.

use maud::{Markup, html};
use rust_decimal::Decimal;

use crate::shell::{
    search::{FacetCount, FacetName, FacetValue, Narrow},
    web::look::format,
};

use super::{
    address::{ListAddress, field_of},
    frame::{Frame, nothing},
};

/// Values that a facet shows at once; more stand behind a fold, up to
const AT_ONCE: usize = 6;
/// so many.
const MOST: usize = 60;
/// Ranges that many numbers are put into.
const RANGES: u32 = 5;

/// What was chosen, each to be taken back.
pub(super) fn chips(frame: &Frame<'_>, list: &ListAddress) -> Markup {
    if list.narrowed.is_empty() {
        return nothing();
    }
    let to = |list: ListAddress| frame.links.products(&list);
    html! {
        ul.chips role="list" aria-label="Filters" {
            @for narrow in &list.narrowed {
                @for value in &narrow.values {
                    (chip(&to(list.toggled(&narrow.name, value)), narrow, &label(&narrow.name, value)))
                }
                @if let Some(range) = narrow.range {
                    (chip(&to(without_range(list, narrow)), narrow, &between(&narrow.name, range)))
                }
            }
            li { a.clear href=(to(list.widened())) { "Remove all" } }
        }
    }
}

fn without_range(list: &ListAddress, narrow: &Narrow) -> ListAddress {
    let mut list = list.between(&narrow.name, None);
    if !narrow.values.is_empty() {
        list.narrowed.push(Narrow { range: None, ..narrow.clone() });
    }
    list
}

fn chip(address: &str, narrow: &Narrow, what: &Markup) -> Markup {
    html! {
        li {
            a.chip href=(address) {
                span.unseen { "Remove filter: " } span.quiet { (format::Data(name(&narrow.name))) ":" } " " (what)
                span.cross aria-hidden="true" { "×" }
            }
        }
    }
}

/// All that the list can be narrowed by.
pub(super) fn facets(frame: &Frame<'_>, list: &ListAddress, facets: &[FacetCount]) -> Markup {
    if facets.is_empty() {
        return nothing();
    }
    html! {
        aside.facets id="narrow" aria-label="Narrow down" {
            @for (place, facet) in facets.iter().enumerate() { (self::facet(frame, list, facet, place)) }
        }
    }
}

fn facet(frame: &Frame<'_>, list: &ListAddress, facet: &FacetCount, place: usize) -> Markup {
    let numbers: Vec<(Decimal, u32)> = facet.values.iter().filter_map(number).collect();
    let is_long = numbers.len() > AT_ONCE;
    // Those that are shown one by one: chosen ones first, then the most frequent; numbers as they are.
    let mut single: Vec<&(FacetValue, u32)> = facet
        .values
        .iter()
        .filter(|(value, _)| {
            !is_long || !matches!(value, FacetValue::Number(_)) || list.has(&facet.name, value)
        })
        .collect();
    if single.len() > AT_ONCE {
        single.sort_by_key(|(value, count)| (!list.has(&facet.name, value), std::cmp::Reverse(*count)));
    }
    let (first, rest) = single.split_at(single.len().min(AT_ONCE));
    html! {
        section.facet {
            h2 { (format::Data(name(&facet.name))) @if let Some(unit) = unit(&facet.name) { " " span.quiet { (unit) } } }
            ul role="list" {
                @for one in first { (value(frame, list, facet, one)) }
                @if is_long { @for range in ranges(&numbers) { (self::range(frame, list, facet, range)) } }
            }
            @if !rest.is_empty() {
                details {
                    summary { (format::count(rest.len())) " more" }
                    ul role="list" { @for one in rest.iter().take(MOST) { (value(frame, list, facet, one)) } }
                }
            }
            @if is_long { (bounds(frame, list, facet, place, &numbers)) }
        }
    }
}

fn value(
    frame: &Frame<'_>,
    list: &ListAddress,
    facet: &FacetCount,
    (value, count): &(FacetValue, u32),
) -> Markup {
    let chosen = list.has(&facet.name, value);
    choice(
        &frame.links.products(&list.toggled(&facet.name, value)),
        chosen,
        &label(&facet.name, value),
        *count,
    )
}

fn range(
    frame: &Frame<'_>,
    list: &ListAddress,
    facet: &FacetCount,
    (from, to, count): (Decimal, Decimal, u32),
) -> Markup {
    let range = (Some(from), Some(to));
    let chosen = list.narrowed.iter().any(|narrow| narrow.name == facet.name && narrow.range == Some(range));
    let wanted = list.between(&facet.name, (!chosen).then_some(range));
    choice(&frame.links.products(&wanted), chosen, &between(&facet.name, range), count)
}

fn choice(address: &str, chosen: bool, label: &Markup, count: u32) -> Markup {
    html! {
        li {
            a href=(address) aria-current=[chosen.then_some("true")] {
                span { (label) }
                " " span.count { (format::number(count.into(), 0)) }
            }
        }
    }
}

/// Any range of numbers: the rest of the address stands in hidden fields.
fn bounds(
    frame: &Frame<'_>,
    list: &ListAddress,
    facet: &FacetCount,
    place: usize,
    numbers: &[(Decimal, u32)],
) -> Markup {
    let of = field_of(&facet.name);
    let chosen =
        list.narrowed.iter().find(|narrow| narrow.name == facet.name).and_then(|narrow| narrow.range);
    let (from, to) = chosen.unwrap_or_default();
    let typed = |number: Option<Decimal>| number.map(|number| number.to_string()).unwrap_or_default();
    let ends = [("from", "From", from, numbers.first()), ("to", "To", to, numbers.last())];
    let name = name(&facet.name);
    html! {
        form.bounds action=(frame.links.search()) method="get" {
            @for (field, value) in list.between(&facet.name, None).fields() {
                input type="hidden" name=(field) value=(value);
            }
            @for (field, word, number, end) in ends {
                @let id = format!("{field}-{place}");
                label for=(id) { span.unseen { (name) ": " } (word) }
                input id=(id) name={ (field) "." (of) } value=(typed(number)) inputmode="decimal" maxlength="30"
                    autocomplete="off" placeholder=(typed(end.map(|(number, _)| *number)));
            }
            button.button { "Apply" span.unseen { " to " (name) } }
        }
    }
}

/// Numbers in a few ranges with about as many products each; both ends belong to it.
fn ranges(numbers: &[(Decimal, u32)]) -> Vec<(Decimal, Decimal, u32)> {
    let total: u32 = numbers.iter().map(|(_, count)| count).sum();
    let share = total.div_ceil(RANGES).max(1);
    let mut ranges: Vec<(Decimal, Decimal, u32)> = Vec::new();
    for (number, count) in numbers {
        match ranges.last_mut() {
            Some((_, to, held)) if *held < share => {
                *to = *number;
                *held += count;
            }
            _ => ranges.push((*number, *number, *count)),
        }
    }
    ranges
}

fn number((value, count): &(FacetValue, u32)) -> Option<(Decimal, u32)> {
    match value {
        FacetValue::Number(number) => Some((*number, *count)),
        _ => None,
    }
}

fn name(name: &FacetName) -> &str {
    match name {
        FacetName::Brand => "Brand",
        FacetName::Attribute { name, .. } => name,
    }
}

fn unit(name: &FacetName) -> Option<&str> {
    match name {
        FacetName::Brand => None,
        FacetName::Attribute { unit, .. } => unit.as_deref(),
    }
}

fn label(of: &FacetName, value: &FacetValue) -> Markup {
    html! {
        @match value {
            FacetValue::Number(number) => (format::number(*number, 0)),
            FacetValue::Flag(true) => "Yes",
            FacetValue::Flag(false) => "No",
            FacetValue::Text(text) => (format::Data(text)),
        }
        @if let Some(unit) = unit(of) { "\u{a0}" (unit) }
    }
}

fn between(of: &FacetName, (from, to): (Option<Decimal>, Option<Decimal>)) -> Markup {
    let figure = |number: Decimal| format::number(number, 0);
    html! {
        @match (from, to) {
            (Some(from), Some(to)) if from == to => (figure(from)),
            (Some(from), Some(to)) => { (figure(from)) " – " (figure(to)) },
            (Some(from), None) => { "from " (figure(from)) },
            (None, Some(to)) => { "to " (figure(to)) },
            (None, None) => {},
        }
        @if let Some(unit) = unit(of) { "\u{a0}" (unit) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_hold_every_number_once() {
        let numbers: Vec<(Decimal, u32)> = (1..=100).map(|size| (Decimal::from(size), size % 7)).collect();
        let ranges = ranges(&numbers);
        assert!((2..=6).contains(&ranges.len()), "{ranges:?}");
        let sum = |from: Decimal, to: Decimal| -> u32 {
            numbers.iter().filter(|(size, _)| (from..=to).contains(size)).map(|(_, count)| count).sum()
        };
        assert!(ranges.iter().all(|(from, to, count)| sum(*from, *to) == *count));
        assert_eq!(
            ranges.iter().map(|(.., count)| count).sum::<u32>(),
            sum(Decimal::ONE, Decimal::ONE_HUNDRED)
        );
        assert!(ranges.windows(2).all(|pair| pair[0].1 < pair[1].0));
        assert_eq!(super::ranges(&[]), []);
    }
}
