//! Expectations: what was published of a claim, held against what the rules give.

use std::collections::BTreeMap;

use super::{Kind, Test};
use crate::case::{Case, Expectation};
use crate::compile::Compiled;
use crate::diagnostic::{Code, Diagnostic, Refused};
use crate::document::shape::Subject;
use crate::framework::{Framework, Frameworks};
use crate::grade::{Grade, Run, Status, grade};
use crate::name::{FrameworkId, Name, Word, nearest};

/// Grades a case under every framework that its claims have expectations of, and holds the grades
/// against them.
///
/// A difference that the case records as known passes as long as it is there; once rules and
/// publication agree, the record itself is a failure, so that it cannot go stale.
///
/// # Errors
///
/// A framework that is not there, and what keeps the case from being graded.
pub fn case(case: &Case, frameworks: &Frameworks) -> Result<Vec<Test>, Refused> {
    let mut compiled: BTreeMap<&FrameworkId, Compiled> = BTreeMap::new();
    for expectation in case.claims().iter().flat_map(|claim| &claim.expect) {
        if !compiled.contains_key(&expectation.framework) {
            let id = expectation.framework.as_str();
            let framework = frameworks.in_force(id, case.as_of()).map_err(|unknown| unknown.at(&expectation.span))?;
            compiled.insert(&expectation.framework, Compiled::new(framework)?);
        }
    }
    let mut gradings = BTreeMap::new();
    for (id, framework) in &compiled {
        gradings.insert(*id, grade(case, framework, &Run::default())?);
    }
    let mut tests = Vec::new();
    for claim in case.claims() {
        for expectation in &claim.expect {
            let grade = gradings.get(&expectation.framework).and_then(|grading| grading.find(claim.id.as_str()));
            let Some((grade, compiled)) = grade.zip(compiled.get(&expectation.framework)) else { continue };
            let of = match &expectation.output {
                Some(output) => format!("{} of {}", output, claim.id),
                None => claim.id.as_str().to_owned(),
            };
            tests.push(Test {
                kind: Kind::Expectation,
                of: case.id().as_str().to_owned(),
                id: format!("{of} under {}", expectation.framework),
                failure: failure(expectation, &of, grade, compiled.framework()),
                known_difference: expectation.known_difference.clone(),
            });
        }
    }
    Ok(tests)
}

/// What is wrong with an expectation, if anything is.
fn failure(expectation: &Expectation, of: &str, grade: Grade<'_>, framework: &Framework) -> Option<Diagnostic> {
    let Expectation { framework: under, output, result, known_difference, span } = expectation;
    let status = match output {
        None => grade.status(),
        Some(name) => {
            let on_claims = framework.decisions.iter().filter(|known| known.on == Subject::Claim);
            let mut names = on_claims.map(|known| known.name.as_str());
            let Some(status) = names.clone().find(|known| name == known).and_then(|_| grade.status_of(name.as_str()))
            else {
                let message = format!("`{under}` has no decision `{name}` on claims");
                let near = nearest(name.as_str(), names.clone()).map(str::to_owned);
                let listed = format!("its decisions are {}", names.by_ref().collect::<Vec<_>>().join(", "));
                let diagnostic = Diagnostic::error(Code::UnknownName, message).at(span);
                return Some(diagnostic.did_you_mean_or(near.as_deref(), listed));
            };
            status
        }
    };
    let found = match status {
        Status::Graded(word) => word.as_str().to_owned(),
        Status::Undetermined { possible, .. } => {
            let words: Vec<&str> = possible.iter().map(|word| word.as_str()).collect();
            format!("undetermined ({})", words.join(" or "))
        }
        Status::NotApplicable(_) => NOT_APPLICABLE.to_owned(),
    };
    let words = words(output.as_ref(), framework);
    match (*result == *found, known_difference) {
        (false, _) if !words.is_empty() && words.iter().all(|word| result != word) => {
            let message = match output {
                None => format!("`{under}` never gives `{result}`"),
                Some(output) => format!("`{output}` of `{under}` is never `{result}`"),
            };
            let diagnostic = Diagnostic::error(Code::UnknownValue, message).at(span);
            Some(diagnostic.one_of(result.as_str(), words.into_iter()))
        }
        (true, None) | (false, Some(_)) => None,
        (false, None) => {
            let message = format!("`{of}` is {found} under `{under}`, and {result} was published");
            let help = "if the rules are right and the publication differs, say why in `known-difference`; \
                        `evigrade explain` shows the proof";
            Some(Diagnostic::error(Code::ExpectationFailed, message).at(span).help(help))
        }
        (true, Some(_)) => {
            let message = format!("`{of}` is {found} under `{under}`, as was published: the known difference is gone");
            let help = "take `known-difference` out";
            Some(Diagnostic::error(Code::ExpectationFailed, message).at(span).help(help))
        }
    }
}

const NOT_APPLICABLE: &str = "not-applicable";

/// What can come out of the grade, or of another decision; nothing if that is any number.
fn words<'f>(output: Option<&Name>, framework: &'f Framework) -> Vec<&'f str> {
    let levels = framework.scale.iter().flat_map(|scale| scale.levels.iter().chain(&scale.outcomes));
    let mut words: Vec<&str> = match output.and_then(|name| framework.decision(name.as_str())) {
        None => levels.map(Word::as_str).collect(),
        Some(decision) => decision.all_values().map(Word::as_str).collect(),
    };
    if output.is_none() || !words.is_empty() {
        words.push(NOT_APPLICABLE);
    }
    words
}
