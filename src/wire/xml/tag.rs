//! Start tags, XML 1.0 §3.1, and what namespaces make of them.

use super::{
    Flaw, Limits, ReadErrorKind, Span,
    chars::{QName, qname, space_len, stops_value},
    document::{AttributeRecord, ElementRecord, Record, Slice, Tree, narrow, wide},
    error::{Fault, brief},
    namespaces::{Scopes, check_declaration, is_declaration},
    text::push_value,
};

/// Above this many attributes duplicates are looked for by sorting instead of pairwise.
const FEW: usize = 12;

/// Reads the start tag at `start` into `tree`: its attributes, and the element itself as index `element`.
///
/// Returns the element and the offset of the `>` or `/>` that ends it.
pub(super) fn read<'t>(
    text: &'t str,
    start: usize,
    element: u32,
    tree: &mut Tree,
    scopes: &mut Scopes<'t>,
    limits: &Limits,
) -> Result<(ElementRecord, usize), Fault> {
    let name = name_at(text, start + 1, limits).map_err(|fault| match fault.kind {
        ReadErrorKind::NotWellFormed(Flaw::Name) => Fault::new(Flaw::TagName, start),
        _ => fault,
    })?;
    let first_attribute = tree.attributes.len();
    let mut at = start + 1 + name.length;
    let mut prefixed = false;
    loop {
        let rest = text.as_bytes().get(at..).unwrap_or_default();
        let space = space_len(rest);
        at += space;
        match rest.get(space) {
            Some(b'>' | b'/') => break,
            None => return Err(Fault::new(Flaw::Unclosed("a tag"), start)),
            Some(_) if space == 0 => {
                return Err(Fault::new(Flaw::Expected("white space, \">\" or \"/>\""), at));
            }
            Some(_) => {}
        }
        let attribute = name_at(text, at, limits)?;
        let value = value_at(text, at + attribute.length, tree, limits)?;
        limits.check_attributes(tree.attributes.len() - first_attribute + 1, at)?;
        tree.attributes.push(AttributeRecord {
            start: narrow(at),
            namespace: Record::NO_NAMESPACE,
            value: value.slice,
            name: short(attribute.length),
            prefix: short(attribute.prefix),
        });
        if is_declaration(slice(text, at..at + attribute.length), attribute.prefix) {
            declare(text, at, attribute, element, tree, scopes)?;
        } else {
            prefixed |= attribute.prefix > 0;
        }
        at = value.behind;
    }
    let count = tree.attributes.len() - first_attribute;
    if prefixed {
        resolve_prefixes(text, first_attribute, tree, scopes)?;
    }
    if count > 1 {
        refuse_duplicates(text, first_attribute, prefixed, tree)?;
    }
    let namespace = match name.prefix {
        0 => scopes.default_namespace(),
        length => {
            let prefix = slice(text, start + 1..start + 1 + length);
            scopes.resolve(prefix).map_err(|flaw| Fault::new(flaw, start + 1))?
        }
    };
    let record = ElementRecord {
        namespace,
        first_attribute: narrow(first_attribute),
        attributes: short(count),
        name: short(name.length),
        prefix: short(name.prefix),
    };
    Ok((record, at))
}

fn name_at(text: &str, at: usize, limits: &Limits) -> Result<QName, Fault> {
    let name = qname(text.get(at..).unwrap_or_default()).ok_or_else(|| Fault::new(Flaw::Name, at))?;
    limits.check_name(name.length, at)?;
    Ok(name)
}

struct Value {
    slice: Slice,
    behind: usize,
}

/// Reads `Eq AttValue` at `at`.
fn value_at(text: &str, at: usize, tree: &mut Tree, limits: &Limits) -> Result<Value, Fault> {
    let bytes = text.as_bytes();
    let byte = |at: usize| bytes.get(at).copied();
    let skip_space = |at: usize| at + space_len(bytes.get(at..).unwrap_or_default());
    let equals = if byte(at) == Some(b'=') { at } else { skip_space(at) };
    if byte(equals) != Some(b'=') {
        return Err(Fault::new(Flaw::Expected("\"=\" and a value"), equals));
    }
    let open = skip_space(equals + 1);
    let Some(quote @ (b'"' | b'\'')) = byte(open) else {
        return Err(Fault::new(Flaw::Expected("a quoted value"), open));
    };
    let start = open + 1;
    let mut end = start;
    let mut plain = true;
    loop {
        let rest = bytes.get(end..).unwrap_or_default();
        let Some(length) = rest.iter().position(|&b| stops_value(b)) else {
            return Err(Fault::new(Flaw::Unclosed("a quoted value"), open));
        };
        end += length;
        match rest.get(length) {
            Some(&b) if b == quote => break,
            Some(b'<') => return Err(Fault::new(Flaw::LessThanInValue, end)),
            Some(b'"' | b'\'') => {}
            _ => plain = false,
        }
        end += 1;
    }
    limits.check_value(end - start, start)?;
    let slice = if plain {
        Slice::of_text(start..end)
    } else {
        let from = tree.unescaped.len();
        push_value(text, start, end, &mut tree.entities, &mut tree.unescaped)?;
        Slice::of_unescaped(from..tree.unescaped.len())
    };
    Ok(Value { slice, behind: end + 1 })
}

