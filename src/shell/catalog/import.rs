//! Reads CSV files into writers, streaming. Nothing is published here: the caller looks at the report and decides.

use std::{
    collections::{HashMap, hash_map::Entry},
    io::BufRead,
};

use jiff::Timestamp;

use super::{CatalogError, CatalogWriter, PriceListWriter, StockWriter};
use crate::{
    model::money::Currency,
    wire::csv::{
        self, Column, Encoding, Header, HeaderError, PRICE_COLUMNS, PRODUCT_COLUMNS, Problem, ReadError, Row,
        STOCK_COLUMNS,
    },
};

/// How many errors a report lists; the rest are counted.
pub const MAX_ERRORS: usize = 1000;

/// What came of a file.
#[derive(Debug, Default)]
pub struct ImportReport {
    /// Rows that were taken.
    pub accepted: u64,
    /// Rows that were not.
    pub refused: u64,
    /// What is wrong, by line, at most [`MAX_ERRORS`] of them.
    pub errors: Vec<LineError>,
    /// All of them.
    pub error_count: u64,
    /// The file could be read to its end.
    pub complete: bool,
}

impl ImportReport {
    /// Whether all of the file was taken, and it was not empty.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.complete && self.error_count == 0 && self.accepted > 0
    }

    fn error(&mut self, line: u64, error: LineProblem) {
        self.error_count += 1;
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(LineError { line, error });
        }
    }
}

/// What is wrong, and where.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {error}")]
pub struct LineError {
    /// Line of the file, from 1, where the record begins.
    pub line: u64,
    /// What is wrong there.
    pub error: LineProblem,
}

