//! The whole round without a browser: setup, shop, return, order; edit and inspect on top.

mod again;
mod back;
mod faulty;
mod functions;
mod persist;
mod shop;

use std::{borrow::Cow, collections::HashSet, time::Duration};

use url::Url;

use crate::{
    flow::setup::{IncomingLine, Operation},
    model::profile::Protocol,
    shell::clock::Stopwatch,
    wire::xml::{Document, Limits, charset_parameter},
};

use super::{
    ask::Ask,
    client::{Client, PATIENCE, Received},
    connection::{BuyerConnection, Parameter, address},
    fault::{At, Fault},
    page::Page,
    pen::{Pen, oci_ask},
    receive::{ReturnedCart, sum},
    report::{Report, StepReport, Trouble, hop, millis},
};

/// Pages between a product and the return of the cart.
const WAY_BACK: usize = 8;

/// What the round should do.
#[derive(Clone, Debug)]
pub struct Wishes {
    /// `create` alone, or followed by `edit` or `inspect` of what it brought.
    pub operation: Operation,
    /// Begin at this part.
    pub item: Option<String>,
    /// Search for these words.
    pub search: Option<String>,
    /// Put so many products into the cart.
    pub lines: usize,
    /// Do this wrong.
    pub fault: Option<Fault>,
}

/// A round under way.
pub struct Round<'a> {
    client: &'a Client,
    connection: &'a BuyerConnection,
    base: Option<&'a Url>,
    wishes: &'a Wishes,
    pen: Pen,
    tell: &'a mut (dyn FnMut(&StepReport) + Send),
    report: Report,
    step: String,
    watch: Stopwatch,
    requests: Vec<String>,
}

/// A visit that has begun.
struct Visit {
    page: Page,
    cookie: Option<String>,
    been: HashSet<String>,
}

/// Goes round and reports; `tell` hears of each step as it ends.
pub async fn go_round(
    client: &Client,
    connection: &BuyerConnection,
    base: Option<&Url>,
    wishes: &Wishes,
    tell: &mut (dyn FnMut(&StepReport) + Send),
) -> Report {
    let mut round = Round {
        client,
        connection,
        base,
        wishes,
        pen: Pen::default(),
        tell,
        report: Report { connection: connection.name.clone(), ..Report::default() },
        step: String::new(),
        watch: Stopwatch::start(),
        requests: Vec::new(),
    };
    match round.run().await {
        Ok(()) => round.report.ok = true,
        Err(trouble) => {
            round.end(false, String::new());
            round.report.trouble = Some(trouble);
        }
    }
    round.report
}

