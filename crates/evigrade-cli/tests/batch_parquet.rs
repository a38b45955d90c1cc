//! Parquet files in bulk: what comes of their rows is what comes of the same rows as a table of text.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test says what it expects")]

use std::fs::File;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Int64Array, RecordBatch, StringArray, TimestampSecondArray};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::DataType;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use tempfile::TempDir;

const FRAMEWORK: &str = "benches/workloads/certainty.toml";

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

/// Bodies of evidence, some of which cannot be graded: words, numbers and flags, and a column of days that is carried.
fn bodies(count: usize) -> RecordBatch {
    let words = |words: &[Option<&'static str>], times: usize| -> ArrayRef {
        Arc::new((0..count).map(|row| words[row * times / 7 % words.len()]).collect::<StringArray>())
    };
    let concern = [Some("not-serious"), Some("serious"), Some("very-serious"), None];
    let counts: Int64Array =
        (0..count as i64).map(|row| (row % 11 > 0).then_some(row % 13 - i64::from(row % 97 == 0))).collect();
    let flags: BooleanArray = (0..count).map(|row| Some(row % 3 == 0)).collect();
    let seen: TimestampSecondArray = (0..count as i64).map(|row| Some(row * 86_400)).collect();
    RecordBatch::try_from_iter([
        ("body-design", words(&[Some("rct"), Some("nrsi"), Some("rct"), Some("odd"), Some("no-design")], 3)),
        ("studies", Arc::new(counts) as ArrayRef),
        ("bias-concern", words(&concern, 1)),
        ("imprecision-concern", words(&concern, 5)),
        ("effect-size", words(&[Some("no"), Some("large"), Some("no")], 2)),
        ("gradient", Arc::new(flags)),
        ("seen", Arc::new(seen)),
    ])
    .unwrap()
}

/// Writes rows as a Parquet file, and as a table of the same text.
fn written(folder: &TempDir, rows: &RecordBatch) -> (String, String) {
    let (parquet, csv) = (path(folder, "in.parquet"), path(folder, "in.csv"));
    let mut writer = ArrowWriter::try_new(File::create(&parquet).unwrap(), rows.schema(), None).unwrap();
    writer.write(rows).unwrap();
    writer.close().unwrap();
    std::fs::write(&csv, text_of(std::slice::from_ref(rows))).unwrap();
    (parquet, csv)
}

/// Batches as a table of text.
fn text_of(batches: &[RecordBatch]) -> String {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(batches[0].schema().fields().iter().map(|field| field.name().as_str())).unwrap();
    let options = FormatOptions::new().with_null("");
    for batch in batches {
        let columns: Vec<ArrayFormatter<'_>> =
            batch.columns().iter().map(|column| ArrayFormatter::try_new(column, &options).unwrap()).collect();
        for row in 0..batch.num_rows() {
            out.write_record(columns.iter().map(|column| column.value(row).to_string())).unwrap();
        }
    }
    String::from_utf8(out.into_inner().unwrap()).unwrap()
}

fn read(file: &str) -> Vec<RecordBatch> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(file).unwrap()).unwrap().build().unwrap();
    reader.map(Result::unwrap).collect()
}

/// Refused rows without their lines, which Parquet files do not have.
fn without_lines(rejects: &str) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_path(rejects).unwrap();
    let fields = |row: csv::StringRecord| -> Vec<String> {
        row.iter().enumerate().filter(|(at, _)| *at != 1).map(|(_, field)| field.to_owned()).collect()
    };
    reader.records().map(|row| fields(row.unwrap())).collect()
}

/// From and to every form, with every proof and number of threads, rows come to the same grades, and the same are refused.
#[test]
fn rows_come_to_the_same_in_every_form() {
    let folder = TempDir::new().unwrap();
    // More than one batch.
    let (parquet, csv) = written(&folder, &bodies(34_000));
    let map = ["-f", FRAMEWORK, "--map", "study-count=studies"];
    for proof in ["none", "rule", "full"] {
        let (of_text, out) = (path(&folder, "text.csv"), path(&folder, "out.parquet"));
        let run = |from: &str, to: &str, threads: &str| {
            let more = ["--proof", proof, "--threads", threads];
            let done = batch(&[[from, "-o", to].as_slice(), &map, &more].concat());
            assert!(done.status.success(), "{}", told(&done));
            let grades = told(&done).lines().find(|line| line.starts_with("Grades")).map(str::to_owned);
            (std::fs::read(to).unwrap(), grades)
        };
        let (text, grades) = run(&csv, &of_text, "2");
        let text = String::from_utf8(text).unwrap();
        let mut seen = None;
        for threads in ["1", "3"] {
            let now = run(&parquet, &out, threads);
            assert!(seen.as_ref().is_none_or(|before| *before == now), "{threads} threads");
            seen = Some(now);
        }
        assert_eq!(seen.unwrap().1, grades);
        assert_eq!(text_of(&read(&out)), text);
        let rejects = without_lines(&(of_text.clone() + ".rejects.csv"));
        assert!(rejects.len() > 5_000, "{}", rejects.len());
        assert_eq!(without_lines(&(out.clone() + ".rejects.csv")), rejects);
        // Text from and to what is none.
        assert_eq!(String::from_utf8(run(&parquet, &path(&folder, "out.csv"), "2").0).unwrap(), text);
        let from_text = path(&folder, "from-text.parquet");
        assert_eq!(run(&csv, &from_text, "2").0, run(&csv, &from_text, "1").0);
        assert_eq!(text_of(&read(&from_text)), text);
        let lines = run(&parquet, &path(&folder, "out.jsonl"), "2").0;
        assert_eq!(lines, run(&csv, &path(&folder, "out.jsonl"), "2").0);
    }
}

