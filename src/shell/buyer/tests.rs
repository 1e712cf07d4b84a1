//! The whole round over real sockets against a small shop that shares nothing with the storefront: other words,
//! another way to the cart, tables instead of lists.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::Bytes,
    extract::{Path, RawQuery, State},
    http::{StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use jiff::Timestamp;
use url::Url;

use crate::{
    flow::setup::{Entry, Operation},
    model::{ids::PayloadId, profile::CxmlVersion},
    wire::{
        cxml::{
            Stamp, Status, StatusCode as Cxml, answer, read_envelope, read_order_request, read_setup_request,
            setup_answer,
        },
        xml::{Document, Limits},
    },
};

use super::{
    client::Client,
    connection::BuyerConnection,
    encode::read_urlencoded,
    report::Report,
    round::{Wishes, go_round},
};

/// What the shop does wrong on purpose.
#[derive(Clone, Copy, Default, Eq, PartialEq)]
pub(super) enum Fault {
    #[default]
    None,
    WrongTotal,
    ForgetsLines,
    CartOnInspect,
    NoProducts,
    RefusesOrders,
    /// Has no room for the first two orders.
    IsFull,
}

#[derive(Default)]
pub(super) struct Shop {
    fault: Fault,
    pub(super) cookie: String,
    return_to: String,
    operation: Option<Operation>,
    lines: Vec<(String, String)>,
    pub(super) orders: Vec<usize>,
    cookies_seen: bool,
}

pub(super) type Shared = Arc<Mutex<Shop>>;

const PRODUCTS: [(&str, &str); 3] =
    [("K-100", "Kabel 3 × 1,5"), ("K-200", "Stecker"), ("K-300", "Rückholfeder")];

fn page(body: &str) -> Html<String> {
    Html(format!("<title>Laden</title><a href=/korb>Warenkorb</a> <a href=/hilfe>Hilfe</a>{body}"))
}

async fn cxml(State(shop): State<Shared>, headers: axum::http::HeaderMap, body: Bytes) -> Response {
    let mut shop = shop.lock().unwrap();
    shop.cookies_seen |= headers.contains_key(header::COOKIE);
    let document = Document::read(body.to_vec(), None, &Limits::default()).unwrap();
    let envelope = read_envelope(&document).unwrap();
    let stamp = Stamp { payload_id: PayloadId::parse("1@shop").unwrap(), at: Timestamp::UNIX_EPOCH };
    let version = CxmlVersion::parse("1.2.014").unwrap();
    let status = |code| Status { code, cause: "so it is".into() };
    let text = if envelope.request.name() == "OrderRequest" {
        let order = read_order_request(&envelope).unwrap();
        shop.orders.push(order.lines.len());
        let code = match shop.fault {
            Fault::RefusesOrders => Cxml::Forbidden,
            Fault::IsFull if shop.orders.len() < 3 => Cxml::TemporaryServerError,
            _ => Cxml::Ok,
        };
        answer(&status(code), &stamp, &version)
    } else {
        let setup = read_setup_request(&envelope).unwrap();
        let Entry::Cxml { buyer_cookie, .. } = &setup.purpose.entry else { panic!("not cXML") };
        shop.cookie = buyer_cookie.as_ref().unwrap().as_str().to_owned();
        shop.return_to = setup.purpose.return_to.as_ref().unwrap().as_str().to_owned();
        shop.operation = Some(setup.purpose.operation);
        let line = |item: &crate::flow::setup::IncomingLine| {
            (item.item.part.as_str().to_owned(), item.quantity.to_string())
        };
        shop.lines = setup.items.iter().map(line).collect();
        if shop.fault == Fault::ForgetsLines {
            shop.lines.clear();
        }
        let host = headers[header::HOST].to_str().unwrap();
        setup_answer(&status(Cxml::Ok), &format!("http://{host}/anfang"), &stamp, &version).unwrap()
    };
    ([(header::CONTENT_TYPE, "text/xml; charset=UTF-8"), (header::SET_COOKIE, "trap=1")], text)
        .into_response()
}

async fn oci(State(shop): State<Shared>, RawQuery(query): RawQuery, body: Bytes) -> Response {
    let all = [body.as_ref(), b"&", query.unwrap_or_default().as_bytes()].concat();
    let fields = read_urlencoded(&all, None);
    let value = |name: &str| fields.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone());
    if value("PASSWORD").as_deref() != Some("hush") {
        return (StatusCode::FORBIDDEN, Html("<title>Nein</title>Wer sind Sie?")).into_response();
    }
    let mut shop = shop.lock().unwrap();
    shop.return_to = value("HOOK_URL").unwrap();
    shop.operation = None;
    Redirect::to("/anfang").into_response()
}

