//! cXML `Index` (loadmode Full or Incremental): `SupplierID+ Comments? SearchGroup* IndexItem+`, where
//! `IndexItem = IndexItemAdd+ | IndexItemDelete+ | IndexItemPunchout+`. Element by element, however long the file is.
//!
//! A catalog that came with a `CatalogUploadRequest` is one of its attachments: such a file, or CIF.

use std::io::BufRead;

use rust_decimal::Decimal;

use super::{Action, Cells, Entry, Mode, day, one_line, pair};
use crate::{
    model::{
        catalog::Product,
        money::{UnitPrice, plain},
    },
    wire::{
        csv::escaped,
        xml::{Element, Form, Part, PieceError, Pieces, ReadError, WriteError, Writer},
    },
};

const ITEMS: &[&str] = &["IndexItemAdd", "IndexItemDelete", "IndexItemPunchout"];
/// What the id of a category begins with, where an index leads to one.
pub const CATEGORY: &str = "category:";
const CLASS: &str = "punchgate-category";

/// Why a file is no Index, or an item of it cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// The XML.
    #[error(transparent)]
    Xml(#[from] PieceError),
    /// An item.
    #[error("{}", .0.kind)]
    Item(#[from] ReadError),
    /// Another document.
    #[error("the document is <{0}>, not <Index>")]
    Root(String),
}

/// Reads the items of an `Index`.
pub struct Index<R> {
    pieces: Pieces<R>,
    mode: Mode,
}

impl<R: BufRead> Index<R> {
    /// Reads as far as the root element.
    pub fn open(source: R) -> Result<Self, (u64, IndexError)> {
        let mut pieces = Pieces::new(source, ITEMS).map_err(|error| (1, error.into()))?;
        let root = pieces.piece().map_err(|(line, error)| (line, error.into()))?;
        let root = root.ok_or((1, IndexError::Xml(PieceError::Empty)))?;
        let element = root.document.root();
        if element.name() != "Index" {
            return Err((root.line, IndexError::Root(element.name().to_owned())));
        }
        // Without one the DTD recommends to take it as incremental.
        let whole = element.attribute("loadmode").is_some_and(|mode| mode.eq_ignore_ascii_case("Full"));
        Ok(Self { mode: if whole { Mode::Whole } else { Mode::Update }, pieces })
    }

    /// Whether the file is all there is.
    #[must_use]
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// How many bytes were read.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.pieces.bytes()
    }

    /// The next item. `Err` with `true`: the items after it can still be read.
    pub fn entry(&mut self) -> Result<Option<Entry>, (u64, IndexError, bool)> {
        let next =
            self.pieces.next_of(ITEMS).map_err(|(line, error, goes_on)| (line, error.into(), goes_on))?;
        let Some(piece) = next else { return Ok(None) };
        entry(&piece).map(Some).map_err(|error| (piece.line, error.into(), true))
    }
}

fn entry(piece: &Part) -> Result<Entry, ReadError> {
    let item = piece.document.root();
    let mut cells = Cells::default();
    let id = item.required("ItemID")?;
    cells.set("part", id.required("SupplierPartID")?.trimmed_text());
    cells.set_some("auxiliary", id.optional("SupplierPartAuxiliaryID")?.map(Element::trimmed_text));
    let action = if item.name() == "IndexItemDelete" { Action::Remove } else { Action::Put };
    if let Some(detail) = item.optional("ItemDetail")?.or(item.optional("PunchoutDetail")?) {
        self::detail(detail, &mut cells)?;
    }
    if let Some(more) = item.optional("IndexItemDetail")? {
        times(more, &mut cells)?;
    }
    if action == Action::Put && cells.get("category").is_none() {
        let code = cells.get("unspsc").and_then(|code| code.get(..2)).map(|code| format!("UNSPSC {code}"));
        cells.set("category", code.unwrap_or_else(|| "Catalogue".to_owned()));
    }
    Ok(Entry { line: piece.line, action, cells })
}

