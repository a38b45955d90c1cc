//! `evigrade synthesize`: the results that bear on a claim, put together.

use std::path::Path;

use evigrade::grade;
use evigrade::report::SynthesisReport;
use evigrade::synthesis::{EffectMeasure, MethodPart};

use super::explain::claim;
use crate::arguments::{SynthesisFormat, Synthesize};
use crate::input::{self, Chosen};
use crate::output::{Failure, Output, Verdict};

/// Puts the results together by the first framework that is asked for; the others would not do it otherwise.
pub(crate) fn run(arguments: &Synthesize, output: &Output) -> Result<Verdict, Failure> {
    let mut chosen = Chosen::new(&arguments.run, &arguments.parameters.set)?;
    let case = input::open(&arguments.case, &chosen.frameworks)?;
    output.diagnostics(case.warnings());
    let run = input::run_of(&case, &arguments.run)?;
    let claim = claim(&case, arguments.claim.as_deref())?;
    let ids = chosen.of_case(&case, &run)?;
    let Some(id) = ids.first() else { return Ok(Verdict::Holds) };
    let compiled = chosen.compiled(id)?;
    let grading = grade(&case, compiled, &run)?;
    let mut method = compiled.method().clone();
    if let Some(word) = &arguments.measure {
        method.measure = EffectMeasure::find(word);
    }
    // A word says which part of the method it sets.
    for word in arguments.method.iter().chain(&arguments.interval) {
        MethodPart::WORDS.iter().for_each(|(_, part)| method.set(*part, word));
    }
    let mut report = SynthesisReport::new(&grading, claim, &method, &arguments.item)?;
    if arguments.leave_one_out {
        report = report.leave_one_out()?;
    }
    if arguments.cumulative {
        report = report.cumulative();
    }
    if let Some(fact) = &arguments.subgroups {
        report = report.subgroups(&grading, claim, fact)?;
    }
    if arguments.trim_and_fill {
        report = report.trim_and_fill()?;
    }
    for (path, picture) in [(&arguments.forest, report.forest()), (&arguments.funnel, report.funnel())] {
        if let Some(path) = path {
            write(path, &picture)?;
        }
    }
    let text = match arguments.format {
        SynthesisFormat::Text => report.to_text(&output.page()),
        SynthesisFormat::Json => report.to_json() + "\n",
    };
    output.answer(&text)?;
    Ok(Verdict::Holds)
}

fn write(path: &Path, picture: &str) -> Result<(), Failure> {
    std::fs::write(path, picture)
        .map_err(|error| Failure::Ours(format!("`{}` cannot be written: {error}", path.display())))
}
