//! What came of locked grades as JUnit XML, for continuous integration: a suite a grading, a test a claim.

use evigrade::lock::{ClaimVerified, GradingVerified, Outcome, Verification};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use crate::output::Failure;

/// The report, in which claims that came out otherwise than `fine` fail. It has no times, so that the same grades give the same bytes.
pub(crate) fn report(found: &Verification, fine: &[Outcome]) -> Result<String, Failure> {
    let mut report = Report::new("evigrade verify");
    report.add_test_suites(found.gradings.iter().map(|grading| suite(grading, fine)));
    report.to_string().map_err(|error| Failure::Ours(format!("the JUnit report cannot be written: {error}")))
}

fn suite(grading: &GradingVerified, fine: &[Outcome]) -> TestSuite {
    let mut suite = TestSuite::new(grading.title());
    let notes = grading.notes();
    if !notes.is_empty() {
        suite.set_system_out(notes.join("\n"));
    }
    let of = grading.now.as_ref().or(grading.locked.as_ref());
    let class = of.map_or_else(String::new, |of| format!("{}.{}", of.case, of.framework));
    suite.add_test_cases(grading.claims.iter().map(|claim| test(claim, &class, fine)));
    if grading.claims.is_empty() && !grading.is_on_both_sides() {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_message(notes.join("; "));
        let mut test = TestCase::new("the case", status);
        test.set_classname(class);
        suite.add_test_case(test);
    }
    suite
}

fn test(claim: &ClaimVerified, class: &str, fine: &[Outcome]) -> TestCase {
    let status = if fine.contains(&claim.outcome) {
        TestCaseStatus::success()
    } else {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_type(claim.outcome.word()).set_message(claim.sentence());
        let reasons = claim.reasons();
        let reasons: Vec<String> = reasons.iter().map(|(word, text)| format!("{word:7} {text}")).collect();
        if !reasons.is_empty() {
            status.set_description(reasons.join("\n"));
        }
        status
    };
    let mut test = TestCase::new(claim.id.as_str(), status);
    test.set_classname(class);
    test
}
