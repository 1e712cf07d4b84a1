//! CIF 3.0, the catalog interchange format of Ariba: header lines, `DATA`, rows of CSV, `ENDOFDATA`.
//!
//! Read: `CHARSET`, `LOADMODE`, `CODEFORMAT`, `CURRENCY`, `FIELDNAMES` of the header. Columns that punchgate does not know become
//! extrinsics of the product under their name.

use std::io::{self, BufRead, Read};

use rust_decimal::Decimal;

use super::{Action, Cells, Entry, Mode, day, language, one_line, pair};
use crate::{
    model::{
        catalog::Product,
        money::{UnitPrice, plain},
    },
    wire::csv::{self, Encoding, ReadError, Reader},
};

/// Why a file is no CIF 3.0.
#[derive(Debug, thiserror::Error)]
pub enum CifError {
    /// Reading failed.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The first line.
    #[error("the first line is not CIF_I_V3.0")]
    Version,
    /// Before the data.
    #[error("there is no line DATA within the first 200 lines")]
    NoData,
    /// A charset that is not known.
    #[error("the charset {0:?} is not known: use UTF-8, 8859_1 or windows-1252")]
    Charset(String),
    /// Some load mode.
    #[error("LOADMODE is F (full) or I (incremental), not {0:?}")]
    LoadMode(String),
    /// No column for the part number.
    #[error("FIELDNAMES does not name Supplier Part ID")]
    NoPart,
    /// The end is missing.
    #[error("the file ends without ENDOFDATA: was it cut off?")]
    CutOff,
    /// The count of the header.
    #[error("ITEMCOUNT is {told}, the file has {found} rows: was it cut off?")]
    Count {
        /// By the header.
        told: u64,
        /// Rows.
        found: u64,
    },
    /// A row of another length than the header's.
    #[error("has {found} cells, FIELDNAMES has {expected}")]
    Cells {
        /// In this line.
        found: usize,
        /// In the header.
        expected: usize,
    },
    /// Bytes that are no text.
    #[error("{0} is not text in the file's charset")]
    Text(String),
}

/// The columns of a file that does not name them.
const DEFAULT: &str = "Supplier ID,Supplier Part ID,Manufacturer Part ID,Item Description,SPSC Code,Unit Price,Unit of \
    Measure,Lead Time,Manufacturer Name,Supplier URL,Manufacturer URL,Market Price";
/// What is written, in order; the last three are punchgate's own.
const WRITTEN: [&str; 21] = [
    "Supplier ID",
    "Supplier Part ID",
    "Manufacturer Part ID",
    "Item Description",
    "SPSC Code",
    "Unit Price",
    "Unit of Measure",
    "Lead Time",
    "Manufacturer Name",
    "Supplier URL",
    "Manufacturer URL",
    "Market Price",
    "Short Name",
    "Currency",
    "Supplier Part Auxiliary ID",
    "Language",
    "Effective Date",
    "Expiration Date",
    "Price Unit Quantity",
    "Category",
    "Brand",
];
const HEADER_LINES: usize = 200;

type Source<R> = io::Chain<R, &'static [u8]>;

/// Reads the rows of a file.
pub struct Cif<R: BufRead> {
    rows: Reader<Source<R>>,
    fields: Vec<String>,
    mode: Mode,
    currency: Option<String>,
    unspsc_version: Option<String>,
    told: Option<u64>,
    found: u64,
    ended: bool,
}

impl<R: BufRead> Cif<R> {
    /// Reads the header, as far as `DATA`.
    pub fn open(source: R) -> Result<Self, (u64, CifError)> {
        // The last line may end without a line end: what shows a cut file is that ENDOFDATA is missing.
        let mut source = source.chain(&b"\n"[..]);
        let mut header = Header::default();
        for line in 1..=HEADER_LINES {
            let at = |error| (line as u64, error);
            let mut raw = Vec::new();
            let read = (&mut source).take(1 << 16).read_until(b'\n', &mut raw);
            let read = read.map_err(|error| at(CifError::Read(error.into())))?;
            header.bytes += read as u64;
            let text = encoding_rs::mem::decode_latin1(&raw);
            let text = text.trim_start_matches("ï»¿").trim();
            if line == 1 {
                if !text
                    .split([',', '\t', ' '])
                    .next()
                    .is_some_and(|first| first.eq_ignore_ascii_case("CIF_I_V3.0"))
                {
                    return Err(at(CifError::Version));
                }
            } else if text.trim_end_matches(',').eq_ignore_ascii_case("DATA") {
                return header.done(source, line as u64).map_err(at);
            } else if read == 0 {
                break;
            } else {
                header.take(text).map_err(at)?;
            }
        }
        Err((1, CifError::NoData))
    }

