//! Leaving: the cart that is returned, or the visit that is cancelled. Durable before the shopper sees it.

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::{
    flow::{
        cart::{ReturnFacts, ReturnedCart, ReturnedLine, return_cart},
        session::Stage,
        setup::{Entry, OciControls},
    },
    model::{
        hook_url::HookUrl,
        ids::{PayloadId, SupplierPartId, TransactionId},
        money::Money,
        party::ConnectionState,
        profile::{Cancel, CartEncoding, Charset},
    },
    shell::{
        app::{App, AppError},
        records::{Direction, Findings, Outcome, Signing, Transaction},
        signing::Signatory,
        store::{
            Changes, DocumentId,
            keys::{
                CartKey, Departure, DepartureKey, LockKey, ReturnedCartKey, ReturnedLineKey, ReturnedPartKey,
                SessionKey, SessionTransactionKey, TransactionKey,
            },
        },
    },
    wire::{
        cxml::{MessageFacts, Stamp, write_order_message},
        oci::{Field, ReturnForm, return_form},
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
    /// A form with Status 204, under this revision.
    Form(u64),
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
            let references = (0..self.cart.lines.len()).map(|_| app.new_lock_reference());
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
            let left = self.message(app, &cart, &lines, signatory.as_ref())?;
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
        let cancel_to = self.session.purpose.cancel_to.clone().filter(|address| self.may_return_to(address));
        match (&self.parties.profile.cancel, cancel_to) {
            (_, Some(address)) => Ok(Cancelled::Address(address)),
            (Cancel::Address(address), None) => match HookUrl::parse(address) {
                Ok(address) => Ok(Cancelled::Address(address)),
                Err(_) => Ok(Cancelled::Instructions),
            },
            (Cancel::Instructions, None) => Ok(Cancelled::Instructions),
            (Cancel::Status204 | Cancel::EmptyForm, None) => self.cancel_by_message(app).await,
        }
    }

    async fn cancel_by_message(mut self, app: &App) -> Result<Cancelled, VisitError> {
        for _ in 0..ATTEMPTS {
            if self.departure(app, CANCELLATION).await?.is_some() {
                return Ok(Cancelled::Form(CANCELLATION));
            }
            let signatory = app.signatory(&self.parties).await?;
            let Some(left) = self.cancellation(app, signatory.as_ref())? else {
                return Ok(Cancelled::Instructions);
            };
            match self.commit(app, CANCELLATION, None, &left).await {
                Ok(()) => return Ok(Cancelled::Form(CANCELLATION)),
                Err(error) if error.is_conflict() => {
                    let capability = self.capability.clone();
                    self = Self::load(app, &capability).await?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(AppError::from(crate::shell::store::StoreError::Conflict).into())
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
                let document = self.cxml_document(app, cart.total, lines, cart.payload_id.clone(), false)?;
                self.cxml_message(app, hook, document, signatory)
            }
            Entry::Oci(controls) => self.oci_message(controls, lines),
        }
    }

    fn oci_message(&self, controls: &OciControls, lines: &[ReturnedLine]) -> Result<Left, VisitError> {
        let form = return_form(self.hook()?, controls, lines, &self.parties.profile);
        let form =
            form.ok_or_else(|| AppError::Broken("a price or quantity does not fit an OCI field".into()))?;
        let charset = match controls.charset.as_deref().map(str::to_ascii_lowercase).as_deref() {
            Some("utf-8" | "utf8") => Charset::Utf8,
            Some("iso-8859-1" | "latin1") => Charset::Latin1,
            _ => self.parties.profile.charset,
        };
        let document = listing(&form.fields);
        let form = self.page(form, charset);
        Ok(Left { kind: "OCI form", document, payload_id: None, signed_by: None, form })
    }

    /// A message with Status 204, or the form without a line; `None` where the protocol has none.
    fn cancellation(&self, app: &App, signatory: Option<&Signatory>) -> Result<Option<Left>, VisitError> {
        if let Entry::Oci(controls) = &self.session.purpose.entry {
            let empty = self.parties.profile.cancel == Cancel::EmptyForm;
            return if empty { self.oci_message(controls, &[]).map(Some) } else { Ok(None) };
        }
        let total = Money::zero(self.session.currency);
        let document = self.cxml_document(app, total, &[], Some(app.new_payload_id()?), true)?;
        self.cxml_message(app, self.hook()?, document, signatory).map(Some)
    }

    /// A `PunchOutOrderMessage` with its id.
    fn cxml_document(
        &self,
        app: &App,
        total: Money,
        lines: &[ReturnedLine],
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
        let form = ReturnForm { action: hook.as_str().to_owned(), fields };
        let form = self.page(form, Charset::Utf8);
        let signed_by = signatory.map(|signatory| signatory.subject().to_owned());
        let payload_id = Some(payload_id);
        Ok(Left { kind: "PunchOutOrderMessage", document, payload_id, signed_by, form })
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
        self.record(app, &mut changes, cart.is_none(), left, app.new_transaction_id()?)?;
        Ok(app.store.commit(changes).await?)
    }

    fn record(
        &self,
        app: &App,
        changes: &mut Changes,
        cancelled: bool,
        left: &Left,
        id: TransactionId,
    ) -> Result<(), AppError> {
        let (session, at) = (&self.session, app.now());
        let document = app.new_transaction_id()?;
        changes.document(DocumentId::new(*document.bytes()), left.document.as_bytes());
        let note = if cancelled {
            "the visit was cancelled, the buyer's cart stays as it was"
        } else {
            "the cart went to the browser"
        };
        let transaction = Transaction {
            id,
            at,
            direction: Direction::Out,
            kind: left.kind.to_owned(),
            outcome: Outcome { code: if cancelled { 204 } else { 200 }, note: note.to_owned() },
            supplier: Some(session.supplier.clone()),
            buyer: Some(session.buyer.clone()),
            connection: Some(session.connection.clone()),
            session: Some(session.id),
            order: None,
            payload_id: left.payload_id.clone(),
            user_agent: None,
            peer: None,
            bytes: u64::try_from(left.document.len()).unwrap_or(u64::MAX),
            micros: 0,
            document: Some(document),
            answer: None,
            attachments: Vec::new(),
            findings: Findings::default(),
            signing: Signing { signed_by: left.signed_by.clone(), ..Signing::default() },
            test: session.test,
        };
        put_transaction(changes, &transaction);
        Ok(())
    }
}

/// A form for the record: a line for each field.
fn listing(fields: &[Field]) -> String {
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
}

fn put_returned_cart(changes: &mut Changes, cart: &ReturnedCart, lines: &[ReturnedLine]) {
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
