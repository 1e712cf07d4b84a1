//! The real program, killed with -9 under load again and again: what it answered is there afterwards.
//!
//! `PUNCHGATE_KILLS` says how often (20 without).

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use punchgate::{
    flow::secret::Secret,
    model::ids::{AgreementId, BuyerId, ConnectionId, OrderId, SessionId},
    shell::{
        app::{App, AppOptions, PublicUrl, SharedApp},
        capability::Purpose,
        clock::Clock,
        demo::{catalog, seed},
        operator::set_password,
        proxies::TrustedProxies,
        store::{
            StoreOptions,
            keys::{
                AgreementKey, BuyerKey, ConnectionKey, DepartureKey, OrderKey, OrderVersionKey,
                ReturnedCartKey, SenderKey, SessionKey,
            },
        },
    },
};

use crate::support::{BUYER, CxmlAnswer, Folder, OrderText, SetupText, try_send};

/// What the program acknowledged.
#[derive(Default)]
struct Acknowledged {
    visits: Vec<String>,
    returns: Vec<(String, u64)>,
    orders: Vec<(String, String)>,
    buyers: Vec<BuyerId>,
    connections: Vec<ConnectionId>,
    agreements: Vec<AgreementId>,
}

impl Acknowledged {
    fn extend(&mut self, more: Self) {
        self.visits.extend(more.visits);
        self.returns.extend(more.returns);
        self.orders.extend(more.orders);
        self.buyers.extend(more.buyers);
        self.connections.extend(more.connections);
        self.agreements.extend(more.agreements);
    }
}

const PASSWORD: &str = "correct horse battery";

async fn open(folder: &Folder) -> SharedApp {
    App::open(AppOptions {
        data: folder.0.clone(),
        public_url: PublicUrl::parse("http://127.0.0.1").unwrap(),
        trusted_proxies: TrustedProxies::default(),
        private_networks: Vec::new(),
        key: None,
        clock: Clock::System,
        store: StoreOptions { reserved_bytes: 0, ..StoreOptions::at(folder.0.join("store")) },
    })
    .await
    .unwrap()
}

/// The program on this folder; where buyers and where the operator find it.
fn serve(folder: &Folder) -> (Child, String, String) {
    let settings = folder.0.join("punchgate.toml");
    let text = format!(
        "data = \"{}\"\npublic_url = \"http://shop.test\"\nlisten = \"127.0.0.1:0\"\noperator_listen = \"127.0.0.1:0\"\n",
        folder.0.display()
    );
    std::fs::write(&settings, text).unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_punchgate"))
        .args(["--config", &settings.display().to_string(), "serve"])
        .env_remove("PUNCHGATE_KILLS")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
    let mut address = || {
        let line = lines.next().expect("the program says where it serves").unwrap();
        format!("http://{}", line.rsplit("http://").next().unwrap().trim_end_matches('/'))
    };
    let (public, operator) = (address(), address());
    // Its output is read to the end, so that it never waits for us.
    std::thread::spawn(move || lines.count());
    (program, public, operator)
}

