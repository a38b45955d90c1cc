//! Two versions held against each other: reports that were written and read back, cases that are new or gone, frameworks
//! that say something else; and what a retraction does to many cases.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a test says what it expects")]

mod support;

use std::collections::BTreeSet;
use std::sync::Arc;

use evigrade::document::TextFile;
use evigrade::report::{ClaimChange, Comparison, Impact, Page, Report};
use evigrade::{Case, Compiled, Framework, Frameworks, Run, grade};
use jiff::civil::Date;
use support::{cases, framework};

/// Frameworks of every kind: of claims, of items, with sums and with ranges.
const FRAMEWORKS: [&str; 4] = ["grade", "ahrq-soe", "rob2", "ocebm-2011"];

fn report(case: &Case, compiled: &Compiled) -> Report {
    Report::new(&grade(case, compiled, &Run::of_all_layers(case)).expect("it is graded"))
}

/// The reports that a text holds.
fn read(text: &str) -> Vec<Report> {
    Report::read(&TextFile::new("report.json", text)).expect("it is a report")
}

#[test]
fn a_report_is_read_back_as_it_was_written() {
    let mut lines = String::new();
    for case in cases() {
        for id in FRAMEWORKS {
            let json = report(&case, framework(id)).to_json();
            let [back] = read(&json).try_into().expect("it is one");
            assert_eq!(back.to_json(), json, "{} under {id}", case.id());
            lines.push_str(&json);
            lines.push('\n');
        }
    }
    let all: String = read(&lines).iter().map(|report| report.to_json() + "\n").collect();
    assert!(all == lines, "one a line");
}

#[test]
fn reports_that_were_read_compare_as_gradings_do() {
    let mut moved = 0;
    for case in cases() {
        let sources = case.sources().iter().take(2);
        for retracted in sources.map(|source| case.retract(source.id.as_str(), Date::constant(2000, 1, 1)).unwrap()) {
            for id in ["grade", "rob2"] {
                let run = Run::of_all_layers(&case);
                let (before, after) = (grade(&case, framework(id), &run), grade(&retracted, framework(id), &run));
                let (before, after) = (before.unwrap(), after.unwrap());
                let graded = Comparison::new(&before, &after);
                let [was, is] = [before, after].map(|grading| read(&Report::new(&grading).to_json()).remove(0));
                let read = Comparison::between(&was, &is);
                assert_eq!(read.to_json(), graded.to_json(), "{} under {id}", case.id());
                moved += usize::from(read.moved());
            }
        }
    }
    assert!(moved > 2, "{moved}");
}

#[test]
fn the_same_reports_differ_in_nothing() {
    let reports: Vec<Report> = cases().iter().map(|case| report(case, framework("grade"))).collect();
    let mut turned = reports.clone();
    turned.reverse();
    for new in [&reports, &turned] {
        let pairs = Comparison::pairs(&reports, new);
        assert_eq!(pairs.len(), reports.len());
        for (pair, report) in pairs.iter().zip(new) {
            assert_eq!(pair.case, report.case);
            assert_eq!(pair.before, pair.after);
            assert!(!pair.moved() && !pair.claims.iter().any(ClaimChange::differs));
        }
    }
}

#[test]
fn cases_and_frameworks_find_their_partners() {
    let cases = cases();
    let of = |case: usize, id: &str| report(&cases[case], framework(id));
    let told = |old: &[Report], new: &[Report]| -> Vec<String> {
        let of = |side: &Option<evigrade::report::Side>| {
            side.as_ref().map_or("nothing".to_owned(), |side| side.framework.id.clone())
        };
        let pairs = Comparison::pairs(old, new);
        pairs.iter().map(|pair| format!("{}: {} to {}", pair.case, of(&pair.before), of(&pair.after))).collect()
    };
    let [first, second] = [&cases[0], &cases[1]].map(|case| case.id().as_str());
    // One case is gone, one is new.
    let pairs = Comparison::pairs(&[of(0, "grade")], &[of(1, "grade"), of(0, "grade")]);
    assert!(pairs[0].moved() && pairs[0].before.is_none() && pairs[0].claims.iter().all(|claim| claim.moved));
    assert!(!pairs[1].moved());
    assert_eq!(
        told(&[of(0, "grade"), of(1, "grade")], &[of(1, "grade")]),
        [format!("{second}: grade-classic to grade-classic"), format!("{first}: grade-classic to nothing")]
    );
    // The same framework goes before another one of the same case.
    assert_eq!(
        told(&[of(0, "grade"), of(0, "ahrq-soe")], &[of(0, "rob2"), of(0, "ahrq-soe")]),
        [format!("{first}: grade-classic to rob2"), format!("{first}: ahrq-soe to ahrq-soe")]
    );
    // A case that was given another id.
    assert_eq!(told(&[of(0, "grade")], &[of(1, "grade")]), [format!("{second}: grade-classic to grade-classic")]);
}

