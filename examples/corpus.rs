//! How the time and the memory of corpora grow with the number of claims.
//!
//! `cargo run --release --example corpus` goes through 1,000 to 100,000 claims; `-- columns 10000000`, `-- graph 1000000` and
//! `-- changes 1000000` work on one number, each in a process of its own, so that the most memory that it took can be told.
#![allow(clippy::print_stdout, reason = "it is what the program is for")]

#[path = "../benches/workloads/mod.rs"]
mod workloads;

use std::process::Command;
use std::time::Instant;

use evigrade::{Compiled, Refused};
use workloads::bodies::{BODIES_OF_A_HUNDRED_THOUSAND, BODIES_OF_A_THOUSAND, bodies};
use workloads::claims::{Graph, from_columns};
use workloads::{certainty_of_bodies, crc32};

/// How many changes are made.
const CHANGES: usize = 200_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    match given.as_slice() {
        [work, count] => one(work, count.parse()?),
        _ => all(),
    }
}

/// Every work on ever more claims, each in a process of its own.
fn all() -> Result<(), Box<dyn std::error::Error>> {
    println!("{:<8}  {:>10}  {:>10}  {:>12}  memory", "work", "claims", "ns each", "slowest 1 %");
    for work in ["columns", "graph", "changes"] {
        for count in ["1000", "10000", "100000"] {
            let done = Command::new(std::env::current_exe()?).args([work, count]).output()?;
            print!("{}", String::from_utf8_lossy(&done.stdout));
        }
    }
    Ok(())
}

fn one(work: &str, count: usize) -> Result<(), Box<dyn std::error::Error>> {
    let compiled = Compiled::new(&certainty_of_bodies())?;
    let bodies = bodies(count);
    let before = memory();
    let (each, slowest) = match work {
        "columns" => {
            let bodies = bodies.shuffled();
            let started = Instant::now();
            let grades = from_columns(&compiled, &bodies)?;
            let each = started.elapsed().as_nanos() as f64 / count as f64;
            check(count, crc32(grades.levels().map(|level| level.map_or(u8::MAX, |level| level as u8))))?;
            (each, None)
        }
        "graph" => {
            let started = Instant::now();
            let graph = Graph::flat(&compiled, &bodies)?;
            let each = started.elapsed().as_nanos() as f64 / count as f64;
            check(count, crc32(graph.levels()))?;
            (each, None)
        }
        _ => changes(&compiled, &bodies)?,
    };
    let slowest = slowest.map_or_else(|| "-".to_owned(), |slowest: f64| format!("{slowest:.0}"));
    let each_claim = memory().zip(before).map(|(after, before)| after.saturating_sub(before) as f64 / count as f64);
    let told = memory().zip(each_claim);
    let told = told.map_or_else(String::new, |(all, each)| format!("{} MiB, {each:.0} bytes a claim", all >> 20));
    println!("{work:<8}  {count:>10}  {each:>10.0}  {slowest:>12}  {told}");
    Ok(())
}

/// Changes of one item each: the mean, and what one in a hundred takes at least.
fn changes(compiled: &Compiled, bodies: &workloads::bodies::Bodies) -> Result<(f64, Option<f64>), Refused> {
    let mut graph = Graph::deep(compiled, bodies)?;
    let changes = graph.changes(CHANGES);
    let started = Instant::now();
    let moved: usize = changes.iter().map(|change| graph.change(*change)).sum();
    let mean = started.elapsed().as_nanos() as f64 / CHANGES as f64;
    assert!(moved > 0, "some grades move");
    // One by one, with what it costs to look at the clock.
    let mut times: Vec<u128> = graph
        .changes(CHANGES)
        .into_iter()
        .rev()
        .map(|change| {
            let started = Instant::now();
            graph.change(change);
            started.elapsed().as_nanos()
        })
        .collect();
    times.sort_unstable();
    Ok((mean, times.get(CHANGES / 100 * 99).map(|time| *time as f64)))
}

/// Grades of a number of claims of which they are known are these.
fn check(count: usize, sum: u32) -> Result<(), String> {
    let right = match count {
        1_000 => BODIES_OF_A_THOUSAND,
        100_000 => BODIES_OF_A_HUNDRED_THOUSAND,
        _ => return Ok(()),
    };
    if sum == right { Ok(()) } else { Err(format!("grades of {count} claims sum up to {sum:08x}, not {right:08x}")) }
}

/// The most memory that the process has taken so far, in bytes; nothing where the system does not tell.
fn memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kibibytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kibibytes << 10)
}
