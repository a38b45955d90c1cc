//! `evigrade check`: what can be told of cases and frameworks without grading.

use evigrade::check;
use evigrade::diagnostic::{Diagnostic, Severity};
use rayon::prelude::*;

use crate::arguments::{Check, Deny, FindingFormat};
use crate::input;
use crate::output::{Failure, Output, Verdict};

/// Checks everything at the paths. What is refused is told with what is found, for that is what was
/// asked.
pub(crate) fn run(arguments: &Check, output: &Output) -> Result<Verdict, Failure> {
    let mut told = Told::default();
    if let Err(failure) = look(arguments, &mut told) {
        match failure {
            Failure::Input(refused) => told.refused.extend(refused),
            failure => return Err(failure),
        }
    }
    let least = match arguments.deny {
        Deny::Error => Severity::Error,
        Deny::Warning => Severity::Warning,
    };
    let denied = told.findings.iter().filter(|finding| finding.severity >= least).count();
    match arguments.format {
        FindingFormat::Json => {
            let mut text = String::new();
            for finding in told.refused.iter().chain(&told.findings) {
                let line = serde_json::to_string(finding);
                text.push_str(&line.map_err(|error| Failure::Ours(error.to_string()))?);
                text.push('\n');
            }
            output.answer(&text)?;
        }
        FindingFormat::Text if !told.refused.is_empty() => {
            told.refused.append(&mut told.findings);
            return Err(Failure::Input(told.refused));
        }
        FindingFormat::Text => {
            output.diagnostics(&told.findings);
            let files = format!("{} and {}", counted(told.frameworks, "framework"), counted(told.cases, "case"));
            let text = match (told.findings.len(), denied) {
                (0, _) => format!("Checked {files}: nothing found.\n"),
                (all, 0) => format!("Checked {files}: {}, none of them denied.\n", counted(all, "finding")),
                (all, denied) => format!("Checked {files}: {}, {denied} of them denied.\n", counted(all, "finding")),
            };
            output.answer(&text)?;
        }
    }
    Ok(match (told.refused.is_empty(), denied) {
        (false, _) => Verdict::Refused,
        (true, 0) => Verdict::Holds,
        (true, _) => Verdict::DoesNotHold,
    })
}

#[derive(Default)]
struct Told {
    findings: Vec<Diagnostic>,
    refused: Vec<Diagnostic>,
    frameworks: usize,
    cases: usize,
}

fn look(arguments: &Check, told: &mut Told) -> Result<(), Failure> {
    let found = input::find(&arguments.paths)?;
    let (frameworks, under_test) = input::frameworks_under_test(&found, &arguments.framework)?;
    told.frameworks = under_test.len();
    told.cases = found.cases.len();
    let found_in: Vec<Vec<Diagnostic>> = under_test.par_iter().map(check::framework).collect();
    told.findings.extend(found_in.into_iter().flatten());
    for path in &found.cases {
        match input::open(path, &frameworks) {
            Ok(case) => told.findings.extend(check::case(&case)),
            Err(Failure::Input(diagnostics)) => told.refused.extend(diagnostics),
            Err(failure) => return Err(failure),
        }
    }
    Ok(())
}

/// A number of things: `1 case`, `2 cases`.
pub(super) fn counted(number: usize, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}
