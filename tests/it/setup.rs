//! `PunchOutSetupRequest` over real sockets: who may come in, and what everybody else is told.

use crate::support::{BUYER, Gateway, SetupText, get, send};

fn setup(gateway: &Gateway) -> SetupText<'static> {
    SetupText { secret: gateway.secret(0).leak(), ..SetupText::default() }
}

#[tokio::test]
async fn a_setup_opens_a_visit_and_leaves_no_link_in_the_record() {
    let gateway = Gateway::start("setup").await;
    let answer = gateway.cxml(setup(&gateway).ariba()).await;
    assert_eq!(answer.code, 200, "{}", answer.text);
    let start = answer.start_page.unwrap();
    assert!(start.starts_with(&gateway.url("/start/")), "{start}");
    let redirect = get(&start).await;
    assert_eq!(redirect.status, 303);
    assert!(redirect.header("location").starts_with("/s/"));
    let link = start.rsplit('/').next().unwrap();
    let records = gateway.records().await;
    assert_eq!(records.len(), 1);
    let (transaction, document, kept_answer) = &records[0];
    assert_eq!((transaction.kind.as_str(), transaction.outcome.code), ("PunchOutSetupRequest", 200));
    assert!(
        document.contains("<BuyerCookie>cookie-1") && !document.contains(&gateway.secret(0)),
        "{document}"
    );
    assert!(kept_answer.contains("/start/***") && !kept_answer.contains(link), "{kept_answer}");
}

#[tokio::test]
async fn a_repeat_gets_the_same_answer_until_its_link_is_used() {
    let gateway = Gateway::start("replay").await;
    let request = setup(&gateway).ariba();
    let first = gateway.cxml(request.clone()).await;
    let again = gateway.cxml(request.replace("09:00:00+00:00", "09:00:05+00:00")).await;
    assert_eq!(
        (&first.text, &first.start_page),
        (&again.text, &again.start_page),
        "the timestamp does not count"
    );
    let other = gateway.cxml(request.replace("cookie-1", "cookie-2")).await;
    assert_ne!(first.start_page, other.start_page, "other content is another visit");
    get(first.start_page.as_ref().unwrap()).await;
    let used = gateway.cxml(request.clone()).await;
    assert_ne!(first.start_page, used.start_page, "a used link is not given out again");
    gateway.pass(11 * 60);
    let late = gateway.cxml(request).await;
    assert_ne!(used.start_page, late.start_page, "nor an old one");
}

#[tokio::test]
async fn strangers_are_told_the_same_whoever_they_are() {
    let gateway = Gateway::start("strangers").await;
    let known = setup(&gateway);
    let wrong = SetupText { secret: "wrong", ..setup(&gateway) }.ariba();
    let unknown = known.ariba().replace("AN01000099999-T", "AN09999999999");
    let nowhere = known.ariba().replace("AN01000000042-T", "AN08888888888");
    let mut causes = Vec::new();
    for request in [wrong, unknown, nowhere] {
        let answer = gateway.cxml(request).await;
        assert_eq!((answer.code, answer.start_page), (401, None));
        causes.push(answer.cause);
    }
    causes.dedup();
    assert_eq!(causes, ["The credentials in Sender were not accepted."]);
    let reasons: Vec<String> =
        gateway.app.refusals.all().iter().map(|one| one.transaction.outcome.note.clone()).collect();
    assert!(reasons.iter().any(|reason| reason.contains("secret is missing or wrong")), "{reasons:?}");
    let other = gateway.cxml(known.ariba().replace("AN01000000777-T", "AN01000000778-T")).await;
    assert_eq!(other.code, 403, "a proven sender may not speak for everybody");
    let kept = gateway.app.refusals.all();
    assert!(
        kept.iter()
            .all(|one| !one.document.contains(&gateway.secret(0)) && !one.document.contains("wrong</Shared"))
    );
}

