//! From families to products.

use std::collections::HashMap;

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::{
    family::{Axis, DemoError, Family, Value},
    seed,
};
use crate::{
    model::{
        FieldError,
        catalog::{Attribute, ListPrice, PackContent, Picture, Product, Relation, RelationKind, Stock, Tier},
        ids::SupplierPartId,
        money::Currency,
        quantity::{Quantity, QuantityRule, UnitOfMeasure},
    },
    shell::pictures,
};

/// Brand, code in part numbers, maker, price in percent.
const BRANDS: &[(&str, &str, &str, u32)] = &[
    ("Nordhafen", "N", "Nordhafen Industrial Supply", 88),
    ("Kalderwerk", "K", "Kalderwerk Schrauben KG", 104),
    ("Tolvanta", "T", "Tolvanta Fixings Ltd", 96),
    ("Brackmoor", "B", "Brackmoor Tools plc", 118),
    ("Fennhold", "F", "Fennhold Werkzeug GmbH", 109),
    ("Grimsvald", "G", "Grimsvald AS", 131),
    ("Ostrevik", "O", "Ostrevik Verktyg AB", 99),
    ("Veltrano", "V", "Veltrano Utensili S.r.l.", 103),
    ("Stravolt", "S", "Stravolt Power Tools Inc.", 126),
    ("Quorvex", "Q", "Quorvex Elektro GmbH", 107),
    ("Pellarde", "P", "Pellarde Protection SAS", 112),
    ("Ulvorn", "U", "Ulvorn Safety Oy", 101),
    ("Zindrel", "Z", "Zindrel Lighting B.V.", 98),
    ("Aldervane", "A", "Aldervane Fluid Systems Ltd", 115),
    ("Corvanta", "C", "Corvanta Chemie GmbH", 106),
    ("Drovelle", "D", "Drovelle Emballages SA", 95),
    ("Eskerby", "E", "Eskerby Office Products Ltd", 97),
    ("Falkrim", "R", "Falkrim Lagertechnik GmbH", 110),
    ("Hexaborn", "H", "Hexaborn Hydraulik GmbH", 121),
    ("Immerveld", "I", "Immerveld Reiniging B.V.", 94),
    ("Jorvane", "J", "Jorvane Metrology AB", 137),
    ("Lumiquist", "L", "Lumiquist Leuchten GmbH", 119),
    ("Murrendal", "M", "Murrendal Klebstoffe AG", 113),
    ("Wexmoor", "W", "Wexmoor Workwear Ltd", 92),
    ("Yttervik", "Y", "Yttervik Data AB", 108),
    ("Xanterra Forge", "X", "Xanterra Forge Co.", 90),
];