/// An operator who creates buyers and connections on the pages; each is noted when its page has come.
async fn configure(base: String, numbers: Arc<AtomicU32>, noted: Arc<Mutex<Acknowledged>>) -> Option<()> {
    let form = ("content-type", "application/x-www-form-urlencoded");
    let fields = |pairs: &[(&str, &str)]| {
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
    };
    let login = fields(&[("password", PASSWORD)]);
    let reply = try_send("POST", &format!("{base}/login"), &[form], login).await?;
    let cookie = reply.header("set-cookie").split(';').next().unwrap().to_owned();
    let headers = [form, ("cookie", cookie.as_str())];
    let page = try_send("GET", &format!("{base}/buyers"), &headers, "").await?.text();
    let token = page.split(r#"name="token" value=""#).nth(1).expect("a form").split('"').next().unwrap();
    loop {
        let number = numbers.fetch_add(1, Ordering::Relaxed);
        let (id, identity) = (format!("made-{number}"), format!("NetworkID:MADE-{number}"));
        let buyer = fields(&[("token", token), ("id", &id), ("supplier", "nordhafen"), ("name", &id)]);
        let reply = try_send("POST", &format!("{base}/buyers"), &headers, buyer).await?;
        assert_eq!(reply.status, 303, "{}", reply.text());
        noted.lock().unwrap().buyers.push(id.parse().unwrap());
        let connection = fields(&[
            ("token", token),
            ("id", &id),
            ("buyer", &id),
            ("profile", "ariba"),
            ("overrides", ""),
            ("from", &identity),
            ("sender", ""),
            ("new_sender", &id),
            ("sender_identity", &identity),
            ("secret", ""),
            ("return_hosts", "https://buyer.example"),
        ]);
        let reply = try_send("POST", &format!("{base}/connections/new"), &headers, connection).await?;
        assert_eq!(reply.status, 200, "{}", reply.text());
        noted.lock().unwrap().connections.push(id.parse().unwrap());
    }
}

/// Agreements made by command beside the running program, until it is about to be killed.
fn agree(settings: &Path, going: &AtomicBool, numbers: &AtomicU32, noted: &Mutex<Acknowledged>) {
    while going.load(Ordering::Relaxed) {
        let id = format!("terms-{}", numbers.fetch_add(1, Ordering::Relaxed));
        let said = Command::new(env!("CARGO_BIN_EXE_punchgate"))
            .env_remove("PUNCHGATE_KILLS")
            .arg("--config")
            .arg(settings)
            .args(["agreement", "create", &id, "--supplier", "nordhafen", "--buyer", "kessler"])
            .args(["--name", "Terms", "--currency", "EUR", "--priority", "-1"])
            .output()
            .unwrap();
        if said.status.success() {
            noted.lock().unwrap().agreements.push(id.parse().unwrap());
        }
    }
}

/// One buyer after the other: setup, cart, return, order; each answer is noted when it has come.
async fn load(
    base: String,
    secret: String,
    numbers: Arc<AtomicU32>,
    noted: Arc<Mutex<Acknowledged>>,
) -> Option<()> {
    let xml = [("content-type", "text/xml")];
    let form = [("content-type", "application/x-www-form-urlencoded")];
    loop {
        let number = numbers.fetch_add(1, Ordering::Relaxed);
        let payload = format!("{number}@kill.test");
        let setup = SetupText { payload_id: &payload, secret: &secret, ..SetupText::default() }.ariba();
        let answer = CxmlAnswer::of(&try_send("POST", &format!("{base}/cxml"), &xml, setup).await?);
        assert_eq!(answer.code, 200, "{}", answer.text);
        let link = answer.start_page.unwrap().rsplit('/').next().unwrap().to_owned();
        noted.lock().unwrap().visits.push(link.clone());
        let entered = try_send("GET", &format!("{base}/start/{link}"), &[], "").await?;
        let visit = entered.header("location").to_owned();
        let add = format!("part={}&quantity=1", part());
        let added = try_send("POST", &format!("{base}{visit}cart/add"), &form, add).await?;
        assert_eq!(added.status, 303, "{}", added.text());
        let left = try_send("POST", &format!("{base}{visit}transfer"), &form, "revision=1").await?;
        assert_eq!(left.status, 303, "{}", left.text());
        noted.lock().unwrap().returns.push((link, 1));
        let order_id = format!("PO-{number}");
        let items = format!(
            r#"<ItemOut quantity="1"><ItemID><SupplierPartID>{}</SupplierPartID></ItemID></ItemOut>"#,
            part()
        );
        let order = OrderText {
            payload_id: &payload,
            secret: &secret,
            order_id: &order_id,
            attributes: "",
            items: &items,
        };
        let answer = CxmlAnswer::of(&try_send("POST", &format!("{base}/cxml"), &xml, order.ariba()).await?);
        assert_eq!(answer.code, 200, "{}", answer.text);
        noted.lock().unwrap().orders.push((order_id, answer.payload_id));
    }
}

/// A product that the buyer of the load has a price for.
fn part() -> &'static str {
    catalog::products().unwrap()[0].part.as_str()
}

