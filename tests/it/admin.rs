//! The operator's pages over real sockets.

use std::{collections::BTreeSet, net::SocketAddr};

use hyper::StatusCode;
use punchgate::{
    flow::{cart::Change, secret::Secret},
    model::{hook_url::OriginPattern, ids::ConnectionId, party::ConnectionState},
    shell::{
        demo::catalog,
        operator::{first_password, set_password, verify_password},
        records::HostRole,
        server::{Listener, Patience, Server},
        store::{
            Scan,
            keys::{BuyerKey, ConnectionKey, SeenHostKey},
        },
        web::{admin::admin_router, visit::Visit},
    },
};
use scraper::{Html, Selector};

use crate::support::{Gateway, OrderText, Reply, SetupText, get, post_form, send};

const PASSWORD: &str = "correct horse battery";

/// The operator's browser.
pub(crate) struct Operator {
    base: String,
    cookie: String,
    token: String,
    _server: Server,
}

async fn listen(gateway: &Gateway) -> (SocketAddr, Server) {
    let listener = Listener::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = listener.address();
    let router = admin_router(gateway.app.clone());
    (address, Server::start(gateway.app.store.clone(), vec![(listener, router)], Patience::default()))
}

fn cookie_of(reply: &Reply) -> String {
    reply.header("set-cookie").split(';').next().unwrap().to_owned()
}

impl Operator {
    pub(crate) async fn log_in(gateway: &Gateway) -> Self {
        set_password(&gateway.app, &Secret::new(PASSWORD)).await.unwrap();
        let (address, server) = listen(gateway).await;
        let base = format!("http://{address}");
        let reply = post_form(&format!("{base}/login"), &[("password", PASSWORD), ("to", "/orders")]).await;
        assert_eq!((reply.status, reply.header("location")), (StatusCode::SEE_OTHER, "/orders"));
        let mut operator = Self { base, cookie: cookie_of(&reply), token: String::new(), _server: server };
        let page = operator.get("/buyers").await;
        operator.token = value_of(&page.text(), "input[name=token]");
        operator
    }

    pub(crate) fn address(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        send("GET", &format!("{}{path}", self.base), &[("cookie", &self.cookie)], "").await
    }

    pub(crate) async fn page(&self, path: &str) -> String {
        let reply = self.get(path).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}: {}", reply.text());
        reply.text()
    }

    async fn post_with(&self, path: &str, headers: &[(&str, &str)], fields: &[(&str, &str)]) -> Reply {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let own = [("cookie", self.cookie.as_str()), ("content-type", "application/x-www-form-urlencoded")];
        let headers: Vec<_> = own.into_iter().chain(headers.iter().copied()).collect();
        send("POST", &format!("{}{path}", self.base), &headers, body).await
    }

    /// What proves the login in a form.
    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// Posts a form with a file.
    pub(crate) async fn upload(&self, path: &str, content_type: &str, body: String) -> Reply {
        let headers = [
            ("cookie", self.cookie.as_str()),
            ("content-type", content_type),
            ("sec-fetch-site", "same-origin"),
        ];
        send("POST", &format!("{}{path}", self.base), &headers, body).await
    }

    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let fields: Vec<_> =
            [("token", self.token.as_str())].into_iter().chain(fields.iter().copied()).collect();
        self.post_with(path, &[("sec-fetch-site", "same-origin")], &fields).await
    }
}

pub(crate) fn texts(page: &str, selector: &str) -> Vec<String> {
    let page = Html::parse_document(page);
    let selector = Selector::parse(selector).unwrap();
    let text = |element: scraper::ElementRef<'_>| {
        element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
    };
    page.select(&selector).map(text).collect()
}

fn attributes(page: &str, selector: &str, name: &str) -> Vec<String> {
    let page = Html::parse_document(page);
    let selector = Selector::parse(selector).unwrap();
    page.select(&selector).filter_map(|element| element.attr(name).map(str::to_owned)).collect()
}

