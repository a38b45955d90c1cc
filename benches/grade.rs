//! How long grading takes: one claim with and without its proof, and what has to be done before.
//!
//! Run it with `cargo bench --bench grade`; a part of it with `cargo bench --bench grade -- proof`. Among
//! the tests each benchmark is run once, so that it cannot rot.
#![allow(clippy::expect_used, reason = "a benchmark stops where its input is refused")]

use std::sync::Arc;

use divan::{Bencher, black_box};
use evigrade::document::TextFile;
use evigrade::report::Report;
use evigrade::{Case, Compiled, Framework, Frameworks, Run, grade};

fn main() {
    divan::main();
}

/// A case of one claim with `trials` randomised trials that agree; no fact that matters is missing.
fn case(trials: usize) -> String {
    let mut text = r#"
        [case]
        id = "one-claim"
        title = "One claim"
        conclusion = "relief"

        [[claim]]
        id = "relief"
        kind = "efficacy"
        text = "The treatment relieves pain."
        publication-bias = "undetected"
        outcome-type = "binary"
        baseline-risk = 0.2
        pooled-scale = "ratio"
        pooled-ci-low = 1.1
        pooled-ci-high = 1.4
        i-squared = 12
    "#
    .to_owned();
    for trial in 0..trials {
        text.push_str(&format!(
            r#"
            [[source]]
            id = "source-{trial}"
            title = "Trial {trial}"

            [[evidence]]
            id = "trial-{trial}"
            source = "source-{trial}"
            design = "parallel-rct"
            participants = {participants}
            events = {events}
            risk-of-bias = "low"

            [[evidence.link]]
            supports = "relief"
            comparator-result = "favours-intervention"
            population-match = "direct"
            intervention-match = "direct"
            comparator-match = "direct"
            outcome-match = "direct"
            "#,
            participants = 100 + 10 * trial,
            events = 25 + 2 * trial,
        ));
    }
    text
}

fn read(trials: usize) -> Case {
    Case::from_toml("case.toml", &case(trials), &Frameworks::built_in()).expect("the case is sound")
}

fn compiled(id: &str) -> Compiled {
    let frameworks = Frameworks::built_in();
    Compiled::new(frameworks.find(id).expect("it is built in")).expect("it compiles")
}

const TRIALS: [usize; 3] = [1, 5, 25];

/// A claim, graded under `grade`: the level alone.
#[divan::bench(args = TRIALS)]
fn level(bencher: Bencher<'_, '_>, trials: usize) {
    let (case, framework) = (read(trials), compiled("grade"));
    bencher.bench(|| {
        let grading = grade(black_box(&case), &framework, &Run::default()).expect("it is graded");
        grading.verdict().and_then(|verdict| verdict.level()).expect("nothing is missing")
    });
}

/// The same, with the proof of the level.
#[divan::bench(args = TRIALS)]
fn level_and_proof(bencher: Bencher<'_, '_>, trials: usize) {
    let (case, framework) = (read(trials), compiled("grade"));
    bencher.bench(|| {
        let grading = grade(black_box(&case), &framework, &Run::default()).expect("it is graded");
        grading.verdict().and_then(|verdict| verdict.proof()).expect("it has a proof")
    });
}

/// The same, as the JSON of a report.
#[divan::bench(args = TRIALS)]
fn level_and_json(bencher: Bencher<'_, '_>, trials: usize) {
    let (case, framework) = (read(trials), compiled("grade"));
    bencher.bench(|| {
        let grading = grade(black_box(&case), &framework, &Run::default()).expect("it is graded");
        Report::new(&grading).to_json()
    });
}

/// Reading a case: TOML to a linked case.
#[divan::bench(args = TRIALS)]
fn load_case(bencher: Bencher<'_, '_>, trials: usize) {
    let (text, frameworks) = (case(trials), Frameworks::built_in());
    bencher.bench(|| Case::from_toml("case.toml", black_box(&text), &frameworks).expect("the case is sound"));
}

fn ids() -> Vec<String> {
    Frameworks::built_in().iter().map(|framework| framework.id.to_string()).collect()
}

/// The built-in frameworks that `framework` needs, and its own file.
fn before(framework: &Framework) -> (Frameworks, Arc<TextFile>) {
    let needed: Vec<_> = framework.uses.iter().chain(&framework.extends).collect();
    let (mut others, mut own) = (Vec::new(), None);
    for file in Frameworks::built_in_files() {
        let of = |id: &str| file.name() == format!("rules/{id}.toml");
        if of(framework.id.as_str()) {
            own = Some(file);
        } else if needed.iter().any(|id| of(id.as_str())) {
            others.push(file);
        }
    }
    let mut set = Frameworks::empty();
    set.add_files(&others).expect("they are built in");
    (set, own.expect("its file is named by its id"))
}

/// Reading a framework: TOML to a framework, with those that it needs already there.
#[divan::bench(args = ids())]
fn load_framework(bencher: Bencher<'_, '_>, id: &str) {
    let frameworks = Frameworks::built_in();
    let (set, file) = before(frameworks.get(id).expect("it is built in"));
    let files = [file];
    bencher.with_inputs(|| set.clone()).bench_local_values(|mut set| {
        set.add_files(black_box(&files)).expect("it is sound");
        set
    });
}

/// Compiling a framework to decision diagrams.
#[divan::bench(args = ids())]
fn compile_framework(bencher: Bencher<'_, '_>, id: &str) {
    let frameworks = Frameworks::built_in();
    let framework = frameworks.get(id).expect("it is built in");
    bencher.bench(|| Compiled::new(black_box(framework)).expect("it compiles"));
}
