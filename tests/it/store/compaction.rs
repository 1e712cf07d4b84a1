//! Compaction: what is kept, what goes, and that nobody notices.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use punchgate::shell::store::upkeep::{check, copy};
use punchgate::shell::store::{Changes, DocumentId, Scan, Store, StoreError, StoreOptions};

use super::fake_files::Disk;
use super::{Counter, Folder, Note, document, note, on, put};

fn options(disk: &Disk) -> StoreOptions {
    StoreOptions {
        segment_bytes: 16 << 10,
        compact_bytes: u64::MAX,
        relaxed_for: Duration::from_secs(3600),
        ..on(disk)
    }
}

/// Bytes that do not compress, different for each seed.
fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[0]
    };
    (0..length).map(|_| next()).collect()
}

fn holds(disk: &Disk, bytes: &[u8]) -> bool {
    let part = &bytes[..64];
    disk.paths().iter().any(|path| disk.read(path).windows(part.len()).any(|window| window == part))
}

fn names(disk: &Disk, extension: &str) -> Vec<String> {
    let name = |path: std::path::PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
    disk.paths().into_iter().map(name).filter(|name| name.ends_with(extension)).collect()
}

#[tokio::test]
async fn rows_and_documents_stay_and_what_was_deleted_goes() {
    let disk = Disk::default();
    let store = Store::open(options(&disk)).await.unwrap();
    for number in 0..200_u8 {
        let mut changes = put(&note("n", number.into()), &"x".repeat(500));
        changes.put(&Counter(1), &u64::from(number)).document(document(number), &noise(number.into(), 300));
        store.commit(changes).await.unwrap();
    }
    let mut changes = Changes::durable();
    for number in 0..200_u8 {
        if number % 10 != 0 {
            changes.delete(&note("n", number.into())).delete_document(document(number));
        }
    }
    store.commit(changes).await.unwrap();
    assert!(holds(&disk, &noise(7, 300)));
    let compacted = store.compact().await.unwrap();
    // 20 notes, 20 documents, one counter.
    assert_eq!(compacted.rows, 41);
    assert!(compacted.segments > 5, "{compacted:?}");
    assert_eq!(names(&disk, ".checkpoint").len(), 1);
    assert_eq!(names(&disk, ".segment").len(), 1);
    assert_eq!(names(&disk, ".temporary").len(), 0);
    for number in 0..200_u8 {
        assert_eq!(holds(&disk, &noise(number.into(), 300)), number % 10 == 0, "document {number}");
    }
    let whole = async |store: &Store| {
        assert_eq!(store.scan(Scan::<Note>::table()).await.unwrap().len(), 20);
        assert_eq!(store.get(&Counter(1)).await.unwrap().unwrap().value, 199);
        for number in (0..200).step_by(10) {
            let read = store.document(&document(number)).await.unwrap();
            assert_eq!(read.unwrap(), noise(number.into(), 300), "document {number}");
        }
    };
    whole(&store).await;
    let read = store.get(&Counter(1)).await.unwrap().unwrap();
    store.close().await.unwrap();

    // Again, with nothing new, and from nothing but the files; versions are what they were.
    let store = Store::open(options(&disk)).await.unwrap();
    whole(&store).await;
    assert_eq!(store.get(&Counter(1)).await.unwrap().unwrap(), read);
    store.compact().await.unwrap();
    store.commit(put(&Counter(1), &199)).await.unwrap();
    store.compact().await.unwrap();
    whole(&store).await;

    // A document of a segment covered long ago.
    let mut changes = Changes::durable();
    changes.delete_document(document(10));
    store.commit(changes).await.unwrap();
    store.compact().await.unwrap();
    assert!(!holds(&disk, &noise(10, 300)) && holds(&disk, &noise(20, 300)));
    assert_eq!(store.document(&document(10)).await.unwrap(), None);
    assert_eq!(store.document(&document(20)).await.unwrap().unwrap(), noise(20, 300));
    store.close().await.unwrap();
    let verified = check(disk.mount().as_ref(), "/store".as_ref()).unwrap();
    assert_eq!(verified.documents, 19);
}

