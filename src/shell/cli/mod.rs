//! The command line.

pub mod buyer;
pub mod demo;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// A cXML and OCI punchout gateway: setup, shop, return, order.
#[derive(Debug, Parser)]
#[command(name = "punchgate", version, max_term_width = 100)]
struct Line {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::Demo),
    Buyer(buyer::Buyer),
}

/// Runs the command that the arguments name.
#[must_use]
pub fn main() -> ExitCode {
    let command = Line::parse().command;
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("punchgate: {error}");
            return ExitCode::from(2);
        }
    };
    runtime.block_on(async {
        match command {
            Command::Demo(demo) => demo.run().await,
            Command::Buyer(buyer) => buyer.run().await,
        }
    })
}