async fn start() -> Html<String> {
    page(
        "<p>Guten Tag</p><a href=/gruppe/kabel>Kabel und mehr</a><form action=/suche><input name=suche><input type=submit value=Los></form>",
    )
}

async fn group(State(shop): State<Shared>) -> Html<String> {
    let shop = shop.lock().unwrap();
    if shop.fault == Fault::NoProducts {
        return page("<p>Nichts da</p>");
    }
    let row = |(part, text): &(&str, &str)| {
        format!(
            "<tr><td>{part}<td>{text}<td><form method=post action=/rein><input type=hidden name=nr value={part}>\
                 <input name=menge value=2><input type=submit value='In den Korb'></form>"
        )
    };
    let readonly = shop.operation == Some(Operation::Inspect);
    let rows: String = if readonly { String::new() } else { PRODUCTS.iter().map(row).collect() };
    page(&format!("<table>{rows}</table>"))
}

async fn add(State(shop): State<Shared>, body: Bytes) -> Redirect {
    let fields = read_urlencoded(&body, None);
    shop.lock().unwrap().lines.push((fields[0].1.clone(), fields[1].1.clone()));
    Redirect::to("/gruppe/kabel")
}

async fn cart(State(shop): State<Shared>) -> Html<String> {
    let shop = shop.lock().unwrap();
    let fixed = shop.operation == Some(Operation::Inspect) && shop.fault != Fault::CartOnInspect;
    let line = |(part, quantity): &(String, String)| {
        if fixed {
            format!("<li>{part}: {quantity}")
        } else {
            format!(
                "<li>{part} <form method=post action=/neu><input name=menge value={quantity}>\
                     <button>Aktualisieren</button></form>"
            )
        }
    };
    let lines: String = shop.lines.iter().map(line).collect();
    page(&format!(
        "<ul>{lines}</ul><form method=post action=/raus><input type=hidden name=stand value=7>\
                   <button>Warenkorb übertragen</button></form><form method=post action=/weg><button>Abbrechen</button></form>"
    ))
}

