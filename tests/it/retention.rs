//! What is removed when its time is over, or when a user is to be forgotten, and what stays.

use jiff::{SignedDuration, Timestamp};
use punchgate::shell::retention::{Removed, Retention, erase_user, sweep};
use punchgate::shell::store::keys::{
    CartKey, OrderKey, SessionKey, SessionTransactionKey, SetupReplyKey, TransactionKey,
};
use punchgate::shell::store::{DocumentId, Key, Scan};

use crate::support::{Gateway, OrderText, SetupText};

async fn rows<K: Key>(gateway: &Gateway) -> usize {
    gateway.app.store.scan(Scan::<K>::table()).await.unwrap().len()
}

/// Two visits and an order.
async fn busy(name: &str) -> Gateway {
    let gateway = Gateway::start(name).await;
    let secret = gateway.secret(0);
    for payload_id in ["1@buyer.test", "2@buyer.test"] {
        let setup = SetupText { secret: &secret, payload_id, ..SetupText::default() };
        assert_eq!(gateway.cxml(setup.ariba()).await.code, 200);
    }
    let items = r#"<ItemOut quantity="1" lineNumber="1"><ItemID><SupplierPartID>X-1</SupplierPartID></ItemID>
<ItemDetail><UnitPrice><Money currency="EUR">1.00</Money></UnitPrice><Description xml:lang="en">x</Description><UnitOfMeasure>EA</UnitOfMeasure>
<Classification domain="UNSPSC">1</Classification></ItemDetail></ItemOut>"#;
    let order =
        OrderText { payload_id: "o@buyer.test", secret: &secret, order_id: "PO-1", attributes: "", items };
    assert_eq!(gateway.cxml(order.ariba()).await.code, 200);
    gateway
}

#[tokio::test]
async fn what_is_over_goes_and_orders_stay() {
    let gateway = busy("retention").await;
    let store = &gateway.app.store;
    let now: Timestamp = gateway.app.now();
    let after = |days: i64| now.checked_add(SignedDuration::from_hours(24 * days)).unwrap();
    let retention = Retention::default();
    assert_eq!(sweep(store, &retention, now).await.unwrap(), Removed::default());
    let records = rows::<TransactionKey>(&gateway).await;

    let removed = sweep(store, &retention, after(91)).await.unwrap();
    assert_eq!((removed.visits, removed.replies, removed.records), (2, 2, 0));
    assert_eq!(rows::<SessionKey>(&gateway).await, 0);
    assert_eq!(rows::<CartKey>(&gateway).await + rows::<SessionTransactionKey>(&gateway).await, 0);
    assert_eq!(rows::<SetupReplyKey>(&gateway).await, 0);
    assert_eq!(rows::<TransactionKey>(&gateway).await, records);

    let removed = sweep(store, &retention, after(366)).await.unwrap();
    assert_eq!(removed.records, records as u64 - 1);
    assert_eq!(rows::<OrderKey>(&gateway).await, 1);
    let left = store.scan(Scan::<TransactionKey>::table()).await.unwrap();
    let document = left[0].1.value.document.unwrap();
    assert!(store.document(&DocumentId::new(*document.bytes())).await.unwrap().is_some());
    assert_eq!(left.len(), 1);
    assert_eq!(sweep(store, &retention, after(366)).await.unwrap(), Removed::default());
}

#[tokio::test]
async fn a_user_is_forgotten_down_to_the_documents() {
    let gateway = busy("erasure").await;
    let store = &gateway.app.store;
    let records = gateway.records().await;
    let documents: Vec<_> = records.iter().filter(|(record, ..)| record.order.is_none()).collect();
    assert!(documents.iter().any(|(_, document, _)| document.contains("jdoe")));
    assert_eq!(erase_user(store, |_| false).await.unwrap(), 0);
    assert_eq!(erase_user(store, |_| true).await.unwrap(), 2);
    assert_eq!(rows::<SessionKey>(&gateway).await, 0);
    assert_eq!(rows::<OrderKey>(&gateway).await, 1);
    for (record, ..) in documents {
        assert!(record.session.is_some(), "a setup belongs to its visit");
        let id = DocumentId::new(*record.document.unwrap().bytes());
        assert_eq!(store.document(&id).await.unwrap(), None);
    }
    assert!(gateway.records().await.iter().all(|(_, document, _)| !document.contains("jdoe")));
}
