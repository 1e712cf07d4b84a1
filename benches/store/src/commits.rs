//! Durable commits of 2 kB with six keys.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use punchgate::shell::store::{Changes, Store, StoreError, StoreOptions};

use crate::bare::BareLog;
use crate::peer::Postgres;
use crate::{Row, median, text};

const KEYS: u64 = 6;
/// With the key of 17 bytes and what the formats add, six of these are 2 kB.
const VALUE_BYTES: usize = 310;
const RUNS: usize = 3;

pub async fn run(folder: &Path, seconds: u64, programs: &Path) {
    println!("durable commits of 2 kB with six keys, per second; median of {RUNS} runs of {seconds} s");
    println!("{:>10} {:>10} {:>10} {:>12}", "in flight", "bare log", "punchgate", "PostgreSQL");
    let postgres = Postgres::start(programs, folder);
    let client = postgres.connect().await;
    client.batch_execute("CREATE TABLE rows (key bytea PRIMARY KEY, value bytea NOT NULL)").await.unwrap();
    // What the start of PostgreSQL left to be written must not wait behind the first figure.
    rustix::fs::sync();
    measure_bare(&folder.join("bare-warm"), 1, 1).await;
    let mut unique = 0;
    println!("load of the machine: {}", load());
    for in_flight in [1, 16, 64] {
        let (mut bare, mut store, mut peer) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..RUNS {
            unique += 1;
            rustix::fs::sync();
            bare.push(measure_bare(&folder.join(format!("bare-{unique}")), in_flight, seconds).await);
            rustix::fs::sync();
            store.push(measure_store(&folder.join(format!("store-{unique}")), in_flight, seconds).await);
            client.batch_execute("TRUNCATE rows; CHECKPOINT").await.unwrap();
            rustix::fs::sync();
            peer.push(measure_postgres(&postgres, in_flight, seconds).await);
        }
        let spreads = format!("{bare:?} {store:?} {peer:?}");
        let [bare, store, peer] = [bare, store, peer].map(median);
        println!("{in_flight:>10} {bare:>10} {store:>10} {peer:>12}   runs: {spreads}");
    }
}

/// Of the last minute: other work that the figures share the machine with.
fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap();
    text.split(' ').next().unwrap().to_owned()
}

/// Has so many tasks work until the time is over; returns what was done in a second.
async fn measure<F: Future<Output = ()> + Send + 'static>(
    in_flight: u64,
    seconds: u64,
    task: impl Fn(u64, Arc<Meter>) -> F,
) -> u64 {
    let meter =
        Arc::new(Meter { count: AtomicU64::new(0), end: Instant::now() + Duration::from_secs(seconds) });
    let start = Instant::now();
    let tasks: Vec<_> = (0..in_flight).map(|number| tokio::spawn(task(number, Arc::clone(&meter)))).collect();
    for task in tasks {
        task.await.unwrap();
    }
    let millis = start.elapsed().as_millis() as u64;
    meter.count.load(Ordering::Relaxed) * 1000 / millis
}

struct Meter {
    count: AtomicU64,
    end: Instant,
}

impl Meter {
    /// A number of its own for each piece of work; `None`: time is over.
    fn next(&self) -> Option<u64> {
        (Instant::now() < self.end).then(|| self.count.fetch_add(1, Ordering::Relaxed))
    }
}

async fn measure_store(folder: &Path, in_flight: u64, seconds: u64) -> u64 {
    let store = Store::open(StoreOptions::at(folder)).await.unwrap();
    let measured = measure(in_flight, seconds, |_, meter| {
        let store = store.clone();
        async move {
            while let Some(number) = meter.next() {
                loop {
                    let mut changes = Changes::durable();
                    for key in 0..KEYS {
                        changes
                            .put(&Row::<1>(scattered(number), key), &text(number * KEYS + key, VALUE_BYTES));
                    }
                    match store.commit(changes).await {
                        Ok(()) => break,
                        // Told to come again: the work is not counted as done before it is.
                        Err(StoreError::Overloaded) => tokio::time::sleep(Duration::from_millis(2)).await,
                        Err(error) => panic!("{error}"),
                    }
                }
            }
        }
    });
    let measured = measured.await;
    store.close().await.unwrap();
    measured
}

async fn measure_bare(path: &Path, in_flight: u64, seconds: u64) -> u64 {
    let log = BareLog::create(path);
    measure(in_flight, seconds, |_, meter| {
        let log = log.clone();
        async move {
            while let Some(number) = meter.next() {
                let mut bytes = Vec::with_capacity(2048);
                for key in 0..KEYS {
                    bytes.extend_from_slice(&scattered(number).to_be_bytes());
                    bytes.extend_from_slice(&key.to_be_bytes());
                    bytes.extend_from_slice(text(number * KEYS + key, VALUE_BYTES).as_bytes());
                }
                log.append(bytes).await;
            }
        }
    })
    .await
}

async fn measure_postgres(postgres: &Postgres, in_flight: u64, seconds: u64) -> u64 {
    let mut clients = Vec::new();
    for _ in 0..in_flight {
        let client = postgres.connect().await;
        let values: Vec<String> =
            (0..KEYS).map(|key| format!("(${}, ${})", key * 2 + 1, key * 2 + 2)).collect();
        let insert = client.prepare(&format!("INSERT INTO rows VALUES {}", values.join(", "))).await.unwrap();
        clients.push(Arc::new((client, insert)));
    }
    measure(in_flight, seconds, |task, meter| {
        let connection = Arc::clone(&clients[task as usize]);
        async move {
            let (client, insert) = &*connection;
            while let Some(number) = meter.next() {
                let row = |key| {
                    let key_bytes = [scattered(number).to_be_bytes(), u64::to_be_bytes(key)].concat();
                    [key_bytes, text(number * KEYS + key, VALUE_BYTES).into_bytes()]
                };
                let values: Vec<Vec<u8>> = (0..KEYS).flat_map(row).collect();
                let values: Vec<&(dyn tokio_postgres::types::ToSql + Sync)> =
                    values.iter().map(|value| value as _).collect();
                client.execute(insert, &values).await.unwrap();
            }
        }
    })
    .await
}

/// Keys that come in no order, as random ids do.
fn scattered(number: u64) -> u64 {
    number.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}
