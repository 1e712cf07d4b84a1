//! What a cart costs is the same on the page, in what leaves, in the document or form, and in the order.

use jiff::Timestamp;
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{
    cxml::{
        MessageFacts, Ordering, Stamp, read_envelope, read_order_message, read_order_request,
        write_order_message, write_order_request,
    },
    oci::{read_fields, return_form},
    xml::Document,
};
use crate::{
    flow::{
        cart::{
            Cart, Change, ChangeFacts, PricedCart, ReturnFacts, ReturnedCart, ReturnedLine, Shelf,
            price_cart, reference_of, return_cart,
            tests::{session, shop_product},
        },
        order::{ChargeDifference, OrderDocument, OrderKind, Snapshot, reconcile, reconcile_charges},
        pricing::{Band, Provenance, Quote, Source},
        secret::Secret,
        session::Session,
        setup::{OciControls, Operation},
    },
    model::{
        catalog::{Product, ProductKey},
        charges::{ChargeAmount, ChargeKind, ChargePlace, ChargeRule, Charges, Span},
        hook_url::HookUrl,
        ids::{AgreementId, CartId, LockReference, PayloadId, SupplierPartId},
        money::{Currency, Money, UnitPrice, line_amount},
        party::Identity,
        profile::{CxmlVersion, OperationAllowed, Profile, Protocol, sample},
        quantity::{Quantity, QuantityRule},
    },
};

/// Sells `P-0`, `P-1` …, each at its price and weight.
#[derive(Debug, Clone)]
struct Shop(Vec<(Decimal, Option<Quantity>)>);

impl Shop {
    fn entry(&self, key: &SupplierPartId) -> Option<&(Decimal, Option<Quantity>)> {
        self.0.get(key.as_str().strip_prefix("P-")?.parse::<usize>().ok()?)
    }
}

impl Shelf for Shop {
    fn product(&self, key: &ProductKey) -> Option<Product> {
        let (_, weight) = self.entry(&key.part)?;
        let mut product =
            Product { part: key.part.clone(), auxiliary: None, order: finely(), ..shop_product() };
        product.details.weight_kg = *weight;
        Some(product)
    }

    fn quote(&self, product: &Product) -> Option<Quote> {
        let (amount, _) = self.entry(&product.part)?;
        let provenance = Provenance {
            agreement: AgreementId::parse("a").unwrap(),
            version: 1,
            name: "A".into(),
            source: Source::Fixed,
            valid_until: None,
        };
        let price = UnitPrice::new(*amount, euro(), Decimal::ONE).unwrap();
        Some(Quote { bands: vec![Band { from: finely().minimum, price, list_price: None, provenance }] })
    }
}

/// Sold by the hundredth.
fn finely() -> QuantityRule {
    let hundredth = Quantity::parse("0.01").unwrap();
    QuantityRule { minimum: hundredth, multiple: hundredth, ..QuantityRule::default() }
}

fn euro() -> Currency {
    Currency::parse("EUR").unwrap()
}

fn identity(name: &str) -> Identity {
    Identity { domain: "DUNS".into(), identity: name.into() }
}

fn stamp() -> Stamp {
    Stamp { payload_id: PayloadId::parse("1@shop").unwrap(), at: Timestamp::UNIX_EPOCH }
}

fn cxml() -> Profile {
    Profile { cxml_version: CxmlVersion::parse("1.2.050").unwrap(), ..sample::profile() }
}

fn oci() -> Profile {
    Profile {
        protocol: Protocol::Oci,
        units: [("H87".to_owned(), "PCE".to_owned())].into(),
        price_basis_most: Some(99_999),
        ..sample::profile()
    }
}

fn cart(quantities: &[Quantity]) -> Cart {
    quantities.iter().enumerate().fold(Cart::default(), |cart, (place, quantity)| {
        let part = SupplierPartId::parse(&format!("P-{place}")).unwrap();
        let change = Change::Add { product: ProductKey { part, auxiliary: None }, quantity: *quantity };
        cart.changed(&change, &ChangeFacts { rule: Some(finely()) }).unwrap()
    })
}

