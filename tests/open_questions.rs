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
