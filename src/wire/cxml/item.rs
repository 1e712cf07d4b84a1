//! What `ItemOut` and `ItemIn` have in common: `ItemID`, `ItemDetail`, money.

use rust_decimal::Decimal;

use crate::{
    flow::{
        order::OrderLine,
        setup::{Bounds, IncomingLine, IncomingPrice, ItemKey},
    },
    model::{
        FieldError,
        ids::{SupplierPartAuxiliaryId, SupplierPartId},
        limits,
        money::{Currency, Money, parse_decimal},
        quantity::{Quantity, UnitOfMeasure},
    },
    wire::xml::{Document, Element, ReadError, Writer},
};

/// Name of the Extrinsic that carries a price lock's reference.
pub(super) const LOCK_EXTRINSIC: &str = "PriceLockReference";

/// `ItemOut` and `ItemIn` = `ItemID, …, ItemDetail?, …, Comments*`; `place` stands in for a missing `@lineNumber`.
pub(super) fn line(item: Element<'_>, place: u32) -> Result<IncomingLine, ReadError> {
    line_of(item, place, item_id)
}

/// The same as a line of an order: where it has a `BlanketItemDetail`, its part number may be empty.
pub(super) fn order_line(item: Element<'_>, place: u32) -> Result<OrderLine, ReadError> {
    line_of(item, place, |id| {
        let is_empty = id.all("SupplierPartID").all(|part| part.trimmed_text().is_empty());
        if is_empty && item.optional("BlanketItemDetail")?.is_some() {
            return Ok(None);
        }
        item_id(id).map(Some)
    })
}

/// - `read`: what is made of `ItemID`.
fn line_of<'a, Item>(
    item: Element<'a>,
    place: u32,
    read: impl FnOnce(Element<'a>) -> Result<Item, ReadError>,
) -> Result<IncomingLine<Item>, ReadError> {
    let blanket = item.optional("BlanketItemDetail")?;
    let detail = item.optional("ItemDetail")?.or(blanket);
    let line_number =
        item.attribute("lineNumber").and_then(|number| number.trim().parse().ok()).unwrap_or(place);
    let comment = item.all("Comments").map(Element::text).find(|text| !text.trim().is_empty());
    Ok(IncomingLine {
        line_number,
        item: read(item.required("ItemID")?)?,
        quantity: item.parse_required_attribute("quantity", Quantity::parse)?,
        price: detail.map(price).transpose()?.flatten(),
        unit: detail.map(unit).transpose()?.flatten(),
        description: detail.and_then(description),
        classification: detail.and_then(classification),
        comment: comment.map(|text| cut(text.trim(), limits::LINE_TEXT_CHARACTERS)),
        lock_extrinsic: detail.and_then(lock),
        requested_delivery: item.attribute("requestedDeliveryDate").map(label),
        agreement_item: item.attribute("agreementItemNumber").map(label).filter(|number| !number.is_empty()),
        bounds: blanket.map(bounds).transpose()?.unwrap_or_default(),
    })
}

/// `BlanketItemDetail = …, OverallLimit?, …, MaxAmount?, …, MaxQuantity?, …`
fn bounds(blanket: Element<'_>) -> Result<Bounds, ReadError> {
    let most = match money_of(blanket, "MaxAmount")? {
        None => money_of(blanket, "OverallLimit")?,
        most => most,
    };
    let quantity = blanket.optional("MaxQuantity")?.filter(|quantity| !quantity.trimmed_text().is_empty());
    let parse =
        |quantity: Element<'_>| quantity.parse_trimmed_text(|text| parse_decimal(text, "MaxQuantity"));
    Ok(Bounds {
        most: most.and_then(|(amount, currency)| Some(Money { amount, currency: currency? })),
        most_quantity: quantity.map(parse).transpose()?,
    })
}

/// `ItemID = SupplierPartID SupplierPartAuxiliaryID? BuyerPartID? IdReference*`; the last two are not used.
pub(super) fn item_id(item: Element<'_>) -> Result<ItemKey, ReadError> {
    let part = item.required("SupplierPartID")?;
    let auxiliary = item.optional("SupplierPartAuxiliaryID")?;
    let markup = auxiliary.map(any).filter(|markup| !markup.trim().is_empty());
    Ok(ItemKey {
        part: part.parse_trimmed_text(SupplierPartId::parse)?,
        auxiliary: markup
            .map(|markup| SupplierPartAuxiliaryId::parse(markup.trim()))
            .transpose()
            .map_err(|error| auxiliary.unwrap_or(part).invalid(error))?,
    })
}

