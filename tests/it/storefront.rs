//! The shop over real sockets, as a browser without scripts and cookies sees it: links and forms only.

use punchgate::{
    model::{catalog::Product, ids::ConnectionId, profile::Strictness, quantity::QuantityRule},
    shell::{
        demo::catalog::products,
        onboarding::{ConnectionTerms, set_terms},
    },
};
use rust_decimal::Decimal;
use scraper::{ElementRef, Html, Selector};

use crate::support::{BUYER, Gateway, Reply, SetupText, get, post_form, send};

/// A page that was asked for, with the address it came from.
struct Page {
    status: u16,
    headers: hyper::HeaderMap,
    text: String,
    url: String,
}

impl Page {
    fn html(&self) -> Html {
        Html::parse_document(&self.text)
    }

    fn all<T>(&self, selector: &str, read: impl Fn(ElementRef<'_>) -> T) -> Vec<T> {
        self.html().select(&Selector::parse(selector).unwrap()).map(read).collect()
    }

    fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        self.all(selector, |element| element.attr(name).unwrap_or_default().to_owned())
    }

    /// Words of an element, white space folded.
    fn words(&self, selector: &str) -> String {
        let texts = self.all(selector, |element| element.text().collect::<String>());
        texts.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The fields that the first form of this action would send, without its buttons.
    fn form(&self, action_ends: &str) -> Option<(String, Vec<(String, String)>)> {
        let html = self.html();
        let selector = Selector::parse("form[method=post]").unwrap();
        let form = html
            .select(&selector)
            .find(|form| form.attr("action").unwrap_or_default().ends_with(action_ends))?;
        let inputs = Selector::parse("input").unwrap();
        let fields = form.select(&inputs).map(|input| {
            let of = |name: &str| input.attr(name).unwrap_or_default().to_owned();
            (of("name"), of("value"))
        });
        Some((form.attr("action").unwrap().to_owned(), fields.collect()))
    }
}

/// Somebody who shops.
struct Shopper<'a> {
    gateway: &'a Gateway,
    /// `/s/<capability>/`
    base: String,
}

impl<'a> Shopper<'a> {
    async fn enter(gateway: &'a Gateway, setup: String) -> Self {
        let answer = gateway.cxml(setup).await;
        assert_eq!(answer.code, 200, "{}", answer.text);
        Self::follow(gateway, &answer.start_page.unwrap()).await
    }

    async fn follow(gateway: &'a Gateway, start: &str) -> Self {
        let landing = get(start).await;
        let location = landing.header("location");
        let end = location.match_indices('/').nth(2).unwrap().0;
        Self { gateway, base: location[..=end].to_owned() }
    }

    async fn ariba(gateway: &'a Gateway) -> Self {
        Self::enter(gateway, SetupText { secret: &gateway.secret(0), ..SetupText::default() }.ariba()).await
    }

    /// A visit that opens a cart again: a line of ours, and one that nobody here knows.
    async fn reopening(gateway: &'a Gateway, operation: &str) -> Self {
        let part = a_part();
        let line = |part: &str, name: &str| {
            format!(
                r#"<ItemOut quantity="3" lineNumber="1"><ItemID><SupplierPartID>{part}</SupplierPartID></ItemID><ItemDetail><UnitPrice><Money currency="EUR">119.00</Money></UnitPrice><Description xml:lang="en">{name}</Description><UnitOfMeasure>EA</UnitOfMeasure></ItemDetail></ItemOut>"#
            )
        };
        let more = line(&part, "Ours") + &line("OLD-&lt;1&gt;", "Vice &lt;script&gt;alert(1)&lt;/script&gt;");
        let payload_id = format!("{operation}@buyer.test");
        let setup = SetupText {
            secret: &gateway.secret(0),
            operation,
            payload_id: &payload_id,
            more: &more,
            ..SetupText::default()
        };
        Self::enter(gateway, setup.ariba()).await
    }

