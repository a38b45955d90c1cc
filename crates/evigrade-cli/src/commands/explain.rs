//! `evigrade explain`: the proof of a claim's grade.

use evigrade::diagnostic::{Code, Diagnostic};
use evigrade::report::{self, Report};
use evigrade::{Case, grade};

use crate::arguments::{Explain, ProofFormat};
use crate::input::{self, Chosen};
use crate::output::{Failure, Output, Verdict};

/// Explains a claim under every framework that is asked for.
pub(crate) fn run(arguments: &Explain, output: &Output) -> Result<Verdict, Failure> {
    let mut chosen = Chosen::new(&arguments.run, &arguments.parameters.set)?;
    let case = input::open(&arguments.case, &chosen.frameworks)?;
    output.diagnostics(case.warnings());
    let claim = claim(&case, arguments.claim.as_deref())?;
    let run = input::run_of(&case, &arguments.run)?;
    let mut reports = Vec::new();
    for id in chosen.of_case(&case, &run)? {
        let compiled = chosen.compiled(&id)?;
        reports.push(Report::of(&grade(&case, compiled, &run)?, [claim]));
    }
    let page = output.page();
    let parts: Vec<String> = reports
        .iter()
        .map(|report| match arguments.format {
            ProofFormat::Text => report::explanation_text(report, &page),
            ProofFormat::Markdown => report::explanation_markdown(report),
            ProofFormat::Json => report.to_json() + "\n",
        })
        .collect();
    output.answer(&parts.join(if arguments.format == ProofFormat::Json { "" } else { "\n" }))?;
    Ok(Verdict::Holds)
}

/// The claim of this id, or the conclusion.
fn claim(case: &Case, id: Option<&str>) -> Result<evigrade::case::ClaimIndex, Failure> {
    let ids = || case.claims().iter().map(|claim| claim.id.as_str());
    let listed = || format!("it has {}", ids().collect::<Vec<_>>().join(", "));
    let (found, message, help) = match id {
        Some(id) => (
            case.find_claim(id),
            format!("case `{}` has no claim `{id}`", case.id()),
            evigrade::name::nearest(id, ids()).map_or_else(listed, |near| format!("did you mean `{near}`?")),
        ),
        None => (
            case.conclusion(),
            format!("case `{}` names no conclusion; say which claim to explain", case.id()),
            listed(),
        ),
    };
    found.ok_or_else(|| Failure::Input(vec![Diagnostic::error(Code::UnknownClaim, message).help(help)]))
}
