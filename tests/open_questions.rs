//! Open questions: an open grade names the missing facts on which it hangs, and no others.

#![allow(clippy::expect_used, reason = "a test says what it expects")]

use evigrade::{Case, Compiled, Frameworks, Run, Status, grade};

const PACK: &str = r#"
[framework]
id = "sizes"
title = "Sizes"
edition = "1"
result = "size"

[scale]
levels = ["small", "large"]

[fact.participants]
on = "evidence"
type = "count"
ask = "How many?"

[fact.sound]
on = "evidence"
type = "flag"
ask = "Is it sound?"

[fact.repeated]
on = "evidence"
type = "flag"
ask = "Was it repeated?"

# Added up over the items; the rules cut the sum, but not what is added.
[decision.score]
on = "link"
hit = "sum"
rule = [{ id = "trusted", when = { any = [{ sound = true }, { repeated = true }] }, add = 1, because = "Trusted." }]

[measure.trusted]
sum = "score"

[measure.people]
sum = "participants"

[decision.size]
hit = "first"
rule = [{ id = "large", when = { people = ">= 100", trusted = ">= 2" }, then = "large", because = "{people} people." }]
otherwise = { then = "small", because = "{people} people." }
"#;

const CASE: &str = r#"
case = { id = "one", title = "One", conclusion = "claim" }
claim = [{ id = "claim", kind = "efficacy", text = "It works." }]
source = [{ id = "source", title = "A report" }]

[[evidence]]
id = "one"
source = "source"
locator = { page = 1 }
sound = true
participants = 60
link = [{ supports = "claim" }]

[[evidence]]
id = "two"
source = "source"
locator = { page = 2 }
link = [{ supports = "claim" }]
"#;

/// The open facts of the case's conclusion, with what is stated of item `two`.
fn open(two: &str) -> Vec<String> {
    let mut frameworks = Frameworks::empty();
    frameworks.add_toml("sizes.toml", PACK).expect("the pack is sound");
    let compiled = Compiled::new(frameworks.find("sizes").expect("it was added")).expect("it compiles");
    let text = CASE.replace("locator = { page = 2 }", &format!("locator = {{ page = 2 }}\n{two}"));
    let case = Case::from_toml("case.toml", &text, &frameworks).expect("the case is sound");
    let grading = grade(&case, &compiled, &Run::default()).expect("it is graded");
    let verdict = grading.verdict().expect("the case has a conclusion");
    let possible = vec!["small".into(), "large".into()];
    assert_eq!(verdict.status(), Status::Undetermined { possible, gap: false, exact: true });
    verdict.open().iter().map(|open| format!("{} of {}", open.name, open.of)).collect()
}

#[test]
fn what_is_added_up_is_asked_for_and_nothing_else() {
    assert_eq!(open("participants = 50"), ["repeated of two", "sound of two"]);
}

#[test]
fn what_no_longer_matters_is_not_asked_for() {
    // It is sound, so that it does not matter whether it was repeated.
    assert_eq!(open("sound = true"), ["participants of two"]);
}

#[test]
fn open_facts_are_ranked_by_what_they_rule_out() {
    let mut frameworks = Frameworks::empty();
    frameworks.add_toml("sizes.toml", PACK).expect("the pack is sound");
    let compiled = Compiled::new(frameworks.find("sizes").expect("it was added")).expect("it compiles");
    let case = Case::from_toml("case.toml", CASE, &frameworks).expect("the case is sound");
    let grading = grade(&case, &compiled, &Run::default()).expect("it is graded");
    let questions = grading.verdict().expect("the case has a conclusion").questions();
    let told = |question: &evigrade::grade::OpenQuestion| {
        let narrows = question.narrows.as_ref().expect("it was worked out");
        let answers: Vec<&str> = narrows.answers.iter().map(|answer| answer.answer.as_str()).collect();
        let name = question.fact.name.to_string();
        (name, narrows.expected_shown(), narrows.guaranteed, answers.join(" | "))
    };
    let told: Vec<_> = questions.iter().map(told).collect();
    let told: Vec<_> =
        told.iter().map(|(name, by, least, all)| (name.as_str(), by.as_str(), *least, all.as_str())).collect();
    // With 60 participants in the other item the sum turns at 40. Three of four answers settle it as small: fewer,
    // and no number at all. Whether it is sound settles nothing while the number is missing.
    assert_eq!(
        told,
        [
            ("participants", "0.75", 0, "from 0 to 39 | >= 40 | not-reported | not-applicable"),
            ("repeated", "0.00", 0, "no | yes | not-reported | not-applicable"),
            ("sound", "0.00", 0, "no | yes | not-reported | not-applicable"),
        ]
    );
}