/// Takes the attribute just read as the namespace declaration that it is.
fn declare<'t>(
    text: &'t str,
    at: usize,
    name: QName,
    element: u32,
    tree: &mut Tree,
    scopes: &mut Scopes<'t>,
) -> Result<(), Fault> {
    let Some(uri) = tree.attributes.last().map(|attribute| attribute.value) else { return Ok(()) };
    let prefix = match name.prefix {
        0 => "",
        colon => slice(text, at + colon + 1..at + name.length),
    };
    let value = tree.resolve(text, uri);
    check_declaration(prefix, value).map_err(|flaw| Fault::new(flaw, at))?;
    let namespace = if value.is_empty() { Record::NO_NAMESPACE } else { narrow(tree.namespaces.len()) };
    tree.namespaces.push(uri);
    scopes.declare(element, prefix, namespace);
    Ok(())
}

/// Finds the namespaces of prefixed attributes, once all declarations of the tag are known.
fn resolve_prefixes(text: &str, first: usize, tree: &mut Tree, scopes: &Scopes<'_>) -> Result<(), Fault> {
    for attribute in tree.attributes.get_mut(first..).unwrap_or_default() {
        let start = wide(attribute.start);
        let name = slice(text, start..start + usize::from(attribute.name));
        let prefix = usize::from(attribute.prefix);
        if prefix > 0 && !is_declaration(name, prefix) {
            let prefix = name.get(..prefix).unwrap_or_default();
            attribute.namespace = scopes.resolve(prefix).map_err(|flaw| Fault::new(flaw, start))?;
        }
    }
    Ok(())
}

/// Refuses two attributes of one name, and two of one local name in one namespace.
fn refuse_duplicates(text: &str, first: usize, prefixed: bool, tree: &Tree) -> Result<(), Fault> {
    let attributes = tree.attributes.get(first..).unwrap_or_default();
    let name = |attribute: &AttributeRecord| {
        let start = wide(attribute.start);
        slice(text, start..start + usize::from(attribute.name))
    };
    duplicate(attributes, |attribute| Some(("", name(attribute))))
        .or_else(|| {
            let expanded = |attribute: &AttributeRecord| {
                let local = name(attribute).get(usize::from(attribute.prefix) + 1..)?;
                Some((tree.namespace(text, attribute.namespace)?, local))
            };
            if prefixed { duplicate(attributes, expanded) } else { None }
        })
        .map_or(Ok(()), |twice| {
            Err(Fault::new(Flaw::DuplicateAttribute(brief(name(twice))), wide(twice.start)))
        })
}

/// The first attribute whose `key` an earlier one has; those without a key do not count.
fn duplicate<'a, 'k>(
    attributes: &'a [AttributeRecord],
    key: impl Fn(&AttributeRecord) -> Option<(&'k str, &'k str)>,
) -> Option<&'a AttributeRecord> {
    if attributes.len() <= FEW {
        return attributes.iter().enumerate().find_map(|(index, later)| {
            let wanted = key(later)?;
            let mut earlier = attributes.iter().take(index);
            earlier.any(|attribute| key(attribute) == Some(wanted)).then_some(later)
        });
    }
    let mut sorted: Vec<_> =
        attributes.iter().filter_map(|attribute| key(attribute).map(|key| (key, attribute))).collect();
    sorted.sort_by_key(|&(key, attribute)| (key, attribute.start));
    let pairs = sorted.iter().zip(sorted.iter().skip(1));
    pairs.filter(|(a, b)| a.0 == b.0).map(|(_, b)| b.1).min_by_key(|attribute| attribute.start)
}

fn slice(text: &str, span: Span) -> &str {
    text.get(span).unwrap_or_default()
}

/// Name lengths and attribute counts are below 2¹⁶ by [`Limits::MOST_SHORT`], so this never saturates.
fn short(length: usize) -> u16 {
    u16::try_from(length).unwrap_or(u16::MAX)
}
