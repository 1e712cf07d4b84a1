//! Crashes, simulated from a seed: a disk that loses, tears and reorders what was not synced, cut off at any
//! operation, or a process that is killed there, then recovery, compared with a model. `PUNCHGATE_CRASHES` sets how many, `PUNCHGATE_SEED`
//! replays one.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::time::Duration;

use punchgate::shell::store::{
    Changes, IndexKind, MemoryIndex, Scan, Store, StoreError, StoreOptions, Version,
};

use super::fake_files::{Disk, Faults};
use super::{Counter, Note, document, note, on};

/// `SplitMix64`.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}

/// Counts the changes that were applied: every change writes its number here.
const LAST: Counter = Counter(0);

/// One change as the model knows it.
#[derive(Clone, Debug)]
struct Step {
    number: u64,
    durable: bool,
    puts: Vec<(Note, String)>,
    deletes: Vec<Note>,
    document: Option<(u8, Vec<u8>)>,
    /// A document that is deleted, before another is written.
    forgotten: Option<u8>,
    /// Keys whose version is checked, with what was read.
    expected: Vec<(Note, Option<Version>)>,
    /// Only waits for what came before.
    barrier: bool,
}

impl Step {
    fn random(random: &mut Random, number: u64, versions: &BTreeMap<Note, Version>) -> Self {
        let key = |random: &mut Random| note(["a", "b"][random.below(2) as usize], random.below(6));
        let mut step = Self {
            number,
            durable: random.below(4) > 0,
            puts: Vec::new(),
            deletes: Vec::new(),
            document: None,
            forgotten: None,
            expected: Vec::new(),
            barrier: random.below(12) == 0,
        };
        if step.barrier {
            step.durable = true;
            return step;
        }
        for _ in 0..random.below(4) {
            let length = [0, 30, 700][random.below(3) as usize];
            step.puts.push((key(random), format!("{number}:{}", "v".repeat(length))));
        }
        if random.below(3) == 0 {
            step.deletes.push(key(random));
        }
        if random.below(8) == 0 {
            step.forgotten = Some(random.below(5) as u8);
        }
        if random.below(3) == 0 {
            let bytes = (0..random.below(3000)).map(|_| random.next().to_le_bytes()[0]).collect();
            step.document = Some((random.below(5) as u8, bytes));
        }
        if random.below(3) == 0 {
            let key = key(random);
            let version = versions.get(&key).copied();
            step.expected.push((key, version));
        }
        step
    }

    fn changes(&self) -> Changes {
        let mut changes = if self.durable { Changes::durable() } else { Changes::relaxed() };
        for (key, version) in &self.expected {
            changes.expect(key, *version);
        }
        if self.barrier {
            return changes;
        }
        for (key, value) in &self.puts {
            changes.put(key, value);
        }
        for key in &self.deletes {
            changes.delete(key);
        }
        if let Some(id) = self.forgotten {
            changes.delete_document(document(id));
        }
        if let Some((id, bytes)) = &self.document {
            changes.document(document(*id), bytes);
        }
        changes.put(&LAST, &self.number);
        changes
    }
}

type Digest = (usize, u32);

fn digest(bytes: &[u8]) -> Digest {
    (bytes.len(), crc32c::crc32c(bytes))
}

/// What the store must hold.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
struct Model {
    /// Values and documents as length and checksum, so that a failure can be read.
    rows: BTreeMap<Note, Digest>,
    documents: BTreeMap<u8, Digest>,
    last: u64,
}

impl Model {
    fn apply(&mut self, step: &Step) {
        self.rows.extend(step.puts.iter().map(|(key, value)| (key.clone(), digest(value.as_bytes()))));
        for key in &step.deletes {
            self.rows.remove(key);
        }
        if let Some(id) = &step.forgotten {
            self.documents.remove(id);
        }
        self.documents.extend(step.document.iter().map(|(id, bytes)| (*id, digest(bytes))));
        self.last = step.number;
    }

    async fn read(store: &Store) -> (Self, BTreeMap<Note, Version>) {
        let rows = store.scan(Scan::<Note>::table()).await.unwrap();
        let versions = rows.iter().map(|(key, row)| (key.clone(), row.version)).collect();
        let mut model =
            Self { last: store.get(&LAST).await.unwrap().map_or(0, |row| row.value), ..Self::default() };
        model.rows = rows.into_iter().map(|(key, row)| (key, digest(row.value.as_bytes()))).collect();
        for id in 0..5 {
            if let Some(bytes) = store.document(&document(id)).await.unwrap() {
                model.documents.insert(id, digest(&bytes));
            }
        }
        (model, versions)
    }
}

/// One disk over several runs, each ended by a power cut.
struct Simulation {
    random: Random,
    disk: Disk,
    /// Survives a kill as it is, a power cut not unless the store was closed.
    index: MemoryIndex,
    /// As it was at some time on the same boot.
    older: MemoryIndex,
    /// Survives any crash.
    certain: Model,
    /// Applied after that, in order; a crash may take any number of them from the end.
    maybe: Vec<Step>,
    number: u64,
    compactions: u64,
}

impl Simulation {
    fn new(seed: u64) -> Self {
        Self {
            random: Random(seed),
            disk: Disk::default(),
            index: MemoryIndex::default(),
            older: MemoryIndex::default(),
            certain: Model::default(),
            maybe: Vec::new(),
            number: 0,
            compactions: 0,
        }
    }

    fn options(&self) -> StoreOptions {
        // No timer may decide anything in a run that a seed must repeat.
        StoreOptions {
            segment_bytes: 8 << 10,
            relaxed_for: Duration::from_secs(3600),
            index: IndexKind::Memory(self.index.clone()),
            compact_bytes: u64::MAX,
            ..on(&self.disk)
        }
    }

