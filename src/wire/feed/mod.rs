//! Catalogs in the formats of others ↔ the cells of a catalog file: CIF 3.0, cXML `Index`, BMEcat 2005.
//!
//! Whatever a format calls a thing, it ends as the text of a column of `docs/IMPORT.md`; there it is checked, once.

pub mod bmecat;
pub mod cif;
pub mod index;

use super::csv::{PRODUCT_COLUMNS, escaped};

/// The cells of one product, by column. `None`: the file does not have the column at all.
#[derive(Clone, Debug, Default, Eq, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Cells(Vec<Option<String>>);

/// What an entry of a file does.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Serialize, serde::Deserialize)]
pub enum Action {
    /// The product is as the cells say.
    Put,
    /// The product is no longer sold.
    Remove,
}

/// Whether a file is all there is.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Serialize, serde::Deserialize)]
pub enum Mode {
    /// What is not in it is no longer sold.
    Whole,
    /// It changes what is in it, as far as it has columns for it.
    Update,
}

/// One entry of a file.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The line it begins on, from 1.
    pub line: u64,
    /// What it does.
    pub action: Action,
    /// With which cells; the key is among them.
    pub cells: Cells,
}

impl Cells {
    /// Says what is in a column. A column that there is not is passed over.
    pub fn set(&mut self, column: &str, text: impl Into<String>) {
        let Some(place) = PRODUCT_COLUMNS.iter().position(|known| known.name == column) else { return };
        if self.0.len() <= place {
            self.0.resize(place + 1, None);
        }
        if let Some(cell) = self.0.get_mut(place) {
            *cell = Some(text.into());
        }
    }

    /// The same, where there is something to say.
    pub fn set_some(&mut self, column: &str, text: Option<impl Into<String>>) {
        if let Some(text) = text {
            self.set(column, text);
        }
    }

    /// Appends to what a column lists.
    pub fn push(&mut self, column: &str, one: &str) {
        let before = self.get(column).filter(|text| !text.is_empty());
        let text = before.map_or_else(|| one.to_owned(), |before| format!("{before}|{one}"));
        self.set(column, text);
    }

    /// What a column says.
    #[must_use]
    pub fn get(&self, column: &str) -> Option<&str> {
        let place = PRODUCT_COLUMNS.iter().position(|known| known.name == column)?;
        self.0.get(place)?.as_deref()
    }

    /// The columns that the file has.
    pub fn columns(&self) -> impl Iterator<Item = &'static str> {
        PRODUCT_COLUMNS.iter().zip(&self.0).filter(|(_, cell)| cell.is_some()).map(|(column, _)| column.name)
    }

    /// A whole row: these cells, and where there is none that of `base`.
    #[must_use]
    pub fn over(&self, base: Option<Vec<String>>) -> Vec<String> {
        let mut row = base.unwrap_or_default();
        row.resize(PRODUCT_COLUMNS.len(), String::new());
        for (cell, new) in row.iter_mut().zip(&self.0) {
            if let Some(new) = new {
                cell.clone_from(new);
            }
        }
        row
    }
}

/// `name=value`, both taken as text.
fn pair(name: &str, value: &str) -> String {
    format!("{}={}", escaped(name), escaped(value))
}

/// Text on one line, of at most so many characters; what is longer ends in `…`.
fn one_line(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= most {
        return line;
    }
    let cut: String = line.chars().take(most - 1).collect();
    format!("{}…", cut.trim_end())
}

/// The day of a moment such as `2026-12-31T23:59:59+01:00` or `2026-12-31 10:00`; else as it is, for the check to refuse.
fn day(text: &str) -> String {
    let text = text.trim();
    match text.split(['T', ' ']).next() {
        Some(day) if day.len() == 10 => day.to_owned(),
        _ => text.to_owned(),
    }
}

/// BCP 47 of a language of ISO 639-2, as far as it is a usual one.
fn language(code: &str) -> String {
    const CODES: &[(&str, &str)] = &[
        ("ara", "ar"),
        ("bul", "bg"),
        ("ces", "cs"),
        ("chi", "zh"),
        ("cze", "cs"),
        ("dan", "da"),
        ("deu", "de"),
        ("dut", "nl"),
        ("ell", "el"),
        ("eng", "en"),
        ("est", "et"),
        ("fin", "fi"),
        ("fra", "fr"),
        ("fre", "fr"),
        ("ger", "de"),
        ("hrv", "hr"),
        ("hun", "hu"),
        ("ita", "it"),
        ("jpn", "ja"),
        ("lav", "lv"),
        ("lit", "lt"),
        ("nld", "nl"),
        ("nor", "no"),
        ("pol", "pl"),
        ("por", "pt"),
        ("ron", "ro"),
        ("rum", "ro"),
        ("rus", "ru"),
        ("slk", "sk"),
        ("slo", "sk"),
        ("slv", "sl"),
        ("spa", "es"),
        ("swe", "sv"),
        ("tur", "tr"),
        ("ukr", "uk"),
        ("zho", "zh"),
    ];
    let code = code.trim().replace('_', "-");
    let known = CODES.iter().find(|(three, _)| three.eq_ignore_ascii_case(&code));
    known.map_or(code, |(_, two)| (*two).to_owned())
}
