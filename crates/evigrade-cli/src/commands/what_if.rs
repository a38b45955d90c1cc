//! `evigrade what-if`: the grades of a case as it is, and as it would be.

use evigrade::explain::{Most, least_change};
use evigrade::report::{Comparison, LeastChangeReport};
use evigrade::{Case, Frameworks, Run, grade};

use crate::arguments::{ChangeFormat, WhatIf};
use crate::input::{self, Chosen};
use crate::output::{Failure, Output, Verdict};

/// Grades a case before and after what is asked for, under every framework that is.
pub(crate) fn run(arguments: &WhatIf, output: &Output) -> Result<Verdict, Failure> {
    if let Some(level) = &arguments.to {
        return least(arguments, level, output);
    }
    if [arguments.with.len(), arguments.without.len(), arguments.retract.len(), arguments.set.len()] == [0; 4] {
        let message = "say what would be otherwise, with `--with`, `--without`, `--retract` or `--set`, or which level is \
                       to be reached, with `--to`";
        return Err(Failure::Usage(message.to_owned()));
    }
    let mut chosen = Chosen::new(&arguments.run, &[])?;
    let case = input::open(&arguments.case, &chosen.frameworks)?;
    output.diagnostics(case.warnings());
    let run = input::run_of(&case, &arguments.run)?;
    let (other, parameters) = changed(&run, arguments, &chosen.frameworks)?;
    let other_run = input::run_of(&other, &arguments.run)?;
    let mut other_chosen = Chosen::new(&arguments.run, &parameters)?;
    let mut comparisons = Vec::new();
    for id in chosen.of_case(&case, &run)? {
        let before = grade(&case, chosen.compiled(&id)?, &run)?;
        let after = grade(&other, other_chosen.compiled(&id)?, &other_run)?;
        comparisons.push(Comparison::new(&before, &after));
    }
    let page = output.page();
    let text = match arguments.format {
        ChangeFormat::Text => comparisons.iter().map(|found| found.to_text(&page)).collect::<Vec<_>>().join("\n"),
        ChangeFormat::Json => comparisons.iter().map(|found| found.to_json() + "\n").collect(),
    };
    output.answer(&text)?;
    Ok(Verdict::Holds)
}

/// Tells what would take a claim to a level, under every framework that is asked for.
fn least(arguments: &WhatIf, level: &str, output: &Output) -> Result<Verdict, Failure> {
    let chosen = Chosen::new(&arguments.run, &[])?;
    let case = input::open(&arguments.case, &chosen.frameworks)?;
    output.diagnostics(case.warnings());
    let run = input::run_of(&case, &arguments.run)?;
    let (case, parameters) = changed(&run, arguments, &chosen.frameworks)?;
    let claim = match (&arguments.claim, case.conclusion()) {
        (Some(claim), _) => claim.as_str(),
        (None, Some(conclusion)) => case.claim(conclusion).id.as_str(),
        (None, None) => {
            let message = format!("case `{}` has no conclusion: say which claim is to reach `{level}`", case.id());
            return Err(Failure::Usage(message));
        }
    };
    let mut chosen = Chosen::new(&arguments.run, &parameters)?;
    let run = input::run_of(&case, &arguments.run)?;
    let usual = Most::default();
    let most = Most {
        changes: arguments.changes.map_or(usual.changes, usize::from),
        studies: arguments.studies.map_or(usual.studies, usize::from),
    };
    let mut reports = Vec::new();
    for id in chosen.of_case(&case, &run)? {
        let compiled = chosen.compiled(&id)?;
        let found = least_change((&case, compiled, &run), claim, level, most)?;
        reports.push(LeastChangeReport::new(&grade(&case, compiled, &run)?, found));
    }
    let page = output.page();
    let text = match arguments.format {
        ChangeFormat::Text => reports.iter().map(|report| report.to_text(&page)).collect::<Vec<_>>().join("\n"),
        ChangeFormat::Json => reports.iter().map(|report| report.to_json() + "\n").collect(),
    };
    output.answer(&text)?;
    Ok(Verdict::Holds)
}

/// The case as it would be, and the parameters that would be others.
fn changed(run: &Run, arguments: &WhatIf, frameworks: &Frameworks) -> Result<(Case, Vec<String>), Failure> {
    let mut files = Case::files(&arguments.case)?;
    for path in &arguments.with {
        files.extend(Case::files(path)?);
    }
    let mut other = Case::from_files(&files, frameworks)?;
    for item in &arguments.without {
        other = other.without(item)?;
    }
    for source in &arguments.retract {
        other = input::retracted(&other, source, run)?;
    }
    let mut parameters = Vec::new();
    for option in &arguments.set {
        let Some((name, value)) = option.split_once('=') else {
            return Err(Failure::Usage(format!("`--set {option}` is neither ID.FACT=VALUE nor PARAMETER=VALUE")));
        };
        let is_there = |of: &str| other.find_claim(of).is_some() || other.find_item(of).is_some();
        match name.trim().rsplit_once('.') {
            Some((of, fact)) if is_there(of) => other = other.with_fact(of, fact, value.trim(), frameworks)?,
            _ => parameters.push(option.clone()),
        }
    }
    Ok((other, parameters))
}
