//! Values of older shapes: migrated at start, a step at a time, also when it is cut short.

use punchgate::shell::store::{Key, KeyBytes, KeyReader, Migration, Scan, Store, StoreError, StoreOptions};
use serde_json::{Value, json};

use super::fake_files::{Disk, Faults};
use super::{Counter, note, on, put};

/// The notes of the other tests, in their third shape.
#[derive(Debug)]
struct NoteNow(String, u64);

impl Key for NoteNow {
    type Value = Value;
    const TABLE: u8 = 200;
    const SCHEMA: u16 = 3;

    fn encode(&self, key: &mut KeyBytes) {
        key.text(&self.0).u64(self.1);
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        KeyReader::whole(bytes, |key| Some(Self(key.text()?, key.u64()?)))
    }
}

static STEPS: [Migration; 2] = [
    Migration { table: 200, from: 1, step: |old| Ok(json!({ "text": old })) },
    Migration {
        table: 200,
        from: 2,
        step: |old| match old.get("text") {
            Some(text) => Ok(json!({ "text": text, "times": 1 })),
            None => Err("no text".to_owned()),
        },
    },
];

fn options(disk: &Disk, steps: &'static [Migration]) -> StoreOptions {
    StoreOptions { migrations: steps, ..on(disk) }
}

async fn old(notes: u64) -> Disk {
    let disk = Disk::default();
    let store = Store::open(on(&disk)).await.unwrap();
    for number in 0..notes {
        store.commit(put(&note("n", number), &format!("text {number}"))).await.unwrap();
    }
    store.commit(put(&Counter(1), &7)).await.unwrap();
    store.close().await.unwrap();
    disk
}

async fn assert_migrated(store: &Store, notes: u64) {
    let rows = store.scan(Scan::<NoteNow>::table()).await.unwrap();
    let values: Vec<Value> = rows.into_iter().map(|(_, row)| row.value).collect();
    let expected: Vec<Value> =
        (0..notes).map(|number| json!({ "text": format!("text {number}"), "times": 1 })).collect();
    assert_eq!(values, expected);
    assert_eq!(store.get(&Counter(1)).await.unwrap().unwrap().value, 7);
}

#[tokio::test]
async fn old_values_take_every_step_once() {
    for notes in [0, 1, 255, 256, 257, 700] {
        let disk = old(notes).await;
        for _ in 0..2 {
            let store = Store::open(options(&disk, &STEPS)).await.unwrap();
            assert_migrated(&store, notes).await;
            store.close().await.unwrap();
        }
    }
}

#[tokio::test]
async fn one_step_then_the_next() {
    let disk = old(300).await;
    Store::open(options(&disk, &STEPS[..1])).await.unwrap().close().await.unwrap();
    let store = Store::open(options(&disk, &STEPS)).await.unwrap();
    assert_migrated(&store, 300).await;
    store.close().await.unwrap();
}

#[tokio::test]
async fn cut_short_anywhere_it_goes_on() {
    let made = old(700).await;
    for power in 0..40 {
        let disk = made.copy();
        disk.arm(Faults { power: Some(power), ..Faults::default() });
        let first = Store::open(options(&disk, &STEPS)).await;
        disk.cut_power(|bound| power % bound);
        drop(first);
        let store = Store::open(options(&disk, &STEPS)).await.unwrap();
        assert_migrated(&store, 700).await;
        store.close().await.unwrap();
    }
}

#[tokio::test]
async fn a_value_that_no_step_understands_and_a_newer_one_refuse() {
    static IMPOSSIBLE: [Migration; 1] = [Migration { table: 200, from: 1, step: |_| Err("no".to_owned()) }];
    let disk = old(3).await;
    let refused = Store::open(options(&disk, &IMPOSSIBLE)).await;
    assert!(matches!(refused, Err(StoreError::Row { table: 200, .. })), "{refused:?}");
    Store::open(options(&disk, &STEPS)).await.unwrap().close().await.unwrap();
    for older in [&STEPS[..1], &[]] {
        let refused = Store::open(options(&disk, older)).await;
        assert!(matches!(refused, Err(StoreError::NewerSchema { table: 200, schema: 3, .. })), "{refused:?}");
    }
}
