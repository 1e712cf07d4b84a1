//! The price lock's reference on its way: behind the product's own second key, or in an Extrinsic.

use crate::{flow::setup::ItemKey, model::ids::LockReference};

/// A second key as it came back.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Carried {
    /// The product's own part of it.
    pub own: Option<String>,
    /// The reference, if there is one.
    pub reference: Option<LockReference>,
}

/// The product's own key, a point, the reference: at most 50 characters of `A-Z 0-9 - _ .`.
#[must_use]
pub fn carry(own: Option<&str>, reference: &LockReference) -> String {
    match own {
        Some(own) => format!("{own}.{reference}"),
        None => reference.to_string(),
    }
}

/// Takes a second key apart again; anything that holds no reference is the product's own.
#[must_use]
pub fn read_carried(text: &str) -> Carried {
    let text = text.trim();
    if let Ok(reference) = LockReference::parse(text) {
        return Carried { own: None, reference: Some(reference) };
    }
    match text.rsplit_once('.').map(|(own, rest)| (own, LockReference::parse(rest))) {
        Some((own, Ok(reference))) => Carried { own: Some(own.to_owned()), reference: Some(reference) },
        _ => Carried { own: (!text.is_empty()).then(|| text.to_owned()), reference: None },
    }
}

/// The reference that a line of the buyer's brings: with its item, or in an Extrinsic.
#[must_use]
pub fn reference_of(item: Option<&ItemKey>, lock_extrinsic: Option<&str>) -> Option<LockReference> {
    let auxiliary = item.and_then(|item| item.auxiliary.as_ref());
    let carried = auxiliary.and_then(|auxiliary| read_carried(auxiliary.as_str()).reference);
    carried.or_else(|| LockReference::parse(lock_extrinsic?.trim()).ok())
}
