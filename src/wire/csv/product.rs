//! A row of a catalog file ↔ a product.

use rust_decimal::Decimal;

use super::{
    cells,
    details::{self, DETAIL_COLUMNS},
    row::{Column, Header, Problem, Reason, Row},
};
use crate::model::{
    catalog::{CATEGORY_SEPARATOR, ListPrice, PackContent, Product, RelationKind, category_levels},
    ids::SupplierPartId,
    money::plain,
    quantity::{Quantity, QuantityRule},
};

/// The columns of a catalog file, in the order in which they are written.
pub const PRODUCT_COLUMNS: &[Column] = &ALL;

const ALL: [Column; OWN.len() + DETAIL_COLUMNS.len()] = {
    let mut all = [OWN[0]; OWN.len() + DETAIL_COLUMNS.len()];
    let (own, details) = all.split_at_mut(OWN.len());
    own.copy_from_slice(&OWN);
    details.copy_from_slice(&DETAIL_COLUMNS);
    all
};

const OWN: [Column; 23] = [
    Column::required("part"),
    Column::optional("auxiliary"),
    Column::required("name"),
    Column::optional("description"),
    Column::optional("brand"),
    Column::optional("manufacturer"),
    Column::optional("manufacturer_part"),
    Column::required("category"),
    Column::optional("unspsc"),
    Column::optional("gtin"),
    Column::required("unit"),
    Column::optional("content"),
    Column::optional("content_unit"),
    Column::optional("price_basis"),
    Column::optional("minimum"),
    Column::optional("multiple"),
    Column::optional("maximum"),
    Column::optional("currency"),
    Column::optional("list_price"),
    Column::optional("attributes"),
    Column::optional("picture"),
    Column::optional("lead_time_days"),
    Column::optional("related"),
];

/// A column of files of changes: `yes` removes the product.
pub const DELETE: Column = Column::optional("delete");

/// Reads a product from cells in the order of [`PRODUCT_COLUMNS`], or everything that is wrong with them.
pub fn product_of_cells(cells: &[String]) -> Result<Product, Vec<Problem>> {
    static WHOLE: std::sync::LazyLock<Header> = std::sync::LazyLock::new(|| Header::of(PRODUCT_COLUMNS));
    let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
    product(Row::new(&WHOLE, &cells))
}

/// Reads a product, or everything that is wrong with its row.
pub fn product(row: Row<'_>) -> Result<Product, Vec<Problem>> {
    let part = row.required("part", part);
    let name = row.required("name", cells::line(200));
    let category = row.required("category", category);
    let unit = row.required("unit", cells::unit);
    // The optional cells are read before the first `?`: all that is wrong is told at once.
    let read = || {
        Some(Product {
            auxiliary: row.optional("auxiliary", auxiliary),
            brand: row.optional("brand", cells::line(80)).unwrap_or_default(),
            description: row.optional("description", cells::paragraphs(4000)).unwrap_or_default(),
            manufacturer: row.optional("manufacturer", cells::line(80)),
            manufacturer_part: row.optional("manufacturer_part", cells::line(80)),
            unspsc: row.optional("unspsc", cells::unspsc),
            gtin: row.optional("gtin", cells::gtin),
            content: content(&row),
            price_basis: row.optional("price_basis", cells::above_zero).unwrap_or(Decimal::ONE),
            order: order(&row),
            list_price: list_price(&row),
            attributes: row.optional("attributes", cells::attributes).unwrap_or_default(),
            picture: row.optional("picture", cells::picture),
            lead_time_days: row.optional("lead_time_days", lead_time),
            relations: details::relations(&row),
            details: Box::new(details::details(&row)),
            part: part?,
            name: name?,
            category: category?,
            unit: unit?,
        })
    };
    let value = read();
    row.finish(value)
}

