//! Pre-flight: what a line will look like to the buyer's platform, and what that is known to refuse or change.
//!
//! Texts are shortened at a word, units and classes mapped, a price basis is written for another number of units. Part
//! number, amount, currency and the real price of a quantity never change: what does not fit there is told, and stops
//! the cart where the statement is sure and the connection wants it.

mod finding;
mod price;

pub use finding::{Effect, Finding, Part, What};

use crate::model::{
    catalog::Product,
    ids::LockReference,
    money::UnitPrice,
    profile::{LockCarrier, Profile, Protocol},
};

use super::{
    lines::Content,
    priced::{PricedCart, PricedLine, Problem},
};

/// A line as it will be sent.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Fitted {
    /// Description.
    pub description: String,
    /// Its language, where known.
    pub language: Option<String>,
    /// Manufacturer's name.
    pub manufacturer: Option<String>,
    /// Manufacturer's part number.
    pub manufacturer_part: Option<String>,
    /// Unit in the buyer's words.
    pub unit: String,
    /// Classification in the buyer's words.
    pub class: String,
    /// The same price, for as many units as can be written.
    pub price: UnitPrice,
}

/// What a protocol can write at all, whatever a platform takes.
#[derive(Clone, Copy)]
struct Bounds {
    number: usize,
    unit: usize,
    decimals: u32,
    digits: u32,
}

/// OCI: published field tables, VENDORMAT 40, UNIT 3, eleven digits and three decimals. cXML: nothing of that.
const fn bounds(protocol: Protocol) -> Bounds {
    match protocol {
        Protocol::Cxml => {
            Bounds { number: usize::MAX, unit: usize::MAX, decimals: u32::MAX, digits: u32::MAX }
        }
        Protocol::Oci => Bounds { number: 40, unit: 3, decimals: 3, digits: 11 },
    }
}

impl PricedCart {
    /// The cart as the buyer's platform will see it: every line fitted, what cannot leave marked.
    #[must_use]
    pub fn fitted(mut self, profile: &Profile) -> Self {
        for line in &mut self.lines {
            fit(line, profile);
        }
        for line in self.charges.iter_mut().filter_map(|charge| charge.line.as_mut()) {
            fit(line, profile);
        }
        let (lines, most) =
            (self.leaving().count(), profile.lines_kept.and_then(|most| usize::try_from(most).ok()));
        let too_many = most.filter(|most| lines > *most).map(|most| What::Lines { lines, most });
        self.findings.retain(|finding| matches!(finding.what, What::Charges { .. }));
        self.findings.extend(too_many.map(|what| what.judged(profile)));
        self.findings.extend(self.below_minimum());
        self
    }

    /// The finding about the cart as a whole or its charges for which it cannot leave.
    #[must_use]
    pub fn stopped(&self) -> Option<&Finding> {
        self.all_findings().find(|finding| finding.effect == Effect::Stopped)
    }
}

/// Fits one line, and marks what keeps it from leaving.
pub(super) fn fit(line: &mut PricedLine, profile: &Profile) {
    let Some(price) = line.price else { return };
    let mut found = Vec::new();
    let (price, about_price) = price::fitted(price, profile, bounds(profile.protocol));
    found.extend(about_price);
    found.extend(price::quantity(line.line.quantity, profile, bounds(profile.protocol)));
    let fitted = match (&line.product, &line.line.content) {
        (Some(product), Content::Product(_)) => product_line(product, price, profile, &mut found),
        // The buyer's own words go back as they came.
        (_, Content::Foreign(foreign)) => Fitted {
            description: foreign.description.clone().unwrap_or_else(|| foreign.item.part.to_string()),
            language: None,
            manufacturer: None,
            manufacturer_part: None,
            unit: line.unit.as_ref().map(ToString::to_string).unwrap_or_default(),
            class: foreign
                .classification
                .as_ref()
                .map_or_else(|| profile.classification_default.clone(), |(_, code)| code.clone()),
            price,
        },
        (None, Content::Product(_)) => return,
    };
    line.fitted = Some(fitted);
    if line.problem.is_none() {
        let stopping = found.iter().find(|finding| finding.effect == Effect::Stopped);
        line.problem = stopping.map(|finding| Problem::Platform(finding.what.clone()));
    }
    line.findings = found;
}

