//! How long each kind of record is kept, and the removal of what is older or what one user left.
//!
//! Rows and documents are deleted by ordinary commits; the journal still holds them until it is compacted.

use std::{fmt, time::Duration};

use jiff::{SignedDuration, Timestamp};

use crate::{
    flow::session::Session,
    model::{
        ids::{BuyerId, CartId, SessionId, TransactionId},
        party::User,
    },
};

use super::{
    app::SharedApp,
    records::Transaction,
    store::{
        Changes, DocumentId, Key, Scan, Store, StoreError, Version,
        keys::{
            CartKey, CartLineKey, DepartureKey, LockKey, ReturnedCartKey, ReturnedLineKey, ReturnedPartKey,
            SessionKey, SessionTransactionKey, SetupReplyKey, TransactionKey,
        },
    },
};

/// How long each kind of record is kept. Orders, with the documents that brought them, are kept for good.
#[derive(Clone, Copy, Debug)]
pub struct Retention {
    /// Visits with their carts, from their setup.
    pub visits: SignedDuration,
    /// Carts that left, from when their prices no longer hold.
    pub carts: SignedDuration,
    /// Recorded documents that belong to no order.
    pub records: SignedDuration,
    /// Answers to setups that are given again.
    pub replies: SignedDuration,
}

impl Default for Retention {
    fn default() -> Self {
        let days = |days: i64| SignedDuration::from_hours(24 * days);
        Self { visits: days(90), carts: days(90), records: days(365), replies: days(1) }
    }
}

impl fmt::Display for Retention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days = |kept: SignedDuration| kept.as_hours() / 24;
        write!(
            f,
            "visits {} days, carts that left {} days after their prices ended, records {} days; orders for good",
            days(self.visits),
            days(self.carts),
            days(self.records)
        )
    }
}

/// What was removed.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Removed {
    /// Visits.
    pub visits: u64,
    /// Carts that left.
    pub carts: u64,
    /// Recorded documents.
    pub records: u64,
    /// Answers to setups.
    pub replies: u64,
}

impl Removed {
    fn is_nothing(self) -> bool {
        self == Self::default()
    }
}

/// Rows looked at together.
const PAGE: usize = 200;

/// Between two looks for what is over.
const EVERY: Duration = Duration::from_secs(3600);
/// Between two compactions of what was removed. Until then the journal still holds it.
const COMPACTED_EVERY: SignedDuration = SignedDuration::from_hours(24);

/// Removes what is over as long as the process runs, the first time at once; what was removed leaves the journal
/// within a day.
pub async fn keep(app: SharedApp, retention: Retention) {
    let mut beat = tokio::time::interval(EVERY);
    beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let (mut compacted, mut removed_since) = (None::<Timestamp>, false);
    loop {
        beat.tick().await;
        let now = app.now();
        match sweep(&app.store, &retention, now).await {
            Ok(removed) => {
                if !removed.is_nothing() {
                    let Removed { visits, carts, records, replies } = removed;
                    tracing::info!(visits, carts, records, replies, "what was kept long enough is removed");
                }
                // An answer to a setup names nobody.
                removed_since |= !Removed { replies: 0, ..removed }.is_nothing();
            }
            Err(StoreError::Closed | StoreError::Stopped(_)) => return,
            Err(error) => tracing::warn!(%error, "what was kept long enough could not all be removed"),
        }
        if removed_since && compacted.is_none_or(|at| now.duration_since(at) >= COMPACTED_EVERY) {
            match app.store.compact().await {
                Ok(_) => (compacted, removed_since) = (Some(now), false),
                Err(StoreError::Closed | StoreError::Stopped(_)) => return,
                Err(error) => tracing::warn!(%error, "what was removed is still in the journal"),
            }
        }
    }
}

