//! Forms: put into the cart, change it, return it, leave. Each ends in a redirect, or in the page that says why not.

use std::collections::{BTreeMap, HashMap};

use axum::{body::Bytes, extract::rejection::BytesRejection, http::StatusCode, response::IntoResponse};
use rust_decimal::Decimal;
use url::form_urlencoded;

use crate::{
    flow::cart::{Change, ChangeRefused, Content, Line, ReturnRefused},
    model::{catalog::ProductKey, quantity::Quantity},
    shell::web::visit::VisitError,
};

use super::{
    address::{Place, product_key, product_place},
    answer::{self, Answer, Stop, failure, is_read_only, see_other},
    cart::{self, CartPage, Typed, note_field, quantity_field},
    pages,
    review::Said,
    row::Refused,
    scene::{Scene, Stage},
    trouble::Trouble,
    typed, words,
};

/// The fields of a form, as typed.
pub(super) struct Fields(HashMap<String, String>);

impl Fields {
    fn read(scene: &Scene, body: Result<Bytes, BytesRejection>) -> Result<Self, Stop> {
        let body = body.map_err(|rejected| {
            let too_large = rejected.into_response().status() == StatusCode::PAYLOAD_TOO_LARGE;
            scene.trouble(if too_large { Trouble::TooLarge } else { Trouble::BadForm })
        })?;
        Ok(Self(form_urlencoded::parse(&body).into_owned().collect()))
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.text(name)?.parse().ok()
    }
}

/// `POST cart/add`: part, aux, quantity (or instead), back.
pub(super) async fn add(scene: Scene, body: Result<Bytes, BytesRejection>) -> Answer {
    allowed(&scene)?;
    let fields = Fields::read(&scene, body)?;
    let key = fields.text("part").and_then(|part| product_key(part, fields.text("aux")));
    let Some(key) = key else { return Ok(scene.trouble(Trouble::BadForm)) };
    let Some(product) = scene.find(&key) else { return Ok(scene.trouble(Trouble::NoSuchProduct)) };
    let key = product.key();
    let back = fields.text("back").and_then(Place::parse);
    let text = fields.text("instead").or(fields.text("quantity")).unwrap_or_default();
    let refused = |scene: &Scene, message: &str, offers: &[Quantity]| {
        let refused = Refused { typed: text, message, offers };
        let product = std::sync::Arc::clone(&product);
        pages::product_page(scene, product, StatusCode::UNPROCESSABLE_ENTITY, Some(refused), back.clone())
    };
    let quantity = match typed::quantity(text) {
        Ok(quantity) => quantity,
        Err(problem) => return Ok(refused(&scene, &problem.to_string(), &[])),
    };
    let (stage, links) = (scene.stage(), scene.links.clone());
    let change = Change::Add { product: key.clone(), quantity };
    match scene.visit.change(&stage.app, &change).await {
        Ok(visit) => {
            let line = visit.cart.lines_of(&key).last().map_or(0, |line| line.number);
            let back = back.unwrap_or_else(|| product_place(&key));
            Ok(see_other(&links.at(&back.after_adding(line, &key))))
        }
        Err(VisitError::Change(problem)) => {
            let scene = again(&stage, &links).await?;
            let (message, offers) = in_all(&scene, &key, quantity, &problem);
            Ok(refused(&scene, &message, &offers))
        }
        Err(error) => Err(not_done(&stage, &links, error).await),
    }
}

/// Why a quantity cannot be added: the rule counts what the cart already holds.
fn in_all(
    scene: &Scene,
    key: &ProductKey,
    adding: Quantity,
    problem: &ChangeRefused,
) -> (String, Vec<Quantity>) {
    let product = scene.visit.shop.find(key);
    let unit = product.as_ref().map(|product| &product.unit);
    let ChangeRefused::Quantity(refused) = problem else {
        return (words::change_refused(problem, unit), Vec::new());
    };
    let held = refused.wanted.value() - adding.value();
    if held <= Decimal::ZERO {
        return (words::quantity_refused(refused, unit), refused.offers.clone());
    }
    let offers = refused.offers.iter().filter_map(|offer| Quantity::new(offer.value() - held).ok()).collect();
    (words::quantity_refused_in_all(refused, held, unit), offers)
}

/// `POST cart`: all quantities and notes, `remove`, `then`.
pub(super) async fn update(scene: Scene, body: Result<Bytes, BytesRejection>) -> Answer {
    allowed(&scene)?;
    let fields = Fields::read(&scene, body)?;
    let wishes = wishes(&scene, &fields);
    if !wishes.typed.is_empty() {
        let view = CartPage { cart: &scene.priced, typed: &wishes.typed };
        return Ok(scene.page(StatusCode::UNPROCESSABLE_ENTITY, cart::page(&scene.frame(), &view)));
    }
    let next = if fields.text("then") == Some("review") { scene.links.review() } else { scene.links.cart() };
    if wishes.changes.is_empty() {
        return Ok(see_other(&next));
    }
    // An older page of the cart would undo what another one did meanwhile.
    if fields.number("revision") != Some(scene.visit.cart.revision) {
        return Ok(scene.trouble(Trouble::CartChanged));
    }
    let (stage, links) = (scene.stage(), scene.links.clone());
    match scene.visit.change_all(&stage.app, &wishes.changes).await {
        Ok(_) => Ok(see_other(&next)),
        Err(VisitError::Change(_)) => Ok(again(&stage, &links).await?.trouble(Trouble::CartChanged)),
        Err(error) => Err(not_done(&stage, &links, error).await),
    }
}

