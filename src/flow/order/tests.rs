use jiff::Timestamp;

use super::*;
use crate::model::ids::{BuyerId, OrderId, PayloadId, SupplierId};

fn document(content: u8, given: Option<u32>, kind: OrderKind) -> OrderDocument {
    let line = crate::flow::cart::tests::incoming("A-1", "2").ordered();
    OrderDocument {
        payload_id: PayloadId::parse("1@buyer").ok(),
        content: [content; 32],
        order_id: OrderId::parse("PO-1").unwrap(),
        order_version: given,
        kind,
        order_date: String::new(),
        total: None,
        shipping: None,
        tax: None,
        refers_to: None,
        requisition: None,
        ship_to: None,
        commitment: Commitment::default(),
        lines: vec![line],
        test: false,
    }
}

fn after(documents: &[OrderDocument]) -> (Option<Order>, Vec<Decision>) {
    let mut known: Option<Order> = None;
    let mut decisions = Vec::new();
    for (index, document) in documents.iter().enumerate() {
        let fresh = Accepted {
            supplier: SupplierId::parse("nordhafen").unwrap(),
            buyer: BuyerId::parse("acme").unwrap(),
            recorded: Recorded {
                payload_id: PayloadId::parse(&format!("answer-{index}")).unwrap(),
                at: Timestamp::UNIX_EPOCH,
            },
        };
        let decision = accept(document, Facts { known: known.clone() }, fresh).unwrap();
        if let Decision::Keep(order) = &decision {
            known = Some((**order).clone());
        }
        decisions.push(decision);
    }
    (known, decisions)
}

fn held(order: &Order) -> Vec<bool> {
    order.versions.iter().map(|version| version.held.is_some()).collect()
}

#[test]
fn equal_content_is_a_repeat_with_the_same_answer() {
    let first = document(1, Some(1), OrderKind::New);
    let (order, decisions) = after(&[first.clone(), first.clone(), first]);
    assert_eq!(order.unwrap().versions.len(), 1);
    let Decision::Repeat(recorded) = &decisions[2] else { panic!("{decisions:?}") };
    assert_eq!(recorded.payload_id.as_str(), "answer-0");
}

#[test]
fn without_a_version_other_content_is_the_next_version() {
    let (order, _) = after(&[
        document(1, None, OrderKind::New),
        document(2, None, OrderKind::New),
        document(3, None, OrderKind::Update),
    ]);
    assert_eq!(held(&order.unwrap()), [false, false, false]);
}

#[test]
fn a_version_that_is_not_newer_is_held_when_its_content_differs() {
    let (order, _) = after(&[
        document(1, Some(2), OrderKind::New),
        document(2, Some(2), OrderKind::New),
        document(3, Some(1), OrderKind::Update),
        document(4, Some(3), OrderKind::Update),
    ]);
    assert_eq!(held(&order.unwrap()), [false, true, true, false]);
}

#[test]
fn an_update_of_an_unknown_order_is_kept_and_held() {
    let (order, _) = after(&[document(1, Some(2), OrderKind::Update)]);
    assert_eq!(order.unwrap().versions[0].held, Some(Held::NothingToChange));
}

#[test]
fn an_order_needs_lines_a_cancellation_does_not() {
    let mut empty = document(1, None, OrderKind::New);
    empty.lines.clear();
    let fresh = || Accepted {
        supplier: SupplierId::parse("s").unwrap(),
        buyer: BuyerId::parse("b").unwrap(),
        recorded: Recorded { payload_id: PayloadId::parse("a").unwrap(), at: Timestamp::UNIX_EPOCH },
    };
    assert_eq!(accept(&empty, Facts { known: None }, fresh()), Err(OrderRefused::NoLines("new")));
    empty.kind = OrderKind::Delete;
    assert!(accept(&empty, Facts { known: None }, fresh()).is_ok());
}

mod lines {
    use super::*;
    use crate::{
        flow::{
            cart::{LineText, ReturnedLine},
            setup::IncomingPrice,
        },
        model::{
            ids::{CartId, LockReference},
            money::{Currency, Money, UnitPrice},
            profile::{Profile, sample},
            quantity::{Quantity, UnitOfMeasure},
        },
    };
    use rust_decimal::Decimal;

