//! Frameworks that appraise single items: what a report tells of every item.

#![allow(clippy::expect_used, clippy::panic, reason = "a test says what it expects")]

mod support;

use evigrade::report::{self, ItemReport, Page, Report};
use evigrade::{Case, Frameworks, Run, grade};
use support::framework;

const ACCURACY: &str = "
    [case]
    id = 'test-accuracy'
    title = 'Accuracy of a test'
    conclusion = 'accurate'

    [[claim]]
    id = 'accurate'
    kind = 'diagnosis'
    text = 'The test finds the condition.'

    [[source]]
    id = 'paper'
    title = 'A paper'

    [[evidence]]
    id = 'study'
    source = 'paper'
    design = 'diagnostic-cross-sectional'
    quadas-1a = 'yes'
    quadas-1b = 'yes'
    quadas-1c = 'yes'
    quadas-2a = 'yes'
    quadas-2b = 'no'
    quadas-3a = 'yes'
    quadas-3b = 'yes'
    quadas-4a = 'yes'
    quadas-4b = 'yes'
    quadas-4c = 'yes'
    quadas-4d = 'yes'
    quadas-patients-differ = 'high'
    link = [{ supports = 'accurate' }]

    [[evidence]]
    id = 'opinion'
    source = 'paper'
    design = 'opinion'
    link = [{ supports = 'accurate' }]
";

const JUDGED: &str = "
    [[judgement]]
    evidence = 'study'
    framework = 'quadas-2'
    decision = 'index-test'
    value = 'low'
    reason = 'Every threshold that was tried is reported.'
    by = 'A. Reviewer'
    on = 2026-01-15
";

fn report(text: &str) -> Report {
    let case = Case::from_toml("case.toml", text, &Frameworks::built_in()).expect("the case can be read");
    let grading = grade(&case, framework("quadas-2"), &Run::default()).expect("it can be graded");
    Report::new(&grading)
}

/// The explanation as one line, however wide the page is.
fn explained(report: &Report) -> String {
    report::explanation_text(report, &Page::default()).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn output<'r>(item: &'r ItemReport, decision: &str) -> Option<&'r str> {
    let output = item.outputs.iter().find(|output| output.decision == decision).expect("the item has this output");
    output.value.as_deref()
}

#[test]
fn what_is_decided_of_items_is_told_of_items() {
    let report = report(ACCURACY);
    let claim = &report.claims[0];
    assert_eq!(claim.label, "Not applicable");
    assert!(claim.outputs.is_empty(), "no output of this framework is of a claim: {:?}", claim.outputs);
    let [study, opinion] = claim.items.as_slice() else { panic!("two items count: {:?}", claim.items) };
    assert_eq!(study.level.as_deref(), Some("at-risk"));
    assert_eq!(output(study, "index-test"), Some("high"));
    assert_eq!(output(study, "applicability"), Some("concerns"), "one high concern settles it");
    assert_eq!(opinion.level.as_deref(), Some("not-appraised"));
    assert_eq!(output(opinion, "applicability"), None, "what nobody looked up is open");
    let shown = explained(&report);
    assert!(shown.contains("study: Applicability to the question of the review: concerns"), "{shown}");
    assert!(!shown.contains("opinion: Applicability"), "{shown}");
}

#[test]
fn a_domain_with_a_problem_waits_for_a_judgement_and_takes_it() {
    let proposed = explained(&report(ACCURACY));
    assert!(
        proposed.contains("index test of study = high (proposed by the rules; nobody has judged it)"),
        "{proposed}"
    );
    let judged = report(&format!("{ACCURACY}{JUDGED}"));
    let study = &judged.claims[0].items[0];
    assert_eq!(study.level.as_deref(), Some("low"));
    assert_eq!(output(study, "index-test"), Some("low"));
    let shown = explained(&judged);
    assert!(
        shown.contains("Judged by A. Reviewer on 2026-01-15: Every threshold that was tried is reported."),
        "{shown}"
    );
    assert!(shown.contains("instead of high, which the rules give"), "{shown}");
}