impl Round<'_> {
    async fn run(&mut self) -> Result<(), Trouble> {
        if self.wishes.fault == Some(Fault::WrongSecret) {
            return self.knock_with_a_wrong_secret().await;
        }
        let mut cart = self.shop().await?;
        self.call_functions(&cart).await?;
        if self.wishes.fault == Some(Fault::UnknownLine) {
            cart = self.edit(&Fault::UnknownLine.lines(&cart.lines)).await?;
        }
        match self.wishes.operation {
            Operation::Edit => {
                cart = self.edit(&cart.lines).await?;
                if self.connection.cancel_returns_204 {
                    self.cancel_an_edit(&cart.lines).await?;
                }
            }
            Operation::Inspect => self.inspect(&cart.lines).await?,
            Operation::Create | Operation::Source | Operation::Detail => {}
        }
        let fault = self.wishes.fault.filter(|fault| fault.at() == At::Order);
        let ordered = fault.map_or_else(|| cart.lines.clone(), |fault| fault.lines(&cart.lines));
        let currency = ordered.first().and_then(|line| line.price?.currency);
        let beside = fault.map_or(cart.beside, |fault| fault.beside(cart.beside, currency));
        self.order(&ordered, beside).await
    }

    fn begin(&mut self, step: &str) {
        step.clone_into(&mut self.step);
        self.watch = Stopwatch::start();
    }

    fn end(&mut self, ok: bool, detail: String) {
        let step = StepReport {
            name: std::mem::take(&mut self.step),
            ok,
            took_ms: millis(self.watch.elapsed()),
            detail,
            requests: std::mem::take(&mut self.requests),
        };
        (self.tell)(&step);
        self.report.steps.push(step);
    }

    fn done(&mut self, detail: impl Into<String>) {
        self.end(true, detail.into());
    }

    async fn send(&mut self, ask: &Ask, expected: &str) -> Result<Received, Trouble> {
        self.send_within(ask, PATIENCE, expected).await
    }

    async fn send_within(
        &mut self,
        ask: &Ask,
        patience: Duration,
        expected: &str,
    ) -> Result<Received, Trouble> {
        let received = self.client.send_within(ask, patience).await;
        let received = received.map_err(|error| Trouble::new(expected, error.to_string()))?;
        self.requests.extend(received.hops.iter().map(hop));
        Ok(received)
    }

    /// Opens a page; anything but HTML with a 2xx is trouble.
    async fn open(&mut self, ask: &Ask, expected: &str) -> Result<Page, Trouble> {
        let received = self.send(ask, expected).await?;
        if !received.status.is_success() {
            return Err(Trouble::answer(expected, &received));
        }
        Page::read(&received).map_err(|_| Trouble::answer(expected, &received))
    }

    /// Setup or OCI call, then the start page.
    async fn enter(&mut self, operation: Operation, lines: &[IncomingLine]) -> Result<Visit, Trouble> {
        let item = self.wishes.item.clone().filter(|_| operation == Operation::Create);
        let (ask, cookie) = match self.connection.protocol {
            Protocol::Cxml => self.set_up(operation, item.as_deref(), lines).await?,
            Protocol::Oci => (self.oci_call(&[])?, None),
        };
        self.begin("start page");
        let page = self.open(&ask, "the shop's first page").await?;
        let mut been = HashSet::new();
        been.insert(ask.mark());
        been.insert(Ask::get(page.url.clone()).mark());
        self.done(format!("“{}”", page.title));
        Ok(Visit { page, cookie, been })
    }

    async fn set_up(
        &mut self,
        operation: Operation,
        item: Option<&str>,
        lines: &[IncomingLine],
    ) -> Result<(Ask, Option<String>), Trouble> {
        self.begin(if operation == Operation::Create { "setup" } else { operation_step(operation) });
        let expected = "Status 200 with a StartPage";
        let unready = |why: String| Trouble::new("a setup request", why);
        let login = self.connection.cxml.as_ref().ok_or_else(|| unready("no [cxml] login".into()))?;
        let endpoint = address(self.base, &login.endpoint).map_err(unready)?;
        let cookie = self.pen.random().map_err(unready)?;
        // A setup is spoilt once: what follows it goes right.
        let fault =
            self.wishes.fault.filter(|fault| fault.at() == At::Setup && operation == Operation::Create);
        let login = fault.map_or(Cow::Borrowed(login), |fault| fault.login(login));
        let return_to = self.connection.return_to.as_str();
        let document = self.pen.setup(&login, operation, &cookie, return_to, item, lines).map_err(unready)?;
        let ask = match fault.map(|fault| fault.spoilt(&document)) {
            Some((octets, kind)) => Ask::post(endpoint, kind, octets),
            None => Ask::cxml(endpoint, &document),
        };
        let (status, start_page) = self.start_page(&ask, expected).await?;
        if fault == Some(Fault::SamePayloadId) {
            self.same_payload_id(&ask, &document.replace(&cookie, "OTHER-CONTENT"), &start_page).await?;
        }
        let url = Url::parse(&start_page)
            .map_err(|error| Trouble::new("an address as StartPage", format!("{start_page}: {error}")))?;
        self.done(match fault {
            Some(fault) => format!("{}: {status}", fault.title()),
            None => status,
        });
        Ok((Ask::get(url), Some(cookie)))
    }

    /// The call into the shop; `more`: parameters of this call beside the usual ones.
    fn oci_call(&self, more: &[(&str, &str)]) -> Result<Ask, Trouble> {
        let unready = |why: String| Trouble::new("an OCI call", why);
        let call = self.connection.oci.as_ref().ok_or_else(|| unready("no [oci] call".into()))?;
        let endpoint = address(self.base, &call.endpoint).map_err(unready)?;
        let mut call = call.clone();
        call.parameters.extend(more.iter().map(|(name, value)| Parameter::new(name, value)));
        Ok(oci_ask(&call, &endpoint, self.connection.return_to.as_str()))
    }
}

const fn operation_step(operation: Operation) -> &'static str {
    match operation {
        Operation::Create => "setup",
        Operation::Edit => "setup (edit)",
        Operation::Inspect => "setup (inspect)",
        Operation::Source => "setup (source)",
        Operation::Detail => "detail",
    }
}

/// `2 lines, 34.10 EUR`.
fn summary(cart: &ReturnedCart) -> String {
    let total = sum(&cart.lines).map_or_else(String::new, |sum| format!(", {} {}", sum.text(), sum.currency));
    format!("{} lines{total}", cart.lines.len())
}

/// The document in an answer.
fn cxml(received: &Received, expected: &str) -> Result<Document, Trouble> {
    let charset = charset_parameter(&received.content_type);
    if !received.status.is_success() {
        return Err(Trouble::answer(expected, received));
    }
    Document::read(received.body.to_vec(), charset, &Limits::default())
        .map_err(|_| Trouble::answer(expected, received))
}
