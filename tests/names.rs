//! One name may stand for a fact of items and for something that is worked out of claims: which is meant
//! follows from what is asked.

#![allow(clippy::expect_used, clippy::panic, reason = "a test says what it expects")]

use evigrade::{Case, Compiled, Frameworks, Run, Status, grade, selftest};

/// Adds frameworks and runs what they are tested by.
fn run(texts: &[(&str, &str)]) {
    let mut frameworks = Frameworks::built_in();
    for (name, text) in texts {
        let id = frameworks.add_toml(name, text).unwrap_or_else(|refused| panic!("{refused}"));
        let framework = frameworks.get(id.as_str()).expect("it was added");
        let tests = selftest::framework(framework).unwrap_or_else(|refused| panic!("{refused}"));
        assert!(!tests.is_empty());
        for test in tests {
            assert!(test.passed(), "{}: {}", test.id, test.failure.expect("it failed"));
        }
    }
}

#[test]
fn a_used_framework_may_call_a_measure_like_the_fact_that_it_sums_up() {
    let used = r#"
        [framework]
        id = "used"
        title = "Used"
        edition = "1"
        result = "level"
        [scale]
        levels = ["few", "many"]
        [fact.pieces]
        on = "evidence"
        type = "count"
        ask = "How many pieces?"
        [measure.pieces]
        sum = "pieces"
        where = { pieces = ">= 1" }
        [decision.level]
        [[decision.level.rule]]
        id = "many"
        when = { pieces = ">= 3" }
        then = "many"
        because = "{pieces} pieces."
        [decision.level.otherwise]
        then = "few"
        because = "{pieces} pieces."
        [[example]]
        id = "e"
        evidence = [{ pieces = 2 }, { pieces = 2 }]
        expect = { level = "many" }
    "#;
    let user = r#"
        [framework]
        id = "user"
        title = "User"
        edition = "1"
        uses = ["used"]
        result = "level"
        [scale]
        levels = ["bad", "good"]
        [decision.level]
        [[decision.level.rule]]
        id = "many"
        when = { used = { level = "many", pieces = "<= 9" } }
        then = "good"
        because = "{used.pieces} pieces."
        [decision.level.otherwise]
        then = "bad"
        because = "{used.pieces} pieces."
        [[example]]
        id = "good"
        evidence = [{ pieces = 2 }, { pieces = 2 }]
        expect = { level = "good" }
        [[example]]
        id = "bad"
        evidence = [{ pieces = 1 }]
        expect = { level = "bad" }
    "#;
    run(&[("used.toml", used), ("user.toml", user)]);
}

/// Why a claim is not graded is told with the values that decide it.
#[test]
fn a_reason_for_not_grading_is_filled_in() {
    let text = r#"
        [framework]
        id = "choosy"
        title = "Choosy"
        edition = "1"
        result = "level"
        [scale]
        levels = ["poor", "good"]
        [[not-applicable]]
        when = { kind = "harm" }
        because = "It grades no claims of {kind}."
        [decision.level]
        [decision.level.otherwise]
        then = "poor"
        because = "So it is."
    "#;
    let case = r#"
        [case]
        id = "c"
        title = "C"
        [[claim]]
        id = "a"
        kind = "harm"
        text = "It harms."
    "#;
    let mut frameworks = Frameworks::built_in();
    frameworks.add_toml("choosy.toml", text).unwrap_or_else(|refused| panic!("{refused}"));
    let case = Case::from_toml("case.toml", case, &frameworks).unwrap_or_else(|refused| panic!("{refused}"));
    let compiled = Compiled::new(frameworks.find("choosy").expect("it was added")).expect("it compiles");
    let grading = grade(&case, &compiled, &Run::default()).expect("the case is sound");
    let status = grading.find("a").expect("the claim is there").status();
    assert_eq!(status, Status::NotApplicable("It grades no claims of harm.".to_owned()));
}

#[test]
fn a_decision_on_claims_may_be_called_like_a_fact_of_items() {
    let text = r#"
        [framework]
        id = "counted"
        title = "Counted"
        edition = "1"
        uses = ["vocabulary"]
        [fact.heard]
        on = "claim"
        type = "flag"
        ask = "Was it heard?"
        [decision.statement]
        values = ["kept", "dropped"]
        [[decision.statement.rule]]
        id = "heard"
        when = { heard = true }
        then = "kept"
        because = "It was heard."
        [decision.statement.otherwise]
        then = "dropped"
        because = "It was not heard."
        [[enumeration]]
        id = "all"
        decision = "statement"
        over = { heard = "known" }
        expect = { kept = 1, dropped = 1 }
    "#;
    run(&[("counted.toml", text)]);
}
