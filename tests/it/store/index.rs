//! sled's folder after a close, after a kill, and after everything that may happen to it: the store opens and
//! nothing is lost.

use std::fs;
use std::path::{Path, PathBuf};

use punchgate::shell::store::upkeep::compare;
use punchgate::shell::store::{Compared, IndexState, Scan, Store, StoreError, StoreOptions};

use super::{Counter, Folder, Note, document, note, put};

const NOTES: u64 = 400;

async fn fill(store: &Store, from: u64, to: u64) {
    for number in from..to {
        let mut changes = put(&note("n", number), &format!("{number} {}", "v".repeat(300)));
        changes.document(document(number.to_le_bytes()[0]), format!("document {number}").as_bytes());
        changes.put(&Counter(1), &number);
        store.commit(changes).await.unwrap();
    }
}

async fn assert_whole(store: &Store, notes: u64) {
    let rows = store.scan(Scan::<Note>::table()).await.unwrap();
    assert_eq!(rows.len() as u64, notes);
    for (number, (key, row)) in (0..).zip(rows) {
        assert_eq!((key, row.value), (note("n", number), format!("{number} {}", "v".repeat(300))));
    }
    assert_eq!(store.get(&Counter(1)).await.unwrap().unwrap().value, notes - 1);
    let last = (notes - 1).to_le_bytes()[0];
    let text = format!("document {}", notes - 1);
    assert_eq!(store.document(&document(last)).await.unwrap().unwrap(), text.as_bytes());
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// The one folder of sled that is in an index.
fn sled(index: &Path) -> PathBuf {
    let entries: Vec<_> = fs::read_dir(index).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(entries.len(), 1, "{entries:?}");
    entries[0].clone()
}

/// Harms an index, given an older copy of it.
type Cause = fn(&Path, &Path);

/// What may happen to it.
const HARM: [(&str, Cause); 9] = [
    ("nothing", |_, _| ()),
    ("deleted", |index, _| fs::remove_dir_all(index).unwrap()),
    ("empty", |index, _| {
        fs::remove_dir_all(index).unwrap();
        fs::create_dir(index).unwrap();
    }),
    ("a file", |index, _| {
        fs::remove_dir_all(index).unwrap();
        fs::write(index, b"not a folder").unwrap();
    }),
    ("an older copy", |index, older| {
        fs::remove_dir_all(index).unwrap();
        copy(older, index);
    }),
    ("half", |index, _| {
        let bytes = fs::read(sled(index).join("db")).unwrap();
        fs::write(sled(index).join("db"), &bytes[..bytes.len() / 2]).unwrap();
    }),
    ("garbage in the data", |index, _| {
        let mut bytes = fs::read(sled(index).join("db")).unwrap();
        for at in (4096..bytes.len()).step_by(1021) {
            bytes[at] ^= 0x55;
        }
        fs::write(sled(index).join("db"), bytes).unwrap();
    }),
    ("garbage everywhere", |index, _| {
        for name in ["db", "conf"] {
            let length = fs::read(sled(index).join(name)).unwrap().len();
            fs::write(sled(index).join(name), b"garbage!".repeat(length / 8 + 1)).unwrap();
        }
    }),
    ("zeros in the data", |index, _| {
        let mut bytes = fs::read(sled(index).join("db")).unwrap();
        let third = bytes.len() / 3;
        bytes[third..2 * third].fill(0);
        fs::write(sled(index).join("db"), bytes).unwrap();
    }),
];

/// Stores with an index of some age: closed, and killed.
async fn made() -> (Folder, Folder, Folder) {
    let (closed, killed, older) = (Folder::new(), Folder::new(), Folder::new());
    let store = Store::open(closed.options()).await.unwrap();
    fill(&store, 0, NOTES / 2).await;
    store.close().await.unwrap();
    copy(&closed.path().join("index"), older.path());
    let store = Store::open(closed.options()).await.unwrap();
    fill(&store, NOTES / 2, NOTES).await;
    // Copied while it is open: what a kill leaves.
    copy(closed.path(), killed.path());
    store.close().await.unwrap();
    (closed, killed, older)
}

#[tokio::test]
async fn whatever_happens_to_the_index_nothing_is_lost() {
    let (closed, killed, older) = made().await;
    for made in [&closed, &killed] {
        for (harm, cause) in HARM {
            let folder = Folder::new();
            copy(made.path(), folder.path());
            cause(&folder.path().join("index"), older.path());
            let store = Store::open(folder.options()).await.unwrap();
            assert_whole(&store, NOTES).await;
            fill(&store, NOTES, NOTES + 50).await;
            assert_whole(&store, NOTES + 50).await;
            store.close().await.unwrap();
            let store = Store::open(folder.options()).await.unwrap_or_else(|error| panic!("{harm}: {error}"));
            assert_whole(&store, NOTES + 50).await;
            store.close().await.unwrap();
        }
    }
}

#[tokio::test]
async fn an_index_that_was_closed_is_used_again() {
    let folder = Folder::new();
    let store = Store::open(folder.options()).await.unwrap();
    fill(&store, 0, 50).await;
    store.close().await.unwrap();
    let store = Store::open(folder.options()).await.unwrap();
    assert_whole(&store, 50).await;
    assert!(!folder.path().join("index.aside").exists() && !folder.path().join("index.clean").exists());
    store.close().await.unwrap();
    assert!(folder.path().join("index.clean").exists());

    // Marked as damaged it is set aside, once.
    fs::write(folder.path().join("index.bad"), b"").unwrap();
    let store = Store::open(folder.options()).await.unwrap();
    assert_whole(&store, 50).await;
    assert!(folder.path().join("index.aside").exists() && !folder.path().join("index.bad").exists());
    store.close().await.unwrap();
    Store::open(folder.options()).await.unwrap().close().await.unwrap();
    assert!(!folder.path().join("index.aside").exists());
}

#[tokio::test]
async fn an_index_of_another_store_is_not_used() {
    let (one, other) = (Folder::new(), Folder::new());
    for (folder, notes) in [(&one, 60), (&other, 90)] {
        let store = Store::open(folder.options()).await.unwrap();
        fill(&store, 0, notes).await;
        store.close().await.unwrap();
    }
    fs::remove_dir_all(one.path().join("index")).unwrap();
    fs::remove_file(one.path().join("index.clean")).unwrap();
    copy(&other.path().join("index"), &one.path().join("index"));
    let store = Store::open(one.options()).await.unwrap();
    assert_whole(&store, 60).await;
    store.close().await.unwrap();
}

#[tokio::test]
async fn when_the_index_cannot_keep_up_work_is_refused_and_then_taken_again() {
    use punchgate::shell::store::StoreError;
    let folder = Folder::new();
    let options = StoreOptions { overlay_bytes: 20_000, ..folder.options() };
    let store = Store::open(options).await.unwrap();
    let (mut refused, mut stored) = (0, 0);
    let tasks: Vec<_> = (0..32_u64)
        .map(|task| {
            let store = store.clone();
            tokio::spawn(async move {
                let (mut refused, mut stored) = (0, 0);
                for number in 0..100 {
                    match store.commit(put(&note("n", task * 100 + number), &"v".repeat(3000))).await {
                        Ok(()) => stored += 1,
                        Err(StoreError::Overloaded) => {
                            refused += 1;
                            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
                        }
                        Err(error) => panic!("{error}"),
                    }
                }
                (refused, stored)
            })
        })
        .collect();
    for task in tasks {
        let (more_refused, more_stored) = task.await.unwrap();
        refused += more_refused;
        stored += more_stored;
    }
    assert!(refused > 0 && stored > 0, "{refused} refused, {stored} stored");
    while let Err(error) = store.commit(put(&note("z", 0), &String::new())).await {
        assert!(matches!(error, StoreError::Overloaded), "{error}");
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    assert_eq!(store.scan(Scan::<Note>::table()).await.unwrap().len(), stored + 1);
    store.close().await.unwrap();
}

#[tokio::test]
async fn a_check_compares_every_row_of_the_index_with_the_journal_and_leaves_both_as_they_were() {
    let folder = Folder::new();
    let options = StoreOptions::at(&folder.0);
    let store = Store::open(options.clone()).await.unwrap();
    fill(&store, 0, 100).await;
    store.compact().await.unwrap();
    fill(&store, 100, NOTES).await;
    let mut changes = put(&note("n", 3), &"again".to_owned());
    changes.delete(&note("n", 4)).delete(&note("n", 200));
    store.commit(changes).await.unwrap();
    assert!(matches!(compare(&options), Err(StoreError::InUse { .. })));
    store.close().await.unwrap();
    drop(store);

    // Notes, documents under 256 names, the counter.
    let same = NOTES - 2 + 256 + 1;
    for _ in 0..2 {
        let all = IndexState::Compared(Compared { same, ..Compared::default() });
        assert_eq!(compare(&options).unwrap(), all, "twice: the first look did no harm");
    }

    let harm = || {
        let db = sled::Config::new().path(sled(&folder.0.join("index"))).flush_every_ms(None).open().unwrap();
        let key = |at: usize| db.iter().keys().nth(at).unwrap().unwrap();
        // Documents that were written behind the checkpoint only.
        let (missing, other, older) = (key(150), key(160), key(170));
        db.remove(missing).unwrap();
        let row = db.get(&other).unwrap().unwrap();
        db.insert(other, [&row[..8], b"else"].concat()).unwrap();
        let row = db.get(&older).unwrap().unwrap();
        db.insert(older, [&[9; 8], &row[8..]].concat()).unwrap();
        db.insert([7, 7], &[0; 9]).unwrap();
        db.flush().unwrap();
    };
    harm();
    let rebuilt = IndexState::ToBeRebuilt("its files are not those that were closed");
    assert_eq!(compare(&options).unwrap(), rebuilt);
    // As after a kill: nothing says how the files looked.
    fs::remove_file(folder.0.join("index.clean")).unwrap();
    let IndexState::Compared(compared) = compare(&options).unwrap() else { panic!("it can be compared") };
    assert_eq!((compared.same, compared.differ), (same - 3, 4), "{compared:?}");
    for (difference, words) in compared.differences.iter().zip([
        "is missing",
        "another value",
        "the journal's of change",
        "in the index alone",
    ]) {
        assert!(difference.contains(words), "{difference}");
    }
    fs::remove_dir_all(folder.0.join("index")).unwrap();
    assert_eq!(compare(&options).unwrap(), IndexState::ToBeRebuilt("there is none"));
    let store = Store::open(options).await.unwrap();
    assert_eq!(store.scan(Scan::<Note>::table()).await.unwrap().len() as u64, NOTES - 2);
    store.close().await.unwrap();
}
