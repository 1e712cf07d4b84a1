//! Every document that punchgate writes: valid by the official DTDs of every version held, and read again as it was meant.

mod papers;
mod samples;

use std::{collections::HashMap, env, fs, path::PathBuf, process::Command, sync::OnceLock};

use jiff::Timestamp;
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::*;
use crate::{
    flow::{
        cart::{Charge, LineText, ReturnedLine},
        order::OrderKind,
        secret::Secret,
        setup::{Bounds, IncomingLine, IncomingPrice, ItemKey, Operation},
    },
    model::{
        charges::{ChargeKind, ChargePlace},
        ids::{BuyerCookie, LockReference, PayloadId, SupplierPartAuxiliaryId, SupplierPartId},
        money::{Currency, Money, UnitPrice, line_amount},
        party::Identity,
        profile::{CxmlVersion, OperationAllowed},
        quantity::{Quantity, UnitOfMeasure},
    },
    wire::{
        grammar::{Grammar, Version, cxml, from_dtd},
        xml::{Document, Limits},
    },
};

const VERSIONS: [&str; 5] = ["1.2.014", "1.2.020", "1.2.050", "1.2.063", "1.2.071"];

/// `cXML.dtd` of every version, or nothing outside CI when they are not there.
fn dtds() -> &'static [(CxmlVersion, PathBuf, Grammar)] {
    static DTDS: OnceLock<Vec<(CxmlVersion, PathBuf, Grammar)>> = OnceLock::new();
    DTDS.get_or_init(|| {
        let place = env::var_os("CXML_DTD_DIR").unwrap_or_else(|| "../shared/cxml-dtd".into());
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(place);
        if !folder.is_dir() {
            assert!(env::var_os("CI").is_none(), "CXML_DTD_DIR: nothing at {}", folder.display());
            println!("skipped: no DTDs at {}", folder.display());
            return Vec::new();
        }
        let load = |version| {
            let file = folder.join(version).join("cXML.dtd");
            let grammar = from_dtd(fs::read(&file).unwrap(), &Limits::default()).unwrap();
            (CxmlVersion::parse(version).unwrap(), file, grammar)
        };
        VERSIONS.into_iter().map(load).collect()
    })
}

fn stamp() -> Stamp {
    Stamp {
        payload_id: PayloadId::parse("1795428000000.7@shop.example").unwrap(),
        at: Timestamp::from_second(1_795_428_000).unwrap(),
    }
}

fn identity(name: &str) -> Identity {
    Identity { domain: "NetworkID".into(), identity: name.into() }
}

fn secret() -> (Identity, Secret) {
    (identity("AN01"), Secret::new("s<3&c]]>ret"))
}

fn eur() -> Currency {
    Currency::parse("EUR").unwrap()
}

fn quantity(value: &str) -> Quantity {
    Quantity::parse(value).unwrap()
}

/// As little as a line can hold.
fn least() -> ReturnedLine {
    let price = UnitPrice::new(Decimal::ZERO, eur(), Decimal::ONE).unwrap();
    ReturnedLine {
        number: 1,
        reference: LockReference::new([7; 16]),
        part: "A".into(),
        auxiliary: None,
        text: LineText {
            language: None,
            description: String::new(),
            classification: ("UNSPSC".into(), String::new()),
            manufacturer: None,
            manufacturer_part: None,
        },
        quantity: Quantity::ONE,
        unit: UnitOfMeasure::parse("EA").unwrap(),
        unit_sent: "EA".into(),
        price,
        amount: Money::zero(eur()),
        band_from: Quantity::ONE,
        band_until: None,
        provenance: None,
        note: String::new(),
        lead_time_days: None,
        reference_in_extrinsic: false,
        parent: None,
        fields: Vec::new(),
        findings: Vec::new(),
        charge: None,
    }
}

/// As much as a line can hold: basis, note, lock in an Extrinsic, markup in the second key.
fn most() -> ReturnedLine {
    let price = UnitPrice::new(Decimal::new(1_234_567, 4), eur(), Decimal::new(100, 0)).unwrap();
    ReturnedLine {
        number: 2,
        part: "Ä-2692/<\"&>".into(),
        auxiliary: Some("K7.ABCDEFGHJKMNPQRSTVWX".into()),
        text: LineText {
            language: None,
            description: "Schraube M8 × 40 \u{1F529} ]]> & <b>".into(),
            classification: ("UNSPSC".into(), "31161504".into()),
            manufacturer: Some("Ünal & Söhne".into()),
            manufacturer_part: Some("M\"8\"".into()),
        },
        quantity: quantity("2.5"),
        amount: line_amount(price, quantity("2.5")).unwrap(),
        price,
        note: "bitte\n  bald".into(),
        lead_time_days: Some(14),
        reference_in_extrinsic: true,
        parent: None,
        fields: vec![("Cost centre".into(), "4711 & <b>".into())],
        ..least()
    }
}

