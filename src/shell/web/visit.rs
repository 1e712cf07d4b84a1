//! A visit behind its pages: the capability in the path, the session, its shop, its cart.
//!
//! A page handler does this:
//!
//! ```ignore
//! let visit = Visit::load(&app, &capability).await?;      // 404, expired, read-only … are VisitErrors
//! let visit = visit.change(&app, &Change::Add { .. }).await?; // checked, committed (relaxed), the new cart
//! let cart = visit.priced();                              // what page, review and return all show
//! let departed = visit.depart(&app, revision).await?;     // durable before it returns; same revision, same bytes
//! ```

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{
    flow::{
        authenticate::Parties,
        cart::{
            Cart, Change, ChangeFacts, ChangeRefused, Content, PricedCart, Problem, ReturnRefused, price_cart,
        },
        session::{Session, VisitRefused},
    },
    model::{
        hook_url::OriginPattern,
        party::ConnectionState,
        profile::{Charset, Target},
        quantity::QuantityRule,
    },
    shell::{
        app::{App, AppError},
        capability::Purpose,
        entropy::NoEntropy,
        shops::{Shop, ShopError},
        store::{
            Changes, Scan, StoreError, Version,
            keys::{CartHead, CartKey, CartLineKey, SessionKey},
        },
    },
    wire::{
        oci::{FormRefused, ReturnForm},
        xml::WriteError,
    },
};

/// How often a change is decided again when somebody else was quicker.
pub(super) const ATTEMPTS: usize = 8;

/// One visit, loaded.
pub struct Visit {
    /// The session.
    pub session: Session,
    /// Version of the session's row.
    pub(super) session_version: Version,
    /// Supplier, buyer, connection, profile.
    pub parties: Arc<Parties>,
    /// Products and prices that it sees.
    pub shop: Shop,
    /// Its cart.
    pub cart: Cart,
    /// Version of the cart's row.
    pub(super) cart_version: Option<Version>,
    /// The secret part of its links.
    pub capability: String,
}

