//! Judgements of several people: which one counts, what the proof keeps, what is refused, and how far they agree.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a test says what it expects")]

mod support;

use std::collections::BTreeSet;
use std::sync::Arc;

use evigrade::document::TextFile;
use evigrade::grade::JudgementMade;
use evigrade::report::{self, Appraisers, Matter, Page, Report, appraisers};
use evigrade::synthesis::agreement::Undefined;
use evigrade::value::Decimal;
use evigrade::{Case, Frameworks, Proof, Refused, Run, grade};
use support::framework;

const BODY: &str = r#"
    [case]
    id = "aspirin"
    title = "Aspirin for headache"
    conclusion = "efficacy"

    [[claim]]
    id = "efficacy"
    kind = "efficacy"
    text = "Aspirin relieves headache."
    publication-bias = "undetected"
    i-squared = 0

    [[source]]
    id = "a-trial"
    title = "A trial of aspirin"

    [[source]]
    id = "b-trial"
    title = "Another trial of aspirin"

    [[evidence]]
    id = "first"
    source = "a-trial"
    design = "parallel-rct"
    participants = 1200

    [[evidence.link]]
    supports = "efficacy"
    comparator-result = "favours-intervention"
    population-match = "direct"
    intervention-match = "direct"
    comparator-match = "direct"
    outcome-match = "direct"

    [[evidence]]
    id = "second"
    source = "b-trial"
    design = "parallel-rct"
    participants = 500

    [[evidence.link]]
    supports = "efficacy"
    comparator-result = "favours-intervention"
    population-match = "direct"
    intervention-match = "direct"
    comparator-match = "direct"
    outcome-match = "direct"
"#;

/// A judgement of the risk of bias of an item.
fn risk(of: &str, by: &str, value: &str, day: u32) -> String {
    format!(
        "[[judgement]]\nevidence = \"{of}\"\nfacts = {{ risk-of-bias = \"{value}\" }}\nreason = \"{by} of {of}.\"\n\
         by = \"{by}\"\non = 2020-01-{day:02}\n"
    )
}

/// A judgement of how precise the whole is.
fn imprecision(by: &str, value: &str, day: u32) -> String {
    format!(
        "[[judgement]]\nclaim = \"efficacy\"\nframework = \"grade-classic\"\ndecision = \"imprecision\"\n\
         value = \"{value}\"\nreason = \"{by} of the whole.\"\nby = \"{by}\"\non = 2020-01-{day:02}\n"
    )
}

fn closed(judgement: &str) -> String {
    format!("{judgement}adjudicated = true\n")
}

/// A case of several files, one for each judgement.
fn case(judgements: &[String]) -> Case {
    read(&files(judgements))
}

fn files(judgements: &[String]) -> Vec<Arc<TextFile>> {
    let bodies = std::iter::once(BODY.to_owned()).chain(judgements.iter().cloned());
    bodies.enumerate().map(|(number, text)| TextFile::new(format!("{number}.toml"), text)).collect()
}

fn read(files: &[Arc<TextFile>]) -> Case {
    Case::from_files(files, &Frameworks::built_in()).expect("it is read")
}

fn run(appraiser: Option<&str>) -> Run {
    appraiser.map_or_else(Run::default, |name| Run::default().judged_by(name))
}

/// The level of the conclusion.
fn level(case: &Case, appraiser: Option<&str>) -> Result<String, Refused> {
    let grading = grade(case, framework("grade-classic"), &run(appraiser))?;
    Ok(grading.verdict().expect("it has a conclusion").level().expect("nothing is missing").to_string())
}

/// What is told of a refusal.
fn refusal(case: &Case, appraiser: Option<&str>) -> String {
    level(case, appraiser).expect_err("it is refused").to_string()
}

fn told(case: &Case) -> Appraisers {
    appraisers(case, framework("grade-classic"), &Run::default()).expect("they can be held against each other")
}

/// The judgement of imprecision in the proof of the conclusion.
fn judged(case: &Case, appraiser: Option<&str>) -> JudgementMade {
    let grading = grade(case, framework("grade-classic"), &run(appraiser)).expect("it is graded");
    let proof: Proof = grading.verdict().unwrap().proof().expect("it has a proof");
    proof.find("imprecision").expect("it is read").judgement.clone().expect("it is judged")
}