const RULES: &str = r#"
    [framework]
    id = "counting"
    title = "Counting participants"
    edition = "1"
    result = "enough"

    [scale]
    levels = ["too-few", "enough"]

    [parameter.fewest]
    value = 100
    cites = "An illustration."
    status = "convention"

    [fact.analysed]
    on = "evidence"
    type = "count"
    unit = "participants"
    ask = "How many participants were analysed?"

    [measure.analysed]
    sum = "analysed"

    [decision.enough]
    [[decision.enough.rule]]
    id = "too-few"
    when = { analysed = "< {fewest}" }
    then = "too-few"
    because = "{analysed} participants."
    [[decision.enough.rule]]
    id = "large"
    when = { analysed = ">= 1000" }
    then = "enough"
    because = "{analysed} participants, which is a large number."
    [decision.enough.otherwise]
    then = "enough"
    because = "{analysed} participants."
"#;

const COUNTED: &str = r#"
    [case]
    id = "counted"
    title = "Two claims"
    conclusion = "first"

    [[claim]]
    id = "first"
    kind = "efficacy"
    text = "It helps."

    [[claim]]
    id = "second"
    kind = "efficacy"
    text = "It helps more."

    [[source]]
    id = "paper"
    title = "A paper"

    [[evidence]]
    id = "small"
    source = "paper"
    analysed = 150
    link = [{ supports = "first" }]

    [[evidence]]
    id = "large"
    source = "paper"
    analysed = 2000
    link = [{ supports = "second" }]
"#;

fn counting(text: &str) -> (Arc<Framework>, Case) {
    let mut frameworks = Frameworks::built_in();
    let id = frameworks.add_toml("counting.toml", text).expect("it is sound");
    (frameworks.get(id.as_str()).unwrap().clone(), Case::from_toml("case.toml", COUNTED, &frameworks).unwrap())
}

fn under(text: &str) -> Comparison {
    let [old, new] = [RULES, text].map(|text| {
        let (framework, case) = counting(text);
        (Compiled::new(&framework).unwrap(), case)
    });
    let run = Run::default();
    Comparison::new(&grade(&old.1, &old.0, &run).unwrap(), &grade(&new.1, &new.0, &run).unwrap())
}

#[test]
fn what_a_framework_says_otherwise_is_told_where_it_matters() {
    let replaced = |from: &str, to: &str| {
        assert_eq!(RULES.matches(from).count(), 1, "{from}");
        under(&RULES.replace(from, to))
    };
    let mut text = String::new();
    for (about, comparison) in [
        ("a parameter", replaced("value = 100", "value = 200")),
        ("a rule", replaced("\"< {fewest}\"", "\"< 200\"")),
        ("a rule that is new", replaced("when = { analysed = \">= 1000\" }", "when = { analysed = \">= 150\" }")),
        ("a rule that is gone", replaced("id = \"large\"", "id = \"many\"")),
        ("a measure", replaced("sum = \"analysed\"", "sum = \"analysed\"\n    where = { analysed = \">= 1000\" }")),
        (
            "a label",
            replaced(
                "levels = [\"too-few\", \"enough\"]",
                "levels = [\"too-few\", \"enough\"]\n    labels = { enough = \"Plenty\" }",
            ),
        ),
        ("a rule that does not matter", replaced("\">= 1000\"", "\">= 1500\"")),
    ] {
        text.push_str(&format!(
            "---- {about}: {}\n{}\n",
            if comparison.moved() { "moved" } else { "not moved" },
            comparison.to_text(&Page::default())
        ));
    }
    insta::assert_snapshot!(text);
}

