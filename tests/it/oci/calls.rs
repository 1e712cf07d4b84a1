//! The call: how it is written, what it may hold, what becomes of its credentials.

use super::*;

#[tokio::test]
async fn an_unencoded_hook_keeps_its_query() {
    let shop = Shop::start("oci-raw-hook", json!({ "hook_unencoded": true })).await;
    let called =
        shop.call_by_get(&format!("HOOK_URL={BUYER}/return?a=1&b=2&~OkCode=ADDI&~CALLER=CTLG")).await;
    let landing = shop.enter(&called).await;
    let page = shop.bring_back(&landing, &[("RACK", "1")]).await;
    assert_eq!(page.action(), format!("{BUYER}/return?a=1&b=2"));
    assert_eq!(page.value("~CALLER").as_deref(), Some("CTLG"));

    let shop = Shop::start("oci-raw-hook-unmarked", json!({})).await;
    shop.call_by_get(&format!("HOOK_URL={BUYER}/return?a=1&b=2")).await;
    let (record, ..) = shop.gateway.records().await.remove(0);
    assert!(record.outcome.note.contains("hook_unencoded"), "{}", record.outcome.note);
}

#[tokio::test]
async fn sapevent_is_a_return_address_where_it_is_allowed() {
    for (allowed, status) in [(true, 303), (false, 403)] {
        let shop = Shop::start("oci-sapevent", json!({ "allows_sapevent": allowed })).await;
        let called = shop.call(&[("HOOK_URL", "SAPEVENT:POST")]).await;
        assert_eq!(called.status, status, "{}", called.text());
        if allowed {
            let landing = shop.enter(&called).await;
            let page = shop.bring_back(&landing, &[("RACK", "1")]).await;
            assert_eq!(page.action(), "SAPEVENT:POST");
            assert!(!page.reply.header("content-security-policy").contains("form-action"));
        }
    }
}

#[tokio::test]
async fn an_odd_end_of_the_hook_stays() {
    let shop = Shop::start("oci-its", json!({})).await;
    let hook = format!("{BUYER}/scripts/wgate.dll/MEW0/?~");
    let page = shop.round(&[("HOOK_URL", &hook)]).await;
    assert_eq!(page.action(), hook);
}

#[tokio::test]
async fn get_and_post_and_mixed_names_and_orders() {
    let shop = Shop::start("oci-names", json!({})).await;
    let hook: String = url::form_urlencoded::byte_serialize(super::hook().as_bytes()).collect();
    let (address, password) = (shop.address(), &shop.password);
    let form = [("content-type", "application/x-www-form-urlencoded")];
    for (query, body) in [
        (format!("UserName=werkstatt&password={password}&Hook_Url={hook}"), String::new()),
        (String::new(), format!("~OkCode=ADDI&HOOKURL={hook}&PASSWORD={password}&username=werkstatt")),
        ("USERNAME=werkstatt&PASSWORD=wrong".to_owned(), format!("PASSWORD={password}&~HOOK_URL={hook}")),
        (
            format!("MM_HOOK_URL={hook}&userid=jd&unheard-of=1&x%7Ey="),
            format!("USERNAME=werkstatt&PASSWORD={password}"),
        ),
    ] {
        let method = if body.is_empty() { "GET" } else { "POST" };
        let called = send(method, &format!("{address}?{query}"), &form, body.clone()).await;
        assert_eq!(called.status, 303, "{query} {body}: {}", called.text());
    }
    let records = shop.gateway.records().await;
    assert!(
        records.iter().any(|(_, document, _)| document.contains("unheard-of = 1")),
        "kept for the operator"
    );
}

