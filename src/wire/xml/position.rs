//! Where something stands: byte offsets for us, lines and columns for people.

use std::ops::Range;

/// Bytes of the decoded text, from the first to one past the last.
pub type Span = Range<usize>;

/// A place in the decoded text.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Position {
    /// Bytes before it.
    pub offset: usize,
    /// From 1; a line ends with LF, CR LF or CR.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
}

impl Position {
    /// The place at `offset` bytes, found by walking `text` once; for many places of one text see [`Lines`].
    pub(super) fn find(text: &str, offset: usize) -> Self {
        let before = text.as_bytes().get(..offset).unwrap_or(text.as_bytes());
        let (mut line, mut start) = (1, 0);
        for end in line_ends(text.as_bytes()).take_while(|&end| end <= offset) {
            (line, start) = (line + 1, end);
        }
        Self { offset, line, column: chars(before.get(start..).unwrap_or_default()) + 1 }
    }
}

/// Line starts and character counts of one text: any place in it is found in constant time after one walk.
#[derive(Debug)]
pub(super) struct Lines {
    starts: Vec<usize>,
    /// Characters before each block of [`Self::BLOCK`] bytes.
    before_block: Vec<usize>,
}

impl Lines {
    const BLOCK: usize = 512;

    pub(super) fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let starts = std::iter::once(0).chain(line_ends(bytes)).collect();
        let mut total = 0;
        let mut before_block = vec![0];
        before_block.extend(bytes.chunks(Self::BLOCK).map(|block| {
            total += chars(block);
            total
        }));
        Self { starts, before_block }
    }

    pub(super) fn position(&self, text: &str, offset: usize) -> Position {
        let line = self.starts.partition_point(|&start| start <= offset);
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let column = self.chars_before(text, offset).saturating_sub(self.chars_before(text, start)) + 1;
        Position { offset, line, column }
    }

    fn chars_before(&self, text: &str, offset: usize) -> usize {
        let block = offset / Self::BLOCK;
        let rest = text.as_bytes().get(block * Self::BLOCK..offset).unwrap_or_default();
        self.before_block.get(block).copied().unwrap_or(0) + chars(rest)
    }
}

/// The offset after each line end.
fn line_ends(bytes: &[u8]) -> impl Iterator<Item = usize> + '_ {
    let ends = move |(at, &byte): (usize, &u8)| match byte {
        b'\n' => Some(at + 1),
        b'\r' if bytes.get(at + 1) != Some(&b'\n') => Some(at + 1),
        _ => None,
    };
    bytes.iter().enumerate().filter_map(ends)
}

/// Characters that begin in `bytes`, which are UTF-8.
fn chars(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0xC0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_count_lines_and_characters() {
        let text = format!("a\r\nö€\n\r{}x\u{1F600}y", "é".repeat(700));
        let lines = Lines::of(&text);
        for (offset, _) in text.char_indices() {
            let before = text[..offset].replace("\r\n", "\n").replace('\r', "\n");
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
            // Between CR and LF the line has not ended yet.
            if text[..offset].ends_with('\r') && text[offset..].starts_with('\n') {
                continue;
            }
            assert_eq!(lines.position(&text, offset), Position { offset, line, column });
            assert_eq!(Position::find(&text, offset), Position { offset, line, column });
        }
    }
}
