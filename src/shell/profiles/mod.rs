//! The platform profiles: `schemas/profiles/*.toml`, built in, and those of the installation, `profiles/*.toml` in
//! the data folder.

mod describe;
mod file;

use std::{collections::BTreeMap, path::Path};

use serde_json::{Map, Value};

use crate::model::{ids::ProfileId, party::Connection, profile::Profile};

pub use self::describe::{Statement, statements};
use self::file::ProfileFile;

/// Every profile by its name.
#[derive(Clone, Debug)]
pub struct Profiles(BTreeMap<ProfileId, ProfileFile>);

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
    /// A file that cannot be read or whose name names no profile.
    #[error("{file}: {reason}")]
    File {
        /// Which.
        file: String,
        /// What is wrong.
        reason: String,
    },
}

/// The folder of the installation's own profiles in its data folder.
pub const FOLDER: &str = "profiles";

macro_rules! built_in {
    ($($name:literal),*) => {
        [$(($name, include_str!(concat!("../../../schemas/profiles/", $name, ".toml")))),*]
    };
}

const FILES: [(&str, &str); 14] = built_in![
    "ariba",
    "basware",
    "coupa",
    "generic-cxml",
    "generic-oci",
    "ivalua",
    "jaggaer",
    "oracle",
    "sap-ecc",
    "sap-s4",
    "sap-srm",
    "strict",
    "unimarket",
    "workday"
];

impl Profiles {
    /// The built-in ones.
    pub fn built_in() -> Result<Self, ProfileError> {
        let mut profiles = Self(BTreeMap::new());
        for (name, text) in FILES {
            profiles.add(name, text, name)?;
        }
        profiles.checked()
    }

    /// The built-in ones and those of a folder, which may replace them; a folder that is not there is empty.
    pub fn load(folder: &Path) -> Result<Self, ProfileError> {
        let mut profiles = Self::built_in()?;
        let Ok(entries) = std::fs::read_dir(folder) else { return Ok(profiles) };
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.extension().is_some_and(|extension| extension == "toml") {
                profiles.add_file(&path)?;
            }
        }
        profiles.checked()
    }

    /// Adds a file to them, under its name without `.toml`; returns that name.
    pub fn add_file(&mut self, path: &Path) -> Result<ProfileId, ProfileError> {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|error| ProfileError::File { file: file.clone(), reason: error.to_string() })?;
        let name = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        self.add(name, &text, &file)
    }

    fn add(&mut self, name: &str, text: &str, file: &str) -> Result<ProfileId, ProfileError> {
        let wrong = |reason| ProfileError::File { file: file.to_owned(), reason };
        let id = ProfileId::parse(name).map_err(|error| wrong(error.to_string()))?;
        self.0.insert(id.clone(), ProfileFile::read(text).map_err(wrong)?);
        Ok(id)
    }

    fn checked(self) -> Result<Self, ProfileError> {
        for id in self.ids() {
            self.plain(id)?;
        }
        Ok(self)
    }

    /// The names.
    pub fn ids(&self) -> impl Iterator<Item = &ProfileId> {
        self.0.keys()
    }

    /// The profile that a file begins with.
    #[must_use]
    pub fn extends(&self, id: &ProfileId) -> Option<&ProfileId> {
        self.0.get(id)?.extends.as_ref()
    }

    /// Whether a profile's own file speaks of this field; the others come from the one it begins with.
    #[must_use]
    pub fn says(&self, id: &ProfileId, field: &str) -> bool {
        self.0.get(id).is_some_and(|file| file.says(field))
    }

    /// A profile as it is.
    pub fn plain(&self, id: &ProfileId) -> Result<Profile, ProfileError> {
        self.with(id, &Map::new())
    }

    /// A connection's profile: the platform's, with the connection's overrides.
    pub fn of(&self, connection: &Connection) -> Result<Profile, ProfileError> {
        self.with(&connection.profile, &connection.overrides)
    }

    /// A profile with overrides by field name. A table is added to, anything else replaced.
    pub fn with(&self, id: &ProfileId, overrides: &Map<String, Value>) -> Result<Profile, ProfileError> {
        let wrong = |reason: String| ProfileError::Field { profile: id.clone(), reason };
        let mut fields = overrides.clone();
        fields.remove("claims");
        // What an operator says is sure, whatever the platform's file says of it.
        let agreed: Vec<String> = file::names(&fields);
        let mut claims = Map::new();
        let mut next = Some(id);
        // Each file fills in what is not said yet; a file extends at most a few others.
        for _ in 0..self.0.len() {
            let Some(name) = next.take() else { break };
            let file = self.0.get(name).ok_or_else(|| ProfileError::Unknown(name.clone()))?;
            file::fill(&mut fields, &file.fields);
            for (field, claim) in file.claims.iter().filter(|(field, _)| !agreed.contains(field)) {
                claims.entry(field.clone()).or_insert_with(|| claim.clone());
            }
            next = file.extends.as_ref();
        }
        if next.is_some() {
            return Err(wrong("extends itself".to_owned()));
        }
        fields.insert("claims".to_owned(), Value::Object(claims));
        serde_json::from_value(Value::Object(fields)).map_err(|error| wrong(error.to_string()))
    }
}

#[cfg(test)]
mod tests;