#[tokio::test]
async fn three_credentials_under_free_names_and_a_free_hook_name() {
    use punchgate::{
        flow::secret::Secret,
        model::party::{Login, OciCredential},
    };
    let shop = Shop::start("oci-three", json!({ "hook_parameter": "RETURN_TO" })).await;
    let key = ConnectionKey { connection: ConnectionId::parse("kessler-srm").unwrap() };
    let mut connection = shop.gateway.app.store.get(&key).await.unwrap().unwrap().value;
    let credential = |name: &str, value: &str| OciCredential {
        name: name.to_owned(),
        value: shop
            .gateway
            .app
            .vault
            .seal(&Secret::new(value), "oci credential", &shop.gateway.app.entropy)
            .unwrap(),
    };
    connection.login = Login::Oci {
        credentials: vec![
            credential("ORGANIZATION", "4711"),
            credential("NAME", "me"),
            credential("Losung", "hush-hush"),
        ],
    };
    let mut changes = Changes::durable();
    changes.put(&key, &connection);
    shop.gateway.app.store.commit(changes).await.unwrap();
    let hook = hook();
    let whole =
        [("ORGANIZATION", "4711"), ("NAME", "me"), ("LOSUNG", "hush-hush"), ("RETURN_TO", hook.as_str())];
    assert_eq!(post_form(&shop.address(), &whole).await.status, 303);
    for missing in 0..3 {
        let mut part = whole.to_vec();
        part.remove(missing);
        assert_eq!(post_form(&shop.address(), &part).await.status, 403, "without {:?}", whole[missing].0);
    }
    let kept = format!("{:?}", shop.gateway.records().await);
    assert!(!kept.contains("hush-hush") && !kept.contains("4711"));
}

#[tokio::test]
async fn latin_1_calls_are_read_and_answered_in_their_charset() {
    let shop = Shop::start("oci-latin", json!({})).await;
    let hook: String = url::form_urlencoded::byte_serialize(hook().as_bytes()).collect();
    let query = format!("HOOK_URL={hook}&NEW_ITEM-CUST_FIELD5=M%FCller&http_content_charset=ISO-8859-1");
    let landing = shop.enter(&shop.call_by_get(&query).await).await;
    let page = shop.bring_back(&landing, &[("RACK", "1")]).await;
    assert_eq!(page.reply.header("content-type"), "text/html; charset=iso-8859-1");
    assert_eq!(page.all("form", "accept-charset"), ["iso-8859-1"]);
    assert_eq!(page.value("NEW_ITEM-CUST_FIELD5[1]").as_deref(), Some("Müller"));
    let long = page.value("NEW_ITEM-LONGTEXT_1:132[]").unwrap();
    assert_eq!(long, LONG_NAME.replace(['„', '“'], "\""), "respelled, never &#8222;");
    assert!(page.reply.body.windows(6).any(|six| six == b"Gr\xf6\xdfe "), "as ISO-8859-1 writes it");

    let query = query.replace("ISO-8859-1", "utf-8");
    let landing = shop.enter(&shop.call_by_get(&query).await).await;
    let page = shop.bring_back(&landing, &[("RACK", "1")]).await;
    assert_eq!(page.value("NEW_ITEM-LONGTEXT_1:132[]").as_deref(), Some(LONG_NAME));

    let strict = Shop::start("oci-latin-strict", json!({ "charset_gaps": "refuse" })).await;
    let landing = strict.enter(&strict.call(&[("HOOK_URL", &super::hook())]).await).await;
    let refused = strict.try_bring_back(&landing, &[("RACK", "1")]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("ISO-8859-1"), "{}", refused.text());
}

#[tokio::test]
async fn returntarget_wins_and_a_bad_target_is_passed_over() {
    let shop = Shop::start("oci-target", json!({})).await;
    let hook = hook();
    let target = async |more: &[(&str, &str)]| {
        let page = shop.round(&[&[("HOOK_URL", hook.as_str())], more].concat()).await;
        page.all("form", "target").remove(0)
    };
    assert_eq!(target(&[("~TARGET", "_self"), ("returntarget", "_parent")]).await, "_parent");
    assert_eq!(target(&[("~target", "frame.1")]).await, "frame.1");
    assert_eq!(target(&[]).await, "_top");
    assert_eq!(target(&[("returntarget", "\"><script>alert(1)</script>")]).await, "_top");
    let records = shop.gateway.records().await;
    assert!(records.iter().any(|(record, ..)| record.outcome.note.contains("target that it names is none")));
}

