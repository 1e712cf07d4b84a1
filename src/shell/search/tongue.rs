//! Words by their stems, each text by the rules of its own language, all in the same fields.
//!
//! A text in the index begins with a mark of its language ([`marked`]), by which its words are stemmed; a search asks
//! for the stems of a word in every language that the catalog has. So a field holds any number of languages, a word that
//! is the same in all of them stands in it once, and a shopper may type in any of them.

use std::collections::BTreeSet;

use tantivy::tokenizer::{
    AsciiFoldingFilter, BoxTokenStream, Language, LowerCaser, RawTokenizer, RemoveLongFilter, Stemmer,
    TextAnalyzer, Token, TokenFilter, TokenStream, Tokenizer,
};

use super::analysis::{self, LONGEST_WORD, Words};
use crate::model::language::primary;

/// Languages whose words have stems. Their places stand in indexes: append only.
const STEMMED: [(&str, Language); 19] = [
    ("en", Language::English),
    ("de", Language::German),
    ("fr", Language::French),
    ("es", Language::Spanish),
    ("it", Language::Italian),
    ("nl", Language::Dutch),
    ("pt", Language::Portuguese),
    ("sv", Language::Swedish),
    ("da", Language::Danish),
    ("nb", Language::Norwegian),
    ("no", Language::Norwegian),
    ("fi", Language::Finnish),
    ("hu", Language::Hungarian),
    ("ro", Language::Romanian),
    ("ru", Language::Russian),
    ("tr", Language::Turkish),
    ("el", Language::Greek),
    ("ar", Language::Arabic),
    ("ta", Language::Tamil),
];
/// The first mark: private characters, no part of any word.
const FIRST_MARK: u32 = 0xe000;

/// What a text is taken for whose language nobody says.
pub(super) const NOT_SAID: &str = "en";

/// The place of a language among those with stems.
fn place(tag: &str) -> Option<usize> {
    STEMMED.iter().position(|(known, _)| primary(tag).eq_ignore_ascii_case(known))
}

/// A text as it goes into the index.
pub(super) fn marked(language: Option<&str>, text: &str) -> String {
    let place = place(language.unwrap_or(NOT_SAID)).and_then(|place| u32::try_from(place).ok());
    let mark = place.and_then(|place| char::from_u32(FIRST_MARK + place));
    let mut marked = String::with_capacity(text.len() + 3);
    marked.extend(mark);
    marked.push_str(text);
    marked
}

/// Stems of marked texts; without a mark words stay as they are.
#[derive(Clone)]
pub(super) struct Marked {
    by_place: Vec<TextAnalyzer>,
    unmarked: TextAnalyzer,
}

impl Marked {
    pub(super) fn new() -> Self {
        let stems = |(_, language): &(&str, Language)| stems(*language);
        Self { by_place: STEMMED.iter().map(stems).collect(), unmarked: analysis::plain() }
    }
}

impl Tokenizer for Marked {
    type TokenStream<'a> = BoxTokenStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> BoxTokenStream<'a> {
        let mark = text.chars().next().and_then(|mark| u32::from(mark).checked_sub(FIRST_MARK));
        let place = mark.and_then(|place| usize::try_from(place).ok());
        let analyzer = place.and_then(|place| self.by_place.get_mut(place));
        analyzer.unwrap_or(&mut self.unmarked).token_stream(text)
    }
}

/// The languages of a catalog version, and the stems of what is looked for in it.
pub(super) struct Tongues {
    tags: BTreeSet<String>,
    analyzers: Vec<TextAnalyzer>,
}

impl Tongues {
    /// - `tags`: the first parts of all tags.
    pub(super) fn new(tags: BTreeSet<String>) -> Self {
        let known: BTreeSet<usize> = tags.iter().filter_map(|tag| place(tag)).collect();
        let analyzers = known.iter().filter_map(|place| STEMMED.get(*place));
        Self { analyzers: analyzers.map(|(_, language)| stems(*language)).collect(), tags }
    }

    /// Whether some text is in this language.
    pub(super) fn has(&self, tag: &str) -> bool {
        self.tags.contains(&primary(tag).to_ascii_lowercase())
    }

    /// The stems of one word in all languages; the word itself where none has any.
    pub(super) fn stems(&self, word: &str) -> Vec<String> {
        let mut stems = Vec::new();
        for analyzer in &self.analyzers {
            for stem in analysis::words(&mut analyzer.clone(), word) {
                if !stems.contains(&stem) {
                    stems.push(stem);
                }
            }
        }
        if stems.is_empty() { analysis::words(&mut analysis::plain(), word) } else { stems }
    }
}

impl std::fmt::Debug for Tongues {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Tongues").field(&self.tags).finish()
    }
}

/// Stems without accents: of the word as written and, for who types none, of the word without its own.
fn stems(language: Language) -> TextAnalyzer {
    TextAnalyzer::builder(Words::default())
        .filter(RemoveLongFilter::limit(LONGEST_WORD))
        .filter(LowerCaser)
        .filter(Unaccented)
        .filter(Stemmer::new(language))
        .filter(AsciiFoldingFilter)
        .filter(Once)
        .build()
}

