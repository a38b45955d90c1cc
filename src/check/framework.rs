//! Checks of a framework: what can be proved of its rules without grading anything.

mod because;
mod dead;
mod draft;
mod exercise;
mod gap;
mod monotone;
mod unused;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::coverage::Coverage;
use super::world::{World, judgeable};
use crate::compile::Compiled;
use crate::compile::diagram::TooLarge;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::document::shape::Subject;
use crate::framework::{Decision, Framework};

/// What is asked of a framework beside what is always asked.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Options {
    /// Whether better evidence can lower the result, for everything with a better end that it hangs on; and
    /// what was proved of that is told as well.
    pub monotone: bool,
    /// Which rules no example and no count exercises.
    pub coverage: bool,
}

impl Options {
    /// Asks whether better evidence can lower the result.
    #[must_use]
    pub const fn monotone(mut self, asked: bool) -> Self {
        self.monotone = asked;
        self
    }

    /// Asks which rules nothing exercises.
    #[must_use]
    pub const fn coverage(mut self, asked: bool) -> Self {
        self.coverage = asked;
        self
    }

    /// Whether a code is among what is looked for in a framework by itself.
    pub(super) const fn asks(self, code: Code) -> bool {
        match code {
            Code::UnexercisedRule => self.coverage,
            Code::Monotone => self.monotone,
            Code::AssumptionHidesCase => false,
            _ => true,
        }
    }
}

/// What is to be said of a framework, whatever the levels are.
pub(super) fn found(framework: &Arc<Framework>, options: Options, coverage: Option<&Coverage>) -> Vec<Diagnostic> {
    let mut found = match Compiled::new(framework) {
        Ok(compiled) => {
            let mut found = monotone::monotone(&compiled, options.monotone);
            // What else is proved has to hold however its parameters are set.
            match Compiled::for_all_settings(framework) {
                Ok(open) => found.extend(of_rules(&open)),
                Err(refused) => {
                    found.extend(of_rules(&compiled));
                    found.extend(refused.into_diagnostics().into_iter().map(for_other_settings));
                }
            }
            found
        }
        Err(refused) => refused.into_diagnostics(),
    };
    found.extend(unused::unused(framework));
    found.extend(because::unread(framework));
    found.extend(draft::draft(framework));
    if let Some(coverage) = coverage {
        found.extend(unexercised(framework, coverage, &found));
    }
    if framework.examples().is_empty() && framework.enumerations().is_empty() {
        let message =
            format!("`{}` has no examples, so nothing shows that its rules do what they should", framework.id);
        let help = "add an `[[example]]` with `given` and `expect` for each case that the source works out";
        found.push(Diagnostic::error(Code::NoExamples, message).at(&framework.span).help(help));
    }
    found
}

/// The rules that nothing exercises; a dead rule cannot be.
fn unexercised(framework: &Framework, coverage: &Coverage, found: &[Diagnostic]) -> Vec<Diagnostic> {
    let dead =
        |one: &Diagnostic| found.iter().any(|known| known.code == Code::DeadRule && known.subject == one.subject);
    exercise::unexercised(framework, coverage).into_iter().filter(|one| !dead(one)).collect()
}

/// What goes wrong only when parameters are set otherwise.
fn for_other_settings(mut found: Diagnostic) -> Diagnostic {
    if found.code == Code::TooLarge {
        let message = format!("not decided for other settings of the parameters: {}", found.message);
        return Diagnostic { code: Code::NotDecided, severity: Severity::Warning, message, ..found };
    }
    found.message = format!("with the parameters set otherwise, {}", found.message);
    found
}

/// What the diagrams tell of the rules.
fn of_rules(compiled: &Compiled) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for on in [Subject::Link, Subject::Claim] {
        let level = compiled.level(on);
        let all: BTreeSet<usize> = (0..level.decisions.len()).collect();
        let mut whole = World::new(compiled, on, judgeable(compiled, on), &all).ok();
        for position in 0..level.decisions.len() {
            let decision = &compiled.framework().decisions[level.decisions[position].index];
            if !compiled.framework().owns_decision(decision.name.as_str()) {
                continue;
            }
            let checked = match &mut whole {
                Some(world) => of_decision(world, position),
                None => {
                    // By itself it is looked at as the rules have it, so that all that it reads is written out.
                    let mut judged = judgeable(compiled, on);
                    judged.remove(&level.decisions[position].output);
                    World::new(compiled, on, judged, &BTreeSet::from([position]))
                        .and_then(|mut world| of_decision(&mut world, position))
                }
            };
            found.extend(checked.unwrap_or_else(|TooLarge| vec![not_decided(decision)]));
        }
    }
    found
}

fn of_decision(world: &mut World<'_>, position: usize) -> Result<Vec<Diagnostic>, TooLarge> {
    let mut found: Vec<Diagnostic> = gap::gap(world, position)?.into_iter().collect();
    found.extend(dead::rules(world, position)?);
    found.extend(dead::values(world, position)?);
    Ok(found)
}

/// That a check was given up.
fn not_decided(decision: &Decision) -> Diagnostic {
    let message = format!(
        "not decided: whether `{}` has gaps, and rules or values that never come out, takes more steps than are allowed",
        decision.name
    );
    let diagnostic = Diagnostic::warning(Code::NotDecided, message).at(&decision.span).about(decision.name.as_str());
    diagnostic.help("cut it into decisions over fewer names, and let one decision put their values together")
}
