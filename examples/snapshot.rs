//! Snapshots: a test that holds your own grades as they are, with insta.
//!
//! The grades and the reasons of a case stand in files beside this one. Whatever changes them (a
//! fact, a rule, another release of Evigrade) shows as a difference that somebody has to look at:
//! `cargo insta review` accepts it. Places in files are left out, for they move with every edit.
//!
//! Run it with `cargo run --example snapshot`, or as a test with `cargo test --example snapshot`. In
//! your own repository it is a test alone, and the case is a folder: `Case::open("evidence/my-case")`.

use std::error::Error;
use std::io::{self, Write};

use evigrade::report::{self, Page, Report};
use evigrade::{Case, Compiled, Frameworks, Run, grade};

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

/// The grades of the case, and why its conclusion is graded as it is.
fn grades() -> Result<(String, String), Box<dyn Error>> {
    let frameworks = Frameworks::built_in();
    let case = Case::from_toml("cefalin.toml", CASE, &frameworks)?;
    let framework = Compiled::new(frameworks.find("grade")?)?;
    let grading = grade(&case, &framework, &Run::default())?;
    let proof = grading.verdict().and_then(|verdict| verdict.proof()).ok_or("the conclusion is graded")?;
    Ok((report::text(&Report::new(&grading), &Page::default()), proof.to_string()))
}

/// Fails where the grades or the reasons differ from what was recorded.
fn compare(report: &str, proof: &str) {
    insta::assert_snapshot!("report", report);
    insta::assert_snapshot!("proof", proof);
}

#[test]
fn the_grades_have_not_moved() -> Result<(), Box<dyn Error>> {
    let (report, proof) = grades()?;
    compare(&report, &proof);
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let (report, proof) = grades()?;
    compare(&report, &proof);
    writeln!(io::stdout(), "{report}\n{proof}\n\nNothing has moved since this was recorded.")?;
    Ok(())
}
