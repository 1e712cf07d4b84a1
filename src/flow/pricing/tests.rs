use jiff::Timestamp;
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::*;
use crate::model::{
    agreement::{Agreement, Assortment, Party, PriceChoice, PriceEntry, PriceRule, Selector},
    catalog::{Attribute, ListPrice, Product, Tier},
    ids::{AgreementId, SupplierId, SupplierPartId},
    money::Currency,
    quantity::Quantity,
};

fn euro() -> Currency {
    Currency::parse("EUR").unwrap()
}

fn tier(from: &str, amount: &str) -> Tier {
    Tier { from: Quantity::parse(from).unwrap(), amount: amount.parse().unwrap() }
}

fn product(tiers: Vec<Tier>) -> Product {
    Product {
        brand: "Hansa".into(),
        category: "Fasteners / Bolts".into(),
        list_price: Some(ListPrice { currency: euro(), tiers }),
        attributes: vec![Attribute { name: "Thread".into(), value: "M8".into(), unit: Some("ISO".into()) }],
        ..Product::new(SupplierPartId::parse("HB-8040").unwrap(), "Hex bolt")
    }
}

pub(crate) fn agreement(id: &str, priority: i32) -> Agreement {
    Agreement {
        id: AgreementId::parse(id).unwrap(),
        supplier: SupplierId::parse("nordhafen").unwrap(),
        name: id.to_owned(),
        party: Party::Everyone,
        currency: euro(),
        valid_from: Timestamp::UNIX_EPOCH,
        valid_until: None,
        priority,
        assortment: Assortment::default(),
        shows_list_price: true,
        rules: Vec::new(),
        minimum_order: None,
        price_list: None,
        conditions: Vec::new(),
        time_zone: None,
    }
}

fn percent(agreement: &mut Agreement, on: Selector, percent_off: i64) {
    agreement.rules.push(PriceRule { on, percent_off: Decimal::from(percent_off) });
}

fn offer<'a>(agreement: &'a Agreement, tiers: &[Tier]) -> Offer<'a> {
    let entry = (!tiers.is_empty()).then(|| PriceEntry { tiers: tiers.to_vec(), per: Decimal::ONE });
    Offer { agreement, version: 1, entry }
}

fn terms(choice: PriceChoice) -> Terms {
    Terms { currency: euro(), choice, now: Timestamp::from_second(1_000_000).unwrap() }
}

fn price(quote: &Quote, quantity: &str) -> String {
    quote.band(Quantity::parse(quantity).unwrap()).unwrap().price.text()
}

#[test]
fn tier_edges_are_exact() {
    let own = agreement("own", 1);
    let offers = [offer(&own, &[tier("1", "10"), tier("10", "9"), tier("100", "8.5")])];
    let quote = quote(&product(vec![]), &offers, terms(PriceChoice::HighestPriority)).unwrap();
    for (quantity, expected) in
        [("1", "10.00"), ("9.999999", "10.00"), ("10", "9.00"), ("99", "9.00"), ("100", "8.50")]
    {
        assert_eq!(price(&quote, quantity), expected, "{quantity}");
    }
    assert!(quote.band(Quantity::parse("0.5").unwrap()).is_none());
}

#[test]
fn the_most_specific_rule_counts() {
    let mut own = agreement("own", 1);
    percent(&mut own, Selector::All, 1);
    percent(&mut own, Selector::Category("Fasteners".into()), 2);
    percent(&mut own, Selector::Category("Fasteners / Bolts".into()), 3);
    let at = |own: &Agreement| {
        let offers = [offer(own, &[])];
        price(
            &quote(&product(vec![tier("1", "100")]), &offers, terms(PriceChoice::HighestPriority)).unwrap(),
            "1",
        )
    };
    assert_eq!(at(&own), "97.00");
    percent(&mut own, Selector::Brand("Hansa".into()), 4);
    assert_eq!(at(&own), "96.00");
    let thread = Attribute { name: "Thread".into(), value: "M8".into(), unit: None };
    percent(&mut own, Selector::Attribute(thread), 6);
    assert_eq!(at(&own), "94.00");
    percent(&mut own, Selector::Parts(["HB-8040".to_owned()].into()), 5);
    assert_eq!(at(&own), "95.00");
    percent(&mut own, Selector::Part("HB-8040".into()), 2);
    assert_eq!(at(&own), "98.00");
    percent(&mut own, Selector::Part("HB-8041".into()), 1);
    assert_eq!(at(&own), "98.00");
}

