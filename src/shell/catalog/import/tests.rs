use super::*;
use crate::{
    model::ids::{AgreementId, SupplierId, SupplierPartId},
    shell::catalog::{Catalog, PriceList, StockTable, test_dir::TestDir},
};

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(format!("fixtures/catalog/{name}")).unwrap()
}

fn acme() -> SupplierId {
    SupplierId::parse("acme").unwrap()
}

fn part(text: &str) -> SupplierPartId {
    SupplierPartId::parse(text).unwrap()
}

fn import(dir: &TestDir, file: &[u8], encoding: Encoding) -> (ImportReport, CatalogWriter) {
    let mut writer = CatalogWriter::begin(dir.path(), &acme(), 0).unwrap();
    let report = products(file, encoding, &mut writer, |_| {}).unwrap();
    (report, writer)
}

fn shown(report: &ImportReport) -> String {
    report.errors.iter().map(|error| error.to_string() + "\n").collect()
}

#[test]
fn the_example_is_taken_and_exported_byte_for_byte() {
    let dir = TestDir::new("import-example");
    let file = fixture("products.csv");
    let mut seen = Vec::new();
    let mut writer = CatalogWriter::begin(dir.path(), &acme(), 0).unwrap();
    let report = products(&file[..], Encoding::Utf8, &mut writer, |bytes| seen.push(bytes)).unwrap();
    assert!(report.is_clean(), "{}", shown(&report));
    assert_eq!(seen.last().copied(), Some(file.len() as u64));
    let published = writer.publish(Timestamp::UNIX_EPOCH).unwrap();
    let catalog = Catalog::open(dir.path(), &published.manifest).unwrap();
    let header = csv::line(csv::PRODUCT_COLUMNS.iter().map(|column| column.name));
    let export = catalog
        .products()
        .fold(header, |text, product| text + &csv::line(csv::product_row(&product.unwrap())));
    assert_eq!(export, String::from_utf8(file).unwrap());

    let variants = catalog.family("HB933", 10).unwrap();
    assert_eq!(variants.iter().map(|one| one.part.as_str()).collect::<Vec<_>>(), ["HB933-08-040-ZN"]);
    let gloves = part("GLA-N-09");
    for auxiliary in [Some("GRIP.9"), None, Some("OTHER")] {
        assert_eq!(catalog.by_part(&gloves, auxiliary).unwrap().unwrap().0, 3, "{auxiliary:?}");
    }
    assert!(catalog.by_part(&part("gla-n-09"), None).unwrap().is_none(), "numbers are exact here");
}

#[test]
fn a_folder_of_the_first_format_opens() {
    let dir = TestDir::new("format-1");
    let target = dir.path().join("catalogs/acme/1");
    for from in ["1", "1/index"] {
        let to = target.join(from.trim_start_matches('1').trim_start_matches('/'));
        std::fs::create_dir_all(&to).unwrap();
        for entry in std::fs::read_dir(format!("fixtures/catalog/format-1/{from}")).unwrap() {
            let entry = entry.unwrap();
            if entry.path().is_file() {
                std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
            }
        }
    }
    let manifest = serde_json::from_slice(&fixture("format-1/manifest.json")).unwrap();
    let catalog = Catalog::open(dir.path(), &manifest).unwrap();
    catalog.verify().unwrap();
    let (_, bolt) = catalog.by_part(&part("HB933-08-040-ZN"), None).unwrap().unwrap();
    let related: Vec<&str> = bolt.relations.iter().map(|one| one.part.as_str()).collect();
    assert_eq!(related, ["HN934-08-ZN", "FW125-08-ZN"]);
    assert!(bolt.details.is_empty());
    assert_eq!(bolt.attributes[1].typed(), crate::model::catalog::Typed::Number(40.into()));
    assert!(catalog.family("HB933", 10).unwrap().is_empty());
}