/// The cells of a product, in the order of [`PRODUCT_COLUMNS`]; read again they give the same product.
#[must_use]
pub fn product_row(product: &Product) -> Vec<String> {
    let optional = |text: &Option<String>| text.clone().unwrap_or_default();
    let list = product.list_price.as_ref();
    let content = product.content.as_ref();
    let one =
        |quantity: Quantity| if quantity == Quantity::ONE { String::new() } else { quantity.to_string() };
    let mut cells = vec![
        product.part.to_string(),
        optional(&product.auxiliary),
        product.name.clone(),
        product.description.clone(),
        product.brand.clone(),
        optional(&product.manufacturer),
        optional(&product.manufacturer_part),
        product.category.clone(),
        optional(&product.unspsc),
        optional(&product.gtin),
        product.unit.to_string(),
        content.map(|content| content.quantity.to_string()).unwrap_or_default(),
        content.map(|content| content.unit.to_string()).unwrap_or_default(),
        if product.price_basis == Decimal::ONE { String::new() } else { plain(product.price_basis, 0) },
        one(product.order.minimum),
        one(product.order.multiple),
        product.order.maximum.map(|maximum| maximum.to_string()).unwrap_or_default(),
        list.map(|list| list.currency.to_string()).unwrap_or_default(),
        list.map(|list| cells::tiers_text(&list.tiers)).unwrap_or_default(),
        cells::attributes_text(&product.attributes),
        product.picture.as_ref().map(cells::picture_text).unwrap_or_default(),
        product.lead_time_days.map(|days| days.to_string()).unwrap_or_default(),
        details::relations_text(&product.relations, RelationKind::Related),
    ];
    cells.extend(details::details_row(&product.details, &product.relations));
    cells
}

pub(super) fn part(raw: &str) -> Result<SupplierPartId, Reason> {
    cells::line(SupplierPartId::MAX_BYTES)(raw)?;
    Ok(SupplierPartId::parse(raw)?)
}

fn auxiliary(raw: &str) -> Result<String, Reason> {
    let fits = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"-_.".contains(&byte);
    if raw.len() <= 29 && raw.bytes().all(fits) {
        Ok(raw.to_owned())
    } else {
        Err(Reason::Malformed("at most 29 characters A-Z, 0-9, - _ ."))
    }
}

fn category(raw: &str) -> Result<String, Reason> {
    let path = cells::line(400)(raw)?;
    let named = path.split(CATEGORY_SEPARATOR).all(|name| !name.is_empty() && name.trim() == name);
    if named && category_levels(&path).count() <= 8 {
        Ok(path)
    } else {
        Err(Reason::Malformed("a path of up to 8 names such as Fasteners / Screws / Hex bolts"))
    }
}

fn content(row: &Row<'_>) -> Option<PackContent> {
    let quantity = row.optional("content", cells::quantity);
    let unit = row.optional("content_unit", cells::unit);
    match (row.text("content"), row.text("content_unit")) {
        (Some(_), None) => row.refuse("content", Reason::Alone("content_unit")),
        (None, Some(_)) => row.refuse("content_unit", Reason::Alone("content")),
        _ => {}
    }
    Some(PackContent { quantity: quantity?, unit: unit? })
}

fn order(row: &Row<'_>) -> QuantityRule {
    let rule = QuantityRule {
        minimum: row.optional("minimum", cells::quantity).unwrap_or(Quantity::ONE),
        multiple: row.optional("multiple", cells::quantity).unwrap_or(Quantity::ONE),
        maximum: row.optional("maximum", cells::quantity),
    };
    if rule.check(rule.first()).is_err() {
        row.refuse("maximum", Reason::NoQuantity);
    }
    rule
}

fn list_price(row: &Row<'_>) -> Option<ListPrice> {
    let currency = row.optional("currency", cells::currency);
    let tiers = row.optional("list_price", cells::tiers);
    if row.text("list_price").is_some() && row.text("currency").is_none() {
        row.refuse("list_price", Reason::Alone("currency"));
    }
    Some(ListPrice { currency: currency?, tiers: tiers? })
}

