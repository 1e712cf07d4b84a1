//! An `OrderRequest` of a proven sender: durable before its answer.

use std::collections::BTreeSet;

use crate::{
    flow::{
        authenticate::{Authenticated, Parties},
        cart::{ReturnedCart, reference_of},
        order::{
            Accepted, Blanket, Decision, Facts, Order, OrderDocument, OrderKind, OrderLine, OrderType,
            OrderVersion, OrderedLine, Recorded, Snapshot, accept, of_blanket, reconcile, reconcile_charges,
        },
        secret::Secret,
    },
    model::{
        ids::SessionId,
        limits,
        party::{ConnectionState, Sealed},
    },
    shell::{
        app::{App, AppError},
        records::Outcome,
        store::{
            Changes, DocumentId, Scan, StoreError, Version,
            keys::{
                OrderByTimeKey, OrderKey, OrderVersionKey, ReleaseKey, ReturnedCartKey, ReturnedPartKey,
                SessionTransactionKey, StoredVersion,
            },
        },
        web::{depart::put_transaction, visit::ATTEMPTS},
    },
    wire::cxml::{Stamp, Status, StatusCode, answer},
};

use super::{
    cxml::refuse_known,
    exchange::{Answer, Exchange},
};

/// What numbers of payment cards are sealed for.
const CARD_NUMBER: &str = "card number";

