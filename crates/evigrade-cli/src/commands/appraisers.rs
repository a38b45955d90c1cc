//! `evigrade appraisers`: the grades of cases under each of several people.

use evigrade::report::{appraisers, appraisers_csv};

use crate::arguments::{Appraisers as Arguments, AppraisersFormat};
use crate::input::{self, Chosen};
use crate::output::{Failure, Output, Verdict};

/// Tells what people made of every case, under every framework that is asked for.
pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<Verdict, Failure> {
    if arguments.run.appraiser.is_some() {
        let message = "`evigrade appraisers` grades under everybody; leave `--appraiser` out";
        return Err(Failure::Usage(message.to_owned()));
    }
    let paths = input::find_cases(&arguments.cases)?;
    let mut chosen = Chosen::new(&arguments.run, &arguments.parameters.set)?;
    let mut told = Vec::new();
    for path in &paths {
        let case = input::open(path, &chosen.frameworks)?;
        output.diagnostics(case.warnings());
        let run = input::run_of(&case, &arguments.run)?;
        for id in chosen.of_case(&case, &run)? {
            told.push(appraisers(&case, chosen.compiled(&id)?, &run)?);
        }
    }
    let page = output.page();
    let text = match arguments.format {
        AppraisersFormat::Text => told.iter().map(|told| told.to_text(&page)).collect::<Vec<_>>().join("\n"),
        AppraisersFormat::Json => told.iter().map(|told| told.to_json() + "\n").collect(),
        AppraisersFormat::Csv => appraisers_csv(&told),
    };
    output.answer(&text)?;
    Ok(Verdict::Holds)
}
