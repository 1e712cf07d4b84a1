//! Freight, surcharges and tax over real sockets: rules made by command, shown in the shop, sent with the cart, compared
//! with the order.

use punchgate::{
    flow::{order::ChargeDifference, setup::Operation},
    model::{
        charges::{ChargeAmount, ChargeKind, ChargePlace, ChargeRule},
        ids::{ConnectionId, SupplierPartId},
    },
    shell::{
        buyer::{
            client::Client,
            connection::BuyerConnection,
            fault::Fault,
            report::Report,
            round::{Wishes, go_round},
        },
        onboarding::{ChargeChange, change_charges},
        store::{
            Scan,
            keys::{OrderVersionKey, ReturnedCartKey, ReturnedLineKey, StoredVersion},
        },
    },
};
use url::Url;

use crate::support::Gateway;

const COUPA: usize = 1;
const SAP: usize = 2;

async fn go(gateway: &Gateway, buyer: usize, operation: Operation, fault: Option<Fault>) -> Report {
    let connection = BuyerConnection::read(&gateway.files[buyer], |_| None).unwrap();
    let base = Url::parse(&gateway.url("/")).unwrap();
    let wishes = Wishes { operation, item: None, search: None, lines: 2, fault };
    go_round(&Client::new(None).unwrap(), &connection, Some(&base), &wishes, &mut |_| {}).await
}

fn rule(name: &str, kind: ChargeKind, place: ChargePlace, amount: ChargeAmount) -> ChargeRule {
    ChargeRule::always(name, kind, place, amount, SupplierPartId::parse(kind.usual_part()).unwrap())
}

fn flat(cents: i64) -> ChargeAmount {
    ChargeAmount::Flat(rust_decimal::Decimal::new(cents, 2))
}

async fn add(gateway: &Gateway, connection: &str, rule: ChargeRule) {
    let id = ConnectionId::parse(connection).unwrap();
    let change = ChargeChange::Add { rule: Box::new(rule), place: None };
    change_charges(&gateway.app, &id, &change).await.unwrap();
}

async fn last_order(gateway: &Gateway) -> StoredVersion {
    let rows = gateway.app.store.scan(Scan::<OrderVersionKey>::table()).await.unwrap();
    rows.into_iter().map(|(_, row)| row.value).max_by_key(|stored| stored.version.at).unwrap()
}

#[tokio::test]
async fn header_and_lines_come_back_as_they_left_through_an_edit_and_an_order() {
    let gateway = Gateway::start("charges").await;
    let coupa = "harbor-coupa";
    add(&gateway, coupa, rule("Freight", ChargeKind::Freight, ChargePlace::Header, flat(990))).await;
    let packing = rule("Packing", ChargeKind::Surcharge, ChargePlace::Line, flat(250));
    let unclassified = ChargeChange::Add { rule: Box::new(packing.clone()), place: None };
    let refused = change_charges(&gateway.app, &ConnectionId::parse(coupa).unwrap(), &unclassified).await;
    assert!(refused.unwrap_err().to_string().contains("has no classification, and the platform wants one"));
    add(&gateway, coupa, ChargeRule { unspsc: Some("78121603".into()), ..packing }).await;
    let vat = ChargeAmount::Percent(19.into());
    add(&gateway, coupa, rule("VAT", ChargeKind::Tax, ChargePlace::Header, vat)).await;

    let report = go(&gateway, COUPA, Operation::Edit, None).await;
    assert!(report.ok, "{report:#?}");
    let order = last_order(&gateway).await.version;
    assert_eq!((order.lines, order.differing, order.charges), (3, 0, Vec::new()));
    let carts = gateway.app.store.scan(Scan::<ReturnedCartKey>::table()).await.unwrap();
    assert_eq!(carts.len(), 2, "the cart and its edit");
    for (_, cart) in &carts {
        let cart = &cart.value;
        assert_eq!((cart.lines, cart.shipping().unwrap().text()), (3, "9.90".to_owned()));
        let taxed = cart.total.plus(cart.shipping().unwrap()).unwrap().amount;
        assert_eq!(cart.payable().amount, taxed + cart.tax().unwrap().amount);
    }
    let lines = gateway.app.store.scan(Scan::<ReturnedLineKey>::table()).await.unwrap();
    let packing = lines.iter().filter(|(_, line)| line.value.charge == Some(ChargeKind::Surcharge));
    assert_eq!(packing.count(), 2, "calculated anew in the edit, never twice");

    let report = go(&gateway, COUPA, Operation::Inspect, Some(Fault::ChangedFreight)).await;
    assert!(report.ok, "{report:#?}");
    gateway.pass(1);
    let report = go(&gateway, COUPA, Operation::Create, Some(Fault::ChangedFreight)).await;
    assert!(report.ok, "{report:#?}");
    let order = last_order(&gateway).await.version;
    let told: Vec<String> = order.charges.iter().map(ToString::to_string).collect();
    assert_eq!(told, ["Shipping: returned 9.90 USD, ordered 10.90 USD"]);
    let told = |note: &str| note.ends_with("; Shipping: returned 9.90 USD, ordered 10.90 USD");
    assert!(gateway.records().await.iter().any(|(record, ..)| told(&record.outcome.note)));
}

#[tokio::test]
async fn over_oci_everything_is_a_line_that_is_compared_like_any_other() {
    let gateway = Gateway::start("charges-oci").await;
    let id = ConnectionId::parse("kessler-srm").unwrap();
    let header = rule("Freight", ChargeKind::Freight, ChargePlace::Header, flat(990));
    let refused =
        change_charges(&gateway.app, &id, &ChargeChange::Add { rule: Box::new(header), place: None }).await;
    assert!(refused.unwrap_err().to_string().contains("OCI has no header"));
    add(&gateway, "kessler-srm", rule("Freight", ChargeKind::Freight, ChargePlace::Line, flat(990))).await;
    let report = go(&gateway, SAP, Operation::Create, None).await;
    assert!(report.ok, "{report:#?}");
    let order = last_order(&gateway).await.version;
    assert_eq!((order.lines, order.differing, order.charges), (3, 0, Vec::new()));
    let carts = gateway.app.store.scan(Scan::<ReturnedCartKey>::table()).await.unwrap();
    // A cart of a function's call is beside it and has none.
    let lines: Vec<_> =
        carts.iter().flat_map(|(_, cart)| &cart.value.charges).map(|charge| charge.line).collect();
    assert_eq!(lines, [Some(3)]);
    gateway.pass(1);
    let report = go(&gateway, SAP, Operation::Create, Some(Fault::ChangedFreight)).await;
    assert!(report.ok, "{report:#?}");
    let order = last_order(&gateway).await.version;
    assert!(matches!(order.charges[..], [ChargeDifference::Shipping { .. }]), "{:?}", order.charges);
}
