//! A profile field by field, for people.

use serde_json::Value;

use crate::model::profile::{Claim, Profile};

/// One field of a profile.
#[derive(Clone, Debug)]
pub struct Statement {
    /// Its name in the file; `sends.<field>` on the sending side.
    pub field: String,
    /// Its value in words.
    pub value: String,
    /// What stands behind it; `None`: this connection's own.
    pub claim: Option<Claim>,
}

impl Statement {
    /// Whether it says what the platform sends.
    #[must_use]
    pub fn is_sending(&self) -> bool {
        self.field.starts_with("sends.")
    }

    /// `confirmed`, `ours`, `reported`, `assumed`; `agreed` for what a connection says itself.
    #[must_use]
    pub fn sure(&self) -> &'static str {
        self.claim.as_ref().map_or("agreed", |claim| claim.sure.as_str())
    }

    /// Who says so.
    #[must_use]
    pub fn source(&self) -> &str {
        self.claim.as_ref().map_or("this connection", |claim| claim.source.as_str())
    }
}

/// Every field but the title, in the order of the name; what is not limited is left out.
#[must_use]
pub fn statements(profile: &Profile) -> Vec<Statement> {
    let fields = serde_json::to_value(profile).unwrap_or_default();
    let mut statements = Vec::new();
    let mut add = |field: String, value: &Value| {
        if !value.is_null() {
            let claim = profile.claims.of(&field).cloned();
            statements.push(Statement { value: words(value), claim, field });
        }
    };
    for (field, value) in fields.as_object().into_iter().flatten() {
        match (field.as_str(), value) {
            ("title" | "claims" | "mangles", _) => {}
            ("sends", Value::Object(sends)) => {
                for (field, value) in sends {
                    add(format!("sends.{field}"), value);
                }
            }
            _ => add(field.clone(), value),
        }
    }
    statements
}

/// A value in words.
fn words(value: &Value) -> String {
    match value {
        Value::Null => "no limit".to_owned(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::String(text) if text.is_empty() => "-".to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Array(items) if items.is_empty() => "-".to_owned(),
        Value::Array(items) => joined(items.iter().map(|item| match item.as_array().map(Vec::as_slice) {
            Some([name, value]) => format!("{} = {}", words(name), words(value)),
            _ => words(item),
        })),
        Value::Object(pairs) if pairs.is_empty() => "-".to_owned(),
        Value::Object(pairs) => joined(pairs.iter().map(|(ours, theirs)| match words(theirs) {
            same if same == *ours => same,
            other => format!("{ours} → {other}"),
        })),
    }
}

fn joined(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(", ")
}
