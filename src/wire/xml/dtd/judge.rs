//! Whether the entities that a document refers to leave it well-formed, XML 1.0 §4.1 and §4.3.2.
//!
//! Each replacement text is looked at once for content and once for values, however often it is referred to; nothing is expanded.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use crate::wire::xml::{
    Flaw, Limits, ReadErrorKind,
    error::{Fault, brief},
    reader,
    text::reference,
};

use super::entities::{Entities, Entity, Place};

/// An entity and how it is used.
type Use = (Box<str>, Place);

/// Checks every entity that is referred to, directly or through others.
pub(in crate::wire::xml) fn judge(entities: &Entities, limits: &Limits) -> Result<(), Fault> {
    let mut reached: HashMap<Use, usize> = HashMap::new();
    let mut refers_to: HashMap<Box<str>, Vec<Box<str>>> = HashMap::new();
    let mut waiting: Vec<(Use, usize)> =
        uses(&entities.in_content, Place::Content).chain(uses(&entities.in_values, Place::Value)).collect();
    while let Some((what, at)) = waiting.pop() {
        if reached.contains_key(&what) {
            continue;
        }
        let (name, place) = &what;
        let Some(Entity::Internal(text)) = entities.declared.get(name) else { continue };
        let within = inside(text, *place, entities, limits).map_err(|kind| {
            let kind = match kind {
                ReadErrorKind::NotWellFormed(flaw) => {
                    Flaw::InEntity { name: brief(name), problem: flaw.to_string().into() }.into()
                }
                other => other,
            };
            Fault { kind, offset: at }
        })?;
        let names = within.in_content.keys().chain(within.in_values.keys()).cloned();
        refers_to.entry(name.clone()).or_default().extend(names);
        waiting.extend(uses(&within.in_content, Place::Content).map(|(inner, _)| (inner, at)));
        waiting.extend(uses(&within.in_values, Place::Value).map(|(inner, _)| (inner, at)));
        reached.insert(what, at);
    }
    match circle(&refers_to) {
        None => Ok(()),
        Some(name) => {
            let places = [Place::Content, Place::Value].map(|place| reached.get(&(name.clone(), place)));
            let offset = places.into_iter().flatten().min().copied().unwrap_or_default();
            Err(Fault::new(Flaw::RecursiveEntity(brief(&name)), offset))
        }
    }
}

fn uses(names: &BTreeMap<Box<str>, usize>, place: Place) -> impl Iterator<Item = (Use, usize)> {
    names.iter().map(move |(name, &at)| ((name.clone(), place), at))
}

/// What a replacement text refers to, if it may stand in this place.
fn inside(text: &str, place: Place, entities: &Entities, limits: &Limits) -> Result<Entities, ReadErrorKind> {
    let mut own = Entities {
        declared: Arc::clone(&entities.declared),
        incomplete: entities.incomplete,
        ..Entities::default()
    };
    if place == Place::Content {
        return reader::fragment(&format!("<_>{text}</_>"), own, limits).map_err(|fault| fault.kind);
    }
    if text.contains('<') {
        return Err(Flaw::LessThanInValue.into());
    }
    let mut at = 0;
    while let Some(next) = text.get(at..).and_then(|rest| rest.find('&')) {
        (_, at) = reference(text, at + next, &mut own, Place::Value).map_err(|fault| fault.kind)?;
    }
    Ok(own)
}

/// A name on a circle of references, if there is one.
fn circle(refers_to: &HashMap<Box<str>, Vec<Box<str>>>) -> Option<Box<str>> {
    let mut done: HashSet<&str> = HashSet::new();
    let mut path: Vec<(&str, std::slice::Iter<'_, Box<str>>)> = Vec::new();
    let mut on_path: HashSet<&str> = HashSet::new();
    for (start, next) in refers_to {
        if done.contains(start.as_ref()) {
            continue;
        }
        path.push((start, next.iter()));
        on_path.insert(start);
        while let Some((name, next)) = path.last_mut() {
            let Some(follower) = next.next() else {
                on_path.remove(name);
                done.insert(name);
                path.pop();
                continue;
            };
            if on_path.contains(follower.as_ref()) {
                return Some(follower.clone());
            }
            if !done.contains(follower.as_ref())
                && let Some((key, next)) = refers_to.get_key_value(follower)
            {
                on_path.insert(key);
                path.push((key, next.iter()));
            }
        }
    }
    None
}