    fn snapshot(price: &str, per: i64, quantity: &str, cart: u8) -> Snapshot {
        let currency = Currency::parse("EUR").unwrap();
        let quantity = Quantity::parse(quantity).unwrap();
        let line = ReturnedLine {
            number: 1,
            reference: LockReference::new([cart; 16]),
            part: "A-1".into(),
            auxiliary: None,
            text: LineText {
                language: None,
                description: "A".into(),
                classification: ("UNSPSC".into(), "31161500".into()),
                manufacturer: None,
                manufacturer_part: None,
            },
            quantity,
            unit: UnitOfMeasure::parse("H87").unwrap(),
            unit_sent: "EA".into(),
            price: UnitPrice::new(price.parse().unwrap(), currency, Decimal::from(per)).unwrap(),
            amount: Money::zero(currency),
            band_from: Quantity::ONE,
            band_until: Some(Quantity::parse("10").unwrap()),
            provenance: None,
            note: String::new(),
            lead_time_days: None,
            reference_in_extrinsic: false,
            parent: None,
            fields: Vec::new(),
            findings: Vec::new(),
            charge: None,
        };
        Snapshot {
            cart: CartId::new([cart; 16]),
            at: Timestamp::UNIX_EPOCH,
            holds_until: Timestamp::from_second(1_000).unwrap(),
            line,
        }
    }

    fn ordered(price: &str, per: i64, quantity: &str) -> OrderLine {
        let mut line = crate::flow::cart::tests::incoming("A-1", quantity).ordered();
        line.price = Some(IncomingPrice {
            amount: price.parse().unwrap(),
            currency: Currency::parse("EUR").ok(),
            per: Decimal::from(per),
        });
        line.unit = UnitOfMeasure::parse("ea").ok();
        line
    }

    #[test]
    fn an_unchanged_line_has_no_difference() {
        let returned = snapshot("5.40", 100, "2", 1);
        let line = reconcile(
            ordered("0.054", 1, "2"),
            Some(&returned),
            &[],
            &sample::profile(),
            Timestamp::UNIX_EPOCH,
        );
        assert_eq!(line.differences, [], "the same money per unit, on another basis");
        assert!(line.matched.unwrap().by_reference);
    }

    /// The cart left over OCI as PCE, the order comes over cXML as EA: two mappings of one unit.
    #[test]
    fn a_unit_is_ours_again_before_it_is_compared() {
        let mut returned = snapshot("10", 1, "2", 1);
        returned.line.unit_sent = "PCE".into();
        let mut profile = sample::profile();
        let of = |profile: &Profile| {
            let (line, candidates) = (ordered("10", 1, "2"), [returned.clone()]);
            reconcile(line, None, &candidates, profile, Timestamp::UNIX_EPOCH)
        };
        assert_eq!(of(&profile).differences, [Difference::NotReturned]);
        profile.units = [("C62".to_owned(), "EA".to_owned()), ("H87".to_owned(), "EA".to_owned())].into();
        profile.classifications = [("31161500".to_owned(), "SCREWS".to_owned())].into();
        let line = of(&profile);
        assert_eq!(line.differences, []);
        assert_eq!(line.unit.as_deref(), Some("H87"), "C62 is EA as well, but H87 is what left");
        let mut classified = ordered("10", 1, "2");
        classified.classification = Some(("custom".into(), "screws".into()));
        let line = reconcile(classified, None, &[], &profile, Timestamp::UNIX_EPOCH);
        assert_eq!((line.unit.as_deref(), line.classification.as_deref()), (Some("C62"), Some("31161500")));
    }

    #[test]
    fn without_a_reference_the_newest_fitting_line_is_taken() {
        let candidates = [snapshot("9", 100, "2", 3), snapshot("10", 1, "2", 2), snapshot("11", 1, "2", 1)];
        let line =
            reconcile(ordered("10", 1, "2"), None, &candidates, &sample::profile(), Timestamp::UNIX_EPOCH);
        assert_eq!(line.matched.unwrap().cart, CartId::new([2; 16]));
    }

    #[test]
    fn price_tier_and_expiry_are_recorded() {
        let returned = snapshot("10", 1, "2", 1);
        let line = reconcile(
            ordered("9.50", 1, "12"),
            Some(&returned),
            &[],
            &sample::profile(),
            Timestamp::from_second(1_000).unwrap(),
        );
        let texts: Vec<String> = line.differences.iter().map(ToString::to_string).collect();
        assert_eq!(
            texts,
            [
                "price: returned 10.00 per 1, ordered 9.50 per 1",
                "quantity: returned 2, ordered 12",
                "quantity 12 is outside the tier of the returned price (from 1, below 10)",
                "the returned price held until 1970-01-01T00:16:40Z",
            ]
        );
    }

    #[test]
    fn a_line_that_never_left_says_so() {
        let line = reconcile(ordered("10", 1, "2"), None, &[], &sample::profile(), Timestamp::UNIX_EPOCH);
        assert_eq!((line.matched, line.differences), (None, vec![Difference::NotReturned]));
    }
}
