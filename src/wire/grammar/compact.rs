//! punchgate's own notation: one element a line.
//!
//! ```text
//! # a comment
//! Name = content ; attribute, attribute
//! ```
//!
//! *Content* is `empty`, `open` (anything, not looked into), a [`ValueType`] for text alone, `text | A | B` for text with elements
//! in it, or a model as in a DTD: `A, (B | C)*, D?`. *Attribute* is a name, `!` when it must be there, then its kind: a
//! [`ValueType`], `token`, `tokens`, `id`, `idref`, `idrefs` or a list `(a|b)`; then `=default`. Whatever came with a later version than
//! the first one held says so: `D?@1.2.036`, `(a|b@1.2.020)`, `attribute @1.2.063`.

use crate::wire::xml::dtd::{AttributeKind, Expression, Occurs, PartKind, Presence};

use super::{
    automaton::Automaton,
    rule::{AttributeRule, ContentRule, ElementRule, Grammar, Version},
    value::ValueType,
};

/// Reads the lines of `text`; what is wrong with one becomes a remark and leaves its element out.
pub(super) fn read(text: &str, grammar: &mut Grammar) {
    for line in text.lines().map(|line| line.split('#').next().unwrap_or_default().trim()) {
        if line.is_empty() {
            continue;
        }
        if let Err(problem) = element(line, grammar) {
            grammar.remarks.push(format!("{line}: {problem}"));
        }
    }
}

fn element(line: &str, grammar: &mut Grammar) -> Result<(), String> {
    let (name, rest) = line.split_once(" = ").ok_or("no \" = \"")?;
    let (content, attributes) = rest.split_once(" ; ").unwrap_or((rest, ""));
    let mut since = Vec::new();
    let content = content_rule(content.trim(), grammar, &mut since)?;
    since.sort_unstable();
    let attributes = pieces(attributes).map(attribute).collect::<Result<_, _>>()?;
    let number = grammar.intern(name);
    if grammar.rule(number).is_some() {
        return Err("declared twice".to_owned());
    }
    grammar.declare(number, ElementRule { content, attributes, since });
    Ok(())
}

fn content_rule(
    text: &str,
    grammar: &mut Grammar,
    since: &mut Vec<(u32, Version)>,
) -> Result<ContentRule, String> {
    if let Some((_, kind)) = ValueType::NAMES.iter().find(|(name, _)| *name == text) {
        return Ok(ContentRule::Text(*kind));
    }
    if let Some(names) = text.strip_prefix("text | ") {
        let mut allowed = Vec::new();
        for name in names.split(" | ") {
            let (name, version) = versioned(name)?;
            allowed.push(grammar.intern(name));
            since.extend(version.zip(allowed.last()).map(|(version, &name)| (name, version)));
        }
        allowed.sort_unstable();
        return Ok(ContentRule::Mixed(allowed));
    }
    match text {
        "empty" => return Ok(ContentRule::Empty),
        "open" => return Ok(ContentRule::Open),
        _ => {}
    }
    let expression = model(text, |name, version| since.push((grammar.intern(name), version)))?;
    let automaton =
        Automaton::build(&expression, |name| grammar.intern(name)).map_err(|error| error.to_string())?;
    if let Some(name) = automaton.ambiguous {
        return Err(format!("fits {} in two ways at once", grammar.name(name)));
    }
    Ok(ContentRule::Children(automaton))
}