    async fn get(&self, place: &str) -> Page {
        let url = if place.starts_with('/') { place.to_owned() } else { format!("{}{place}", self.base) };
        Self::page(url.clone(), get(&self.gateway.url(&url)).await)
    }

    async fn post(&self, place: &str, fields: &[(&str, &str)]) -> Page {
        let url = if place.starts_with('/') { place.to_owned() } else { format!("{}{place}", self.base) };
        Self::page(url.clone(), post_form(&self.gateway.url(&url), fields).await)
    }

    fn page(url: String, reply: Reply) -> Page {
        let text = reply.text();
        Page { status: reply.status.as_u16(), headers: reply.headers, text, url }
    }

    /// Posts and follows the redirect.
    async fn submit(&self, place: &str, fields: &[(&str, &str)]) -> Page {
        let answer = self.post(place, fields).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        self.get(answer.header("location").split('#').next().unwrap()).await
    }

    async fn add(&self, part: &str, quantity: &str) -> Page {
        self.post("cart/add", &[("part", part), ("quantity", quantity), ("back", "")]).await
    }
}

/// A product of the test's catalog that is sold one by one.
fn a_part() -> String {
    part_where(|product| product.order == QuantityRule::default())
}

fn part_where(fits: impl Fn(&Product) -> bool) -> String {
    let mut products = products().unwrap().iter().step_by(20);
    products.find(|product| fits(product) && product.list_price.is_some()).unwrap().part.to_string()
}

#[tokio::test]
async fn a_round_without_scripts() {
    let gateway = Gateway::start("shop-round").await;
    let shopper = Shopper::ariba(&gateway).await;
    let home = shopper.get("").await;
    assert_eq!(home.status, 200, "{}", home.text);
    let category = home.attributes("ul.cards a", "href").remove(0);
    let list = shopper.get(&category).await;
    assert!(list.words("h1").len() > 2 && !list.attributes("li.item", "id").is_empty(), "{}", list.text);
    let (action, fields) = list.form("cart/add").unwrap();
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let after = shopper.submit(&action, &fields).await;
    assert!(after.words("#status").starts_with("In your cart now"), "{}", after.words("#status"));
    assert!(after.words(".in-cart").contains("in cart"));
    assert!(after.words("#cart-bar").contains("1 line"));

    let cart = shopper.get("cart").await;
    let (_, fields) = cart.form("/cart").unwrap();
    let revision = &fields.iter().find(|(name, _)| name == "revision").unwrap().1;
    let note = fields.iter().find(|(name, _)| name.starts_with("note-")).unwrap().0.clone();
    let review =
        shopper.submit("cart", &[("revision", revision), (&note, "gate 4 <b>"), ("then", "review")]).await;
    assert!(review.url.ends_with("/review") && review.text.contains("gate 4 &lt;b&gt;"), "{}", review.text);
    assert!(review.words(".lock").contains("held until 2 Dec 2026"), "{}", review.words(".lock"));

    let (action, fields) = review.form("/transfer").unwrap();
    let revision = fields[0].1.clone();
    let first = shopper.post(&action, &[("revision", &revision)]).await;
    let second = shopper.post(&action, &[("revision", &revision)]).await;
    assert_eq!(
        (first.status, first.header("location")),
        (303, second.header("location")),
        "two clicks, one cart"
    );
    let page = shopper.get(first.header("location")).await;
    let again = shopper.get(first.header("location")).await;
    assert_eq!(page.text, again.text, "the same revision is always the same bytes");
    let policy = page.header("content-security-policy");
    assert!(
        policy.contains(&format!("frame-ancestors {BUYER}")) && !policy.contains("form-action"),
        "{policy}"
    );
    assert_eq!(page.attributes("form", "action"), ["http://buyer.test:8080/return?~=1&x=y"]);
    assert_eq!(page.attributes("form input", "type"), ["hidden"]);
    assert_eq!((page.all("form button", |_| ()).len(), page.attributes("script", "src").len()), (1, 1));
}