#[test]
fn another_delimiter_encoding_and_order_is_read() {
    let dir = TestDir::new("import-ansi");
    let file = fixture("products-semicolon-ansi.csv");
    let (report, writer) = import(&dir, &file, Encoding::Windows1252);
    assert!(report.is_clean(), "{}", shown(&report));
    let manifest = writer.publish(Timestamp::UNIX_EPOCH).unwrap().manifest;
    let product = Catalog::open(dir.path(), &manifest).unwrap().product(0).unwrap().unwrap();
    assert_eq!(
        (product.brand.as_str(), product.name.as_str()),
        ("Östvik", "Ringschlüssel 13 mm – „Größe“ €")
    );
    let (report, _) = import(&dir, &file, Encoding::Utf8);
    insta::assert_snapshot!(shown(&report), @"line 2: brand: is not text in the encoding of the file (UTF-8, unless another one was named)");
}

#[test]
fn every_mistake_is_named_with_its_line_and_nothing_is_published() {
    let dir = TestDir::new("import-mistakes");
    let (report, writer) = import(&dir, &fixture("products-mistakes.csv"), Encoding::Utf8);
    assert!(!report.is_clean() && report.complete);
    assert_eq!((report.accepted, report.refused), (2, 13));
    insta::assert_snapshot!(shown(&report), @r#"
    line 3: part: the same part is on line 2 already
    line 4: unit: "PIECE" is not a unit code of UN/ECE Rec 20 that is known here, such as H87, BX or MTR
    line 5: currency: "EURO" is not a currency of ISO 4217
    line 6: list_price: a price is below zero
    line 7: list_price: has a comma; decimals have a point, and no thousands mark
    line 8: list_price: is not a plain decimal number such as 1234.50
    line 9: list_price: price tiers overlap: each quantity must be above the one before
    line 10: gtin: the check digit of the GTIN is wrong
    line 11: maximum: no quantity satisfies minimum, multiple and maximum
    line 12: has 3 cells, the header has 10
    line 13: there is text behind the closing quote of a cell; a quote inside a quoted cell is written twice
    line 14: part: is empty
    line 16: name: is not text in the encoding of the file (UTF-8, unless another one was named)
    "#);
    drop(writer);
    let left: Vec<_> = std::fs::read_dir(dir.path().join("catalogs/acme"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(left, [".lock"]);
}

#[test]
fn a_file_that_is_no_catalog_is_refused_at_once() {
    let dir = TestDir::new("import-wrong");
    let shown = |file: &[u8]| {
        let (report, _) = import(&dir, file, Encoding::Utf8);
        assert!(!report.is_clean());
        shown(&report)
    };
    insta::assert_snapshot!(shown(&fixture("products-cut.csv")), @"line 3: the file ends in the middle of a line: was it cut off? (the last line needs a line end)");
    insta::assert_snapshot!(shown(b""), @"line 1: the file has no rows");
    insta::assert_snapshot!(shown(b"part,name,brand,category,unit\n"), @"line 1: the file has no rows");
    insta::assert_snapshot!(shown(b"part,price\n"), @r#"line 1: there is no column "price"; the columns are: part, auxiliary, name, description, brand, manufacturer, manufacturer_part, category, unspsc, gtin, unit, content, content_unit, price_basis, minimum, multiple, maximum, currency, list_price, attributes, picture, lead_time_days, related, accessories, alternatives, successors, spare_parts, language, names, descriptions, unspsc_version, eclass, eclass_version, pictures, attachments, family, family_by, components, signal, pictograms, hazards, precautions, un_number, transport_class, packing_group, valid_from, valid_until, erp_part, erp_unit, extrinsics, weight_kg, delete"#);
    insta::assert_snapshot!(shown(b"part,name,brand,part\n"), @r#"line 1: column "part" is there twice"#);
    insta::assert_snapshot!(shown(b"part,name\n"), @"line 1: required columns are missing: category, unit");
    insta::assert_snapshot!(shown(b"PK\x03\x04\x00\x00\x08\n"), @r#"line 1: there is no column "PK\u{3}\u{4}\0\0\u{8}"; the columns are: part, auxiliary, name, description, brand, manufacturer, manufacturer_part, category, unspsc, gtin, unit, content, content_unit, price_basis, minimum, multiple, maximum, currency, list_price, attributes, picture, lead_time_days, related, accessories, alternatives, successors, spare_parts, language, names, descriptions, unspsc_version, eclass, eclass_version, pictures, attachments, family, family_by, components, signal, pictograms, hazards, precautions, un_number, transport_class, packing_group, valid_from, valid_until, erp_part, erp_unit, extrinsics, weight_kg, delete"#);
    insta::assert_snapshot!(shown(b"\xff\xfep\0a\0"), @"line 1: the file is in UTF-16; save it as UTF-8");
}

#[test]
fn prices_and_stock_are_read() {
    let dir = TestDir::new("import-prices");
    let (id, euro) = (AgreementId::parse("frame").unwrap(), Currency::parse("EUR").unwrap());
    let mut writer = PriceListWriter::begin(dir.path(), &id, euro, 0).unwrap();
    let report = prices(&fixture("prices.csv")[..], Encoding::Utf8, euro, &mut writer, |_| {}).unwrap();
    assert!(report.is_clean(), "{}", shown(&report));
    let list = PriceList::open(dir.path(), &writer.publish(Timestamp::UNIX_EPOCH).unwrap().manifest).unwrap();
    let entry = list.entry(&part("MS-1004")).unwrap().unwrap();
    assert_eq!(entry.tiers[0].amount.to_string(), "0.0073");
    assert!(list.entry(&part("NONE")).unwrap().is_none());

    let table = StockTable::open(dir.path(), &acme()).unwrap();
    let mut writer = table.replace().unwrap();
    let now = Timestamp::UNIX_EPOCH;
    let report = stock(&fixture("stock.csv")[..], Encoding::Utf8, now, &mut writer, |_| {}).unwrap();
    assert!(report.is_clean(), "{}", shown(&report));
    writer.publish().unwrap();
    let sold_out = |name: &str| table.stock(&part(name)).unwrap().map(|stock| stock.sold_out);
    assert_eq!(sold_out("HN934-08-ZN"), Some(true));
    assert_eq!(sold_out("CBL-07RN-315"), Some(false));
    assert_eq!(sold_out("NONE"), None);

    // A file of changes leaves what it does not name.
    let mut writer = table.replace().unwrap();
    let changes = &b"part,available\nNONE,7\nCBL-07RN-315,0\n"[..];
    assert!(stock(changes, Encoding::Utf8, now, &mut writer, |_| {}).unwrap().is_clean());
    writer.keep_others().unwrap();
    writer.publish().unwrap();
    assert_eq!(
        [sold_out("HN934-08-ZN"), sold_out("CBL-07RN-315"), sold_out("NONE")],
        [Some(true), Some(true), Some(false)]
    );
    let again = StockTable::open(dir.path(), &acme()).unwrap();
    assert_eq!(again.stock(&part("HN934-08-ZN")).unwrap().map(|stock| stock.sold_out), Some(true));
}

#[test]
fn an_open_version_outlives_its_folder_and_damage_is_refused() {
    let dir = TestDir::new("import-versions");
    let file = fixture("products.csv");
    let (_, writer) = import(&dir, &file, Encoding::Utf8);
    let first = writer.publish(Timestamp::UNIX_EPOCH).unwrap();
    let old = Catalog::open(dir.path(), &first.manifest).unwrap();
    let busy = CatalogWriter::begin(dir.path(), &acme(), 1);
    assert!(matches!(busy, Err(CatalogError::Busy { .. })), "before the first is committed");
    drop(first.hold);
    let (_, writer) = import(&dir, &file, Encoding::Utf8);
    let second = writer.publish(Timestamp::UNIX_EPOCH).unwrap().manifest;
    assert_eq!(second.version, 2);
    let root = dir.path().join("catalogs/acme");
    assert_eq!(crate::shell::catalog::sweep(&root, &[2]).unwrap(), 1);
    assert!(Catalog::open(dir.path(), &first.manifest).is_err());
    assert_eq!(old.product(0).unwrap().unwrap().part, part("HB933-08-040-ZN"));

    let path = root.join("2/products.table");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[40] ^= 1;
    std::fs::write(&path, &bytes).unwrap();
    let damaged = Catalog::open(dir.path(), &second).unwrap();
    assert!(damaged.verify().is_err());
    assert!(damaged.product(0).is_err(), "a damaged record is never shown");
    bytes.pop();
    std::fs::write(&path, &bytes).unwrap();
    assert!(Catalog::open(dir.path(), &second).is_err());
}
