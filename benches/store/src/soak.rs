//! Mixed load with compaction: memory and files must stay as they are.

use std::path::Path;
use std::time::{Duration, Instant};

use punchgate::shell::store::upkeep::disk_bytes;
use punchgate::shell::store::{Changes, DocumentId, Scan, Store, StoreError, StoreOptions};

use crate::{Row, anonymous_bytes, text};

/// What a task keeps alive.
const LIVE: u64 = 2000;
const TASKS: u64 = 16;

pub async fn run(folder: &Path, seconds: u64) {
    let options = StoreOptions { compact_bytes: 128 << 20, ..StoreOptions::at(folder.join("store")) };
    let store = Store::open(options).await.unwrap();
    let end = Instant::now() + Duration::from_secs(seconds);
    let tasks: Vec<_> = (0..TASKS).map(|task| tokio::spawn(work(store.clone(), task, end))).collect();
    let start = Instant::now();
    let pause = Duration::from_secs((seconds / 20).max(1));
    println!("{:>8} {:>12} {:>14} {:>14}", "seconds", "memory", "journal bytes", "index bytes");
    while Instant::now() < end {
        tokio::time::sleep(pause).await;
        // Files come and go while they are counted.
        let sizes =
            ["journal", "index"].map(|part| disk_bytes(&folder.join("store").join(part)).unwrap_or(0));
        let [journal, index] = sizes;
        println!("{:>8} {:>12} {journal:>14} {index:>14}", start.elapsed().as_secs(), anonymous_bytes());
    }
    let mut commits = 0;
    for task in tasks {
        commits += task.await.unwrap();
    }
    store.close().await.unwrap();
    println!("{commits} commits in {seconds} s");
}

async fn work(store: Store, task: u64, end: Instant) -> u64 {
    let mut number = 0;
    while Instant::now() < end {
        let id =
            |number: u64| DocumentId::new([task, number].map(u64::to_be_bytes).concat().try_into().unwrap());
        let mut changes = if number % 3 == 0 { Changes::durable() } else { Changes::relaxed() };
        changes.put(&Row::<1>(task, number), &text(number, 400));
        changes.put(&Row::<2>(task, number % 100), &text(number, 1500));
        changes.document(id(number), text(number, if number % 100 == 0 { 100_000 } else { 3000 }).as_bytes());
        if let Some(old) = number.checked_sub(LIVE) {
            changes.delete(&Row::<1>(task, old)).delete_document(id(old));
        }
        match store.commit(changes).await {
            Ok(()) => number += 1,
            Err(StoreError::Overloaded) => tokio::time::sleep(Duration::from_millis(5)).await,
            Err(error) => panic!("{error}"),
        }
        if number % 50 == 0 && number > 0 {
            let rows = store.scan(Scan::<Row<1>>::prefix(|key| key.u64(task)).limit(20)).await.unwrap();
            let Some((Row(_, oldest), _)) = rows.first() else { continue };
            assert!(number - oldest <= LIVE + 1);
            assert!(store.document(&id(number - 1)).await.unwrap().is_some());
        }
    }
    number
}
