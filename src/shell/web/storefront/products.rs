//! Lists of products: a category, or what a search found. One address holds the whole state.

use maud::{Markup, html};
use rust_decimal::Decimal;

use crate::{
    model::{catalog::CATEGORY_SEPARATOR, limits},
    shell::{
        search::{FacetCount, Query},
        web::look::{Icon, Tone, format, icon, notice},
    },
};

use super::{
    address::{ListAddress, Order},
    frame::{At, CategoryCard, Frame, crumbs, last_name, nothing},
    home, narrow,
    row::{self, Item},
};

/// What a list shows.
pub(crate) struct Products<'a> {
    /// Its address.
    pub(crate) list: &'a ListAddress,
    /// How many there are in all.
    pub(crate) total: u32,
    /// Nothing had the words as typed; these are near.
    pub(crate) near: bool,
    /// Those of this page.
    pub(crate) items: &'a [Item],
    /// Categories right below the one of the address (else at the root) with a match, with their counts.
    pub(crate) below: &'a [CategoryCard],
    /// What they can be narrowed by.
    pub(crate) facets: &'a [FacetCount],
    /// There are too many to be ordered as the address says.
    pub(crate) unsorted: bool,
}

/// A list of products.
pub(crate) fn page(frame: &Frame<'_>, products: &Products<'_>) -> Markup {
    let list = products.list;
    let content = html! {
        (crumbs(frame.links, &list.category, !list.text.is_empty()))
        div.title { (heading(products)) }
        @if products.total == 0 {
            (none(frame, products))
        } @else {
            @if products.near {
                (notice(Tone::Info, &html! { "Nothing has these words as typed. These products are near." }))
            }
            div.listing {
                aside.narrow aria-label="Categories" { (categories(frame, products)) }
                section.results aria-label="Products" {
                    (narrow::chips(frame, list))
                    (order(frame, products))
                    @if products.unsorted { (unsorted(list)) }
                    (row::rows(frame, products.items, &list.place()))
                    (pages(frame, products))
                }
                (narrow::facets(frame, list, products.facets))
            }
        }
    };
    frame.page(&title(list), At::Anywhere, &content)
}

fn title(list: &ListAddress) -> String {
    let name = Some(last_name(&list.category)).filter(|name| !name.is_empty());
    match (list.text.is_empty(), name) {
        (true, Some(name)) => name.to_owned(),
        (true, None) => "All products".to_owned(),
        (false, _) => format!("Search for “{}”", list.text),
    }
}

fn heading(products: &Products<'_>) -> Markup {
    let list = products.list;
    let count = format::counted(products.total as usize, "product", "products");
    let results = format::counted(products.total as usize, "result", "results");
    let name = Some(last_name(&list.category)).filter(|name| !name.is_empty());
    html! {
        @if list.text.is_empty() {
            h1 { (format::Data(name.unwrap_or("All products"))) }
            p.quiet { (count) }
        } @else {
            h1 { (results) " for “" (format::Data(&list.text)) "”" }
            @if let Some(name) = name { p.quiet { "in " (format::Data(name)) } }
        }
    }
}

/// Why the order is another one than was asked for.
fn unsorted(list: &ListAddress) -> Markup {
    let by = if list.sort == Order::Price { "price" } else { "delivery time" };
    let most = format::count(Query::MAX_LIMIT);
    notice(
        Tone::Info,
        &html! { "There are more than " (most) " products here. Narrow them down to order them by " (by) "." },
    )
}

/// Categories to narrow down to, and the way back up.
fn categories(frame: &Frame<'_>, products: &Products<'_>) -> Markup {
    let list = products.list;
    let above = list.category.rsplit_once(CATEGORY_SEPARATOR).map_or("", |(above, _)| above);
    let has_parent = !list.category.is_empty();
    if products.below.is_empty() && !has_parent {
        return nothing();
    }
    html! {
        h2 { "Categories" }
        ul role="list" {
            @if has_parent {
                li {
                    a href=(frame.links.products(&list.within(above))) {
                        span { "‹ " (format::Data(if above.is_empty() { "All categories" } else { last_name(above) })) }
                    }
                }
            }
            @for category in products.below {
                li {
                    a href=(frame.links.products(&list.within(&category.path))) {
                        span { (format::Data(&category.name)) }
                        " " span.count { (format::number(category.products.into(), 0)) }
                    }
                }
            }
        }
    }
}

