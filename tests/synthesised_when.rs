//! Facts that are taken from results only where other facts of the claim allow it: what changes with these.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a test says what it expects")]

use std::sync::Arc;

use evigrade::check;
use evigrade::explain::{Most, Reached, least_change, robustness};
use evigrade::{Case, Compiled, Framework, Frameworks, Run, grade};

/// A framework whose effect follows from results where the comparison is direct, with a default or without one; and, if it
/// is asked for, a rule that reads the comparison as well.
fn framework(default: &str, is_read: bool) -> (Frameworks, Arc<Framework>) {
    let rule = "[[decision.answer.rule]]\nid = \"none\"\nwhen = { comparison = \"nothing\" }\nthen = \"no\"\nbecause = \"None.\"\n";
    let text = format!(
        r#"
[framework]
id = "opened"
title = "Opened"
edition = "1"
uses = ["vocabulary"]
result = "answer"
[scale]
levels = ["no", "yes"]
[fact.comparison]
on = "claim"
choices = ["direct", "mixed", "nothing"]
unknowns = []
ask = "Which evidence is there?"
[fact.est]
on = "claim"
type = "number"
{default}
synthesis = "estimate"
synthesised-when = {{ comparison = "direct" }}
ask = "How large is the effect?"
[decision.answer]
otherwise = "no"
{}
[[decision.answer.rule]]
id = "small"
when = {{ est = "< 0.8" }}
then = "yes"
because = "It is {{est}}."
"#,
        if is_read { rule } else { "" }
    );
    let mut frameworks = Frameworks::built_in();
    let id = frameworks.add_toml("opened.toml", &text).expect("it can be read");
    let framework = Arc::clone(frameworks.find(id.as_str()).expect("it was added"));
    (frameworks, framework)
}

fn case(frameworks: &Frameworks, comparison: &str) -> Case {
    let mut text = format!(
        "[case]\nid = \"c\"\ntitle = \"C\"\nframework = \"opened\"\n[[claim]]\nid = \"x\"\nkind = \"efficacy\"\n\
         text = \"X.\"\ncomparison = \"{comparison}\"\n[[source]]\nid = \"s\"\ntitle = \"S\"\n"
    );
    for (id, numbers) in [("one", [20, 100, 30, 100]), ("two", [40, 200, 58, 200])] {
        let [events, of, others, other_of] = numbers;
        text += &format!(
            "[[evidence]]\nid = \"{id}\"\nsource = \"s\"\nstudy = \"{id}\"\ndesign = \"parallel-rct\"\n\
             intervention-events = {events}\nintervention-participants = {of}\ncomparator-events = {others}\n\
             comparator-participants = {other_of}\n[[evidence.link]]\nsupports = \"x\"\neffect-measure = \"rr\"\n"
        );
    }
    Case::from_toml("case.toml", &text, frameworks).expect("the case is sound")
}

#[test]
fn a_change_that_opens_results_is_found() {
    for (default, is_read) in [("", true), ("default = 1", true), ("", false), ("default = 1", false)] {
        let (frameworks, framework) = framework(default, is_read);
        let compiled = Compiled::new(&framework).unwrap();
        let case = case(&frameworks, "mixed");
        let found = least_change((&case, &compiled, &Run::default()), "x", "yes", Most::default()).unwrap();
        let Reached::By { sets, .. } = &found.facts else { panic!("{default} {is_read}: {:?}", found.facts) };
        let opens = sets.iter().any(|set| set.changes.iter().any(|change| change.name == *"comparison"));
        assert!(opens, "{default} {is_read}: {sets:?}");
    }
}

#[test]
fn a_step_that_closes_results_moves_the_grade() {
    for (default, is_read) in [("default = 1", true), ("default = 1", false)] {
        let (frameworks, framework) = framework(default, is_read);
        let compiled = Compiled::new(&framework).unwrap();
        let case = case(&frameworks, "direct");
        let grading = grade(&case, &compiled, &Run::default()).unwrap();
        assert_eq!(grading.grade(case.find_claim("x").unwrap()).level().unwrap(), "yes");
        let told = robustness(&grading, [case.find_claim("x").unwrap()]);
        let moves: usize = told.iter().map(|claim| claim.moves.len()).sum();
        assert!(moves > 0, "{default} {is_read}: {told:?}");
    }
}

#[test]
fn a_fact_that_opens_results_is_read() {
    let (_, framework) = framework("", false);
    let found = check::framework(&framework);
    assert!(found.iter().all(|finding| !finding.message.contains("`comparison`")), "{found:?}");
}
