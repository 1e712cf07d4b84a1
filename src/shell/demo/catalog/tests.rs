use std::collections::{HashMap, HashSet};

use super::*;
use crate::{
    model::{ids::BuyerId, ids::SupplierId},
    shell::{
        catalog::{
            Catalog, CatalogWriter, PriceList, PriceListWriter, StockTable, import, test_dir::TestDir,
        },
        search::{Query, Sort, Visible},
    },
    wire::csv::Encoding,
};

fn now() -> Timestamp {
    "2026-03-01T08:00:00Z".parse().unwrap()
}

fn supplier() -> SupplierId {
    SupplierId::parse("nordhafen").unwrap()
}

fn demo_agreements() -> [DemoAgreement; 3] {
    let buyers = ["one", "two", "three"].map(|id| BuyerId::parse(id).unwrap());
    agreements(products().unwrap(), &supplier(), buyers.each_ref(), now()).unwrap()
}

/// The whole way of the demo: generated, written as CSV, imported, published, opened.
fn imported(dir: &TestDir) -> Catalog {
    let text = products_csv(products().unwrap());
    let mut writer = CatalogWriter::begin(dir.path(), &supplier(), 0).unwrap();
    let report = import::products(text.as_bytes(), Encoding::Utf8, &mut writer, |_| {}).unwrap();
    assert!(report.is_clean(), "{:?}", report.errors);
    let published = writer.publish(now()).unwrap();
    Catalog::open(dir.path(), &published.manifest).unwrap()
}

#[test]
fn the_sample_is_large_and_its_numbers_are_its_own() {
    let products = products().unwrap();
    assert!(products.len() >= 3200, "{}", products.len());
    let parts: HashSet<_> = products.iter().map(|product| &product.part).collect();
    assert_eq!(parts.len(), products.len(), "part numbers");
    let gtins: HashSet<_> = products.iter().map(|product| &product.gtin).collect();
    assert_eq!(gtins.len(), products.len(), "GTINs");
    let brands: HashSet<_> = products.iter().map(|product| &product.brand).collect();
    assert!(brands.len() >= 25, "{}", brands.len());
    let tops: HashSet<_> =
        products.iter().filter_map(|product| product.category.split(" / ").next()).collect();
    assert!((10..=14).contains(&tops.len()), "{tops:?}");
    for product in products {
        let texts = format!("{} {} {}", product.name, product.description, product.part);
        assert!(!texts.contains(['{', '}']), "{texts}");
        assert!((30..600).contains(&product.description.len()), "{texts}");
        assert!(product.relations.iter().all(|one| parts.contains(&one.part) && one.part != product.part));
        assert!(product.list_price.as_ref().unwrap().tiers[0].amount.is_sign_positive());
    }
}

#[test]
fn an_export_gives_the_imported_bytes() {
    let dir = TestDir::new("demo-bytes");
    let catalog = imported(&dir);
    catalog.verify().unwrap();
    let read: Vec<Product> = catalog.products().map(|product| (*product.unwrap()).clone()).collect();
    let original = products().unwrap();
    assert_eq!(read.len(), original.len());
    for (read, original) in read.iter().zip(original) {
        assert_eq!(read, original);
    }
    assert!(products_csv(&read) == products_csv(original));
    for (ordinal, product) in (0..).zip(original).step_by(97) {
        let (found, same) = catalog.by_part(&product.part, None).unwrap().unwrap();
        assert_eq!((found, &*same), (ordinal, product));
    }
    let roots: u32 = catalog.categories().roots().map(|category| category.products).sum();
    assert_eq!(roots, catalog.len());
}

