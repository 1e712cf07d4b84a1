//! Every page with sample data: rules that hold for all of them, and, with `GALLERY_DIR` set, files to look at.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use axum::{
    body::{self, Body},
    http::Request,
};
use jiff::Timestamp;
use maud::Markup;
use rust_decimal::Decimal;
use scraper::{Html, Selector};
use tower::ServiceExt as _;

use super::{
    address::{Links, ListAddress, product_key, product_place},
    cart::{self, CartPage, Typed},
    frame::{CategoryCard, Frame, Glance},
    home::{self, Home},
    leave::{self, Goodbye, Parcel, Posted},
    product::{self, ProductPage},
    products::{self, Products},
    review::{self, Review, Said},
    row::{Item, Refused},
    trouble::{self, Trouble},
    typed,
};
use crate::{
    flow::{
        cart::{Cart, Content, Earlier, Line, PricedCart, Shelf, price_cart},
        pricing::{Band, Provenance, Quote, Source},
        setup::{Bounds, IncomingLine, IncomingPrice, ItemKey, Operation},
    },
    model::{
        catalog::{Attribute, ListPrice, PackContent, Picture, Product, ProductKey, Stock, Tier},
        ids::SupplierPartId,
        money::{Currency, UnitPrice},
        party::{Accent, Contact, Supplier, User},
        profile::{Charset, ReturnMethod, Target},
        quantity::{Quantity, QuantityRule, UnitOfMeasure},
    },
    shell::{
        search::{FacetCount, FacetName, FacetValue, Narrow},
        web::look::{Assets, Tone, assets, notice},
    },
    wire::oci::Field,
};

