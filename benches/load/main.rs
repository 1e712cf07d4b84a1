//! Load on loopback: what a step of the protocol costs beside a bare hyper server that reads and answers as much.
//!
//! In one run, five rounds, alternating: the bare server, then punchgate, each a process of its own on the first
//! core; the load comes from this process on the second one, 64 requests in flight on 64 connections. Printed:
//! requests a second, the server's CPU time per request, p50, p99, and punchgate's rate as a share of the bare
//! server's (median of the rounds, least and most). Every answer is checked.
//!
//! `cargo bench --bench load`; `BENCH_SCALE=0.01` makes it short. docs/PERFORMANCE.md has the figures.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::float_arithmetic,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::disallowed_methods,
    reason = "a bench measures real time, and one that is wrong about something fails"
)]

mod client;
mod server;
mod steps;

use client::Measured;

/// Requests in flight.
const IN_FLIGHT: usize = 64;
/// Rounds.
const ROUNDS: usize = 5;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.get(1).map(String::as_str) {
        Some("serve-bare") => server::bare(),
        Some("serve-gateway") => server::gateway(&arguments[2]),
        _ => measure(),
    }
}

fn measure() {
    let scale: f64 = std::env::var("BENCH_SCALE").ok().and_then(|text| text.parse().ok()).unwrap_or(1.0);
    // The rest of this process leaves the first core to the server.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    println!("{IN_FLIGHT} in flight, {ROUNDS} rounds; server on core 0, load on core 1");
    println!(
        "{:<14} {:>9} {:>9} {:>8} {:>8} {:>9} {:>9}   share of bare hyper",
        "step", "bare/s", "ours/s", "µs bare", "µs ours", "p50 ms", "p99 ms"
    );
    let mut gateway = server::Child::gateway();
    let mut bare = server::Child::bare();
    let mut world = runtime.block_on(steps::World::prepare(&gateway));
    for step in steps::ALL {
        let count = ((step.requests() as f64 * scale) as usize).max(IN_FLIGHT * 2);
        let (mut shares, mut theirs, mut ours) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let requests = runtime.block_on(world.requests(step, count));
            let same = requests.for_bare();
            let of_bare = runtime.block_on(client::run(&mut bare, same, IN_FLIGHT));
            let of_ours = runtime.block_on(client::run(&mut gateway, requests, IN_FLIGHT));
            shares.push(of_ours.rate / of_bare.rate);
            theirs.push(of_bare);
            ours.push(of_ours);
        }
        shares.sort_by(f64::total_cmp);
        let of = |all: &[Measured], figure: fn(&Measured) -> f64| {
            let mut figures: Vec<f64> = all.iter().map(figure).collect();
            figures.sort_by(f64::total_cmp);
            figures[figures.len() / 2]
        };
        println!(
            "{:<14} {:>9.0} {:>9.0} {:>8.1} {:>8.1} {:>9.2} {:>9.2}   {:.3} ({:.3} to {:.3})",
            step.name(),
            of(&theirs, |one| one.rate),
            of(&ours, |one| one.rate),
            of(&theirs, |one| one.cpu_micros),
            of(&ours, |one| one.cpu_micros),
            of(&ours, |one| one.p50_ms),
            of(&ours, |one| one.p99_ms),
            shares[shares.len() / 2],
            shares[0],
            shares[shares.len() - 1],
        );
    }
}
