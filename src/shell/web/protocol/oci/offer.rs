//! `VALIDATE` and `BACKGROUND_SEARCH`: products as they are now, as a return form would have them.

use std::sync::Arc;

use axum::response::Response;

use crate::{
    flow::{
        cart::{
            Cart, Change, ChangeFacts, ChangeRefused, PricedCart, ReturnFacts, ReturnedCart, ReturnedLine,
            price_cart, return_cart,
        },
        session::{Session, Stage},
        setup::{Entry, Opened},
    },
    model::{
        FieldError,
        catalog::Product,
        field_map::FieldSource,
        limits,
        profile::{LockCarrier, Profile},
        quantity::Quantity,
    },
    shell::{
        app::AppError,
        records::Outcome,
        search::Query,
        shops::Shop,
        web::{
            depart::{listing, put_returned_cart, put_transaction},
            enter::put_session,
            storefront::blocking,
            visit::DepartureForm,
        },
    },
    wire::oci::{FormRefused, Written, products_of, return_form},
};

use super::{Asked, page};

/// The product at the price of this quantity, its price locked as in any cart that leaves. One that is gone, or cannot
/// be ordered like this, gives a page without a form.
pub(super) async fn validate(
    mut asked: Asked<'_>,
    product: &str,
    quantity: Result<Quantity, FieldError>,
) -> Result<Response, AppError> {
    "OCI VALIDATE".clone_into(&mut asked.exchange.kind);
    let (opened, shop) = match open(&asked).await? {
        Ok(opened) => opened,
        Err(refused) => return asked.refuse(&refused).await,
    };
    let profile = asked.request.parties.profile.clone();
    let found = products_of(product).iter().find_map(|key| shop.find(key));
    let taken = match (found, quantity) {
        (None, _) => Err(format!("no product {product:?} in this buyer's catalog")),
        (_, Err(error)) => Err(error.to_string()),
        (Some(found), Ok(quantity)) => {
            let cart = with(&Cart::default(), &found, quantity).map_err(|refused| refused.to_string());
            cart.map(|cart| price_cart(&cart, &shop, opened.session.currency).fitted(&profile))
        }
    };
    let leaving = taken.and_then(|priced| {
        let problem = priced.problems().next().map(|(_, problem)| problem.to_string());
        problem.map_or(Ok(priced), Err)
    });
    let written = match leaving {
        Ok(priced) => {
            left(&asked, &opened.session, &priced, &profile)?.map_err(|refused| refused.to_string())
        }
        Err(why) => Err(why),
    };
    match written {
        Err(why) => {
            keep(&asked, asked.outcome(404, why), "").await?;
            Ok(page::nothing(&asked.request.parties, "This product cannot be ordered"))
        }
        Ok(Leaving { cart, lines, written }) => {
            asked.notes.extend(written.notes.iter().cloned());
            let form = departure(&written, &opened.session, &profile);
            let outcome = asked.outcome(200, "the product was checked, its price is held");
            let text = listing(&form.form.fields);
            let ids = (Some(opened.session.id), None);
            let (mut changes, transaction) =
                asked.exchange.changes(asked.app, &asked.request.parties, outcome, &text, ids)?;
            put_transaction(&mut changes, &transaction);
            // The visit is over with its answer.
            let (stage, expires_at) = (Stage::Returned { revision: cart.revision }, opened.session.opened_at);
            let session = Session { expires_at, stage, ..opened.session };
            put_session(&mut changes, &Opened { session, ..opened });
            put_returned_cart(&mut changes, &cart, &lines);
            asked.app.store.commit(changes).await?;
            Ok(page::checked(asked.app, &asked.request.parties, &form))
        }
    }
}

/// What is found for some words, each in the quantity that an order begins with. Nothing of it is held: a hit becomes a
/// line without our hearing of it.
pub(super) async fn search(
    mut asked: Asked<'_>,
    words: &str,
    vendor: Option<&str>,
) -> Result<Response, AppError> {
    "OCI BACKGROUND_SEARCH".clone_into(&mut asked.exchange.kind);
    let (opened, shop) = match open(&asked).await? {
        Ok(opened) => opened,
        Err(refused) => return asked.refuse(&refused).await,
    };
    let profile = Profile { lock_carrier: LockCarrier::None, ..asked.request.parties.profile.clone() };
    let (hits, total) = if words.is_empty() || !is_ours(&profile, vendor) {
        (Vec::new(), 0)
    } else {
        hits(&shop, words).await?
    };
    let mut cart = Cart::default();
    for product in &hits {
        cart = with(&cart, product, product.order.first()).unwrap_or(cart);
    }
    let mut priced = price_cart(&cart, &shop, opened.session.currency).fitted(&profile);
    priced.lines.retain(|line| line.problem.is_none());
    if priced.stopped().is_some() {
        priced.lines.truncate(profile.lines_kept.and_then(|kept| usize::try_from(kept).ok()).unwrap_or(0));
    }
    // A line that fits into no form is left out, the others are not.
    let found = loop {
        if priced.lines.is_empty() {
            break None;
        }
        match left(&asked, &opened.session, &priced, &profile)? {
            Ok(leaving) => break Some((leaving.lines, leaving.written)),
            Err(refused) => {
                let place = usize::try_from(refused.line).unwrap_or_default().saturating_sub(1);
                priced.lines.remove(place.min(priced.lines.len() - 1));
                asked.notes.push(format!("a product was left out: {refused}"));
            }
        }
    };
    let Some((lines, written)) = found else {
        keep(&asked, asked.outcome(200, format!("nothing found for {words:?}")), "").await?;
        return Ok(page::nothing(&asked.request.parties, "Nothing found"));
    };
    asked.notes.extend(written.notes.iter().cloned());
    let form = departure(&written, &opened.session, &profile);
    let outcome = asked.outcome(200, format!("{} of {total} products found for {words:?}", lines.len()));
    keep(&asked, outcome, &listing(&form.form.fields)).await?;
    Ok(page::found(&asked.request.parties, &form, &lines, total))
}

