//! The form that carries the cart back.

use super::*;

#[tokio::test]
async fn lines_are_numbered_from_one_with_every_number_in_its_form() {
    let shop = Shop::start("oci-form", json!({})).await;
    let page = shop.round(&[("HOOK_URL", &hook())]).await;
    let read = punchgate::wire::oci::read_fields(&page.fields());
    assert_eq!(read.iter().map(|(index, _)| *index).collect::<Vec<_>>(), [1, 2]);
    let of = |name: &str| page.value(&format!("NEW_ITEM-{name}")).unwrap_or_default();
    assert_eq!(of("QUANTITY[1]"), "1234.000");
    assert_eq!(
        (of("PRICE[1]"), of("PRICEUNIT[1]")),
        ("9.000".into(), "1".into()),
        "PRICEUNIT is always there"
    );
    assert_eq!((of("PRICE[2]"), of("PRICEUNIT[2]")), ("0.054".into(), "10".into()), "0.0054 each");
    assert_eq!((of("CURRENCY[1]"), of("LEADTIME[1]")), ("EUR".into(), "3".into()));
    assert!(of("UNIT[1]").chars().count() <= 3 && !of("UNIT[1]").is_empty());
    assert_eq!((of("EXT_PRODUCT_ID[1]"), of("EXT_QUOTE_ITEM[2]")), ("RACK".into(), "2".into()));
    assert!(!page.text.contains("LONGTEXT[1]") && !page.text.contains("MATNR"));
}

#[tokio::test]
async fn a_long_description_is_cut_in_its_field_alone() {
    let shop = Shop::start("oci-long", json!({ "charset": "utf-8" })).await;
    let page = shop.round(&[("HOOK_URL", &hook())]).await;
    let short = page.value("NEW_ITEM-DESCRIPTION[1]").unwrap();
    assert!(short.chars().count() <= 40 && LONG_NAME.starts_with(&short), "{short}");
    assert_eq!(
        page.value("NEW_ITEM-LONGTEXT_1:132[]").as_deref(),
        Some(LONG_NAME),
        "quotes and umlauts whole"
    );
    assert!(page.value("NEW_ITEM-LONGTEXT_2:132[]").is_none(), "“Nail” fits");
}

#[tokio::test]
async fn a_unit_that_the_buyer_cannot_know_does_not_leave() {
    let shop =
        Shop::start("oci-unit", json!({ "units": { "H87": "EACH", "EA": "EACH", "C62": "EACH" } })).await;
    let landing = shop.enter(&shop.call(&[("HOOK_URL", &hook())]).await).await;
    let fields = [("part", "RACK"), ("quantity", "1"), ("back", "")];
    let refused = post_form(&shop.gateway.url(&format!("{}cart/add", base(&landing))), &fields).await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    assert!(
        refused.text().contains("a unit of at most 3 characters"),
        "the shopper hears why: {}",
        refused.text()
    );
}

#[tokio::test]
async fn a_unit_without_a_mapping_is_refused() {
    let shop = Shop::start("oci-unmapped", json!({})).await;
    let landing = shop.enter(&shop.call(&[("HOOK_URL", &hook())]).await).await;
    let add = shop.gateway.url(&format!("{}cart/add", base(&landing)));
    let refused = post_form(&add, &[("part", "LEAF"), ("quantity", "1"), ("back", "")]).await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    let checked = shop.call(&[("HOOK_URL", &hook()), ("FUNCTION", "VALIDATE"), ("PRODUCTID", "LEAF")]).await;
    assert_eq!((checked.status.as_u16(), checked.text().contains("<form")), (200, false));
    shop.change(json!({ "units": { "LEF": "BL" } }), ConnectionState::Live).await;
    let landing = shop.enter(&shop.call(&[("HOOK_URL", &hook())]).await).await;
    let page = shop.bring_back(&landing, &[("LEAF", "1")]).await;
    assert_eq!(page.value("NEW_ITEM-UNIT[1]").as_deref(), Some("BL"));
}