fn order(frame: &Frame<'_>, products: &Products<'_>) -> Markup {
    let list = products.list;
    let first = list.offset() + 1;
    let last = list.offset() + products.items.len();
    let word = |order: Order| match order {
        Order::Best if list.text.is_empty() => "Catalogue order",
        Order::Best => "Best match",
        Order::Name => "Name",
        Order::Part => "Part number",
        Order::Price => "Price",
        Order::LeadTime => "Delivery time",
    };
    html! {
        div.order-by {
            p.quiet { (format::count(first)) "–" (format::count(last)) " of " (format::number(products.total.into(), 0)) }
            @if !products.facets.is_empty() { a.jump href="#narrow" { "Narrow down" } }
            nav aria-label="Order" {
                span.quiet { "Order: " }
                ul role="list" {
                    @for choice in Order::ALL {
                        li {
                            a href=(frame.links.products(&list.sorted(choice)))
                                aria-current=[(choice == list.sort).then_some("true")] { (word(choice)) }
                        }
                    }
                }
            }
        }
    }
}

/// The pages around this one, with the first and the last.
fn pages(frame: &Frame<'_>, products: &Products<'_>) -> Markup {
    let size = u32::try_from(products.list.page_size()).unwrap_or(1);
    let (here, last) = (products.list.page(), products.total.div_ceil(size).max(1));
    if last == 1 {
        return sizes(frame, products);
    }
    let near = |page: &u32| *page == 1 || *page == last || page.abs_diff(here) <= 1;
    let shown: Vec<u32> = (1..=last).filter(near).collect();
    let to = |page: u32| frame.links.products(&products.list.turned(page));
    html! {
        nav.pages aria-label="Pages" {
            @if here > 1 { a.button rel="prev" href=(to(here - 1)) { "‹ Previous" } }
            ol role="list" {
                @for (index, page) in shown.iter().enumerate() {
                    @let gap = index.checked_sub(1).and_then(|before| shown.get(before)).is_some_and(|before| before + 1 < *page);
                    @if gap { li.gap aria-hidden="true" { "…" } }
                    li {
                        a href=(to(*page)) aria-current=[(*page == here).then_some("page")] {
                            span.unseen { "Page " } (format::number(Decimal::from(*page), 0))
                        }
                    }
                }
            }
            @if here < last { a.button rel="next" href=(to(here + 1)) { "Next ›" } }
        }
        (sizes(frame, products))
    }
}

/// How many products a page has, where there is a choice.
fn sizes(frame: &Frame<'_>, products: &Products<'_>) -> Markup {
    let [usual, ..] = limits::PAGE_SIZES;
    if products.total as usize <= usual {
        return nothing();
    }
    html! {
        nav.sizes aria-label="Products on a page" {
            span.quiet { "On a page: " }
            @for size in limits::PAGE_SIZES {
                a href=(frame.links.products(&products.list.sized(size)))
                    aria-current=[(size == products.list.page_size()).then_some("true")] { (size) }
            }
        }
    }
}

/// Nothing found: what to do next.
fn none(frame: &Frame<'_>, products: &Products<'_>) -> Markup {
    let list = products.list;
    html! {
        div.empty {
            (icon(Icon::Search))
            h2 { "Nothing in your catalogue matches." }
            (narrow::chips(frame, list))
            ul {
                @if !list.narrowed.is_empty() {
                    li { a href=(frame.links.products(&list.widened())) { "Remove all filters" } }
                }
                @if !list.text.is_empty() && !list.category.is_empty() {
                    li { a href=(frame.links.products(&list.within(""))) { "Search in all categories" } }
                }
                li { "Try fewer or more general words, or a part number in any spelling." }
                li { "A manufacturer’s number or a GTIN works, too." }
                li { a href="#contact" { "Ask us" } ": we may have it outside your catalogue." }
            }
        }
        section aria-labelledby="browse" {
            h2 id="browse" { "Browse instead" }
            (home::cards(frame, frame.categories))
        }
    }
}
