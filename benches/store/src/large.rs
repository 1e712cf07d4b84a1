//! Many sessions and orders: time to open, memory, space.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use punchgate::shell::store::upkeep::disk_bytes;
use punchgate::shell::store::{Changes, DocumentId, Scan, Store, StoreError, StoreOptions};

use crate::{Row, anonymous_bytes, text};

type Session = Row<1>;
type SessionByTime = Row<2>;
type Order = Row<3>;
type OrderByTime = Row<4>;

const SESSION_BYTES: usize = 700;
const ORDER_BYTES: usize = 500;
const DOCUMENT_BYTES: usize = 1500;
/// What the store keeps in memory whatever it holds: the cache of the index, the overlay, a group being written.
const CACHES: u64 = (64 + 64 + 8) << 20;
/// Sessions or orders of one commit: many, for here only the state counts.
const BATCH: u64 = 50;

fn id(number: u64) -> u64 {
    number.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn document(number: u64) -> DocumentId {
    let [high, low] = [id(number), number].map(u64::to_be_bytes);
    DocumentId::new([high, low].concat().try_into().unwrap())
}

pub async fn run(folder: &Path, count: u64) {
    let options = || StoreOptions::at(folder.join("store"));
    let empty = anonymous_bytes();
    let store = Store::open(options()).await.unwrap();
    let start = Instant::now();
    fill(&store, count, 0, |changes, number, round| {
        changes.put(&Row::<1>(id(number), 0) as &Session, &text(number + round, SESSION_BYTES));
        changes.put(&Row::<2>(number, id(number)) as &SessionByTime, &String::new());
    })
    .await;
    println!("{count} sessions written in {} s", start.elapsed().as_secs());
    memory("as fast as they went in", empty, count);
    tokio::time::sleep(Duration::from_secs(5)).await;
    memory("5 s later", empty, count);
    let start = Instant::now();
    fill(&store, count, 0, orders).await;
    println!("{count} orders written in {} s", start.elapsed().as_secs());
    memory("with orders too", empty, count);
    sizes(folder);
    store.close().await.unwrap();
    drop(store);
    reopened(folder, "after a clean stop");
    reopened(folder, "after a kill");
    let _ = std::fs::write(folder.join("store/index.bad"), b"");
    reopened(folder, "with the index to be rebuilt, as after a power cut");

    let store = Store::open(options()).await.unwrap();
    for round in 1..=3 {
        let start = Instant::now();
        fill(&store, count, round, |changes, number, round| {
            changes.put(&Row::<1>(id(number), 0) as &Session, &text(number + round, SESSION_BYTES));
            orders(changes, number, round);
        })
        .await;
        println!("everything overwritten in {} s", start.elapsed().as_secs());
    }
    let start = Instant::now();
    store.compact().await.unwrap();
    println!("compacted in {} s", start.elapsed().as_secs());
    store.close().await.unwrap();
    sizes(folder);
    let live = count * (SESSION_BYTES + ORDER_BYTES + DOCUMENT_BYTES + 4 * 30) as u64;
    println!("live data: {live} bytes, documents not compressed");
}

fn memory(when: &str, empty: u64, count: u64) {
    let more = anonymous_bytes().saturating_sub(empty);
    let each = more.saturating_sub(CACHES) / count;
    println!("anonymous memory {when}: {more} bytes more than before, {each} a session beyond the caches");
}

fn orders(changes: &mut Changes, number: u64, round: u64) {
    changes.put(&Row::<3>(number % 5000, number) as &Order, &text(number + round, ORDER_BYTES));
    changes.put(&Row::<4>(!number, number % 5000) as &OrderByTime, &String::new());
    changes.document(document(number), text(number + round, DOCUMENT_BYTES).as_bytes());
}

async fn fill(store: &Store, count: u64, round: u64, row: impl Fn(&mut Changes, u64, u64)) {
    for first in (0..count).step_by(BATCH as usize) {
        loop {
            let mut changes = Changes::relaxed();
            for number in first..(first + BATCH).min(count) {
                row(&mut changes, number, round);
            }
            match store.commit(changes).await {
                Ok(()) => break,
                Err(StoreError::Overloaded) => tokio::time::sleep(Duration::from_millis(5)).await,
                Err(error) => panic!("{error}"),
            }
        }
    }
    store.commit(Changes::durable()).await.unwrap();
}

fn sizes(folder: &Path) {
    let [journal, index] =
        ["journal", "index"].map(|part| disk_bytes(&folder.join("store").join(part)).unwrap());
    println!("on disk: journal {journal} bytes, index {index} bytes");
}

/// Opens the store in a process of its own, which is killed afterwards when the next one is to find that.
fn reopened(folder: &Path, how: &str) {
    let program = std::env::current_exe().unwrap();
    let mut open = Command::new(program);
    open.arg("--folder").arg(folder).arg("open").stdout(Stdio::piped());
    let output = open.output().unwrap();
    println!("opened {how}: {}", String::from_utf8_lossy(&output.stdout).trim());
}

/// Ends as a kill does: nothing is closed.
pub async fn open(folder: &Path) {
    let before = anonymous_bytes();
    let start = Instant::now();
    let store = Store::open(StoreOptions::at(folder.join("store"))).await.unwrap();
    let opened = start.elapsed();
    let count = store.get(&(Row::<1>(id(7), 0) as Session)).await.unwrap().map(|row| row.value.len());
    assert_eq!(count, Some(SESSION_BYTES));
    // Every session and order as often as the caches may want to keep it.
    let more_at_first = anonymous_bytes().saturating_sub(before);
    let mut rows = 0;
    let mut last = None;
    loop {
        let mut scan = Scan::<Row<1>>::table().limit(1000);
        if let Some(last) = last {
            scan = scan.after(&last);
        }
        let page = store.scan(scan).await.unwrap();
        let Some((key, _)) = page.last() else { break };
        last = Some(*key);
        rows += page.len();
    }
    // One commit, so that the index is no longer what was closed.
    let mut changes = Changes::durable();
    changes.put(&Row::<5>(0, 0), &String::new());
    store.commit(changes).await.unwrap();
    tokio::time::sleep(Duration::from_secs(2)).await;
    let more = anonymous_bytes().saturating_sub(before);
    println!(
        "{} ms, then {more_at_first} bytes of anonymous memory, {more} once all {rows} sessions were read",
        opened.as_millis()
    );
    std::process::exit(0);
}
