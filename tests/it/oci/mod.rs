//! OCI over real sockets: calls, functions, the form that carries the cart back.

mod calls;
mod docs;
mod functions;
mod returns;
mod samples;

use punchgate::{
    model::{
        agreement::{Agreement, Assortment, Party, PriceEntry},
        catalog::{Product, Tier},
        ids::{AgreementId, BuyerId, ConnectionId, SupplierId, SupplierPartId},
        party::ConnectionState,
        quantity::Quantity,
    },
    shell::{
        demo::catalog::products,
        onboarding::{Verdict, create_agreement, publish_catalog, publish_prices},
        store::{Changes, keys::ConnectionKey},
    },
};
use scraper::{Html, Selector};
use serde_json::{Value, json};

use crate::support::{BUYER, Gateway, Reply, get, post_form, send};

/// Name with more than 40 characters, umlauts and both quotes.
const LONG_NAME: &str = r#"19" Rack „Größe L“ für Geräte, Öse & Bügel's Schloss"#;

/// The gateway with the SAP-like buyer, whose prices are fixed here.
struct Shop {
    gateway: Gateway,
    password: String,
}

impl Shop {
    /// - `overrides`: fields of the profile that the connection answers differently.
    async fn start(name: &str, overrides: Value) -> Self {
        let gateway = Gateway::start(name).await;
        let password = gateway.oci_password();
        let shop = Self { gateway, password };
        shop.stock().await;
        shop.change(overrides, ConnectionState::Live).await;
        shop
    }

    /// Publishes RACK (10 EUR, from 10 on 9 EUR), NAIL (0.0054 EUR), KEYED (second key `V.2`) and 300 bolts.
    async fn stock(&self) {
        let mut some: Vec<Product> = products().unwrap().iter().step_by(20).cloned().collect();
        let pattern = some.iter().find(|product| product.order.first() == Quantity::ONE).unwrap().clone();
        let named = |part: &str, name: &str| Product {
            part: SupplierPartId::parse(part).unwrap(),
            auxiliary: None,
            name: name.to_owned(),
            unit: punchgate::model::quantity::UnitOfMeasure::parse("H87").unwrap(),
            order: punchgate::model::quantity::QuantityRule::default(),
            lead_time_days: Some(3),
            ..pattern.clone()
        };
        some.push(named("RACK", LONG_NAME));
        some.push(named("NAIL", "Nail"));
        let leaf = punchgate::model::quantity::UnitOfMeasure::parse("LEF").unwrap();
        some.push(Product { unit: leaf, ..named("LEAF", "A unit that no buyer knows") });
        some.push(Product { auxiliary: Some("V.2".into()), ..named("KEYED", "Keyed lock") });
        some.push(named("P-0123456789-0123456789-0123456789-0123456789", "Long number"));
        some.extend((0..300).map(|n| named(&format!("BOLT-{n}"), &format!("Zinkbolt {n}"))));
        let supplier = SupplierId::parse("nordhafen").unwrap();
        publish_catalog(&self.gateway.app, &supplier, move |writer| {
            for product in &some {
                writer.add(product)?;
            }
            Ok(((), Verdict::Publish))
        })
        .await
        .unwrap();
        let id = AgreementId::parse("oci-tests").unwrap();
        let agreement = Agreement {
            id: id.clone(),
            supplier,
            name: "OCI tests".into(),
            party: Party::Buyer(BuyerId::parse("kessler").unwrap()),
            currency: punchgate::model::money::Currency::parse("EUR").unwrap(),
            valid_from: jiff::Timestamp::UNIX_EPOCH,
            valid_until: None,
            priority: 1_000,
            assortment: Assortment::default(),
            shows_list_price: false,
            rules: Vec::new(),
            minimum_order: None,
            price_list: None,
            conditions: Vec::new(),
            time_zone: None,
        };
        create_agreement(&self.gateway.app, &agreement).await.unwrap();
        publish_prices(&self.gateway.app, &id, |writer, _| {
            let tier = |from: &str, amount: &str| Tier {
                from: Quantity::parse(from).unwrap(),
                amount: amount.parse().unwrap(),
            };
            let mut price = |part: &str, tiers: Vec<Tier>| {
                let entry = PriceEntry { tiers, per: 1.into() };
                writer.add(&SupplierPartId::parse(part).unwrap(), &entry)
            };
            price("RACK", vec![tier("1", "10"), tier("10", "9")])?;
            price("NAIL", vec![tier("1", "0.0054")])?;
            price("KEYED", vec![tier("1", "7.5")])?;
            price("LEAF", vec![tier("1", "2")])?;
            price("P-0123456789-0123456789-0123456789-0123456789", vec![tier("1", "1")])?;
            for n in 0..300 {
                price(&format!("BOLT-{n}"), vec![tier("1", "0.25")])?;
            }
            Ok(((), Verdict::Publish))
        })
        .await
        .unwrap();
    }

