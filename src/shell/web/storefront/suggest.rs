//! `GET suggest?q=…`: what can be typed next, for the script of the search field.

use axum::{
    extract::{Path, RawQuery, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::{
    model::catalog::CATEGORY_SEPARATOR,
    shell::{
        search::{FacetName, FacetValue, Thing},
        shops::{Shop, ShopError},
        web::visit::Visit,
    },
};

use super::{
    address::{Links, ListAddress},
    frame::last_name,
    overview::blocking,
    scene::Stage,
};

/// Suggestions at most, and of each kind.
const ALL: usize = 8;
const OF_EACH: usize = 5;

/// One suggestion.
#[derive(Debug, Serialize)]
struct Suggestion {
    /// What it would search for, or where it leads.
    text: String,
    /// What kind of thing that is; empty: words.
    what: String,
    /// Where it leads.
    href: String,
}

/// A list of suggestions as JSON; empty where there is no visit any more.
pub(super) async fn suggest(
    State(stage): State<Stage>,
    Path(capability): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let found = match Visit::load(&stage.app, &capability).await {
        Ok(visit) => {
            let links = Links::new(stage.app.public_url.prefix(), &capability);
            let text = ListAddress::parse(query.as_deref().unwrap_or_default()).text;
            let shop = visit.shop;
            blocking(move || suggestions(&shop, &links, &text)).await
        }
        Err(_) => return json(StatusCode::NOT_FOUND, &[]),
    };
    let found =
        found.inspect_err(|error| tracing::error!(%error, "nothing could be suggested")).unwrap_or_default();
    json(StatusCode::OK, &found)
}

fn json(status: StatusCode, found: &[Suggestion]) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/json; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    let text = serde_json::to_string(found).unwrap_or_else(|_| "[]".to_owned());
    (status, headers, text).into_response()
}

fn suggestions(shop: &Shop, links: &Links, text: &str) -> Result<Vec<Suggestion>, ShopError> {
    let completions = shop.complete(text, OF_EACH)?;
    let mut found = Vec::new();
    for ordinal in completions.products {
        let Some(product) = shop.product(ordinal)? else { continue };
        let href = links.product(&product.key());
        found.push(Suggestion { text: product.part.to_string(), what: product.name.clone(), href });
    }
    let words = completions.texts.into_iter().map(|text| {
        let list = ListAddress { text: text.clone(), ..ListAddress::default() };
        Suggestion { text, what: String::new(), href: links.products(&list) }
    });
    let things = completions.things.into_iter().map(|thing| match thing {
        Thing::Category(path) => Suggestion {
            text: last_name(&path).to_owned(),
            what: match path.rsplit_once(CATEGORY_SEPARATOR).map(|(above, _)| above) {
                Some(above) => format!("in {}", last_name(above)),
                None => "Category".to_owned(),
            },
            href: links.category(&path),
        },
        Thing::Brand(name) => {
            let list = ListAddress::default().toggled(&FacetName::Brand, &FacetValue::Text(name.clone()));
            Suggestion { text: name, what: "Brand".to_owned(), href: links.products(&list) }
        }
    });
    found.extend(words.take(OF_EACH));
    found.truncate(ALL - 2);
    let room = ALL.saturating_sub(found.len()).max(2);
    found.extend(things.take(room));
    Ok(found)
}