/// Why a page of a visit is not shown as asked for.
#[derive(Debug, thiserror::Error)]
pub enum VisitError {
    /// No capability of ours.
    #[error("no such visit")]
    Unknown,
    /// The visit is over, or its start link is.
    #[error(transparent)]
    Refused(#[from] Box<Refused>),
    /// The cart was not changed.
    #[error(transparent)]
    Change(#[from] ChangeRefused),
    /// The cart does not leave.
    #[error(transparent)]
    Return(#[from] ReturnRefused),
    /// The cart has no OCI form.
    #[error(transparent)]
    Form(#[from] FormRefused),
    /// Something of ours failed.
    #[error(transparent)]
    Failed(#[from] AppError),
}

/// A refusal with the people it concerns.
#[derive(Debug, thiserror::Error)]
#[error("{reason}")]
pub struct Refused {
    /// Why.
    pub reason: VisitRefused,
    /// Whose visit it was.
    pub session: Session,
    /// Whom to ask.
    pub supplier: crate::model::party::Supplier,
    /// Who may frame the page that says so.
    pub frame_ancestors: Vec<OriginPattern>,
}

/// The form that carries a cart away, as the return page shows it.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct DepartureForm {
    /// Action and hidden fields.
    pub form: ReturnForm,
    /// Target frame or window.
    pub target: String,
    /// Charset of the page.
    pub charset: Charset,
}

/// What counts as a failure of ours.
macro_rules! failures {
    ($($error:ty),*) => {
        $(impl From<$error> for VisitError {
            fn from(error: $error) -> Self {
                Self::Failed(error.into())
            }
        })*
    };
}

failures!(StoreError, ShopError, NoEntropy, WriteError);

impl Visit {
    /// Loads the visit that a capability opens, if it may still be visited.
    pub async fn load(app: &App, capability: &str) -> Result<Self, VisitError> {
        let visit = Self::load_any(app, capability).await?;
        visit.session.visit(app.now()).map_err(|reason| visit.refused(reason))?;
        Ok(visit)
    }

    async fn load_any(app: &App, capability: &str) -> Result<Self, VisitError> {
        let id = app.capabilities.check(Purpose::Visit, capability).ok_or(VisitError::Unknown)?;
        let row = app.store.get(&SessionKey { session: id }).await?.ok_or(VisitError::Unknown)?;
        let session = row.value;
        let parties = app.parties(&session.connection).await?;
        let parties =
            parties.ok_or_else(|| AppError::Broken(format!("connection {} is gone", session.connection)))?;
        let shop = app.shops.of(&app.store, &session, &parties.connection, app.now()).await?;
        let (cart, cart_version) = load_cart(app, &session).await?;
        Ok(Self {
            session,
            session_version: row.version,
            parties,
            shop,
            cart,
            cart_version,
            capability: capability.to_owned(),
        })
    }

    /// Who may frame its pages: the connection's list; in test also the page that framed its start.
    #[must_use]
    pub fn frame_ancestors(&self) -> Vec<OriginPattern> {
        frame_ancestors(&self.session, &self.parties)
    }

    /// The cart with the prices of now, as the buyer's platform will see it.
    #[must_use]
    pub fn priced(&self) -> PricedCart {
        let Session { currency, charges, purpose, .. } = &self.session;
        let priced = price_cart(&self.cart, &self.shop, *currency).charged(charges, purpose);
        let agreements = self.shop.agreements.iter().map(|(agreement, ..)| &**agreement);
        priced.at_least(&self.parties.connection, agreements).fitted(&self.parties.profile)
    }

    /// Changes the cart, deciding again when somebody else was quicker.
    pub async fn change(self, app: &App, change: &Change) -> Result<Self, VisitError> {
        self.change_all(app, std::slice::from_ref(change)).await
    }

    /// Makes all these changes of the cart, or none.
    pub async fn change_all(mut self, app: &App, changes: &[Change]) -> Result<Self, VisitError> {
        for _ in 0..ATTEMPTS {
            self.session.change(app.now()).map_err(|reason| self.refused(reason))?;
            let mut cart = self.cart.clone();
            for change in changes {
                cart = cart.changed(change, &ChangeFacts { rule: self.rule(change) })?;
                self.takes(change, &cart)?;
            }
            match save_cart(app, &self.session, &self.cart, &cart, self.cart_version).await {
                Ok(()) => {
                    let capability = self.capability.clone();
                    return Self::load(app, &capability).await;
                }
                Err(error) if error.is_conflict() => {
                    (self.cart, self.cart_version) = load_cart(app, &self.session).await?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(AppError::from(StoreError::Conflict).into())
    }

    /// The cart after a change, without keeping it.
    pub fn check(&self, change: &Change) -> Result<Cart, ChangeRefused> {
        self.cart.changed(change, &ChangeFacts { rule: self.rule(change) })
    }

    /// Whether the buyer's platform takes a product that was put in.
    fn takes(&self, change: &Change, cart: &Cart) -> Result<(), ChangeRefused> {
        let Change::Add { product, .. } = change else { return Ok(()) };
        let lines = cart.lines_of(product).cloned().collect();
        let added = Cart { lines, ..Cart::default() };
        let priced = price_cart(&added, &self.shop, self.session.currency).fitted(&self.parties.profile);
        match priced.lines.into_iter().find_map(|line| line.problem) {
            Some(Problem::Platform(what)) => Err(ChangeRefused::Platform(what)),
            _ => Ok(()),
        }
    }

    /// Where forms and links that leave the visit open: as the call says, else as the platform does it.
    #[must_use]
    pub fn target(&self) -> &Target {
        self.session.purpose.return_target.as_ref().unwrap_or(&self.parties.profile.return_target)
    }

    /// How the product of a change may be ordered.
    fn rule(&self, change: &Change) -> Option<QuantityRule> {
        let key = match change {
            Change::Add { product, .. } => return self.shop.find(product).map(|product| product.order),
            Change::Set { number, .. } | Change::Remove { number } => {
                self.cart.line(*number).and_then(|line| match &line.content {
                    Content::Product(key) => Some(key),
                    Content::Foreign(_) => None,
                })
            }
        };
        key.and_then(|key| self.shop.known(key)).map(|product| product.order)
    }

    pub(super) fn refused(&self, reason: VisitRefused) -> VisitError {
        VisitError::Refused(Box::new(Refused {
            reason,
            session: self.session.clone(),
            supplier: self.parties.supplier.clone(),
            frame_ancestors: self.frame_ancestors(),
        }))
    }
}

/// Who may frame the pages of a session.
pub(super) fn frame_ancestors(session: &Session, parties: &Parties) -> Vec<OriginPattern> {
    let mut ancestors = parties.connection.frame_hosts.clone();
    if parties.connection.state == ConnectionState::Test {
        ancestors.extend(session.frame_origin.clone().map(OriginPattern::exactly));
    }
    ancestors
}

/// Reads a cart: its head and its lines.
pub(super) async fn load_cart(app: &App, session: &Session) -> Result<(Cart, Option<Version>), AppError> {
    let Some(head) = app.store.get(&CartKey { session: session.id }).await? else {
        return Ok((Cart::default(), None));
    };
    let lines = app.store.scan(Scan::<CartLineKey>::prefix(|key| key.raw(*session.id.bytes()))).await?;
    let CartHead { revision, next_number } = head.value;
    let lines = lines.into_iter().map(|(_, row)| row.value).collect();
    Ok((Cart { revision, next_number, lines }, Some(head.version)))
}

/// Puts what changed between two carts into `changes`.
pub(super) fn put_cart(changes: &mut Changes, session: &Session, before: &Cart, after: &Cart) {
    let key = |number| CartLineKey { session: session.id, number };
    let head = CartHead { revision: after.revision, next_number: after.next_number };
    changes.put(&CartKey { session: session.id }, &head);
    for line in &after.lines {
        if before.line(line.number) != Some(line) {
            changes.put(&key(line.number), line);
        }
    }
    for line in before.lines.iter().filter(|line| after.line(line.number).is_none()) {
        changes.delete(&key(line.number));
    }
}

async fn save_cart(
    app: &App,
    session: &Session,
    before: &Cart,
    after: &Cart,
    version: Option<Version>,
) -> Result<(), AppError> {
    let mut changes = Changes::relaxed();
    changes.expect(&CartKey { session: session.id }, version);
    put_cart(&mut changes, session, before, after);
    Ok(app.store.commit(changes).await?)
}
