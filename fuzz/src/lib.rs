//! What is done with the bytes of a fuzzer, and how a target runs without one.

use std::sync::OnceLock;

use evigrade::diagnostic::Diagnostic;
use evigrade::document::TextFile;
use evigrade::report::{self, Page, Report};
use evigrade::{Case, Compiled, Frameworks, Run, check, grade, selftest};

/// A case in which everything that a case can hold occurs once.
const CASE: &str = include_str!("../../tests/hostile/case.toml");

/// The largest input that is looked at: what is found in large inputs is found in small ones.
const LARGEST: usize = 1 << 16;

fn built_in() -> &'static Frameworks {
    static SET: OnceLock<Frameworks> = OnceLock::new();
    SET.get_or_init(Frameworks::built_in)
}

fn compiled() -> &'static [Compiled] {
    static SET: OnceLock<Vec<Compiled>> = OnceLock::new();
    SET.get_or_init(|| {
        let grading = built_in().iter().filter(|framework| framework.grades());
        grading.filter_map(|framework| Compiled::new(framework).ok()).collect()
    })
}

/// Reads the bytes as a case and, if they are one, grades it under every built-in framework and renders
/// what comes out.
pub fn case(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    match Case::from_toml("case.toml", text, built_in()) {
        Ok(case) => graded(&case, compiled()),
        Err(refused) => told(refused.diagnostics()),
    }
}

/// Adds the bytes as a framework and, if they are one, compiles it, runs its examples and grades a case
/// under it.
pub fn framework(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    let file = TextFile::new("framework.toml", text);
    // A mutant of a built-in framework stands in its place.
    let mut frameworks = match Frameworks::id_in(&file).filter(|id| built_in().get(id.as_str()).is_some()) {
        Some(id) => without(id.as_str()),
        None => built_in().clone(),
    };
    let id = match frameworks.add_files(&[file]) {
        Ok(ids) => ids[0].clone(),
        Err(refused) => return told(refused.diagnostics()),
    };
    let Some(framework) = frameworks.get(id.as_str()) else { return };
    told(&check::framework(framework));
    if let Ok(tests) = selftest::framework(framework) {
        let failures: Vec<Diagnostic> = tests.into_iter().filter_map(|test| test.failure).collect();
        told(&failures);
    }
    if let (Ok(compiled), Ok(case)) = (Compiled::new(framework), Case::from_toml("case.toml", CASE, &frameworks)) {
        graded(&case, &[compiled]);
    }
}

/// The built-in frameworks that stand without one of them.
fn without(id: &str) -> Frameworks {
    let mut frameworks = Frameworks::empty();
    let mut waiting = Frameworks::built_in_files();
    waiting.retain(|file| Frameworks::id_in(file).is_none_or(|known| known != *id));
    loop {
        let before = waiting.len();
        waiting.retain(|file| frameworks.add_files(std::slice::from_ref(file)).is_err());
        if waiting.len() == before {
            return frameworks;
        }
    }
}

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok().filter(|text| text.len() <= LARGEST)
}

fn graded(case: &Case, frameworks: &[Compiled]) {
    told(&check::case(case));
    for framework in frameworks {
        let grading = match grade(case, framework, &Run::default()) {
            Ok(grading) => grading,
            Err(refused) => {
                told(refused.diagnostics());
                continue;
            }
        };
        let report = Report::new(&grading);
        let page = Page::default();
        let texts = [
            report::text(&report, &page),
            report::explanation_text(&report, &page),
            report::markdown(&report),
            report::explanation_markdown(&report),
            report::csv(std::slice::from_ref(&report)),
            report.to_json(),
        ];
        assert!(texts.iter().all(|text| !text.is_empty()), "a report is empty");
    }
}

/// Holds that diagnostics say something and lie in their files.
fn told(found: &[Diagnostic]) {
    for found in found {
        assert!(!found.message.trim().is_empty(), "{:?} has no message", found.code);
        for label in &found.labels {
            assert!(label.span.file().text().get(label.span.range()).is_some(), "{found} lies outside");
        }
        assert!(!found.to_string().is_empty(), "{:?} cannot be shown", found.code);
    }
}

/// Runs a target over files, and over the files of folders; tells how many there were.
///
/// # Panics
///
/// Where the target does, and where a file cannot be read. What is run is named first on standard
/// error.
pub fn replay(target: fn(&[u8])) {
    let mut waiting: Vec<std::path::PathBuf> = std::env::args_os().skip(1).map(Into::into).collect();
    let mut count = 0;
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            let entries = std::fs::read_dir(&path).expect("a folder can be listed");
            waiting.extend(entries.map(|entry| entry.expect("a folder can be listed").path()));
            continue;
        }
        eprintln!("{}", path.display());
        target(&std::fs::read(&path).expect("a file can be read"));
        count += 1;
    }
    println!("{count} inputs");
}