/// One product of a family, on its way.
struct Draft<'a> {
    family: &'a Family,
    brand: (&'a str, &'a str, &'a str, u32),
    axes: Vec<(&'a Axis<'a>, Value<'a>)>,
    part: String,
}

/// Every combination of every family.
pub(super) fn products(families: &[Family]) -> Result<Vec<Product>, DemoError> {
    let mut products = Vec::new();
    let mut places: HashMap<&str, Vec<(usize, String)>> = HashMap::new();
    let mut with: Vec<(&Family, Vec<(String, String)>)> = Vec::new();
    for family in families {
        let mut axes = Vec::new();
        for axis in &family.axes {
            axes.push(Axis::parse(axis)?);
        }
        for draft in drafts(family, &axes)? {
            let number = products.len();
            let product = product(&draft, number).map_err(|error| DemoError::new(&draft.part, error))?;
            let values = draft.axes.iter().map(|(axis, value)| format!("{}={}", axis.name, value.text));
            places.entry(&family.id).or_default().push((number, values.collect::<Vec<_>>().join("|")));
            let pairs = draft.axes.iter().map(|(axis, value)| (axis.name.to_owned(), value.text.to_owned()));
            with.push((family, pairs.collect()));
            products.push(product);
        }
    }
    let parts: Vec<SupplierPartId> = products.iter().map(|product| product.part.clone()).collect();
    for (number, (family, values)) in with.iter().enumerate() {
        let mut related = Vec::new();
        for other in &family.with {
            let candidates =
                places.get(other.as_str()).ok_or_else(|| DemoError::new(other, "is no family"))?;
            related.extend(partner(candidates, values, number).and_then(|place| parts.get(place)).cloned());
        }
        // The next sizes of the same kind.
        let same = |place: usize| with.get(place).is_some_and(|(other, _)| std::ptr::eq(*other, *family));
        let near = [number.checked_sub(1), number.checked_add(1)].into_iter().flatten();
        related.extend(near.filter(|place| same(*place)).filter_map(|place| parts.get(place)).cloned());
        if let Some(product) = products.get_mut(number) {
            let goes_with = |part| Relation { kind: RelationKind::Related, part };
            product.relations = related.into_iter().map(goes_with).collect();
        }
    }
    Ok(products)
}

/// The candidate with most values in common; among equals, one by chance.
fn partner(candidates: &[(usize, String)], values: &[(String, String)], number: usize) -> Option<usize> {
    let common = |said: &str| {
        let has =
            |(name, value): &&(String, String)| said.split('|').any(|one| one == format!("{name}={value}"));
        values.iter().filter(has).count()
    };
    let most = candidates.iter().map(|(_, said)| common(said)).max()?;
    let best: Vec<usize> =
        candidates.iter().filter(|(_, said)| common(said) == most).map(|(place, _)| *place).collect();
    seed::pick(&best, &number.to_string(), "partner").copied()
}

fn drafts<'a>(family: &'a Family, axes: &'a [Axis<'a>]) -> Result<Vec<Draft<'a>>, DemoError> {
    let mut combinations: Vec<Vec<(&Axis<'_>, Value<'_>)>> = vec![Vec::new()];
    for axis in axes {
        let longer = |combination: &Vec<(&'a Axis<'a>, Value<'a>)>| {
            let one = |value: &Value<'a>| combination.iter().copied().chain([(axis, *value)]).collect();
            axis.values.iter().map(one).collect::<Vec<_>>()
        };
        combinations = combinations.iter().flat_map(longer).collect();
    }
    let mut drafts = Vec::new();
    for axes in combinations {
        for name in &family.brands {
            let brand = BRANDS.iter().find(|brand| brand.0 == name);
            let brand = *brand.ok_or_else(|| DemoError::new(name, "is no brand"))?;
            let mut part = filled(&family.part, &axes, "", |value| value.code);
            if family.brands.len() > 1 {
                part = format!("{part}-{}", brand.1);
            }
            drafts.push(Draft { family, brand, axes: axes.clone(), part });
        }
    }
    Ok(drafts)
}

fn filled<'a>(
    template: &str,
    axes: &[(&Axis<'a>, Value<'a>)],
    brand: &str,
    say: impl Fn(&Value<'a>) -> &'a str,
) -> String {
    let text = template.replace("{brand}", brand);
    axes.iter().fold(text, |text, (axis, value)| text.replace(&format!("{{{}}}", axis.name), say(value)))
}

fn product(draft: &Draft<'_>, number: usize) -> Result<Product, FieldError> {
    let Draft { family, brand, axes, part } = draft;
    let template = seed::pick(&family.text, part, "text").map_or("", String::as_str);
    let content = match family.content.as_deref().and_then(|content| content.split_once(' ')) {
        Some((quantity, unit)) => {
            Some(PackContent { quantity: Quantity::parse(quantity)?, unit: UnitOfMeasure::parse(unit)? })
        }
        None => None,
    };
    let price = price(family, brand.3, axes);
    Ok(Product {
        part: SupplierPartId::parse(part)?,
        auxiliary: None,
        name: filled(&family.name, axes, brand.0, |value| value.text),
        description: filled(template, axes, brand.0, |value| value.text),
        brand: brand.0.to_owned(),
        manufacturer: Some(brand.2.to_owned()),
        manufacturer_part: Some(maker_number(brand.1, part)),
        category: family.category.clone(),
        unspsc: Some(family.unspsc.clone()),
        gtin: Some(gtin(number)),
        unit: UnitOfMeasure::parse(&family.unit)?,
        content,
        price_basis: family.basis,
        order: order(&family.order)?,
        list_price: Some(ListPrice {
            currency: Currency::parse("EUR")?,
            tiers: tiers(&family.tiers, price)?,
        }),
        attributes: attributes(family, axes),
        picture: Some(Picture {
            drawing: family.drawing.clone(),
            variant: pictures::variant(
                axes.iter()
                    .find(|(axis, _)| matches!(axis.name, "Colour" | "Ink"))
                    .map(|(_, value)| value.text),
                u8::try_from(seed::below(256, part, "variant")).unwrap_or(0),
            ),
        }),
        lead_time_days: Some(family.lead),
        relations: Vec::new(),
        details: Box::default(),
    })
}