async fn check(app: &App, noted: &Acknowledged) {
    let session =
        |link: &str| -> SessionId { app.capabilities.check(Purpose::Start, link).expect("our own link") };
    for link in &noted.visits {
        let row = app.store.get(&SessionKey { session: session(link) }).await.unwrap();
        assert!(row.is_some(), "a visit is gone");
    }
    for (link, revision) in &noted.returns {
        let key = DepartureKey { session: session(link), revision: *revision };
        let departure = app.store.get(&key).await.unwrap().expect("a returned cart is gone").value;
        let cart = app.store.get(&ReturnedCartKey { cart: departure.cart.unwrap() }).await.unwrap();
        assert_eq!(cart.expect("its snapshot is gone").value.lines, 1);
    }
    for (order_id, payload_id) in &noted.orders {
        let (supplier, buyer) = ("nordhafen".parse().unwrap(), "meridian".parse().unwrap());
        let key = OrderKey { supplier, buyer, order: OrderId::parse(order_id).unwrap() };
        let order = app.store.get(&key).await.unwrap().expect("an order is gone").value;
        assert_eq!(order.versions.len(), 1, "once and whole");
        assert_eq!(
            order.versions[0].recorded.payload_id.as_str(),
            payload_id,
            "with the answer that was given"
        );
        let OrderKey { supplier, buyer, order } = key;
        let version = OrderVersionKey { supplier, buyer, order, number: 1 };
        assert!(app.store.get(&version).await.unwrap().is_some(), "its version is gone");
    }
    for buyer in &noted.buyers {
        let row = app.store.get(&BuyerKey { buyer: buyer.clone() }).await.unwrap();
        assert!(row.is_some(), "buyer {buyer} is gone");
    }
    for agreement in &noted.agreements {
        let key = AgreementKey { agreement: agreement.clone(), version: 1 };
        assert!(app.store.get(&key).await.unwrap().is_some(), "agreement {agreement} is gone");
    }
    for connection in &noted.connections {
        let key = ConnectionKey { connection: connection.clone() };
        let made = app.store.get(&key).await.unwrap().expect("a connection is gone").value;
        assert_eq!(made.buyer.as_str(), connection.as_str());
        let sender = SenderKey { sender: connection.as_str().parse().unwrap() };
        assert!(app.store.get(&sender).await.unwrap().is_some(), "its sender is gone");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn what_was_answered_survives_kill_minus_nine() {
    let kills: u32 = std::env::var("PUNCHGATE_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(20);
    let folder = Folder::new("kill");
    let app = open(&folder).await;
    let some = &catalog::products().unwrap()[..40];
    let buyers = seed::seed(&app, some, BUYER).await.unwrap();
    let line = buyers[0].file.lines().find(|line| line.starts_with("secret = ")).unwrap();
    let secret = line.split('"').nth(1).unwrap().to_owned();
    set_password(&app, &Secret::new(PASSWORD)).await.unwrap();
    app.store.close().await.unwrap();
    drop(app);
    let (noted, numbers) = (Arc::new(Mutex::new(Acknowledged::default())), Arc::new(AtomicU32::new(0)));
    let mut all = Acknowledged::default();
    for kill in 0..kills {
        let (mut program, base, operator) = serve(&folder);
        let mut tasks: Vec<_> = (0..8)
            .map(|_| tokio::spawn(load(base.clone(), secret.clone(), numbers.clone(), noted.clone())))
            .collect();
        tasks.push(tokio::spawn(configure(operator, numbers.clone(), noted.clone())));
        let going = Arc::new(AtomicBool::new(true));
        let agreeing = {
            let settings = folder.0.join("punchgate.toml");
            let (going, numbers, noted) = (going.clone(), numbers.clone(), noted.clone());
            tokio::task::spawn_blocking(move || agree(&settings, &going, &numbers, &noted))
        };
        // A different moment each time, from the first order on.
        let began = punchgate::shell::clock::Stopwatch::start();
        let busy = |noted: &Acknowledged| {
            !(noted.orders.is_empty() || noted.connections.is_empty() || noted.agreements.is_empty())
        };
        while !busy(&noted.lock().unwrap()) {
            assert!(began.elapsed() < Duration::from_secs(60), "nothing is answered");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        tokio::time::sleep(Duration::from_millis(u64::from(kill * 37 % 200))).await;
        going.store(false, Ordering::Relaxed);
        program.kill().unwrap();
        program.wait().unwrap();
        for task in tasks {
            task.await.unwrap();
        }
        agreeing.await.unwrap();
        let app = open(&folder).await;
        let of_this_run = std::mem::take(&mut *noted.lock().unwrap());
        check(&app, &of_this_run).await;
        app.store.close().await.unwrap();
        all.extend(of_this_run);
    }
    let app = open(&folder).await;
    check(&app, &all).await;
    let configured = (all.connections.len(), all.agreements.len());
    let counts = (all.visits.len(), all.returns.len(), all.orders.len(), configured);
    println!(
        "{kills} kills; acknowledged visits, returned carts, orders, (connections, agreements): {counts:?}"
    );
    assert!(all.orders.len() > kills as usize, "there was load: {counts:?}");
    app.store.close().await.unwrap();
}
