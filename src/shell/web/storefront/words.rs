//! What the shop says about quantities, stock, prices and problems, in plain words.

use jiff::{SignedDuration, Timestamp};
use maud::{Markup, html};
use rust_decimal::Decimal;

use crate::{
    flow::{
        cart::{ChangeRefused, Part, Problem, What},
        pricing::{Band, Source},
    },
    model::{
        catalog::{Product, Stock},
        money::Money,
        quantity::{Quantity, QuantityRefused, QuantityRule, UnitOfMeasure},
    },
    shell::web::look::{Icon, Tone, format, icon, remark, units},
};

/// How a product may be ordered, where there is more to it than one or more: `min. 10, in steps of 5, at most 100`.
pub(super) fn rule(rule: &QuantityRule) -> Option<String> {
    let first = rule.first();
    let mut parts = Vec::new();
    if first.value() != Decimal::ONE && first != rule.multiple {
        parts.push(format!("min. {}", format::quantity(first)));
    }
    if rule.multiple.value() != Decimal::ONE {
        parts.push(format!("in steps of {}", format::quantity(rule.multiple)));
    }
    if let Some(maximum) = rule.maximum {
        parts.push(format!("at most {}", format::quantity(maximum)));
    }
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// Why a quantity cannot be ordered, and what can: `7 cannot be ordered: it comes in steps of 5. Order 5 or 10 boxes.`
pub(super) fn quantity_refused(refused: &QuantityRefused, unit: Option<&UnitOfMeasure>) -> String {
    let offers: Vec<String> = refused.offers.iter().map(|offer| format::quantity(*offer)).collect();
    let many = unit.map_or(String::new(), |unit| {
        let last = refused.offers.last().map_or(Decimal::TWO, Quantity::value);
        format!(" {}", units::of(unit).number(last))
    });
    let instead = if offers.is_empty() {
        "Ask us for this quantity.".to_owned()
    } else {
        format!("Order {}{many} instead.", offers.join(" or "))
    };
    format!("{} cannot be ordered: {}. {instead}", format::quantity(refused.wanted), refused.reason)
}

/// Why a quantity cannot be added to what the cart already holds.
///
/// - `refused`: of the sum, with the sums that could be ordered.
pub(super) fn quantity_refused_in_all(
    refused: &QuantityRefused,
    held: Decimal,
    unit: Option<&UnitOfMeasure>,
) -> String {
    let held = format::number(held, 0);
    let sum = quantity_refused(refused, unit);
    format!("{held} are in your cart already. {}", sum.replacen(" cannot", " in all cannot", 1))
}

/// Why a line cannot leave.
pub(super) fn problem(problem: &Problem, unit: Option<&UnitOfMeasure>) -> String {
    match problem {
        Problem::Quantity(refused) => quantity_refused(refused, unit),
        Problem::Gone => "This product is no longer in your catalogue. Remove the line to go on.".into(),
        Problem::NoPrice => {
            "There is no price for this product at this quantity. Ask us for one, or remove the line.".into()
        }
        Problem::OtherCurrency(line, cart) => {
            format!("This line is priced in {line}, your cart in {cart}. Remove it to go on.")
        }
        Problem::TooLarge => "The amount of this line is too large. Lower the quantity.".into(),
        Problem::Platform(what) => {
            format!("{} Remove the line to go on, and ask us for help.", finding(what))
        }
    }
}

/// Why a cart was not changed.
pub(super) fn change_refused(refused: &ChangeRefused, unit: Option<&UnitOfMeasure>) -> String {
    match refused {
        ChangeRefused::Quantity(refused) => quantity_refused(refused, unit),
        ChangeRefused::UnknownProduct => "This product is not in your catalogue.".into(),
        ChangeRefused::UnknownLine => "This line is no longer in your cart.".into(),
        ChangeRefused::ForeignQuantity => {
            "The quantity of this line can only be changed in your procurement system.".into()
        }
        ChangeRefused::Full(most) => format!("A cart holds at most {} lines.", format::count(*most)),
        ChangeRefused::NoteTooLong(most) => {
            format!("A note holds at most {} characters.", format::count(*most))
        }
        ChangeRefused::Platform(what) => format!("{} Ask us for help.", finding(what)),
    }
}

/// What the procurement system would do to a line or a cart, in words for those who shop.
pub(super) fn finding(what: &What) -> String {
    match what {
        What::TooLong { part, length, most, .. } => format!(
            "Your procurement system takes a {} of at most {}; this one has {}.",
            thing(*part),
            format::counted(*most, "character", "characters"),
            format::count(*length)
        ),
        What::Forbidden { part, character, .. } => {
            format!("Your procurement system does not take the character {character} in a {}.", thing(*part))
        }
        What::Unmapped { part: Part::Unit, .. } => {
            "Your procurement system does not know the unit of this item.".into()
        }
        What::Unmapped { .. } | What::Malformed { .. } => {
            "Your procurement system does not know the product group of this item.".into()
        }
        What::Unclassified => {
            "Your procurement system wants a product group, which this item does not have.".into()
        }
        What::Decimals { part: Part::Quantity, most: 0, .. } => {
            "Your procurement system takes whole quantities only.".into()
        }
        What::Decimals { part, most, .. } => format!(
            "Your procurement system keeps {} after the point; the {} of this item has more.",
            format::counted(usize::try_from(*most).unwrap_or(0), "digit", "digits"),
            thing(*part)
        ),
        What::Digits { part, .. } => {
            format!("The {} of this line is larger than your procurement system can hold.", thing(*part))
        }
        What::Basis { per } => {
            format!(
                "The price of this item is for {per} units, which your procurement system cannot calculate exactly."
            )
        }
        What::Lines { lines, most } => format!(
            "Your procurement system is known to take at most {}; your cart has {}. Return it in parts.",
            format::counted(*most, "line", "lines"),
            format::count(*lines)
        ),
        What::BelowMinimum { total, least } => {
            let missing = Money { amount: least.amount.saturating_sub(total.amount), ..*least };
            format!(
                "The minimum order value is {}; your cart is {} below it.",
                format::money_text(*least),
                format::money_text(missing)
            )
        }
        What::Charges { .. } => {
            "Freight and surcharges of this cart cannot be calculated. Return it in parts, or ask us for help."
                .into()
        }
        What::Shortened { part, .. } => format!("The {} is shortened.", thing(*part)),
        What::Mapped { .. } | What::Rescaled { .. } => {
            "It is written the way your procurement system wants it.".into()
        }
    }
}

const fn thing(part: Part) -> &'static str {
    match part {
        Part::Number => "part number",
        Part::SecondKey => "reference",
        Part::Description => "description",
        Part::Manufacturer => "manufacturer's name",
        Part::ManufacturerNumber => "manufacturer's part number",
        Part::Unit => "unit",
        Part::Class => "product group",
        Part::Price => "price",
        Part::Quantity => "quantity",
    }
}

