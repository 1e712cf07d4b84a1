//! Cells of what a product has beyond name, price and properties ↔ [`Details`].

use jiff::civil::Date;

use super::{
    cells::{self, escaped, joined, split, unescaped},
    product::part,
    row::{Column, Reason, Row},
};
use crate::model::{
    catalog::{
        Attachment, AttachmentKind, Classified, Component, Details, ErpItem, Extrinsic, Family, Hazard,
        Media, Pictogram, Relation, RelationKind, Signal, Translation, Validity,
    },
    language::Language,
    quantity::{Quantity, UnitOfMeasure},
};

/// Most of anything that a cell lists.
const MOST: usize = 50;
/// The longest address, in characters.
const ADDRESS: usize = 2000;

/// The columns of details, after those of the product.
pub(super) const DETAIL_COLUMNS: [Column; 28] = [
    Column::optional("accessories"),
    Column::optional("alternatives"),
    Column::optional("successors"),
    Column::optional("spare_parts"),
    Column::optional("language"),
    Column::optional("names"),
    Column::optional("descriptions"),
    Column::optional("unspsc_version"),
    Column::optional("eclass"),
    Column::optional("eclass_version"),
    Column::optional("pictures"),
    Column::optional("attachments"),
    Column::optional("family"),
    Column::optional("family_by"),
    Column::optional("components"),
    Column::optional("signal"),
    Column::optional("pictograms"),
    Column::optional("hazards"),
    Column::optional("precautions"),
    Column::optional("un_number"),
    Column::optional("transport_class"),
    Column::optional("packing_group"),
    Column::optional("valid_from"),
    Column::optional("valid_until"),
    Column::optional("erp_part"),
    Column::optional("erp_unit"),
    Column::optional("extrinsics"),
    Column::optional("weight_kg"),
];

/// Which column lists the relations of a kind.
const RELATIONS: [(&str, RelationKind); 5] = [
    ("related", RelationKind::Related),
    ("accessories", RelationKind::Accessory),
    ("alternatives", RelationKind::Alternative),
    ("successors", RelationKind::Successor),
    ("spare_parts", RelationKind::SparePart),
];

/// All relations of a row, those of one kind together.
pub(super) fn relations(row: &Row<'_>) -> Vec<Relation> {
    let mut relations = Vec::new();
    for (column, kind) in RELATIONS {
        let parts = row.optional(column, list(|one| part(&unescaped(one)))).unwrap_or_default();
        for part in parts {
            if row.text("part") == Some(part.as_str()) {
                row.refuse(column, Reason::Itself);
            }
            relations.push(Relation { kind, part });
        }
    }
    relations
}

/// The parts of one kind, as its cell lists them.
pub(super) fn relations_text(relations: &[Relation], kind: RelationKind) -> String {
    let of_kind = relations.iter().filter(|relation| relation.kind == kind);
    joined(of_kind.map(|relation| escaped(relation.part.as_str())))
}

pub(super) fn details(row: &Row<'_>) -> Details {
    Details {
        language: row.optional("language", language),
        described_in: None,
        translations: translations(row),
        unspsc_version: row.optional("unspsc_version", cells::line(20)),
        eclass: eclass(row),
        pictures: row.optional("pictures", list(picture)).unwrap_or_default(),
        attachments: row.optional("attachments", list(attachment)).unwrap_or_default(),
        family: family(row),
        components: components(row),
        hazard: hazard(row),
        validity: validity(row),
        erp: erp(row),
        weight_kg: row.optional("weight_kg", cells::quantity),
        extrinsics: row.optional("extrinsics", list(extrinsic)).unwrap_or_default(),
    }
}

