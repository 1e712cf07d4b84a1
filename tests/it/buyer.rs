//! The virtual buyer goes the whole round against the sample gateway: what it checks is checked here.

use punchgate::{
    flow::setup::Operation,
    shell::{
        buyer::{
            client::Client,
            connection::BuyerConnection,
            fault::{Fault, LATIN1_NAME},
            report::Report,
            round::{Wishes, go_round},
        },
        records::Transaction,
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
    Wishes { operation, item: None, search: None, lines, fault: None }
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

/// Every fault over real sockets, with each buyer that can play it: what a good gateway does is what this one does.
#[tokio::test]
async fn each_fault_gets_the_answer_it_should() {
    let gateway = Gateway::start("faults").await;
    for fault in Fault::ALL {
        for buyer in [ARIBA, COUPA, SAP] {
            let connection = BuyerConnection::read(&gateway.files[buyer], |_| None).unwrap();
            if !connection.can_play(fault) {
                continue;
            }
            let wishes = Wishes { fault: Some(fault), ..wishes(Operation::Create, 2) };
            gateway.pass(60);
            let report = go(&gateway, buyer, &wishes).await;
            assert!(report.ok, "{}: {report:#?}", fault.title());
            match fault {
                Fault::WrongSecret => assert!(detail(&report, "setup").starts_with("refused as it must be")),
                Fault::UnknownLine => {
                    assert!(detail(&report, "judge the edited cart").starts_with("3 lines"));
                }
                Fault::SlowHook => assert_eq!(detail(&report, "return again"), "the same cart again"),
                Fault::RedirectingHook => assert!(detail(&report, "follow the redirect").contains("follow")),
                Fault::ChangedUnit | Fault::ChangedPrice => {
                    let (order, ..) = newest(&gateway, "OrderRequest").await;
                    assert!(order.outcome.note.contains("1 of 2 lines differ"), "{}", order.outcome.note);
                }
                Fault::ChangedFreight => {
                    let (order, asked, _) = newest(&gateway, "OrderRequest").await;
                    assert!(asked.contains("<Shipping>"), "{asked}");
                    // The sample buyers' carts say nothing about freight.
                    assert!(
                        order.outcome.note.ends_with("0 of 2 lines differ from what was returned"),
                        "{order:?}"
                    );
                }
                Fault::Latin1 => {
                    let (_, asked, _) = newest(&gateway, "PunchOutSetupRequest").await;
                    assert!(asked.contains(LATIN1_NAME), "{asked}");
                }
                Fault::UnknownVersion | Fault::NoDoctype | Fault::Bom | Fault::SamePayloadId => {
                    assert!(detail(&report, "setup").contains("200"), "{report:#?}");
                }
            }
        }
    }
}

async fn newest(gateway: &Gateway, kind: &str) -> (Transaction, String, String) {
    let records = gateway.records().await.into_iter();
    records.filter(|(record, ..)| record.kind == kind).max_by_key(|(record, ..)| record.at).unwrap()
}

/// A profile named in the connection file speaks where the file is silent.
#[tokio::test]
async fn the_sending_side_of_a_profile_is_played() {
    let gateway = Gateway::start("sending").await;
    let report = go(&gateway, COUPA, &wishes(Operation::Create, 1)).await;
    assert!(report.ok, "{report:#?}");
    let (record, asked, _) = newest(&gateway, "PunchOutSetupRequest").await;
    assert_eq!(record.user_agent.as_deref(), Some("Coupa Procurement 1.0"));
    assert!(asked.contains("<Extrinsic name=\"BusinessUnit\">North</Extrinsic>"), "{asked}");
    let report = go(&gateway, SAP, &wishes(Operation::Create, 1)).await;
    assert!(report.ok, "{report:#?}");
    let (_, asked, _) = newest(&gateway, "OCI call").await;
    assert!(asked.contains("CTLG"), "{asked}");
}
