//! Versions that were built and are not published yet: `<root>/staged/<number>/`, with what is known of them beside.

use std::{
    fs,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    error::CatalogError,
    folder::{self, Draft, Hold},
    import::Diff,
    table,
    version::CatalogManifest,
};
use crate::wire::feed::Mode;

const NOTE: &str = "staged.json";
const FOLDER: &str = "staged";

/// A version that waits.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Staged {
    /// Its number among those that wait or waited.
    pub number: u64,
    /// What it will be; version and time are still open.
    pub manifest: CatalogManifest,
    /// The version that was published when it was built; `0`: none.
    pub base: u64,
    /// When it was built.
    pub built: Timestamp,
    /// The file it was built from.
    pub file: String,
    /// Whether that was all there is.
    pub mode: Mode,
    /// How many entries of the file were taken.
    pub accepted: u64,
    /// How many were not.
    pub refused: u64,
    /// What it changes.
    pub diff: Diff,
    /// What came of the pictures at addresses, where they are fetched.
    #[serde(default)]
    pub pictures: Option<Fetched>,
    /// When it is to be published, if that is settled.
    #[serde(default)]
    pub publish_at: Option<Timestamp>,
    /// Why it was not, when it was due.
    #[serde(default)]
    pub trouble: Option<String>,
}

/// What came of the pictures of a version.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
pub struct Fetched {
    /// How many came.
    pub fetched: u64,
    /// How many are those of the version before.
    pub kept: u64,
    /// How many did not come.
    pub missing: u64,
    /// How many were not asked for, because there are too many.
    pub beyond: u64,
    /// Bytes that came.
    pub bytes: u64,
    /// Some that did not come, each with the reason.
    pub named: Vec<String>,
}

impl Fetched {
    /// In a sentence.
    #[must_use]
    pub fn summary(&self) -> String {
        let beyond = match self.beyond {
            0 => String::new(),
            beyond => format!(", {beyond} too many"),
        };
        format!("{} fetched, {} as before, {} missing{beyond}", self.fetched, self.kept, self.missing)
    }
}

/// Gives a draft its place among those that wait; [`Staged::number`] is set.
pub(super) fn put(root: &Path, draft: Draft, mut staged: Staged) -> Result<Staged, CatalogError> {
    let all = root.join(FOLDER);
    folder::create_synced(&all)?;
    staged.number = folder::versions(&all)?.into_iter().max().unwrap_or(0) + 1;
    folder::write_synced(&draft.path().join(NOTE), &table::json(&staged)?)?;
    draft.rename_to(&all.join(staged.number.to_string()))?;
    Ok(staged)
}

/// All that wait below a supplier's folder, oldest first.
pub fn staged(root: &Path) -> Result<Vec<Staged>, CatalogError> {
    let all = root.join(FOLDER);
    if !all.is_dir() {
        return Ok(Vec::new());
    }
    let mut numbers = folder::versions(&all)?;
    numbers.sort_unstable();
    let mut found = Vec::new();
    for number in numbers {
        let path = all.join(number.to_string()).join(NOTE);
        match fs::read(&path) {
            Ok(bytes) => {
                let damaged = |_| CatalogError::Damaged { path: path.clone(), what: "it cannot be read" };
                found.push(serde_json::from_slice(&bytes).map_err(damaged)?);
            }
            // One that is being removed.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(CatalogError::io(&path, error)),
        }
    }
    Ok(found)
}

/// Writes what is known of one that waits.
pub fn note(root: &Path, staged: &Staged) -> Result<(), CatalogError> {
    let folder = folder_of(root, staged.number);
    let beside = folder.join("staged.new");
    folder::write_synced(&beside, &table::json(staged)?)?;
    folder::replace(&beside, &folder.join(NOTE))
}

/// Removes one that waits.
pub fn remove(root: &Path, number: u64) -> Result<(), CatalogError> {
    let folder = folder_of(root, number);
    // Without its note it is none of them any more, even if the rest is still there.
    let note = folder.join(NOTE);
    fs::remove_file(&note).map_err(|error| CatalogError::io(&note, error))?;
    fs::remove_dir_all(&folder).map_err(|error| CatalogError::io(&folder, error))
}

/// Its folder.
pub(super) fn folder_of(root: &Path, number: u64) -> PathBuf {
    root.join(FOLDER).join(number.to_string())
}

/// Makes a version of a folder that is complete: of one that waits, or of an older version. Files are shared by links.
pub(super) fn again(
    root: &Path,
    committed: u64,
    from: &Path,
    manifest: &CatalogManifest,
    now: Timestamp,
) -> Result<(CatalogManifest, Hold), CatalogError> {
    let draft = Draft::begin(root, committed)?;
    folder::link_tree(from, draft.path())?;
    match fs::remove_file(draft.path().join(NOTE)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(CatalogError::io(from, error));
        }
        _ => {}
    }
    let manifest = CatalogManifest { version: draft.version(), published: now, ..manifest.clone() };
    Ok((manifest, draft.publish()?))
}
