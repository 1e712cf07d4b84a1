//! BMEcat 2005: `T_NEW_CATALOG`, `T_UPDATE_PRODUCTS`, `T_UPDATE_PRICES`.
//!
//! Categories stand before the products and their places behind them, so a file is gone through twice: [`Outline`] first.
//! Net list prices are the list price (`net_list`, else `net_customer`); prices with tax in them are not read.

use std::{collections::HashMap, io::BufRead};

use rust_decimal::Decimal;

use super::{Action, Cells, Entry, Mode, language, one_line, pair};
use crate::{
    model::{
        catalog::{AttachmentKind, CATEGORY_SEPARATOR},
        money::{parse_decimal, plain},
    },
    wire::{
        csv::escaped,
        xml::{Element, Part, PieceError, Pieces, ReadError},
    },
};

const PRODUCTS: &[&str] = &["PRODUCT", "HEADER"];
const PLACES: &[&str] = &["HEADER", "CATALOG_STRUCTURE", "PRODUCT_TO_CATALOGGROUP_MAP", "PRODUCT"];

/// Why a file is no BMEcat 2005, or a product of it cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum BmecatError {
    /// The XML.
    #[error(transparent)]
    Xml(#[from] PieceError),
    /// A product.
    #[error("{}", .0.kind)]
    Item(#[from] ReadError),
    /// Another document.
    #[error("the document is <{0}>, not <BMECAT>")]
    Root(String),
    /// Another version.
    #[error("BMEcat {0} is not read, only 2005")]
    Version(String),
}

/// What stands around the products: their categories.
#[derive(Debug, Default)]
pub struct Outline {
    /// Names and parents of the groups.
    groups: HashMap<String, (String, String)>,
    /// The group of a product.
    places: HashMap<String, String>,
}

impl Outline {
    /// Goes through a file once.
    pub fn read(source: impl BufRead) -> Result<Self, (u64, BmecatError)> {
        let mut pieces = Pieces::new(source, PLACES).map_err(|error| (1, error.into()))?;
        let mut outline = Self::default();
        while let Some(piece) = pieces.piece().map_err(|(line, error)| (line, error.into()))? {
            let at = |error: ReadError| (piece.line, BmecatError::from(error));
            let element = piece.document.root();
            if piece.within.is_empty() {
                root(element).map_err(|error| (piece.line, error))?;
            }
            match (element.name(), piece.entered) {
                ("CATALOG_STRUCTURE", false) => {
                    let text = |name| {
                        element.optional(name).map_err(at).map(|one| one.map(text).unwrap_or_default())
                    };
                    let (id, parent) = (text("GROUP_ID")?, text("PARENT_ID")?);
                    let name = element.all("GROUP_NAME").next().map(self::text).unwrap_or_default();
                    let is_root = element.attribute("type") == Some("root");
                    let name = if is_root {
                        String::new()
                    } else {
                        one_line(&name, 80).replace(CATEGORY_SEPARATOR, "/")
                    };
                    outline.groups.insert(id, (name, parent));
                }
                ("PRODUCT_TO_CATALOGGROUP_MAP", false) => {
                    let product = text(element.required("PROD_ID").map_err(at)?);
                    let group = text(element.required("CATALOG_GROUP_ID").map_err(at)?);
                    // A product may stand in several groups; the first one is its place.
                    outline.places.entry(product).or_insert(group);
                }
                _ => {}
            }
        }
        Ok(outline)
    }

    fn category(&self, product: &str) -> Option<String> {
        let mut names = Vec::new();
        let mut group = self.places.get(product)?;
        // A cycle in the tree ends with the depth that a category may have.
        for _ in 0..16 {
            let Some((name, parent)) = self.groups.get(group) else { break };
            if !name.is_empty() {
                names.push(name.as_str());
            }
            group = parent;
        }
        names.reverse();
        (!names.is_empty()).then(|| names.join(CATEGORY_SEPARATOR))
    }
}

/// Reads the products of a file.
pub struct Bmecat<R> {
    pieces: Pieces<R>,
    outline: Outline,
    head: Head,
}

#[derive(Debug, Default)]
struct Head {
    language: String,
    currency: String,
    pictures: String,
    update: bool,
    prices: bool,
}

impl<R: BufRead> Bmecat<R> {
    /// Reads as far as the transaction.
    pub fn open(source: R, outline: Outline) -> Result<Self, (u64, BmecatError)> {
        let mut pieces = Pieces::new(source, PRODUCTS).map_err(|error| (1, error.into()))?;
        let mut head = Head::default();
        while let Some(piece) = pieces.piece().map_err(|(line, error)| (line, error.into()))? {
            let element = piece.document.root();
            if piece.within.is_empty() {
                root(element).map_err(|error| (piece.line, error))?;
            }
            match element.name() {
                "HEADER" => head.take(element).map_err(|error| (piece.line, error.into()))?,
                "T_NEW_CATALOG" => return Ok(Self { pieces, outline, head }),
                "T_UPDATE_PRODUCTS" => {
                    return Ok(Self { pieces, outline, head: Head { update: true, ..head } });
                }
                "T_UPDATE_PRICES" => {
                    return Ok(Self { pieces, outline, head: Head { update: true, prices: true, ..head } });
                }
                _ => {}
            }
        }
        Err((1, BmecatError::Xml(PieceError::Empty)))
    }

    /// Whether the file is all there is.
    #[must_use]
    pub const fn mode(&self) -> Mode {
        if self.head.update { Mode::Update } else { Mode::Whole }
    }

    /// How many bytes were read.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.pieces.bytes()
    }

    /// The next product. `Err` with `true`: the products after it can still be read.
    pub fn entry(&mut self) -> Result<Option<Entry>, (u64, BmecatError, bool)> {
        let next = self.pieces.next_of(&["PRODUCT"]);
        let next = next.map_err(|(line, error, goes_on)| (line, error.into(), goes_on))?;
        let Some(piece) = next else { return Ok(None) };
        self.product(&piece).map(Some).map_err(|error| (piece.line, error.into(), true))
    }

    fn product(&self, piece: &Part) -> Result<Entry, ReadError> {
        let product = piece.document.root();
        let mut cells = Cells::default();
        let part = text(product.required("SUPPLIER_PID")?);
        cells.set("part", part.as_str());
        let action = match product.attribute("mode") {
            Some("delete") => Action::Remove,
            _ => Action::Put,
        };
        if action == Action::Put {
            if !self.head.prices {
                let category = self.outline.category(&part);
                match (category, self.head.update) {
                    (Some(category), _) => cells.set("category", category),
                    (None, false) => cells.set("category", "Catalogue"),
                    (None, true) => {}
                }
                self.head.details(product, &mut cells)?;
                features(product, &mut cells)?;
                weight(product, &mut cells)?;
                self.head.media(product, &mut cells)?;
                references(product, &mut cells)?;
                extensions(product, &mut cells)?;
            }
            order(product, &mut cells)?;
            self.head.prices(product, &mut cells)?;
        }
        Ok(Entry { line: piece.line, action, cells })
    }
}

