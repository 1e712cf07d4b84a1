//! Reads keys one by one, gathers what is wrong, and remembers where each value came from.

use std::{
    ops::RangeInclusive,
    path::{Path, PathBuf},
};

use figment::{
    Figment,
    value::{Dict, Value},
};

use crate::shell::proxies::Network;

use super::{KEYS, Origin, PREFIX};

pub(super) struct Reader<'a> {
    figment: &'a Figment,
    problems: Vec<String>,
    origins: Vec<Origin>,
}

impl<'a> Reader<'a> {
    /// Begins with the keys that are none.
    pub(super) fn new(figment: &'a Figment) -> Self {
        let mut reader = Self { figment, problems: Vec::new(), origins: Vec::new() };
        let values: Dict = figment.extract().unwrap_or_default();
        for key in values.keys().filter(|key| !KEYS.contains(&key.as_str())) {
            let nearest = KEYS.iter().min_by_key(|known| strsim::osa_distance(known, key));
            let near = nearest.filter(|known| strsim::osa_distance(known, key) <= 1 + key.len() / 4);
            let hint = match near {
                Some(known) => format!("is {known} meant?"),
                None => format!("the keys are {}", KEYS.join(", ")),
            };
            reader.refuse(key, &format!("there is no such key; {hint}"));
        }
        reader
    }

    /// What is wrong, and what was set.
    pub(super) fn finish(self) -> (Vec<String>, Vec<Origin>) {
        (self.problems, self.origins)
    }

    pub(super) fn refuse(&mut self, key: &str, reason: &str) {
        let place = match (self.file(key), self.figment.contains(key)) {
            (Some(file), _) => format!("{}: {key}", file.display()),
            (None, true) => variable(key),
            (None, false) => key.to_owned(),
        };
        self.problems.push(format!("{place}: {reason}"));
    }

    /// The file that has the key; `None`: a variable, or nothing has it.
    fn file(&self, key: &str) -> Option<&'a Path> {
        self.figment.find_metadata(key)?.source.as_ref()?.file_path()
    }

    /// The value of a key, noted with its source.
    fn value<T>(
        &mut self,
        key: &'static str,
        form: &str,
        read: impl FnOnce(Value) -> Option<T>,
        show: impl FnOnce(&T) -> String,
    ) -> Option<T> {
        let found = self.figment.find_value(key).ok()?;
        let Some(value) = read(found) else {
            self.refuse(key, &format!("{form} is expected"));
            return None;
        };
        let source = self.file(key).map_or_else(|| variable(key), |file| file.display().to_string());
        self.origins.push(Origin { key, value: show(&value), source });
        Some(value)
    }

    /// A text that reads as `T`.
    pub(super) fn text<T>(
        &mut self,
        key: &'static str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let raw = self.value(key, "a text in quotes", Value::into_string, String::clone)?;
        parse(&raw).map_err(|reason| self.refuse(key, &reason)).ok()
    }

    /// A whole number within bounds.
    pub(super) fn number(&mut self, key: &'static str, bounds: RangeInclusive<u32>) -> Option<u32> {
        let form = format!("a whole number from {} to {}", bounds.start(), bounds.end());
        let read = |value: Value| value.deserialize::<u32>().ok().filter(|number| bounds.contains(number));
        self.value(key, &form, read, u32::to_string)
    }

    /// A path; one in a file counts from that file's folder.
    pub(super) fn path(&mut self, key: &'static str) -> Option<PathBuf> {
        let folder = self.file(key).and_then(Path::parent).unwrap_or(Path::new(""));
        self.text(
            key,
            |raw| {
                if raw.trim().is_empty() { Err("is empty".to_owned()) } else { Ok(folder.join(raw)) }
            },
        )
    }

    /// A list of networks; in a variable also one text with commas.
    pub(super) fn networks(&mut self, key: &'static str) -> Option<Vec<Network>> {
        let texts = |value: Value| match value {
            Value::Array(_, values) => values.into_iter().map(Value::into_string).collect(),
            Value::String(_, text) => {
                let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
                Some(parts.map(str::to_owned).collect::<Vec<String>>())
            }
            _ => None,
        };
        let texts = self.value(key, "a list of addresses in quotes", texts, |texts| texts.join(", "))?;
        let mut networks = Vec::with_capacity(texts.len());
        for text in texts {
            match Network::parse(&text) {
                Some(network) => networks.push(network),
                None => self.refuse(
                    key,
                    &format!("{text:?} is not an address or network, such as 127.0.0.1 or 10.0.0.0/8"),
                ),
            }
        }
        Some(networks)
    }
}

fn variable(key: &str) -> String {
    format!("{PREFIX}{}", key.to_ascii_uppercase())
}
