//! A kept document, to be read: as it was received with its line numbers, indented, or as a table of form fields.

use maud::{Markup, html};

use crate::wire::xml::{Document, Element, Excerpt, Node, Position};

/// Longest line that is still easy to read.
const LONG_LINE: usize = 200;
/// Deepest indentation; what is deeper stays on one line.
const DEEPEST: usize = 60;

/// How a document is shown.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum View {
    /// As received: line numbers are those of the messages.
    Received,
    /// A line for each element.
    Indented,
}

/// What the address asks for; otherwise what is easier to read.
pub(super) fn view(asked: Option<&str>, text: &str) -> View {
    match asked {
        Some("received") => View::Received,
        Some("indented") => View::Indented,
        _ if text.lines().any(|line| line.len() > LONG_LINE) => View::Indented,
        _ => View::Received,
    }
}

/// `line N, column M` in a message.
pub(super) fn place_in(note: &str) -> Option<(usize, usize)> {
    let number = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = note.split_once("line ")?.1;
    let (line, rest) = rest.split_at_checked(number(rest))?;
    let rest = rest.strip_prefix(", column ")?;
    let (column, _) = rest.split_at_checked(number(rest))?;
    Some((line.parse().ok().filter(|line| *line > 0)?, column.parse().ok().filter(|column| *column > 0)?))
}

/// The line in question with a caret below the place.
pub(super) fn excerpt(text: &str, (line, column): (usize, usize)) -> Option<String> {
    let before: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
    let in_question = text.get(before..)?.lines().next()?;
    let within = in_question.char_indices().nth(column - 1).map_or(in_question.len(), |(at, _)| at);
    let position = Position { offset: before + within, line, column };
    Some(Excerpt::new(text, position, 100).to_string())
}

/// The document; `marked` is the line that a message is about.
pub(super) fn show(text: &str, view: View, marked: Option<usize>) -> Markup {
    if let Some(fields) = fields(text) {
        return table(&fields);
    }
    let indented = if view == View::Indented { indented(text) } else { None };
    let (text, marked) = match &indented {
        Some(indented) => (indented.as_str(), None),
        None => (text, marked),
    };
    let mut inside = false;
    html! {
        pre.listing tabindex="0" {
            @for (number, line) in (1..).zip(text.lines()) {
                span.line.marked[marked == Some(number)] id={ "L" (number) } { (coloured(line, &mut inside)) "\n" }
            }
        }
    }
}

/// A line whose tags are told from its text; `inside` a tag at its beginning and, afterwards, at its end.
fn coloured(line: &str, inside: &mut bool) -> Markup {
    let mut parts: Vec<(bool, &str)> = Vec::new();
    let mut rest = line;
    while !rest.is_empty() {
        let mark = if *inside { '>' } else { '<' };
        let cut = rest.find(mark).map_or(rest.len(), |at| if *inside { at + 1 } else { at });
        let (part, after) = rest.split_at(cut);
        if !part.is_empty() {
            parts.push((*inside, part));
        }
        if cut < rest.len() || (*inside && rest.ends_with('>')) {
            *inside = !*inside;
        }
        rest = after;
    }
    html! { @for (tag, part) in parts { @if tag { span.tag { (part) } } @else { (part) } } }
}

/// `name = value` lines, as the records of OCI calls and forms are.
fn fields(text: &str) -> Option<Vec<(&str, &str)>> {
    if text.trim_start().starts_with('<') {
        return None;
    }
    let pairs: Option<Vec<_>> = text.lines().map(|line| line.split_once(" = ")).collect();
    pairs.filter(|pairs| !pairs.is_empty())
}

fn table(fields: &[(&str, &str)]) -> Markup {
    html! {
        div.rows.plain {
            table.fields {
                thead { tr { th { "Field" } th { "Value, decoded" } } }
                tbody { @for (name, value) in fields { tr { th.mono { (name) } td.mono { (value) } } } }
            }
        }
    }
}

/// A line for each element, everything else as it was; `None`: not XML.
fn indented(text: &str) -> Option<String> {
    let document: Document = text.parse().ok()?;
    let mut lines = String::with_capacity(text.len() * 2);
    let prolog = text.get(..document.root().span().start)?;
    for line in prolog.lines().map(str::trim).filter(|line| !line.is_empty()) {
        lines.push_str(line);
        lines.push('\n');
    }
    indent(document.root(), 0, &mut lines);
    Some(lines)
}

fn indent(element: Element<'_>, depth: usize, lines: &mut String) {
    let text = element.document().text();
    let padding = "  ".repeat(depth);
    let has_text =
        element.nodes().any(|node| matches!(node, Node::Text(piece) if !piece.value.trim().is_empty()));
    if has_text || element.children().next().is_none() || depth >= DEEPEST {
        for line in element.outer_markup().lines() {
            lines.extend([padding.as_str(), line, "\n"]);
        }
        return;
    }
    let (whole, content) = (element.span(), element.content_span());
    let open = text.get(whole.start..content.start).unwrap_or_default();
    let close = text.get(content.end..whole.end).unwrap_or_default();
    lines.extend([padding.as_str(), open, "\n"]);
    for child in element.children() {
        indent(child, depth + 1, lines);
    }
    lines.extend([padding.as_str(), close, "\n"]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_found_in_a_message() {
        assert_eq!(place_in("line 3, column 14: <b> is not closed"), Some((3, 14)));
        assert_eq!(place_in("something at line 12, column 1"), Some((12, 1)));
        for none in [
            "",
            "line",
            "line x, column 1",
            "line 3",
            "line 0, column 1",
            "line 3, column ",
            "line 99999999999999999999, column 1",
        ] {
            assert_eq!(place_in(none), None, "{none}");
        }
    }

    #[test]
    fn a_caret_stands_below_the_place() {
        let text = "<a>\r\n <b/>\n</a>";
        assert_eq!(excerpt(text, (2, 2)).unwrap(), "2 |  <b/>\n  |  ^");
        assert_eq!(excerpt(text, (9, 2)), None);
        assert!(excerpt(text, (3, 400)).is_some());
    }

    #[test]
    fn indenting_changes_white_space_between_elements_alone() {
        let text = "<?xml version=\"1.0\"?><a x='1'><b>one &amp; <i>two</i></b><c/></a>";
        let expected = "<?xml version=\"1.0\"?>\n<a x='1'>\n  <b>one &amp; <i>two</i></b>\n  <c/>\n</a>\n";
        assert_eq!(indented(text).unwrap(), expected);
        assert_eq!(indented("<a>"), None);
    }

    #[test]
    fn everything_is_escaped() {
        let shown =
            show("<a onclick=\"x\">\n<script>alert(1)</script></a>", View::Received, Some(2)).into_string();
        assert!(!shown.contains("<script") && !shown.contains("<a "), "{shown}");
        assert!(shown.contains("marked"));
        let fields = show("USERNAME = <b>\nPASSWORD = ****\n", View::Received, None).into_string();
        assert!(fields.contains("&lt;b&gt;") && fields.contains("<table"), "{fields}");
    }
}
