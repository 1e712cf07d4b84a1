//! Addresses inside a visit. The one place that builds them, and the one that reads what their queries hold.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rust_decimal::Decimal;
use url::form_urlencoded;

use crate::{
    model::{
        catalog::{Attribute, Picture, Product, ProductKey},
        ids::SupplierPartId,
        limits,
        money::parse_decimal,
    },
    shell::{
        search::{FacetName, FacetValue, Narrow},
        web::look::Assets,
    },
};

/// What stands in a query as it is: the unreserved characters of RFC 3986.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Builds the addresses of one visit.
#[derive(Clone, Debug)]
pub(crate) struct Links {
    base: String,
    capability: String,
    assets: Assets,
    photos: bool,
}

impl Links {
    /// - `prefix`: the path of `public_url` without its last slash; empty for most.
    /// - `capability`: what the visit's address holds.
    pub(crate) fn new(prefix: &str, capability: &str) -> Self {
        let base = format!("{}/s/{capability}/", prefix.trim_end_matches('/'));
        Self { base, capability: capability.to_owned(), assets: Assets::new(prefix), photos: false }
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

    /// The same for a supplier whose pictures are fetched.
    pub(crate) fn with_photos(self, photos: bool) -> Self {
        Self { photos, ..self }
    }

    /// What stands for a product: its first picture where pictures are fetched, else its drawing.
    pub(crate) fn shown(&self, product: &Product) -> String {
        self.photos(product).next().unwrap_or_else(|| self.picture(product.picture.as_ref()))
    }

    /// A product's own pictures, where they are fetched; one that did not come leads to the drawing.
    pub(crate) fn photos(&self, product: &Product) -> impl Iterator<Item = String> + use<> {
        let count = if self.photos { product.details.pictures.len() } else { 0 };
        let place = self.at(&product_place(&product.key()));
        let own = place.replacen("/product?", "/picture?", 1);
        (0..count).map(move |number| format!("{own}&n={number}"))
    }

    /// The first page.
    pub(crate) fn home(&self) -> String {
        self.base.clone()
    }

    /// Where the search form leads; the query is what is typed.
    pub(crate) fn search(&self) -> String {
        self.to("products")
    }

    /// What can be typed next, for a script.
    pub(crate) fn suggest(&self) -> String {
        self.to("suggest")
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
    /// What it is narrowed to: `brand`; of a property `is.Thread`, and `from.Length [mm]` with `to.Length [mm]`.
    pub(crate) narrowed: Vec<Narrow>,
    /// In which order.
    pub(crate) sort: Order,
    /// Products on a page (`per`), one of [`limits::PAGE_SIZES`]; 0: the first of them.
    pub(crate) size: usize,
    /// From 1; 0 counts as 1.
    pub(crate) page: u32,
}

/// The most values that an address narrows to.
const MOST_VALUES: usize = 60;

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
    /// By the buyer's price, the cheapest first.
    Price,
    /// By how soon it leaves.
    LeadTime,
}

impl Order {
    /// All, in the order to offer them.
    pub(crate) const ALL: [Self; 5] = [Self::Best, Self::Price, Self::Name, Self::Part, Self::LeadTime];

