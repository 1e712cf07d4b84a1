//! Addresses inside a visit. The one place that builds them, and the one that reads what their queries hold.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::form_urlencoded;

use crate::{
    model::{
        catalog::{Picture, ProductKey},
        ids::SupplierPartId,
        limits,
    },
    shell::web::look::Assets,
};

/// What stands in a query as it is: the unreserved characters of RFC 3986.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Builds the addresses of one visit.
#[derive(Clone, Debug)]
pub(crate) struct Links {
    base: String,
    capability: String,
    assets: Assets,
}

impl Links {
    /// - `prefix`: the path of `public_url` without its last slash; empty for most.
    /// - `capability`: what the visit's address holds.
    pub(crate) fn new(prefix: &str, capability: &str) -> Self {
        let base = format!("{}/s/{capability}/", prefix.trim_end_matches('/'));
        Self { base, capability: capability.to_owned(), assets: Assets::new(prefix) }
    }

    /// Files that every page needs.
    pub(crate) const fn assets(&self) -> &Assets {
        &self.assets
    }

    /// What the visit's address holds.
    pub(crate) fn capability(&self) -> &str {
        &self.capability
    }

    /// A drawing.
    pub(crate) fn picture(&self, picture: Option<&Picture>) -> String {
        self.assets.picture(picture)
    }

    /// The first page.
    pub(crate) fn home(&self) -> String {
        self.base.clone()
    }

    /// Where the search form leads; the query is what is typed.
    pub(crate) fn search(&self) -> String {
        self.to("products")
    }

    /// A list of products.
    pub(crate) fn products(&self, list: &ListAddress) -> String {
        self.at(&list.place())
    }

    /// A search for what the buyer's system asked for and the catalog does not have under that number.
    pub(crate) fn wanted(&self, part: &str) -> String {
        self.to(&format!("products?q={}&wanted=1", encoded(part)))
    }

    /// A category, in the supplier's order.
    pub(crate) fn category(&self, path: &str) -> String {
        self.products(&ListAddress::category(path))
    }

    /// A product's page.
    pub(crate) fn product(&self, key: &ProductKey) -> String {
        self.at(&product_place(key))
    }

    /// Takes the form that adds a product.
    pub(crate) fn add(&self) -> String {
        self.to("cart/add")
    }

    /// The cart; takes its form, too.
    pub(crate) fn cart(&self) -> String {
        self.to("cart")
    }

    /// What will be sent.
    pub(crate) fn review(&self) -> String {
        self.to("review")
    }

    /// Takes the confirmation: the cart of this revision leaves.
    pub(crate) fn transfer(&self) -> String {
        self.to("transfer")
    }

    /// The page that posts what left under a revision.
    pub(crate) fn returned(&self, revision: u64) -> String {
        self.to(&format!("return/{revision}"))
    }

    /// The page that says or posts that nothing was changed.
    pub(crate) fn cancelled(&self) -> String {
        self.to("cancelled")
    }

    /// Takes the wish to leave without changing anything, and shows how.
    pub(crate) fn cancel(&self) -> String {
        self.to("cancel")
    }

    /// An address that came back in a form, if it is one of ours; nothing else is followed.
    pub(crate) fn at(&self, place: &Place) -> String {
        format!("{}{}", self.base, place.0)
    }

    fn to(&self, page: &str) -> String {
        format!("{}{page}", self.base)
    }
}

/// Path and query of a page below a visit's base, to come back to after a form.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Place(String);

impl Place {
    /// The first page.
    pub(crate) fn home() -> Self {
        Self(String::new())
    }

    /// Reads what a form holds: only the pages that have an Add button are taken.
    pub(crate) fn parse(raw: &str) -> Option<Self> {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-._~%=&?".contains(c);
        let known = raw.is_empty() || raw.starts_with("products?") || raw.starts_with("product?");
        (known && raw.len() <= 4_096 && raw.chars().all(plain)).then(|| Self(raw.to_owned()))
    }

    /// As a form holds it.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The same place, at the product that was put into this line of the cart.
    pub(crate) fn after_adding(&self, line: u32, key: &ProductKey) -> Self {
        let mark = if self.0.contains('?') { '&' } else { '?' };
        Self(format!("{}{mark}added={line}#{}", self.0, anchor(key)))
    }
}

/// A product's page as a place.
pub(crate) fn product_place(key: &ProductKey) -> Place {
    // In the query: a path would lose part numbers such as `..`.
    let auxiliary = key.auxiliary.as_deref().map(|auxiliary| format!("&aux={}", encoded(auxiliary)));
    Place(format!("product?part={}{}", encoded(key.part.as_str()), auxiliary.unwrap_or_default()))
}

/// Reads which product a query or form names: `part`, and `aux` where it has one.
pub(crate) fn product_key(part: &str, auxiliary: Option<&str>) -> Option<ProductKey> {
    let auxiliary = auxiliary.filter(|text| !text.is_empty()).map(str::to_owned);
    SupplierPartId::parse(part).ok().map(|part| ProductKey { part, auxiliary })
}

/// Which products, in which order, which page of them: all that a list's address holds.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct ListAddress {
    /// What was typed (`q`), at most [`limits::SEARCH_BYTES`].
    pub(crate) text: String,
    /// Path of a category (`in`); empty: all of them.
    pub(crate) category: String,
    /// In which order.
    pub(crate) sort: Order,
    /// From 1; 0 counts as 1.
    pub(crate) page: u32,
}

/// In which order products are listed.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Order {
    /// Best match first; without words: the supplier's order.
    #[default]
    Best,
    /// By name.
    Name,
    /// By part number.
    Part,
}