    /// Works until the power goes, or some rounds have passed, or the store was closed; then it goes.
    async fn run(&mut self) {
        let power = self.random.below(120);
        let mut closed = false;
        self.disk.arm(Faults { power: Some(power), ..Faults::default() });
        match Store::open(self.options()).await {
            Ok(store) => {
                self.compare(&store).await;
                for _ in 0..=self.random.below(5) {
                    if self.round(&store).await.is_break() || self.compact(&store).await.is_break() {
                        break;
                    }
                    if self.random.below(3) == 0 {
                        self.older = self.index.copy();
                    }
                }
                if self.random.below(6) == 0 && store.close().await.is_ok() {
                    self.settle(self.maybe.len());
                    closed = true;
                }
            }
            Err(error) => assert!(self.disk.power_is_gone(), "{error}"),
        }
        let random = &mut self.random;
        // The threads of this run may still write to what it had.
        self.index = self.index.copy();
        if random.below(3) == 0 {
            self.disk.kill();
            if !closed && random.below(4) == 0 {
                self.index = self.older.copy();
            }
        } else {
            self.disk.cut_power(|bound| random.below(bound));
            // While that file is there nobody has touched the index since it was closed and synced.
            if !self.disk.paths().contains(&"/store/index.clean".into()) {
                self.index.garble();
            }
        }
    }

    /// Compacts at times; afterwards everything written before is certain, for the segment was sealed.
    async fn compact(&mut self, store: &Store) -> ControlFlow<()> {
        if self.random.below(3) > 0 {
            return ControlFlow::Continue(());
        }
        match store.compact().await {
            Ok(_) => {
                self.settle(self.maybe.len());
                self.compactions += 1;
                ControlFlow::Continue(())
            }
            Err(error) => {
                assert!(self.disk.power_is_gone(), "{error}");
                ControlFlow::Break(())
            }
        }
    }

    /// The oldest of the uncertain changes became certain.
    fn settle(&mut self, count: usize) {
        for step in self.maybe.drain(..count) {
            self.certain.apply(&step);
        }
    }

    /// Whatever was recovered is a state that the changes went through, and none that was acknowledged is
    /// missing. From now on it is certain: the journal is synced when it is opened.
    async fn compare(&mut self, store: &Store) {
        let (found, _) = Model::read(store).await;
        let mut expected = self.certain.clone();
        for step in &self.maybe {
            if expected.last >= found.last {
                break;
            }
            expected.apply(step);
        }
        assert_eq!(found, expected);
        self.certain = found;
        self.maybe.clear();
    }

    /// Commits some changes as one group, after one that waits alone for them to arrive.
    async fn round(&mut self, store: &Store) -> ControlFlow<()> {
        let (_, versions) = Model::read(store).await;
        let mut visible = self.maybe.len();
        self.disk.hold();
        let mut tasks = Vec::new();
        for index in 0..2 + self.random.below(5) {
            self.number += 1;
            let mut step = Step::random(&mut self.random, self.number, &versions);
            step.barrier &= index > 0; // one with nothing to wait for is not queued
            let (store, changes) = (store.clone(), step.changes());
            let task = tokio::spawn(async move { store.commit(changes).await });
            tokio::task::yield_now().await;
            if index == 0 {
                self.disk.wait_held();
            }
            tasks.push((step, task));
        }
        self.disk.release();

        let mut written = BTreeSet::new();
        let mut flow = ControlFlow::Continue(());
        for (step, task) in tasks {
            let stale = step.expected.iter().any(|(key, version)| {
                let now = self.maybe.iter().fold(self.certain.rows.contains_key(key), |there, step| {
                    (there || step.puts.iter().any(|(put, _)| put == key)) && !step.deletes.contains(key)
                });
                written.contains(key) && (now || version.is_some())
            });
            let result = task.await.unwrap();
            match (&result, stale) {
                (Err(StoreError::Stopped(_)), _) => flow = ControlFlow::Break(()),
                (Err(StoreError::Conflict), true) => continue,
                (Ok(()), false) => {}
                (other, _) => panic!("change {}, stale: {stale}, {other:?}", step.number),
            }
            if stale {
                continue;
            }
            if step.barrier {
                if result.is_ok() {
                    self.settle(visible); // what became visible only in this round it does not wait for
                    visible = 0;
                }
            } else {
                written
                    .extend(step.puts.iter().map(|(key, _)| key.clone()).chain(step.deletes.iter().cloned()));
                self.maybe.push(step.clone());
            }
            if step.durable && !step.barrier && result.is_ok() {
                self.settle(self.maybe.len());
                visible = 0;
            }
        }
        flow
    }
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|value| value.parse().unwrap())
}

#[test]
fn every_acknowledged_change_survives_every_crash() {
    const RUNS: u64 = 5;
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let replay = number("PUNCHGATE_SEED");
    let crashes = number("PUNCHGATE_CRASHES").unwrap_or(1000);
    let first = replay.unwrap_or_else(|| u64::from(std::process::id()) << 32);
    let mut compactions = 0;
    for seed in first..first + replay.map_or(crashes.div_ceil(RUNS), |_| 1) {
        println!("PUNCHGATE_SEED={seed}");
        runtime.block_on(async {
            let mut simulation = Simulation::new(seed);
            for _ in 0..RUNS {
                simulation.run().await;
            }
            let store = Store::open(simulation.options()).await.unwrap();
            simulation.compare(&store).await;
            store.close().await.unwrap();
            compactions += simulation.compactions;
        });
    }
    assert!(replay.is_some() || compactions > crashes / 20, "{compactions} compactions");
}
