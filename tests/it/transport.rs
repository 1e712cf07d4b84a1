//! How a document travels to the endpoint, over real sockets: packages, packing, forms, charsets, `Expect`.

use std::{fmt::Write as _, io::Write as _};

use base64::{Engine, engine::general_purpose::STANDARD};
use flate2::{Compression, write::GzEncoder};
use punchgate::{model::ids::TransactionId, shell::store::DocumentId};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::{CxmlAnswer, Gateway, OrderText, SetupText, get, send};

const RELATED: &str = r#"multipart/related; type="text/xml"; start="<order@buyer>"; boundary="=_part""#;

fn gzip(octets: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(octets).unwrap();
    encoder.finish().unwrap()
}

fn order(gateway: &Gateway, number: &str, comments: &str) -> String {
    let secret = gateway.secret(0);
    let items = r#"<ItemOut quantity="1" lineNumber="1"><ItemID><SupplierPartID>A</SupplierPartID></ItemID><ItemDetail><UnitPrice><Money
        currency="EUR">1.00</Money></UnitPrice><Description xml:lang="en">A</Description><UnitOfMeasure>EA</UnitOfMeasure>
        <Classification domain="UNSPSC">31161504</Classification></ItemDetail></ItemOut>"#;
    let id = format!("{number}@buyer.test");
    let order = OrderText { payload_id: &id, secret: &secret, order_id: number, attributes: "", items };
    order.ariba().replace("</OrderRequestHeader>", &format!("{comments}</OrderRequestHeader>"))
}

