//! Times Evigrade and other engines on the same work, all on one thread, in one run.
//!
//! `cargo run --release` prints tables of 80 columns; `-- --markdown` prints them as Markdown, `-- --rounds 50` measures more
//! often. Every engine takes its turn in every round, so that what slows the machine slows all of them. A run stops if the
//! grades of an engine are not those of the work.

#[path = "../../../crates/evigrade-arrow/benches/columns/mod.rs"]
mod columns;
#[path = "../../workloads/mod.rs"]
mod workloads;

mod engine;
mod engines;
mod rounds;
mod table;
mod versions;

use std::process::{Command, ExitCode};

use engine::Fault;
use rounds::Expected;
use table::Form;
use workloads::bodies::{BODIES_OF_A_HUNDRED_THOUSAND, BODIES_OF_A_THOUSAND, bodies};
use workloads::{CERTAINTY_OF_A_MILLION, crc32};

/// What says to Polars how many threads it may have; it reads it once, when it starts.
const THREADS: &str = "POLARS_MAX_THREADS";

const MILLION: usize = 1_000_000;
const THOUSAND: usize = 1_000;
const HUNDRED_THOUSAND: usize = 100_000;

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(fault) => {
            eprintln!("{fault}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<ExitCode, Fault> {
    let (rounds, form) = arguments()?;
    if std::env::var(THREADS).as_deref() != Ok("1") {
        let again =
            Command::new(std::env::current_exe()?).args(std::env::args_os().skip(1)).env(THREADS, "1").status()?;
        return Ok(if again.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    println!("{}", of_records(rounds, form)?);
    println!("{}", of_bodies(rounds, form)?);
    Ok(ExitCode::SUCCESS)
}

fn arguments() -> Result<(usize, Form), Fault> {
    let (mut rounds, mut form) = (15, Form::Text);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--markdown" => form = Form::Markdown,
            "--rounds" => rounds = arguments.next().ok_or("--rounds takes a number")?.parse()?,
            _ => return Err(format!("{argument} is neither --markdown nor --rounds NUMBER").into()),
        }
    }
    if rounds == 0 { Err("--rounds takes a number from 1".into()) } else { Ok((rounds, form)) }
}

/// A million records, each graded by its own facts.
fn of_records(rounds: usize, form: Form) -> Result<String, Fault> {
    let records = workloads::records(MILLION);
    let grades = engines::reference(&records);
    let expected = |count: usize| {
        let checksum = if count == MILLION { CERTAINTY_OF_A_MILLION } else { crc32(grades[..count].iter().copied()) };
        Expected { grades: count, checksum }
    };
    let mut entries = engines::of_records(&records)?;
    let times = rounds::run(&mut entries, rounds, expected)?;
    Ok(table::table("record", &entries, &times, form))
}

/// A hundred thousand claims, each graded by its items, and parents, each graded by its claims. A thousand are checked first.
fn of_bodies(rounds: usize, form: Form) -> Result<String, Fault> {
    let measured = |count: usize, checksum: u32, rounds: usize| {
        let bodies = bodies(count);
        let expected = |_| Expected { grades: count + bodies.parents, checksum };
        let mut entries = engines::of_bodies(&bodies)?;
        let times = rounds::run(&mut entries, rounds, expected)?;
        Ok::<_, Fault>((entries, times))
    };
    measured(THOUSAND, BODIES_OF_A_THOUSAND, 0)?;
    let (entries, times) = measured(HUNDRED_THOUSAND, BODIES_OF_A_HUNDRED_THOUSAND, rounds)?;
    Ok(table::table("claim", &entries, &times, form))
}