/// The inner markup of an element declared ANY, in a form that stands by itself: where it leans on a namespace
/// declared outside, its text alone.
pub(super) fn any(element: Element<'_>) -> String {
    let markup = element.markup();
    // Without elements it leans on nothing.
    if !markup.contains('<') || format!("<_>{markup}</_>").parse::<Document>().is_ok() {
        return markup.to_owned();
    }
    let text = element.string_value();
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// `PriceBasisQuantity/@conversionFactor`, above zero; empty is 1.
fn conversion(text: &str) -> Result<Decimal, FieldError> {
    if text.trim().is_empty() { Ok(Decimal::ONE) } else { Quantity::parse(text).map(|factor| factor.value()) }
}

/// `UnitPrice = Money …` with `PriceBasisQuantity`: the price of so many order units; none where the amount is empty.
fn price(detail: Element<'_>) -> Result<Option<IncomingPrice>, ReadError> {
    let Some(unit_price) = detail.optional("UnitPrice")? else { return Ok(None) };
    let Some((amount, currency)) = money(unit_price.required("Money")?)? else { return Ok(None) };
    let Some(basis) = detail.optional("PriceBasisQuantity")? else {
        return Ok(Some(IncomingPrice { amount, currency, per: Decimal::ONE }));
    };
    let per = basis.parse_required_attribute("quantity", Quantity::parse)?.value();
    // Price units in one order unit: by multiplying, nothing is rounded away.
    let factor = basis.parse_attribute("conversionFactor", conversion)?.unwrap_or(Decimal::ONE);
    let amount = amount.checked_mul(factor).ok_or_else(|| basis.invalid("the price is out of range"))?;
    Ok(Some(IncomingPrice { amount, currency, per }))
}

/// `Money`: a decimal; empty is nothing. Thousands marks in groups of three are passed over.
pub(super) fn money(money: Element<'_>) -> Result<Option<(Decimal, Option<Currency>)>, ReadError> {
    let text = money.trimmed_text();
    if text.is_empty() {
        return Ok(None);
    }
    let amount = amount(&text).map_err(|error| money.invalid(error))?;
    Ok(Some((amount, money.attribute("currency").and_then(|code| Currency::parse(code.trim()).ok()))))
}

/// The `Money` in a child: `Shipping`, `Tax` = `Money, Description, …` of a header, `MaxAmount = Money`.
pub(super) fn money_of(
    header: Element<'_>,
    name: &'static str,
) -> Result<Option<(Decimal, Option<Currency>)>, ReadError> {
    let sum = header.optional(name)?.and_then(|sum| sum.all("Money").next());
    Ok(sum.map(money).transpose()?.flatten())
}

pub(super) fn amount(text: &str) -> Result<Decimal, FieldError> {
    let text = text.trim();
    let (whole, rest) = text.split_once('.').map_or((text, ""), |(whole, rest)| (whole, rest));
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default().trim_start_matches(['-', '+']);
    let marked = whole.contains(',')
        && (1..=3).contains(&first.len())
        && groups.all(|group| group.len() == 3)
        && !rest.contains(',');
    if marked { parse_decimal(&text.replace(',', ""), "Money") } else { parse_decimal(text, "Money") }
}

fn unit(detail: Element<'_>) -> Result<Option<UnitOfMeasure>, ReadError> {
    let Some(unit) = detail.optional("UnitOfMeasure")? else { return Ok(None) };
    let text = unit.trimmed_text();
    if text.is_empty() {
        return Ok(None);
    }
    UnitOfMeasure::parse(&text).map(Some).map_err(|error| unit.invalid(error))
}

/// The first `Description`; one that holds nothing but a `ShortName` gives that.
fn description(detail: Element<'_>) -> Option<String> {
    let first = detail.all("Description").next()?;
    let own = first.text();
    let text = if own.trim().is_empty() { first.string_value() } else { own };
    let (mut joined, mut gap) = (String::with_capacity(text.len()), false);
    for c in text.chars() {
        if c.is_whitespace() {
            gap = !joined.is_empty();
            continue;
        }
        if std::mem::take(&mut gap) {
            joined.push(' ');
        }
        joined.push(c);
    }
    if joined.len() > limits::LINE_TEXT_CHARACTERS {
        joined = cut(&joined, limits::LINE_TEXT_CHARACTERS);
    }
    Some(joined).filter(|text| !text.is_empty())
}

/// The beginning of a text: what is kept of it beside the document's copy, which has it all.
fn cut(text: &str, characters: usize) -> String {
    if text.len() <= characters { text.to_owned() } else { text.chars().take(characters).collect() }
}

/// A label of a peer's, within the bound for labels.
pub(super) fn label(text: &str) -> String {
    cut(text.trim(), limits::LABEL_CHARACTERS)
}

fn classification(detail: Element<'_>) -> Option<(String, String)> {
    let first = detail.all("Classification").next()?;
    let code = first.trimmed_text().into_owned();
    (!code.is_empty()).then(|| (label(first.attribute("domain").unwrap_or_default()), label(&code)))
}

fn lock(detail: Element<'_>) -> Option<String> {
    let named = |extrinsic: &Element<'_>| {
        extrinsic.attribute("name").is_some_and(|name| name.trim().eq_ignore_ascii_case(LOCK_EXTRINSIC))
    };
    detail.all("Extrinsic").find(named).map(|extrinsic| extrinsic.trimmed_text().into_owned())
}

/// The price of one unit, for versions that know no price basis; `text` is the price for `per` units as it stands.
pub(super) fn per_one(text: &str, amount: Decimal, per: Decimal) -> String {
    if per == Decimal::ONE {
        return text.to_owned();
    }
    amount.checked_div(per).unwrap_or(amount).normalize().to_string()
}

/// `PriceBasisQuantity`, where the price is not for one unit.
pub(super) fn write_basis(xml: &mut Writer, per: Decimal, unit: &str) {
    if per != Decimal::ONE {
        let per = per.normalize().to_string();
        xml.element("PriceBasisQuantity", &[("quantity", &per), ("conversionFactor", "1")], |xml| {
            xml.text_element("UnitOfMeasure", &[], unit);
        });
    }
}

/// `Money` with its currency.
pub(super) fn write_money(xml: &mut Writer, amount: &str, currency: Currency) {
    xml.text_element("Money", &[("currency", currency.as_str())], amount);
}

#[cfg(test)]
mod tests {
    use super::amount;

    #[test]
    fn thousands_marks_are_passed_over_other_commas_refused() {
        assert_eq!(amount("1,234,567.50").unwrap().to_string(), "1234567.50");
        assert_eq!(amount(" 12.5\n").unwrap().to_string(), "12.5");
        for refused in ["1,5", "1,23,456", "12.345,00", "$5", "abc", "1e3"] {
            assert!(amount(refused).is_err(), "{refused}");
        }
    }
}
