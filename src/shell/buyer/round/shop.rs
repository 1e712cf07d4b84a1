//! A cart is filled: products found, put into it, and brought back.

use std::collections::{HashSet, VecDeque};

use crate::{
    flow::setup::Operation,
    shell::buyer::{ask::Ask, find, page::Page, receive::ReturnedCart, report::Trouble},
};

use super::{Round, Visit, summary};

/// Pages looked at for something to buy.
const PAGES_LOOKED_AT: usize = 30;

impl Round<'_> {
    /// A new cart, filled and returned.
    pub(super) async fn shop(&mut self) -> Result<ReturnedCart, Trouble> {
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
        // Freight and surcharges may be lines, too.
        if lines < wanted {
            return Err(Trouble::new(format!("{wanted} lines"), format!("{lines} lines")));
        }
        if let Some(part) = &self.wishes.item
            && !cart.lines.iter().any(|line| line.item.part.as_str().eq_ignore_ascii_case(part))
        {
            let parts: Vec<&str> = cart.lines.iter().map(|line| line.item.part.as_str()).collect();
            return Err(Trouble::new(format!("a line with part {part}"), parts.join(", ")));
        }
        self.done(summary(&cart));
        Ok(cart)
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
}
