//! Assumptions that rule out what a case states.

use crate::case::Case;
use crate::compile::Compiled;
use crate::diagnostic::{Code, Diagnostic};
use crate::framework::Framework;
use crate::grade::{Run, grade};
use crate::name::FrameworkId;

/// Whether a case is written for a framework: it names it, or says what it should come to under it.
pub(super) fn is_of(case: &Case, framework: &Framework) -> bool {
    let expected = case.claims().iter().flat_map(|claim| &claim.expect).map(|expectation| &expectation.framework);
    let named = expected.chain(case.framework());
    let meant: Vec<&FrameworkId> = std::iter::once(&framework.id).chain(&framework.aliases).collect();
    named.into_iter().any(|id| meant.contains(&id))
}

/// The assumptions of a framework that a case contradicts: one of the two is wrong, and what was proved of the
/// framework does not hold for the case.
pub(super) fn found(compiled: &Compiled, case: &Case) -> Vec<Diagnostic> {
    let Err(refused) = grade(case, compiled, &Run::of_all_layers(case)) else { return Vec::new() };
    let framework = compiled.framework();
    let violated = refused.into_diagnostics().into_iter().filter(|found| found.code == Code::AssumptionViolated);
    let told = violated.map(|violated| {
        let message = format!("`{}` takes to be impossible what the case `{}` states", framework.id, case.id());
        let mut diagnostic = Diagnostic::warning(Code::AssumptionHidesCase, message);
        let assumption =
            framework.assumptions.iter().find(|known| violated.subject.as_deref() == Some(known.id.as_str()));
        match assumption {
            Some(assumption) => {
                diagnostic =
                    diagnostic.label(&assumption.span, assumption.because.clone()).about(assumption.id.as_str());
            }
            None => diagnostic = diagnostic.label(&framework.span, violated.message.clone()),
        }
        for label in &violated.labels {
            diagnostic = diagnostic.label(&label.span, label.text.clone());
        }
        diagnostic.help("if the case is right the assumption is wrong; if it is not, mend the case")
    });
    told.collect()
}
