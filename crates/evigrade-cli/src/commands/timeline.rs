//! `evigrade timeline`: the grades of cases on every day on which something changed.

use evigrade::report::{Timeline, timelines_csv};
use evigrade::{Case, Frameworks, Run, grade};
use jiff::civil::Date;

use crate::arguments::{Timeline as Arguments, TimelineFormat};
use crate::input::{self, Chosen};
use crate::output::{Failure, Output, Verdict};

/// Follows every case under every framework that is asked for.
pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<Verdict, Failure> {
    let paths = input::find_cases(&arguments.cases)?;
    let mut chosen = Chosen::new(&arguments.run, &arguments.parameters.set)?;
    let mut timelines = Vec::new();
    for path in &paths {
        let case = input::open(path, &chosen.frameworks)?;
        output.diagnostics(case.warnings());
        let run = input::run_of(&case, &arguments.run)?;
        for name in chosen.names(&case)? {
            let mut timeline = Timeline::new(&case, &run);
            for as_of in days(&case, &run, &chosen.frameworks, &name) {
                let id = chosen.frameworks.find_as_of(&name, as_of)?.id.clone();
                let run = Run { as_of, ..run.clone() };
                timeline.push(&grade(&case, chosen.compiled(&id)?, &run)?);
            }
            timelines.push(timeline);
        }
    }
    let page = output.page();
    let text = match arguments.format {
        TimelineFormat::Text => timelines.iter().map(|timeline| timeline.to_text(&page)).collect::<Vec<_>>().join("\n"),
        TimelineFormat::Json => timelines.iter().map(|timeline| timeline.to_json() + "\n").collect(),
        TimelineFormat::Csv => timelines_csv(&timelines),
    };
    output.answer(&text)?;
    Ok(Verdict::Holds)
}

/// The days on which the case changes, or an edition of the framework comes into force; where nothing ever does, the
/// day of the run.
fn days(case: &Case, run: &Run, frameworks: &Frameworks, name: &str) -> Vec<Option<Date>> {
    let mut days = Timeline::days(case, run);
    let editions = frameworks.editions(name);
    let from = || editions.iter().filter_map(|framework| framework.in_force_from);
    let within = |day: &Date| run.as_of.is_none_or(|last| *day <= last);
    if let Some(first) = days.first().copied() {
        days.extend(from().filter(|day| first <= *day && within(day)));
    }
    // Before the first edition nothing can be graded.
    if editions.iter().all(|framework| framework.in_force_from.is_some())
        && let Some(first) = from().min()
    {
        days.extend(Some(first).filter(within));
        days.retain(|day| *day >= first);
    }
    days.sort_unstable();
    days.dedup();
    if days.is_empty() { vec![run.as_of] } else { days.into_iter().map(Some).collect() }
}
