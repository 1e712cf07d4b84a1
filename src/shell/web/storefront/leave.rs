//! The last page: it posts what leaves to the buyer, or says how to leave.

use encoding_rs::{UTF_8, WINDOWS_1252};
use maud::{Markup, html};

use crate::{
    model::{
        money::Money,
        party::Supplier,
        profile::{Charset, ReturnMethod, Target},
    },
    shell::web::look::{Asset, Assets, Document, Icon, format, icon},
    wire::oci::Field,
};

use super::{
    address::Links,
    frame::{brand, contact_card},
};

/// A form on its way to the buyer.
pub(crate) struct Posted<'a> {
    /// Builds addresses of the visit.
    pub(crate) links: &'a Links,
    /// Who sells.
    pub(crate) supplier: &'a Supplier,
    /// Name of the buyer.
    pub(crate) buyer: &'a str,
    /// Where it goes, exactly as the call named it.
    pub(crate) action: &'a str,
    /// How it goes.
    pub(crate) method: ReturnMethod,
    /// Which frame or window shows the answer.
    pub(crate) target: &'a Target,
    /// In which charset page and form are written.
    pub(crate) charset: Charset,
    /// Hidden fields, in order.
    pub(crate) fields: &'a [Field],
    /// What it is.
    pub(crate) parcel: Parcel,
}

/// What is posted.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Parcel {
    /// A cart.
    Cart {
        /// How many lines.
        lines: usize,
        /// Their sum.
        total: Money,
    },
    /// The message that nothing was changed.
    Nothing,
}

/// The page that posts: one form, one button, one script.
pub(crate) fn post(posted: &Posted<'_>) -> Markup {
    let charset = label(posted.charset);
    let (title, text) = match posted.parcel {
        Parcel::Cart { lines, total } => (
            "Your cart is ready",
            html! { (format::counted(lines, "line", "lines")) ", " strong { (format::money(total)) } },
        ),
        Parcel::Nothing => ("Leaving without changes", html! { "Nothing that you did here is kept." }),
    };
    let content = html! {
        h1 { (title) }
        p.lead { (text) }
        form id="post" method=(method(posted.method)) action=(posted.action) target=(posted.target.as_str()) accept-charset=(charset) {
            @for field in posted.fields { input type="hidden" name=(field.name) value=(field.value); }
            button.button.primary.huge { span { "Continue to " (format::Data(posted.buyer)) } (icon(Icon::Forward)) }
        }
        p.quiet id="status" role="status" {}
        p.quiet { a href=(posted.links.home()) { "Back to the catalogue" } }
    };
    let document = Document {
        accent: Some(&posted.supplier.accent),
        styles: &[Asset::Shop],
        scripts: &[Asset::ReturnScript],
        charset,
        icon: false,
        ..Document::new(posted.links.assets(), title)
    };
    document.render(&calm(Some(posted.supplier), &content))
}

/// As the attribute has it.
pub(in crate::shell::web) const fn method(method: ReturnMethod) -> &'static str {
    match method {
        ReturnMethod::Post => "post",
        ReturnMethod::Get => "get",
    }
}

/// The page's bytes, and its `Content-Type`.
///
/// What the charset lacks becomes a character reference, which HTML reads back as the character.
pub(in crate::shell::web) fn encode(page: Markup, charset: Charset) -> (Vec<u8>, &'static str) {
    let page = page.into_string();
    match charset {
        Charset::Utf8 => (UTF_8.encode(&page).0.into_owned(), "text/html; charset=utf-8"),
        Charset::Latin1 => (WINDOWS_1252.encode(&page).0.into_owned(), "text/html; charset=iso-8859-1"),
    }
}

pub(in crate::shell::web) const fn label(charset: Charset) -> &'static str {
    match charset {
        Charset::Utf8 => "utf-8",
        Charset::Latin1 => "iso-8859-1",
    }
}

/// How a shopper leaves where no message can be posted.
pub(crate) struct Goodbye<'a> {
    /// Builds addresses of the visit.
    pub(crate) links: &'a Links,
    /// Who sells.
    pub(crate) supplier: &'a Supplier,
    /// Name of the buyer.
    pub(crate) buyer: &'a str,
    /// Where cancelling leads, with its frame or window; `None`: the user closes the shop.
    pub(crate) onward: Option<(&'a str, &'a Target)>,
}

/// The page that says how to leave.
pub(crate) fn goodbye(view: &Goodbye<'_>) -> Markup {
    let content = html! {
        h1 { "Nothing was sent" }
        p.lead { "Your requisition at " (format::Data(view.buyer)) " stays as it was." }
        @match view.onward {
            Some((address, target)) => {
                a.button.primary.huge href=(address) target=(target.as_str()) {
                    span { "Continue to " (format::Data(view.buyer)) } (icon(Icon::Forward))
                }
            }
            None => p { "Close this window, or use the way back that your procurement system offers." },
        }
        p.quiet { a href=(view.links.home()) { "Back to the catalogue" } }
    };
    let document = Document {
        accent: Some(&view.supplier.accent),
        styles: &[Asset::Shop],
        ..Document::new(view.links.assets(), "Nothing was sent")
    };
    document.render(&calm(Some(view.supplier), &content))
}

/// A frame without search, categories and cart: for pages where nothing is left to do but one thing.
pub(super) fn calm(supplier: Option<&Supplier>, content: &Markup) -> Markup {
    html! {
        header.frame { div.top.calm { div.bar { @if let Some(supplier) = supplier { (brand(supplier, None)) } } } }
        main.calm id="main" tabindex="-1" { div.card { (content) } }
        @if let Some(supplier) = supplier {
            footer.bottom.calm { (contact_card(&supplier.name, &supplier.contact)) }
        }
    }
}

/// A calm page that stands alone.
pub(super) fn alone(assets: &Assets, supplier: Option<&Supplier>, title: &str, content: &Markup) -> Markup {
    let document = Document {
        accent: supplier.map(|supplier| &supplier.accent),
        styles: &[Asset::Shop],
        ..Document::new(assets, title)
    };
    document.render(&calm(supplier, content))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latin_1_keeps_every_character_as_one_or_as_a_reference() {
        let (bytes, kind) = encode(html! { "ü € 漢" }, Charset::Latin1);
        assert_eq!(bytes, b"\xfc \x80 &#28450;");
        assert_eq!(kind, "text/html; charset=iso-8859-1");
    }
}
