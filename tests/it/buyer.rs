//! The virtual buyer goes the whole round against the sample gateway: what it checks is checked here.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

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
        store::{Scan, keys::OrderVersionKey},
    },
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use url::Url;

use crate::support::Gateway;

const ARIBA: usize = 0;
const COUPA: usize = 1;
const SAP: usize = 2;

async fn go(gateway: &Gateway, buyer: usize, wishes: &Wishes) -> Report {
    go_by(&gateway.url("/"), &gateway.files[buyer], wishes).await
}

/// - `way`: where the documents go.
async fn go_by(way: &str, file: &str, wishes: &Wishes) -> Report {
    let mut connection = BuyerConnection::read(file, |_| None).unwrap();
    connection.persistence.most_pause = Duration::ZERO;
    let base = Url::parse(way).unwrap();
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
                Fault::LostAnswer | Fault::HangUp => {
                    let order = detail(&report, "order");
                    assert!(order.contains("Status 200 OK\n1 of "), "{order}");
                    let id = order.split(':').next().unwrap();
                    assert_eq!(versions(&gateway, id).await, 1, "one order, however often it came");
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

/// How many versions of an order there are.
async fn versions(gateway: &Gateway, id: &str) -> usize {
    let rows = gateway.app.store.scan(Scan::<OrderVersionKey>::table()).await.unwrap();
    rows.iter().filter(|(key, _)| key.order.as_str() == id).count()
}

/// What happens to the answer to the first order.
#[derive(Clone, Copy, Debug)]
enum Lost {
    /// It is held back, the connection stays open.
    Held,
    /// The connection ends when it comes.
    Cut,
}

/// A way to the gateway on which the answer to the first order is lost.
async fn lossy_way(gateway: SocketAddr, lost: Lost) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let way = format!("http://{}/", listener.local_addr().unwrap());
    let orders = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&orders);
    tokio::spawn(async move {
        while let Ok((buyer, _)) = listener.accept().await {
            let (mut from_buyer, mut to_buyer) = buyer.into_split();
            let (mut from_gateway, mut to_gateway) = TcpStream::connect(gateway).await.unwrap().into_split();
            let (orders, is_lost) = (Arc::clone(&seen), Arc::new(AtomicBool::new(false)));
            let loses = Arc::clone(&is_lost);
            tokio::spawn(async move {
                let (mut said, mut bytes) = (Vec::new(), [0; 4096]);
                while let Ok(length @ 1..) = from_buyer.read(&mut bytes).await {
                    said.extend_from_slice(&bytes[..length]);
                    if let Some(at) = said.windows(14).position(|part| part == b"<OrderRequest>") {
                        said.drain(..at + 14);
                        loses.store(orders.fetch_add(1, Ordering::SeqCst) == 0, Ordering::SeqCst);
                    }
                    if to_gateway.write_all(&bytes[..length]).await.is_err() {
                        break;
                    }
                }
            });
            tokio::spawn(async move {
                let mut bytes = [0; 4096];
                while let Ok(length @ 1..) = from_gateway.read(&mut bytes).await {
                    let is_lost = is_lost.load(Ordering::SeqCst);
                    let goes_on = match lost {
                        Lost::Held if is_lost => true,
                        Lost::Cut if is_lost => false,
                        Lost::Held | Lost::Cut => to_buyer.write_all(&bytes[..length]).await.is_ok(),
                    };
                    if !goes_on {
                        break;
                    }
                }
            });
        }
    });
    (way, orders)
}

/// A platform sends an order again whose answer it did not get within its time: the same bytes, and one order.
#[tokio::test]
async fn an_order_without_an_answer_is_sent_again_and_is_one_order() {
    let gateway = Gateway::start("retries").await;
    for (lost, told) in [(Lost::Held, "did not answer within 1 s"), (Lost::Cut, "cannot be reached")] {
        let (way, orders) = lossy_way(gateway.address, lost).await;
        let file = format!("timeout_secs = 1\n{}", gateway.files[COUPA]);
        let report = go_by(&way, &file, &wishes(Operation::Create, 1)).await;
        assert!(report.ok, "{lost:?}: {report:#?}");
        let order = detail(&report, "order");
        assert!(order.contains("Status 200 OK\n1 of 4: ") && order.contains(told), "{order}");
        assert!(order.contains("0 s instead of 600 s"), "{order}");
        assert_eq!(orders.load(Ordering::SeqCst), 2, "{order}");
        assert_eq!(versions(&gateway, order.split(':').next().unwrap()).await, 1, "{lost:?}");
        // A system that never tries again hears nothing.
        let (way, _) = lossy_way(gateway.address, lost).await;
        let file = format!("retries = 0\n{file}");
        let report = go_by(&way, &file, &wishes(Operation::Create, 1)).await;
        assert_eq!((report.ok, report.steps.last().unwrap().name.as_str()), (false, "order"), "{report:#?}");
    }
    let documents: Vec<String> = gateway
        .records()
        .await
        .into_iter()
        .filter(|(record, ..)| record.kind == "OrderRequest")
        .map(|(_, document, _)| {
            document.split("payloadID=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
        })
        .collect();
    let different: std::collections::BTreeSet<&String> = documents.iter().collect();
    assert_eq!(different.len(), 4, "each order under one payloadID: {documents:?}");
}

/// What SRM calls beside the shop by its profile, and what a connection file names.
#[tokio::test]
async fn the_functions_of_oci_are_called() {
    let gateway = Gateway::start("functions").await;
    let report = go(&gateway, SAP, &wishes(Operation::Create, 2)).await;
    assert!(report.ok, "{report:#?}");
    let called = |report: &Report| {
        let names = report.steps.iter().map(|step| step.name.clone());
        names
            .filter(|name| name.chars().all(|letter| letter.is_uppercase() || letter == '_'))
            .collect::<Vec<_>>()
    };
    assert_eq!(called(&report), ["BACKGROUND_SEARCH", "VALIDATE", "DETAIL"]);
    let all = ["SOURCING", "DOWNLOADJSON", "DETAIL", "VALIDATE", "BACKGROUND_SEARCH"];
    let file = gateway.files[SAP].replace("method = ", &format!("functions = {all:?}\nmethod = "));
    for file in [file.clone(), file.replace("\"post\"", "\"get\"")] {
        let report = go_by(&gateway.url("/"), &file, &wishes(Operation::Create, 2)).await;
        assert!(report.ok, "{report:#?}");
        assert_eq!(called(&report), all);
        assert!(detail(&report, "DOWNLOADJSON").starts_with("2 of "), "{report:#?}");
    }
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
