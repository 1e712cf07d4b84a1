//! What a cart costs is the same on the page, in what leaves, in the document or form, and in the order: whatever the tiers, however a
//! quantity is spread over lines, whatever is added to the goods.

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
            Cart, Change, ChangeFacts, PricedCart, ReturnRefused, ReturnedCart, ReturnedLine, Shelf, What,
            price_cart, reference_of,
            tests::{leave_priced, session, shop_product},
        },
        order::{ChargeDifference, OrderDocument, OrderKind, Snapshot, reconcile, reconcile_charges},
        pricing::{Offer, Quote, Terms, quote, tests::agreement},
        secret::Secret,
        setup::{OciControls, Operation},
    },
    model::{
        agreement::{Agreement, PriceChoice, PriceEntry},
        catalog::{Product, ProductKey, Tier},
        charges::{ChargeAmount, ChargeKind, ChargePlace, ChargeRule, Charges, Span},
        hook_url::HookUrl,
        ids::{PayloadId, SupplierPartId},
        money::{Currency, Money, UnitPrice, line_amount},
        party::{Connection, ConnectionState, Identity, Login},
        profile::{CxmlVersion, OperationAllowed, Profile, Protocol, Strictness, sample},
        quantity::{Quantity, QuantityRule},
        signature::Signatures,
    },
};

/// What is sold: its tiers in either price list, per ten, and its weight.
#[derive(Clone, Debug)]
struct Good {
    tiers: [Vec<Tier>; 2],
    weight: Option<Quantity>,
}

/// Sells `P-0`, `P-1` … under two agreements with a price list each.
#[derive(Clone, Debug)]
struct Shop {
    agreements: [Agreement; 2],
    goods: Vec<Good>,
    choice: PriceChoice,
}

fn place(part: &SupplierPartId) -> usize {
    part.as_str().trim_start_matches("P-").parse().unwrap()
}

impl Shelf for Shop {
    fn product(&self, key: &ProductKey) -> Option<Product> {
        let mut product =
            Product { part: key.part.clone(), auxiliary: None, order: finely(), ..shop_product() };
        product.details.weight_kg = self.goods[place(&key.part)].weight;
        Some(product)
    }

    fn quote(&self, product: &Product) -> Option<Quote> {
        let tiers = &self.goods[place(&product.part)].tiers;
        let offer = |(agreement, tiers): (_, &Vec<Tier>)| {
            let entry = PriceEntry { tiers: tiers.clone(), per: Decimal::TEN };
            Offer { agreement, version: 1, entry: Some(entry).filter(|_| !tiers.is_empty()) }
        };
        let offers: Vec<Offer<'_>> = self.agreements.iter().zip(tiers).map(offer).collect();
        quote(product, &offers, Terms { currency: euro(), choice: self.choice, now: Timestamp::UNIX_EPOCH })
    }
}

/// Sold by the hundredth.
fn finely() -> QuantityRule {
    QuantityRule { minimum: hundredths(1), multiple: hundredths(1), ..QuantityRule::default() }
}

