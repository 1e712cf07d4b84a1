//! The official DTD files in a folder.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
};

use crate::wire::{
    grammar::{Grammar, Version, dtd_file, from_dtd},
    xml::Limits,
};

use super::super::input;

/// A folder of DTD files, or of such folders by version; each file is read once.
pub(super) struct Dtds<'a> {
    folder: &'a Path,
    read: HashMap<PathBuf, Result<Grammar, String>>,
}

impl<'a> Dtds<'a> {
    pub(super) fn new(folder: &'a Path) -> Self {
        Self { folder, read: HashMap::new() }
    }

    /// The DTD that declares this kind of document, in the version asked for or else the newest that has the file; and its name.
    pub(super) fn for_document(
        &mut self,
        kind: &str,
        version: Option<Version>,
    ) -> Result<(String, &Grammar), String> {
        let file = dtd_file(kind);
        let path = self.find(file, version)?;
        let name = path.strip_prefix(self.folder).unwrap_or(&path).display().to_string();
        let grammar = self.read.entry(path).or_insert_with_key(|path| {
            let limits = Limits { attributes: 1_024, ..Limits::default() };
            from_dtd(input::read(path)?, &limits).map_err(|error| format!("{}: {error}", path.display()))
        });
        grammar.as_ref().map(|grammar| (name, grammar)).map_err(Clone::clone)
    }

    fn find(&self, file: &str, version: Option<Version>) -> Result<PathBuf, String> {
        let flat = self.folder.join(file);
        if version.is_none() && flat.is_file() {
            return Ok(flat);
        }
        let entries =
            fs::read_dir(self.folder).map_err(|error| format!("{}: {error}", self.folder.display()))?;
        let held = entries.filter_map(|entry| {
            let path = entry.ok()?.path();
            let own = Version::parse(path.file_name()?.to_str()?)?;
            Some((own, path.join(file)))
        });
        held.filter(|(own, path)| version.is_none_or(|wanted| *own == wanted) && path.is_file())
            .max()
            .map(|(_, path)| path)
            .ok_or_else(|| match version {
                Some(version) => format!("{}: no {file} of version {version}", self.folder.display()),
                None => format!("{}: no {file}", self.folder.display()),
            })
    }
}
