//! From the cart that left to the order that came: over real sockets, with a price lock between them.

use punchgate::{
    flow::{
        cart::Change,
        order::{Difference, OrderType, OrderVersion, OrderedLine},
        setup::Operation,
    },
    model::{catalog::ProductKey, ids::OrderId, quantity::Quantity},
    shell::{
        demo::catalog,
        store::{
            DocumentId, Scan,
            keys::{OrderByTimeKey, OrderKey, OrderVersionKey},
        },
        web::{
            depart::Cancelled,
            visit::{DepartureForm, Visit},
        },
    },
    wire::{
        cxml::{ReceivedCart, read_order_message},
        xml::Document,
    },
};

use crate::support::{BUYER, Gateway, OrderText, SetupText, get, post_form};

/// Opens a visit and gives the capability of its pages.
async fn enter(gateway: &Gateway, request: String) -> String {
    let answer = gateway.cxml(request).await;
    assert_eq!(answer.code, 200, "{}", answer.text);
    let redirect = get(&answer.start_page.unwrap()).await;
    redirect.header("location").split('/').nth(2).unwrap().to_owned()
}

/// A product with a price for the Ariba-like buyer.
async fn priced(gateway: &Gateway, capability: &str) -> (ProductKey, Quantity) {
    let visit = Visit::load(&gateway.app, capability).await.unwrap();
    let products = catalog::products().unwrap();
    let found = products
        .iter()
        .find(|product| visit.shop.find(&product.key()).is_some() && visit.shop.prices(product).is_some());
    let product = found.unwrap();
    (product.key(), product.order.first())
}

/// Adds a product, returns the cart, reads it as the buyer would.
async fn shop(gateway: &Gateway, capability: &str) -> (ReceivedCart, DepartureForm) {
    let (product, quantity) = priced(gateway, capability).await;
    let visit = Visit::load(&gateway.app, capability).await.unwrap();
    let visit = visit.change(&gateway.app, &Change::Add { product, quantity }).await.unwrap();
    let revision = visit.cart.revision;
    left(gateway, capability, visit.depart(&gateway.app, revision).await.unwrap()).await
}

async fn left(gateway: &Gateway, capability: &str, revision: u64) -> (ReceivedCart, DepartureForm) {
    let visit = Visit::load(&gateway.app, capability).await.unwrap();
    let form = visit.departure(&gateway.app, revision).await.unwrap().unwrap();
    (received(&form), form)
}

fn received(form: &DepartureForm) -> ReceivedCart {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let field = form.form.fields.first().unwrap();
    let text = match field.name.as_str() {
        "cxml-base64" => String::from_utf8(STANDARD.decode(&field.value).unwrap()).unwrap(),
        _ => field.value.clone(),
    };
    read_order_message(&text.parse::<Document>().unwrap()).unwrap()
}

fn setup(gateway: &Gateway) -> SetupText<'static> {
    SetupText { secret: gateway.secret(0).leak(), ..SetupText::default() }
}

/// An `ItemOut` as the buyer copies it from the cart, with another price or quantity where given.
fn item_out(cart: &ReceivedCart, price: Option<&str>, quantity: Option<&str>) -> String {
    let line = &cart.lines[0];
    let was = line.price.unwrap();
    let auxiliary = line.item.auxiliary.as_ref().map(|text| text.as_str().to_owned()).unwrap_or_default();
    format!(
        r#"<ItemOut quantity="{}" lineNumber="1"><ItemID><SupplierPartID>{}</SupplierPartID><SupplierPartAuxiliaryID>{auxiliary}</SupplierPartAuxiliaryID></ItemID>
<ItemDetail><UnitPrice><Money currency="EUR">{}</Money></UnitPrice><Description xml:lang="en">x</Description><UnitOfMeasure>{}</UnitOfMeasure>
<PriceBasisQuantity quantity="{}" conversionFactor="1"><UnitOfMeasure>EA</UnitOfMeasure></PriceBasisQuantity><Classification domain="UNSPSC">1</Classification></ItemDetail></ItemOut>"#,
        quantity.map_or_else(|| line.quantity.to_string(), str::to_owned),
        line.item.part,
        price.map_or_else(|| was.amount.to_string(), str::to_owned),
        line.unit.as_ref().unwrap(),
        was.per,
    )
}

