//! The connection's own fields of a line, filled as its field map says.

use std::borrow::Cow;

use crate::{
    flow::session::Session,
    model::{
        catalog::Product,
        field_map::{FieldMap, FieldSource, LineField, ProductField},
    },
};

use super::returned::ReturnedLine;

/// Name and content of every field that has one. A line that the catalog does not know has no product to ask.
pub(super) fn fields(
    map: &FieldMap,
    line: &ReturnedLine,
    product: Option<&Product>,
    session: &Session,
) -> Vec<(String, String)> {
    let filled = map.iter().filter_map(|(name, rule)| {
        let value = match &rule.from {
            FieldSource::Text(text) => Some(Cow::from(text)),
            FieldSource::Product(field) => product.and_then(|product| of_product(*field, product)),
            FieldSource::Attribute(name) => product.and_then(|product| attribute(name, product)),
            FieldSource::Setup(name) => session.purpose.setup_value(name).map(Cow::from),
            FieldSource::Line(field) => Some(of_line(*field, line)),
        };
        Some((name.as_str().to_owned(), rule.content(value.as_deref())?))
    });
    filled.collect()
}

fn of_product(field: ProductField, product: &Product) -> Option<Cow<'_, str>> {
    match field {
        ProductField::Part => Some(product.part.as_str().into()),
        ProductField::Auxiliary => product.auxiliary.as_deref().map(Cow::from),
        ProductField::Name => Some(Cow::from(&product.name)),
        ProductField::Description => Some(Cow::from(&product.description)),
        ProductField::Brand => Some(Cow::from(&product.brand)),
        ProductField::Manufacturer => product.manufacturer.as_deref().map(Cow::from),
        ProductField::ManufacturerPart => product.manufacturer_part.as_deref().map(Cow::from),
        ProductField::Category => Some(Cow::from(&product.category)),
        ProductField::Unspsc => product.unspsc.as_deref().map(Cow::from),
        ProductField::Gtin => product.gtin.as_deref().map(Cow::from),
    }
}

fn attribute<'a>(name: &str, product: &'a Product) -> Option<Cow<'a, str>> {
    let found = product.attributes.iter().find(|attribute| attribute.name == name)?;
    Some(match &found.unit {
        Some(unit) => format!("{} {unit}", found.value).into(),
        None => Cow::from(&found.value),
    })
}

fn of_line(field: LineField, line: &ReturnedLine) -> Cow<'_, str> {
    match field {
        LineField::Number => line.number.to_string().into(),
        LineField::Note => Cow::from(&line.note),
        LineField::Classification => Cow::from(&line.text.classification.1),
        LineField::Reference => line.reference.to_string().into(),
    }
}