impl Order {
    /// All, in the order to offer them.
    pub(crate) const ALL: [Self; 3] = [Self::Best, Self::Name, Self::Part];

    /// As in an address.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Best => "best",
            Self::Name => "name",
            Self::Part => "part",
        }
    }
}

impl ListAddress {
    /// Reads a query; what is not there or makes no sense is as usual.
    pub(crate) fn parse(query: &str) -> Self {
        let mut list = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "q" => list.text = shortened(value.trim()),
                "in" => list.category = value.into_owned(),
                "sort" => {
                    list.sort =
                        Order::ALL.into_iter().find(|sort| sort.as_str() == value).unwrap_or_default();
                }
                "page" => list.page = value.parse().unwrap_or_default(),
                _ => {}
            }
        }
        list
    }

    /// Everything in a category.
    pub(crate) fn category(path: &str) -> Self {
        Self { category: path.to_owned(), ..Self::default() }
    }

    /// The page, from 1.
    pub(crate) fn page(&self) -> u32 {
        self.page.max(1)
    }

    /// How many products stand before this page.
    pub(crate) fn offset(&self) -> usize {
        let before = usize::try_from(self.page() - 1).unwrap_or(usize::MAX);
        before.saturating_mul(limits::PAGE_PRODUCTS)
    }

    /// The same list, elsewhere in the tree, from its first page.
    pub(crate) fn within(&self, category: &str) -> Self {
        Self { category: category.to_owned(), page: 0, ..self.clone() }
    }

    /// The same list in another order, from its first page.
    pub(crate) fn sorted(&self, sort: Order) -> Self {
        Self { sort, page: 0, ..self.clone() }
    }

    /// Another page of it.
    pub(crate) fn turned(&self, page: u32) -> Self {
        Self { page, ..self.clone() }
    }

    /// Path and query; what is as usual is left out.
    pub(crate) fn place(&self) -> Place {
        let page = self.page().to_string();
        let fields = [
            ("q", self.text.as_str(), !self.text.is_empty()),
            ("in", self.category.as_str(), !self.category.is_empty()),
            ("sort", self.sort.as_str(), self.sort != Order::Best),
            ("page", page.as_str(), self.page() > 1),
        ];
        let mut place = "products?".to_owned();
        for (name, value, _) in fields.into_iter().filter(|(_, _, there)| *there) {
            if !place.ends_with('?') {
                place.push('&');
            }
            place.push_str(name);
            place.push('=');
            place.push_str(&encoded(value));
        }
        Place(place)
    }
}

/// Names a product's row within a page.
pub(crate) fn anchor(key: &ProductKey) -> String {
    let escape = |byte: u8| {
        if byte.is_ascii_alphanumeric() || byte == b'-' {
            char::from(byte).to_string()
        } else {
            format!("_{byte:02x}")
        }
    };
    let slug = |text: &str| text.bytes().map(escape).collect::<String>();
    match &key.auxiliary {
        None => format!("p-{}", slug(key.part.as_str())),
        Some(auxiliary) => format!("p-{}--{}", slug(key.part.as_str()), slug(auxiliary)),
    }
}

/// As much as is looked at, cut between two characters.
fn shortened(text: &str) -> String {
    let mut end = text.len().min(limits::SEARCH_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default().to_owned()
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, QUERY).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(part: &str) -> ProductKey {
        product_key(part, None).unwrap()
    }

    #[test]
    fn addresses_stand_below_the_base() {
        let links = Links::new("/shop/", "cap");
        assert_eq!(links.home(), "/shop/s/cap/");
        assert_eq!(links.product(&key("../a b&c")), "/shop/s/cap/product?part=..%2Fa%20b%26c");
        let second = product_key("A", Some("V 2")).unwrap();
        assert_eq!(links.product(&second), "/shop/s/cap/product?part=A&aux=V%202");
        let list = ListAddress { text: "M8 ü".into(), category: "A / B".into(), sort: Order::Name, page: 3 };
        assert_eq!(
            links.products(&list),
            "/shop/s/cap/products?q=M8%20%C3%BC&in=A%20%2F%20B&sort=name&page=3"
        );
        assert_eq!(links.products(&ListAddress::default()), "/shop/s/cap/products?");
    }

    #[test]
    fn a_list_reads_what_it_writes_and_forgives_the_rest() {
        let list =
            ListAddress { text: "M8 & ü".into(), category: "A / B".into(), sort: Order::Part, page: 2 };
        assert_eq!(ListAddress::parse(list.place().as_str().strip_prefix("products?").unwrap()), list);
        assert_eq!(ListAddress::parse("q=+a+&page=x&sort=price&other=1").place().as_str(), "products?q=a");
        assert_eq!(ListAddress::parse(&format!("q={}", "ü".repeat(300))).text.len(), limits::SEARCH_BYTES);
        assert_eq!(ListAddress { page: u32::MAX, ..ListAddress::default() }.offset() / 24, 4_294_967_294);
    }

    #[test]
    fn only_own_places_come_back_out_of_a_form() {
        for taken in ["", "products?q=a%20b&page=2", "product?part=X"] {
            assert!(Place::parse(taken).is_some(), "{taken}");
        }
        for refused in [
            "//evil.example",
            "https:x",
            "/products?",
            "products?q=<b>",
            "cart",
            "product?part=a#b",
            "a\r\nb",
        ] {
            assert!(Place::parse(refused).is_none(), "{refused}");
        }
    }

    #[test]
    fn after_adding_the_place_names_the_product() {
        let place = Place::parse("products?q=x").unwrap().after_adding(3, &key("A/1"));
        assert_eq!(place.as_str(), "products?q=x&added=3#p-A_2f1");
    }
}
