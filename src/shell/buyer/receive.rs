//! The cart as the buyer's system receives it: which form carries it, how it is decoded.

use base64::{Engine, engine::general_purpose::STANDARD};
use rust_decimal::Decimal;

use crate::{
    flow::setup::{Bounds, IncomingLine, IncomingPrice, ItemKey},
    model::{
        ids::SupplierPartId,
        money::{Currency, Money, parse_decimal},
        quantity::{Quantity, UnitOfMeasure},
    },
    wire::{
        cxml::read_order_message,
        oci::read_fields,
        xml::{Document, Limits},
    },
};

use super::page::{Form, Page};

/// How a cart travels.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Carrier {
    /// `cxml-base64`.
    Base64,
    /// `cxml-urlencoded`.
    Urlencoded,
    /// `NEW_ITEM-…` fields.
    Oci,
}

impl Carrier {
    /// Its name, as people call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Base64 => "cxml-base64",
            Self::Urlencoded => "cxml-urlencoded",
            Self::Oci => "OCI fields",
        }
    }
}

/// A cart that came back.
#[derive(Clone, Debug)]
pub struct ReturnedCart {
    /// How it travelled.
    pub carrier: Carrier,
    /// The form's fields, as sent.
    pub fields: Vec<(String, String)>,
    /// The cXML message.
    pub document: Option<String>,
    /// `BuyerCookie`, text; OCI has none.
    pub buyer_cookie: Option<String>,
    /// Code of the message's `Status`, 200 without one.
    pub status: u16,
    /// `@operationAllowed`; OCI knows none.
    pub operation_allowed: Option<String>,
    /// `Total`; OCI has none.
    pub total: Option<(Decimal, Option<Currency>)>,
    /// What is paid beside the lines.
    pub beside: Beside,
    /// The lines.
    pub lines: Vec<IncomingLine>,
}

/// What a cart's header adds to its lines; an order repeats it.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Beside {
    /// `Shipping`.
    pub shipping: Option<Money>,
    /// `Tax`.
    pub tax: Option<Money>,
}

/// What carries the cart in a form, judged by the names of its fields alone.
#[must_use]
pub fn carrier(fields: &[(String, String)]) -> Option<Carrier> {
    fields.iter().find_map(|(name, _)| {
        let letters: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        match letters.to_ascii_lowercase().as_str() {
            "cxmlbase64" => Some(Carrier::Base64),
            "cxmlurlencoded" => Some(Carrier::Urlencoded),
            letters if letters.starts_with("newitem") => Some(Carrier::Oci),
            _ => None,
        }
    })
}

/// The form that carries the cart to the buyer: by its fields, or because it leads to the return address.
#[must_use]
pub(super) fn return_form<'a>(page: &'a Page, return_to: &str) -> Option<&'a Form> {
    let carries = |form: &&Form| carrier(&form.pairs()).is_some();
    page.forms.iter().find(carries).or_else(|| page.forms.iter().find(|form| form.raw_action == return_to))
}

/// Decodes the fields that arrived.
pub fn read(fields: Vec<(String, String)>) -> Result<ReturnedCart, String> {
    match carrier(&fields) {
        Some(Carrier::Oci) | None => read_oci(fields),
        Some(carrier) => read_cxml(carrier, fields),
    }
}

