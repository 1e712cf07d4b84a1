//! Leaving: the cart that is returned, or the visit that is cancelled. Durable before the shopper sees it.

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::{
    flow::{
        cart::{Charge, ReturnFacts, ReturnedCart, ReturnedLine, return_cart},
        session::Stage,
        setup::{Entry, OciControls},
    },
    model::{
        hook_url::HookUrl,
        ids::{PayloadId, SupplierPartId},
        money::Money,
        party::ConnectionState,
        profile::{Cancel, CartEncoding, Charset, ReturnMethod},
    },
    shell::{
        app::{App, AppError},
        records::{Direction, Findings, Milestone, Outcome, Seen, Signing, Transaction},
        signing::Signatory,
        store::{
            Changes, DocumentId,
            keys::{
                CartKey, Departure, DepartureKey, LockKey, MilestoneKey, ReturnedCartKey, ReturnedLineKey,
                ReturnedPartKey, SessionKey, SessionTransactionKey, TransactionKey,
            },
        },
    },
    wire::{
        cxml::{MessageFacts, Stamp, write_order_message},
        oci::{Field, FormRefused, ReturnForm, return_form},
    },
};

use super::visit::{ATTEMPTS, DepartureForm, Visit, VisitError, load_cart};

/// Name and version of this program, as documents carry it.
pub(crate) const USER_AGENT: &str = concat!("punchgate ", env!("CARGO_PKG_VERSION"));

/// The revision under which a cancellation is kept.
const CANCELLATION: u64 = u64::MAX;

/// How a visit ends without a change.
#[derive(Clone, Debug)]
pub enum Cancelled {
    /// A message or form that says so; it is kept as the departure of this visit's cancellation.
    Form,
    /// A link to the buyer's cancel address.
    Address(HookUrl),
    /// A page that says how to close the shop.
    Instructions,
}

