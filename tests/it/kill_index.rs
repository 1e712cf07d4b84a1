//! The real program, killed under load over HTTP, its index deleted or garbled in between: every order that was
//! answered is there, once and whole. `PUNCHGATE_KILLS` sets how often.

use std::collections::{BTreeSet, VecDeque};
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use punchgate::shell::store::keys::{OrderByTimeKey, OrderKey, OrderVersionKey};
use punchgate::shell::store::{DocumentId, Scan, Store, StoreOptions};

use crate::support::{Gateway, OrderText};

const CLIENTS: u64 = 8;

/// A process that serves, killed when dropped.
struct Served {
    child: Child,
    address: String,
}

impl Served {
    async fn start(data: &Path) -> Self {
        let port = || std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let (address, operator) = (port(), port());
        let mut command = Command::new(env!("CARGO_BIN_EXE_punchgate"));
        command.arg("serve").current_dir(data).stdout(Stdio::null()).stderr(Stdio::null());
        // A setting of this test is none of the program's.
        command.env_remove("PUNCHGATE_KILLS");
        command.env("PUNCHGATE_DATA", data).env("PUNCHGATE_PUBLIC_URL", format!("http://{address}"));
        command.env("PUNCHGATE_LISTEN", &address).env("PUNCHGATE_OPERATOR_LISTEN", &operator);
        let mut served = Self { child: command.spawn().unwrap(), address };
        // It listens before it serves: only an answer tells.
        let client = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
        for _ in 0..600 {
            let request = Request::get(format!("http://{}/healthz", served.address));
            if client.request(request.body(Full::default()).unwrap()).await.is_ok() {
                return served;
            }
            if let Some(status) = served.child.try_wait().unwrap() {
                panic!("it does not start: {status}");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("it does not serve");
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[derive(Debug, Default)]
struct Orders {
    next: u64,
    /// Sent, and the answer did not come.
    open: VecDeque<u64>,
    answered: BTreeSet<u64>,
}

impl Orders {
    fn take(&mut self) -> u64 {
        self.open.pop_front().unwrap_or_else(|| {
            self.next += 1;
            self.next
        })
    }
}

/// Sends orders until an answer does not come.
async fn send_orders(address: String, secret: String, orders: Arc<Mutex<Orders>>) {
    let client = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
    loop {
        let number = orders.lock().unwrap().take();
        let text = OrderText {
            payload_id: &format!("{number}@kill.test"),
            secret: &secret,
            order_id: &format!("PO-{number}"),
            attributes: "",
            items: r#"<ItemOut quantity="1" lineNumber="1"><ItemID><SupplierPartID>X-1</SupplierPartID></ItemID>
<ItemDetail><UnitPrice><Money currency="EUR">1.00</Money></UnitPrice><Description xml:lang="en">x</Description><UnitOfMeasure>EA</UnitOfMeasure>
<Classification domain="UNSPSC">1</Classification></ItemDetail></ItemOut>"#,
        };
        let request = Request::post(format!("http://{address}/cxml")).header("content-type", "text/xml");
        let answer = client.request(request.body(Full::new(Bytes::from(text.ariba()))).unwrap()).await;
        let body = match answer {
            Ok(answer) => answer.into_body().collect().await,
            Err(_) => return orders.lock().unwrap().open.push_back(number),
        };
        let Ok(body) = body else { return orders.lock().unwrap().open.push_back(number) };
        let text = String::from_utf8_lossy(&body.to_bytes()).into_owned();
        let mut orders = orders.lock().unwrap();
        if text.contains(r#"code="200""#) {
            orders.answered.insert(number);
        } else {
            assert!(text.contains(r#"code="560""#), "{text}");
            orders.open.push_back(number);
        }
    }
}

/// What may have happened to the index meanwhile.
fn harm_index(store: &Path, kill: u64) {
    match kill % 6 {
        2 => fs::remove_dir_all(store.join("index")).unwrap(),
        4 => {
            let newest = fs::read_dir(store.join("index")).unwrap().map(|entry| entry.unwrap().path()).max();
            let path = newest.unwrap().join("db");
            let mut bytes = fs::read(&path).unwrap();
            for at in (0..bytes.len()).step_by(509) {
                bytes[at] ^= 0x55;
            }
            fs::write(path, bytes).unwrap();
        }
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_with_its_index_harmed_every_answered_order_is_there_once_and_whole() {
    let kills = std::env::var("PUNCHGATE_KILLS").map_or(10, |kills| kills.parse().unwrap());
    let gateway = Gateway::start("kill-index").await;
    let secret = gateway.secret(0);
    let folder = gateway.leave().await;
    let orders = Arc::new(Mutex::new(Orders::default()));
    let mut state = 88_172_645_463_325_252_u64;
    for kill in 0..kills {
        let mut served = Served::start(&folder.0).await;
        let tasks: Vec<_> = (0..CLIENTS)
            .map(|_| tokio::spawn(send_orders(served.address.clone(), secret.clone(), Arc::clone(&orders))))
            .collect();
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        tokio::time::sleep(Duration::from_millis(30 + state % 400)).await;
        served.child.kill().unwrap();
        for task in tasks {
            task.await.unwrap();
        }
        drop(served);
        harm_index(&folder.0.join("store"), kill);
    }

    let store = Store::open(StoreOptions::at(folder.0.join("store"))).await.unwrap();
    let orders = std::mem::take(&mut *orders.lock().unwrap());
    assert!(orders.answered.len() as u64 > kills, "{} orders", orders.answered.len());
    let mut found = BTreeSet::new();
    for (key, row) in store.scan(Scan::<OrderKey>::table()).await.unwrap() {
        let number: u64 = key.order.as_str().strip_prefix("PO-").unwrap().parse().unwrap();
        assert_eq!(row.value.versions.len(), 1, "order {number} came once, however often it was sent");
        let OrderKey { supplier, buyer, order } = key;
        let version = OrderVersionKey { supplier, buyer, order, number: 1 };
        let version = store.get(&version).await.unwrap().unwrap().value;
        let lines = store.document(&DocumentId::new(*version.lines.bytes())).await.unwrap();
        assert!(lines.is_some_and(|lines| !lines.is_empty()), "order {number} has lines");
        found.insert(number);
    }
    let by_time = store.scan(Scan::<OrderByTimeKey>::table()).await.unwrap();
    assert_eq!(by_time.len(), found.len());
    let lost: Vec<_> = orders.answered.difference(&found).collect();
    assert!(lost.is_empty(), "answered and lost: {lost:?}");
    let waiting: BTreeSet<u64> = orders.open.iter().copied().collect();
    assert!(found.difference(&orders.answered).all(|number| waiting.contains(number)));
    println!("{kills} kills, {} orders answered, {} found", orders.answered.len(), found.len());
    store.close().await.unwrap();
}
