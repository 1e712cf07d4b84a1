//! The same fault in every format: told alike, with its line.

use std::fmt::Write as _;

use super::{
    formats::{find, published, read, refused, shown, workbook},
    *,
};
use crate::shell::catalog::test_dir::TestDir;

/// Two products of each format; the first one's unit, currency and price are given, and the second one's part.
struct Two<'a> {
    unit: &'a str,
    currency: &'a str,
    /// Of tiers: `1:9|10:8`.
    price: &'a str,
    second: &'a str,
}

impl Two<'_> {
    const GOOD: Two<'static> = Two { unit: "H87", currency: "EUR", price: "9.50", second: "B-2" };

    fn rows(&self) -> [[&str; 4]; 2] {
        [["A-1", self.unit, self.currency, self.price], [self.second, "H87", "EUR", "2"]]
    }

    fn csv(&self) -> Vec<u8> {
        let row = |[part, unit, currency, price]: [&str; 4]| {
            format!("{part},Thing @,Tools,{unit},{currency},{price}\n")
        };
        let head = "part,name,category,unit,currency,list_price\n";
        (head.to_owned() + &self.rows().map(row).concat()).into_bytes()
    }

    fn xlsx(&self) -> Vec<u8> {
        let mut sheet = String::new();
        let head = ["part", "name", "category", "unit", "currency", "list_price"];
        let rows = self
            .rows()
            .map(|[part, unit, currency, price]| [part, "Thing @", "Tools", unit, currency, price]);
        for (number, row) in (1..).zip([head].into_iter().chain(rows)) {
            write!(sheet, "<row r=\"{number}\">").unwrap();
            for (column, text) in ('A'..).zip(row) {
                write!(sheet, "<c r=\"{column}{number}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
                    .unwrap();
            }
            sheet.push_str("</row>\n");
        }
        workbook("", sheet.as_bytes())
    }

    fn cif(&self) -> Vec<u8> {
        let row = |[part, unit, currency, price]: [&str; 4]| {
            format!("AN1,{part},Thing @,31161504,{price},{unit},{currency}\n")
        };
        let head = "CIF_I_V3.0\nCHARSET: UTF-8\nLOADMODE: F\nCODEFORMAT: UNSPSC\nCURRENCY: EUR\nITEMCOUNT: 2\nUNUOM: TRUE\n\
            FIELDNAMES: Supplier ID,Supplier Part ID,Item Description,SPSC Code,Unit Price,Unit of Measure,Currency\nDATA\n";
        (head.to_owned() + &self.rows().map(row).concat() + "ENDOFDATA\n").into_bytes()
    }

    fn index(&self) -> Vec<u8> {
        let item = |[part, unit, currency, price]: [&str; 4]| {
            format!(
                "<IndexItem><IndexItemAdd><ItemID><SupplierPartID>{part}</SupplierPartID></ItemID>\n\
                 <ItemDetail><UnitPrice><Money currency=\"{currency}\">{price}</Money></UnitPrice><Description xml:lang=\"en\">Thing @</Description><UnitOfMeasure>{unit}</UnitOfMeasure><Classification domain=\"UNSPSC\">31161504</Classification></ItemDetail>\n\
                 <IndexItemDetail/></IndexItemAdd></IndexItem>\n"
            )
        };
        let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Index loadmode=\"Full\"><SupplierID domain=\"NetworkID\">AN01</SupplierID>\n";
        (head.to_owned() + &self.rows().map(item).concat() + "</Index>\n").into_bytes()
    }

    fn bmecat(&self) -> Vec<u8> {
        let product = |[part, unit, currency, price]: [&str; 4]| {
            let prices: String = price
                .split('|')
                .fold(String::new(), |all, tier| {
                    let (from, amount) = tier.split_once(':').unwrap_or(("1", tier));
                    all + &format!("<PRODUCT_PRICE price_type=\"net_list\"><PRICE_AMOUNT>{amount}</PRICE_AMOUNT><PRICE_CURRENCY>{currency}</PRICE_CURRENCY><LOWER_BOUND>{from}</LOWER_BOUND></PRODUCT_PRICE>")
                });
            format!(
                "<PRODUCT><SUPPLIER_PID>{part}</SUPPLIER_PID>\n<PRODUCT_DETAILS><DESCRIPTION_SHORT>Thing @</DESCRIPTION_SHORT></PRODUCT_DETAILS><PRODUCT_ORDER_DETAILS><ORDER_UNIT>{unit}</ORDER_UNIT></PRODUCT_ORDER_DETAILS>\n<PRODUCT_PRICE_DETAILS>{prices}</PRODUCT_PRICE_DETAILS></PRODUCT>\n"
            )
        };
        let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<BMECAT version=\"2005\"><HEADER><CATALOG><LANGUAGE>eng</LANGUAGE></CATALOG></HEADER>\n<T_NEW_CATALOG>\n";
        (head.to_owned() + &self.rows().map(product).concat() + "</T_NEW_CATALOG></BMECAT>\n").into_bytes()
    }

    fn all(&self) -> [(&'static str, Vec<u8>); 5] {
        [
            ("CSV", self.csv()),
            ("XLSX", self.xlsx()),
            ("CIF", self.cif()),
            ("Index", self.index()),
            ("BMEcat", self.bmecat()),
        ]
    }
}

/// Every fault in every format: refused with its line, and the other product is read all the same.
#[test]
fn faults_are_told_alike_in_every_format() {
    let mut told = String::new();
    for (fault, two) in [
        ("the same part twice", Two { second: "A-1", ..Two::GOOD }),
        ("a unit", Two { unit: "PIECE", ..Two::GOOD }),
        ("a currency", Two { currency: "EURO", ..Two::GOOD }),
        ("below zero", Two { price: "-1", ..Two::GOOD }),
        ("absurd", Two { price: "10000000000000", ..Two::GOOD }),
        ("more digits than there are", Two { price: "123456789012345678901234567890123", ..Two::GOOD }),
        ("no number", Two { price: "9,50 EUR", ..Two::GOOD }),
    ] {
        writeln!(told, "{fault}").unwrap();
        for (format, file) in two.all() {
            // A comma ends a cell of these.
            let file = if ["CSV", "CIF"].contains(&format) {
                String::from_utf8(file).unwrap().replace("9,50 EUR", "\"9,50 EUR\"").into_bytes()
            } else {
                file
            };
            write!(told, "{format}: {}", refused(&file)).unwrap();
        }
    }
    // Where there are tiers.
    for (fault, price) in [("tiers", "10:8|10:7"), ("a bound", "x:8")] {
        writeln!(told, "{fault}").unwrap();
        let two = Two { price, ..Two::GOOD };
        for (format, file) in two.all().into_iter().filter(|(format, _)| !["CIF", "Index"].contains(format)) {
            write!(told, "{format}: {}", refused(&file)).unwrap();
        }
    }
    insta::assert_snapshot!(told, @r#"
    the same part twice
    CSV: line 3: part: the same part is on line 2 already
    XLSX: line 3: part: the same part is on line 2 already
    CIF: line 11: part: the same part is on line 10 already
    Index: line 6: part: the same part is on line 3 already
    BMEcat: line 7: part: the same part is on line 4 already
    a unit
    CSV: line 2: unit: "PIECE" is not a unit code of UN/ECE Rec 20 that is known here, such as H87, BX or MTR
    XLSX: line 2: unit: "PIECE" is not a unit code of UN/ECE Rec 20 that is known here, such as H87, BX or MTR
    CIF: line 10: unit: "PIECE" is not a unit code of UN/ECE Rec 20 that is known here, such as H87, BX or MTR
    Index: line 3: unit: "PIECE" is not a unit code of UN/ECE Rec 20 that is known here, such as H87, BX or MTR
    BMEcat: line 4: unit: "PIECE" is not a unit code of UN/ECE Rec 20 that is known here, such as H87, BX or MTR
    a currency
    CSV: line 2: currency: "EURO" is not a currency of ISO 4217
    XLSX: line 2: currency: "EURO" is not a currency of ISO 4217
    CIF: line 10: currency: "EURO" is not a currency of ISO 4217
    Index: line 3: currency: "EURO" is not a currency of ISO 4217
    BMEcat: line 4: currency: "EURO" is not a currency of ISO 4217
    below zero
    CSV: line 2: list_price: a price is below zero
    XLSX: line 2: list_price: a price is below zero
    CIF: line 10: list_price: a price is below zero
    Index: line 3: list_price: a price is below zero
    BMEcat: line 4: list_price: a price is below zero
    absurd
    CSV: line 2: list_price: is not a price: it is too high
    XLSX: line 2: list_price: is not a price: it is too high
    CIF: line 10: list_price: is not a price: it is too high
    Index: line 3: list_price: is not a price: it is too high
    BMEcat: line 4: list_price: is not a price: it is too high
    more digits than there are
    CSV: line 2: list_price: is not a plain decimal number such as 1234.50
    XLSX: line 2: list_price: is not a plain decimal number such as 1234.50
    CIF: line 10: list_price: is not a plain decimal number such as 1234.50
    Index: line 3: list_price: is not a plain decimal number such as 1234.50
    BMEcat: line 4: list_price: is not a plain decimal number such as 1234.50
    no number
    CSV: line 2: list_price: has a comma; decimals have a point, and no thousands mark
    XLSX: line 2: list_price: has a comma; decimals have a point, and no thousands mark
    CIF: line 10: list_price: has a comma; decimals have a point, and no thousands mark
    Index: line 3: list_price: has a comma; decimals have a point, and no thousands mark
    BMEcat: line 4: list_price: has a comma; decimals have a point, and no thousands mark
    tiers
    CSV: line 2: list_price: price tiers overlap: each quantity must be above the one before
    XLSX: line 2: list_price: price tiers overlap: each quantity must be above the one before
    BMEcat: line 4: list_price: price tiers overlap: each quantity must be above the one before
    a bound
    CSV: line 2: list_price: is not a plain decimal number such as 1234.50
    XLSX: line 2: list_price: is not a plain decimal number such as 1234.50
    BMEcat: line 4: list_price: is not a plain decimal number such as 1234.50
    "#);
    for (format, file) in Two::GOOD.all() {
        let dir = TestDir::new("two");
        let (catalog, _) = published(&dir, &file, &Options::default(), None);
        assert_eq!(catalog.len(), 2, "{format}");
    }
}

/// Octets that are no text, and a file that ends in its middle.
#[test]
fn damaged_files_are_refused_in_every_format() {
    let mut told = String::new();
    for (format, file) in Two::GOOD.all() {
        if format != "XLSX" {
            let broken: Vec<u8> = file.iter().map(|byte| if *byte == b'@' { 0xff } else { *byte }).collect();
            write!(told, "{format}: {}", refused(&broken)).unwrap();
        }
        for cut in [file.len() / 3, file.len() * 2 / 3, file.len() - 3] {
            let (dir, part) = (TestDir::new("cut"), file.get(..cut).unwrap());
            let (report, ..) = read(&dir, part, &Options::default(), None);
            assert!(!report.is_clean(), "{format} cut at {cut}");
        }
    }
    insta::assert_snapshot!(told, @r#"
    CSV: line 2: name: is not text in the encoding of the file (UTF-8, unless another one was named)
    line 3: name: is not text in the encoding of the file (UTF-8, unless another one was named)
    CIF: line 10: Item Description is not text in the file's charset
    line 11: Item Description is not text in the file's charset
    Index: line 3: cannot decode input using UTF-8: invalid utf-8 sequence of 1 bytes from index 6
    BMEcat: line 4: cannot decode input using UTF-8: invalid utf-8 sequence of 1 bytes from index 6
    "#);
}

#[test]
fn a_bmecat_price_that_cannot_be_read_is_no_other_price() {
    let good = String::from_utf8(Two::GOOD.bmecat()).unwrap();
    let with = |price: &str| {
        good.replace("<PRICE_AMOUNT>9.50</PRICE_AMOUNT><PRICE_CURRENCY>EUR</PRICE_CURRENCY>", price)
    };
    insta::assert_snapshot!(
        refused(with("<PRICE_AMOUNT>9.50</PRICE_AMOUNT><PRICE_CURRENCY>EUR</PRICE_CURRENCY><PRICE_FACTOR>0,95</PRICE_FACTOR>").as_bytes()),
        @"line 4: list_price: has a comma; decimals have a point, and no thousands mark"
    );
    // Others' currencies are not mixed in.
    let franc = "<PRICE_AMOUNT>9.50</PRICE_AMOUNT><PRICE_CURRENCY>EUR</PRICE_CURRENCY><LOWER_BOUND>1</LOWER_BOUND></PRODUCT_PRICE>\
        <PRODUCT_PRICE price_type=\"net_list\"><PRICE_AMOUNT>9.20</PRICE_AMOUNT><PRICE_CURRENCY>CHF</PRICE_CURRENCY>";
    let dir = TestDir::new("two-currencies");
    let (catalog, _) = published(&dir, with(franc).as_bytes(), &Options::default(), None);
    let price = find(&catalog, "A-1").list_price.unwrap();
    assert_eq!(
        (price.currency.as_str(), price.tiers.len(), price.tiers[0].amount.to_string().as_str()),
        ("EUR", 1, "9.50")
    );
}

#[test]
fn circles_are_found_in_bmecat_and_in_changes() {
    let of = |part: &str, other: &str| {
        format!(
            "<PRODUCT><SUPPLIER_PID>{part}</SUPPLIER_PID><PRODUCT_DETAILS><DESCRIPTION_SHORT>{part}</DESCRIPTION_SHORT></PRODUCT_DETAILS><PRODUCT_ORDER_DETAILS><ORDER_UNIT>C62</ORDER_UNIT></PRODUCT_ORDER_DETAILS><PRODUCT_REFERENCE type=\"consists_of\" quantity=\"1\"><PROD_ID_TO>{other}</PROD_ID_TO></PRODUCT_REFERENCE></PRODUCT>\n"
        )
    };
    let file = format!(
        "<BMECAT version=\"2005\"><HEADER><CATALOG><LANGUAGE>deu</LANGUAGE></CATALOG></HEADER><T_NEW_CATALOG>\n{}{}</T_NEW_CATALOG></BMECAT>",
        of("A", "B"),
        of("B", "A")
    );
    assert!(refused(file.as_bytes()).contains("A → B → A is a circle"), "{}", refused(file.as_bytes()));

    let dir = TestDir::new("circle-later");
    let head = "part,name,category,unit,components\n";
    let (base, _) =
        published(&dir, format!("{head}A,A,C,H87,B\nB,B,C,H87,\n").as_bytes(), &Options::default(), None);
    let options = Options { mode: Some(Mode::Update), ..Options::default() };
    let (report, _, writer) = read(&dir, format!("{head}B,B,C,H87,A\n").as_bytes(), &options, Some(&base));
    assert!(shown(&report).contains("is a circle"), "{}", shown(&report));
    drop(writer);
}
