//! The form that carries the cart back: `NEW_ITEM-<FIELD>[n]`, n without gaps, all plain text.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::{
    flow::{
        cart::{ReturnedLine, read_carried},
        setup::OciControls,
    },
    model::{
        hook_url::HookUrl,
        money::UnitPrice,
        profile::{Charset, CharsetGaps, HookQuery, LockCarrier, OciVersion, Profile, ReturnMethod},
    },
};

use super::{
    call::charset,
    fields::{self, BESIDE, DIALECT_CHARACTERS, FIELDS, Kind},
    product_id::product_id,
    spelling,
};

/// One hidden field.
#[derive(Clone, Debug, Eq, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its value, not escaped.
    pub value: String,
}

/// A form that the browser posts to the buyer.
#[derive(Clone, Debug, Eq, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct ReturnForm {
    /// Where to.
    pub action: String,
    /// How.
    #[serde(default)]
    pub method: ReturnMethod,
    /// In order.
    pub fields: Vec<Field>,
}

/// A form, and what the operator should know about it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Written {
    /// The form.
    pub form: ReturnForm,
    /// In which charset its page is.
    pub charset: Charset,
    /// What was left out or respelled, and what the receiver may lose: a sentence each.
    pub notes: Vec<String>,
}

/// Why a cart has no form.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("line {line}: {field} {misfit}")]
pub struct FormRefused {
    /// Its place in the cart, from 1.
    pub line: u32,
    /// Which field.
    pub field: String,
    /// Why its value does not fit.
    pub misfit: Misfit,
}

/// Why a value does not fit its field.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Misfit {
    /// Too many characters.
    #[error("is longer than {0} characters")]
    TooLong(usize),
    /// Not a number of eleven digits and so many decimals.
    #[error("is no number of at most 11 digits and {0} decimals")]
    NotDecimal(u32),
    /// Not a whole number.
    #[error("is no whole number")]
    NotWhole,
    /// The page's charset lacks it.
    #[error("holds “{0}”, which ISO-8859-1 has not")]
    Charset(char),
    /// Must be there.
    #[error("is missing")]
    Missing,
    /// Not a field's name.
    #[error("is no name of an OCI field")]
    Name,
}

/// Decimals of a quantity, and most decimals of a price.
const DECIMALS: u32 = 3;

/// Digits before the point of a number.
const WHOLE_DIGITS: usize = 11;

/// What our own words say; neither the call nor the field map replaces it.
const OURS: [&str; 7] = ["QUANTITY", "UNIT", "PRICE", "CURRENCY", "PRICEUNIT", "VENDORMAT", "EXT_PRODUCT_ID"];

/// Where the price lock travels.
const LOCK: [&str; 2] = ["EXT_QUOTE_ID", "EXT_QUOTE_ITEM"];

/// Texts of the product: a call does not replace them, a field map may.
const TEXTS: [&str; 2] = ["DESCRIPTION", "LONGTEXT"];

/// A decimal of exactly so many places, at most 11 before the point: no sign, no exponent; `None` if that is not
/// exactly its value.
#[must_use]
pub fn number(value: Decimal, places: u32) -> Option<String> {
    let mut exact = value.normalize();
    if exact.scale() > places || exact.is_sign_negative() && !exact.is_zero() {
        return None;
    }
    exact.rescale(places);
    let text = exact.abs().to_string();
    let whole = text.split('.').next().unwrap_or_default();
    (whole.len() <= WHOLE_DIGITS).then_some(text)
}