async fn lines(gateway: &Gateway, number: u32) -> (Option<String>, Vec<OrderedLine>) {
    let rows = gateway.app.store.scan(Scan::<OrderByTimeKey>::table()).await.unwrap();
    let (key, _) = rows.into_iter().find(|(key, _)| key.number == number).unwrap();
    let key = OrderVersionKey { supplier: key.supplier, buyer: key.buyer, order: key.order, number };
    let row = gateway.app.store.get(&key).await.unwrap().unwrap().value;
    let bytes = gateway.app.store.document(&DocumentId::new(*row.lines.bytes())).await.unwrap().unwrap();
    (row.version.held.map(|held| held.to_string()), serde_json::from_slice(&bytes).unwrap())
}

#[tokio::test]
async fn the_whole_round_and_its_repeats() {
    let gateway = Gateway::start("round").await;
    let capability = enter(&gateway, setup(&gateway).ariba()).await;
    let (cart, form) = shop(&gateway, &capability).await;
    assert_eq!(cart.buyer_cookie, "cookie-1");
    assert_eq!((cart.status, cart.lines.len()), (200, 1));
    assert_eq!(form.form.action, "http://buyer.test:8080/return?~=1&x=y");
    let again = Visit::load(&gateway.app, &capability).await.unwrap();
    let revision = again.cart.revision;
    again.depart(&gateway.app, revision).await.unwrap();
    assert_eq!(left(&gateway, &capability, revision).await.1, form, "the same revision, the same bytes");

    let secret = gateway.secret(0);
    let items = item_out(&cart, None, None);
    let order = OrderText {
        payload_id: "o1@buyer",
        secret: &secret,
        order_id: "PO-1",
        attributes: "",
        items: &items,
    };
    let first = gateway.cxml(order.ariba()).await;
    assert_eq!(first.code, 200, "{}", first.text);
    let (held, compared) = lines(&gateway, 1).await;
    assert_eq!((held, &compared[0].differences), (None, &vec![]));
    assert!(compared[0].matched.as_ref().unwrap().by_reference);

    let repeat = OrderText { payload_id: "o2@buyer", ..order };
    let second = gateway.cxml(repeat.ariba()).await;
    assert_eq!(first.text, second.text, "a repeat gets the same answer, to the byte");
    let dearer = item_out(&cart, Some("99999.00"), Some("3"));
    let other = OrderText { payload_id: "o3@buyer", items: &dearer, ..repeat };
    let third = gateway.cxml(other.ariba()).await;
    assert_eq!(third.code, 200);
    assert_ne!(third.payload_id, first.payload_id);
    let (_, compared) = lines(&gateway, 2).await;
    assert!(
        matches!(compared[0].differences.first(), Some(Difference::Price { .. })),
        "{:?}",
        compared[0].differences
    );
}

