//! How results are printed.

use std::io::Write;

use comfy_table::{ContentArrangement, Table, presets};

use crate::shell::web::look::format::number;

use super::Failure;

/// Prints a line to standard output.
pub(super) fn say(line: impl AsRef<str>) -> Result<(), Failure> {
    writeln!(std::io::stdout().lock(), "{}", line.as_ref())?;
    Ok(())
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