/// The price in at most so many decimals: one that needs more is given for 100, 1000 or 10000 times its basis, the first
/// at which it is at least 1.
#[must_use]
pub fn scaled_price(price: UnitPrice, decimals: u32, widest_basis: u32) -> Option<(Decimal, Decimal)> {
    let fits = |amount: Decimal, per: Decimal| {
        amount.scale() <= decimals
            && per.scale() == 0
            && per < Decimal::from(10_u64.pow(widest_basis.min(18)))
    };
    let scaled = |factor: u32| {
        let times = |value: Decimal| value.checked_mul(Decimal::from(factor)).map(|value| value.normalize());
        Some((times(price.amount)?, times(price.per)?)).filter(|(amount, per)| fits(*amount, *per))
    };
    if let Some(as_it_is) = scaled(1) {
        return Some(as_it_is);
    }
    let raised = [100, 1_000, 10_000].map(scaled);
    let first = raised.iter().flatten().find(|(amount, _)| *amount >= Decimal::ONE);
    first.or(raised.iter().flatten().last()).copied()
}

/// Writes the form of a cart; without lines: the form that says “nothing”.
pub fn return_form(
    hook: &HookUrl,
    controls: &OciControls,
    lines: &[ReturnedLine],
    profile: &Profile,
) -> Result<Written, FormRefused> {
    let (action, query) = split_query(hook, profile);
    let pairs = query.into_iter().chain(controls.echo.iter().cloned());
    let mut fields: Vec<Field> = pairs.map(|(name, value)| Field { name, value }).collect();
    let charset = charset(controls, profile);
    let mut pen = Pen { profile, charset, notes: BTreeMap::new() };
    for line in lines {
        let parents = lines.iter().any(|other| other.parent == Some(line.number));
        pen.line(line, controls, parents, &mut fields)?;
    }
    let mut notes = pen.notes();
    if let Some(kept) =
        profile.lines_kept.filter(|kept| usize::try_from(*kept).is_ok_and(|kept| lines.len() > kept))
    {
        notes.push(format!("{} lines: this receiver is known to lose those behind line {kept}", lines.len()));
    }
    let form = ReturnForm { action, method: profile.return_method, fields };
    Ok(Written { form, charset, notes })
}

struct Pen<'a> {
    profile: &'a Profile,
    charset: Charset,
    /// What happened to a field, and on which lines.
    notes: BTreeMap<String, Vec<u32>>,
}

/// The values of one line, in no order.
type Values = BTreeMap<String, String>;