fn root(element: Element<'_>) -> Result<(), BmecatError> {
    if element.name() != "BMECAT" {
        return Err(BmecatError::Root(element.name().to_owned()));
    }
    match element.attribute("version") {
        Some(version) if !version.starts_with("2005") => Err(BmecatError::Version(version.to_owned())),
        _ => Ok(()),
    }
}

fn text(element: Element<'_>) -> String {
    element.trimmed_text().into_owned()
}

/// From which quantity a price holds, and both as a cell has them. What cannot be read stands there as written, so that
/// the product is refused with it.
fn tier(price: Element<'_>) -> Result<(Option<Decimal>, String), ReadError> {
    let exact = |raw: &str| parse_decimal(raw, "PRICE_AMOUNT").ok();
    let from = price.optional("LOWER_BOUND")?.map_or_else(|| "1".to_owned(), text);
    let raw = text(price.required("PRICE_AMOUNT")?);
    let amount = match price.optional("PRICE_FACTOR")?.map(text) {
        None => raw,
        Some(factor) => match (exact(&raw), exact(&factor)) {
            (Some(amount), Some(by)) => amount.checked_mul(by).map(|value| plain(value.normalize(), 0)),
            _ => None,
        }
        .unwrap_or_else(|| format!("{raw} x {factor}")),
    };
    Ok((exact(&from), format!("{from}:{amount}")))
}

