//! What a product's page says beyond price and specification: variants, bundles, dangers, documents, validity.

use std::sync::Arc;

use jiff::civil::Date;
use maud::{Markup, html};
use rust_decimal::Decimal;

use crate::{
    model::catalog::{Attachment, AttachmentKind, Component, Pictogram, Product, RelationKind, Signal},
    shell::web::look::{Tone, format, notice},
};

use super::{
    frame::{Frame, nothing},
    row,
};

/// What a kind of relation is called on the page.
pub(super) const fn relation(kind: RelationKind) -> &'static str {
    match kind {
        RelationKind::Successor => "Replaced by",
        RelationKind::Alternative => "Alternatives",
        RelationKind::Accessory => "Accessories",
        RelationKind::SparePart => "Spare parts",
        RelationKind::Related => "Goes with it",
    }
}

/// Why it cannot be ordered today, or how long it can.
pub(super) fn validity(product: &Product, today: Date) -> Markup {
    let validity = product.details.validity;
    match (validity.from, validity.until) {
        (Some(from), _) if today < from => {
            notice(Tone::Info, &html! { strong { "Not yet." } " Can be ordered from " (day(from)) "." })
        }
        (_, Some(until)) if until < today => notice(
            Tone::Warning,
            &html! { strong { "No longer sold." } " Could be ordered until " (day(until)) "." },
        ),
        (_, Some(until)) => html! { p.quiet { "Can be ordered until " (day(until)) "." } },
        _ => nothing(),
    }
}

fn day(day: Date) -> Markup {
    html! { time datetime=(day) { (day.strftime("%-d %B %Y")) } }
}

/// The signal word, where nobody can miss it.
pub(super) fn signal(product: &Product) -> Markup {
    let Some(signal) = product.details.hazard.as_ref().and_then(|hazard| hazard.signal) else {
        return nothing();
    };
    let (tone, word) = match signal {
        Signal::Danger => (Tone::Bad, "Danger."),
        Signal::Warning => (Tone::Warning, "Warning."),
    };
    notice(
        tone,
        &html! { strong { (word) } " A dangerous product: see " a href="#hazard" { "hazards and transport" } "." },
    )
}

/// The other variants, each with what tells it apart.
pub(super) fn variants(frame: &Frame<'_>, product: &Product, variants: &[Arc<Product>]) -> Markup {
    let Some(family) = product.details.family.as_ref().filter(|_| !variants.is_empty()) else {
        return nothing();
    };
    let value = |product: &Product, name: &str| {
        let found = product.attributes.iter().find(|attribute| attribute.name == name);
        html! { @match found { Some(attribute) => (row::value(attribute)), None => span.quiet { "–" } } }
    };
    html! {
        section.variants aria-labelledby="variants" tabindex="0" {
            h2 id="variants" { "Variants" }
            table {
                thead { tr { th scope="col" { "Number" } @for name in &family.by { th scope="col" { (format::Data(name)) } } } }
                tbody {
                    tr {
                        th scope="row" { (format::part(product.part.as_str())) " " span.quiet { "this one" } }
                        @for name in &family.by { td { (value(product, name)) } }
                    }
                    @for other in variants {
                        tr {
                            th scope="row" { a href=(frame.links.product(&other.key())) { (format::part(other.part.as_str())) } }
                            @for name in &family.by { td { (value(other, name)) } }
                        }
                    }
                }
            }
        }
    }
}

/// What a bundle is put together of; what this visit does not see is named by its number alone.
pub(super) fn components(
    frame: &Frame<'_>,
    product: &Product,
    components: &[(Component, Option<Arc<Product>>)],
) -> Markup {
    if product.details.components.is_empty() {
        return nothing();
    }
    html! {
        section aria-labelledby="components" {
            h2 id="components" { "What is in it" }
            ul.plain-list {
                @for (component, found) in components {
                    li {
                        @match found {
                            Some(found) => {
                                span { (format::quantity_of(component.quantity, &found.unit)) }
                                a href=(frame.links.product(&found.key())) dir="auto" lang=[found.details.language.as_deref()] {
                                    (found.name)
                                }
                            }
                            None => { span { (format::quantity(component.quantity)) " ×" } (format::part(component.part.as_str())) }
                        }
                    }
                }
            }
        }
    }
}