fn product_line(product: &Product, price: UnitPrice, profile: &Profile, found: &mut Vec<Finding>) -> Fitted {
    let (counts, bounds) = (profile.length_counts, bounds(profile.protocol));
    let number = product.part.as_str();
    let too_long = |part: Part, text: &str, most: Option<usize>| {
        let length = counts.of(text);
        most.filter(|most| length > *most).map(|most| What::TooLong {
            part,
            text: text.to_owned(),
            length,
            most,
            counts,
        })
    };
    if number.chars().count() > bounds.number {
        found.extend(too_long(Part::Number, number, Some(bounds.number)).map(What::impossible));
    } else {
        found.extend(too_long(Part::Number, number, profile.part_length).map(|what| what.judged(profile)));
    }
    let key = second_key(product, profile.lock_carrier);
    if profile.protocol == Protocol::Cxml {
        found.extend(
            too_long(Part::SecondKey, &key, profile.auxiliary_length).map(|what| what.judged(profile)),
        );
    }
    let forbidden = |part: Part, text: &str, characters: &str| {
        let character = text.chars().find(|character| characters.contains(*character));
        character.map(|character| What::Forbidden { part, text: text.to_owned(), character }.judged(profile))
    };
    found.extend(forbidden(Part::Number, number, &profile.id_forbidden));
    found.extend(forbidden(Part::SecondKey, &key, &profile.id_forbidden));
    found.extend(forbidden(Part::Description, &product.name, &profile.description_forbidden));
    let mut shortened = |part: Part, text: &str, most: Option<usize>| match most {
        Some(most) if counts.of(text) > most => {
            let what = What::Shortened { part, length: counts.of(text), most, counts };
            found.push(what.judged(profile));
            cut_at_word(text, most, |text| counts.of(text))
        }
        _ => text.to_owned(),
    };
    let description = shortened(Part::Description, &product.name, Some(profile.description_characters));
    let manufacturer = product.manufacturer.as_deref();
    let manufacturer =
        manufacturer.map(|name| shortened(Part::Manufacturer, name, profile.manufacturer_length));
    if let Some(own) = &product.manufacturer_part {
        let what = too_long(Part::ManufacturerNumber, own, profile.manufacturer_part_length);
        found.extend(what.map(|what| what.judged(profile)));
    }
    let unit = mapped(Part::Unit, product.unit.as_str(), profile.unit(product.unit.as_str()), profile, found);
    if unit.chars().count() > bounds.unit {
        found.extend(too_long(Part::Unit, &unit, Some(bounds.unit)).map(What::impossible));
    } else {
        found.extend(too_long(Part::Unit, &unit, profile.unit_length).map(|what| what.judged(profile)));
    }
    let class = class(product, profile, found);
    Fitted {
        description,
        language: product.details.language.clone(),
        manufacturer,
        manufacturer_part: product.manufacturer_part.clone(),
        unit,
        class,
        price,
    }
}

fn class(product: &Product, profile: &Profile, found: &mut Vec<Finding>) -> String {
    let Some(own) = product.unspsc.as_deref() else {
        if profile.classification_required {
            found.push(What::Unclassified.judged(profile));
        }
        return profile.classification_default.clone();
    };
    let class = mapped(Part::Class, own, profile.classification(own), profile, found);
    let (counts, text) = (profile.length_counts, class.clone());
    let length = counts.of(&class);
    let what = match profile.classification_length {
        Some(most) if length > most => Some(What::TooLong { part: Part::Class, text, length, most, counts }),
        _ if !profile.is_classification(&class) => Some(What::Malformed { part: Part::Class, text }),
        _ => None,
    };
    found.extend(what.map(|what| what.judged(profile)));
    class
}

/// A word in the buyer's words, recorded where it is another one; itself where there is none.
fn mapped(
    part: Part,
    ours: &str,
    theirs: Option<&str>,
    profile: &Profile,
    found: &mut Vec<Finding>,
) -> String {
    match theirs {
        Some(theirs) if theirs == ours => {}
        Some(theirs) => {
            let what = What::Mapped { part, ours: ours.to_owned(), theirs: theirs.to_owned() };
            found.push(what.judged(profile));
        }
        None => found.push(What::Unmapped { part, code: ours.to_owned() }.judged(profile)),
    }
    theirs.unwrap_or(ours).to_owned()
}

/// What the second key will look like, with some reference in it where that is its carrier.
fn second_key(product: &Product, carrier: LockCarrier) -> String {
    let reference = match carrier {
        LockCarrier::Auxiliary => "A".repeat(LockReference::LENGTH),
        LockCarrier::Extrinsic | LockCarrier::None => String::new(),
    };
    match (product.auxiliary.as_deref(), reference.is_empty()) {
        (Some(own), true) => own.to_owned(),
        (Some(own), false) => format!("{own}.{reference}"),
        (None, _) => reference,
    }
}

/// Marks a cut; plain ASCII, so that it is the same length in every count and charset.
const CUT: &str = "...";

/// Cut at a word where there is one in the second half.
fn cut_at_word(text: &str, most: usize, length: impl Fn(&str) -> usize) -> String {
    let room = most.saturating_sub(CUT.len());
    let mut end = 0;
    for (at, character) in text.char_indices() {
        let next = at + character.len_utf8();
        if text.get(..next).is_none_or(|head| length(head) > room) {
            break;
        }
        end = next;
    }
    let cut = text.get(..end).unwrap_or_default();
    let whole_word = text.get(end..).is_some_and(|rest| rest.starts_with(' '));
    let space = if whole_word { None } else { cut.rfind(' ').filter(|at| *at > cut.len() / 2) };
    let at_word = space.and_then(|at| cut.get(..at));
    format!("{}{CUT}", at_word.unwrap_or(cut).trim_end())
}

#[cfg(test)]
mod tests;
