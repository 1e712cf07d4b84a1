//! What every engine must do. Each test runs once for each engine.

use std::ops::Bound::{Excluded, Included, Unbounded};

use punchgate::shell::store::{Changes, IndexKind, MemoryIndex, Scan, Store, StoreError, StoreOptions};

use super::{Counter, Folder, document, fake_files, increment, note, on, put};

/// An engine under test; reopening finds what was closed.
enum Engine {
    /// Index in sled.
    Disk(Folder),
    /// Index in memory, found again.
    Memory(Folder, MemoryIndex),
    /// Index in memory, always rebuilt.
    Fake(fake_files::Disk),
}

impl Engine {
    fn all() -> [Self; 3] {
        [
            Self::Disk(Folder::new()),
            Self::Memory(Folder::new(), MemoryIndex::default()),
            Self::Fake(fake_files::Disk::default()),
        ]
    }

    async fn open(&self) -> Store {
        let options = match self {
            Self::Disk(folder) => folder.options(),
            Self::Memory(folder, index) => {
                StoreOptions { index: IndexKind::Memory(index.clone()), ..folder.options() }
            }
            Self::Fake(disk) => on(disk),
        };
        Store::open(options).await.unwrap()
    }
}

/// Runs one test on every engine.
fn each(test: &impl AsyncFn(&Engine, Store)) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    for engine in Engine::all() {
        runtime.block_on(async {
            let store = engine.open().await;
            test(&engine, store.clone()).await;
            store.close().await.unwrap();
        });
    }
}

#[test]
fn rows_are_read_back_with_their_version() {
    each(&async |engine, store| {
        assert_eq!(store.get(&note("a", 1)).await.unwrap(), None);
        store.commit(put(&note("a", 1), &"first".to_owned())).await.unwrap();
        store.commit(put(&note("a", 2), &"other".to_owned())).await.unwrap();
        let first = store.get(&note("a", 1)).await.unwrap().unwrap();
        let other = store.get(&note("a", 2)).await.unwrap().unwrap();
        assert_eq!(first.value, "first");
        assert!(first.version < other.version);
        store.commit(put(&note("a", 1), &"second".to_owned())).await.unwrap();
        let second = store.get(&note("a", 1)).await.unwrap().unwrap();
        assert!(second.version > other.version);
        store.close().await.unwrap();
        let store = engine.open().await;
        assert_eq!(store.get(&note("a", 1)).await.unwrap(), Some(second));
        assert_eq!(store.get(&note("a", 2)).await.unwrap(), Some(other));
        store.close().await.unwrap();
    });
}

#[test]
fn a_stale_fact_refuses_the_whole_change() {
    each(&async |_, store| {
        store.commit(put(&Counter(1), &1)).await.unwrap();
        let read = store.get(&Counter(1)).await.unwrap().unwrap();
        let mut absent = Changes::durable();
        absent.expect(&Counter(1), None).put(&Counter(2), &9);
        assert!(matches!(store.commit(absent).await, Err(StoreError::Conflict)));
        let mut current = Changes::durable();
        current.expect(&Counter(1), Some(read.version)).expect(&Counter(2), None).put(&Counter(1), &2);
        store.commit(current).await.unwrap();
        let mut stale = Changes::relaxed();
        stale.expect(&Counter(1), Some(read.version)).put(&Counter(1), &3).put(&Counter(2), &9);
        assert!(matches!(store.commit(stale).await, Err(StoreError::Conflict)));
        assert_eq!(store.get(&Counter(1)).await.unwrap().unwrap().value, 2);
        assert_eq!(store.get(&Counter(2)).await.unwrap(), None);

        // Gone and made again is another row: the old version does not come back.
        let before = store.get(&Counter(1)).await.unwrap().unwrap();
        let mut again = Changes::durable();
        again.delete(&Counter(1));
        store.commit(again).await.unwrap();
        let mut made = put(&Counter(1), &2);
        made.expect(&Counter(1), None);
        store.commit(made).await.unwrap();
        let mut stale = Changes::durable();
        stale.expect(&Counter(1), Some(before.version));
        assert!(matches!(store.commit(stale).await, Err(StoreError::Conflict)));
    });
}