    /// As in an address.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Best => "best",
            Self::Name => "name",
            Self::Part => "part",
            Self::Price => "price",
            Self::LeadTime => "lead",
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
                "per" => {
                    let size: usize = value.parse().unwrap_or_default();
                    list.size =
                        limits::PAGE_SIZES.into_iter().find(|known| *known == size).unwrap_or_default();
                }
                other => list.narrow(other, value.trim()),
            }
        }
        list.narrowed.retain(|narrow| !narrow.values.is_empty() || narrow.range.is_some());
        list
    }

    /// Reads one field that narrows.
    fn narrow(&mut self, field: &str, value: &str) {
        let values = self.narrowed.iter().map(|narrow| narrow.values.len() + 1).sum::<usize>();
        if value.is_empty() || values >= MOST_VALUES {
            return;
        }
        let (how, name) = match field.split_once('.') {
            Some((how, property)) => (how, named(property)),
            None => (field, FacetName::Brand),
        };
        let number = || parse_decimal(&value.replace(',', "."), "narrow").ok();
        match how {
            "brand" | "is" => {
                let value = match &name {
                    FacetName::Brand => FacetValue::Text(value.to_owned()),
                    FacetName::Attribute { name, unit } => FacetValue::of(&Attribute {
                        name: name.clone(),
                        value: value.to_owned(),
                        unit: unit.clone(),
                    }),
                };
                self.change(name, |narrow| {
                    if !narrow.values.contains(&value) {
                        narrow.values.push(value);
                    }
                });
            }
            "from" | "to" if name != FacetName::Brand => self.change(name, |narrow| {
                let (from, to) = narrow.range.unwrap_or_default();
                let range = if how == "from" { (number(), to) } else { (from, number()) };
                narrow.range = (range != (None, None)).then_some(range);
            }),
            _ => {}
        }
    }

    fn change(&mut self, name: FacetName, change: impl FnOnce(&mut Narrow)) {
        if let Some(narrow) = self.narrowed.iter_mut().find(|narrow| narrow.name == name) {
            change(narrow);
        } else {
            let mut narrow = Narrow { name, values: Vec::new(), range: None };
            change(&mut narrow);
            self.narrowed.push(narrow);
        }
    }

    /// Whether this value is chosen.
    pub(crate) fn has(&self, name: &FacetName, value: &FacetValue) -> bool {
        self.narrowed.iter().any(|narrow| narrow.name == *name && narrow.values.contains(value))
    }

    /// The same list with this value chosen, or no longer; from its first page.
    pub(crate) fn toggled(&self, name: &FacetName, value: &FacetValue) -> Self {
        let mut list = Self { page: 0, ..self.clone() };
        list.change(name.clone(), |narrow| match narrow.values.iter().position(|one| one == value) {
            Some(place) => drop(narrow.values.remove(place)),
            None => narrow.values.push(value.clone()),
        });
        list.narrowed.retain(|narrow| !narrow.values.is_empty() || narrow.range.is_some());
        list
    }

    /// The same list with numbers between these, instead of what was chosen of this property before.
    pub(crate) fn between(
        &self,
        name: &FacetName,
        range: Option<(Option<Decimal>, Option<Decimal>)>,
    ) -> Self {
        let mut list = Self { page: 0, ..self.clone() };
        list.narrowed.retain(|narrow| narrow.name != *name);
        if range.is_some() {
            list.narrowed.push(Narrow { name: name.clone(), values: Vec::new(), range });
        }
        list
    }

    /// The same list, narrowed to nothing.
    pub(crate) fn widened(&self) -> Self {
        Self { narrowed: Vec::new(), page: 0, ..self.clone() }
    }

    /// The same list with so many products on a page.
    pub(crate) fn sized(&self, size: usize) -> Self {
        Self { size, page: 0, ..self.clone() }
    }

    /// Products on a page.
    pub(crate) fn page_size(&self) -> usize {
        if self.size == 0 { limits::PAGE_SIZES[0] } else { self.size }
    }

    /// The fields of its query, but for the page; what is as usual is left out.
    pub(crate) fn fields(&self) -> Vec<(String, String)> {
        let mut fields = Vec::new();
        let mut put = |name: &str, value: &str| fields.push((name.to_owned(), value.to_owned()));
        if !self.text.is_empty() {
            put("q", &self.text);
        }
        if !self.category.is_empty() {
            put("in", &self.category);
        }
        for narrow in &self.narrowed {
            let of = field_of(&narrow.name);
            let is = if narrow.name == FacetName::Brand { of.clone() } else { format!("is.{of}") };
            for value in &narrow.values {
                put(&is, &written(value));
            }
            let (from, to) = narrow.range.unwrap_or_default();
            for (end, number) in [("from", from), ("to", to)] {
                if let Some(number) = number {
                    put(&format!("{end}.{of}"), &number.to_string());
                }
            }
        }
        if self.sort != Order::Best {
            put("sort", self.sort.as_str());
        }
        if self.page_size() != limits::PAGE_SIZES[0] {
            put("per", &self.size.to_string());
        }
        fields
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
        before.saturating_mul(self.page_size())
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
        let mut fields = self.fields();
        if self.page() > 1 {
            fields.push(("page".to_owned(), self.page().to_string()));
        }
        let pairs: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
        Place(format!("products?{}", pairs.join("&")))
    }
}

/// `Length [mm]`, as an address names a property.
pub(super) fn field_of(name: &FacetName) -> String {
    match name {
        FacetName::Brand => "brand".to_owned(),
        FacetName::Attribute { name, unit: None } => name.clone(),
        FacetName::Attribute { name, unit: Some(unit) } => format!("{name} [{unit}]"),
    }
}

fn named(field: &str) -> FacetName {
    let with_unit = field.strip_suffix(']').and_then(|rest| rest.rsplit_once(" ["));
    match with_unit {
        Some((name, unit)) => FacetName::Attribute { name: name.to_owned(), unit: Some(unit.to_owned()) },
        None => FacetName::Attribute { name: field.to_owned(), unit: None },
    }
}

fn written(value: &FacetValue) -> String {
    match value {
        FacetValue::Number(number) => number.to_string(),
        FacetValue::Flag(flag) => if *flag { "yes" } else { "no" }.to_owned(),
        FacetValue::Text(text) => text.clone(),
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
        let list = ListAddress {
            text: "M8 ü".into(),
            category: "A / B".into(),
            sort: Order::Name,
            page: 3,
            ..ListAddress::default()
        };
        assert_eq!(
            links.products(&list),
            "/shop/s/cap/products?q=M8%20%C3%BC&in=A%20%2F%20B&sort=name&page=3"
        );
        assert_eq!(links.products(&ListAddress::default()), "/shop/s/cap/products?");
    }

    #[test]
    fn a_list_reads_what_it_writes_and_forgives_the_rest() {
        let list = ListAddress {
            text: "M8 & ü".into(),
            category: "A / B".into(),
            narrowed: vec![
                Narrow {
                    name: FacetName::Brand,
                    values: ["Kalder & Co", "18"].map(|name| FacetValue::Text(name.into())).into(),
                    range: None,
                },
                Narrow {
                    name: FacetName::Attribute { name: "Length".into(), unit: Some("mm".into()) },
                    values: vec![FacetValue::Number(Decimal::new(25, 1))],
                    range: Some((None, Some(Decimal::from(-4)))),
                },
            ],
            sort: Order::Part,
            size: 48,
            page: 2,
        };
        assert_eq!(ListAddress::parse(list.place().as_str().strip_prefix("products?").unwrap()), list);
        assert_eq!(
            ListAddress::parse("q=+a+&page=x&sort=dear&other=1&from.L=&to.L=x&per=25").place().as_str(),
            "products?q=a"
        );
        assert_eq!(ListAddress::parse("from.L+[m]=2,5").place().as_str(), "products?from.L%20%5Bm%5D=2.5");
        let many = (0..200).map(|number| format!("is.A{number}=1")).collect::<Vec<_>>().join("&");
        assert_eq!(ListAddress::parse(&many).narrowed.len(), MOST_VALUES / 2);
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
