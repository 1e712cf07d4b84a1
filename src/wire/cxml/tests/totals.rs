//! One total everywhere: in the cart, in what is kept of it, in the document that leaves, in the order that comes back.

use jiff::Timestamp;
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::*;
use crate::{
    flow::{
        cart::{
            Cart, Change, ChangeFacts, ReturnFacts, ReturnRefused, Shelf, What, price_cart, return_cart,
            tests::{profile, session, shop_product},
        },
        order::{Snapshot, reconcile},
        pricing::{Offer, Quote, Terms, quote, tests::agreement},
        setup::Operation,
    },
    model::{
        agreement::{Agreement, PriceChoice, PriceEntry},
        catalog::{Product, ProductKey, Tier},
        charges::Charges,
        ids::{CartId, SupplierPartId},
        party::{Connection, ConnectionState, Login},
        profile::{LockCarrier, Profile, Strictness},
        quantity::QuantityRule,
        signature::Signatures,
    },
};

/// Two agreements with a price list each: tiers in tenths of a cent, by product.
struct Terraced {
    agreements: [Agreement; 2],
    tiers: Vec<[Vec<Tier>; 2]>,
    choice: PriceChoice,
}

fn place(part: &str) -> usize {
    part.trim_start_matches("P-").parse().unwrap()
}

impl Shelf for Terraced {
    fn product(&self, key: &ProductKey) -> Option<Product> {
        let any = QuantityRule { minimum: quantity("0.1"), multiple: quantity("0.1"), maximum: None };
        Some(Product { part: key.part.clone(), auxiliary: None, order: any, ..shop_product() })
    }

    fn quote(&self, product: &Product) -> Option<Quote> {
        let tiers = &self.tiers[place(product.part.as_str())];
        let offer = |(agreement, tiers): (&'_ Agreement, &Vec<Tier>)| {
            let entry = PriceEntry { tiers: tiers.clone(), per: Decimal::TEN };
            (agreement.clone(), Some(entry).filter(|_| !tiers.is_empty()))
        };
        let found: Vec<_> = self.agreements.iter().zip(tiers).map(offer).collect();
        let offers: Vec<Offer<'_>> = found
            .iter()
            .map(|(agreement, entry)| Offer { agreement, version: 1, entry: entry.clone() })
            .collect();
        quote(product, &offers, Terms { currency: eur(), choice: self.choice, now: Timestamp::UNIX_EPOCH })
    }
}

fn key(place: usize) -> ProductKey {
    ProductKey { part: SupplierPartId::parse(&format!("P-{place}")).unwrap(), auxiliary: None }
}

/// A cart of lines: product and tenths of a unit; each line with a note of its own, so that none joins another.
fn cart_of(lines: &[(usize, i64)]) -> Cart {
    let rule = QuantityRule { minimum: quantity("0.1"), multiple: quantity("0.1"), maximum: None };
    let facts = ChangeFacts { rule: Some(rule) };
    lines.iter().fold(Cart::default(), |cart, (product, tenths)| {
        let quantity = Quantity::new(Decimal::new(*tenths, 1)).unwrap();
        let cart = cart.changed(&Change::Add { product: key(*product), quantity }, &facts).unwrap();
        let number = cart.lines.last().unwrap().number;
        cart.changed(&Change::Set { number, quantity, note: format!("note {number}") }, &facts).unwrap()
    })
}

fn modern(carrier: LockCarrier) -> Profile {
    Profile { cxml_version: CxmlVersion::parse("1.2.050").unwrap(), ..profile(carrier) }
}

fn tiers() -> impl Strategy<Value = Vec<Tier>> {
    prop::collection::btree_map(1..60_i64, 1..500_000_i64, 0..4).prop_map(|tiers| {
        let tier = |(from, amount)| Tier {
            from: Quantity::new(Decimal::new(from, 1)).unwrap(),
            amount: Decimal::new(amount, 4),
        };
        tiers.into_iter().map(tier).collect()
    })
}

