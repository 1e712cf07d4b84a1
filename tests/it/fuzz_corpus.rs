//! Every file of the fuzz corpus, as an ordinary test: nothing that arrives can panic.

use std::{fs, path::Path};

#[path = "../fuzz/targets.rs"]
mod targets;

fn each(target: &str, run: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus").join(target);
    let mut files = 0;
    for file in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let octets = fs::read(&file).unwrap();
        run(&octets);
        // Cut anywhere, and with one octet changed, it is no worse.
        for at in 0..octets.len() {
            run(&octets[..at]);
            let mut changed = octets.clone();
            changed[at] ^= 0x15;
            run(&changed);
        }
        files += 1;
    }
    assert!(files > 3, "{files} files");
}

#[test]
fn reader() {
    each("reader", targets::reader);
}

#[test]
fn grammar() {
    each("grammar", targets::grammar);
}

#[test]
fn forms() {
    each("forms", targets::forms);
}
