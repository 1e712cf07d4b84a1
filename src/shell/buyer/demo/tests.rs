//! The pages over real sockets, with a small gateway of another make behind them.

use axum::http::StatusCode;
use url::Url;

use super::*;
use crate::shell::buyer::{
    ask::Ask,
    page::Page,
    tests::{CXML, Fault, OCI, Shared, open},
};

struct Stand {
    client: Client,
    base: Url,
    gateway: Url,
    shop: Shared,
}

async fn stand() -> Stand {
    let (gateway, shop) = open(Fault::None).await;
    let connections = [CXML, OCI].map(|file| BuyerConnection::read(file, |_| None).unwrap()).to_vec();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let buyer = VirtualBuyer::new(gateway.clone(), base.as_str(), connections).unwrap();
    tokio::spawn(async move { axum::serve(listener, virtual_buyer_router(buyer)).await });
    Stand { client: Client::new(None).unwrap(), base, gateway, shop }
}

impl Stand {
    async fn send(&self, ask: &Ask) -> (StatusCode, Page, String) {
        let received = self.client.send(ask).await.unwrap();
        let html = String::from_utf8(received.body.to_vec()).unwrap();
        (received.status, Page::read(&received).unwrap(), html)
    }

    async fn get(&self, path: &str) -> (StatusCode, Page, String) {
        self.send(&Ask::get(self.base.join(path).unwrap())).await
    }

    async fn post(&self, path: &str, body: &str) -> (StatusCode, Page, String) {
        let kind = "application/x-www-form-urlencoded";
        self.send(&Ask::post(self.base.join(path).unwrap(), kind, body.to_owned())).await
    }

    /// Begins a visit and brings a cart of one line; its page and address.
    async fn cart(&self) -> (Page, String) {
        let (_, visit, _) = self.post("/visits", "connection=0&operation=create").await;
        let id = visit.url.path().rsplit('/').next().unwrap().to_owned();
        let cookie = self.shop.lock().unwrap().cookie.clone();
        let message = crate::shell::buyer::receive::tests::MESSAGE.replace("C 1", &cookie);
        let field = [("cXML-urlencoded".to_owned(), message)];
        let body = crate::shell::buyer::encode::urlencoded(&field, encoding_rs::UTF_8);
        let (status, received, _) = self.post(&format!("/return/{id}"), &body).await;
        assert_eq!(status, StatusCode::OK);
        assert!(received.text.contains("The cart is here"), "{}", received.text);
        let link = received.links.iter().find(|link| link.label.contains("See what came back")).unwrap();
        let (_, cart, _) = self.send(&Ask::get(link.to.clone())).await;
        (cart, format!("/visits/{id}"))
    }

    fn press(page: &Page, words: &str) -> Ask {
        let pressed = |form: &crate::shell::buyer::page::Form| {
            let button = form.buttons.iter().find(|button| button.label == words)?;
            Some(form.ask(Some(button), &[]))
        };
        page.forms.iter().find_map(pressed).unwrap_or_else(|| panic!("no button {words}: {}", page.text))
    }
}

#[tokio::test]
async fn a_visit_shows_both_documents_masked_and_frames_the_shop() {
    let stand = stand().await;
    let (status, page, html) = stand.post("/visits", "connection=0&operation=create&part=K-100").await;
    assert_eq!(status, StatusCode::OK);
    assert!(html.contains(&format!("src=\"{}anfang\"", stand.gateway)), "{html}");
    assert!(!html.contains("hush") && html.contains("&lt;SharedSecret&gt;****&lt;"), "{html}");
    for words in ["Status 200", "BuyerCookie", "SelectedItem", "K-100", "StartPage"] {
        assert!(page.text.contains(words), "{words}");
    }
    let state = page.url.join(&format!("{}/state", page.url.path())).unwrap();
    let state = stand.client.send(&Ask::get(state)).await.unwrap();
    assert_eq!(state.body, "waiting");
}

