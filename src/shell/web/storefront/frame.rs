//! The same frame around every page of a visit: who sells, for whom, search, categories, cart, contact.

use jiff::Timestamp;
use maud::{Markup, PreEscaped, html};

use crate::{
    flow::setup::Operation,
    model::{
        catalog::{CATEGORY_SEPARATOR, Picture, category_is_in, category_levels},
        money::Money,
        party::{Contact, Supplier, User},
    },
    shell::web::look::{Asset, Document, Icon, Tone, badge, format, icon, notice},
};

use super::address::{Links, ListAddress};

/// What the frame shows.
pub(crate) struct Frame<'a> {
    /// Builds its addresses.
    pub(crate) links: &'a Links,
    /// Who sells.
    pub(crate) supplier: &'a Supplier,
    /// Name of the buyer.
    pub(crate) buyer: &'a str,
    /// Who shops.
    pub(crate) user: &'a User,
    /// What the user may do.
    pub(crate) operation: Operation,
    /// Nothing of this visit counts.
    pub(crate) test: bool,
    /// The cart in short.
    pub(crate) glance: Glance,
    /// The categories at the root of the tree.
    pub(crate) categories: &'a [CategoryCard],
    /// What the search field holds.
    pub(crate) list: &'a ListAddress,
    /// What has just happened.
    pub(crate) news: Option<Markup>,
    /// When the visit ends.
    pub(crate) ends_at: Timestamp,
}

/// The cart in short.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Glance {
    /// How many lines.
    pub(crate) lines: usize,
    /// Their sum.
    pub(crate) total: Money,
}

/// A category with what this visit sees of it.
#[derive(Clone, Debug)]
pub(crate) struct CategoryCard {
    /// Its own name.
    pub(crate) name: String,
    /// Its names from the root.
    pub(crate) path: String,
    /// Products in it and below it.
    pub(crate) products: u32,
    /// A drawing that stands for it.
    pub(crate) picture: Option<Picture>,
}

/// Which control the cart bar offers; there are two pages where the usual one would lose typed text or lead nowhere.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum At {
    /// Any page: a link to the review.
    Anywhere,
    /// The cart: the button sends the cart's form first.
    Cart,
    /// The review: it has its own button.
    Review,
}

impl Frame<'_> {
    /// The user may change the cart.
    pub(crate) fn may_change(&self) -> bool {
        !self.operation.is_read_only()
    }

    /// A whole page.
    pub(crate) fn page(&self, title: &str, at: At, main: &Markup) -> Markup {
        let title = format!("{title} – {}", self.supplier.name);
        let document = Document {
            accent: Some(&self.supplier.accent),
            styles: &[Asset::Shop],
            scripts: &[Asset::ShopScript],
            ..Document::new(self.links.assets(), &title)
        };
        document.render(&html! {
            header.frame {
                (self.top(at))
                (self.ribbon())
                div.news id="status" role="status" { @if let Some(news) = &self.news { (news) } }
            }
            main id="main" tabindex="-1" { (main) }
            (self.bottom())
        })
    }

    fn top(&self, at: At) -> Markup {
        html! {
            div.top {
                div.bar {
                    (brand(self.supplier, Some(&self.links.home())))
                    form.search role="search" action=(self.links.search()) method="get" data-suggest=(self.links.suggest()) {
                        label.unseen for="q" { "Search the catalogue" }
                        input id="q" name="q" type="search" value=(self.list.text) dir="auto" maxlength="200"
                            placeholder="Name, part number or manufacturer’s number" autocomplete="off";
                        button.button.primary { (icon(Icon::Search)) span { "Search" } }
                    }
                    (self.cart_bar(at))
                }
            }
            div.under {
                nav.categories aria-label="Categories" {
                    ul {
                        @for category in self.categories {
                            @let here = category_is_in(&self.list.category, &category.path);
                            li {
                                a href=(self.links.category(&category.path)) aria-current=[here.then_some("true")] {
                                    (format::Data(&category.name))
                                }
                            }
                        }
                    }
                }
                p.who {
                    "for " strong { (format::Data(self.buyer)) }
                    @if let Some(name) = self.user.name.as_deref().or(self.user.email.as_deref()) {
                        span.quiet { " · " (format::Data(name)) }
                    }
                    @if self.test { " " (badge(Tone::Warning, "Test")) }
                }
            }
        }
    }

    fn cart_bar(&self, at: At) -> Markup {
        let Glance { lines, total } = self.glance;
        html! {
            div.cart-bar id="cart-bar" {
                a.cart-link href=(self.links.cart()) aria-current=[(at == At::Cart).then_some("page")] {
                    (icon(Icon::Cart))
                    span.how-many { span.unseen { "Cart: " } (format::counted(lines, "line", "lines")) }
                    strong { (format::money(total)) }
                }
                @if self.may_change() {
                    @match at {
                        At::Anywhere => a.button.primary.big href=(self.links.review()) { (self.return_words()) },
                        At::Cart => {
                            button.button.primary.big form="cart" name="then" value="review" { (self.return_words()) }
                        }
                        At::Review => a.button.primary.big href="#return" { (self.return_words()) },
                    }
                } @else {
                    (self.leave_form("Leave"))
                }
            }
        }
    }

    /// `Return cart to Example Industries`; where there is no room, the buyer's name is only heard.
    pub(super) fn return_words(&self) -> Markup {
        html! { span { "Return cart " span.wide { "to " (format::Data(self.buyer)) } } }
    }

    /// The way out without changing anything.
    pub(super) fn leave_form(&self, words: &str) -> Markup {
        html! {
            form.leave method="post" action=(self.links.cancel()) { button.button { (words) } }
        }
    }

    fn ribbon(&self) -> Markup {
        let text = match self.operation {
            Operation::Create | Operation::Source => None,
            Operation::Edit => Some((
                Tone::Info,
                "You are changing a requisition. It stays as it was until you return the cart.",
            )),
            Operation::Inspect => Some((
                Tone::Info,
                "Read-only: you are looking at a requisition. Nothing can be changed here.",
            )),
            Operation::Detail => {
                Some((Tone::Info, "Read-only: you are looking at a product. Nothing goes back from here."))
            }
        };
        html! {
            @if let Some((tone, text)) = text {
                div.ribbon { (notice(tone, &html! { (text) })) }
            }
            @if self.test {
                div.ribbon { (notice(Tone::Warning, &html! { "Test: nothing that you return from here is ordered." })) }
            }
        }
    }

    fn bottom(&self) -> Markup {
        html! {
            footer.bottom {
                (contact_card(&self.supplier.name, &self.supplier.contact))
                div.visit {
                    p.quiet { "Prices for " (format::Data(self.buyer)) ", shown in this visit only." }
                    p.quiet { (icon(Icon::Clock)) " This visit ends " (format::moment(self.ends_at)) "." }
                    @if self.may_change() {
                        @let words = match self.operation {
                            Operation::Edit => "Cancel, keep my requisition as it was",
                            _ => "Leave without returning a cart",
                        };
                        (self.leave_form(words))
                    }
                }
            }
        }
    }
}

