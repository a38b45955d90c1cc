//! Sessions: whatever comes, changes and goes, a session says what grading afresh says, and tells what moved.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a test says what it expects")]

use std::sync::Arc;

use evigrade::document::TextFile;
use evigrade::grade::{Grade, Grading, grade};
use evigrade::session::{Edit, Session};
use evigrade::{Case, Compiled, Frameworks, Run, Status};

/// Three claims, one of which rests on the others, with trials of two and a cohort.
const CASE: &str = r#"
[case]
id = "sleep"
title = "Sleep"
as-of = 2026-01-01
conclusion = "advice"
[[claim]]
id = "efficacy"
kind = "efficacy"
text = "It helps."
publication-bias = "undetected"
[[claim]]
id = "harm"
kind = "harm"
text = "It harms."
publication-bias = "undetected"
large-effect = "no"
dose-response = false
opposing-confounding = false
[[claim]]
id = "advice"
kind = "conclusion"
text = "It can be advised."
[[claim.link]]
rests-on = "efficacy"
[[claim.link]]
rests-on = "harm"
[[source]]
id = "first"
title = "A first trial"
published = 2020-02-01
[[source]]
id = "second"
title = "A second trial"
published = 2021-02-01
[[source]]
id = "cohort"
title = "A cohort"
published = 2022-02-01
[[evidence]]
id = "first"
source = "first"
study = "first"
design = "parallel-rct"
participants = 300
risk-of-bias = "low"
[[evidence.link]]
supports = "efficacy"
comparator-result = "favours-intervention"
population-match = "direct"
intervention-match = "direct"
comparator-match = "direct"
outcome-match = "direct"
[[evidence]]
id = "second"
source = "second"
study = "second"
design = "parallel-rct"
participants = 250
risk-of-bias = "high"
[[evidence.link]]
supports = "efficacy"
comparator-result = "no-difference"
population-match = "direct"
intervention-match = "minor-differences"
comparator-match = "direct"
outcome-match = "direct"
[[evidence.link]]
supports = "harm"
comparator-result = "favours-comparator"
population-match = "direct"
intervention-match = "direct"
comparator-match = "direct"
outcome-match = "direct"
[[evidence]]
id = "cohort"
source = "cohort"
study = "cohort"
design = "prospective-cohort"
participants = 4000
risk-of-bias = "some-concerns"
[[evidence.link]]
supports = "harm"
comparator-result = "favours-comparator"
population-match = "direct"
intervention-match = "direct"
comparator-match = "direct"
outcome-match = "direct"
"#;

/// A number below another, the same on every machine.
fn below(state: &mut u64, most: usize) -> usize {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*state >> 33).unwrap() % most.max(1)
}

fn some<'t>(state: &mut u64, all: &[&'t str]) -> &'t str {
    all[below(state, all.len())]
}

/// One more trial, the like of which there is not yet.
fn trial(state: &mut u64, number: usize) -> Arc<TextFile> {
    let claim = some(state, &["efficacy", "harm"]);
    let result = some(state, &["favours-intervention", "no-difference", "favours-comparator", "mixed"]);
    let text = format!(
        "[[source]]\nid = \"new-{number}\"\ntitle = \"One more\"\npublished = 2024-03-01\n[[evidence]]\nid = \"new-{number}\"\n\
         source = \"new-{number}\"\nstudy = \"new-{number}\"\ndesign = \"parallel-rct\"\nparticipants = {}\n\
         risk-of-bias = \"low\"\n[[evidence.link]]\nsupports = \"{claim}\"\ncomparator-result = \"{result}\"\n\
         population-match = \"direct\"\nintervention-match = \"direct\"\ncomparator-match = \"direct\"\n\
         outcome-match = \"direct\"\n",
        50 * (1 + below(state, 20))
    );
    TextFile::new(format!("new-{number}.toml"), text)
}

fn edit(state: &mut u64, number: usize) -> Edit {
    let item = some(state, &["first", "second", "cohort"]);
    let set =
        |of: &str, fact: &str, value: &str| Edit::Set { of: of.to_owned(), fact: fact.into(), value: value.to_owned() };
    match below(state, 8) {
        0 => Edit::Add(trial(state, number)),
        1 => Edit::Without(item.into()),
        2 => Edit::Retract(item.into(), "2023-05-01".parse().unwrap()),
        3 => set(item, "participants", some(state, &["12", "400", "5000", "missing", "not-reported"])),
        4 => set(item, "risk-of-bias", some(state, &["low", "some-concerns", "high", "missing", "not-reported"])),
        5 => {
            set(item, "comparator-result", some(state, &["favours-intervention", "no-difference", "mixed", "missing"]))
        }
        6 => set(item, "design", some(state, &["parallel-rct", "prospective-cohort", "case-report", "opinion"])),
        _ => {
            let claim = some(state, &["efficacy", "harm"]);
            set(claim, "publication-bias", some(state, &["undetected", "suspected", "missing"]))
        }
    }
}

type Told = Vec<(String, Status, Option<String>)>;

/// What a grading says of each claim: its status and why, or the whole proof.
fn told(grading: &Grading<'_>, proofs: bool) -> Told {
    let of = |grade: Grade<'_>| {
        let why = if proofs {
            grade.proof().map(|proof| serde_json::to_string(&proof).unwrap())
        } else {
            grading.because(grade.claim())
        };
        (grade.id().to_owned(), grade.status(), why)
    };
    grading.grades().map(of).collect()
}

fn statuses(case: &Case, compiled: &Compiled, proofs: bool) -> Told {
    told(&grade(case, compiled, &Run::default()).unwrap(), proofs)
}