/// Removes what is older than it is kept. Cut short, it goes on the next time.
pub async fn sweep(store: &Store, retention: &Retention, now: Timestamp) -> Result<Removed, StoreError> {
    let before = |kept: SignedDuration| now.checked_sub(kept).unwrap_or(Timestamp::MIN);
    let mut removed = Removed::default();

    // Newest first by key, so the oldest come from the other end.
    let visits = || Scan::<SessionKey>::table().backward();
    let mut page = store.scan(visits().limit(PAGE)).await?;
    while let Some((last, youngest)) = page.last().map(|(key, row)| (key.clone(), row.value.opened_at)) {
        for (key, _) in page.iter().filter(|(_, row)| row.value.opened_at < before(retention.visits)) {
            removed.visits += u64::from(forget_visit(store, key.session).await?);
        }
        if youngest >= before(retention.visits) {
            break;
        }
        page = store.scan(visits().after(&last).limit(PAGE)).await?;
    }

    let records = || Scan::<TransactionKey>::table().backward();
    let mut page = store.scan(records().limit(PAGE)).await?;
    while let Some((last, youngest)) = page.last().map(|(key, row)| (key.clone(), row.value.at)) {
        let old = page.iter().map(|(_, row)| row).filter(|row| row.value.at < before(retention.records));
        for row in old.filter(|row| row.value.order.is_none()) {
            removed.records += u64::from(remove_record(store, &row.value, row.version).await?);
        }
        if youngest >= before(retention.records) {
            break;
        }
        page = store.scan(records().after(&last).limit(PAGE)).await?;
    }

    let mut page = store.scan(Scan::<ReturnedCartKey>::table().limit(PAGE)).await?;
    while let Some((last, _)) = page.last().cloned() {
        for (_, row) in page.into_iter().filter(|(_, row)| row.value.holds_until < before(retention.carts)) {
            removed.carts += u64::from(remove_cart(store, row.value.id, row.version).await?);
        }
        page = store.scan(Scan::table().after(&last).limit(PAGE)).await?;
    }

    let mut page = store.scan(Scan::<SetupReplyKey>::table().limit(PAGE)).await?;
    while let Some((last, _)) = page.last().cloned() {
        for (key, row) in page.into_iter().filter(|(_, row)| row.value.reply.at < before(retention.replies)) {
            removed.replies += u64::from(remove(store, &key, row.version, Changes::relaxed()).await?);
        }
        page = store.scan(Scan::table().after(&last).limit(PAGE)).await?;
    }
    Ok(removed)
}

/// A person as the setups of one buyer name them.
#[derive(Clone, Debug)]
pub struct Person {
    /// Whose user.
    pub buyer: BuyerId,
    /// Any one of what setups said: key, name or email; compared without case.
    pub called: String,
}

impl Person {
    /// Whether a visit is theirs.
    #[must_use]
    pub fn is_of(&self, visit: &Session) -> bool {
        let User { key, name, email, .. } = &visit.purpose.user;
        let called = self.called.trim().to_lowercase();
        visit.buyer == self.buyer
            && [key, name, email].into_iter().flatten().any(|text| text.trim().to_lowercase() == called)
    }
}

/// What was erased of a person, and what stays.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Erased {
    /// Visits, with cart and what they left as.
    pub visits: u64,
    /// Recorded documents.
    pub records: u64,
    /// Records that brought an order: the buyer's business, kept as orders are.
    pub orders_kept: u64,
}

