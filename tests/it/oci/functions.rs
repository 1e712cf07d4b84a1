//! `DETAIL`, `VALIDATE`, `BACKGROUND_SEARCH`, `SOURCING`, `DOWNLOADJSON`, and what is none of them.

use super::*;

impl Shop {
    async fn function(&self, function: &str, more: &[(&str, &str)]) -> Page {
        let hook = hook();
        let fields =
            [&[("HOOK_URL", hook.as_str()), ("~OkCode", "ADDI"), ("FUNCTION", function)], more].concat();
        Page::of(self.call(&fields).await)
    }
}

/// What a program needs: an answer on the called address, whole, without cookie.
fn answers_at_once(page: &Page) {
    assert_eq!(page.reply.status, 200, "{}", page.text);
    assert!(!page.reply.headers.contains_key("location") && !page.reply.headers.contains_key("set-cookie"));
}

#[tokio::test]
async fn validate_answers_with_the_price_of_the_quantity() {
    let shop = Shop::start("oci-validate", json!({})).await;
    for (quantity, price, sent) in
        [("1", "10.000", "1.000"), ("10.000", "9.000", "10.000"), ("00000000012,000", "9.000", "12.000")]
    {
        let page = shop.function("VALIDATE", &[("PRODUCTID", "RACK"), ("QUANTITY", quantity)]).await;
        answers_at_once(&page);
        assert_eq!(page.value("NEW_ITEM-PRICE[1]").as_deref(), Some(price), "{quantity}");
        assert_eq!(page.value("NEW_ITEM-QUANTITY[1]").as_deref(), Some(sent));
        assert!(page.value("NEW_ITEM-VENDORMAT[2]").is_none(), "one line");
        assert!(page.all("form input", "type").iter().all(|kind| kind == "hidden"));
        assert_eq!(page.action(), hook());
        let visible =
            page.count("body > *:not(form):not(script)") + page.count("form > *:not(input):not(noscript)");
        assert_eq!(visible, 0, "nothing to see: {}", page.text);
        let script = page.all("script", "src").remove(0);
        let script = get(&shop.gateway.url(&script)).await.text();
        assert!(script.contains("submit()"), "it sends itself");
    }
    let page = shop.function("VALIDATE", &[("PRODUCTID", "KEYED~V.2"), ("QUANTITY", "2")]).await;
    assert_eq!(page.value("NEW_ITEM-EXT_PRODUCT_ID[1]").as_deref(), Some("KEYED~V.2"));
    let unsaid = shop.function("VALIDATE", &[("PRODUCTID", "RACK")]).await;
    assert_eq!(unsaid.value("NEW_ITEM-QUANTITY[1]").as_deref(), Some("1.000"));
}

#[tokio::test]
async fn a_checked_price_is_held_like_that_of_a_cart() {
    use punchgate::{model::ids::LockReference, shell::store::keys::LockKey};
    let shop = Shop::start("oci-validate-lock", json!({})).await;
    let page = shop.function("VALIDATE", &[("PRODUCTID", "RACK"), ("QUANTITY", "10")]).await;
    let reference = LockReference::parse(&page.value("NEW_ITEM-EXT_QUOTE_ID[1]").unwrap()).unwrap();
    assert!(shop.gateway.app.store.get(&LockKey { reference }).await.unwrap().is_some());
    let (record, document, answer) = shop.gateway.records().await.remove(0);
    assert_eq!((record.kind.as_str(), record.outcome.code), ("OCI VALIDATE", 200));
    assert!(document.contains("PRODUCTID = RACK") && answer.contains("NEW_ITEM-PRICE[1] = 9.000"));
    let session = record.session.unwrap();
    let key = punchgate::shell::store::keys::SessionKey { session };
    let session = shop.gateway.app.store.get(&key).await.unwrap().unwrap().value;
    assert!(session.visit(shop.gateway.app.now()).is_err(), "the visit is over");
}

#[tokio::test]
async fn validate_of_what_is_gone_has_no_form() {
    let shop = Shop::start("oci-validate-gone", json!({})).await;
    for (product, quantity) in
        [("NO-SUCH", "1"), ("", "1"), ("RACK", "0"), ("RACK", "many"), ("RACK", "-1"), ("<script>", "1")]
    {
        let page = shop.function("VALIDATE", &[("PRODUCTID", product), ("QUANTITY", quantity)]).await;
        answers_at_once(&page);
        assert_eq!(
            (page.count("form"), page.count("input"), page.count("script")),
            (0, 0, 0),
            "{}",
            page.text
        );
    }
    let (record, ..) = shop.gateway.records().await.remove(0);
    assert_eq!(record.outcome.code, 404, "the operator sees why");
}