fn message(shop: &Shop, status: &str, lines: &[(String, String)]) -> String {
    let total: u32 = lines.iter().map(|(_, quantity)| quantity.parse::<u32>().unwrap() * 3).sum();
    let total = if shop.fault == Fault::WrongTotal { total + 1 } else { total };
    let item = |(part, quantity): &(String, String)| {
        format!(
            "<ItemIn quantity='{quantity}'><ItemID><SupplierPartID>{part}</SupplierPartID></ItemID><ItemDetail><UnitPrice>\
             <Money currency='EUR'>3.00</Money></UnitPrice><Description xml:lang='de'>Stück &amp; Kabel →</Description>\
             <UnitOfMeasure>EA</UnitOfMeasure><Classification domain='UNSPSC'>1</Classification></ItemDetail></ItemIn>"
        )
    };
    let items: String = lines.iter().map(item).collect();
    format!(
        "<cXML payloadID='9@shop' timestamp='2026-11-23T00:00:00+00:00'><Header/><Message>{status}<PunchOutOrderMessage>\
         <BuyerCookie>{}</BuyerCookie><PunchOutOrderMessageHeader operationAllowed='edit'><Total><Money currency='EUR'>\
         {total}.00</Money></Total></PunchOutOrderMessageHeader>{items}</PunchOutOrderMessage></Message></cXML>",
        shop.cookie
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;")
}

async fn give_back(State(shop): State<Shared>, Path(way): Path<String>) -> Response {
    let shop = shop.lock().unwrap();
    let action = escape(&shop.return_to);
    if shop.operation.is_none() {
        let fields: String = (1..)
            .zip(&shop.lines)
            .map(|(n, (part, quantity))| {
                let field = |name: &str, value: &str| {
                    format!("<input type=hidden name='NEW_ITEM-{name}[{n}]' value='{value}'>")
                };
                [
                    field("DESCRIPTION", "Stück Kabel"),
                    field("VENDORMAT", part),
                    field("EXT_PRODUCT_ID", part),
                    field("QUANTITY", &format!("{quantity}.000")),
                    field("UNIT", "PCE"),
                    field("PRICE", "3.000"),
                    field("PRICEUNIT", "1"),
                    field("CURRENCY", "EUR"),
                ]
                .concat()
            })
            .collect();
        let html = format!(
            "<title>Zurück</title><form method=post action=\"{action}\">{fields}<noscript><button>Weiter</button></noscript></form>"
        );
        let (latin, _, _) = encoding_rs::WINDOWS_1252.encode(&html);
        return ([(header::CONTENT_TYPE, "text/html; charset=iso-8859-1")], latin.into_owned())
            .into_response();
    }
    let text = match way.as_str() {
        "raus" => message(&shop, "", &shop.lines),
        _ => message(&shop, "<Status code='204' text='No Content'/>", &[]),
    };
    let value = escape(&text);
    page(&format!("<form method=post action=\"{action}\"><input type=hidden name=cXML-UrlEncoded value=\"{value}\"><button>Weiter</button></form>"))
        .into_response()
}

pub(super) async fn open(fault: Fault) -> (Url, Shared) {
    let shop: Shared = Arc::new(Mutex::new(Shop { fault, ..Shop::default() }));
    let router = Router::new()
        .route("/cxml", post(cxml))
        .route("/oci", get(oci).post(oci))
        .route("/anfang", get(start))
        .route("/gruppe/kabel", get(group))
        .route("/suche", get(group))
        .route("/rein", post(add))
        .route("/korb", get(cart))
        .route("/{way}", post(give_back))
        .with_state(Arc::clone(&shop));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    (Url::parse(&format!("http://{address}/")).unwrap(), shop)
}

pub(super) const CXML: &str = r#"
    name = "Test"
    protocol = "cxml"
    return_address = "https://buyer.example/return?id=7&x=1"
    [cxml]
    from = { domain = "DUNS", identity = "1" }
    to = { domain = "DUNS", identity = "2" }
    sender = { domain = "DUNS", identity = "1" }
    secret = "hush"
"#;

pub(super) const OCI: &str = r#"
    protocol = "oci"
    return_address = "https://buyer.example/oci?id=7"
    [oci]
    endpoint = "/oci"
    parameters = [{ name = "USERNAME", value = "me" }, { name = "PASSWORD", value = "hush" }]
"#;

async fn round(file: &str, fault: Fault, operation: Operation, lines: usize) -> (Report, Shared) {
    let (base, shop) = open(fault).await;
    let connection = BuyerConnection::read(file, |_| None).unwrap();
    let wishes = Wishes { operation, item: None, search: None, lines, fault: None };
    let client = Client::new(None).unwrap();
    (go_round(&client, &connection, Some(&base), &wishes, &mut |_| {}).await, shop)
}

/// The step that failed and what it expected.
fn failed(report: &Report) -> (&str, &str) {
    assert!(!report.ok);
    (&report.steps.last().unwrap().name, &report.trouble.as_ref().unwrap().expected)
}

#[tokio::test]
async fn a_round_with_an_edit_and_a_cancelled_edit_ends_with_an_order() {
    let (report, shop) = round(CXML, Fault::None, Operation::Edit, 3).await;
    assert!(report.ok, "{report:#?}");
    let names: Vec<&str> = report.steps.iter().map(|step| step.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "setup",
            "start page",
            "find products",
            "add to cart",
            "open the cart",
            "return",
            "receive",
            "judge the cart",
            "setup (edit)",
            "start page",
            "open the cart",
            "return",
            "receive",
            "judge the edited cart",
            "setup (edit)",
            "start page",
            "cancel",
            "order",
        ]
    );
    let shop = shop.lock().unwrap();
    assert_eq!(shop.orders, [3]);
    assert!(!shop.cookies_seen, "a cookie was sent");
}

#[tokio::test]
async fn an_inspection_is_looked_through() {
    let (report, _) = round(CXML, Fault::None, Operation::Inspect, 2).await;
    assert!(report.ok, "{report:#?}");
    let (report, _) = round(CXML, Fault::CartOnInspect, Operation::Inspect, 1).await;
    assert_eq!(failed(&report), ("inspect", "a page that changes nothing"));
}

#[tokio::test]
async fn a_part_is_searched_for_where_the_shop_does_not_open_at_it() {
    let (base, _) = open(Fault::None).await;
    let connection = BuyerConnection::read(CXML, |_| None).unwrap();
    let item = Some("K-300".to_owned());
    let wishes = Wishes { operation: Operation::Create, item, search: None, lines: 1, fault: None };
    let report = go_round(&Client::new(None).unwrap(), &connection, Some(&base), &wishes, &mut |_| {}).await;
    assert!(report.ok, "{report:#?}");
}

