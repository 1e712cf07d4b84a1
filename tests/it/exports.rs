//! What is exported of an agreement is what its buyer sees, at the prices that its shop shows: in every format.

use std::collections::BTreeMap;

use punchgate::{
    flow::{pricing::Terms, session::Pins},
    model::{
        agreement::PriceChoice,
        ids::{AgreementId, SupplierId},
        money::{Currency, UnitPrice},
    },
    shell::{
        catalog::{Catalog, CatalogWriter, import},
        export::{self, ExportFormat},
        shops::Shop,
        store::{
            Scan,
            keys::{AgreementHeadKey, AgreementKey, CatalogHeadKey},
        },
        web::visit::Visit,
    },
    wire::{oci::products_of, xml::Document},
};
use rust_decimal::Decimal;

use crate::support::{Folder, Gateway, SetupText, get};

/// Price of one unit at the first quantity that can be ordered, by part; `None`: ask for a price.
type Prices = BTreeMap<String, Option<(Currency, Decimal)>>;

fn one(price: UnitPrice) -> (Currency, Decimal) {
    (price.currency, (price.amount / price.per).round_dp(10).normalize())
}

fn supplier() -> SupplierId {
    SupplierId::parse("nordhafen").unwrap()
}

/// What a shop shows.
fn shown(shop: &Shop) -> Prices {
    let products = shop.catalog.products().map(Result::unwrap);
    let seen = products.filter(|product| shop.find(&product.key()).is_some());
    let price = |product: &punchgate::model::catalog::Product| {
        let quote = shop.prices(product)?;
        let band = quote.band(product.order.first()).or(quote.bands.first())?;
        Some(one(band.price))
    };
    seen.map(|product| (product.part.to_string(), price(&product))).collect()
}

/// What a file says, read by the importer.
fn read(text: &[u8]) -> Prices {
    let folder = Folder::new("export-read");
    let path = folder.0.join("file");
    std::fs::write(&path, text).unwrap();
    let mut writer = CatalogWriter::begin(&folder.0, &supplier(), 0).unwrap();
    let read = import::catalog(&path, &import::Options::default(), None, &mut writer, &mut |_| {});
    let (report, ..) = read.unwrap();
    assert!(report.is_clean(), "{:?}", report.errors.first());
    let published = writer.publish(jiff::Timestamp::UNIX_EPOCH).unwrap();
    let catalog = Catalog::open(&folder.0, &published.manifest).unwrap();
    let prices = catalog.products().map(|product| {
        let product = product.unwrap();
        let first = product.order.first();
        let price = product.list_price.as_ref().and_then(|list| {
            let tier = list.tiers.iter().rfind(|tier| tier.from <= first).or(list.tiers.first())?;
            UnitPrice::new(tier.amount, list.currency, product.price_basis).ok()
        });
        (product.part.to_string(), price.map(one))
    });
    prices.collect()
}

/// The products of a level 2 index.
fn level2(text: &str) -> Prices {
    let document: Document = text.parse().unwrap();
    let items = document.root().descendants().filter(|one| one.name() == "IndexItemPunchout");
    let read = items.filter_map(|item| {
        let detail = item.required("PunchoutDetail").unwrap();
        (detail.attribute("punchoutLevel") == Some("product")).then(|| {
            let part = item.required("ItemID").unwrap().required("SupplierPartID").unwrap().trimmed_text();
            let price = detail.optional("UnitPrice").unwrap().map(|price| {
                let money = price.required("Money").unwrap();
                let basis = detail.optional("PriceBasisQuantity").unwrap();
                let per = basis.and_then(|basis| basis.attribute("quantity")).unwrap_or("1");
                let currency = Currency::parse(money.attribute("currency").unwrap()).unwrap();
                let amount = money.trimmed_text().parse().unwrap();
                one(UnitPrice::new(amount, currency, per.parse().unwrap()).unwrap())
            });
            (part.into_owned(), price)
        })
    });
    read.collect()
}

