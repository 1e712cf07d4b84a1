//! What is removed when its time is over, or when a user is to be forgotten, and what stays.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use punchgate::shell::retention::{Erased, Person, Removed, Retention, erase_user, sweep};
use punchgate::shell::store::keys::{
    CartKey, OrderKey, SessionKey, SessionTransactionKey, SetupReplyKey, TransactionKey,
};
use punchgate::shell::store::{DocumentId, Key, Scan, Store, StoreOptions};

use crate::support::{Gateway, OrderText, SetupText};

async fn rows<K: Key>(gateway: &Gateway) -> usize {
    gateway.app.store.scan(Scan::<K>::table()).await.unwrap().len()
}

/// Two visits and an order.
async fn busy(name: &str) -> Gateway {
    let gateway = Gateway::start(name).await;
    shop(&gateway).await;
    gateway
}

async fn shop(gateway: &Gateway) {
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
    let jdoe = |buyer: &str| Person { buyer: buyer.parse().unwrap(), called: "JDOE".to_owned() };
    let nobody = Person { called: "jdo".to_owned(), ..jdoe("meridian") };
    for other in [nobody, jdoe("halvorsen")] {
        assert_eq!(erase_user(store, |visit| other.is_of(visit)).await.unwrap(), Erased::default());
    }
    let erased = erase_user(store, |visit| jdoe("meridian").is_of(visit)).await.unwrap();
    assert_eq!(erased, Erased { visits: 2, records: 2, orders_kept: 0 });
    assert_eq!(rows::<SessionKey>(&gateway).await, 0);
    assert_eq!(rows::<OrderKey>(&gateway).await, 1);
    for (record, ..) in documents {
        assert!(record.session.is_some(), "a setup belongs to its visit");
        let id = DocumentId::new(*record.document.unwrap().bytes());
        assert_eq!(store.document(&id).await.unwrap(), None);
    }
    assert!(gateway.records().await.iter().all(|(_, document, _)| !document.contains("jdoe")));
}

/// The program on a folder, ended in order.
struct Serving(Child);

impl Serving {
    fn start(data: &Path, keep_days: &str) -> Self {
        let child = command(data, keep_days)
            .arg("serve")
            .stdout(Stdio::null())
            .stderr(File::create(data.join("log")).unwrap())
            .spawn()
            .unwrap();
        Self(child)
    }

    /// Waits until the log says so.
    fn until(&mut self, data: &Path, words: &str) -> String {
        for _ in 0..600 {
            let log = fs::read_to_string(data.join("log")).unwrap();
            if log.contains(words) {
                return log;
            }
            assert_eq!(self.0.try_wait().unwrap(), None, "{log}");
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("{}", fs::read_to_string(data.join("log")).unwrap());
    }

    fn end(mut self) {
        let pid = self.0.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        assert!(self.0.wait().unwrap().success());
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn command(data: &Path, keep_days: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_punchgate"));
    command.current_dir(data).env("PUNCHGATE_DATA", data).env("PUNCHGATE_PUBLIC_URL", "http://shop.test");
    command.env("PUNCHGATE_LISTEN", "127.0.0.1:0").env("PUNCHGATE_OPERATOR_LISTEN", "127.0.0.1:0");
    for key in ["VISITS", "CARTS", "RECORDS"] {
        command.env(format!("PUNCHGATE_KEEP_{key}_DAYS"), keep_days);
    }
    command
}

fn journal_holds(data: &Path, text: &str) -> bool {
    let files = fs::read_dir(data.join("store/journal")).unwrap().map(|entry| entry.unwrap().path());
    files.into_iter().any(|file| holds(&fs::read(file).unwrap(), text.as_bytes()))
}

fn holds(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|part| part == text)
}

#[tokio::test]
async fn serving_removes_what_the_settings_no_longer_keep_and_compacts() {
    let gateway = Gateway::start("retention-serve").await;
    gateway.pass(-400 * 24 * 3600);
    shop(&gateway).await;
    let folder = gateway.leave().await;
    let data = folder.0.as_path();
    assert!(journal_holds(data, "jdoe"));
    let mut serving = Serving::start(data, "30");
    let log = serving.until(data, "the journal was compacted");
    assert!(log.contains("visits=2") && log.contains("records=2"), "{log}");
    serving.end();
    assert!(!journal_holds(data, "jdoe"), "nor does the journal");
    let store = Store::open(StoreOptions::at(data.join("store"))).await.unwrap();
    assert_eq!(store.scan(Scan::<SessionKey>::table()).await.unwrap().len(), 0);
    assert_eq!(store.scan(Scan::<OrderKey>::table()).await.unwrap().len(), 1);
    store.close().await.unwrap();
}

#[tokio::test]
async fn a_user_is_erased_by_command_while_the_gateway_serves() {
    let folder = busy("erase-serve").await.leave().await;
    let data = folder.0.as_path();
    let mut serving = Serving::start(data, "36500");
    serving.until(data, "");
    while !data.join("commands").exists() {
        std::thread::sleep(Duration::from_millis(50));
    }
    let run = |arguments: &[&str]| {
        let output = command(data, "36500").args(["erase", "user"]).args(arguments).output().unwrap();
        let (out, err) =
            (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        (output.status.code().unwrap(), out + &err)
    };
    let (code, said) = run(&["--buyer", "nobody", "jdoe"]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("there is no buyer nobody"), "{said}");
    let (code, said) = run(&["--buyer", "meridian", "somebody else"]);
    assert!(code == 1 && said.contains("nothing is removed"), "{said}");
    let (code, said) = run(&["--buyer", "meridian", "jdoe", "--dry-run"]);
    assert!(code == 0 && said.contains("2 visits are theirs"), "{said}");
    assert!(journal_holds(data, "jdoe"));
    let (code, said) = run(&["--buyer", "meridian", "jdoe"]);
    assert!(code == 0 && said.contains("2 visits and 2 documents"), "{said}");
    assert!(!journal_holds(data, "jdoe"));
    serving.end();
    let store = Store::open(StoreOptions::at(data.join("store"))).await.unwrap();
    assert_eq!(store.scan(Scan::<SessionKey>::table()).await.unwrap().len(), 0);
    assert_eq!(store.scan(Scan::<OrderKey>::table()).await.unwrap().len(), 1, "orders stay");
    store.close().await.unwrap();
}
