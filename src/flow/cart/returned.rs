//! The cart that leaves: an immutable snapshot with a price lock on every line.

use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    flow::{
        pricing::{Band, Provenance},
        session::{Session, VisitRefused},
        setup::later,
    },
    model::{
        charges::{ChargeKind, ChargePlace},
        ids::{BuyerId, CartId, ConnectionId, LockReference, PayloadId, SessionId, SupplierId},
        money::{Money, UnitPrice},
        profile::{LockCarrier, Profile},
        quantity::{Quantity, UnitOfMeasure},
    },
};

use super::{
    charges::Charge,
    fields::fields,
    lines::{Content, Line},
    lock,
    preflight::{Finding, What},
    priced::{PricedCart, PricedLine, Problem, same_price},
};

/// What left, without its lines: those are kept one by one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReturnedCart {
    /// Its key.
    pub id: CartId,
    /// Out of which visit.
    pub session: SessionId,
    /// Over which connection.
    pub connection: ConnectionId,
    /// Whose catalog.
    pub supplier: SupplierId,
    /// Whose cart: an order may come over another connection of this buyer.
    pub buyer: BuyerId,
    /// Revision of the visit's cart.
    pub revision: u64,
    /// Id of the message that carries it; none in OCI.
    pub payload_id: Option<PayloadId>,
    /// When it left.
    pub at: Timestamp,
    /// First instant its prices no longer hold.
    pub holds_until: Timestamp,
    /// Sum of its lines, charges that left as lines among them.
    pub total: Money,
    /// How many lines it has.
    pub lines: u32,
    /// It does not count.
    pub test: bool,
    /// What pre-flight found about the cart as a whole.
    #[serde(default)]
    pub findings: Vec<Finding>,
    /// What was added to the goods.
    #[serde(default)]
    pub charges: Vec<Charge>,
}

impl ReturnedCart {
    /// What of the header's charges is freight or surcharge, and what is tax; `None`: nothing was said about it.
    #[must_use]
    pub fn shipping(&self) -> Option<Money> {
        self.in_header(|kind| kind != ChargeKind::Tax)
    }

    /// Likewise of tax.
    #[must_use]
    pub fn tax(&self) -> Option<Money> {
        self.in_header(|kind| kind == ChargeKind::Tax)
    }

    /// The sum of all lines and of the header's charges.
    #[must_use]
    pub fn payable(&self) -> Money {
        // Was added up without overflow before it left.
        let with = |sum: Money, more: Option<Money>| more.and_then(|more| sum.plus(more).ok()).unwrap_or(sum);
        with(with(self.total, self.shipping()), self.tax())
    }

    fn in_header(&self, of: impl Fn(ChargeKind) -> bool) -> Option<Money> {
        let mut said = self.charges.iter().filter(|charge| of(charge.kind)).peekable();
        said.peek()?;
        let in_header = said.filter(|charge| charge.place == ChargePlace::Header);
        let nothing = Money::zero(self.total.currency);
        Some(in_header.fold(nothing, |sum, charge| sum.plus(charge.amount).unwrap_or(sum)))
    }
}

/// One line as it left.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReturnedLine {
    /// Its place, from 1 without gaps.
    pub number: u32,
    /// Leads from an order line to here.
    pub reference: LockReference,
    /// Part number.
    pub part: String,
    /// Second key as sent, as markup; with the reference where that travels in it.
    pub auxiliary: Option<String>,
    /// What the line says.
    pub text: LineText,
    /// How many.
    pub quantity: Quantity,
    /// Unit in our words.
    pub unit: UnitOfMeasure,
    /// Unit in the buyer's words, as sent.
    pub unit_sent: String,
    /// Price.
    pub price: UnitPrice,
    /// Price × quantity, rounded once.
    pub amount: Money,
    /// First quantity for which the price holds, other lines of the product being as they are.
    pub band_from: Quantity,
    /// First quantity for which another price holds.
    pub band_until: Option<Quantity>,
    /// Why this price; `None` on a line that the catalog does not know.
    pub provenance: Option<Provenance>,
    /// The shopper's note.
    pub note: String,
    /// Days until it leaves, where known.
    pub lead_time_days: Option<u16>,
    /// The reference travels in an Extrinsic of its own.
    pub reference_in_extrinsic: bool,
    /// Line that it belongs to, such as a surcharge to its product.
    #[serde(default)]
    pub parent: Option<u32>,
    /// The connection's own fields, by name.
    #[serde(default)]
    pub fields: Vec<(String, String)>,
    /// What pre-flight changed, and what it warned of.
    #[serde(default)]
    pub findings: Vec<Finding>,
    /// No goods: freight, a surcharge or tax.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charge: Option<ChargeKind>,
}

