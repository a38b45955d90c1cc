//! Expectations: what was published of a claim, held against what the rules give.

use std::collections::BTreeMap;

use super::{Kind, Test};
use crate::case::Case;
use crate::compile::Compiled;
use crate::diagnostic::{Code, Diagnostic, Refused};
use crate::framework::Frameworks;
use crate::grade::{Run, Status, grade};
use crate::name::{FrameworkId, Word};

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
            let framework = frameworks.find(id).map_err(|_| frameworks.unknown(id).at(&expectation.span))?;
            compiled.insert(&expectation.framework, Compiled::new(framework)?);
        }
    }
    let mut tests = Vec::new();
    let mut gradings = BTreeMap::new();
    for (id, framework) in &compiled {
        gradings.insert(*id, grade(case, framework, &Run::default())?);
    }
    for claim in case.claims() {
        for expectation in &claim.expect {
            let Some(grade) = gradings.get(&expectation.framework).and_then(|grading| grading.find(claim.id.as_str()))
            else {
                continue;
            };
            let found = match grade.status() {
                Status::Graded(word) => word.as_str().to_owned(),
                Status::Undetermined { possible, .. } => {
                    let words: Vec<&str> = possible.iter().map(|word| word.as_str()).collect();
                    format!("undetermined ({})", words.join(" or "))
                }
                Status::NotApplicable(_) => "not-applicable".to_owned(),
            };
            let agrees = expectation.result == *found;
            let scale = compiled.get(&expectation.framework).and_then(|known| known.framework().scale.as_ref());
            let levels = scale.map(|scale| scale.levels.iter().chain(&scale.outcomes)).into_iter().flatten();
            let words = levels.map(Word::as_str).chain(["not-applicable"]);
            let failure = match (agrees, &expectation.known_difference) {
                (false, _) if words.clone().all(|word| expectation.result != word) => {
                    let message = format!("`{}` never gives `{}`", expectation.framework, expectation.result);
                    let diagnostic = Diagnostic::error(Code::UnknownValue, message).at(&expectation.span);
                    Some(diagnostic.one_of(expectation.result.as_str(), words))
                }
                (true, None) | (false, Some(_)) => None,
                (false, None) => {
                    let message = format!(
                        "`{}` is {found} under `{}`, and {} was published",
                        claim.id, expectation.framework, expectation.result
                    );
                    let help = "if the rules are right and the publication differs, say why in `known-difference`; \
                                `evigrade explain` shows the proof";
                    Some(Diagnostic::error(Code::ExpectationFailed, message).at(&expectation.span).help(help))
                }
                (true, Some(_)) => {
                    let message = format!(
                        "`{}` is {found} under `{}`, as was published: the known difference is gone",
                        claim.id, expectation.framework
                    );
                    let help = "take `known-difference` out";
                    Some(Diagnostic::error(Code::ExpectationFailed, message).at(&expectation.span).help(help))
                }
            };
            tests.push(Test {
                kind: Kind::Expectation,
                of: case.id().as_str().to_owned(),
                id: format!("{} under {}", claim.id, expectation.framework),
                failure,
                known_difference: expectation.known_difference.clone(),
            });
        }
    }
    Ok(tests)
}
