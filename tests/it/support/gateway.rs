//! A gateway on a real socket and a real disk, with the sample supplier and its buyers, and somebody to talk to it.

use std::{
    net::SocketAddr,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use super::Folder;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{HeaderMap, Request, StatusCode};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use punchgate::{
    model::{catalog::Product, ids::TransactionId},
    shell::{
        app::{App, AppOptions, PublicUrl, SharedApp},
        clock::Clock,
        demo::{catalog, seed},
        proxies::{Network, TrustedProxies},
        records::Transaction,
        server::{Listener, Patience, Server},
        store::{DocumentId, Scan, StoreOptions, keys::TransactionKey},
        web::public_router,
    },
    wire::xml::{Document, Element},
};

/// Origin of the buyer's page in these tests.
pub(crate) const BUYER: &str = "http://buyer.test:8080";

/// A running gateway.
pub(crate) struct Gateway {
    pub(crate) app: SharedApp,
    pub(crate) address: SocketAddr,
    /// Connection files of the sample buyers: Ariba-like, Coupa-like, SAP-like.
    pub(crate) files: Vec<String>,
    clock: Arc<AtomicI64>,
    server: Option<Server>,
    folder: Folder,
}

/// 2026-11-02T09:00:00Z, in milliseconds.
const START: i64 = 1_793_610_000_000;

impl Gateway {
    /// A gateway with every twentieth product of the sample catalog, at a fixed time.
    pub(crate) async fn start(name: &str) -> Self {
        let folder = Folder::new(name);
        let clock = Arc::new(AtomicI64::new(START));
        let (app, address, server) = open(&folder.0, &clock).await;
        let some: Vec<Product> = catalog::products().unwrap().iter().step_by(20).cloned().collect();
        let buyers = seed::seed(&app, some.leak(), BUYER).await.unwrap();
        let files = buyers.into_iter().map(|buyer| buyer.file).collect();
        Self { app, address, files, clock, server: Some(server), folder }
    }

    /// A gateway without a supplier, at the same time.
    pub(crate) async fn empty(name: &str) -> Self {
        let folder = Folder::new(name);
        let clock = Arc::new(AtomicI64::new(START));
        let (app, address, server) = open(&folder.0, &clock).await;
        Self { app, address, files: Vec::new(), clock, server: Some(server), folder }
    }

    /// Stops cleanly and starts again on the same data.
    pub(crate) async fn restart(mut self) -> Self {
        self.stop().await;
        let (app, address, server) = open(&self.folder.0, &self.clock).await;
        Self { app, address, server: Some(server), ..self.take() }
    }

    fn take(self) -> Self {
        self
    }

    pub(crate) async fn stop(&mut self) {
        if let Some(server) = self.server.take() {
            server.stopper().stop();
            server.finished().await.unwrap();
        }
    }

    /// Stops cleanly and leaves the data to another process.
    pub(crate) async fn leave(mut self) -> Folder {
        self.stop().await;
        self.folder
    }

    /// Lets time pass.
    pub(crate) fn pass(&self, seconds: i64) {
        self.clock.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The secret in a sample connection file.
    pub(crate) fn secret(&self, buyer: usize) -> String {
        let file = &self.files[buyer];
        let line = file.lines().find(|line| line.starts_with("secret = ")).unwrap();
        line.split('"').nth(1).unwrap().to_owned()
    }

    /// Every recorded document with its copy and the copy of its answer, newest first.
    pub(crate) async fn records(&self) -> Vec<(Transaction, String, String)> {
        let mut records = Vec::new();
        for (_, row) in self.app.store.scan(Scan::<TransactionKey>::table()).await.unwrap() {
            let transaction = row.value;
            let document = self.document(transaction.document).await;
            let answer = self.document(transaction.answer).await;
            records.push((transaction, document, answer));
        }
        records
    }

    async fn document(&self, id: Option<TransactionId>) -> String {
        let Some(id) = id else { return String::new() };
        let bytes = self.app.store.document(&DocumentId::new(*id.bytes())).await.unwrap().unwrap();
        String::from_utf8(bytes).unwrap()
    }

    /// The password of the SAP-like buyer's calls.
    pub(crate) fn oci_password(&self) -> String {
        let value = self.files[2].split("\"PASSWORD\", value = \"").nth(1).unwrap();
        value.split('"').next().unwrap().to_owned()
    }

    /// Posts a cXML document.
    pub(crate) async fn cxml(&self, document: impl Into<Bytes>) -> CxmlAnswer {
        let headers = [("content-type", "text/xml; charset=UTF-8")];
        let reply = send("POST", &self.url("/cxml"), &headers, document).await;
        CxmlAnswer::of(&reply)
    }
}

async fn open(folder: &Path, clock: &Arc<AtomicI64>) -> (SharedApp, SocketAddr, Server) {
    let listener = Listener::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = listener.address();
    let options = AppOptions {
        data: folder.to_owned(),
        public_url: PublicUrl::parse(&format!("http://{address}")).unwrap(),
        trusted_proxies: TrustedProxies::default(),
        private_networks: vec![Network::parse("127.0.0.1").unwrap()],
        key: None,
        clock: Clock::Set(Arc::clone(clock)),
        store: StoreOptions { reserved_bytes: 0, ..StoreOptions::at(folder.join("store")) },
    };
    let app = App::open(options).await.unwrap();
    let router = public_router(Arc::clone(&app));
    let server = Server::start(app.store.clone(), vec![(listener, router)], Patience::default());
    (app, address, server)
}

/// An HTTP answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Reply {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// One request to somebody who may go away: `None` then.
pub(crate) async fn try_send(
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    body: impl Into<Bytes>,
) -> Option<Reply> {
    let client = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
    let mut request = Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = client.request(request.body(Full::new(body.into())).unwrap()).await.ok()?;
    let (parts, body) = answer.into_parts();
    let body = body.collect().await.ok()?.to_bytes();
    Some(Reply { status: parts.status, headers: parts.headers, body })
}

/// One request; redirects are not followed.
pub(crate) async fn send(method: &str, url: &str, headers: &[(&str, &str)], body: impl Into<Bytes>) -> Reply {
    try_send(method, url, headers, body).await.expect("an answer")
}

pub(crate) async fn get(url: &str) -> Reply {
    send("GET", url, &[], "").await
}

pub(crate) async fn post_form(url: &str, fields: &[(&str, &str)]) -> Reply {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    send("POST", url, &[("content-type", "application/x-www-form-urlencoded")], body).await
}

/// A cXML Response.
#[derive(Debug)]
pub(crate) struct CxmlAnswer {
    pub(crate) code: u16,
    pub(crate) cause: String,
    pub(crate) payload_id: String,
    pub(crate) start_page: Option<String>,
    pub(crate) text: String,
}

impl CxmlAnswer {
    /// Reads an answer that must be HTTP 200 with a valid document.
    pub(crate) fn of(reply: &Reply) -> Self {
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
        assert_eq!(reply.header("content-type"), "text/xml; charset=UTF-8");
        let text = reply.text();
        let document: Document = text.parse().unwrap_or_else(|error| panic!("{error}\n{text}"));
        let response = document.root().required("Response").unwrap();
        let status = response.required("Status").unwrap();
        let start = response.optional("PunchOutSetupResponse").unwrap();
        let url = |setup: Element<'_>| {
            let page = setup.required("StartPage").unwrap().required("URL").unwrap();
            page.trimmed_text().into_owned()
        };
        Self {
            code: status.required_attribute("code").unwrap().parse().unwrap(),
            cause: status.text().into_owned(),
            payload_id: document.root().required_attribute("payloadID").unwrap().to_owned(),
            start_page: start.map(url),
            text: text.clone(),
        }
    }
}

/// The parts of a setup request that tests vary.
pub(crate) struct SetupText<'a> {
    pub(crate) payload_id: &'a str,
    pub(crate) operation: &'a str,
    pub(crate) secret: &'a str,
    pub(crate) cookie: &'a str,
    pub(crate) hook: &'a str,
    pub(crate) more: &'a str,
}

