//! Nothing hidden or priced leaks: a visit is walked through every page that it links to, and asked for what only another
//! buyer may see; whatever it answers names nothing but its own products, at its own prices.

use std::collections::{BTreeSet, VecDeque};

use clap::ValueEnum as _;
use punchgate::{
    flow::pricing::Terms,
    model::{
        agreement::{Agreement, PriceChoice},
        catalog::Product,
        ids::BuyerId,
        money::Currency,
    },
    shell::{
        export::{self, ExportFormat},
        search::{Narrow, Query, Sort},
        store::{
            Scan,
            keys::{AgreementHeadKey, AgreementKey, BuyerKey, SupplierKey},
        },
    },
};
use scraper::{Html, Selector};

use crate::support::{Gateway, SetupText, get, post_form};

/// A buyer's visit, and all products of the catalog, its own and the others.
struct Visit<'a> {
    gateway: &'a Gateway,
    base: String,
    own: Vec<Product>,
    hidden: Vec<Product>,
    /// Names and numbers of hidden products, which no text of its own has, as they stand in a page.
    secrets: BTreeSet<String>,
    /// Brands and categories that only hidden products have.
    brands: BTreeSet<String>,
    categories: BTreeSet<String>,
    /// Names of others' agreements, and their currencies.
    terms: Vec<String>,
}

impl<'a> Visit<'a> {
    /// - `buyer`: 0 sees every product, 1 some of them.
    async fn begin(gateway: &'a Gateway, buyer: usize) -> Self {
        let secret = gateway.secret(buyer);
        let setup = SetupText { secret: &secret, ..SetupText::default() };
        let answer = gateway.cxml(if buyer == 0 { setup.ariba() } else { setup.coupa() }).await;
        assert_eq!(answer.code, 200, "{}", answer.text);
        let landing = get(&answer.start_page.unwrap()).await;
        let location = landing.header("location").to_owned();
        let base = location[..=location.match_indices('/').nth(2).unwrap().0].to_owned();

        let id = BuyerId::parse(["meridian", "harbor-health"][buyer]).unwrap();
        let row = gateway.app.store.get(&BuyerKey { buyer: id }).await.unwrap().unwrap();
        let pins = gateway.app.pins(&row.value, None).await.unwrap().unwrap();
        let (ours, others): (Vec<_>, Vec<_>) = agreements(gateway)
            .await
            .into_iter()
            .partition(|one| pins.agreements.iter().any(|(id, _)| *id == one.id));
        let all = punchgate::shell::demo::catalog::products().unwrap().iter().step_by(20).cloned();
        let (own, hidden): (Vec<_>, Vec<_>) =
            all.partition(|product| ours.iter().any(|one| product.is_in(&one.assortment)));
        let texts = |product: &Product| serde_json::to_string(product).unwrap();
        let known: String = own.iter().map(texts).collect();
        let only = |text: &&str| !text.is_empty() && !known.contains(*text);
        let named =
            |of: fn(&Product) -> &str| hidden.iter().map(of).filter(only).map(str::to_owned).collect();
        let mut secrets: BTreeSet<String> = named(|product| &product.name);
        secrets.extend(hidden.iter().map(|product| product.part.as_str()).filter(only).map(str::to_owned));
        let numbers = hidden.iter().flat_map(|product| [&product.gtin, &product.manufacturer_part]);
        secrets.extend(numbers.flatten().map(String::as_str).filter(only).map(str::to_owned));
        let currencies = others.iter().map(|one| one.currency.as_str());
        let foreign = currencies.filter(|one| ours.iter().all(|own| own.currency.as_str() != *one));
        let terms = foreign.chain(others.iter().map(|one| one.name.as_str())).map(str::to_owned).collect();
        Self {
            gateway,
            base,
            secrets,
            brands: named(|product| &product.brand),
            categories: named(|product| &product.category),
            terms,
            own,
            hidden,
        }
    }

