//! Snapshots: a test that holds your own grades as they are, with insta.
//!
//! The grades and the reasons of a case stand in files beside this one. Whatever changes them (a
//! fact, a rule, another release of Evigrade) shows as a difference that somebody has to look at:
//! `cargo insta review` accepts it. Digests, editions and places in files are left out, for they
//! move with every edit.
//!
//! Run it with `cargo run --example snapshot`, or as a test with `cargo test --example snapshot`. In
//! your own repository it is a test alone, and the case is a folder: `Case::open("evidence/my-case")`.
//! It needs the feature `insta`: `cargo add --dev evigrade --features insta`.

use std::error::Error;
use std::io::{self, Write};

use evigrade::report::Report;
use evigrade::{Case, Compiled, Frameworks, Grading, Run, assert_grades, grade, snapshot};

const CASE: &str = r#"
[case]
id = "cefalin"
title = "Cefalin for migraine (invented)"
conclusion = "relief"

[[claim]]
id = "relief"
kind = "efficacy"
text = "Cefalin frees more adults with migraine of pain within two hours than placebo does."
outcome-type = "binary"
baseline-risk = 0.2
pooled-scale = "ratio"
pooled-ci-low = 1.31
pooled-ci-high = 1.78
publication-bias = "undetected"

[[source]]
id = "north-2021"
title = "Cefalin in adults with migraine"

[[evidence]]
id = "north-relief"
source = "north-2021"
design = "parallel-rct"
participants = 620
events = 160
risk-of-bias = "low"

[[evidence.link]]
supports = "relief"
comparator-result = "favours-intervention"
population-match = "important-differences"
intervention-match = "direct"
comparator-match = "direct"
outcome-match = "direct"
"#;

/// Does something with the grades of the case.
fn graded<T>(then: impl Fn(&Grading<'_>) -> T) -> Result<T, Box<dyn Error>> {
    let frameworks = Frameworks::built_in();
    let case = Case::from_toml("cefalin.toml", CASE, &frameworks)?;
    let framework = Compiled::new(frameworks.find("grade")?)?;
    Ok(then(&grade(&case, &framework, &Run::default())?))
}

/// Fails where the grades or the reasons differ from what was recorded.
fn grades(grading: &Grading<'_>) -> String {
    assert_grades!("grades", grading);
    snapshot::grades(grading)
}

/// Fails where something that programs read of the grading differs from what was recorded.
fn report(grading: &Grading<'_>) {
    insta::assert_json_snapshot!("report", snapshot::redacted(&Report::summary(grading)));
}

#[test]
fn the_grades_have_not_moved() -> Result<(), Box<dyn Error>> {
    graded(grades).map(|_| ())
}

#[test]
fn the_report_has_not_moved() -> Result<(), Box<dyn Error>> {
    graded(report)
}

fn main() -> Result<(), Box<dyn Error>> {
    let told = graded(grades)?;
    graded(report)?;
    writeln!(io::stdout(), "{told}\nNothing has moved since this was recorded.")?;
    Ok(())
}