impl Pen<'_> {
    fn line(
        &mut self,
        line: &ReturnedLine,
        controls: &OciControls,
        is_parent: bool,
        fields: &mut Vec<Field>,
    ) -> Result<(), FormRefused> {
        let index = self.index(line.number);
        let mut values = self.own(line, is_parent)?;
        for (name, value) in &line.fields {
            self.put(&mut values, line.number, name, value, &[]);
        }
        if self.profile.fixed_values {
            for (name, value) in &controls.fixed {
                self.put(&mut values, line.number, name, value, &TEXTS);
            }
        }
        for (field, other) in BESIDE {
            if !values.contains_key(*other) && values.remove(*field).is_some() {
                self.note(line.number, format!("{field} left out: it counts only beside {other}"));
            }
        }
        let known = FIELDS.iter().map(|field| field.name.to_owned());
        let dialect: Vec<String> =
            values.keys().filter(|name| fields::definition(name).is_none()).cloned().collect();
        for name in known.chain(dialect) {
            let value = match values.remove(&name) {
                Some(value) => self.fitted(line.number, &name, value)?,
                None => None,
            };
            let full = match name.as_str() {
                "LONGTEXT" => format!("NEW_ITEM-LONGTEXT_{index}:132[]"),
                _ => format!("NEW_ITEM-{name}[{index}]"),
            };
            match value {
                Some(value) => fields.push(Field { name: full, value }),
                None if self.profile.empty_fields && self.exists(&name) => {
                    fields.push(Field { name: full, value: String::new() });
                }
                None => {}
            }
        }
        Ok(())
    }

    /// What the line itself says.
    fn own(&self, line: &ReturnedLine, is_parent: bool) -> Result<Values, FormRefused> {
        let refused =
            |field: &str, misfit| FormRefused { line: line.number, field: field.to_owned(), misfit };
        let decimals = self.profile.price_decimals.unwrap_or(DECIMALS).min(DECIMALS);
        let widest_basis = if self.profile.oci_version < OciVersion::V4 { 9 } else { 5 };
        let (price, basis) = scaled_price(line.price, decimals, widest_basis)
            .ok_or_else(|| refused("PRICE", Misfit::NotDecimal(decimals)))?;
        let price = number(price, decimals).ok_or_else(|| refused("PRICE", Misfit::NotDecimal(decimals)))?;
        let quantity = number(line.quantity.value(), DECIMALS)
            .ok_or_else(|| refused("QUANTITY", Misfit::NotDecimal(DECIMALS)))?;
        let mut values = Values::new();
        let mut put = |name: &str, value: String| {
            if !value.is_empty() {
                values.insert(name.to_owned(), value);
            }
        };
        put("DESCRIPTION", line.text.description.clone());
        put("QUANTITY", quantity);
        put("UNIT", line.unit_sent.clone());
        put("PRICE", price);
        put("CURRENCY", line.price.currency.to_string());
        put("PRICEUNIT", basis.to_string());
        put("LEADTIME", line.lead_time_days.map(|days| days.to_string()).unwrap_or_default());
        put("VENDORMAT", line.part.clone());
        put("MANUFACTMAT", line.text.manufacturer_part.clone().unwrap_or_default());
        put("MATGROUP", line.text.classification.1.clone());
        let own = line.auxiliary.as_deref().and_then(|auxiliary| read_carried(auxiliary).own);
        put("EXT_PRODUCT_ID", product_id(&line.part, own.as_deref()));
        if self.profile.lock_carrier == LockCarrier::Auxiliary {
            put("EXT_QUOTE_ID", line.reference.to_string());
            put("EXT_QUOTE_ITEM", line.number.to_string());
        }
        put("LONGTEXT", long_text(line));
        if let Some(parent) = line.parent {
            put("ITEM_TYPE", "O".to_owned());
            put("PARENT_ID", self.index(parent).to_string());
        } else if is_parent {
            put("ITEM_TYPE", "R".to_owned());
        }
        Ok(values)
    }

    /// Takes what field map or call say, unless it would replace our own word.
    fn put(&mut self, values: &mut Values, line: u32, name: &str, value: &str, kept: &[&str]) {
        let bare = field_name(name);
        let lock = self.profile.lock_carrier == LockCarrier::Auxiliary && LOCK.contains(&bare.as_str());
        if lock || kept.contains(&bare.as_str()) || OURS.contains(&bare.as_str()) {
            self.note(line, format!("{bare} stays as it is: neither call nor field map changes it"));
        } else {
            values.insert(bare, value.to_owned());
        }
    }

    /// The value as it may be sent; `None`: left out, with a note.
    fn fitted(&mut self, line: u32, name: &str, value: String) -> Result<Option<String>, FormRefused> {
        let kind = match fields::definition(name) {
            Some(field) => match field.kind_in(self.profile.oci_version) {
                Some(kind) => kind,
                None => return Ok(None),
            },
            None => Kind::Code(DIALECT_CHARACTERS),
        };
        let misfit = match self.fit(line, name, kind, value) {
            Ok(fitted) => return Ok(Some(fitted)),
            Err(misfit) => misfit,
        };
        let refuses =
            matches!(misfit, Misfit::Charset(_)) && self.profile.charset_gaps == CharsetGaps::Refuse;
        if refuses || OURS.contains(&name) {
            return Err(FormRefused { line, field: name.to_owned(), misfit });
        }
        self.note(line, format!("{name} left out: it {misfit}"));
        Ok(None)
    }

    fn fit(&mut self, line: u32, name: &str, kind: Kind, value: String) -> Result<String, Misfit> {
        if !is_field_name(name) {
            return Err(Misfit::Name);
        }
        let foreign =
            value.chars().find(|c| !spelling::is_latin_1(*c)).filter(|_| self.charset == Charset::Latin1);
        let text = match (foreign, kind, self.profile.charset_gaps) {
            (None, ..) => value,
            (Some(_), Kind::Text(_) | Kind::Long, CharsetGaps::Transliterate) => {
                let (spelled, lost) = spelling::latin_1(&value);
                let lost = if lost { ", some characters as ?" } else { "" };
                self.note(line, format!("{name} respelled for ISO-8859-1{lost}"));
                spelled
            }
            (Some(foreign), ..) => return Err(Misfit::Charset(foreign)),
        };
        let within =
            |width: usize| if text.chars().count() > width { Err(Misfit::TooLong(width)) } else { Ok(()) };
        match kind {
            Kind::Text(width) => Ok(text.chars().take(width).collect::<String>().trim_end().to_owned()),
            Kind::Code(width) => within(width).map(|()| text),
            Kind::Whole(width) => {
                within(width)?;
                if text.bytes().all(|byte| byte.is_ascii_digit()) { Ok(text) } else { Err(Misfit::NotWhole) }
            }
            Kind::Decimal | Kind::Long => Ok(text),
        }
    }

    fn exists(&self, name: &str) -> bool {
        let field = fields::definition(name);
        field.is_some_and(|field| {
            field.kind_in(self.profile.oci_version).is_some_and(|kind| kind != Kind::Long)
        })
    }

    const fn index(&self, number: u32) -> u32 {
        number.saturating_sub(1).saturating_add(self.profile.first_index)
    }

    fn note(&mut self, line: u32, what: String) {
        self.notes.entry(what).or_default().push(line);
    }

    fn notes(self) -> Vec<String> {
        let told = |(what, lines): (String, Vec<u32>)| {
            let shown: Vec<String> = lines.iter().take(5).map(u32::to_string).collect();
            let more = if lines.len() > shown.len() { " …" } else { "" };
            format!("{what} (line {}{more})", shown.join(", "))
        };
        self.notes.into_iter().map(told).collect()
    }
}

