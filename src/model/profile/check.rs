//! Settings of a profile that do not go together.

use crate::model::ids::LockReference;

use super::{Cancel, EmptyCart, LockCarrier, Otherwise, Profile, Protocol};

impl Profile {
    /// What contradicts itself, a sentence each.
    #[must_use]
    pub fn contradictions(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut add = |wrong: bool, what: String| {
            if wrong {
                found.push(what);
            }
        };
        let too_long = |length: Option<usize>, text: &str| {
            length.is_some_and(|length| self.length_counts.of(text) > length)
        };
        add(
            self.lock_carrier == LockCarrier::Auxiliary
                && self.auxiliary_length.is_some_and(|length| length < LockReference::LENGTH),
            format!("auxiliary_length: a price lock's reference has {} characters", LockReference::LENGTH),
        );
        add(self.description_characters < 10, "description_characters: less than 10 says nothing".into());
        add(
            self.cancel == Cancel::Status204 && self.protocol == Protocol::Oci,
            "cancel: OCI has no message with Status 204".into(),
        );
        add(
            self.cancel == Cancel::Status204 && self.empty_cart == EmptyCart::Fails,
            "cancel: Status 204 comes in a message without lines, on which this platform fails".into(),
        );
        let unit_default = match &self.units_otherwise {
            Otherwise::Use(unit) => Some(unit),
            Otherwise::AsIs | Otherwise::Refuse => None,
        };
        for unit in self.units.values().chain(unit_default) {
            add(
                unit.trim().is_empty() || too_long(self.unit_length, unit),
                format!("units: {unit:?} does not fit unit_length"),
            );
        }
        let class_default = match &self.classifications_otherwise {
            Otherwise::Use(class) => Some(class),
            Otherwise::AsIs | Otherwise::Refuse => None,
        };
        for class in self.classifications.values().chain(class_default).chain([&self.classification_default])
        {
            add(
                class.trim().is_empty() || !self.is_classification(class),
                format!(
                    "classifications: {class:?} is not what classification_digits and classification_length ask for"
                ),
            );
        }
        add(
            self.protocol == Protocol::Oci && self.price_decimals.is_none_or(|decimals| decimals > 3),
            "price_decimals: an OCI price has at most 3".into(),
        );
        add(
            self.protocol == Protocol::Oci && self.quantity_decimals.is_none_or(|decimals| decimals > 3),
            "quantity_decimals: an OCI quantity has at most 3".into(),
        );
        add(self.lines_kept == Some(0), "lines_kept: none at all".into());
        for mangle in &self.mangles {
            let field = mangle.touches.as_deref().unwrap_or("title");
            let known = serde_json::to_value(self).is_ok_and(|own| own.get(field).is_some());
            add(!known, format!("mangles: touches {field}, which is no field"));
        }
        found
    }

    /// Whether a classification has the form that the platform asks for.
    #[must_use]
    pub fn is_classification(&self, class: &str) -> bool {
        let digits = self.classification_digits;
        digits.is_none_or(|most| class.len() == most && class.bytes().all(|byte| byte.is_ascii_digit()))
            && self.classification_length.is_none_or(|most| self.length_counts.of(class) <= most)
    }
}