#[tokio::test]
async fn a_flipped_byte_in_a_checkpoint_or_among_documents_refuses_to_start() {
    let disk = Disk::default();
    let store = Store::open(options(&disk)).await.unwrap();
    for number in 0..40_u8 {
        let mut changes = put(&note("n", number.into()), &"x".repeat(500));
        changes.document(document(number), &noise(number.into(), 200));
        store.commit(changes).await.unwrap();
    }
    store.compact().await.unwrap();
    store.close().await.unwrap();
    let files: Vec<_> = disk.paths();
    let mut refused = 0;
    for path in files.iter().filter(|path| !path.ends_with("index.clean") && !path.ends_with("lock")) {
        let bytes = disk.read(path);
        let live: Vec<usize> = (0..bytes.len()).filter(|&at| bytes[at] != 0).collect();
        for &at in live.iter().step_by(7) {
            let copy = disk.copy();
            let mut flipped = bytes.clone();
            flipped[at] ^= 0x20;
            copy.write(path, flipped);
            match Store::open(options(&copy)).await {
                Err(StoreError::Damaged { file, .. }) => assert_eq!(file, *path, "byte {at}"),
                Err(StoreError::Newer { file, .. }) if (8..10).contains(&at) => assert_eq!(file, *path),
                // The claim at the very end of the last segment is nothing that anybody was answered for.
                Ok(_) if path.extension().unwrap() == "segment" => continue,
                other => panic!("{} flipped at {at}: {other:?}", path.display()),
            }
            refused += 1;
        }
    }
    assert!(refused > 500, "{refused} flips");
}

#[tokio::test]
async fn a_missing_file_refuses_to_start() {
    let disk = Disk::default();
    let store = Store::open(options(&disk)).await.unwrap();
    for number in 0..80_u8 {
        let mut changes = put(&note("n", number.into()), &"x".repeat(500));
        changes.document(document(number), &noise(number.into(), 200));
        store.commit(changes).await.unwrap();
        if number == 60 {
            store.compact().await.unwrap();
        }
    }
    store.close().await.unwrap();
    for path in disk.paths().iter().filter(|path| path.parent().unwrap().ends_with("journal")) {
        let copy = Disk::default();
        for other in disk.paths().iter().filter(|other| *other != path) {
            copy.write(other, disk.read(other));
        }
        let opened = Store::open(options(&copy)).await;
        let last = names(&disk, ".segment").last().is_some_and(|name| path.ends_with(name));
        assert!(last || matches!(opened, Err(StoreError::Damaged { .. })), "{}: {opened:?}", path.display());
    }
}

#[tokio::test]
async fn a_full_disk_stops_the_compaction_and_nothing_else() {
    let disk = Disk::default();
    let store = Store::open(options(&disk)).await.unwrap();
    for number in 0..60_u8 {
        let mut changes =
            put(&note("n", number.into()), &String::from_utf8_lossy(&noise(1, 300)).into_owned());
        changes.document(document(number), &noise(number.into(), 300));
        store.commit(changes).await.unwrap();
    }
    for room in (0..60_000).step_by(2500) {
        disk.set_capacity(disk.used() + room);
        match store.compact().await {
            Ok(_) => break,
            Err(StoreError::Compaction(_) | StoreError::Full) => {}
            Err(error) => panic!("{error}"),
        }
        disk.set_capacity(1 << 30);
        assert_eq!(store.scan(Scan::<Note>::table()).await.unwrap().len(), 60);
        store.commit(put(&Counter(1), &room)).await.unwrap();
    }
    disk.set_capacity(1 << 30);
    store.compact().await.unwrap();
    assert_eq!(names(&disk, ".segment").len(), 1);
    for number in 0..60_u8 {
        assert_eq!(store.document(&document(number)).await.unwrap().unwrap(), noise(number.into(), 300));
    }
    store.close().await.unwrap();
}

