//! `FUNCTION=DOWNLOADJSON`: a page of the catalog for the buyer's own index, in the shape of OCI 5 as shops send it.

use rust_decimal::Decimal;
use serde::Serialize;

use crate::{
    flow::pricing::Quote,
    model::{catalog::Product, field_map::FieldSource, profile::Profile},
};

use super::{form, product_id::product_id};

/// Items of a page where the call names no number, and the most.
const PAGE: u32 = 50;
const LONGEST_PAGE: u32 = 500;

/// Decimals of a price.
const DECIMALS: u32 = 2;

/// What a call asks for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Asked {
    /// `pagesize`: 1 to 500 in a call.
    pub page_size: u32,
    /// `requestedpage`, from 1.
    pub page: u32,
    /// `transactionid`, given back.
    pub transaction: String,
    /// `cti`, given back.
    pub cti: String,
}

impl Asked {
    pub(super) fn read<'a>(value: impl Fn(&str) -> Option<&'a str>) -> Self {
        let number = |name: &str| value(name).and_then(|text| text.trim().parse::<u32>().ok());
        let text = |name: &str| value(name).unwrap_or_default().trim().to_owned();
        Self {
            page_size: number("pagesize").unwrap_or(PAGE).clamp(1, LONGEST_PAGE),
            page: number("requestedpage").unwrap_or(1).max(1),
            transaction: text("transactionid"),
            cti: text("cti"),
        }
    }

    /// The page there is: a number behind the last one is the last one.
    #[must_use]
    pub fn within(self, total: u32) -> Self {
        Self { page: self.page.min(pages(total, self.page_size)), ..self }
    }

    /// How many products stand before it.
    #[must_use]
    pub const fn offset(&self) -> u32 {
        self.page.saturating_sub(1).saturating_mul(self.page_size)
    }
}

fn pages(total: u32, page_size: u32) -> u32 {
    total.div_ceil(page_size).max(1)
}

/// A page of the catalog.
#[derive(Clone, Debug, Serialize)]
pub struct Page {
    #[serde(rename = "CTI")]
    cti: String,
    #[serde(rename = "CURRENTPAGE")]
    current: u32,
    #[serde(rename = "TOTALITEMS")]
    total: u32,
    #[serde(rename = "TOTALPAGES")]
    pages: u32,
    #[serde(rename = "TRANSACTIONID")]
    transaction: String,
    #[serde(rename = "Items")]
    items: Vec<NewItem>,
}

/// One product.
#[derive(Clone, Debug, Serialize)]
pub struct NewItem {
    #[serde(rename = "NEWITEM")]
    item: Item,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
struct Item {
    attachments: Vec<Attachment>,
    attributes: Vec<()>,
    catalog_name: String,
    currency: String,
    description: Vec<Text>,
    ext_product_id: String,
    #[serde(rename = "ITEM_TYPE")]
    kind: &'static str,
    leadtime: String,
    minorder_qty: serde_json::Number,
    price: String,
    price_quantity: serde_json::Number,
    price_scales: Vec<Scale>,
    tax: String,
    unit: String,
    vendor: String,
    vendor_name: String,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Text {
    description: String,
    language_code: &'static str,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Attachment {
    descriptions: Vec<Text>,
    file_name: String,
    mime_type: &'static str,
    r#type: &'static str,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Scale {
    low: serde_json::Number,
    price: String,
    #[serde(rename = "scaleType")]
    kind: &'static str,
}

/// A product with what is known of it besides.
pub struct Offer<'a> {
    /// The product.
    pub product: &'a Product,
    /// Its prices.
    pub quote: &'a Quote,
    /// Address of its picture.
    pub picture: Option<String>,
}

impl Page {
    /// A page of `total` visible products.
    #[must_use]
    pub fn new(asked: Asked, total: u32, items: Vec<NewItem>) -> Self {
        let pages = pages(total, asked.page_size);
        Self { cti: asked.cti, current: asked.page, total, pages, transaction: asked.transaction, items }
    }

    /// How many items it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

impl NewItem {
    /// `None`: a price that two decimals for at most 10000 times its basis do not give exactly.
    ///
    /// - `supplier`: name of who sells.
    #[must_use]
    pub fn of(offer: &Offer<'_>, supplier: &str, profile: &Profile) -> Option<Self> {
        let Offer { product, quote, picture } = offer;
        let (basis, scales) = scales(quote)?;
        let constant = |name: &str| {
            let rule = profile.fields.iter().find(|(own, _)| own.as_str().eq_ignore_ascii_case(name));
            let text = rule.and_then(|(_, rule)| match &rule.from {
                FieldSource::Text(text) => rule.content(Some(text)),
                _ => None,
            });
            text.unwrap_or_default()
        };
        let text = |text: &str| vec![Text { description: text.to_owned(), language_code: "" }];
        let unit = product.unit.as_str();
        let item = Item {
            attachments: picture
                .iter()
                .map(|address| Attachment {
                    descriptions: text("item image"),
                    file_name: address.clone(),
                    mime_type: "image/svg+xml",
                    r#type: "01",
                })
                .collect(),
            attributes: Vec::new(),
            catalog_name: product.category.rsplit(" / ").next().unwrap_or_default().to_owned(),
            currency: quote.bands.first()?.price.currency.to_string(),
            description: text(&product.name),
            ext_product_id: product_id(product.part.as_str(), product.auxiliary.as_deref()),
            kind: "product",
            leadtime: product.lead_time_days.map(|days| days.to_string()).unwrap_or_default(),
            minorder_qty: json_number(product.order.first().value())?,
            price: scales.first()?.price.clone(),
            price_quantity: json_number(basis)?,
            price_scales: scales,
            tax: constant("TAX"),
            unit: profile.units.get(unit).map_or(unit, String::as_str).to_owned(),
            vendor: constant("VENDOR"),
            vendor_name: supplier.to_owned(),
        };
        Some(Self { item })
    }
}

/// All bands at one basis, each in two decimals exactly.
fn scales(quote: &Quote) -> Option<(Decimal, Vec<Scale>)> {
    let first = quote.bands.first()?.price.per;
    [1, 100, 1_000, 10_000].into_iter().find_map(|factor| {
        let basis = first.checked_mul(Decimal::from(factor))?.normalize();
        if basis.scale() > 0 {
            return None;
        }
        let scale = |band: &crate::flow::pricing::Band| {
            let price = band.price.amount.checked_mul(basis)?.checked_div(band.price.per)?;
            (price.checked_mul(band.price.per)? == band.price.amount.checked_mul(basis)?).then_some(())?;
            let price = form::number(price, DECIMALS)?;
            Some(Scale { low: json_number(band.from.value())?, price, kind: "01" })
        };
        Some((basis, quote.bands.iter().map(scale).collect::<Option<Vec<_>>>()?))
    })
}

/// A JSON number with the decimal's own digits.
fn json_number(value: Decimal) -> Option<serde_json::Number> {
    let plain = value.normalize();
    match (plain.scale(), u64::try_from(plain)) {
        (0, Ok(whole)) => Some(whole.into()),
        _ => plain.to_string().parse().ok(),
    }
}
