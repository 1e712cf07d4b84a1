//! `punchgate store`: what an operator does with the store as a whole. See `docs/STORE.md`.

use std::path::PathBuf;

use clap::Subcommand;

use crate::shell::{
    config::Config,
    store::{
        Store, StoreError, Verified,
        files::DiskFiles,
        upkeep::{self, disk_bytes},
    },
};

use super::{Done, Failure, show::say};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Read the whole journal and every document; names file and offset of any damage
    ///
    /// Works beside a running punchgate.
    Check,
    /// Set the index aside and rebuild it from the journal
    Rebuild,
    /// Write a checkpoint and remove what it makes superfluous, deleted documents included
    Compact,
    /// Copy the store into an empty folder and read the copy back
    ///
    /// Works beside a running punchgate; everything acknowledged before it begins is in the copy.
    Backup {
        /// Where to; created if need be
        folder: PathBuf,
    },
    /// Copy a backup into the data folder, which must not hold a store yet
    Restore {
        /// The backup
        folder: PathBuf,
    },
}

impl Command {
    pub(super) async fn run(self, config: &Config) -> Result<Done, Failure> {
        let options = config.app_options()?.store;
        let folder = options.folder.clone();
        match self {
            Self::Check => match blocking(move || upkeep::check(&DiskFiles, &folder)).await? {
                Err(error @ StoreError::Damaged { .. }) => return Err(Failure::refused(error)),
                verified => say(format!("Whole: {}.", told(&verified?)))?,
            },
            Self::Rebuild => {
                let held = options.clone();
                blocking(move || upkeep::distrust_index(&held)).await??;
                let store = Store::open(options).await?;
                store.close().await?;
                say("The index is rebuilt.")?;
            }
            Self::Compact => {
                let before = disk_bytes(&folder)?;
                let store = Store::open(options).await?;
                let compacted = store.compact().await;
                store.close().await?;
                let compacted = compacted?;
                say(format!(
                    "{} rows in the checkpoint, {} segments taken into it, {before} bytes before, {} bytes after.",
                    compacted.rows,
                    compacted.segments,
                    disk_bytes(&folder)?
                ))?;
            }
            Self::Backup { folder: to } => {
                let shown = to.display().to_string();
                let verified = blocking(move || upkeep::copy(&folder, &to)).await??;
                say(format!("Copied to {shown} and read back: {}.", told(&verified)))?;
            }
            Self::Restore { folder: from } => {
                let shown = folder.display().to_string();
                let verified = blocking(move || upkeep::copy(&from, &folder)).await??;
                say(format!("Restored to {shown}: {}.", told(&verified)))?;
            }
        }
        Ok(Done::Well)
    }
}

fn told(verified: &Verified) -> String {
    let Verified { changes, lsn, rows, documents, bytes } = verified;
    format!(
        "{bytes} bytes, {rows} rows in the checkpoint, {changes} changes behind it, the last one number {lsn}, \
         {documents} documents"
    )
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work).await.map_err(Failure::unready)
}