/// The cells of [`DETAIL_COLUMNS`], in their order.
pub(super) fn details_row(details: &Details, relations: &[Relation]) -> Vec<String> {
    let optional = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let by_language = |text: fn(&Translation) -> Option<&String>| {
        joined(
            details
                .translations
                .iter()
                .filter_map(|one| text(one).map(|text| format!("{}={}", one.language, escaped(text)))),
        )
    };
    let nothing = Hazard::default();
    let hazard = details.hazard.as_ref().unwrap_or(&nothing);
    let eclass = details.eclass.as_ref();
    let family = details.family.as_ref();
    let erp = details.erp.as_ref();
    let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let mut cells: Vec<String> =
        RELATIONS[1..].iter().map(|(_, kind)| relations_text(relations, *kind)).collect();
    cells.extend([
        optional(details.language.as_deref()),
        by_language(|one| one.name.as_ref()),
        by_language(|one| one.description.as_ref()),
        optional(details.unspsc_version.as_deref()),
        optional(eclass.map(|class| class.code.as_str())),
        optional(eclass.and_then(|class| class.version.as_deref())),
        joined(details.pictures.iter().map(picture_text)),
        joined(details.attachments.iter().map(attachment_text)),
        optional(family.map(|family| family.key.as_str())),
        family.map(|family| joined(family.by.iter().map(|name| escaped(name)))).unwrap_or_default(),
        joined(
            details.components.iter().map(|one| format!("{}={}", escaped(one.part.as_str()), one.quantity)),
        ),
        optional(hazard.signal.map(Signal::word)),
        joined(hazard.pictograms.iter().map(|one| one.word().to_owned())),
        joined(hazard.statements.iter().cloned()),
        joined(hazard.precautions.iter().cloned()),
        optional(hazard.un_number.as_deref()),
        optional(hazard.transport_class.as_deref()),
        optional(hazard.packing_group.as_deref()),
        day(details.validity.from),
        day(details.validity.until),
        optional(erp.map(|erp| erp.part.as_str())),
        optional(erp.and_then(|erp| erp.unit.as_ref()).map(UnitOfMeasure::as_str)),
        joined(
            details.extrinsics.iter().map(|one| format!("{}={}", escaped(&one.name), escaped(&one.value))),
        ),
        details.weight_kg.map(|weight| weight.to_string()).unwrap_or_default(),
    ]);
    cells
}

/// A list of at most [`MOST`], joined by `|`.
fn list<T>(read: impl Fn(&str) -> Result<T, Reason>) -> impl Fn(&str) -> Result<Vec<T>, Reason> {
    move |raw| {
        let parts = split(raw, '|');
        if parts.len() > MOST {
            return Err(Reason::Malformed("a list of at most 50"));
        }
        parts.iter().map(|one| read(one.trim())).collect()
    }
}

/// `name=value`, either of them escaped.
fn pair(raw: &str) -> Option<(String, String)> {
    let halves = split(raw, '=');
    let [name, value] = halves.as_slice() else { return None };
    let (name, value) = (unescaped(name.trim()), unescaped(value.trim()));
    (!name.is_empty() && !value.is_empty()).then_some((name, value))
}

/// `text`, or `text [inside]`.
fn bracketed(raw: &str) -> Option<(String, Option<String>)> {
    let halves = split(raw, '[');
    match halves.as_slice() {
        [text] => Some((unescaped(text.trim()), None)),
        [text, inside] => {
            Some((unescaped(text.trim()), Some(inside.trim_end().strip_suffix(']')?.to_owned())))
        }
        _ => None,
    }
}

/// BCP 47 in its simple form: `en`, `de-AT`, `zh-Hant`.
fn language(raw: &str) -> Result<String, Reason> {
    Language::parse(raw).map(String::from).map_err(|_| Reason::Malformed("a language such as en or de-AT"))
}

fn translations(row: &Row<'_>) -> Vec<Translation> {
    const FORM: Reason = Reason::Malformed("texts by language such as de=Schraube|fr=Vis");
    let of = |most: usize, lines: bool| {
        list(move |raw| {
            let (tag, text) = pair(raw).ok_or(FORM)?;
            let text = if lines { cells::paragraphs(most)(&text)? } else { cells::line(most)(&text)? };
            Ok((language(&tag)?, text))
        })
    };
    let names = row.optional("names", of(200, false)).unwrap_or_default();
    let descriptions = row.optional("descriptions", of(4000, true)).unwrap_or_default();
    let mut found: Vec<Translation> = Vec::new();
    let place = |language: String, found: &mut Vec<Translation>| -> usize {
        found.iter().position(|one| one.language == language).unwrap_or_else(|| {
            found.push(Translation { language, ..Translation::default() });
            found.len() - 1
        })
    };
    for (language, text) in names {
        let at = place(language, &mut found);
        if found.get(at).is_some_and(|one| one.name.is_some()) {
            row.refuse("names", Reason::Malformed("one text for each language"));
        }
        if let Some(one) = found.get_mut(at) {
            one.name = Some(text);
        }
    }
    for (language, text) in descriptions {
        let at = place(language, &mut found);
        if found.get(at).is_some_and(|one| one.description.is_some()) {
            row.refuse("descriptions", Reason::Malformed("one text for each language"));
        }
        if let Some(one) = found.get_mut(at) {
            one.description = Some(text);
        }
    }
    found
}