/// After a word with accents the same without.
#[derive(Clone)]
struct Unaccented;

#[derive(Clone)]
struct UnaccentedWords<T>(T);

struct UnaccentedStream<T> {
    tail: T,
    folding: Option<TextAnalyzer>,
    next: Option<String>,
}

impl TokenFilter for Unaccented {
    type Tokenizer<T: Tokenizer> = UnaccentedWords<T>;

    fn transform<T: Tokenizer>(self, tokenizer: T) -> UnaccentedWords<T> {
        UnaccentedWords(tokenizer)
    }
}

impl<T: Tokenizer> Tokenizer for UnaccentedWords<T> {
    type TokenStream<'a> = UnaccentedStream<T::TokenStream<'a>>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Self::TokenStream<'a> {
        UnaccentedStream { tail: self.0.token_stream(text), folding: None, next: None }
    }
}

impl<T: TokenStream> TokenStream for UnaccentedStream<T> {
    fn advance(&mut self) -> bool {
        if let Some(next) = self.next.take() {
            self.tail.token_mut().text = next;
            return true;
        }
        if !self.tail.advance() {
            return false;
        }
        let word = &self.tail.token().text;
        if !word.is_ascii() {
            let folding = self.folding.get_or_insert_with(|| {
                TextAnalyzer::builder(RawTokenizer::default()).filter(AsciiFoldingFilter).build()
            });
            self.next = analysis::words(folding, word).pop().filter(|folded| folded != word);
        }
        true
    }

    fn token(&self) -> &Token {
        self.tail.token()
    }

    fn token_mut(&mut self) -> &mut Token {
        self.tail.token_mut()
    }
}

/// Passes over a word that is the one before at the same place.
#[derive(Clone)]
struct Once;

#[derive(Clone)]
struct OnceWords<T>(T);

struct OnceStream<T> {
    tail: T,
    last: (usize, String),
}

impl TokenFilter for Once {
    type Tokenizer<T: Tokenizer> = OnceWords<T>;

    fn transform<T: Tokenizer>(self, tokenizer: T) -> OnceWords<T> {
        OnceWords(tokenizer)
    }
}

impl<T: Tokenizer> Tokenizer for OnceWords<T> {
    type TokenStream<'a> = OnceStream<T::TokenStream<'a>>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Self::TokenStream<'a> {
        OnceStream { tail: self.0.token_stream(text), last: (usize::MAX, String::new()) }
    }
}

impl<T: TokenStream> TokenStream for OnceStream<T> {
    fn advance(&mut self) -> bool {
        while self.tail.advance() {
            let Token { position, text, .. } = self.tail.token();
            if self.last.0 != *position || self.last.1 != *text {
                self.last.0 = *position;
                self.last.1.clone_from(text);
                return true;
            }
        }
        false
    }

    fn token(&self) -> &Token {
        self.tail.token()
    }

    fn token_mut(&mut self) -> &mut Token {
        self.tail.token_mut()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn indexed(language: Option<&str>, text: &str) -> Vec<String> {
        let mut stems = Vec::new();
        Marked::new()
            .token_stream(&marked(language, text))
            .process(&mut |token| stems.push(token.text.clone()));
        stems
    }

    #[test]
    fn every_text_is_stemmed_by_its_own_language() {
        assert_eq!(indexed(Some("en"), "Bolts M8x40"), ["bolt", "m8", "40"]);
        assert_eq!(indexed(None, "Bolts"), ["bolt"]);
        assert_eq!(indexed(Some("de-AT"), "Schrauben Größen"), ["schraub", "gross"]);
        assert_eq!(indexed(Some("pl"), "Śruby"), ["sruby"], "no stems");
    }

    #[test]
    fn inflections_meet_in_every_language_with_accents_and_without() {
        for (language, written, typed) in [
            ("en", "bolts", "bolt"),
            ("de", "Schrauben", "schraube"),
            ("de", "Größen", "groesse"),
            ("fr", "perceuses", "perceuse"),
            ("fr", "écrous", "ecrous"),
            ("es", "tornillos", "tornillo"),
            ("es", "eléctricas", "electrico"),
            ("it", "cacciaviti", "cacciavite"),
            ("nl", "schroeven", "schroeven"),
            ("pt", "parafusos", "parafuso"),
            ("pt", "fixação", "fixacao"),
            ("sv", "skruvarna", "skruvar"),
            ("da", "motorerne", "motoren"),
            ("nb", "motorene", "motoren"),
            ("fi", "ruuvit", "ruuvi"),
            ("hu", "csavarok", "csavar"),
            ("ru", "болты", "болт"),
            ("tr", "vidalar", "vida"),
        ] {
            let stems = Tongues::new(BTreeSet::from([language.to_owned()])).stems(typed);
            let indexed = indexed(Some(language), written);
            let meet = indexed.iter().any(|stem| stems.contains(stem));
            assert!(meet, "{language}: {written} {indexed:?}, {typed} {stems:?}");
        }
    }
}