#[tokio::test]
async fn identities_compare_without_case() {
    let gateway = Gateway::start("case").await;
    let request = setup(&gateway).ariba().replace("NetworkID", "networkid").replace("-T<", "-t<");
    assert_eq!(gateway.cxml(request).await.code, 200);
}

#[tokio::test]
async fn what_cannot_be_taken_is_refused_with_its_place() {
    let gateway = Gateway::start("refused").await;
    let good = setup(&gateway).ariba();
    let cases = [
        (good.replace("operation=\"create\"", "operation=\"creat\""), 400, "line 10"),
        (
            good.replace("PunchOutSetupRequest operation=\"create\"", "QuoteRequest")
                .replace("PunchOutSetupRequest", "QuoteRequest"),
            450,
            "QuoteRequest is not taken here",
        ),
        (good.replace("operation=\"create\"", "operation=\"edit\""), 412, "ItemOut"),
        (good.replace("<BuyerCookie>cookie-1</BuyerCookie>", ""), 400, "BuyerCookie"),
        (
            good.replace("<BrowserFormPost>", "<!--").replace("</BrowserFormPost>", "-->"),
            400,
            "return address",
        ),
        (good.replace("http://buyer.test:8080/return", "javascript:alert(1)//"), 400, "return address"),
        (good.replace("http://buyer.test:8080/return", "http://evil.test/return"), 403, "not allowed"),
        (good.replace("PunchOutSetupRequest", "PunchoutSetupRequest"), 450, "PunchoutSetupRequest"),
        (good.replace("<cXML ", "<cxml ").replace("</cXML>", "</cxml>"), 406, "upper and lower case"),
        (good.replace("</BuyerCookie>", "</BuyerCooky>"), 406, "line"),
        ("Hello".to_owned(), 406, "line 1"),
        (String::new(), 406, "line 1"),
    ];
    for (request, code, said) in cases {
        let answer = gateway.cxml(request).await;
        assert_eq!(answer.code, code, "{}", answer.text);
        assert!(answer.cause.contains(said), "{said:?} in {}", answer.cause);
        assert!(answer.start_page.is_none());
    }
}

/// A copy is kept and never acted on; news and receipts are kept; asking for offers is a visit.
#[tokio::test]
async fn documents_that_ask_for_nothing_are_kept() {
    let gateway = Gateway::start("kept").await;
    let good = setup(&gateway).ariba();
    let (from, until) = (good.find("<PunchOutSetupRequest").unwrap(), good.find("</Request>").unwrap());
    let with = |inner: &str| format!("{}{inner}{}", &good[..from], &good[until..]);
    let inner = &good[good.find("<cXML").unwrap()..];
    let answer = gateway.cxml(with(&format!("<CopyRequest>{inner}</CopyRequest>"))).await;
    assert_eq!((answer.code, answer.start_page), (200, None), "a copy of a setup opens nothing");
    let update = "<StatusUpdateRequest><DocumentReference payloadID=\"1\"/><Status code=\"200\" text=\"OK\"/></StatusUpdateRequest>";
    assert_eq!(gateway.cxml(with(update)).await.code, 200);
    assert_eq!(gateway.cxml(with("<StatusUpdateRequest/>")).await.code, 400);
    let amount = "<Money currency=\"EUR\">5.05</Money>";
    let receipt = format!(
        "<ReceiptRequest><ReceiptRequestHeader receiptID=\"R1\" receiptDate=\"2026-05-01T10:00:00+00:00\"/>\
         <ReceiptOrder><ReceiptOrderInfo><OrderIDInfo orderID=\"PO1\"/></ReceiptOrderInfo>\
         <ReceiptItem receiptLineNumber=\"1\" quantity=\"1\"><ReceiptItemReference lineNumber=\"1\"/>\
         <UnitRate>{amount}<UnitOfMeasure>EA</UnitOfMeasure></UnitRate>\
         <ReceivedAmount>{amount}</ReceivedAmount></ReceiptItem></ReceiptOrder>\
         <Total>{amount}</Total></ReceiptRequest>"
    );
    let answer = gateway.cxml(with(&receipt)).await;
    assert_eq!(answer.code, 200, "{}", answer.text);
    let headless = receipt.replace("ReceiptRequestHeader", "ReceiptRequestHeading");
    assert_eq!(gateway.cxml(with(&headless)).await.code, 400);
    assert_eq!(gateway.cxml(with("<GetPendingRequest/>")).await.code, 450);
    let source = good.replace("operation=\"create\"", "operation=\"source\"");
    assert!(gateway.cxml(source).await.start_page.is_some());
}