fn eclass(row: &Row<'_>) -> Option<Classified> {
    let code = row.optional("eclass", |raw| {
        let digits: String = raw.chars().filter(|c| *c != '-').collect();
        let fits = digits.len() == 8 && digits.bytes().all(|byte| byte.is_ascii_digit());
        if fits { Ok(digits) } else { Err(Reason::Malformed("an eCl@ss class of 8 digits")) }
    });
    let version = row.optional("eclass_version", cells::line(20));
    if row.text("eclass").is_none() && version.is_some() {
        row.refuse("eclass_version", Reason::Alone("eclass"));
    }
    Some(Classified { code: code?, version })
}

/// An address that a browser may be sent to.
fn address(raw: &str) -> Result<String, Reason> {
    const FORM: Reason = Reason::Malformed("an address that begins with https:// or http://");
    let address = cells::line(ADDRESS)(raw)?;
    let url = url::Url::parse(&address).map_err(|_| FORM)?;
    let plain =
        matches!(url.scheme(), "https" | "http") && url.username().is_empty() && url.password().is_none();
    if plain && url.has_host() && !address.contains(char::is_whitespace) { Ok(address) } else { Err(FORM) }
}

fn picture(raw: &str) -> Result<Media, Reason> {
    let (text, title) =
        bracketed(raw).ok_or(Reason::Malformed("a picture such as https://host/a.jpg [Title]"))?;
    let title = title.map(|title| cells::line(200)(&unescaped(title.trim()))).transpose()?;
    Ok(Media { address: address(&text)?, title: title.filter(|title| !title.is_empty()) })
}

fn picture_text(picture: &Media) -> String {
    let title = picture.title.as_ref().map(|title| format!(" [{}]", escaped(title))).unwrap_or_default();
    format!("{}{title}", escaped(&picture.address))
}

/// `kind=address [language; media type; bytes; title]`; what is not known is left out.
fn attachment(raw: &str) -> Result<Attachment, Reason> {
    const FORM: Reason = Reason::Malformed(
        "an attachment such as datasheet=https://host/a.pdf [en; application/pdf; 20480; Title]",
    );
    let (kind, rest) = raw.split_once('=').ok_or(FORM)?;
    let kind = AttachmentKind::parse(kind).map_err(Reason::Word)?;
    let (text, inside) = bracketed(rest).ok_or(FORM)?;
    let inside = inside.unwrap_or_default();
    let mut told = inside.splitn(4, ';').map(str::trim);
    let mut next = || told.next().filter(|text| !text.is_empty());
    Ok(Attachment {
        kind,
        address: address(&text)?,
        language: next().map(language).transpose()?,
        media_type: next().map(media_type).transpose()?,
        bytes: next()
            .map(|raw| raw.parse().map_err(|_| Reason::Malformed("a number of bytes")))
            .transpose()?,
        title: next().map(|raw| cells::line(200)(&unescaped(raw))).transpose()?,
    })
}

fn attachment_text(attachment: &Attachment) -> String {
    let mut inside = [
        attachment.language.clone().unwrap_or_default(),
        attachment.media_type.clone().unwrap_or_default(),
        attachment.bytes.map(|bytes| bytes.to_string()).unwrap_or_default(),
        attachment.title.as_deref().map(escaped).unwrap_or_default(),
    ]
    .to_vec();
    while inside.last().is_some_and(String::is_empty) {
        inside.pop();
    }
    let inside = if inside.is_empty() { String::new() } else { format!(" [{}]", inside.join("; ")) };
    format!("{}={}{inside}", attachment.kind.word(), escaped(&attachment.address))
}

fn media_type(raw: &str) -> Result<String, Reason> {
    let token = |text: &str| {
        !text.is_empty()
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
    };
    match raw.split_once('/') {
        Some((kind, sort)) if token(kind) && token(sort) && raw.len() <= 100 => Ok(raw.to_ascii_lowercase()),
        _ => Err(Reason::Malformed("a media type such as application/pdf")),
    }
}

fn family(row: &Row<'_>) -> Option<Family> {
    let key = row.optional("family", cells::line(80));
    let by = row.optional("family_by", list(|one| cells::line(80)(&unescaped(one)))).unwrap_or_default();
    if row.text("family").is_none() && !by.is_empty() {
        row.refuse("family_by", Reason::Alone("family"));
    }
    Some(Family { key: key?, by })
}

