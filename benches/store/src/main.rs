//! The store's speed, time to open, memory and space (docs/PERFORMANCE.md), and a soak.
//!
//! `cargo run --release --manifest-path benches/store/Cargo.toml -- commits|large|soak`. What is written lies
//! below `--folder`, which must be on the disk that is meant: a file system in memory proves nothing.

mod bare;
mod commits;
mod large;
mod peer;
mod soak;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use punchgate::shell::store::{Key, KeyBytes, KeyReader};

#[derive(Parser)]
struct Cli {
    /// Where everything is written; emptied before
    #[arg(long, global = true, default_value = "target/bench-store")]
    folder: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Durable commits of 2 kB with six keys, beside a bare log and PostgreSQL
    Commits {
        /// Of each measurement
        #[arg(long, default_value_t = 5)]
        seconds: u64,
        /// Folder of PostgreSQL's programs
        #[arg(long, default_value = "/usr/lib/postgresql/15/bin")]
        postgres: PathBuf,
    },
    /// Time to open, memory and space with many sessions and orders
    Large {
        /// Of each
        #[arg(long, default_value_t = 1_000_000)]
        count: u64,
    },
    /// Mixed load with compaction
    Soak {
        #[arg(long, default_value_t = 3600)]
        seconds: u64,
        /// Commits a second, at most
        #[arg(long, default_value_t = 1000)]
        rate: u64,
    },
    /// Opens a store and says how long it took and what it takes; a process of its own for `large`
    #[command(hide = true)]
    Open,
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    match cli.command {
        Command::Commits { seconds, postgres } => commits::run(&fresh(&cli.folder), seconds, &postgres).await,
        Command::Large { count } => large::run(&fresh(&cli.folder), count).await,
        Command::Soak { seconds, rate } => return soak::run(&fresh(&cli.folder), seconds, rate).await,
        Command::Open => large::open(&cli.folder).await,
    }
    ExitCode::SUCCESS
}

fn fresh(folder: &Path) -> PathBuf {
    let _ = std::fs::remove_dir_all(folder);
    std::fs::create_dir_all(folder).unwrap();
    folder.canonicalize().unwrap()
}

/// A row of any table.
#[derive(Clone, Copy)]
pub struct Row<const TABLE: u8>(pub u64, pub u64);

impl<const TABLE: u8> Key for Row<TABLE> {
    type Value = String;
    const TABLE: u8 = TABLE;
    const SCHEMA: u16 = 1;

    fn encode(&self, key: &mut KeyBytes) {
        key.u64(self.0).u64(self.1);
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        KeyReader::whole(bytes, |key| Some(Self(key.u64()?, key.u64()?)))
    }
}

/// Letters and digits, different for each seed, that compress about as well as ids and names do.
pub fn text(seed: u64, length: usize) -> String {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    (0..length)
        .map(|at| {
            if at % 4 == 0 {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
            }
            char::from(b"abcdefghijklmnopqrstuvwxyz012345"[(state >> (at % 4 * 8) & 31) as usize])
        })
        .collect()
}

/// Anonymous memory of this process that is resident, in bytes.
pub fn anonymous_bytes() -> u64 {
    let rollup = std::fs::read_to_string("/proc/self/smaps_rollup").unwrap();
    let line = rollup.lines().find(|line| line.starts_with("Anonymous:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}

pub fn median<T: Copy + Ord>(mut values: Vec<T>) -> T {
    values.sort_unstable();
    values[values.len() / 2]
}
