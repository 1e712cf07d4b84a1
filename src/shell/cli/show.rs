//! How results are printed.

use std::{
    io::Write,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use comfy_table::{ContentArrangement, Table, presets};
use indicatif::{ProgressBar, ProgressStyle};

use crate::shell::web::look::format::number;

use super::{
    Failure,
    relay::{Errand, errand},
};

/// Prints a line where the command was typed.
pub(super) fn say(line: impl AsRef<str>) -> Result<(), Failure> {
    if let Some(errand) = errand() {
        errand.say(line.as_ref());
        return Ok(());
    }
    writeln!(std::io::stdout().lock(), "{}", line.as_ref())?;
    Ok(())
}

/// Where a long text is printed, line by line.
pub(super) struct Output(String);

impl Output {
    pub(super) const fn new() -> Self {
        Self(String::new())
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let text = str::from_utf8(bytes).map_err(std::io::Error::other)?;
        self.0.push_str(text);
        while let Some((line, rest)) = self.0.split_once('\n') {
            say(line).map_err(|failure| std::io::Error::other(failure.to_string()))?;
            self.0 = rest.to_owned();
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Prints rows below their headings; says so where there are none.
pub(super) fn rows(
    headings: &[&str],
    rows: impl IntoIterator<Item = Vec<String>>,
    none: &str,
) -> Result<(), Failure> {
    let mut table = plain();
    table.set_header(headings.iter().map(|heading| heading.to_uppercase()));
    table.add_rows(rows);
    if table.is_empty() { say(none) } else { print(table) }
}

/// Prints names and values.
pub(super) fn facts<'a>(facts: impl IntoIterator<Item = (&'a str, String)>) -> Result<(), Failure> {
    let mut table = plain();
    table.add_rows(facts.into_iter().map(|(name, value)| vec![name.to_owned(), value]));
    print(table)
}

/// A table without lines.
pub(super) fn plain() -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table
}

/// Prints a table at the left margin.
pub(super) fn print(mut table: Table) -> Result<(), Failure> {
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    say(table.trim_fmt())
}

/// `1 line`, `1,200 lines`.
pub(super) fn things(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", number(count.into(), 0), if count == 1 { one } else { many })
}

/// Things in a row, or a dash.
pub(super) fn list(items: impl IntoIterator<Item = impl ToString>) -> String {
    let texts: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    if texts.is_empty() { "-".to_owned() } else { texts.join(", ") }
}

/// How far a file is read, drawn where the command was typed if that is a terminal.
pub(super) enum Bar {
    /// Here.
    Here(ProgressBar),
    /// Where another process waits.
    There {
        /// For whom.
        errand: Arc<Errand>,
        /// The file.
        name: String,
        /// Its bytes.
        length: u64,
        /// The last hundredth that was told.
        told: AtomicU64,
    },
}

impl Bar {
    /// Of a file and its bytes.
    pub(super) fn new(name: &str, length: u64) -> Self {
        if let Some(errand) = errand() {
            return Self::There { errand, name: name.to_owned(), length, told: AtomicU64::new(0) };
        }
        let bar = ProgressBar::new(length);
        let style = ProgressStyle::with_template("{msg} {wide_bar} {bytes} of {total_bytes}, {eta} left");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_message(name.to_owned());
        Self::Here(bar)
    }

    /// So many bytes are read; at the last one the bar is taken away.
    pub(super) fn at(&self, position: u64) {
        match self {
            Self::Here(bar) if position >= bar.length().unwrap_or(0) => bar.finish_and_clear(),
            Self::Here(bar) => bar.set_position(position),
            Self::There { errand, name, length, told } => {
                let hundredth = position.saturating_mul(100).checked_div(*length).unwrap_or(100);
                if told.swap(hundredth, Ordering::Relaxed) != hundredth {
                    errand.progress(name, position, *length);
                }
            }
        }
    }

    /// Nothing more will be read.
    pub(super) fn end(&self) {
        match self {
            Self::Here(bar) => bar.finish_and_clear(),
            Self::There { length, .. } => self.at(*length),
        }
    }
}