/// What leaves.
struct Leaving {
    cart: ReturnedCart,
    lines: Vec<ReturnedLine>,
    written: Written,
}

/// A visit for this call alone, and the shop that it sees; or why there is none.
async fn open(asked: &Asked<'_>) -> Result<Result<(Opened, Shop), String>, AppError> {
    let (app, request) = (asked.app, &asked.request);
    let opened = match app.enter_at_once(request).await? {
        Ok(opened) => opened,
        Err(refused) => return Ok(Err(refused.to_string())),
    };
    let shop = app.shops.of(&app.store, &opened.session, &request.parties.connection, app.now()).await?;
    Ok(Ok((opened, shop)))
}

/// The cart with one product more.
fn with(cart: &Cart, product: &Product, quantity: Quantity) -> Result<Cart, ChangeRefused> {
    let change = Change::Add { product: product.key(), quantity };
    cart.changed(&change, &ChangeFacts { rule: Some(product.order) })
}

/// Snapshot and form of a cart.
fn left(
    asked: &Asked<'_>,
    session: &Session,
    priced: &PricedCart,
    profile: &Profile,
) -> Result<Result<Leaving, FormRefused>, AppError> {
    let broken = |what: &str| AppError::Broken(format!("a call without {what}"));
    let (app, parties) = (asked.app, &asked.request.parties);
    let references = priced.lines.iter().map(|_| app.new_lock_reference());
    let facts = ReturnFacts {
        session,
        profile,
        price_lock_days: parties.supplier.price_lock_days,
        confirmed_revision: priced.revision,
        id: app.new_cart_id()?,
        payload_id: None,
        references: references.collect::<Result<Vec<_>, _>>()?,
    };
    let (cart, lines) =
        return_cart(priced, facts, app.now()).map_err(|refused| AppError::Broken(refused.to_string()))?;
    let Entry::Oci(controls) = &session.purpose.entry else { return Err(broken("its controls")) };
    let hook = session.purpose.return_to.as_ref().ok_or_else(|| broken("a return address"))?;
    Ok(return_form(hook, controls, &lines, profile).map(|written| Leaving { cart, lines, written }))
}

fn departure(written: &Written, session: &Session, profile: &Profile) -> DepartureForm {
    let target = session.purpose.return_target.as_ref().unwrap_or(&profile.return_target);
    DepartureForm { form: written.form.clone(), target: target.as_str().to_owned(), charset: written.charset }
}

/// The record of a call that left nothing else behind.
async fn keep(asked: &Asked<'_>, outcome: Outcome, answer: &str) -> Result<(), AppError> {
    let (mut changes, transaction) =
        asked.exchange.changes(asked.app, &asked.request.parties, outcome, answer, (None, None))?;
    put_transaction(&mut changes, &transaction);
    Ok(asked.app.store.commit(changes).await?)
}

/// Whether a search for one supplier means us: our number there, as the connection's field map says it.
fn is_ours(profile: &Profile, vendor: Option<&str>) -> bool {
    let Some(asked) = vendor.map(|vendor| vendor.trim_start_matches('0')) else { return true };
    let rule = profile.fields.iter().find(|(name, _)| name.as_str().eq_ignore_ascii_case("VENDOR"));
    match rule.map(|(_, rule)| &rule.from) {
        Some(FieldSource::Text(own)) => own.trim_start_matches('0') == asked,
        _ => true,
    }
}

/// The best hits, and how many there are.
async fn hits(shop: &Shop, words: &str) -> Result<(Vec<Arc<Product>>, usize), AppError> {
    let (shop, text) = (shop.clone(), words.to_owned());
    blocking(move || {
        let hits = shop.search(&Query { text: &text, limit: limits::SEARCH_HITS, ..Query::default() })?;
        let read = |ordinal: &u32| shop.product(*ordinal).transpose();
        let products = hits.ordinals.iter().filter_map(read).collect::<Result<Vec<_>, _>>()?;
        Ok((products, usize::try_from(hits.total).unwrap_or(usize::MAX)))
    })
    .await
}
