//! A disk in memory that does what disks are allowed to do: what was not synced may be lost, torn by sector,
//! or arrive in another order; writes and syncs fail when told to; space runs out; bits flip.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, IoSlice};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

use punchgate::shell::store::files::{Files, StoreFile};

/// What a disk writes whole or not at all.
const SECTOR: usize = 512;

#[derive(Clone, Debug, Default)]
pub(crate) struct Disk(Arc<Shared>);

/// The disk as one run sees it: when the run has ended, nothing of it works any more.
#[derive(Debug)]
struct Mounted {
    disk: Disk,
    run: u64,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Handles of an earlier run no longer work.
    run: u64,
    boots: u64,
    names: BTreeMap<PathBuf, usize>,
    durable_names: BTreeMap<PathBuf, usize>,
    contents: Vec<Content>,
    locks: BTreeSet<PathBuf>,
    capacity: Option<u64>,
    /// Whether the disk seems to have room until a write fails.
    boasts: bool,
    faults: Faults,
    /// Whether [`Files::free_bytes`] waits, and whether anybody does.
    held: bool,
    waits: bool,
    syncs: u64,
}

#[derive(Debug, Default)]
struct Content {
    now: Vec<u8>,
    durable: Vec<u8>,
    unsynced: Vec<Op>,
}

#[derive(Clone, Debug)]
enum Op {
    Write(usize, Vec<u8>),
    Truncate(usize),
}

/// Counted down at each operation of the kind; the one at zero fails.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    /// The power goes at this operation of any kind; it and all later ones fail.
    pub(crate) power: Option<u64>,
    pub(crate) sync: Option<u64>,
    /// Fails with this kind, with half of the bytes written; with all of them when the disk is full.
    pub(crate) write: Option<(u64, io::ErrorKind)>,
}

impl Content {
    fn apply(bytes: &mut Vec<u8>, op: &Op) {
        match op {
            Op::Write(offset, data) => {
                bytes.resize(bytes.len().max(offset + data.len()), 0);
                bytes[*offset..offset + data.len()].copy_from_slice(data);
            }
            Op::Truncate(length) => bytes.resize(*length, 0),
        }
    }

    fn change(&mut self, op: Op) {
        Self::apply(&mut self.now, &op);
        self.unsynced.push(op);
    }

    /// What is left after a power cut: each sector, and the length, as it was after some of the operations.
    fn after_power_cut(&self, random: &mut impl FnMut(u64) -> u64) -> Vec<u8> {
        let count = self.unsynced.len();
        let most = random(count as u64 + 1) as usize;
        // Often everything up to some operation, sometimes any mixture.
        let mixed = random(3) > 0;
        let versions: Vec<Vec<u8>> = (0..=count)
            .scan(self.durable.clone(), |bytes, applied| {
                let version = bytes.clone();
                if let Some(op) = self.unsynced.get(applied) {
                    Self::apply(bytes, op);
                }
                Some(version)
            })
            .collect();
        let mut pick = || if mixed { random(count as u64 + 1) as usize } else { most };
        let mut bytes = vec![0; versions[pick()].len()];
        for (index, sector) in bytes.chunks_mut(SECTOR).enumerate() {
            let version = &versions[pick()];
            let start = (index * SECTOR).min(version.len());
            let end = (start + sector.len()).min(version.len());
            sector[..end - start].copy_from_slice(&version[start..end]);
        }
        bytes
    }
}

impl State {
    /// Counts an operation that reaches the disk.
    fn operate(&mut self) -> io::Result<()> {
        match &mut self.faults.power {
            None => Ok(()),
            Some(0) => Err(io::Error::other("the power is gone")),
            Some(left) => {
                *left -= 1;
                Ok(())
            }
        }
    }

    fn used(&self) -> u64 {
        self.names.values().map(|&file| self.contents[file].now.len() as u64).sum()
    }

    fn file(&mut self, path: &Path) -> io::Result<&mut Content> {
        let file = *self.names.get(path).ok_or(io::ErrorKind::NotFound)?;
        Ok(&mut self.contents[file])
    }
}