/// `ItemDetail` and `PunchoutDetail` name the same things in another order.
fn detail(detail: Element<'_>, cells: &mut Cells) -> Result<(), ReadError> {
    if let Some(price) = detail.optional("UnitPrice")? {
        let money = price.required("Money")?;
        cells.set("list_price", money.trimmed_text());
        cells.set_some("currency", money.attribute("currency"));
    }
    for (place, text) in detail.all("Description").enumerate() {
        let language = text.attribute("xml:lang").unwrap_or_default();
        let short = text.optional("ShortName")?.map(|short| one_line(&short.trimmed_text(), 200));
        let long = text.trimmed_text();
        let name = short.clone().filter(|name| !name.is_empty()).unwrap_or_else(|| one_line(&long, 200));
        let description = if short.is_none() && long.chars().count() <= 200 { "" } else { &*long };
        if place == 0 {
            cells.set("name", name);
            cells.set("description", description);
            cells.set("language", language);
        } else {
            cells.push("names", &pair(language, &name));
            if !description.is_empty() {
                cells.push("descriptions", &pair(language, description));
            }
        }
    }
    cells.set_some("unit", detail.optional("UnitOfMeasure")?.map(Element::trimmed_text));
    if let Some(basis) = detail.optional("PriceBasisQuantity")? {
        cells.set_some("price_basis", basis.attribute("quantity"));
    }
    for class in detail.all("Classification") {
        let domain = class.attribute("domain").unwrap_or_default();
        let text = class.trimmed_text();
        let upper = domain.to_ascii_uppercase();
        if upper.starts_with("UNSPSC") {
            cells.set("unspsc", text);
            cells
                .set_some("unspsc_version", upper.strip_prefix("UNSPSC_V").or(upper.strip_prefix("UNSPSC-")));
        } else if upper.replace('@', "A").starts_with("ECLASS") {
            cells.set("eclass", text);
            cells.set_some("eclass_version", domain.split_once(['-', '_']).map(|(_, version)| version));
        } else if domain == CLASS {
            cells.set("category", text);
        } else if !text.is_empty() {
            cells.push("extrinsics", &pair(domain, &text));
        }
    }
    cells.set_some("manufacturer_part", detail.optional("ManufacturerPartID")?.map(Element::trimmed_text));
    cells.set_some("manufacturer", detail.optional("ManufacturerName")?.map(Element::trimmed_text));
    for attachment in detail.all("AttachmentReference") {
        let name = attachment.optional("Name")?.map(Element::trimmed_text).unwrap_or_default();
        let Some(address) = attachment.optional("URL")?.map(Element::trimmed_text) else { continue };
        let path = address.to_ascii_lowercase();
        let title = if name.is_empty() { String::new() } else { format!(" [{}]", escaped(&name)) };
        if [".jpg", ".jpeg", ".png", ".webp", ".gif"].iter().any(|end| path.ends_with(end)) {
            cells.push("pictures", &format!("{}{title}", escaped(&address)));
        } else {
            let title = if name.is_empty() { String::new() } else { format!(" [; ; ; {}]", escaped(&name)) };
            cells.push("attachments", &format!("other={}{title}", escaped(&address)));
        }
    }
    for extrinsic in detail.all("Extrinsic") {
        let name = extrinsic.attribute("name").unwrap_or_default();
        let text = extrinsic.string_value();
        match (name, text.trim()) {
            ("", _) | (_, "") => {}
            ("Brand", brand) => cells.set("brand", brand),
            (name, text) => cells.push("extrinsics", &pair(name, text)),
        }
    }
    times(detail, cells)
}

fn times(detail: Element<'_>, cells: &mut Cells) -> Result<(), ReadError> {
    // `IndexItemDetail` must have one: where nothing else says so, 0 is no promise to deliver today.
    let lead = detail.optional("LeadTime")?.map(Element::trimmed_text);
    let must = detail.name() == "IndexItemDetail";
    cells.set_some("lead_time_days", lead.filter(|days| !must || days != "0"));
    cells.set_some("valid_until", detail.optional("ExpirationDate")?.map(|date| day(&date.trimmed_text())));
    cells.set_some("valid_from", detail.optional("EffectiveDate")?.map(|date| day(&date.trimmed_text())));
    Ok(())
}

