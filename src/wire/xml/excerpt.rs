//! One line of a document with a caret, for people.

use std::fmt;

use super::Position;

/// A piece of one line and the place meant in it; `Display` draws both, with the line number.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Excerpt {
    /// Number of the line, from 1.
    pub line: usize,
    /// Its text, cut to size, every character one column wide that is not printed as such.
    pub text: String,
    /// Characters of `text` before the caret.
    pub caret: usize,
}

impl Excerpt {
    /// Cuts at most `width` characters (at least 8) around `position` out of its line in `text`.
    #[must_use]
    pub fn new(text: &str, position: Position, width: usize) -> Self {
        let width = width.max(8);
        let mut offset = position.offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let (before, after) = text.split_at(offset);
        let in_line = |c: &char| !matches!(c, '\n' | '\r');
        let mut left: Vec<char> = before.chars().rev().take_while(in_line).take(width + 1).collect();
        let mut right: Vec<char> = after.chars().take_while(in_line).take(width + 1).collect();

        // Two thirds of the room go to what stands before the place; what one side does not need the other gets.
        let keep_left = (width * 2 / 3).max(width.saturating_sub(right.len())).min(left.len());
        let keep_right = (width - keep_left).min(right.len());
        if keep_left < left.len() {
            left.truncate(keep_left.saturating_sub(1));
            left.push('…');
        }
        if keep_right < right.len() {
            right.truncate(keep_right.saturating_sub(1));
            right.push('…');
        }
        let caret = left.len();
        let text = left.into_iter().rev().chain(right).map(printable).collect();
        Self { line: position.line, text, caret }
    }
}

fn printable(c: char) -> char {
    match c {
        '\t' => ' ',
        c if c.is_control() => '\u{FFFD}',
        c => c,
    }
}

impl fmt::Display for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = self.line.to_string();
        writeln!(f, "{line} | {}", self.text)?;
        write!(f, "{:gutter$} | {:caret$}^", "", "", gutter = line.len(), caret = self.caret)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, needle: &str, width: usize) -> String {
        Excerpt::new(text, Position::find(text, text.find(needle).unwrap()), width).to_string()
    }

    #[test]
    fn caret_stands_below_the_place() {
        assert_eq!(at("<a>\n\t<b>ö</c>\r\n</a>", "</c>", 40), "2 |  <b>ö</c>\n  |      ^");
    }

    #[test]
    fn long_lines_are_cut_on_both_sides() {
        let text = format!("{}<x>{}", "a".repeat(500), "b".repeat(500));
        assert_eq!(at(&text, "<x>", 12), "1 | …aaaaaaa<x>…\n  |         ^");
        assert_eq!(at("<x>bbbbbbbbbbbbbbbbbb", "<x>", 8), "1 | <x>bbbb…\n  | ^");
        assert_eq!(at("aaaaaaaaaaaaaaaaaaaa<x>", "<x>", 8), "1 | …aaaa<x>\n  |      ^");
    }

    #[test]
    fn a_place_beyond_the_text_is_its_end() {
        let place = Position { offset: 99, line: 1, column: 100 };
        assert_eq!(Excerpt::new("<a>", place, 20).to_string(), "1 | <a>\n  |    ^");
    }
}
