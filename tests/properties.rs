//! The compiled form held against a deliberately naive reference evaluator, on random frameworks
//! and random cases.
//!
//! Frameworks and cases are drawn of lists of small numbers, written out as TOML and given to the
//! engine through its public interface. What it says is held against a plain recursion over the
//! same model; where facts are missing, against all that they could be. What fails is made as
//! small as it goes and shown with its framework and case.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test says what it expects, and what it saw"
)]

#[path = "properties/case.rs"]
mod case;
#[path = "properties/condition.rs"]
mod condition;
#[path = "properties/draw.rs"]
mod draw;
#[path = "properties/engine.rs"]
mod engine;
#[path = "properties/generate.rs"]
mod generate;
#[path = "properties/hold.rs"]
mod hold;
#[path = "properties/missing.rs"]
mod missing;
#[path = "properties/model.rs"]
mod model;
#[path = "properties/naive.rs"]
mod naive;
#[path = "properties/number.rs"]
mod number;
#[path = "properties/prove.rs"]
mod prove;
#[path = "properties/regressions.rs"]
mod regressions;
#[path = "properties/steady.rs"]
mod steady;
#[path = "properties/write.rs"]
mod write;

use std::panic::{AssertUnwindSafe, catch_unwind};

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::draw::{CaseGenes, ModelGenes};
use crate::engine::Engine;
use crate::hold::Seen;
use crate::model::Case;
use crate::write::Layout;

/// How many runs there are, each with a seed of its own.
const RUNS: u64 = 8;
/// How many frameworks a run draws, and how many cases for each.
const FRAMEWORKS: usize = 160;
const CASES: usize = 8;

fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|set| set.parse().ok()).unwrap_or(otherwise)
}

/// What was said when something panicked.
fn said(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
    format!("it panics: {}", text.unwrap_or("without a word"))
}

/// Draws a framework with its cases, and holds them. What fails, with the number of the case.
fn holds(model: &ModelGenes, cases: &[CaseGenes], seen: &mut Seen) -> Result<(), (String, usize)> {
    let at = std::cell::Cell::new(0);
    let held = catch_unwind(AssertUnwindSafe(|| each_holds(model, cases, seen, &at)));
    held.unwrap_or_else(|panic| Err(said(panic.as_ref()))).map_err(|what| (what, at.get()))
}

fn each_holds(
    model: &ModelGenes,
    cases: &[CaseGenes],
    seen: &mut Seen,
    at: &std::cell::Cell<usize>,
) -> Result<(), String> {
    let model = generate::model(model);
    let engine = Engine::new(&model)?;
    for (number, genes) in cases.iter().enumerate() {
        at.set(number);
        let case = case::case(&model, genes);
        hold::case(&model, &engine, &case, seen)?;
    }
    Ok(())
}

/// Makes a value as small as it goes while it still fails.
fn shrink<T: ValueTree>(tree: &mut T, fails: &dyn Fn(&T::Value) -> bool) {
    for _ in 0..setting("EVIGRADE_SHRINK", 20_000) {
        let going_on = if fails(&tree.current()) { tree.simplify() } else { tree.complicate() };
        if !going_on {
            break;
        }
    }
    while !fails(&tree.current()) && tree.complicate() {}
}

fn run(seed: u64, frameworks: usize) -> Result<Seen, String> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let mut seen = Seen::default();
    for _ in 0..frameworks {
        let mut model = draw::models().new_tree(&mut runner).map_err(|reason| reason.to_string())?;
        let mut cases = Vec::new();
        for _ in 0..CASES {
            cases.push(draw::cases().new_tree(&mut runner).map_err(|reason| reason.to_string())?);
        }
        let drawn: Vec<CaseGenes> = cases.iter().map(ValueTree::current).collect();
        let Err((_, number)) = holds(&model.current(), &drawn, &mut seen) else { continue };
        // Only the case that failed is looked at again.
        let mut case = cases.swap_remove(number);
        let fails = |model: &ModelGenes, case: &CaseGenes| {
            holds(model, std::slice::from_ref(case), &mut Seen::default()).is_err()
        };
        for _ in 0..2 {
            let fixed = case.current();
            shrink(&mut model, &|model| fails(model, &fixed));
            let fixed = model.current();
            shrink(&mut case, &|case| fails(&fixed, case));
        }
        let (model, case) = (model.current(), case.current());
        let what = match holds(&model, std::slice::from_ref(&case), &mut Seen::default()) {
            Err((what, _)) => what,
            Ok(()) => "it fails at times only".to_owned(),
        };
        let drawn = catch_unwind(|| {
            let model = generate::model(&model);
            let case: Case = case::case(&model, &case);
            (model, case)
        });
        let Ok((model, case)) = drawn else { return Err(format!("seed {seed}: {what}\n\n{model:?}\n{case:?}")) };
        let (framework, case) = (write::framework(&model), write::case(&case, Layout::default()));
        return Err(format!("seed {seed}: {what}\n\n{framework}\n# The case\n\n{case}"));
    }
    Ok(seen)
}

#[test]
fn the_compiled_form_agrees_with_the_reference_evaluator() {
    let seed = setting("EVIGRADE_SEED", 1);
    let runs: Vec<u64> = (0..setting("EVIGRADE_RUNS", RUNS)).map(|run| seed * 1000 + run).collect();
    let threads = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let frameworks = setting("EVIGRADE_FRAMEWORKS", FRAMEWORKS as u64) as usize;
    let mut seen = Seen::default();
    let mut failures = Vec::new();
    if std::env::var_os("RUST_BACKTRACE").is_none() {
        std::panic::set_hook(Box::new(|_| {}));
    }
    std::thread::scope(|scope| {
        let of = |thread: usize| -> Vec<u64> { runs.iter().copied().skip(thread).step_by(threads).collect() };
        let spawn = |thread: usize| {
            let mine = of(thread);
            scope.spawn(move || mine.into_iter().map(|seed| run(seed, frameworks)).collect::<Vec<_>>())
        };
        let handles: Vec<_> = (0..threads).map(spawn).collect();
        for handle in handles {
            for result in handle.join().expect("a run does not panic") {
                match result {
                    Ok(run) => seen.add(run),
                    Err(failure) => failures.push(failure),
                }
            }
        }
    });
    let _ = std::panic::take_hook();
    println!("{seen:?}");
    failures.sort_by_key(String::len);
    assert!(failures.is_empty(), "{} runs fail:\n\n{}", failures.len(), failures.join("\n\n"));
}