impl Visit {
    /// Returns the cart as the shopper confirmed it. The same revision always leaves as the same bytes.
    pub async fn depart(mut self, app: &App, revision: u64) -> Result<u64, VisitError> {
        for _ in 0..ATTEMPTS {
            if self.departure(app, revision).await?.is_some() {
                // Said before: again only once what was said is durable.
                app.store.commit(Changes::durable()).await?;
                return Ok(revision);
            }
            let most = self.cart.lines.len() + self.session.charges.0.len();
            let references = (0..most).map(|_| app.new_lock_reference());
            let facts = ReturnFacts {
                session: &self.session,
                profile: &self.parties.profile,
                price_lock_days: self.parties.supplier.price_lock_days,
                confirmed_revision: revision,
                id: app.new_cart_id()?,
                payload_id: self.new_payload_id(app)?,
                references: references.collect::<Result<Vec<_>, _>>()?,
            };
            let (cart, lines) = return_cart(&self.priced(), facts, app.now())?;
            let signatory = app.signatory(&self.parties).await?;
            let left = match self.message(app, &cart, &lines, signatory.as_ref()) {
                Ok(left) => left,
                Err(VisitError::Form(refused)) => return Err(self.refused_form(app, refused).await?),
                Err(error) => return Err(error),
            };
            match self.commit(app, revision, Some((&cart, &lines)), &left).await {
                Ok(()) => return Ok(revision),
                Err(error) if error.is_conflict() => {
                    let capability = self.capability.clone();
                    self = Self::load(app, &capability).await?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(AppError::from(crate::shell::store::StoreError::Conflict).into())
    }

    /// Ends the visit and leaves the buyer's cart as it was, the way the connection does it.
    pub async fn cancel(self, app: &App) -> Result<Cancelled, VisitError> {
        match self.way_out() {
            Cancelled::Form => self.cancel_by_message(app).await,
            way => Ok(way),
        }
    }

    /// How this visit ends without a change.
    #[must_use]
    pub fn way_out(&self) -> Cancelled {
        let cancel_to = self.session.purpose.cancel_to.clone().filter(|address| self.may_return_to(address));
        match (&self.parties.profile.cancel, cancel_to) {
            (_, Some(address)) => Cancelled::Address(address),
            (Cancel::Address(address), None) => {
                HookUrl::parse(address).map_or(Cancelled::Instructions, Cancelled::Address)
            }
            (Cancel::Instructions, None) => Cancelled::Instructions,
            (Cancel::Status204, None) if matches!(self.session.purpose.entry, Entry::Oci(_)) => {
                Cancelled::Instructions
            }
            (Cancel::EmptyForm, None) if self.session.purpose.return_to.is_none() => Cancelled::Instructions,
            (Cancel::Status204 | Cancel::EmptyForm, None) => Cancelled::Form,
        }
    }

    async fn cancel_by_message(mut self, app: &App) -> Result<Cancelled, VisitError> {
        for _ in 0..ATTEMPTS {
            if self.departure(app, CANCELLATION).await?.is_some() {
                return Ok(Cancelled::Form);
            }
            let signatory = app.signatory(&self.parties).await?;
            let left = self.cancellation(app, signatory.as_ref())?;
            match self.commit(app, CANCELLATION, None, &left).await {
                Ok(()) => return Ok(Cancelled::Form),
                Err(error) if error.is_conflict() => {
                    let capability = self.capability.clone();
                    self = Self::load(app, &capability).await?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(AppError::from(crate::shell::store::StoreError::Conflict).into())
    }

    /// Tells the operator why a cart has no form.
    async fn refused_form(&self, app: &App, refused: FormRefused) -> Result<VisitError, AppError> {
        let outcome = Outcome { code: 422, note: format!("the cart did not leave: {refused}") };
        let mut changes = Changes::durable();
        self.record(app, &mut changes, outcome, ("OCI form", "", None), None)?;
        app.store.commit(changes).await?;
        Ok(VisitError::Form(refused))
    }

    /// The form that a revision left as; `None`: it has not left.
    pub async fn departure(&self, app: &App, revision: u64) -> Result<Option<DepartureForm>, AppError> {
        let key = DepartureKey { session: self.session.id, revision };
        let Some(row) = app.store.get(&key).await? else { return Ok(None) };
        let bytes = app.store.document(&DocumentId::new(*row.value.form.bytes())).await?;
        let bytes = bytes.ok_or_else(|| AppError::Broken("the form of a returned cart is gone".into()))?;
        let form = serde_json::from_slice(&bytes);
        form.map(Some).map_err(|error| AppError::Broken(format!("the form of a returned cart: {error}")))
    }

    fn may_return_to(&self, address: &HookUrl) -> bool {
        let connection = &self.parties.connection;
        let listed = |origin| connection.return_hosts.iter().any(|pattern| pattern.allows(&origin));
        connection.state == ConnectionState::Test || address.origin().is_some_and(listed)
    }

    fn new_payload_id(&self, app: &App) -> Result<Option<PayloadId>, AppError> {
        match self.session.purpose.entry {
            Entry::Cxml { .. } => app.new_payload_id().map(Some),
            Entry::Oci(_) => Ok(None),
        }
    }

    /// The document and form of a cart, in the protocol of the visit.
    fn message(
        &self,
        app: &App,
        cart: &ReturnedCart,
        lines: &[ReturnedLine],
        signatory: Option<&Signatory>,
    ) -> Result<Left, VisitError> {
        let hook = self.hook()?;
        match &self.session.purpose.entry {
            Entry::Cxml { .. } => {
                let goods = (cart.total, lines, cart.charges.as_slice());
                let document = self.cxml_document(app, goods, cart.payload_id.clone(), false)?;
                self.cxml_message(app, hook, document, signatory)
            }
            Entry::Oci(controls) => self.oci_message(controls, lines),
        }
    }

    fn oci_message(&self, controls: &OciControls, lines: &[ReturnedLine]) -> Result<Left, VisitError> {
        let written = return_form(self.hook()?, controls, lines, &self.parties.profile)?;
        let document = listing(&written.form.fields);
        let form = self.page(written.form, written.charset);
        Ok(Left { kind: "OCI form", document, payload_id: None, signed_by: None, form, notes: written.notes })
    }

    /// A message with Status 204, or the form without a line.
    fn cancellation(&self, app: &App, signatory: Option<&Signatory>) -> Result<Left, VisitError> {
        if let Entry::Oci(controls) = &self.session.purpose.entry {
            return self.oci_message(controls, &[]);
        }
        let total = Money::zero(self.session.currency);
        let document = self.cxml_document(app, (total, &[], &[]), Some(app.new_payload_id()?), true)?;
        self.cxml_message(app, self.hook()?, document, signatory)
    }

    /// The message or form that the cancellation left as; `None`: there is none.
    pub async fn cancellation_form(&self, app: &App) -> Result<Option<DepartureForm>, AppError> {
        self.departure(app, CANCELLATION).await
    }

    /// A `PunchOutOrderMessage` with its id.
    ///
    /// - the third: sum of the lines, the lines, and what is added to them.
    fn cxml_document(
        &self,
        app: &App,
        (total, lines, charges): (Money, &[ReturnedLine], &[Charge]),
        payload_id: Option<PayloadId>,
        cancelled: bool,
    ) -> Result<(String, PayloadId), VisitError> {
        let Entry::Cxml { buyer_cookie, from, to, .. } = &self.session.purpose.entry else {
            return Err(AppError::Broken("a cXML message in an OCI visit".into()).into());
        };
        let (Some(buyer), Some(supplier)) = (from.first(), to.first()) else {
            return Err(AppError::Broken("a visit without identities".into()).into());
        };
        let profile = &self.parties.profile;
        let ascii = profile.cart_encoding == CartEncoding::Urlencoded;
        let facts = MessageFacts {
            from: supplier,
            to: buyer,
            user_agent: USER_AGENT,
            buyer_cookie: buyer_cookie.as_ref(),
            operation_allowed: profile.operation_allowed,
            total,
            charges,
            lines,
            cancelled,
            test: self.session.test,
            ascii,
        };
        let payload_id = payload_id.ok_or_else(|| AppError::Broken("a message without an id".into()))?;
        let stamp = Stamp { payload_id: payload_id.clone(), at: app.now() };
        Ok((write_order_message(&facts, &stamp, &profile.cxml_version)?, payload_id))
    }

    fn cxml_message(
        &self,
        app: &App,
        hook: &HookUrl,
        (document, payload_id): (String, PayloadId),
        signatory: Option<&Signatory>,
    ) -> Result<Left, VisitError> {
        let profile = &self.parties.profile;
        let document = match signatory {
            Some(signatory) => signatory.sign(app, &document)?,
            None => document,
        };
        let (usual, value) = match profile.cart_encoding {
            CartEncoding::Base64 => ("cxml-base64", STANDARD.encode(&document)),
            CartEncoding::Urlencoded => ("cxml-urlencoded", document.clone()),
        };
        let name = if profile.cart_field.is_empty() { usual } else { &profile.cart_field };
        let fields = vec![Field { name: name.to_owned(), value }];
        let form = ReturnForm { action: hook.as_str().to_owned(), method: ReturnMethod::Post, fields };
        let form = self.page(form, Charset::Utf8);
        let signed_by = signatory.map(|signatory| signatory.subject().to_owned());
        let payload_id = Some(payload_id);
        Ok(Left { kind: "PunchOutOrderMessage", document, payload_id, signed_by, form, notes: Vec::new() })
    }

    fn page(&self, form: ReturnForm, charset: Charset) -> DepartureForm {
        let target =
            self.session.purpose.return_target.as_ref().unwrap_or(&self.parties.profile.return_target);
        DepartureForm { form, target: target.as_str().to_owned(), charset }
    }

    fn hook(&self) -> Result<&HookUrl, AppError> {
        self.session
            .purpose
            .return_to
            .as_ref()
            .ok_or_else(|| AppError::Broken("a visit without a return address".into()))
    }

    /// One durable change: the snapshot with its locks, the form, the record, the visit's stage.
    async fn commit(
        &self,
        app: &App,
        revision: u64,
        cart: Option<(&ReturnedCart, &[ReturnedLine])>,
        left: &Left,
    ) -> Result<(), AppError> {
        let session = &self.session;
        let mut changes = Changes::durable();
        changes.expect(&CartKey { session: session.id }, self.cart_version);
        changes.expect(&SessionKey { session: session.id }, Some(self.session_version));
        let departure = DepartureKey { session: session.id, revision };
        changes.expect(&departure, None);
        if let Some((cart, lines)) = cart {
            put_returned_cart(&mut changes, cart, lines);
        }
        let form = app.new_transaction_id()?;
        let bytes = serde_json::to_vec(&left.form).map_err(|error| AppError::Broken(error.to_string()))?;
        changes.document(DocumentId::new(*form.bytes()), &bytes);
        changes.put(&departure, &Departure { cart: cart.map(|(cart, _)| cart.id), form });
        let stage = if cart.is_some() { Stage::Returned { revision } } else { Stage::Cancelled };
        changes.put(
            &SessionKey { session: session.id },
            &crate::flow::session::Session { stage, ..session.clone() },
        );
        let (code, note) = match cart {
            Some(_) => (200, "the cart went to the browser"),
            None => (204, "the visit was cancelled, the buyer's cart stays as it was"),
        };
        let notes = std::iter::once(note).chain(left.notes.iter().map(String::as_str));
        let outcome = Outcome { code, note: notes.collect::<Vec<_>>().join("; ") };
        self.record(
            app,
            &mut changes,
            outcome,
            (left.kind, &left.document, left.payload_id.as_ref()),
            left.signed_by.clone(),
        )?;
        Ok(app.store.commit(changes).await?)
    }

    /// - the last two: kind, text and id of the document; who signed it.
    fn record(
        &self,
        app: &App,
        changes: &mut Changes,
        outcome: Outcome,
        (kind, text, payload_id): (&str, &str, Option<&PayloadId>),
        signed_by: Option<String>,
    ) -> Result<(), AppError> {
        let (session, at) = (&self.session, app.now());
        let document = app.new_transaction_id()?;
        changes.document(DocumentId::new(*document.bytes()), text.as_bytes());
        let transaction = Transaction {
            id: app.new_transaction_id()?,
            at,
            direction: Direction::Out,
            kind: kind.to_owned(),
            outcome,
            supplier: Some(session.supplier.clone()),
            buyer: Some(session.buyer.clone()),
            connection: Some(session.connection.clone()),
            session: Some(session.id),
            order: None,
            payload_id: payload_id.cloned(),
            user_agent: None,
            peer: None,
            bytes: u64::try_from(text.len()).unwrap_or(u64::MAX),
            micros: 0,
            document: Some(document),
            answer: None,
            attachments: Vec::new(),
            findings: Findings::default(),
            signing: Signing { signed_by, ..Signing::default() },
            test: session.test,
        };
        put_transaction(changes, &transaction);
        Ok(())
    }
}

/// A form for the record: a line for each field.
pub(super) fn listing(fields: &[Field]) -> String {
    let mut text = String::new();
    for Field { name, value } in fields {
        text.extend([name, " = ", value, "\n"]);
    }
    text
}

/// What leaves, as a document and as a form.
struct Left {
    kind: &'static str,
    document: String,
    payload_id: Option<PayloadId>,
    signed_by: Option<String>,
    form: DepartureForm,
    /// For the operator.
    notes: Vec<String>,
}

pub(super) fn put_returned_cart(changes: &mut Changes, cart: &ReturnedCart, lines: &[ReturnedLine]) {
    changes.put(&ReturnedCartKey { cart: cart.id }, cart);
    for line in lines {
        let number = line.number;
        changes.put(&ReturnedLineKey { cart: cart.id, number }, line);
        changes.put(&LockKey { reference: line.reference.clone() }, &(cart.id, number));
        if let Ok(part) = SupplierPartId::parse(&line.part) {
            let key = ReturnedPartKey { buyer: cart.buyer.clone(), part, at: cart.at, cart: cart.id, number };
            changes.put(&key, &());
        }
    }
}

/// Puts a record under all its keys.
pub(crate) fn put_transaction(changes: &mut Changes, transaction: &Transaction) {
    changes.put(&TransactionKey { transaction: transaction.id }, transaction);
    if let Some((milestone, connection)) = Milestone::of(transaction).zip(transaction.connection.clone()) {
        let key = MilestoneKey { connection, milestone: milestone.as_str().to_owned() };
        changes.put(&key, &Seen { transaction: transaction.id, at: transaction.at });
    }
    if let Some(session) = transaction.session {
        changes.put(&SessionTransactionKey { session, at: transaction.at, transaction: transaction.id }, &());
    }
}

/// Reads the cart of a session for pages outside a visit.
pub async fn cart_of(
    app: &App,
    session: &crate::flow::session::Session,
) -> Result<crate::flow::cart::Cart, AppError> {
    load_cart(app, session).await.map(|(cart, _)| cart)
}
