//! What can be typed next: finite-state sets of words, names and numbers beside the index of a catalog version.
//!
//! ```text
//! words.fst    words as they are looked for → their number, in order
//! things.fst   words of categories and brands, from each word on · 0x1f · number → place in things.json
//! numbers.fst  part numbers and others, compact → where their ordinals begin in numbers.u32
//! ```
//! Nothing of it is shown by itself. Words and names are weighed by the products that somebody sees ([`Weights`]), a
//! number counts through a product that is seen: what only hidden products have does not exist.

use std::{
    cmp::Ordering,
    fs::{self, File},
    io::{BufWriter, Write},
    path::Path,
    sync::Arc,
};

use fst::{IntoStreamer, Map, MapBuilder, Streamer};
use serde::{Deserialize, Serialize};
use tantivy::{
    DocSet, InvertedIndexReader, Searcher, SegmentReader, TERMINATED, TantivyError,
    directory::{Directory, MmapDirectory, OwnedBytes},
    postings::TermInfo,
    schema::{Field, IndexRecordOption},
};

use super::{
    Shown,
    analysis::{self, plain},
    schema::Fields,
    scorers::{self, Words},
};
use crate::model::catalog::{CATEGORY_SEPARATOR, Ordinal, Product};

const WORDS: &str = "words.fst";
const THINGS: &str = "things.fst";
const NAMED: &str = "things.json";
const NUMBERS: &str = "numbers.fst";
const ORDINALS: &str = "numbers.u32";

/// The shortest word worth completing, and the longest, in bytes.
const LETTERS: std::ops::RangeInclusive<usize> = 3..=40;
/// The most numbers that are looked at for one wish.
const LOOKED_AT: usize = 50_000;
/// The most words that are tried with those before them.
const TRIED: usize = 24;

/// A category or a brand.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub enum Thing {
    /// By its path.
    Category(String),
    /// By its name.
    Brand(String),
}

/// Who asks for completions: what they see, and how much of it each word and name has.
#[derive(Clone, Copy)]
pub struct Asker<'a> {
    /// What they see.
    pub shown: &'a Arc<Shown>,
    /// Weighed by it.
    pub weights: &'a Weights,
}

/// A text with its last word completed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Text {
    /// What stands before the word, as typed.
    before: String,
    /// The word, as it is looked for.
    word: String,
    /// A product that is seen and has it.
    of: Ordinal,
}

impl Text {
    /// The product that tells how the word is written.
    pub(crate) const fn product(&self) -> Ordinal {
        self.of
    }

    /// The text with the word as this product writes it.
    pub(crate) fn written(&self, product: &Product) -> String {
        let word = as_written(product, &self.word).unwrap_or(&self.word);
        let gap = if self.before.is_empty() { "" } else { " " };
        format!("{}{gap}{word}", self.before)
    }
}

/// How a product writes a word: the first of its texts that has it tells.
fn as_written<'a>(product: &'a Product, word: &str) -> Option<&'a str> {
    let names = product.details.translations.iter().filter_map(|one| one.name.as_ref());
    let attributes =
        product.attributes.iter().flat_map(|one| [Some(&one.name), Some(&one.value), one.unit.as_ref()]);
    let texts = [&product.name].into_iter().chain(names).chain([&product.brand, &product.category]);
    let texts = texts.chain(&product.manufacturer).chain(attributes.flatten());
    texts.into_iter().find_map(|text| analysis::as_written(text, word))
}

/// What the index offers for what was typed; see [`Completions`].
pub(crate) struct Offered {
    pub(crate) things: Vec<Thing>,
    pub(crate) texts: Vec<Text>,
    pub(crate) products: Vec<Ordinal>,
}

/// What to offer for what was typed.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Completions {
    /// Categories and brands, those with the most products first.
    pub things: Vec<Thing>,
    /// The whole text with its last word completed, likewise; written as in the catalog.
    pub texts: Vec<String>,
    /// Products whose number begins so.
    pub products: Vec<Ordinal>,
}

/// How many of the products that somebody sees have a word or a name: 0, or one more than the binary logarithm.
#[derive(Debug)]
pub struct Weights {
    words: Vec<u8>,
    things: Vec<u8>,
}

/// The sets of one catalog version.
pub(super) struct Sets {
    words: Map<OwnedBytes>,
    things: Map<OwnedBytes>,
    named: Vec<Thing>,
    numbers: Map<OwnedBytes>,
    ordinals: OwnedBytes,
}