/// A judgement as it is told beside another, without where it stands.
fn beside(judgement: &JudgementMade) -> Vec<(String, String, String, bool)> {
    let told = judgement.others.iter();
    told.map(|other| (other.by.clone(), other.value.to_string(), other.on.clone(), other.adjudicated)).collect()
}

/// Both trials sound for everybody.
fn sound(by: &[&str]) -> Vec<String> {
    by.iter().flat_map(|by| ["first", "second"].map(|of| risk(of, by, "low", 1))).collect()
}

fn parted() -> Vec<String> {
    let mut judgements = sound(&["A. One", "B. Two"]);
    judgements.extend([imprecision("A. One", "serious", 2), imprecision("B. Two", "not-serious", 3)]);
    judgements
}

#[test]
fn where_people_part_a_case_is_refused_until_it_is_settled() {
    let open = case(&parted());
    let message = refusal(&open, None);
    assert!(message.contains("[conflicting-judgements]: `imprecision` is judged in two ways, by A. One and by B. Two"));
    assert!(message.contains("adjudicated = true") && message.contains("--appraiser NAME"), "{message}");
    assert_eq!(level(&open, Some("A. One")).unwrap(), "moderate");
    assert_eq!(level(&open, Some("B. Two")).unwrap(), "high");

    let mut judgements = parted();
    judgements.push(closed(&imprecision("C. Three", "serious", 9)));
    let settled = case(&judgements);
    assert_eq!(level(&settled, None).unwrap(), "moderate");
    assert_eq!(level(&settled, Some("B. Two")).unwrap(), "high", "what the person said goes before");
    assert_eq!(level(&settled, Some("C. Three")).unwrap(), "moderate", "who only adjudicated says that");
}