/// The items of OCI JSON.
fn json(text: &str) -> Prices {
    let page: serde_json::Value = serde_json::from_str(text).unwrap();
    let items = page["Items"].as_array().unwrap().iter().map(|item| {
        let item = &item["NEWITEM"];
        let part = products_of(item["EXT_PRODUCT_ID"].as_str().unwrap()).remove(0).part.to_string();
        let currency = Currency::parse(item["CURRENCY"].as_str().unwrap()).unwrap();
        let amount = item["PRICE"].as_str().unwrap().trim().parse().unwrap();
        let per = item["PRICE_QUANTITY"].to_string().parse().unwrap();
        (part, Some(one(UnitPrice::new(amount, currency, per).unwrap())))
    });
    items.collect()
}

async fn agreements(gateway: &Gateway) -> Vec<(AgreementId, u64, Currency)> {
    let mut known = Vec::new();
    for (head, version) in gateway.app.store.scan(Scan::<AgreementHeadKey>::table()).await.unwrap() {
        let key = AgreementKey { agreement: head.agreement.clone(), version: version.value };
        let terms = gateway.app.store.get(&key).await.unwrap().unwrap().value;
        known.push((head.agreement, version.value, terms.currency));
    }
    known
}

async fn exported(gateway: &Gateway, agreement: &AgreementId, format: ExportFormat) -> String {
    let mut out = Vec::new();
    export::catalog(&gateway.app, &supplier(), Some(agreement), format, &mut out).await.unwrap();
    String::from_utf8(out).unwrap()
}

#[tokio::test]
async fn every_export_of_an_agreement_is_what_its_shop_shows() {
    let gateway = Gateway::start("exports").await;
    let app = &gateway.app;
    let catalog = app.store.get(&CatalogHeadKey { supplier: supplier() }).await.unwrap().unwrap().value;
    let mut sizes = Vec::new();
    for (agreement, version, currency) in agreements(&gateway).await {
        let pins = Pins { catalog, agreements: vec![(agreement.clone(), version)] };
        let terms = Terms { currency, choice: PriceChoice::default(), now: app.now() };
        let shop = app.shops.open(&app.store, &supplier(), &pins, terms, false).await.unwrap();
        let shown = shown(&shop);
        let priced: Prices = shown
            .iter()
            .filter(|(_, price)| price.is_some())
            .map(|(part, price)| (part.clone(), *price))
            .collect();
        assert!(!priced.is_empty());
        sizes.push(shown.len());
        let export = |format| exported(&gateway, &agreement, format);
        assert_eq!(read(export(ExportFormat::Csv).await.as_bytes()), shown, "{agreement}: CSV");
        assert_eq!(read(export(ExportFormat::Cif).await.as_bytes()), priced, "{agreement}: CIF");
        assert_eq!(read(export(ExportFormat::Index).await.as_bytes()), priced, "{agreement}: Index");
        assert_eq!(level2(&export(ExportFormat::Level2).await), shown, "{agreement}: level 2");
        let items = json(&export(ExportFormat::Json).await);
        assert!(!items.is_empty());
        for (part, price) in &items {
            assert_eq!(Some(price), shown.get(part), "{agreement}: {part} in JSON");
        }
    }
    assert!(sizes.iter().min() < sizes.iter().max(), "some agreement hides something: {sizes:?}");
    let mut out = Vec::new();
    let all = export::catalog(app, &supplier(), None, ExportFormat::Json, &mut out).await;
    assert!(all.unwrap_err().to_string().contains("name one"));

    // A visit sees the same.
    let secret = gateway.secret(0);
    let answer = gateway.cxml(SetupText { secret: &secret, ..SetupText::default() }.ariba()).await;
    let landing = get(&answer.start_page.unwrap()).await;
    let capability = landing.header("location").split('/').nth(2).unwrap().to_owned();
    let visit = Visit::load(app, &capability).await.unwrap();
    let [(agreement, _)] = visit.session.pins.agreements.as_slice() else { panic!("one agreement") };
    assert_eq!(read(exported(&gateway, agreement, ExportFormat::Csv).await.as_bytes()), shown(&visit.shop));
}
