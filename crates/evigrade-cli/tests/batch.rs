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
        r#"{"trial": "e", "trial": "f"}"#,
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
    let low = "\"high|some-concerns|low\"}";
    assert_eq!(grades(&of_table), [low, "\"high\"}", low]);
    assert_eq!(grades(&of_table), grades(&of_lines), "{}", told(&of_lines));
    let refused = told(&of_lines);
    for reason in [
        "`rob2-1-1` is told by `rob2-1-1`: call it so here too",
        "one value is asked for",
        "it is no object",
        "not JSON",
        "two members called `trial`",
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
        "six,variant-classification,BA1,yes",
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

/// A claim that comes again would have been graded by a part of its evidence.
#[test]
fn rows_of_a_claim_that_stand_apart_end_the_run() {
    let folder = TempDir::new().unwrap();
    let input = path(&folder, "in.csv");
    let row = |claim: &str, criterion: &str| format!("{claim},variant-classification,{criterion},yes\n");
    let text = "variant,kind,acmg-criterion,acmg-met\n".to_owned()
        + &row("one", "PVS1")
        + &row("two", "BA1")
        + &row("one", "BA1");
    std::fs::write(&input, text).unwrap();
    let out = path(&folder, "out.csv");
    let done = batch(&[&input, "-o", &out, "-f", "acmg-2015", "--by", "variant"]);
    assert_eq!(done.status.code(), Some(2));
    assert!(told(&done).contains("row 3 (line 4): rows of `one` stand apart: sort the rows by `variant`"));
    assert!(!Path::new(&out).exists());
}

/// As a case of the same facts says: results of one study count once, later ones not at all, and results are pooled.
#[test]
fn bodies_count_what_cases_count() {
    let folder = TempDir::new().unwrap();
    let grades = |name: &str, text: &str, framework: &str| -> Vec<String> {
        let input = path(&folder, name);
        std::fs::write(&input, text).unwrap();
        let done = batch(&[&input, "-o", "-", "-f", framework, "--by", "claim"]);
        let out = String::from_utf8(done.stdout.clone()).unwrap();
        assert!(done.status.success(), "{}", told(&done));
        out.lines().skip(1).map(|line| line.rsplit(',').next().unwrap().to_owned()).collect()
    };
    let kind = "variant-classification";
    let of_studies = format!(
        "claim,kind,as-of,study,published,acmg-criterion,acmg-met\n\
         apart,{kind},,one,,PS1,yes\napart,{kind},,other,,PS3,yes\n\
         same,{kind},,the lab,,PS1,yes\nsame,{kind},,the lab,,PS3,yes\n\
         later,{kind},2020-01-01,one,2019-05-01,PS1,yes\nlater,{kind},2020-01-01,other,2021-05-01,PS3,yes\n"
    );
    let found = grades("studies.csv", &of_studies, "acmg-2015");
    assert_eq!(found, ["pathogenic", "uncertain-significance", "uncertain-significance"]);
    let pooled = "claim,kind,important-difference,publication-bias,design,participants,risk-of-bias,\
                  intervention-participants,intervention-mean,intervention-standard-deviation,comparator-participants,\
                  comparator-mean,comparator-standard-deviation,comparator-result,effect-measure,population-match,\
                  intervention-match,comparator-match,outcome-match\n\
                  small,efficacy,3,undetected,parallel-rct,12,low,6,11.7,7.7,6,17.8,5.9,no-difference,md,direct,direct,\
                  direct,direct\n\
                  large,efficacy,3,undetected,parallel-rct,1800,low,900,11.7,7.7,900,17.8,5.9,favours-intervention,md,\
                  direct,direct,direct,direct\n";
    // The first is the case of `examples/small-trial.toml`.
    assert_eq!(grades("pooled.csv", pooled, "grade-core-2025"), ["low", "high"]);
}

/// Where a name comes first makes no difference, for any number of threads, one by one and by claim.
#[test]
fn names_that_come_late_are_read() {
    let folder = TempDir::new().unwrap();
    let input = path(&folder, "in.jsonl");
    let mut text = String::new();
    for number in 0..6_000 {
        let met = if number > 4_500 { ",\"acmg-met\":\"no\"" } else { "" };
        writeln!(text, "{{\"variant\":{number},\"kind\":\"variant-classification\",\"acmg-criterion\":\"BA1\"{met}}}")
            .unwrap();
    }
    std::fs::write(&input, text).unwrap();
    let mut seen: Option<Vec<u8>> = None;
    for threads in ["1", "2", "3"] {
        let arguments = [&input, "-o", "-", "-f", "acmg-2015", "--by", "variant", "--threads", threads];
        let done = batch(&arguments);
        assert!(done.status.success(), "{}", told(&done));
        assert!(told(&done).contains("uncertain-significance 1499"), "{}", told(&done));
        assert!(seen.as_ref().is_none_or(|before| *before == done.stdout), "{threads}");
        seen = Some(done.stdout);
    }
}

#[test]
fn no_file_is_written_over_another() {
    let folder = TempDir::new().unwrap();
    let input = trials(&folder, 10);
    let out = path(&folder, "out.csv");
    let before = std::fs::read(&input).unwrap();
    let again = format!("{}/./out.csv", folder.path().display());
    for arguments in [
        [input.as_str(), "-o", input.as_str(), "-f", "rob2"].as_slice(),
        &[input.as_str(), "-o", out.as_str(), "--rejects", out.as_str(), "-f", "rob2"],
        &[input.as_str(), "-o", out.as_str(), "--rejects", input.as_str(), "-f", "rob2"],
        &[input.as_str(), "-o", out.as_str(), "--rejects", "-", "-f", "rob2"],
        &[input.as_str(), "-o", out.as_str(), "--rejects", again.as_str(), "-f", "rob2"],
        &[input.as_str(), "-o", out.as_str(), "--rejects", folder.path().to_str().unwrap(), "-f", "rob2"],
    ] {
        let done = batch(arguments);
        assert_eq!(done.status.code(), Some(2), "{arguments:?} {}", told(&done));
        assert_eq!(std::fs::read(&input).unwrap(), before);
        assert!(!Path::new(&out).exists(), "{arguments:?}");
    }
    // What an earlier run refused is not left beside what this one wrote.
    assert!(batch(&[&input, "-o", &out, "-f", "rob2"]).status.success());
    let rejects = out.clone() + ".rejects.csv";
    assert!(Path::new(&rejects).exists());
    std::fs::write(&input, "rob2-1-1\nyes\n").unwrap();
    assert!(batch(&[&input, "-o", &out, "-f", "rob2"]).status.success());
    assert!(!Path::new(&rejects).exists());
    // A file that is asked for is there, and what is none of that kind is left alone.
    let asked = path(&folder, "asked.csv");
    assert!(batch(&[&input, "-o", &out, "--rejects", &asked, "-f", "rob2"]).status.success());
    assert_eq!(std::fs::read_to_string(&asked).unwrap(), "row,line,column,value,reason,record\n");
    std::fs::write(&rejects, "mine").unwrap();
    assert!(batch(&[&input, "-o", &out, "-f", "rob2"]).status.success());
    assert_eq!(std::fs::read_to_string(&rejects).unwrap(), "mine");
}

/// A word for what is not known is no study, what tells claims apart is no fact, and any text can stand in a cell.
#[test]
fn odd_cells_are_read_for_what_they_are() {
    let folder = TempDir::new().unwrap();
    let graded = |name: &str, text: &str, by: &str, framework: &str| -> (String, String) {
        let input = path(&folder, name);
        std::fs::write(&input, text).unwrap();
        let done = batch(&[&input, "-o", "-", "-f", framework, "--by", by]);
        (String::from_utf8(done.stdout.clone()).unwrap(), told(&done))
    };
    let kind = "variant-classification";
    let text = format!(
        "variant,kind,acmg-criterion,acmg-met,study\nm,{kind},PVS1,yes,missing\nm,{kind},PS1,yes,missing\n\
         n,{kind},PVS1,yes,not-reported\nn,{kind},PS1,yes,not-reported\n"
    );
    let (out, err) = graded("study.csv", &text, "variant", "acmg-2015");
    assert_eq!(out, "variant,items,grade\nm,2,pathogenic\nn,2,pathogenic\n", "{err}");
    let row = |criterion: &str| {
        format!(
            "{{\"Study\":\"x\",\"kind\":\"{kind}\",\"acmg-criterion\":\"{criterion}\",\"acmg-met\":true,\"study\":\"A\"}}\n"
        )
    };
    let (out, err) = graded("by.jsonl", &(row("PVS1") + &row("PS1")), "Study", "acmg-2015");
    assert!(out.contains("\"grade\":\"uncertain-significance\""), "{out} {err}");
    let text = "claim,kind,research-group,published,relation\na,efficacy,x\u{7f}\"\\y,,\nb,efficacy,x,-000500-01-01,\n\
                c,efficacy,x,,rests-on\n";
    let (out, err) = graded("odd.csv", text, "claim", "wfsbp-2019");
    assert!(out.contains("\na,1,"), "{out} {err}");
    assert!(err.contains("`published`: -000500-01-01 is no date of this era"), "{err}");
    assert!(err.contains("`relation`: an item supports, refutes or bears on a claim, and this is `rests-on`"), "{err}");
}

/// More answers than keys can tell apart are graded by their values.
#[test]
fn a_table_of_every_answer_is_graded() {
    let folder = TempDir::new().unwrap();
    let text = std::fs::read_to_string(root().join("rules/rob2.toml")).unwrap();
    let facts: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("[fact.")?.strip_suffix(']')).collect();
    assert!(facts.len() >= 28, "{facts:?}");
    let input = path(&folder, "in.csv");
    let yes = |fact: &str| if fact.starts_with("rob2-1") { "yes" } else { "" };
    let answers: Vec<&str> = facts.iter().map(|fact| yes(fact)).collect();
    std::fs::write(&input, format!("{}\n{}\n", facts.join(","), answers.join(","))).unwrap();
    let done = batch(&[&input, "-o", "-", "-f", "rob2"]);
    assert!(done.status.success(), "{}", told(&done));
    assert!(String::from_utf8(done.stdout).unwrap().contains("high|some-concerns"), "some concern is left");
}

#[test]
fn numbers_that_cannot_be_kept_are_refused() {
    let folder = TempDir::new().unwrap();
    let input = path(&folder, "in.jsonl");
    let rows = ["1e3", "12345678901234567890123456789012", "0.00000000000000000000000000000000001", "1e-40", "12"];
    let text: Vec<String> = rows
        .iter()
        .map(|number| format!("{{\"c\":\"{number}\",\"kind\":\"efficacy\",\"participants\":{number}}}"))
        .collect();
    std::fs::write(&input, text.join("\n")).unwrap();
    let done = batch(&[&input, "-o", "-", "-f", "ahrq-soe", "--by", "c"]);
    let refused = told(&done);
    assert_eq!(refused.matches("28 digits that are kept exactly").count(), 3, "{refused}");
    assert_eq!(String::from_utf8(done.stdout).unwrap().lines().count(), 2, "{refused}");
}