fn failed(error: impl std::fmt::Display) -> TantivyError {
    TantivyError::SystemError(format!("completions: {error}"))
}

fn file(folder: &Path, name: &str) -> Result<BufWriter<File>, TantivyError> {
    Ok(BufWriter::new(File::create(folder.join(name))?))
}

/// Writes the sets of a finished index.
pub(super) fn write(searcher: &Searcher, fields: &Fields, folder: &Path) -> Result<(), TantivyError> {
    let mut words = MapBuilder::new(file(folder, WORDS)?).map_err(failed)?;
    let mut named: Vec<Thing> = Vec::new();
    let mut things: Vec<(Vec<u8>, u64)> = Vec::new();
    for segment in searcher.segment_readers() {
        let mut number = 0;
        each_word(segment, fields, |word, _| {
            words.insert(word, number).map_err(failed)?;
            number += 1;
            Ok(())
        })?;
        each_thing(segment, fields, |thing, _| {
            let place = named.len() as u64;
            let own = match &thing {
                Thing::Category(path) => path.rsplit(CATEGORY_SEPARATOR).next().unwrap_or_default(),
                Thing::Brand(name) => name,
            };
            let own = analysis::words(&mut plain(), own);
            for from in 0..own.len() {
                let rest = own.get(from..).unwrap_or_default().join(" ");
                things.push((format!("{rest}\u{1f}{place:08x}").into_bytes(), place));
            }
            named.push(thing);
            Ok(())
        })?;
    }
    finish(words)?;
    things.sort();
    things.dedup_by(|a, b| a.0 == b.0);
    let mut builder = MapBuilder::new(file(folder, THINGS)?).map_err(failed)?;
    for (key, place) in &things {
        builder.insert(key, *place).map_err(failed)?;
    }
    finish(builder)?;
    fs::write(folder.join(NAMED), serde_json::to_vec(&named)?)?;
    numbers(searcher, fields, folder)
}

/// Part numbers and others in one set; the same may be the supplier's of one product and the manufacturer's of another.
fn numbers(searcher: &Searcher, fields: &Fields, folder: &Path) -> Result<(), TantivyError> {
    let mut builder = MapBuilder::new(file(folder, NUMBERS)?).map_err(failed)?;
    let mut out = file(folder, ORDINALS)?;
    let mut written = 0_u64;
    for segment in searcher.segment_readers() {
        let (parts, others) =
            (segment.inverted_index(fields.part_number)?, segment.inverted_index(fields.other_number)?);
        let (mut part, mut other) = (parts.terms().stream()?, others.terms().stream()?);
        let (mut has_part, mut has_other) = (part.advance(), other.advance());
        while has_part || has_other {
            let order = match (has_part, has_other) {
                (true, true) => part.key().cmp(other.key()),
                (true, false) => Ordering::Less,
                _ => Ordering::Greater,
            };
            let key = if order.is_le() { part.key() } else { other.key() };
            builder.insert(key, written).map_err(failed)?;
            let mut put = |index: &InvertedIndexReader, info: &TermInfo| -> Result<(), TantivyError> {
                let mut postings = index.read_postings_from_terminfo(info, IndexRecordOption::Basic)?;
                while postings.doc() != TERMINATED {
                    out.write_all(&postings.doc().to_le_bytes())?;
                    written += 1;
                    postings.advance();
                }
                Ok(())
            };
            if order.is_le() {
                put(&parts, part.value())?;
            }
            if order.is_ge() {
                put(&others, other.value())?;
            }
            if order.is_le() {
                has_part = part.advance();
            }
            if order.is_ge() {
                has_other = other.advance();
            }
        }
    }
    out.flush()?;
    finish(builder)
}

fn finish(builder: MapBuilder<BufWriter<File>>) -> Result<(), TantivyError> {
    builder.into_inner().map_err(failed)?.flush()?;
    Ok(())
}

fn each_term(
    segment: &SegmentReader,
    field: Field,
    mut see: impl FnMut(&[u8], &mut dyn DocSet) -> Result<(), TantivyError>,
) -> Result<(), TantivyError> {
    let inverted = segment.inverted_index(field)?;
    let mut terms = inverted.terms().stream()?;
    while terms.advance() {
        let mut postings = inverted.read_postings_from_terminfo(terms.value(), IndexRecordOption::Basic)?;
        see(terms.key(), &mut postings)?;
    }
    Ok(())
}