/// How an Index shows a product to the buyer's system.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// `IndexItemAdd`: bought from the index, at its price.
    Add,
    /// `IndexItemPunchout` of level product: found in the index, bought in the shop (level 2).
    Punchout,
}

/// What an Index says about itself.
#[derive(Clone, Debug)]
pub struct Head<'a> {
    /// The supplier's identities, each with its domain.
    pub identities: &'a [(String, String)],
    /// The version of the DTD: `1.2.071`.
    pub version: &'a str,
}

const EMPTY: &str = "<IndexItem></IndexItem>\n";

/// The document up to the first item.
pub fn head(head: &Head<'_>) -> Result<String, WriteError> {
    let whole = around(head)?;
    Ok(whole.split_once(EMPTY).map(|(before, _)| before.to_owned()).unwrap_or_default())
}

/// The document after the last item.
pub const END: &str = "</Index>\n";

fn around(head: &Head<'_>) -> Result<String, WriteError> {
    let mut writer = Writer::new(Form::default());
    writer.declaration();
    let system = format!("http://xml.cxml.org/schemas/cXML/{}/cXML.dtd", head.version);
    writer.doctype("Index", &system);
    writer.element("Index", &[("loadmode", "Full")], |index| {
        for (domain, identity) in head.identities {
            index.text_element("SupplierID", &[("domain", domain)], identity);
        }
    });
    let text = writer.finish()?;
    let (before, _) = text.trim_end().rsplit_once("</Index>").unwrap_or_default();
    Ok(format!("{before}\n{EMPTY}"))
}

/// The item of a place above single products: the whole shop, or a category of it.
pub fn place(level: &str, id: &str, name: &str, language: &str, address: &str) -> Result<String, WriteError> {
    item(|item| {
        item.element("IndexItemPunchout", &[], |item| {
            item.element("ItemID", &[], |item| item.text_element("SupplierPartID", &[], id));
            item.element("PunchoutDetail", &[("punchoutLevel", level)], |detail| {
                detail.text_element("Description", &[("xml:lang", language)], name);
                detail.text_element("URL", &[], address);
                detail.text_element("Classification", &[("domain", CLASS)], name);
            });
        });
    })
}

/// The item of a product at a price.
///
/// - `address`: where its picture of a start page is; level 2 wants one in each item.
pub fn product(
    kind: Kind,
    product: &Product,
    price: Option<UnitPrice>,
    language: &str,
    address: &str,
) -> Result<String, WriteError> {
    item(|item| match kind {
        Kind::Add => item.element("IndexItemAdd", &[], |item| {
            id(item, product);
            item.element("ItemDetail", &[], |detail| {
                if let Some(price) = price {
                    unit_price(detail, price);
                }
                descriptions(detail, product, language);
                detail.text_element("UnitOfMeasure", &[], product.unit.as_str());
                basis(detail, product, price);
                classes(detail, product);
                optional(detail, "ManufacturerPartID", product.manufacturer_part.as_deref());
                named(detail, product, language);
                detail.text_element("URL", &[], address);
                lead(detail, product);
                extrinsics(detail, product);
            });
            item.element("IndexItemDetail", &[], |detail| {
                detail.text_element("LeadTime", &[], &product.lead_time_days.unwrap_or(0).to_string());
                dates(detail, product);
            });
        }),
        Kind::Punchout => item.element("IndexItemPunchout", &[], |item| {
            id(item, product);
            item.element("PunchoutDetail", &[("punchoutLevel", "product")], |detail| {
                descriptions(detail, product, language);
                detail.text_element("URL", &[], address);
                classes(detail, product);
                if let Some(price) = price {
                    unit_price(detail, price);
                }
                detail.text_element("UnitOfMeasure", &[], product.unit.as_str());
                basis(detail, product, price);
                named(detail, product, language);
                optional(detail, "ManufacturerPartID", product.manufacturer_part.as_deref());
                lead(detail, product);
                dates(detail, product);
                extrinsics(detail, product);
            });
        }),
    })
}

