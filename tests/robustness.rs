//! Robustness: every step that is told moves the grade as told, and none is left out.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a test says what it expects")]

#[path = "support/mod.rs"]
mod support;

use std::collections::BTreeSet;

use evigrade::case::{ClaimIndex, Judged, Judgement};
use evigrade::explain::{self, Robustness, Stepped, Towards};
use evigrade::value::FactValue;
use evigrade::{Case, Compiled, Frameworks, Grading, Run, grade};

fn all(case: &Case) -> impl Iterator<Item = ClaimIndex> + '_ {
    case.claims().iter().map(|claim| case.find_claim(claim.id.as_str()).expect("it is one of its claims"))
}

/// The case after a step that is told, made as a person would make it.
fn stepped(case: &Case, step: &explain::Move, frameworks: &Frameworks) -> Case {
    let name = step.name.as_ref().map(|name| name.as_str());
    let after = step.after.as_deref();
    let changed = match (step.kind, name, after) {
        (Stepped::Fact | Stepped::JudgedFact, Some(name), Some(after)) => {
            case.with_fact(&step.of, name, after, frameworks)
        }
        (Stepped::Judgement, Some(name), Some(after)) => {
            let (framework, decision) = name.split_once('.').expect("it names the framework");
            case.with_judged(&step.of, framework, decision, after)
        }
        _ => case.without(&step.of),
    };
    changed.expect("the step can be taken")
}

/// Holds the moves that are told of a claim, or one of so many, against the grade of the case with it.
fn told_rightly(grading: &Grading<'_>, robust: &Robustness, run: &Run, frameworks: &Frameworks, every: usize) {
    for step in robust.moves.iter().step_by(every) {
        let case = stepped(grading.case(), step, frameworks);
        let after = grade(&case, grading.framework(), run).expect("it is graded");
        let label = after.find(&robust.claim).expect("it is there").label();
        assert_eq!(label, step.label, "{}: {step:?}", robust.claim);
        assert_ne!(label, robust.label, "{}: {step:?}", robust.claim);
    }
}

#[test]
fn every_step_moves_the_grade_as_told() {
    let frameworks = Frameworks::built_in();
    let mut moves = 0;
    for (id, framework) in [("escmid-hcq", "grade"), ("uspstf-vitamin-d", "uspstf"), ("ntp-fluoride", "ntp-ohat")] {
        let case = support::cases().into_iter().find(|case| *case.id() == *id).expect("the repository has it");
        let run = Run::default();
        let grading = grade(&case, support::framework(framework), &run).expect("it is graded");
        for robust in explain::robustness(&grading, all(&case)) {
            moves += robust.moves.len();
            told_rightly(&grading, &robust, &run, &frameworks, 9);
        }
    }
    assert!(moves > 40, "{moves} moves are told");
}

/// The values of a small case's facts, every one of them one step from what is said.
const NEXT: [(&str, &str, &str, &[&str]); 9] = [
    ("first", "people", "60", &["59", "39", "40", "99", "100"]),
    ("first", "sound", "true", &["false"]),
    ("first", "blinding", "single", &["none-at-all", "double"]),
    ("first", "setting", "clinic", &["home", "school"]),
    ("second", "people", "40", &["39", "0", "19"]),
    ("second", "sound", "false", &["true"]),
    ("second", "blinding", "double", &["single"]),
    ("second", "setting", "home", &["clinic", "school"]),
    ("claim", "important", "true", &["false"]),
];

const PACK: &str = r#"
[framework]
id = "sizes"
title = "Sizes"
edition = "1"
result = "size"

[scale]
levels = ["small", "middle", "large"]

[fact.people]
on = "evidence"
type = "count"
ask = "How many?"

[fact.sound]
on = "evidence"
type = "flag"
ask = "Is it sound?"

[fact.blinding]
on = "evidence"
ordered = ["none-at-all", "single", "double"]
best = "last"
ask = "Who knew?"

[fact.setting]
on = "link"
choices = ["home", "clinic", "school"]
changed-by = ["reporting", "re-appraisal"]
ask = "Where?"

[fact.important]
on = "claim"
type = "flag"
ask = "Does it matter?"

[decision.weight]
on = "link"
values = ["light", "heavy"]
best = "last"
judgement = "allowed"
rule = [{ id = "blind", when = { blinding = ["single", "double"], sound = true }, then = "heavy", because = "Blind." }]
otherwise = { then = "light", because = "Not blind." }

[measure.people]
sum = "people"

[measure.heavy]
count = "evidence"
where = { weight = "heavy" }

[measure.at-school]
count = "evidence"
where = { setting = "school" }

[decision.size]
hit = "first"
rule = [
    { id = "school", when = { at-school = ">= 1" }, then = "small", because = "At school." },
    { id = "large", when = { people = ">= 100", heavy = ">= 1", important = true }, then = "large", because = "Many." },
    { id = "middle", when = { people = ">= 100" }, then = "middle", because = "{people} people." },
]
otherwise = { then = "small", because = "{people} people." }
"#;