fn connection(minimum_order: Option<Money>, below_minimum: Strictness) -> Connection {
    Connection {
        id: "c".parse().unwrap(),
        supplier: "s".parse().unwrap(),
        buyer: "b".parse().unwrap(),
        state: ConnectionState::Test,
        login: Login::Oci { credentials: Vec::new() },
        profile: "p".parse().unwrap(),
        overrides: serde_json::Map::new(),
        return_hosts: Vec::new(),
        frame_hosts: Vec::new(),
        price_choice: PriceChoice::default(),
        hides_unpriced: false,
        currency: None,
        minimum_order,
        below_minimum,
        charges: Charges::default(),
        takes_catalogs: false,
        signatures: Signatures::default(),
        language: None,
    }
}

proptest! {
    /// Whatever the tiers and however a quantity is spread over lines.
    #[test]
    fn cart_return_document_and_order_have_one_total(
        tiers in prop::collection::vec([tiers(), tiers()], 4),
        lines in prop::collection::vec((0..4_usize, 1..80_i64), 1..8),
        lowest in any::<bool>(),
        minimum in prop::option::of(0..2_000_i64),
        stops in any::<bool>(),
    ) {
        let choice = if lowest { PriceChoice::LowestPrice } else { PriceChoice::HighestPriority };
        let mut agreements = [agreement("a", 2), agreement("b", 1)];
        agreements[1].minimum_order = minimum.map(|cents| Decimal::new(cents, 2));
        let shelf = Terraced { agreements, tiers, choice };
        let cart = cart_of(&lines);
        let below = if stops { Strictness::Stop } else { Strictness::Warn };
        let priced = price_cart(&cart, &shelf, eur()).at_least(&connection(None, below), &shelf.agreements);

        // Every line has the price of what its product's lines have together.
        for line in &priced.lines {
            let product = line.product.as_ref().unwrap();
            let all: i64 = lines.iter().filter(|(one, _)| *one == place(product.part.as_str())).map(|(_, tenths)| tenths).sum();
            let quote = shelf.quote(product);
            let expected = quote.as_ref().and_then(|quote| quote.band(Quantity::new(Decimal::new(all, 1)).unwrap()));
            prop_assert_eq!(line.band.as_ref(), expected);
            if let Some(amount) = line.amount {
                let exact = line.price.unwrap().amount * line.line.quantity.value() / Decimal::TEN;
                prop_assert!((amount.amount - exact).abs() * Decimal::TWO <= Decimal::new(1, 2));
                prop_assert!(amount.amount.scale() <= 2);
            }
        }
        let sum: Decimal = priced.lines.iter().filter_map(|line| line.amount).map(|amount| amount.amount).sum();
        prop_assert_eq!(priced.total.amount, sum);

        let session = session(Operation::Create);
        let profile = modern(LockCarrier::Auxiliary);
        let facts = ReturnFacts {
            session: &session,
            profile: &profile,
            price_lock_days: 30,
            confirmed_revision: cart.revision,
            id: CartId::new([9; 16]),
            payload_id: None,
            references: (0..8).map(|place| LockReference::new([place; 16])).collect(),
        };
        let unpriced = priced.lines.iter().filter(|line| line.amount.is_none()).count();
        let uses_b = priced.lines.iter().filter_map(|line| line.band.as_ref()).any(|band| band.provenance.agreement.as_str() == "b");
        let short = uses_b && minimum.is_some_and(|cents| sum < Decimal::new(cents, 2));
        let left = return_cart(&priced, facts, Timestamp::UNIX_EPOCH);
        let (returned, lines) = match left {
            Err(ReturnRefused::Whole(What::BelowMinimum { total, .. })) => {
                prop_assert!(short && stops);
                prop_assert_eq!(total.amount, sum);
                return Ok(());
            }
            Err(ReturnRefused::Lines(count)) => {
                prop_assert!(count == unpriced && count > 0 && !(short && stops));
                return Ok(());
            }
            Err(other) => return Err(TestCaseError::fail(other.to_string())),
            Ok(left) => left,
        };
        prop_assert!(!(short && stops));
        prop_assert_eq!(returned.findings.iter().any(|one| matches!(one.what, What::BelowMinimum { .. })), short);
        prop_assert_eq!(returned.total.amount, sum);
        let text = message(&lines, false, false, &profile.cxml_version);
        let received = read_order_message(&text.parse().unwrap()).unwrap();
        prop_assert_eq!(received.total.map(|(total, _)| total), Some(sum));
        let again: Decimal = received.lines.iter().map(|line| {
            let price = line.price.unwrap();
            line_amount(UnitPrice::new(price.amount, eur(), price.per).unwrap(), line.quantity).unwrap().amount
        }).sum();
        prop_assert_eq!(again, sum);
        for (ordered, line) in received.lines.into_iter().zip(lines) {
            let snapshot = Snapshot { cart: returned.id, at: Timestamp::UNIX_EPOCH, holds_until: returned.holds_until, line };
            let compared = reconcile(ordered.ordered(), Some(&snapshot), &[], &profile, Timestamp::UNIX_EPOCH);
            prop_assert_eq!(compared.differences, vec![]);
        }
    }
}

