//! What a framework changes of the one that it extends is told in every proof that leans on it.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a test says what it expects")]

use evigrade::report::{self, Page, Report};
use evigrade::{Case, Compiled, Frameworks, Run, grade};

const BASE: &str = r#"
    [framework]
    id = "base"
    title = "Base"
    edition = "1"
    result = "level"

    [scale]
    levels = ["low", "high"]

    [parameter.enough]
    value = 10

    [fact.amount]
    on = "evidence"
    type = "count"
    ask = "How much?"

    [measure.amount]
    sum = "amount"

    [derived.twice]
    call = "product"
    with = { of = ["amount", 2] }

    [decision.level]
    otherwise = "low"

    [[decision.level.rule]]
    id = "enough"
    when = { twice = ">= {enough}", amount = ">= 1" }
    then = "high"
    because = "Enough."
"#;

const HEIR: &str = r#"
    [framework]
    id = "heir"
    title = "Heir"
    edition = "1"
    extends = "base"

    [parameter.enough]
    value = 5
    change = "Five will do."

    [measure.amount]
    max = "amount"
    change = "The greatest stands for all."

    [derived.twice]
    call = "product"
    with = { of = ["amount", 3] }
    change = "It counts three times."

    [decision.level]
    amend = true
    otherwise = "low"
    change = "Nothing but its reason."
"#;

const CASE: &str = r#"
    [case]
    id = "amounts"
    title = "Amounts"
    conclusion = "helps"

    [[claim]]
    id = "helps"
    kind = "efficacy"
    text = "It helps."

    [[source]]
    id = "paper"
    title = "A paper"

    [[evidence]]
    id = "result"
    source = "paper"
    amount = 4
    link = [{ supports = "helps" }]
"#;

#[test]
fn every_change_is_told_where_it_is_leant_on() {
    let mut frameworks = Frameworks::empty();
    frameworks.add_toml("base.toml", BASE).expect("the base is sound");
    frameworks.add_toml("heir.toml", HEIR).expect("the heir is sound");
    let case = Case::from_toml("case.toml", CASE, &frameworks).expect("the case is sound");
    let told = |id: &str| {
        let compiled = Compiled::new(frameworks.find(id).expect("it is there")).expect("it compiles");
        let grading = grade(&case, &compiled, &Run::default()).expect("it is graded");
        report::explanation_text(&Report::new(&grading), &Page::default())
    };
    let heir = told("heir");
    for why in ["Five will do.", "The greatest stands for all.", "It counts three times.", "Nothing but its reason."] {
        assert!(heir.contains(&format!("changed by heir: {why}")), "nothing of {why:?} in\n{heir}");
    }
    assert!(!told("base").contains("changed by"));
}

#[test]
fn a_parameter_that_a_run_sets_is_not_the_changed_one() {
    let mut frameworks = Frameworks::empty();
    frameworks.add_toml("base.toml", BASE).expect("the base is sound");
    frameworks.add_toml("heir.toml", HEIR).expect("the heir is sound");
    let case = Case::from_toml("case.toml", CASE, &frameworks).expect("the case is sound");
    let seven = evigrade::value::Value::Number(7.into());
    let set = [(evigrade::name::Name::from("enough"), seven)].into();
    let heir = frameworks.find("heir").expect("it is there");
    let compiled = Compiled::with_parameters(heir, &set).expect("it compiles");
    let grading = grade(&case, &compiled, &Run::default()).expect("it is graded");
    let text = report::explanation_text(&Report::new(&grading), &Page::default());
    assert!(text.contains("set for this run"), "{text}");
    assert!(!text.contains("Five will do."), "{text}");
}