impl Disk {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap()
    }

    /// Arms faults; those armed before are off.
    pub(crate) fn arm(&self, faults: Faults) {
        self.state().faults = faults;
    }

    /// The disk for a run that begins now.
    pub(crate) fn mount(&self) -> Arc<dyn Files> {
        Arc::new(Mounted { disk: self.clone(), run: self.state().run })
    }

    pub(crate) fn power_is_gone(&self) -> bool {
        self.state().faults.power == Some(0)
    }

    /// Ends the run: its handles fail from now on, and of what was not synced anything may be lost.
    ///
    /// - `random`: any number below its argument.
    pub(crate) fn cut_power(&self, mut random: impl FnMut(u64) -> u64) {
        self.kill();
        let mut state = self.state();
        let state = &mut *state;
        state.boots += 1;
        for content in &mut state.contents {
            let bytes = content.after_power_cut(&mut random);
            *content = Content { now: bytes.clone(), durable: bytes, unsynced: Vec::new() };
        }
        let paths: BTreeSet<PathBuf> =
            state.names.keys().chain(state.durable_names.keys()).cloned().collect();
        for path in paths {
            let (now, durable) = (state.names.get(&path).copied(), state.durable_names.get(&path).copied());
            if let Some(file) = if now == durable || random(2) == 0 { now } else { durable } {
                state.names.insert(path, file);
            } else {
                state.names.remove(&path);
            }
        }
        state.durable_names = state.names.clone();
    }

    /// Ends the run as a killed process does: its handles fail, what it wrote is still in the cache.
    pub(crate) fn kill(&self) {
        let mut state = self.state();
        state.locks.clear();
        state.faults = Faults::default();
        state.held = false;
        state.run += 1;
        self.0.changed.notify_all();
    }

    /// Another disk with what a reader of this one sees now, as after a process was killed.
    pub(crate) fn copy(&self) -> Self {
        let state = self.state();
        let copy = Self::default();
        for (path, &file) in &state.names {
            copy.write(path, state.contents[file].now.clone());
        }
        copy
    }

    pub(crate) fn read(&self, path: &Path) -> Vec<u8> {
        self.state().file(path).unwrap().now.clone()
    }

    /// Replaces or creates a file, durably.
    pub(crate) fn write(&self, path: &Path, bytes: Vec<u8>) {
        let mut state = self.state();
        let file = state.contents.len();
        state.contents.push(Content { now: bytes.clone(), durable: bytes, unsynced: Vec::new() });
        state.names.insert(path.to_owned(), file);
        state.durable_names.insert(path.to_owned(), file);
    }

    pub(crate) fn paths(&self) -> Vec<PathBuf> {
        self.state().names.keys().cloned().collect()
    }

    /// Bytes that all files together may have.
    pub(crate) fn set_capacity(&self, bytes: u64) {
        self.state().capacity = Some(bytes);
    }

    /// Makes the disk tell of room that it does not have.
    pub(crate) fn boast(&self) {
        self.state().boasts = true;
    }

    pub(crate) fn used(&self) -> u64 {
        self.state().used()
    }

    pub(crate) fn syncs(&self) -> u64 {
        self.state().syncs
    }

    /// Holds the committer where it begins a group, until released.
    pub(crate) fn hold(&self) {
        self.state().held = true;
    }

    /// Waits until the committer is held.
    pub(crate) fn wait_held(&self) {
        drop(self.0.changed.wait_while(self.state(), |state| !state.waits).unwrap());
    }

    pub(crate) fn release(&self) {
        self.state().held = false;
        self.0.changed.notify_all();
    }
}

impl Mounted {
    fn state(&self) -> io::Result<MutexGuard<'_, State>> {
        let state = self.disk.state();
        if state.run == self.run { Ok(state) } else { Err(io::Error::other("of an earlier run")) }
    }
}