#[tokio::test]
async fn a_foreign_hook_is_refused_before_anything_is_shown() {
    let shop = Shop::start("oci-foreign", json!({})).await;
    for hook in [
        "http://evil.test/x",
        "http://buyer.test:8080@evil.test/",
        "http://buyer.test.evil.test:8080/",
        "javascript:alert(1)",
        "data:text/html,x",
        "http://buyer.test:8080/#x",
    ] {
        for function in ["", "VALIDATE", "BACKGROUND_SEARCH"] {
            let fields =
                [("HOOK_URL", hook), ("FUNCTION", function), ("PRODUCTID", "RACK"), ("SEARCHSTRING", "rack")];
            let called = shop.call(&fields).await;
            assert!(called.status == 403 || called.status == 400, "{hook} {function}: {}", called.status);
            assert!(!called.text().contains("RACK") && !called.text().contains("<form"), "{hook}");
        }
    }
    assert_eq!(shop.call(&[]).await.status, 403, "and none at all");
}

#[tokio::test]
async fn the_password_is_nowhere() {
    let shop = Shop::start("oci-secret", json!({})).await;
    let hook: String = url::form_urlencoded::byte_serialize(hook().as_bytes()).collect();
    let query = format!("HOOK_URL={hook}&~OkCode=ADDI&SEARCHSTRING=rack&PRODUCTID=RACK");
    for function in ["", "DETAIL", "VALIDATE", "BACKGROUND_SEARCH", "SOURCING", "DOWNLOADJSON", "OTHER"] {
        let called = shop.call_by_get(&format!("{query}&FUNCTION={function}")).await;
        assert!(!called.text().contains(&shop.password), "{function}");
        for (name, value) in &called.headers {
            assert!(!value.to_str().unwrap().contains(&shop.password), "{function}: {name}");
        }
        assert_ne!(called.header("referrer-policy"), "unsafe-url");
        if called.header("content-type").starts_with("text/html") {
            assert_eq!(
                called.header("referrer-policy"),
                "strict-origin",
                "{function}: no path, no query in Referer"
            );
        }
        assert!(!called.headers.contains_key("set-cookie"), "{function}");
        if called.status == 303 {
            let landing = shop.enter(&called).await;
            let page = get(&shop.gateway.url(&landing)).await;
            assert!(!page.text().contains(&shop.password) && !landing.contains(&shop.password), "{function}");
        }
    }
    let wrong = shop.call(&[("PASSWORD", "x")]).await;
    assert!(!wrong.text().contains(&shop.password));
    let records = format!("{:?} {:?}", shop.gateway.records().await, shop.gateway.app.refusals.all());
    assert!(records.contains("PASSWORD = ***") && !records.contains(&shop.password));
}

#[tokio::test]
async fn two_visits_of_one_login_do_not_meet() {
    let shop = Shop::start("oci-parallel", json!({})).await;
    let (one, other) = (format!("{BUYER}/return?id=1"), format!("{BUYER}/return?id=2"));
    let first = shop.enter(&shop.call(&[("HOOK_URL", &one)]).await).await;
    let second = shop.enter(&shop.call(&[("HOOK_URL", &other)]).await).await;
    let add = async |landing: &str, part: &str| {
        let fields = [("part", part), ("quantity", "1"), ("back", "")];
        post_form(&shop.gateway.url(&format!("{}cart/add", base(landing))), &fields).await
    };
    add(&first, "RACK").await;
    let page = shop.bring_back(&second, &[("NAIL", "7")]).await;
    assert_eq!((page.action(), page.value("NEW_ITEM-VENDORMAT[1]")), (other, Some("NAIL".to_owned())));
    assert!(page.value("NEW_ITEM-VENDORMAT[2]").is_none());
    let transfer = shop.gateway.url(&format!("{}transfer", base(&first)));
    let left = post_form(&transfer, &[("revision", "1")]).await;
    let page = Page::of(get(&shop.gateway.url(left.header("location"))).await);
    assert_eq!((page.action(), page.value("NEW_ITEM-VENDORMAT[1]")), (one, Some("RACK".to_owned())));
}