/// Whether it is there: in words, with a sign of its own shape for each state.
pub(super) fn availability(product: &Product, stock: Option<&Stock>) -> Markup {
    let lead = stock.and_then(|stock| stock.lead_time_days).or(product.lead_time_days).map(working_days);
    html! {
        span.stock {
            @match stock {
                Some(Stock { sold_out: true, .. }) => {
                    (remark(Tone::Bad, &html! { "Out of stock" }))
                    @if let Some(lead) = &lead { span.quiet { "leaves in " (lead) } }
                }
                Some(Stock { available: Some(available), .. }) => {
                    (remark(Tone::Good, &html! { (format::quantity(*available)) " in stock" }))
                }
                _ => {
                    span.remark { (icon(Icon::Unknown)) span { "Stock not known" } }
                    @if let Some(lead) = &lead { span.quiet { "usually leaves in " (lead) } }
                }
            }
        }
    }
}

/// `1 working day`, `5 working days`.
pub(super) fn working_days(days: u16) -> String {
    format::counted(usize::from(days), "working day", "working days")
}

/// Why this price, as rows of a description list.
pub(super) fn why(band: &Band, unit: &UnitOfMeasure) -> Markup {
    let source = match band.provenance.source {
        Source::Fixed => "Fixed price of the agreement".to_owned(),
        Source::PercentOff(share) => format!("List price less {} %", format::number(share, 0)),
    };
    html! {
        dl.facts {
            dt { "Agreement" } dd { (format::Data(&band.provenance.name)) }
            dt { "Source" } dd { (source) }
            dt { "Quantity band" } dd { "from " (format::quantity_of(band.from, unit)) }
            dt { "Price" } dd { (format::price(band.price)) " " (format::basis(band.price.per, unit)) }
            dt { "Valid" } dd { (validity(band.provenance.valid_until)) }
        }
    }
}

/// Until when a price is valid.
pub(super) fn validity(until: Option<Timestamp>) -> Markup {
    let Some(until) = until else { return html! { "until further notice" } };
    // The end is the first instant without the price: the day that ends there is the last one with it.
    html! { "to " (format::day(until.checked_sub(SignedDuration::from_secs(1)).unwrap_or(until))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quantity(text: &str) -> Quantity {
        Quantity::parse(text).unwrap()
    }

    #[test]
    fn a_rule_is_told_only_where_there_is_one() {
        assert_eq!(rule(&QuantityRule::default()), None);
        let steps = QuantityRule { minimum: quantity("5"), multiple: quantity("5"), maximum: None };
        assert_eq!(rule(&steps).as_deref(), Some("in steps of 5"));
        let all =
            QuantityRule { minimum: quantity("8"), multiple: quantity("5"), maximum: Some(quantity("100")) };
        assert_eq!(rule(&all).as_deref(), Some("min. 10, in steps of 5, at most 100"));
    }

    #[test]
    fn a_refused_quantity_names_what_can_be_ordered() {
        let rule = QuantityRule { minimum: quantity("5"), multiple: quantity("5"), maximum: None };
        let refused = rule.check(quantity("7")).unwrap_err();
        let unit = UnitOfMeasure::parse("BX").unwrap();
        assert_eq!(
            quantity_refused(&refused, Some(&unit)),
            "7 cannot be ordered: this item comes in fixed steps. Order 5 or 10 boxes instead."
        );
    }
}