#[tokio::test]
async fn a_background_search_is_all_there_and_never_sends_itself() {
    let shop = Shop::start("oci-search", json!({})).await;
    let begin = punchgate::shell::clock::Stopwatch::start();
    let page = shop.function("BACKGROUND_SEARCH", &[("SEARCHSTRING", "Zinkbolt")]).await;
    assert!(begin.elapsed().as_secs() < 3, "{:?}", begin.elapsed());
    answers_at_once(&page);
    assert_eq!((page.count("script"), page.count("[onload]"), page.count("meta[http-equiv]")), (0, 0, 0));
    assert_eq!(page.count("form button"), 1, "a visible button: {}", page.text);
    let read = punchgate::wire::oci::read_fields(&page.fields());
    assert_eq!(read.iter().map(|(index, _)| *index).collect::<Vec<_>>(), (1..=25).collect::<Vec<_>>());
    assert!(page.text.contains("300 products found") && page.text.contains("The first 25 are shown"));
    let of = |name: &str| page.value(&format!("NEW_ITEM-{name}[25]"));
    assert_eq!((of("PRICE").as_deref(), of("PRICEUNIT").as_deref()), (Some("0.250"), Some("1")));
    assert!(of("EXT_PRODUCT_ID").is_some() && of("EXT_QUOTE_ID").is_none(), "a hit is no offer that we hold");
    assert_eq!(page.value("~OkCode").as_deref(), Some("ADDI"));
    let by_get = shop.call_by_get(
        "HOOK_URL=http%3A%2F%2Fbuyer.test%3A8080%2Freturn&FUNCTION=background_search&SEARCHSTRING=RACK",
    );
    let by_get = Page::of(by_get.await);
    answers_at_once(&by_get);
    assert_eq!(by_get.value("NEW_ITEM-VENDORMAT[1]").as_deref(), Some("RACK"));
}

#[tokio::test]
async fn a_search_for_nothing_finds_nothing() {
    let fields = json!({ "VENDOR": { "from": { "text": "0000104711" } } });
    let shop = Shop::start("oci-search-empty", json!({ "fields": fields })).await;
    for more in [
        vec![],
        vec![("SEARCHSTRING", "  ")],
        vec![("SEARCHSTRING", "zzzxqj")],
        vec![("SEARCHSTRING", "rack"), ("VENDOR", "999")],
        // A number too long for its field is left out, not cut.
        vec![("SEARCHSTRING", "P-0123456789-0123456789-0123456789-0123456789")],
    ] {
        let page = shop.function("BACKGROUND_SEARCH", &more).await;
        answers_at_once(&page);
        assert_eq!((page.count("form"), page.count("script")), (0, 0), "{more:?}");
    }
    let ours = shop.function("BACKGROUND_SEARCH", &[("SEARCHSTRING", "rack"), ("VENDOR", "104711")]).await;
    assert_eq!(ours.value("NEW_ITEM-VENDORMAT[1]").as_deref(), Some("RACK"));
}

#[tokio::test]
async fn detail_leads_to_the_product_and_nowhere_back() {
    let shop = Shop::start("oci-detail", json!({})).await;
    for (product, shown) in [("RACK", "RACK"), ("KEYED~V.2", "KEYED")] {
        // Without a hook, and with one that could not be used.
        for hook in ["", "javascript:alert(1)"] {
            let called =
                shop.call(&[("FUNCTION", "DETAIL"), ("PRODUCTID", product), ("HOOK_URL", hook)]).await;
            let landing = shop.enter(&called).await;
            let item = get(&shop.gateway.url(&landing)).await;
            assert_eq!(item.status, 303, "{}", item.text());
            let page = Page::of(get(&shop.gateway.url(item.header("location"))).await);
            assert!(page.text.contains(shown) && page.text.contains("Nothing goes back from here"));
            let actions = page.all("form[method=post]", "action");
            assert!(actions.iter().all(|action| action.ends_with("/cancel")), "{actions:?}");
            let add = [("part", "RACK"), ("quantity", "1"), ("back", "")];
            let added = post_form(&shop.gateway.url(&format!("{}cart/add", base(&landing))), &add).await;
            assert_eq!(added.status, 403);
        }
    }
    for product in ["NO-SUCH", ""] {
        let landing = shop.enter(&shop.call(&[("FUNCTION", "DETAIL"), ("PRODUCTID", product)]).await).await;
        assert_eq!(get(&shop.gateway.url(&landing)).await.status, 404, "{product}");
    }
}

#[tokio::test]
async fn sourcing_opens_the_shop_at_what_is_found() {
    let shop = Shop::start("oci-sourcing", json!({})).await;
    let hook = hook();
    for (name, value) in [("SEARCHSTRING", "Zinkbolt"), ("NEW_ITEM-DESCRIPTION[1]", "Zinkbolt")] {
        let called = shop.call(&[("HOOK_URL", &hook), ("FUNCTION", "SOURCING"), (name, value)]).await;
        let landing = shop.enter(&called).await;
        assert!(landing.ends_with("products?q=Zinkbolt"), "{landing}");
        let page = shop.bring_back(&landing, &[("RACK", "1")]).await;
        assert_ne!(
            page.value("NEW_ITEM-DESCRIPTION[1]").as_deref(),
            Some("Zinkbolt"),
            "asked for, not fixed"
        );
    }
}

