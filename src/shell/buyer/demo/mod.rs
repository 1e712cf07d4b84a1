//! The virtual buyer in the browser: real setups over HTTP, the shop in a frame, the cart received, orders sent,
//! every document shown with what it means. No cookies; everything works by links and forms.

mod explain;
mod pages;
mod parts;
mod play;
mod played;
mod visit_page;

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Form, Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use maud::Markup;
use serde::Deserialize;
use url::Url;

use crate::{
    flow::setup::Operation,
    model::hook_url::{HookUrl, Origin},
    shell::web::look::{Assets, assets},
};

use super::{
    client::Client,
    connection::BuyerConnection,
    fault::{At, Fault},
    pen::Pen,
};

use self::{
    play::{Begin, Trick},
    played::{Arrival, Books, Entry, Played},
};

/// Longest cart taken, as a form body.
const CART_BYTES: usize = 2 * 1024 * 1024;

/// How long a slow return page takes.
const SLOW: Duration = Duration::from_secs(5);

/// State of the pages. Cheap to clone.
#[derive(Clone)]
pub struct VirtualBuyer(Arc<Inner>);

struct Inner {
    gateway: Url,
    origin: Origin,
    connections: Vec<BuyerConnection>,
    client: Client,
    pen: Pen,
    books: Books,
    assets: Assets,
}

impl VirtualBuyer {
    /// - `gateway`: where the gateway is, for endpoints that connections give as paths.
    /// - `origin`: under which address browsers reach these pages: `http://localhost:8081`; carts come back there.
    /// - `connections`: what can be played, the first one being proposed.
    pub fn new(gateway: Url, origin: &str, connections: Vec<BuyerConnection>) -> Result<Self, String> {
        Ok(Self(Arc::new(Inner {
            gateway,
            origin: Origin::parse(origin).map_err(|error| error.to_string())?,
            connections,
            client: Client::new(None)?,
            pen: Pen::default(),
            books: Books::default(),
            assets: Assets::new(""),
        })))
    }

    fn return_address(&self, id: &str) -> Result<HookUrl, String> {
        HookUrl::parse(&format!("{}/return/{id}", self.0.origin)).map_err(|error| error.to_string())
    }

    fn connection(&self, played: &Played) -> Result<&BuyerConnection, String> {
        self.0.connections.get(played.connection).ok_or_else(|| "no such buyer".to_owned())
    }
}

/// The pages, for a listener of their own.
pub fn virtual_buyer_router(state: VirtualBuyer) -> Router {
    Router::new()
        .route("/", get(home))
        .route("/visits", post(begin))
        .route("/visits/{id}", get(visit))
        .route("/visits/{id}/state", get(progress))
        .route("/visits/{id}/cart", get(cart))
        .route("/visits/{id}/again", post(again))
        .route("/visits/{id}/orders", post(order))
        .route("/visits/{id}/orders/{number}", get(ordered))
        .route("/return/{id}", post(receive).layer(DefaultBodyLimit::max(CART_BYTES)))
        .route("/return/{id}/moved", post(receive_moved).layer(DefaultBodyLimit::max(CART_BYTES)))
        .merge(assets::router())
        .fallback(|State(buyer): State<VirtualBuyer>| async move { buyer.lost() })
        .with_state(state)
}

/// What the first page asks.
#[derive(Deserialize)]
struct Wish {
    #[serde(default)]
    connection: usize,
    #[serde(default)]
    operation: String,
    #[serde(default)]
    part: String,
    #[serde(default)]
    fault: String,
}

/// What to do with a cart that was received.
#[derive(Deserialize)]
struct Again {
    operation: String,
}

/// Which order to send.
#[derive(Deserialize)]
struct OrderWish {
    what: Trick,
}

async fn home(State(buyer): State<VirtualBuyer>) -> Response {
    show(buyer.home_page(None), None)
}

async fn begin(State(buyer): State<VirtualBuyer>, Form(wish): Form<Wish>) -> Response {
    let fault = Fault::ALL.into_iter().find(|fault| fault.as_str() == wish.fault);
    let operation = match fault.map(Fault::at) {
        Some(At::Edit) => Operation::Edit,
        _ => operation(&wish.operation),
    };
    let lines = if operation == Operation::Create {
        Some(Vec::new())
    } else {
        buyer.0.books.last_cart_of(wish.connection).map(|played| played.lines())
    };
    let Some(lines) = lines else {
        let why = "This buyer has received no cart yet: fill a new one first.";
        return show(buyer.home_page(Some(why)), None);
    };
    let part = Some(wish.part.trim()).filter(|part| !part.is_empty());
    buyer.begin_and_go(Begin { connection: wish.connection, operation, part, lines, fault }).await
}

async fn again(
    State(buyer): State<VirtualBuyer>,
    Path(id): Path<String>,
    Form(wish): Form<Again>,
) -> Response {
    let Some(played) = buyer.0.books.find(&id) else { return buyer.lost() };
    let (connection, lines) = (played.connection, played.lines());
    let begin = Begin { connection, operation: operation(&wish.operation), part: None, lines, fault: None };
    buyer.begin_and_go(begin).await
}

