//! The platform profiles: `schemas/profiles/*.toml`, built in.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::model::{ids::ProfileId, party::Connection, profile::Profile};

/// Every profile by its name.
#[derive(Clone, Debug)]
pub struct Profiles(BTreeMap<ProfileId, Map<String, Value>>);

/// Why a connection has no usable profile.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ProfileError {
    /// No file of this name.
    #[error("there is no platform profile {0}")]
    Unknown(ProfileId),
    /// A field that is not one, or a value that it cannot have.
    #[error("profile {profile}: {reason}")]
    Field {
        /// Which profile, with the overrides in question.
        profile: ProfileId,
        /// What is wrong.
        reason: String,
    },
}

const FILES: [(&str, &str); 5] = [
    ("ariba", include_str!("../../schemas/profiles/ariba.toml")),
    ("coupa", include_str!("../../schemas/profiles/coupa.toml")),
    ("generic-cxml", include_str!("../../schemas/profiles/generic-cxml.toml")),
    ("generic-oci", include_str!("../../schemas/profiles/generic-oci.toml")),
    ("sap-srm", include_str!("../../schemas/profiles/sap-srm.toml")),
];

impl Profiles {
    /// Reads the built-in files.
    pub fn built_in() -> Result<Self, ProfileError> {
        let mut profiles = BTreeMap::new();
        for (name, text) in FILES {
            let wrong = |reason: String, profile: &ProfileId| ProfileError::Field {
                profile: profile.clone(),
                reason,
            };
            let id = ProfileId::parse(name).map_err(|error| wrong(error.to_string(), &fallback()))?;
            let fields = toml::from_str(text).map_err(|error| wrong(error.to_string(), &id))?;
            profiles.insert(id, fields);
        }
        let profiles = Self(profiles);
        for id in profiles.0.keys() {
            profiles.with(id, &Map::new())?;
        }
        Ok(profiles)
    }

    /// The names.
    pub fn ids(&self) -> impl Iterator<Item = &ProfileId> {
        self.0.keys()
    }

    /// A connection's profile: the platform's, with the connection's overrides.
    pub fn of(&self, connection: &Connection) -> Result<Profile, ProfileError> {
        self.with(&connection.profile, &connection.overrides)
    }

    /// A profile with overrides by field name.
    pub fn with(&self, id: &ProfileId, overrides: &Map<String, Value>) -> Result<Profile, ProfileError> {
        let mut fields = overrides.clone();
        let mut next = Some(id.clone());
        // Each file fills in what is not said yet; a file extends at most a few others.
        for _ in 0..self.0.len() {
            let Some(name) = next.take() else { break };
            let file = self.0.get(&name).ok_or(ProfileError::Unknown(name))?;
            for (field, value) in file {
                if field == "extends" {
                    next = value.as_str().and_then(|name| ProfileId::parse(name).ok());
                } else {
                    fields.entry(field.clone()).or_insert_with(|| value.clone());
                }
            }
        }
        serde_json::from_value(Value::Object(fields))
            .map_err(|error| ProfileError::Field { profile: id.clone(), reason: error.to_string() })
    }
}

#[expect(clippy::expect_used, reason = "a constant name of the right form")]
fn fallback() -> ProfileId {
    ProfileId::parse("generic-cxml").expect("a profile name")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::profile::{CartEncoding, Protocol};

    #[test]
    fn every_file_is_a_profile_and_overrides_win() {
        let profiles = Profiles::built_in().unwrap();
        let id = |name: &str| ProfileId::parse(name).unwrap();
        let coupa = profiles.with(&id("coupa"), &Map::new()).unwrap();
        assert_eq!((coupa.protocol, coupa.cart_encoding), (Protocol::Cxml, CartEncoding::Urlencoded));
        let overrides = serde_json::json!({"cart_encoding": "base64"}).as_object().cloned().unwrap();
        assert_eq!(profiles.with(&id("coupa"), &overrides).unwrap().cart_encoding, CartEncoding::Base64);
        let unknown = serde_json::json!({"no_such_field": 1}).as_object().cloned().unwrap();
        assert!(profiles.with(&id("coupa"), &unknown).is_err());
        assert!(profiles.with(&id("nobody"), &Map::new()).is_err());
    }
}
