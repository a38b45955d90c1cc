//! What every hostile input has to go through.
//!
//! An input is either taken or refused with messages. If it is taken, everything that can be asked of
//! it is asked. A trial runs on a thread with the ordinary stack of 2 MiB, and no step of it (reading,
//! grading, a rendering) may take longer than [`LONGEST`], or what a trial of much of everything allows.

use std::cell::Cell;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use evigrade::diagnostic::{Diagnostic, Severity};
use evigrade::document::TextFile;
use evigrade::explain::outline;
use evigrade::report::{self, Page, Palette, Report};
use evigrade::{Case, Compiled, Framework, Frameworks, Refused, Run, check, grade, selftest};

/// The stack that Rust gives to a thread, unless it is asked otherwise.
const STACK: usize = 2 * 1024 * 1024;

/// The longest that a step may take.
const LONGEST: Duration = Duration::from_secs(5);

thread_local! {
    /// The longest that a step of the trial on this thread may take.
    static LIMIT: Cell<Duration> = const { Cell::new(LONGEST) };
}

/// How an input came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It was taken, and everything that was asked of it was answered.
    Taken,
    /// It was refused.
    Refused,
}

/// Runs a trial on a thread with an ordinary stack. A panic fails the test with the name of the input.
pub(crate) fn trial<T: Send + 'static>(name: &str, act: impl FnOnce() -> T + Send + 'static) -> T {
    trial_within(LONGEST, name, act)
}

/// The same, with another limit for its steps.
pub(crate) fn trial_within<T: Send + 'static>(
    longest: Duration,
    name: &str,
    act: impl FnOnce() -> T + Send + 'static,
) -> T {
    let limited = move || {
        LIMIT.set(longest);
        act()
    };
    let thread = std::thread::Builder::new().name(name.to_owned()).stack_size(STACK).spawn(limited);
    match thread.expect("a thread can be started").join() {
        Ok(result) => result,
        Err(panic) => {
            eprintln!("the input is {name}");
            resume_unwind(panic)
        }
    }
}

/// A step of a trial, which may not take long.
fn step<T>(what: &str, act: impl FnOnce() -> T) -> T {
    let begun = Spent::now();
    let result = act();
    let spent = begun.since();
    let input = std::thread::current().name().unwrap_or_default().to_owned();
    assert!(spent <= LIMIT.get(), "{what} of {input} took {spent:?}");
    result
}

/// The time that this thread has run so far: what other processes do on the machine is left out where
/// the system tells it apart.
struct Spent(Option<Duration>, Instant);

impl Spent {
    fn now() -> Self {
        Self(Self::of_thread(), Instant::now())
    }

    fn of_thread() -> Option<Duration> {
        let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        Some(Duration::from_nanos(told.split_whitespace().next()?.parse().ok()?))
    }

    fn since(&self) -> Duration {
        match (self.0, Self::of_thread()) {
            (Some(before), Some(after)) => after.saturating_sub(before),
            _ => self.1.elapsed(),
        }
    }
}

/// The frameworks that come with the library, read once.
pub(crate) fn built_in() -> &'static Frameworks {
    static SET: OnceLock<Frameworks> = OnceLock::new();
    SET.get_or_init(Frameworks::built_in)
}

/// Frameworks of every make: points, tables, sums, appraisals of items, bodies, chains of claims.
const GRADING: [&str; 10] = [
    "ahrq-soe",
    "grade",
    "ocebm-2011",
    "rob2",
    "amstar-2",
    "acmg-points",
    "clingen-gene-disease",
    "pharmgkb-levels",
    "iarc-2019",
    "naranjo",
];

/// Those of the built-in frameworks that cases are graded under, compiled once.
pub(crate) fn compiled() -> &'static [Compiled] {
    static SET: OnceLock<Vec<Compiled>> = OnceLock::new();
    SET.get_or_init(|| {
        let compile = |id| Compiled::new(built_in().find(id).expect("it is built in")).expect("it compiles");
        GRADING.into_iter().map(compile).collect()
    })
}

/// Reads texts as a case and, if they are one, grades it under frameworks of every make.
pub(crate) fn case(files: &[Arc<TextFile>]) -> Outcome {
    match step("reading", || Case::from_files(files, built_in())) {
        Ok(case) => {
            graded(&case, compiled());
            Outcome::Taken
        }
        Err(refused) => told(&refused),
    }
}

/// Reads a text as a case of one file.
pub(crate) fn case_text(text: &str) -> Outcome {
    case(&[TextFile::new("case.toml", text)])
}

