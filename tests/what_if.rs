//! Cases as they would be, and two gradings held against each other.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a test says what it expects")]

mod support;

use evigrade::report::{ClaimChange, Comparison, Report};
use evigrade::value::FactValue;
use evigrade::vocabulary::FactType;
use evigrade::{Case, Compiled, Frameworks, Run, grade};
use jiff::civil::Date;

/// A case of one trial, whose risk of bias somebody judged, and of an item that bears on nothing.
const CASE: &str = r#"
    [case]
    id = "aspirin"
    title = "Aspirin for headache"

    [[claim]]
    id = "efficacy"
    kind = "efficacy"
    text = "Aspirin relieves headache."

    [[source]]
    id = "a-trial"
    title = "A trial of aspirin"

    [[evidence]]
    id = "result"
    source = "a-trial"
    design = "parallel-rct"
    participants = 600

    [[evidence.link]]
    supports = "efficacy"
    comparator-result = "favours-intervention"
    population-match = "direct"
    intervention-match = "direct"
    comparator-match = "direct"
    outcome-match = "direct"

    [[judgement]]
    evidence = "result"
    facts = { risk-of-bias = "high" }
    reason = "Nobody was blinded."
    by = "a reviewer"
    on = 2020-01-01

    [[evidence]]
    id = "unlinked"
    source = "a-trial"
    design = "parallel-rct"
"#;

fn each(hold: impl Fn(&Case, &Compiled, &Frameworks)) {
    let frameworks = Frameworks::built_in();
    for case in support::cases() {
        hold(&case, support::framework("ahrq-soe"), &frameworks);
    }
}

fn compared(before: &Case, after: &Case, compiled: &Compiled) -> Comparison {
    let run = Run::of_all_layers(before);
    Comparison::new(&grade(before, compiled, &run).unwrap(), &grade(after, compiled, &run).unwrap())
}

/// What is told of the claims of a case, without what stands where.
fn grades(case: &Case, compiled: &Compiled) -> Vec<(String, String, String)> {
    let report = Report::summary(&grade(case, compiled, &Run::of_all_layers(case)).unwrap());
    report.claims.into_iter().map(|claim| (claim.id, claim.label, claim.because)).collect()
}

#[test]
fn a_case_is_as_it_is() {
    each(|case, compiled, _| {
        let comparison = compared(case, case, compiled);
        assert!(!comparison.moved());
        assert!(!comparison.claims.iter().any(ClaimChange::differs));
        assert_eq!(comparison.before, comparison.after);
    });
}

#[test]
fn a_fact_that_says_the_same_changes_nothing() {
    each(|case, compiled, frameworks| {
        for item in case.evidence().iter().take(5) {
            for (name, fact) in &item.facts {
                let value = match &fact.value {
                    FactValue::Known(value) => value.to_string(),
                    FactValue::Unknown(unknown) => unknown.word().to_owned(),
                };
                // Flags are shown as yes and no.
                let flag = frameworks.fact(name.as_str()).is_some_and(|known| known.kind == FactType::Flag);
                let value = match value.as_str() {
                    "yes" if flag => "true",
                    "no" if flag => "false",
                    value => value,
                };
                let same =
                    case.with_fact(item.id.as_str(), name.as_str(), value, frameworks).expect("it says the same");
                assert_ne!(same.digest(), case.digest());
                assert_eq!(grades(&same, compiled), grades(case, compiled), "{} {name}", item.id);
            }
        }
    });
}

#[test]
fn what_is_set_aside_counts_nowhere() {
    each(|case, compiled, _| {
        for item in case.evidence() {
            let without = case.without(item.id.as_str()).expect("there is such an item");
            let report = Report::summary(&grade(&without, compiled, &Run::of_all_layers(case)).unwrap());
            for claim in &report.claims {
                assert!(!claim.evidence.counted.iter().any(|counted| counted.id == item.id.as_str()));
            }
        }
        // Without all of it a claim is as one that nothing was ever linked to.
        let empty = case.evidence().iter().fold(case.clone(), |case, item| case.without(item.id.as_str()).unwrap());
        let report = Report::summary(&grade(&empty, compiled, &Run::of_all_layers(case)).unwrap());
        assert!(
            report
                .claims
                .iter()
                .all(|claim| { claim.evidence.counted.iter().all(|counted| case.find_claim(&counted.id).is_some()) })
        );
    });
}