fn attached(ids: &[&str]) -> String {
    let urls: String = ids.iter().fold(String::new(), |mut all, id| {
        let _ = write!(all, "<Attachment><URL>cid:{id}</URL></Attachment>");
        all
    });
    format!(r#"<Comments xml:lang="en">see the drawings {urls}</Comments>"#)
}

/// A package: the order first, then parts of headers and body.
fn package(order: &str, parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = format!(
        "--=_part\r\nContent-Type: text/xml; charset=UTF-8\r\nContent-ID: <order@buyer>\r\n\r\n{order}\r\n"
    )
    .into_bytes();
    for (headers, octets) in parts {
        body.extend(format!("--=_part\r\n{headers}\r\n\r\n").bytes());
        body.extend(*octets);
        body.extend(b"\r\n");
    }
    body.extend(b"--=_part--\r\n");
    body
}

async fn post(gateway: &Gateway, headers: &[(&str, &str)], body: impl Into<bytes::Bytes>) -> CxmlAnswer {
    CxmlAnswer::of(&send("POST", &gateway.url("/cxml"), headers, body).await)
}

async fn kept(gateway: &Gateway, id: Option<TransactionId>) -> Vec<u8> {
    gateway.app.store.document(&DocumentId::new(*id.unwrap().bytes())).await.unwrap().unwrap()
}

#[tokio::test]
async fn attachments_of_an_order_are_kept_with_it() {
    let gateway = Gateway::start("attachments").await;
    let drawing: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let lines = STANDARD.encode(&drawing);
    let lines: Vec<&[u8]> = lines.as_bytes().chunks(76).collect();
    let order = order(&gateway, "PO-1", &attached(&["a%201@x", "b@x", "c@x"]));
    let body = package(
        &order,
        &[
            (
                "Content-Type: application/pdf\r\nContent-ID: <a 1@x>\r\nContent-Transfer-Encoding: base64\r\n\
                 Content-Disposition: attachment; filename=\"../../drawing.pdf\"",
                &lines.join(&b"\r\n"[..]),
            ),
            ("Content-ID: <b@x>\r\nContent-Transfer-Encoding: quoted-printable", b"caf=C3=A9=\r\n!"),
            ("Content-ID: <c@x>\r\nContent-Transfer-Encoding: binary", b"\x00\xFF\r\n--=_par"),
        ],
    );
    let answer = post(&gateway, &[("content-type", RELATED)], body.clone()).await;
    assert_eq!(answer.code, 200, "{}", answer.text);
    let again = post(&gateway, &[("content-type", RELATED)], body).await;
    assert_eq!(again.payload_id, answer.payload_id, "a repeat is no second order");
    let gateway = gateway.restart().await;
    let records = gateway.records().await;
    let transaction = records.iter().find(|(one, ..)| one.outcome.note.contains("version 1")).unwrap();
    let files = &transaction.0.attachments;
    assert_eq!(files.len(), 3);
    assert_eq!(files[0].name.as_deref(), Some("../../drawing.pdf"));
    assert_eq!((files[0].id.as_deref(), files[0].bytes), (Some("a 1@x"), 100_000));
    assert_eq!(kept(&gateway, files[0].document).await, drawing);
    assert_eq!(kept(&gateway, files[1].document).await, "café!".as_bytes());
    assert_eq!(kept(&gateway, files[2].document).await, b"\x00\xFF\r\n--=_par");
    let repeat = records.iter().find(|(one, ..)| one.outcome.note.contains("repeat")).unwrap();
    assert!(repeat.0.attachments.iter().all(|file| file.document.is_none()), "they are kept once");
}

#[tokio::test]
async fn references_that_lead_nowhere_or_twice_are_refused_by_name() {
    let gateway = Gateway::start("references").await;
    let part: (&str, &[u8]) = ("Content-ID: <a@x>", b"x");
    for (comments, parts, cause) in [
        (attached(&["b@x"]), vec![part], r#"attachment "b@x" is not among the parts of the body"#),
        (
            attached(&["a@x"]),
            vec![part, part],
            r#"attachment "a@x" stands twice among the parts of the body"#,
        ),
    ] {
        let body = package(&order(&gateway, "PO-2", &comments), &parts);
        let answer = post(&gateway, &[("content-type", RELATED)], body).await;
        assert_eq!((answer.code, answer.cause.as_str()), (400, cause));
        let (transaction, ..) = &gateway.records().await[0];
        assert_eq!((transaction.outcome.code, transaction.connection.is_some()), (400, true));
        assert!(transaction.attachments.iter().all(|file| file.document.is_none()));
    }
    // Without a package, too; an address on the web is no reference.
    let alone = gateway.cxml(order(&gateway, "PO-2", &attached(&["a@x"]))).await;
    assert_eq!(alone.code, 400, "{}", alone.text);
    let web = attached(&[]).replace("see", "<Attachment><URL>https://files.example/a</URL></Attachment>");
    assert_eq!(gateway.cxml(order(&gateway, "PO-3", &web)).await.code, 200);
}

#[tokio::test]
async fn broken_packages_get_a_status_that_says_why() {
    let gateway = Gateway::start("packages").await;
    let order = order(&gateway, "PO-4", "");
    let base64: (&str, &[u8]) = ("Content-Transfer-Encoding: base64", b"a$b=");
    let uu: (&str, &[u8]) = ("Content-Transfer-Encoding: uuencode", b"x");
    let whole = package(&order, &[]);
    let many = package(&order, &vec![("Content-ID: <a@x>", &b"x"[..]); 60]);
    for (content_type, body, code, cause) in [
        ("multipart/related", whole.clone(), 406, "Content-Type names no boundary"),
        ("multipart/mixed; boundary=other", whole.clone(), 406, "boundaries need CR LF"),
        (RELATED, whole[..whole.len() - 12].to_vec(), 406, "do not end with the boundary"),
        (RELATED, package(&order, &[base64]), 406, "a part is not valid base64"),
        (RELATED, package(&order, &[uu]), 406, r#"Content-Transfer-Encoding "uuencode" is not supported"#),
        (RELATED, package("no document", &[]), 406, "line 1, column 1"),
        ("multipart/mixed; boundary==_part", many, 499, "more than 50 parts"),
        (
            "application/x-www-form-urlencoded",
            b"a=b".to_vec(),
            406,
            "no field of the form holds a cXML document",
        ),
    ] {
        let answer = post(&gateway, &[("content-type", content_type)], body).await;
        assert_eq!(answer.code, code, "{}", answer.text);
        assert!(answer.cause.contains(cause), "{}", answer.cause);
    }
    assert!(gateway.records().await.is_empty(), "nothing of strangers is stored");
    assert_eq!(gateway.app.refusals.all().len(), 8);
}

#[tokio::test]
async fn gzip_is_unpacked_within_its_bound() {
    let gateway = Gateway::start("gzip").await;
    let order = order(&gateway, "PO-5", "");
    let headers = |packing| [("content-type", "text/xml"), ("content-encoding", packing)];
    assert_eq!(post(&gateway, &headers("gzip"), gzip(order.as_bytes())).await.code, 200);
    let packed = post(
        &gateway,
        &[("content-type", RELATED), ("content-encoding", "gzip")],
        gzip(&package(&order, &[])),
    );
    assert_eq!(packed.await.code, 200);
    let bomb = gzip(&vec![b' '; 200_000_000]);
    assert!(bomb.len() < 300_000);
    for (body, packing, code, cause) in [
        (bomb.clone(), "gzip", 499, "longer than 16777216 bytes once unpacked"),
        (gzip(&bomb), "gzip, gzip", 406, "not supported"),
        (order.clone().into_bytes(), "gzip", 406, "not valid gzip"),
        (gzip(order.as_bytes())[..100].to_vec(), "x-gzip", 406, "not valid gzip"),
        (order.clone().into_bytes(), "br", 406, r#"Content-Encoding "br" is not supported"#),
    ] {
        let answer = post(&gateway, &headers(packing), body).await;
        assert_eq!(answer.code, code, "{}", answer.text);
        assert!(answer.cause.contains(cause), "{}", answer.cause);
    }
}

#[tokio::test]
async fn a_document_may_come_in_a_form() {
    let gateway = Gateway::start("forms").await;
    let order = order(&gateway, "PO-6", "");
    let form = |name: &str, value: &str| {
        url::form_urlencoded::Serializer::new(String::new()).append_pair(name, value).finish()
    };
    let headers = [("content-type", "application/x-www-form-urlencoded; charset=UTF-8")];
    assert_eq!(post(&gateway, &headers, form("cXML-urlencoded", &order)).await.code, 200);
    let encoded = post(&gateway, &headers, form("cxml-base64", &STANDARD.encode(&order))).await;
    assert_eq!(encoded.code, 200);
    // Some name the type of a form and send the document.
    assert_eq!(post(&gateway, &headers, order).await.code, 200);
    let notes = gateway.records().await.into_iter().map(|(one, ..)| one.outcome.note);
    assert_eq!(notes.filter(|note| note.contains("a repeat")).count(), 2, "one order, however it came");
}

/// The charset of the HTTP header counts first, then the byte order mark, then the declaration.
#[tokio::test]
async fn charsets_are_found_in_their_order() {
    let gateway = Gateway::start("charsets").await;
    let secret = gateway.secret(0);
    let setup = |number: u32, encoding: &str| {
        let text = SetupText {
            payload_id: &format!("{number}@x"),
            secret: &secret,
            cookie: "K\u{fc}che",
            ..SetupText::default()
        };
        text.ariba().replace(r#"encoding="UTF-8""#, encoding)
    };
    let latin = |text: &str| text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect::<Vec<u8>>();
    let wide = |text: &str| -> Vec<u8> {
        [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    };
    let marked = |text: &str| format!("\u{feff}{text}").into_bytes();
    let cases = [
        ("text/xml", setup(1, r#"encoding="UTF8""#).into_bytes()),
        ("text/xml", latin(&setup(2, r#"encoding="iso8859-1""#))),
        ("text/xml; charset=ISO_8859-1", latin(&setup(3, r#"encoding="UTF-8""#))),
        ("application/xml; charset=\"utf8\"", setup(4, r#"encoding="ISO-8859-1""#).into_bytes()),
        ("text/xml; charset=cp1252", latin(&setup(5, ""))),
        ("text/xml", wide(&setup(6, r#"encoding="UTF-16""#))),
        ("text/xml", marked(&setup(7, r#"encoding="ISO-8859-1""#))),
        ("", setup(8, "").into_bytes()),
    ];
    let count = cases.len();
    for (number, (content_type, body)) in (1..).zip(cases) {
        let headers: Vec<_> =
            [("content-type", content_type)].into_iter().filter(|(_, value)| !value.is_empty()).collect();
        let answer = post(&gateway, &headers, body).await;
        assert_eq!(answer.code, 200, "{number}: {}", answer.text);
    }
    let records = gateway.records().await;
    assert_eq!(records.len(), count);
    for (_, document, _) in records {
        assert!(document.contains("<BuyerCookie>K\u{fc}che"), "{document}");
    }
    for (content_type, body) in [
        ("text/xml; charset=EBCDIC-US", setup(9, "").into_bytes()),
        ("text/xml; charset=us-ascii", setup(9, "").into_bytes()),
        ("text/xml", latin(&setup(9, ""))),
    ] {
        assert_eq!(post(&gateway, &[("content-type", content_type)], body).await.code, 406, "{content_type}");
    }
}

async fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let mut read = Vec::new();
    while !String::from_utf8_lossy(&read).contains(end) {
        let mut some = [0; 4096];
        match stream.read(&mut some).await.unwrap() {
            0 => break,
            length => read.extend(&some[..length]),
        }
    }
    String::from_utf8_lossy(&read).into_owned()
}

/// RFC 9110 §10.1.1: the body is asked for before it is sent, or the answer comes at once.
#[tokio::test]
async fn whoever_expects_100_continue_is_told_to_go_on() {
    let gateway = Gateway::start("expect").await;
    let order = order(&gateway, "PO-7", "");
    let head = |length: usize| {
        format!(
            "POST /cxml HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: {length}\r\nExpect: 100-Continue\r\n\r\n"
        )
    };
    let mut stream = TcpStream::connect(gateway.address).await.unwrap();
    stream.write_all(head(order.len()).as_bytes()).await.unwrap();
    let go_on = read_until(&mut stream, "\r\n\r\n").await;
    assert_eq!(go_on, "HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(order.as_bytes()).await.unwrap();
    let answer = read_until(&mut stream, "</cXML>").await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains(r#"code="200""#), "{answer}");
    // Too long: nothing needs to be sent.
    let mut stream = TcpStream::connect(gateway.address).await.unwrap();
    stream.write_all(head(17 << 20).as_bytes()).await.unwrap();
    let answer = read_until(&mut stream, "</cXML>").await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains(r#"code="499""#), "{answer}");
}

#[tokio::test]
async fn a_browser_that_looks_gets_a_short_text() {
    let gateway = Gateway::start("looking").await;
    let reply = get(&gateway.url("/cxml")).await;
    assert_eq!(reply.status, 200);
    assert!(reply.header("content-type").starts_with("text/plain"));
    assert!(reply.text().contains("POST") && reply.body.len() < 200, "{}", reply.text());
    assert_eq!(send("PUT", &gateway.url("/cxml"), &[], "").await.status, 405);
}

/// 20 MB of attachments, as the largest mail systems let them through.
#[tokio::test]
async fn twenty_megabytes_of_attachments_are_taken() {
    let gateway = Gateway::start("large").await;
    let mut seed = 7_u32;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        seed.to_be_bytes()[0]
    })
    .take(20_000_000)
    .collect();
    let text = STANDARD.encode(&noise);
    let headers = "Content-ID: <a@x>\r\nContent-Transfer-Encoding: base64";
    let body = package(&order(&gateway, "PO-8", &attached(&["a@x"])), &[(headers, text.as_bytes())]);
    let answer = post(&gateway, &[("content-type", RELATED)], body).await;
    assert_eq!(answer.code, 200, "{}", answer.text);
    let (transaction, ..) = &gateway.records().await[0];
    assert_eq!(kept(&gateway, transaction.attachments[0].document).await, noise);
    let long = vec![b'x'; 33 << 20];
    let refused = post(&gateway, &[("content-type", RELATED)], long).await;
    assert_eq!(refused.code, 499, "{}", refused.text);
}
