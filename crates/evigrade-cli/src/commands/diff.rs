//! `evigrade diff`: which grades moved from one version to another, and why.

use std::path::Path;
use std::sync::Arc;

use evigrade::document::TextFile;
use evigrade::report::{Comparison, Report};
use evigrade::{Case, Frameworks, grade};

use crate::arguments::{ChangeFormat, Diff};
use crate::input::{self, Chosen};
use crate::output::{Failure, Output, Verdict};
use crate::side::Side;

/// Holds OLD and NEW against each other.
pub(crate) fn run(arguments: &Diff, output: &Output) -> Result<Verdict, Failure> {
    let (old, new) = (Side::read(&arguments.old)?, Side::read(&arguments.new)?);
    let kinds = [old.kind(), new.kind()];
    let comparisons = match (old, new) {
        (Side::Reports(old), Side::Reports(new)) => {
            without_options(arguments)?;
            Comparison::pairs(&old, &new)
        }
        (Side::Cases(old), Side::Cases(new)) => {
            if !arguments.over.is_empty() {
                let message = "`--over` names the cases to grade under two frameworks, and OLD and NEW are cases";
                return Err(Failure::Usage(message.to_owned()));
            }
            let mut chosen = Chosen::new(&arguments.run, &arguments.parameters.set)?;
            let old = graded(&old, &mut chosen, arguments, None)?;
            let new = graded(&new, &mut chosen, arguments, Some(output))?;
            let frameworks = &chosen.frameworks;
            Comparison::pairs(&old, &new).into_iter().map(|pair| with_rules(pair, frameworks, frameworks)).collect()
        }
        (old @ (Side::BuiltIn(_) | Side::Framework(_)), new @ (Side::BuiltIn(_) | Side::Framework(_))) => {
            if arguments.over.is_empty() {
                let message = "two frameworks are held against each other over cases: name these with `--over PATH...`; \
                               `evigrade check OLD --against NEW` does without";
                return Err(Failure::Usage(message.to_owned()));
            }
            let (mut old, mut new) = (framework(old, arguments)?, framework(new, arguments)?);
            let paths = input::find_cases(&arguments.over)?;
            let cases: Vec<Vec<Arc<TextFile>>> =
                paths.iter().map(|path| Ok(Case::files(path)?)).collect::<Result<_, Failure>>()?;
            let before = graded(&cases, &mut old, arguments, None)?;
            let after = graded(&cases, &mut new, arguments, Some(output))?;
            let pairs = before.iter().zip(&after).map(|(before, after)| Comparison::between(before, after));
            pairs.map(|pair| with_rules(pair, &old.frameworks, &new.frameworks)).collect()
        }
        _ => {
            let [old, new] = kinds;
            let message = format!(
                "`{}` is {old} and `{}` is {new}: two of one kind can be held against each other",
                arguments.old, arguments.new
            );
            return Err(Failure::Usage(message));
        }
    };
    let page = output.page();
    let text = match arguments.format {
        ChangeFormat::Text => comparisons.iter().map(|found| found.to_text(&page)).collect::<Vec<_>>().join("\n"),
        ChangeFormat::Json => comparisons.iter().map(|found| found.to_json() + "\n").collect(),
    };
    output.answer(&text)?;
    Ok(if comparisons.iter().any(Comparison::moved) { Verdict::DoesNotHold } else { Verdict::Holds })
}

/// Refuses what says how to grade: reports are graded already.
fn without_options(arguments: &Diff) -> Result<(), Failure> {
    let run = &arguments.run;
    let options = [
        ("--over", !arguments.over.is_empty()),
        ("--framework", !run.framework.is_empty()),
        ("--as-of", run.as_of.is_some()),
        ("--layer", !run.layer.is_empty()),
        ("--all-layers", run.all_layers),
        ("--set", !arguments.parameters.set.is_empty()),
    ];
    match options.iter().find(|(_, given)| *given) {
        None => Ok(()),
        Some((option, _)) => Err(Failure::Usage(format!(
            "`{option}` says how to grade, and reports are graded already; grade the cases anew with it"
        ))),
    }
}

/// The framework of one side, among those that it may use.
fn framework(side: Side, arguments: &Diff) -> Result<Chosen, Failure> {
    let mut files = Vec::new();
    let mut asked = None;
    match side {
        Side::Framework(file) => files.push(file),
        Side::BuiltIn(name) => asked = Some(name),
        Side::Cases(_) | Side::Reports(_) => return Err(Failure::Ours("a framework was expected".to_owned())),
    }
    for path in &arguments.run.framework {
        for file in input::framework_files(path)? {
            files.push(TextFile::read(Path::new(&file), file.as_str())?);
        }
    }
    let (frameworks, of_files) = input::frameworks_of(files)?;
    let name = match (asked, of_files.first()) {
        (Some(name), _) => name,
        (None, Some(framework)) => framework.id.as_str().to_owned(),
        (None, None) => return Err(Failure::Ours("the framework was lost".to_owned())),
    };
    Chosen::one(frameworks, &name, &arguments.parameters.set)
}

/// The reports of cases, graded as the options say. What is to be told of them by the way goes to the output, if there is
/// one.
fn graded(
    cases: &[Vec<Arc<TextFile>>],
    chosen: &mut Chosen,
    arguments: &Diff,
    output: Option<&Output>,
) -> Result<Vec<Report>, Failure> {
    let mut reports = Vec::new();
    for files in cases {
        let case = Case::from_files(files, &chosen.frameworks)?;
        if let Some(output) = output {
            output.diagnostics(case.warnings());
        }
        let run = input::run_of(&case, &arguments.run)?;
        for id in chosen.of_case(&case, &run)? {
            reports.push(Report::new(&grade(&case, chosen.compiled(&id)?, &run)?));
        }
    }
    Ok(reports)
}

/// A comparison with what the frameworks of its sides say otherwise.
fn with_rules(comparison: Comparison, old: &Frameworks, new: &Frameworks) -> Comparison {
    let of = |side: &Option<evigrade::report::Side>, frameworks: &Frameworks| {
        side.as_ref().and_then(|side| frameworks.get(&side.framework.id).cloned())
    };
    match (of(&comparison.before, old), of(&comparison.after, new)) {
        (Some(before), Some(after)) => comparison.with_frameworks(&before, &after),
        _ => comparison,
    }
}
