//! Pages that a program may read: all in the first answer, no cookie; a script only where the form sends itself.

use axum::{
    http::{HeaderValue, header},
    response::Response,
};
use maud::{DOCTYPE, Markup, html};

use crate::{
    flow::{authenticate::Parties, cart::ReturnedLine},
    model::profile::Charset,
    shell::{
        app::App,
        web::{
            look::{Asset, Assets, format, headers},
            storefront::{encode, label, method},
            visit::DepartureForm,
        },
    },
};

/// `VALIDATE`: hidden fields that are sent by themselves, nothing to see; the button is for browsers without scripts.
pub(super) fn checked(app: &App, parties: &Parties, departure: &DepartureForm) -> Response {
    let content = html! {
        (form(departure, &html! { noscript { button { "Continue" } } }))
        script src=(Assets::new(app.public_url.prefix()).file(Asset::ReturnScript)) {}
    };
    answer(parties, departure.charset, "Checked", &content)
}

/// A product that is gone, a search without a hit: no form, for an empty one would be read as an answer.
pub(super) fn nothing(parties: &Parties, title: &str) -> Response {
    let charset = parties.profile.charset;
    answer(parties, charset, title, &html! { p { (title) } })
}

/// `BACKGROUND_SEARCH`: the hits as the return form has them. It never sends itself: the buyer's system reads it, and who
/// sees it in a browser presses the button.
pub(super) fn found(
    parties: &Parties,
    departure: &DepartureForm,
    lines: &[ReturnedLine],
    total: usize,
) -> Response {
    let title = format!("{} found", format::counted(total, "product", "products"));
    let table = html! {
        h1 { (title) }
        @if lines.len() < total { p { "The first " (lines.len()) " are shown." } }
        table {
            thead { tr { th { "Product" } th { "Number" } th { "Quantity" } th { "Price" } } }
            tbody {
                @for line in lines {
                    tr {
                        td { (line.text.description) }
                        td { (line.part) }
                        td { (line.quantity.to_string()) " " (line.unit_sent) }
                        td { (line.price.text()) " " (line.price.currency.to_string()) " / " (line.price.per.normalize().to_string()) }
                    }
                }
            }
        }
        button { "Take these products over" }
    };
    answer(parties, departure.charset, &title, &form(departure, &table))
}

fn form(departure: &DepartureForm, more: &Markup) -> Markup {
    let DepartureForm { form, target, charset } = departure;
    html! {
        form id="post" method=(method(form.method)) action=(form.action) target=(target) accept-charset=(label(*charset)) {
            @for field in &form.fields { input type="hidden" name=(field.name) value=(field.value); }
            (more)
        }
    }
}

fn answer(parties: &Parties, charset: Charset, title: &str, content: &Markup) -> Response {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head { meta charset=(label(charset)); meta name="robots" content="noindex"; title { (title) } }
            body { (content) }
        }
    };
    let (bytes, kind) = encode(page, charset);
    let mut headers = headers::return_page_headers(&parties.connection.frame_hosts);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    super::answered(headers, bytes)
}