    /// Whether the file is all there is.
    #[must_use]
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// How many bytes were read.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.rows.bytes()
    }

    /// The next row. `Err` with `true`: the rows after it can still be read.
    pub fn entry(&mut self) -> Result<Option<Entry>, (u64, CifError, bool)> {
        if self.ended {
            return Ok(None);
        }
        let record = match self.rows.record() {
            Ok(Some(record)) => record,
            Ok(None) => return Err((1, CifError::CutOff, false)),
            Err((line, ReadError::CutOff)) => return Err((line, CifError::CutOff, false)),
            Err((line, error)) => {
                let goes_on = error.is_of_one_record();
                return Err((line, error.into(), goes_on));
            }
        };
        let line = record.line;
        let end = |cell: &Result<std::borrow::Cow<'_, str>, ()>| {
            cell.as_ref().is_ok_and(|cell| cell.trim().eq_ignore_ascii_case("ENDOFDATA"))
        };
        if record.cells.first().is_some_and(end) {
            self.ended = true;
            return match self.told {
                Some(told) if told != self.found => {
                    Err((line, CifError::Count { told, found: self.found }, false))
                }
                _ => Ok(None),
            };
        }
        self.found += 1;
        let (found, expected) = (record.cells.len(), self.fields.len());
        if found != expected {
            return Err((line, CifError::Cells { found, expected }, true));
        }
        let mut row = Row { cells: Cells::default(), remove: false, name: None, description: None };
        for (field, cell) in self.fields.iter().zip(&record.cells) {
            let Ok(text) = cell else { return Err((line, CifError::Text(field.clone()), true)) };
            row.take(field, text.trim());
        }
        row.finish(self.currency.as_deref(), self.unspsc_version.as_deref());
        let action = if row.remove { Action::Remove } else { Action::Put };
        Ok(Some(Entry { line, action, cells: row.cells }))
    }
}

#[derive(Default)]
struct Header {
    charset: Option<String>,
    mode: Option<Mode>,
    currency: Option<String>,
    codes: Option<String>,
    fields: Option<String>,
    count: Option<u64>,
    bytes: u64,
}

impl Header {
    fn take(&mut self, text: &str) -> Result<(), CifError> {
        let Some((key, value)) = text.split_once(':') else { return Ok(()) };
        let value = value.trim_matches([' ', '\t', ',']).to_owned();
        match key.trim().to_ascii_uppercase().as_str() {
            "CHARSET" => self.charset = Some(value),
            "LOADMODE" => {
                self.mode = Some(match value.to_ascii_uppercase().as_str() {
                    "F" => Mode::Whole,
                    "I" => Mode::Update,
                    _ => return Err(CifError::LoadMode(value)),
                });
            }
            "CURRENCY" => self.currency = Some(value),
            "CODEFORMAT" => self.codes = Some(value),
            "FIELDNAMES" => self.fields = Some(value),
            "ITEMCOUNT" => self.count = value.parse().ok(),
            _ => {}
        }
        Ok(())
    }

    fn done<R: BufRead>(self, source: Source<R>, line: u64) -> Result<Cif<R>, CifError> {
        let charset = self.charset.unwrap_or_default();
        let encoding = match charset.to_ascii_lowercase().replace(['-', '_'], "").as_str() {
            "" | "utf8" | "usascii" | "ascii" => Encoding::Utf8,
            "88591" | "iso88591" | "latin1" | "windows1252" | "cp1252" => Encoding::Windows1252,
            _ => return Err(CifError::Charset(charset)),
        };
        let fields = self.fields.unwrap_or_else(|| DEFAULT.to_owned());
        let fields: Vec<String> =
            fields.split(',').map(|field| field.trim_matches([' ', '\t', '"']).to_owned()).collect();
        if !fields.iter().any(|field| is(field, "Supplier Part ID")) {
            return Err(CifError::NoPart);
        }
        let version = self
            .codes
            .as_deref()
            .and_then(|codes| codes.to_ascii_uppercase().strip_prefix("UNSPSC_V").map(str::to_owned));
        Ok(Cif {
            rows: Reader::within(source, encoding, b',', line, self.bytes),
            fields,
            mode: self.mode.unwrap_or(Mode::Whole),
            currency: self.currency.filter(|currency| !currency.is_empty()),
            unspsc_version: version,
            told: self.count,
            found: 0,
            ended: false,
        })
    }
}

fn is(field: &str, name: &str) -> bool {
    field.eq_ignore_ascii_case(name)
}

struct Row {
    cells: Cells,
    remove: bool,
    name: Option<String>,
    description: Option<String>,
}