fn tens(from: &str, amount: &str) -> Tier {
    Tier { from: quantity(from), amount: amount.parse().unwrap() }
}

/// 10 a piece, from ten on 9.
fn simple() -> Terraced {
    let mut agreements = [agreement("a", 2), agreement("b", 1)];
    agreements[0].minimum_order = Some(Decimal::from(60));
    agreements[1].minimum_order = Some(Decimal::from(500));
    let tiers = vec![[vec![tens("1", "100"), tens("10", "90")], vec![]]];
    Terraced { agreements, tiers, choice: PriceChoice::HighestPriority }
}

#[test]
fn lines_of_one_product_share_its_tier_and_the_lock_knows() {
    let shelf = simple();
    let priced = price_cart(&cart_of(&[(0, 40), (0, 60)]), &shelf, eur());
    assert_eq!(priced.total.text(), "90.00");
    let prices: Vec<_> =
        priced.lines.iter().map(|line| (line.together.to_string(), line.price.unwrap().text())).collect();
    assert_eq!(prices, [("10".to_owned(), "90.00".to_owned()), ("10".to_owned(), "90.00".to_owned())]);
    let session = session(Operation::Create);
    let profile = modern(LockCarrier::Auxiliary);
    let facts = ReturnFacts {
        session: &session,
        profile: &profile,
        price_lock_days: 30,
        confirmed_revision: priced.revision,
        id: CartId::new([9; 16]),
        payload_id: None,
        references: vec![LockReference::new([7; 16]), LockReference::new([8; 16])],
    };
    let (_, lines) = return_cart(&priced, facts, Timestamp::UNIX_EPOCH).unwrap();
    // With the other line as it is, four and six are just enough.
    let bands: Vec<_> = lines.iter().map(|line| (line.band_from.to_string(), line.band_until)).collect();
    assert_eq!(bands, [("4".to_owned(), None), ("6".to_owned(), None)]);
    let one_less = price_cart(&cart_of(&[(0, 39), (0, 60)]), &shelf, eur());
    assert_eq!(one_less.total.text(), "99.00");
}

#[test]
fn a_minimum_is_the_connections_or_that_of_the_agreements_in_the_cart() {
    let shelf = simple();
    let euro = |amount: i64| Money { amount: Decimal::from(amount), currency: eur() };
    let cart = cart_of(&[(0, 50)]);
    let minimum = |own: Option<Money>, below| {
        let priced = price_cart(&cart, &shelf, eur()).at_least(&connection(own, below), &shelf.agreements);
        let priced = priced.fitted(&modern(LockCarrier::None));
        (
            priced.minimum.map(|minimum| minimum.least.text()),
            priced.findings.len(),
            priced.stopped().is_some(),
        )
    };
    // The cart is worth 50; agreement b has no price in it.
    assert_eq!(minimum(None, Strictness::Stop), (Some("60.00".to_owned()), 1, true));
    assert_eq!(minimum(None, Strictness::Warn), (Some("60.00".to_owned()), 1, false));
    assert_eq!(minimum(Some(euro(50)), Strictness::Stop), (Some("50.00".to_owned()), 0, false));
    assert_eq!(minimum(Some(euro(51)), Strictness::Stop), (Some("51.00".to_owned()), 1, true));
    assert_eq!(minimum(Some(euro(0)), Strictness::Stop), (None, 0, false));
    let dollars = Money { amount: Decimal::from(10), currency: Currency::parse("USD").unwrap() };
    assert_eq!(minimum(Some(dollars), Strictness::Stop), (Some("60.00".to_owned()), 1, true));
}