fn money(amount: &str) -> Money {
    Money { amount: amount.parse().unwrap(), currency: eur() }
}

/// Freight and tax in the header, where there are several lines; what is a line of its own is not written there.
fn charges(lines: &[ReturnedLine]) -> Vec<Charge> {
    let charge = |name: &str, kind, place, amount| Charge {
        name: name.into(),
        kind,
        place,
        amount: money(amount),
        line: None,
    };
    let all = vec![
        charge("Freight & <insurance>", ChargeKind::Freight, ChargePlace::Header, "9.90"),
        charge("Small order", ChargeKind::Surcharge, ChargePlace::Header, "5"),
        charge("Packing", ChargeKind::Surcharge, ChargePlace::Line, "1"),
        charge("VAT", ChargeKind::Tax, ChargePlace::Header, "0"),
    ];
    if lines.len() > 1 { all } else { Vec::new() }
}

fn message(lines: &[ReturnedLine], cancelled: bool, ascii: bool, version: &CxmlVersion) -> String {
    let (from, to) = (identity("AN-shop"), identity("AN-buyer-T"));
    let cookie = BuyerCookie::parse("cookie &amp; crumbs").unwrap();
    let total = lines.iter().try_fold(Money::zero(eur()), |sum, line| sum.plus(line.amount)).unwrap();
    let facts = MessageFacts {
        from: &from,
        to: &to,
        user_agent: "punchgate",
        buyer_cookie: Some(&cookie).filter(|_| !cancelled),
        operation_allowed: OperationAllowed::Edit,
        total,
        charges: &charges(lines),
        lines,
        cancelled,
        test: cancelled,
        ascii,
    };
    write_order_message(&facts, &stamp(), version).unwrap()
}

/// What a buyer's system makes of a returned line.
fn incoming(line: &ReturnedLine) -> IncomingLine {
    let auxiliary = line.auxiliary.as_deref().map(|text| SupplierPartAuxiliaryId::parse(text).unwrap());
    let item = ItemKey { part: SupplierPartId::parse(&line.part).unwrap(), auxiliary };
    let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    IncomingLine {
        line_number: line.number,
        item,
        quantity: line.quantity,
        price: Some(IncomingPrice {
            amount: line.price.amount,
            currency: Some(line.price.currency),
            per: line.price.per,
        }),
        unit: Some(UnitOfMeasure::parse(&line.unit_sent).unwrap()),
        description: filled(&line.text.description),
        classification: Some(line.text.classification.clone()).filter(|(_, code)| !code.is_empty()),
        comment: filled(&line.note),
        lock_extrinsic: line.reference_in_extrinsic.then(|| line.reference.as_str().to_owned()),
        requested_delivery: None,
        agreement_item: None,
        bounds: Bounds::default(),
    }
}

fn setup_request(operation: Operation, items: &[IncomingLine], version: &CxmlVersion) -> String {
    let (from, to, (sender, secret)) = (identity("AN-buyer"), identity("AN-shop"), secret());
    let extrinsics = [("UserEmail".to_owned(), "a@example.com".to_owned())];
    let full = !items.is_empty();
    let ask = SetupAsk {
        from: &from,
        to: &to,
        sender: (&sender, &secret),
        user_agent: "virtual buyer",
        operation,
        buyer_cookie: "c<1>",
        return_to: "https://buyer.example/return?a=1&b=2",
        extrinsics: if full { &extrinsics } else { &[] },
        selected_item: items.first().map(|line| &line.item),
        items,
    };
    write_setup_request(&ask, &stamp(), version).unwrap()
}

fn order(kind: OrderKind, lines: &[IncomingLine], version: &CxmlVersion) -> String {
    let (from, to, (sender, secret)) = (identity("AN-buyer"), identity("AN-shop"), secret());
    let later = kind != OrderKind::New;
    let order = Ordering {
        from: &from,
        to: &to,
        sender: (&sender, &secret),
        user_agent: "virtual buyer",
        order_id: "PO-1 \"a\"",
        order_version: later.then_some(2),
        kind,
        refers_to: later.then_some("1795427000000.7@buyer.example"),
        total: (Decimal::new(309, 2), eur()),
        shipping: later.then_some(money("9.90")),
        tax: later.then_some(money("0.59")),
        company: "Bürobedarf & Co.",
        lines,
    };
    write_order_request(&order, &stamp(), version).unwrap()
}

