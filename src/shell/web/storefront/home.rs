//! The first page: categories, and a few products.

use maud::{Markup, html};

use crate::shell::web::look::format;

use super::{
    address::Place,
    frame::{At, CategoryCard, Frame},
    row::{self, Item},
};

/// What the first page shows.
pub(crate) struct Home<'a> {
    /// Products that this buyer may want.
    pub(crate) picks: &'a [Item],
    /// How many products this visit sees.
    pub(crate) products: u32,
}

/// The first page.
pub(crate) fn page(frame: &Frame<'_>, home: &Home<'_>) -> Markup {
    let content = html! {
        div.title {
            h1 { "Catalogue for " (format::Data(frame.buyer)) }
            p.quiet { (format::number(home.products.into(), 0)) " products at your prices" }
        }
        section aria-labelledby="categories" {
            h2 id="categories" { "Categories" }
            (cards(frame, frame.categories))
        }
        @if !home.picks.is_empty() {
            section aria-labelledby="picks" {
                h2 id="picks" { "From your agreements" }
                (row::rows(frame, home.picks, &Place::home()))
            }
        }
    };
    frame.page("Catalogue", At::Anywhere, &content)
}

/// Categories with picture and count.
pub(super) fn cards(frame: &Frame<'_>, categories: &[CategoryCard]) -> Markup {
    html! {
        ul.cards role="list" {
            @for category in categories {
                li {
                    a href=(frame.links.category(&category.path)) {
                        img src=(frame.links.picture(category.picture.as_ref())) alt="" width="56" height="56" loading="lazy";
                        span.words {
                            strong { (format::Data(&category.name)) }
                            span.quiet { (format::counted(category.products as usize, "product", "products")) }
                        }
                    }
                }
            }
        }
    }
}
