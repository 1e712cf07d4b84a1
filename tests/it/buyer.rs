//! The virtual buyer goes the whole round against the sample gateway: what it checks is checked here.

use punchgate::{
    flow::setup::Operation,
    shell::buyer::{
        client::Client,
        connection::BuyerConnection,
        report::Report,
        round::{Wishes, go_round},
    },
};
use url::Url;

use crate::support::Gateway;

const ARIBA: usize = 0;
const COUPA: usize = 1;
const SAP: usize = 2;

async fn go(gateway: &Gateway, buyer: usize, wishes: &Wishes) -> Report {
    let connection = BuyerConnection::read(&gateway.files[buyer], |_| None).unwrap();
    let base = Url::parse(&gateway.url("/")).unwrap();
    let client = Client::new(None).unwrap();
    go_round(&client, &connection, Some(&base), wishes, &mut |_| {}).await
}

fn wishes(operation: Operation, lines: usize) -> Wishes {
    Wishes { operation, item: None, search: None, lines }
}

fn detail<'a>(report: &'a Report, step: &str) -> &'a str {
    &report.steps.iter().find(|taken| taken.name == step).unwrap().detail
}

#[tokio::test]
async fn each_buyer_goes_the_whole_round() {
    let gateway = Gateway::start("rounds").await;
    for (buyer, carrier) in [(ARIBA, "cxml-base64"), (COUPA, "cxml-urlencoded"), (SAP, "OCI fields")] {
        let report = go(&gateway, buyer, &wishes(Operation::Create, 3)).await;
        assert!(report.ok, "{report:#?}");
        assert!(detail(&report, "receive").starts_with(carrier), "{report:#?}");
        assert!(detail(&report, "order").ends_with("Status 200 OK"), "{report:#?}");
    }
    let orders = gateway.records().await.into_iter().filter(|(record, ..)| record.kind == "OrderRequest");
    assert_eq!(orders.count(), 3);
}

#[tokio::test]
async fn a_requisition_is_changed_left_alone_and_looked_at() {
    let gateway = Gateway::start("again").await;
    for buyer in [ARIBA, COUPA] {
        let report = go(&gateway, buyer, &wishes(Operation::Edit, 2)).await;
        assert!(report.ok, "{report:#?}");
        assert!(detail(&report, "cancel").starts_with("Status 204"));
        let report = go(&gateway, buyer, &wishes(Operation::Inspect, 2)).await;
        assert!(report.ok, "{report:#?}");
    }
}

#[tokio::test]
async fn a_part_and_words_lead_to_a_product() {
    let gateway = Gateway::start("parts").await;
    let first = go(&gateway, ARIBA, &wishes(Operation::Create, 1)).await;
    assert!(first.ok, "{first:#?}");
    for buyer in [ARIBA, SAP] {
        let part = punchgate::shell::demo::catalog::products().unwrap()[0].part.as_str().to_owned();
        let wishes = Wishes { item: Some(part.clone()), ..wishes(Operation::Create, 1) };
        let report = go(&gateway, buyer, &wishes).await;
        assert!(report.ok, "{part}: {report:#?}");
    }
    let wishes = Wishes { search: Some("screw".to_owned()), ..wishes(Operation::Create, 2) };
    let report = go(&gateway, COUPA, &wishes).await;
    assert!(report.ok, "{report:#?}");
}

#[tokio::test]
async fn a_wrong_secret_stops_at_the_setup() {
    let mut gateway = Gateway::start("wrong-secret").await;
    let secret = gateway.secret(ARIBA);
    gateway.files[ARIBA] = gateway.files[ARIBA].replace(&secret, "wrong");
    let report = go(&gateway, ARIBA, &wishes(Operation::Create, 1)).await;
    assert!(!report.ok);
    assert_eq!(report.steps.last().unwrap().name, "setup");
    assert!(report.trouble.unwrap().found.contains("401"));
}
