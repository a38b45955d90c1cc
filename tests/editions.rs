//! Editions: a name that several frameworks share stands for the one that is in force on a day.

#![allow(clippy::expect_used, reason = "a test says what it expects")]

use std::path::{Path, PathBuf};

use evigrade::{Case, Compiled, Frameworks, Run, grade, selftest};
use jiff::civil::Date;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/editions")
}

fn frameworks() -> Frameworks {
    let mut frameworks = Frameworks::built_in();
    for edition in ["lab-2016.toml", "lab-2021.toml"] {
        frameworks.add_file(folder().join("rules").join(edition)).expect("it is sound");
    }
    frameworks
}

fn level(as_of: Option<Date>) -> (String, String) {
    let frameworks = frameworks();
    let case = Case::open(folder().join("variants"), &frameworks).expect("it is sound");
    let name = case.framework().expect("the case names it").as_str();
    let framework = frameworks.find_as_of(name, as_of.or(case.as_of())).expect("an edition was in force");
    let compiled = Compiled::new(framework).expect("it compiles");
    let grading = grade(&case, &compiled, &Run { as_of, ..Run::default() }).expect("it is graded");
    let level = grading.find("variant-a").and_then(|grade| grade.level()).expect("it is graded");
    (framework.id.as_str().to_owned(), level.as_str().to_owned())
}

fn day(year: i16, month: i8, day: i8) -> Date {
    Date::new(year, month, day).expect("it is a day")
}

#[test]
fn an_old_case_is_graded_under_the_edition_of_its_day() {
    let told = |id: &str, level: &str| (id.to_owned(), level.to_owned());
    assert_eq!(level(None), told("lab-variants-2016", "uncertain-significance"));
    assert_eq!(level(Some(day(2021, 2, 28))), told("lab-variants-2016", "uncertain-significance"));
    assert_eq!(level(Some(day(2021, 3, 1))), told("lab-variants-2021", "likely-benign"));
    assert_eq!(level(Some(day(2030, 1, 1))), told("lab-variants-2021", "likely-benign"));
}

#[test]
fn before_the_first_edition_there_is_none() {
    let frameworks = frameworks();
    let refused = frameworks.find_as_of("lab-variants", Some(day(2015, 12, 31))).expect_err("none was in force");
    assert!(refused.to_string().contains("no edition of `lab-variants` was in force on 2015-12-31"), "{refused}");
    let by_id = frameworks.find_as_of("lab-variants-2021", Some(day(2015, 12, 31))).expect("an id needs no day");
    assert_eq!(by_id.id.as_str(), "lab-variants-2021");
    let newest = frameworks.find("lab-variants").expect("it is there");
    assert_eq!(newest.id.as_str(), "lab-variants-2021");
    let ids: Vec<&str> = frameworks.editions("lab-variants").iter().map(|framework| framework.id.as_str()).collect();
    assert_eq!(ids, ["lab-variants-2016", "lab-variants-2021"]);
}

/// An edition that grades nothing is not passed over for another one.
#[test]
fn an_edition_of_facts_alone_grades_nothing() {
    let mut frameworks = frameworks();
    let text = "[framework]\nid = \"lab-variants-2025\"\naliases = [\"lab-variants\"]\nin-force-from = 2025-01-01\n\
                title = \"Facts\"\nedition = \"third\"\n";
    frameworks.add_toml("lab-2025.toml", text).expect("it is sound");
    let before = frameworks.find_as_of("lab-variants", Some(day(2024, 12, 31))).expect("the second is in force");
    assert_eq!(before.id.as_str(), "lab-variants-2021");
    let refused = frameworks.find_as_of("lab-variants", Some(day(2025, 1, 1))).expect_err("the third grades nothing");
    assert!(refused.to_string().contains("`lab-variants-2025` grades nothing"), "{refused}");
}

#[test]
fn editions_and_their_case_come_out_as_they_say() {
    let frameworks = frameworks();
    let case = Case::open(folder().join("variants"), &frameworks).expect("it is sound");
    let mut tests = selftest::case(&case, &frameworks).expect("it can be graded");
    for id in ["lab-variants-2016", "lab-variants-2021"] {
        tests.extend(selftest::framework(frameworks.find(id).expect("it is there")).expect("it compiles"));
    }
    assert_eq!(tests.len(), 8);
    for test in tests {
        assert!(test.passed(), "{}: {}", test.id, test.failure.map(|failure| failure.to_string()).unwrap_or_default());
    }
}

/// A judgement that names a framework by an alias holds in every edition, and in what extends one.
#[test]
fn judgements_may_name_an_alias() {
    let frameworks = frameworks();
    let text = std::fs::read_to_string(folder().join("variants/case.toml")).expect("it can be read");
    let judged = text
        + "\n[[judgement]]\nclaim = \"variant-a\"\nframework = \"lab-variants\"\ndecision = \"classification\"\n\
           value = \"benign\"\nby = \"A. Reader\"\non = 2018-05-14\nreason = \"Seen in many healthy adults.\"\n";
    let case = Case::from_toml("case.toml", &judged, &frameworks).expect("it is sound");
    for id in ["lab-variants-2016", "lab-variants-2021"] {
        let compiled = Compiled::new(frameworks.find(id).expect("it is there")).expect("it compiles");
        let grading = grade(&case, &compiled, &Run::default()).expect("the judgement is taken");
        let level = grading.find("variant-a").and_then(|grade| grade.level()).expect("it is graded");
        assert_eq!(level.as_str(), "benign", "{id}");
    }
}