fn euro() -> Currency {
    Currency::parse("EUR").unwrap()
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn quantity(text: &str) -> Quantity {
    Quantity::parse(text).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn supplier() -> Supplier {
    Supplier {
        id: "nordwerk".parse().unwrap(),
        name: "Nordwerk Supply".into(),
        identities: vec![],
        currency: euro(),
        contact: Contact {
            name: "Inside sales, Kim Sørensen".into(),
            email: "sales@nordwerk.example".into(),
            phone: "+49 40 555 0123".into(),
        },
        accent: Accent::parse("#0b6e63").unwrap(),
        price_lock_days: 30,
        pictures: crate::model::party::PictureUse::default(),
        language: None,
    }
}

fn length() -> FacetName {
    FacetName::Attribute { name: "Length".into(), unit: Some("mm".into()) }
}

fn facets() -> Vec<FacetCount> {
    let text = |text: &str| FacetValue::Text(text.into());
    let finish = FacetName::Attribute { name: "Finish <i>".into(), unit: None };
    let sealed = FacetName::Attribute { name: "Sealed".into(), unit: None };
    let many =
        ["plain", "zinc plated", "A2", "A4", "black oxide", "hot-dip galvanised", "nickel", "brass", "PTFE"];
    let of = |name, values| FacetCount { name, values };
    vec![
        of(FacetName::Brand, vec![(text("<Kalder>"), 41), (text("Brackmoor"), 7)]),
        of(finish, many.into_iter().map(text).zip(1..).collect()),
        of(length(), (1..60).map(|size| (FacetValue::Number(size.into()), 12)).collect()),
        of(sealed, vec![(FacetValue::Flag(true), 3), (FacetValue::Flag(false), 4)]),
    ]
}

/// part, name, unit, content, prices by quantity, basis, steps, drawing
type Row = (
    &'static str,
    &'static str,
    &'static str,
    Option<&'static str>,
    &'static [(&'static str, &'static str)],
    &'static str,
    &'static str,
    &'static str,
);

const ROWS: [Row; 8] = [
    (
        "HB-M8X40-A2",
        "Hex bolt M8 × 40, stainless steel A2-70, DIN 933",
        "BX",
        Some("100"),
        &[("1", "14.85"), ("10", "13.90"), ("50", "12.45")],
        "1",
        "1",
        "hex-bolt",
    ),
    (
        "HB-M8X40-8.8Z",
        "Hex bolt M8 × 40, steel 8.8 zinc plated",
        "H87",
        None,
        &[("100", "4.9250"), ("1000", "4.115")],
        "100",
        "100",
        "hex-bolt",
    ),
    (
        "WS-M8-A2",
        "Flat washer M8, stainless steel A2, DIN 125",
        "BX",
        Some("500"),
        &[("1", "6.20")],
        "1",
        "1",
        "washer",
    ),
    (
        "NL-M8-A4",
        "Prevailing torque nut M8 with a rather long description of its polyamide insert, Sechskantmutter mit Klemmteil",
        "PK",
        Some("50"),
        &[("5", "7.0054")],
        "1",
        "5",
        "nut",
    ),
    (
        "GL-1220/9",
        "Assembly gloves, nitrile foam, size 9",
        "PR",
        None,
        &[("1", "2.35"), ("144", "1.98")],
        "1",
        "12",
        "glove",
    ),
    ("KB-H07-16", "Cable H07V-K 16 mm², black", "MTR", None, &[("1", "1.87")], "1", "0.5", "cable"),
    (
        "XX-<b>1</b>",
        "<script>alert(1)</script> & \"quoted\" part",
        "ZZ9",
        None,
        &[("1", "0.0054")],
        "1",
        "1",
        "general",
    ),
    ("LB-5L", "Cutting oil, water-miscible, 5 l canister", "CA", Some("5"), &[], "1", "1", "canister"),
];

fn product(row: &Row) -> Product {
    let (part, name, unit, content, prices, per, step, drawing) = *row;
    let attribute = |name: &str, value: &str, unit: Option<&str>| Attribute {
        name: name.into(),
        value: value.into(),
        unit: unit.map(Into::into),
    };
    Product {
        part: SupplierPartId::parse(part).unwrap(),
        auxiliary: None,
        name: name.into(),
        description: "Fully threaded, for metal constructions indoors and out. Corrosion class C3; not for use with chlorinated water.".into(),
        brand: "Ferrum".into(),
        manufacturer: Some("Ferrum Werke GmbH".into()),
        manufacturer_part: Some("933-840-A2".into()),
        category: "Fasteners / Screws / Hex bolts".into(),
        unspsc: Some("31161501".into()),
        gtin: Some("4012345678901".into()),
        unit: UnitOfMeasure::parse(unit).unwrap(),
        content: content.map(|count| PackContent {
            quantity: quantity(count),
            unit: UnitOfMeasure::parse(if unit == "CA" { "LTR" } else { "H87" }).unwrap(),
        }),
        price_basis: decimal(per),
        order: QuantityRule {
            minimum: quantity(step),
            multiple: quantity(step),
            maximum: (part == "GL-1220/9").then(|| quantity("1200")),
        },
        list_price: Some(ListPrice { currency: euro(), tiers: vec![Tier { from: Quantity::ONE, amount: decimal("16.50") }] }),
        attributes: vec![
            attribute("Thread", "M8", None),
            attribute("Length", "40", Some("mm")),
            attribute("Material", "Stainless steel A2-70", None),
            attribute("Drive", "Hex 13", Some("mm")),
            attribute("Standard", "DIN 933 / ISO 4017", None),
            attribute("Tensile strength", "700", Some("N/mm²")),
        ],
        picture: Some(Picture { drawing: drawing.into(), variant: u8::try_from(prices.len() * 40).unwrap() }),
        lead_time_days: Some(5),
        relations: Vec::new(),
        details: details(part),
    }
}

/// The first one has everything.
fn details(part: &str) -> Box<crate::model::catalog::Details> {
    if part != "HB-M8X40-A2" {
        return Box::default();
    }
    let text = r#"{"language":"en","unspsc_version":"13.5","eclass":{"code":"23110101","version":"10.1"},
        "pictures":[{"address":"https://pictures.ferrum.example/hb.jpg","title":"From the side"}],
        "attachments":[{"kind":"datasheet","address":"https://docs.ferrum.example/hb.pdf","language":"en","media_type":"application/pdf","bytes":184320},
          {"kind":"safety-sheet","address":"https://docs.ferrum.example/sds.pdf","language":"de","media_type":"application/pdf","title":"Thread lubricant"}],
        "family":{"key":"HB933","by":["Thread","Length"]},
        "components":[{"part":"HB-1","quantity":"100"},{"part":"WASHER-08","quantity":"2"}],
        "hazard":{"signal":"danger","pictograms":["GHS02","GHS07"],"statements":["H225","H319","EUH066"],"precautions":["P210","P303+P361+P353"],"un_number":"1993","transport_class":"3","packing_group":"II"},
        "validity":{"until":"2027-12-31"},"extrinsics":[{"name":"Origin","value":"DE"}]}"#;
    serde_json::from_str(text).unwrap()
}

fn quote(row: &Row) -> Option<Quote> {
    let (.., prices, per, _, _) = *row;
    let band = |(from, amount): &(&str, &str)| Band {
        from: quantity(from),
        price: UnitPrice::new(decimal(amount), euro(), decimal(per)).unwrap(),
        list_price: (row.0 == "HB-M8X40-A2")
            .then(|| UnitPrice::new(decimal("16.50"), euro(), decimal(per)).unwrap()),
        provenance: Provenance {
            agreement: "framework-2026".parse().unwrap(),
            version: 3,
            name: "Framework agreement 2026".into(),
            source: if prices.len() > 1 { Source::Fixed } else { Source::PercentOff(decimal("12.5")) },
            valid_until: Some(at("2027-01-01T00:00:00Z")),
        },
    };
    (!prices.is_empty()).then(|| Quote { bands: prices.iter().map(band).collect() })
}

fn items() -> Vec<Item> {
    let stock = |index: usize| match index % 3 {
        0 => Some(Stock {
            available: Some(quantity("1240")),
            sold_out: false,
            lead_time_days: None,
            as_of: at("2026-11-23T12:00:00Z"),
        }),
        1 => None,
        _ => Some(Stock {
            available: None,
            sold_out: true,
            lead_time_days: None,
            as_of: at("2026-11-23T12:00:00Z"),
        }),
    };
    let item = |(index, row): (usize, &Row)| Item {
        product: Arc::new(product(row)),
        quote: quote(row),
        stock: stock(index),
        in_cart: (index == 0 || index == 4).then(|| decimal("24")),
    };
    ROWS.iter().enumerate().map(item).collect()
}

struct Everything;

impl Shelf for Everything {
    fn product(&self, key: &ProductKey) -> Option<Product> {
        ROWS.iter().find(|row| row.0 == key.part.as_str()).map(product)
    }

    fn quote(&self, product: &Product) -> Option<Quote> {
        ROWS.iter().find(|row| row.0 == product.part.as_str()).and_then(quote)
    }
}

fn line(number: u32, part: &str, held: &str, note: &str) -> Line {
    Line {
        number,
        content: Content::Product(product_key(part, None).unwrap()),
        quantity: quantity(held),
        note: note.into(),
        earlier: None,
    }
}

fn foreign(number: u32) -> Line {
    Line {
        content: Content::Foreign(Box::new(IncomingLine {
            line_number: number,
            item: ItemKey { part: SupplierPartId::parse("OLD-77120").unwrap(), auxiliary: None },
            quantity: quantity("3"),
            price: Some(IncomingPrice {
                amount: decimal("119.00"),
                currency: Some(euro()),
                per: Decimal::ONE,
            }),
            unit: Some(UnitOfMeasure::parse("EA").unwrap()),
            description: Some("Bench vice 125 mm, swivel base".into()),
            classification: None,
            comment: None,
            lock_extrinsic: None,
            requested_delivery: None,
            agreement_item: None,
            bounds: Bounds::default(),
        })),
        ..line(number, "OLD-77120", "3", "")
    }
}

fn good_cart() -> PricedCart {
    let mut moved = line(2, "WS-M8-A2", "6", "Deliver to gate 4, cost centre 4711");
    moved.earlier = Some(Earlier {
        reference: None,
        price: Some(UnitPrice::new(decimal("5.90"), euro(), Decimal::ONE).unwrap()),
        quantity: quantity("6"),
        note: String::new(),
    });
    let lines =
        vec![line(1, "HB-M8X40-A2", "24", ""), moved, line(3, "HB-M8X40-8.8Z", "1500", ""), foreign(4)];
    price_cart(&Cart { revision: 7, next_number: 4, lines }, &Everything, euro())
}

fn bad_cart() -> PricedCart {
    let lines = vec![
        line(1, "HB-M8X40-A2", "24", ""),
        line(2, "NL-M8-A4", "7", ""),
        line(3, "GONE-1", "1", ""),
        line(4, "LB-5L", "2", "<img src=x onerror=alert(1)>"),
    ];
    price_cart(&Cart { revision: 9, next_number: 4, lines }, &Everything, euro())
}

fn categories() -> Vec<CategoryCard> {
    let card = |(name, products): (&str, u32)| CategoryCard {
        name: name.into(),
        path: name.into(),
        products,
        picture: Some(Picture { drawing: "hex-bolt".into(), variant: 1 }),
    };
    [
        ("Fasteners", 812),
        ("Hand tools", 403),
        ("Power tools and accessories", 288),
        ("Abrasives", 351),
        ("Cables and electrical", 512),
        ("Safety and workwear", 377),
        ("Lubricants and chemicals", 146),
        ("Packaging", 190),
        ("Office and cleaning", 1),
    ]
    .map(card)
    .into()
}

const BASE: &str = "/s/sample/";

#[expect(clippy::too_many_lines, reason = "one list of everything there is")]
fn pages() -> Vec<(&'static str, Markup)> {
    let (links, supplier, categories, items) = (Links::new("", "sample"), supplier(), categories(), items());
    let user = User { key: None, name: Some("Jo Almeida".into()), email: None };
    let empty_list = ListAddress::default();
    let good = good_cart();
    let frame = Frame {
        links: &links,
        supplier: &supplier,
        buyer: "Example Industries",
        user: &user,
        operation: Operation::Create,
        test: false,
        glance: Glance { lines: 4, total: good.total },
        categories: &categories,
        list: &empty_list,
        news: None,
        ends_at: at("2026-11-23T20:15:00Z"),
    };
    let category = ListAddress { page: 2, ..ListAddress::category("Fasteners / Screws") };
    let search = ListAddress {
        text: "hex bolt m8 <i>".into(),
        category: "Fasteners".into(),
        narrowed: vec![
            Narrow { name: FacetName::Brand, values: vec![FacetValue::Text("<Kalder>".into())], range: None },
            Narrow { name: length(), values: vec![], range: Some((Some(decimal("8")), None)) },
        ],
        ..ListAddress::default()
    };
    let facets = facets();
    let listing = |list, total, items, near| Products {
        list,
        total,
        near,
        items,
        below: &categories[..4],
        facets: &facets,
        unsorted: false,
    };
    let in_list = |list| Frame { list, ..frame_copy(&frame) };
    let edit = Frame { operation: Operation::Edit, test: true, ..frame_copy(&frame) };
    let inspect = Frame { operation: Operation::Inspect, ..frame_copy(&frame) };
    let added = notice(
        Tone::Good,
        &maud::html! { "In your cart now: 24 boxes of " strong { "Hex bolt M8 × 40" } "." },
    );
    let relations = [
        (crate::model::catalog::RelationKind::Successor, items[2..3].to_vec()),
        (crate::model::catalog::RelationKind::Accessory, items[4..6].to_vec()),
    ];
    let variants: Vec<_> = items[1..4].iter().map(|item| std::sync::Arc::clone(&item.product)).collect();
    let components: Vec<_> =
        items[0].product.details.components.iter().map(|one| (one.clone(), None)).collect();
    let view = |item, refused| ProductPage {
        item,
        relations: &relations,
        variants: &variants,
        components: &components,
        today: jiff::civil::date(2026, 11, 23),
        refused,
        back: None,
    };
    let refused_rule = items[3].product.order.check(quantity("7")).unwrap_err();
    let refused_text = super::words::quantity_refused(&refused_rule, Some(&items[3].product.unit));
    let refused = Refused { typed: "7", message: &refused_text, offers: &refused_rule.offers };
    let not_plain = typed::quantity("<b>1,5").unwrap_err().to_string();
    let odd = Refused { typed: "<b>1,5", message: &not_plain, offers: &[] };
    let nothing_typed = BTreeMap::new();
    let typed = BTreeMap::from([
        (
            1,
            Typed {
                quantity: "1,5".into(),
                note: String::new(),
                quantity_problem: Some(typed::quantity("1,5").unwrap_err().to_string()),
                note_problem: None,
            },
        ),
        (
            3,
            Typed {
                quantity: "-3".into(),
                note: "urgent".into(),
                quantity_problem: Some(typed::quantity("-3").unwrap_err().to_string()),
                note_problem: None,
            },
        ),
    ]);
    let holds_until = at("2026-12-23T12:15:00Z");
    let review = |cart, changed| Review {
        cart,
        holds_until,
        said: if changed { Said::Changed } else { Said::Nothing },
        returned_before: changed,
    };
    let none = price_cart(&Cart::default(), &Everything, euro());
    let bad = bad_cart();
    let target = Target::parse("_top").unwrap();
    let field = |name: &str, value: &str| Field { name: name.into(), value: value.into() };
    let fields = [field("cxml-base64", "PGE+"), field("~caller", "\"><script>")];
    let posted = |charset, parcel| Posted {
        links: &links,
        supplier: &supplier,
        buyer: "Example Industries",
        action: "https://buyer.example/return?a=1&b=\"2",
        method: ReturnMethod::Post,
        target: &target,
        charset,
        fields: &fields,
        parcel,
    };
    let goodbye =
        |onward| Goodbye { links: &links, supplier: &supplier, buyer: "Example Industries", onward };
    let assets = Assets::new("");
    let mut pages = vec![
        ("home", home::page(&frame, &Home { picks: &items[..4], products: 3_079 })),
        ("category", products::page(&in_list(&category), &listing(&category, 203, &items, false))),
        (
            "search",
            products::page(
                &Frame { news: Some(added), ..in_list(&search) },
                &listing(&search, 12, &items[..5], true),
            ),
        ),
        ("search-none", products::page(&in_list(&search), &listing(&search, 0, &[], false))),
        ("product", product::page(&frame, &view(&items[0], None))),
        ("product-plain", product::page(&frame, &view(&items[1], None))),
        ("product-ask", product::page(&frame, &view(&items[7], None))),
        ("product-inspect", product::page(&inspect, &view(&items[0], None))),
        ("quantity", product::page(&frame, &view(&items[3], Some(refused)))),
        ("quantity-odd", product::page(&frame, &view(&items[6], Some(odd)))),
        ("cart", cart::page(&edit, &CartPage { cart: &good, typed: &nothing_typed })),
        ("cart-problems", cart::page(&frame, &CartPage { cart: &bad, typed: &nothing_typed })),
        ("cart-typed", cart::page(&frame, &CartPage { cart: &bad, typed: &typed })),
        ("cart-inspect", cart::page(&inspect, &CartPage { cart: &good, typed: &nothing_typed })),
        ("cart-empty", cart::page(&edit, &CartPage { cart: &none, typed: &nothing_typed })),
        ("review", review::page(&frame, &review(&good, false))),
        ("review-changed", review::page(&edit, &review(&good, true))),
        ("review-blocked", review::page(&edit, &review(&bad, false))),
        ("review-empty", review::page(&frame, &review(&none, false))),
        ("return", leave::post(&posted(Charset::Utf8, Parcel::Cart { lines: 4, total: good.total }))),
        ("cancel", leave::post(&posted(Charset::Latin1, Parcel::Nothing))),
        ("goodbye", leave::goodbye(&goodbye(None))),
        ("goodbye-address", leave::goodbye(&goodbye(Some(("https://buyer.example/cancel", &target))))),
        (
            "trouble-expired",
            trouble::alone(&assets, Some(&supplier), Some("Example Industries"), Trouble::Expired),
        ),
        ("trouble-guessed", trouble::alone(&assets, None, None, Trouble::NotFound)),
        ("trouble-overloaded", trouble::alone(&assets, Some(&supplier), None, Trouble::Overloaded)),
        ("trouble-changed", trouble::within(&frame, Trouble::CartChanged)),
        ("trouble-product", trouble::within(&frame, Trouble::NoSuchProduct)),
        ("trouble-readonly", trouble::within(&inspect, Trouble::ReadOnly)),
    ];
    assert_eq!(product_place(&items[0].product.key()).as_str(), "product?part=HB-M8X40-A2");
    pages.sort_by_key(|(name, _)| *name);
    pages
}

fn frame_copy<'a>(frame: &Frame<'a>) -> Frame<'a> {
    Frame { news: None, ..*frame }
}