fn value_of(page: &str, selector: &str) -> String {
    attributes(page, selector, "value").remove(0)
}

/// Paths of documents on a page of the list.
fn documents(page: &str) -> Vec<String> {
    attributes(page, "td a.main[href^='/documents/']", "href")
}

#[tokio::test]
async fn nobody_sees_anything_without_the_password() {
    let gateway = Gateway::empty("admin-access").await;
    set_password(&gateway.app, &Secret::new(PASSWORD)).await.unwrap();
    let (address, _server) = listen(&gateway).await;
    let base = format!("http://{address}");
    for path in
        ["/", "/visits", "/orders", "/order", "/connections", "/connections/new", "/buyers", "/catalog", "/x"]
    {
        let reply = get(&format!("{base}{path}")).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{path}");
        assert!(reply.header("location").starts_with("/login?to="), "{path}");
    }
    for path in ["/buyers", "/connections/new", "/connections/a/state", "/connections/a/hosts", "/logout"] {
        let reply = post_form(&format!("{base}{path}"), &[("id", "x")]).await;
        assert_eq!((reply.status, reply.header("location")), (StatusCode::SEE_OTHER, "/login"), "{path}");
    }
    for path in ["/healthz", "/readyz"] {
        assert_eq!(get(&format!("{base}{path}")).await.status, StatusCode::OK);
    }
    let login = format!("{base}/login");
    for _ in 0..5 {
        let reply = post_form(&login, &[("password", "wrong password")]).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN);
        assert_eq!(reply.header("set-cookie"), "");
    }
    let reply = post_form(&login, &[("password", PASSWORD)]).await;
    assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS, "the right one too, for a while");
    gateway.pass(15 * 60);
    let reply = post_form(&login, &[("password", PASSWORD), ("to", "https://evil.example/")]).await;
    assert_eq!((reply.status, reply.header("location")), (StatusCode::SEE_OTHER, "/"));
    let cookie = reply.header("set-cookie").to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    let cookie = cookie_of(&reply);
    let page = async || send("GET", &base, &[("cookie", &cookie)], "").await.status;
    assert_eq!(page().await, StatusCode::OK);
    gateway.pass(10 * 3600);
    assert_eq!(page().await, StatusCode::SEE_OTHER, "a login ends");
}