#[test]
fn a_source_is_retracted_as_if_its_file_said_so() {
    each(|case, compiled, _| {
        for source in case.sources() {
            let retracted = case.retract(source.id.as_str(), Date::constant(2000, 1, 1)).expect("there is one");
            // What stands in a retracted source, or passes it on, is set aside all the same.
            let of_source = |item: &&evigrade::case::Evidence| {
                let sources = std::iter::once(&item.source).chain(&item.relays);
                sources.into_iter().any(|index| case.source(*index).id == source.id)
            };
            let without = case
                .evidence()
                .iter()
                .filter(of_source)
                .fold(case.clone(), |case, item| case.without(item.id.as_str()).unwrap());
            assert_eq!(grades(&retracted, compiled), grades(&without, compiled), "{}", source.id);
        }
    });
}

#[test]
fn a_retraction_is_of_the_earlier_day() {
    let frameworks = Frameworks::built_in();
    let case = Case::from_toml("case.toml", CASE, &frameworks).unwrap();
    let (early, late) = (Date::constant(2001, 1, 1), Date::constant(2002, 1, 1));
    for days in [[early, late], [late, early]] {
        let retracted = days.into_iter().fold(case.clone(), |case, day| case.retract("a-trial", day).unwrap());
        assert_eq!(retracted.sources()[0].retracted.as_ref().map(|retraction| retraction.on), Some(early));
    }
}

#[test]
fn a_judged_fact_is_set_as_well() {
    let frameworks = Frameworks::built_in();
    let case = Case::from_toml("case.toml", CASE, &frameworks).unwrap();
    let compiled = support::framework("ahrq-soe");
    let other = case.with_fact("result", "risk-of-bias", "low", &frameworks).unwrap();
    let comparison = compared(&case, &other, compiled);
    let efficacy = &comparison.claims[0];
    assert!(efficacy.moved, "{efficacy:?}");
    let step = efficacy.path.iter().find(|step| step.name.as_str() == "study-limitations").expect("it is read");
    assert_eq!((step.before.as_str(), step.after.as_str()), ("high", "low"));
    let unknown = case.with_fact("result", "risk-of-bias", "missing", &frameworks).unwrap();
    assert_eq!(grade(&unknown, compiled, &Run::default()).unwrap().find("efficacy").unwrap().level(), None);
}

#[test]
fn what_cannot_be_otherwise_is_refused() {
    let frameworks = Frameworks::built_in();
    let case = Case::from_toml("case.toml", CASE, &frameworks).unwrap();
    let day = Date::constant(2020, 1, 1);
    let set = |of, fact, value| case.with_fact(of, fact, value, &frameworks);
    for (edited, says) in [
        (case.without("reslt"), "case `aspirin` has no evidence item `reslt`"),
        (case.without("efficacy"), "`efficacy` is a claim; only evidence can be left out"),
        (case.retract("trial", day), "case `aspirin` has no source `trial`"),
        (set("resul", "risk-of-bias", "low"), "case `aspirin` has no claim and no evidence item `resul`"),
        (set("result", "risk-of-bia", "low"), "no framework in use knows a fact `risk-of-bia`"),
        (set("result", "risk-of-bias", "lo"), "`risk-of-bias` cannot be `lo`"),
        (set("result", "participants", "-1"), "`participants` is a whole number, 0 or more, and this is -1"),
        (set("result", "participants", "many"), "`participants` is a count, and this is text"),
        (
            set("efficacy", "risk-of-bias", "low"),
            "`risk-of-bias` is a fact of evidence items and their links, and `efficacy` is none",
        ),
        (
            set("result", "publication-bias", "undetected"),
            "`publication-bias` is a fact of claims, and `result` is none",
        ),
        (set("unlinked", "outcome-match", "direct"), "`outcome-match` is a fact of links, and `unlinked` has none"),
    ] {
        let refused = edited.expect_err(says);
        let messages: Vec<&str> = refused.diagnostics().iter().map(|found| found.message.as_str()).collect();
        assert_eq!(messages, [says]);
    }
}
