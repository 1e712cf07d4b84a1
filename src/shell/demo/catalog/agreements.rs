//! What the three buyers of the demo have negotiated.

use jiff::{Span, Timestamp};
use rust_decimal::Decimal;

use super::{family::DemoError, grow::rounded, seed};
use crate::model::{
    FieldError,
    agreement::{Agreement, Assortment, Party, PriceEntry, PriceRule, Selector},
    catalog::{Product, Tier},
    ids::{AgreementId, BuyerId, SupplierId, SupplierPartId},
    money::Currency,
    quantity::Quantity,
};

/// An agreement, and the fixed prices that its price list begins with.
#[derive(Clone, Debug)]
pub struct DemoAgreement {
    /// The terms; `price_list` is empty until the prices are published.
    pub agreement: Agreement,
    /// Fixed prices, each part once.
    pub prices: Vec<(SupplierPartId, PriceEntry)>,
}

/// The agreements of three buyers, in this order: a framework in euro with fixed prices and a discount on all;
/// fixed prices in US dollars for what facility managers need; a discount by brand and category in euro.
pub fn agreements(
    products: &[Product],
    supplier: &SupplierId,
    buyers: [&BuyerId; 3],
    now: Timestamp,
) -> Result<[DemoAgreement; 3], DemoError> {
    let wrong = |error: FieldError| DemoError(error.to_string());
    let [first, second, third] = buyers;
    Ok([
        framework(
            products,
            base("framework-2026", "Framework 2026", "EUR", supplier, first, now).map_err(wrong)?,
        ),
        facility(
            products,
            base("facility-usd", "Facility supplies, USD", "USD", supplier, second, now).map_err(wrong)?,
        ),
        workshop(
            products,
            base("workshop-terms", "Workshop terms", "EUR", supplier, third, now).map_err(wrong)?,
        ),
    ])
}

fn base(
    id: &str,
    name: &str,
    currency: &str,
    supplier: &SupplierId,
    buyer: &BuyerId,
    now: Timestamp,
) -> Result<Agreement, FieldError> {
    let days = |days: i64| now.checked_add(Span::new().hours(days * 24)).unwrap_or(now);
    Ok(Agreement {
        id: AgreementId::parse(id)?,
        supplier: supplier.clone(),
        name: name.to_owned(),
        party: Party::Buyer(buyer.clone()),
        currency: Currency::parse(currency)?,
        valid_from: days(-60),
        valid_until: Some(days(305)),
        priority: 100,
        assortment: Assortment::default(),
        shows_list_price: true,
        rules: Vec::new(),
        minimum_order: None,
        price_list: None,
        conditions: Vec::new(),
        time_zone: None,
    })
}

/// Fixed prices with tiers for one part of eight, 12 % off the rest; everything is visible.
fn framework(products: &[Product], mut agreement: Agreement) -> DemoAgreement {
    agreement.rules = vec![PriceRule { on: Selector::All, percent_off: Decimal::from(12) }];
    let chosen = products.iter().filter(|product| seed::below(100, product.part.as_str(), "framework") < 13);
    let prices = chosen.filter_map(|product| priced(product, 79, &[(10, 95), (50, 90)], 1)).collect();
    DemoAgreement { agreement, prices }
}

/// Dollar prices for whole categories; nothing else is visible, and no list price is shown beside them.
fn facility(products: &[Product], mut agreement: Agreement) -> DemoAgreement {
    const CATEGORIES: &[&str] = &[
        "Hand tools",
        "Safety",
        "Lighting",
        "Cleaning",
        "Office and IT",
        "Packaging",
        "Adhesives and chemicals",
    ];
    let category = |name: &&str| Selector::Category((*name).to_owned());
    agreement.assortment.include = CATEGORIES.iter().map(category).collect();
    agreement.assortment.exclude = vec![Selector::Category("Safety / Respiratory".to_owned())];
    agreement.shows_list_price = false;
    let chosen = products.iter().filter(|product| product.is_in(&agreement.assortment));
    let prices = chosen.filter_map(|product| priced(product, 104, &[(20, 94)], 1)).collect();
    DemoAgreement { agreement, prices }
}

/// 8 % off one brand, 15 % off fasteners, fixed prices for some hundred parts, the small ones per single piece.
fn workshop(products: &[Product], mut agreement: Agreement) -> DemoAgreement {
    agreement.rules = vec![
        PriceRule { on: Selector::Brand("Fennhold".to_owned()), percent_off: Decimal::from(8) },
        PriceRule { on: Selector::Category("Fasteners".to_owned()), percent_off: Decimal::from(15) },
    ];
    let is_small =
        |product: &Product| product.price_basis > Decimal::ONE || product.part.as_str().starts_with("MS-");
    let chosen = products.iter().filter(|product| {
        let share = if is_small(product) { 40 } else { 4 };
        seed::below(100, product.part.as_str(), "workshop") < share
    });
    let prices = chosen
        .filter_map(|product| {
            // Half of the small ones are priced by the piece instead of the hundred.
            let by_piece =
                product.price_basis > Decimal::ONE && seed::below(2, product.part.as_str(), "basis") == 0;
            let divisor = if by_piece { product.price_basis } else { Decimal::ONE };
            let divisor = u32::try_from(divisor).unwrap_or(1);
            priced(product, 82, &[(1000, 92)], divisor)
        })
        .collect();
    DemoAgreement { agreement, prices }
}

/// A share of the list price, in percent, with tiers by quantity and percent; the basis divided.
fn priced(
    product: &Product,
    percent: u32,
    tiers: &[(u32, u32)],
    divisor: u32,
) -> Option<(SupplierPartId, PriceEntry)> {
    let list = product.list_price.as_ref()?.tiers.first()?;
    let share = |price: Decimal, percent: u32| price * Decimal::from(percent) / Decimal::ONE_HUNDRED;
    let first = share(list.amount, percent) / Decimal::from(divisor);
    let per = product.price_basis / Decimal::from(divisor);
    let mut made = vec![Tier { from: Quantity::ONE, amount: rounded(first) }];
    for (from, percent) in tiers {
        let step = product.order.multiple.value();
        let tier = Tier {
            from: Quantity::new(step * Decimal::from(*from)).ok()?,
            amount: rounded(share(first, *percent)),
        };
        if made.last().is_some_and(|last| tier.amount < last.amount) {
            made.push(tier);
        }
    }
    Some((product.part.clone(), PriceEntry { tiers: made, per: per.normalize() }))
}
