//! Values of an older shape brought to the newest, at start.
//!
//! Row by row in small commits, each with a note of how far it is: a run that is cut short goes on where it
//! was, and a row is never changed twice.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::changes::Changes;
use super::embedded::Embedded;
use super::error::StoreError;
use super::index::{Direction, KeyRange};
use super::key::{Key, KeyBytes, KeyReader, SCHEMAS};

/// One step from a table's schema to the next.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// [`Key::TABLE`]
    pub table: u8,
    /// The schema before the step; after it, one more.
    pub from: u16,
    /// Makes a new value of an old one, or says why it cannot.
    pub step: fn(Value) -> Result<Value, String>,
}

/// Rows of one commit.
const BATCH: usize = 256;

/// How far a table is.
#[derive(Clone, Debug)]
struct SchemaKey(u8);

#[derive(Debug, Deserialize, Serialize)]
struct Progress {
    /// Every row up to the key is of this schema.
    schema: u16,
    /// `None`: every row is.
    after: Option<Vec<u8>>,
}

impl Key for SchemaKey {
    type Value = Progress;
    const TABLE: u8 = SCHEMAS;
    const SCHEMA: u16 = 1;

    fn encode(&self, key: &mut KeyBytes) {
        key.u8(self.0);
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        KeyReader::whole(bytes, |key| key.u8().map(Self))
    }
}

/// The schema that a table's rows have after all steps.
fn newest(table: u8, migrations: &[Migration]) -> u16 {
    migrations.iter().filter(|step| step.table == table).map(|step| step.from + 1).max().unwrap_or(1)
}

/// Brings every table to its newest schema.
///
/// # Errors
/// [`StoreError::NewerSchema`]: rows were written by a newer punchgate, and nothing was changed.
pub(super) async fn migrate(store: &Embedded, migrations: &[Migration]) -> Result<(), StoreError> {
    let range = KeyRange::prefix(vec![SCHEMAS]);
    for (key, row) in store.rows(range, Direction::Forward, usize::MAX)? {
        let progress = super::value::<SchemaKey>(&row)?.value;
        let Some(SchemaKey(table)) = key.get(1..).and_then(SchemaKey::decode) else { continue };
        let known = newest(table, migrations);
        if progress.schema > known {
            return Err(StoreError::NewerSchema { table, schema: progress.schema, known });
        }
    }
    let mut tables: Vec<u8> = migrations.iter().map(|step| step.table).collect();
    tables.sort_unstable();
    tables.dedup();
    for table in tables {
        migrate_table(store, table, migrations).await?;
    }
    Ok(())
}

async fn migrate_table(store: &Embedded, table: u8, migrations: &[Migration]) -> Result<(), StoreError> {
    let schema = newest(table, migrations);
    let row = store.row(KeyBytes::of(&SchemaKey(table)).as_slice())?;
    let progress = row.as_ref().map(super::value::<SchemaKey>).transpose()?.map(|row| row.value);
    let mut range = KeyRange::prefix(vec![table]);
    match progress.filter(|progress| progress.schema == schema) {
        Some(Progress { after: None, .. }) => return Ok(()),
        Some(Progress { after: Some(key), .. }) => range.after(key),
        None => tracing::info!(table, schema, "values of an older schema are migrated"),
    }
    loop {
        let rows = store.rows(range.clone(), Direction::Forward, BATCH)?;
        let mut changes = Changes::durable();
        for (key, row) in &rows {
            if let Some(value) = migrated(table, row.value(), schema, migrations)? {
                changes.replace(key, row.version(), schema, &value);
            }
        }
        let after = rows.last().filter(|_| rows.len() == BATCH).map(|(key, _)| key.to_vec());
        changes.put(&SchemaKey(table), &Progress { schema, after: after.clone() });
        changes.seal()?;
        store.commit(changes).await?;
        match after {
            Some(key) => range.after(key),
            None => return Ok(()),
        }
    }
}

/// The value in its newest shape; `None`: it has it already.
fn migrated(
    table: u8,
    bytes: &[u8],
    newest: u16,
    migrations: &[Migration],
) -> Result<Option<Value>, StoreError> {
    let wrong = |reason: String| StoreError::Row { table, reason };
    let (schema, json) = bytes.split_first_chunk().ok_or_else(|| wrong("no schema version".to_owned()))?;
    let schema = u16::from_le_bytes(*schema);
    if schema == newest {
        return Ok(None);
    }
    let mut value = serde_json::from_slice(json).map_err(|error| wrong(error.to_string()))?;
    for from in schema..newest {
        let step = migrations.iter().find(|step| step.table == table && step.from == from);
        let step = step.ok_or_else(|| wrong(format!("no way from schema {from}")))?;
        value = (step.step)(value).map_err(wrong)?;
    }
    if schema > newest {
        return Err(StoreError::NewerSchema { table, schema, known: newest });
    }
    Ok(Some(value))
}
