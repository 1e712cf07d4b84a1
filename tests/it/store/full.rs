//! A real file system that fills up. Where none may be mounted here, the fake disk's tests stand alone.

use std::fs;
use std::path::Path;
use std::process::Command;

use punchgate::shell::store::{Scan, Store, StoreError, StoreOptions};

use super::{Folder, Note, note, put};

struct Mounted(Folder);

impl Mounted {
    fn new(bytes: u64) -> Option<Self> {
        let folder = Folder::new();
        fs::create_dir_all(folder.path()).unwrap();
        let size = format!("size={bytes}");
        let mount =
            Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder.path()).output();
        mount.is_ok_and(|mount| mount.status.success()).then_some(Self(folder))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).output();
    }
}

#[tokio::test]
async fn a_full_disk_refuses_work_and_takes_it_again_when_there_is_room() {
    let Some(mounted) = Mounted::new(64 << 20) else {
        println!("no file system can be mounted here");
        return;
    };
    let options =
        || StoreOptions { reserved_bytes: 24 << 20, ..StoreOptions::at(mounted.path().join("store")) };
    let store = Store::open(options()).await.unwrap();
    let mut stored = 0;
    for round in 0..3 {
        let filler = mounted.path().join("filler");
        fs::write(&filler, vec![1; 20 << 20]).unwrap();
        let mut refused = false;
        for _ in 0..2000 {
            match store.commit(put(&note("n", stored), &"v".repeat(20_000))).await {
                Ok(()) => stored += 1,
                Err(StoreError::Full) => {
                    refused = true;
                    break;
                }
                Err(StoreError::Overloaded) => tokio::time::sleep(std::time::Duration::from_millis(2)).await,
                Err(error) => panic!("{error}"),
            }
        }
        assert!(refused, "round {round}: {stored} stored");
        assert_eq!(store.scan(Scan::<Note>::table()).await.unwrap().len() as u64, stored);
        fs::remove_file(filler).unwrap();
        store.commit(put(&note("n", stored), &String::new())).await.unwrap();
        stored += 1;
    }
    store.close().await.unwrap();
    let store = Store::open(options()).await.unwrap();
    assert_eq!(store.scan(Scan::<Note>::table()).await.unwrap().len() as u64, stored);
    store.close().await.unwrap();
}