#[tokio::test]
async fn an_unknown_function_is_shopping_and_is_noted() {
    let shop = Shop::start("oci-unknown", json!({})).await;
    let hook = hook();
    for function in ["QUANTITYCHECK", "DETAILADD", "<b>"] {
        let called = shop.call(&[("HOOK_URL", &hook), ("FUNCTION", function)]).await;
        shop.enter(&called).await;
        shop.gateway.pass(1);
        let (record, ..) = shop.gateway.records().await.remove(0);
        assert!(record.outcome.note.contains(function), "{}", record.outcome.note);
    }
}

#[tokio::test]
async fn the_catalog_is_downloaded_page_by_page() {
    let fields = json!({ "VENDOR": { "from": { "text": "0000104711" } } });
    let shop = Shop::start("oci-json", json!({ "fields": fields })).await;
    let page = async |more: &[(&str, &str)]| -> Value {
        let reply = shop.call(&[&[("FUNCTION", "DOWNLOADJSON")], more].concat()).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        assert_eq!(reply.header("content-type"), "application/json; charset=utf-8");
        assert!(!reply.headers.contains_key("set-cookie"));
        serde_json::from_str(&reply.text()).unwrap()
    };
    let first = page(&[("transactionid", "t-1"), ("cti", "X"), ("pagesize", "100")]).await;
    assert_eq!((first["TRANSACTIONID"].as_str(), first["CTI"].as_str()), (Some("t-1"), Some("X")));
    let (pages, total) = (first["TOTALPAGES"].as_u64().unwrap(), first["TOTALITEMS"].as_u64().unwrap());
    assert_eq!(pages, total.div_ceil(100));
    let mut items = Vec::new();
    for number in 1..=pages {
        let one = page(&[("pagesize", "100"), ("requestedpage", &number.to_string())]).await;
        assert_eq!(one["CURRENTPAGE"].as_u64(), Some(number));
        items.extend(one["Items"].as_array().unwrap().clone());
    }
    let ids: std::collections::BTreeSet<_> =
        items.iter().map(|item| item["NEWITEM"]["EXT_PRODUCT_ID"].to_string()).collect();
    assert_eq!(ids.len(), items.len(), "no product twice");
    assert!(u64::try_from(items.len()).unwrap() <= total && items.len() > 300);
    let of = |id: &str| {
        items.iter().map(|item| &item["NEWITEM"]).find(|item| item["EXT_PRODUCT_ID"] == id).unwrap()
    };
    let rack = of("RACK");
    assert_eq!((rack["PRICE"].as_str(), rack["PRICE_QUANTITY"].as_u64()), (Some("10.00"), Some(1)));
    assert_eq!(
        rack["PRICE_SCALES"],
        json!([
            { "low": 1, "price": "10.00", "scaleType": "01" }, { "low": 10, "price": "9.00", "scaleType": "01" },
        ])
    );
    assert_eq!((rack["VENDOR"].as_str(), rack["LEADTIME"].as_str()), (Some("0000104711"), Some("3")));
    assert_eq!(rack["DESCRIPTION"][0]["description"].as_str(), Some(LONG_NAME));
    let nail = of("NAIL");
    assert_eq!((nail["PRICE"].as_str(), nail["PRICE_QUANTITY"].as_u64()), (Some("0.54"), Some(100)));
    assert!(of("KEYED~V.2")["MINORDER_QTY"].is_number());
    let last = page(&[("requestedpage", "9999"), ("pagesize", "0")]).await;
    assert_eq!(last["CURRENTPAGE"], last["TOTALPAGES"], "a page behind the last one is the last one");
    let wrong = post_form(
        &shop.address(),
        &[("FUNCTION", "DOWNLOADJSON"), ("USERNAME", "werkstatt"), ("PASSWORD", "x")],
    )
    .await;
    assert_eq!(wrong.status, 403);
}

#[tokio::test]
async fn the_json_has_the_shape_of_the_sample() {
    let Some(sample) = super::samples::sample("pages/agiqon-downloadjson-shape.json") else { return };
    // The page shows it cut: one bracket short.
    let sample: Value = serde_json::from_str(&sample)
        .or_else(|_| serde_json::from_str(&format!("{}}}", sample.trim())))
        .unwrap();
    let shop = Shop::start("oci-json-shape", json!({})).await;
    let ours: Value = serde_json::from_str(&shop.call(&[("FUNCTION", "DOWNLOADJSON")]).await.text()).unwrap();
    let keys =
        |value: &Value| value.as_object().unwrap().keys().cloned().collect::<std::collections::BTreeSet<_>>();
    assert_eq!(keys(&ours), keys(&sample));
    assert_eq!(keys(&ours["Items"][0]["NEWITEM"]), keys(&sample["Items"][0]["NEWITEM"]));
    let scale = |value: &Value| keys(&value["Items"][0]["NEWITEM"]["PRICE_SCALES"][0]);
    assert_eq!(scale(&ours), scale(&sample));
}
