//! A header that names columns in any order, a row under it, and what can be wrong with a cell.

use std::{cell::RefCell, collections::BTreeMap};

use serde::{Deserialize, Serialize};

use crate::model::{FieldError, catalog::BadValue};

/// A column that a file may have.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Column {
    /// Its name in the header.
    pub name: &'static str,
    /// Whether a file must have it.
    pub required: bool,
}

impl Column {
    pub(super) const fn required(name: &'static str) -> Self {
        Self { name, required: true }
    }

    pub(super) const fn optional(name: &'static str) -> Self {
        Self { name, required: false }
    }
}

/// Why the first line is not a header.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum HeaderError {
    /// A column that the format does not have.
    #[error("there is no column {name:?}; the columns are: {known}")]
    Unknown {
        /// As it stands in the file, at most 60 characters of it.
        name: String,
        /// Those that there are.
        known: String,
    },
    /// A column that stands there twice.
    #[error("column {0:?} is there twice")]
    Twice(&'static str),
    /// Columns without which nothing can be read.
    #[error("required columns are missing: {0}")]
    Missing(String),
}

/// What a supplier calls the columns of its files: their names, without case, to ours; `-` for one to pass over.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Mapping(BTreeMap<String, String>);

impl Mapping {
    /// What stands for a column to pass over.
    pub const IGNORED: &str = "-";

    /// Adds `theirs=ours`, or says why not.
    pub fn add(&mut self, raw: &str, columns: &[Column]) -> Result<(), String> {
        let (theirs, ours) =
            raw.rsplit_once('=').ok_or_else(|| format!("{raw:?} is not of the form theirs=ours"))?;
        let (theirs, ours) = (theirs.trim().to_lowercase(), ours.trim());
        if ours != Self::IGNORED && !columns.iter().any(|column| column.name == ours) {
            return Err(format!("there is no column {ours:?}"));
        }
        self.0.insert(theirs, ours.to_owned());
        Ok(())
    }

    /// The names with ours, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(theirs, ours)| (theirs.as_str(), ours.as_str()))
    }

    /// Whether all columns have our names.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn of<'a>(&'a self, cell: &'a str) -> &'a str {
        self.0.get(&cell.to_lowercase()).map_or(cell, String::as_str)
    }
}

/// Which column of a file is which.
#[derive(Clone, Debug)]
pub struct Header {
    /// By place in the file; `None`: passed over.
    order: Vec<Option<&'static str>>,
}

impl Header {
    /// Reads the cells of the first line; names count without case and white space at the ends.
    ///
    /// - `whole`: the columns without which nothing can be read must be there; else only the first one of all.
    pub fn parse(
        cells: impl IntoIterator<Item = impl AsRef<str>>,
        columns: &[Column],
        mapping: &Mapping,
        whole: bool,
    ) -> Result<Self, HeaderError> {
        let list = |columns: &mut dyn Iterator<Item = &Column>| {
            columns.map(|column| column.name).collect::<Vec<_>>().join(", ")
        };
        let mut order: Vec<Option<&'static str>> = Vec::new();
        for cell in cells {
            let cell = mapping.of(cell.as_ref().trim());
            if cell == Mapping::IGNORED {
                order.push(None);
                continue;
            }
            let known = columns.iter().find(|column| column.name.eq_ignore_ascii_case(cell));
            let Some(column) = known else {
                let name = cell.chars().take(60).collect();
                return Err(HeaderError::Unknown { name, known: list(&mut columns.iter()) });
            };
            if order.contains(&Some(column.name)) {
                return Err(HeaderError::Twice(column.name));
            }
            order.push(Some(column.name));
        }
        let is_missing = |column: &&Column| {
            let counts = column.required && (whole || columns.first() == Some(column));
            counts && !order.contains(&Some(column.name))
        };
        if columns.iter().any(|column| is_missing(&column)) {
            return Err(HeaderError::Missing(list(&mut columns.iter().filter(is_missing))));
        }
        Ok(Self { order })
    }

    /// All columns in their own order.
    #[must_use]
    pub fn of(columns: &[Column]) -> Self {
        Self { order: columns.iter().map(|column| Some(column.name)).collect() }
    }