/// The supplier's name with a mark in its colour.
pub(super) fn brand(supplier: &Supplier, home: Option<&str>) -> Markup {
    let initial = supplier.name.chars().next().unwrap_or(' ').to_uppercase().to_string();
    let words = html! {
        span.mark aria-hidden="true" { (initial) }
        span.name { (format::Data(&supplier.name)) }
    };
    html! {
        @match home {
            Some(home) => a.brand href=(home) { (words) span.unseen { ", first page" } },
            None => span.brand { (words) },
        }
    }
}

/// Whom to ask; in the same place on every page.
pub(super) fn contact_card(supplier: &str, contact: &Contact) -> Markup {
    let Contact { name, email, phone } = contact;
    html! {
        section.contact aria-labelledby="contact" {
            h2 id="contact" { "Questions?" }
            p { (format::Data(if name.is_empty() { supplier } else { name })) }
            @if !phone.is_empty() {
                p { (icon(Icon::Phone)) " " a href={ "tel:" (dialled(phone)) } dir="ltr" { (phone) } }
            }
            @if !email.is_empty() {
                p { (icon(Icon::Mail)) " " a href={ "mailto:" (email) } dir="ltr" { (email) } }
            }
        }
    }
}

fn dialled(phone: &str) -> String {
    phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect()
}

/// Bread crumbs: the first page, then the categories above.
pub(super) fn crumbs(links: &Links, path: &str, last_is_link: bool) -> Markup {
    let levels = category_levels(path).filter(|level| !level.is_empty());
    html! {
        nav.crumbs aria-label="Where you are" {
            ol {
                li { a href=(links.home()) { "All categories" } }
                @for level in levels {
                    li {
                        @if last_is_link || level != path { a href=(links.category(level)) { (format::Data(last_name(level))) } }
                        @else { span aria-current="page" { (format::Data(last_name(level))) } }
                    }
                }
            }
        }
    }
}

/// A category's own name; empty for the root of the tree.
pub(super) fn last_name(path: &str) -> &str {
    path.rsplit(CATEGORY_SEPARATOR).next().unwrap_or_default()
}

/// Nothing: for branches of a view that show none.
pub(super) const fn nothing() -> Markup {
    PreEscaped(String::new())
}
