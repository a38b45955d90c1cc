//! Examples: what is given, and what comes out.

use std::sync::Arc;

use super::CompiledBy;
use crate::compile::Compiled;
use crate::diagnostic::{Code, Diagnostic};
use crate::document::shape::Subject;
use crate::framework::literal::read_named;
use crate::framework::names::{Index, Scope};
use crate::framework::{Example, Expected, Given};
use crate::grade::evaluator::Evaluator;
use crate::grade::frame::Possible;
use crate::grade::{Computed, GivenValues, evaluate_given, open_given, proof};
use crate::name::{Name, Word, nearest};

/// What came of an example, for everything that it expects something of.
pub(crate) struct Worked {
    pub(crate) compiled: Arc<Compiled>,
    pub(crate) outcomes: Vec<(Subject, GivenValues, Computed)>,
}

/// Works an example out; fails where it cannot be read.
pub(crate) fn work_out(compiled: &mut CompiledBy, example: &Example) -> Result<Worked, Box<Diagnostic>> {
    let compiled = compiled.with(&example.parameters).map_err(|refused| {
        let first = refused.into_diagnostics().into_iter().next();
        let unsaid = || Diagnostic::error(Code::ExampleFailed, "the framework cannot be compiled so").at(&example.span);
        Box::new(first.unwrap_or_else(unsaid))
    })?;
    let framework = compiled.framework();
    let index = Index::new(framework);
    let rows = |scope: Scope, rows: &Option<Vec<Vec<Given>>>| -> Result<Option<Vec<GivenValues>>, Box<Diagnostic>> {
        rows.as_ref().map(|rows| rows.iter().map(|row| values(&index, scope, row)).collect()).transpose()
    };
    let evidence = rows(Scope::Link, &example.evidence)?;
    let claims = rows(Scope::Child, &example.claims)?;
    let mut outcomes: Vec<(Subject, GivenValues, Computed)> = Vec::new();
    for (name, expected) in &example.expect {
        let Some(decision) = framework.decision(name.as_str()) else {
            let message = format!("there is no decision `{name}`");
            let near = nearest(name.as_str(), framework.decisions.iter().map(|decision| decision.name.as_str()));
            let diagnostic = Diagnostic::error(Code::UnknownName, message).at(&expected.span);
            return Err(Box::new(diagnostic.did_you_mean(near)));
        };
        let on = decision.on;
        if !outcomes.iter().any(|(known, ..)| *known == on) {
            let given = values(&index, Scope::of(on), &example.given)?;
            let outcome = evaluate_given(&compiled, on, &given, evidence.as_deref(), claims.as_deref());
            outcomes.push((on, given, outcome));
        }
    }
    Ok(Worked { compiled, outcomes })
}

pub(super) fn run(compiled: &mut CompiledBy, example: &Example) -> Result<(), Box<Diagnostic>> {
    let Worked { compiled, outcomes } = work_out(compiled, example)?;
    for (name, expected) in &example.expect {
        let on = compiled.framework().decision(name.as_str()).map(|decision| decision.on);
        let Some((_, given, outcome)) = outcomes.iter().find(|(known, ..)| Some(*known) == on) else { continue };
        if let Some(message) = check(&compiled, outcome, given, name, expected) {
            let message = format!("`{name}` {message}");
            let mut diagnostic = Diagnostic::error(Code::ExampleFailed, message).at(&expected.span);
            if let Some(proof) = proof::of_computed(&compiled, outcome, given, name) {
                let open = listed_names(&open_given(&compiled, outcome, name));
                diagnostic = diagnostic.help(match (&proof.rule, open) {
                    (_, Some(open)) => format!("{} Missing: {open}", proof.because),
                    (Some(rule), None) => format!("rule `{rule}`: {}", proof.because),
                    (None, None) => proof.because,
                });
            }
            return Err(Box::new(diagnostic));
        }
    }
    Ok(())
}

