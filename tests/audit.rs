//! Audits: the same grades as those of each framework by itself, side by side.

#![allow(clippy::expect_used, clippy::panic, reason = "a test says what it expects")]

mod support;

use evigrade::report::{self, Page, Palette};
use evigrade::{Case, Compiled, Frameworks, Run, Status, audit, grade};

use crate::support::CaseText;

fn all() -> Vec<Compiled> {
    let frameworks = Frameworks::built_in();
    let grading = frameworks.iter().filter(|framework| framework.grades());
    grading.map(|framework| Compiled::new(framework).expect("it compiles")).collect()
}

#[test]
fn the_flagship_is_graded_side_by_side_as_by_each_framework() {
    let case = CaseText::of("ldn-depression").case();
    let frameworks = all();
    for run in [Run::default(), Run::of_all_layers(&case)] {
        let audit = audit(&case, &frameworks, &run);
        assert_eq!(audit.frameworks.len(), frameworks.len());
        for (audited, compiled) in audit.frameworks.iter().zip(&frameworks) {
            assert!(audited.refused.is_empty(), "{} refuses the case", audited.framework.id);
            let grading = grade(&case, compiled, &run).expect("the case is sound");
            let verdict = grading.verdict().expect("the case has a conclusion");
            assert_eq!(audited.verdict.as_ref().expect("it has a verdict").label, verdict.label());
            for (shown, grade) in audited.grades.iter().zip(grading.grades()) {
                assert_eq!(shown.claim, grade.id());
                assert_eq!(shown.level.as_deref(), grade.level().as_ref().map(|level| level.as_str()));
                assert_eq!(shown.open, grade.open());
                if let Status::NotApplicable(reason) = grade.status() {
                    assert_eq!(shown.because, reason);
                }
            }
        }
        let json: serde_json::Value = serde_json::from_str(&audit.to_json()).expect("it is JSON");
        assert_eq!(json["schema"], "evigrade/audit/1");
        assert_eq!(json["frameworks"].as_array().map(Vec::len), Some(frameworks.len()));
        let table = report::audits_csv(std::slice::from_ref(&audit));
        let rows = csv::Reader::from_reader(table.as_bytes()).into_records();
        let rows: Vec<csv::StringRecord> = rows.collect::<Result<_, _>>().expect("it is a table");
        assert_eq!(rows.len(), frameworks.len() * case.claims().len());
        let page = Page { width: 80, palette: Palette::plain() };
        // A word that is longer than its column stays whole.
        let wide = |line: &&str| line.chars().count() > 80 && line.trim().contains(' ');
        assert_eq!(audit.to_text(&page).lines().find(wide), None);
    }
}

/// What one framework refuses, another may grade.
#[test]
fn a_framework_that_refuses_the_case_does_not_keep_the_others_from_grading() {
    let mut frameworks = Frameworks::built_in();
    let strict = r#"
        [framework]
        id = "strict"
        title = "Strict"
        edition = "1"
        uses = ["vocabulary"]
        result = "level"
        [scale]
        levels = ["poor", "good"]
        [[assumption]]
        id = "no-trial-without-participants"
        never = { design = "parallel-rct", participants = 0 }
        because = "a trial without participants is none"
        [measure.trials]
        count = "evidence"
        [decision.level]
        [[decision.level.rule]]
        id = "any"
        when = { trials = { at-least = 1 } }
        then = "good"
        because = "There are {trials} trials."
        [decision.level.otherwise]
        then = "poor"
        because = "There is none."
    "#;
    frameworks.add_toml("strict.toml", strict).unwrap_or_else(|refused| panic!("{refused}"));
    let case = r#"
        [case]
        id = "c"
        title = "C"
        [[claim]]
        id = "efficacy"
        kind = "efficacy"
        text = "It helps."
        [[source]]
        id = "s"
        title = "S"
        [[evidence]]
        id = "e"
        source = "s"
        design = "parallel-rct"
        participants = 0
        link = [{ supports = "efficacy" }]
    "#;
    let case = Case::from_toml("case.toml", case, &frameworks).unwrap_or_else(|refused| panic!("{refused}"));
    let compiled: Vec<Compiled> = ["strict", "ocebm-2011"]
        .into_iter()
        .map(|id| Compiled::new(frameworks.find(id).expect("it is there")).expect("it compiles"))
        .collect();
    let audit = audit(&case, &compiled, &Run::default());
    assert_eq!(audit.frameworks[0].refused.len(), 1);
    assert!(audit.frameworks[0].grades.is_empty());
    assert!(audit.frameworks[1].refused.is_empty());
    assert_eq!(audit.frameworks[1].grades.len(), 1);
    let text = audit.to_text(&Page::default());
    assert!(text.contains("strict refuses the case"), "{text}");
    assert!(audit.to_markdown().contains("strict refuses the case"));
}