impl Default for SetupText<'_> {
    fn default() -> Self {
        Self {
            payload_id: "1@buyer.test",
            operation: "create",
            secret: "",
            cookie: "cookie-1",
            hook: "http://buyer.test:8080/return?~=1&amp;x=y",
            more: "",
        }
    }
}

impl SetupText<'_> {
    /// The document of the Ariba-like buyer.
    pub(crate) fn ariba(&self) -> String {
        self.text(
            ("NetworkID", "AN01000000777-T"),
            ("NetworkID", "AN01000000042-T"),
            ("NetworkID", "AN01000099999-T"),
        )
    }

    /// The document of the Coupa-like buyer.
    pub(crate) fn coupa(&self) -> String {
        self.text(("DUNS", "817654321"), ("DUNS", "301234567"), ("DUNS", "817654321"))
    }

    fn text(&self, from: (&str, &str), to: (&str, &str), sender: (&str, &str)) -> String {
        let Self { payload_id, operation, secret, cookie, hook, more } = self;
        let header = header(from, to, sender, secret);
        format!(
            r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/1.2.014/cXML.dtd">
<cXML payloadID="{payload_id}" timestamp="2026-11-02T09:00:00+00:00" xml:lang="en-US">
{header}
  <Request>
    <PunchOutSetupRequest operation="{operation}">
      <BuyerCookie>{cookie}</BuyerCookie>
      <Extrinsic name="UniqueName">jdoe</Extrinsic>
      <BrowserFormPost><URL>{hook}</URL></BrowserFormPost>
      {more}
    </PunchOutSetupRequest>
  </Request>
</cXML>"#
        )
    }
}

