//! `DOWNLOADJSON`: the catalog as this buyer sees it, page by page, for the buyer's own index.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};

use crate::{
    flow::pricing::Terms,
    shell::{
        app::AppError,
        search::Query,
        web::{depart::put_transaction, look::Assets, storefront::blocking},
    },
    wire::oci::json::{self, NewItem, Offer, Page},
};

use super::Asked;

/// One page. A product without a price that can be written is left out, and still counts in `TOTALITEMS`.
pub(super) async fn download(mut asked: Asked<'_>, page: json::Asked) -> Result<Response, AppError> {
    "OCI DOWNLOADJSON".clone_into(&mut asked.exchange.kind);
    let (app, parties) = (asked.app, &asked.request.parties);
    let Some(pins) = app.pins(&parties.buyer, Some(&asked.request.document.purpose)).await? else {
        return asked.refuse("the supplier has published no catalog yet").await;
    };
    let terms =
        Terms { currency: parties.currency(), choice: parties.connection.price_choice, now: app.now() };
    let shop = app
        .shops
        .open(&app.store, &parties.supplier.id, &pins, terms, parties.connection.hides_unpriced)
        .await?
        .speaking(asked.request.document.purpose.language.as_deref(), &parties.connection);
    let (supplier, profile) = (parties.supplier.name.clone(), parties.profile.clone());
    let (assets, public_url) = (Assets::new(""), app.public_url.clone());
    let page = blocking(move || {
        let find = |offset: u32, limit: u32| {
            shop.search(&Query {
                offset: usize::try_from(offset).unwrap_or(usize::MAX).min(Query::MAX_OFFSET),
                limit: usize::try_from(limit).unwrap_or(usize::MAX),
                ..Query::default()
            })
        };
        let page = page.within(find(0, 1)?.total);
        let hits = find(page.offset(), page.page_size)?;
        let mut items = Vec::with_capacity(hits.ordinals.len());
        for ordinal in hits.ordinals {
            let Some(product) = shop.product(ordinal)? else { continue };
            let Some(quote) = shop.prices(&product) else { continue };
            let picture =
                product.picture.as_ref().map(|picture| public_url.join(&assets.picture(Some(picture))));
            let offer = Offer { product: &product, quote: &quote, picture };
            items.extend(NewItem::of(&offer, &supplier, &profile));
        }
        Ok(Page::new(page, hits.total, items))
    })
    .await?;
    let bytes = serde_json::to_vec(&page).map_err(|error| AppError::Broken(error.to_string()))?;
    let outcome = asked.outcome(200, format!("a page of the catalog with {} products", page.len()));
    let (mut changes, transaction) = asked.exchange.changes(app, parties, outcome, "", (None, None))?;
    put_transaction(&mut changes, &transaction);
    app.store.commit(changes).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/json; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((headers, bytes).into_response())
}