/// Reads a text as a framework beside those that are built in.
pub(crate) fn framework_text(text: &str) -> Outcome {
    framework(&[TextFile::new("framework.toml", text)], built_in())
}

/// Asks everything of a case under some frameworks.
pub(crate) fn graded(case: &Case, frameworks: &[Compiled]) {
    diagnostics(&step("checking", || check::case(case)));
    for framework in frameworks {
        match step("grading", || grade(case, framework, &Run::default())) {
            Ok(grading) => rendered(&step("reporting", || Report::new(&grading))),
            Err(refused) => {
                told(&refused);
            }
        }
    }
}

/// Renders a report in every way.
fn rendered(report: &Report) {
    let coloured = Page { width: 40, palette: Palette::coloured() };
    let texts = [
        step("a table", || report::text(report, &Page::default())),
        step("an explanation", || report::explanation_text(report, &coloured)),
        step("Markdown", || report::markdown(report)),
        step("an explanation in Markdown", || report::explanation_markdown(report)),
        step("CSV", || report::csv(std::slice::from_ref(report))),
        step("JSON", || report.to_json()),
    ];
    assert!(texts.iter().all(|text| !text.is_empty()), "a report is empty");
    for claim in &report.claims {
        claim.proof.iter().for_each(|proof| assert!(!outline(proof).is_empty(), "a proof has no line"));
    }
}

/// Adds a framework in a text to others and, if it is taken, compiles it, runs its examples and
/// grades cases under it.
pub(crate) fn framework(files: &[Arc<TextFile>], beside: &Frameworks) -> Outcome {
    let mut frameworks = beside.clone();
    let ids = match step("adding", || frameworks.add_files(files)) {
        Ok(ids) => ids,
        Err(refused) => return told(&refused),
    };
    for id in ids {
        let added = frameworks.get(id.as_str()).expect("it was added");
        ran(added, &frameworks);
    }
    Outcome::Taken
}

/// Asks everything of a framework.
fn ran(framework: &Arc<Framework>, beside: &Frameworks) {
    // What the packs are proved and tested by is run elsewhere; here only what few examples say.
    let few = framework.examples().len() <= 25;
    if few {
        diagnostics(&step("checking", || check::framework(framework)));
    }
    let compiled = match step("compiling", || Compiled::new(framework)) {
        Ok(compiled) => compiled,
        Err(refused) => {
            told(&refused);
            return;
        }
    };
    if few {
        match step("testing", || selftest::framework(framework)) {
            Ok(tests) => {
                let failures: Vec<Diagnostic> = tests.into_iter().filter_map(|test| test.failure).collect();
                diagnostics(&failures);
            }
            Err(refused) => {
                told(&refused);
            }
        }
    }
    let case = TextFile::new("case.toml", super::corpus::CASE);
    match Case::from_files(&[case], beside) {
        Ok(case) => graded(&case, std::slice::from_ref(&compiled)),
        // A framework may say of a fact what the case contradicts.
        Err(refused) => {
            told(&refused);
        }
    }
}

/// Holds that a refusal says what is wrong.
pub(crate) fn told(refused: &Refused) -> Outcome {
    let found = refused.diagnostics();
    step("telling", || refused.to_string());
    assert!(found.iter().any(|found| found.severity == Severity::Error), "refused without an error");
    diagnostics(found);
    assert!(!refused.to_string().is_empty(), "refused without a word");
    Outcome::Refused
}

/// Holds that diagnostics have a message, lie in their files, and can be shown.
pub(crate) fn diagnostics(found: &[Diagnostic]) {
    // Their places are looked up one by one, and that takes the tests long where there are many.
    for found in found.iter().take(100) {
        assert!(!found.message.trim().is_empty(), "{:?} has no message", found.code);
        assert!(found.help.as_ref().is_none_or(|help| !help.trim().is_empty()), "{found} has an empty help");
        for label in &found.labels {
            let text = label.span.file().text();
            let range = label.span.range();
            assert!(text.get(range.clone()).is_some(), "{found}: {range:?} is no stretch of the file");
            let place = label.span.place();
            assert!(place.line >= 1 && place.line <= text.split('\n').count(), "{found}: no such line");
        }
        assert!(found.to_string().contains(found.code.word()), "{found} does not name its code");
    }
    let json = serde_json::to_string(found).expect("diagnostics are JSON");
    assert!(json.starts_with('['), "diagnostics are a list");
}

/// Every TOML file below a folder of the project, in the order of the names.
pub(crate) fn files_below(folder: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut waiting = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = waiting.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for path in entries.map(|entry| entry.expect("a folder can be listed").path()) {
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|extension| extension == "toml") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}
