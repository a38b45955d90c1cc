//! What would change the flagship's grade of efficacy, and what would not: another small trial, one of adequate size, two
//! of them, one without a difference, trials in other conditions, papers on the mechanism.

#![allow(clippy::expect_used, clippy::panic, reason = "a test says what it expects")]

mod support;

use evigrade::explain::{LeastChange, Most, NewStudies, Reached, least_change};
use evigrade::{Case, Run, grade};
use support::{CaseText, framework};

fn asked(case: &Case, under: &str, to: &str) -> LeastChange {
    least_change((case, framework(under), &Run::default()), "efficacy", to, Most::default())
        .unwrap_or_else(|refused| panic!("{refused}"))
}

fn studies<'a>(least: &'a LeastChange, template: &str) -> &'a NewStudies {
    least.studies.iter().find(|study| study.template == *template).expect("there is such a template")
}

/// How many studies of a kind, of at most so many participants each, reach the level at least.
fn fewest(least: &LeastChange, template: &str, participants: i64) -> Option<usize> {
    let small = |size: &evigrade::value::FactValue| size.number().is_some_and(|size| size <= participants.into());
    let studies = studies(least, template).least.iter();
    studies.filter(|least| least.size.as_ref().is_none_or(small)).map(|least| least.studies).min()
}

fn flagship() -> Case {
    CaseText::of("ldn-depression").case()
}

/// The level and direction with more text in the case.
fn with(text: &str, under: &str) -> (String, Option<String>) {
    let case = CaseText::of("ldn-depression").with(text).case();
    let grading = grade(&case, framework(under), &Run::default()).expect("it can be graded");
    let grade = grading.find("efficacy").expect("the claim is there");
    let level = grade.level().map_or_else(|| "open".to_owned(), |level| level.to_string());
    (level, grade.direction().map(|direction| direction.to_string()))
}

#[test]
fn another_small_trial_changes_nothing() {
    let least = asked(&flagship(), "ahrq-soe", "low");
    assert_eq!(fewest(&least, "small-trial", 12), Some(2), "one does not do");
    // Under GRADE it rests on a judgement that such a body is extremely imprecise.
    let judged = "[[judgement]]\nclaim = \"efficacy\"\nframework = \"grade\"\ndecision = \"imprecision\"\n\
                  value = \"extremely-serious\"\nreason = \"Two dozen patients.\"\nby = \"A. Reviewer\"\non = 2020-05-05\n";
    let case = CaseText::of("ldn-depression").with(judged).case();
    assert_eq!(fewest(&asked(&case, "grade", "low"), "small-trial", 12), None);
}

#[test]
fn the_placebo_data_of_the_trial_alone_change_the_direction_and_no_level() {
    for (under, level) in [("ahrq-soe", "insufficient"), ("grade", "very-low")] {
        let frameworks = evigrade::Frameworks::built_in();
        let case = flagship().with_fact("trial-as-described", "comparator-result", "mixed", &frameworks);
        let case = case.expect("it can be mixed");
        let grading = grade(&case, framework(under), &Run::default()).expect("it can be graded");
        let grade = grading.find("efficacy").expect("the claim is there");
        assert_eq!(grade.level().expect("it is graded"), *level);
        assert_eq!(grade.direction().expect("it is known"), "mixed", "under {under}");
    }
}

#[test]
fn one_trial_of_adequate_size_makes_it_low_and_two_more_than_that() {
    for under in ["ahrq-soe", "grade"] {
        let low = asked(&flagship(), under, "low");
        assert_eq!(fewest(&low, "sound-trial", 224), Some(1), "under {under}");
        let moderate = asked(&flagship(), under, "moderate");
        assert!(fewest(&moderate, "sound-trial", 1_000).is_some_and(|studies| studies <= 2), "under {under}");
    }
}

#[test]
fn a_large_trial_without_a_difference_turns_it_into_evidence_of_none() {
    let trial = "[[source]]\nid = \"null\"\ntitle = \"N\"\npublished = 2020-01-01\n[[evidence]]\nid = \"null\"\nsource = \"null\"\n\
                 study = \"null\"\ndesign = \"parallel-rct\"\nparticipants = 500\nrisk-of-bias = \"low\"\n\
                 [[evidence.link]]\nrefutes = \"efficacy\"\ncomparator-result = \"no-difference\"\n\
                 population-match = \"direct\"\nintervention-match = \"direct\"\ncomparator-match = \"direct\"\n\
                 outcome-match = \"direct\"\n";
    let (level, direction) = with(trial, "ahrq-soe");
    assert_ne!(level, "insufficient");
    assert_eq!(direction.as_deref(), Some("no-difference"));
    for under in ["ahrq-soe", "grade"] {
        assert_eq!(fewest(&asked(&flagship(), under, "low"), "sound-null-trial", 504), Some(1), "under {under}");
    }
}

#[test]
fn trials_in_other_conditions_and_papers_on_the_mechanism_do_nothing() {
    for under in ["ahrq-soe", "grade"] {
        let low = asked(&flagship(), under, "low");
        for template in ["trial-on-another-question", "paper-on-the-mechanism"] {
            let study = studies(&low, template);
            assert!(study.least.is_empty(), "under {under}: {study:?}");
            assert_eq!(study.with_one, low.now, "under {under}");
        }
    }
}

#[test]
fn what_the_article_reports_of_its_trial_cannot_change() {
    let fixed = ["design", "participants", "duration", "dose"];
    for (under, to) in [("grade", "low"), ("ocebm-2011", "level-2"), ("canmat-2016", "level-2")] {
        let least = asked(&flagship(), under, to);
        let Reached::By { sets, .. } = &least.facts else { continue };
        for change in sets.iter().flat_map(|set| &set.changes) {
            let known = change.before.known().is_some();
            assert!(!(known && fixed.contains(&change.name.as_str())), "under {under}: {change:?}");
        }
    }
}