/// Words that can be completed, in the order of their numbers.
fn each_word(
    segment: &SegmentReader,
    fields: &Fields,
    mut see: impl FnMut(&[u8], &mut dyn DocSet) -> Result<(), TantivyError>,
) -> Result<(), TantivyError> {
    each_term(segment, fields.typed, |term, postings| {
        let text = str::from_utf8(term).unwrap_or_default();
        if LETTERS.contains(&text.len()) && text.starts_with(char::is_alphabetic) {
            see(term, postings)?;
        }
        Ok(())
    })
}

/// Categories and brands, in the order of their places.
fn each_thing(
    segment: &SegmentReader,
    fields: &Fields,
    mut see: impl FnMut(Thing, &mut dyn DocSet) -> Result<(), TantivyError>,
) -> Result<(), TantivyError> {
    let text = |term: &[u8]| String::from_utf8_lossy(term).into_owned();
    each_term(segment, fields.category, |term, postings| see(Thing::Category(text(term)), postings))?;
    each_term(segment, fields.brand, |term, postings| {
        if term.is_empty() { Ok(()) } else { see(Thing::Brand(text(term)), postings) }
    })
}

/// Weighs words and names by the products that are seen.
pub(super) fn weigh(searcher: &Searcher, fields: &Fields, shown: &Shown) -> Result<Weights, TantivyError> {
    let weight = |postings: &mut dyn DocSet| {
        let mut count = 0_u32;
        while postings.doc() != TERMINATED {
            count += u32::from(shown.contains(postings.doc()));
            postings.advance();
        }
        count.checked_ilog2().and_then(|log| u8::try_from(log + 1).ok()).unwrap_or(0)
    };
    let mut weights = Weights { words: Vec::new(), things: Vec::new() };
    for segment in searcher.segment_readers() {
        each_word(segment, fields, |_, postings| {
            weights.words.push(weight(postings));
            Ok(())
        })?;
        each_thing(segment, fields, |_, postings| {
            weights.things.push(weight(postings));
            Ok(())
        })?;
    }
    Ok(weights)
}

impl Sets {
    pub(super) fn open(folder: &Path) -> Result<Self, TantivyError> {
        let files = MmapDirectory::open(folder).map_err(failed)?;
        let bytes = |name: &str| -> Result<OwnedBytes, TantivyError> {
            Ok(files.open_read(Path::new(name)).map_err(failed)?.read_bytes()?)
        };
        let map = |name: &str| Map::new(bytes(name)?).map_err(failed);
        Ok(Self {
            words: map(WORDS)?,
            things: map(THINGS)?,
            named: serde_json::from_slice(&bytes(NAMED)?)?,
            numbers: map(NUMBERS)?,
            ordinals: bytes(ORDINALS)?,
        })
    }

    /// Reads the sets and checks them against their checksums.
    pub(super) fn verify(&self) -> Result<(), TantivyError> {
        for set in [&self.words, &self.things, &self.numbers] {
            set.as_fst().verify().map_err(failed)?;
        }
        Ok(())
    }

    /// What to offer for a text, at most `most` of each kind.
    pub(super) fn complete(
        &self,
        searcher: &Searcher,
        fields: &Fields,
        text: &str,
        most: usize,
        asker: Asker<'_>,
    ) -> Result<Offered, TantivyError> {
        let number = analysis::compact(text);
        let looks_like_one = number.len() > 1 && number.bytes().any(|byte| byte.is_ascii_digit());
        Ok(Offered {
            things: self.things(text, most, asker.weights),
            texts: self.texts(searcher, fields, text, most, asker)?,
            products: if looks_like_one { self.products(&number, most, asker.shown) } else { Vec::new() },
        })
    }

    fn things(&self, text: &str, most: usize, weights: &Weights) -> Vec<Thing> {
        let words = analysis::words(&mut plain(), text).join(" ");
        if words.len() < 2 {
            return Vec::new();
        }
        let mut found: Vec<(u8, usize)> = Vec::new();
        let mut stream = beginning(&self.things, &words);
        while let Some((_, place)) = stream.next() {
            let place = usize::try_from(place).unwrap_or(usize::MAX);
            let weight = weights.things.get(place).copied().unwrap_or(0);
            if weight > 0 && !found.iter().any(|(_, known)| *known == place) {
                found.push((weight, place));
            }
            if found.len() == 200 {
                break;
            }
        }
        found.sort_by_key(|(weight, place)| (std::cmp::Reverse(*weight), *place));
        found.iter().take(most).filter_map(|(_, place)| self.named.get(*place).cloned()).collect()
    }