fn each(page: &Html, selector: &str, mut check: impl FnMut(scraper::ElementRef<'_>)) {
    page.select(&Selector::parse(selector).unwrap()).for_each(&mut check);
}

#[test]
fn every_page_keeps_the_rules() {
    for (name, markup) in pages() {
        let text = markup.into_string();
        let page = Html::parse_document(&text);
        assert!(!text.contains("<script>alert") && !text.contains("<img src=x"), "{name}: unescaped data");
        let count = |selector: &str| page.select(&Selector::parse(selector).unwrap()).count();
        assert_eq!((count("h1"), count("main#main"), count("title")), (1, 1, 1), "{name}");
        assert_eq!(
            count("[style]") + count("style") + count("[onclick]"),
            0,
            "{name}: inline style or script"
        );
        each(&page, "script", |script| assert!(script.attr("src").is_some(), "{name}: inline script"));
        each(&page, "a[href], form[action], img[src], link[href], script[src]", |element| {
            let address = ["href", "action", "src"].iter().find_map(|key| element.attr(key)).unwrap();
            // A supplier's document opens in a window of its own that learns nothing of this one.
            if address.starts_with("https://docs.ferrum.example/")
                || address.starts_with("https://pictures.ferrum.example/")
            {
                assert_eq!(element.attr("rel"), Some("noopener noreferrer"), "{name}: {address}");
                return;
            }
            let own = ["/s/sample/", "/assets/", "#", "mailto:", "tel:", "https://buyer.example/"];
            assert!(own.iter().any(|start| address.starts_with(start)), "{name}: {address}");
        });
        each(&page, "input:not([type=hidden])", |input| {
            let label = format!("label[for='{}']", input.attr("id").unwrap());
            assert_eq!(count(&label), 1, "{name}: {label}");
        });
        let mut ids: Vec<&str> =
            page.select(&Selector::parse("[id]").unwrap()).filter_map(|e| e.attr("id")).collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all, "{name}: an id twice");
        each(&page, "[aria-describedby]", |element| {
            assert!(ids.binary_search(&element.attr("aria-describedby").unwrap()).is_ok(), "{name}");
        });
        each(&page, "[aria-labelledby]", |element| {
            assert!(ids.binary_search(&element.attr("aria-labelledby").unwrap()).is_ok(), "{name}");
        });
    }
}

