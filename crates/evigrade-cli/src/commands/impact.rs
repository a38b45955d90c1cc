//! `evigrade impact`: which grades of many cases the retraction of a source would change.

use std::collections::BTreeSet;

use evigrade::diagnostic::{Code, Diagnostic};
use evigrade::grade;
use evigrade::name::nearest;
use evigrade::report::{Impact, impact_csv};

use crate::arguments::{Impact as Arguments, ImpactFormat};
use crate::input::{self, Chosen};
use crate::output::{Failure, Output, Verdict};

/// Grades every case that knows the source before and after its retraction.
pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<Verdict, Failure> {
    let source = arguments.retract.as_str();
    let paths = input::find_cases(&arguments.cases)?;
    let mut chosen = Chosen::new(&arguments.run, &arguments.parameters.set)?;
    let mut impact = Impact::new(source);
    let mut known = BTreeSet::new();
    for path in &paths {
        let case = input::open(path, &chosen.frameworks)?;
        if !case.sources().iter().any(|known| known.id == *source) {
            known.extend(case.sources().iter().map(|known| known.id.clone()));
            impact.pass_over();
            continue;
        }
        output.diagnostics(case.warnings());
        let run = input::run_of(&case, &arguments.run)?;
        let retracted = input::retracted(&case, source, &run)?;
        for id in chosen.of_case(&case, &run)? {
            let compiled = chosen.compiled(&id)?;
            impact.add(&grade(&case, compiled, &run)?, &grade(&retracted, compiled, &run)?);
        }
    }
    if impact.gradings == 0 {
        let message = match impact.unknown_in {
            1 => format!("the case has no source `{source}`"),
            cases => format!("none of the {cases} cases has a source `{source}`"),
        };
        let diagnostic = Diagnostic::error(Code::UnknownSource, message);
        return Err(Failure::Input(vec![match nearest(source, known.iter().map(|id| id.as_str())) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic.help("a source is named by its `id` in the case, as `evigrade explain` shows it"),
        }]));
    }
    let text = match arguments.format {
        ImpactFormat::Text => impact.to_text(&output.page()),
        ImpactFormat::Json => impact.to_json() + "\n",
        ImpactFormat::Csv => impact_csv(&impact),
    };
    output.answer(&text)?;
    Ok(Verdict::Holds)
}