    fn texts(
        &self,
        searcher: &Searcher,
        fields: &Fields,
        text: &str,
        most: usize,
        asker: Asker<'_>,
    ) -> Result<Vec<Text>, TantivyError> {
        let (before, piece) = text.rsplit_once(char::is_whitespace).unwrap_or(("", text));
        let piece = analysis::words(&mut plain(), piece);
        let [piece] = piece.as_slice() else { return Ok(Vec::new()) };
        if piece.len() < 2 {
            return Ok(Vec::new());
        }
        let (low, high) = (place(&self.words, piece.as_bytes()), place(&self.words, &end_of(piece)));
        let mut found: Vec<(u8, usize)> = (low..high)
            .filter_map(|place| Some((*asker.weights.words.get(place)?, place)))
            .filter(|(weight, _)| *weight > 0)
            .collect();
        let order = |(weight, place): &(u8, usize)| (std::cmp::Reverse(*weight), *place);
        let before = before.trim();
        let wanted = if before.is_empty() { most } else { TRIED };
        if found.len() > wanted {
            found.select_nth_unstable_by_key(wanted, order);
            found.truncate(wanted);
        }
        found.sort_by_key(order);
        let others = analysis::words(&mut plain(), before);
        let Some(segment) = searcher.segment_readers().first() else { return Ok(Vec::new()) };
        let typed = Words::of(segment, fields.typed)?;
        let mut texts = Vec::new();
        for (_, place) in found {
            let word = self.words.as_fst().get_key(place as u64).and_then(|key| String::from_utf8(key).ok());
            let Some(word) = word else { continue };
            if let Some(of) = together(&typed, &others, &word, asker.shown)? {
                texts.push(Text { before: before.to_owned(), word, of });
            }
            if texts.len() == most {
                break;
            }
        }
        Ok(texts)
    }

    fn products(&self, number: &str, most: usize, shown: &Shown) -> Vec<Ordinal> {
        let all = self.ordinals.as_chunks::<4>().0;
        let at = |key: &[u8]| self.numbers.range().ge(key).into_stream().next().map(|(_, at)| at);
        let end = all.len() as u64;
        let (low, high) = (at(number.as_bytes()).unwrap_or(end), at(&end_of(number)).unwrap_or(end));
        let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
        let range = all.get(place(low)..place(high).max(place(low))).unwrap_or_default();
        let mut found: Vec<Ordinal> = Vec::new();
        for ordinal in range.iter().take(LOOKED_AT).map(|raw| Ordinal::from_le_bytes(*raw)) {
            if shown.contains(ordinal) && !found.contains(&ordinal) {
                found.push(ordinal);
            }
            if found.len() == most {
                break;
            }
        }
        found
    }
}

/// Keys that begin so.
fn beginning<'a>(map: &'a Map<OwnedBytes>, start: &str) -> fst::map::Stream<'a> {
    map.range().ge(start).lt(end_of(start)).into_stream()
}

/// How many keys stand before this one, where values are places.
fn place(map: &Map<OwnedBytes>, key: &[u8]) -> usize {
    let found = map.range().ge(key).into_stream().next().map(|(_, place)| place);
    found.and_then(|place| usize::try_from(place).ok()).unwrap_or(map.len())
}

/// The first key after all that begin so; no text holds this byte.
fn end_of(start: &str) -> Vec<u8> {
    [start.as_bytes(), &[0xff]].concat()
}

/// The first product that is seen and has all these words.
fn together(
    typed: &Words,
    others: &[String],
    word: &str,
    shown: &Arc<Shown>,
) -> Result<Option<Ordinal>, TantivyError> {
    let mut parts = Vec::new();
    for one in others.iter().take(6).map(String::as_str).chain([word]) {
        parts.push(typed.exact(one, 0.0)?);
    }
    let Some(having) = scorers::all(parts) else { return Ok(None) };
    let seen = scorers::within(shown, having.doc());
    let first = scorers::all(vec![Some(having), Some(seen)]).map(|part| part.doc());
    Ok(first.filter(|first| *first != TERMINATED))
}