impl Row {
    fn take(&mut self, field: &str, text: &str) {
        let cells = &mut self.cells;
        match field.to_ascii_lowercase().as_str() {
            "supplier id" | "market price" | "thumbnail" => {}
            "supplier part id" => cells.set("part", text),
            "supplier part auxiliary id" => cells.set("auxiliary", text),
            "manufacturer part id" => cells.set("manufacturer_part", text),
            "manufacturer name" => cells.set("manufacturer", text),
            "brand" => cells.set("brand", text),
            "category" => cells.set("category", text),
            "short name" => self.name = Some(text.to_owned()),
            "item description" => self.description = Some(text.to_owned()),
            "spsc code" => cells.set("unspsc", text),
            "unit price" => cells.set("list_price", text),
            "unit of measure" | "units of measure" => cells.set("unit", text),
            "lead time" => cells.set("lead_time_days", text),
            "currency" => cells.set("currency", text),
            "language" => cells.set("language", text.replace('_', "-")),
            "effective date" => cells.set("valid_from", day(text)),
            "expiration date" => cells.set("valid_until", day(text)),
            "price unit quantity" => cells.set("price_basis", text),
            // CIF has no field for it; what names its unit can be nothing else.
            "weight kg" | "weight (kg)" | "weight_kg" | "weight in kg" => cells.set("weight_kg", text),
            "image" if text.starts_with("http") => cells.set("pictures", csv::escaped(text)),
            "delete" => {
                self.remove = matches!(text.to_ascii_uppercase().as_str(), "T" | "TRUE" | "Y" | "YES" | "1");
            }
            _ if text.is_empty() => {}
            _ => cells.push("extrinsics", &pair(field, text)),
        }
    }

    /// What follows from several columns and the header.
    fn finish(&mut self, currency: Option<&str>, unspsc_version: Option<&str>) {
        let cells = &mut self.cells;
        let name = self.name.take().filter(|name| !name.is_empty());
        if let Some(description) = self.description.take() {
            // The short name is optional: then the description has to name the product.
            cells.set("name", name.clone().unwrap_or_else(|| one_line(&description, 200)));
            let repeats = name.is_none() && description.chars().count() <= 200;
            cells.set("description", if repeats { String::new() } else { description });
        } else {
            cells.set_some("name", name);
        }
        if cells.get("currency").is_none_or(str::is_empty) && cells.get("list_price").is_some() {
            cells.set_some("currency", currency);
        }
        if cells.get("unspsc").is_some_and(|code| !code.is_empty()) {
            cells.set_some("unspsc_version", unspsc_version);
        }
        if let Some(code) = cells.get("language").map(language) {
            cells.set("language", code);
        }
        if cells.get("category").is_none_or(str::is_empty) && cells.get("name").is_some() {
            let code = cells.get("unspsc").filter(|code| !code.is_empty());
            let category = code.map_or_else(
                || "Catalogue".to_owned(),
                |code| format!("UNSPSC {}", code.get(..2).unwrap_or(code)),
            );
            cells.set("category", category);
        }
    }
}

/// What a file says about itself.
#[derive(Clone, Debug)]
pub struct Head<'a> {
    /// Domain of the supplier's identity: `NetworkID`.
    pub domain: &'a str,
    /// The supplier's identity there.
    pub identity: &'a str,
    /// Currency where a row names none.
    pub currency: &'a str,
    /// How many rows follow.
    pub items: u64,
    /// When it was written.
    pub at: jiff::Timestamp,
}

/// The lines before the first row.
#[must_use]
pub fn head(head: &Head<'_>) -> String {
    let Head { domain, currency, items, at, .. } = head;
    let at = at.strftime("%Y-%m-%d %H:%M:%S");
    format!(
        "CIF_I_V3.0\nCHARSET: UTF-8\nLOADMODE: F\nCODEFORMAT: UNSPSC\nCURRENCY: {currency}\nSUPPLIERID_DOMAIN: {domain}\n\
         ITEMCOUNT: {items}\nTIMESTAMP: {at}\nUNUOM: TRUE\nFIELDNAMES: {}\nDATA\n",
        WRITTEN.join(", ")
    )
}

/// The line of a product at a price.
#[must_use]
pub fn row(head: &Head<'_>, product: &Product, price: UnitPrice) -> String {
    let optional = |text: &Option<String>| text.clone().unwrap_or_default();
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let details = &product.details;
    let basis = if price.per == Decimal::ONE { String::new() } else { plain(price.per, 0) };
    csv::line([
        head.identity.to_owned(),
        product.part.to_string(),
        optional(&product.manufacturer_part),
        if product.description.is_empty() { product.name.clone() } else { product.description.clone() },
        optional(&product.unspsc),
        plain(price.amount, 0),
        product.unit.to_string(),
        product.lead_time_days.map(|days| days.to_string()).unwrap_or_default(),
        optional(&product.manufacturer),
        String::new(),
        String::new(),
        String::new(),
        product.name.clone(),
        price.currency.to_string(),
        optional(&product.auxiliary),
        optional(&details.language),
        day(details.validity.from),
        day(details.validity.until),
        basis,
        product.category.clone(),
        product.brand.clone(),
    ])
}

/// The line after the last row.
pub const END: &str = "ENDOFDATA\n";