/// Texts and codes of a line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LineText {
    /// Description as sent.
    pub description: String,
    /// Its language, BCP 47, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Classification: domain and code.
    pub classification: (String, String),
    /// Manufacturer's name.
    pub manufacturer: Option<String>,
    /// Manufacturer's part number.
    pub manufacturer_part: Option<String>,
}

/// What a return needs besides the cart.
pub struct ReturnFacts<'a> {
    /// The visit.
    pub session: &'a Session,
    /// How the other side behaves.
    pub profile: &'a Profile,
    /// How long prices hold, in days.
    pub price_lock_days: u16,
    /// Revision on the page that the shopper confirmed.
    pub confirmed_revision: u64,
    /// Id of the cart.
    pub id: CartId,
    /// Id of the message.
    pub payload_id: Option<PayloadId>,
    /// One for each line that needs one.
    pub references: Vec<LockReference>,
}

/// Why a cart does not leave.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ReturnRefused {
    /// The visit is over, or read-only.
    #[error(transparent)]
    Visit(#[from] VisitRefused),
    /// The cart changed after the page was shown.
    #[error("the cart has changed since this page was shown")]
    Changed,
    /// Nothing in it. In an edit an empty cart would delete the requisition's lines.
    #[error("the cart is empty")]
    Empty,
    /// Lines that cannot leave.
    #[error("{0} lines cannot be returned")]
    Lines(usize),
    /// The buyer's platform does not take the cart as a whole, or it is below its minimum.
    #[error("it does not leave as a whole: {0}")]
    Whole(What),
}

/// Takes the snapshot of a cart that leaves.
pub fn return_cart(
    priced: &PricedCart,
    facts: ReturnFacts<'_>,
    now: Timestamp,
) -> Result<(ReturnedCart, Vec<ReturnedLine>), ReturnRefused> {
    facts.session.change(now)?;
    if priced.revision != facts.confirmed_revision {
        return Err(ReturnRefused::Changed);
    }
    if priced.lines.is_empty() {
        return Err(ReturnRefused::Empty);
    }
    let priced = priced.clone().fitted(facts.profile);
    if let Some(stopped) = priced.stopped() {
        return Err(ReturnRefused::Whole(stopped.what.clone()));
    }
    let problems = priced.lines.iter().filter(|line| line.problem.is_some()).count();
    if problems > 0 {
        return Err(ReturnRefused::Lines(problems));
    }
    let mut fresh = facts.references.into_iter();
    let mut lines = Vec::with_capacity(priced.lines.len());
    for (number, line) in (1..).zip(priced.leaving()) {
        let reference = kept_reference(line).or_else(|| fresh.next());
        let snapshot = reference.and_then(|reference| snapshot(number, line, &reference, facts.profile));
        let mut snapshot = snapshot.ok_or(ReturnRefused::Lines(1))?;
        snapshot.fields = fields(&facts.profile.fields, &snapshot, line.product.as_ref(), facts.session);
        lines.push(snapshot);
    }
    let mut charges: Vec<Charge> = priced.charges.iter().map(|priced| priced.charge.clone()).collect();
    let behind_goods = lines.iter_mut().skip(priced.lines.len());
    let as_lines = priced.charges.iter().zip(&mut charges).filter(|(priced, _)| priced.line.is_some());
    for (line, (_, charge)) in behind_goods.zip(as_lines) {
        (line.charge, charge.line) = (Some(charge.kind), Some(line.number));
    }
    let total = lines.iter().try_fold(Money::zero(priced.total.currency), |sum, line| sum.plus(line.amount));
    let total = total.map_err(|_| ReturnRefused::Lines(lines.len()))?;
    let session = facts.session;
    let days = SignedDuration::from_hours(24 * i64::from(facts.price_lock_days));
    let cart = ReturnedCart {
        id: facts.id,
        session: session.id,
        connection: session.connection.clone(),
        supplier: session.supplier.clone(),
        buyer: session.buyer.clone(),
        revision: priced.revision,
        payload_id: facts.payload_id,
        at: now,
        holds_until: later(now, days),
        total,
        lines: u32::try_from(lines.len()).unwrap_or(u32::MAX),
        test: session.test,
        findings: priced.findings,
        charges,
    };
    Ok((cart, lines))
}