#[test]
fn racing_commits_lose_no_update() {
    each(&async |engine, store| {
        let tasks = (0..32).map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut raised = Vec::new();
                for _ in 0..10 {
                    raised.push(increment(&store, Counter(7)).await);
                }
                raised
            })
        });
        let mut raised = Vec::new();
        for task in tasks.collect::<Vec<_>>() {
            raised.extend(task.await.unwrap());
        }
        raised.sort_unstable();
        assert_eq!(raised, (1..=320).collect::<Vec<_>>());
        store.close().await.unwrap();
        let store = engine.open().await;
        assert_eq!(store.get(&Counter(7)).await.unwrap().unwrap().value, 320);
        store.close().await.unwrap();
    });
}

#[test]
fn of_many_who_create_a_row_one_succeeds() {
    each(&async |_, store| {
        let tasks: Vec<_> = (0..64)
            .map(|number| {
                let store = store.clone();
                tokio::spawn(async move {
                    let mut changes = put(&Counter(3), &number);
                    changes.expect(&Counter(3), None);
                    store.commit(changes).await
                })
            })
            .collect();
        let mut created = 0;
        for task in tasks {
            match task.await.unwrap() {
                Ok(()) => created += 1,
                Err(StoreError::Conflict) => {}
                Err(error) => panic!("{error}"),
            }
        }
        assert_eq!(created, 1);
    });
}

#[test]
fn listings_run_both_ways_page_by_page() {
    each(&async |_, store| {
        let mut changes = Changes::relaxed();
        for owner in ["b", "a", "ab", "a\0", "c"] {
            for number in (0..600).rev() {
                changes.put(&note(owner, number), &format!("{owner}{number}"));
            }
        }
        changes.put(&Counter(0), &0).put(&Counter(255), &0);
        store.commit(changes).await.unwrap();

        let all = store.scan(Scan::<super::Note>::table()).await.unwrap();
        let keys: Vec<_> = all.into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys.len(), 3000);
        assert!(keys.is_sorted());

        let of_a = async |scan: Scan<super::Note>| -> Vec<u64> {
            let rows = store.scan(scan).await.unwrap();
            assert!(
                rows.iter().all(|(key, row)| key.owner == "a" && row.value == format!("a{}", key.number))
            );
            rows.into_iter().map(|(key, _)| key.number).collect()
        };
        let a = || Scan::prefix(|key| key.text("a"));
        assert_eq!(of_a(a()).await, (0..600).collect::<Vec<_>>());
        assert_eq!(of_a(a().backward()).await, (0..600).rev().collect::<Vec<_>>());
        assert_eq!(of_a(a().after(&note("a", 3)).limit(2)).await, [4, 5]);
        assert_eq!(of_a(a().backward().after(&note("a", 3)).limit(2)).await, [2, 1]);
        assert!(of_a(a().after(&note("a", 599))).await.is_empty());
        assert!(of_a(a().backward().after(&note("a", 0))).await.is_empty());
        assert_eq!(of_a(a().after(&note("0", 9)).limit(1)).await, [0]);
        assert!(of_a(a().limit(0)).await.is_empty());
        assert_eq!(of_a(a().limit(256)).await.len(), 256);
        assert_eq!(of_a(a().limit(257)).await.len(), 257);

        let between = async |range| -> Vec<_> {
            let rows = store.range(range, 5).await.unwrap();
            rows.into_iter().map(|(key, _): (super::Note, _)| key).collect()
        };
        let [low, high] = [note("a", 598), note("a\0", 1)];
        let inner = [note("a", 599), note("a\0", 0)];
        assert_eq!(between((Excluded(low.clone()), Excluded(high.clone()))).await, inner);
        assert_eq!(between((Included(low.clone()), Included(high.clone()))).await.len(), 4);
        assert_eq!(between((Included(high.clone()), Excluded(low.clone()))).await, []);
        assert_eq!(between((Excluded(low.clone()), Excluded(low.clone()))).await, []);
        assert_eq!(between((Unbounded, Unbounded)).await.len(), 5);
    });
}