pub(super) fn lead_time(raw: &str) -> Result<u16, Reason> {
    raw.parse().ok().filter(|days| *days <= 999).ok_or(Reason::Malformed("a number of days up to 999"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::csv::Mapping;

    const NAMES: [&str; 7] = ["part", "name", "brand", "category", "unit", "currency", "list_price"];

    fn read(extra: &[(&str, &str)]) -> Result<Product, Vec<String>> {
        let mut cells: Vec<(&str, &str)> = NAMES
            .into_iter()
            .zip(["A-1", "Hex bolt", "Kelder", "Fasteners / Bolts", "BX", "EUR", "1.20"])
            .collect();
        for (name, value) in extra {
            cells.retain(|(known, _)| known != name);
            cells.push((name, value));
        }
        let header =
            Header::parse(cells.iter().map(|(name, _)| name), PRODUCT_COLUMNS, &Mapping::default(), true)
                .unwrap();
        let values: Vec<&str> = cells.iter().map(|(_, value)| *value).collect();
        product(Row::new(&header, &values))
            .map_err(|problems| problems.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_row_says_everything_that_is_wrong_with_it() {
        let problems = read(&[
            ("unit", "PIECE"),
            ("list_price", "-1"),
            ("gtin", "4006381333932"),
            ("name", ""),
            ("content", "100"),
        ])
        .unwrap_err();
        insta::assert_snapshot!(problems.join("\n"), @r#"
        name: is empty
        unit: "PIECE" is not a unit code of UN/ECE Rec 20 that is known here, such as H87, BX or MTR
        gtin: the check digit of the GTIN is wrong
        content: needs content_unit too
        list_price: a price is below zero
        "#);
    }

    #[test]
    fn each_kind_of_mistake_is_named() {
        for (column, value) in [
            ("unit", "PIECE"),
            ("currency", "EURO"),
            ("currency", "XXX"),
            ("list_price", "-1"),
            ("list_price", "1,5"),
            ("list_price", "10:1|5:2"),
            ("minimum", "0"),
            ("maximum", "0.5"),
            ("unspsc", "123"),
            ("lead_time_days", "soon"),
            ("category", "A /  / B"),
            ("auxiliary", "a b"),
            ("picture", "Hex Bolt"),
            ("content_unit", "H87"),
            ("price_basis", "0"),
            ("name", "two\nlines"),
            ("related", "A-1"),
            ("components", "A-1=2"),
            ("components", "A-2=0"),
            ("language", "english"),
            ("names", "de=Schraube|de=Bolzen"),
            ("eclass", "1234"),
            ("eclass_version", "10.1"),
            ("pictures", "javascript:alert(1)"),
            ("pictures", "https://user:pass@host/a.png"),
            ("attachments", "leaflet=https://host/a.pdf"),
            ("attachments", "manual=https://host/a.pdf [english language]"),
            ("family_by", "Thread"),
            ("signal", "caution"),
            ("pictograms", "GHS10"),
            ("hazards", "H22"),
            ("precautions", "H225"),
            ("un_number", "123"),
            ("packing_group", "IV"),
            ("valid_from", "31.12.2026"),
            ("erp_unit", "ST"),
            ("extrinsics", "Origin"),
            ("weight_kg", "heavy"),
            ("weight_kg", "0"),
        ] {
            let problems = read(&[(column, value)]).unwrap_err();
            assert_eq!(problems.len(), 1, "{column}={value}: {problems:?}");
            assert!(problems[0].starts_with(column), "{problems:?}");
        }
    }

    #[test]
    fn a_product_written_is_read() {
        let product = read(&[
            ("auxiliary", "RED.XL"),
            ("content", "100"),
            ("content_unit", "H87"),
            ("price_basis", "100"),
            ("minimum", "5"),
            ("multiple", "5"),
            ("maximum", "500"),
            ("list_price", "5:5.49|50:4.9900"),
            ("attributes", "Thread=M8|Length=40 [mm]"),
            ("picture", "hex-bolt:17"),
            ("related", "A-2|A\\|3"),
            ("description", "First.\nSecond, with \"quotes\"."),
            ("accessories", "A-4"),
            ("successors", "A-9"),
            ("language", "en"),
            ("names", "de=Schraube \\| a\\=b|pt-BR=Parafuso"),
            ("descriptions", "de=Zeile\nZeile"),
            ("unspsc_version", "13.5"),
            ("eclass", "23-11-01-01"),
            ("eclass_version", "10.1"),
            ("pictures", "https://host/a.png?x\\=1 [Front \\[1\\]]|http://host/b.png"),
            ("attachments", "safety-sheet=https://host/a.pdf [de; application/pdf; 1024; Title; b]|manual=https://host/b [; ; ; T]"),
            ("family", "HB933"),
            ("family_by", "Thread|Length"),
            ("components", "B-1=2|B-2"),
            ("signal", "Danger"),
            ("pictograms", "GHS02|GHS07"),
            ("hazards", "H225|H302 + H332|EUH066|H360FD"),
            ("precautions", "P210|P303+P361+P353"),
            ("un_number", "UN1993"),
            ("transport_class", "3"),
            ("packing_group", "II"),
            ("valid_from", "2026-01-01"),
            ("valid_until", "2027-12-31"),
            ("erp_part", "10-4711"),
            ("erp_unit", "ST"),
            ("extrinsics", "Origin=DE|Note=a \\| b"),
            ("weight_kg", "0.125"),
        ])
        .unwrap();
        let cells = product_row(&product);
        let texts: Vec<&str> = cells.iter().map(String::as_str).collect();
        let header = Header::parse(
            PRODUCT_COLUMNS.iter().map(|column| column.name),
            PRODUCT_COLUMNS,
            &Mapping::default(),
            true,
        )
        .unwrap();
        assert_eq!(super::product(Row::new(&header, &texts)).unwrap(), product);
    }
}
