//! Why a grade is not another: for every claim of every case, under the case's own framework and some others, and for
//! every other level, the answer begins at the result, names rules that would help and do not hold, and is never empty.

#![allow(clippy::expect_used, clippy::panic, reason = "a test says what it expects")]

mod support;

use evigrade::explain::{Answer, why_not};
use evigrade::{Run, Status, grade};

#[test]
fn the_result_stands_first_and_what_fails_would_help() {
    let mut asked = 0;
    for case in support::cases() {
        let own = case.framework().map(ToString::to_string);
        for id in own.iter().map(String::as_str).chain(["ahrq-soe", "grade", "ocebm-2011"]) {
            let compiled = support::framework(id);
            let framework = compiled.framework();
            let Some(scale) = &framework.scale else { continue };
            let Ok(grading) = grade(&case, compiled, &Run::default()) else { continue };
            for claim in grading.grades() {
                let Status::Graded(now) = claim.status() else { continue };
                for level in scale.levels.iter().filter(|level| **level != now) {
                    asked += 1;
                    let why = why_not(&grading, claim.claim(), level.as_str()).expect("there is such a level");
                    let of = format!("{} {} under {id}, not {level}", case.id(), claim.id());
                    let better = scale
                        .rank(now.as_str())
                        .zip(scale.rank(level.as_str()))
                        .is_some_and(|(now, level)| now < level);
                    assert_eq!(why.answer, if better { Answer::Worse } else { Answer::Other }, "{of}");
                    let first = why.obstacles.first().unwrap_or_else(|| panic!("{of}: nothing stands between"));
                    assert_eq!(Some(&first.decision), framework.result.as_ref(), "{of}");
                    let judged = first.judgement.is_some();
                    assert!(judged || !first.holds.is_empty() || !first.fails.is_empty(), "{of}");
                    for rule in &first.fails {
                        let given = scale.rank(&rule.gives);
                        let helps =
                            if better { given >= scale.rank(level.as_str()) } else { rule.gives == level.as_str() };
                        assert!(helps || given.is_none(), "{of}: {} gives {}", rule.rule, rule.gives);
                    }
                }
            }
        }
    }
    assert!(asked > 100, "{asked} questions");
}

#[test]
fn a_level_that_there_is_not_is_an_error_with_the_nearest() {
    let case = support::CaseText::of("ldn-depression").case();
    let grading = grade(&case, support::framework("ahrq-soe"), &Run::default()).expect("it is graded");
    let refused = why_not(&grading, case.conclusion().expect("it has one"), "lo").expect_err("there is no such level");
    let said = refused.to_string();
    assert!(said.contains("has no level `lo`"), "{said}");
    assert!(said.contains("`low`"), "{said}");
}
