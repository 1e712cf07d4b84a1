//! The walls between the rings: model ← flow ← wire ← shell. One crate has none of its own, so they stand here.
#![allow(clippy::unwrap_used, reason = "a test that is wrong about something fails")]

use std::{
    fs,
    path::{Path, PathBuf},
};

/// What each ring may not name: the rings to its right, and, outside `shell`, everything that waits.
const RINGS: [(&str, &[&str]); 3] = [
    ("model", &["crate::flow", "crate::wire", "crate::shell"]),
    ("flow", &["crate::wire", "crate::shell"]),
    ("wire", &["crate::shell"]),
];

const EFFECTS: [&str; 15] = [
    "async fn",
    "async move",
    "async {",
    ".await",
    "tokio::",
    "axum::",
    "hyper::",
    "sled::",
    "tantivy::",
    "std::env",
    "std::fs",
    "std::net",
    "std::process",
    "std::thread",
    // ring computes anywhere; randomness comes as an argument.
    "SystemRandom",
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// The code of a file without comments and without its unit tests.
fn code(path: &Path) -> String {
    let tests = path.components().any(|part| part.as_os_str() == "tests" || part.as_os_str() == "tests.rs");
    if tests {
        return String::new();
    }
    let text = fs::read_to_string(path).unwrap();
    let before_tests = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned();
    before_tests.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Flattens `use crate::{flow::…, wire::…}` so that each path can be found as text.
fn paths(code: &str) -> String {
    let mut flat = code.to_owned();
    for part in code.split("use crate::{").skip(1) {
        let mut depth = 1;
        let mut start = true;
        let mut name = String::new();
        for c in part.chars() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 1 => start = true,
                ':' if depth == 1 && start => {
                    flat.extend(["\ncrate::", name.trim()]);
                    name.clear();
                    start = false;
                }
                c if depth == 1 && start => name.push(c),
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
    }
    flat
}

#[test]
fn no_ring_names_what_stands_to_its_right() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    let mut seen = 0;
    for (ring, forbidden) in RINGS {
        let mut files = Vec::new();
        sources(&root.join(ring), &mut files);
        for file in files {
            seen += 1;
            let text = paths(&code(&file));
            for name in forbidden.iter().chain(&EFFECTS) {
                if text.contains(name) {
                    wrong.push(format!("{} names {name}", file.strip_prefix(&root).unwrap().display()));
                }
            }
        }
    }
    assert!(seen > 40, "only {seen} files were looked at");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_walls_would_hold() {
    assert!(paths("use crate::{\n    flow::{a, b},\n    shell::store::Store,\n};").contains("crate::shell"));
    assert!(!paths("use crate::{flow::{shell::x}};").contains("crate::shell"));
}

/// quick-xml is a tokenizer: only the strict reader may stand on it.
#[test]
fn only_the_strict_reader_touches_the_tokenizer() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let strangers: Vec<_> = files
        .iter()
        .filter(|file| !file.starts_with(root.join("wire/xml")) && code(file).contains("quick_xml"))
        .collect();
    assert!(strangers.is_empty(), "{strangers:?}");
}
