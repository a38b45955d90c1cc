//! The compiled form held against a deliberately naive reference evaluator, on random frameworks
//! and random cases.
//!
//! Frameworks and cases are drawn of lists of small numbers, written out as TOML and given to the
//! engine through its public interface. What it says is held against a plain recursion over the
//! same model; where facts are missing, against all that they could be. What fails is made as
//! small as it goes and shown with its framework and case.
//!
//! The cases are the same in every run. To draw others, and more of them, set `EVIGRADE_SEED`,
//! `EVIGRADE_RUNS` and `EVIGRADE_FRAMEWORKS`.

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
#[path = "properties/steps.rs"]
mod steps;
#[path = "properties/write.rs"]
mod write;

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::draw::{CaseGenes, ModelGenes};
use crate::engine::Engine;
use crate::hold::{How, Seen};
use crate::write::Layout;

/// How many runs there are, each with a seed of its own.
const RUNS: u64 = 8;
/// How many frameworks a run draws, and how many cases for each.
const FRAMEWORKS: usize = 160;
const CASES: usize = 8;
/// Of how many of a hundred open grades the engine says that what it tells is exact, at least.
/// Measured: 86. The others hang on derived values, on several open claims, or on numbers that
/// move together.
const EXACT: usize = 82;
/// Of how many of a hundred open grades it tells exactly what is possible, at least, whether it
/// says so or not. Measured: 99.
const TIGHT: usize = 97;
/// How many times a failing framework or case is made smaller.
const STEPS: usize = 20_000;
/// The name of the threads that look for failures; what panics in them is told when it is small.
const THREAD: &str = "properties";

fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|set| set.parse().ok()).unwrap_or(otherwise)
}

/// What was said when something panicked.
fn said(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
    format!("it panics: {}", text.unwrap_or("without a word"))
}

/// Draws a framework with its cases, and holds them. What fails, with the number of the case.
fn holds(model: &ModelGenes, cases: &[CaseGenes], how: How, seen: &mut Seen) -> Result<(), (String, usize)> {
    let at = Cell::new(0);
    let held = catch_unwind(AssertUnwindSafe(|| {
        let model = generate::model(model);
        let engine = Engine::new(&model)?;
        for (number, genes) in cases.iter().enumerate() {
            at.set(number);
            let case = case::case(&model, genes);
            hold::case(&model, &engine, &case, how, seen)?;
        }
        Ok(())
    }));
    held.unwrap_or_else(|panic| Err(said(panic.as_ref()))).map_err(|what| (what, at.get()))
}

/// Makes a value as small as it goes while it still fails.
fn shrink<T: std::fmt::Debug>(tree: &mut dyn ValueTree<Value = T>, fails: &dyn Fn(&T) -> bool) {
    for _ in 0..STEPS {
        let going_on = if fails(&tree.current()) { tree.simplify() } else { tree.complicate() };
        if !going_on {
            break;
        }
    }
    while !fails(&tree.current()) && tree.complicate() {}
}

/// Makes a framework and a case that fail as small as they go, and shows them.
fn smallest(model: &mut dyn ValueTree<Value = ModelGenes>, case: &mut dyn ValueTree<Value = CaseGenes>) -> String {
    let fails = |model: &ModelGenes, case: &CaseGenes| {
        holds(model, std::slice::from_ref(case), How::Alone, &mut Seen::default()).err()
    };
    for _ in 0..2 {
        let fixed = case.current();
        shrink(model, &|model| fails(model, &fixed).is_some());
        let fixed = model.current();
        shrink(case, &|case| fails(&fixed, case).is_some());
    }
    let (model, case) = (model.current(), case.current());
    let what = fails(&model, &case).map_or_else(|| "it fails at times only".to_owned(), |(what, _)| what);
    let written = catch_unwind(|| {
        let model = generate::model(&model);
        let case = write::case(&case::case(&model, &case), Layout::default());
        (write::framework(&model), case)
    });
    match written {
        Ok((framework, case)) => format!("{what}\n\n{framework}\n# The case\n\n{case}"),
        Err(_) => format!("{what}\n\n{model:?}\n{case:?}"),
    }
}

/// Draws frameworks and cases from one seed, up to the first that fails.
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
        if let Err((_, number)) = holds(&model.current(), &drawn, How::Drawn, &mut seen) {
            // Only the case that failed is looked at again.
            let failure = smallest(&mut model, &mut cases.swap_remove(number));
            return Err(format!("seed {seed}: {failure}"));
        }
    }
    Ok(seen)
}

/// Leaves it to the runs to tell what panics in them.
fn quietly() {
    let others = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if std::thread::current().name() != Some(THREAD) {
            others(panic);
        }
    }));
}

#[test]
fn the_compiled_form_agrees_with_the_reference_evaluator() {
    let seed = setting("EVIGRADE_SEED", 1);
    let runs: Vec<u64> = (0..setting("EVIGRADE_RUNS", RUNS)).map(|run| seed * 1000 + run).collect();
    let frameworks = setting("EVIGRADE_FRAMEWORKS", FRAMEWORKS as u64) as usize;
    let threads = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    quietly();
    let results: Vec<Result<Seen, String>> = std::thread::scope(|scope| {
        let spawn = |thread: usize| {
            let mine: Vec<u64> = runs.iter().copied().skip(thread).step_by(threads).collect();
            let work = move || mine.into_iter().map(|seed| run(seed, frameworks)).collect::<Vec<_>>();
            std::thread::Builder::new().name(THREAD.to_owned()).spawn_scoped(scope, work).expect("a thread starts")
        };
        let handles: Vec<_> = (0..threads).map(spawn).collect();
        handles.into_iter().flat_map(|handle| handle.join().expect("a run does not panic")).collect()
    });
    let mut seen = Seen::default();
    let mut failures = Vec::new();
    for result in results {
        match result {
            Ok(run) => seen.add(run),
            Err(failure) => failures.push(failure),
        }
    }
    println!("{seen:?}");
    failures.sort_by_key(String::len);
    assert!(failures.is_empty(), "{} runs fail:\n\n{}", failures.len(), failures.join("\n\n"));
    assert!(seen.open * 10 > seen.claims, "few grades are open: {seen:?}");
    assert!(seen.endless * 20 < seen.claims, "many claims can be in too many worlds: {seen:?}");
    assert!(seen.exact * 100 >= seen.open * EXACT, "few open grades are exact: {seen:?}");
    assert!(seen.tight * 100 >= seen.open * TIGHT, "open grades are told too widely: {seen:?}");
}
