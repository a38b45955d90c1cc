//! A rule pack of one's own: how firmly may a newsletter word what studies found?
//!
//! The pack is a text in TOML: a scale, a parameter, measures over the evidence, one decision with a
//! reason for every rule, and worked examples. The program runs the examples, grades a case with the
//! pack, prints the proof, and grades again with the parameter set otherwise.
//!
//! Run it with `cargo run --example rule_pack`. A pack in a file of its own is used the same way on the
//! command line: `evigrade test wording.toml`, `evigrade grade CASE --framework wording.toml`.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{self, Write};

use evigrade::report::{self, Page, Report};
use evigrade::value::{Decimal, Value};
use evigrade::{Case, Compiled, Frameworks, Run, grade, selftest};

const PACK: &str = r#"
[framework]
id = "wording"
title = "How firmly a finding may be worded"
edition = "1"
status = "convention"              # how sure the rules are
uses = ["vocabulary"]              # shared facts, such as `design` and `participants`
result = "wording"

[scale]
levels = ["do-not-say", "may", "does"]
outcomes = ["unstudied"]
labels = { do-not-say = "Do not say it", may = "Say 'may'", does = "Say 'does'" }

[parameter.enough]
value = 500
about = "From how many randomised participants on a finding may be worded firmly."

[measure.trials]
count = "evidence"
where = { design = "randomised" }

[measure.randomised]
sum = "participants"
where = { design = "randomised" }

[decision.wording]
hit = "first"
rule = [
    { id = "unstudied", when = { trials = 0 }, then = "unstudied", because = "No trial looked at it." },
    { id = "firm", when = { trials = ">= 2", randomised = ">= {enough}" }, then = "does", because = "{trials} trials with {randomised} participants." },
    { id = "one-trial", when = { trials = 1, randomised = ">= {enough}" }, then = "may", because = "Nobody has repeated the one trial." },
]
otherwise = { then = "do-not-say", because = "{randomised} participants, and {enough} are asked for." }

[[example]]
id = "animals"
evidence = [{ design = "in-vivo", participants = 40 }]
expect = { wording = "unstudied" }

[[example]]
id = "two-trials"
evidence = [{ design = "parallel-rct", participants = 300 }, { design = "crossover-rct", participants = 200 }]
expect = { wording = "does" }
"#;

const CASE: &str = r#"
case = { id = "tea", title = "Green tea against colds (invented)", conclusion = "fewer-colds" }
claim = [{ id = "fewer-colds", kind = "efficacy", text = "Green tea prevents colds." }]
source = [{ id = "a", title = "Tea and colds" }, { id = "b", title = "Tea and colds, again" }]
evidence = [
    { id = "a-colds", source = "a", design = "parallel-rct", participants = 200, link = [{ supports = "fewer-colds" }] },
    { id = "b-colds", source = "b", design = "parallel-rct", participants = 180, link = [{ supports = "fewer-colds" }] },
]
"#;

/// The program, with what it prints to; the test of the examples calls it too.
pub(crate) fn run(out: &mut dyn Write) -> Result<(), Box<dyn Error>> {
    let mut frameworks = Frameworks::built_in();
    frameworks.add_toml("wording.toml", PACK)?;
    let framework = frameworks.find("wording")?;
    for test in selftest::framework(framework)? {
        let outcome = test.failure.as_ref().map_or_else(|| "ok".to_owned(), ToString::to_string);
        writeln!(out, "{} {}: {outcome}", test.kind.word(), test.id)?;
    }

    let case = Case::from_toml("tea.toml", CASE, &frameworks)?;
    let strict = Compiled::new(framework)?;
    let grading = grade(&case, &strict, &Run::default())?;
    writeln!(out, "\n{}", report::explanation_text(&Report::new(&grading), &Page::default()))?;

    let set = BTreeMap::from([("enough".into(), Value::Number(Decimal::from(300)))]);
    let lenient = Compiled::with_parameters(framework, &set)?;
    let grading = grade(&case, &lenient, &Run::default())?;
    let verdict = grading.verdict().ok_or("the case has a conclusion")?;
    writeln!(out, "With 300 participants as enough: {}. {}", verdict.label(), verdict.because())?;
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    run(&mut io::stdout().lock())
}
