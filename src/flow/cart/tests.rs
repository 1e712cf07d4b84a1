use jiff::Timestamp;
use rust_decimal::Decimal;

use super::*;
use crate::{
    flow::{
        pricing::{Band, Provenance, Quote, Source},
        session::{Pins, Session, Stage, VisitRefused},
        setup::{Bounds, Entry, IncomingLine, IncomingPrice, ItemKey, OciControls, Operation, Purpose},
    },
    model::{
        catalog::{Product, ProductKey},
        charges::Charges,
        ids::*,
        money::{Currency, UnitPrice},
        profile::*,
        quantity::{Quantity, QuantityRule, UnitOfMeasure},
    },
};

pub(crate) fn incoming(part: &str, quantity: &str) -> IncomingLine {
    IncomingLine {
        line_number: 1,
        item: ItemKey { part: SupplierPartId::parse(part).unwrap(), auxiliary: None },
        quantity: Quantity::parse(quantity).unwrap(),
        price: None,
        unit: None,
        description: None,
        classification: None,
        comment: None,
        lock_extrinsic: None,
        requested_delivery: None,
        agreement_item: None,
        bounds: Bounds::default(),
    }
}

fn quantity(text: &str) -> Quantity {
    Quantity::parse(text).unwrap()
}

fn euro(amount: &str) -> UnitPrice {
    UnitPrice::new(amount.parse().unwrap(), Currency::parse("EUR").unwrap(), Decimal::ONE).unwrap()
}

fn product(text: &str) -> ProductKey {
    ProductKey { part: SupplierPartId::parse(text).unwrap(), auxiliary: Some("V2".into()) }
}

/// Sells A-1 at 10, from 10 on at 9; B-2 has no price.
struct Shop;

impl Shelf for Shop {
    fn product(&self, wanted: &ProductKey) -> Option<Product> {
        let known = ["A-1", "B-2"].contains(&wanted.part.as_str());
        known.then(|| Product {
            auxiliary: Some("V2".into()),
            brand: "Acme".into(),
            category: "Tools".into(),
            unspsc: Some("27111700".into()),
            lead_time_days: Some(3),
            ..Product::new(wanted.part.clone(), "Torque wrench with a rather long name for a short field")
        })
    }

    fn quote(&self, product: &Product) -> Option<Quote> {
        let band = |from: &str, amount: &str| (quantity(from), euro(amount));
        (product.part.as_str() == "A-1").then(|| fixed([band("1", "10"), band("10", "9")]))
    }
}

/// Prices of an agreement: from how many on, how much.
pub(crate) fn fixed(bands: impl IntoIterator<Item = (Quantity, UnitPrice)>) -> Quote {
    let provenance = Provenance {
        agreement: AgreementId::parse("a").unwrap(),
        version: 1,
        name: "A".into(),
        source: Source::Fixed,
        valid_until: None,
    };
    let band = |(from, price)| Band { from, price, list_price: None, provenance: provenance.clone() };
    Quote { bands: bands.into_iter().map(band).collect() }
}

/// What the shop sells, for other tests.
pub(crate) fn shop_product() -> Product {
    Shop.product(&product("A-1")).unwrap()
}

fn known() -> ChangeFacts {
    ChangeFacts { rule: Some(QuantityRule::default()) }
}

pub(crate) fn session(operation: Operation) -> Session {
    Session {
        id: SessionId::new([1; 16]),
        connection: ConnectionId::parse("c").unwrap(),
        supplier: SupplierId::parse("s").unwrap(),
        buyer: BuyerId::parse("b").unwrap(),
        purpose: Purpose {
            operation,
            entry: Entry::Oci(OciControls::default()),
            return_to: None,
            return_target: None,
            cancel_to: None,
            user: crate::model::party::User::default(),
            language: None,
            ship_to: None,
            ship_to_country: None,
            selected_item: None,
            search: None,
            setup_values: Vec::new(),
        },
        test: false,
        currency: Currency::parse("EUR").unwrap(),
        pins: Pins::default(),
        charges: Charges::default(),
        opened_at: Timestamp::UNIX_EPOCH,
        expires_at: Timestamp::from_second(1_000).unwrap(),
        first_used_at: None,
        frame_origin: None,
        stage: Stage::Shopping,
    }
}

