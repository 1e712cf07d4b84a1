//! What the virtual buyer remembers: its last visits, in memory alone.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use url::Url;

use crate::{
    flow::setup::{IncomingLine, Operation},
    shell::buyer::{
        fault::Fault,
        judge::Check,
        receive::{Beside, ReturnedCart},
    },
    wire::cxml::ReceivedStatus,
};

/// Visits remembered.
const VISITS: usize = 40;
/// Orders remembered of one visit; the first ones stay, since others refer to them.
const ORDERS: usize = 20;

/// One visit and what came of it.
#[derive(Clone)]
pub(super) struct Played {
    /// Part of its return address.
    pub(super) id: String,
    /// Which connection.
    pub(super) connection: usize,
    /// What the user may do.
    pub(super) operation: Operation,
    /// The part to open the shop at.
    pub(super) part: Option<String>,
    /// The session's mark; OCI has none.
    pub(super) cookie: Option<String>,
    /// Where the cart comes back.
    pub(super) return_to: String,
    /// What is done wrong in it.
    pub(super) fault: Option<Fault>,
    /// Lines of the requisition that was sent along.
    pub(super) requisition: Vec<IncomingLine>,
    /// How it began.
    pub(super) entry: Entry,
    /// The cart, once it is there.
    pub(super) cart: Option<Arrival>,
    /// Orders of the cart, in the order they were sent.
    pub(super) orders: Vec<Arc<Sent>>,
}

/// How a visit began.
#[derive(Clone)]
pub(super) enum Entry {
    /// By a setup request.
    Cxml {
        /// What was said.
        exchange: Exchange,
        /// `StartPage`.
        start: Option<Url>,
    },
    /// By the browser alone.
    Oci {
        /// The supplier's address.
        address: Url,
        /// By form POST.
        post: bool,
        /// Name, value, and whether people may not see it.
        fields: Vec<(String, String, bool)>,
    },
}

/// A document sent and its answer.
#[derive(Clone)]
pub(super) struct Exchange {
    /// Where to.
    pub(super) endpoint: Url,
    /// The document, secrets masked.
    pub(super) request: String,
    /// The answer, as it came.
    pub(super) answer: String,
    /// What it says; `Err`: no cXML answer, and why.
    pub(super) status: Result<ReceivedStatus, String>,
    /// Milliseconds.
    pub(super) took_ms: u64,
}

/// A cart that came back.
#[derive(Clone)]
pub(super) struct Arrival {
    /// The cart, or why it cannot be read.
    pub(super) cart: Result<ReturnedCart, String>,
    /// What was looked at.
    pub(super) checks: Vec<Check>,
    /// How often it came.
    pub(super) times: usize,
}

/// An order that was sent.
pub(super) struct Sent {
    /// In words.
    pub(super) title: &'static str,
    /// What was said.
    pub(super) exchange: Exchange,
    /// The document with its secret, for a repeat.
    pub(super) document: String,
    /// `@orderID`.
    pub(super) order_id: String,
    /// `@orderVersion`.
    pub(super) version: u32,
    /// Its id, for updates that refer to it.
    pub(super) payload_id: String,
    /// `@type`.
    pub(super) kind: &'static str,
    /// The lines.
    pub(super) lines: Vec<IncomingLine>,
    /// What is paid beside them.
    pub(super) beside: Beside,
}

impl Played {
    /// The lines that the buyer holds now: those of the cart, unless it left everything as it was.
    pub(super) fn lines(&self) -> Vec<IncomingLine> {
        match self.cart.as_ref().map(|arrival| &arrival.cart) {
            Some(Ok(cart)) if cart.status == 200 && !cart.lines.is_empty() => cart.lines.clone(),
            _ => self.requisition.clone(),
        }
    }

    /// What the cart's header adds to them.
    pub(super) fn beside(&self) -> Beside {
        match self.cart.as_ref().map(|arrival| &arrival.cart) {
            Some(Ok(cart)) if cart.status == 200 => cart.beside,
            _ => Beside::default(),
        }
    }

    /// Remembers an order, as long as there is room.
    pub(super) fn add_order(&mut self, sent: Sent) {
        if self.orders.len() == ORDERS {
            self.orders.pop();
        }
        self.orders.push(Arc::new(sent));
    }
}

/// All visits remembered, the last one first.
#[derive(Default)]
pub(super) struct Books(Mutex<VecDeque<Played>>);

impl Books {
    fn open(&self) -> MutexGuard<'_, VecDeque<Played>> {
        // Every change is a single assignment: what a panic elsewhere left behind is whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn add(&self, played: Played) {
        let mut books = self.open();
        books.truncate(VISITS - 1);
        books.push_front(played);
    }

    pub(super) fn find(&self, id: &str) -> Option<Played> {
        self.open().iter().find(|played| played.id == id).cloned()
    }

    pub(super) fn change(&self, id: &str, change: impl FnOnce(&mut Played)) {
        if let Some(played) = self.open().iter_mut().find(|played| played.id == id) {
            change(played);
        }
    }

    /// Visits that brought a cart.
    pub(super) fn with_carts(&self) -> Vec<Played> {
        self.open().iter().filter(|played| played.cart.is_some()).cloned().collect()
    }

    /// The last visit of a buyer that left it with lines.
    pub(super) fn last_cart_of(&self, connection: usize) -> Option<Played> {
        let of = |played: &&Played| {
            played.connection == connection && played.cart.is_some() && !played.lines().is_empty()
        };
        self.open().iter().find(of).cloned()
    }
}
