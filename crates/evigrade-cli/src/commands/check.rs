//! `evigrade check`: what can be told of cases and frameworks without grading.

use evigrade::check;
use evigrade::diagnostic::{Diagnostic, Severity};

use crate::arguments::{Check, Deny, FindingFormat};
use crate::input;
use crate::output::{Failure, Output, Verdict};

/// Checks everything at the paths.
pub(crate) fn run(arguments: &Check, output: &Output) -> Result<Verdict, Failure> {
    let found = input::find(&arguments.paths)?;
    let beside = arguments.framework.iter().map(std::path::PathBuf::from);
    let files: Vec<_> = found.frameworks.iter().cloned().chain(beside).collect();
    let (frameworks, under_test) = input::frameworks_under_test(&files)?;
    let mut findings: Vec<Diagnostic> = Vec::new();
    for framework in &under_test {
        findings.extend(check::framework(framework));
    }
    let mut refused: Vec<Diagnostic> = Vec::new();
    for path in &found.cases {
        match input::open(path, &frameworks) {
            Ok(case) => findings.extend(check::case(&case)),
            Err(Failure::Input(diagnostics)) => refused.extend(diagnostics),
            Err(failure) => return Err(failure),
        }
    }
    if !refused.is_empty() {
        refused.extend(findings);
        return Err(Failure::Input(refused));
    }
    let least = match arguments.deny {
        Deny::Error => Severity::Error,
        Deny::Warning => Severity::Warning,
    };
    let denied = findings.iter().filter(|finding| finding.severity >= least).count();
    match arguments.format {
        FindingFormat::Json => {
            let mut text = String::new();
            for finding in &findings {
                let line = serde_json::to_string(finding);
                text.push_str(&line.map_err(|error| Failure::Ours(error.to_string()))?);
                text.push('\n');
            }
            output.answer(&text)?;
        }
        FindingFormat::Text => {
            output.diagnostics(&findings);
            let files =
                format!("{} and {}", counted(under_test.len(), "framework"), counted(found.cases.len(), "case"));
            let text = match (findings.len(), denied) {
                (0, _) => format!("Checked {files}: nothing found.\n"),
                (all, 0) => format!("Checked {files}: {}, none of them denied.\n", counted(all, "finding")),
                (all, denied) => format!("Checked {files}: {}, {denied} of them denied.\n", counted(all, "finding")),
            };
            output.answer(&text)?;
        }
    }
    Ok(if denied == 0 { Verdict::Holds } else { Verdict::DoesNotHold })
}

/// A number of things: `1 case`, `2 cases`.
pub(super) fn counted(number: usize, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}