pub(crate) fn profile(lock_carrier: LockCarrier) -> Profile {
    Profile {
        lock_carrier,
        description_characters: 40,
        units: [("H87".to_owned(), "EA".to_owned())].into(),
        ..sample::profile()
    }
}

fn leave(
    cart: &Cart,
    session: &Session,
    carrier: LockCarrier,
) -> Result<(ReturnedCart, Vec<ReturnedLine>), ReturnRefused> {
    leave_as(cart, session, &profile(carrier))
}

fn leave_as(
    cart: &Cart,
    session: &Session,
    profile: &Profile,
) -> Result<(ReturnedCart, Vec<ReturnedLine>), ReturnRefused> {
    leave_priced(&price_cart(cart, &Shop, session.currency), session, profile)
}

/// The cart leaves; its lines get fresh references.
pub(crate) fn leave_priced(
    priced: &PricedCart,
    session: &Session,
    profile: &Profile,
) -> Result<(ReturnedCart, Vec<ReturnedLine>), ReturnRefused> {
    let facts = ReturnFacts {
        session,
        profile,
        price_lock_days: 30,
        confirmed_revision: priced.revision,
        id: CartId::new([9; 16]),
        payload_id: None,
        references: (100..140).map(|place| LockReference::new([place; 16])).collect(),
    };
    return_cart(priced, facts, Timestamp::UNIX_EPOCH)
}

fn add(cart: &Cart, name: &str, amount: &str) -> Cart {
    cart.changed(&Change::Add { product: product(name), quantity: quantity(amount) }, &known()).unwrap()
}

#[test]
fn adding_again_joins_the_line_and_every_change_is_a_revision() {
    let cart = add(&add(&Cart::default(), "A-1", "2"), "A-1", "3");
    assert_eq!((cart.lines.len(), cart.lines[0].quantity, cart.revision), (1, quantity("5"), 2));
    let noted = cart
        .changed(&Change::Set { number: 1, quantity: quantity("5"), note: " urgent ".into() }, &known())
        .unwrap();
    assert_eq!(noted.lines[0].note, "urgent");
    assert_eq!(add(&noted, "A-1", "1").lines.len(), 2, "a line with a note stays as it is");
    let gone = noted.changed(&Change::Remove { number: 1 }, &known()).unwrap();
    assert!(gone.lines.is_empty());
    assert_eq!(gone.changed(&Change::Remove { number: 1 }, &known()), Err(ChangeRefused::UnknownLine));
}

#[test]
fn the_price_follows_the_tier_of_the_quantity() {
    let total = |amount: &str| {
        price_cart(&add(&Cart::default(), "A-1", amount), &Shop, Currency::parse("EUR").unwrap()).total.text()
    };
    assert_eq!([total("9"), total("10")], ["90.00", "90.00"]);
}

#[test]
fn a_returned_line_carries_lock_unit_and_tier() {
    let (cart, lines) =
        leave(&add(&Cart::default(), "A-1", "2"), &session(Operation::Create), LockCarrier::Auxiliary)
            .unwrap();
    let line = &lines[0];
    assert_eq!(cart.total.text(), "20.00");
    assert_eq!(line.auxiliary.as_deref(), Some(carry(Some("V2"), &line.reference).as_str()));
    assert_eq!(line.unit_sent, "EA");
    assert_eq!(line.band_until, Some(quantity("10")));
    assert_eq!(line.text.description, "Torque wrench with a rather long name...");
    let (_, lines) =
        leave(&add(&Cart::default(), "A-1", "2"), &session(Operation::Create), LockCarrier::None).unwrap();
    assert_eq!(lines[0].auxiliary.as_deref(), Some("V2"));
}

#[test]
fn nothing_unfit_leaves() {
    let create = session(Operation::Create);
    let refused = |cart: &Cart, session: &Session| leave(cart, session, LockCarrier::Auxiliary).unwrap_err();
    assert_eq!(refused(&Cart::default(), &create), ReturnRefused::Empty);
    assert_eq!(refused(&add(&Cart::default(), "B-2", "1"), &create), ReturnRefused::Lines(1));
    assert_eq!(
        refused(&add(&Cart::default(), "A-1", "1"), &session(Operation::Inspect)),
        ReturnRefused::Visit(VisitRefused::ReadOnly)
    );
    let mut over = session(Operation::Create);
    over.expires_at = Timestamp::UNIX_EPOCH;
    assert_eq!(
        refused(&add(&Cart::default(), "A-1", "1"), &over),
        ReturnRefused::Visit(VisitRefused::Expired)
    );
}

