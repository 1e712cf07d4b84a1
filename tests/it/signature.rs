//! Signatures: vectors of others, what others sign and verify, and every octet of a signed document changed.

mod commands;
mod octets;
mod oracle;
mod suites;
mod vectors;

use std::{
    fs,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use punchgate::wire::{
    signature::{Certificate, Policy, Refused, Trust},
    xml::{Document, Limits},
};

const MODERN: Policy = Policy { legacy_sha1: false };
const LEGACY: Policy = Policy { legacy_sha1: true };

/// The certificates of the vectors are valid then.
fn now() -> Timestamp {
    "2026-12-01T00:00:00Z".parse().unwrap()
}

/// A folder of the vectors, or `None` where there are none.
fn vectors(folder: &str) -> Option<PathBuf> {
    let place = std::env::var_os("XMLDSIG_VECTORS_DIR").unwrap_or_else(|| "../shared/xmldsig-vectors".into());
    let found = Path::new(env!("CARGO_MANIFEST_DIR")).join(place).join(folder);
    if found.is_dir() {
        return Some(found);
    }
    assert!(std::env::var_os("CI").is_none(), "no vectors at {}", found.display());
    println!("skipped: no vectors at {}", found.display());
    None
}

/// The rows of a table without its first line.
fn rows(table: &Path) -> Vec<Vec<String>> {
    let table = fs::read_to_string(table).unwrap();
    table.lines().skip(1).map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

fn certificates(file: &Path) -> Vec<Certificate> {
    Certificate::all_from(&fs::read(file).unwrap())
        .unwrap_or_else(|fault| panic!("{}: {fault}", file.display()))
}

fn anchored(file: &Path) -> Trust {
    let mut trust = Trust::default();
    for one in certificates(file) {
        trust.anchor(one);
    }
    trust
}

fn read(octets: &[u8]) -> Result<Document, punchgate::wire::xml::ReadError> {
    Document::read(octets, None, &Limits::default())
}

/// `accepted`, or the name of the check that refused.
fn verdict<T>(outcome: &Result<T, Refused>) -> &'static str {
    match outcome {
        Ok(_) => "accepted",
        Err(refused) => refused.kind.check().name(),
    }
}