/// As makers number things: two letters, digits in groups.
fn maker_number(code: &str, part: &str) -> String {
    let number = seed::below(90_000_000, part, "maker") + 10_000_000;
    let text = number.to_string();
    let (front, back) = text.split_at(4);
    match seed::below(3, code, "style") {
        0 => format!("{code}{code} {front} {back}"),
        1 => format!("{code}{front}.{back}"),
        _ => format!("{front}-{back}{code}"),
    }
}

fn price(family: &Family, brand: u32, axes: &[(&Axis<'_>, Value<'_>)]) -> Decimal {
    let hundred = Decimal::ONE_HUNDRED;
    let brand = if family.brands.len() > 1 { Decimal::from(brand) } else { hundred };
    let exact =
        axes.iter().fold(family.price * brand / hundred, |price, (_, value)| price * value.percent / hundred);
    rounded(exact)
}

/// To what such a price looks like: cents, then five cents, then halves; tiny ones keep more decimals.
pub(super) fn rounded(price: Decimal) -> Decimal {
    let to = |steps: i64| (price * Decimal::from(steps)).round() / Decimal::from(steps);
    let price = if price >= Decimal::from(200) {
        to(2)
    } else if price >= Decimal::from(20) {
        to(20)
    } else if price >= Decimal::ONE {
        to(100)
    } else {
        price.round_sf(3).unwrap_or(price)
    };
    let mut price = price.normalize();
    if price.scale() < 2 {
        price.rescale(2);
    }
    price
}

fn tiers(text: &str, price: Decimal) -> Result<Vec<Tier>, FieldError> {
    let mut tiers = vec![Tier { from: Quantity::ONE, amount: price }];
    for (from, percent) in text.split_whitespace().filter_map(|tier| tier.split_once(':')) {
        let percent: Decimal = percent.parse().unwrap_or(Decimal::ONE_HUNDRED);
        let tier =
            Tier { from: Quantity::parse(from)?, amount: rounded(price * percent / Decimal::ONE_HUNDRED) };
        if tiers.last().is_some_and(|last| tier.amount < last.amount) {
            tiers.push(tier);
        }
    }
    Ok(tiers)
}

fn order(text: &str) -> Result<QuantityRule, FieldError> {
    let mut numbers = text.split_whitespace();
    let mut next = || numbers.next().map(Quantity::parse).transpose();
    Ok(QuantityRule {
        minimum: next()?.unwrap_or(Quantity::ONE),
        multiple: next()?.unwrap_or(Quantity::ONE),
        maximum: next()?,
    })
}

fn attributes(family: &Family, axes: &[(&Axis<'_>, Value<'_>)]) -> Vec<Attribute> {
    let varied = axes.iter().map(|(axis, value)| Attribute {
        name: axis.name.to_owned(),
        value: value.text.to_owned(),
        unit: axis.unit.map(str::to_owned),
    });
    let fixed = family.fixed.iter().filter_map(|text| {
        let (name, value) = text.split_once('=')?;
        let (value, unit) = match value.split_once(" [") {
            Some((value, unit)) => (value, unit.strip_suffix(']')),
            None => (value, None),
        };
        Some(Attribute { name: name.to_owned(), value: value.to_owned(), unit: unit.map(str::to_owned) })
    });
    varied.chain(fixed).collect()
}

/// 13 digits, the last one their check.
fn gtin(number: usize) -> String {
    let body = format!("20{:010}", 4_710_000 + number * 13);
    let weighted = |(place, byte): (usize, u8)| u32::from(byte - b'0') * if place % 2 == 0 { 3 } else { 1 };
    let sum: u32 = body.bytes().rev().enumerate().map(weighted).sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

/// What there is of a product.
pub(super) fn stock(product: &Product, as_of: Timestamp) -> Stock {
    let part = product.part.as_str();
    let step = product.order.multiple.value();
    let steps = |count: u64| Quantity::new(step * Decimal::from(count)).ok();
    let (available, sold_out) = match seed::below(100, part, "stock") {
        0..10 => (None, false),
        10..18 => (None, true),
        18..32 => (steps(seed::below(6, part, "low") + 1), false),
        _ => (steps(seed::below(900, part, "plenty") + 20), false),
    };
    Stock { available, sold_out, lead_time_days: None, as_of }
}