/// `NEW_ITEM-CUST_FIELD1[1]`, `cust_field1` → `CUST_FIELD1`; `NEW_ITEM-LONGTEXT_1:132[]` → `LONGTEXT`.
fn field_name(name: &str) -> String {
    let upper = name.trim().to_ascii_uppercase();
    let bare = upper.strip_prefix("NEW_ITEM-").unwrap_or(&upper);
    if bare.starts_with("LONGTEXT") {
        return "LONGTEXT".to_owned();
    }
    bare.split('[').next().unwrap_or_default().to_owned()
}

/// `A-Z 0-9 _`, at most 40.
fn is_field_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    (1..=40).contains(&name.len()) && name.bytes().all(plain)
}

/// What does not go into 40 characters, and the shopper's note.
fn long_text(line: &ReturnedLine) -> String {
    let name = &line.text.description;
    match (line.note.is_empty(), name.chars().count() > 40) {
        (true, false) => String::new(),
        (true, true) => name.clone(),
        (false, _) => format!("{name}\n{}", line.note),
    }
}

/// The address for the form's action, and the pairs of its query that become fields.
fn split_query(hook: &HookUrl, profile: &Profile) -> (String, Vec<(String, String)>) {
    let text = hook.as_str();
    let mode = match profile.return_method {
        ReturnMethod::Get => HookQuery::Split,
        ReturnMethod::Post => profile.hook_query,
    };
    match (mode, text.split_once('?')) {
        (HookQuery::Keep, _) | (_, None) => (text.to_owned(), Vec::new()),
        (HookQuery::Split | HookQuery::Both, Some((bare, query))) => {
            let pairs = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
            (if mode == HookQuery::Split { bare.to_owned() } else { text.to_owned() }, pairs)
        }
    }
}

#[cfg(test)]
mod tests;