#[tokio::test]
async fn what_the_call_fixes_and_says_reaches_every_line() {
    let fields = json!({
        "VENDOR": { "from": { "text": "0000104711" } },
        "CUST_FIELD1": { "from": { "product": "part" }, "then": ["lower"] },
        "CUST_FIELD4": { "from": { "setup": "userid" } },
    });
    let shop = Shop::start("oci-fixed", json!({ "fields": fields })).await;
    let hook = hook();
    let page = shop
        .round(&[
            ("HOOK_URL", &hook),
            ("NEW_ITEM-MATGROUP", "23171500"),
            ("NEW_ITEM-PRICE[1]", "0.01"),
            ("userid", "jdoe"),
        ])
        .await;
    for n in 1..=2 {
        assert_eq!(page.value(&format!("NEW_ITEM-MATGROUP[{n}]")).as_deref(), Some("23171500"));
        assert_eq!(page.value(&format!("NEW_ITEM-VENDOR[{n}]")).as_deref(), Some("0000104711"));
        assert_eq!(page.value(&format!("NEW_ITEM-CUST_FIELD4[{n}]")).as_deref(), Some("jdoe"));
        assert_ne!(page.value(&format!("NEW_ITEM-PRICE[{n}]")).as_deref(), Some("0.01"));
    }
    assert_eq!(page.value("NEW_ITEM-CUST_FIELD1[2]").as_deref(), Some("nail"));
}

#[tokio::test]
async fn the_language_of_the_call_is_kept() {
    let shop = Shop::start("oci-language", json!({})).await;
    let hook = hook();
    for (name, value, tag) in
        [("sap-language", "D", "de"), ("LANGU", "FR", "fr"), ("language", "pt_BR", "pt-br")]
    {
        let called = shop.call(&[("HOOK_URL", &hook), (name, value)]).await;
        let landing = shop.enter(&called).await;
        let capability = landing.split('/').nth(2).unwrap();
        let visit = punchgate::shell::web::visit::Visit::load(&shop.gateway.app, capability).await.unwrap();
        assert_eq!(visit.session.purpose.language.as_deref(), Some(tag));
    }
}

#[tokio::test]
async fn leaving_is_a_page_of_its_own_with_the_calls_address() {
    let shop = Shop::start("oci-leave", json!({})).await;
    let (hook, cancel) = (hook(), format!("{BUYER}/cancelled?id=1"));
    for (more, leads_to) in [(vec![], None), (vec![("OCI_CANCEL", cancel.as_str())], Some(&cancel))] {
        let landing =
            shop.enter(&shop.call(&[&[("HOOK_URL", hook.as_str())], &more[..]].concat()).await).await;
        let left = post_form(&shop.gateway.url(&format!("{}cancel", base(&landing))), &[]).await;
        assert_eq!(
            (left.status.as_u16(), left.header("location")),
            (303, format!("{}cancelled", base(&landing)).as_str())
        );
        let page = Page::of(get(&shop.gateway.url(left.header("location"))).await);
        let links = page.all("main a.primary", "href");
        assert_eq!(links.first(), leads_to, "{}", page.text);
        assert_eq!(page.count("form#post"), 0, "nothing is posted");
    }
    let shop = Shop::start("oci-leave-empty", json!({ "cancel": "empty-form" })).await;
    let landing = shop.enter(&shop.call(&[("HOOK_URL", &hook)]).await).await;
    let left = post_form(&shop.gateway.url(&format!("{}cancel", base(&landing))), &[]).await;
    let page = Page::of(get(&shop.gateway.url(left.header("location"))).await);
    assert_eq!(page.action(), hook);
    assert!(page.fields().iter().all(|(name, _)| name.starts_with('~')), "{:?}", page.fields());
}