/// Keeps the order, or finds that it is kept, and answers.
pub(super) async fn receive(
    app: &App,
    exchange: &Exchange,
    request: &Authenticated<OrderDocument>,
    cards: &[Secret],
) -> Result<String, AppError> {
    let (order, parties) = (&request.document, &request.parties);
    let key = OrderKey {
        supplier: parties.supplier.id.clone(),
        buyer: parties.buyer.id.clone(),
        order: order.order_id.clone(),
    };
    for _ in 0..ATTEMPTS {
        let row = app.store.get(&key).await?;
        let version = row.as_ref().map(|row| row.version);
        let known = row.map(|row| row.value);
        let fresh = Accepted {
            supplier: key.supplier.clone(),
            buyer: key.buyer.clone(),
            recorded: Recorded { payload_id: app.new_payload_id()?, at: app.now() },
        };
        let decision = match accept(order, Facts { known: known.clone() }, fresh) {
            Ok(decision) => decision,
            Err(refused) => {
                let version = &parties.profile.cxml_version;
                return refuse_known(app, exchange, parties, &refused.into(), version).await;
            }
        };
        let (text, committed) = match decision {
            Decision::Repeat(recorded) => {
                let text = answer_text(&recorded, parties);
                let answer = match first_answer(app, exchange, &key, known.as_ref(), &recorded).await? {
                    Some(sent) => Answer::again(sent, text),
                    None => exchange.answer(app, text.clone(), text)?,
                };
                let outcome =
                    Outcome { code: 200, note: "a repeat: the same answer, no second order".to_owned() };
                let links = (None, Some(&order.order_id));
                let (mut changes, transaction) = exchange.answered(app, parties, outcome, &answer, links)?;
                put_transaction(&mut changes, &transaction);
                (answer.text, app.store.commit(changes).await)
            }
            Decision::Keep(kept) => keep(app, exchange, (request, cards), &key, version, &kept).await?,
        };
        match committed {
            Ok(()) => return Ok(text),
            Err(StoreError::Conflict) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(StoreError::Conflict.into())
}

/// The signed answer that a version of this order got, as it left.
async fn first_answer(
    app: &App,
    exchange: &Exchange,
    key: &OrderKey,
    known: Option<&Order>,
    recorded: &Recorded,
) -> Result<Option<String>, AppError> {
    let of_version = |order: &Order| {
        order.versions.iter().find(|version| version.recorded == *recorded).map(|version| version.number)
    };
    let Some(number) = known.and_then(of_version).filter(|_| exchange.signatory.is_some()) else {
        return Ok(None);
    };
    let OrderKey { supplier, buyer, order } = key.clone();
    match app.store.get(&OrderVersionKey { supplier, buyer, order, number }).await? {
        Some(row) => app.sent(row.value.version.transaction).await,
        None => Ok(None),
    }
}

fn answer_text(recorded: &Recorded, parties: &Parties) -> String {
    let stamp = Stamp { payload_id: recorded.payload_id.clone(), at: recorded.at };
    let status = Status { code: StatusCode::Ok, cause: String::new() };
    answer(&status, &stamp, &parties.profile.cxml_version)
}

async fn keep(
    app: &App,
    exchange: &Exchange,
    (request, cards): (&Authenticated<OrderDocument>, &[Secret]),
    key: &OrderKey,
    version: Option<Version>,
    kept: &Order,
) -> Result<(String, Result<(), StoreError>), AppError> {
    let (order, parties) = (&request.document, &request.parties);
    let summary =
        kept.versions.last().ok_or_else(|| AppError::Broken("an order without a version".into()))?;
    let now = summary.recorded.at;
    let blanket = order.commitment.blanket();
    let mut agreed = None;
    if let Some(blanket) = &blanket {
        let OrderKey { supplier, buyer, order } = key.clone();
        let of_blanket = OrderKey { supplier, buyer, order: blanket.clone() };
        agreed = app.blanket(&of_blanket, Some(&order)).await?;
    }
    let mut lines = Vec::with_capacity(order.lines.len());
    for line in &order.lines {
        let compared = compared(app, parties, line, now).await?;
        lines.push(match &mut agreed {
            // What is cancelled draws on nothing.
            Some(agreed) if order.kind == OrderKind::Delete => agreed.compared(compared),
            Some(agreed) => agreed.released(compared),
            None if order.commitment.order_type == OrderType::Blanket => of_blanket(compared),
            None => compared,
        });
    }
    let differing = lines.iter().filter(|line| !line.differences.is_empty()).count();
    let carts = carts_of(app, &lines).await?;
    let visits: BTreeSet<SessionId> = carts.iter().map(|cart| cart.session).collect();
    let charges = reconcile_charges(order, &lines, &carts);
    let overdrawn = agreed.as_ref().and_then(Blanket::overdrawn).filter(|_| order.kind != OrderKind::Delete);
    let text = answer_text(&summary.recorded, parties);
    let answer = exchange.answer(app, text.clone(), text)?;
    let mut note = match &summary.held {
        Some(held) => format!("order version {} is held: {held}", summary.number),
        None => format!(
            "order version {} ({}{}), {differing} of {} lines differ from what was {}",
            summary.number,
            summary.kind.as_str(),
            match order.commitment.order_type {
                OrderType::Regular => String::new(),
                other => format!(", {}", other.as_str()),
            },
            lines.len(),
            if agreed.is_some() { "agreed or returned" } else { "returned" }
        ),
    };
    for difference in charges.iter().map(ToString::to_string).chain(overdrawn.map(|over| over.to_string())) {
        note = format!("{note}; {difference}");
    }
    let links = (visits.first().copied(), Some(&order.order_id));
    let (mut changes, mut transaction) =
        exchange.answered(app, parties, Outcome { code: 200, note }, &answer, links)?;
    exchange.keep_attachments(app, &mut changes, &mut transaction)?;
    put_transaction(&mut changes, &transaction);
    for session in visits.iter().skip(1).copied() {
        changes.put(&SessionTransactionKey { session, at: transaction.at, transaction: transaction.id }, &());
    }
    changes.expect(key, version);
    changes.put(key, kept);
    if let Some(blanket) = blanket {
        let OrderKey { supplier, buyer, order } = key.clone();
        changes.put(&ReleaseKey { supplier, buyer, blanket, order }, &());
    }
    let stored = OrderVersion {
        number: summary.number,
        connection: parties.connection.id.clone(),
        transaction: transaction.id,
        payload_id: order.payload_id.clone(),
        given: order.order_version,
        kind: order.kind,
        order_date: order.order_date.clone(),
        at: now,
        total: order.total,
        requisition: order.requisition.clone(),
        ship_to: order.ship_to.clone(),
        refers_to: order.refers_to.clone(),
        commitment: order.commitment.clone(),
        held: summary.held,
        settled: None,
        lines: u32::try_from(lines.len()).unwrap_or(u32::MAX),
        differing: u32::try_from(differing).unwrap_or(u32::MAX),
        charges,
        overdrawn,
        test: order.test || parties.connection.state == ConnectionState::Test,
    };
    let cards = cards.iter().map(|card| app.vault.seal(card, CARD_NUMBER, &app.entropy));
    let cards = cards.collect::<Result<Vec<Sealed>, _>>()?;
    put_version(app, &mut changes, key, (stored, cards), &lines)?;
    Ok((answer.text, app.store.commit(changes).await))
}

fn put_version(
    app: &App,
    changes: &mut Changes,
    key: &OrderKey,
    (version, cards): (OrderVersion, Vec<Sealed>),
    lines: &[OrderedLine],
) -> Result<(), AppError> {
    let OrderKey { supplier, buyer, order } = key.clone();
    let number = version.number;
    changes.put(
        &OrderByTimeKey {
            at: version.at,
            supplier: supplier.clone(),
            buyer: buyer.clone(),
            order: order.clone(),
            number,
        },
        &(),
    );
    let document = app.new_transaction_id()?;
    let bytes = serde_json::to_vec(lines).map_err(|error| AppError::Broken(error.to_string()))?;
    changes.document(DocumentId::new(*document.bytes()), &bytes);
    let row = StoredVersion { version, lines: document, cards };
    changes.put(&OrderVersionKey { supplier, buyer, order, number }, &row);
    Ok(())
}

/// An order line with the cart line it came from.
async fn compared(
    app: &App,
    parties: &Parties,
    line: &OrderLine,
    now: jiff::Timestamp,
) -> Result<OrderedLine, AppError> {
    let buyer = &parties.buyer.id;
    let referenced = match reference_of(line.item.as_ref(), line.lock_extrinsic.as_deref()) {
        Some(reference) => app.locked(buyer, &reference).await?,
        None => None,
    };
    let mut candidates: Vec<Snapshot> = Vec::new();
    if referenced.is_none() {
        let part = line.item.as_ref().map(|item| item.part.as_str()).unwrap_or_default();
        let recent = Scan::<ReturnedPartKey>::prefix(|key| key.text(buyer.as_str()).text(part));
        for (key, _) in app.store.scan(recent.limit(limits::RECENT_CARTS)).await? {
            candidates.extend(app.returned_line(buyer, key.cart, key.number).await?);
        }
    }
    Ok(reconcile(line.clone(), referenced.as_ref(), &candidates, &parties.profile, now))
}

/// The carts that an order's lines came from.
async fn carts_of(app: &App, lines: &[OrderedLine]) -> Result<Vec<ReturnedCart>, AppError> {
    let ids: BTreeSet<_> =
        lines.iter().filter_map(|line| line.matched.as_ref().map(|found| found.cart)).collect();
    let mut carts = Vec::with_capacity(ids.len());
    for cart in ids {
        carts.extend(app.store.get(&ReturnedCartKey { cart }).await?.map(|row| row.value));
    }
    Ok(carts)
}