/// Dangers and transport; codes as the safety data sheet has them.
pub(super) fn hazard(product: &Product) -> Markup {
    let Some(hazard) = &product.details.hazard else { return nothing() };
    let transport: Vec<(&str, String)> = [
        ("UN number", hazard.un_number.as_ref().map(|number| format!("UN {number}"))),
        ("Transport class", hazard.transport_class.clone()),
        ("Packing group", hazard.packing_group.clone()),
    ]
    .into_iter()
    .filter_map(|(name, text)| text.map(|text| (name, text)))
    .collect();
    let codes = |name: &str, codes: &[String]| {
        html! {
            @if !codes.is_empty() { dt { (name) } dd { ul.codes { @for code in codes { li { (code) } } } } }
        }
    };
    html! {
        section aria-labelledby="hazard" {
            h2 id="hazard" { "Hazards and transport" }
            dl.facts {
                @if let Some(signal) = hazard.signal {
                    dt { "Signal word" } dd { strong { @match signal { Signal::Danger => "Danger", Signal::Warning => "Warning" } } }
                }
                @if !hazard.pictograms.is_empty() {
                    dt { "Pictograms" }
                    dd { ul.codes { @for one in &hazard.pictograms { li { (pictogram(*one)) " " span.quiet { (one.word()) } } } } }
                }
                (codes("Hazard statements", &hazard.statements))
                (codes("Precautions", &hazard.precautions))
                @for (name, text) in transport { dt { (name) } dd { (text) } }
            }
        }
    }
}

const fn pictogram(pictogram: Pictogram) -> &'static str {
    match pictogram {
        Pictogram::Explosive => "Explosive",
        Pictogram::Flammable => "Flammable",
        Pictogram::Oxidising => "Oxidising",
        Pictogram::Gas => "Gas under pressure",
        Pictogram::Corrosive => "Corrosive",
        Pictogram::Toxic => "Toxic",
        Pictogram::Harmful => "Harmful or irritant",
        Pictogram::Health => "Health hazard",
        Pictogram::Environment => "Harmful to the environment",
    }
}

/// Documents and pictures at the supplier's addresses: each opens in a window of its own.
pub(super) fn documents(product: &Product) -> Markup {
    let details = &product.details;
    if details.attachments.is_empty() && details.pictures.is_empty() {
        return nothing();
    }
    let link = |address: &str, text: &Markup| {
        html! { a href=(address) target="_blank" rel="noopener noreferrer" { (text) span.unseen { " (new window)" } } }
    };
    html! {
        section aria-labelledby="documents" {
            h2 id="documents" { "Documents and pictures" }
            ul.plain-list {
                @for attachment in &details.attachments {
                    li {
                        (link(&attachment.address, &html! { (kind(attachment.kind)) @if let Some(title) = &attachment.title { ": " (format::Data(title)) } }))
                        span.quiet { (about(attachment)) }
                    }
                }
                @for (place, picture) in details.pictures.iter().enumerate() {
                    li {
                        (link(&picture.address, &html! {
                            @match &picture.title { Some(title) => { "Picture: " (format::Data(title)) } None => { "Picture " (place + 1) } }
                        }))
                    }
                }
            }
        }
    }
}

const fn kind(kind: AttachmentKind) -> &'static str {
    match kind {
        AttachmentKind::Datasheet => "Data sheet",
        AttachmentKind::SafetySheet => "Safety data sheet",
        AttachmentKind::Manual => "Manual",
        AttachmentKind::Certificate => "Certificate",
        AttachmentKind::Drawing => "Drawing",
        AttachmentKind::Terms => "Terms",
        AttachmentKind::Video => "Video",
        AttachmentKind::Other => "Document",
    }
}

/// Type, size and language, as far as they are known: `PDF, 180 kB, de`.
fn about(attachment: &Attachment) -> String {
    let sort =
        attachment.media_type.as_deref().and_then(|kind| kind.rsplit('/').next()).map(str::to_uppercase);
    let size = attachment.bytes.map(|bytes| {
        let kilobytes = Decimal::from(bytes.div_ceil(1024));
        format!("{} kB", format::number(kilobytes, 0))
    });
    [sort, size, attachment.language.clone()].into_iter().flatten().collect::<Vec<_>>().join(", ")
}
