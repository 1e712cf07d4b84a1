//! The journal on disk: cut, flipped, full, failing; and what the committer promises about its answers.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use punchgate::shell::store::{Changes, Scan, Store, StoreError, StoreOptions};

use super::fake_files::{Disk, Faults};
use super::{Counter, Folder, Note, document, increment, note, on, put};

/// Bytes of a segment's header, and of a group's.
const SEGMENT_HEADER: usize = 32;
const GROUP_HEADER: usize = 36;

fn segment(number: u32) -> PathBuf {
    format!("/store/journal/{number:010}.segment").into()
}

async fn open(disk: &Disk) -> Result<Store, StoreError> {
    let hour = Duration::from_secs(3600); // no timer may change what a test looks at
    Store::open(StoreOptions { segment_bytes: 64 << 10, relaxed_for: hour, ..on(disk) }).await
}

async fn count(store: &Store) -> usize {
    store.scan(Scan::<Note>::table()).await.unwrap().len()
}

/// Where the groups of a segment begin, and where the last one ends.
fn groups(bytes: &[u8]) -> Vec<usize> {
    let mut starts = vec![SEGMENT_HEADER];
    while let Some(group) = bytes.get(starts[starts.len() - 1]..).filter(|rest| rest.starts_with(b"pgGR")) {
        let length = u32::from_le_bytes(group[4..8].try_into().unwrap());
        starts.push(starts[starts.len() - 1] + GROUP_HEADER + usize::try_from(length).unwrap());
    }
    starts
}

/// A disk as a killed process leaves it: some notes, each committed alone.
async fn killed(notes: u64) -> Disk {
    let disk = Disk::default();
    let store = open(&disk).await.unwrap();
    for number in 0..notes {
        let mut changes = put(&note("n", number), &format!("value {number}"));
        changes.document(document(number.to_le_bytes()[0]), &[number.to_le_bytes()[0]; 300]);
        store.commit(changes).await.unwrap();
    }
    disk.copy()
}

#[tokio::test]
async fn a_last_group_cut_at_any_byte_costs_nothing_else() {
    let disk = killed(5).await;
    let bytes = disk.read(&segment(1));
    let groups = groups(&bytes);
    let [start, end] = groups[4..] else { panic!("five groups: {groups:?}") };
    for cut in start..=end {
        for tail in [vec![], vec![0; 700], b"garbage".repeat(100)] {
            let disk = disk.copy();
            disk.write(&segment(1), [&bytes[..cut], &tail].concat());
            let store = open(&disk).await.unwrap();
            let whole = if cut == end { 5 } else { 4 };
            assert_eq!(count(&store).await, whole, "cut at {cut}");
            assert_eq!(store.document(&document(3)).await.unwrap().unwrap(), [3; 300]);
            assert_eq!(store.document(&document(4)).await.unwrap().is_some(), cut == end);
            // What is written next is found again, and nothing of the garbage is.
            store.commit(put(&note("next", 0), &String::new())).await.unwrap();
            drop(store);
            let store = open(&disk.copy()).await.unwrap();
            assert_eq!(count(&store).await, whole + 1, "cut at {cut}, then reopened");
        }
    }
}