fn components(row: &Row<'_>) -> Vec<Component> {
    const FORM: Reason = Reason::Malformed("components such as A-1=2|B-7=1");
    let found = row.optional(
        "components",
        list(|one| {
            let (name, count) = match split(one, '=').as_slice() {
                [name] => (unescaped(name.trim()), Quantity::ONE),
                [name, count] => (unescaped(name.trim()), cells::quantity(count.trim())?),
                _ => return Err(FORM),
            };
            Ok(Component { part: part(&name)?, quantity: count })
        }),
    );
    let found = found.unwrap_or_default();
    if found.iter().any(|one| row.text("part") == Some(one.part.as_str())) {
        row.refuse("components", Reason::Itself);
    }
    found
}

fn hazard(row: &Row<'_>) -> Option<Hazard> {
    let hazard = Hazard {
        signal: row.optional("signal", |raw| Signal::parse(raw).map_err(Reason::Word)),
        pictograms: row
            .optional("pictograms", list(|one| Pictogram::parse(one).map_err(Reason::Word)))
            .unwrap_or_default(),
        statements: row
            .optional(
                "hazards",
                list(|one| statement(one, &["EUH", "H"], "a statement such as H225 or EUH066")),
            )
            .unwrap_or_default(),
        precautions: row
            .optional(
                "precautions",
                list(|one| statement(one, &["P"], "a statement such as P210 or P301+P310")),
            )
            .unwrap_or_default(),
        un_number: row.optional("un_number", |raw| {
            let digits = raw.strip_prefix("UN").unwrap_or(raw).trim();
            let fits = digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
            if fits { Ok(digits.to_owned()) } else { Err(Reason::Malformed("a UN number of 4 digits")) }
        }),
        transport_class: row.optional("transport_class", |raw| {
            let fits = raw.len() <= 4 && raw.starts_with(|c: char| c.is_ascii_digit());
            if fits { cells::line(4)(raw) } else { Err(Reason::Malformed("a class such as 3 or 6.1")) }
        }),
        packing_group: row.optional("packing_group", |raw| match raw {
            "I" | "II" | "III" => Ok(raw.to_owned()),
            _ => Err(Reason::Malformed("a packing group: I, II or III")),
        }),
    };
    (hazard != Hazard::default()).then_some(hazard)
}

/// Codes joined by `+`, each of a letter and three digits, with up to two letters behind (`H360FD`).
fn statement(raw: &str, letters: &[&str], form: &'static str) -> Result<String, Reason> {
    let fits = |code: &str| {
        letters.iter().any(|letters| {
            code.strip_prefix(letters).is_some_and(|rest| {
                rest.len() <= 5
                    && rest.get(..3).is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
                    && rest.get(3..).is_some_and(|more| more.bytes().all(|byte| byte.is_ascii_alphabetic()))
            })
        })
    };
    let code: String = raw.chars().filter(|c| !c.is_whitespace()).collect();
    if code.split('+').all(fits) && code.len() <= 40 { Ok(code) } else { Err(Reason::Malformed(form)) }
}

fn validity(row: &Row<'_>) -> Validity {
    let day = |raw: &str| raw.parse::<Date>().map_err(|_| Reason::Malformed("a day such as 2026-12-31"));
    let validity =
        Validity { from: row.optional("valid_from", day), until: row.optional("valid_until", day) };
    if validity.from.zip(validity.until).is_some_and(|(from, until)| until < from) {
        row.refuse("valid_until", Reason::Malformed("a day after valid_from"));
    }
    validity
}

fn erp(row: &Row<'_>) -> Option<ErpItem> {
    let part = row.optional("erp_part", cells::line(80));
    // The supplier's own list of units: any code.
    let unit = row.optional("erp_unit", |raw| Ok(UnitOfMeasure::parse(raw)?));
    if row.text("erp_part").is_none() && unit.is_some() {
        row.refuse("erp_unit", Reason::Alone("erp_part"));
    }
    Some(ErpItem { part: part?, unit })
}

fn extrinsic(raw: &str) -> Result<Extrinsic, Reason> {
    let (name, value) =
        pair(raw).ok_or(Reason::Malformed("names and values such as Origin=DE|Colour=red"))?;
    Ok(Extrinsic { name: cells::line(80)(&name)?, value: cells::paragraphs(1000)(&value)? })
}
