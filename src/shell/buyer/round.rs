//! The whole round without a browser: setup, shop, return, order; edit and inspect on top.

use std::collections::{HashSet, VecDeque};

use url::Url;

use crate::{
    flow::{
        order::OrderKind,
        setup::{IncomingLine, Operation},
    },
    model::profile::Protocol,
    shell::clock::Stopwatch,
    wire::{
        cxml::{read_setup_response, read_status},
        xml::{Document, Limits, charset_parameter},
    },
};

use super::{
    ask::Ask,
    client::{Client, Received},
    connection::{BuyerConnection, address},
    encode, find,
    hints::Purpose,
    judge::{Expected, judge, judge_cancel, judge_restored},
    page::Page,
    pen::{OrderAsk, Pen, oci_ask},
    receive::{self, ReturnedCart, sum},
    report::{Report, StepReport, Trouble, hop, millis},
};

/// Pages looked at for something to buy.
const PAGES_LOOKED_AT: usize = 30;
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
}

/// A round under way.
pub struct Round<'a> {
    client: &'a Client,
    connection: &'a BuyerConnection,
    base: Option<&'a Url>,
    wishes: &'a Wishes,
    pen: Pen,
    tell: &'a mut dyn FnMut(&StepReport),
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
    tell: &mut dyn FnMut(&StepReport),
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
        let mut lines = self.shop().await?;
        match self.wishes.operation {
            Operation::Edit => {
                lines = self.edit(&lines).await?;
                if self.connection.cancel_returns_204 {
                    self.cancel_an_edit(&lines).await?;
                }
            }
            Operation::Inspect => self.inspect(&lines).await?,
            Operation::Create | Operation::Source => {}
        }
        self.order(&lines).await
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
        let received =
            self.client.send(ask).await.map_err(|error| Trouble::new(expected, error.to_string()))?;
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
            Protocol::Oci => (self.oci_call()?, None),
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
        let document = self
            .pen
            .setup(login, operation, &cookie, self.connection.return_to.as_str(), item, lines)
            .map_err(unready)?;
        let received = self.send(&Ask::cxml(endpoint, &document), expected).await?;
        let answer = cxml(&received, expected)?;
        let (status, start_page) =
            read_setup_response(&answer).map_err(|_| Trouble::answer(expected, &received))?;
        let start_page = start_page.filter(|_| status.is_success());
        let Some(start_page) = start_page else { return Err(Trouble::new(expected, status.to_string())) };
        let url = Url::parse(&start_page)
            .map_err(|error| Trouble::new("an address as StartPage", format!("{start_page}: {error}")))?;
        self.done(status.to_string());
        Ok((Ask::get(url), Some(cookie)))
    }

    fn oci_call(&self) -> Result<Ask, Trouble> {
        let unready = |why: String| Trouble::new("an OCI call", why);
        let call = self.connection.oci.as_ref().ok_or_else(|| unready("no [oci] call".into()))?;
        let endpoint = address(self.base, &call.endpoint).map_err(unready)?;
        Ok(oci_ask(call, &endpoint, self.connection.return_to.as_str()))
    }

    /// A new cart, filled and returned.
    async fn shop(&mut self) -> Result<Vec<IncomingLine>, Trouble> {
        let mut visit = self.enter(Operation::Create, &[]).await?;
        self.begin("find products");
        let found = self.find(&mut visit).await?;
        self.done(format!("{} to put into the cart", found.len()));
        self.begin("add to cart");
        let mut added = Vec::new();
        for (source, place) in found {
            visit.page = self.add(&source, place, &mut added).await?;
        }
        self.done(added.join(", "));
        let cart = self.bring_back(visit).await?;
        self.begin("judge the cart");
        let (lines, wanted) = (cart.lines.len(), self.wishes.lines);
        if lines != wanted {
            return Err(Trouble::new(format!("{wanted} lines"), format!("{lines} lines")));
        }
        if let Some(part) = &self.wishes.item
            && !cart.lines.iter().any(|line| line.item.part.as_str().eq_ignore_ascii_case(part))
        {
            let parts: Vec<&str> = cart.lines.iter().map(|line| line.item.part.as_str()).collect();
            return Err(Trouble::new(format!("a line with part {part}"), parts.join(", ")));
        }
        self.done(summary(&cart));
        Ok(cart.lines)
    }

    /// Pages with products, and which of their offers to take.
    async fn find(&mut self, visit: &mut Visit) -> Result<Vec<(Ask, usize)>, Trouble> {
        let (connection, wishes) = (self.connection, self.wishes);
        let wanted = wishes.lines;
        let mut found: Vec<(Ask, usize)> = Vec::new();
        let mut known: HashSet<Vec<String>> = HashSet::new();
        let mut take = |page: &Page, part: Option<&str>| {
            let offers = find::offers(page, &connection.hints, 1);
            let alone = offers.len() == 1;
            for (place, offer) in offers.into_iter().enumerate() {
                if part.is_some_and(|part| !(alone || offer.names(part))) || found.len() >= wanted {
                    continue;
                }
                let mark = [vec![offer.ask.url.to_string()], offer.hidden].concat();
                if known.insert(mark) {
                    found.push((Ask::get(page.url.clone()), place));
                    if part.is_some() {
                        break;
                    }
                }
            }
            found.len()
        };
        if let Some(part) = &wishes.item {
            let mut taken = take(&visit.page, Some(part));
            if taken == 0 {
                let results = self.search(visit, part).await?;
                taken = take(&results, Some(part));
                visit.page = results;
            }
            if taken == 0 {
                return Err(Trouble::page(format!("part {part} with a field for its quantity"), &visit.page));
            }
        }
        if let Some(words) = &wishes.search {
            visit.page = self.search(visit, words).await?;
        }
        let mut page = Some(visit.page.clone());
        let mut ways: VecDeque<Ask> = VecDeque::new();
        for _ in 0..PAGES_LOOKED_AT {
            if let Some(page) = page.take() {
                if take(&page, None) >= wanted {
                    break;
                }
                let new = find::ways_in(&page, &connection.hints).into_iter();
                ways.extend(new.filter(|ask| visit.been.insert(ask.mark())));
            }
            let Some(ask) = ways.pop_front() else { break };
            // One dead link among many is no reason to stop.
            page = self.open(&ask, "a page of the shop").await.ok();
        }
        if found.len() >= wanted {
            return Ok(found);
        }
        let expected = format!("{wanted} products to put into the cart, not {}", found.len());
        Err(Trouble::page(expected, &visit.page))
    }

    async fn search(&mut self, visit: &Visit, words: &str) -> Result<Page, Trouble> {
        let expected = format!("results of a search for {words:?}");
        let ask = find::search(&visit.page, words, &self.connection.hints)
            .ok_or_else(|| Trouble::page("a form with a field for search words", &visit.page))?;
        self.open(&ask, &expected).await
    }

    /// Opens the page again, so that what is hidden in its forms is fresh, and sends the form.
    async fn add(&mut self, source: &Ask, place: usize, added: &mut Vec<String>) -> Result<Page, Trouble> {
        let page = self.open(source, "the product's page").await?;
        // Not always the same quantity: a sum of single pieces would prove little.
        let times = u32::try_from(added.len() % 3 + 1).unwrap_or(1);
        let offer = find::offers(&page, &self.connection.hints, times).into_iter().nth(place);
        let offer = offer.ok_or_else(|| Trouble::page("the product's form", &page))?;
        let after = self.open(&offer.ask, "a page after adding to the cart").await?;
        added.push(format!("quantity {}", offer.quantity));
        Ok(after)
    }

    /// From anywhere in the shop to the cart in the buyer's hands.
    async fn bring_back(&mut self, visit: Visit) -> Result<ReturnedCart, Trouble> {
        let Visit { mut page, cookie, mut been } = visit;
        let hints = &self.connection.hints;
        been.insert(Ask::get(page.url.clone()).mark());
        // The cart first, also where a shorter way is offered: shoppers look at it.
        let mut first = find::cart(&page, hints).filter(|step| !been.contains(&step.ask.mark()));
        for _ in 0..WAY_BACK {
            if receive::return_form(&page, self.connection.return_to.as_str()).is_some() {
                return self.receive(&page, cookie.as_deref());
            }
            self.begin("leave the shop");
            let step = first
                .take()
                .or_else(|| find::towards_return(&page, &been, hints))
                .ok_or_else(|| Trouble::page("a way to the cart or to the return of it", &page))?;
            self.begin(match step.purpose {
                Purpose::Back => "return",
                Purpose::Review => "review",
                Purpose::Cart => "open the cart",
                _ => "go on",
            });
            been.insert(step.ask.mark());
            page = self.open(&step.ask, &format!("the page behind “{}”", step.label)).await?;
            self.done(format!("“{}” → “{}”", step.label, page.title));
        }
        self.begin("leave the shop");
        Err(Trouble::page(format!("a form that carries the cart, after {WAY_BACK} pages"), &page))
    }

    /// Reads the return page as browser and buyer's system do, and judges what came.
    fn receive(&mut self, page: &Page, cookie: Option<&str>) -> Result<ReturnedCart, Trouble> {
        self.begin("receive");
        let cart = self.arrive(page)?;
        let expected = Expected { return_to: self.connection.return_to.as_str(), buyer_cookie: cookie };
        let form = receive::return_form(page, expected.return_to);
        let checks = judge(&cart, form.map(|form| form.raw_action.as_str()), &expected);
        Trouble::of_checks(&checks)?;
        self.done(format!("{}, {} checks", cart.carrier.name(), checks.len()));
        Ok(cart)
    }

    /// What the browser sends, decoded as the buyer's system would.
    fn arrive(&self, page: &Page) -> Result<ReturnedCart, Trouble> {
        let return_to = self.connection.return_to.as_str();
        let form = receive::return_form(page, return_to)
            .ok_or_else(|| Trouble::page(format!("a form that leads to {return_to}"), page))?;
        let button = form.buttons.first();
        let sent = form.ask(button, &[]);
        let charset = self.connection.oci.as_ref().and_then(|call| call.charset()).map(encode::named);
        let fields = if form.multipart {
            form.pairs()
        } else {
            let body =
                if form.post { sent.body.as_ref() } else { sent.url.query().unwrap_or_default().as_bytes() };
            encode::read_urlencoded(body, charset)
        };
        receive::read(fields).map_err(|why| Trouble::new("a cart that can be read", why))
    }

    /// The requisition opened again and returned as it was.
    async fn edit(&mut self, lines: &[IncomingLine]) -> Result<Vec<IncomingLine>, Trouble> {
        let visit = self.enter(Operation::Edit, lines).await?;
        let cart = self.bring_back(visit).await?;
        self.begin("judge the edited cart");
        let restored = judge_restored(lines, &cart.lines);
        Trouble::of_checks(std::slice::from_ref(&restored))?;
        self.done(summary(&cart));
        Ok(cart.lines)
    }

    /// The requisition opened again and left alone.
    async fn cancel_an_edit(&mut self, lines: &[IncomingLine]) -> Result<(), Trouble> {
        let Visit { mut page, cookie, mut been } = self.enter(Operation::Edit, lines).await?;
        let hints = &self.connection.hints;
        self.begin("cancel");
        for _ in 0..WAY_BACK {
            if receive::return_form(&page, self.connection.return_to.as_str()).is_some() {
                let cart = self.arrive(&page)?;
                let return_to = self.connection.return_to.as_str();
                let expected = Expected { return_to, buyer_cookie: cookie.as_deref() };
                let checks = judge_cancel(&cart, &expected);
                Trouble::of_checks(&checks)?;
                self.done("Status 204, the requisition stays as it was");
                return Ok(());
            }
            let step = find::cancel(&page, &been, hints)
                .or_else(|| {
                    find::towards_return(&page, &been, hints).filter(|step| step.purpose < Purpose::Back)
                })
                .ok_or_else(|| Trouble::page("a button that leaves without changing anything", &page))?;
            been.insert(step.ask.mark());
            page = self.open(&step.ask, &format!("the page behind “{}”", step.label)).await?;
        }
        Err(Trouble::page("Status 204 on its way back", &page))
    }

    /// The requisition looked at: all lines shown, nothing that would change it.
    async fn inspect(&mut self, lines: &[IncomingLine]) -> Result<(), Trouble> {
        let visit = self.enter(Operation::Inspect, lines).await?;
        self.begin("inspect");
        let hints = &self.connection.hints;
        let mut pages = vec![visit.page];
        if let Some(step) = pages.first().and_then(|page| find::cart(page, hints)) {
            pages.push(self.open(&step.ask, "the cart").await?);
        }
        for page in &pages {
            let controls = find::changing_controls(page, hints);
            if !controls.is_empty() {
                let found = Trouble::page(String::new(), page).found;
                let controls = controls.join(", ");
                return Err(Trouble::new(
                    "a page that changes nothing",
                    format!("controls {controls} on {found}"),
                ));
            }
        }
        for line in lines {
            let part = line.item.part.as_str();
            if !pages.iter().any(|page| page.text.contains(part)) {
                let last = pages.last().map(|page| page.text.chars().take(300).collect::<String>());
                return Err(Trouble::new(format!("part {part} on a page"), last.unwrap_or_default()));
            }
        }
        self.done(format!("{} lines shown, nothing to change them with", lines.len()));
        Ok(())
    }

    /// The order, if this buyer orders by cXML.
    async fn order(&mut self, lines: &[IncomingLine]) -> Result<(), Trouble> {
        self.begin("order");
        let Some(login) = self.connection.cxml.as_ref() else {
            self.done("none: the connection has no cXML login for orders");
            return Ok(());
        };
        let expected = "Status 200 for the order";
        let unready = |why: String| Trouble::new("an order", why);
        let endpoint = address(self.base, &login.endpoint).map_err(unready)?;
        let order_id = format!("VB-{}", self.pen.random().map_err(unready)?);
        let ask = OrderAsk { order_id: &order_id, version: 1, kind: OrderKind::New, refers_to: None, lines };
        let (document, _) = self.pen.order(login, &ask).map_err(unready)?;
        let received = self.send(&Ask::cxml(endpoint, &document), expected).await?;
        let answer = cxml(&received, expected)?;
        let status = read_status(&answer).map_err(|_| Trouble::answer(expected, &received))?;
        if status.code != 200 {
            return Err(Trouble::new(expected, status.to_string()));
        }
        self.done(format!("{order_id}: {status}"));
        Ok(())
    }
}

const fn operation_step(operation: Operation) -> &'static str {
    match operation {
        Operation::Create => "setup",
        Operation::Edit => "setup (edit)",
        Operation::Inspect => "setup (inspect)",
        Operation::Source => "setup (source)",
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