#[test]
fn read_only_pages_have_no_control_that_changes_the_cart() {
    for (name, markup) in pages() {
        if !name.contains("inspect") && !name.contains("readonly") {
            continue;
        }
        let page = Html::parse_document(&markup.into_string());
        each(&page, "form[method=post]", |form| {
            assert_eq!(form.attr("action"), Some("/s/sample/cancel"), "{name}");
        });
        each(&page, "input", |input| assert_eq!(input.attr("name"), Some("q"), "{name}"));
    }
}

#[test]
fn a_guessed_address_shows_nobodys_data() {
    let page = trouble::alone(&Assets::new(""), None, None, Trouble::NotFound).into_string();
    assert!(!page.contains("Nordwerk") && !page.contains(BASE));
}

#[tokio::test]
async fn pages_are_written_to_a_folder_when_asked_for() {
    let Ok(folder) = std::env::var("GALLERY_DIR") else { return };
    let folder = Path::new(&folder);
    for (name, markup) in pages() {
        let text = markup.into_string();
        std::fs::create_dir_all(folder).unwrap();
        std::fs::write(folder.join(format!("{name}.html")), &text).unwrap();
        for address in text.split('"').filter(|text| text.starts_with("/assets/")) {
            let request = Request::get(address).body(Body::empty()).unwrap();
            let response = assets::router::<()>().oneshot(request).await.unwrap();
            let bytes = body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
            let file = folder.join(address.trim_start_matches('/'));
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, bytes).unwrap();
        }
    }
}