impl Head {
    fn take(&mut self, header: Element<'_>) -> Result<(), ReadError> {
        let Some(catalog) = header.optional("CATALOG")? else { return Ok(()) };
        let languages: Vec<Element<'_>> = catalog.all("LANGUAGE").collect();
        let main =
            languages.iter().find(|one| one.attribute("default") == Some("true")).or(languages.first());
        self.language = main.map(|one| language(&one.trimmed_text())).unwrap_or_default();
        self.currency = catalog.optional("CURRENCY")?.map(text).unwrap_or_default();
        self.pictures = catalog.all("MIME_ROOT").next().map(text).unwrap_or_default();
        Ok(())
    }

    /// Texts by language: the catalog's own first.
    fn texts(&self, of: Element<'_>, name: &str) -> Vec<(String, String)> {
        let mut texts: Vec<(String, String)> = of
            .all(name)
            .map(|one| {
                let tag = one.attribute("lang").map_or_else(|| self.language.clone(), language);
                (tag, text(one))
            })
            .filter(|(_, text)| !text.is_empty())
            .collect();
        texts.sort_by_key(|(tag, _)| *tag != self.language);
        texts
    }

    fn details(&self, product: Element<'_>, cells: &mut Cells) -> Result<(), ReadError> {
        let Some(details) = product.optional("PRODUCT_DETAILS")? else { return Ok(()) };
        let mut names = self.texts(details, "DESCRIPTION_SHORT").into_iter();
        if let Some((tag, name)) = names.next() {
            cells.set("name", one_line(&name, 200));
            cells.set("language", tag);
        }
        for (tag, name) in names {
            cells.push("names", &pair(&tag, &one_line(&name, 200)));
        }
        let mut long = self.texts(details, "DESCRIPTION_LONG").into_iter();
        cells.set("description", long.next().map(|(_, text)| text).unwrap_or_default());
        for (tag, text) in long {
            cells.push("descriptions", &pair(&tag, &text));
        }
        let gtin = details.all("INTERNATIONAL_PID").find(|one| {
            one.attribute("type")
                .is_none_or(|kind| ["gtin", "ean"].iter().any(|known| kind.eq_ignore_ascii_case(known)))
        });
        cells.set_some("gtin", gtin.or(details.optional("EAN")?).map(text));
        cells.set_some("manufacturer_part", details.optional("MANUFACTURER_PID")?.map(text));
        let maker = details.optional("MANUFACTURER_NAME")?.map(|name| one_line(&name.trimmed_text(), 80));
        cells.set_some("brand", maker.clone());
        cells.set_some("manufacturer", maker);
        if let Some(days) = details.optional("DELIVERY_TIME")? {
            let days = days.trimmed_text();
            cells.set("lead_time_days", days.strip_suffix(".0").unwrap_or(&days));
        }
        Ok(())
    }

