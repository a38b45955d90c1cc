//! How many sown faults the tests and checks of the built-in frameworks find. Each rule is left out, its result
//! swapped, its thresholds moved, one at a time; what nothing finds is listed, save what is proved to change no
//! result.
//!
//! `cargo run --release --example mutants [FRAMEWORK...]`; without names two small ones, with `all` every one.

use std::error::Error;
use std::io::{self, Write};
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use evigrade::selftest::{CaughtBy, caught, changes_nothing, mutants};
use evigrade::{Compiled, Framework, Frameworks, check};

fn main() -> Result<(), Box<dyn Error>> {
    let frameworks = Frameworks::built_in();
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let named: Vec<&Arc<Framework>> = match asked.iter().map(String::as_str).collect::<Vec<_>>() {
        none if none.is_empty() => vec![frameworks.find("icd-203")?, frameworks.find("cerqual")?],
        all if all == ["all"] => frameworks.iter().collect(),
        named => named.into_iter().map(|name| of_id(&frameworks, name)).collect::<Result<_, _>>()?,
    };
    let mut out = io::stdout().lock();
    let mut whole = (0, 0);
    for framework in named {
        let (found, all) = report(&mut out, framework)?;
        whole = (whole.0 + found, whole.1 + all);
    }
    writeln!(out, "all: {} of {} caught, {:.1} %", whole.0, whole.1, share(whole.0, whole.1))?;
    Ok(())
}

/// A framework by its id; also one that grades nothing itself.
fn of_id<'f>(frameworks: &'f Frameworks, id: &str) -> Result<&'f Arc<Framework>, evigrade::Refused> {
    frameworks.iter().find(|framework| framework.id.as_str() == id).map_or_else(|| frameworks.find(id), Ok)
}

/// What came of a mutant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Caught(CaughtBy),
    /// It is proved to give the same as before.
    Same,
    Survived,
}

/// Tries every mutant, on as many threads as there are cores, and tells what came of it.
fn report(out: &mut impl Write, framework: &Arc<Framework>) -> io::Result<(usize, usize)> {
    let mutants = mutants(framework);
    let before = check::framework(framework);
    let next = AtomicUsize::new(0);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let tried: Vec<(usize, Outcome)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..cores)
            .map(|_| {
                scope.spawn(|| {
                    let mut tried = Vec::new();
                    loop {
                        let position = next.fetch_add(1, Ordering::Relaxed);
                        let Some(mutant) = mutants.get(position) else { return tried };
                        tried.push((
                            position,
                            match caught(mutant, &before) {
                                Some(by) => Outcome::Caught(by),
                                None if changes_nothing(framework, mutant) => Outcome::Same,
                                None => Outcome::Survived,
                            },
                        ));
                    }
                })
            })
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    });
    let count = |wanted: Outcome| tried.iter().filter(|(_, outcome)| *outcome == wanted).count();
    let by = |by: CaughtBy| count(Outcome::Caught(by));
    let (same, survived) = (count(Outcome::Same), count(Outcome::Survived));
    let faults = mutants.len() - same;
    let found = faults - survived;
    writeln!(
        out,
        "{}: {found} of {faults} caught, {:.1} % ({} by tests, {} by checks, {} when compiled); {same} more change nothing; \
         largest diagram {} nodes",
        framework.id,
        share(found, faults),
        by(CaughtBy::Test),
        by(CaughtBy::Check),
        by(CaughtBy::Compiling),
        Compiled::new(framework).map_or(0, |compiled| compiled.largest_diagram()),
    )?;
    let survivors = tried.iter().filter(|(_, outcome)| *outcome == Outcome::Survived);
    let mut survivors: Vec<usize> = survivors.map(|(position, _)| *position).collect();
    survivors.sort_unstable();
    for position in survivors {
        let mutant = &mutants[position];
        writeln!(out, "  {}: {}", mutant.span.place(), mutant.what)?;
    }
    Ok((found, faults))
}

fn share(part: usize, all: usize) -> f64 {
    if all == 0 { 100.0 } else { part as f64 * 100.0 / all as f64 }
}