    async fn change(&self, overrides: Value, state: ConnectionState) {
        let key = ConnectionKey { connection: ConnectionId::parse("kessler-srm").unwrap() };
        let row = self.gateway.app.store.get(&key).await.unwrap().unwrap();
        let mut connection = row.value;
        connection.state = state;
        connection.overrides.extend(overrides.as_object().unwrap().clone());
        let mut changes = Changes::durable();
        changes.put(&key, &connection);
        self.gateway.app.store.commit(changes).await.unwrap();
    }

    fn address(&self) -> String {
        self.gateway.url("/oci/kessler-srm")
    }

    fn fields<'a>(&'a self, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        [&[("USERNAME", "werkstatt"), ("PASSWORD", self.password.as_str())], more].concat()
    }

    /// A call by POST.
    async fn call(&self, more: &[(&str, &str)]) -> Reply {
        post_form(&self.address(), &self.fields(more)).await
    }

    /// A call by GET, the query as written behind the credentials.
    async fn call_by_get(&self, query: &str) -> Reply {
        let address = self.address();
        get(&format!("{address}?USERNAME=werkstatt&PASSWORD={}&{query}", self.password)).await
    }

    /// Into the visit behind a call: `/s/<capability>/…`, its first page.
    async fn enter(&self, called: &Reply) -> String {
        assert_eq!(called.status, 303, "{}", called.text());
        let entered = get(called.header("location")).await;
        assert_eq!(entered.status, 303, "{}", entered.text());
        entered.header("location").to_owned()
    }

    /// Puts products into the cart of a visit and returns it: the page that posts.
    async fn bring_back(&self, landing: &str, items: &[(&str, &str)]) -> Page {
        let answer = self.try_bring_back(landing, items).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        Page::of(get(&self.gateway.url(answer.header("location"))).await)
    }

    async fn try_bring_back(&self, landing: &str, items: &[(&str, &str)]) -> Reply {
        let base = base(landing);
        for (part, quantity) in items {
            let fields = [("part", *part), ("quantity", *quantity), ("back", "")];
            let added = post_form(&self.gateway.url(&format!("{base}cart/add")), &fields).await;
            assert_eq!(added.status, 303, "{part}: {}", added.text());
        }
        let revision = items.len().to_string();
        post_form(&self.gateway.url(&format!("{base}transfer")), &[("revision", &revision)]).await
    }

    /// A call with this hook, RACK and NAIL in the cart, and back.
    async fn round(&self, more: &[(&str, &str)]) -> Page {
        let landing = self.enter(&self.call(more).await).await;
        self.bring_back(&landing, &[("RACK", "1234"), ("NAIL", "7")]).await
    }
}

fn base(landing: &str) -> String {
    let end = landing.match_indices('/').nth(2).unwrap().0;
    landing[..=end].to_owned()
}

fn hook() -> String {
    format!("{BUYER}/return")
}

/// An HTML answer.
struct Page {
    reply: Reply,
    /// Decoded as its `Content-Type` says.
    text: String,
}

impl Page {
    fn of(reply: Reply) -> Self {
        let latin = reply.header("content-type").contains("iso-8859-1");
        let text =
            if latin { reply.body.iter().map(|byte| char::from(*byte)).collect() } else { reply.text() };
        Self { reply, text }
    }

    fn all(&self, selector: &str, attribute: &str) -> Vec<String> {
        let html = Html::parse_document(&self.text);
        let selector = Selector::parse(selector).unwrap();
        html.select(&selector).map(|found| found.attr(attribute).unwrap_or_default().to_owned()).collect()
    }

    fn count(&self, selector: &str) -> usize {
        self.all(selector, "id").len()
    }

    /// The fields of the form, in order.
    fn fields(&self) -> Vec<(String, String)> {
        self.all("form input", "name").into_iter().zip(self.all("form input", "value")).collect()
    }

    fn value(&self, name: &str) -> Option<String> {
        self.fields().into_iter().find(|(own, _)| own == name).map(|(_, value)| value)
    }

    fn action(&self) -> String {
        self.all("form", "action").remove(0)
    }
}
