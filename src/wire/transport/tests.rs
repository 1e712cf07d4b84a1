use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};

use super::*;
use crate::wire::xml::Document;

const RELATED: &str = r#"multipart/related; type="text/xml"; start="<doc@x>"; boundary="=_b 1""#;

fn package(content_type: &str, body: &str) -> Result<Package, TransportError> {
    open(body.replace('\n', "\r\n").into_bytes(), Some(content_type), None, &Bounds::default())
}

fn gzip(octets: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(octets).unwrap();
    encoder.finish().unwrap()
}

const BODY: &str = "preamble
--=_b 1
Content-Type: application/pdf
Content-ID: <a%1@x>
Content-Transfer-Encoding: base64
Content-Disposition: attachment;
 filename=\"../a \\\"b\\\".pdf\"

aGVs
bG8
--=_b 1
content-type: text/xml; charset=ISO-8859-1
content-id: <doc@x>
content-transfer-encoding: quoted-printable

<cXML a=3D\"=E4\"><Attachment><URL>cid:a%251@x</URL></Attach=
ment></cXML>
--=_b 1 \x20
Content-ID: <c@x>

--=_b
two
--=_b 1--
epilogue";

#[test]
fn a_package_is_taken_apart() {
    let package = package(RELATED, BODY).unwrap();
    assert_eq!(package.charset.as_deref(), Some("ISO-8859-1"));
    let document =
        Document::read(package.document, package.charset.as_deref(), &crate::wire::xml::Limits::default());
    let document = document.unwrap();
    assert_eq!(document.root().attribute("a"), Some("ä"));
    let [pdf, plain] = package.parts.as_slice() else { panic!("{:?}", package.parts) };
    assert_eq!((pdf.octets.as_slice(), pdf.file_name.as_deref()), (&b"hello"[..], Some("../a \"b\".pdf")));
    assert_eq!(plain.octets, b"--=_b\r\ntwo");
    let attached = attachments(&document, &package.parts).unwrap();
    assert_eq!(attached.len(), 1);
    assert_eq!(attached[0].part.octets, b"hello");
    let twice = [pdf.clone(), pdf.clone()];
    assert_eq!(attachments(&document, &twice).unwrap_err(), TransportError::Doubled("a%1@x".into()));
    assert_eq!(attachments(&document, &[]).unwrap_err(), TransportError::Dangling("a%1@x".into()));
}

#[test]
fn the_first_xml_part_of_a_mixed_package_is_the_document() {
    let body = "--b\n\nnotes\n--b\nContent-Type: text/xml\n\n<a/>\n--b\n\n<b/>\n--b--";
    let mixed = package("multipart/mixed; boundary=b", body).unwrap();
    assert_eq!((mixed.document.as_slice(), mixed.parts.len()), (&b"<a/>"[..], 2));
    // Bare line feeds, which some senders make.
    let bare = open(body.into(), Some("Multipart/Mixed;boundary=b"), None, &Bounds::default()).unwrap();
    assert_eq!(bare, mixed);
}

#[test]
fn broken_packages_are_told_apart() {
    let mixed = "multipart/mixed; boundary=b";
    assert_eq!(package("multipart/mixed", "--b\n\nx\n--b--"), Err(TransportError::NoBoundary));
    assert_eq!(package(mixed, "--b\n\n<a/>\n"), Err(TransportError::BrokenParts));
    assert_eq!(package(mixed, "--b\n\nx\n--b--"), Err(TransportError::NoDocument));
    let coded = |coding: &str, text: &str| {
        package(mixed, &format!("--b\nContent-Transfer-Encoding: {coding}\n\n{text}\n--b--")).unwrap_err()
    };
    assert_eq!(coded("base64", "a$b"), TransportError::BrokenCoding("base64"));
    assert_eq!(coded("quoted-printable", "a=G1"), TransportError::BrokenCoding("quoted-printable"));
    assert_eq!(coded("quoted-printable", "a=+1"), TransportError::BrokenCoding("quoted-printable"));
    assert_eq!(coded("uuencode", "x"), TransportError::UnknownCoding("uuencode".into()));
    let many = format!("{}--b--", "--b\n\nx\n".repeat(201));
    assert_eq!(package(mixed, &many), Err(TransportError::TooManyParts(200)));
    let long = format!("--b\nX: {}\n\n<a/>\n--b--", "y".repeat(20_000));
    assert_eq!(package(mixed, &long), Err(TransportError::LongHeaders(16 << 10)));
}

#[test]
fn gzip_is_unpacked_as_far_as_the_bound() {
    let bounds = Bounds { bytes: 1_000, ..Bounds::default() };
    let open = |body: Vec<u8>, packing: &str| open(body, Some("text/xml"), Some(packing), &bounds);
    assert_eq!(open(gzip(b"<a/>"), "gzip").unwrap().document, b"<a/>");
    let two = [gzip(b"<a>"), gzip(b"</a>")].concat();
    assert_eq!(open(two, " GZIP").unwrap().document, b"<a></a>");
    let bomb = gzip(&vec![b' '; 10_000_000]);
    assert!(bomb.len() < 20_000);
    assert_eq!(open(bomb, "gzip"), Err(TransportError::TooLong(1_000)));
    assert_eq!(open(b"<a/>".to_vec(), "gzip"), Err(TransportError::BrokenGzip));
    assert_eq!(open(gzip(b"<a/>").split_at(12).0.to_vec(), "gzip"), Err(TransportError::BrokenGzip));
    assert_eq!(open(Vec::new(), "br"), Err(TransportError::UnknownPacking("br".into())));
    assert_eq!(open(vec![b'<'; 1_001], ""), Err(TransportError::TooLong(1_000)));
}

#[test]
fn a_document_in_a_form_is_found() {
    let form =
        |body: &str| open(body.into(), Some("application/x-www-form-urlencoded"), None, &Bounds::default());
    assert_eq!(form("x=1&cXML-urlencoded=%3Ca%3E+%26amp%3B%3C%2Fa%3E").unwrap().document, b"<a> &amp;</a>");
    assert_eq!(form("cxml-base64=PGEvPg%3D%3D").unwrap().document, b"<a/>");
    // An encoder that forgot about the plus sign.
    assert_eq!(form("cXML-Base64=PGE+Pz48L2E+").unwrap().document, b"<a>?></a>");
    assert_eq!(form("x=1"), Err(TransportError::NoField));
    // The header is wrong, the body is plain.
    assert_eq!(form(" \n<cXML a='1&cxml=2'/>").unwrap().document, b" \n<cXML a='1&cxml=2'/>");
}
