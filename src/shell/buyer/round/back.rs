//! The cart on its way back: through the shop to the return page, then read as browser and buyer do.

use crate::shell::buyer::{
    ask::Ask,
    encode, find,
    hints::Purpose,
    judge::{Expected, judge},
    page::Page,
    receive::{self, ReturnedCart},
    report::Trouble,
};

use super::{Round, Visit, WAY_BACK};

impl Round<'_> {
    /// From anywhere in the shop to the cart in the buyer's hands.
    pub(super) async fn bring_back(&mut self, visit: Visit) -> Result<ReturnedCart, Trouble> {
        let Visit { mut page, cookie, mut been } = visit;
        let hints = &self.connection.hints;
        been.insert(Ask::get(page.url.clone()).mark());
        // The cart first, also where a shorter way is offered: shoppers look at it.
        let mut first = find::cart(&page, hints).filter(|step| !been.contains(&step.ask.mark()));
        let mut last: Option<Ask> = None;
        for _ in 0..WAY_BACK {
            if receive::return_form(&page, self.connection.return_to.as_str()).is_some() {
                let cart = self.receive(&page, cookie.as_deref())?;
                self.trouble_at_the_hook(&page, last.as_ref(), &cart).await?;
                return Ok(cart);
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
            last = Some(step.ask);
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
    pub(super) fn arrive(&self, page: &Page) -> Result<ReturnedCart, Trouble> {
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
}
