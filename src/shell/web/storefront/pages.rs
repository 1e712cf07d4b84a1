//! Pages that only show something.

use std::sync::Arc;

use axum::{
    extract::{Path, RawQuery},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use jiff::SignedDuration;
use url::form_urlencoded;

use crate::{
    flow::{
        session::Stage as Progress,
        setup::{Entry, Operation},
    },
    model::{
        catalog::{Product, ProductKey, RelationKind},
        ids::SupplierPartId,
        profile::Target,
    },
    shell::{
        app::AppError,
        search::{Hits, Query, Sort},
        store::keys::{DepartureKey, ReturnedCartKey},
        web::{
            depart::Cancelled,
            look::{Tone, format, headers, notice},
            visit::DepartureForm,
        },
    },
    wire::{feed::index, oci::products_of},
};

use super::{
    address::{ListAddress, Order, product_key},
    answer::{Answer, failure, see_other},
    cart::{self, CartPage},
    frame::CategoryCard,
    home::{self, Home},
    leave::{self, Goodbye, Parcel, Posted},
    overview::{self, blocking},
    product::{self, ProductPage},
    products::{self, Products},
    review::{self, Review, Said},
    row::Refused,
    scene::Scene,
    trouble::Trouble,
};

/// Related products that a product's page shows.
const RELATED: usize = 6;

/// In this order.
const RELATIONS: [RelationKind; 5] = [
    RelationKind::Successor,
    RelationKind::Alternative,
    RelationKind::Accessory,
    RelationKind::SparePart,
    RelationKind::Related,
];

/// `GET /s/<capability>/`
pub(super) async fn home(mut scene: Scene, RawQuery(query): RawQuery) -> Answer {
    scene.tell_added(added(query.as_deref()));
    let picks = scene.items(scene.overview.picks.iter().filter_map(|key| scene.find(key)));
    let view = Home { picks: &picks, products: scene.overview.products };
    Ok(scene.page(StatusCode::OK, home::page(&scene.frame(), &view)))
}

/// `GET products?q=…&in=…&brand=…&is.<property>=…&sort=…&per=…&page=…`
pub(super) async fn products(mut scene: Scene, RawQuery(query): RawQuery) -> Answer {
    scene.tell_added(added(query.as_deref()));
    let (shop, list) = (scene.visit.shop.clone(), scene.list.clone());
    let found = blocking(move || {
        let hits = shop.search(&Query {
            text: &list.text,
            category: Some(list.category.as_str()).filter(|path| !path.is_empty()),
            narrowed: &list.narrowed,
            sort: sort(list.sort),
            offset: list.offset().min(Query::MAX_OFFSET),
            limit: list.page_size(),
            ..Query::default()
        })?;
        let read = |ordinal: &u32| shop.product(*ordinal).transpose();
        let products = hits.ordinals.iter().filter_map(read).collect::<Result<Vec<_>, _>>()?;
        Ok((hits, products))
    });
    let (hits, found) = found.await.map_err(|error| scene.trouble(failure(&error)))?;
    if let Some(only) = the_one(&scene.list, &hits, &found) {
        return Ok(see_other(&scene.links.product(&only)));
    }
    if let Some(wanted) = wanted(query.as_deref()) {
        let text = maud::html! { "Your procurement system asked for “" (format::Data(&wanted)) "”, which is not in your catalogue." };
        scene.news = Some(notice(Tone::Warning, &text));
    }
    let items = scene.items(found);
    let below = below(&scene, &hits);
    let view = Products {
        list: &scene.list,
        total: hits.total,
        near: hits.near,
        items: &items,
        below: &below,
        facets: &hits.facets,
        unsorted: hits.unsorted,
    };
    Ok(scene.page(StatusCode::OK, products::page(&scene.frame(), &view)))
}

const fn sort(order: Order) -> Sort {
    match order {
        Order::Best => Sort::Relevance,
        Order::Name => Sort::Name,
        Order::Part => Sort::Part,
        Order::Price => Sort::Price,
        Order::LeadTime => Sort::LeadTime,
    }
}

/// The only match of a search for words: its page is what the shopper wants to see.
fn the_one(list: &ListAddress, hits: &Hits, found: &[Arc<Product>]) -> Option<ProductKey> {
    let one = hits.total == 1 && !hits.near && !list.text.is_empty() && list.narrowed.is_empty();
    found.first().filter(|_| one).map(|product| product.key())
}

/// Categories right below the one that is shown, with their matches.
fn below(scene: &Scene, hits: &Hits) -> Vec<CategoryCard> {
    let tree = scene.visit.shop.catalog.categories();
    let here = tree.by_path(&scene.list.category).map(|category| category.path.as_str());
    let counts = hits.categories.iter().filter_map(|count| {
        let category = tree.by_path(&count.path)?;
        let parent = category.parent.and_then(|id| tree.by_id(id)).map(|parent| parent.path.as_str());
        (parent == here).then(|| overview::card(category, count.products))
    });
    counts.collect()
}

/// `GET product?part=…&aux=…`
pub(super) async fn product(mut scene: Scene, RawQuery(query): RawQuery) -> Answer {
    scene.tell_added(added(query.as_deref()));
    let found = named(query.as_deref()).and_then(|key| scene.find(&key));
    let Some(product) = found else { return Ok(scene.trouble(Trouble::NoSuchProduct)) };
    Ok(product_page(&scene, product, StatusCode::OK, None, None))
}

/// A product's page, also with a quantity that was refused.
pub(super) fn product_page(
    scene: &Scene,
    product: Arc<Product>,
    status: StatusCode,
    refused: Option<Refused<'_>>,
    back: Option<super::address::Place>,
) -> Response {
    let find = |part: &SupplierPartId| scene.find(&ProductKey { part: part.clone(), auxiliary: None });
    let mut relations = Vec::new();
    let mut shown: std::collections::HashSet<SupplierPartId> = std::collections::HashSet::new();
    for kind in RELATIONS {
        // What is related in two ways stands where it comes first: a page has each product once.
        let of_kind = product.relations.iter().filter(|one| one.kind == kind).map(|one| &one.part);
        let of_kind =
            of_kind.filter(|part| **part != product.part && !shown.contains(*part)).collect::<Vec<_>>();
        shown.extend(of_kind.iter().map(|part| (*part).clone()));
        let items = scene.items(of_kind.into_iter().filter_map(find).take(RELATED));
        if !items.is_empty() {
            relations.push((kind, items));
        }
    }
    let components: Vec<_> =
        product.details.components.iter().map(|one| (one.clone(), find(&one.part))).collect();
    let variants = scene.variants(&product);
    let today = scene.app.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let item = scene.item(product);
    let view = ProductPage {
        item: &item,
        relations: &relations,
        variants: &variants,
        components: &components,
        today,
        refused,
        back,
    };
    scene.page(status, product::page(&scene.frame(), &view))
}

/// `GET item?part=…`: level 2, where the buyer's system names the product to open.
pub(super) async fn item(scene: Scene, RawQuery(query): RawQuery) -> Answer {
    let wanted = named(query.as_deref());
    let purpose = &scene.visit.session.purpose;
    // An OCI buyer names a product by the id that we gave it.
    let keys = match (&purpose.entry, &wanted) {
        (Entry::Oci(_), Some(key)) => products_of(key.part.as_str()),
        _ => wanted.iter().cloned().collect(),
    };
    let found = keys.iter().find_map(|key| scene.find(key));
    Ok(match (found, wanted) {
        (None, _) if purpose.operation == Operation::Detail => scene.trouble(Trouble::NoSuchProduct),
        (Some(product), _) => see_other(&scene.links.product(&product.key())),
        // The places of an index that are no products.
        (None, Some(key)) if key.part.as_str() == scene.visit.session.supplier.as_str() => {
            see_other(&scene.links.home())
        }
        (None, Some(key)) => match key.part.as_str().strip_prefix(index::CATEGORY) {
            Some(path) => see_other(&scene.links.products(&ListAddress::default().within(path))),
            None => see_other(&scene.links.wanted(key.part.as_str())),
        },
        (None, None) => see_other(&scene.links.home()),
    })
}

/// `GET picture?part=…&aux=…&n=…`: a picture that was fetched, of a product that this visit shows.
pub(super) async fn picture(scene: Scene, RawQuery(query): RawQuery) -> Answer {
    let found = named(query.as_deref()).and_then(|key| scene.find(&key));
    let Some(product) = found else { return Ok(scene.trouble(Trouble::NoSuchProduct)) };
    let number = field(query.as_deref(), "n").and_then(|text| text.parse::<usize>().ok());
    let address = number.and_then(|number| product.details.pictures.get(number));
    let photo = match address {
        Some(picture) => scene.visit.shop.catalog.photo(&picture.address),
        None => Ok(None),
    };
    let photo = photo.inspect_err(|error| tracing::error!(%error, "a picture could not be read"));
    let Ok(Some(photo)) = photo else { return Ok(see_other(&scene.links.picture(product.picture.as_ref()))) };
    // A visit sees one version of the catalog: under its address a picture never changes.
    let headers = [
        (header::CONTENT_TYPE, photo.media_type),
        (header::CACHE_CONTROL, "private, max-age=28800, immutable"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    Ok((headers, photo.bytes).into_response())
}

/// `GET cart`
pub(super) async fn cart(scene: Scene) -> Answer {
    let view = CartPage { cart: &scene.priced, typed: &std::collections::BTreeMap::new() };
    Ok(scene.page(StatusCode::OK, cart::page(&scene.frame(), &view)))
}

/// `GET review`
pub(super) async fn review(scene: Scene) -> Answer {
    Ok(review_page(&scene, StatusCode::OK, Said::Nothing))
}

/// The review; `said`: why the cart that the shopper confirmed did not leave.
pub(super) fn review_page(scene: &Scene, status: StatusCode, said: Said) -> Response {
    let days = i64::from(scene.visit.parties.supplier.price_lock_days);
    let now = scene.app.now();
    let view = Review {
        cart: &scene.priced,
        holds_until: now.checked_add(SignedDuration::from_hours(24 * days)).unwrap_or(now),
        said,
        returned_before: scene.visit.session.stage == Progress::Returned { revision: scene.priced.revision },
    };
    scene.page(status, review::page(&scene.frame(), &view))
}

/// `GET return/<revision>`: the page that posts what left under this revision; the same bytes each time.
pub(super) async fn returned(scene: Scene, Path((_, revision)): Path<(String, u64)>) -> Answer {
    let failed = |error: AppError| scene.trouble(failure(&error));
    let departure = scene.visit.departure(&scene.app, revision).await.map_err(failed)?;
    let Some(departure) = departure else { return Ok(scene.trouble(Trouble::NotFound)) };
    posting(&scene, &departure, parcel(&scene, revision).await.map_err(failed)?)
}

/// `GET cancelled`: the page that posts that nothing was changed, or says how to leave.
pub(super) async fn cancelled(scene: Scene) -> Answer {
    let form = scene.visit.cancellation_form(&scene.app).await;
    if let Some(form) = form.map_err(|error: AppError| scene.trouble(failure(&error)))? {
        return posting(&scene, &form, Parcel::Nothing);
    }
    let address = match scene.visit.way_out() {
        Cancelled::Address(address) => Some(address),
        Cancelled::Instructions => None,
        // Nothing was cancelled yet.
        Cancelled::Form => return Ok(see_other(&scene.links.home())),
    };
    let parties = &scene.visit.parties;
    let view = Goodbye {
        links: &scene.links,
        supplier: &parties.supplier,
        buyer: &parties.buyer.name,
        onward: address.as_ref().map(|address| (address.as_str(), scene.visit.target())),
    };
    Ok(scene.page(StatusCode::OK, leave::goodbye(&view)))
}

/// The page that posts a form to the buyer.
fn posting(scene: &Scene, departure: &DepartureForm, parcel: Parcel) -> Answer {
    let target = Target::parse(&departure.target).map_err(|_| scene.trouble(Trouble::Failed))?;
    let parties = &scene.visit.parties;
    let page = leave::post(&Posted {
        links: &scene.links,
        supplier: &parties.supplier,
        buyer: &parties.buyer.name,
        action: &departure.form.action,
        method: departure.form.method,
        target: &target,
        charset: departure.charset,
        fields: &departure.form.fields,
        parcel,
    });
    let (bytes, kind) = leave::encode(page, departure.charset);
    let mut headers = headers::return_page_headers(&scene.visit.frame_ancestors());
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    Ok((headers, bytes).into_response())
}

/// What left under a revision: a cart, or the message that nothing changed.
async fn parcel(scene: &Scene, revision: u64) -> Result<Parcel, AppError> {
    let store = &scene.app.store;
    let departure = store.get(&DepartureKey { session: scene.visit.session.id, revision }).await?;
    let Some(cart) = departure.and_then(|row| row.value.cart) else { return Ok(Parcel::Nothing) };
    let cart = store.get(&ReturnedCartKey { cart }).await?;
    let cart = cart.ok_or_else(|| AppError::Broken("a returned cart is gone".into()))?.value;
    Ok(Parcel::Cart { lines: usize::try_from(cart.lines).unwrap_or(usize::MAX), total: cart.payable() })
}

/// Any other address of a visit.
pub(super) async fn nothing(scene: Scene) -> Answer {
    Ok(scene.trouble(Trouble::NotFound))
}

/// A known address, asked in another way.
pub(super) async fn wrong_method(scene: Scene) -> Answer {
    Ok(scene.trouble(Trouble::WrongMethod))
}

/// `/s/<capability>` without its last slash.
pub(super) async fn slash(scene: Scene) -> Answer {
    Ok(see_other(&scene.links.home()).into_response())
}

fn field(query: Option<&str>, wanted: &str) -> Option<String> {
    let mut fields = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    fields.find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned())
}

fn added(query: Option<&str>) -> Option<u32> {
    field(query, "added")?.parse().ok()
}

fn wanted(query: Option<&str>) -> Option<String> {
    field(query, "wanted")?;
    field(query, "q")
}

fn named(query: Option<&str>) -> Option<ProductKey> {
    product_key(&field(query, "part")?, field(query, "aux").as_deref())
}
