//! A row of a price file ↔ a fixed price.

use rust_decimal::Decimal;

use super::{
    cells,
    product::part,
    row::{Column, Problem, Reason, Row},
};
use crate::model::{
    agreement::PriceEntry,
    ids::SupplierPartId,
    money::{Currency, plain},
};

/// The columns of a price file, in the order in which they are written.
pub const PRICE_COLUMNS: &[Column] = &[
    Column::required("part"),
    Column::optional("currency"),
    Column::required("price"),
    Column::optional("price_basis"),
];

/// Reads a fixed price in a list of this currency, or everything that is wrong with its row.
pub fn price(row: Row<'_>, currency: Currency) -> Result<(SupplierPartId, PriceEntry), Vec<Problem>> {
    let part = row.required("part", part);
    let tiers = row.required("price", cells::tiers);
    let per = row.optional("price_basis", cells::above_zero).unwrap_or(Decimal::ONE);
    let said = row.optional("currency", cells::currency);
    if said.is_some_and(|said| said != currency) {
        row.refuse("currency", Reason::OtherCurrency(currency.to_string()));
    }
    let value = part.zip(tiers).map(|(part, tiers)| (part, PriceEntry { tiers, per }));
    row.finish(value)
}

/// The cells of a price, in the order of [`PRICE_COLUMNS`].
#[must_use]
pub fn price_row(part: &SupplierPartId, entry: &PriceEntry, currency: Currency) -> Vec<String> {
    let basis = if entry.per == Decimal::ONE { String::new() } else { plain(entry.per, 0) };
    vec![part.to_string(), currency.to_string(), cells::tiers_text(&entry.tiers), basis]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::csv::{Header, Mapping};

    #[test]
    fn a_price_is_in_the_currency_of_its_list() {
        let euro = Currency::parse("EUR").unwrap();
        let header =
            Header::parse(["PART", "currency", " price "], PRICE_COLUMNS, &Mapping::default(), true).unwrap();
        let read = |cells: &[&str]| price(Row::new(&header, cells), euro);
        let (part, entry) = read(&["A-1", "EUR", "1:0.0054|1000:0.0049"]).unwrap();
        assert_eq!(price_row(&part, &entry, euro), ["A-1", "EUR", "1:0.0054|1000:0.0049", ""]);
        assert!(read(&["A-1", "", "2"]).is_ok());
        let problems = read(&["", "USD", "-2"]).unwrap_err();
        let columns: Vec<&str> = problems.iter().map(|problem| problem.column).collect();
        assert_eq!(columns, ["part", "price", "currency"]);
    }
}
