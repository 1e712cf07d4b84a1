//! Words that mean the same to a supplier's customers, out of a plain file: one rule a line.
//!
//! ```text
//! # a remark
//! screw, bolt, machine screw      each of them finds the others too
//! tv, telly => television         the left ones find the right ones too, not the other way round
//! ```
//! They count when something is looked for, in any inflection; the index knows nothing of them.

use std::collections::HashMap;

use super::{analysis, tongue::Tongues};

/// The longest file, in bytes.
pub const MAX_BYTES: usize = 512 << 10;
const MAX_RULES: usize = 10_000;
const MAX_TERMS: usize = 30;
const MAX_WORDS: usize = 6;
const MAX_CHARS: usize = 80;
/// The most other terms that are looked for in the place of one.
const MAX_OTHERS: usize = 30;

/// What is wrong with one line.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct SynonymFault {
    /// Which one, from 1.
    pub line: usize,
    /// Why it is no rule.
    pub reason: &'static str,
}

/// The rules of a file.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct SynonymRules(Vec<Rule>);

#[derive(Clone, Debug, Eq, PartialEq)]
struct Rule {
    from: Vec<String>,
    to: Vec<String>,
}

impl SynonymRules {
    /// Reads a file, or says everything that is wrong with it.
    pub fn parse(text: &str) -> Result<Self, Vec<SynonymFault>> {
        let (mut rules, mut faults) = (Vec::new(), Vec::new());
        if text.len() > MAX_BYTES {
            return Err(vec![SynonymFault { line: 1, reason: "the file is longer than 512 KiB" }]);
        }
        for (line, raw) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
            let raw = raw.trim();
            if raw.is_empty() || raw.starts_with('#') {
                continue;
            }
            match rule(raw) {
                Ok(_) if rules.len() == MAX_RULES => {
                    faults.push(SynonymFault { line, reason: "there are more than 10000 rules" });
                    break;
                }
                Ok(rule) => rules.push(rule),
                Err(reason) => faults.push(SynonymFault { line, reason }),
            }
        }
        if faults.is_empty() { Ok(Self(rules)) } else { Err(faults) }
    }

    /// How many rules there are, and how many of them go one way.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        (self.0.len(), self.0.iter().filter(|rule| rule.from != rule.to).count())
    }
}

fn rule(raw: &str) -> Result<Rule, &'static str> {
    let Some((left, right)) = raw.split_once("=>") else {
        let all = terms(raw)?;
        if all.len() < 2 {
            return Err("one term alone means nothing else: separate terms by commas");
        }
        return Ok(Rule { from: all.clone(), to: all });
    };
    if right.contains("=>") {
        return Err("=> stands there twice");
    }
    Ok(Rule { from: terms(left)?, to: terms(right)? })
}

fn terms(raw: &str) -> Result<Vec<String>, &'static str> {
    let terms: Vec<String> = raw.split(',').map(|term| term.trim().to_owned()).collect();
    if terms.len() > MAX_TERMS {
        return Err("there are more than 30 terms");
    }
    for term in &terms {
        let words = analysis::pieces(term).len();
        if term.is_empty() {
            return Err("a term is missing");
        } else if words == 0 {
            return Err("a term has neither letters nor digits");
        } else if words > MAX_WORDS || term.chars().count() > MAX_CHARS {
            return Err("a term is longer than 6 words or 80 characters");
        } else if term.contains(char::is_control) {
            return Err("a term has a control character");
        }
    }
    Ok(terms)
}

/// The stems of one word, in all languages.
pub(super) type Stems = Vec<String>;

/// Rules by the stems that the languages of one catalog version give their words.
#[derive(Debug, Default)]
pub struct Synonyms {
    /// By every stem of the first word.
    by_first: HashMap<String, Vec<usize>>,
    known: Vec<Known>,
}

#[derive(Debug)]
struct Known {
    words: Vec<Stems>,
    others: Vec<String>,
}

impl Synonyms {
    pub(super) fn new(rules: &SynonymRules, tongues: &Tongues) -> Self {
        let mut made = Self::default();
        for Rule { from, to } in &rules.0 {
            for term in from {
                let words: Vec<Stems> =
                    analysis::pieces(term).iter().map(|(piece, _)| tongues.stems(piece)).collect();
                for stem in words.first().into_iter().flatten() {
                    made.by_first.entry(stem.clone()).or_default().push(made.known.len());
                }
                let others = to.iter().filter(|other| *other != term).cloned().collect();
                made.known.push(Known { words, others });
            }
        }
        made
    }

    /// The longest term that the next words typed are, as a number of words, and what else to look for in its place.
    ///
    /// - `typed`: word by word, each with its pieces.
    pub(super) fn at(&self, typed: &[Vec<Stems>]) -> (usize, Vec<&str>) {
        let first = typed.first().and_then(|word| word.first());
        let (mut longest, mut others): (usize, Vec<&str>) = (1, Vec::new());
        let mut seen = Vec::new();
        for place in first.into_iter().flatten().filter_map(|stem| self.by_first.get(stem)).flatten() {
            let Some(known) = self.known.get(*place).filter(|_| !seen.contains(place)) else { continue };
            seen.push(*place);
            let Some(words) = known.covers(typed) else { continue };
            if words > longest {
                (longest, others) = (words, Vec::new());
            }
            if words == longest {
                for other in &known.others {
                    if others.len() < MAX_OTHERS && !others.contains(&other.as_str()) {
                        others.push(other);
                    }
                }
            }
        }
        (longest, others)
    }
}

impl Known {
    /// How many of the words typed it is, from the first one on.
    fn covers(&self, typed: &[Vec<Stems>]) -> Option<usize> {
        let mut wanted = self.words.iter();
        for (count, word) in (1..).zip(typed) {
            for piece in word {
                let stems = wanted.next()?;
                if !stems.iter().any(|stem| piece.contains(stem)) {
                    return None;
                }
            }
            if wanted.len() == 0 {
                return Some(count);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_rule_is_told_by_its_line() {
        let text = "# tools\nscrew, bolt\n\nalone\ntv => \na => b => c\n, x\n***, x\none two three four five six seven, x\ntv, telly => television\n";
        let faults = SynonymRules::parse(text).unwrap_err();
        let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(told.join("\n"), @r"
        line 4: one term alone means nothing else: separate terms by commas
        line 5: a term is missing
        line 6: => stands there twice
        line 7: a term is missing
        line 8: a term has neither letters nor digits
        line 9: a term is longer than 6 words or 80 characters
        ");
        let good = SynonymRules::parse("\u{feff}screw, bolt\r\ntv => television\r\n").unwrap();
        assert_eq!(good.counts(), (2, 1));
        assert!(SynonymRules::parse(&"x".repeat(MAX_BYTES + 1)).is_err());
        assert!(SynonymRules::parse(&"a, b\n".repeat(MAX_RULES + 1)).is_err());
    }
}
