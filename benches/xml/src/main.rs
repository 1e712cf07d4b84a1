//! Reading, checking and writing cXML, beside roxmltree, quick-xml's bare events and libxml2, in one run.
//!
//! `cargo run --release --manifest-path benches/xml/Cargo.toml [-- FOLDER_OF_DTDS]`. Every figure is the best of several rounds, so
//! that other work on the machine disturbs it least. For libxml2 a `python3` with lxml must be there (`PYTHON` names another one).
//!
//! Inputs: a setup request of about 2 kB; an order of 1 000 lines, about 350 kB. Targets: strict read at 0.8 of roxmltree's speed, read and
//! grammar check at twice libxml2's with its DTD loaded once, 300 typed orders a second on one core.

use std::{
    env, fs,
    hint::black_box,
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use punchgate::{
    flow::{
        cart::{LineText, ReturnedLine},
        order::OrderKind,
        secret::Secret,
        setup::{Bounds, IncomingLine, IncomingPrice, ItemKey, Operation},
    },
    model::{
        ids::{LockReference, PayloadId, SupplierPartId},
        money::{Currency, Money, UnitPrice, line_amount},
        party::Identity,
        profile::{CxmlVersion, OperationAllowed},
        quantity::{Quantity, UnitOfMeasure},
    },
    wire::{
        cxml::{
            MessageFacts, Ordering, SetupAsk, Stamp, judge, read_envelope, read_order_request, read_setup_request,
            write_order_message, write_order_request, write_setup_request,
        },
        grammar::{cxml, from_dtd},
        xml::{Document, Limits},
    },
};
use rust_decimal::Decimal;

fn identity(name: &str) -> Identity {
    Identity { domain: "NetworkID".into(), identity: name.into() }
}

fn stamp() -> Stamp {
    Stamp {
        payload_id: PayloadId::parse("1795428000000.7@shop.example").unwrap(),
        at: Timestamp::from_second(1_795_428_000).unwrap(),
    }
}

fn line(number: u32) -> IncomingLine {
    IncomingLine {
        line_number: number,
        item: ItemKey {
            part: SupplierPartId::parse(&format!("AM-{number:06}")).unwrap(),
            auxiliary: None,
        },
        quantity: Quantity::parse("12").unwrap(),
        price: Some(IncomingPrice {
            amount: Decimal::new(12_345, 2),
            currency: Some(Currency::parse("EUR").unwrap()),
            per: Decimal::ONE,
        }),
        unit: UnitOfMeasure::parse("EA").ok(),
        description: Some(format!("Hexagon bolt M8 × {number}, zinc plated & passivated")),
        classification: Some(("UNSPSC".into(), "31161504".into())),
        comment: None,
        lock_extrinsic: None,
        requested_delivery: None,
        agreement_item: None,
        bounds: Bounds::default(),
    }
}

fn setup() -> String {
    let (from, to, secret) = (identity("AN-buyer"), identity("AN-shop"), Secret::new("secret"));
    let names = ["UserEmail", "UniqueName", "FirstName", "LastName", "CostCenter", "BusinessUnit"];
    let extrinsics = names.map(|name| (name.to_owned(), format!("{name} of somebody")));
    let ask = SetupAsk {
        from: &from,
        to: &to,
        sender: (&from, &secret),
        user_agent: "bench",
        operation: Operation::Create,
        buyer_cookie: "1CX3L4843PPZO",
        return_to: "https://buyer.example/punchout/return?session=1&x=2",
        extrinsics: &extrinsics,
        selected_item: None,
        items: &[line(1)],
    };
    write_setup_request(&ask, &stamp(), &CxmlVersion::parse("1.2.050").unwrap()).unwrap()
}

fn order(lines: u32) -> String {
    let (from, to, secret) = (identity("AN-buyer"), identity("AN-shop"), Secret::new("secret"));
    let lines: Vec<_> = (1..=lines).map(line).collect();
    let order = Ordering {
        from: &from,
        to: &to,
        sender: (&from, &secret),
        user_agent: "bench",
        order_id: "PO-1",
        order_version: Some(1),
        kind: OrderKind::New,
        refers_to: None,
        total: (Decimal::new(12_345, 2), Currency::parse("EUR").unwrap()),
        shipping: None,
        tax: None,
        company: "Company",
        lines: &lines,
    };
    let text = write_order_request(&order, &stamp(), &CxmlVersion::parse("1.2.050").unwrap()).unwrap();
    // As most platforms write it: without indentation.
    text.lines().map(str::trim_start).collect()
}

fn returned(number: u32) -> ReturnedLine {
    let price = UnitPrice::new(Decimal::new(12_345, 2), Currency::parse("EUR").unwrap(), Decimal::ONE).unwrap();
    let quantity = Quantity::parse("12").unwrap();
    ReturnedLine {
        number,
        reference: LockReference::new([7; 16]),
        part: format!("AM-{number:06}"),
        auxiliary: Some(format!("K{number}.ABCDEFGHJKMNPQRSTVWX")),
        text: LineText {
            language: None,
            description: format!("Hexagon bolt M8 × {number}, zinc plated & passivated, strength 8.8"),
            classification: ("UNSPSC".into(), "31161504".into()),
            manufacturer: Some("Maker".into()),
            manufacturer_part: Some(format!("M-{number}")),
        },
        quantity,
        unit: UnitOfMeasure::parse("EA").unwrap(),
        unit_sent: "EA".into(),
        price,
        amount: line_amount(price, quantity).unwrap(),
        band_from: Quantity::ONE,
        band_until: None,
        provenance: None,
        note: String::new(),
        lead_time_days: Some(3),
        reference_in_extrinsic: false,
        parent: None,
        fields: Vec::new(),
        findings: Vec::new(),
        charge: None,
    }
}

fn message(lines: &[ReturnedLine]) -> String {
    let (from, to) = (identity("AN-shop"), identity("AN-buyer"));
    let facts = MessageFacts {
        from: &from,
        to: &to,
        user_agent: "bench",
        buyer_cookie: None,
        operation_allowed: OperationAllowed::Edit,
        total: Money::zero(Currency::parse("EUR").unwrap()),
        charges: &[],
        lines,
        cancelled: false,
        test: false,
        ascii: true,
    };
    write_order_message(&facts, &stamp(), &CxmlVersion::parse("1.2.050").unwrap()).unwrap()
}

/// Seconds that one call takes: the best of the rounds.
fn best(mut work: impl FnMut()) -> f64 {
    let mut fastest = f64::MAX;
    let end = Instant::now() + Duration::from_secs(3);
    while Instant::now() < end {
        let mut calls = 0_u32;
        let start = Instant::now();
        while start.elapsed() < Duration::from_millis(50) {
            work();
            calls += 1;
        }
        fastest = fastest.min(start.elapsed().as_secs_f64() / f64::from(calls));
    }
    fastest
}

fn told(what: &str, bytes: usize, seconds: f64, beside: f64) {
    let speed = bytes as f64 / seconds / 1e6;
    println!("| {what} | {:.1} µs | {speed:.0} MB/s | {:.2} |", seconds * 1e6, beside / seconds);
}

fn read(text: &str) -> Document {
    Document::read(black_box(text).as_bytes().to_vec(), None, &Limits::default()).unwrap()
}

fn rox(text: &str) {
    let options = roxmltree::ParsingOptions { allow_dtd: true, ..Default::default() };
    black_box(roxmltree::Document::parse_with_options(black_box(text), options).unwrap());
}

fn events(text: &str) {
    let mut reader = quick_xml::Reader::from_str(black_box(text));
    while !matches!(black_box(reader.read_event().unwrap()), quick_xml::events::Event::Eof) {}
}

/// Seconds that libxml2 takes to read and validate, its DTD loaded once.
fn libxml2(text: &str, dtd: &Path) -> Option<f64> {
    let file = env::temp_dir().join("punchgate-bench.xml");
    fs::File::create(&file).ok()?.write_all(text.as_bytes()).ok()?;
    let python = env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("libxml2.py");
    let output = Command::new(python).arg(script).arg(dtd).arg(&file).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

fn main() {
    let folder = env::args().nth(1).map_or_else(|| PathBuf::from("../shared/cxml-dtd/1.2.071"), PathBuf::from);
    let dtd_file = folder.join("cXML.dtd");
    let dtd = fs::read(&dtd_file).ok().map(|octets| from_dtd(octets, &Limits::default()).unwrap());
    for (name, text) in [("setup request", setup()), ("order of 1 000 lines", order(1_000))] {
        let bytes = text.len();
        println!("\n{name}, {bytes} bytes\n\n| what | time | speed | roxmltree's time ÷ this |\n| --- | --- | --- | --- |");
        let peer = best(|| rox(&text));
        told("roxmltree, to tree", bytes, peer, peer);
        told("quick-xml, bare events", bytes, best(|| events(&text)), peer);
        told("strict read to tree", bytes, best(|| drop(black_box(read(&text)))), peer);
        let typed = best(|| {
            let document = read(&text);
            let envelope = read_envelope(&document).unwrap();
            if name.starts_with("setup") {
                black_box(read_setup_request(&envelope).unwrap());
            } else {
                black_box(read_order_request(&envelope).unwrap());
            }
        });
        told("strict read and typed", bytes, typed, peer);
        let own = best(|| assert!(cxml().validate(&read(&text)).is_empty()));
        told("strict read and own grammar", bytes, own, peer);
        told("strict read, grammar and rules", bytes, best(|| drop(black_box(judge(&read(&text), None)))), peer);
        if let Some(dtd) = &dtd {
            let official = best(|| assert!(dtd.validate(&read(&text)).is_empty()));
            told("strict read and official DTD", bytes, official, peer);
            if let Some(seconds) = libxml2(&text, &dtd_file) {
                told("libxml2, read and validate", bytes, seconds, peer);
                println!("\nread and check: {:.2} × libxml2", seconds / own);
            }
        }
        println!("{:.0} typed documents a second", 1.0 / typed);
    }
    let lines: Vec<_> = (1..=100).map(returned).collect();
    let written = best(|| drop(black_box(message(&lines))));
    println!("\nwriting a PunchOutOrderMessage of 100 lines, {} bytes: {:.0} µs", message(&lines).len(), written * 1e6);
}
