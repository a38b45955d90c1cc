//! Records in bulk: the same for any number of threads, nothing lost, and no half files.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a test says what it expects")]

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

/// The folder of the workspace, whence the program is run.
fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

fn batch(arguments: &[&str]) -> Output {
    let program = env!("CARGO_BIN_EXE_evigrade");
    Command::new(program).current_dir(root()).arg("batch").args(arguments).output().unwrap()
}

fn path(folder: &TempDir, name: &str) -> String {
    folder.path().join(name).to_str().unwrap().to_owned()
}

fn told(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Many answers on the randomisation of trials, some of which are none.
fn trials(folder: &TempDir, count: usize) -> String {
    let answers = ["yes", "probably-yes", "probably-no", "no", "not-reported", "", "perhaps"];
    let mut text = "trial,rob2-1-1,rob2-1-2,rob2-1-3\n".to_owned();
    for number in 0..count {
        let answer = |times: usize| answers[number * times / 3 % answers.len()];
        writeln!(text, "{number},{},{},{}", answer(1), answer(5), answer(7)).unwrap();
    }
    let file = path(folder, "trials.csv");
    std::fs::write(&file, text).unwrap();
    file
}

#[test]
fn every_number_of_threads_writes_the_same_and_every_row_is_somewhere() {
    let folder = TempDir::new().unwrap();
    let input = trials(&folder, 30_000);
    let mut seen = None;
    for threads in ["1", "2", "5"] {
        let out = path(&folder, "out.csv");
        let done = batch(&[&input, "-o", &out, "-f", "rob2", "--threads", threads]);
        assert!(done.status.success(), "{}", told(&done));
        let (rows, rejects) =
            (std::fs::read_to_string(&out).unwrap(), std::fs::read_to_string(out + ".rejects.csv").unwrap());
        assert_eq!(rows.lines().count() + rejects.lines().count(), 30_000 + 2);
        assert!(rejects.lines().nth(1).unwrap().contains("cannot be `perhaps`"), "{rejects}");
        let now = (rows, rejects);
        assert!(seen.as_ref().is_none_or(|before| *before == now), "{threads} threads");
        seen = Some(now);
    }
}

#[test]
fn the_first_bad_row_ends_a_strict_run_and_leaves_no_file() {
    let folder = TempDir::new().unwrap();
    let input = trials(&folder, 200);
    let before = std::fs::read_dir(folder.path()).unwrap().count();
    let done = batch(&[&input, "-o", &path(&folder, "out.csv"), "-f", "rob2", "--strict"]);
    assert_eq!(done.status.code(), Some(2));
    assert!(told(&done).contains("cannot be `perhaps`"), "{}", told(&done));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), before);
}

/// What was graded as lines of JSON is graded the same as a table.
#[test]
fn lines_of_json_come_to_what_tables_come_to() {
    let folder = TempDir::new().unwrap();
    let text = "trial,rob2-1-1,rob2-1-2,rob2-1-3\na,yes,yes,no\nb,no,no,yes\nc,,,\n";
    let table = path(&folder, "in.csv");
    std::fs::write(&table, text).unwrap();
    let lines = path(&folder, "in.jsonl");
    let rows = [
        r#"{"trial": "a", "rob2-1-1": "yes", "rob2-1-2": "yes", "rob2-1-3": "no"}"#,
        r#"{"rob2_1_1": "no", "ROB2-1-2": "no"}"#,
        r#"{"trial": "b", "rob2-1-1": "no", "rob2-1-2": "no", "rob2-1-3": "yes"}"#,
        r#"{"trial": "c", "rob2-1-1": null}"#,
        r#"{"trial": "d", "rob2-1-1": ["yes"]}"#,
        "[]",
        "{",
    ];
    std::fs::write(&lines, rows.join("\n")).unwrap();
    let grades = |output: &Output| -> Vec<String> {
        let text = String::from_utf8(output.stdout.clone()).unwrap();
        text.lines().filter_map(|line| Some(line.split_once("\"grade\":")?.1.to_owned())).collect()
    };
    let of_table = batch(&[&table, "-o", "-", "--to", "jsonl", "-f", "rob2"]);
    let of_lines = batch(&[&lines, "-o", "-", "-f", "rob2"]);
    assert_eq!(grades(&of_table), grades(&of_lines), "{}", told(&of_lines));
    let refused = told(&of_lines);
    for reason in [
        "`rob2-1-2` is told by `rob2-1-2`: call it so here too",
        "one value is asked for",
        "it is no object",
        "not JSON",
    ] {
        assert!(refused.contains(reason), "{reason}: {refused}");
    }
}

#[test]
fn claims_are_graded_whole_or_not_at_all() {
    let folder = TempDir::new().unwrap();
    let rows = [
        "variant,kind,acmg-criterion,acmg-met",
        "one,variant-classification,PVS1,yes",
        "one,variant-classification,PS1,yes",
        "two,variant-classification,PVS1,yes",
        "two,variant-classification",
        "three,variant-classification,PS1,yes",
        "four,variant-classification,BA1,yes",
        "five,variant-classification,BA1,yes",
        "five,gene-disease,BS1,yes",
        "one,variant-classification,BA1,yes",
        ",variant-classification,BA1,yes",
    ];
    let input = path(&folder, "in.csv");
    std::fs::write(&input, rows.join("\n")).unwrap();
    let done = batch(&[&input, "-o", "-", "-f", "acmg-2015", "--by", "variant"]);
    let graded = String::from_utf8(done.stdout.clone()).unwrap();
    assert_eq!(graded, "variant,items,grade\none,2,pathogenic\nfour,1,benign\n", "{}", told(&done));
    let refused = told(&done);
    for reason in [
        "row 3 (line 4): row 4, which cannot be read, may be one of it",
        "row 4 (line 5): it has 2 fields, and there are 4 columns",
        "row 5 (line 6): row 4, which cannot be read, may be one of it",
        "row 7 (line 8): its claim is not graded, for row 8 is refused",
        "rows before it say another `kind` of the claim",
        "row 9 (line 10): rows of it stand apart: sort the rows by `variant`",
        "`variant` does not say of which claim it is",
    ] {
        assert!(refused.contains(reason), "{reason}: {refused}");
    }
}

#[test]
fn two_columns_that_tell_the_same_are_refused() {
    let folder = TempDir::new().unwrap();
    let input = path(&folder, "in.csv");
    std::fs::write(&input, "rob2-1-1,rob2_1_1\nyes,no\n").unwrap();
    let done = batch(&[&input, "-o", "-", "-f", "rob2"]);
    assert_eq!(done.status.code(), Some(2));
    assert!(told(&done).contains("both tell `rob2-1-1`"), "{}", told(&done));
    let done = batch(&[&input, "-o", "-", "-f", "rob2", "--map", "rob2-1-1=rob2_1_1"]);
    assert!(done.status.success(), "{}", told(&done));
    assert!(told(&done).contains("Columns that tell no fact: `rob2-1-1`"), "{}", told(&done));
}
