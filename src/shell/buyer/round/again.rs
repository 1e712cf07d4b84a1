//! What follows a cart: it is opened again, left alone, looked at, ordered.

use crate::{
    flow::{
        order::OrderKind,
        setup::{IncomingLine, Operation},
    },
    shell::buyer::{
        ask::Ask,
        connection::address,
        find,
        hints::Purpose,
        judge::{Expected, judge_cancel, judge_restored},
        pen::OrderAsk,
        receive::{self, Beside, ReturnedCart},
        report::Trouble,
    },
};

use super::{Round, Visit, WAY_BACK, persist::Insisted, summary};

impl Round<'_> {
    /// The requisition opened again and returned as it was.
    pub(super) async fn edit(&mut self, lines: &[IncomingLine]) -> Result<ReturnedCart, Trouble> {
        let visit = self.enter(Operation::Edit, lines).await?;
        let cart = self.bring_back(visit).await?;
        self.begin("judge the edited cart");
        let restored = judge_restored(lines, &cart.lines);
        Trouble::of_checks(std::slice::from_ref(&restored))?;
        self.done(summary(&cart));
        Ok(cart)
    }

    /// The requisition opened again and left alone.
    pub(super) async fn cancel_an_edit(&mut self, lines: &[IncomingLine]) -> Result<(), Trouble> {
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
    pub(super) async fn inspect(&mut self, lines: &[IncomingLine]) -> Result<(), Trouble> {
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
    pub(super) async fn order(&mut self, lines: &[IncomingLine], beside: Beside) -> Result<(), Trouble> {
        self.begin("order");
        let Some(login) = self.connection.cxml.as_ref() else {
            self.done("none: the connection has no cXML login for orders");
            return Ok(());
        };
        let expected = "Status 200 for the order";
        let unready = |why: String| Trouble::new("an order", why);
        let endpoint = address(self.base, &login.endpoint).map_err(unready)?;
        let order_id = format!("VB-{}", self.pen.random().map_err(unready)?);
        let ask = OrderAsk {
            order_id: &order_id,
            version: 1,
            kind: OrderKind::New,
            refers_to: None,
            lines,
            beside,
        };
        let (document, _) = self.pen.order(login, &ask).map_err(unready)?;
        let Insisted { status, story } = self.insist(&Ask::cxml(endpoint, &document), expected).await?;
        if status.code != 200 {
            return Err(Trouble::new(expected, format!("{status}{story}")));
        }
        self.done(format!("{order_id}: {status}{story}"));
        Ok(())
    }
}