    /// A page, checked: it has nothing of a hidden product, of another agreement or in another currency.
    async fn page(&self, place: &str) -> (u16, String) {
        let url = if place.starts_with('/') { place.to_owned() } else { format!("{}{place}", self.base) };
        let reply = get(&self.gateway.url(&url)).await;
        let text = reply.text();
        self.check(place, &text);
        (reply.status.as_u16(), text)
    }

    fn check(&self, place: &str, text: &str) {
        // What was asked for comes back in the search field, and nowhere else.
        let words = url::form_urlencoded::parse(place.split('?').nth(1).unwrap_or_default().as_bytes());
        let asked: String = words.into_owned().map(|(_, value)| value + "\n").collect();
        let written =
            text.replace("&amp;", "&").replace("&quot;", "\"").replace("&#39;", "'").replace("&#x27;", "'");
        for one in self.secrets.iter().chain(&self.brands).chain(&self.categories) {
            assert!(asked.contains(one) || !written.contains(one.as_str()), "{place}: {one}");
        }
        for word in &self.terms {
            assert!(!written.contains(word.as_str()), "{place}: {word}");
        }
    }
}

/// The newest version of every agreement.
async fn agreements(gateway: &Gateway) -> Vec<Agreement> {
    let store = &gateway.app.store;
    let mut known = Vec::new();
    for (head, version) in store.scan(Scan::<AgreementHeadKey>::table()).await.unwrap() {
        let key = AgreementKey { agreement: head.agreement, version: version.value };
        known.push(store.get(&key).await.unwrap().unwrap().value);
    }
    known
}

