//! `evigrade test`: the examples of frameworks and the expectations of cases.

use evigrade::Refused;
use evigrade::selftest::{self, Test as Outcome};
use rayon::prelude::*;

use super::check::counted;
use crate::arguments::{FindingFormat, Test};
use crate::input;
use crate::output::{Failure, Output, Verdict};
use crate::sarif;

/// Runs every test at the paths.
pub(crate) fn run(arguments: &Test, output: &Output) -> Result<Verdict, Failure> {
    let found = input::find(&arguments.paths)?;
    let (frameworks, under_test) = input::frameworks_under_test(&found, &arguments.framework)?;
    let mut outcomes: Vec<Outcome> = Vec::new();
    let tested: Vec<Result<Vec<Outcome>, Refused>> = under_test.par_iter().map(selftest::framework).collect();
    for tests in tested {
        outcomes.extend(tests?);
    }
    let mut cases = Vec::new();
    for path in &found.cases {
        let case = input::open(path, &frameworks)?;
        output.diagnostics(case.warnings());
        cases.push(case);
    }
    let tested: Vec<Result<Vec<Outcome>, Refused>> =
        cases.par_iter().map(|case| selftest::case(case, &frameworks)).collect();
    for tests in tested {
        outcomes.extend(tests?);
    }
    let failed: Vec<&Outcome> = outcomes.iter().filter(|outcome| !outcome.passed()).collect();
    match arguments.format {
        FindingFormat::Json => {
            let mut text = String::new();
            for outcome in &outcomes {
                let line = serde_json::to_string(outcome);
                text.push_str(&line.map_err(|error| Failure::Ours(error.to_string()))?);
                text.push('\n');
            }
            output.answer(&text)?;
        }
        FindingFormat::Sarif => {
            output.answer(&sarif::log(failed.iter().filter_map(|outcome| outcome.failure.as_ref()))?)?;
        }
        FindingFormat::Text => {
            let mut text = String::new();
            for outcome in outcomes.iter().filter(|outcome| arguments.verbose || !outcome.passed()) {
                let word = match (outcome.passed(), &outcome.known_difference) {
                    (false, _) => "FAILED",
                    (true, None) => "ok",
                    (true, Some(_)) => "ok, known to differ",
                };
                text.push_str(&format!("{} {} {} ... {word}\n", outcome.kind.word(), outcome.of, outcome.id));
            }
            let failures: Vec<_> = failed.iter().filter_map(|outcome| outcome.failure.clone()).collect();
            output.diagnostics(&failures);
            let known =
                outcomes.iter().filter(|outcome| outcome.passed() && outcome.known_difference.is_some()).count();
            let known = if known == 0 { String::new() } else { format!(" ({known} known to differ)") };
            text.push_str(&format!(
                "{}, {}: {} passed{known}, {} failed.\n",
                counted(under_test.len(), "framework"),
                counted(found.cases.len(), "case"),
                outcomes.len() - failed.len(),
                failed.len()
            ));
            output.answer(&text)?;
        }
    }
    Ok(if failed.is_empty() { Verdict::Holds } else { Verdict::DoesNotHold })
}
