//! The same input gives the same bytes: run after run, in any order of the files and of what stands in
//! them, on one thread and on many.

#![allow(clippy::expect_used, clippy::panic, reason = "a test says what it expects")]

mod support;

use std::sync::Arc;

use evigrade::document::TextFile;
use evigrade::report::{self, Page, Report};
use evigrade::{Case, Compiled, Frameworks, Run, grade};

use crate::support::CaseText;

const FLAGSHIP: &str = "ldn-depression";
const FRAMEWORKS: [&str; 3] = ["ahrq-soe", "grade", "ocebm-2011"];

/// All that can be printed of a case, from its files on.
fn printed(files: &[Arc<TextFile>], compiled: &[Compiled]) -> String {
    let case = Case::from_files(files, &Frameworks::built_in()).expect("the case is sound");
    let runs = [Run::default(), Run::of_all_layers(&case)];
    let mut text = String::new();
    for compiled in compiled {
        for run in &runs {
            let grading = grade(&case, compiled, run).expect("the case can be graded");
            let report = Report::new(&grading);
            text += &report.to_json();
            text += &report::explanation_text(&report, &Page::default());
            text += &report::explanation_markdown(&report);
            text += &report::csv(&[report]);
        }
    }
    text
}

fn compiled() -> Vec<Compiled> {
    let frameworks = Frameworks::built_in();
    let compile = |id: &str| Compiled::new(frameworks.find(id).expect("it is built in")).expect("it compiles");
    FRAMEWORKS.into_iter().map(compile).collect()
}

#[test]
fn a_hundred_runs_print_the_same() {
    let files = CaseText::of(FLAGSHIP).files();
    let first = printed(&files, &compiled());
    for run in 1..100 {
        // What is compiled is made anew now and then: it holds no order of its own either.
        let again = if run % 20 == 0 { printed(&files, &compiled()) } else { printed(&files, shared()) };
        assert!(again == first, "run {run} prints something else");
    }
}

fn shared() -> &'static [Compiled] {
    static COMPILED: std::sync::OnceLock<Vec<Compiled>> = std::sync::OnceLock::new();
    COMPILED.get_or_init(compiled)
}

/// Files are named by the places that proofs point at, so only their order is changed.
#[test]
fn the_order_of_files_changes_nothing() {
    let mut files = CaseText::of(FLAGSHIP).files();
    let first = printed(&files, shared());
    assert!(files.len() >= 3);
    for _ in 1..files.len() {
        files.rotate_left(1);
        assert!(printed(&files, shared()) == first, "another order of files prints something else");
        files.swap(0, 1);
        assert!(printed(&files, shared()) == first, "another order of files prints something else");
    }
}

#[test]
fn many_threads_print_the_same() {
    let files = CaseText::of(FLAGSHIP).files();
    let first = printed(&files, shared());
    std::thread::scope(|scope| {
        let spawn = |_| scope.spawn(|| printed(&files, shared()));
        let handles: Vec<_> = (0..8).map(spawn).collect();
        for handle in handles {
            assert!(handle.join().expect("no thread panics") == first, "threads at once print something else");
        }
    });
}