impl Files for Mounted {
    fn create_folder(&self, _: &Path) -> io::Result<()> {
        self.state()?.operate()
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        let inside = |path: &PathBuf| {
            (path.parent() == Some(folder)).then(|| path.file_name().unwrap().to_str().unwrap().to_owned())
        };
        Ok(self.state()?.names.keys().filter_map(inside).collect())
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn StoreFile>> {
        let state = self.state()?;
        let file = *state.names.get(path).ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(File { disk: self.disk.clone(), content: file, run: state.run }))
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn StoreFile>> {
        let mut state = self.state()?;
        state.operate()?;
        if state.names.contains_key(path) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let file = state.contents.len();
        state.contents.push(Content::default());
        state.names.insert(path.to_owned(), file);
        Ok(Box::new(File { disk: self.disk.clone(), content: file, run: state.run }))
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut state = self.state()?;
        state.operate()?;
        state.names.remove(path).map(drop).ok_or(io::ErrorKind::NotFound.into())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut state = self.state()?;
        state.operate()?;
        let file = state.names.remove(from).ok_or(io::ErrorKind::NotFound)?;
        state.names.insert(to.to_owned(), file);
        Ok(())
    }

    fn boot_id(&self) -> io::Result<String> {
        Ok(self.state()?.boots.to_string())
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        let mut state = self.state()?;
        state.operate()?;
        let state = &mut *state;
        state.durable_names.retain(|path, _| path.parent() != Some(folder));
        let inside = state.names.iter().filter(|(path, _)| path.parent() == Some(folder));
        state.durable_names.extend(inside.map(|(path, &file)| (path.clone(), file)));
        Ok(())
    }

    fn lock(&self, path: &Path) -> io::Result<Box<dyn Send>> {
        let mut state = self.state()?;
        if !state.locks.insert(path.to_owned()) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        Ok(Box::new(Lock { disk: self.disk.clone(), path: path.to_owned(), run: state.run }))
    }

    fn free_bytes(&self, _: &Path) -> io::Result<u64> {
        let mut state = self.state()?;
        if state.held {
            state.waits = true;
            self.disk.0.changed.notify_all();
            state = self.disk.0.changed.wait_while(state, |state| state.held).unwrap();
            state.waits = false;
        }
        let capacity = state.capacity.filter(|_| !state.boasts);
        Ok(capacity.map_or(u64::MAX, |capacity| capacity.saturating_sub(state.used())))
    }
}

struct Lock {
    disk: Disk,
    path: PathBuf,
    run: u64,
}

impl Drop for Lock {
    fn drop(&mut self) {
        let mut state = self.disk.state();
        if state.run == self.run {
            state.locks.remove(&self.path);
        }
    }
}

#[derive(Debug)]
struct File {
    disk: Disk,
    content: usize,
    run: u64,
}

impl File {
    fn state(&self) -> io::Result<MutexGuard<'_, State>> {
        let state = self.disk.state();
        if state.run == self.run { Ok(state) } else { Err(io::Error::other("of an earlier run")) }
    }
}

impl StoreFile for File {
    fn length(&self) -> io::Result<u64> {
        Ok(self.state()?.contents[self.content].now.len() as u64)
    }

    fn write_at(&self, offset: u64, parts: &mut [IoSlice<'_>]) -> io::Result<()> {
        let mut bytes = parts.iter().flat_map(|part| part.iter().copied()).collect::<Vec<u8>>();
        let mut state = self.state()?;
        let mut result = Ok(());
        match &mut state.faults.write {
            None => {}
            Some((0, kind)) => {
                result = Err((*kind).into());
                if *kind != io::ErrorKind::StorageFull {
                    bytes.truncate(bytes.len() / 2);
                }
                state.faults.write = None;
            }
            Some((left, _)) => *left -= 1,
        }
        let content = &state.contents[self.content];
        let offset = usize::try_from(offset).unwrap();
        if let Some(capacity) = state.capacity {
            let used = state.used();
            let grows = (offset + bytes.len()).saturating_sub(content.now.len());
            let over = usize::try_from((used + grows as u64).saturating_sub(capacity)).unwrap().min(grows);
            if over > 0 {
                bytes.truncate(bytes.len().saturating_sub(over));
                result = Err(io::ErrorKind::StorageFull.into());
            }
        }
        let powered = state.operate();
        // At the power cut the write may still have been on its way.
        state.contents[self.content].change(Op::Write(offset, bytes));
        powered.and(result)
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let state = self.state()?;
        let content = &state.contents[self.content].now;
        let start = usize::try_from(offset).unwrap().min(content.len());
        let count = buffer.len().min(content.len() - start);
        buffer[..count].copy_from_slice(&content[start..start + count]);
        Ok(count)
    }

    fn truncate(&self, length: u64) -> io::Result<()> {
        let mut state = self.state()?;
        state.operate()?;
        state.contents[self.content].change(Op::Truncate(usize::try_from(length).unwrap()));
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        let mut state = self.state()?;
        state.operate()?;
        state.syncs += 1;
        match &mut state.faults.sync {
            None => {}
            Some(0) => {
                state.faults.sync = None;
                return Err(io::Error::other("the sync failed"));
            }
            Some(left) => *left -= 1,
        }
        let content = &mut state.contents[self.content];
        content.durable.clone_from(&content.now);
        content.unsynced.clear();
        Ok(())
    }
}