#[tokio::test]
async fn every_page_has_the_headers_of_a_visit() {
    let gateway = Gateway::start("shop-headers").await;
    let shopper = Shopper::ariba(&gateway).await;
    for place in ["", "products?q=screw", "cart", "review", "nothing/here", "product?part=none"] {
        let page = shopper.get(place).await;
        let policy = page.header("content-security-policy");
        assert!(
            policy.contains("default-src 'none'") && policy.contains("form-action 'self'"),
            "{place}: {policy}"
        );
        assert!(policy.ends_with(&format!("frame-ancestors {BUYER}")), "{place}: {policy}");
        assert_eq!(page.header("referrer-policy"), "strict-origin", "{place}");
        assert_eq!(page.header("cache-control"), "no-store", "{place}");
        assert_eq!(page.header("x-content-type-options"), "nosniff", "{place}");
        for never in ["x-frame-options", "cross-origin-opener-policy", "set-cookie"] {
            assert!(!page.headers.contains_key(never), "{place}: {never}");
        }
    }
    let address = shopper.get("").await.attributes("link[rel=stylesheet]", "href").remove(0);
    let file = send("GET", &gateway.url(&address), &[("accept-encoding", "gzip")], "").await;
    assert_eq!(file.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!((file.header("access-control-allow-origin"), file.header("content-encoding")), ("*", "gzip"));
}

#[tokio::test]
async fn quantities_are_never_guessed() {
    let gateway = Gateway::start("shop-quantity").await;
    let shopper = Shopper::ariba(&gateway).await;
    let part = a_part();
    for (typed, said) in [
        ("1,5", "You typed “1,5”. Write decimals with a point: 1.5."),
        ("-3", "A quantity is above zero"),
        ("1e9", "Write the number out in digits"),
        ("<b>1", "You typed “<b>1”. Write the quantity in digits"),
        ("", "Type a quantity"),
        ("99999999999", "at most 999999999"),
    ] {
        let page = shopper.add(&part, typed).await;
        assert_eq!(page.status, 422, "{typed}");
        assert!(page.words(".error").contains(said), "{typed}: {}", page.words(".error"));
        assert_eq!(page.attributes("input.quantity[aria-invalid]", "value"), [typed]);
        assert!(page.words(".summary").contains(said), "{typed}");
    }
    assert!(shopper.get("cart").await.text.contains("Your cart is empty"));
    let steps = part_where(|product| product.order.first().value() > rust_decimal::Decimal::ONE);
    let page = shopper.add(&steps, "1").await;
    assert_eq!(page.status, 422);
    let offers = page.attributes("button[name=instead]", "value");
    assert!(!offers.is_empty(), "{}", page.words(".error"));
    let offered =
        shopper.post("cart/add", &[("part", &steps), ("quantity", "1"), ("instead", &offers[0])]).await;
    assert_eq!(offered.status, 303);
}

#[tokio::test]
async fn a_refused_cart_form_changes_nothing_and_forgets_nothing() {
    let gateway = Gateway::start("shop-cart").await;
    let shopper = Shopper::ariba(&gateway).await;
    let first = a_part();
    let second =
        part_where(|product| product.part.as_str() != first && product.order == QuantityRule::default());
    for part in [&first, &second] {
        assert_eq!(shopper.add(part, "2").await.status, 303);
    }
    let long = "ü".repeat(501);
    let typed = [
        ("revision", "2"),
        ("quantity-1", "7"),
        ("note-1", "<i>kept</i>"),
        ("quantity-2", "-3"),
        ("note-2", &long),
    ];
    let refused = shopper.post("cart", &typed).await;
    assert_eq!(refused.status, 422);
    assert_eq!(refused.attributes("input.quantity", "value"), ["7", "-3"]);
    assert_eq!(refused.attributes("#note-1", "value"), ["<i>kept</i>"]);
    assert_eq!(refused.attributes(".summary a", "href"), ["#quantity-2", "#note-2"]);
    let held = shopper.get("cart").await;
    assert_eq!(held.attributes("input.quantity", "value"), ["2", "2"], "nothing was changed");

    let good = [("revision", "2"), ("quantity-1", "7"), ("note-1", "kept")];
    assert_eq!(shopper.submit("cart", &good).await.attributes("input.quantity", "value"), ["7", "2"]);
    assert_eq!(shopper.post("cart", &good).await.status, 303, "the same form again asks for nothing new");
    let older = shopper.post("cart", &[("revision", "2"), ("quantity-2", "9")]).await;
    assert_eq!(older.status, 409, "an older page would undo what another did");
    let revision = held_revision(&shopper).await;
    let without =
        shopper.submit("cart", &[("revision", &revision), ("quantity-1", "1,5"), ("remove", "1")]).await;
    assert_eq!(without.attributes("input.quantity", "value"), ["2"], "a line that goes needs no quantity");
}

async fn held_revision(shopper: &Shopper<'_>) -> String {
    shopper.get("cart").await.attributes("input[name=revision]", "value").remove(0)
}

#[tokio::test]
async fn an_older_review_does_not_return_another_cart() {
    let gateway = Gateway::start("shop-review").await;
    let shopper = Shopper::ariba(&gateway).await;
    let empty = shopper.post("transfer", &[("revision", "0")]).await;
    assert_eq!(empty.status, 422);
    assert!(empty.text.contains("nothing in your cart"), "{}", empty.text);
    shopper.add(&a_part(), "2").await;
    let changed = shopper.post("transfer", &[("revision", "0")]).await;
    assert_eq!(changed.status, 409);
    assert!(changed.text.contains("has changed since you last looked"));
    assert_eq!(shopper.get("return/0").await.status, 404);
    assert_eq!(shopper.post("transfer", &[("revision", "x")]).await.status, 400);
}

#[tokio::test]
async fn an_edit_keeps_foreign_lines_and_can_be_left_without_harm() {
    let gateway = Gateway::start("shop-edit").await;
    let shopper = Shopper::reopening(&gateway, "edit").await;
    let cart = shopper.get("cart").await;
    assert!(cart.words(".ribbon").contains("You are changing a requisition"));
    assert!(cart.text.contains("Not in the current catalogue, kept as in your requisition"));
    assert!(
        cart.words("li.line").contains("Vice <script>alert(1)</script>")
            && !cart.text.contains("<script>alert")
    );
    let left = shopper.submit("cancel", &[]).await;
    assert!(
        left.url.ends_with("/cancelled") && left.words("h1") == "Leaving without changes",
        "{}",
        left.text
    );
    let revision = held_revision(&shopper).await;
    let all_gone = shopper.submit("cart", &[("revision", &revision), ("remove", "1")]).await;
    let revision = all_gone.attributes("input[name=revision]", "value").remove(0);
    let empty = shopper.submit("cart", &[("revision", &revision), ("remove", "2")]).await;
    assert!(empty.text.contains("would delete the lines of your requisition"), "{}", empty.text);
    assert!(shopper.get("review").await.form("/transfer").is_none(), "an empty cart is not returned");
}

#[tokio::test]
async fn inspect_is_read_only_on_the_server_too() {
    let gateway = Gateway::start("shop-inspect").await;
    let shopper = Shopper::reopening(&gateway, "inspect").await;
    for place in ["", "cart", "review", "products?q=screw"] {
        let page = shopper.get(place).await;
        assert!(page.words(".ribbon").contains("Read-only"), "{place}");
        let actions = page.attributes("form[method=post]", "action");
        assert!(actions.iter().all(|action| action.ends_with("/cancel")), "{place}: {actions:?}");
    }
    let part = a_part();
    for (place, fields) in [
        ("cart/add", vec![("part", part.as_str()), ("quantity", "1")]),
        ("cart", vec![("revision", "1"), ("quantity-1", "9")]),
        ("cart", vec![("revision", "1"), ("remove", "1")]),
        ("transfer", vec![("revision", "1")]),
    ] {
        let page = shopper.post(place, &fields).await;
        assert_eq!(page.status, 403, "{place}");
        assert!(page.words("h1").contains("Nothing can be changed here"), "{place}");
    }
    assert!(shopper.get("cart").await.words("li.line .field").starts_with("Quantity: 3"));
}

#[tokio::test]
async fn ended_and_guessed_visits_say_what_to_do() {
    let gateway = Gateway::start("shop-ended").await;
    let setup = SetupText { secret: &gateway.secret(0), ..SetupText::default() };
    let start = gateway.cxml(setup.ariba()).await.start_page.unwrap();
    let shopper = Shopper::follow(&gateway, &start).await;
    gateway.pass(121);
    let used = Shopper::page(start.clone(), get(&start).await);
    assert_eq!(used.status, 410);
    assert!(used.words("main").contains("Open the catalogue again from your procurement system"));
    assert!(used.words(".contact").contains("eprocurement@nordhafen.example"));
    let guessed = shopper.get(&shopper.base.replace(char::is_uppercase, "x")).await;
    assert_eq!(guessed.status, 404);
    assert!(
        !guessed.text.to_lowercase().contains("nordhafen") && !guessed.text.contains("/s/"),
        "{}",
        guessed.text
    );
    gateway.pass(8 * 3600);
    let ended = shopper.get("cart").await;
    assert_eq!(ended.status, 410);
    assert!(ended.words("h1").contains("Your visit has ended") && !ended.words(".contact").is_empty());
    assert!(ended.header("content-security-policy").contains(BUYER), "the buyer's frame must show it");
}

#[tokio::test]
async fn odd_requests_get_pages_of_the_visit() {
    let gateway = Gateway::start("shop-odd").await;
    let shopper = Shopper::ariba(&gateway).await;
    let large = "x".repeat(1024 * 1024 + 1);
    for (page, status, said) in [
        (shopper.get("nothing/here").await, 404, "nothing at this address"),
        (shopper.get("product?part=%3Cscript%3E").await, 404, "not in your catalogue"),
        (shopper.get("transfer").await, 405, "used in another way"),
        (shopper.post("cart/add", &[("quantity", "1")]).await, 400, "could not be read"),
        (
            shopper.post("cart/add", &[("part", "none"), ("quantity", "1")]).await,
            404,
            "not in your catalogue",
        ),
        (shopper.post("cart", &[("note-1", &large)]).await, 413, "too large"),
    ] {
        assert_eq!(page.status, status, "{}", page.words("h1"));
        assert!(page.words("h1").contains(said), "{}", page.words("h1"));
        assert!(!page.words("#cart-bar").is_empty() && !page.words(".contact").is_empty(), "the frame stays");
    }
    for elsewhere in ["//evil.example/", "https://evil.example/", "cart\r\nx: y"] {
        let part = a_part();
        let added =
            shopper.post("cart/add", &[("part", &part), ("quantity", "1"), ("back", elsewhere)]).await;
        assert!(added.header("location").starts_with(&format!("{}product?part=", shopper.base)));
    }
}

#[tokio::test]
async fn searches_find_numbers_and_explain_nothing_found() {
    let gateway = Gateway::start("shop-search").await;
    let shopper = Shopper::ariba(&gateway).await;
    let part = a_part();
    let spelled = part.replace('-', "").to_lowercase();
    let found = shopper.get(&format!("products?q={spelled}")).await;
    let place = if found.status == 303 {
        found.header("location").to_owned()
    } else {
        found.attributes("li.item a", "href").remove(0)
    };
    assert!(place.ends_with(&format!("part={part}")), "{place}");
    let none = shopper.get("products?q=%3Cscript%3Exyzzy&in=Nowhere").await;
    assert_eq!(none.words("h1"), "0 results for “<script>xyzzy”");
    assert!(
        none.words(".empty").contains("Search in all categories")
            && !none.attributes("ul.cards a", "href").is_empty()
    );
    let turned = shopper.get("products?page=4294967295").await;
    assert_eq!(turned.status, 200);
    let wanted = shopper.get("item?part=NOT-OURS").await;
    assert_eq!(wanted.status, 303);
    let message = shopper.get(wanted.header("location")).await;
    assert!(message.words("#status").contains("asked for “NOT-OURS”"), "{}", message.words("#status"));
    let ours = shopper.get(&format!("item?part={part}")).await;
    assert!(ours.header("location").contains("/product?part="));
}

/// Every link and form of a visit stays below its base, and leads somewhere.
#[tokio::test]
async fn nothing_leads_out_of_the_visit() {
    let gateway = Gateway::start("shop-crawl").await;
    let shopper = Shopper::ariba(&gateway).await;
    shopper.add(&a_part(), "1").await;
    let mut waiting = vec![shopper.base.clone()];
    let mut seen = std::collections::BTreeSet::new();
    while let Some(address) = waiting.pop() {
        if seen.len() >= 120 || !seen.insert(address.clone()) {
            continue;
        }
        let page = shopper.get(&address).await;
        assert!([200, 303].contains(&page.status), "{address}: {}", page.status);
        let mut links = page.attributes("a[href]", "href");
        links.extend(page.attributes("form", "action"));
        for link in links {
            let own = link.starts_with(&shopper.base)
                || ["#", "mailto:", "tel:"].iter().any(|start| link.starts_with(start));
            assert!(own, "{address} leads to {link}");
        }
        for link in page.attributes("a[href]", "href") {
            if link.starts_with(&shopper.base) {
                waiting.push(link.split('#').next().unwrap().to_owned());
            }
        }
    }
    assert!(seen.len() > 60, "{}", seen.len());
}

#[tokio::test]
async fn a_visit_survives_a_restart() {
    let mut gateway = Gateway::start("shop-restart").await;
    let base = {
        let shopper = Shopper::ariba(&gateway).await;
        shopper.add(&a_part(), "4").await;
        shopper.base
    };
    gateway = gateway.restart().await;
    let shopper = Shopper { gateway: &gateway, base };
    assert_eq!(shopper.get("cart").await.attributes("input.quantity", "value"), ["4"]);
}

#[tokio::test]
async fn an_oci_cart_leaves_in_the_charset_that_was_asked_for() {
    let gateway = Gateway::start("shop-oci").await;
    let secret =
        gateway.files[2].split("\"PASSWORD\", value = \"").nth(1).unwrap().split('"').next().unwrap();
    let hook = format!("{BUYER}/hook?sap=%22%3E");
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("USERNAME", "werkstatt"),
            ("PASSWORD", secret),
            ("HOOK_URL", &hook),
            ("~TARGET", "_top"),
        ])
        .finish();
    let entry = get(&gateway.url(&format!("/oci/kessler-srm?{query}"))).await;
    assert_eq!(entry.status, 303, "{}", entry.text());
    let shopper = Shopper::follow(&gateway, entry.header("location")).await;
    let bye = shopper.submit("cancel", &[]).await;
    assert!(bye.url.ends_with("/cancelled"), "{}", bye.url);
    assert!(
        bye.words("main").contains("Close this window"),
        "OCI has no message for it: {}",
        bye.words("main")
    );
    assert_eq!(shopper.add(&a_part(), "2").await.status, 303);
    let revision = held_revision(&shopper).await;
    let page = shopper.submit("transfer", &[("revision", &revision)]).await;
    assert_eq!(page.header("content-type"), "text/html; charset=iso-8859-1");
    assert_eq!(page.attributes("meta[charset]", "charset"), ["iso-8859-1"]);
    assert_eq!(page.attributes("form", "accept-charset"), ["iso-8859-1"]);
    assert_eq!(page.attributes("form", "target"), ["_top"]);
    assert!(page.attributes("form input", "name").contains(&"NEW_ITEM-VENDORMAT[1]".to_owned()));
}