/// Writes without end; each owner's notes count up, each with a document, the older ones are deleted.
async fn load(store: Store, owner: u8, end: Arc<AtomicBool>) -> u64 {
    let mut number = 0;
    while !end.load(Ordering::Relaxed) {
        let id =
            |number: u64| DocumentId::new([[owner; 8], number.to_be_bytes()].concat().try_into().unwrap());
        let mut changes = put(&note(&owner.to_string(), number), &format!("{number}"));
        changes.put(&Counter(owner), &number).document(id(number), &noise(number, 500));
        if number >= 20 {
            changes.delete(&note(&owner.to_string(), number - 20)).delete_document(id(number - 20));
        }
        match store.commit(changes).await {
            Ok(()) => {}
            Err(StoreError::Overloaded) => {
                tokio::time::sleep(Duration::from_millis(1)).await;
                continue;
            }
            Err(error) => panic!("{error}"),
        }
        for back in [0, 7, 19] {
            if let Some(number) = number.checked_sub(back) {
                assert_eq!(store.document(&id(number)).await.unwrap().unwrap(), noise(number, 500));
            }
        }
        number += 1;
    }
    number
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn compaction_and_backup_under_load_lose_nothing() {
    let folder = Folder::new();
    let small = || StoreOptions { segment_bytes: 64 << 10, compact_bytes: 128 << 10, ..folder.options() };
    let store = Store::open(small()).await.unwrap();
    let end = Arc::new(AtomicBool::new(false));
    let tasks: Vec<_> =
        (0..8).map(|owner| tokio::spawn(load(store.clone(), owner, Arc::clone(&end)))).collect();
    let mut backups = Vec::new();
    for _ in 0..4 {
        tokio::time::sleep(Duration::from_millis(400)).await;
        let mut before = Vec::new();
        for owner in 0..8 {
            before.push(store.get(&Counter(owner)).await.unwrap().map_or(0, |row| row.value));
        }
        let backup = Folder::new();
        let (from, to) = (folder.path().to_owned(), backup.path().to_owned());
        let verified = tokio::task::spawn_blocking(move || copy(&from, &to)).await.unwrap().unwrap();
        assert!(verified.lsn > 0 && verified.documents > 0, "{verified:?}");
        backups.push((before, backup));
    }
    end.store(true, Ordering::Relaxed);
    let mut counts = Vec::new();
    for task in tasks {
        counts.push(task.await.unwrap());
    }
    store.close().await.unwrap();
    let covered = std::fs::read_dir(folder.path().join("journal")).unwrap();
    let covered = covered.filter(|entry| entry.as_ref().unwrap().path().extension().unwrap() == "checkpoint");
    assert_eq!(covered.count(), 1, "it was never compacted");

    let compare = async |store: &Store, at_least: &[u64]| {
        for (owner, &at_least) in (0..8).zip(at_least) {
            let last = store.get(&Counter(owner)).await.unwrap().unwrap().value;
            assert!(last >= at_least, "{last}, at least {at_least}");
            let prefix = Scan::<Note>::prefix(|key| key.text(&owner.to_string()));
            let notes: Vec<u64> =
                store.scan(prefix).await.unwrap().into_iter().map(|(key, _)| key.number).collect();
            let expected: Vec<u64> = (last.saturating_sub(19)..=last).collect();
            assert_eq!(notes, expected);
            for number in notes {
                let id = DocumentId::new([[owner; 8], number.to_be_bytes()].concat().try_into().unwrap());
                assert_eq!(store.document(&id).await.unwrap().unwrap(), noise(number, 500));
            }
        }
    };
    let store = Store::open(small()).await.unwrap();
    compare(&store, &counts.iter().map(|count| count - 1).collect::<Vec<_>>()).await;
    store.close().await.unwrap();
    for (before, backup) in backups {
        let restored = Folder::new();
        copy(backup.path(), restored.path()).unwrap();
        assert!(matches!(copy(backup.path(), restored.path()), Err(StoreError::NotEmpty { .. })));
        let store = Store::open(restored.options()).await.unwrap();
        compare(&store, &before).await;
        store.close().await.unwrap();
    }
}