async fn visit(State(buyer): State<VirtualBuyer>, Path(id): Path<String>) -> Response {
    let Some(played) = buyer.0.books.find(&id) else { return buyer.lost() };
    let shop = match &played.entry {
        Entry::Cxml { start, .. } => start.as_ref(),
        Entry::Oci { address, .. } => Some(address),
    };
    let origin = shop.and_then(Origin::of);
    show(buyer.visit_page(&played), origin.as_ref())
}

/// For the script of the page around the frame.
async fn progress(State(buyer): State<VirtualBuyer>, Path(id): Path<String>) -> Response {
    let received = buyer.0.books.find(&id).is_some_and(|played| played.cart.is_some());
    let headers = [(header::CACHE_CONTROL, "no-store"), (header::X_CONTENT_TYPE_OPTIONS, "nosniff")];
    (headers, if received { "received" } else { "waiting" }).into_response()
}

/// The cart comes back, through the browser, inside the frame.
async fn receive(State(buyer): State<VirtualBuyer>, Path(id): Path<String>, body: Bytes) -> Response {
    take(&buyer, &id, &body, false).await
}

/// Where a redirecting return page leads.
async fn receive_moved(State(buyer): State<VirtualBuyer>, Path(id): Path<String>, body: Bytes) -> Response {
    take(&buyer, &id, &body, true).await
}

async fn take(buyer: &VirtualBuyer, id: &str, body: &Bytes, moved: bool) -> Response {
    let Some(played) = buyer.0.books.find(id) else { return buyer.lost() };
    match played.fault {
        Some(Fault::SlowHook) => tokio::time::sleep(SLOW).await,
        // The browser repeats the form there: 307, not 303.
        Some(Fault::RedirectingHook) if !moved => {
            return Redirect::temporary(&format!("/return/{id}/moved")).into_response();
        }
        _ => {}
    }
    let arrival = buyer.take_in(&played, body);
    buyer.0.books.change(id, |played| {
        let times = played.cart.as_ref().map_or(0, |earlier| earlier.times);
        played.cart = Some(Arrival { times: times + 1, ..arrival });
    });
    match buyer.0.books.find(id) {
        Some(played) => show(buyer.received_page(&played), None),
        None => buyer.lost(),
    }
}

async fn cart(State(buyer): State<VirtualBuyer>, Path(id): Path<String>) -> Response {
    match buyer.0.books.find(&id) {
        Some(played) => show(buyer.cart_page(&played), None),
        None => buyer.lost(),
    }
}

async fn order(
    State(buyer): State<VirtualBuyer>,
    Path(id): Path<String>,
    Form(wish): Form<OrderWish>,
) -> Response {
    let Some(played) = buyer.0.books.find(&id) else { return buyer.lost() };
    match buyer.order(&played, wish.what).await {
        Ok(sent) => {
            let mut number = 0;
            buyer.0.books.change(&id, |played| {
                played.add_order(sent);
                number = played.orders.len();
            });
            Redirect::to(&format!("/visits/{id}/orders/{number}")).into_response()
        }
        Err(why) => buyer.trouble(StatusCode::BAD_REQUEST, "The order could not be written", &why),
    }
}

async fn ordered(State(buyer): State<VirtualBuyer>, Path((id, number)): Path<(String, usize)>) -> Response {
    let found = buyer.0.books.find(&id);
    let page = found.as_ref().and_then(|played| {
        let sent = number.checked_sub(1).and_then(|place| played.orders.get(place))?;
        Some(buyer.order_page(played, sent))
    });
    page.map_or_else(|| buyer.lost(), |page| show(page, None))
}

fn operation(word: &str) -> Operation {
    match word {
        "edit" => Operation::Edit,
        "inspect" => Operation::Inspect,
        _ => Operation::Create,
    }
}

impl VirtualBuyer {
    async fn begin_and_go(&self, begin: Begin<'_>) -> Response {
        match self.begin_visit(begin).await {
            Ok(played) => {
                let to = format!("/visits/{}", played.id);
                self.0.books.add(played);
                Redirect::to(&to).into_response()
            }
            Err(why) => self.trouble(StatusCode::BAD_REQUEST, "The visit could not begin", &why),
        }
    }

    fn lost(&self) -> Response {
        let why = "The virtual buyer remembers its last visits only, and none of an earlier start.";
        self.trouble(StatusCode::NOT_FOUND, "This page is not there", why)
    }

    fn trouble(&self, status: StatusCode, what: &str, why: &str) -> Response {
        (status, show(self.trouble_page(what, why), None)).into_response()
    }
}

/// - `framed`: where what the page frames comes from.
fn show(page: Markup, framed: Option<&Origin>) -> Response {
    (headers(framed), axum::response::Html(page.0)).into_response()
}

/// Pages of ours may be framed by ourselves: the receipt of a cart is shown where the shop was.
fn headers(framed: Option<&Origin>) -> HeaderMap {
    let shop = framed.map(|origin| format!(" {origin}")).unwrap_or_default();
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
         frame-src 'self'{shop}; form-action 'self'{shop}; base-uri 'none'; frame-ancestors 'self'"
    );
    // An origin is ASCII by construction; should it ever not be, nothing is allowed.
    let policy =
        HeaderValue::from_str(&policy).unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'"));
    HeaderMap::from_iter([
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::REFERRER_POLICY, HeaderValue::from_static("strict-origin")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ])
}

#[cfg(test)]
mod tests;
