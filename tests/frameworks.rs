//! The built-in frameworks: they are sound, and do what their examples and enumerations say.

#![allow(clippy::expect_used, clippy::panic, reason = "a test says what it expects")]

use evigrade::diagnostic::Severity;
use evigrade::{Compiled, Frameworks, check, selftest};

#[test]
fn every_file_in_rules_is_built_in() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .expect("there is a folder of rules")
        .map(|entry| format!("rules/{}", entry.expect("it can be read").file_name().to_string_lossy()))
        .collect();
    files.sort();
    let mut built_in: Vec<String> = Frameworks::built_in_files().iter().map(|file| file.name().to_owned()).collect();
    built_in.sort();
    assert_eq!(files, built_in);
    let mut ids: Vec<String> =
        Frameworks::built_in().iter().map(|framework| format!("rules/{}.toml", framework.id)).collect();
    ids.sort();
    assert_eq!(files, ids, "a pack is called like its file");
}

#[test]
fn every_framework_compiles_and_passes_its_check() {
    for framework in Frameworks::built_in().iter() {
        let findings = check::framework(framework);
        let errors: Vec<String> =
            findings.iter().filter(|finding| finding.severity == Severity::Error).map(ToString::to_string).collect();
        assert!(errors.is_empty(), "{}: {}", framework.id, errors.join("\n"));
    }
}

#[test]
fn every_example_and_enumeration_comes_out_as_it_says() {
    let mut count = 0;
    for framework in Frameworks::built_in().iter() {
        for test in selftest::framework(framework).expect("it compiles") {
            assert!(
                test.passed(),
                "{}: {}",
                test.id,
                test.failure.map(|failure| failure.to_string()).unwrap_or_default()
            );
            count += 1;
        }
    }
    assert!(count > 80, "only {count} examples were run");
}

/// What a pack says of itself is complete enough to be printed as a handbook page.
#[test]
fn every_framework_says_what_it_is_and_asks_questions() {
    for framework in Frameworks::built_in().iter() {
        assert!(
            framework.guide.as_ref().is_some_and(|guide| guide.split_whitespace().count() >= 10),
            "{}",
            framework.id
        );
        assert!(framework.grades() == framework.scale.is_some() || framework.id == "vocabulary", "{}", framework.id);
        for fact in &framework.facts {
            assert!(
                fact.ask.contains('?') || fact.ask.ends_with('.'),
                "`{}` of {} is not asked for",
                fact.name,
                framework.id
            );
        }
        for decision in &framework.decisions {
            for rule in &decision.rules {
                assert!(!rule.because.trim().is_empty(), "{} {}", framework.id, rule.id);
            }
        }
        for parameter in &framework.parameters {
            assert!(parameter.about.is_some(), "{} {}", framework.id, parameter.name);
        }
    }
}

#[test]
fn compiling_twice_gives_the_same_digest() {
    let first: Vec<String> = Frameworks::built_in().iter().map(|framework| framework.digest.clone()).collect();
    let mut again = Frameworks::empty();
    let mut files = Frameworks::built_in_files();
    files.reverse();
    again.add_files(&files).expect("the order of files does not matter");
    let second: Vec<String> = again.iter().map(|framework| framework.digest.clone()).collect();
    assert_eq!(first, second);
    for framework in again.iter() {
        Compiled::new(framework).expect("it compiles");
    }
}
