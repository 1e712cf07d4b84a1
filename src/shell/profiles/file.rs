//! One file: every field with its value, how sure it is and who says so.

use serde_json::{Map, Value, json};

use crate::model::ids::ProfileId;

/// A profile's file, its statements taken apart.
#[derive(Clone, Debug)]
pub(super) struct ProfileFile {
    /// The profile it begins with.
    pub(super) extends: Option<ProfileId>,
    /// Values by field; those of the sending side are a table of their own.
    pub(super) fields: Map<String, Value>,
    /// What stands behind each field; of the sending side as `sends.<field>`.
    pub(super) claims: Map<String, Value>,
}

/// Fields that state nothing.
const PLAIN: [&str; 2] = ["title", "mangles"];
/// The table of the sending side.
const SENDS: &str = "sends";

impl ProfileFile {
    /// Reads a file; every statement that is not one is told.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let mut raw: Map<String, Value> =
            toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())?;
        let extends = match raw.remove("extends") {
            None => None,
            Some(name) => {
                let name = name.as_str().ok_or("extends: must be the name of a profile")?;
                Some(ProfileId::parse(name).map_err(|error| format!("extends: {error}"))?)
            }
        };
        let mut file = Self { extends, fields: Map::new(), claims: Map::new() };
        let mut problems = Vec::new();
        let mut sends = Map::new();
        for (field, value) in raw {
            match value {
                Value::Object(statements) if field == SENDS => {
                    for (field, statement) in statements {
                        let (value, claim) =
                            taken_apart(&format!("{SENDS}.{field}"), statement, &mut problems);
                        sends.insert(field.clone(), value);
                        file.claims.insert(format!("{SENDS}.{field}"), claim);
                    }
                }
                value if PLAIN.contains(&field.as_str()) => {
                    file.fields.insert(field, value);
                }
                statement => {
                    let (value, claim) = taken_apart(&field, statement, &mut problems);
                    file.fields.insert(field.clone(), value);
                    file.claims.insert(field, claim);
                }
            }
        }
        if !sends.is_empty() {
            file.fields.insert(SENDS.to_owned(), Value::Object(sends));
        }
        if problems.is_empty() { Ok(file) } else { Err(problems.join("\n")) }
    }

    pub(super) fn says(&self, field: &str) -> bool {
        self.claims.contains_key(field)
    }
}

/// `{ value = …, sure = "…", source = "…" }`, as value and claim.
fn taken_apart(field: &str, statement: Value, problems: &mut Vec<String>) -> (Value, Value) {
    let Value::Object(mut parts) = statement else {
        problems.push(format!("{field}: must be {{ value = …, sure = \"…\", source = \"…\" }}"));
        return (Value::Null, Value::Null);
    };
    let value = parts.remove("value");
    let (sure, source) = (parts.remove("sure"), parts.remove("source"));
    if let Some(other) = parts.keys().next() {
        problems.push(format!("{field}: {other} is not part of a statement: value, sure and source are"));
    }
    if value.is_none() {
        problems.push(format!("{field}: has no value"));
    }
    let known = ["confirmed", "ours", "reported", "assumed"];
    if !sure.as_ref().and_then(Value::as_str).is_some_and(|sure| known.contains(&sure)) {
        problems.push(format!("{field}: sure must be one of {}", known.join(", ")));
    }
    if source.as_ref().and_then(Value::as_str).is_none_or(|source| source.trim().is_empty()) {
        problems.push(format!("{field}: source must say who says so"));
    }
    (value.unwrap_or_default(), json!({ "sure": sure, "source": source }))
}

/// The names of the fields in a table, those of the sending side as `sends.<field>`.
pub(super) fn names(fields: &Map<String, Value>) -> Vec<String> {
    let of = |(field, value): (&String, &Value)| match value {
        Value::Object(sends) if field == SENDS => {
            sends.keys().map(|field| format!("{SENDS}.{field}")).collect()
        }
        _ => vec![field.clone()],
    };
    fields.iter().flat_map(of).collect()
}

/// Puts in what is not there; to tables, the entries that are not there.
pub(super) fn fill(fields: &mut Map<String, Value>, more: &Map<String, Value>) {
    for (field, value) in more {
        match (fields.get_mut(field), value) {
            (Some(Value::Object(own)), Value::Object(more)) => {
                for (name, value) in more {
                    own.entry(name.clone()).or_insert_with(|| value.clone());
                }
            }
            (Some(_), _) => {}
            (None, value) => {
                fields.insert(field.clone(), value.clone());
            }
        }
    }
}
