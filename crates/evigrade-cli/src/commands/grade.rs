//! `evigrade grade`: the grades of cases.

use std::path::PathBuf;

use evigrade::report::{self, Report};
use evigrade::{Audit, Compiled, audit, grade};

use crate::arguments::{Format, Grade};
use crate::input::{self, Chosen};
use crate::output::{Failure, Output, Verdict};

/// Grades every case under every framework that is asked for.
pub(crate) fn run(arguments: &Grade, output: &Output) -> Result<Verdict, Failure> {
    if arguments.questions && !matches!(arguments.format, Format::Json) {
        return Err(Failure::Usage(
            "open questions are ranked in JSON: say --format json, or ask of one claim with `evigrade explain`"
                .to_owned(),
        ));
    }
    let paths = input::find_cases(&arguments.cases)?;
    let mut chosen = Chosen::new(&arguments.run, &arguments.parameters.set)?;
    if let Some(frameworks) = chosen.side_by_side()? {
        if arguments.questions {
            return Err(Failure::Usage(
                "open questions are ranked under one framework at a time: say one with --framework".to_owned(),
            ));
        }
        return audits(&paths, &chosen, &frameworks, arguments, output);
    }
    let mut reports = Vec::new();
    for path in &paths {
        let case = input::open(path, &chosen.frameworks)?;
        output.diagnostics(case.warnings());
        let run = input::run_of(&case, &arguments.run)?;
        for id in chosen.of_case(&case, &run)? {
            let compiled = chosen.compiled(&id)?;
            let grading = grade(&case, compiled, &run)?;
            reports.push(match arguments.format {
                Format::Json if arguments.questions => Report::ranked(&grading),
                Format::Json => Report::new(&grading),
                Format::Text | Format::Markdown | Format::Csv => Report::summary(&grading),
            });
        }
    }
    output.answer(&printed(&reports, arguments.format, output))?;
    Ok(Verdict::Holds)
}

/// Grades every case under all frameworks, side by side.
fn audits(
    paths: &[PathBuf],
    chosen: &Chosen,
    frameworks: &[Compiled],
    arguments: &Grade,
    output: &Output,
) -> Result<Verdict, Failure> {
    let mut audits = Vec::new();
    for path in paths {
        let case = input::open(path, &chosen.frameworks)?;
        output.diagnostics(case.warnings());
        let run = input::run_of(&case, &arguments.run)?;
        audits.push(audit(&case, frameworks, &run));
    }
    let page = output.page();
    let text = match arguments.format {
        Format::Text => audits.iter().map(|audit| audit.to_text(&page)).collect::<Vec<_>>().join("\n"),
        Format::Markdown => audits.iter().map(Audit::to_markdown).collect::<Vec<_>>().join("\n"),
        Format::Json => audits.iter().map(|audit| audit.to_json() + "\n").collect(),
        Format::Csv => report::audits_csv(&audits),
    };
    output.answer(&text)?;
    Ok(Verdict::Holds)
}

fn printed(reports: &[Report], format: Format, output: &Output) -> String {
    let page = output.page();
    let joined = |parts: Vec<String>| parts.join("\n");
    match format {
        Format::Text => joined(reports.iter().map(|report| report::text(report, &page)).collect()),
        Format::Markdown => joined(reports.iter().map(report::markdown).collect()),
        Format::Json => reports.iter().map(|report| report.to_json() + "\n").collect(),
        Format::Csv => report::csv(reports),
    }
}
