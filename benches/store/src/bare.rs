//! An append-only file with group commit and nothing else: what the disk allows.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};

use tokio::sync::oneshot;

const AHEAD: u64 = 1 << 20;

#[derive(Clone)]
pub struct BareLog(Sender<(Vec<u8>, oneshot::Sender<()>)>);

impl BareLog {
    pub fn create(path: &Path) -> Self {
        let file = OpenOptions::new().create_new(true).write(true).open(path).unwrap();
        let (sender, receiver) = channel();
        std::thread::spawn(move || write(&file, &receiver));
        Self(sender)
    }

    pub async fn append(&self, bytes: Vec<u8>) {
        let (done, wait) = oneshot::channel();
        self.0.send((bytes, done)).unwrap();
        wait.await.unwrap();
    }
}

fn write(file: &File, receiver: &Receiver<(Vec<u8>, oneshot::Sender<()>)>) {
    let (mut end, mut filled) = (0, 0);
    while let Ok(first) = receiver.recv() {
        let group: Vec<_> = std::iter::once(first).chain(receiver.try_iter()).collect();
        let bytes: Vec<u8> = group.iter().flat_map(|(bytes, _)| bytes).copied().collect();
        if end + bytes.len() as u64 > filled {
            // Zeros ahead, so that a sync changes no metadata.
            file.write_all_at(&vec![0; AHEAD as usize], end).unwrap();
            filled = end + AHEAD;
        }
        file.write_all_at(&bytes, end).unwrap();
        end += bytes.len() as u64;
        file.sync_data().unwrap();
        for (_, done) in group {
            let _ = done.send(());
        }
    }
}