    /// How many cells a row has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether it names no column.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// The column at this place.
    #[must_use]
    pub fn name(&self, position: usize) -> Option<&'static str> {
        self.order.get(position).copied().flatten()
    }
}

/// What is wrong with one cell.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{column}: {reason}")]
pub struct Problem {
    /// Which column.
    pub column: &'static str,
    /// Why it cannot be taken.
    pub reason: Reason,
}

/// Why a cell cannot be taken.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Reason {
    /// Nothing there, and something must be.
    #[error("is empty")]
    Empty,
    /// Too long.
    #[error("is longer than {0} characters")]
    TooLong(usize),
    /// A control character in it.
    #[error("has a control character")]
    Control,
    /// Not of its form.
    #[error("is not {0}")]
    Malformed(&'static str),
    /// A value that refuses to exist.
    #[error(transparent)]
    Field(#[from] FieldError),
    /// Not a unit of the list.
    #[error("{0:?} is not a unit code of UN/ECE Rec 20 that is known here, such as H87, BX or MTR")]
    UnknownUnit(String),
    /// Not a currency of ISO 4217.
    #[error("{0:?} is not a currency of ISO 4217")]
    UnknownCurrency(String),
    /// A price below zero.
    #[error("a price is below zero")]
    NegativePrice,
    /// A decimal comma.
    #[error("has a comma; decimals have a point, and no thousands mark")]
    Comma,
    /// Tiers that do not rise.
    #[error("price tiers overlap: each quantity must be above the one before")]
    Tiers,
    /// Wrong check digit.
    #[error("the check digit of the GTIN is wrong")]
    CheckDigit,
    /// Given without its companion.
    #[error("needs {0} too")]
    Alone(&'static str),
    /// Two currencies in one list.
    #[error("the currency of this list is {0}")]
    OtherCurrency(String),
    /// None of a closed list of words.
    #[error(transparent)]
    Word(#[from] BadValue),
    /// A product that has to do with itself.
    #[error("names the product itself")]
    Itself,
    /// A quantity rule that nothing satisfies.
    #[error("no quantity satisfies minimum, multiple and maximum")]
    NoQuantity,
}

/// One row: reads its cells and gathers what is wrong with them.
pub struct Row<'a> {
    header: &'a Header,
    cells: &'a [&'a str],
    problems: RefCell<Vec<Problem>>,
}

impl<'a> Row<'a> {
    /// A row with as many cells as the header.
    #[must_use]
    pub fn new(header: &'a Header, cells: &'a [&'a str]) -> Self {
        Self { header, cells, problems: RefCell::default() }
    }

    /// The text of a column, white space at the ends cut; `None`: no such column, or nothing in it.
    pub(super) fn text(&self, column: &'static str) -> Option<&'a str> {
        let position = self.header.order.iter().position(|name| *name == Some(column))?;
        self.cells.get(position).map(|cell| cell.trim()).filter(|cell| !cell.is_empty())
    }

    /// What a column says, if it says something and that can be read.
    pub(super) fn optional<T>(
        &self,
        column: &'static str,
        parse: impl FnOnce(&'a str) -> Result<T, Reason>,
    ) -> Option<T> {
        parse(self.text(column)?).map_err(|reason| self.refuse(column, reason)).ok()
    }

    /// What a column says; that it says nothing is a problem too.
    pub(super) fn required<T>(
        &self,
        column: &'static str,
        parse: impl FnOnce(&'a str) -> Result<T, Reason>,
    ) -> Option<T> {
        if self.text(column).is_none() {
            self.refuse(column, Reason::Empty);
        }
        self.optional(column, parse)
    }

    pub(super) fn refuse(&self, column: &'static str, reason: Reason) {
        self.problems.borrow_mut().push(Problem { column, reason });
    }

    /// The value, if nothing was wrong.
    pub(super) fn finish<T>(self, value: Option<T>) -> Result<T, Vec<Problem>> {
        match value {
            Some(value) if self.problems.borrow().is_empty() => Ok(value),
            _ => Err(self.problems.into_inner()),
        }
    }
}