#[test]
fn the_proof_keeps_what_others_said() {
    let mut judgements = parted();
    judgements.push(closed(&imprecision("C. Three", "serious", 9)));
    let settled = case(&judgements);
    let counts = judged(&settled, None);
    assert_eq!((counts.by.as_str(), counts.adjudicated), ("C. Three", true));
    let other =
        |by: &str, value: &str, on: &str, adjudicated| (by.to_owned(), value.to_owned(), on.to_owned(), adjudicated);
    let [one, two] =
        [other("A. One", "serious", "2020-01-02", false), other("B. Two", "not-serious", "2020-01-03", false)];
    assert_eq!(beside(&counts), [one.clone(), two]);
    let under = judged(&settled, Some("B. Two"));
    assert_eq!((under.by.as_str(), under.adjudicated), ("B. Two", false));
    assert_eq!(beside(&under), [one, other("C. Three", "serious", "2020-01-09", true)]);

    let grading = grade(&settled, framework("grade-classic"), &Run::default()).unwrap();
    let report = Report::new(&grading);
    let line = "beside not-serious by B. Two on 2020-01-03: B. Two of the whole.";
    assert!(report::explanation_text(&report, &Page::default()).contains(line));
    assert!(report::explanation_markdown(&report).contains("*beside* not-serious by B. Two on 2020-01-03"));
    assert!(report::explanation_text(&report, &Page::default()).contains("Adjudicated by C. Three on 2020-01-09"));
    assert!(
        report.to_json().contains(r#""adjudicated":true"#)
            && report.to_json().contains(r#""others":[{"value":"serious""#)
    );
    // A fact of an item is told in the same way.
    assert!(report.to_json().contains(r#""others":[{"value":"low","reason":"B. Two of first.","by":"B. Two""#));
}

#[test]
fn the_report_says_under_whom_it_was_graded() {
    let open = case(&parted());
    let grading = grade(&open, framework("grade-classic"), &run(Some("A. One"))).unwrap();
    let report = Report::new(&grading);
    assert!(report::text(&report, &Page::default()).contains("as of any day; all layers; as judged by A. One\n"));
    assert!(report.to_json().contains(r#""appraiser":"A. One""#));
    let judgements = sound(&["A. One"]);
    let alone = Report::new(&grade(&case(&judgements), framework("grade-classic"), &Run::default()).unwrap()).to_json();
    assert!(!alone.contains("appraiser") && !alone.contains("others"), "nothing is told where there is nothing");
}

#[test]
fn of_people_who_say_the_same_the_first_by_day_and_name_counts() {
    let mut judgements = sound(&["A. One"]);
    let same = [("C. Three", 4), ("B. Two", 4), ("A. One", 5)].map(|(by, day)| imprecision(by, "serious", day));
    judgements.extend(same);
    let counts = judged(&case(&judgements), None);
    assert_eq!(counts.by, "B. Two");
    let others: Vec<String> = beside(&counts).into_iter().map(|(by, ..)| by).collect();
    assert_eq!(others, ["C. Three", "A. One"]);
    // Whoever is asked for, the grade is the same; what the person says goes first.
    assert_eq!(judged(&case(&judgements), Some("A. One")).by, "A. One");
    let levels =
        [None, Some("A. One"), Some("B. Two"), Some("C. Three")].map(|by| level(&case(&judgements), by).unwrap());
    assert_eq!(levels.iter().collect::<BTreeSet<_>>().len(), 1);
    assert!(told(&case(&judgements)).parted.is_empty());
}

#[test]
fn what_no_choice_between_people_settles_is_refused_always() {
    let twice =
        [sound(&["A. One"]), vec![imprecision("A. One", "serious", 2), imprecision("A. One", "not-serious", 3)]];
    let twice = case(&twice.concat());
    for appraiser in [None, Some("A. One")] {
        assert!(refusal(&twice, appraiser).contains("A. One judges `imprecision` in two ways"));
    }
    assert!(appraisers(&twice, framework("grade-classic"), &Run::default()).is_err());

    let both = [closed(&imprecision("C. Three", "serious", 8)), closed(&imprecision("D. Four", "not-serious", 9))];
    let both = case(&[parted(), both.to_vec()].concat());
    for appraiser in [None, Some("A. One")] {
        assert!(refusal(&both, appraiser).contains("`imprecision` is adjudicated in two ways"));
    }
    // Who closes a question may have judged otherwise before.
    let own = case(&[parted(), vec![closed(&imprecision("B. Two", "serious", 9))]].concat());
    assert_eq!(level(&own, None).unwrap(), "moderate");
    assert_eq!(level(&own, Some("B. Two")).unwrap(), "high");
}

#[test]
fn an_appraiser_who_says_nothing_or_is_not_there() {
    let three = case(&[parted(), vec![risk("first", "C. Three", "low", 4)]].concat());
    let message = refusal(&three, Some("C. Three"));
    assert!(message.contains("by A. One and by B. Two, and C. Three says nothing of it"), "{message}");
    assert!(message.contains("judge it as C. Three too"), "{message}");
    let message = refusal(&three, Some("C. Tree"));
    assert!(message.contains("[unknown-name]: nobody named `C. Tree` judged anything in case `aspirin`"), "{message}");
    assert!(message.contains("did you mean `C. Three`?"), "{message}");
    assert!(refusal(&three, Some("somebody quite different")).contains("those who did: A. One; B. Two; C. Three"));
}

#[test]
fn the_order_of_files_makes_no_difference() {
    let mut judgements = parted();
    judgements.extend([
        risk("first", "C. Three", "high", 5),
        risk("second", "C. Three", "some-concerns", 5),
        imprecision("C. Three", "very-serious", 5),
        closed(&risk("first", "D. Four", "low", 7)),
    ]);
    let mut files = files(&judgements);
    let straight = read(&files);
    files.reverse();
    let reversed = read(&files);
    assert_eq!(told(&straight).to_json(), told(&reversed).to_json());
    assert_eq!(refusal(&straight, None), refusal(&reversed, None));
    for by in ["A. One", "B. Two", "C. Three"] {
        assert_eq!(level(&straight, Some(by)).unwrap(), level(&reversed, Some(by)).unwrap(), "{by}");
        assert_eq!(judged(&straight, Some(by)).by, by);
    }
}

fn matter<'t>(told: &'t Appraisers, name: &str, evidence: Option<&str>) -> &'t Matter {
    let found = |matter: &&Matter| matter.name.as_str() == name && matter.evidence.as_deref() == evidence;
    told.parted.iter().find(found).expect("they part on it")
}

#[test]
fn what_matters_is_what_another_grade_comes_of() {
    let mut judgements = parted();
    // With the other trial of 500 sound, the larger one at high risk weighs; some concerns about the smaller do not.
    judgements.extend([risk("first", "C. Three", "high", 5), risk("second", "C. Three", "some-concerns", 5)]);
    judgements.push(imprecision("C. Three", "serious", 5));
    let case = case(&judgements);
    let told = told(&case);
    assert_eq!(told.parted.len(), 3);
    let precision = matter(&told, "imprecision", None);
    assert!(precision.matters && precision.every_way && !precision.adjudicated);
    // Every side is held against the case in which nobody says anything else.
    for (name, evidence) in [("imprecision", None), ("risk-of-bias", Some("first")), ("risk-of-bias", Some("second"))] {
        let found = matter(&told, name, evidence);
        assert_eq!(found.matters, !found.moves.is_empty());
        for moved in &found.moves {
            assert_eq!(moved.with.len(), 2, "the other two are settled");
            for side in &moved.grades {
                let mut alone: Vec<String> = Vec::new();
                let settled = moved.with.iter().map(|held| (held.name.as_str(), held.evidence.as_deref(), &held.value));
                for (name, evidence, value) in settled.chain([(name, evidence, &side.value)]) {
                    alone.push(match evidence {
                        Some(evidence) => risk(evidence, "E. Five", &value.to_string(), 1),
                        None => {
                            assert_eq!(name, "imprecision");
                            imprecision("E. Five", &value.to_string(), 1)
                        }
                    });
                }
                let expected = level(&self::case(&alone), None).unwrap();
                assert_eq!(side.grade.grade.level.as_deref(), Some(expected.as_str()));
            }
        }
    }
    // All combinations of what they said, graded as cases of their own: what matters is what moves one of them.
    let grades = |precise: &str, first: &str, second: &str| {
        let alone = [
            imprecision("E. Five", precise, 1),
            risk("first", "E. Five", first, 1),
            risk("second", "E. Five", second, 1),
        ];
        level(&self::case(&alone), None).unwrap()
    };
    let (precise, firsts, seconds) = (["serious", "not-serious"], ["low", "high"], ["low", "some-concerns"]);
    let moves_first =
        precise.iter().any(|p| seconds.iter().any(|s| grades(p, firsts[0], s) != grades(p, firsts[1], s)));
    let moves_second =
        precise.iter().any(|p| firsts.iter().any(|f| grades(p, f, seconds[0]) != grades(p, f, seconds[1])));
    assert_eq!(matter(&told, "risk-of-bias", Some("first")).matters, moves_first);
    assert_eq!(matter(&told, "risk-of-bias", Some("second")).matters, moves_second);
    assert!(moves_first, "the case shows a fact that matters");
}

#[test]
fn the_grades_under_each_are_those_of_grade() {
    let mut judgements = parted();
    judgements.push(risk("first", "C. Three", "low", 5));
    let case = case(&judgements);
    let told = told(&case);
    let names: Vec<Option<&str>> = told.grades.iter().map(|under| under.appraiser.as_deref()).collect();
    assert_eq!(names, [Some("A. One"), Some("B. Two"), Some("C. Three"), None]);
    for under in &told.grades {
        match level(&case, under.appraiser.as_deref()) {
            Ok(level) => assert_eq!(under.claims[0].grade.level.as_deref(), Some(level.as_str())),
            Err(refused) => assert_eq!(under.refused[0].message, refused.diagnostics()[0].message),
        }
    }
    assert!(told.grades[2].claims.is_empty() && told.grades[3].claims.is_empty());
}

#[test]
fn agreement_is_the_same_from_both_sides_and_full_with_oneself() {
    let values = [["low", "low"], ["low", "high"], ["some-concerns", "high"]];
    let people = ["A. One", "B. Two", "C. Three"];
    let judgements = |names: [&str; 3]| -> Vec<String> {
        let by = names.iter().zip(values);
        by.flat_map(|(by, of)| [risk("first", by, of[0], 1), risk("second", by, of[1], 1)]).collect()
    };
    let kappas = |names: [&str; 3], one: &str, other: &str| {
        let told = told(&case(&judgements(names)));
        assert_eq!(told.agreement.len(), 1);
        let mut between = [one.to_owned(), other.to_owned()];
        between.sort();
        let pair = told.agreement[0].pairs.iter().find(|pair| pair.between == between).expect("they are a pair");
        pair.kappas.clone()
    };
    // Names that sort the other way round change the sides of each pair, and nothing else.
    let turned = ["Z. One", "Y. Two", "X. Three"];
    for (one, other) in [(0, 1), (0, 2), (1, 2)] {
        assert_eq!(kappas(people, people[one], people[other]), kappas(turned, turned[one], turned[other]));
    }
    // Two who say the same of everything, and more than one value.
    let same = [risk("first", "A. One", "low", 1), risk("second", "A. One", "high", 1)];
    let same = same.iter().flat_map(|text| [text.clone(), text.replace("A. One", "B. Two")]).collect::<Vec<_>>();
    let told = told(&case(&same));
    let [on] = told.agreement.as_slice() else { panic!("one fact was judged: {:?}", told.agreement) };
    let pair = &on.pairs[0].kappas;
    assert!(on.ordered && on.fleiss.is_none());
    assert_eq!((on.things, on.agreement), (2, Decimal::ONE));
    for kappa in [Some(pair.kappa), pair.linear, pair.quadratic] {
        assert_eq!(kappa, Some(Ok(Decimal::ONE)));
    }
}

#[test]
fn a_kappa_that_is_not_defined_is_told_as_such() {
    let mut judgements = sound(&["A. One", "B. Two"]);
    judgements.extend([imprecision("A. One", "serious", 2), imprecision("B. Two", "serious", 3)]);
    // Somebody who shares nothing with the one, and something with the other.
    judgements.extend([risk("first", "C. Three", "high", 5)]);
    judgements.retain(|text| !text.contains("B. Two of first"));
    let told = told(&case(&judgements));
    let risk = told.agreement.iter().find(|on| on.name.as_str() == "risk-of-bias").unwrap();
    let of = |one: &str, other: &str| {
        let pair = risk.pairs.iter().find(|pair| pair.between == [one, other]).expect("they are a pair");
        (pair.kappas.things, pair.kappas.kappa)
    };
    assert_eq!(of("A. One", "B. Two"), (1, Err(Undefined::OneValue)));
    assert_eq!(of("B. Two", "C. Three"), (0, Err(Undefined::NothingShared)));
    assert_eq!(of("A. One", "C. Three"), (1, Ok(Decimal::ZERO)));
    assert_eq!(risk.fleiss.as_ref().map(|all| (all.things, all.kappa)), Some((0, Err(Undefined::NothingShared))));
    let json = told.to_json();
    assert!(json.contains(r#""kappa":{"undefined":"one-value"}"#) && !json.contains("NaN"), "{json}");
    assert!(told.to_text(&Page::default()).contains("none: only one value was given"));
}

#[test]
fn many_matters_are_told_in_the_ways_of_single_people() {
    // Two sides of each of eleven trials are more ways than are tried.
    let mut judgements = sound(&["A. One"]);
    for number in 0..11 {
        let trial = BODY.split("[[evidence]]").nth(2).expect("it has two trials");
        let trial = trial.replace("second", &format!("more-{number}"));
        judgements.push(format!("[[evidence]]\nstudy = \"study-{number}\"{trial}"));
        judgements.push(risk(&format!("more-{number}"), "A. One", "low", 1));
        judgements.push(risk(&format!("more-{number}"), "B. Two", "high", 2));
    }
    let told = told(&case(&judgements));
    assert_eq!(told.parted.len(), 11);
    assert!(told.parted.iter().all(|matter| !matter.every_way));
}

fn keys(value: &serde_json::Value, into: &mut BTreeSet<String>) {
    match value {
        serde_json::Value::Object(entries) => {
            for (key, value) in entries {
                into.insert(key.clone());
                keys(value, into);
            }
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| keys(item, into)),
        _ => {}
    }
}

#[test]
fn every_key_is_told() {
    let docs = include_str!("../docs/json.md");
    let mut judgements = parted();
    judgements.extend([risk("first", "C. Three", "high", 5), closed(&risk("first", "D. Four", "low", 7))]);
    judgements.push(risk("second", "C. Three", "high", 5));
    let case = case(&judgements);
    let mut found = BTreeSet::new();
    keys(&serde_json::to_value(told(&case)).unwrap(), &mut found);
    let grading = grade(&case, framework("grade-classic"), &run(Some("A. One"))).unwrap();
    keys(&serde_json::from_str(&Report::new(&grading).to_json()).unwrap(), &mut found);
    let untold: Vec<&String> = found.iter().filter(|key| !docs.contains(&format!("`{key}`"))).collect();
    assert!(untold.is_empty(), "docs/json.md tells nothing of {untold:?}");
    for key in ["appraiser", "adjudicated", "others", "fleiss", "undefined", "every_way", "with"] {
        assert!(found.contains(key), "the case does not show `{key}`");
    }
}