fn read_cxml(carrier: Carrier, fields: Vec<(String, String)>) -> Result<ReturnedCart, String> {
    let (name, value) = fields
        .iter()
        .find(|field| self::carrier(std::slice::from_ref(*field)) == Some(carrier))
        .ok_or("no field with a cart in it")?;
    let (octets, charset) = match carrier {
        Carrier::Base64 => {
            let compact: String = value.chars().filter(|c| !c.is_ascii_whitespace()).collect();
            let octets =
                STANDARD.decode(compact).map_err(|error| format!("{name} is not base64: {error}"))?;
            (octets, None)
        }
        // The form's decoding was the transport's; what arrives is text.
        _ => (value.clone().into_bytes(), Some("utf-8")),
    };
    let document = Document::read(octets, charset, &Limits::default())
        .map_err(|error| format!("{name} holds no well-formed XML: {error}"))?;
    let cart = read_order_message(&document).map_err(|error| format!("{name}: {error}"))?;
    Ok(ReturnedCart {
        carrier,
        document: Some(document.text().to_owned()),
        buyer_cookie: Some(cart.buyer_cookie),
        status: cart.status,
        operation_allowed: Some(cart.operation_allowed),
        total: cart.total,
        beside: Beside { shipping: certain(cart.shipping), tax: certain(cart.tax) },
        lines: cart.lines,
        fields,
    })
}

/// An amount whose currency is said.
fn certain(stated: Option<(Decimal, Option<Currency>)>) -> Option<Money> {
    let (amount, currency) = stated?;
    Some(Money { amount, currency: currency? })
}

fn read_oci(fields: Vec<(String, String)>) -> Result<ReturnedCart, String> {
    let lines = read_fields(&fields)
        .into_iter()
        .map(|(number, line)| oci_line(number, &line).map_err(|why| format!("NEW_ITEM-…[{number}]: {why}")))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(ReturnedCart {
        carrier: Carrier::Oci,
        document: None,
        buyer_cookie: None,
        status: 200,
        operation_allowed: None,
        total: None,
        beside: Beside::default(),
        lines,
        fields,
    })
}

/// One line: `VENDORMAT` identifies it, `PRICE` is for `PRICEUNIT` units.
fn oci_line(number: u32, fields: &[(String, String)]) -> Result<IncomingLine, String> {
    let value = |name: &str| {
        let found = fields.iter().find(|(own, value)| own == name && !value.trim().is_empty());
        found.map(|(_, value)| value.trim())
    };
    let required = |name: &str| value(name).ok_or_else(|| format!("{name} is missing"));
    let number_of = |name: &'static str| -> Result<Option<Decimal>, String> {
        // Some shops write the comma of their country.
        let text = value(name).map(|text| text.replace(',', "."));
        text.map(|text| parse_decimal(&text, name).map_err(|error| error.to_string())).transpose()
    };
    let part = value("VENDORMAT").or(value("EXT_PRODUCT_ID")).ok_or("VENDORMAT is missing")?;
    let currency = value("CURRENCY").map(Currency::parse).transpose().map_err(|error| error.to_string())?;
    let per = number_of("PRICEUNIT")?.unwrap_or(Decimal::ONE);
    Ok(IncomingLine {
        line_number: number,
        item: ItemKey {
            part: SupplierPartId::parse(part).map_err(|error| error.to_string())?,
            auxiliary: None,
        },
        quantity: Quantity::parse(&required("QUANTITY")?.replace(',', "."))
            .map_err(|error| error.to_string())?,
        price: number_of("PRICE")?.map(|amount| IncomingPrice { amount, currency, per }),
        unit: value("UNIT").map(UnitOfMeasure::parse).transpose().map_err(|error| error.to_string())?,
        description: value("LONGTEXT").or(value("DESCRIPTION")).map(str::to_owned),
        classification: value("MATGROUP").map(|group| ("MATGROUP".to_owned(), group.to_owned())),
        comment: None,
        lock_extrinsic: None,
        requested_delivery: None,
        agreement_item: None,
        bounds: Bounds::default(),
    })
}

/// Price times quantity, rounded to what can be paid; `None` without a price and a currency.
#[must_use]
pub fn amount(line: &IncomingLine) -> Option<Money> {
    line.price?.amount_of(line.quantity)
}