/// An unchanged line keeps its reference through edits.
fn kept_reference(line: &PricedLine) -> Option<LockReference> {
    let Line { earlier, quantity, note, .. } = &line.line;
    let earlier = earlier.as_ref()?;
    let same = earlier.quantity == *quantity
        && earlier.note == *note
        && earlier.price.zip(line.price).is_some_and(|(was, is)| same_price(was, is));
    if same { earlier.reference.clone() } else { None }
}

fn snapshot(
    number: u32,
    line: &PricedLine,
    reference: &LockReference,
    profile: &Profile,
) -> Option<ReturnedLine> {
    let (sent, amount) = (line.fitted.as_ref()?, line.amount?);
    let unit = line.unit.clone()?;
    let (part, auxiliary, domain) = match (&line.line.content, &line.product) {
        (Content::Product(key), Some(product)) => {
            let own = product.auxiliary.as_deref();
            let auxiliary = match profile.lock_carrier {
                LockCarrier::Auxiliary => Some(lock::carry(own, reference)),
                LockCarrier::Extrinsic | LockCarrier::None => own.map(str::to_owned),
            };
            (&key.part, auxiliary, &profile.classification_domain)
        }
        (Content::Foreign(foreign), _) => {
            let auxiliary = foreign.item.auxiliary.as_ref().map(|auxiliary| auxiliary.as_str().to_owned());
            let domain = foreign.classification.as_ref().map(|(domain, _)| domain);
            (&foreign.item.part, auxiliary, domain.unwrap_or(&profile.classification_domain))
        }
        (Content::Product(_), None) => return None,
    };
    Some(ReturnedLine {
        number,
        part: part.as_str().to_owned(),
        auxiliary,
        text: LineText {
            description: sent.description.clone(),
            language: sent.language.clone(),
            classification: (domain.clone(), sent.class.clone()),
            manufacturer: sent.manufacturer.clone(),
            manufacturer_part: sent.manufacturer_part.clone(),
        },
        quantity: line.line.quantity,
        unit_sent: sent.unit.clone(),
        unit,
        price: sent.price,
        amount,
        band_from: line.band.as_ref().map_or(line.line.quantity, |band| own_share(line, band)),
        band_until: line.next_band.as_ref().map(|band| own_share(line, band)),
        provenance: line.band.as_ref().map(|band| band.provenance.clone()),
        note: line.line.note.clone(),
        lead_time_days: line.product.as_ref().and_then(|product| product.lead_time_days),
        reference_in_extrinsic: profile.lock_carrier == LockCarrier::Extrinsic,
        parent: None,
        fields: Vec::new(),
        findings: line.findings.clone(),
        charge: None,
        reference: reference.clone(),
    })
}

/// Where a band begins for this line alone, other lines of the product being as they are.
fn own_share(line: &PricedLine, band: &Band) -> Quantity {
    let others = line.together.value().saturating_sub(line.line.quantity.value());
    let from = band.from.value().saturating_sub(others);
    // Where the others are enough, any quantity is: the smallest one there is.
    Quantity::new(from).or_else(|_| Quantity::new(Decimal::new(1, Quantity::MAX_SCALE))).unwrap_or(band.from)
}

impl PricedCart {
    /// The lines that cannot leave, each with the reason.
    pub fn problems(&self) -> impl Iterator<Item = (&PricedLine, &Problem)> {
        self.lines.iter().filter_map(|line| line.problem.as_ref().map(|problem| (line, problem)))
    }
}