/// Random scripts of changes: after each the session says what its case graded afresh says, proofs included, and what it
/// tells to have moved is all that moved.
#[test]
fn a_session_says_what_grading_afresh_says() {
    let frameworks = Frameworks::built_in();
    let mut moves = 0;
    for (framework, scripts) in [("ahrq-soe", 1_700), ("grade-classic", 300)] {
        let compiled = Arc::new(Compiled::new(frameworks.find(framework).unwrap()).unwrap());
        for script in 0..scripts {
            let mut state: u64 = script * 7 + 1;
            // Whole proofs take longer to write than grades to make.
            let proofs = script % 20 == 0;
            let files = vec![TextFile::new("case.toml", CASE)];
            let mut session = Session::open(files, frameworks.clone(), Arc::clone(&compiled), Run::default()).unwrap();
            let mut before = statuses(session.case(), &compiled, proofs);
            for number in 0..1 + below(&mut state, 4) {
                let edit = edit(&mut state, number);
                let Ok(moved) = session.apply(edit.clone()) else {
                    assert_eq!(
                        statuses(session.case(), &compiled, proofs),
                        before,
                        "a refused change leaves all as it was"
                    );
                    continue;
                };
                let after = statuses(session.case(), &compiled, proofs);
                assert_eq!(told(&session.grading(), proofs), after, "{framework} {script} {edit:?}");
                let otherwise: Vec<&str> = before
                    .iter()
                    .zip(&after)
                    .filter(|(before, after)| before.1 != after.1)
                    .map(|(before, _)| before.0.as_str())
                    .collect();
                assert_eq!(moved.iter().map(|moved| moved.claim.as_str()).collect::<Vec<_>>(), otherwise);
                for moved in &moved {
                    let was = before.iter().find(|known| known.0 == moved.claim.as_str()).map(|known| &known.1);
                    assert_eq!(moved.before.as_ref(), was);
                    assert!(moved.because.is_some(), "{moved:?}");
                }
                moves += moved.len();
                before = after;
            }
        }
    }
    assert!(moves > 1_000, "{moves}");
}

#[test]
fn what_cannot_be_changed_leaves_the_session_as_it_was() {
    let frameworks = Frameworks::built_in();
    let compiled = Arc::new(Compiled::new(frameworks.find("ahrq-soe").unwrap()).unwrap());
    let files = vec![TextFile::new("case.toml", CASE)];
    let mut session = Session::open(files, frameworks, Arc::clone(&compiled), Run::default()).unwrap();
    let before = statuses(session.case(), &compiled, true);
    assert!(session.apply(Edit::Without("frist".into())).unwrap_err().to_string().contains("did you mean `first`"));
    assert!(session.apply(Edit::Add(TextFile::new("bad.toml", "[[evidence]]\nid = \"x\"\n"))).is_err());
    let wrong = Edit::Set { of: "first".to_owned(), fact: "participants".into(), value: "many".to_owned() };
    assert!(session.apply(wrong).is_err());
    assert_eq!(statuses(session.case(), &compiled, true), before);
}

/// What was set and set aside stays so when more comes in.
#[test]
fn changes_last() {
    let frameworks = Frameworks::built_in();
    let compiled = Arc::new(Compiled::new(frameworks.find("ahrq-soe").unwrap()).unwrap());
    let files = vec![TextFile::new("case.toml", CASE)];
    let mut session = Session::open(files, frameworks, compiled, Run::default()).unwrap();
    session.apply(Edit::Without("cohort".into())).unwrap();
    session.apply(Edit::Add(trial(&mut 5, 0))).unwrap();
    let harm = session.case().find_claim("harm").unwrap();
    let grading = session.grading();
    let counted: Vec<&str> = grading
        .body(harm)
        .counted
        .iter()
        .filter_map(|link| match session.case().link(*link).from {
            evigrade::case::LinkEnd::Evidence(item) => Some(session.case().item(item).id.as_str()),
            evigrade::case::LinkEnd::Claim(_) => None,
        })
        .collect();
    assert!(!counted.contains(&"cohort"), "{counted:?}");
}

/// What somebody judges after a change stands as it was judged.
#[test]
fn later_judgements_are_not_changed_by_earlier_edits() {
    let frameworks = Frameworks::built_in();
    let compiled = Arc::new(Compiled::new(frameworks.find("ahrq-soe").unwrap()).unwrap());
    let judged = |name: &str, value: &str| {
        let text = format!(
            "[[judgement]]\nevidence = \"second\"\nfacts = {{ risk-of-bias = \"{value}\" }}\nby = \"{name}\"\n\
             reason = \"Read again.\"\non = 2025-01-01\n"
        );
        TextFile::new(format!("{name}.toml"), text)
    };
    let set = |value: &str| Edit::Set { of: "second".to_owned(), fact: "risk-of-bias".into(), value: value.to_owned() };
    let risk = |session: &Session| {
        let proof = session.grading().proof(session.case().find_claim("efficacy").unwrap()).unwrap();
        serde_json::to_string(&proof).unwrap()
    };
    // Whoever judges last is heard: an edit changes what was judged before it, and nothing after it.
    let files = vec![TextFile::new("case.toml", CASE)];
    let mut session = Session::open(files.clone(), frameworks.clone(), Arc::clone(&compiled), Run::default()).unwrap();
    session.apply(set("high")).unwrap();
    session.apply(Edit::Add(judged("Ann", "low"))).unwrap();
    let told = risk(&session);
    let mut other = Session::open(files, frameworks, compiled, Run::default()).unwrap();
    other.apply(Edit::Add(judged("Ann", "low"))).unwrap();
    assert_eq!(told.matches("\"high\"").count(), risk(&other).matches("\"high\"").count(), "{told}");
    assert!(told.contains("Ann"));
    other.apply(set("high")).unwrap();
    assert!(risk(&other).matches("\"high\"").count() > told.matches("\"high\"").count());
}
