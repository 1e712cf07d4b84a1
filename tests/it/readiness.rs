//! What is left before a connection goes live, and what pre-flight does on the way: over real sockets.

use punchgate::{
    flow::{cart::Effect, setup::Operation},
    model::{ids::ConnectionId, party::ConnectionState},
    shell::{
        buyer::{
            client::Client,
            connection::BuyerConnection,
            report::Report,
            round::{Wishes, go_round},
        },
        onboarding::{readiness, set_fields, set_state},
        store::{Scan, keys::ReturnedLineKey},
    },
};
use serde_json::{Map, Value, json};
use url::Url;

use crate::support::Gateway;

const COUPA: usize = 1;

async fn go(gateway: &Gateway, item: Option<&str>, lines: usize) -> Report {
    let connection = BuyerConnection::read(&gateway.files[COUPA], |_| None).unwrap();
    let base = Url::parse(&gateway.url("/")).unwrap();
    let item = item.map(str::to_owned);
    let wishes = Wishes { operation: Operation::Create, item, search: None, lines, fault: None };
    go_round(&Client::new(None).unwrap(), &connection, Some(&base), &wishes, &mut |_| {}).await
}

fn coupa() -> ConnectionId {
    ConnectionId::parse("harbor-coupa").unwrap()
}

async fn set(gateway: &Gateway, fields: Value) {
    let fields: Map<String, Value> = fields.as_object().cloned().unwrap();
    set_fields(&gateway.app, &coupa(), &fields, &[]).await.unwrap();
}

#[tokio::test]
async fn a_step_is_done_only_when_its_document_was_seen_in_test() {
    let gateway = Gateway::start("steps").await;
    let done = async |gateway: &Gateway| {
        let readiness = readiness(&gateway.app, &coupa()).await.unwrap().unwrap();
        readiness.steps.iter().map(|step| step.seen.is_some()).collect::<Vec<_>>()
    };
    assert!(go(&gateway, None, 1).await.ok);
    assert_eq!(done(&gateway).await, [false; 3], "what counts proves nothing: it was live");
    set_state(&gateway.app, &coupa(), ConnectionState::Test).await.unwrap();
    let mut wrong = BuyerConnection::read(&gateway.files[COUPA], |_| None).unwrap();
    wrong.cxml.as_mut().unwrap().secret = punchgate::flow::secret::Secret::new("wrong");
    assert_eq!(done(&gateway).await, [false; 3]);
    assert!(go(&gateway, None, 2).await.ok);
    assert_eq!(done(&gateway).await, [true; 3]);
}

#[tokio::test]
async fn an_unmapped_unit_is_told_before_it_stops_anybody() {
    let gateway = Gateway::start("unmapped").await;
    let report = async || readiness(&gateway.app, &coupa()).await.unwrap().unwrap().assortment.unwrap();
    let before = report().await;
    assert!(before.products > 100, "{before:?}");
    let stops = |gaps: &[punchgate::shell::onboarding::Gap]| {
        let stopping = gaps.iter().filter(|gap| gap.effect == Effect::Stopped);
        stopping.map(|gap| gap.what.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(stops(&before.gaps), Vec::<String>::new());
    set(&gateway, json!({"units_otherwise": "refuse"})).await;
    let found = stops(&report().await.gaps);
    assert!(found.iter().any(|what| what == "unit BX is not in the connection's mapping"), "{found:?}");
    for unit in found.iter().filter_map(|what| what.split(' ').nth(1)) {
        set(&gateway, json!({"units": {unit: unit}})).await;
    }
    assert_eq!(stops(&report().await.gaps), Vec::<String>::new());
}

/// The platform takes numbers of at most three characters: nothing can be put into the cart, and the page says why.
#[tokio::test]
async fn what_the_platform_refuses_does_not_come_into_the_cart() {
    let gateway = Gateway::start("refused-part").await;
    set(&gateway, json!({"part_length": 3})).await;
    let report = go(&gateway, None, 1).await;
    assert!(!report.ok);
    let step = report.steps.last().unwrap().name.clone();
    assert_eq!(step, "add to cart", "{report:#?}");
    set(&gateway, json!({"preflight": "warn"})).await;
    let report = go(&gateway, None, 1).await;
    assert!(report.ok, "{report:#?}");
    let lines = gateway.app.store.scan(Scan::<ReturnedLineKey>::table()).await.unwrap();
    let told: Vec<String> = lines
        .iter()
        .flat_map(|(_, line)| &line.value.findings)
        .map(|finding| finding.what.to_string())
        .collect();
    assert!(told.iter().any(|what| what.contains("the platform takes 3")), "{told:?}");
}