#[test]
fn an_edit_restores_known_lines_and_keeps_foreign_ones() {
    let mut ours = incoming("A-1", "2");
    let reference = LockReference::new([3; 16]);
    ours.item.auxiliary = SupplierPartAuxiliaryId::parse(&carry(Some("V2"), &reference)).ok();
    ours.price = Some(IncomingPrice {
        amount: Decimal::from(10),
        currency: Currency::parse("EUR").ok(),
        per: Decimal::ONE,
    });
    let mut foreign = incoming("X-9", "4");
    foreign.price = Some(IncomingPrice {
        amount: Decimal::from(3),
        currency: Currency::parse("EUR").ok(),
        per: Decimal::ONE,
    });
    foreign.unit = UnitOfMeasure::parse("BOX").ok();
    let cart = Cart::reopened(&[ours, foreign], &[(Some(product("A-1")), None), (None, None)]);
    let (returned, lines) = leave(&cart, &session(Operation::Edit), LockCarrier::Auxiliary).unwrap();
    assert_eq!(returned.total.text(), "32.00");
    assert_eq!(lines[0].reference, reference, "an unchanged line keeps its reference");
    assert_eq!((lines[1].part.as_str(), lines[1].unit_sent.as_str()), ("X-9", "BOX"));
    let set = Change::Set { number: 2, quantity: quantity("5"), note: String::new() };
    assert_eq!(cart.changed(&set, &ChangeFacts { rule: None }), Err(ChangeRefused::ForeignQuantity));
    let more = Change::Set { number: 1, quantity: quantity("3"), note: String::new() };
    let (_, lines) =
        leave(&cart.changed(&more, &known()).unwrap(), &session(Operation::Edit), LockCarrier::Auxiliary)
            .unwrap();
    assert_ne!(lines[0].reference, reference, "a changed line gets a new one");
}

#[test]
fn the_connections_own_fields_are_filled_line_by_line() {
    let profile = Profile {
        fields: toml::from_str(
            r#"
            VENDOR = { from = { text = "4711" } }
            BRAND = { from = { product = "brand" }, then = ["upper"] }
            ASKED = { from = { setup = "OkCode" } }
            NOBODY = { from = { setup = "nobody" } }
            LINE = { from = { line = "number" }, then = [{ prefix = "L" }] }
            "#,
        )
        .unwrap(),
        ..profile(LockCarrier::None)
    };
    let mut session = session(Operation::Create);
    session.purpose.setup_values = vec![("~okcode".to_owned(), "ADDI".to_owned())];
    let (_, lines) = leave_as(&add(&Cart::default(), "A-1", "1"), &session, &profile).unwrap();
    let fields: Vec<(&str, &str)> =
        lines[0].fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(fields, [("ASKED", "ADDI"), ("BRAND", "ACME"), ("LINE", "L1"), ("VENDOR", "4711")]);
}

#[test]
fn a_moved_price_is_said() {
    let mut line = incoming("A-1", "2");
    line.price = Some(IncomingPrice {
        amount: Decimal::from(8),
        currency: Currency::parse("EUR").ok(),
        per: Decimal::ONE,
    });
    let cart = Cart::reopened(&[line], &[(Some(product("A-1")), None)]);
    let priced = price_cart(&cart, &Shop, Currency::parse("EUR").unwrap());
    assert_eq!(priced.lines[0].moved, Some(PriceMoved { was: euro("8") }));
}

#[test]
fn a_second_key_is_taken_apart() {
    let reference = LockReference::new([5; 16]);
    let own = |text: &str| Carried { own: Some(text.into()), reference: None };
    assert_eq!(
        read_carried(&carry(Some("A.b"), &reference)),
        Carried { own: Some("A.b".into()), reference: Some(reference.clone()) }
    );
    assert_eq!(read_carried(&carry(None, &reference)), Carried { own: None, reference: Some(reference) });
    assert_eq!(read_carried("V2"), own("V2"));
    assert_eq!(read_carried("V2.short"), own("V2.short"));
    assert_eq!(read_carried(" "), Carried { own: None, reference: None });
}