#[tokio::test]
async fn each_fault_is_found_at_its_step() {
    for (fault, operation, step, expected) in [
        (Fault::WrongTotal, Operation::Create, "receive", "Total is the sum of the lines"),
        (Fault::ForgetsLines, Operation::Edit, "receive", "it has lines"),
        (Fault::NoProducts, Operation::Create, "find products", "1 products to put into the cart, not 0"),
        (Fault::RefusesOrders, Operation::Create, "order", "Status 200 for the order"),
    ] {
        let (report, _) = round(CXML, fault, operation, 1).await;
        let (at, wanted) = failed(&report);
        assert_eq!(at, step);
        assert!(wanted.starts_with(expected), "{wanted}");
    }
}

#[tokio::test]
async fn an_oci_round_is_read_in_the_charset_of_its_page() {
    let latin = OCI.replace(
        "parameters = [",
        "parameters = [{ name = \"http_content_charset\", value = \"iso-8859-1\" }, ",
    );
    for file in [OCI.to_owned(), latin, OCI.replace("endpoint", "method = \"get\"\nendpoint")] {
        let (report, _) = round(&file, Fault::None, Operation::Create, 2).await;
        assert!(report.ok, "{report:#?}");
        assert!(report.steps.last().unwrap().detail.starts_with("none"));
    }
    let (report, _) = round(&OCI.replace("hush", "wrong"), Fault::None, Operation::Create, 1).await;
    assert_eq!(failed(&report).0, "start page");
    let found = &report.trouble.as_ref().unwrap().found;
    assert!(found.contains("403") && found.contains("Wer sind Sie?"), "{found}");
}

/// A shop that answers every call alike answers none of the functions.
#[tokio::test]
async fn each_function_fails_where_it_is_not_known() {
    for function in ["DETAIL", "VALIDATE", "BACKGROUND_SEARCH", "SOURCING", "DOWNLOADJSON"] {
        let file = OCI.replace("endpoint", &format!("functions = [\"{function}\"]\n    endpoint"));
        let (report, _) = round(&file, Fault::None, Operation::Create, 1).await;
        assert_eq!(failed(&report).0, function, "{report:#?}");
    }
    assert!(
        BuyerConnection::read(&OCI.replace("endpoint", "functions = [\"DETAILS\"]\n endpoint"), |_| None)
            .is_err()
    );
}

/// An answer that says to come again is followed, a refusal is final, and the last answer is what counts.
#[tokio::test]
async fn an_order_is_sent_again_as_often_as_the_system_does() {
    for (fault, retries, orders, ok) in [
        (Fault::IsFull, 0, 1, false),
        (Fault::IsFull, 1, 2, false),
        (Fault::IsFull, 2, 3, true),
        (Fault::RefusesOrders, 5, 1, false),
        (Fault::None, 5, 1, true),
    ] {
        let file = format!("retries = {retries}\nretry_pause_secs = 0\n{CXML}");
        let (report, shop) = round(&file, fault, Operation::Create, 1).await;
        assert_eq!((report.ok, shop.lock().unwrap().orders.len()), (ok, orders), "{report:#?}");
    }
}

/// What a platform never asks for is not asked for in its name.
#[test]
fn a_system_asks_for_what_it_knows() {
    let of = |profile: &str| {
        let file = format!("profile = \"{profile}\"\n{CXML}");
        BuyerConnection::read(&file, |_| None).unwrap()
    };
    assert!(of("workday").can_ask(Operation::Edit).unwrap_err().contains("edit"));
    assert!(
        of("workday").can_ask(Operation::Create).is_ok() && of("ariba").can_ask(Operation::Inspect).is_ok()
    );
    let coupa = of("coupa").persistence;
    assert_eq!((coupa.timeout.as_secs(), coupa.retries), (60, 3));
    assert_eq!((coupa.pause.as_secs(), coupa.wait().as_secs()), (600, 5));
}

#[tokio::test]
async fn nobody_there_is_said_so() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
    drop(listener);
    let connection = BuyerConnection::read(CXML, |_| None).unwrap();
    let wishes = Wishes { operation: Operation::Create, item: None, search: None, lines: 1, fault: None };
    let report = go_round(&Client::new(None).unwrap(), &connection, Some(&base), &wishes, &mut |_| {}).await;
    assert_eq!(failed(&report).0, "setup");
    assert!(report.trouble.unwrap().found.contains("refused"));
}