#[test]
fn three_buyers_have_their_prices() {
    let dir = TestDir::new("demo-prices");
    let [framework, facility, workshop] = demo_agreements();
    for demo in [&framework, &facility, &workshop] {
        let currency = demo.agreement.currency;
        let mut writer = PriceListWriter::begin(dir.path(), &demo.agreement.id, currency, 0).unwrap();
        let text = prices_csv(demo);
        let report = import::prices(text.as_bytes(), Encoding::Utf8, currency, &mut writer, |_| {}).unwrap();
        assert!(report.is_clean(), "{:?}", report.errors);
        let list = PriceList::open(dir.path(), &writer.publish(now()).unwrap().manifest).unwrap();
        list.verify().unwrap();
        let read: Vec<_> = list.entries().map(Result::unwrap).collect();
        assert_eq!(read, demo.prices);
        let (part, entry) = &demo.prices[7];
        assert_eq!(list.entry(part).unwrap().as_ref(), Some(entry));
    }
    assert!((500..=750).contains(&framework.prices.len()), "{}", framework.prices.len());
    assert!(facility.prices.len() >= 900, "{}", facility.prices.len());
    assert!((240..=420).contains(&workshop.prices.len()), "{}", workshop.prices.len());
    let cent: rust_decimal::Decimal = "0.01".parse().unwrap();
    assert!(
        workshop
            .prices
            .iter()
            .any(|(_, entry)| entry.per == rust_decimal::Decimal::ONE && entry.tiers[0].amount < cent)
    );
    assert!(workshop.prices.iter().any(|(_, entry)| entry.per == rust_decimal::Decimal::ONE_HUNDRED));
}

#[test]
fn stock_is_live() {
    let dir = TestDir::new("demo-stock");
    let products = products().unwrap();
    let table = StockTable::open(dir.path(), &supplier()).unwrap();
    assert_eq!(table.stock(&products[0].part).unwrap(), None);
    let stock = stock(products, now());
    let mut writer = table.replace().unwrap();
    assert!(table.replace().is_err(), "two at once");
    let text = stock_csv(&stock);
    let report = import::stock(text.as_bytes(), Encoding::Utf8, now(), &mut writer, |_| {}).unwrap();
    assert!(report.is_clean(), "{:?}", report.errors);
    let other_handle = table.clone();
    writer.publish().unwrap();
    for (part, stock) in stock.iter().step_by(31) {
        assert_eq!(other_handle.stock(part).unwrap().as_ref(), Some(stock));
    }
    let sold_out = stock.iter().filter(|(_, stock)| stock.sold_out).count();
    let unknown = stock.iter().filter(|(_, stock)| !stock.sold_out && stock.available.is_none()).count();
    assert!(sold_out > 100 && unknown > 100, "{sold_out} {unknown}");
}

#[test]
fn a_search_sees_what_the_buyer_may_see_and_nothing_else() {
    let dir = TestDir::new("demo-search");
    let catalog = imported(&dir);
    let [_, facility, _] = demo_agreements();
    let visible = Visible::of([&facility.agreement.assortment]);
    let shown = std::sync::Arc::new(catalog.visible(&visible).unwrap());
    for text in ["", "bolt", "screw", "glove", "m8", "hammer", "12"] {
        let query = Query { text, sort: Sort::Part, limit: 10_000, ..Query::default() };
        let hits = catalog.search(&query, &shown).unwrap();
        let mut seen: HashMap<&str, u32> = HashMap::new();
        let found: Vec<_> =
            hits.ordinals.iter().map(|ordinal| catalog.product(*ordinal).unwrap().unwrap()).collect();
        for product in &found {
            assert!(visible.admits(product), "{text}: {}", product.part);
            for path in crate::model::catalog::category_levels(&product.category) {
                *seen.entry(path).or_default() += 1;
            }
        }
        assert_eq!(hits.total as usize, found.len());
        let counts: HashMap<&str, u32> =
            hits.categories.iter().map(|count| (count.path.as_str(), count.products)).collect();
        assert_eq!(counts, seen, "{text}");
        if text.is_empty() {
            let all = products().unwrap().iter().filter(|product| visible.admits(product)).count();
            assert_eq!(all, found.len());
        }
    }
    let nobody = Visible::default();
    let query = Query { sort: Sort::Name, limit: 10, ..Query::default() };
    let nobody = std::sync::Arc::new(catalog.visible(&nobody).unwrap());
    assert_eq!(catalog.search(&query, &nobody).unwrap().total, 0);
}