#[tokio::test]
async fn versions_that_are_not_newer_are_held_and_nothing_is_lost() {
    let gateway = Gateway::start("versions").await;
    let capability = enter(&gateway, setup(&gateway).ariba()).await;
    let (cart, _) = shop(&gateway, &capability).await;
    let secret = gateway.secret(0);
    let send = async |payload_id: &str, attributes: &str, quantity: &str| {
        let items = item_out(&cart, None, Some(quantity));
        let order = OrderText { payload_id, secret: &secret, order_id: "PO-2", attributes, items: &items };
        assert_eq!(gateway.cxml(order.ariba()).await.code, 200);
    };
    send("a", r#"orderVersion="2""#, "1").await;
    send("b", r#"orderVersion="2""#, "2").await;
    send("c", r#"orderVersion="3" type="update""#, "3").await;
    send("d", r#"orderVersion="4" type="delete""#, "3").await;
    let mut held = Vec::new();
    for number in 1..=4 {
        held.push(lines(&gateway, number).await.0.is_some());
    }
    assert_eq!(held, [false, true, false, false]);
    let gateway = gateway.restart().await;
    let key = OrderKey {
        supplier: "nordhafen".parse().unwrap(),
        buyer: "meridian".parse().unwrap(),
        order: OrderId::parse("PO-2").unwrap(),
    };
    let order = gateway.app.store.get(&key).await.unwrap().unwrap().value;
    assert_eq!(order.versions.len(), 4, "a restart loses nothing");
}

#[tokio::test]
async fn an_order_of_nothing_we_returned_is_kept_with_that_difference() {
    let gateway = Gateway::start("unknown-order").await;
    let secret = gateway.secret(0);
    let items =
        r#"<ItemOut quantity="1"><ItemID><SupplierPartID>NO-SUCH</SupplierPartID></ItemID></ItemOut>"#;
    let order = OrderText { payload_id: "x", secret: &secret, order_id: "PO-3", attributes: "", items };
    assert_eq!(gateway.cxml(order.ariba()).await.code, 200);
    assert_eq!(lines(&gateway, 1).await.1[0].differences, [Difference::NotReturned]);
}

#[tokio::test]
async fn bad_orders_are_refused_with_their_place() {
    let gateway = Gateway::start("bad-orders").await;
    let secret = gateway.secret(0);
    for (quantity, said) in
        [("1,5", "plain decimal"), ("-3", "above zero"), ("1e9", "plain decimal"), ("0", "above zero")]
    {
        let items = format!(
            r#"<ItemOut quantity="{quantity}"><ItemID><SupplierPartID>A</SupplierPartID></ItemID></ItemOut>"#
        );
        let order =
            OrderText { payload_id: "x", secret: &secret, order_id: "PO-4", attributes: "", items: &items };
        let answer = gateway.cxml(order.ariba()).await;
        assert_eq!(answer.code, 400);
        assert!(answer.cause.contains(said) && answer.cause.starts_with("line "), "{}", answer.cause);
    }
    let empty = OrderText { payload_id: "x", secret: &secret, order_id: "PO-5", attributes: "", items: "" };
    assert_eq!(gateway.cxml(empty.ariba()).await.code, 400);
}

#[tokio::test]
async fn an_edit_restores_the_cart_and_an_inspect_changes_nothing() {
    let gateway = Gateway::start("edit").await;
    let capability = enter(&gateway, setup(&gateway).ariba()).await;
    let (cart, _) = shop(&gateway, &capability).await;
    let foreign = r#"<ItemOut quantity="4"><ItemID><SupplierPartID>X-9</SupplierPartID></ItemID><ItemDetail><UnitPrice><Money currency="EUR">3.00</Money></UnitPrice><Description xml:lang="en">Theirs</Description><UnitOfMeasure>BX</UnitOfMeasure><Classification domain="d">1</Classification></ItemDetail></ItemOut>"#;
    let more = format!("{}{foreign}", item_out(&cart, None, None)).leak();
    let edit =
        SetupText { operation: "edit", payload_id: "e@buyer", cookie: "cookie-2", more, ..setup(&gateway) };
    let capability = enter(&gateway, edit.ariba()).await;
    let visit = Visit::load(&gateway.app, &capability).await.unwrap();
    assert_eq!((visit.session.purpose.operation, visit.cart.lines.len()), (Operation::Edit, 2));
    let revision = visit.cart.revision;
    visit.depart(&gateway.app, revision).await.unwrap();
    let (back, _) = left(&gateway, &capability, revision).await;
    assert_eq!(back.buyer_cookie, "cookie-2");
    assert_eq!(back.lines[0].item, cart.lines[0].item, "an unchanged line keeps its reference");
    assert_eq!(back.lines[1].item.part.as_str(), "X-9");

    let inspect = SetupText { operation: "inspect", payload_id: "i@buyer", ..edit };
    let capability = enter(&gateway, inspect.ariba()).await;
    let visit = Visit::load(&gateway.app, &capability).await.unwrap();
    let refused = visit.change(&gateway.app, &Change::Remove { number: 1 }).await.err().unwrap();
    assert_eq!(refused.to_string(), "the visit is read-only");
}

#[tokio::test]
async fn cancelling_sends_204_and_never_an_empty_cart() {
    let gateway = Gateway::start("cancel").await;
    let capability = enter(&gateway, setup(&gateway).ariba()).await;
    let visit = Visit::load(&gateway.app, &capability).await.unwrap();
    let revision = visit.cart.revision;
    assert!(visit.depart(&gateway.app, revision).await.is_err(), "an empty cart does not leave");
    let visit = Visit::load(&gateway.app, &capability).await.unwrap();
    assert!(matches!(visit.cancel(&gateway.app).await.unwrap(), Cancelled::Form));
    let visit = Visit::load(&gateway.app, &capability).await.unwrap();
    let cart = received(&visit.cancellation_form(&gateway.app).await.unwrap().unwrap());
    assert_eq!((cart.status, cart.lines.len()), (204, 0));
}

#[tokio::test]
async fn another_buyers_lock_proves_nothing() {
    let gateway = Gateway::start("foreign-lock").await;
    let coupa = SetupText { secret: gateway.secret(1).leak(), ..SetupText::default() };
    let capability = enter(&gateway, coupa.coupa()).await;
    let (cart, form) = shop(&gateway, &capability).await;
    assert_eq!(form.form.fields[0].name, "cxml-urlencoded");
    assert!(form.form.fields[0].value.is_ascii());
    let secret = gateway.secret(0);
    let items = item_out(&cart, None, None);
    let order =
        OrderText { payload_id: "x", secret: &secret, order_id: "PO-6", attributes: "", items: &items };
    assert_eq!(gateway.cxml(order.ariba()).await.code, 200);
    assert_eq!(lines(&gateway, 1).await.1[0].differences, [Difference::NotReturned]);
}

#[tokio::test]
async fn an_order_with_absurd_texts_is_kept_and_its_card_is_sealed() {
    let gateway = Gateway::start("absurd").await;
    let secret = gateway.secret(0);
    let long = "x".repeat(300_000);
    let items = format!(
        r#"<ItemOut quantity="1" requestedDeliveryDate="{long}"><ItemID><SupplierPartID>A</SupplierPartID></ItemID><ItemDetail><UnitPrice><Money currency="EUR">1</Money></UnitPrice><Description xml:lang="en">{long}</Description><UnitOfMeasure>EA</UnitOfMeasure><Classification domain="{long}">{long}</Classification></ItemDetail><Comments>{long}</Comments></ItemOut>"#
    );
    let attributes = format!(r#"requisitionID="{long}" orderVersion="1""#);
    let order = OrderText {
        payload_id: "x",
        secret: &secret,
        order_id: "PO-7",
        attributes: &attributes,
        items: &items,
    };
    let card = r#"</BillTo><Payment><PCard number="4111111111111111" expiration="2030-01-01"/></Payment>"#;
    let text = order.ariba().replace("</BillTo>", card);
    assert_eq!(gateway.cxml(text).await.code, 200);
    assert_eq!(lines(&gateway, 1).await.1.len(), 1);
    let (_, document, _) = gateway.records().await.remove(0);
    assert!(
        document.contains(&long) && !document.contains("4111111111111111"),
        "the copy has all but the card"
    );
    let (key, _) = gateway.app.store.scan(Scan::<OrderByTimeKey>::table()).await.unwrap().remove(0);
    let key = OrderVersionKey { supplier: key.supplier, buyer: key.buyer, order: key.order, number: 1 };
    let cards = gateway.app.store.get(&key).await.unwrap().unwrap().value.cards;
    assert_eq!(gateway.app.vault.open(&cards[0], "card number").unwrap().reveal(), "4111111111111111");
}

#[tokio::test]
async fn two_hundred_versions_of_an_order_are_all_kept() {
    let gateway = Gateway::start("many-versions").await;
    let secret = gateway.secret(0);
    for number in 1..=220 {
        let items = format!(
            r#"<ItemOut quantity="{number}"><ItemID><SupplierPartID>A</SupplierPartID></ItemID></ItemOut>"#
        );
        let order =
            OrderText { payload_id: "x", secret: &secret, order_id: "PO-8", attributes: "", items: &items };
        assert_eq!(gateway.cxml(order.ariba()).await.code, 200);
    }
    let rows = gateway.app.store.scan(Scan::<OrderByTimeKey>::table()).await.unwrap();
    assert_eq!(rows.iter().map(|(key, _)| key.number).max(), Some(220));
}

#[tokio::test]
async fn cancelling_an_oci_visit_leads_only_where_the_connection_allows() {
    let gateway = Gateway::start("oci-cancel").await;
    let password = gateway.oci_password();
    let hook = format!("{BUYER}/return");
    let cancelled = async |address: &str| {
        let mut fields =
            vec![("USERNAME", "werkstatt"), ("PASSWORD", password.as_str()), ("HOOK_URL", &hook)];
        if !address.is_empty() {
            fields.push(("OCICANCEL", address));
        }
        let called = post_form(&gateway.url("/oci/kessler-srm"), &fields).await;
        assert_eq!(called.status, 303, "{}", called.text());
        let entered = get(called.header("location")).await;
        let capability = entered.header("location").split('/').nth(2).unwrap().to_owned();
        Visit::load(&gateway.app, &capability).await.unwrap().cancel(&gateway.app).await.unwrap()
    };
    assert!(matches!(cancelled("").await, Cancelled::Instructions));
    assert!(
        matches!(cancelled("http://evil.test/phish").await, Cancelled::Instructions),
        "not a foreign host"
    );
    assert!(matches!(cancelled("javascript:alert(1)").await, Cancelled::Instructions));
    let own = format!("{BUYER}/cancelled?session=1");
    let Cancelled::Address(address) = cancelled(&own).await else { panic!("an address is expected") };
    assert_eq!(address.as_str(), own);
}

/// The newest version of an order and its lines.
async fn newest(gateway: &Gateway, order: &str) -> (OrderVersion, Vec<OrderedLine>) {
    let rows = gateway.app.store.scan(Scan::<OrderVersionKey>::table()).await.unwrap();
    let of_order = rows.into_iter().filter(|(key, _)| key.order.as_str() == order);
    let (_, row) = of_order.max_by_key(|(key, _)| key.number).unwrap();
    let bytes =
        gateway.app.store.document(&DocumentId::new(*row.value.lines.bytes())).await.unwrap().unwrap();
    (row.value.version, serde_json::from_slice(&bytes).unwrap())
}

#[tokio::test]
async fn releases_draw_on_their_blanket_order() {
    let gateway = Gateway::start("blanket").await;
    let secret = gateway.secret(0);
    let send = async |order_id: &str, attributes: &str, items: &str| {
        let payload_id = format!("{order_id}@b");
        let order = OrderText { payload_id: &payload_id, secret: &secret, order_id, attributes, items };
        gateway.cxml(order.ariba()).await
    };
    let agreed = |line: u32, part: &str, price: &str| {
        format!(
            r#"<ItemOut quantity="1" lineNumber="{line}"><ItemID><SupplierPartID>{part}</SupplierPartID></ItemID><BlanketItemDetail>
<Description xml:lang="en">agreed</Description><MaxQuantity>500</MaxQuantity><UnitPrice><Money currency="EUR">{price}</Money></UnitPrice>
<UnitOfMeasure>BX</UnitOfMeasure></BlanketItemDetail></ItemOut>"#
        )
    };
    let drawn = |attributes: &str, part: &str, price: &str, basis: &str, more: &str| {
        format!(
            r#"<ItemOut quantity="7" {attributes}><ItemID><SupplierPartID>{part}</SupplierPartID></ItemID><ItemDetail>
<UnitPrice><Money currency="EUR">{price}</Money></UnitPrice><Description xml:lang="en">x</Description><UnitOfMeasure>BX</UnitOfMeasure>
{basis}<Classification domain="UNSPSC">1</Classification></ItemDetail>{more}</ItemOut>"#
        )
    };
    let blanket =
        r#"orderType="blanket" effectiveDate="2026-11-01" expirationDate="2027-10-31" releaseRequired="yes""#;
    let items = [agreed(1, "A-1", "20"), agreed(2, "B-2", "5")].concat();
    assert_eq!(send("BPO1", blanket, &items).await.code, 200);
    let (version, lines) = newest(&gateway, "BPO1").await;
    assert_eq!(version.commitment.order_type, OrderType::Blanket);
    assert_eq!(version.commitment.expiration.as_deref(), Some("2027-10-31"));
    assert!(version.commitment.release_required && version.differing == 0);
    assert!(
        lines.iter().all(|line| line.differences.is_empty()),
        "nothing left that it would have to be like"
    );

    // 2 each, ten in a box: the box costs 20.
    let each = r#"<PriceBasisQuantity quantity="1" conversionFactor="10"><UnitOfMeasure>EA</UnitOfMeasure></PriceBasisQuantity>"#;
    let items = [
        drawn(r#"lineNumber="1" agreementItemNumber="1""#, "A-1", "2", each, ""),
        drawn(r#"lineNumber="2""#, "B-2", "6", "", ""),
        drawn(r#"lineNumber="3" agreementItemNumber="9""#, "C-3", "6", "", ""),
        drawn(r#"lineNumber="4" agreementItemNumber="2""#, "A-1", "5", "", ""),
    ];
    assert_eq!(send("REL1", r#"orderType="release" agreementID="BPO1""#, &items.concat()).await.code, 200);
    let (version, lines) = newest(&gateway, "REL1").await;
    assert_eq!(version.commitment.agreement.as_deref(), Some("BPO1"));
    assert_eq!((version.lines, version.differing), (4, 3));
    let told: Vec<_> = lines
        .iter()
        .map(|line| (line.drawn, line.differences.iter().map(ToString::to_string).collect::<Vec<_>>()))
        .collect();
    let differs = |text: &str| vec![text.to_owned()];
    let expected = [
        (Some(1), Vec::new()),
        (Some(2), differs("price: agreed 5 per 1, ordered 6 per 1")),
        (None, differs("the blanket order has no such line")),
        (Some(2), differs("part number: agreed B-2, ordered A-1")),
    ];
    assert_eq!(told, expected);

    // Named by the line alone, and one that never came: then it is an order like any other.
    let by_line = r#"<MasterAgreementReference agreementID="BPO1"><DocumentReference payloadID="BPO1@b"/></MasterAgreementReference>"#;
    let one = drawn(r#"lineNumber="1""#, "A-1", "20", "", by_line);
    assert_eq!(send("REL2", r#"orderType="release""#, &one).await.code, 200);
    let (version, lines) = newest(&gateway, "REL2").await;
    assert_eq!(version.commitment.agreement_payload.as_deref(), Some("BPO1@b"));
    assert_eq!((lines[0].drawn, version.differing), (Some(1), 0));
    assert_eq!(send("REL3", r#"orderType="release" agreementID="BPO9""#, &one).await.code, 200);
    let (_, lines) = newest(&gateway, "REL3").await;
    assert_eq!(lines[0].differences, [Difference::NotReturned]);

    // Once the blanket order is cancelled nothing can be drawn on it.
    let cancelled = r#"orderType="blanket" effectiveDate="2026-11-01" type="delete""#;
    assert_eq!(send("BPO1", cancelled, "").await.code, 200);
    assert_eq!(send("REL4", r#"orderType="release" agreementID="BPO1""#, &one).await.code, 200);
    assert_eq!(newest(&gateway, "REL4").await.1[0].differences, [Difference::NotReturned]);
    for (wrong, what) in [(r#"orderType="framework""#, "orderType"), (r#"orderType="""#, "")] {
        let answer = send(&format!("W{what}"), wrong, &one).await;
        assert_eq!(answer.code == 200, what.is_empty(), "{}", answer.text);
        assert!(answer.text.contains(what));
    }

    let operator = crate::admin::Operator::log_in(&gateway).await;
    let path = |order: &str| format!("/order?supplier=nordhafen&buyer=meridian&order={order}");
    let page = operator.page(&path("REL1")).await;
    let told = crate::admin::texts(&page, "main").concat();
    for word in [
        "release",
        "Draws onBPO1",
        "Line 1 of the blanket order",
        "the blanket order has no such line",
        "agreed 5 per 1, ordered 6",
    ] {
        assert!(told.contains(word), "{word}: {told}");
    }
    assert!(page.contains("order=BPO1"));
    assert!(
        crate::admin::texts(&operator.page(&path("REL3")).await, "main")
            .concat()
            .contains("no order of this number has come")
    );
    let page = crate::admin::texts(&operator.page(&path("BPO1")).await, "main").concat();
    assert!(page.contains("delivered against releases only") && page.contains("2027-10-31"), "{page}");
}

#[tokio::test]
async fn releases_are_added_up_against_their_blanket_order() {
    let gateway = Gateway::start("ceiling").await;
    let secret = gateway.secret(0);
    let send = async |order_id: &str, attributes: &str, total: &str, items: &str| {
        let payload_id = format!("{order_id}@b");
        let order = OrderText { payload_id: &payload_id, secret: &secret, order_id, attributes, items };
        let text = order.ariba().replace("<Total><Money currency=\"EUR\">1.00</Money></Total>", total);
        gateway.cxml(text).await
    };
    // One line is for a part, with bounds; the other for whatever the description fits.
    let items = r#"<ItemOut quantity="1" lineNumber="1"><ItemID><SupplierPartID>A-1</SupplierPartID></ItemID><BlanketItemDetail>
<Description xml:lang="en">agreed</Description><MaxAmount><Money currency="EUR">100</Money></MaxAmount><MaxQuantity>10</MaxQuantity>
<UnitPrice><Money currency="EUR">20</Money></UnitPrice><UnitOfMeasure>BX</UnitOfMeasure></BlanketItemDetail></ItemOut>
<ItemOut quantity="1" lineNumber="2"><ItemID><SupplierPartID/></ItemID><BlanketItemDetail><Description xml:lang="en">Fasteners</Description>
<UnitOfMeasure>EA</UnitOfMeasure><Classification domain="UNSPSC">31160000</Classification></BlanketItemDetail></ItemOut>"#;
    let blanket = r#"orderType="blanket" effectiveDate="2026-11-01""#;
    let ceiling = r#"<Total><Money currency="EUR">120</Money></Total>"#;
    assert_eq!(send("BPO1", blanket, ceiling, items).await.code, 200);
    let (version, lines) = newest(&gateway, "BPO1").await;
    assert_eq!((version.differing, lines.len()), (0, 2));
    assert!(lines[1].line.item.is_none(), "it names no part");

    // Elsewhere a part number is needed.
    let nameless = r#"<ItemOut quantity="1"><ItemID><SupplierPartID/></ItemID></ItemOut>"#;
    let refused = send("PO-0", "", ceiling, nameless).await;
    assert_eq!(refused.code, 400, "{}", refused.text);

    let drawn = |line: u32, part: &str, quantity: u32, price: u32, unit: &str| {
        format!(
            r#"<ItemOut quantity="{quantity}" lineNumber="1" agreementItemNumber="{line}"><ItemID><SupplierPartID>{part}</SupplierPartID></ItemID>
<ItemDetail><UnitPrice><Money currency="EUR">{price}</Money></UnitPrice><Description xml:lang="en">x</Description><UnitOfMeasure>{unit}</UnitOfMeasure>
<Classification domain="UNSPSC">1</Classification></ItemDetail></ItemOut>"#
        )
    };
    let told = async |order: &str| {
        let (version, lines) = newest(&gateway, order).await;
        let differences = lines.iter().flat_map(|line| &line.differences).map(ToString::to_string);
        (version.overdrawn.map(|over| over.to_string()), differences.collect::<Vec<_>>())
    };
    let release = r#"orderType="release" agreementID="BPO1""#;
    let total = "<Total><Money currency=\"EUR\">1.00</Money></Total>";
    let (first, second) = (drawn(1, "A-1", 3, 20, "BX"), drawn(1, "A-1", 3, 20, "BX"));
    assert_eq!(send("REL1", release, total, &first).await.code, 200);
    assert_eq!(told("REL1").await, (None, Vec::new()));
    assert_eq!(send("REL1", release, total, &first).await.code, 200, "a repeat draws nothing");
    assert_eq!(send("REL2", release, total, &second).await.code, 200);
    let over = "amount: 120.00 EUR drawn in all, 100.00 agreed at most".to_owned();
    assert_eq!(told("REL2").await, (None, vec![over]));
    let bolts = drawn(2, "M8-70", 10, 1, "EA");
    assert_eq!(send("REL3", release, total, &bolts).await.code, 200);
    let ceiling = "its releases come to 130.00 EUR in all, the ceiling is 120.00".to_owned();
    assert_eq!(told("REL3").await, (Some(ceiling), Vec::new()), "any part fits a line that names none");
    // What changes or is cancelled counts as it is now; what is in another unit is told and not counted.
    let fewer = drawn(1, "A-1", 1, 20, "BX");
    let update = r#"orderType="release" agreementID="BPO1" orderVersion="2" type="update""#;
    assert_eq!(send("REL2", update, total, &fewer).await.code, 200);
    assert_eq!(told("REL2").await, (None, Vec::new()));
    let cancel = r#"orderType="release" agreementID="BPO1" orderVersion="2" type="delete""#;
    assert_eq!(send("REL1", cancel, total, "").await.code, 200);
    let pieces = drawn(1, "A-1", 1000, 0, "EA");
    assert_eq!(send("REL4", release, total, &pieces).await.code, 200);
    let unlike =
        ["unit: agreed BX, ordered EA", "price: agreed 20 per 1, ordered 0 per 1"].map(str::to_owned);
    assert_eq!(told("REL4").await, (None, unlike.to_vec()));
    let many = drawn(1, "A-1", 10, 1, "BX");
    assert_eq!(send("REL5", release, total, &many).await.code, 200);
    let (_, differences) = told("REL5").await;
    assert_eq!(differences[1], "quantity: 11 drawn in all, 10 agreed at most");

    let operator = crate::admin::Operator::log_in(&gateway).await;
    let page = async |order: &str| {
        let path = format!("/order?supplier=nordhafen&buyer=meridian&order={order}");
        crate::admin::texts(&operator.page(&path).await, "main").concat()
    };
    let blanket = page("BPO1").await;
    for word in ["Drawn by releases", "any part", "at most 10", "drawn 11", "drawn 10", "Blanket order"] {
        assert!(blanket.contains(word), "{word}: {blanket}");
    }
    assert!(page("REL3").await.contains("the ceiling is 120.00"));
    assert!(page("REL2").await.contains("As agreed"));
}