/// What a cart's form asks for.
#[derive(Default)]
struct Wishes {
    changes: Vec<Change>,
    /// Filled where anything cannot be taken: then every line is shown as typed.
    typed: BTreeMap<u32, Typed>,
}

fn wishes(scene: &Scene, fields: &Fields) -> Wishes {
    let mut wishes = Wishes::default();
    let removed: Option<u32> = fields.number("remove");
    for line in &scene.visit.cart.lines {
        if removed == Some(line.number) {
            wishes.changes.push(Change::Remove { number: line.number });
            continue;
        }
        match wish(scene, line, fields) {
            Ok(None) => {}
            Ok(Some(change)) => wishes.changes.push(change),
            Err(typed) => {
                wishes.typed.insert(line.number, *typed);
            }
        }
    }
    if !wishes.typed.is_empty() {
        keep_typed(scene, fields, &mut wishes.typed);
    }
    wishes
}

/// A line's change, none where its fields say what it already is; or what is wrong with them.
fn wish(scene: &Scene, line: &Line, fields: &Fields) -> Result<Option<Change>, Box<Typed>> {
    let number = line.number;
    let quantity_text = fields.text(&quantity_field(number));
    let note = fields.text(&note_field(number)).unwrap_or(&line.note).trim();
    let mut typed = as_typed(line, fields);
    let quantity = match quantity_text.map(typed::quantity) {
        None => line.quantity,
        Some(Ok(quantity)) => quantity,
        Some(Err(problem)) => {
            typed.quantity_problem = Some(problem.to_string());
            line.quantity
        }
    };
    let change = Change::Set { number, quantity, note: note.to_owned() };
    if quantity != line.quantity || note != line.note {
        let refused = scene.visit.check(&change).err();
        match refused {
            Some(ChangeRefused::NoteTooLong(_)) => {
                typed.note_problem = refused.map(|refused| words::change_refused(&refused, None));
            }
            Some(refused) => {
                let product = match &line.content {
                    Content::Product(key) => scene.visit.shop.find(key),
                    Content::Foreign(_) => None,
                };
                let unit = product.as_ref().map(|product| &product.unit);
                typed.quantity_problem = Some(words::change_refused(&refused, unit));
            }
            None => {}
        }
    }
    if typed.quantity_problem.is_some() || typed.note_problem.is_some() {
        return Err(Box::new(typed));
    }
    Ok((quantity != line.quantity || note != line.note).then_some(change))
}

fn as_typed(line: &Line, fields: &Fields) -> Typed {
    let quantity =
        fields.text(&quantity_field(line.number)).map_or_else(|| line.quantity.to_string(), str::to_owned);
    let note = fields.text(&note_field(line.number)).unwrap_or(&line.note).to_owned();
    Typed { quantity, note, quantity_problem: None, note_problem: None }
}

/// Lines without a problem are shown as typed, too: nothing that was typed is lost.
fn keep_typed(scene: &Scene, fields: &Fields, typed: &mut BTreeMap<u32, Typed>) {
    for line in &scene.visit.cart.lines {
        typed.entry(line.number).or_insert_with(|| as_typed(line, fields));
    }
}

/// `POST transfer`: the cart of this revision leaves.
pub(super) async fn transfer(scene: Scene, body: Result<Bytes, BytesRejection>) -> Answer {
    allowed(&scene)?;
    let fields = Fields::read(&scene, body)?;
    let Some(revision) = fields.number("revision") else { return Ok(scene.trouble(Trouble::BadForm)) };
    let (stage, links) = (scene.stage(), scene.links.clone());
    match scene.visit.depart(&stage.app, revision).await {
        Ok(revision) => Ok(see_other(&links.returned(revision))),
        Err(VisitError::Return(refused)) => {
            let changed = refused == ReturnRefused::Changed;
            let scene = again(&stage, &links).await?;
            let status = if changed { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
            Ok(pages::review_page(&scene, status, if changed { Said::Changed } else { Said::Nothing }))
        }
        Err(VisitError::Form(refused)) => {
            let scene = again(&stage, &links).await?;
            Ok(pages::review_page(&scene, StatusCode::UNPROCESSABLE_ENTITY, Said::Unfit(refused)))
        }
        Err(error) => Err(not_done(&stage, &links, error).await),
    }
}

/// `POST cancel`: leave without changing anything.
pub(super) async fn cancel(scene: Scene) -> Answer {
    let (stage, links) = (scene.stage(), scene.links.clone());
    match scene.visit.cancel(&stage.app).await {
        Ok(_) => Ok(see_other(&links.cancelled())),
        Err(error) => Err(not_done(&stage, &links, error).await),
    }
}

/// Refuses a change of a read-only visit before anything else is looked at.
fn allowed(scene: &Scene) -> Result<(), Stop> {
    scene.visit.session.change(scene.app.now()).map_err(|reason| Stop::from(scene.trouble(reason.into())))
}

async fn again(stage: &Stage, links: &super::address::Links) -> Result<Scene, Stop> {
    Scene::again(stage, links).await.map_err(|error| answer::stop(&stage.app, error))
}

/// Why nothing was done: inside the visit's frame where there is still one.
async fn not_done(stage: &Stage, links: &super::address::Links, error: VisitError) -> Stop {
    let trouble = match &error {
        error if is_read_only(error) => Trouble::ReadOnly,
        VisitError::Failed(failed) => failure(failed),
        _ => return answer::stop(&stage.app, error),
    };
    match Scene::again(stage, links).await {
        Ok(scene) => scene.trouble(trouble).into(),
        Err(error) => answer::stop(&stage.app, error),
    }
}