    fn prices(&self, product: Element<'_>, cells: &mut Cells) -> Result<(), ReadError> {
        let all: Vec<Element<'_>> =
            product.all("PRODUCT_PRICE_DETAILS").flat_map(|details| details.all("PRODUCT_PRICE")).collect();
        let of = |kind: &str| -> Vec<Element<'_>> {
            all.iter().copied().filter(|one| one.attribute("price_type") == Some(kind)).collect()
        };
        let chosen = ["net_list", "net_customer"].into_iter().map(of).find(|found| !found.is_empty());
        let Some(chosen) = chosen else { return Ok(()) };
        let mut prices = Vec::new();
        for price in chosen {
            let currency = price.optional("PRICE_CURRENCY")?.map_or_else(|| self.currency.clone(), text);
            prices.push((price, currency));
        }
        // A product may have prices in several currencies; those in the catalog's own are its list price.
        let own = prices.iter().find(|(_, currency)| *currency == self.currency).or(prices.first());
        let Some(currency) = own.map(|(_, currency)| currency.clone()) else { return Ok(()) };
        let mut tiers: Vec<(Option<Decimal>, String)> = Vec::new();
        for (price, _) in prices.iter().filter(|(_, other)| *other == currency) {
            tiers.push(tier(*price)?);
        }
        tiers.sort_by_key(|(from, _)| *from);
        let cell = match tiers.as_slice() {
            [(Some(from), only)] if *from == Decimal::ONE => {
                only.split_once(':').map_or("", |(_, price)| price).to_owned()
            }
            several => several.iter().map(|(_, tier)| tier.as_str()).collect::<Vec<_>>().join("|"),
        };
        cells.set("list_price", cell);
        cells.set("currency", currency);
        Ok(())
    }

    fn media(&self, product: Element<'_>, cells: &mut Cells) -> Result<(), ReadError> {
        let Some(info) = product.optional("MIME_INFO")? else { return Ok(()) };
        let mut pictures: Vec<(bool, String)> = Vec::new();
        for mime in info.all("MIME") {
            let Some(source) = mime.all("MIME_SOURCE").next().map(text).filter(|text| !text.is_empty())
            else {
                continue;
            };
            let whole = source.starts_with("http://") || source.starts_with("https://");
            let address =
                if whole { source } else { format!("{}/{source}", self.pictures.trim_end_matches('/')) };
            // A file that came beside the catalog is not at an address.
            if !address.starts_with("http://") && !address.starts_with("https://") {
                continue;
            }
            let kind = mime.optional("MIME_TYPE")?.map(text).unwrap_or_default().to_ascii_lowercase();
            let purpose = mime.optional("MIME_PURPOSE")?.map(text).unwrap_or_default();
            let title = mime
                .all("MIME_DESCR")
                .next()
                .map(|one| one_line(&one.trimmed_text(), 200))
                .unwrap_or_default();
            if kind.starts_with("image/") {
                if !matches!(purpose.as_str(), "thumbnail" | "icon" | "logo") {
                    let title =
                        if title.is_empty() { String::new() } else { format!(" [{}]", escaped(&title)) };
                    pictures.push((purpose != "normal", format!("{}{title}", escaped(&address))));
                }
                continue;
            }
            let word = match purpose.as_str() {
                "data_sheet" => AttachmentKind::Datasheet,
                "safety_data_sheet" => AttachmentKind::SafetySheet,
                _ if title.to_lowercase().contains("safety")
                    || title.to_lowercase().contains("sicherheit") =>
                {
                    AttachmentKind::SafetySheet
                }
                _ => AttachmentKind::Other,
            };
            let inside = format!(" [; {kind}; ; {}]", escaped(&title));
            cells.push("attachments", &format!("{}={}{inside}", word.word(), escaped(&address)));
        }
        pictures.sort_by_key(|(later, _)| *later);
        for (_, picture) in pictures {
            cells.push("pictures", &picture);
        }
        Ok(())
    }
}

fn order(product: Element<'_>, cells: &mut Cells) -> Result<(), ReadError> {
    let Some(details) = product.optional("PRODUCT_ORDER_DETAILS")? else { return Ok(()) };
    let get = |name: &str| details.optional(name).map(|one| one.map(text).filter(|text| !text.is_empty()));
    let unit = get("ORDER_UNIT")?;
    let count = get("NO_CU_PER_OU")?;
    // One content unit in an order unit of the same kind says nothing.
    if let Some((content, count)) = get("CONTENT_UNIT")?.zip(count)
        && (Some(&content) != unit.as_ref() || count != "1")
    {
        cells.set("content_unit", content);
        cells.set("content", count);
    }
    cells.set_some("unit", unit);
    cells.set_some("price_basis", get("PRICE_QUANTITY")?);
    cells.set_some("minimum", get("QUANTITY_MIN")?);
    cells.set_some("multiple", get("QUANTITY_INTERVAL")?);
    cells.set_some("maximum", get("QUANTITY_MAX")?);
    Ok(())
}

fn features(product: Element<'_>, cells: &mut Cells) -> Result<(), ReadError> {
    for features in product.all("PRODUCT_FEATURES") {
        let system = features.optional("REFERENCE_FEATURE_SYSTEM_NAME")?.map(text).unwrap_or_default();
        let class = features.all("REFERENCE_FEATURE_GROUP_ID").next().map(text);
        let upper = system.to_ascii_uppercase();
        let version = system.split_once(['-', '_']).map(|(_, version)| version.to_owned());
        match class {
            Some(code) if upper.starts_with("ECLASS") => {
                cells.set("eclass", code);
                cells.set_some("eclass_version", version);
            }
            Some(code) if upper.starts_with("UNSPSC") => {
                cells.set("unspsc", code);
                cells.set_some("unspsc_version", version);
            }
            Some(code) if !system.is_empty() && !code.is_empty() => {
                cells.push("extrinsics", &pair(&system, &code));
            }
            _ => {}
        }
        for feature in features.all("FEATURE") {
            let name =
                feature.all("FNAME").next().map(|one| one_line(&one.trimmed_text(), 80)).unwrap_or_default();
            let values: Vec<String> =
                feature.all("FVALUE").map(text).filter(|text| !text.is_empty()).collect();
            if name.is_empty() || values.is_empty() {
                continue;
            }
            let unit = feature.optional("FUNIT")?.map(text).filter(|unit| !unit.is_empty());
            let unit = unit.map(|unit| format!(" [{}]", escaped(&unit))).unwrap_or_default();
            let values = one_line(&values.join(", "), 300);
            cells.push("attributes", &format!("{}{unit}", pair(&name, &values)));
        }
    }
    Ok(())
}

