//! A row of a stock file ↔ what there is of a part.

use jiff::Timestamp;

use super::{
    cells,
    product::{lead_time, part},
    row::{Column, Problem, Row},
};
use crate::model::{catalog::Stock, ids::SupplierPartId};

/// The columns of a stock file, in the order in which they are written.
pub const STOCK_COLUMNS: &[Column] =
    &[Column::required("part"), Column::required("available"), Column::optional("lead_time_days")];

/// Reads what there is of a part at a time: a quantity, `0` for sold out, nothing for not known.
pub fn stock(row: Row<'_>, as_of: Timestamp) -> Result<(SupplierPartId, Stock), Vec<Problem>> {
    let part = row.required("part", part);
    let quantity = row.optional("available", |raw| {
        let value = cells::decimal(raw)?;
        if value.is_zero() { Ok(None) } else { cells::quantity(raw).map(Some) }
    });
    let available = quantity.flatten();
    let lead_time_days = row.optional("lead_time_days", lead_time);
    let stock = Stock { available, sold_out: quantity == Some(None), lead_time_days, as_of };
    let value = part.map(|part| (part, stock));
    row.finish(value)
}

/// The cells of a stock, in the order of [`STOCK_COLUMNS`].
#[must_use]
pub fn stock_row(part: &SupplierPartId, stock: &Stock) -> Vec<String> {
    let available = match stock.available {
        Some(quantity) => quantity.to_string(),
        None if stock.sold_out => "0".to_owned(),
        None => String::new(),
    };
    let lead = stock.lead_time_days.map(|days| days.to_string()).unwrap_or_default();
    vec![part.to_string(), available, lead]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::csv::{Header, Mapping};

    #[test]
    fn zero_is_sold_out_and_nothing_is_unknown() {
        let header =
            Header::parse(["part", "available", "lead_time_days"], STOCK_COLUMNS, &Mapping::default(), true)
                .unwrap();
        let now = Timestamp::UNIX_EPOCH;
        let read = |cell: &str| {
            stock(Row::new(&header, &["A", cell, "5"]), now).map(|(part, stock)| stock_row(&part, &stock))
        };
        for cell in ["25.5", "0", ""] {
            assert_eq!(read(cell).unwrap(), ["A", cell, "5"]);
        }
        assert_eq!(read("-1").unwrap_err()[0].column, "available");
        assert!(read("1,5").unwrap_err()[0].reason == crate::wire::csv::Reason::Comma);
    }
}