/// Removes the visits of which `is_theirs` says so, with all documents of them that brought no order; then
/// compacts, so that the journal holds none of it. The index forgets with its next rebuild.
///
/// Returned carts and orders stay: they are the buyer's; the carts name no user.
pub async fn erase_user(
    store: &Store,
    is_theirs: impl Fn(&Session) -> bool + Send,
) -> Result<Erased, StoreError> {
    let mut erased = Erased::default();
    let mut page = store.scan(Scan::<SessionKey>::table().limit(PAGE)).await?;
    while let Some((last, _)) = page.last().cloned() {
        for (SessionKey { session }, _) in page.into_iter().filter(|(_, row)| is_theirs(&row.value)) {
            let key = |key: &SessionTransactionKey| TransactionKey { transaction: key.transaction };
            let of = Scan::<SessionTransactionKey>::prefix(|key| key.raw(*session.bytes()));
            for (linked, _) in store.scan(of).await? {
                let Some(row) = store.get(&key(&linked)).await? else { continue };
                if row.value.order.is_some() {
                    erased.orders_kept += 1;
                } else {
                    erased.records += u64::from(remove_record(store, &row.value, row.version).await?);
                }
            }
            erased.visits += u64::from(forget_visit(store, session).await?);
        }
        page = store.scan(Scan::table().after(&last).limit(PAGE)).await?;
    }
    if erased != Erased::default() {
        store.compact().await?;
    }
    Ok(erased)
}

/// Commits the removal of a row with what belongs to it; `false` when it changed meanwhile.
async fn remove<K: Key>(
    store: &Store,
    key: &K,
    version: Version,
    mut changes: Changes,
) -> Result<bool, StoreError> {
    changes.expect(key, Some(version)).delete(key);
    match store.commit(changes).await {
        Ok(()) => Ok(true),
        Err(StoreError::Conflict) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Removes a visit with its cart, what it left as, and the links to its documents.
async fn forget_visit(store: &Store, session: SessionId) -> Result<bool, StoreError> {
    let key = SessionKey { session };
    let Some(row) = store.get(&key).await? else { return Ok(false) };
    let mut changes = Changes::relaxed();
    changes.delete(&CartKey { session });
    for (line, _) in store.scan(Scan::<CartLineKey>::prefix(|key| key.raw(*session.bytes()))).await? {
        changes.delete(&line);
    }
    for (left, row) in store.scan(Scan::<DepartureKey>::prefix(|key| key.raw(*session.bytes()))).await? {
        changes.delete(&left).delete_document(document(row.value.form));
    }
    let links = Scan::<SessionTransactionKey>::prefix(|key| key.raw(*session.bytes()));
    for (link, _) in store.scan(links).await? {
        changes.delete(&link);
    }
    remove(store, &key, row.version, changes).await
}

async fn remove_record(store: &Store, record: &Transaction, version: Version) -> Result<bool, StoreError> {
    let mut changes = Changes::relaxed();
    if let Some(session) = record.session {
        changes.delete(&SessionTransactionKey { session, at: record.at, transaction: record.id });
    }
    let attachments = record.attachments.iter().map(|attachment| attachment.document);
    let signing = &record.signing;
    let kept = [record.document, record.answer, signing.received, signing.sent];
    for kept in kept.into_iter().chain(attachments).flatten() {
        changes.delete_document(document(kept));
    }
    remove(store, &TransactionKey { transaction: record.id }, version, changes).await
}

async fn remove_cart(store: &Store, cart: CartId, version: Version) -> Result<bool, StoreError> {
    let key = ReturnedCartKey { cart };
    let Some(row) = store.get(&key).await? else { return Ok(false) };
    let mut changes = Changes::relaxed();
    for (line, row_of_line) in
        store.scan(Scan::<ReturnedLineKey>::prefix(|key| key.raw(*cart.bytes()))).await?
    {
        changes.delete(&line);
        let lock = LockKey { reference: row_of_line.value.reference };
        // An edited cart keeps the references of its unchanged lines: then they lead to the newer cart.
        if let Some(leads_to) = store.get(&lock).await?.filter(|lock| lock.value.0 == cart) {
            changes.expect(&lock, Some(leads_to.version)).delete(&lock);
        }
        if let Ok(part) = crate::model::ids::SupplierPartId::parse(&row_of_line.value.part) {
            let (buyer, at, number) = (row.value.buyer.clone(), row.value.at, line.number);
            changes.delete(&ReturnedPartKey { buyer, part, at, cart, number });
        }
    }
    remove(store, &key, version, changes).await
}

fn document(id: TransactionId) -> DocumentId {
    DocumentId::new(*id.bytes())
}