/// The sum of the amounts; `None` without lines, without a price, or with two currencies.
#[must_use]
pub fn sum(lines: &[IncomingLine]) -> Option<Money> {
    let mut amounts = lines.iter().map(amount);
    let first = amounts.next()??;
    amounts.try_fold(first, |total, amount| total.plus(amount?).ok())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::shell::buyer::page::page;

    pub(crate) const MESSAGE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/1.2.050/cXML.dtd">
<cXML payloadID="1@shop.example" timestamp="2026-11-23T12:00:00+00:00"><Header/><Message><PunchOutOrderMessage>
<BuyerCookie>C 1</BuyerCookie><PunchOutOrderMessageHeader operationAllowed="edit"><Total>
<Money currency="EUR">13.72</Money></Total></PunchOutOrderMessageHeader>
<ItemIn quantity="250" lineNumber="1"><ItemID><SupplierPartID>A-1</SupplierPartID></ItemID><ItemDetail>
<UnitPrice><Money currency="EUR">5.49</Money></UnitPrice><Description xml:lang="en">Bolt</Description>
<UnitOfMeasure>EA</UnitOfMeasure><PriceBasisQuantity quantity="100" conversionFactor="1"><UnitOfMeasure>EA</UnitOfMeasure>
</PriceBasisQuantity><Classification domain="UNSPSC">31161600</Classification></ItemDetail></ItemIn>
</PunchOutOrderMessage></Message></cXML>"#;

    fn field(name: &str, value: &str) -> Vec<(String, String)> {
        vec![(name.to_owned(), value.to_owned())]
    }

    #[test]
    fn both_encodings_are_read_in_any_spelling() {
        let wrapped: String = STANDARD
            .encode(MESSAGE)
            .as_bytes()
            .chunks(76)
            .flat_map(|line| [std::str::from_utf8(line).unwrap(), "\r\n"])
            .collect();
        for fields in [field("cXML-base64", &wrapped), field("CXML-URLENCODED", MESSAGE)] {
            let cart = read(fields).unwrap();
            assert_eq!(cart.buyer_cookie.as_deref(), Some("C 1"));
            assert_eq!(sum(&cart.lines).unwrap().text(), "13.72");
            assert_eq!(cart.total.unwrap().0.to_string(), "13.72");
        }
        assert!(read(field("cxml-base64", "no!")).unwrap_err().contains("not base64"));
        assert!(read(field("cxml-urlencoded", "<a>")).unwrap_err().contains("well-formed"));
    }

    #[test]
    fn an_oci_line_is_priced_per_price_unit() {
        let fields = [
            ("NEW_ITEM-DESCRIPTION[1]", "Bolt"),
            ("new_item-quantity[1]", "250.000"),
            ("NEW_ITEM-UNIT[1]", "PCE"),
            ("NEW_ITEM-PRICE[1]", "5.490"),
            ("NEW_ITEM-PRICEUNIT[1]", "100"),
            ("NEW_ITEM-CURRENCY[1]", "EUR"),
            ("NEW_ITEM-VENDORMAT[1]", "A-1"),
            ("NEW_ITEM-LONGTEXT_1:132[]", "Bolt, long"),
        ];
        let fields: Vec<_> = fields.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        let cart = read(fields.clone()).unwrap();
        assert_eq!(sum(&cart.lines).unwrap().text(), "13.72");
        assert_eq!(cart.lines[0].description.as_deref(), Some("Bolt, long"));
        let without: Vec<_> = fields.into_iter().filter(|(name, _)| !name.contains("quantity")).collect();
        assert!(read(without).unwrap_err().contains("QUANTITY is missing"));
    }

    #[test]
    fn the_return_form_is_known_by_its_fields_or_its_address() {
        let by_field = page(
            r#"<form><input name=q></form><form method=post action="/x"><input type=hidden name=cXML-Urlencoded value=1></form>"#,
        );
        assert_eq!(return_form(&by_field, "https://b/r").unwrap().raw_action, "/x");
        let by_address =
            page(r#"<form><input name=q></form><form method=post action="https://b/r?a=1&amp;b=2"></form>"#);
        assert!(return_form(&by_address, "https://b/r?a=1&b=2").is_some());
        assert!(return_form(&page("<form><input name=q></form>"), "https://b/r").is_none());
    }
}