#[tokio::test]
async fn a_cart_below_its_minimum_is_stopped_or_warned_as_the_connection_says() {
    let gateway = Gateway::start("shop-minimum").await;
    let shopper = Shopper::ariba(&gateway).await;
    shopper.add(&a_part(), "1").await;
    let connection = ConnectionId::parse("meridian-ariba").unwrap();
    let set = async |minimum: Option<i64>, below| {
        let minimum_order = Some(minimum.map(Decimal::from));
        let terms =
            ConnectionTerms { minimum_order, below_minimum: Some(below), ..ConnectionTerms::default() };
        set_terms(&gateway.app, &connection, &terms).await.unwrap();
    };
    assert!(!shopper.get("cart").await.text.contains("Minimum order value"));
    set(Some(1_000_000), Strictness::Stop).await;
    for place in ["cart", "review"] {
        let page = shopper.get(place).await;
        let words = page.words("main");
        assert!(words.contains("Minimum order value: 1,000,000.00 EUR"), "{words}");
        assert!(words.contains("EUR below it."), "{words}");
        assert!(page.form("transfer").is_none());
    }
    let revision = held_revision(&shopper).await;
    let stopped = shopper.post("transfer", &[("revision", &revision)]).await;
    assert_eq!(stopped.status, 422, "{}", stopped.text);
    assert!(stopped.words("main").contains("The minimum order value is 1,000,000.00 EUR"));

    set(Some(1_000_000), Strictness::Warn).await;
    let review = shopper.get("review").await;
    assert!(review.words("main").contains("EUR below it."));
    assert!(review.form("transfer").is_some());
    set(None, Strictness::Stop).await;
    let review = shopper.get("review").await;
    assert!(!review.text.contains("Minimum order value"));
    assert_eq!(shopper.post("transfer", &[("revision", &revision)]).await.status, 303);
}

