//! `evigrade explain`: the proof of a claim's grade, and what would move it.

use evigrade::case::ClaimIndex;
use evigrade::diagnostic::{Code, Diagnostic};
use evigrade::report::{self, Report, RobustnessReport, WhyNotReport};
use evigrade::{Case, Run, grade};

use crate::arguments::{Explain, ProofFormat};
use crate::input::{self, Chosen};
use crate::output::{Failure, Output, Verdict};

/// Explains a claim under every framework that is asked for.
pub(crate) fn run(arguments: &Explain, output: &Output) -> Result<Verdict, Failure> {
    let mut chosen = Chosen::new(&arguments.run, &arguments.parameters.set)?;
    let case = input::open(&arguments.case, &chosen.frameworks)?;
    output.diagnostics(case.warnings());
    let run = input::run_of(&case, &arguments.run)?;
    if arguments.format == ProofFormat::Markdown && (arguments.robust || arguments.not.is_some()) {
        return Err(Failure::Usage("`--robust` and `--not` are told as text or as JSON".to_owned()));
    }
    if arguments.robust {
        return robust(arguments, &case, &run, &mut chosen, output);
    }
    let claim = claim(&case, arguments.claim.as_deref())?;
    if let Some(level) = &arguments.not {
        return why_not(arguments, (&case, claim, level), &run, &mut chosen, output);
    }
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

/// Tells what would move the grade of a claim, or of all claims, under every framework that is asked for.
fn robust(
    arguments: &Explain,
    case: &Case,
    run: &Run,
    chosen: &mut Chosen,
    output: &Output,
) -> Result<Verdict, Failure> {
    let claims: Vec<ClaimIndex> = match &arguments.claim {
        Some(id) => vec![claim(case, Some(id))?],
        None => case.claims().iter().filter_map(|claim| case.find_claim(claim.id.as_str())).collect(),
    };
    let mut reports = Vec::new();
    for id in chosen.of_case(case, run)? {
        let compiled = chosen.compiled(&id)?;
        reports.push(RobustnessReport::new(&grade(case, compiled, run)?, claims.iter().copied()));
    }
    let page = output.page();
    let text = if arguments.format == ProofFormat::Json {
        reports.iter().map(|report| report.to_json() + "\n").collect()
    } else {
        reports.iter().map(|report| report.to_text(&page)).collect::<Vec<_>>().join("\n")
    };
    output.answer(&text)?;
    Ok(Verdict::Holds)
}

/// Tells why the grade of a claim is not a level, under every framework that is asked for.
fn why_not(
    arguments: &Explain,
    (case, claim, level): (&Case, ClaimIndex, &str),
    run: &Run,
    chosen: &mut Chosen,
    output: &Output,
) -> Result<Verdict, Failure> {
    let page = output.page();
    let mut parts = Vec::new();
    for id in chosen.of_case(case, run)? {
        let compiled = chosen.compiled(&id)?;
        let report = WhyNotReport::new(&grade(case, compiled, run)?, claim, level)?;
        parts.push(match arguments.format {
            ProofFormat::Json => report.to_json() + "\n",
            ProofFormat::Text | ProofFormat::Markdown => report.to_text(&page),
        });
    }
    output.answer(&parts.join(if arguments.format == ProofFormat::Json { "" } else { "\n" }))?;
    Ok(Verdict::Holds)
}

/// The claim of this id, or the conclusion.
pub(super) fn claim(case: &Case, id: Option<&str>) -> Result<ClaimIndex, Failure> {
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
