//! Writing lines: quotes only where they must be, so that a file written, read and written is the same bytes.

/// One line with its end: cells with a comma, quote, line end or white space at an end are quoted (RFC 4180).
#[must_use]
pub fn line(cells: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let mut line = String::new();
    for (position, cell) in cells.into_iter().enumerate() {
        if position > 0 {
            line.push(',');
        }
        let cell = cell.as_ref();
        if cell.contains([',', '"', '\n', '\r', ';', '\t']) || cell.trim() != cell {
            line.push('"');
            line.push_str(&cell.replace('"', "\"\""));
            line.push('"');
        } else {
            line.push_str(cell);
        }
    }
    line.push('\n');
    line
}
