//! `GET /start/<link>`: into the visit, by a redirect that leaves no trace of the link.

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{
    flow::setup::Operation,
    model::hook_url::Origin,
    shell::app::{App, SharedApp},
};

use super::{storefront, visit::Visit};

/// The route.
pub fn router() -> Router<SharedApp> {
    Router::new().route("/start/{link}", get(follow))
}

async fn follow(
    State(app): State<SharedApp>,
    Path(link): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let prefetch = ["sec-purpose", "purpose", "x-moz"].iter().any(|name| {
        text(name).is_some_and(|value| value.contains("prefetch") || value.contains("prerender"))
    });
    let framed = text("sec-fetch-dest").is_some_and(|dest| dest == "iframe" || dest == "frame");
    let framed_by = text("referer").filter(|_| framed).and_then(|referer| Origin::parse(referer).ok());
    match app.start(&link, prefetch || method == Method::HEAD, framed_by).await {
        Ok(visit) => {
            let headers =
                [(header::LOCATION, landing(&app, &visit)), (header::CACHE_CONTROL, "no-store".to_owned())];
            (StatusCode::SEE_OTHER, headers).into_response()
        }
        Err(error) => storefront::refuse(&app, error),
    }
}

/// The first page: the cart of an edit or inspect, the item asked for, or the shop.
fn landing(app: &App, visit: &Visit) -> String {
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let page = match (visit.session.purpose.operation, &visit.session.purpose.selected_item) {
        (Operation::Edit | Operation::Inspect, _) => "cart".to_owned(),
        (_, Some(item)) => format!("item?part={}", encode(item.part.as_str())),
        (Operation::Detail, None) => "item".to_owned(),
        (_, None) => match &visit.session.purpose.search {
            Some(words) => format!("products?q={}", encode(words)),
            None => String::new(),
        },
    };
    format!("{}/s/{}/{page}", app.public_url.prefix(), visit.capability)
}
