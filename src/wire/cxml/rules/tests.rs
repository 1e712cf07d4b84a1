use std::fmt::Write as _;

use super::super::{Severity, judge};
use crate::wire::xml::Document;

const HEADER: &str = r#"<Header><From><Credential domain="D"><Identity>a</Identity></Credential></From><To><Credential
    domain="D"><Identity>b</Identity></Credential></To><Sender><Credential domain="D"><Identity>a</Identity>
    <SharedSecret>s</SharedSecret></Credential><UserAgent>x</UserAgent></Sender></Header>"#;

const MAC: &str = r#"<CredentialMac type="FromSenderCredentials" algorithm="HMAC-SHA1-96" creationDate="2026-11-23T09:00:00+00:00"
    expirationDate="2026-12-23T09:00:00+00:00">MnXkusp8Jj0lw3mf</CredentialMac>"#;

/// A whole document around `body`.
fn document(body: &str) -> String {
    let header = if body.starts_with("<Response") {
        String::new()
    } else if body.starts_with("<Message") {
        HEADER.replace("<SharedSecret>s</SharedSecret>", "")
    } else {
        HEADER.to_owned()
    };
    // What the DTD would supply is written, unless a test leaves it out.
    let mode = r#" deploymentMode="production">"#;
    let body = body
        .replace("<Request>", &format!("<Request{mode}"))
        .replace("<Message>", &format!("<Message{mode}"));
    format!(
        r#"<cXML payloadID="1@x" timestamp="2026-11-23T09:30:00+01:00" version="1.2.071">{header}{body}</cXML>"#
    )
}

fn codes(text: &str) -> Vec<String> {
    let document = text.parse::<Document>().unwrap_or_else(|error| panic!("{error}\n{text}"));
    let findings = judge(&document, None);
    let code = |finding: &super::Finding| match finding.severity {
        Severity::Error => finding.code.to_owned(),
        Severity::Advice => finding.code.to_lowercase(),
    };
    findings.iter().map(code).collect()
}

fn item(name: &str, attributes: &str, price: &str) -> String {
    format!(
        r#"<{name} quantity="2" {attributes}><ItemID><SupplierPartID>P</SupplierPartID></ItemID><ItemDetail><UnitPrice>
        <Money currency="EUR">{price}</Money></UnitPrice><Description xml:lang="en">d</Description>
        <UnitOfMeasure>EA</UnitOfMeasure><Classification domain="UNSPSC">31161504</Classification></ItemDetail></{name}>"#
    )
}

fn cart(total: &str, status: &str, lines: &str) -> String {
    document(&format!(
        r#"<Message>{status}<PunchOutOrderMessage><BuyerCookie>c</BuyerCookie><PunchOutOrderMessageHeader
        operationAllowed="edit" quoteStatus="final"><Total><Money currency="EUR">{total}</Money></Total></PunchOutOrderMessageHeader>{lines}
        </PunchOutOrderMessage></Message>"#
    ))
}