#[test]
fn outside_its_validity_or_currency_an_agreement_has_no_price() {
    let product = product(vec![]);
    let tiers = [tier("1", "10")];
    let mut own = agreement("own", 1);
    own.valid_until = Timestamp::from_second(1_000_000).ok();
    assert_eq!(quote(&product, &[offer(&own, &tiers)], terms(PriceChoice::HighestPriority)), None);
    own.valid_until = Timestamp::from_second(1_000_001).ok();
    assert!(quote(&product, &[offer(&own, &tiers)], terms(PriceChoice::HighestPriority)).is_some());
    own.valid_from = Timestamp::from_second(1_000_001).unwrap();
    assert_eq!(quote(&product, &[offer(&own, &tiers)], terms(PriceChoice::HighestPriority)), None);
    let mut dollars = agreement("dollars", 1);
    dollars.currency = Currency::parse("USD").unwrap();
    assert_eq!(quote(&product, &[offer(&dollars, &tiers)], terms(PriceChoice::LowestPrice)), None);
}

#[test]
fn priority_or_price_decides_as_the_connection_says() {
    let (high, low) = (agreement("high", 9), agreement("low", 1));
    let offers =
        [offer(&low, &[tier("1", "5"), tier("100", "4")]), offer(&high, &[tier("1", "6"), tier("50", "3")])];
    let product = product(vec![]);
    let by_priority = quote(&product, &offers, terms(PriceChoice::HighestPriority)).unwrap();
    assert_eq!(price(&by_priority, "1"), "6.00");
    let by_price = quote(&product, &offers, terms(PriceChoice::LowestPrice)).unwrap();
    assert_eq!(
        [price(&by_price, "1"), price(&by_price, "50"), price(&by_price, "100")],
        ["5.00", "3.00", "3.00"]
    );
}

#[test]
fn the_list_price_is_shown_only_where_the_agreement_allows() {
    let mut own = agreement("own", 1);
    percent(&mut own, Selector::All, 12);
    let product = product(vec![tier("1", "10")]);
    let band = |own: &Agreement| {
        let quote = quote(&product, &[offer(own, &[])], terms(PriceChoice::HighestPriority)).unwrap();
        quote.bands.first().cloned().unwrap()
    };
    assert_eq!(band(&own).saving_percent(), Some(Decimal::from(12)));
    own.shows_list_price = false;
    assert_eq!(band(&own).list_price, None);
}