#[tokio::test]
async fn hostile_bodies_are_answered_and_forgotten() {
    let gateway = Gateway::start("hostile").await;
    let bomb =
        r#"<?xml version="1.0"?><!DOCTYPE cXML [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><cXML>&b;</cXML>"#;
    let outside = r#"<!DOCTYPE cXML [<!ENTITY a SYSTEM "file:///etc/passwd">]><cXML>&a;</cXML>"#;
    let deep = "<a>".repeat(100_000);
    for body in [bomb, outside] {
        assert_eq!(gateway.cxml(body.to_owned()).await.code, 406);
    }
    assert_eq!(gateway.cxml(deep).await.code, 499);
    let huge = vec![b'x'; 50 << 20];
    assert_eq!(gateway.cxml(huge).await.code, 499);
    let latin = setup(&gateway).ariba().replace("jdoe", "M\u{fc}ller");
    let bytes: Vec<u8> = latin.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let utf8 = send("POST", &gateway.url("/cxml"), &[("content-type", "text/xml")], bytes).await;
    assert!(
        utf8.text().contains("code=\"406\""),
        "bytes that are not the UTF-8 they claim to be: {}",
        utf8.text()
    );
    let wrong_method = send("PUT", &gateway.url("/cxml"), &[], "").await;
    assert_eq!(wrong_method.status, 405);
    let looked = get(&gateway.url("/cxml")).await;
    assert_eq!((looked.status.as_u16(), looked.text().contains("POST")), (200, true));
    assert_eq!(gateway.cxml(setup(&gateway).ariba()).await.code, 200, "and the gateway is well");
}

#[tokio::test]
async fn absurdly_long_labels_do_no_harm() {
    let gateway = Gateway::start("labels").await;
    let long = "y".repeat(300_000);
    let good = setup(&gateway).ariba();
    let labels = good
        .replace(">jdoe<", &format!(">{long}<"))
        .replace("<UserAgent>test", &format!("<UserAgent>{long}"))
        .replace("xml:lang=\"en-US\"", &format!("xml:lang=\"{long}\""));
    assert_eq!(gateway.cxml(labels).await.code, 200);
    let second =
        format!("<From><Credential domain=\"a\"><Identity>{long}</Identity></Credential><Credential");
    assert_eq!(gateway.cxml(good.replace("<From><Credential", &second)).await.code, 400);
    let secret = gateway.oci_password();
    let call =
        format!("USERNAME=werkstatt&PASSWORD={secret}&HOOK_URL={BUYER}/return&NEW_ITEM-CUST_FIELD1={long}");
    let form = [("content-type", "application/x-www-form-urlencoded")];
    assert_eq!(send("POST", &gateway.url("/oci/kessler-srm"), &form, call).await.status, 400);
}

#[tokio::test]
async fn half_a_request_blocks_nobody() {
    use tokio::io::AsyncWriteExt;
    let gateway = Gateway::start("half").await;
    let mut silent = Vec::new();
    for _ in 0..20 {
        let mut stream = tokio::net::TcpStream::connect(gateway.address).await.unwrap();
        let head = "POST /cxml HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n<cXML>";
        stream.write_all(head.as_bytes()).await.unwrap();
        silent.push(stream);
    }
    assert_eq!(gateway.cxml(setup(&gateway).ariba()).await.code, 200);
}

