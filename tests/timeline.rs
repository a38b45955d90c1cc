//! Timelines: what is told of a day is what is graded as of that day.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a test says what it expects")]

mod support;

use std::collections::BTreeSet;

use evigrade::report::{Moment, Report, Timeline};
use evigrade::{Case, Compiled, Frameworks, Run, grade};
use jiff::civil::Date;
use support::{cases, framework};

/// A case followed under a framework, all its layers taken.
fn followed(case: &Case, compiled: &Compiled) -> Timeline {
    let run = Run::of_all_layers(case);
    let mut timeline = Timeline::new(case, &run);
    for as_of in Timeline::days(case, &run) {
        let run = Run { as_of: Some(as_of), ..run.clone() };
        timeline.push(&grade(case, compiled, &run).expect("it is graded"));
    }
    timeline
}

/// What a moment tells must be what is graded as of a day.
fn hold(moment: &Moment, case: &Case, compiled: &Compiled, as_of: Date) {
    let run = Run { as_of: Some(as_of), ..Run::of_all_layers(case) };
    let report = Report::summary(&grade(case, compiled, &run).expect("it is graded"));
    assert_eq!(moment.claims.len(), report.claims.len());
    for (told, graded) in moment.claims.iter().zip(&report.claims) {
        let after = told.after.as_ref().expect("it is there");
        let told =
            (&told.id, after.status, &after.level, &after.label, &after.possible, &after.direction, &after.because);
        let graded = (
            &graded.id,
            graded.status,
            &graded.level,
            &graded.label,
            &graded.possible,
            &graded.direction,
            &graded.because,
        );
        assert_eq!(told, graded, "{} as of {as_of}", case.id());
    }
}

#[test]
fn every_day_is_graded_as_on_that_day() {
    let mut held = 0;
    for case in cases() {
        let own = case.framework().map_or("grade", |id| id.as_str());
        let of_items = (case.id().as_str() == "ldn-depression").then_some("rob2");
        for compiled in [own].into_iter().chain(of_items).map(framework) {
            let timeline = followed(&case, compiled);
            for (position, moment) in timeline.moments.iter().enumerate() {
                let day: Option<Date> = moment.as_of.as_ref().map(|day| day.parse().unwrap());
                let Some(day) = day else { continue };
                hold(moment, &case, compiled, day);
                held += 1;
                // Until the next day on which something changes nothing does.
                let next = timeline.moments.get(position + 1).and_then(|next| next.as_of.as_ref());
                let last = next.map_or(Date::MAX, |next| next.parse::<Date>().unwrap().yesterday().unwrap());
                hold(moment, &case, compiled, last);
            }
        }
    }
    assert!(held > 40, "{held}");
}

#[test]
fn each_day_goes_on_from_the_one_before() {
    let compiled = framework("ocebm-2011");
    for case in cases() {
        let timeline = followed(&case, compiled);
        for days in timeline.moments.windows(2) {
            let [day, next] = days else { unreachable!("they are two") };
            assert!(day.as_of < next.as_of);
            assert!(next.claims.iter().any(evigrade::report::ClaimChange::differs), "{} {:?}", case.id(), next.as_of);
            for (before, after) in day.claims.iter().zip(&next.claims) {
                assert_eq!(before.after, after.before);
                let last = after.path.last();
                let same =
                    after.before.as_ref().map(|grade| &grade.level) == after.after.as_ref().map(|grade| &grade.level);
                assert!(same || last.is_some(), "a level moves by a path: {} of {}", after.id, case.id());
            }
        }
    }
}

#[test]
fn a_retraction_takes_back_what_the_publication_brought() {
    let frameworks = Frameworks::built_in();
    let text = r#"
        [case]
        id = "aspirin"
        title = "Aspirin for headache"

        [[claim]]
        id = "efficacy"
        kind = "efficacy"
        text = "Aspirin relieves headache."

        [[source]]
        id = "a-trial"
        title = "A trial of aspirin"
        published = 1988-03-01
        retracted = 1999-12-31

        [[source]]
        id = "a-note"
        title = "A note that nothing here is taken from"
        published = 1990-01-01

        [[evidence]]
        id = "result"
        source = "a-trial"
        design = "parallel-rct"

        [[evidence.link]]
        supports = "efficacy"
    "#;
    let case = Case::from_toml("case.toml", text, &frameworks).unwrap();
    let compiled = framework("grade");
    let timeline = followed(&case, compiled);
    insta::assert_snapshot!(timeline.to_text(&evigrade::report::Page::default()));
    let [before, published, retracted] = timeline.moments.as_slice() else { panic!("{:?}", timeline.moments) };
    assert_eq!(before.claims[0].after, retracted.claims[0].after);
    assert_eq!(published.claims[0].entered, ["result"]);
    assert_eq!(retracted.claims[0].left[0].because, "a-trial was retracted on 1999-12-31");
    let counted = retracted.claims[0].path.iter().find(|step| step.name.as_str() == "randomised-items");
    assert_eq!(counted.map(|step| (step.before.as_str(), step.after.as_str())), Some(("1", "0")));
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
fn every_key_of_a_timeline_is_told() {
    let told = include_str!("../docs/json.md");
    let compiled = framework("ahrq-soe");
    let mut found = BTreeSet::new();
    for case in cases() {
        keys(&serde_json::from_str(&followed(&case, compiled).to_json()).unwrap(), &mut found);
    }
    let untold: Vec<&String> = found.iter().filter(|key| !told.contains(&format!("`{key}`"))).collect();
    assert!(untold.is_empty(), "docs/json.md tells nothing of {untold:?}");
    for key in ["rule_after", "entered", "left", "path", "moved"] {
        assert!(found.contains(key), "no case shows `{key}`");
    }
}