/// Each field that a buyer's own words fill: whole at its width, beyond it left out or cut as its type is, and not before its generation.
#[tokio::test]
async fn each_field_has_its_width_and_its_generation() {
    const FIELDS: [(&str, usize, usize); 22] = [
        ("MATNR", 40, 2),
        ("VENDOR", 10, 2),
        ("MANUFACTCODE", 10, 2),
        ("MANUFACTMAT", 40, 2),
        ("SERVICE", 1, 2),
        ("CONTRACT", 10, 2),
        ("CONTRACT_ITEM", 5, 2),
        ("CUST_FIELD1", 10, 3),
        ("CUST_FIELD2", 10, 3),
        ("CUST_FIELD3", 10, 3),
        ("CUST_FIELD4", 20, 3),
        ("CUST_FIELD5", 50, 3),
        ("ATTACHMENT", 255, 4),
        ("ATTACHMENT_TITLE", 255, 4),
        ("ATTACHMENT_PURPOSE", 1, 4),
        ("EXT_SCHEMA_TYPE", 10, 4),
        ("EXT_CATEGORY_ID", 60, 4),
        ("EXT_CATEGORY", 40, 4),
        ("SLD_SYS_NAME", 60, 4),
        ("TAX", 5, 5),
        ("GTIN", 255, 2),
        ("SOLD_BY", 255, 2),
    ];
    let width =
        |name: &str, width: usize, version: usize| if name == "MATNR" && version < 4 { 18 } else { width };
    let shop = Shop::start("oci-fields", json!({})).await;
    for version in 2..=5 {
        for beyond in [0, 1] {
            let text = |name, most| "X".repeat(width(name, most, version) + beyond);
            let own = FIELDS
                .map(|(name, most, _)| (name.to_owned(), json!({ "from": { "text": text(name, most) } })));
            let own: serde_json::Map<String, Value> = own.into_iter().collect();
            let overrides = json!({ "oci_version": format!("{version}.0"), "fields": own });
            shop.change(overrides, ConnectionState::Live).await;
            let page = shop.round(&[("HOOK_URL", &hook())]).await;
            for (name, most, since) in FIELDS {
                let sent = page.value(&format!("NEW_ITEM-{name}[1]"));
                // Words are cut, everything else is sent whole or not at all.
                let fits = beyond == 0 || name == "ATTACHMENT_TITLE";
                let expected = (since <= version && fits).then(|| "X".repeat(width(name, most, version)));
                assert_eq!(sent, expected, "{name} of OCI {version}.0, {beyond} beyond its width");
            }
            // What is ours comes in every generation, as far as it knows it.
            for (name, value, since) in [
                ("QUANTITY", "1234.000", 2),
                ("PRICE", "9.000", 2),
                ("PRICEUNIT", "1", 2),
                ("CURRENCY", "EUR", 2),
                ("LEADTIME", "3", 2),
                ("VENDORMAT", "RACK", 2),
                ("EXT_QUOTE_ITEM", "1", 3),
                ("EXT_PRODUCT_ID", "RACK", 3),
            ] {
                let sent = page.value(&format!("NEW_ITEM-{name}[1]"));
                assert_eq!(sent.as_deref(), (since <= version).then_some(value), "{name} of OCI {version}.0");
            }
        }
    }
}

#[tokio::test]
async fn the_query_of_the_hook_is_kept_split_or_both() {
    let hook = format!("{BUYER}/return?a=1&b=%C3%BC%26");
    let bare = format!("{BUYER}/return");
    for (mode, method, action, split) in [
        ("keep", "post", &hook, false),
        ("split", "post", &bare, true),
        ("both", "post", &hook, true),
        ("keep", "get", &bare, true),
    ] {
        let shop = Shop::start("oci-query", json!({ "hook_query": mode, "return_method": method })).await;
        let page = shop.round(&[("HOOK_URL", &hook)]).await;
        assert_eq!(
            (page.action(), page.all("form", "method").remove(0)),
            (action.clone(), method.to_owned()),
            "{mode}"
        );
        assert_eq!(page.value("a").as_deref(), split.then_some("1"), "{mode}");
        assert_eq!(page.value("b").as_deref(), split.then_some("ü&"), "{mode}");
    }
}

#[tokio::test]
async fn controls_go_back_as_they_came_or_as_sap_expects_them() {
    let shop = Shop::start("oci-echo", json!({ "echo_defaults": true })).await;
    let hook = hook();
    let page = shop
        .round(&[("HOOK_URL", &hook), ("~okcode", "ADDX"), ("~ForceTarget", "Yes"), ("~caller", "\"><b>")])
        .await;
    assert_eq!(page.value("~okcode").as_deref(), Some("ADDX"));
    assert_eq!(page.value("~ForceTarget").as_deref(), Some("Yes"));
    assert_eq!(page.value("~caller").as_deref(), Some("\"><b>"), "escaped");
    assert_eq!(page.value("~TARGET").as_deref(), Some("_top"));
    let shop = Shop::start("oci-echo-none", json!({ "echo_defaults": false })).await;
    let page = shop.round(&[("HOOK_URL", &hook)]).await;
    assert!(page.fields().iter().all(|(name, _)| !name.starts_with('~')));
}

#[tokio::test]
async fn two_hundred_lines_arrive_and_the_operator_is_warned() {
    let shop = Shop::start("oci-200", json!({ "lines_kept": 20, "preflight": "warn" })).await;
    let landing = shop.enter(&shop.call(&[("HOOK_URL", &hook())]).await).await;
    let parts: Vec<String> = (0..200).map(|n| format!("BOLT-{n}")).collect();
    let items: Vec<(&str, &str)> = parts.iter().map(|part| (part.as_str(), "3")).collect();
    shop.gateway.pass(1);
    let page = shop.bring_back(&landing, &items).await;
    let read = punchgate::wire::oci::read_fields(&page.fields());
    assert_eq!(read.iter().map(|(index, _)| *index).collect::<Vec<_>>(), (1..=200).collect::<Vec<_>>());
    assert!(read.iter().all(|(_, fields)| fields.iter().any(|(name, _)| name == "VENDORMAT")));
    let (record, ..) = shop.gateway.records().await.remove(0);
    assert!(record.outcome.note.contains("lose"), "{}", record.outcome.note);
}

#[tokio::test]
async fn the_page_lets_a_receiver_redirect() {
    let shop = Shop::start("oci-csp", json!({})).await;
    let page = shop.round(&[("HOOK_URL", &hook())]).await;
    let policy = page.reply.header("content-security-policy");
    assert!(!policy.contains("form-action"), "{policy}");
    assert!(policy.contains(&format!("frame-ancestors {BUYER}")), "{policy}");
    assert_eq!(
        (page.count("form button"), page.count("form script")),
        (1, 0),
        "a button where no script runs"
    );
}