#[tokio::test]
async fn lines_of_one_product_show_the_tier_of_their_sum() {
    let gateway = Gateway::start("shop-together").await;
    let shopper = Shopper::ariba(&gateway).await;
    let tiered = |product: &Product| {
        product.price_basis == Decimal::ONE
            && product.list_price.as_ref().is_some_and(|list| list.tiers.len() > 1)
    };
    let part = part_where(|product| product.order == QuantityRule::default() && tiered(product));
    let all = products().unwrap();
    let product = all.iter().find(|product| product.part.as_str() == part).unwrap();
    let next = product.list_price.as_ref().unwrap().tiers[1].from.value();
    shopper.add(&part, &(next - Decimal::ONE).to_string()).await;
    let alone = shopper.get("cart").await.words(".line .price");
    let held = held_revision(&shopper).await;
    let quantity = (next - Decimal::ONE).to_string();
    let fields = [("revision", held.as_str()), ("quantity-1", quantity.as_str()), ("note-1", "gate 4")];
    shopper.submit("cart", &fields).await;
    shopper.add(&part, "1").await;
    let cart = shopper.get("cart").await;
    let prices = cart.all(".line .price", |price| price.text().collect::<String>());
    assert_eq!(prices.len(), 2);
    assert_eq!(prices[0], prices[1], "the price of both is that of their sum");
    assert!(!alone.contains(prices[0].trim()), "{alone} is not {}", prices[0]);
    assert!(cart.words("main").contains("all your lines of this item together"));
    let total = |page: &Page, selector: &str| page.words(selector);
    let in_cart = total(&cart, ".total strong");
    assert_eq!(total(&shopper.get("review").await, ".total strong"), in_cart);
}