fn item(content: impl FnOnce(&mut Writer)) -> Result<String, WriteError> {
    let mut writer = Writer::new(Form::default());
    writer.element("IndexItem", &[], content);
    Ok(format!("{}\n", writer.finish()?.trim_end()))
}

fn id(item: &mut Writer, product: &Product) {
    item.element("ItemID", &[], |id| {
        id.text_element("SupplierPartID", &[], product.part.as_str());
        optional(id, "SupplierPartAuxiliaryID", product.auxiliary.as_deref());
    });
}

fn optional(writer: &mut Writer, name: &str, text: Option<&str>) {
    if let Some(text) = text {
        writer.text_element(name, &[], text);
    }
}

fn unit_price(detail: &mut Writer, price: UnitPrice) {
    detail.element("UnitPrice", &[], |unit| {
        unit.text_element("Money", &[("currency", price.currency.as_str())], &plain(price.amount, 0));
    });
}

fn descriptions(detail: &mut Writer, product: &Product, language: &str) {
    let own = product.details.language.as_deref().unwrap_or(language);
    let mut one = |language: &str, name: &str, description: &str| {
        detail.element("Description", &[("xml:lang", language)], |text| {
            text.text_element("ShortName", &[], name);
            text.text(description);
        });
    };
    one(own, &product.name, &product.description);
    for other in &product.details.translations {
        let name = other.name.as_deref().unwrap_or(&product.name);
        one(&other.language, name, other.description.as_deref().unwrap_or_default());
    }
}

fn basis(detail: &mut Writer, product: &Product, price: Option<UnitPrice>) {
    let per = price.map_or(Decimal::ONE, |price| price.per);
    if per != Decimal::ONE {
        let quantity = plain(per, 0);
        detail.element(
            "PriceBasisQuantity",
            &[("quantity", &quantity), ("conversionFactor", "1")],
            |basis| {
                basis.text_element("UnitOfMeasure", &[], product.unit.as_str());
            },
        );
    }
}

fn classes(detail: &mut Writer, product: &Product) {
    let details = &product.details;
    if let Some(code) = &product.unspsc {
        let domain =
            details.unspsc_version.as_ref().map_or_else(|| "UNSPSC".to_owned(), |v| format!("UNSPSC_V{v}"));
        detail.text_element("Classification", &[("domain", &domain)], code);
    }
    if let Some(class) = &details.eclass {
        let domain = class.version.as_ref().map_or_else(|| "eCLASS".to_owned(), |v| format!("eCLASS-{v}"));
        detail.text_element("Classification", &[("domain", &domain)], &class.code);
    }
    detail.text_element("Classification", &[("domain", CLASS)], &product.category);
}

fn named(detail: &mut Writer, product: &Product, language: &str) {
    if let Some(name) = &product.manufacturer {
        let language = product.details.language.as_deref().unwrap_or(language);
        detail.text_element("ManufacturerName", &[("xml:lang", language)], name);
    }
}

fn lead(detail: &mut Writer, product: &Product) {
    optional(detail, "LeadTime", product.lead_time_days.map(|days| days.to_string()).as_deref());
}

/// cXML wants moments: a product is valid from the first to the last second of its days, in UTC.
fn dates(detail: &mut Writer, product: &Product) {
    let validity = product.details.validity;
    let until = validity.until.map(|day| format!("{day}T23:59:59+00:00"));
    optional(detail, "ExpirationDate", until.as_deref());
    let from = validity.from.map(|day| format!("{day}T00:00:00+00:00"));
    optional(detail, "EffectiveDate", from.as_deref());
}

fn extrinsics(detail: &mut Writer, product: &Product) {
    if !product.brand.is_empty() {
        detail.text_element("Extrinsic", &[("name", "Brand")], &product.brand);
    }
    for one in &product.details.extrinsics {
        detail.text_element("Extrinsic", &[("name", &one.name)], &one.value);
    }
}