fn leave(priced: &PricedCart, session: &Session, profile: &Profile) -> (ReturnedCart, Vec<ReturnedLine>) {
    let references = (0..40_u8).map(|place| LockReference::new([place; 16])).collect();
    let facts = ReturnFacts {
        session,
        profile,
        price_lock_days: 30,
        confirmed_revision: priced.revision,
        id: CartId::new([9; 16]),
        payload_id: None,
        references,
    };
    return_cart(priced, facts, Timestamp::UNIX_EPOCH).unwrap()
}

/// The cart of a buyer's system, ordered as it came; `spoil` is done to the order before it is sent.
fn ordered(message: &str, spoil: impl Fn(&mut Ordering<'_>)) -> OrderDocument {
    let cart = read_order_message(&message.parse::<Document>().unwrap()).unwrap();
    let money = |stated: Option<(Decimal, Option<Currency>)>| {
        stated.map(|(amount, currency)| Money { amount, currency: currency.unwrap() })
    };
    let (from, to, secret) = (identity("buyer"), identity("shop"), Secret::new("s"));
    let mut order = Ordering {
        from: &from,
        to: &to,
        sender: (&from, &secret),
        user_agent: "test",
        order_id: "PO-1",
        order_version: None,
        kind: OrderKind::New,
        refers_to: None,
        total: (cart.total.unwrap().0, euro()),
        shipping: money(cart.shipping),
        tax: money(cart.tax),
        company: "Company",
        lines: &cart.lines,
    };
    spoil(&mut order);
    let text = write_order_request(&order, &stamp(), &cxml().cxml_version).unwrap();
    let document: Document = text.parse().unwrap();
    read_order_request(&read_envelope(&document).unwrap()).unwrap()
}

/// Differences of lines, and of what is paid beside them.
fn compared(
    order: &OrderDocument,
    cart: &ReturnedCart,
    lines: &[ReturnedLine],
) -> (usize, Vec<ChargeDifference>) {
    let compared: Vec<_> = order
        .lines
        .iter()
        .map(|line| {
            let reference = reference_of(line.item.as_ref(), line.lock_extrinsic.as_deref()).unwrap();
            let left = lines.iter().find(|left| left.reference == reference).unwrap().clone();
            let snapshot = Snapshot { cart: cart.id, at: cart.at, holds_until: cart.holds_until, line: left };
            reconcile(line.clone(), Some(&snapshot), &[], &cxml(), Timestamp::UNIX_EPOCH)
        })
        .collect();
    let differing = compared.iter().filter(|line| !line.differences.is_empty()).count();
    (differing, reconcile_charges(order, &compared, std::slice::from_ref(cart)))
}

prop_compose! {
    fn product()(
        digits in 1..1_000_000_i64, scale in 0..=4_u32, weight in proptest::option::weighted(0.9, 1..100_000_i64),
        quantity in 1..500_i64, quantity_scale in 0..=2_u32,
    ) -> ((Decimal, Option<Quantity>), Quantity) {
        let weight = weight.map(|grams| Quantity::new(Decimal::new(grams, 3)).unwrap());
        ((Decimal::new(digits, scale), weight), Quantity::new(Decimal::new(quantity, quantity_scale)).unwrap())
    }
}

fn amount() -> impl Strategy<Value = ChargeAmount> {
    prop_oneof![
        (0..100_000_i64).prop_map(|cents| ChargeAmount::Flat(Decimal::new(cents, 2))),
        (0..1_000_000_i64).prop_map(|share| ChargeAmount::Percent(Decimal::new(share, 4))),
        (0..100_000_i64).prop_map(|price| ChargeAmount::PerKilogram(Decimal::new(price, 4))),
    ]
}

prop_compose! {
    fn rules()(
        found in proptest::collection::vec(
            (0..4_u8, 0..3_usize, any::<bool>(), amount(), proptest::option::of(1..1_000_000_i64)), 0..6,
        )
    ) -> Charges {
        let rule = |(name, kind, in_header, amount, below): (u8, usize, bool, ChargeAmount, Option<i64>)| ChargeRule {
            // Several rules of one name, which are of one kind.
            name: format!("Charge {name}{kind}"),
            kind: ChargeKind::ALL[kind],
            place: if in_header { ChargePlace::Header } else { ChargePlace::Line },
            amount,
            value: Span { from: None, below: below.map(|cents| Decimal::new(cents, 2)) },
            weight: Span::default(),
            conditions: Vec::new(),
            part: SupplierPartId::parse(&format!("CHARGE-{name}{kind}")).unwrap(),
            unspsc: None,
        };
        let rules = Charges(found.into_iter().map(rule).collect());
        assert_eq!(rules.problems(euro(), Protocol::Cxml), [""; 0]);
        rules
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn totals_are_equal_on_page_in_cart_document_and_order(
        goods in proptest::collection::vec(product(), 1..6), rules in rules(),
    ) {
        let (entries, quantities): (Vec<_>, Vec<_>) = goods.into_iter().unzip();
        let session = session(Operation::Create);
        // The page.
        let priced = price_cart(&cart(&quantities), &Shop(entries), euro()).charged(&rules, &session.purpose);
        let page = priced.clone().fitted(&cxml());
        let shown = page.charges.iter().map(|one| one.charge.amount.amount).sum::<Decimal>();
        prop_assert_eq!(page.payable.amount, page.total.amount + shown);
        // What left.
        let (left, lines) = leave(&priced, &session, &cxml());
        prop_assert_eq!(left.payable(), page.payable);
        prop_assert_eq!(left.total.amount, lines.iter().map(|line| line.amount.amount).sum::<Decimal>());
        // The document.
        let (from, to) = (identity("shop"), identity("buyer"));
        let facts = MessageFacts {
            from: &from, to: &to, user_agent: "test", buyer_cookie: None,
            operation_allowed: OperationAllowed::Edit, total: left.total, charges: &left.charges, lines: &lines,
            cancelled: false, test: false, ascii: false,
        };
        let message = write_order_message(&facts, &stamp(), &cxml().cxml_version).unwrap();
        let read = read_order_message(&message.parse::<Document>().unwrap()).unwrap();
        let stated = [read.total, read.shipping, read.tax].into_iter().flatten();
        prop_assert_eq!(stated.map(|(amount, _)| amount).sum::<Decimal>(), page.payable.amount);
        // The order.
        prop_assert_eq!(compared(&ordered(&message, |_| {}), &left, &lines), (0, Vec::new()));
        let more = ordered(&message, |order| {
            let add = |was: Option<Money>| Money {
                amount: was.map_or(Decimal::ZERO, |was| was.amount) + Decimal::new(1, 2), currency: euro(),
            };
            (order.shipping, order.tax) = (Some(add(order.shipping)), Some(add(order.tax)));
        });
        let expected = usize::from(left.shipping().is_some()) + usize::from(left.tax().is_some());
        prop_assert_eq!(compared(&more, &left, &lines).1.len(), expected);
        let goods_alone = lines.iter().filter(|line| line.charge.is_none()).count();
        let fewer = ordered(&message, |order| order.lines = &order.lines[..goods_alone]);
        prop_assert_eq!(compared(&fewer, &left, &lines).1.len(), lines.len() - goods_alone);
    }

    #[test]
    fn totals_are_equal_on_page_and_in_the_form(
        goods in proptest::collection::vec(product(), 1..6), mut rules in rules(),
    ) {
        rules.0.iter_mut().for_each(|rule| rule.place = ChargePlace::Line);
        let (entries, quantities): (Vec<_>, Vec<_>) = goods.into_iter().unzip();
        let session = session(Operation::Create);
        let priced = price_cart(&cart(&quantities), &Shop(entries), euro()).charged(&rules, &session.purpose);
        let (left, lines) = leave(&priced, &session, &oci());
        prop_assert_eq!(left.total, priced.payable);
        let hook = HookUrl::parse("https://buyer.example/return").unwrap();
        let form = return_form(&hook, &OciControls::default(), &lines, &oci()).unwrap().form;
        let fields: Vec<_> = form.fields.into_iter().map(|field| (field.name, field.value)).collect();
        let sum: Decimal = read_fields(&fields).iter().map(|(_, line)| {
            let of = |name: &str| line.iter().find(|(own, _)| own == name).unwrap().1.parse::<Decimal>().unwrap();
            let price = UnitPrice::new(of("PRICE"), euro(), of("PRICEUNIT")).unwrap();
            line_amount(price, Quantity::new(of("QUANTITY")).unwrap()).unwrap().amount
        }).sum();
        prop_assert_eq!(sum, priced.payable.amount);
    }
}