fn header(from: (&str, &str), to: (&str, &str), sender: (&str, &str), secret: &str) -> String {
    let credential = |(domain, identity): (&str, &str), secret: &str| {
        format!(r#"<Credential domain="{domain}"><Identity>{identity}</Identity>{secret}</Credential>"#)
    };
    format!(
        "  <Header>\n    <From>{}</From>\n    <To>{}</To>\n    <Sender>{}<UserAgent>test</UserAgent></Sender>\n  </Header>",
        credential(from, ""),
        credential(to, ""),
        credential(sender, &format!("<SharedSecret>{secret}</SharedSecret>")),
    )
}

/// The parts of an order that tests vary.
pub(crate) struct OrderText<'a> {
    pub(crate) payload_id: &'a str,
    pub(crate) secret: &'a str,
    pub(crate) order_id: &'a str,
    pub(crate) attributes: &'a str,
    pub(crate) items: &'a str,
}

impl OrderText<'_> {
    /// The document of the Ariba-like buyer.
    pub(crate) fn ariba(&self) -> String {
        let Self { payload_id, secret, order_id, attributes, items } = self;
        let header = header(
            ("NetworkID", "AN01000000777-T"),
            ("NetworkID", "AN01000000042-T"),
            ("NetworkID", "AN01000099999-T"),
            secret,
        );
        format!(
            r#"<cXML payloadID="{payload_id}" timestamp="2026-11-02T09:00:00+00:00">
{header}
  <Request>
    <OrderRequest>
      <OrderRequestHeader orderID="{order_id}" orderDate="2026-11-02" {attributes}>
        <Total><Money currency="EUR">1.00</Money></Total>
        <BillTo><Address><Name xml:lang="en">Meridian</Name></Address></BillTo>
      </OrderRequestHeader>
      {items}
    </OrderRequest>
  </Request>
</cXML>"#
        )
    }
}
