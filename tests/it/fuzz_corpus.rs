//! Every file of the fuzz corpus, and inputs made of them by a seeded generator, as ordinary tests: nothing that arrives can panic,
//! or take long.
//!
//! `FUZZ_ROUNDS=1000000 FUZZ_SEED=1 cargo nextest run --release fuzz_corpus` looks further; the input that fails is kept in the
//! temporary folder and named.

use std::{
    env, fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    time::Duration,
};

use punchgate::shell::clock::Stopwatch;

#[path = "../fuzz/targets.rs"]
mod targets;

fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus").join(target);
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.into_iter().map(|file| fs::read(file).unwrap()).collect()
}

fn each(target: &str, run: fn(&[u8])) {
    let mut files = 0;
    for octets in corpus(target) {
        run(&octets);
        // Cut anywhere, and with one octet changed, it is no worse.
        for at in 0..octets.len() {
            run(&octets[..at]);
            let mut changed = octets.clone();
            changed[at] ^= 0x15;
            run(&changed);
        }
        files += 1;
    }
    assert!(files > 3, "{files} files");
}

/// `SplitMix64` (Steele, Lea, Flood 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ mixed >> 31
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(bound.max(1)).unwrap()).unwrap()
    }

    fn span(&mut self, length: usize, most: usize) -> std::ops::Range<usize> {
        let start = self.below(length + 1);
        start..(start + self.below(most)).min(length)
    }
}

/// What makes readers stumble.
const WORDS: [&[u8]; 40] = [
    b"<",
    b">",
    b"/>",
    b"</",
    b"<!--",
    b"-->",
    b"--",
    b"<![CDATA[",
    b"]]>",
    b"<?",
    b"?>",
    b"<?xml version='1.0' encoding='",
    b"<!DOCTYPE",
    b"<!ENTITY a '&a;'>",
    b"<!ELEMENT a (b,c?)*>",
    b"<!ATTLIST a b CDATA #IMPLIED>",
    b"[",
    b"]",
    b"&amp;",
    b"&#0;",
    b"&#x10FFFF;",
    b"&#xD800;",
    b"&a;",
    b"%a;",
    b"xmlns:a=''",
    b" xmlns='x'",
    b"'",
    b"\"",
    b"=",
    b"\r\n",
    b"\0",
    b"\xFF\xFE",
    b"\xEF\xBB\xBF",
    b"\xC0\x80",
    b"\xED\xA0\x80",
    b"\xF4\x90\x80\x80",
    b"99999999999999999999",
    b"-1",
    b"cid:",
    b"--b\r\n",
];

fn mutated(corpus: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut octets = corpus[random.below(corpus.len())].clone();
    for _ in 0..=random.below(6) {
        let span = random.span(octets.len(), 64);
        match random.below(8) {
            0 => drop(octets.drain(span)),
            1 => {
                let again: Vec<u8> = octets[span].to_vec();
                let at = random.below(octets.len() + 1);
                let times = 1 + random.below(40);
                octets.splice(at..at, again.repeat(times));
            }
            2 => {
                let other = &corpus[random.below(corpus.len())];
                let piece = other[random.span(other.len(), 200)].to_vec();
                octets.splice(span, piece);
            }
            3 | 4 => {
                let at = random.below(octets.len() + 1);
                octets.splice(at..at, WORDS[random.below(WORDS.len())].iter().copied());
            }
            5 => drop(octets.splice(span, WORDS[random.below(WORDS.len())].iter().copied())),
            _ => {
                let at = random.below(octets.len());
                if let Some(octet) = octets.get_mut(at) {
                    *octet ^= 1 << random.below(8);
                }
            }
        }
        octets.truncate(1 << 20);
    }
    octets
}

fn number(name: &str, usual: u64) -> u64 {
    env::var(name).map_or(usual, |text| text.parse().unwrap())
}

fn many(target: &str, run: fn(&[u8])) {
    let corpus = corpus(target);
    let mut random = Random(number("FUZZ_SEED", 7));
    for round in 0..number("FUZZ_ROUNDS", 3_000) {
        let octets = mutated(&corpus, &mut random);
        let start = Stopwatch::start();
        let outcome = catch_unwind(AssertUnwindSafe(|| run(&octets)));
        if outcome.is_err() || start.elapsed() > Duration::from_secs(10) {
            let file = env::temp_dir().join(format!("punchgate-fuzz-{target}-{round}"));
            fs::write(&file, &octets).unwrap();
            panic!("round {round} of {target} failed or took {:?}: {}", start.elapsed(), file.display());
        }
    }
}

#[test]
fn reader() {
    each("reader", targets::reader);
    many("reader", targets::reader);
}

#[test]
fn grammar() {
    each("grammar", targets::grammar);
    many("grammar", targets::grammar);
}

#[test]
fn forms() {
    each("forms", targets::forms);
    many("forms", targets::forms);
}

#[test]
fn signature() {
    each("signature", targets::signature);
}