/// What is wrong with a line.
#[derive(Debug, thiserror::Error)]
pub enum LineProblem {
    /// The first line is not a header.
    #[error(transparent)]
    Header(#[from] HeaderError),
    /// Reading stopped, or the record is none.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// More or fewer cells than the header has.
    #[error("has {found} cells, the header has {expected}")]
    Cells {
        /// In this line.
        found: usize,
        /// In the header.
        expected: usize,
    },
    /// Bytes that are no text.
    #[error("{column}: is not text in the encoding of the file (UTF-8, unless another one was named)")]
    Encoding {
        /// Which column.
        column: &'static str,
    },
    /// One cell.
    #[error(transparent)]
    Cell(#[from] Problem),
    /// The key of the row was there before.
    #[error("part: the same part is on line {first} already")]
    Duplicate {
        /// Where it was first.
        first: u64,
    },
    /// No row at all.
    #[error("the file has no rows")]
    NoRows,
}

impl LineProblem {
    /// Which column it is about, if it is about one.
    #[must_use]
    pub fn column(&self) -> Option<&'static str> {
        match self {
            Self::Cell(problem) => Some(problem.column),
            Self::Encoding { column } => Some(column),
            Self::Duplicate { .. } => Some("part"),
            Self::Header(_) | Self::Read(_) | Self::Cells { .. } | Self::NoRows => None,
        }
    }
}

/// Reads a catalog file. `progress` hears how many bytes were read, now and then.
pub fn products(
    source: impl BufRead,
    encoding: Encoding,
    writer: &mut CatalogWriter,
    progress: impl FnMut(u64),
) -> Result<ImportReport, CatalogError> {
    rows(
        source,
        encoding,
        PRODUCT_COLUMNS,
        progress,
        |row| {
            csv::product(row).map(|product| {
                let key = format!("{}\n{}", product.part, product.auxiliary.as_deref().unwrap_or_default());
                (key, product)
            })
        },
        |product| writer.add(&product).map(drop),
    )
}

/// Reads a price file into a list of this currency.
pub fn prices(
    source: impl BufRead,
    encoding: Encoding,
    currency: Currency,
    writer: &mut PriceListWriter,
    progress: impl FnMut(u64),
) -> Result<ImportReport, CatalogError> {
    rows(
        source,
        encoding,
        PRICE_COLUMNS,
        progress,
        |row| csv::price(row, currency).map(|price| (price.0.to_string(), price)),
        |(part, entry)| writer.add(&part, &entry),
    )
}

/// Reads a stock file that was true at a time.
pub fn stock(
    source: impl BufRead,
    encoding: Encoding,
    as_of: Timestamp,
    writer: &mut StockWriter,
    progress: impl FnMut(u64),
) -> Result<ImportReport, CatalogError> {
    rows(
        source,
        encoding,
        STOCK_COLUMNS,
        progress,
        |row| csv::stock(row, as_of).map(|stock| (stock.0.to_string(), stock)),
        |(part, stock)| writer.add(&part, &stock),
    )
}

/// Every row with its key, each key once, to `take`.
fn rows<T>(
    source: impl BufRead,
    encoding: Encoding,
    columns: &[Column],
    mut progress: impl FnMut(u64),
    read: impl Fn(Row<'_>) -> Result<(String, T), Vec<Problem>>,
    mut take: impl FnMut(T) -> Result<(), CatalogError>,
) -> Result<ImportReport, CatalogError> {
    let mut report = ImportReport::default();
    let mut reader = match csv::Reader::new(source, encoding) {
        Ok(reader) => reader,
        Err(error) => {
            report.error(1, error.into());
            return Ok(report);
        }
    };
    let mut header: Option<Header> = None;
    let mut seen: HashMap<String, u64> = HashMap::new();
    loop {
        let record = match reader.record() {
            Ok(Some(record)) => record,
            Ok(None) => break,
            Err((line, error)) => {
                let goes_on = error.is_of_one_record() && header.is_some();
                report.refused += 1;
                report.error(line, error.into());
                if goes_on {
                    continue;
                }
                return Ok(report);
            }
        };
        let line = record.line;
        let Some(header) = &header else {
            let cells = record.cells.iter().map(|cell| cell.as_deref().unwrap_or("\u{fffd}"));
            match Header::parse(cells, columns) {
                Ok(read) => header = Some(read),
                Err(error) => {
                    report.error(line, error.into());
                    return Ok(report);
                }
            }
            continue;
        };
        let outcome = checked(header, &record.cells, &read);
        let problems = match outcome {
            Ok((key, value)) => match seen.entry(key) {
                Entry::Vacant(free) => {
                    free.insert(line);
                    take(value)?;
                    report.accepted += 1;
                    Vec::new()
                }
                Entry::Occupied(first) => vec![LineProblem::Duplicate { first: *first.get() }],
            },
            Err(problems) => problems,
        };
        if !problems.is_empty() {
            report.refused += 1;
        }
        for problem in problems {
            report.error(line, problem);
        }
        if line.is_multiple_of(256) {
            progress(reader.bytes());
        }
    }
    progress(reader.bytes());
    report.complete = true;
    if report.accepted == 0 && report.error_count == 0 {
        report.error(1, LineProblem::NoRows);
    }
    Ok(report)
}

/// A row's value and key, or everything that is wrong with it.
fn checked<T>(
    header: &Header,
    cells: &[Result<std::borrow::Cow<'_, str>, ()>],
    read: impl Fn(Row<'_>) -> Result<(String, T), Vec<Problem>>,
) -> Result<(String, T), Vec<LineProblem>> {
    if cells.len() != header.len() {
        return Err(vec![LineProblem::Cells { found: cells.len(), expected: header.len() }]);
    }
    let mut texts = Vec::with_capacity(cells.len());
    for (position, cell) in cells.iter().enumerate() {
        let Ok(text) = cell else {
            let column = header.name(position).unwrap_or_default();
            return Err(vec![LineProblem::Encoding { column }]);
        };
        texts.push(text.as_ref());
    }
    read(Row::new(header, &texts)).map_err(|problems| problems.into_iter().map(LineProblem::Cell).collect())
}

#[cfg(test)]
mod tests {
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
        let header = csv::line(PRODUCT_COLUMNS.iter().map(|column| column.name));
        let export = catalog
            .products()
            .fold(header, |text, product| text + &csv::line(csv::product_row(&product.unwrap())));
        assert_eq!(export, String::from_utf8(file).unwrap());

        let gloves = part("GLA-N-09");
        for auxiliary in [Some("GRIP.9"), None, Some("OTHER")] {
            assert_eq!(catalog.by_part(&gloves, auxiliary).unwrap().unwrap().0, 3, "{auxiliary:?}");
        }
        assert!(catalog.by_part(&part("gla-n-09"), None).unwrap().is_none(), "numbers are exact here");
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
        insta::assert_snapshot!(shown(b"part,price\n"), @r#"line 1: there is no column "price"; the columns are: part, auxiliary, name, description, brand, manufacturer, manufacturer_part, category, unspsc, gtin, unit, content, content_unit, price_basis, minimum, multiple, maximum, currency, list_price, attributes, picture, lead_time_days, related"#);
        insta::assert_snapshot!(shown(b"part,name,brand,part\n"), @r#"line 1: column "part" is there twice"#);
        insta::assert_snapshot!(shown(b"part,name\n"), @"line 1: required columns are missing: brand, category, unit");
        insta::assert_snapshot!(shown(b"PK\x03\x04\x00\x00\x08\n"), @r#"line 1: there is no column "PK\u{3}\u{4}\0\0\u{8}"; the columns are: part, auxiliary, name, description, brand, manufacturer, manufacturer_part, category, unspsc, gtin, unit, content, content_unit, price_basis, minimum, multiple, maximum, currency, list_price, attributes, picture, lead_time_days, related"#);
        insta::assert_snapshot!(shown(b"\xff\xfep\0a\0"), @"line 1: the file is in UTF-16; save it as UTF-8");
    }

    #[test]
    fn prices_and_stock_are_read() {
        let dir = TestDir::new("import-prices");
        let (id, euro) = (AgreementId::parse("frame").unwrap(), Currency::parse("EUR").unwrap());
        let mut writer = PriceListWriter::begin(dir.path(), &id, euro, 0).unwrap();
        let report = prices(&fixture("prices.csv")[..], Encoding::Utf8, euro, &mut writer, |_| {}).unwrap();
        assert!(report.is_clean(), "{}", shown(&report));
        let list =
            PriceList::open(dir.path(), &writer.publish(Timestamp::UNIX_EPOCH).unwrap().manifest).unwrap();
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
}
