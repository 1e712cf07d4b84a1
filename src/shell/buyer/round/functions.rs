//! What the played platform asks of an OCI catalog beside the shop, and what it must be answered.
//!
//! A product of the cart is asked for, so the functions are called once the cart is there.

use serde_json::Value;

use crate::{
    flow::setup::IncomingLine,
    model::profile::OciFunction,
    shell::buyer::{
        client::Received,
        fault::UNKNOWN_PART,
        page::Page,
        receive::{self, ReturnedCart},
        report::Trouble,
    },
    wire::oci::read_fields,
};

use super::Round;

/// Products asked for in one page of the JSON.
const PAGE: usize = 2;

/// The product that is asked for.
struct Subject<'a> {
    line: &'a IncomingLine,
    /// Number of the seller.
    part: &'a str,
    /// `EXT_PRODUCT_ID` of the line.
    product: String,
    /// `QUANTITY`, as sent.
    quantity: String,
}

impl Round<'_> {
    /// Calls each function that the played platform calls.
    pub(super) async fn call_functions(&mut self, cart: &ReturnedCart) -> Result<(), Trouble> {
        let functions = self.connection.oci.as_ref().map(|call| call.functions.clone()).unwrap_or_default();
        if functions.is_empty() {
            return Ok(());
        }
        let subject = subject(cart)?;
        for function in functions {
            self.begin(function.as_str());
            let said = match function {
                OciFunction::Detail => self.detail(&subject).await?,
                OciFunction::Validate => self.validate(&subject).await?,
                OciFunction::BackgroundSearch => self.background_search(&subject).await?,
                OciFunction::Sourcing => self.sourcing(&subject).await?,
                OciFunction::DownloadJson => self.download().await?,
            };
            self.done(said);
        }
        Ok(())
    }

    async fn function(
        &mut self,
        function: OciFunction,
        more: &[(&str, &str)],
        expected: &str,
    ) -> Result<Received, Trouble> {
        let ask = self.oci_call(&[&[("FUNCTION", function.as_str())], more].concat())?;
        self.send(&ask, expected).await
    }

    /// The product's page, from which nothing goes back; 404 where there is none.
    async fn detail(&mut self, of: &Subject<'_>) -> Result<String, Trouble> {
        let expected = format!("the page of {}", of.product);
        let received = self.function(OciFunction::Detail, &[("PRODUCTID", &of.product)], &expected).await?;
        let page = page(&received, &expected)?;
        if !page.text.contains(of.part) {
            return Err(Trouble::page(expected, &page));
        }
        let expected = "HTTP 404 for a product that there is not";
        let gone = self.function(OciFunction::Detail, &[("PRODUCTID", UNKNOWN_PART)], expected).await?;
        if gone.status.as_u16() != 404 {
            return Err(Trouble::answer(expected, &gone));
        }
        Ok(format!("“{}”; another number is 404", page.title))
    }

    /// A form of one line at the price of the quantity; none for a product that is gone.
    async fn validate(&mut self, of: &Subject<'_>) -> Result<String, Trouble> {
        let expected = format!("a form of one line with {} on the called address", of.product);
        let arguments = [("PRODUCTID", of.product.as_str()), ("QUANTITY", of.quantity.as_str())];
        let received = self.function(OciFunction::Validate, &arguments, &expected).await?;
        let cart = self.answered(&received, &expected)?;
        let now = match cart.lines.as_slice() {
            [one] if one.item.part == of.line.item.part => one,
            lines => return Err(Trouble::new(expected, format!("{} lines", lines.len()))),
        };
        if !same_price(now, of.line) {
            let of_line =
                |line: &IncomingLine| line.price.map(|price| format!("{} for {}", price.amount, price.per));
            let (expected, found) = (of_line(of.line), of_line(now));
            return Err(Trouble::new(
                format!("the price of the cart, {}", expected.unwrap_or_default()),
                found.unwrap_or_else(|| "no price".to_owned()),
            ));
        }
        let expected = "a page without a form for a product that there is not";
        let gone = self.function(OciFunction::Validate, &[("PRODUCTID", UNKNOWN_PART)], expected).await?;
        let none = page(&gone, expected)?;
        if receive::return_form(&none, self.connection.return_to.as_str()).is_some() || gone.hops.len() != 1 {
            return Err(Trouble::answer(expected, &gone));
        }
        Ok("the price of the cart; no form for another number".to_owned())
    }

    /// Hits as a form with a button, whole in the first answer, that does not send itself.
    async fn background_search(&mut self, of: &Subject<'_>) -> Result<String, Trouble> {
        let expected = format!("a form with hits for {} on the called address", of.part);
        let arguments = [("SEARCHSTRING", of.part)];
        let received = self.function(OciFunction::BackgroundSearch, &arguments, &expected).await?;
        let cart = self.answered(&received, &expected)?;
        if !cart.lines.iter().any(|line| line.item.part == of.line.item.part) {
            return Err(Trouble::new(expected, format!("{} other hits", cart.lines.len())));
        }
        let html = String::from_utf8_lossy(&received.body).to_ascii_lowercase();
        if html.contains("<script") || html.contains("onload=") {
            return Err(Trouble::answer(
                "a page without a script: the hits are not for the cart yet",
                &received,
            ));
        }
        let shown = page(&received, &expected)?;
        let form = receive::return_form(&shown, self.connection.return_to.as_str());
        if form.is_none_or(|form| form.buttons.is_empty()) {
            return Err(Trouble::page("a button that takes the hits over", &shown));
        }
        Ok(match cart.lines.len() {
            1 => "1 hit".to_owned(),
            hits => format!("{hits} hits"),
        })
    }

    /// The shop, at what is found.
    async fn sourcing(&mut self, of: &Subject<'_>) -> Result<String, Trouble> {
        let expected = format!("a page of the shop with {}", of.part);
        let received = self.function(OciFunction::Sourcing, &[("SEARCHSTRING", of.part)], &expected).await?;
        let page = page(&received, &expected)?;
        if page.text.contains(of.part) {
            Ok(format!("“{}”", page.title))
        } else {
            Err(Trouble::page(expected, &page))
        }
    }

    /// The first page of the catalog.
    async fn download(&mut self) -> Result<String, Trouble> {
        let expected = "a page of the catalog as JSON, with the transaction's id";
        let transaction = self.pen.random().map_err(|why| Trouble::new(expected, why))?;
        let size = PAGE.to_string();
        let arguments =
            [("pagesize", size.as_str()), ("requestedpage", "1"), ("transactionid", transaction.as_str())];
        let received = self.function(OciFunction::DownloadJson, &arguments, expected).await?;
        let wrong = || Trouble::answer(expected, &received);
        let catalog: Value = serde_json::from_slice(&received.body).map_err(|_| wrong())?;
        let text = |value: &Value, field: &str| {
            value.get(field).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let items = catalog.get("Items").and_then(Value::as_array).ok_or_else(wrong)?;
        let is_offer = |item: &Value| {
            let item = item.get("NEWITEM").unwrap_or(&Value::Null);
            ["EXT_PRODUCT_ID", "PRICE", "CURRENCY", "UNIT"].iter().all(|field| !text(item, field).is_empty())
        };
        let is_whole = !items.is_empty() && items.len() <= PAGE && items.iter().all(is_offer);
        if !received.status.is_success() || text(&catalog, "TRANSACTIONID") != transaction || !is_whole {
            return Err(wrong());
        }
        let total = catalog.get("TOTALITEMS").and_then(Value::as_u64).ok_or_else(wrong)?;
        Ok(format!("{} of {total} products", items.len()))
    }

    /// The form in an answer to a program: on the called address, and without a cookie.
    fn answered(&self, received: &Received, expected: &str) -> Result<ReturnedCart, Trouble> {
        if received.hops.len() != 1 || received.sets_cookie {
            let found = if received.sets_cookie { "a cookie" } else { "a redirect" };
            return Err(Trouble::new(expected, found));
        }
        self.arrive(&page(received, expected)?)
    }
}

fn page(received: &Received, expected: &str) -> Result<Page, Trouble> {
    let answer = || Trouble::answer(expected, received);
    if received.status.is_success() { Page::read(received).map_err(|_| answer()) } else { Err(answer()) }
}

/// The first line that can be asked for again.
fn subject(cart: &ReturnedCart) -> Result<Subject<'_>, Trouble> {
    let fields = read_fields(&cart.fields);
    let mut lines = fields.iter().zip(&cart.lines).filter_map(|((_, fields), line)| {
        let of =
            |wanted: &str| fields.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone());
        let (product, quantity) = (of("EXT_PRODUCT_ID").filter(|id| !id.is_empty())?, of("QUANTITY")?);
        Some(Subject { line, part: line.item.part.as_str(), product, quantity })
    });
    let expected = "a line with EXT_PRODUCT_ID: without it nothing can be asked about its product";
    lines.next().ok_or_else(|| Trouble::new(expected, "none"))
}

/// Whether both cost the same for one.
fn same_price(one: &IncomingLine, other: &IncomingLine) -> bool {
    let Some((one, other)) = one.price.zip(other.price) else { return false };
    one.currency == other.currency && one.amount.checked_mul(other.per) == other.amount.checked_mul(one.per)
}
