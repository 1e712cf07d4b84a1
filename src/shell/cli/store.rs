//! `punchgate store`: what an operator does with the store as a whole. See `docs/STORE.md`.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use crate::shell::{
    config::Config,
    store::{
        IndexState, Store, StoreError, StoreOptions, Verified,
        files::DiskFiles,
        upkeep::{self, disk_bytes},
    },
};

use super::{Done, Failure, show::say};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Read the whole journal and every document, and compare the index with it row by row
    ///
    /// Names file and offset of any damage. Works beside a running punchgate, which keeps the index to itself: then
    /// the journal alone is read. Changes nothing.
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
        // A wrong data folder must not become a new, empty store.
        match &self {
            Self::Restore { folder: from } => is_store(from, "backup")?,
            _ => is_store(&folder, "store")?,
        }
        match self {
            Self::Check => return check(options).await,
            Self::Rebuild => {
                // The index is all there is beside a damaged journal.
                blocking(move || upkeep::check(&DiskFiles, &folder)).await??;
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
                    "Compacted: {} rows in the checkpoint. The store took {before} bytes on the disk, now {}.",
                    compacted.rows,
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

fn is_store(folder: &Path, what: &str) -> Result<(), Failure> {
    if folder.join("journal").is_dir() {
        return Ok(());
    }
    Err(Failure::refused(format!("there is no {what} in {}", folder.display())))
}

/// Journal first: the index is judged by it.
async fn check(options: StoreOptions) -> Result<Done, Failure> {
    let folder = options.folder.clone();
    match blocking(move || upkeep::check(&DiskFiles, &folder)).await? {
        Err(error @ StoreError::Damaged { .. }) => {
            return Err(Failure::Refused(vec![
                error.to_string(),
                "Nothing was changed. docs/STORE.md says under \"Damage\" what to do; copy the folder journal first."
                    .to_owned(),
            ]));
        }
        verified => say(format!("The journal is whole: {}.", told(&verified?)))?,
    }
    match blocking(move || upkeep::compare(&options)).await? {
        Err(StoreError::InUse { .. }) => {
            say("The index was not compared: punchgate is running and has it open.")?;
        }
        Ok(IndexState::ToBeRebuilt(reason)) => {
            say(format!("The next start builds the index from the journal: {reason}."))?;
        }
        Ok(IndexState::Compared(compared)) if compared.differ == 0 => {
            let behind = match compared.behind {
                0 => "nothing is missing".to_owned(),
                count => format!("the next start brings {count} more changes"),
            };
            say(format!("The index has {} rows, all as in the journal; {behind}.", compared.same))?;
        }
        Ok(IndexState::Compared(compared)) => {
            let (differ, same) = (compared.differ, compared.same);
            say(format!("The index differs from the journal in {differ} rows, {same} are the same:"))?;
            for difference in &compared.differences {
                say(format!("  {difference}"))?;
            }
            say("Nothing is lost: the journal is the truth. Run `punchgate store rebuild`.")?;
            return Ok(Done::WithFindings);
        }
        Err(error) => return Err(error.into()),
    }
    Ok(Done::Well)
}

fn told(verified: &Verified) -> String {
    let Verified { changes, lsn, rows, documents, bytes } = verified;
    format!(
        "{bytes} bytes; {rows} rows in the checkpoint, {changes} changes behind it, the last is number {lsn}; \
         {documents} documents"
    )
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work).await.map_err(Failure::unready)
}
