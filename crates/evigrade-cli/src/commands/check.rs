//! `evigrade check`: what can be told of cases and frameworks without grading.

mod against;
mod coverage;
mod reach;

use evigrade::check::{Checked, Levels, Options, Setting};
use evigrade::diagnostic::{Diagnostic, Severity};
use rayon::prelude::*;

use crate::arguments::{Check, FindingFormat};
use crate::input;
use crate::output::{Failure, Output, Verdict};
use crate::sarif;

/// Checks everything at the paths. What is refused is told with what is found, for that is what was
/// asked.
pub(crate) fn run(arguments: &Check, output: &Output) -> Result<Verdict, Failure> {
    if let Some(against) = &arguments.against {
        return against::run(arguments, against, output);
    }
    if arguments.reach {
        return reach::run(arguments, output);
    }
    let (levels, least) = levels(arguments)?;
    let mut told = Told::default();
    if let Err(failure) = look(arguments, &levels, &mut told) {
        match failure {
            Failure::Input(refused) => told.refused.extend(refused),
            failure => return Err(failure),
        }
    }
    let denied = told.checked.findings.iter().filter(|finding| finding.severity >= least).count();
    match arguments.format {
        FindingFormat::Json => {
            let mut text = String::new();
            for finding in told.refused.iter().chain(&told.checked.findings) {
                let line = serde_json::to_string(finding);
                text.push_str(&line.map_err(|error| Failure::Ours(error.to_string()))?);
                text.push('\n');
            }
            output.answer(&text)?;
        }
        FindingFormat::Sarif => output.answer(&sarif::log(told.refused.iter().chain(&told.checked.findings))?)?,
        FindingFormat::Text if !told.refused.is_empty() => {
            told.refused.append(&mut told.checked.findings);
            return Err(Failure::Input(told.refused));
        }
        FindingFormat::Text => {
            output.diagnostics(&told.checked.findings);
            let files = format!("{} and {}", counted(told.frameworks, "framework"), counted(told.cases, "case"));
            let found = match (told.checked.findings.len(), denied) {
                (0, _) => "nothing found".to_owned(),
                (all, 0) => format!("{}, none of them denied", counted(all, "finding")),
                (all, denied) => format!("{}, {denied} of them denied", counted(all, "finding")),
            };
            let allowed = match told.checked.allowed.len() {
                0 => String::new(),
                allowed => format!("; {allowed} allowed"),
            };
            let coverage = coverage::text(&told.checked.coverage);
            output.answer(&format!("{coverage}Checked {files}: {found}{allowed}.\n"))?;
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
    checked: Checked,
    refused: Vec<Diagnostic>,
    frameworks: usize,
    cases: usize,
}

/// The levels that the command line sets, and the least severity that makes the check fail.
fn levels(arguments: &Check) -> Result<(Levels, Severity), Failure> {
    let mut settings = Vec::new();
    let mut least = Severity::Error;
    for word in &arguments.deny {
        match word.as_str() {
            "error" | "errors" => {}
            "warning" | "warnings" => least = Severity::Warning,
            code => settings.push(Setting::deny(code)?),
        }
    }
    for code in &arguments.warn {
        settings.push(Setting::warn(code)?);
    }
    for allowed in &arguments.allow {
        let (code, reason) = allowed.split_once('=').unwrap_or((allowed, ""));
        settings.push(Setting::allow(code, reason)?);
    }
    Ok((Levels::new(settings), least))
}

fn look(arguments: &Check, levels: &Levels, told: &mut Told) -> Result<(), Failure> {
    let found = input::find(&arguments.paths)?;
    let (frameworks, under_test) = input::frameworks_under_test(&found, &arguments.framework)?;
    told.frameworks = under_test.len();
    told.cases = found.cases.len();
    let options = Options::default().monotone(arguments.monotone).coverage(arguments.coverage);
    let check = |framework| levels.framework_with(framework, options);
    let checked: Vec<Checked> = under_test.par_iter().map(check).collect();
    checked.into_iter().for_each(|checked| told.checked.extend(checked));
    for path in &found.cases {
        match input::open(path, &frameworks) {
            Ok(case) => {
                told.checked.extend(levels.case(&case));
                let against = |framework| levels.framework_against(framework, &case);
                let checked: Vec<Checked> = under_test.par_iter().map(against).collect();
                checked.into_iter().for_each(|checked| told.checked.extend(checked));
            }
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