/// One of every kind, at its least and at its most.
fn everything(version: &CxmlVersion) -> Vec<(String, String)> {
    let mut written = Vec::new();
    for code in StatusCode::ALL {
        for cause in ["", "Line 3 says <wrong> & \u{7}"] {
            let status = Status { code, cause: cause.to_owned() };
            written.push((format!("Status {} {cause:?}", code.code()), answer(&status, &stamp(), version)));
        }
    }
    let ok = Status { code: StatusCode::Ok, cause: String::new() };
    let page = "https://shop.example/s/AAAA?a=1&b=2";
    written.push(("PunchOutSetupResponse".into(), setup_answer(&ok, page, &stamp(), version).unwrap()));
    written.push((
        "ProfileResponse".into(),
        profile_answer("https://shop.example/cxml", &stamp(), version).unwrap(),
    ));
    for ascii in [false, true] {
        for (name, lines, cancelled) in [
            ("cancelled", vec![], true),
            ("empty", vec![], false),
            ("least", vec![least()], false),
            ("most", vec![least(), most()], false),
        ] {
            let text = message(&lines, cancelled, ascii, version);
            assert!(!ascii || text.is_ascii());
            written.push((format!("PunchOutOrderMessage {name} ascii={ascii}"), text));
        }
    }
    let bare = IncomingLine { price: None, unit: None, ..incoming(&least()) };
    let no_currency = IncomingLine {
        price: Some(IncomingPrice { amount: Decimal::ONE, currency: None, per: Decimal::ONE }),
        ..incoming(&least())
    };
    let dated = IncomingLine { requested_delivery: Some("2026-12-01".into()), ..incoming(&most()) };
    let mut lines = [incoming(&least()), incoming(&most()), bare, no_currency, dated];
    for (number, line) in (1..).zip(&mut lines) {
        line.line_number = number;
    }
    for operation in [Operation::Create, Operation::Edit, Operation::Inspect, Operation::Source] {
        for items in [&lines[..0], &lines] {
            written.push((
                format!("PunchOutSetupRequest {operation:?} {}", items.len()),
                setup_request(operation, items, version),
            ));
        }
    }
    for kind in [OrderKind::New, OrderKind::Update, OrderKind::Delete] {
        for lines in [&lines[..1], &lines] {
            written.push((format!("OrderRequest {kind:?} {}", lines.len()), order(kind, lines, version)));
        }
    }
    written
}

/// What the DTD has against a document, and what our own grammar has, advice included.
fn findings(version: &CxmlVersion, grammar: &Grammar, text: &str) -> Vec<String> {
    let document = text.parse::<Document>().unwrap_or_else(|error| panic!("{error}\n{text}"));
    let own = cxml().validate_as(&document, Version::parse(version.as_str()));
    grammar.validate(&document).iter().chain(&own).map(ToString::to_string).collect()
}