/// A content model; `newer` hears of names that came later.
fn model(text: &str, mut newer: impl FnMut(&str, Version)) -> Result<Expression, String> {
    let mut expression = Expression::default();
    let mut open: Vec<(Vec<usize>, Option<char>)> = vec![(Vec::new(), None)];
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let Some(c) = rest.chars().next() else { break };
        let (members, separator) = open.last_mut().ok_or("a parenthesis too many")?;
        match c {
            '(' => {
                open.push((Vec::new(), None));
                rest = rest.get(1..).unwrap_or_default();
            }
            ',' | '|' => {
                if separator.is_some_and(|first| first != c) {
                    return Err("both , and | in one group".to_owned());
                }
                *separator = Some(c);
                rest = rest.get(1..).unwrap_or_default();
            }
            ')' => {
                let group = open.pop().map(close).ok_or("a parenthesis too many")?;
                let (occurs, after) = occurs(rest.get(1..).unwrap_or_default());
                let index = expression.push(group, occurs);
                open.last_mut().ok_or("a parenthesis too many")?.0.push(index);
                rest = after;
            }
            _ => {
                let end = rest.find([' ', ',', '|', '(', ')', '?', '*', '+', '@']).unwrap_or(rest.len());
                let (name, after) =
                    rest.split_at_checked(end).filter(|_| end > 0).ok_or("a name is missing")?;
                let (occurs, after) = occurs(after);
                let index = expression.push(PartKind::Name(name.into()), occurs);
                members.push(index);
                rest = after;
                if let Some(version) = after.strip_prefix('@') {
                    let end = version.find([' ', ',', '|', ')']).unwrap_or(version.len());
                    let (version, after) = version.split_at_checked(end).unwrap_or_default();
                    newer(name, Version::parse(version).ok_or("not a version")?);
                    rest = after;
                }
            }
        }
    }
    let whole = open.pop().filter(|_| open.is_empty()).map(close).ok_or("a parenthesis is not closed")?;
    expression.push(whole, Occurs::Once);
    Ok(expression)
}

fn close((members, separator): (Vec<usize>, Option<char>)) -> PartKind {
    if separator == Some('|') { PartKind::Choice(members) } else { PartKind::Sequence(members) }
}

fn occurs(text: &str) -> (Occurs, &str) {
    let marks = [Occurs::Optional, Occurs::Any, Occurs::Some];
    let found = marks.into_iter().find_map(|mark| text.strip_prefix(mark.mark()).map(|rest| (mark, rest)));
    found.unwrap_or((Occurs::Once, text))
}

/// `name@version`
fn versioned(text: &str) -> Result<(&str, Option<Version>), String> {
    match text.split_once('@') {
        None => Ok((text, None)),
        Some((name, version)) => Ok((name, Some(Version::parse(version).ok_or("not a version")?))),
    }
}

/// Attributes of a line: parted by commas.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.split(", ").map(str::trim).filter(|piece| !piece.is_empty())
}

fn attribute(text: &str) -> Result<AttributeRule, String> {
    let mut words = text.split(' ');
    let name = words.next().unwrap_or_default();
    let (name, required) = name.strip_suffix('!').map_or((name, false), |name| (name, true));
    let mut rule = AttributeRule {
        name: name.into(),
        kind: AttributeKind::Text,
        value: ValueType::Text,
        presence: if required { Presence::Required } else { Presence::Optional },
        since: None,
        newer: Vec::new(),
    };
    for word in words {
        if let Some(version) = word.strip_prefix('@') {
            rule.since = Some(Version::parse(version).ok_or("not a version")?);
        } else if let Some(value) = word.strip_prefix('=') {
            rule.presence = Presence::Default(value.into());
        } else if let Some(values) = word.strip_prefix('(').and_then(|word| word.strip_suffix(')')) {
            let mut listed = Vec::new();
            for value in values.split('|') {
                let (value, version) = versioned(value)?;
                listed.push(value.into());
                rule.newer.extend(version.map(|version| (value.into(), version)));
            }
            rule.kind = AttributeKind::OneOf(listed);
        } else if let Some((_, kind)) = ValueType::NAMES.iter().find(|(name, _)| *name == word) {
            rule.value = *kind;
        } else {
            rule.kind = match word {
                "token" => AttributeKind::Token,
                "tokens" => AttributeKind::Tokens,
                "id" => AttributeKind::Id,
                "idref" => AttributeKind::IdReference,
                "idrefs" => AttributeKind::IdReferences,
                _ => return Err(format!("attribute {name}: {word} is no kind")),
            };
        }
    }
    Ok(rule)
}
