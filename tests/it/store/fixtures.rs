//! A journal of each format that was ever written: every later program opens it.

use std::fs;
use std::path::{Path, PathBuf};

use punchgate::shell::store::upkeep::{check, copy};
use punchgate::shell::store::{Changes, Scan, Store, StoreOptions, files::DiskFiles};

use super::{Counter, Folder, Note, document, note, put};

fn fixture(format: u16) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("fixtures/store/format-{format}"))
}

/// Writes what the fixture holds: a checkpoint, documents of a covered segment, changes behind it.
async fn write(folder: &Folder) {
    let store = Store::open(StoreOptions { segment_bytes: 4096, ..folder.options() }).await.unwrap();
    for number in 0..20 {
        let mut changes = put(&note("fixture", number), &format!("written {number}"));
        changes.document(document(number as u8), format!("<document number=\"{number}\"/>").as_bytes());
        store.commit(changes).await.unwrap();
    }
    let mut changes = Changes::durable();
    changes.delete(&note("fixture", 3)).delete_document(document(3)).put(&Counter(9), &7);
    store.commit(changes).await.unwrap();
    store.compact().await.unwrap();
    let mut changes = put(&note("fixture", 20), &"behind the checkpoint".to_owned());
    changes.delete(&note("fixture", 5)).document(document(20), b"<later/>");
    store.commit(changes).await.unwrap();
    store.close().await.unwrap();
}

#[tokio::test]
async fn every_format_opens() {
    for format in 1..=2 {
        let verified = check(&DiskFiles, &fixture(format)).unwrap();
        assert!(verified.rows > 0 && verified.changes > 0 && verified.documents == 20, "{verified:?}");
        let folder = Folder::new();
        copy(&fixture(format), folder.path()).unwrap();
        for _ in 0..2 {
            let store = Store::open(folder.options()).await.unwrap();
            let rows = store.scan(Scan::<Note>::table()).await.unwrap();
            let numbers: Vec<u64> = rows.iter().map(|(key, _)| key.number).collect();
            assert_eq!(numbers, (0..=20).filter(|number| ![3, 5].contains(number)).collect::<Vec<_>>());
            assert!(rows[..17].iter().all(|(key, row)| row.value == format!("written {}", key.number)));
            assert_eq!(rows[18].1.value, "behind the checkpoint");
            assert_eq!(store.get(&Counter(9)).await.unwrap().unwrap().value, 7);
            assert_eq!(store.document(&document(3)).await.unwrap(), None);
            assert_eq!(store.document(&document(4)).await.unwrap().unwrap(), b"<document number=\"4\"/>");
            assert_eq!(store.document(&document(20)).await.unwrap().unwrap(), b"<later/>");
            store.close().await.unwrap();
        }
    }
}

/// Run with `PUNCHGATE_WRITE_FIXTURE` when the format changes, and never for a format that is there.
#[tokio::test]
async fn the_fixture_is_what_this_program_writes() {
    let folder = Folder::new();
    write(&folder).await;
    let mut names: Vec<_> = fs::read_dir(folder.path().join("journal"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort_unstable();
    let newest = fixture(2);
    if std::env::var_os("PUNCHGATE_WRITE_FIXTURE").is_some() {
        assert!(!newest.exists(), "a fixture is never written again");
        copy(folder.path(), &newest).unwrap();
        fs::remove_file(newest.join("lock")).unwrap();
    }
    let mut there: Vec<_> = fs::read_dir(newest.join("journal"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    there.sort_unstable();
    assert_eq!(names, there);
}