fn hundredths(count: i64) -> Quantity {
    Quantity::new(Decimal::new(count, 2)).unwrap()
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

/// A cart of lines: product and hundredths of a unit; each line with a note of its own, so that none joins another.
fn cart(lines: &[(usize, i64)]) -> Cart {
    let facts = ChangeFacts { rule: Some(finely()) };
    lines.iter().fold(Cart::default(), |cart, (product, count)| {
        let part = SupplierPartId::parse(&format!("P-{product}")).unwrap();
        let (product, quantity) = (ProductKey { part, auxiliary: None }, hundredths(*count));
        let cart = cart.changed(&Change::Add { product, quantity }, &facts).unwrap();
        let number = cart.lines.last().unwrap().number;
        cart.changed(&Change::Set { number, quantity, note: format!("note {number}") }, &facts).unwrap()
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

fn tiers() -> impl Strategy<Value = Vec<Tier>> {
    proptest::collection::btree_map(1..60_i64, 1..500_000_i64, 0..4).prop_map(|tiers| {
        let tier = |(from, amount)| Tier { from: hundredths(10 * from), amount: Decimal::new(amount, 4) };
        tiers.into_iter().map(tier).collect()
    })
}

prop_compose! {
    fn good()(
        tiers in [tiers(), tiers()], weight in proptest::option::weighted(0.9, 1..100_000_i64),
    ) -> Good {
        Good { tiers, weight: weight.map(|grams| Quantity::new(Decimal::new(grams, 3)).unwrap()) }
    }
}

prop_compose! {
    fn shop()(
        goods in proptest::collection::vec(good(), 4), lowest in any::<bool>(),
        minimum in proptest::option::of(0..2_000_i64),
    ) -> Shop {
        let mut agreements = [agreement("a", 2), agreement("b", 1)];
        agreements[1].minimum_order = minimum.map(|cents| Decimal::new(cents, 2));
        let choice = if lowest { PriceChoice::LowestPrice } else { PriceChoice::HighestPriority };
        Shop { agreements, goods, choice }
    }
}

/// Product and hundredths of a unit, line by line.
fn bought() -> impl Strategy<Value = Vec<(usize, i64)>> {
    proptest::collection::vec((0..4_usize, 1..800_i64), 1..8)
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
        // Several rules of one name, which are of one kind.
        let rule = |(name, kind, in_header, amount, below): (u8, usize, bool, ChargeAmount, Option<i64>)| {
            let place = if in_header { ChargePlace::Header } else { ChargePlace::Line };
            let part = SupplierPartId::parse(&format!("CHARGE-{name}{kind}")).unwrap();
            let value = Span { from: None, below: below.map(|cents| Decimal::new(cents, 2)) };
            let name = format!("Charge {name}{kind}");
            ChargeRule { value, ..ChargeRule::always(name, ChargeKind::ALL[kind], place, amount, part) }
        };
        let rules = Charges(found.into_iter().map(rule).collect());
        assert_eq!(rules.problems(euro(), Protocol::Cxml), [""; 0]);
        rules
    }
}

/// Every line has the price of what its product's lines have together, and an amount rounded once.
fn lines_are_priced_together(
    priced: &PricedCart,
    shop: &Shop,
    bought: &[(usize, i64)],
) -> Result<(), TestCaseError> {
    for line in &priced.lines {
        let product = line.product.as_ref().unwrap();
        let same = bought.iter().filter(|(one, _)| *one == place(&product.part));
        let together = hundredths(same.map(|(_, count)| count).sum());
        let quote = shop.quote(product);
        prop_assert_eq!(line.band.as_ref(), quote.as_ref().and_then(|quote| quote.band(together)));
        if let Some(amount) = line.amount {
            let exact = line.price.unwrap().amount * line.line.quantity.value() / Decimal::TEN;
            prop_assert!((amount.amount - exact).abs() * Decimal::TWO <= Decimal::new(1, 2));
            prop_assert!(amount.amount.scale() <= 2);
        }
    }
    Ok(())
}

/// Leaves, where nothing stands against it.
fn leave(
    priced: &PricedCart,
    shop: &Shop,
    profile: &Profile,
    stops: bool,
) -> Result<Option<(ReturnedCart, Vec<ReturnedLine>)>, TestCaseError> {
    let unpriced = priced.lines.iter().filter(|line| line.amount.is_none()).count();
    let mut bands = priced.lines.iter().filter_map(|line| line.band.as_ref());
    let uses_b = bands.any(|band| band.provenance.agreement.as_str() == "b");
    let least = shop.agreements[1].minimum_order.filter(|_| uses_b);
    let short = least.is_some_and(|least| priced.total.amount < least);
    match leave_priced(priced, &session(Operation::Create), profile) {
        Err(ReturnRefused::Whole(What::BelowMinimum { total, .. })) => {
            prop_assert!(short && stops);
            prop_assert_eq!(total, priced.total);
            Ok(None)
        }
        Err(ReturnRefused::Lines(count)) => {
            prop_assert!(count == unpriced && count > 0 && !(short && stops));
            Ok(None)
        }
        Err(other) => Err(TestCaseError::fail(other.to_string())),
        Ok(left) => {
            prop_assert!(unpriced == 0 && !(short && stops));
            let is_told = left.0.findings.iter().any(|one| matches!(one.what, What::BelowMinimum { .. }));
            prop_assert_eq!(is_told, short);
            Ok(Some(left))
        }
    }
}

proptest! {
    #[test]
    fn totals_are_equal_on_page_in_cart_document_and_order(
        shop in shop(), bought in bought(), rules in rules(), stops in any::<bool>(),
    ) {
        let purpose = session(Operation::Create).purpose;
        let below = if stops { Strictness::Stop } else { Strictness::Warn };
        // The page.
        let priced = price_cart(&cart(&bought), &shop, euro()).charged(&rules, &purpose);
        let priced = priced.at_least(&connection(None, below), &shop.agreements);
        lines_are_priced_together(&priced, &shop, &bought)?;
        let sum: Decimal = priced.lines.iter().filter_map(|line| line.amount).map(|amount| amount.amount).sum();
        prop_assert_eq!(priced.total.amount, sum);
        let page = priced.clone().fitted(&cxml());
        let shown = page.charges.iter().map(|one| one.charge.amount.amount).sum::<Decimal>();
        prop_assert_eq!(page.payable.amount, page.total.amount + shown);
        // What left.
        let Some((left, lines)) = leave(&priced, &shop, &cxml(), stops)? else { return Ok(()) };
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
        let again = read.lines.iter().map(|line| line.price.unwrap().amount_of(line.quantity).unwrap().amount);
        prop_assert_eq!(again.sum::<Decimal>(), left.total.amount);
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
        shop in shop(), bought in bought(), mut rules in rules(), stops in any::<bool>(),
    ) {
        rules.0.iter_mut().for_each(|rule| rule.place = ChargePlace::Line);
        let purpose = session(Operation::Create).purpose;
        let below = if stops { Strictness::Stop } else { Strictness::Warn };
        let priced = price_cart(&cart(&bought), &shop, euro()).charged(&rules, &purpose);
        let priced = priced.at_least(&connection(None, below), &shop.agreements);
        let Some((left, lines)) = leave(&priced, &shop, &oci(), stops)? else { return Ok(()) };
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

/// 10 a piece, from ten on 9.
fn simple() -> Shop {
    let mut agreements = [agreement("a", 2), agreement("b", 1)];
    agreements[0].minimum_order = Some(Decimal::from(60));
    agreements[1].minimum_order = Some(Decimal::from(500));
    let tier = |from, amount: i64| Tier { from: hundredths(from), amount: Decimal::from(amount) };
    let goods = vec![Good { tiers: [vec![tier(100, 100), tier(1_000, 90)], vec![]], weight: None }];
    Shop { agreements, goods, choice: PriceChoice::HighestPriority }
}

#[test]
fn lines_of_one_product_share_its_tier_and_the_lock_knows() {
    let shop = simple();
    let priced = price_cart(&cart(&[(0, 400), (0, 600)]), &shop, euro());
    assert_eq!(priced.total.text(), "90.00");
    let prices: Vec<_> =
        priced.lines.iter().map(|line| (line.together, line.price.unwrap().text())).collect();
    assert_eq!(prices, [(hundredths(1_000), "90.00".to_owned()), (hundredths(1_000), "90.00".to_owned())]);
    let (_, lines) = leave_priced(&priced, &session(Operation::Create), &cxml()).unwrap();
    // With the other line as it is, four and six are just enough.
    let bands: Vec<_> = lines.iter().map(|line| (line.band_from, line.band_until)).collect();
    assert_eq!(bands, [(hundredths(400), None), (hundredths(600), None)]);
    let one_less = price_cart(&cart(&[(0, 390), (0, 600)]), &shop, euro());
    assert_eq!(one_less.total.text(), "99.00");
}

#[test]
fn a_minimum_is_the_connections_or_that_of_the_agreements_in_the_cart() {
    let shop = simple();
    let of = |amount: i64| Money { amount: Decimal::from(amount), currency: euro() };
    let minimum = |own: Option<Money>, below| {
        let priced = price_cart(&cart(&[(0, 500)]), &shop, euro());
        let priced = priced.at_least(&connection(own, below), &shop.agreements).fitted(&cxml());
        (
            priced.minimum.map(|minimum| minimum.least.text()),
            priced.findings.len(),
            priced.stopped().is_some(),
        )
    };
    // The cart is worth 50; agreement b has no price in it.
    assert_eq!(minimum(None, Strictness::Stop), (Some("60.00".to_owned()), 1, true));
    assert_eq!(minimum(None, Strictness::Warn), (Some("60.00".to_owned()), 1, false));
    assert_eq!(minimum(Some(of(50)), Strictness::Stop), (Some("50.00".to_owned()), 0, false));
    assert_eq!(minimum(Some(of(51)), Strictness::Stop), (Some("51.00".to_owned()), 1, true));
    assert_eq!(minimum(Some(of(0)), Strictness::Stop), (None, 0, false));
    let dollars = Money { amount: Decimal::from(10), currency: Currency::parse("USD").unwrap() };
    assert_eq!(minimum(Some(dollars), Strictness::Stop), (Some("60.00".to_owned()), 1, true));
}