fn all(text: &str, selector: &str, attribute: &str) -> Vec<String> {
    let page = Html::parse_document(text);
    let selector = Selector::parse(selector).unwrap();
    page.select(&selector).map(|one| one.attr(attribute).unwrap_or_default().to_owned()).collect()
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[tokio::test]
async fn every_page_that_is_linked_shows_own_products_only() {
    walk("leak-walk", 1).await;
}

#[tokio::test]
async fn who_sees_all_products_sees_nothing_of_others_terms() {
    walk("leak-walk-other", 0).await;
}

async fn walk(name: &str, buyer: usize) {
    let gateway = Gateway::start(name).await;
    let visit = Visit::begin(&gateway, buyer).await;
    let mut waiting = VecDeque::from([visit.base.clone()]);
    let (mut known, mut seen) = (BTreeSet::from([visit.base.clone()]), 0);
    let mut products = BTreeSet::new();
    while let Some(place) = waiting.pop_front() {
        let (status, text) = visit.page(&place).await;
        assert_eq!(status, 200, "{place}");
        seen += 1;
        for href in all(&text, "a[href]", "href") {
            let href = href.split('#').next().unwrap_or_default().to_owned();
            // Orders, sizes and filters on top of each other: a few of them lead everywhere.
            let twists = href.matches('&').count();
            if href.starts_with(&visit.base)
                && twists < 2
                && seen + waiting.len() < 500
                && known.insert(href.clone())
            {
                products.extend(href.split("product?part=").nth(1).map(str::to_owned));
                waiting.push_back(href);
            }
        }
    }
    assert!(seen > 60 && products.len() > 20, "{seen} pages, {} products", products.len());
    let (_, home) = visit.page("").await;
    assert!(
        home.contains(&format!("{} products at your prices", visit.own.len())),
        "the first page counts them"
    );
}

#[tokio::test]
async fn asking_for_what_is_hidden_finds_nothing() {
    let gateway = Gateway::start("leak-ask").await;
    let visit = Visit::begin(&gateway, 1).await;
    assert!(visit.own.len() > 20 && visit.hidden.len() > 40);
    let own_words: BTreeSet<String> = visit
        .own
        .iter()
        .flat_map(|product| {
            let attributes = product
                .attributes
                .iter()
                .map(|one| format!("{} {} {}", one.name, one.value, one.unit.as_deref().unwrap_or_default()));
            let manufacturer = product.manufacturer.clone().unwrap_or_default();
            let texts = [product.name.clone(), product.brand.clone(), product.category.clone(), manufacturer];
            texts.into_iter().chain(attributes).collect::<Vec<_>>()
        })
        .flat_map(|text| {
            text.to_lowercase().split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect::<Vec<_>>()
        })
        .collect();
    let own_brands: BTreeSet<&str> = visit.own.iter().map(|product| product.brand.as_str()).collect();
    let mut asked = BTreeSet::new();
    for product in visit.hidden.iter().step_by(5) {
        let part = encoded(product.part.as_str());
        // Direct addresses.
        let (status, _) = visit.page(&format!("product?part={part}")).await;
        assert_eq!(status, 404, "{part}");
        visit.page(&format!("item?part={part}")).await;
        let fields = [("part", product.part.as_str()), ("quantity", "1"), ("back", "")];
        let refused = post_form(&gateway.url(&format!("{}cart/add", visit.base)), &fields).await;
        assert!(refused.status.as_u16() >= 400, "{part}");
        visit.check("cart/add", &refused.text());
        // Search, by everything that it is known by.
        let texts = [
            Some(product.part.as_str()),
            Some(&product.name),
            product.manufacturer_part.as_deref(),
            product.gtin.as_deref(),
            Some(&product.brand),
        ];
        for text in texts.into_iter().flatten().filter(|text| !text.is_empty()) {
            if !asked.insert(text.to_owned()) {
                continue;
            }
            for more in ["", "&sort=price", "&sort=lead"] {
                visit.page(&format!("products?q={}{more}", encoded(text))).await;
            }
        }
        // Facets.
        let (_, narrowed) = visit.page(&format!("products?brand={}", encoded(&product.brand))).await;
        assert_eq!(all(&narrowed, "li.item", "id").is_empty(), !own_brands.contains(product.brand.as_str()));
        // Suggestions.
        for (text, letters) in
            [(product.part.as_str(), 4), (&product.name, 5), (&product.brand, 3), (&product.category, 4)]
        {
            let start: String = text.chars().take(letters).collect();
            let (status, found) = visit.page(&format!("suggest?q={}", encoded(&start))).await;
            assert_eq!(status, 200);
            for one in serde_json::from_str::<Vec<serde_json::Value>>(&found).unwrap() {
                let (text, what, href) = (
                    one["text"].as_str().unwrap(),
                    one["what"].as_str().unwrap(),
                    one["href"].as_str().unwrap(),
                );
                if what == "Brand" {
                    assert!(own_brands.contains(text), "{start}: {text}");
                } else if what.is_empty() {
                    let last = text.rsplit(' ').next().unwrap().to_lowercase();
                    assert!(own_words.contains(&last), "{start}: {text}");
                } else {
                    let (_, page) = visit.page(href).await;
                    assert!(
                        page.contains("product?part=") || page.contains("class=\"product\""),
                        "{start}: {href}"
                    );
                }
            }
        }
    }
    // A category of others.
    assert!(!visit.categories.is_empty());
    for category in &visit.categories {
        let (_, text) = visit.page(&format!("products?in={}", encoded(category))).await;
        assert!(text.contains("Nothing in your catalogue matches"), "{category}");
    }
}

/// What is shown is what is visible and, where unpriced products are hidden, has a price; every count is of these.
#[tokio::test]
async fn counts_are_of_what_is_shown() {
    let gateway = Gateway::start("leak-counts").await;
    let app = &gateway.app;
    let (_, supplier) =
        app.store.scan(Scan::<SupplierKey>::table()).await.unwrap().into_iter().next().unwrap();
    let buyers = app.store.scan(Scan::<BuyerKey>::table()).await.unwrap();
    assert_eq!(buyers.len(), 3);
    let mut lessened = 0;
    for (_, buyer) in &buyers {
        let pins = app.pins(&buyer.value, None).await.unwrap().unwrap();
        for currency in ["EUR", "USD", "CHF"] {
            for days in [0, 400] {
                let now = app.now() + jiff::SignedDuration::from_hours(24 * days);
                let terms = Terms {
                    currency: Currency::parse(currency).unwrap(),
                    choice: PriceChoice::LowestPrice,
                    now,
                };
                for hides in [false, true] {
                    let shop =
                        app.shops.open(&app.store, &supplier.value.id, &pins, terms, hides).await.unwrap();
                    let shown = shop.shown().unwrap();
                    let expected: Vec<u32> = (0..)
                        .zip(shop.catalog.products())
                        .filter(|(_, product)| {
                            let product = product.as_ref().unwrap();
                            shop.visible.admits(product) && (!hides || shop.prices(product).is_some())
                        })
                        .map(|(ordinal, _)| ordinal)
                        .collect();
                    assert_eq!(
                        shown.iter().collect::<Vec<_>>(),
                        expected,
                        "{} {currency} {days} {hides}",
                        buyer.value.id
                    );
                    lessened += u32::from(hides && !expected.is_empty() && shown.len() < shop.catalog.len());
                    for sort in [Sort::Relevance, Sort::Price, Sort::LeadTime, Sort::Name] {
                        let query = Query { sort, limit: 10_000, ..Query::default() };
                        let hits = shop.search(&query).unwrap();
                        let mut found = hits.ordinals.clone();
                        found.sort_unstable();
                        assert_eq!(found, expected);
                        let roots = hits.categories.iter().filter(|count| !count.path.contains(" / "));
                        assert_eq!(roots.map(|count| count.products as usize).sum::<usize>(), expected.len());
                        if sort == Sort::Price {
                            let price = |ordinal: &u32| {
                                let product = shop.catalog.product(*ordinal).unwrap().unwrap();
                                let price = shop.prices(&product)?.shown(&product)?.price;
                                price.amount.checked_div(price.per)
                            };
                            let prices: Vec<_> = hits.ordinals.iter().map(price).collect();
                            let first_unknown =
                                prices.iter().position(Option::is_none).unwrap_or(prices.len());
                            assert!(
                                prices[..first_unknown].is_sorted()
                                    && prices[first_unknown..].iter().all(Option::is_none)
                            );
                        }
                        for facet in &hits.facets {
                            for (value, count) in facet.values.iter().take(3) {
                                let narrowed = [Narrow {
                                    name: facet.name.clone(),
                                    values: vec![value.clone()],
                                    range: None,
                                }];
                                let chosen = shop
                                    .search(&Query { narrowed: &narrowed, limit: 1, ..Query::default() })
                                    .unwrap();
                                assert_eq!(chosen.total, *count);
                            }
                        }
                    }
                }
            }
        }
    }
    assert!(lessened > 1, "hiding what has no price hides something: {lessened}");
}

/// What is exported for one buyer names no product that only others see, no relation to one, nor others' terms.
#[tokio::test]
async fn exports_name_nothing_of_other_buyers() {
    let gateway = Gateway::start("leak-exports").await;
    let app = &gateway.app;
    let known = agreements(&gateway).await;
    let all: Vec<&Product> =
        punchgate::shell::demo::catalog::products().unwrap().iter().step_by(20).collect();
    let mut hidden_in_all = 0;
    for own in &known {
        let hidden: Vec<_> = all.iter().filter(|product| !product.is_in(&own.assortment)).collect();
        hidden_in_all += hidden.len();
        for format in ExportFormat::value_variants() {
            let mut out = Vec::new();
            export::catalog(app, &own.supplier, Some(&own.id), *format, &mut out).await.unwrap();
            let text = String::from_utf8(out).unwrap();
            let words: BTreeSet<&str> =
                text.split(|c: char| !c.is_alphanumeric() && !"-._".contains(c)).collect();
            for product in &hidden {
                assert!(!words.contains(product.part.as_str()), "{} {format:?}: {}", own.id, product.part);
                assert!(!text.contains(&product.name), "{} {format:?}: {}", own.id, product.name);
            }
            for other in known.iter().filter(|other| other.id != own.id) {
                assert!(!text.contains(&other.name), "{} {format:?}: {}", own.id, other.name);
                let currency = other.currency.as_str();
                assert!(other.currency == own.currency || !words.contains(currency), "{} {currency}", own.id);
            }
        }
    }
    assert!(known.len() == 3 && hidden_in_all > 40, "{} {hidden_in_all}", known.len());
}
