//! Entering: a setup becomes a visit, in one durable change; the start link leads into it.

use crate::{
    flow::{
        authenticate::Authenticated,
        cart::{Cart, Earlier, is_charge, read_carried, reference_of},
        order::Snapshot,
        session::{Entrance, Session, VisitRefused},
        setup::{
            self, Decision, EarlierReply, Entry, Facts, Fresh, IncomingLine, Opened, Reply, SetupRefused,
            SetupRequest,
        },
    },
    model::{
        catalog::ProductKey,
        hook_url::Origin,
        ids::{BuyerId, LockReference, SessionId},
        party::ConnectionState,
    },
    shell::{
        app::{App, AppError},
        capability::Purpose,
        records::{HostRole, SeenHost, Transaction},
        shops::Shop,
        store::{
            Changes, StoreError,
            keys::{
                LockKey, ReturnedCartKey, ReturnedLineKey, SeenHostKey, SessionKey, SetupReply, SetupReplyKey,
            },
        },
    },
};

use super::{
    depart::put_transaction,
    visit::{ATTEMPTS, Visit, VisitError, put_cart},
};

/// How a setup went.
pub enum Entered {
    /// A visit waits behind this answer.
    Answer(Reply),
    /// No.
    Refused(SetupRefused),
}

impl App {
    /// Decides a setup and keeps what it leads to. `changes` makes the record of an answer; its flag: the answer has been given before.
    pub async fn enter(
        &self,
        request: &Authenticated<SetupRequest>,
        changes: impl Fn(&Reply, bool) -> Result<(Changes, Transaction), AppError>,
    ) -> Result<Entered, AppError> {
        for _ in 0..ATTEMPTS {
            let facts = Facts {
                earlier: self.earlier_reply(request).await?,
                pins: self.pins(&request.parties.buyer, Some(&request.document.purpose)).await?,
            };
            let payload_id = match request.document.purpose.entry {
                Entry::Cxml { .. } => Some(self.new_payload_id()?),
                Entry::Oci(_) => None,
            };
            let fresh = Fresh { session: self.new_session_id()?, payload_id };
            let (reply, committed) = match setup::decide(request, facts, fresh, self.now()) {
                Err(refused) => return Ok(Entered::Refused(refused)),
                Ok(Decision::Replay(reply)) => {
                    let (mut changes, transaction) = changes(&reply, true)?;
                    put_transaction(&mut changes, &transaction);
                    (reply, self.store.commit(changes).await)
                }
                Ok(Decision::Open(opened)) => {
                    let (mut changes, transaction) = changes(&opened.reply, false)?;
                    put_transaction(&mut changes, &transaction);
                    self.put_opened(&mut changes, request, &opened).await?;
                    (opened.reply, self.store.commit(changes).await)
                }
            };
            match committed {
                Ok(()) => return Ok(Entered::Answer(reply)),
                Err(StoreError::Conflict) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(StoreError::Conflict.into())
    }

    /// Decides a call that is answered at once: the visit it makes waits behind no link.
    pub(super) async fn enter_at_once(
        &self,
        request: &Authenticated<SetupRequest>,
    ) -> Result<Result<Opened, SetupRefused>, AppError> {
        let facts = Facts {
            earlier: None,
            pins: self.pins(&request.parties.buyer, Some(&request.document.purpose)).await?,
        };
        let fresh = Fresh { session: self.new_session_id()?, payload_id: None };
        Ok(match setup::decide(request, facts, fresh, self.now()) {
            Ok(Decision::Open(opened)) => Ok(*opened),
            // Without an earlier answer there is none to repeat.
            Ok(Decision::Replay(_)) => Err(SetupRefused::WrongProtocol),
            Err(refused) => Err(refused),
        })
    }

    /// The address of a start page.
    #[must_use]
    pub fn start_page(&self, session: SessionId) -> String {
        self.public_url.join(&format!("/start/{}", self.capabilities.issue(Purpose::Start, session)))
    }

    async fn earlier_reply(
        &self,
        request: &Authenticated<SetupRequest>,
    ) -> Result<Option<EarlierReply>, AppError> {
        let Some(key) = reply_key(request) else { return Ok(None) };
        let Some(row) = self.store.get(&key).await? else { return Ok(None) };
        let SetupReply { reply, content } = row.value;
        let session = self.store.get(&SessionKey { session: reply.session }).await?;
        let link_used = session.is_none_or(|session| session.value.first_used_at.is_some());
        Ok(Some(EarlierReply { reply, content, link_used }))
    }

    async fn put_opened(
        &self,
        changes: &mut Changes,
        request: &Authenticated<SetupRequest>,
        opened: &Opened,
    ) -> Result<(), AppError> {
        let session = &opened.session;
        if let Some(key) = reply_key(request) {
            let version = self.store.get(&key).await?.map(|row| row.version);
            changes.expect(&key, version);
            changes.put(&key, &SetupReply { reply: opened.reply.clone(), content: request.document.content });
        }
        put_session(changes, opened);
        let items = &request.document.items;
        if !items.is_empty() && session.purpose.operation.reopens_a_cart() {
            let connection = &request.parties.connection;
            let shop = self.shops.of(&self.store, session, connection, self.now()).await?;
            let (mut goods, mut known) = (Vec::new(), Vec::new());
            for line in items {
                let (product, left_as) = (product(&shop, line), self.left_as(&session.buyer, line).await?);
                let charge = left_as.as_ref().and_then(|snapshot| snapshot.line.charge);
                if !is_charge(&line.item.part, charge, product.is_some(), &session.charges) {
                    goods.push(line.clone());
                    known.push((product, left_as.map(earlier)));
                }
            }
            put_cart(changes, session, &Cart::default(), &Cart::reopened(&goods, &known));
        }
        Ok(())
    }

    /// What a line of the requisition was when it left us.
    async fn left_as(&self, buyer: &BuyerId, line: &IncomingLine) -> Result<Option<Snapshot>, AppError> {
        match reference_of(Some(&line.item), line.lock_extrinsic.as_deref()) {
            Some(reference) => self.locked(buyer, &reference).await,
            None => Ok(None),
        }
    }

    /// The snapshot that a price lock leads to, if it is this buyer's.
    pub async fn locked(
        &self,
        buyer: &BuyerId,
        reference: &LockReference,
    ) -> Result<Option<Snapshot>, AppError> {
        let Some(row) = self.store.get(&LockKey { reference: reference.clone() }).await? else {
            return Ok(None);
        };
        let (cart, number) = row.value;
        self.returned_line(buyer, cart, number).await
    }

    /// One line that left, if it was this buyer's.
    pub async fn returned_line(
        &self,
        buyer: &BuyerId,
        cart: crate::model::ids::CartId,
        number: u32,
    ) -> Result<Option<Snapshot>, AppError> {
        let head = self.store.get(&ReturnedCartKey { cart }).await?;
        let line = self.store.get(&ReturnedLineKey { cart, number }).await?;
        let (Some(head), Some(line)) = (head, line) else { return Ok(None) };
        let head = head.value;
        Ok((head.buyer == *buyer).then_some(Snapshot {
            cart,
            at: head.at,
            holds_until: head.holds_until,
            line: line.value,
        }))
    }

    /// Follows a start link: the capability of the visit's pages and the visit.
    ///
    /// - `looks_only`: a HEAD or a prefetch; the clock of the link does not start.
    /// - `framed_by`: the page around us, as the browser says.
    pub async fn start(
        &self,
        link: &str,
        looks_only: bool,
        framed_by: Option<Origin>,
    ) -> Result<Visit, VisitError> {
        let id = self.capabilities.check(Purpose::Start, link).ok_or(VisitError::Unknown)?;
        let capability = self.capabilities.issue(Purpose::Visit, id);
        for _ in 0..ATTEMPTS {
            let visit = Visit::load(self, &capability).await?;
            let now = self.now();
            let entrance = visit.session.enter(now).map_err(|reason: VisitRefused| visit.refused(reason))?;
            let new_frame = framed_by.clone().filter(|origin| {
                visit.parties.connection.state == ConnectionState::Test
                    && visit.session.frame_origin.as_ref() != Some(origin)
                    && !visit.parties.connection.frame_hosts.iter().any(|pattern| pattern.allows(origin))
            });
            if looks_only || (entrance == Entrance::Again && new_frame.is_none()) {
                return Ok(visit);
            }
            let mut changes = Changes::relaxed();
            changes.expect(&SessionKey { session: id }, Some(visit.session_version));
            let mut session =
                Session { first_used_at: visit.session.first_used_at.or(Some(now)), ..visit.session.clone() };
            if let Some(origin) = new_frame {
                put_seen(&mut changes, &session, &origin, HostRole::Frame, now);
                session.frame_origin = Some(origin);
            }
            changes.put(&SessionKey { session: id }, &session);
            match self.store.commit(changes).await {
                Ok(()) => return Visit::load(self, &capability).await,
                Err(StoreError::Conflict) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(StoreError::Conflict.into())
    }
}

fn reply_key(request: &Authenticated<SetupRequest>) -> Option<SetupReplyKey> {
    let Entry::Cxml { payload_id: Some(payload_id), .. } = &request.document.purpose.entry else {
        return None;
    };
    Some(SetupReplyKey { connection: request.parties.connection.id.clone(), payload_id: payload_id.clone() })
}

/// Puts a new visit under its keys, with the host it met.
pub(super) fn put_session(changes: &mut Changes, opened: &Opened) {
    let session = &opened.session;
    changes.expect(&SessionKey { session: session.id }, None);
    changes.put(&SessionKey { session: session.id }, session);
    if let Some(origin) = &opened.unknown_return_host {
        put_seen(changes, session, origin, HostRole::Return, opened.reply.at);
    }
}

/// The product of a requisition's line, by its number and the product's own part of the second key.
fn product(shop: &Shop, line: &IncomingLine) -> Option<ProductKey> {
    let auxiliary = line.item.auxiliary.as_ref().and_then(|auxiliary| read_carried(auxiliary.as_str()).own);
    let key = ProductKey { part: line.item.part.clone(), auxiliary };
    shop.known(&key).map(|product| product.key())
}

fn earlier(Snapshot { line, .. }: Snapshot) -> Earlier {
    Earlier {
        reference: Some(line.reference),
        price: Some(line.price),
        quantity: line.quantity,
        note: line.note,
    }
}

fn put_seen(changes: &mut Changes, session: &Session, origin: &Origin, role: HostRole, at: jiff::Timestamp) {
    let key = SeenHostKey { connection: session.connection.clone(), host: format!("{role:?} {origin}") };
    changes.put(&key, &SeenHost { origin: origin.clone(), role, at });
}
