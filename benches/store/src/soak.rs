//! Mixed load with compaction: memory and files must stay as they are. Ends with 1 when they do not.

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use punchgate::shell::store::files::DiskFiles;
use punchgate::shell::store::upkeep::{check, disk_bytes};
use punchgate::shell::store::{Changes, DocumentId, Scan, Store, StoreError, StoreOptions};

use crate::{Row, anonymous_bytes, median, text};

/// What a task keeps alive.
const LIVE: u64 = 2000;
const TASKS: u64 = 16;
const SAMPLES: u64 = 60;

/// - `rate`: commits a second, at most.
pub async fn run(folder: &Path, seconds: u64, rate: u64) -> ExitCode {
    let options = StoreOptions { compact_bytes: 128 << 20, ..StoreOptions::at(folder.join("store")) };
    let store = Store::open(options.clone()).await.unwrap();
    let start = Instant::now();
    let end = start + Duration::from_secs(seconds);
    let pause = Duration::from_micros(TASKS * 1_000_000 / rate.max(1));
    let tasks: Vec<_> = (0..TASKS).map(|task| tokio::spawn(work(store.clone(), task, end, pause))).collect();
    let between = Duration::from_secs((seconds / SAMPLES).max(1));
    println!(
        "{:>8} {:>12} {:>14} {:>14} {:>12}",
        "seconds", "memory", "journal bytes", "index bytes", "checkpoint"
    );
    let mut samples = Vec::new();
    while Instant::now() < end {
        tokio::time::sleep(between).await;
        // Files come and go while they are counted.
        let [journal, index] =
            ["journal", "index"].map(|part| disk_bytes(&folder.join("store").join(part)).unwrap_or(0));
        let (passed, memory) = (start.elapsed().as_secs(), anonymous_bytes());
        let checkpoint = checkpoint(&folder.join("store/journal"));
        println!("{passed:>8} {memory:>12} {journal:>14} {index:>14} {checkpoint:>12}");
        samples.push([memory, journal, index]);
    }
    let mut commits = 0;
    for task in tasks {
        commits += task.await.unwrap();
    }
    store.close().await.unwrap();
    println!("{commits} commits in {} s", start.elapsed().as_secs());
    let verified = check(&DiskFiles, &options.folder).unwrap();
    println!("the journal is whole: {verified:?}");
    // The first quarter fills it.
    let settled = samples.split_off(samples.len() / 4);
    let (first, second) = settled.split_at(settled.len() / 2);
    let mut flat = true;
    for (at, (what, slack)) in
        [("memory", 16 << 20), ("journal", 128 << 20), ("index", 128 << 20)].into_iter().enumerate()
    {
        let [first, second] =
            [first, second].map(|part| median(part.iter().map(|sample| sample[at]).collect::<Vec<u64>>()));
        println!("{what}: median {first}, later {second}");
        flat &= second <= first + first / 10 + slack;
    }
    println!("{}", if flat { "flat" } else { "NOT FLAT" });
    if flat { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Number of the newest checkpoint: how often it was compacted.
fn checkpoint(journal: &Path) -> u64 {
    let names = std::fs::read_dir(journal).unwrap().flatten().map(|entry| entry.file_name());
    let numbers = names.filter_map(|name| name.to_str()?.strip_suffix(".checkpoint")?.parse().ok());
    numbers.max().unwrap_or(0)
}

async fn work(store: Store, task: u64, end: Instant, pause: Duration) -> u64 {
    let mut number = 0;
    let mut beat = tokio::time::interval(pause);
    while Instant::now() < end {
        beat.tick().await;
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