/// Handlers run on any thread; this compiles or it does not.
#[test]
fn every_call_may_move_between_threads() {
    each(&async |_, store| {
        let task = tokio::spawn(async move {
            let [low, high] = [note("a", 1), note("b", 1)];
            let listed = store.range(low.clone()..=high, 9).await.unwrap().len();
            let scanned = store.scan(Scan::<super::Note>::table().after(&low)).await.unwrap().len();
            let document = store.document(&document(1)).await.unwrap();
            (listed, scanned, document)
        });
        assert_eq!(task.await.unwrap(), (0, 0, None));
    });
}

#[test]
fn deleted_rows_are_gone() {
    each(&async |engine, store| {
        store.commit(put(&note("a", 1), &String::new())).await.unwrap();
        let mut changes = Changes::durable();
        changes.delete(&note("a", 1)).delete(&note("a", 2));
        store.commit(changes).await.unwrap();
        assert_eq!(store.get(&note("a", 1)).await.unwrap(), None);
        store.close().await.unwrap();
        let store = engine.open().await;
        assert_eq!(store.scan(Scan::<super::Note>::table()).await.unwrap(), []);
        store.close().await.unwrap();
    });
}

#[test]
fn the_last_of_two_writes_in_one_change_holds() {
    each(&async |_, store| {
        let mut changes = Changes::durable();
        changes.put(&Counter(1), &1).put(&Counter(1), &2).put(&Counter(2), &1).delete(&Counter(2));
        store.commit(changes).await.unwrap();
        assert_eq!(store.get(&Counter(1)).await.unwrap().unwrap().value, 2);
        assert_eq!(store.get(&Counter(2)).await.unwrap(), None);
    });
}

#[test]
fn documents_come_back_whole() {
    each(&async |engine, store| {
        let noise: Vec<u8> =
            (0..2_000_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()).collect();
        let order = "<ItemOut quantity=\"1\"/>".repeat(16_000).into_bytes();
        let mut changes = Changes::durable();
        changes.document(document(1), &order).document(document(2), b"").put(&Counter(1), &1);
        store.commit(changes).await.unwrap();
        let mut changes = Changes::durable();
        changes.document(document(3), &noise);
        store.commit(changes).await.unwrap();
        let check = async |store: &Store| {
            assert!(store.document(&document(1)).await.unwrap().unwrap() == order);
            assert_eq!(store.document(&document(2)).await.unwrap().unwrap(), b"");
            assert!(store.document(&document(3)).await.unwrap().unwrap() == noise);
            assert_eq!(store.document(&document(4)).await.unwrap(), None);
        };
        check(&store).await;
        store.close().await.unwrap();
        let store = engine.open().await;
        check(&store).await;
        store.close().await.unwrap();
    });
}

#[test]
fn what_is_too_large_is_refused_before_anything_is_written() {
    each(&async |_, store| {
        let mut changes = put(&Counter(1), &1);
        changes.put(&note("a", 1), &"x".repeat(Changes::MAX_VALUE_BYTES - 2));
        store.commit(changes).await.unwrap();
        let mut changes = put(&Counter(2), &1);
        changes.put(&note("a", 1), &"x".repeat(Changes::MAX_VALUE_BYTES - 1));
        assert!(matches!(store.commit(changes).await, Err(StoreError::TooLarge { what: "a value", .. })));
        let mut changes = put(&Counter(2), &1);
        changes.put(&note(&"x".repeat(3000), 1), &String::new());
        assert!(matches!(store.commit(changes).await, Err(StoreError::TooLarge { what: "a key", .. })));
        let mut changes = put(&Counter(2), &1);
        changes.document(document(1), &vec![0; Changes::MAX_DOCUMENT_BYTES + 1]);
        assert!(matches!(store.commit(changes).await, Err(StoreError::TooLarge { what: "a document", .. })));
        assert_eq!(store.get(&Counter(2)).await.unwrap(), None);
    });
}

#[test]
fn a_closed_store_takes_nothing_in() {
    each(&async |_, store| {
        store.close().await.unwrap();
        assert!(matches!(store.commit(put(&Counter(1), &1)).await, Err(StoreError::Closed)));
        store.close().await.unwrap();
    });
}