/// What one order unit weighs: `PRODUCT_LOGISTIC_DETAILS/PRODUCT_DIMENSIONS/WEIGHT`, in kilograms; without it a feature of the
/// name that has a unit, where the order unit is the piece that features speak of. Zero says nothing.
fn weight(product: Element<'_>, cells: &mut Cells) -> Result<(), ReadError> {
    let mut stated = None;
    if let Some(logistics) = product.optional("PRODUCT_LOGISTIC_DETAILS")? {
        let dimensions = logistics.optional("PRODUCT_DIMENSIONS")?;
        stated = dimensions.map(|one| one.optional("WEIGHT")).transpose()?.flatten().map(text);
    }
    let holds_several = match product.optional("PRODUCT_ORDER_DETAILS")? {
        Some(order) => order.optional("NO_CU_PER_OU")?.is_some_and(|count| count.trimmed_text() != "1"),
        None => false,
    };
    if stated.is_none() && !holds_several {
        let mut features = product.all("PRODUCT_FEATURES").flat_map(|features| features.all("FEATURE"));
        stated = features.find_map(weight_of);
    }
    let says_something =
        |weight: &String| parse_decimal(weight, "WEIGHT").map_or(true, |kilograms| !kilograms.is_zero());
    cells.set_some("weight_kg", stated.filter(says_something));
    Ok(())
}

/// Kilograms of a feature that names a weight and its unit.
fn weight_of(feature: Element<'_>) -> Option<String> {
    const NAMES: [&str; 4] = ["weight", "gross weight", "gewicht", "bruttogewicht"];
    let name = feature.all("FNAME").next().map(text)?.to_lowercase();
    let (value, unit) = (feature.all("FVALUE").next().map(text)?, feature.all("FUNIT").next().map(text)?);
    let in_kilograms = match unit.to_ascii_lowercase().as_str() {
        "kgm" | "kg" => Decimal::ONE,
        "grm" | "g" => Decimal::new(1, 3),
        "mgm" | "mg" => Decimal::new(1, 6),
        "tne" | "t" => Decimal::ONE_THOUSAND,
        "lbr" | "lb" => Decimal::new(45_359_237, 8),
        _ => return None,
    };
    let value = parse_decimal(&value, "FVALUE").ok().filter(|_| NAMES.contains(&name.as_str()))?;
    Some(plain(value.checked_mul(in_kilograms)?.normalize(), 0))
}

fn references(product: Element<'_>, cells: &mut Cells) -> Result<(), ReadError> {
    for reference in product.all("PRODUCT_REFERENCE") {
        let part = text(reference.required("PROD_ID_TO")?);
        if Some(part.as_str()) == cells.get("part") {
            continue;
        }
        let column = match reference.attribute("type").unwrap_or_default() {
            "consists_of" => {
                let quantity = reference.attribute("quantity").unwrap_or("1");
                cells.push("components", &format!("{}={quantity}", escaped(&part)));
                continue;
            }
            "accessories" | "mandatory" | "select" => "accessories",
            "similar" => "alternatives",
            "followup" => "successors",
            "sparepart" => "spare_parts",
            _ => "related",
        };
        cells.push(column, &escaped(&part));
    }
    Ok(())
}

fn extensions(product: Element<'_>, cells: &mut Cells) -> Result<(), ReadError> {
    let Some(own) = product.optional("USER_DEFINED_EXTENSIONS")? else { return Ok(()) };
    for element in own.descendants().filter(|one| one.children().next().is_none()) {
        let value = element.trimmed_text();
        if !value.is_empty() && element != own {
            cells.push("extrinsics", &pair(element.name(), &one_line(&value, 1000)));
        }
    }
    Ok(())
}