fn values(index: &Index<'_>, scope: Scope, given: &[Given]) -> Result<GivenValues, Box<Diagnostic>> {
    // What belongs to items says nothing of claims, and the other way round.
    let elsewhere = |name: &str| index.get(scope, name).is_none() && index.anywhere(name).is_some();
    let here = given.iter().filter(|given| !elsewhere(given.name.as_str()));
    let read = |given: &Given| read_named(index, scope, (given.name.as_str(), &given.name_span), &given.value);
    here.map(|given| Ok((given.name.clone(), read(given)?))).collect()
}

/// What is wrong, if something is.
fn check(
    compiled: &Compiled,
    outcome: &Computed,
    given: &GivenValues,
    name: &Name,
    expected: &Expected,
) -> Option<String> {
    let framework = compiled.framework();
    let is_result = framework.result.as_ref() == Some(name);
    match (expected.not_applicable, outcome.out_of_scope.filter(|_| is_result)) {
        (true, Some(_)) => return None,
        (true, None) => return Some("is graded, and should be not applicable".to_owned()),
        (false, Some(rule)) => return Some(format!("is not applicable: {}", framework.scope[rule].because)),
        (false, None) => {}
    }
    let level = compiled.level(outcome.on);
    let position = compiled.position(outcome.on, name)?;
    let possible = outcome.frame.results[position].possible();
    let evaluator = Evaluator::exact(compiled, outcome.on);
    let shown: Vec<Word> = possible
        .answers
        .iter()
        .map(|answer| evaluator.value_of(&level.decisions[position], *answer).to_string().into())
        .collect();
    let came_out = came_out(&shown, &possible);
    if expected.gap {
        let gap = possible.answers.is_empty() && possible.gap;
        return (!gap).then(|| format!("{came_out}, and no rule should answer"));
    }
    if let Some(value) = &expected.value
        && (possible.gap || shown.as_slice() != std::slice::from_ref(value))
    {
        return Some(format!("{came_out}, and should be {value}"));
    }
    if let Some(wanted) = &expected.possible {
        let mut wanted_sorted: Vec<&Word> = wanted.iter().collect();
        let mut shown_sorted: Vec<&Word> = shown.iter().collect();
        wanted_sorted.sort();
        shown_sorted.sort();
        if wanted_sorted != shown_sorted || possible.gap {
            return Some(format!("{came_out}, and exactly {} should be possible", listed(wanted)));
        }
    }
    if let Some(raw) = expected.raw {
        let sum = proof::of_computed(compiled, outcome, given, name).and_then(|proof| proof.sum);
        match sum {
            Some(sum) if sum.raw == raw => {}
            Some(sum) => return Some(format!("adds up to {}, and should to {raw}", sum.raw.normalize())),
            None => return Some(format!("adds up to nothing certain, and should to {raw}")),
        }
    }
    if let Some(wanted) = &expected.open {
        let mut open = open_given(compiled, outcome, name);
        let mut wanted = wanted.clone();
        open.sort();
        wanted.sort();
        if open != wanted {
            let shown = |names: &[Name]| listed_names(names).unwrap_or_else(|| "nothing".to_owned());
            return Some(format!("hangs on {}, and should on {}", shown(&open), shown(&wanted)));
        }
    }
    None
}

fn came_out(shown: &[Word], possible: &Possible) -> String {
    match (shown, possible.gap) {
        ([], _) => "has no rule that answers".to_owned(),
        ([one], false) => format!("is {one}"),
        (several, false) => format!("can be {}", listed(several)),
        (several, true) => format!("can be {}, or have no rule that answers", listed(several)),
    }
}

fn listed(words: &[Word]) -> String {
    words.iter().map(Word::as_str).collect::<Vec<_>>().join(" or ")
}

fn listed_names(names: &[Name]) -> Option<String> {
    let listed: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    (!listed.is_empty()).then(|| listed.join(", "))
}