#[tokio::test]
async fn a_cart_is_shown_judged_ordered_repeated_and_taken_back() {
    let stand = stand().await;
    let (cart, visit) = stand.cart().await;
    for words in ["A-1", "250 EA", "13.72", "Total is the sum of the lines", "operationAllowed"] {
        assert!(cart.text.contains(words), "{words}: {}", cart.text);
    }
    assert!(!cart.text.contains("No: "), "{}", cart.text);
    let (_, order, _) = stand.send(&Stand::press(&cart, "Send the order")).await;
    assert!(order.text.contains("OrderRequest") && order.text.contains("Status 200"), "{}", order.text);
    let (_, repeat, html) = stand.send(&Stand::press(&order, "Send the same order again")).await;
    assert!(repeat.text.contains("The same order again"));
    assert!(!html.contains("hush"));
    let (_, changed, _) = stand.send(&Stand::press(&repeat, "Change a price and send")).await;
    assert!(changed.text.contains("16.22"), "{}", changed.text);
    let (_, deleted, _) = stand.send(&Stand::press(&changed, "Take the order back")).await;
    assert!(deleted.text.contains("delete"));
    assert_eq!(stand.shop.lock().unwrap().orders, [1, 1, 1, 1]);
    let (_, home, _) = stand.get("/").await;
    assert!(home.links.iter().any(|link| link.to.path() == format!("{visit}/cart")));
}

#[tokio::test]
async fn an_edit_sends_the_lines_and_needs_a_cart() {
    let stand = stand().await;
    let (_, page, _) = stand.post("/visits", "connection=0&operation=edit").await;
    assert!(page.text.contains("no cart yet"), "{}", page.text);
    let (cart, _) = stand.cart().await;
    for (words, operation) in [("Edit this cart", "edit"), ("Inspect", "inspect")] {
        let (_, visit, _) = stand.send(&Stand::press(&cart, words)).await;
        assert!(visit.text.contains("ItemOut") && visit.text.contains(operation), "{}", visit.text);
    }
    let (_, visit, _) = stand.post("/visits", "connection=0&operation=inspect").await;
    assert!(visit.text.contains("1 lines"), "{}", visit.text);
    let (status, _, _) = stand.post("/visits", "connection=1&operation=edit").await;
    assert_eq!(status, StatusCode::OK, "OCI has no cart yet");
}

#[tokio::test]
async fn an_oci_call_is_a_form_into_the_frame() {
    let stand = stand().await;
    let (_, page, html) = stand.post("/visits", "connection=1&operation=create").await;
    let call = page.forms.iter().find(|form| !form.fields.is_empty()).unwrap();
    assert_eq!(call.action, stand.gateway.join("/oci").unwrap());
    assert!(call.pairs().contains(&("PASSWORD".to_owned(), "hush".to_owned())));
    assert!(!page.text.contains("hush") && html.contains("target=\"shop\""));
    let (_, shop, _) = stand.send(&call.ask(call.buttons.first(), &[])).await;
    assert!(shop.text.contains("Guten Tag"));
}

#[tokio::test]
async fn what_is_no_cart_and_what_is_not_there_is_said() {
    let stand = stand().await;
    let (_, visit, _) = stand.post("/visits", "connection=0&operation=create").await;
    let id = visit.url.path().rsplit('/').next().unwrap().to_owned();
    let (_, page, _) = stand.post(&format!("/return/{id}"), "cxml-base64=%3Cb%3E").await;
    assert!(page.text.contains("no cart"), "{}", page.text);
    let (_, page, _) = stand.get(&format!("/visits/{id}/cart")).await;
    assert!(page.text.contains("not base64"), "{}", page.text);
    for path in ["/visits/nobody", "/visits/nobody/cart", &format!("/visits/{id}/orders/1"), "/else"] {
        assert_eq!(stand.get(path).await.0, StatusCode::NOT_FOUND, "{path}");
    }
    let (status, _, _) = stand.post("/visits", "connection=9&operation=create").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn visits_are_forgotten_in_time() {
    let stand = stand().await;
    let (_, first, _) = stand.post("/visits", "connection=1&operation=create").await;
    for _ in 0..40 {
        stand.post("/visits", "connection=1&operation=create").await;
    }
    assert_eq!(stand.get(first.url.path()).await.0, StatusCode::NOT_FOUND);
}

#[test]
fn the_policy_lets_the_shop_into_the_frame_and_nothing_else() {
    let shop = Origin::parse("https://shop.example:8443/start/x").unwrap();
    let headers = headers(Some(&shop));
    let policy = headers.get(header::CONTENT_SECURITY_POLICY).unwrap().to_str().unwrap();
    assert!(policy.contains("frame-src 'self' https://shop.example:8443;"), "{policy}");
    assert!(policy.contains("form-action 'self' https://shop.example:8443;"));
    assert!(policy.ends_with("frame-ancestors 'self'"));
}
