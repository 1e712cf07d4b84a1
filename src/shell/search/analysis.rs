//! How texts become words, and part numbers one word.

use tantivy::tokenizer::{
    AsciiFoldingFilter, LowerCaser, RemoveLongFilter, TextAnalyzer, Token, TokenStream, Tokenizer,
    TokenizerManager,
};

use super::tongue::Marked;

/// Words by their stem, in the language of their text: see [`tongue`](super::tongue).
pub(super) const STEMMED: &str = "stemmed";
/// Words as written, in lower case.
pub(super) const PLAIN: &str = "plain";
/// The longest word, in bytes.
pub(super) const LONGEST_WORD: usize = 60;

/// The analysers by name.
pub(super) fn tokenizers() -> TokenizerManager {
    let manager = TokenizerManager::default();
    manager.register(STEMMED, TextAnalyzer::from(Marked::new()));
    manager.register(PLAIN, plain());
    manager
}

pub(super) fn plain() -> TextAnalyzer {
    TextAnalyzer::builder(Words::default())
        .filter(RemoveLongFilter::limit(LONGEST_WORD))
        .filter(LowerCaser)
        .filter(AsciiFoldingFilter)
        .build()
}

/// All words of a text.
pub(super) fn words(analyzer: &mut TextAnalyzer, text: &str) -> Vec<String> {
    let mut words = Vec::new();
    analyzer.token_stream(text).process(&mut |token| words.push(token.text.clone()));
    words
}

/// The word of a text that is [`plain`]ly this one, as it is written there.
pub(super) fn as_written<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let mut analyzer = plain();
    let mut stream = analyzer.token_stream(text);
    while stream.advance() {
        let token = stream.token();
        if token.text == word {
            return text.get(token.offset_from..token.offset_to);
        }
    }
    None
}

/// The words of a text before anything is done to them but lower case, each with what it is [`plain`].
pub(super) fn pieces(text: &str) -> Vec<(String, String)> {
    let mut lower = TextAnalyzer::builder(Words::default())
        .filter(RemoveLongFilter::limit(LONGEST_WORD))
        .filter(LowerCaser)
        .build();
    let pieces = words(&mut lower, text).into_iter();
    let plain = |word: String| (words(&mut plain(), &word).concat(), word);
    pieces.map(plain).map(|(plain, word)| (word, plain)).collect()
}

/// A number without what spellings differ in: `HX-80 40.zn` is `hx8040zn`. Empty if nothing is left.
pub(super) fn compact(number: &str) -> String {
    number.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).take(LONGEST_WORD).collect()
}

/// Splits at everything that is no letter or digit, and between a digit and a letter after it: `M8x40` and `M8 × 40`
/// are `M8`, `40`; `18V` and `18 V` are `18`, `V`. A lone `x` is a multiplication sign.
#[derive(Clone, Default)]
pub(super) struct Words {
    token: Token,
}

pub(super) struct WordStream<'a> {
    text: &'a str,
    at: usize,
    token: &'a mut Token,
}

impl Tokenizer for Words {
    type TokenStream<'a> = WordStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream<'a> {
        self.token.reset();
        WordStream { text, at: 0, token: &mut self.token }
    }
}

/// The first word at or after a place: where it begins and ends.
fn next_word(text: &str, from: usize) -> Option<(usize, usize)> {
    let rest = text.get(from..)?;
    let start = from + rest.find(char::is_alphanumeric)?;
    let mut was_digit = false;
    let mut end = text.len();
    for (at, c) in text.get(start..)?.char_indices() {
        if !c.is_alphanumeric() || (was_digit && c.is_alphabetic()) {
            end = start + at;
            break;
        }
        was_digit = c.is_ascii_digit();
    }
    Some((start, end))
}

impl TokenStream for WordStream<'_> {
    fn advance(&mut self) -> bool {
        while let Some((mut start, end)) = next_word(self.text, self.at) {
            self.at = end;
            let mut word = self.text.get(start..end).unwrap_or_default();
            let glued = start > 0
                && self
                    .text
                    .get(..start)
                    .is_some_and(|before| before.ends_with(|c: char| c.is_ascii_digit()));
            if let Some(factor) = word.strip_prefix(['x', 'X'])
                && (factor.is_empty() || (glued && factor.starts_with(|c: char| c.is_ascii_digit())))
            {
                start += 1;
                word = factor;
            }
            if !word.is_empty() {
                self.token.position = self.token.position.wrapping_add(1);
                self.token.offset_from = start;
                self.token.offset_to = end;
                self.token.text.clear();
                self.token.text.push_str(word);
                return true;
            }
        }
        false
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_the_same_words_in_every_spelling() {
        for spelling in ["M8x40", "M8 x 40", "m8 X40", "M8×40", "M8 × 40"] {
            let expected: &[&str] = if spelling == "m8 X40" { &["m8", "x40"] } else { &["m8", "40"] };
            assert_eq!(words(&mut plain(), spelling), expected, "{spelling}");
        }
        for spelling in ["18V", "18 V", "18-v"] {
            assert_eq!(words(&mut plain(), spelling), ["18", "v"], "{spelling}");
        }
        assert_eq!(words(&mut plain(), "XL Größe 1/2\" x"), ["xl", "grosse", "1", "2"]);
        assert_eq!(words(&mut plain(), ""), [] as [&str; 0]);
    }

    #[test]
    fn a_number_is_one_word_in_every_spelling() {
        for spelling in ["HX-8040-ZN", "hx 8040 zn", "HX.8040/ZN", "HX8040ZN"] {
            assert_eq!(compact(spelling), "hx8040zn");
        }
        assert_eq!(compact(" -./ "), "");
    }
}