const CASE: &str = r#"
case = { id = "one", title = "One", conclusion = "claim" }
claim = [{ id = "claim", kind = "efficacy", text = "It works.", important = true }]
source = [{ id = "source", title = "A report" }]

[[evidence]]
id = "first"
source = "source"
locator = { page = 1 }
people = 60
sound = true
blinding = "single"
link = [{ supports = "claim", setting = "clinic" }]

[[evidence]]
id = "second"
source = "source"
locator = { page = 2 }
people = 40
sound = false
blinding = "double"
link = [{ supports = "claim", setting = "home" }]
"#;

fn small() -> (Frameworks, Compiled) {
    let mut frameworks = Frameworks::empty();
    frameworks.add_toml("sizes.toml", PACK).expect("the pack is sound");
    let compiled = Compiled::new(frameworks.find("sizes").expect("it was added")).expect("it compiles");
    (frameworks, compiled)
}

#[test]
fn no_step_is_left_out() {
    let (frameworks, compiled) = small();
    let case = Case::from_toml("case.toml", CASE, &frameworks).expect("the case is sound");
    let grading = grade(&case, &compiled, &Run::default()).expect("it is graded");
    let robust = explain::robustness(&grading, case.conclusion()).remove(0);
    assert_eq!(robust.label, "Large");
    told_rightly(&grading, &robust, &Run::default(), &frameworks, 1);
    let told: BTreeSet<(String, String, String)> = robust
        .moves
        .iter()
        .filter_map(|step| Some((step.of.clone(), step.name.as_ref()?.to_string(), step.after.clone()?)))
        .collect();
    // Of every fact the steps that move the grade by themselves are the ones that are told, numbers at their edge.
    for (of, fact, _, values) in NEXT {
        for value in values {
            let changed = case.with_fact(of, fact, value, &frameworks).expect("it can be");
            let moves = grade(&changed, &compiled, &Run::default()).unwrap().verdict().unwrap().label() != robust.label;
            let edge = fact != "people" || [("first", "59"), ("second", "39")].contains(&(of, *value));
            let key = (of.to_owned(), fact.to_owned(), (*value).to_owned());
            assert_eq!(told.contains(&key), moves && edge, "{key:?} ({told:?})");
        }
    }
    let items: Vec<&str> =
        robust.moves.iter().filter(|step| step.kind == Stepped::Item).map(|step| step.of.as_str()).collect();
    assert_eq!(items, ["first", "second"]);
    assert_eq!(robust.count(Towards::Down), robust.moves.len(), "the best level cannot rise");
}

#[test]
fn a_judgement_steps_too() {
    let (frameworks, compiled) = small();
    let judged = format!(
        "{CASE}\n[[judgement]]\nevidence = \"first\"\nclaim = \"claim\"\nframework = \"sizes\"\ndecision = \"weight\"\n\
         value = \"heavy\"\nreason = \"Seen.\"\nby = \"A. N. Other\"\non = 2020-05-05\n"
    );
    let case = Case::from_toml("case.toml", &judged, &frameworks).expect("the case is sound");
    let grading = grade(&case, &compiled, &Run::default()).expect("it is graded");
    let robust = explain::robustness(&grading, case.conclusion()).remove(0);
    told_rightly(&grading, &robust, &Run::default(), &frameworks, 1);
    let step = robust.moves.iter().find(|step| step.kind == Stepped::Judgement).expect("it is told");
    assert_eq!(
        (step.before.as_deref(), step.after.as_deref(), step.label.as_str()),
        (Some("heavy"), Some("light"), "Middle")
    );
    // What the rules would make of it does not matter any more.
    assert!(robust.moves.iter().all(|step| step.name.as_ref().is_none_or(|name| name.as_str() != "blinding")));
    let unjudged = |judgement: &Judgement| matches!(judgement.judged, Judged::Facts(_));
    assert!(!case.judgements().iter().any(unjudged));
    let refused = case.with_judged("second", "sizes", "weight", "light").expect_err("nobody judged it");
    assert_eq!(refused.diagnostics()[0].message, "nobody judged `weight` of `sizes` on `second`");
}

#[test]
fn what_is_unknown_does_not_step() {
    let (frameworks, compiled) = small();
    let text = CASE.replace("sound = true\n", "");
    let case = Case::from_toml("case.toml", &text, &frameworks).expect("the case is sound");
    assert!(case.evidence()[0].facts.values().all(|fact| fact.value != FactValue::MISSING));
    let grading = grade(&case, &compiled, &Run::default()).expect("it is graded");
    let robust = explain::robustness(&grading, case.conclusion()).remove(0);
    assert_eq!(robust.label, "Middle or Large");
    told_rightly(&grading, &robust, &Run::default(), &frameworks, 1);
    assert!(
        robust
            .moves
            .iter()
            .all(|step| (step.of.as_str(), step.before.is_some()) != ("first", false) || step.name.is_none())
    );
    assert!(
        !robust.moves.iter().any(|step| step.of == "first" && step.name.as_ref().is_some_and(|name| *name == *"sound"))
    );
}