proptest! {
    /// Whatever order the agreements come in, the price is the same.
    #[test]
    fn the_order_of_agreements_does_not_matter(
        prices in prop::collection::vec((0..3_i32, 1..500_i64, 1..40_i64), 1..6),
        rotate in 0..6_usize,
        lowest in any::<bool>(),
        quantity in 1..60_i64,
    ) {
        let choice = if lowest { PriceChoice::LowestPrice } else { PriceChoice::HighestPriority };
        let agreements: Vec<Agreement> = prices.iter().enumerate().map(|(n, (priority, ..))| agreement(&format!("a{n}"), *priority)).collect();
        let tiers: Vec<[Tier; 2]> = prices.iter().map(|(_, cents, from)| [
            tier("1", &Decimal::new(*cents, 2).to_string()),
            tier(&(from + 1).to_string(), &Decimal::new(cents / 2, 2).to_string()),
        ]).collect();
        let mut offers: Vec<Offer<'_>> = agreements.iter().zip(&tiers).map(|(agreement, tiers)| offer(agreement, tiers)).collect();
        let product = product(vec![]);
        let before = quote(&product, &offers, terms(choice)).unwrap();
        let by = rotate % offers.len();
        offers.rotate_left(by);
        offers.reverse();
        let after = quote(&product, &offers, terms(choice)).unwrap();
        prop_assert_eq!(&before, &after);
        if lowest {
            let quantity = Quantity::new(Decimal::from(quantity)).unwrap();
            let best = offers.iter().filter_map(|offer| quote(&product, std::slice::from_ref(offer), terms(choice)))
                .filter_map(|quote| quote.band(quantity).map(|band| band.price.amount)).min();
            prop_assert_eq!(before.band(quantity).map(|band| band.price.amount), best);
        }
    }

    /// Currencies never mix, and no price holds outside the validity of its agreement; tier edges are exact.
    #[test]
    fn only_what_is_valid_now_in_this_currency_has_a_price(
        made in prop::collection::vec((0..3_i32, any::<bool>(), 0..40_i64, prop::option::of(1..40_i64), 1..500_i64, 2..40_i64), 1..6),
        now in 0..60_i64,
        lowest in any::<bool>(),
        quantity in 1..60_i64,
    ) {
        let now = Timestamp::from_second(now).unwrap();
        let agreements: Vec<Agreement> = made.iter().enumerate().map(|(n, (priority, dollars, from, length, ..))| {
            let mut agreement = agreement(&format!("a{n}"), *priority);
            if *dollars {
                agreement.currency = Currency::parse("USD").unwrap();
            }
            agreement.valid_from = Timestamp::from_second(*from).unwrap();
            agreement.valid_until = length.map(|length| Timestamp::from_second(from + length).unwrap());
            agreement
        }).collect();
        let tiers: Vec<[Tier; 2]> = made.iter().map(|(.., cents, from)| [
            tier("1", &Decimal::new(*cents, 2).to_string()),
            tier(&from.to_string(), &Decimal::new(cents / 2, 2).to_string()),
        ]).collect();
        let offers: Vec<Offer<'_>> = agreements.iter().zip(&tiers).map(|(agreement, tiers)| offer(agreement, tiers)).collect();
        let choice = if lowest { PriceChoice::LowestPrice } else { PriceChoice::HighestPriority };
        let terms = Terms { currency: euro(), choice, now };
        let counts = |agreement: &Agreement| {
            agreement.currency == euro() && agreement.valid_from <= now && agreement.valid_until.is_none_or(|end| now < end)
        };
        let found = quote(&product(vec![]), &offers, terms);
        prop_assert_eq!(found.is_some(), agreements.iter().any(counts));
        let Some(found) = found else { return Ok(()) };
        for band in &found.bands {
            let own = agreements.iter().position(|one| one.id == band.provenance.agreement).unwrap();
            prop_assert!(counts(&agreements[own]));
            prop_assert_eq!(band.price.currency, euro());
            prop_assert_eq!(band.provenance.valid_until, agreements[own].valid_until);
            prop_assert!(tiers[own].iter().any(|tier| tier.amount == band.price.amount));
        }
        // The first quantity of a tier has its price, the last one before it has not.
        let at = |quantity: Decimal| found.band(Quantity::new(quantity).unwrap()).map(|band| band.from);
        for band in &found.bands {
            prop_assert_eq!(at(band.from.value()), Some(band.from));
            let just_below = band.from.value() - Decimal::new(1, 6);
            prop_assert!(at(just_below).is_none_or(|from| from < band.from));
        }
        let quantity = Quantity::new(Decimal::from(quantity)).unwrap();
        let why = found.band(quantity).unwrap();
        let own = agreements.iter().position(|one| one.id == why.provenance.agreement).unwrap();
        let expected = tiers[own].iter().rfind(|tier| tier.from <= quantity).unwrap();
        prop_assert_eq!(why.price.amount, expected.amount);
    }
}