#[test]
fn columns_stay_what_they_were() {
    let folder = TempDir::new().unwrap();
    let rows = bodies(2_000);
    let (parquet, _) = written(&folder, &rows);
    let out = path(&folder, "out.parquet");
    let done = batch(&[&parquet, "-o", &out, "-f", FRAMEWORK, "--map", "study-count=studies", "--proof", "rule"]);
    assert!(done.status.success(), "{}", told(&done));
    assert!(told(&done).contains("Columns that tell no fact: `seen`"), "{}", told(&done));
    let graded = read(&out)[0].schema();
    let (before, added) = graded.fields().split_at(rows.num_columns());
    assert_eq!(before, rows.schema().fields().as_ref());
    let added: Vec<(&str, &DataType)> = added.iter().map(|field| (field.name().as_str(), field.data_type())).collect();
    assert_eq!(added, [("grade", &DataType::Utf8), ("rule", &DataType::Utf8), ("because", &DataType::Utf8)]);
}

#[test]
fn what_cannot_be_done_is_told_and_leaves_no_file() {
    let folder = TempDir::new().unwrap();
    let (parquet, _) = written(&folder, &bodies(200));
    let lines = path(&folder, "in.jsonl");
    std::fs::write(&lines, "{\"body-design\": \"rct\"}\n").unwrap();
    let whole = std::fs::read(&parquet).unwrap();
    let (cut, none, twice) =
        (path(&folder, "cut.parquet"), path(&folder, "none.parquet"), path(&folder, "twice.parquet"));
    std::fs::write(&cut, &whole[..whole.len() / 2]).unwrap();
    std::fs::write(&none, "").unwrap();
    let graded = bodies(3);
    let grades =
        RecordBatch::try_from_iter([("grade", graded.column(0).clone()), ("body-design", graded.column(0).clone())]);
    let grades = grades.unwrap();
    let mut writer = ArrowWriter::try_new(File::create(&twice).unwrap(), grades.schema(), None).unwrap();
    writer.write(&grades).unwrap();
    writer.close().unwrap();
    let out = path(&folder, "out.parquet");
    let before = std::fs::read_dir(folder.path()).unwrap().count();
    let cases: [(&str, &[&str], &str); 6] = [
        (&parquet, &["--strict"], "in.parquet: row 8, `body-design`: `body-design` cannot be `odd`"),
        (&parquet, &["--map", "body-design=seen"], "the column `seen` is of Timestamp(s), which tells no fact"),
        (&lines, &[], "lines of JSON are not written as a table"),
        (&cut, &[], "cut.parquet` cannot be read"),
        (&none, &[], "none.parquet` cannot be read"),
        (&twice, &[], "there is a column `grade` already"),
    ];
    for (input, more, reason) in cases {
        let done = batch(&[[input, "-o", &out, "-f", FRAMEWORK].as_slice(), more].concat());
        assert_eq!(done.status.code(), Some(2), "{reason}: {}", told(&done));
        assert!(told(&done).contains(reason), "{reason}: {}", told(&done));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), before, "{reason}");
    }
}

/// A file with wrong bytes is refused or read, and never ends the program.
#[test]
fn wrong_bytes_are_no_end() {
    let folder = TempDir::new().unwrap();
    let (parquet, _) = written(&folder, &bodies(300));
    let whole = std::fs::read(&parquet).unwrap();
    for at in 0..60 {
        let mut bytes = whole.clone();
        let place = bytes.len() * at / 60;
        bytes[place] ^= 0xff >> (at % 8);
        std::fs::write(&parquet, bytes).unwrap();
        let done = batch(&[&parquet, "-o", &path(&folder, "out.parquet"), "-f", FRAMEWORK]);
        assert!(matches!(done.status.code(), Some(0 | 2)), "byte {place}: {}", told(&done));
    }
}

#[test]
fn rows_of_a_claim_are_graded_together() {
    let folder = TempDir::new().unwrap();
    let texts = |texts: &[&str]| Arc::new(StringArray::from(texts.to_vec())) as ArrayRef;
    let rows = RecordBatch::try_from_iter([
        ("variant", texts(&["one", "one", "two", "three"])),
        ("kind", texts(&["variant-classification"; 4])),
        ("acmg-criterion", texts(&["PVS1", "PS1", "BA1", "PM9"])),
        ("acmg-met", texts(&["yes"; 4])),
    ]);
    let (parquet, _) = written(&folder, &rows.unwrap());
    let out = path(&folder, "out.parquet");
    let done = batch(&[&parquet, "-o", &out, "-f", "acmg-2015", "--by", "variant"]);
    assert!(done.status.success(), "{}", told(&done));
    assert_eq!(text_of(&read(&out)), "variant,items,grade\none,2,pathogenic\ntwo,1,benign\n");
    let rejects = std::fs::read_to_string(out + ".rejects.csv").unwrap();
    assert!(rejects.contains("4,,acmg-criterion,PM9,`acmg-criterion` cannot be `PM9`"), "{rejects}");
}