#[test]
fn all_that_is_written_is_valid_in_every_version() {
    let mut wrong = Vec::new();
    for (version, _, grammar) in dtds() {
        for (name, text) in everything(version) {
            let found = findings(version, grammar, &text);
            let document = text.parse::<Document>().unwrap();
            let mut errors = judge(&document, None);
            errors.retain(|finding| finding.severity == Severity::Error);
            if !found.is_empty() || !errors.is_empty() {
                let found: Vec<_> =
                    found.into_iter().chain(errors.into_iter().map(|error| error.message)).collect();
                wrong.push(format!("{} {name}:\n  {}", version.as_str(), found.join("\n  ")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// libxml2 agrees, on a sample and on a document that is not valid.
#[test]
fn xmllint_says_the_same() {
    if dtds().is_empty() {
        return;
    }
    if Command::new("xmllint").arg("--version").output().is_err() {
        assert!(env::var_os("CI").is_none(), "xmllint is not there");
        println!("skipped: xmllint is not there");
        return;
    }
    let folder = env::temp_dir().join(format!("punchgate-emitted-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    for (version, dtd, _) in dtds() {
        let mut files = Vec::new();
        for (index, (_, text)) in everything(version).into_iter().enumerate() {
            let file = folder.join(format!("{}-{index}.xml", version.as_str()));
            fs::write(&file, text).unwrap();
            files.push(file);
        }
        let lint = |files: &[PathBuf]| {
            let mut command = Command::new("xmllint");
            command.args(["--nonet", "--noout", "--dtdvalid"]).arg(dtd).args(files).output().unwrap()
        };
        let outcome = lint(&files);
        assert!(outcome.status.success(), "{}", String::from_utf8_lossy(&outcome.stderr));
        let wrong = folder.join("wrong.xml");
        fs::write(&wrong, everything(version)[0].1.replace("<Status", "<Statuses/><Status")).unwrap();
        assert!(!lint(&[wrong]).status.success());
    }
    fs::remove_dir_all(&folder).unwrap();
}

/// What is left of a text once it was written and read: no character that XML cannot carry.
fn carried(text: &str) -> String {
    let allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..);
    text.chars().map(|c| if allowed(c) { c } else { '\u{FFFD}' }).collect()
}

fn words(text: &str) -> Option<String> {
    let text = carried(text).split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

fn decimal(most_digits: i64, most_scale: u32) -> impl Strategy<Value = Decimal> {
    (1..=most_digits, 0..=most_scale).prop_map(|(digits, scale)| Decimal::new(digits, scale))
}

prop_compose! {
    fn line()(
        part in r"[\p{L}\p{N}<&\]>._/-]{1,30}",
        auxiliary in proptest::option::of("[A-Z0-9._-]{1,50}"),
        description in any::<String>(),
        code in "[0-9]{0,8}",
        manufacturer in proptest::option::of(any::<String>()),
        amount in decimal(9_999_999_999, 6),
        per in decimal(1_000, 2),
        quantity in decimal(999_999, 6),
        note in any::<String>(),
        unit in proptest::sample::select(vec!["EA", "C62", "H87", "MTR", "XBX", "BX"]),
        locked in any::<bool>(),
        lead in proptest::option::of(any::<u16>()),
    ) -> ReturnedLine {
        let price = UnitPrice::new(amount, eur(), per).unwrap();
        let quantity = Quantity::new(quantity).unwrap();
        ReturnedLine {
            part,
            auxiliary,
            text: LineText {
                language: None,
                description,
                classification: ("UNSPSC".into(), code),
                manufacturer_part: manufacturer.clone(),
                manufacturer,
            },
            quantity,
            unit_sent: unit.to_owned(),
            price,
            amount: line_amount(price, quantity).unwrap(),
            note,
            lead_time_days: lead,
            reference_in_extrinsic: locked,
            parent: None,
            fields: Vec::new(),
            ..least()
        }
    }
}

fn numbered(lines: Vec<ReturnedLine>) -> Vec<ReturnedLine> {
    (1..).zip(lines).map(|(number, line)| ReturnedLine { number, ..line }).collect()
}

/// As [`incoming`], after what writing and reading may change.
fn as_read(line: &ReturnedLine) -> IncomingLine {
    let comment = carried(&line.note).trim().to_owned();
    IncomingLine {
        description: words(&line.text.description),
        comment: Some(comment).filter(|comment| !comment.is_empty()),
        ..incoming(line)
    }
}

fn valid_everywhere(write: impl Fn(&CxmlVersion) -> String) -> Result<(), TestCaseError> {
    for (version, _, grammar) in dtds() {
        let text = write(version);
        prop_assert_eq!(
            findings(version, grammar, &text),
            Vec::<String>::new(),
            "{}\n{}",
            version.as_str(),
            text
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn carts_are_read_as_written_and_valid(
        lines in proptest::collection::vec(line(), 0..6).prop_map(numbered),
        ascii in any::<bool>(),
    ) {
        let newest = CxmlVersion::parse("1.2.071").unwrap();
        let text = message(&lines, false, ascii, &newest);
        let cart = read_order_message(&text.parse::<Document>().unwrap()).unwrap();
        prop_assert_eq!(&cart.lines, &lines.iter().map(as_read).collect::<Vec<_>>());
        prop_assert_eq!(cart.buyer_cookie, "cookie & crumbs");
        let sum = lines.iter().map(|line| line.amount.amount).sum::<Decimal>();
        prop_assert_eq!(cart.total, Some((sum, Some(eur()))));
        let beside = (lines.len() > 1).then(|| [money("14.90"), money("0")].map(|sum| (sum.amount, Some(eur()))));
        prop_assert_eq!((cart.shipping, cart.tax), (beside.map(|[one, _]| one), beside.map(|[_, two]| two)));
        valid_everywhere(|version| message(&lines, false, ascii, version))?;
    }

    #[test]
    fn orders_are_read_as_written_and_valid(
        lines in proptest::collection::vec(line(), 1..6).prop_map(numbered),
    ) {
        let newest = CxmlVersion::parse("1.2.071").unwrap();
        let lines: Vec<_> = lines.iter().map(as_read).collect();
        let document = order(OrderKind::New, &lines, &newest).parse::<Document>().unwrap();
        let read = read_order_request(&read_envelope(&document).unwrap()).unwrap();
        prop_assert_eq!(read.lines, lines.iter().cloned().map(IncomingLine::ordered).collect::<Vec<_>>());
        let document = setup_request(Operation::Edit, &lines, &newest).parse::<Document>().unwrap();
        let read = read_setup_request(&read_envelope(&document).unwrap()).unwrap();
        prop_assert_eq!(&read.items, &lines);
        valid_everywhere(|version| order(OrderKind::Update, &lines, version))?;
        valid_everywhere(|version| setup_request(Operation::Inspect, &lines, version))?;
    }
}