#[tokio::test]
async fn a_profile_request_names_what_is_taken() {
    let gateway = Gateway::start("profile").await;
    let setup = setup(&gateway).ariba();
    let start = setup.find("<PunchOutSetupRequest").unwrap();
    let end = setup.find("</PunchOutSetupRequest>").unwrap() + "</PunchOutSetupRequest>".len();
    let request = format!("{}<ProfileRequest/>{}", &setup[..start], &setup[end..]);
    let answer = gateway.cxml(request).await;
    assert_eq!(answer.code, 200);
    for name in ["OrderRequest", "PunchOutSetupRequest", "ProfileRequest"] {
        assert!(answer.text.contains(&format!("requestName=\"{name}\"")), "{}", answer.text);
    }
}

#[tokio::test]
async fn a_visit_survives_a_restart_and_a_guessed_one_does_not_exist() {
    let gateway = Gateway::start("restart").await;
    let answer = gateway.cxml(setup(&gateway).ariba()).await;
    let path = answer.start_page.unwrap().split_once("/start/").unwrap().1.to_owned();
    let gateway = gateway.restart().await;
    let redirect = get(&gateway.url(&format!("/start/{path}"))).await;
    assert_eq!(redirect.status, 303);
    let mut guessed = path.into_bytes();
    // Another letter of links: one that an address cannot hold would not be sent at all.
    guessed[20] = if guessed[20] == b'A' { b'B' } else { b'A' };
    let guess = get(&gateway.url(&format!("/start/{}", String::from_utf8(guessed).unwrap()))).await;
    assert_eq!(guess.status, 404);
}

#[tokio::test]
async fn a_start_link_works_for_two_minutes_after_its_first_use() {
    let gateway = Gateway::start("start").await;
    let start = gateway.cxml(setup(&gateway).ariba()).await.start_page.unwrap();
    assert_eq!(send("HEAD", &start, &[], "").await.status, 303);
    gateway.pass(9 * 60);
    let first = get(&start).await;
    gateway.pass(119);
    let second = get(&start).await;
    assert_eq!(first.header("location"), second.header("location"), "HEAD did not start the clock");
    gateway.pass(2);
    let late = get(&start).await;
    assert_eq!(late.status, 410);
    assert!(!late.text().contains("/s/"), "no way in");
    let unused = gateway.cxml(SetupText { payload_id: "2@buyer.test", ..setup(&gateway) }.ariba()).await;
    gateway.pass(10 * 60);
    assert_eq!(get(&unused.start_page.unwrap()).await.status, 410);
}

#[tokio::test]
async fn oci_calls_log_in_by_get_and_post_and_lose_their_password() {
    let gateway = Gateway::start("oci").await;
    let secret = gateway.files[2]
        .split("\"PASSWORD\", value = \"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let hook = format!("{BUYER}/return?a=1");
    let encoded: String = url::form_urlencoded::byte_serialize(hook.as_bytes()).collect();
    let query = format!("USERNAME=werkstatt&PASSWORD={secret}&HOOK_URL={encoded}");
    let by_get = get(&gateway.url(&format!("/oci/kessler-srm?{query}"))).await;
    let body = query.replace("USERNAME", "username").replace("HOOK_URL", "hook_url");
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let by_post = send("POST", &gateway.url("/oci/kessler-srm"), &form, body).await;
    for reply in [by_get, by_post] {
        assert_eq!(reply.status, 303, "{}", reply.text());
        assert!(reply.header("location").contains("/start/"));
        assert!(!reply.header("location").contains(&secret));
    }
    let wrong = get(&gateway.url(&format!("/oci/kessler-srm?{}", query.replace(&secret, "wrong")))).await;
    let unknown = get(&gateway.url(&format!("/oci/nobody?{query}"))).await;
    assert_eq!((wrong.status, wrong.text()), (unknown.status, unknown.text()), "nobody learns who exists");
    assert_eq!(wrong.status, 403);
    let foreign =
        get(&gateway.url(&format!("/oci/kessler-srm?{}", query.replace("buyer.test", "evil.test")))).await;
    assert_eq!(foreign.status, 403);
    let all = format!("{:?}", gateway.app.refusals.all());
    assert!(!all.contains(&secret), "no password in the record");
}