#[tokio::test]
async fn a_form_needs_the_token_of_its_login() {
    let gateway = Gateway::start("admin-token").await;
    let operator = Operator::log_in(&gateway).await;
    let buyer = [("id", "globex"), ("supplier", "nordhafen"), ("name", "Globex")];
    let with = |token: &'static str| [("token", token), buyer[0], buyer[1], buyer[2]];
    assert_eq!(operator.post_with("/buyers", &[], &buyer).await.status, StatusCode::FORBIDDEN);
    assert_eq!(operator.post_with("/buyers", &[], &with("guess")).await.status, StatusCode::FORBIDDEN);
    let mut own = with("");
    own[0].1 = operator.token.clone().leak();
    let foreign = operator.post_with("/buyers", &[("sec-fetch-site", "cross-site")], &own).await;
    assert_eq!(foreign.status, StatusCode::FORBIDDEN);
    let key = BuyerKey { buyer: "globex".parse().unwrap() };
    assert!(gateway.app.store.get(&key).await.unwrap().is_none());

    assert_eq!(operator.post("/buyers", &buyer).await.status, StatusCode::SEE_OTHER);
    assert!(gateway.app.store.get(&key).await.unwrap().is_some());
    let again = operator.post("/buyers", &[("id", "globex"), ("supplier", "nobody"), ("name", " ")]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    let fields = attributes(&again.text(), ".summary a", "href");
    assert_eq!(fields, ["#name", "#supplier", "#id"]);

    assert_eq!(operator.post("/logout", &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(operator.get("/").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn no_page_may_be_framed_or_kept() {
    let gateway = Gateway::start("admin-headers").await;
    let operator = Operator::log_in(&gateway).await;
    for path in ["/", "/connections/new", "/buyers", "/login", "/nowhere"] {
        let reply = operator.get(path).await;
        let policy = reply.header("content-security-policy");
        assert!(
            policy.contains("frame-ancestors 'none'") && policy.contains("form-action 'self'"),
            "{path}: {policy}"
        );
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(reply.header("cache-control"), "no-store", "{path}");
        assert!(!reply.text().contains("style="), "{path}");
    }
    let style = attributes(&operator.page("/").await, "link[rel=stylesheet]", "href").pop().unwrap();
    let style = get(&format!("{}{style}", operator.base)).await;
    assert_eq!((style.status, style.header("content-type")), (StatusCode::OK, "text/css; charset=utf-8"));
}

#[tokio::test]
async fn what_is_not_there_is_said_to_be() {
    let gateway = Gateway::start("admin-gone").await;
    let operator = Operator::log_in(&gateway).await;
    let id = "0".repeat(32);
    for path in [
        "/documents/x".to_owned(),
        format!("/documents/{id}"),
        "/visits/..%2f..".to_owned(),
        format!("/visits/{id}"),
        "/order".to_owned(),
        "/order?supplier=nordhafen&buyer=meridian&order=none".to_owned(),
        "/order?supplier=%00&buyer=meridian&order=x".to_owned(),
        "/connections/none".to_owned(),
        "/connections/None%20such/sheet".to_owned(),
        "/nowhere".to_owned(),
    ] {
        let reply = operator.get(&path).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
        assert!(reply.text().contains("Not found"), "{path}");
    }
    for path in [
        "/?before=x",
        "/?before=9-z",
        "/?from=yesterday&until=%00",
        "/visits?before=1-2",
        "/orders?before=[]&only=x",
    ] {
        operator.page(path).await;
    }
    let page = operator.page("/?from=yesterday").await;
    assert_eq!(texts(&page, ".field .error"), ["is not a time such as 2026-11-02T09:00"]);
}

#[tokio::test]
async fn every_document_is_listed_once_whatever_the_page() {
    let gateway = Gateway::start("admin-list").await;
    let operator = Operator::log_in(&gateway).await;
    let secret = gateway.secret(0);
    for round in 0..45 {
        let payload = format!("{round}@buyer.test");
        let cookie = format!("cookie-{round}");
        let good =
            SetupText { payload_id: &payload, cookie: &cookie, secret: &secret, ..SetupText::default() };
        assert_eq!(gateway.cxml(good.ariba()).await.code, 200);
        if round % 3 == 0 {
            gateway.pass(1);
        }
        let bad = SetupText { payload_id: &payload, secret: "wrong", ..SetupText::default() };
        assert_eq!(gateway.cxml(bad.ariba()).await.code, 401);
    }
    let mut seen = Vec::new();
    let mut next = "/".to_owned();
    for pages in 1.. {
        let page = operator.page(&next).await;
        seen.extend(documents(&page));
        let Some(href) = attributes(&page, ".pages a", "href").pop() else {
            assert_eq!(pages, 2);
            break;
        };
        next = href;
    }
    let distinct: BTreeSet<_> = seen.iter().collect();
    assert_eq!((seen.len(), distinct.len()), (90, 90));

    let count = async |query: &str| documents(&operator.page(&format!("/?{query}")).await).len();
    assert_eq!(count("outcome=refused").await, 45);
    assert_eq!(count("outcome=failed").await, 0);
    assert_eq!(count("payload=7%40buyer.test&outcome=accepted").await, 4, "7, 17, 27, 37");
    assert_eq!(count("cookie=cookie-44").await, 1);
    assert_eq!(count("connection=meridian-ariba").await, 45);
    assert_eq!(count("buyer=nobody").await, 0);
    assert_eq!(count("direction=out").await, 0);
    assert_eq!(count("kind=OrderRequest").await, 0);
    assert_eq!(count("from=2026-11-02T09:00:16").await, 0);
    assert_eq!(count("until=2026-11-02T09:00:01&outcome=accepted").await, 1);
    assert_eq!(count("buyer=meridian&outcome=accepted&kind=PunchOutSetupRequest").await, 45);
}

#[tokio::test]
async fn a_refusal_is_explained_and_shown_harmless() {
    let gateway = Gateway::start("admin-refusal").await;
    let operator = Operator::log_in(&gateway).await;
    let hostile = SetupText {
        secret: "hush-hush",
        more: "<!-- --><Extrinsic name='\"&gt;&lt;script&gt;'>&lt;script&gt;alert(1)&lt;/script&gt;</Extrinsic>",
        ..SetupText::default()
    };
    assert_eq!(gateway.cxml(hostile.ariba()).await.code, 401);
    let path = documents(&operator.page("/").await).remove(0);
    for view in ["", "?view=received", "?view=indented", "?view=%3Cscript%3E"] {
        let page = operator.page(&format!("{path}{view}")).await;
        assert!(page.contains("the sender is known, its secret is missing or wrong"));
        assert!(texts(&page, ".story").concat().contains("Either side"));
        assert!(!page.contains("hush-hush") && !page.contains("<script"), "{page}");
        assert!(page.contains("SharedSecret&gt;</span>*********<span"), "overwritten at equal length");
    }

    assert_eq!(gateway.cxml("<cXML>\n <a>\n</cXML>").await.code, 406);
    let unreadable = operator.page("/?kind=unreadable").await;
    let page = operator.page(&documents(&unreadable)[0]).await;
    let excerpt = attributes(&page, ".story pre.excerpt", "tabindex");
    assert!(!excerpt.is_empty() && page.contains("3 | &lt;/cXML&gt;\n  | ^"), "{page}");

    gateway.pass(1);
    let secret = gateway.secret(0);
    let wrong = SetupText { operation: "dance", secret: &secret, ..SetupText::default() };
    assert_eq!(gateway.cxml(wrong.ariba()).await.code, 400);
    let page = operator.page(&documents(&operator.page("/").await)[0]).await;
    assert!(page.contains("operation=&quot;dance&quot;"));
    assert_eq!(texts(&page, ".line.marked").len(), 1, "the line in question is marked");
}

#[tokio::test]
async fn a_visit_and_its_order_are_told_from_setup_to_difference() {
    let gateway = Gateway::start("admin-story").await;
    let operator = Operator::log_in(&gateway).await;
    let secret = gateway.secret(0);
    let note = "<b>bold</b>";
    let setup = SetupText { secret: &secret, ..SetupText::default() };
    let answer = gateway.cxml(setup.ariba()).await;
    let visits = operator.page("/visits").await;
    assert_eq!(texts(&visits, "tbody .badge")[0], "Not entered");
    let redirect = get(&answer.start_page.unwrap()).await;
    let capability = redirect.header("location").split('/').nth(2).unwrap().to_owned();

    let visit = Visit::load(&gateway.app, &capability).await.unwrap();
    let products = catalog::products().unwrap();
    let sold = products
        .iter()
        .find(|product| visit.shop.find(&product.key()).is_some() && visit.shop.prices(product).is_some());
    let (product, quantity) = (sold.unwrap().key(), sold.unwrap().order.first());
    let visit = visit.change(&gateway.app, &Change::Add { product, quantity }).await.unwrap();
    let number = visit.cart.lines[0].number;
    let visit =
        visit.change(&gateway.app, &Change::Set { number, quantity, note: note.into() }).await.unwrap();
    let revision = visit.cart.revision;
    visit.depart(&gateway.app, revision).await.unwrap();
    gateway.pass(3 * 86_400);
    let operator = Operator::log_in(&gateway).await;

    let path = attributes(&operator.page("/visits").await, "td.when a", "href").remove(0);
    let page = operator.page(&path).await;
    let story = texts(&page, ".timeline li");
    assert!(story[0].contains("PunchOutSetupRequest") && story[1].contains("came in"), "{story:?}");
    assert!(story[2].contains("PunchOutOrderMessage"), "{story:?}");
    assert!(story[3].contains("Returned 3 days ago, no order yet."), "{story:?}");
    assert!(page.contains("&lt;b&gt;bold") && !page.contains(note));
    assert!(page.contains("cookie-1"));

    let items = r#"<ItemOut quantity="7" lineNumber="1"><ItemID><SupplierPartID>no/such part</SupplierPartID></ItemID></ItemOut>"#;
    let number = "PO ../<i>1</i>&amp;x=y";
    let order = OrderText {
        payload_id: "o@b",
        secret: &secret,
        order_id: &number.replace('<', "&lt;"),
        attributes: "type=\"update\"",
        items,
    };
    assert_eq!(gateway.cxml(order.ariba()).await.code, 200);
    let list = operator.page("/orders?only=held").await;
    assert!(!list.contains("<i>1"));
    let path = attributes(&list, "td a.main", "href").remove(0);
    let page = operator.page(&path).await;
    assert!(texts(&page, "h1")[0].contains("PO ../<i>1</i>&x=y"), "{page}");
    assert!(page.contains("it changes an order that is not known"));
    assert!(
        texts(&page, ".difference")
            .iter()
            .any(|text| text.contains("no returned cart of this buyer has such a line"))
    );
    assert!(operator.page("/orders?buyer=nobody").await.contains("No order fits"));

    // What is held is settled once; a second word changes nothing.
    let reply = operator.post(&path, &[("number", "1"), ("verdict", "set-aside")]).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER);
    operator.post(&path, &[("number", "1"), ("verdict", "taken")]).await;
    let page = operator.page(&path).await;
    assert!(page.contains("Set aside, without effect.") && !page.contains("Take this version"), "{page}");
    assert!(operator.page("/orders?only=held").await.contains("No order fits"));
    assert_eq!(
        operator.post(&path, &[("number", "9"), ("verdict", "taken")]).await.status,
        StatusCode::NOT_FOUND
    );
    assert!(operator.post(&path, &[("number", "1"), ("verdict", "eaten")]).await.status.is_client_error());
}

#[tokio::test]
async fn a_connection_made_here_works_at_once() {
    let gateway = Gateway::start("admin-connection").await;
    let operator = Operator::log_in(&gateway).await;
    let bad = [
        ("id", "Not A Name"),
        ("buyer", "meridian"),
        ("profile", "coupa"),
        ("overrides", "no_equals\ndescription_characters = many"),
        ("from", "NetworkID"),
        ("return_hosts", "javascript:alert(1)\nhttps://ok.example"),
        ("frame_hosts", "https://a; script-src *"),
        ("currency", "euro"),
    ];
    let reply = operator.post("/connections/new", &bad).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = reply.text();
    let fields: BTreeSet<_> = attributes(&page, ".summary a", "href").into_iter().collect();
    let expected = ["#id", "#overrides", "#return_hosts", "#frame_hosts", "#currency"].map(str::to_owned);
    assert_eq!(fields, BTreeSet::from(expected));
    assert_eq!(attributes(&page, "#id", "aria-invalid"), ["true"]);
    assert_eq!(value_of(&page, "#id"), "Not A Name", "nothing has to be typed again");

    let good = [
        ("id", "meridian-two"),
        ("buyer", "meridian"),
        ("profile", "ariba"),
        ("overrides", "allows_http = true"),
        ("from", "NetworkID:AN-NEW"),
        ("sender", ""),
        ("new_sender", "net-two"),
        ("sender_identity", "NetworkID:NET-TWO"),
        ("secret", ""),
        ("return_hosts", ""),
    ];
    let short: Vec<_> = good
        .into_iter()
        .map(|(name, value)| (name, if name == "secret" { "short" } else { value }))
        .collect();
    let reply = operator.post("/connections/new", &short).await;
    assert_eq!(attributes(&reply.text(), ".summary a", "href"), ["#secret"]);
    assert!(!reply.text().contains("value=\"short\""), "a secret is never shown again");

    let reply = operator.post("/connections/new", &good).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    let secret = texts(&reply.text(), ".secret").remove(0);
    let again = operator.post("/connections/new", &good).await;
    assert_eq!(
        attributes(&again.text(), ".summary a", "href"),
        ["#id", "#new_sender", "#sender_identity", "#from"]
    );

    let sheet = operator.page("/connections/meridian-two/sheet").await;
    let request = texts(&sheet, "pre.listing").concat();
    assert!(request.contains("YOUR-SHARED-SECRET") && sheet.contains("/cxml"));
    assert!(!sheet.contains(&secret));
    let lines: Vec<String> = {
        let page = Html::parse_document(&sheet);
        page.select(&Selector::parse(".line").unwrap()).map(|line| line.text().collect()).collect()
    };
    let request = lines.concat().replace("YOUR-SHARED-SECRET", &secret);
    let answer = gateway.cxml(request).await;
    assert_eq!(answer.code, 200, "the sheet's own request is taken: {}", answer.cause);

    let id: ConnectionId = "meridian-two".parse().unwrap();
    let path = "/connections/meridian-two";
    let live = operator.post(&format!("{path}/state"), &[("state", "live")]).await;
    assert_eq!(live.status, StatusCode::UNPROCESSABLE_ENTITY, "no host to return to yet");
    let page = operator.page(path).await;
    let met = value_of(&page, "form.line input[name=host][type=hidden]");
    assert_eq!(met, "https://procurement.example.com", "the host of the sheet's request was noted");
    let approved = operator.post(&format!("{path}/hosts"), &[("role", "return"), ("host", &met)]).await;
    assert_eq!(approved.status, StatusCode::SEE_OTHER);
    for (role, host) in [("return", "not a host"), ("return", ""), ("both", "https://a.example")] {
        let refused = operator.post(&format!("{path}/hosts"), &[("role", role), ("host", host)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{role} {host}");
    }
    let refused = operator.post(&format!("{path}/state"), &[("state", "asleep")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        operator.post(&format!("{path}/state"), &[("state", "live")]).await.status,
        StatusCode::SEE_OTHER
    );
    let row = gateway.app.store.get(&ConnectionKey { connection: id.clone() }).await.unwrap().unwrap().value;
    assert_eq!(
        (row.state, row.return_hosts),
        (ConnectionState::Live, vec![OriginPattern::parse(&met).unwrap()])
    );
    let seen = app_seen(&gateway, &id).await;
    assert!(!seen.contains(&HostRole::Return), "what is approved is no longer unknown");
}

async fn app_seen(gateway: &Gateway, id: &ConnectionId) -> Vec<HostRole> {
    let seen = Scan::<SeenHostKey>::prefix(|key| key.text(id.as_str()));
    gateway.app.store.scan(seen).await.unwrap().into_iter().map(|(_, row)| row.value.role).collect()
}

#[tokio::test]
async fn an_oci_connection_is_made_with_its_parameters() {
    let gateway = Gateway::start("admin-oci").await;
    let operator = Operator::log_in(&gateway).await;
    let fields = [
        ("id", "meridian-oci"),
        ("buyer", "meridian"),
        ("profile", "sap-srm"),
        ("user_parameter", "USERNAME"),
        ("user_value", "meridian"),
        ("secret_parameter", "HOOK_URL"),
        ("secret", "open sesame"),
    ];
    let reply = operator.post("/connections/new", &fields).await;
    assert_eq!(attributes(&reply.text(), ".summary a", "href"), ["#credentials"]);
    let fields = fields.map(|(name, value)| (name, if value == "HOOK_URL" { "PASSWORD" } else { value }));
    assert_eq!(operator.post("/connections/new", &fields).await.status, StatusCode::OK);
    let sheet = operator.page("/connections/meridian-oci/sheet").await;
    assert!(
        sheet.contains("/oci/meridian-oci?USERNAME=YOUR-USERNAME&amp;PASSWORD=YOUR-PASSWORD&amp;HOOK_URL=")
    );
    assert!(!sheet.contains("open sesame"));
}

#[tokio::test]
async fn the_first_password_is_given_out_once() {
    let gateway = Gateway::empty("admin-password").await;
    let first = first_password(&gateway.app).await.unwrap().unwrap();
    assert!(verify_password(&gateway.app, &first).await.unwrap());
    assert!(first_password(&gateway.app).await.unwrap().is_none());
    assert!(!verify_password(&gateway.app, &Secret::new("another password")).await.unwrap());
    assert!(set_password(&gateway.app, &Secret::new("short")).await.is_err());
    set_password(&gateway.app, &Secret::new(PASSWORD)).await.unwrap();
    assert!(!verify_password(&gateway.app, &first).await.unwrap());
}

#[tokio::test]
async fn findings_and_attachments_stand_on_the_pages_of_their_document() {
    let gateway = Gateway::start("admin-files").await;
    let operator = Operator::log_in(&gateway).await;
    let secret = gateway.secret(0);
    let items = r#"<ItemOut quantity="1" lineNumber="1"><ItemID><SupplierPartID>A</SupplierPartID></ItemID></ItemOut>
        <Itemout/><Comments><Attachment><URL>cid:a@x</URL></Attachment></Comments>"#;
    let order =
        OrderText { payload_id: "7@x", secret: &secret, order_id: "PO 7", attributes: "", items }.ariba();
    let body = format!(
        "--b\r\nContent-Type: text/xml\r\n\r\n{order}\r\n--b\r\nContent-ID: <a@x>\r\nContent-Type: text/html\r\n\
         Content-Disposition: attachment; filename=\"a/<b>.html\"\r\n\r\n<script>alert(1)</script>\r\n--b--\r\n"
    );
    let reply =
        send("POST", &gateway.url("/cxml"), &[("content-type", "multipart/related; boundary=b")], body).await;
    assert!(reply.text().contains(r#"code="200""#), "{}", reply.text());
    let (transaction, ..) = &gateway.records().await[0];
    let page = operator.page(&format!("/documents/{}", transaction.id)).await;
    for shown in [
        "there is no element Itemout",
        "did you mean ItemOut?",
        "G001",
        "line 14, column 9",
        "1 attachment",
        "a/&lt;b&gt;.html",
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    let path = format!("/documents/{}/attachments/0", transaction.id);
    let orders = operator.page("/orders").await;
    let order_page = operator.page(&attributes(&orders, "a[href^='/order?']", "href")[0]).await;
    assert!(order_page.contains(&path), "{order_page}");
    let file = operator.get(&path).await;
    assert_eq!((file.status, file.text().as_str()), (StatusCode::OK, "<script>alert(1)</script>"));
    assert_eq!(file.header("content-type"), "application/octet-stream");
    assert_eq!(file.header("content-disposition"), "attachment; filename*=UTF-8''%3Cb%3E.html");
    assert_eq!(file.header("x-content-type-options"), "nosniff");
    assert!(file.header("content-security-policy").contains("default-src 'none'"));
    assert_eq!(operator.get(&format!("{path}7")).await.status, StatusCode::NOT_FOUND);
    let stranger = get(&format!("{}{path}", operator.base)).await;
    assert_eq!(stranger.status, StatusCode::SEE_OTHER, "nothing is handed out without the password");
    let listing = operator.page("/").await;
    assert!(listing.contains("findings</span>") || listing.contains("finding</span>"), "{listing}");
}
