//! Hostile documents and bodies cost time in proportion to their length: eight times as long, well below 64 times the work.

use std::{
    fmt::Write as _,
    fs,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use punchgate::wire::{
    cxml::{judge, redact_text, secret_spans},
    transport::{Bounds, attachments, open},
    xml::{Document, Limits, check},
};

/// The gateway's own bounds.
fn limits() -> Limits {
    Limits { bytes: 16 << 20, ..Limits::default() }
}

/// Everything the endpoint does with octets before it knows who sent them.
fn read(text: &str) {
    match Document::read(text.as_bytes(), None, &limits()) {
        Ok(document) => {
            let _ = (judge(&document, None), document.redacted(&secret_spans(&document)));
            let _ = attachments(&document, &[]).is_ok();
        }
        Err(error) => drop(error.excerpt(&redact_text(text), 100).to_string()),
    }
}

fn checked(text: &str) {
    let _ = check(text.as_bytes(), None, &limits()).is_ok();
}

fn opened(media: &str, body: &str) {
    if let Ok(package) = open(body.as_bytes().to_vec(), Some(media), None, &Bounds::default()) {
        let text = String::from_utf8(package.document).unwrap();
        if let Ok(document) = text.parse() {
            let _ = attachments(&document, &package.parts).is_ok();
        }
    }
}

/// Time that this thread has had a processor: other work on the machine does not count.
#[expect(clippy::disallowed_methods, reason = "a machine that does not tell has its clock")]
fn on_processor() -> Duration {
    let told = fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = told.and_then(|text| text.split(' ').next()?.parse().ok());
    nanos.map_or_else(|| SystemTime::now().duration_since(UNIX_EPOCH).unwrap(), Duration::from_nanos)
}

/// What one call costs: the mean of as many as the clock needs to be exact.
fn cost(work: &dyn Fn()) -> Duration {
    work();
    let (start, mut calls) = (on_processor(), 0);
    loop {
        work();
        calls += 1;
        let taken = on_processor().saturating_sub(start);
        if taken > Duration::from_millis(60) || calls == 2_000 {
            return taken / calls;
        }
    }
}

/// `make` makes an input of so many pieces.
fn proportional(what: &str, pieces: usize, make: impl Fn(usize) -> String, run: impl Fn(&str)) {
    let (short, long) = (make(pieces), make(pieces * 8));
    let (little, much) = (cost(&|| run(&short)), cost(&|| run(&long)));
    // What is quick is quick, whatever the ratio says.
    assert!(
        much < Duration::from_millis(5) || much < little * 28,
        "{what}: {} bytes in {little:?}, {} bytes in {much:?}",
        short.len(),
        long.len()
    );
}

fn around(inside: &str) -> String {
    format!(r#"<cXML payloadID="1" timestamp="2026-11-23T09:30:00+01:00">{inside}</cXML>"#)
}

fn numbered(count: usize, piece: impl Fn(usize) -> String) -> String {
    (0..count).map(piece).collect()
}

#[test]
fn documents_cost_what_they_weigh() {
    let many = |piece: &'static str| move |count: usize| around(&piece.repeat(count));
    for piece in [
        "<Header/>",
        "<UserAgent/>",
        "<unknown/>",
        "<Itemout/>",
        "<SharedSecret>x</SharedSecret>",
        "<PCard number='4111' expiration='2030'/>",
        "<a:b xmlns:a='urn:a' xmlns='urn:b'/>",
        "<a Id='x'/>",
        "<Attachment><URL>cid:x</URL></Attachment>",
        "&amp;&#65;",
        "<![CDATA[x]]>",
        "<!-- - -->",
        "<?p?>",
        "x\r\n",
        "]] >",
        "\u{10FFFF}",
    ] {
        proportional(piece, 2_000, many(piece), read);
    }
    let order = |inside: String| {
        around(&format!(
            "<Request><OrderRequest><OrderRequestHeader orderID='1' orderDate='x'/>{inside}</OrderRequest></Request>"
        ))
    };
    let line = |number: usize| {
        format!(
            "<ItemOut quantity='1' lineNumber='{number}' parentLineNumber='{}'><ItemID><SupplierPartID/></ItemID></ItemOut>",
            number + 1
        )
    };
    proportional("lines of lines", 1_000, |count| order(numbered(count, line)), read);
    proportional("ids", 1_000, |count| around(&numbered(count, |n| format!("<Request Id='i{n}'/>"))), read);
    proportional(
        "ItemID in ItemOut",
        2_000,
        |count| order(format!("<ItemOut>{}</ItemOut>", "<ItemID/>".repeat(count))),
        read,
    );
    proportional(
        "Money in ItemOut",
        2_000,
        |count| order(format!("<ItemOut>{}</ItemOut>", "<Money/>".repeat(count))),
        read,
    );
}

#[test]
fn what_is_not_well_formed_is_refused_as_quickly() {
    for piece in [
        "<a>",
        "</a>",
        "<a b='",
        "<!--",
        "<![CDATA[",
        "<?",
        "&",
        "&a",
        "<a ",
        "]]>",
        "token=",
        "secret",
        "<a:b:c>",
    ] {
        let open = |count: usize| format!("<a>{}", piece.repeat(count));
        proportional(piece, 5_000, open, read);
        proportional(piece, 5_000, open, checked);
    }
    proportional("attributes", 30, |n| format!("<a {}/>", numbered(n, |n| format!("a{n}='' "))), read);
    proportional("quotes", 5_000, |n| format!("<a b='{}", "\"<".repeat(n)), read);
}

#[test]
fn internal_subsets_cost_what_they_weigh() {
    let subset = |inside: String| format!("<!DOCTYPE a [{inside}]><a>&e0;</a>");
    let entity = |n: usize| format!("<!ENTITY e{n} '&e{};&e{};'>", n + 1, n + 1);
    proportional("entities of entities", 500, |n| subset(numbered(n, entity)), checked);
    proportional("circle", 500, |n| subset(numbered(n, entity) + &format!("<!ENTITY e{n} '&e0;'>")), checked);
    proportional("elements", 500, |n| subset(numbered(n, |n| format!("<!ELEMENT a{n} (b|c)*>"))), checked);
    proportional(
        "attributes",
        500,
        |n| subset(numbered(n, |n| format!("<!ATTLIST a b{n} CDATA 'x'>"))),
        checked,
    );
    proportional("parentheses", 1_000, |n| subset(format!("<!ELEMENT a {}", "(".repeat(n))), checked);
    proportional(
        "parameters",
        500,
        |n| subset(numbered(n, |n| format!("<!ENTITY % p{n} 'x'>%p{n};"))),
        checked,
    );
}

#[test]
fn bodies_cost_what_they_weigh() {
    let related = "multipart/related; boundary=b";
    let package = |inside: String| format!("--b\r\n\r\n<a/>\r\n{inside}--b--");
    for (what, piece) in
        [("near boundaries", "--"), ("dashes", "\r\n--bb"), ("lines", "\n"), ("returns", "\r")]
    {
        proportional(
            what,
            20_000,
            |n| package(format!("--b\r\n\r\n{}\r\n", piece.repeat(n))),
            |body| opened(related, body),
        );
    }
    for (coding, piece) in [
        ("base64", "QUJD\r\n"),
        ("base64", "="),
        ("quoted-printable", "=\r\n"),
        ("quoted-printable", "=41 \t\r\n"),
        ("quoted-printable", " "),
    ] {
        let part = |n: usize| {
            package(format!("--b\r\nContent-Transfer-Encoding: {coding}\r\n\r\n{}\r\n", piece.repeat(n)))
        };
        proportional(coding, 20_000, part, |body| opened(related, body));
    }
    proportional(
        "folded headers",
        300,
        |n| package(format!("--b\r\na: b{}\r\n\r\n\r\n", "\r\n c".repeat(n))),
        |body| opened(related, body),
    );
    proportional(
        "fields",
        5_000,
        |n| "a=b&".repeat(n),
        |body| opened("application/x-www-form-urlencoded", body),
    );
    proportional(
        "parameters",
        5_000,
        |_| "x".to_owned(),
        |body| opened(&"multipart/related; a=\"\\\\".repeat(500), body),
    );
    let references = |n: usize| {
        let mut urls = String::new();
        for number in 0..n {
            let _ = write!(urls, "<Attachment><URL>cid:{number}</URL></Attachment>");
        }
        format!(
            "--b\r\n\r\n<a>{urls}</a>\r\n{}--b--",
            numbered(n, |n| format!("--b\r\nContent-ID: <{n}>\r\n\r\n\r\n"))
        )
    };
    proportional("references", 20, references, |body| opened(related, body));
}
