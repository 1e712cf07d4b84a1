use rust_decimal::Decimal;

use super::*;
use crate::{
    flow::{
        cart::{Cart, Change, ChangeFacts, Shelf, price_cart, tests},
        pricing::Quote,
        setup::Operation,
    },
    model::{
        agreement::Condition,
        catalog::ProductKey,
        charges::{Span, tests::rule},
        money::Currency,
        profile::LockCarrier,
        quantity::QuantityRule,
    },
};

/// Sells A-1 at 20, two and a half kilograms each, and A-2, whose weight is not known.
struct Shop;

impl Shelf for Shop {
    fn product(&self, key: &ProductKey) -> Option<Product> {
        let mut product = Product { part: key.part.clone(), auxiliary: None, ..tests::shop_product() };
        if key.part.as_str() == "A-1" {
            product.details.weight_kg = Quantity::parse("2.5").ok();
        }
        Some(product)
    }

    fn quote(&self, _: &Product) -> Option<Quote> {
        let price = UnitPrice::new(Decimal::from(20), euro(), Decimal::ONE).unwrap();
        Some(tests::fixed([(Quantity::ONE, price)]))
    }
}

fn euro() -> Currency {
    Currency::parse("EUR").unwrap()
}

fn number(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn cart(goods: &[(&str, &str)]) -> Cart {
    goods.iter().fold(Cart::default(), |cart, (part, quantity)| {
        let product = ProductKey { part: SupplierPartId::parse(part).unwrap(), auxiliary: None };
        let change = Change::Add { product, quantity: Quantity::parse(quantity).unwrap() };
        cart.changed(&change, &ChangeFacts { rule: Some(QuantityRule::default()) }).unwrap()
    })
}

fn priced(goods: &[(&str, &str)], rules: &[ChargeRule], ship_to: Option<(&str, &str)>) -> PricedCart {
    let mut purpose = tests::session(Operation::Create).purpose;
    purpose.ship_to = ship_to.map(|(address, _)| address.to_owned());
    purpose.ship_to_country = ship_to.map(|(_, country)| country.to_owned());
    price_cart(&cart(goods), &Shop, euro()).charged(&Charges(rules.to_vec()), &purpose)
}

fn due(cart: &PricedCart) -> Vec<(String, String)> {
    let told = |one: &PricedCharge| (one.charge.name.clone(), one.charge.amount.text());
    cart.charges.iter().map(told).collect()
}

fn flat(name: &str, amount: &str) -> ChargeRule {
    rule(name, ChargeKind::Freight, ChargePlace::Line, ChargeAmount::Flat(number(amount)))
}

#[test]
fn of_one_name_the_first_that_holds_counts_and_names_add_up() {
    let below = |amount, end: &str| ChargeRule {
        value: Span { from: None, below: Some(number(end)) },
        ..flat("Freight", amount)
    };
    let packing = ChargeRule { kind: ChargeKind::Surcharge, ..flat("Packing", "1") };
    let rules = [below("9.90", "50"), below("4.90", "100"), packing];
    let of = |quantity| due(&priced(&[("A-1", quantity)], &rules, None));
    let pair = |name: &str, amount: &str| (name.to_owned(), amount.to_owned());
    assert_eq!(of("2"), [pair("Freight", "9.90"), pair("Packing", "1.00")]);
    assert_eq!(of("3"), [pair("Freight", "4.90"), pair("Packing", "1.00")]);
    assert_eq!(of("5"), [pair("Packing", "1.00")], "the end of a span is not in it");
    assert!(due(&priced(&[], &rules, None)).is_empty(), "an empty cart costs nothing");
}

#[test]
fn tax_is_due_on_freight_too_and_is_rounded_half_to_even() {
    let tax = rule("VAT", ChargeKind::Tax, ChargePlace::Header, ChargeAmount::Percent(number("5")));
    let cart = priced(&[("A-1", "1")], &[tax, flat("Freight", "0.10")], None);
    // 5 % of 20.10 is 1.005.
    assert_eq!(due(&cart)[1], ("VAT".to_owned(), "1.00".to_owned()));
    assert_eq!((cart.total.text(), cart.payable.text()), ("20.00".to_owned(), "21.10".to_owned()));
}

#[test]
fn weight_counts_only_where_all_of_it_is_known() {
    let by_weight =
        rule("Freight", ChargeKind::Freight, ChargePlace::Line, ChargeAmount::PerKilogram(number("0.333")));
    let rules = [by_weight, flat("Freight", "15")];
    let of = |goods: &[(&str, &str)]| due(&priced(goods, &rules, None))[0].1.clone();
    assert_eq!(of(&[("A-1", "3")]), "2.50"); // 7.5 kg: 2.4975
    assert_eq!(of(&[("A-1", "3"), ("A-2", "1")]), "15.00", "the next rule of that name");
}

#[test]
fn a_rule_may_hold_for_one_address_or_country_alone() {
    let to = |condition, amount| ChargeRule { conditions: vec![condition], ..flat("Freight", amount) };
    let rules = [
        to(Condition::ShipTo("PLANT-7".into()), "1"),
        to(Condition::Country("DE".into()), "2"),
        flat("Freight", "3"),
    ];
    let of = |ship_to| due(&priced(&[("A-1", "1")], &rules, ship_to))[0].1.clone();
    assert_eq!(of(Some(("PLANT-7", "DE"))), "1.00");
    assert_eq!(of(Some(("PLANT-8", "DE"))), "2.00");
    assert_eq!(of(Some(("PLANT-8", "AT"))), "3.00");
    assert_eq!(of(None), "3.00");
}

#[test]
fn what_cannot_be_calculated_stops_the_cart() {
    let rules = [flat("Freight", "79228162514264337593543950335")];
    let cart = priced(&[("A-1", "1")], &rules, None).fitted(&tests::profile(LockCarrier::None));
    assert!(matches!(cart.stopped().unwrap().what, What::Charges { .. }));
    assert_eq!(cart.payable, cart.total);
}

#[test]
fn a_line_of_its_own_is_fitted_and_stops_the_cart_like_any_other() {
    let profile = crate::model::profile::Profile {
        part_length: Some(4),
        description_characters: 7,
        ..tests::profile(LockCarrier::Auxiliary)
    };
    let rules = [flat("Freight and packing", "5")];
    let priced = priced(&[("A-1", "1")], &rules, None);
    let fitted = priced.clone().fitted(&profile);
    let line = fitted.charges[0].line.as_ref().unwrap();
    assert_eq!(line.fitted.as_ref().unwrap().unit, "EA");
    assert_eq!(line.fitted.as_ref().unwrap().description, "Frei...");
    assert!(matches!(fitted.stopped().unwrap().what, What::TooLong { .. }));
    assert_eq!(fitted.problems().count(), 0, "the shopper's own lines are fine");

    let (session, profile) = (tests::session(Operation::Create), tests::profile(LockCarrier::Auxiliary));
    let (cart, lines) = tests::leave_priced(&priced, &session, &profile).unwrap();
    assert_eq!((cart.total.text(), cart.payable().text()), ("25.00".to_owned(), "25.00".to_owned()));
    assert_eq!((lines[1].part.as_str(), lines[1].charge), ("FREIGHT", Some(ChargeKind::Freight)));
    assert_eq!(cart.charges[0].line, Some(2));
    assert_eq!(lines[0].charge, None);
}

#[test]
fn free_freight_is_no_line() {
    let cart = priced(&[("A-1", "1")], &[flat("Freight", "0")], None);
    assert_eq!((due(&cart).len(), cart.leaving().count()), (1, 1));
}