#[tokio::test]
async fn a_flipped_byte_in_the_middle_refuses_to_start_and_is_named() {
    let disk = killed(5).await;
    let store = open(&disk).await.unwrap();
    store.close().await.unwrap();
    let bytes = disk.read(&segment(1));
    let groups = groups(&bytes);
    assert_eq!(groups.len(), 7, "five groups, one that claims them at the end, and where that ends");
    for place in 0..groups[5] {
        let mut flipped = bytes.clone();
        flipped[place] ^= 0x10;
        disk.write(&segment(1), flipped);
        let start = groups.iter().rev().find(|&&start| start <= place).copied().unwrap_or(0);
        match open(&disk).await {
            Err(StoreError::Damaged { file, offset, .. }) => {
                assert_eq!((file, offset), (segment(1), start as u64), "flipped at {place}");
            }
            Err(StoreError::Newer { .. }) if (8..10).contains(&place) => {}
            other => panic!("flipped at {place}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn the_claim_on_what_was_synced_does_not_wait_for_the_end() {
    let disk = Disk::default();
    let options = StoreOptions { relaxed_for: Duration::from_millis(5), ..on(&disk) };
    let store = Store::open(options).await.unwrap();
    store.commit(put(&note("n", 0), &String::new())).await.unwrap();
    while groups(&disk.read(&segment(1))).len() < 3 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let mut bytes = disk.read(&segment(1));
    bytes[SEGMENT_HEADER + GROUP_HEADER] ^= 1;
    let copy = disk.copy();
    copy.write(&segment(1), bytes);
    assert!(matches!(open(&copy).await, Err(StoreError::Damaged { .. })));
}

/// Small segments, several of them.
async fn segments() -> Disk {
    let disk = Disk::default();
    let store = Store::open(StoreOptions { segment_bytes: 2000, ..on(&disk) }).await.unwrap();
    for number in 0..40 {
        store.commit(put(&note("n", number), &"x".repeat(100))).await.unwrap();
    }
    store.close().await.unwrap();
    assert!(disk.paths().len() >= 4, "{:?}", disk.paths());
    let store = open(&disk).await.unwrap();
    assert_eq!(count(&store).await, 40);
    store.close().await.unwrap();
    disk
}

#[tokio::test]
async fn segments_missing_or_changed_places_refuse_to_start() {
    for missing in [1, 2] {
        let disk = segments().await;
        let copy = Disk::default();
        for path in disk.paths().iter().filter(|path| **path != segment(missing)) {
            copy.write(path, disk.read(path));
        }
        let error = open(&copy).await.unwrap_err();
        let StoreError::Damaged { file, .. } = &error else { panic!("{error}") };
        assert_eq!(*file, segment(missing));
    }
    let disk = segments().await;
    let (second, third) = (disk.read(&segment(2)), disk.read(&segment(3)));
    disk.write(&segment(2), third);
    disk.write(&segment(3), second);
    assert!(
        matches!(open(&disk).await, Err(StoreError::Damaged { file, offset: 0, .. }) if file == segment(2))
    );
}

#[tokio::test]
async fn only_the_last_segment_may_be_cut() {
    let disk = segments().await;
    let bytes = disk.read(&segment(2));
    let groups = groups(&bytes);
    let last = groups[groups.len() - 2];
    disk.write(&segment(2), bytes[..bytes.len() - 1].to_vec());
    match open(&disk).await {
        Err(StoreError::Damaged { file, offset, .. }) => {
            assert_eq!((file, offset), (segment(2), last as u64));
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_segment_whose_creation_was_cut_short_is_made_again() {
    for left in 0..SEGMENT_HEADER {
        let disk = killed(2).await;
        disk.write(&segment(2), vec![7; left]);
        let store = open(&disk).await.unwrap();
        assert_eq!(count(&store).await, 2);
        assert_eq!(disk.paths(), [segment(1)]);
        store.commit(put(&note("n", 9), &String::new())).await.unwrap();
    }
}

#[tokio::test]
async fn a_newer_format_is_left_alone() {
    let disk = killed(1).await;
    let mut bytes = disk.read(&segment(1));
    bytes[8] += 1;
    disk.write(&segment(1), bytes.clone());
    assert!(matches!(open(&disk).await, Err(StoreError::Newer { format: 2, known: 1, .. })));
    assert_eq!(disk.read(&segment(1)), bytes);
}

#[tokio::test]
async fn a_folder_is_open_once() {
    let folder = Folder::new();
    let store = Store::open(folder.options()).await.unwrap();
    assert!(matches!(Store::open(folder.options()).await, Err(StoreError::InUse { .. })));
    store.close().await.unwrap();
    Store::open(folder.options()).await.unwrap().close().await.unwrap();
    assert!(folder.segment(1).exists());
}

#[tokio::test]
async fn a_failed_sync_stops_everything() {
    let disk = Disk::default();
    let store = open(&disk).await.unwrap();
    store.commit(put(&note("n", 0), &String::new())).await.unwrap();
    disk.arm(Faults { sync: Some(0), ..Faults::default() });
    let lost = store.commit(put(&note("n", 1), &String::new())).await;
    assert!(matches!(lost, Err(StoreError::Stopped(_))), "{lost:?}");
    assert!(matches!(store.failed().await, StoreError::Stopped(_)));
    assert!(matches!(store.get(&note("n", 0)).await, Err(StoreError::Stopped(_))));
    assert!(matches!(store.commit(put(&note("n", 2), &String::new())).await, Err(StoreError::Stopped(_))));
    assert!(matches!(store.commit(Changes::durable()).await, Err(StoreError::Stopped(_))));
    assert!(matches!(store.close().await, Err(StoreError::Stopped(_))));
    disk.cut_power(|_| 0);
    let store = open(&disk).await.unwrap();
    assert!(store.get(&note("n", 0)).await.unwrap().is_some());
}

#[tokio::test]
async fn a_failed_write_stops_everything() {
    let disk = Disk::default();
    let store = open(&disk).await.unwrap();
    store.commit(put(&note("n", 0), &String::new())).await.unwrap();
    disk.arm(Faults { write: Some((0, io::ErrorKind::Other)), ..Faults::default() });
    let lost = store.commit(put(&note("n", 1), &String::new())).await;
    assert!(matches!(lost, Err(StoreError::Stopped(_))), "{lost:?}");
    let store = open(&disk.copy()).await.unwrap();
    assert_eq!(count(&store).await, 1);
}

#[tokio::test]
async fn a_full_disk_refuses_work_until_there_is_room() {
    // Every room from none to plenty: the disk fills in the middle of a group, of a header, of a new segment.
    for room in 0..1500 {
        let disk = Disk::default();
        if room % 2 == 0 {
            disk.boast();
        }
        let options = || StoreOptions { segment_bytes: 1000, ..on(&disk) };
        let store = Store::open(options()).await.unwrap();
        store.commit(put(&note("n", 0), &"x".repeat(600))).await.unwrap();
        disk.set_capacity(disk.used() + room);
        let mut stored = 1;
        let mut refused = false;
        for number in 1..6 {
            match store.commit(put(&note("n", number), &"x".repeat(200))).await {
                Ok(()) => stored += 1,
                Err(StoreError::Full) => refused = true,
                Err(error) => panic!("room {room}: {error}"),
            }
        }
        assert!(refused || room > 1200, "room {room}");
        assert_eq!(count(&store).await, stored, "room {room}");
        store.commit(Changes::durable()).await.unwrap();
        disk.set_capacity(1 << 30);
        store.commit(put(&note("n", 9), &String::new())).await.unwrap();
        let store = Store::open(StoreOptions { files: disk.copy().mount(), ..options() }).await.unwrap();
        assert_eq!(count(&store).await, stored + 1, "room {room}");
    }
}

#[tokio::test]
async fn below_the_reserve_new_work_waits_and_reads_go_on() {
    let disk = Disk::default();
    let store = Store::open(StoreOptions { reserved_bytes: 10_000, ..on(&disk) }).await.unwrap();
    disk.set_capacity(disk.used() + 20_000_000);
    store.commit(put(&note("n", 0), &String::new())).await.unwrap();
    disk.set_capacity(disk.used() + 9_000);
    assert!(matches!(store.commit(put(&note("n", 1), &String::new())).await, Err(StoreError::Full)));
    assert_eq!(count(&store).await, 1);
    disk.set_capacity(disk.used() + 20_000);
    store.commit(put(&note("n", 1), &String::new())).await.unwrap();
}

#[tokio::test]
async fn a_change_refused_by_a_full_disk_never_comes_back() {
    let disk = Disk::default();
    let store = open(&disk).await.unwrap();
    store.commit(put(&note("n", 0), &String::new())).await.unwrap();
    disk.arm(Faults { write: Some((0, io::ErrorKind::StorageFull)), ..Faults::default() });
    assert!(matches!(store.commit(put(&note("n", 1), &String::new())).await, Err(StoreError::Full)));
    assert_eq!(count(&open(&disk.copy()).await.unwrap()).await, 1);
    disk.cut_power(|bound| bound.saturating_sub(2)); // the version before the last of each sector: all but a last truncation
    assert_eq!(count(&open(&disk).await.unwrap()).await, 1);
}

#[tokio::test]
async fn groups_behind_a_cut_never_come_back() {
    // Two groups that were not synced; the first is torn, the second whole.
    let disk = Disk::default();
    let store = open(&disk).await.unwrap();
    for number in 0..3 {
        let mut changes = Changes::relaxed();
        changes.put(&note("n", number), &"same length".to_owned());
        store.commit(changes).await.unwrap();
    }
    let disk = disk.copy();
    let mut bytes = disk.read(&segment(1));
    let second = groups(&bytes)[1];
    bytes[second + GROUP_HEADER + 9] ^= 1;
    disk.write(&segment(1), bytes);
    let store = open(&disk).await.unwrap();
    assert_eq!(count(&store).await, 1);
    store.commit(put(&note("n", 9), &"same length".to_owned())).await.unwrap();
    let disk = disk.copy();
    let store = open(&disk).await.unwrap();
    let keys: Vec<_> =
        store.scan(Scan::<Note>::table()).await.unwrap().into_iter().map(|(key, _)| key).collect();
    assert_eq!(keys, [note("n", 0), note("n", 9)]);

    // A group repeated, every checksum right.
    let disk = disk.copy();
    let bytes = disk.read(&segment(1));
    let groups = groups(&bytes);
    let [.., start, end] = groups[..] else { panic!("{groups:?}") };
    disk.write(&segment(1), [&bytes[..end], &bytes[start..end]].concat());
    let store = open(&disk).await.unwrap();
    assert_eq!(count(&store).await, 2);
    assert_eq!(disk.read(&segment(1)).len(), end);
}

#[tokio::test]
async fn what_a_killed_process_left_is_made_durable_before_it_is_answered_for() {
    let disk = Disk::default();
    let store = open(&disk).await.unwrap();
    let mut relaxed = Changes::relaxed();
    relaxed.put(&Counter(1), &1);
    store.commit(relaxed).await.unwrap();
    disk.kill();
    let store = open(&disk).await.unwrap();
    assert!(store.get(&Counter(1)).await.unwrap().is_some());
    store.commit(Changes::durable()).await.unwrap();
    disk.cut_power(|_| 0);
    let store = open(&disk).await.unwrap();
    assert!(store.get(&Counter(1)).await.unwrap().is_some());
}

#[tokio::test]
async fn relaxed_changes_without_a_pause_are_synced_in_time() {
    let disk = Disk::default();
    let store = Store::open(StoreOptions { relaxed_for: Duration::ZERO, ..on(&disk) }).await.unwrap();
    while groups(&disk.read(&segment(1))).len() < 2 {
        tokio::time::sleep(Duration::from_millis(1)).await; // the claim on an empty journal
    }
    let before = disk.syncs();
    disk.hold();
    let commit = |number| {
        let store = store.clone();
        tokio::spawn(async move {
            let mut relaxed = Changes::relaxed();
            relaxed.put(&Counter(number), &1);
            store.commit(relaxed).await
        })
    };
    let first = commit(1);
    tokio::task::yield_now().await;
    disk.wait_held();
    let second = commit(2);
    tokio::task::yield_now().await;
    disk.release();
    first.await.unwrap().unwrap();
    second.await.unwrap().unwrap();
    while groups(&disk.read(&segment(1))).len() < 5 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(disk.syncs() - before, 2);
}

#[tokio::test]
async fn a_full_queue_refuses_at_once() {
    let disk = Disk::default();
    let store = Store::open(StoreOptions { queue_changes: 3, ..on(&disk) }).await.unwrap();
    disk.hold();
    let commit = |number| {
        let store = store.clone();
        tokio::spawn(async move { store.commit(put(&note("n", number), &String::new())).await })
    };
    let first = commit(0);
    tokio::task::yield_now().await;
    disk.wait_held();
    let waiting = [commit(1), commit(2), commit(3)];
    tokio::task::yield_now().await;
    assert!(matches!(commit(4).await.unwrap(), Err(StoreError::Overloaded)));
    disk.release();
    first.await.unwrap().unwrap();
    for task in waiting {
        task.await.unwrap().unwrap();
    }
    store.commit(put(&note("n", 5), &String::new())).await.unwrap();
    assert_eq!(count(&store).await, 5);
}

#[tokio::test]
async fn what_waits_together_is_synced_once() {
    let disk = Disk::default();
    let store = open(&disk).await.unwrap();
    disk.hold();
    let commit = |number| {
        let store = store.clone();
        tokio::spawn(async move { store.commit(put(&note("n", number), &String::new())).await })
    };
    let first = commit(0);
    tokio::task::yield_now().await;
    disk.wait_held();
    let waiting: Vec<_> = (1..33).map(commit).collect();
    tokio::task::yield_now().await;
    let before = disk.syncs();
    disk.release();
    first.await.unwrap().unwrap();
    for task in waiting {
        task.await.unwrap().unwrap();
    }
    assert_eq!(disk.syncs() - before, 2);
    assert_eq!(groups(&disk.read(&segment(1))).len(), 3);
}

#[tokio::test]
async fn relaxed_changes_are_synced_by_the_next_barrier_or_within_their_time() {
    let disk = Disk::default();
    let store = open(&disk).await.unwrap();
    let before = disk.syncs();
    let mut relaxed = Changes::relaxed();
    relaxed.put(&Counter(1), &1);
    store.commit(relaxed).await.unwrap();
    assert_eq!(store.get(&Counter(1)).await.unwrap().unwrap().value, 1);
    assert_eq!(disk.syncs(), before);
    store.commit(Changes::durable()).await.unwrap();
    assert_eq!(disk.syncs(), before + 1);
    store.commit(Changes::durable()).await.unwrap();
    assert_eq!(disk.syncs(), before + 1, "nothing was left to sync");
    disk.cut_power(|_| 0);
    let store = open(&disk).await.unwrap();
    assert_eq!(store.get(&Counter(1)).await.unwrap().unwrap().value, 1);
    drop(store);

    let folder = Disk::default();
    let options = StoreOptions { relaxed_for: Duration::from_millis(20), ..on(&folder) };
    let store = Store::open(options).await.unwrap();
    let before = folder.syncs();
    let mut relaxed = Changes::relaxed();
    relaxed.put(&Counter(1), &1);
    store.commit(relaxed).await.unwrap();
    while folder.syncs() == before {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    folder.cut_power(|_| 0);
    let store = open(&folder).await.unwrap();
    assert_eq!(store.get(&Counter(1)).await.unwrap().unwrap().value, 1);
}

#[tokio::test]
async fn the_last_handle_closes_the_store() {
    let folder = Folder::new();
    let store = Store::open(folder.options()).await.unwrap();
    assert_eq!(increment(&store, Counter(1)).await, 1);
    drop(store);
    let store = loop {
        match Store::open(folder.options()).await {
            Ok(store) => break store,
            Err(StoreError::InUse { .. }) => tokio::time::sleep(Duration::from_millis(1)).await,
            Err(error) => panic!("{error}"),
        }
    };
    assert_eq!(increment(&store, Counter(1)).await, 2);
    store.close().await.unwrap();
    let bytes = std::fs::read(folder.segment(1)).unwrap();
    assert!(bytes.starts_with(b"pgjourn\n") && Path::new(&folder.segment(1)).exists());
}