#[test]
fn another_conclusion_is_another_verdict() {
    let frameworks = Frameworks::built_in();
    let mut with = frameworks;
    with.add_toml("counting.toml", RULES).unwrap();
    let case = |text: &str| Case::from_toml("case.toml", text, &with).unwrap();
    let compiled = Compiled::new(with.find("counting").unwrap()).unwrap();
    let run = Run::default();
    let few = COUNTED.replace("analysed = 150", "analysed = 50");
    let of = |old: &str, new: &str| {
        Comparison::new(&grade(&case(old), &compiled, &run).unwrap(), &grade(&case(new), &compiled, &run).unwrap())
    };
    let turned = |text: &str| text.replace("conclusion = \"first\"", "conclusion = \"second\"");
    let none = COUNTED.replace("conclusion = \"first\"", "");
    let moved = of(&few, &turned(&few));
    assert!(moved.moved() && !moved.claims.iter().any(|claim| claim.moved));
    assert!(moved.to_text(&Page::default()).ends_with("Verdict: Too few of first becomes Enough of second\n"));
    // The same level of another claim: told, and no move.
    let same = of(COUNTED, &turned(COUNTED));
    assert!(
        !same.moved() && same.to_text(&Page::default()).contains("Verdict: Enough of first becomes Enough of second")
    );
    let gone = of(COUNTED, &none);
    assert!(
        gone.moved() && gone.to_text(&Page::default()).contains("Verdict: Enough of first, and there is none any more")
    );
    assert!(of(&none, COUNTED).moved() && !of(&none, &none).moved() && of(COUNTED, COUNTED).verdict.is_none());
}

#[test]
fn claims_that_are_new_or_gone_are_moves() {
    let mut with = Frameworks::built_in();
    with.add_toml("counting.toml", RULES).unwrap();
    let compiled = Compiled::new(with.find("counting").unwrap()).unwrap();
    let run = Run::default();
    let renamed = COUNTED.replace("\"second\"", "\"third\"");
    let [old, new] = [COUNTED, &renamed].map(|text| Case::from_toml("case.toml", text, &with).unwrap());
    let comparison = Comparison::new(&grade(&old, &compiled, &run).unwrap(), &grade(&new, &compiled, &run).unwrap());
    assert!(comparison.moved());
    insta::assert_snapshot!(comparison.to_text(&Page::default()));
}

#[test]
fn the_impact_of_a_retraction_is_what_changes_and_nothing_else() {
    let (mut changed, mut still) = (0, 0);
    for case in cases() {
        let run = Run::of_all_layers(&case);
        let compiled = framework(case.framework().map_or("grade", |id| id.as_str()));
        for source in case.sources() {
            let retracted = case.retract(source.id.as_str(), Date::constant(2000, 1, 1)).unwrap();
            let (before, after) = (grade(&case, compiled, &run).unwrap(), grade(&retracted, compiled, &run).unwrap());
            let mut impact = Impact::new(source.id.as_str());
            impact.add(&before, &after);
            let ids: BTreeSet<&str> =
                impact.comparisons.iter().flat_map(|found| &found.claims).map(|claim| claim.id.as_str()).collect();
            let [before, after] = [before, after].map(|grading| Report::new(&grading));
            for (was, is) in before.claims.iter().zip(&after.claims) {
                let told = |claim: &evigrade::report::ClaimReport| {
                    let proof = claim.proof.as_ref().map(ToString::to_string);
                    let counted: Vec<String> = claim.evidence.counted.iter().map(|item| item.id.clone()).collect();
                    (claim.label.clone(), claim.direction.clone(), proof, counted)
                };
                let of = format!("{} of {}, without {}", was.id, case.id(), source.id);
                if ids.contains(was.id.as_str()) {
                    changed += 1;
                } else {
                    assert_eq!(told(was), told(is), "{of}");
                    still += 1;
                }
            }
        }
    }
    assert!(changed > 20 && still > 20, "{changed} {still}");
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
fn every_key_of_a_comparison_and_of_an_impact_is_told() {
    let told = include_str!("../docs/json.md");
    let mut found = BTreeSet::new();
    let mut add = |json: &str| keys(&serde_json::from_str(json).unwrap(), &mut found);
    add(&under(&RULES.replace("\"< {fewest}\"", "\"< 200\"")).to_json());
    let mut impact = Impact::new("paper");
    let (framework, case) = counting(RULES);
    let compiled = Compiled::new(&framework).unwrap();
    let (run, retracted) = (Run::default(), case.retract("paper", Date::constant(2020, 1, 1)).unwrap());
    impact.add(&grade(&case, &compiled, &run).unwrap(), &grade(&retracted, &compiled, &run).unwrap());
    add(&impact.to_json());
    let untold: Vec<&String> = found.iter().filter(|key| !told.contains(&format!("`{key}`"))).collect();
    assert!(untold.is_empty(), "docs/json.md tells nothing of {untold:?}");
    for key in ["verdict", "rules", "rule", "of", "unknown_in", "retracted_before", "comparisons"] {
        assert!(found.contains(key), "nothing shows `{key}`");
    }
}