fn order(header: &str, inner: &str, lines: &str) -> String {
    let mut header = header.to_owned();
    for (attribute, default) in [(" type", "new"), ("orderType", "regular")] {
        if !format!(" {header}").contains(attribute) {
            let _ = write!(header, r#" {attribute}="{default}""#);
        }
    }
    document(&format!(
        r#"<Request><OrderRequest><OrderRequestHeader orderID="1" orderDate="2026-11-23" {header}><Total><Money
        currency="EUR">21.00</Money></Total><ShipTo><Address><Name xml:lang="en">n</Name></Address></ShipTo><BillTo><Address>
        <Name xml:lang="en">n</Name></Address></BillTo>{inner}</OrderRequestHeader>{lines}</OrderRequest></Request>"#
    ))
}

/// Errors in capital letters, advice in small ones.
#[test]
fn each_rule_speaks_up_and_stays_quiet() {
    let nothing: [&str; 0] = [];
    let two = |more: &str| item("ItemIn", r#"lineNumber="1""#, "10.50") + &item("ItemIn", more, "1");
    let line = item("ItemOut", r#"lineNumber="1""#, "10.50");
    let split = |charge: &str| {
        let split = format!(
            r#"</ItemDetail><Distribution><Accounting name="a"><Segment type="t" id="i" description="d"/></Accounting>
            <Charge><Money currency="EUR">{charge}</Money></Charge></Distribution></ItemOut>"#
        );
        line.replace("</ItemDetail></ItemOut>", &split)
    };
    let setup = |operation: &str, post: &str, more: &str| {
        document(&format!(
            r#"<Request><PunchOutSetupRequest operation="{operation}"><BuyerCookie>c</BuyerCookie>{post}{more}
            </PunchOutSetupRequest></Request>"#
        ))
    };
    let post = "<BrowserFormPost><URL>https://b.example/</URL></BrowserFormPost>";
    let confirmation = |kind: &str, own: &str, quantity: &str| {
        document(&format!(
            r#"<Request><ConfirmationRequest><ConfirmationHeader operation="new" type="{kind}" noticeDate="2026-11-23"/><OrderReference><DocumentReference
            payloadID="1"/></OrderReference><ConfirmationItem quantity="3" lineNumber="1"><UnitOfMeasure>EA</UnitOfMeasure>
            <ConfirmationStatus quantity="1" type="{own}"><UnitOfMeasure>EA</UnitOfMeasure></ConfirmationStatus><ConfirmationStatus
            quantity="{quantity}" type="{own}"><UnitOfMeasure>EA</UnitOfMeasure></ConfirmationStatus></ConfirmationItem>
            </ConfirmationRequest></Request>"#
        ))
    };
    let status = |code: &str, more: &str| {
        document(&format!(r#"<Response><Status code="{code}" text="t"/>{more}</Response>"#))
    };
    let page =
        "<PunchOutSetupResponse><StartPage><URL>https://s.example/</URL></StartPage></PunchOutSetupResponse>";
    let doctype = |file: &str| {
        format!(r#"<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/{file}">"#) + &status("200", "")
    };
    for (text, expected) in [
        (cart("23", "", &two(r#"lineNumber="2""#)), vec![]),
        (cart("99", "", &two(r#"lineNumber="2""#)), vec!["r023"]),
        (cart("23", "", &two(r#"lineNumber="1""#)), vec!["R020"]),
        (cart("23", "", &two(r#"lineNumber="2" parentLineNumber="7" itemType="item""#)), vec!["R021"]),
        (cart("23", "", &two(r#"lineNumber="2" parentLineNumber="1" itemType="item""#)), vec!["R021"]),
        (cart("23", "", &two("").replace(r#"EUR">1<"#, r#"USD">1<"#)), vec!["R022"]),
        (cart("21", "", &item("ItemIn", "", "10.5").replace("31161504", "Screws")), vec!["r026"]),
        (cart("0", r#"<Status code="204" text="No Content"/>"#, ""), vec![]),
        (cart("21", r#"<Status code="204" text="No Content"/>"#, &item("ItemIn", "", "10.5")), vec!["R015"]),
        (
            cart("0", "", "").replacen("</Identity>", "</Identity><SharedSecret>s</SharedSecret>", 1),
            vec!["R002"],
        ),
        (order("", "", &line), vec![]),
        (order(r#"type="update""#, "", &line), vec!["r032"]),
        (order(r#"type="update""#, r#"<DocumentReference payloadID="1"/>"#, &line), vec![]),
        (order(r#"orderType="release""#, "", &line), vec!["R033"]),
        (order(r#"orderType="release" agreementID="A""#, "", &line), vec![]),
        (order(r#"orderType="blanket""#, "", &line), vec!["R034"]),
        (
            order(r#"requisitionID="r""#, "", &line.replace("quantity", r#"requisitionID="r" quantity"#)),
            vec!["r027"],
        ),
        (order("", "", &split("21.00")), vec![]),
        (order("", "", &split("20.00")), vec!["r024"]),
        (
            order("", r#"<Payment><PCard number="4111" expiration="2030-01-01"/></Payment>"#, &line),
            vec!["r036"],
        ),
        (order("", "", &line).replace("ShipTo", "Shipto"), vec!["r035", "G001"]),
        (order("", "", &line).replace("<SharedSecret>s</SharedSecret>", ""), vec!["r003"]),
        (setup("create", post, ""), vec![]),
        (setup("create", post, "").replace(r#" deploymentMode="production""#, ""), vec!["g017"]),
        (order("", "", &line).replace(r#" orderType="regular""#, ""), vec!["g017"]),
        (cart("23", "", &two("")).replace("EUR", "EUX"), vec!["G020", "G020", "G020"]),
        (order("", "", &line).replace("<Address>", r#"<Address isoCountryCode="UK">"#), vec!["g021", "g021"]),
        (order("", "", &line.replace(">EA<", ">PCE<")), vec!["g022"]),
        (setup("create", post, "").replace("<SharedSecret>s</SharedSecret>", MAC), vec!["r004"]),
        (setup("create", "", ""), vec!["r030"]),
        (setup("edit", post, ""), vec!["r031"]),
        (confirmation("detail", "detail", "2"), vec![]),
        (confirmation("detail", "detail", "1"), vec!["R040"]),
        (confirmation("accept", "reject", "2"), vec!["R041", "R041"]),
        (status("200", page), vec![]),
        (status("400", page), vec!["R014"]),
        (status("404", ""), vec!["r016"]),
        (status("200", "").replace("+01:00", "Z"), vec!["r001"]),
        (status("200", "").replace("version", r#"signatureVersion="1.0" version"#), vec!["R013"]),
        (doctype("1.2.071/cXML.dtd"), vec![]),
        (doctype("1.2.014/cXML.dtd"), vec!["r011"]),
        (doctype("1.2.071/Fulfill.dtd"), vec!["r012"]),
        (doctype("1.2.071/cXML.dtd").replace("DOCTYPE cXML", "DOCTYPE cxml"), vec!["R010"]),
        (status("200", "").replace("1.2.071", "1.2.014"), vec![]),
        (cart("23", "", &two(r#"itemType="lean""#)).replace("1.2.071", "1.2.014"), vec!["g016"]),
    ] {
        let found = codes(&text);
        assert_eq!(found, if expected.is_empty() { nothing.to_vec() } else { expected }, "{text}");
    }
}

#[test]
fn carriers_begin_one_after_the_other() {
    let control = |start: &str| {
        format!(
            r#"<ShipControl {start}><CarrierIdentifier domain="SCAC">UPSN</CarrierIdentifier><ShipmentIdentifier>1</ShipmentIdentifier>
            </ShipControl>"#
        )
    };
    let dated = control(r#"startDate="2026-11-23T09:30:00+01:00""#);
    let notice = |controls: String| {
        document(&format!(
            r#"<Request><ShipNoticeRequest><ShipNoticeHeader operation="new" shipmentID="1" noticeDate="2026-11-23"/>{controls}</ShipNoticeRequest></Request>"#
        ))
    };
    assert_eq!(codes(&notice(control("") + &dated)), Vec::<String>::new());
    assert_eq!(codes(&notice(dated + &control(""))), ["r042", "r042"]);
}

/// The rules that speak up about a document.
fn rules_of(text: &str) -> Vec<String> {
    codes(text).into_iter().filter(|code| code.starts_with(['R', 'r'])).collect()
}

#[test]
fn what_follows_an_order_is_judged() {
    let request = |inner: &str| document(&format!("<Request>{inner}</Request>"));
    let money = |amount: &str| format!(r#"<Money currency="EUR">{amount}</Money>"#);
    let line =
        r#"<ShipNoticeItem quantity="1" lineNumber="1"><UnitOfMeasure>EA</UnitOfMeasure></ShipNoticeItem>"#;
    let portion = |order: &str, lines: &str| {
        format!(
            r#"<ShipNoticePortion><OrderReference><DocumentReference payloadID="{order}"/></OrderReference>{lines}</ShipNoticePortion>"#
        )
    };
    let notice = |dates: &str, portions: &str| {
        request(&format!(
            r#"<ShipNoticeRequest><ShipNoticeHeader shipmentID="1" noticeDate="2026-11-23" {dates}/>{portions}</ShipNoticeRequest>"#
        ))
    };
    let tax = |detail: &str| {
        format!(
            r#"<Tax>{}<Description xml:lang="en"/><TaxDetail category="vat"><TaxAmount>{}</TaxAmount></TaxDetail></Tax>"#,
            money("2.00"),
            money(detail)
        )
    };
    let invoice = |purpose: &str, line: &str, net: &str, due: &str, detail: &str| {
        request(&format!(
            r#"<InvoiceDetailRequest><InvoiceDetailRequestHeader invoiceID="1" invoiceDate="2026-11-23" purpose="{purpose}">
            <InvoiceDetailHeaderIndicator/><InvoiceDetailLineIndicator/></InvoiceDetailRequestHeader><InvoiceDetailOrder>
            <InvoiceDetailOrderInfo><OrderReference><DocumentReference payloadID="1"/></OrderReference></InvoiceDetailOrderInfo>
            <InvoiceDetailItem invoiceLineNumber="1" quantity="1"><UnitOfMeasure>EA</UnitOfMeasure><UnitPrice>{}</UnitPrice>
            <InvoiceDetailItemReference lineNumber="1"/><SubtotalAmount>{}</SubtotalAmount></InvoiceDetailItem></InvoiceDetailOrder>
            <InvoiceDetailSummary><SubtotalAmount>{}</SubtotalAmount>{}<NetAmount>{}</NetAmount><DueAmount>{}</DueAmount>
            </InvoiceDetailSummary></InvoiceDetailRequest>"#,
            money("10.00"),
            money(line),
            money("10.00"),
            tax(detail),
            money(net),
            money(due)
        ))
    };
    let update = |inner: &str| {
        request(&format!(
            r#"<StatusUpdateRequest>{inner}<Status code="200" text="OK"/></StatusUpdateRequest>"#
        ))
    };
    let copy =
        request(&format!("<CopyRequest>{}</CopyRequest>", document("<Request><ProfileRequest/></Request>")));
    let good = invoice("standard", "10.00", "12.00", "12.00", "2.00");
    for (text, expected) in [
        (notice("", &(portion("1", line) + &portion("2", line))), vec![]),
        (notice("", &(portion("1", line) + &portion("1", ""))), vec!["R043"]),
        (notice("", &portion("1", &(line.to_owned() + line))), vec!["R020"]),
        (notice(r#"shipmentDate="2026-11-24" deliveryDate="2026-11-23""#, ""), vec!["r047"]),
        (notice(r#"shipmentDate="2026-11-23" deliveryDate="2026-11-23""#, ""), vec![]),
        (good.clone(), vec![]),
        (invoice("standard", "9.00", "12.00", "12.00", "2.00"), vec!["r044"]),
        (invoice("standard", "10.00", "13.00", "12.00", "2.00"), vec!["r044"]),
        (invoice("standard", "10.00", "12.00", "12.00", "1.00"), vec!["r048"]),
        (invoice("creditMemo", "10.00", "12.00", "12.00", "2.00"), vec!["r045"]),
        (invoice("creditMemo", "10.00", "12.00", "-12.00", "2.00"), vec![]),
        (
            good.replace("<NetAmount><Money currency=\"EUR\"", "<NetAmount><Money currency=\"USD\""),
            vec!["R022"],
        ),
        (update(r#"<DocumentReference payloadID="1"/>"#), vec![]),
        (update(""), vec!["r046"]),
        (copy, vec!["r049"]),
    ] {
        assert_eq!(rules_of(&text), expected, "{text}");
    }
}
